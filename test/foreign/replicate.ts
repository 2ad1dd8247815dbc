// npm replicate.
import Replicate, { validateWebhook } from 'replicate';
import { expect } from 'vitest';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { openReceiver } from '../../emulators/core/testing.ts';
import { replicateApi } from '../../emulators/replicate/replicate.ts';
import { ask, type ForeignClient, fetchVideo, QUICK, refusalOf, sampleFile } from './client.ts';

const MODEL = 'wan-video/wan-2.2-t2v-fast';
const VERSION = 'a7'.repeat(32);
const input = { prompt: 'a boat' };

function connect({ fields }: RunningEmulator, auth = fields.api_key): Replicate {
  return new Replicate({ auth, baseUrl: fields.base_url });
}

export const replicate: ForeignClient = {
  row: 'E7',
  client: 'replicate',
  by: 'provider',
  api: replicateApi,
  pointedBy: '`baseUrl`',
  steps: {
    'predictions.create, get to the end': async (emulator) => {
      const client = connect(emulator);
      emulator.set({ queueMs: 60_000 });
      expect((await client.predictions.create({ model: MODEL, input })).status).toBe('starting');
      emulator.set(QUICK);
      const { id } = await client.predictions.create({ model: MODEL, input });
      const done = await ask(async () => {
        const prediction = await client.predictions.get(id);
        return prediction.status === 'succeeded' && prediction;
      });
      await fetchVideo(String(done.output));
    },
    'predictions.create by version': async (emulator) => {
      expect(await connect(emulator).predictions.create({ version: VERSION, input })).toMatchObject({
        version: VERSION,
      });
    },
    'predictions.create that waits (`Prefer: wait`)': async (emulator) => {
      const client = connect(emulator);
      const done = await client.predictions.create({ model: MODEL, input, wait: true });
      expect(done.status).toBe('succeeded');
      emulator.set({ runMs: 60_000 });
      expect((await client.predictions.create({ model: MODEL, input, wait: 1 })).status).toBe('processing');
    },
    run: async (emulator) => {
      // The client opens only https addresses as files; these come as texts.
      await fetchVideo(String(await connect(emulator).run(MODEL, { input })));
    },
    'predictions.list, paginate': async (emulator) => {
      const client = connect(emulator);
      const made: string[] = [];
      for (let count = 0; count < 101; count += 1) {
        made.push((await client.predictions.create({ model: MODEL, input })).id);
      }
      const listed: string[] = [];
      for await (const page of client.paginate(client.predictions.list)) {
        listed.push(...page.map(({ id }) => id));
        if (listed.length > made.length) break;
      }
      expect(listed).toEqual(made.reverse());
    },
    'predictions.cancel': async (emulator) => {
      emulator.set({ runMs: 60_000 });
      const client = connect(emulator);
      const { id } = await client.predictions.create({ model: MODEL, input });
      await client.predictions.cancel(id);
      expect((await client.predictions.get(id)).status).toBe('canceled');
    },
    'files: create, get, list, delete; and a file as an input': async (emulator) => {
      const client = connect(emulator);
      const file = await client.files.create(sampleFile());
      expect(await client.files.get(file.id)).toMatchObject({
        name: 'picture.png',
        content_type: 'image/png',
      });
      expect((await client.files.list()).results).toHaveLength(1);
      expect(await client.files.delete(file.id)).toBe(true);
      const i2v = 'wan-video/wan-2.2-i2v-fast';
      const made = await client.predictions.create({ model: i2v, input: { ...input, image: sampleFile() } });
      expect(String((made.input as { image: string }).image)).toMatch(/\/v1\/files\/\w+$/);
    },
    'webhooks.default.secret.get, validateWebhook': async (emulator) => {
      const receiver = await openReceiver();
      const client = connect(emulator);
      await client.predictions.create({ model: MODEL, input, webhook: receiver.url });
      const post = await ask(async () => receiver.posts.find(({ json }) => json.status === 'succeeded'));
      const { key } = await client.webhooks.default.secret.get();
      const signed = (body: string) =>
        validateWebhook({
          id: String(post.headers['webhook-id']),
          timestamp: String(post.headers['webhook-timestamp']),
          signature: String(post.headers['webhook-signature']),
          body,
          secret: key,
        });
      expect([await signed(post.text), await signed(`${post.text} `)]).toEqual([true, false]);
    },
    'accounts.current': async (emulator) => {
      expect(await connect(emulator).accounts.current()).toMatchObject({ type: 'user' });
    },
    refusals: async (emulator) => {
      const wrong = connect(emulator).predictions.create({ model: MODEL, input: { prompt: 1 } });
      expect((await refusalOf(wrong)).message).toContain('422');
      const refused = connect(emulator, 'r8_another').predictions.get('x');
      expect((await refusalOf(refused)).message).toContain('401');
    },
  },
  methods: () => {
    const { predictions, files } = new Replicate();
    return [...Object.keys(predictions), ...Object.keys(files)];
  },
  leftOut: {
    stream: 'the video models do not stream their output',
    'models, collections, deployments, hardware, trainings': 'no part of a video by a model that is known',
  },
};
