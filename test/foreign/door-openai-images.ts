// npm `openai` at the OpenAI door: images, whose calls wait for the end of their task.
import OpenAI, { toFile } from 'openai';
import { expect } from 'vitest';
import { makeMedia } from '../../server/src/lib/testing-media.ts';
import { waitFor } from '../stage/wait.ts';
import { methodsOf, refusalOf } from './client.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import type { DoorClient, DoorTools } from './door-clients.ts';

const MODEL = 'bytedance/seedream-4';
const WITHIN_MS = 60_000;

function connect({ stage, key }: DoorTools, baseUrl = stage.url): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${baseUrl}/v1`, maxRetries: 2 });
}

async function tasksWith({ stage }: DoorTools, prompt: string): Promise<number> {
  const { rows } = await stage.core.pool.query("select id from tasks where input::jsonb ->> 'prompt' = $1", [
    prompt,
  ]);
  return rows.length;
}

export const openaiImagesAtDoor: DoorClient = {
  client: 'openai',
  door: 'OpenAI images',
  pointedBy: '`baseURL` and `apiKey`',
  steps: {
    'generate as base64 and as addresses, several at a time': async (tools) => {
      const { images } = connect(tools);
      const prompt = 'two boats';
      const [answer, bytes] = await Promise.all([
        images.generate({ model: MODEL, prompt, n: 2, size: '1536x1024', quality: 'auto' }),
        tools.stage.endImages(prompt, 2),
      ]);
      expect(answer.output_format).toBe('png');
      const found = answer.data?.map(
        ({ b64_json: text }) => new Uint8Array(Buffer.from(text ?? '', 'base64')),
      );
      expect(found).toEqual(bytes);
      const [second, [image]] = await Promise.all([
        images.generate({ model: MODEL, prompt: 'one boat', response_format: 'url' }),
        tools.stage.endImages('one boat', 1),
      ]);
      const file = await fetch(second.data?.[0].url ?? '');
      expect(new Uint8Array(await file.arrayBuffer())).toEqual(image);
    },
    'edit with one file and with several': async (tools) => {
      const { images } = connect(tools);
      const picture = () => toFile(makeMedia('image/png', 2_000), 'a.png', { type: 'image/png' });
      for (const image of [await picture(), [await picture(), await picture()]]) {
        const count = Array.isArray(image) ? 2 : 1;
        const prompt = `at night, ${count}`;
        const [answer] = await Promise.all([
          images.edit({ model: MODEL, prompt, image }),
          tools.stage.endImages(prompt, 1),
        ]);
        expect(answer.data).toHaveLength(1);
        const { rows } = await tools.stage.core.pool.query<{ input: string }>(
          "select input::text from tasks where input::jsonb ->> 'prompt' = $1",
          [prompt],
        );
        expect(JSON.parse(rows[0].input).img_urls).toHaveLength(count);
      }
    },
    'generate over a connection that breaks: one task': async (tools) => {
      const proxy = await startCuttingProxy({ target: tools.stage.url, share: 0, seed: 1 });
      const prompt = 'a cut boat';
      const waiting = connect(tools, proxy.url).images.generate({ model: MODEL, prompt });
      await waitFor('the task', WITHIN_MS, async () => (await tasksWith(tools, prompt)) === 1);
      proxy.cutAll();
      const [image] = await tools.stage.endImages(prompt, 1);
      const answer = await waiting;
      await proxy.close();
      expect(Buffer.from(answer.data?.[0].b64_json ?? '', 'base64')).toEqual(Buffer.from(image));
      expect(await tasksWith(tools, prompt)).toBe(1);
    },
    'refusals as classes of errors': async (tools) => {
      const { images } = connect(tools);
      const size = '100x100';
      const wrong = await refusalOf(images.generate({ model: MODEL, prompt: 'x', size }));
      expect(wrong).toBeInstanceOf(OpenAI.BadRequestError);
      expect(wrong).toMatchObject({ param: 'size', code: 'invalid_value' });
      const video = await refusalOf(images.generate({ model: 'reelay/draft-t2v', prompt: 'x' }));
      expect(video).toMatchObject({ status: 400, param: 'model' });
      const streamed = await refusalOf(images.generate({ model: MODEL, prompt: 'x', stream: true }));
      expect(streamed).toMatchObject({ param: 'stream' });
      const refused = images.generate({ model: MODEL, prompt: 'a refused boat' });
      await Promise.all([
        refusalOf(refused).then((error) =>
          expect(error).toMatchObject({ status: 400, code: 'moderation_blocked' }),
        ),
        tools.stage.refuse('a refused boat'),
      ]);
    },
  },
  methods: () => methodsOf(new OpenAI({ apiKey: 'none' }).images),
  leftOut: { createVariation: 'OpenAI has it for models alone that it has shut down' },
};
