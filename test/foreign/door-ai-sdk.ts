// npm `ai` with the provider of Reelay, as its users write it: over the client API, to bytes, also in another process than the
// one that began.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  APICallError,
  generateImage,
  experimental_generateVideo as generateVideo,
  experimental_getVideoStatus as getVideoStatus,
  experimental_startVideo as startVideo,
} from 'ai';
import { expect } from 'vitest';
import { createReelay } from '../../ai-sdk/src/ai-sdk.ts';
import { makeMedia } from '../../server/src/lib/testing-media.ts';
import { readTasksById } from '../../server/src/tasks/tasks.store.ts';
import { refusalOf } from './client.ts';
import type { DoorClient, DoorTools } from './door-clients.ts';
import {
  FILE_EACH,
  PICTURE_BYTES,
  PRICED_MODELS,
  REPEATS_MAX,
  type RepeatingClient,
  sendThroughCuts,
} from './repeats.ts';

const MODEL = 'kling/v3-t2v';
const PROMPT = 'a boat';
const quick = { intervalMs: 10, timeoutMs: 60_000 };
// It writes each warning to the console.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

type Sent = Parameters<typeof fetch>;

function connect({ stage, key }: DoorTools, more: { apiKey?: string; fetch?: typeof fetch } = {}) {
  return createReelay({ apiKey: key, baseURL: stage.url, ...more });
}

/** A fetch after which each task that was made has ended. */
function endAll({ stage }: DoorTools, kind: 'video' | 'image', made: Uint8Array[]): typeof fetch {
  return async (...sent: Sent) => {
    const response = await fetch(...sent);
    if (!String(sent[0]).endsWith('/CreateTask') || !response.ok) return response;
    const body = (await response.json()) as { data: { task_id: string } };
    made.push(await stage.end(body.data.task_id, kind));
    return Response.json(body);
  };
}

async function inputOf({ stage }: DoorTools, operation: unknown): Promise<Record<string, unknown>> {
  const [{ input }] = await readTasksById(stage.core.pool, [(operation as { taskId: string }).taskId]);
  return JSON.parse(input) as Record<string, unknown>;
}

/** Starts a video as a program of its own would, and waits with it. Its first line is the operation. */
const PROGRAM = `
import { experimental_startVideo as startVideo } from 'ai';
import { createReelay } from '${new URL('../../ai-sdk/src/ai-sdk.ts', import.meta.url)}';
const model = createReelay().video('${MODEL}');
const { operation } = await startVideo({ model, prompt: '${PROMPT}' });
console.log(JSON.stringify(operation));
setInterval(() => undefined, 1000);
`;

/** The operation that a process reported before it was killed. */
async function startAndDie({ stage, key }: DoorTools): Promise<string> {
  const program = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: import.meta.dirname,
    env: { ...process.env, REELAY_API_KEY: key, REELAY_BASE_URL: stage.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
  const ended = once(program, 'exit');
  program.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  return line;
}

/** It gives each start a key, and repeats it under that key. */
export const repeatingAiSdk: RepeatingClient = {
  name: 'ai with @reelay/ai-sdk',
  connect({ url, key }) {
    const reelay = createReelay({ apiKey: key, baseURL: url });
    const [text, picture] = [reelay.video(PRICED_MODELS.text), reelay.video(PRICED_MODELS.picture)];
    return async (prompt, number) => {
      const hasFile = number % FILE_EACH === 0;
      const asked = hasFile ? { text: prompt, image: makeMedia('image/png', PICTURE_BYTES) } : prompt;
      const model = hasFile ? picture : text;
      const { operation } = await startVideo({ model, prompt: asked, duration: 5, maxRetries: REPEATS_MAX });
      return (operation as { taskId: string }).taskId;
    };
  },
};

export const aiSdkAtDoor: DoorClient = {
  client: 'ai',
  door: 'client API, by `@reelay/ai-sdk`',
  pointedBy: '`createReelay`',
  steps: {
    'generateVideo by video and videoModel to the bytes': async (tools) => {
      const made: Uint8Array[] = [];
      const reelay = connect(tools, { fetch: endAll(tools, 'video', made) });
      for (const model of [reelay.video(MODEL), reelay.videoModel(MODEL)]) {
        const { video, providerMetadata, warnings } = await generateVideo({
          model,
          prompt: PROMPT,
          poll: quick,
        });
        expect(video.uint8Array).toEqual(made.at(-1));
        expect([video.mediaType, warnings]).toEqual(['video/mp4', []]);
        expect(providerMetadata.reelay).toMatchObject({ videos: [{ contentType: 'video/mp4' }] });
      }
    },
    'startVideo in a process that is killed with -9, getVideoStatus to the bytes in another': async (
      tools,
    ) => {
      const operation = JSON.parse(await startAndDie(tools));
      const model = connect(tools).video(MODEL);
      expect(await getVideoStatus(model, { operation })).toMatchObject({ status: 'pending' });
      const bytes = await tools.stage.end(operation.taskId);
      const ended = await getVideoStatus(model, { operation });
      expect(ended).toMatchObject({ status: 'completed', videos: [{ data: bytes, mediaType: 'video/mp4' }] });
    },
    'a server that is ahead of the package is a warning, once': async (tools) => {
      const old = (...[input, init]: Sent) =>
        fetch(input, {
          ...init,
          headers: { ...(init?.headers as object), 'x-reelay-client': 'ai-sdk/0.0.9' },
        });
      const model = connect(tools, { fetch: old }).video(MODEL);
      const warnings = [
        await startVideo({ model, prompt: PROMPT }),
        await startVideo({ model, prompt: PROMPT }),
      ].map((started) => started.warnings);
      expect(warnings).toEqual([[{ type: 'other', message: expect.stringContaining('update it to') }], []]);
    },
    'the options of a video in the fields of its model; what it has no field for is a warning': async (
      tools,
    ) => {
      const reelay = connect(tools);
      const image = makeMedia('image/png', 900);
      const all = await startVideo({
        model: reelay.video(MODEL),
        prompt: PROMPT,
        resolution: '1088x1920',
        duration: 4,
        fps: 30,
        generateAudio: true,
        providerOptions: { reelay: { maxCredits: 100_000, metadata: { kind: 'options' } } },
      });
      expect(await inputOf(tools, all.operation)).toMatchObject({
        prompt: PROMPT,
        resolution: '1080p',
        aspect_ratio: '9:16',
        duration: 4,
        audio: true,
      });
      expect(all.warnings).toEqual([expect.objectContaining({ type: 'unsupported', feature: 'fps' })]);
      const frames = await startVideo({
        model: reelay.video('kling/v3-i2v'),
        prompt: PROMPT,
        frameImages: [
          { image: 'https://pictures.example/last.png', frameType: 'last_frame' },
          { image, frameType: 'first_frame' },
        ],
      });
      const { img_urls: pictures } = (await inputOf(tools, frames.operation)) as { img_urls: string[] };
      expect(pictures).toEqual([
        expect.stringContaining('/files/uploads/'),
        'https://pictures.example/last.png',
      ]);
      const wrong = await refusalOf(startVideo({ model: reelay.video(MODEL), prompt: PROMPT, duration: 99 }));
      expect(wrong).toMatchObject({ statusCode: 422, message: expect.stringContaining('duration') });
    },
    'startVideo with a file, whose answer is cut: repeated as the same request': async (tools) => {
      const bodies: unknown[] = [];
      const cutting: typeof fetch = async (...sent: Sent) => {
        const response = await fetch(...sent);
        if (!String(sent[0]).endsWith('/CreateTask') || bodies.push(sent[1]?.body) > 1) return response;
        throw new TypeError('terminated');
      };
      const model = connect(tools, { fetch: cutting }).video('kling/v3-i2v');
      const asked = { text: PROMPT, image: makeMedia('image/png', 900) };
      const { operation } = await startVideo({ model, prompt: asked });
      expect([bodies.length, bodies[1]]).toEqual([2, bodies[0]]);
      expect((await inputOf(tools, operation)).img_urls).toHaveLength(1);
    },
    'generateImage by image and imageModel to the bytes, with its size and number': async (tools) => {
      const made: Uint8Array[] = [];
      const sent: string[] = [];
      const ending = endAll(tools, 'image', made);
      const reelay = connect(tools, {
        fetch: (...call: Sent) => {
          if (String(call[0]).endsWith('/CreateTask')) sent.push(String(call[1]?.body));
          return ending(...call);
        },
      });
      const asked = { prompt: 'a kettle', size: '1024x1024', n: 3 } as const;
      const { images } = await generateImage({ ...asked, model: reelay.image('bytedance/seedream-4') });
      expect(images[0].uint8Array).toEqual(made[0]);
      expect(JSON.parse(sent[0]).input).toMatchObject({
        resolution: '1K',
        aspect_ratio: '1:1',
        num_outputs: 3,
      });
      const one = await generateImage({ prompt: 'a kettle', model: reelay.imageModel('flux-2-pro') });
      expect([one.image.uint8Array, sent.length]).toEqual([made[1], 2]);
    },
    'refusals as APICallError, repeatable or not; a failed task with its reason': async (tools) => {
      const { stage } = tools;
      const start = (model: Parameters<typeof startVideo>[0]['model'], more = {}) =>
        refusalOf(startVideo({ model, prompt: PROMPT, maxRetries: 0, ...more }));
      const reelay = connect(tools);
      const dear = { providerOptions: { reelay: { maxCredits: 1 } } };
      const refused: [Error, object][] = [
        [
          await start(connect(tools, { apiKey: 'ak_test_none' }).video(MODEL)),
          { statusCode: 401, isRetryable: false },
        ],
        [
          await start(reelay.video(MODEL), dear),
          { statusCode: 422, isRetryable: false, data: { name: 'price_above_limit' } },
        ],
        [await start(reelay.video('no/model')), { statusCode: 404, isRetryable: false }],
      ];
      await stage.core.catalog.setMaintenance(true);
      refused.push([await start(reelay.video(MODEL)), { statusCode: 455, isRetryable: true }]);
      await stage.core.catalog.setMaintenance(false);
      const away = createReelay({ apiKey: 'ak', baseURL: 'http://127.0.0.1:9' });
      refused.push([await start(away.video(MODEL)), { statusCode: undefined, isRetryable: true }]);
      for (const [error, facts] of refused) {
        expect(APICallError.isInstance(error), error.message).toBe(true);
        expect(error).toMatchObject(facts);
      }
      const { operation } = await startVideo({ model: reelay.video(MODEL), prompt: PROMPT });
      const { taskId } = operation as { taskId: string };
      await stage.core.tasks.cancel({ accountId: tools.accountId, mode: 'test' }, taskId);
      const failed = await getVideoStatus(reelay.video(MODEL), { operation });
      expect(failed).toMatchObject({ status: 'error', error: expect.stringContaining('task_cancelled') });
    },
    'twenty starts over connections that break: one task each': async ({ stage }) => {
      const run = { creates: 20, atOnce: 20, share: 0.06, seed: 5 };
      const { cuts, violations } = await sendThroughCuts(stage, repeatingAiSdk, run);
      expect(violations).toEqual([]);
      expect(Object.keys(cuts).length).toBeGreaterThan(1);
    },
    'generateImage over connections that break: one task each': async (tools) => {
      const own = await tools.stage.openAccount();
      let cuts = 0;
      const made: Uint8Array[] = [];
      const ending = endAll(tools, 'image', made);
      const model = connect(
        { ...tools, ...own },
        {
          fetch: async (...call: Sent) => {
            const isCreate = String(call[0]).endsWith('/CreateTask');
            if (!isCreate || cuts === 2) return made.length === 0 ? ending(...call) : fetch(...call);
            cuts++;
            await fetch(...call);
            throw new TypeError('terminated');
          },
        },
      ).image('flux-2-pro');
      const { image } = await generateImage({ prompt: 'a kettle', model });
      expect(image.uint8Array).toEqual(made[0]);
      const { rows } = await tools.stage.core.pool.query('select id from tasks where account_id = $1', [
        own.accountId,
      ]);
      expect([cuts, rows.length]).toEqual([2, 1]);
      expect(await tools.stage.core.credits.balance(own.accountId, 'test')).toMatchObject({ held: 0n });
    },
  },
  methods: () => Object.keys(createReelay()).filter((name) => name !== 'specificationVersion'),
  leftOut: { 'languageModel, embeddingModel': 'no model here makes texts or vectors' },
};
