import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { RunningEmulator } from '../core/emulator.ts';
import { call, get, openEmulator, openReceiver, until } from '../core/testing.ts';
import { arkApi } from './ark.ts';
import { ARK_MODELS, type Mode } from './models.ts';

const TASKS = '/contents/generations/tasks';
const PRO = 'doubao-seedance-1-0-pro-250528';
const LITE_I2V = 'seedance-1-0-lite-i2v-250428';
const PRO_1_5 = 'doubao-seedance-1-5-pro-251215';
const TWO = 'dreamina-seedance-2-0-260128';

const text = (words = 'a boat'): JsonObject => ({ type: 'text', text: words });
const image = (role?: string, url = 'https://pictures.example/a.png'): JsonObject => ({
  type: 'image_url',
  image_url: { url },
  ...(role === undefined ? {} : { role }),
});
const video = {
  type: 'video_url',
  video_url: { url: 'https://clips.example/a.mp4' },
  role: 'reference_video',
};
const sound = {
  type: 'audio_url',
  audio_url: { url: 'https://clips.example/a.mp3' },
  role: 'reference_audio',
};

const plain = (more: JsonObject = {}): JsonObject => ({ model: PRO, content: [text()], ...more });

async function create(emulator: RunningEmulator, json: Json) {
  return call(emulator, 'POST', TASKS, { json });
}

async function createId(emulator: RunningEmulator, json: Json = plain()): Promise<string> {
  const { status, json: answer, text: words } = await create(emulator, json);
  if (status !== 200) throw new Error(words);
  return String(answer.id);
}

async function finish(emulator: RunningEmulator, json: Json): Promise<JsonObject> {
  const id = await createId(emulator, json);
  emulator.advance(2_000);
  return (await call(emulator, 'GET', `${TASKS}/${id}`)).json;
}

describe('a create', () => {
  it('is answered with an id of the time and five characters', async () => {
    const emulator = await openEmulator(arkApi);
    const { status, json } = await create(emulator, plain());
    expect(status).toBe(200);
    const time = new Date(emulator.clock.now()).toISOString().replace(/\D/g, '').slice(0, 14);
    expect(json).toEqual({ id: expect.stringMatching(new RegExp(`^cgt-${time}-[0-9a-z]{5}$`)) });
  });

  it.each([
    ['no key', undefined],
    ['another key', 'Bearer other'],
    ['another scheme', 'Token ark-emulator-key'],
  ])('with %s is 401 in Ark’s words', async (_name, authorization) => {
    const emulator = await openEmulator(arkApi);
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const url = `${emulator.fields.base_url}${TASKS}`;
    const { status, json } = await get(url, { method: 'POST', headers, body: JSON.stringify(plain()) });
    expect(status).toBe(401);
    expect(json.error).toEqual({
      code: 'AuthenticationError',
      message: expect.stringMatching(/ Request id: [0-9a-f]{32}$/),
      param: '',
      type: 'Unauthorized',
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it('echoes the safety identifier in every answer, and is logged under it', async () => {
    const emulator = await openEmulator(arkApi);
    const { json } = await create(emulator, plain({ safety_identifier: 'task-1-2' }));
    expect(json.safety_identifier).toBe('task-1-2');
    const list = (await call(emulator, 'GET', TASKS)).json.items as JsonObject[];
    expect(list[0]).toMatchObject({ id: json.id ?? null, safety_identifier: 'task-1-2' });
    expect(emulator.accepted()[0]).toMatchObject({ jobId: json.id, token: 'task-1-2', model: PRO });
  });

  it('accepts an endpoint id for the model behind it', async () => {
    const emulator = await openEmulator(arkApi);
    const task = await finish(emulator, plain({ model: 'ep-20261121101010-abcde' }));
    expect(task).toMatchObject({ status: 'succeeded', model: PRO });
  });
});

describe('the models', () => {
  const CONTENTS: Record<Exclude<Mode, 'draft'>, Json> = {
    text: [text()],
    first: [text(), image()],
    first_last: [image('first_frame'), image('last_frame'), text()],
    reference: [text(), image('reference_image'), image('reference_image')],
  };
  const cases = ARK_MODELS.flatMap((model) =>
    model.ids.flatMap((id) =>
      Object.keys(CONTENTS).map((mode) => ({ id, mode: mode as keyof typeof CONTENTS, model })),
    ),
  );

  it.each(cases)('$id accepts the content "$mode" if it is made for it', async ({ id, mode, model }) => {
    const emulator = await openEmulator(arkApi);
    const { status, json } = await create(emulator, { model: id, content: CONTENTS[mode] });
    if (model.modes.includes(mode)) expect(status).toBe(200);
    else
      expect([status, json.error]).toEqual([
        400,
        expect.objectContaining({ code: 'InvalidParameter.content' }),
      ]);
  });

  it.each([
    [PRO, { frames: 29 }],
    [PRO, { seed: 0, camera_fixed: true, watermark: true, return_last_frame: true, resolution: '480p' }],
    [PRO, { service_tier: 'flex', execution_expires_after: 3_600, priority: 1, duration: 12 }],
    [PRO_1_5, { draft: true, generate_audio: false, duration: -1, ratio: 'adaptive' }],
    [TWO, { resolution: '4k', duration: 15, ratio: '21:9', tools: [{ type: 'web_search' }] }],
    [TWO, { content: [text(), video, sound, image('reference_image', 'asset://a')] }],
    [PRO, { content: [image('first_frame', 'data:image/png;base64,iVBORw0KGgo=')], ratio: 'adaptive' }],
    [LITE_I2V, { content: Array.from({ length: 4 }, () => image('reference_image')), resolution: '720p' }],
  ])('%s accepts %j', async (model, more) => {
    const emulator = await openEmulator(arkApi);
    expect((await create(emulator, plain({ model, ...more }))).text).toMatch(/^\{"id":"cgt-/);
  });

  it.each<[string, JsonObject, string]>([
    ['an unknown field', { aspect_ratio: '16:9' }, 'InvalidParameter.aspect_ratio'],
    ['a field of other models', { generate_audio: true }, 'InvalidParameter.generate_audio'],
    ['tools at 1.0', { tools: [{ type: 'web_search' }] }, 'InvalidParameter.tools'],
    ['frames at 1.5', { model: PRO_1_5, frames: 29 }, 'InvalidParameter.frames'],
    ['a fixed camera at 2.0', { model: TWO, camera_fixed: true }, 'InvalidParameter.camera_fixed'],
    ['a number as text', { duration: '5' }, 'InvalidParameter.duration'],
    ['part of a second', { duration: 5.5 }, 'InvalidParameter.duration'],
    ['too short', { duration: 1 }, 'InvalidParameter.duration'],
    ['too long', { duration: 13 }, 'InvalidParameter.duration'],
    ['too short for 2.0', { model: TWO, duration: 3 }, 'InvalidParameter.duration'],
    ['a free length at 1.0', { duration: -1 }, 'InvalidParameter.duration'],
    ['frames off the grid', { frames: 30 }, 'InvalidParameter.frames'],
    ['an unknown resolution', { resolution: '1080P' }, 'InvalidParameter.resolution'],
    ['4k at 1.0', { resolution: '4k' }, 'InvalidParameter.resolution'],
    [
      '1080p at 2.0 fast',
      { model: 'dreamina-seedance-2-0-fast-260128', resolution: '1080p' },
      'InvalidParameter.resolution',
    ],
    ['an unknown ratio', { ratio: '2:1' }, 'InvalidParameter.ratio'],
    ['adaptive without a picture', { ratio: 'adaptive' }, 'InvalidParameter.ratio'],
    ['a large seed', { seed: 2 ** 32 }, 'InvalidParameter.seed'],
    ['flex at 2.0', { model: TWO, service_tier: 'flex' }, 'InvalidParameter.service_tier'],
    ['a short time limit', { execution_expires_after: 3_599 }, 'InvalidParameter.execution_expires_after'],
    ['a long identifier', { safety_identifier: 'a'.repeat(65) }, 'InvalidParameter.safety_identifier'],
    ['an invalid callback address', { callback_url: 'ftp://a' }, 'InvalidParameter.callback_url'],
    ['a draft above 480p', { model: PRO_1_5, draft: true, resolution: '720p' }, 'InvalidParameter.draft'],
    ['no content', { content: [] }, 'InvalidParameter.content'],
    ['content that is not a list', { content: 'a boat' }, 'InvalidParameter.content'],
    ['an unknown item', { content: [{ type: 'picture' }] }, 'InvalidParameter.content'],
    ['an empty text', { content: [text('')] }, 'InvalidParameter.content'],
    ['two texts', { content: [text(), text()] }, 'InvalidParameter.content'],
    ['a last frame alone', { content: [image('last_frame')] }, 'InvalidParameter.content'],
    ['two pictures without roles', { content: [image(), image()] }, 'InvalidParameter.content'],
    ['a picture without its address', { content: [{ type: 'image_url' }] }, 'MissingParameter.content'],
    [
      'an address of a file',
      { content: [image('first_frame', 'file:///a.png')] },
      'InvalidParameter.content',
    ],
    [
      'frames beside references',
      { model: TWO, content: [image('first_frame'), video] },
      'InvalidParameter.content',
    ],
    ['a sound alone', { model: TWO, content: [text(), sound] }, 'InvalidParameter.content'],
    ['four clips', { model: TWO, content: [text(), video, video, video, video] }, 'InvalidParameter.content'],
    [
      '1080p with references',
      { model: LITE_I2V, content: [image('reference_image')], resolution: '1080p' },
      'InvalidParameter.resolution',
    ],
    [
      'five references',
      { model: LITE_I2V, content: Array.from({ length: 5 }, () => image('reference_image')) },
      'InvalidParameter.content',
    ],
    [
      'an unknown draft',
      { model: PRO_1_5, content: [{ type: 'draft_task', draft_task: { id: 'x' } }] },
      'InvalidParameter.content',
    ],
  ])('refuse %s', async (_name, more, code) => {
    const emulator = await openEmulator(arkApi);
    const { status, json } = await create(emulator, plain(more));
    expect([status, json.error]).toEqual([400, expect.objectContaining({ code, type: 'BadRequest' })]);
    expect(emulator.accepted()).toEqual([]);
  });

  it.each<[string, Json, number, string]>([
    ['a body that is not an object', ['model'], 400, 'InvalidParameter'],
    ['no model', { content: [text()] }, 400, 'MissingParameter.model'],
    ['no content at all', { model: PRO }, 400, 'MissingParameter.content'],
    ['an unknown model', plain({ model: 'seedance-9' }), 404, 'InvalidEndpointOrModel.NotFound'],
    ['a malformed endpoint', plain({ model: 'ep-1' }), 404, 'InvalidEndpointOrModel.NotFound'],
  ])('refuse %s', async (_name, body, expected, code) => {
    const emulator = await openEmulator(arkApi);
    const { status, json } = await create(emulator, body);
    expect([status, json.error]).toEqual([expected, expect.objectContaining({ code })]);
  });

  it('make a full video from a finished draft', async () => {
    const emulator = await openEmulator(arkApi);
    const draft = await finish(emulator, plain({ model: PRO_1_5, draft: true }));
    const content = [{ type: 'draft_task', draft_task: { id: draft.id } }];
    const full = await finish(emulator, { model: PRO_1_5, content });
    expect([draft.draft, draft.resolution]).toEqual([true, '480p']);
    expect(full).toMatchObject({
      status: 'succeeded',
      draft: false,
      draft_task_id: draft.id,
      resolution: '720p',
    });
  });
});

describe('a task', () => {
  it('is shown with its settled values only once it has succeeded', async () => {
    const emulator = await openEmulator(arkApi);
    const id = await createId(emulator, plain({ resolution: '480p', seed: 0 }));
    const created = Math.floor(emulator.clock.now() / SECOND_MS);
    const seen = [];
    for (const ms of [0, 300, 1_500]) {
      emulator.advance(ms);
      seen.push((await call(emulator, 'GET', `${TASKS}/${id}`)).json);
    }
    const common = {
      id,
      model: PRO,
      error: null,
      created_at: created,
      updated_at: expect.any(Number),
      service_tier: 'default',
      execution_expires_after: 172_800,
    };
    expect(seen[0]).toEqual({ ...common, status: 'queued' });
    expect(seen[1]).toEqual({ ...common, status: 'running' });
    expect(seen[2]).toEqual({
      ...common,
      status: 'succeeded',
      content: { video_url: expect.stringMatching(/\/files\/cgt-.*\.mp4\?/) },
      usage: { completion_tokens: 48_600, total_tokens: 48_600 },
      seed: 0,
      resolution: '480p',
      ratio: '16:9',
      duration: 5,
      framespersecond: 24,
    });
  });

  it('says when it was created and last changed', async () => {
    const emulator = await openEmulator(arkApi, { settings: { queueMs: 2_000, runMs: 3_000 } });
    const id = await createId(emulator);
    const created = Math.floor(emulator.clock.now() / SECOND_MS);
    const times = [];
    for (const ms of [1_000, 1_500, 60_000]) {
      emulator.advance(ms);
      const { json } = await call(emulator, 'GET', `${TASKS}/${id}`);
      times.push([Number(json.created_at) - created, Number(json.updated_at) - created]);
    }
    expect(times).toEqual([
      [0, 0],
      [0, 2],
      [0, 5],
    ]);
  });

  it.each([
    [{ resolution: '480p' }, 48_600],
    [{ resolution: '720p' }, 102_960],
    [{}, 244_800],
    [{ resolution: '480p', ratio: '9:16', frames: 29 }, 11_745],
    [{ model: TWO, ratio: '1:1', duration: 4 }, 86_400],
  ])('with %j uses tokens by its pixels and frames', async (more, tokens) => {
    const { usage } = await finish(await openEmulator(arkApi), plain(more));
    expect(usage).toEqual({ completion_tokens: tokens, total_tokens: tokens });
  });

  it('follows flags that were smuggled into the prompt: they show in its usage', async () => {
    const emulator = await openEmulator(arkApi);
    const smuggled = plain({
      content: [text('a boat --dur 12 --rs 1080p --rt 2:1')],
      resolution: '480p',
      duration: 5,
    });
    const task = await finish(emulator, smuggled);
    expect(task).toMatchObject({ duration: 12, resolution: '1080p', ratio: '16:9' });
    expect(task.usage).toMatchObject({ completion_tokens: 587_520 });
    const unaffected = await finish(emulator, plain({ model: TWO, content: [text('a boat --dur 12')] }));
    expect(unaffected.duration).toBe(5);
  });

  it('has a video and a last frame, whose addresses expire after a day', async () => {
    const emulator = await openEmulator(arkApi);
    const { content } = await finish(emulator, plain({ ratio: '9:16', return_last_frame: true }));
    const { video_url: videoUrl, last_frame_url: frameUrl } = content as Record<string, string>;
    expect([videoUrl, frameUrl].map((url) => new URL(url).searchParams.get('size'))).toEqual([
      '1088x1920',
      '1088x1920',
    ]);
    const statuses = async () => [(await get(videoUrl)).status, (await get(frameUrl)).status];
    expect(await statuses()).toEqual([200, 200]);
    emulator.advance(DAY_MS);
    expect(await statuses()).toEqual([403, 403]);
  });

  it('expires if its time is over before it has finished', async () => {
    const emulator = await openEmulator(arkApi);
    emulator.addFault({ on: 'start', kind: 'never' });
    const id = await createId(emulator, plain({ execution_expires_after: 3_600 }));
    const status = async () => (await call(emulator, 'GET', `${TASKS}/${id}`)).json.status;
    emulator.advance(HOUR_MS - 1);
    expect(await status()).toBe('running');
    emulator.advance(1);
    expect(await status()).toBe('expired');
  });

  it('fails with the requested error', async () => {
    const emulator = await openEmulator(arkApi);
    const error = { code: 'OutputVideoSensitiveContentDetected', message: 'refused' };
    emulator.addFault({ on: 'start', kind: 'fail', json: error });
    const task = await finish(emulator, plain());
    expect(task).toMatchObject({ status: 'failed', error });
    expect(task.usage).toBeUndefined();
  });

  it('is gone after seven days', async () => {
    const emulator = await openEmulator(arkApi);
    const id = await createId(emulator);
    emulator.advance(7 * DAY_MS);
    const { status, json } = await call(emulator, 'GET', `${TASKS}/${id}`);
    expect([status, json.error]).toEqual([404, expect.objectContaining({ code: 'ResourceNotFound' })]);
    expect((await call(emulator, 'GET', TASKS)).json).toEqual({ items: [], total: 0 });
  });
});

it('a picture that is to fail is an error in its place, and is not counted', async () => {
  const emulator = await openEmulator(arkApi);
  const error = { code: 'OutputImageSensitiveContentDetected', message: 'refused' };
  emulator.addFault({ on: 'start', kind: 'fail', json: error });
  const json = { model: 'seedream-4-0-250828', prompt: 'a boat' };
  const make = async () => (await call(emulator, 'POST', '/images/generations', { json })).json;
  expect(await make()).toMatchObject({ data: [{ error }], usage: { generated_images: 0 } });
  emulator.clearFaults();
  expect(await make()).toMatchObject({ data: [{ url: expect.any(String) }], usage: { generated_images: 1 } });
});

describe('DELETE', () => {
  const remove = (emulator: RunningEmulator, id: string) => call(emulator, 'DELETE', `${TASKS}/${id}`);
  const statusOf = async (emulator: RunningEmulator, id: string) =>
    (await call(emulator, 'GET', `${TASKS}/${id}`)).json.status;

  it('cancels a waiting task with an empty body, and is refused the second time', async () => {
    const emulator = await openEmulator(arkApi);
    const id = await createId(emulator);
    const { status, text: body } = await remove(emulator, id);
    expect([status, body]).toEqual([200, '']);
    expect(await statusOf(emulator, id)).toBe('cancelled');
    expect((await remove(emulator, id)).status).toBe(409);
    emulator.advance(HOUR_MS);
    expect(await statusOf(emulator, id)).toBe('cancelled');
  });

  it('is refused while the task runs', async () => {
    const emulator = await openEmulator(arkApi);
    const id = await createId(emulator);
    emulator.advance(300);
    const { status, json } = await remove(emulator, id);
    expect(status).toBe(409);
    expect(json.error).toMatchObject({ code: 'InvalidAction.RunningTaskDeletion', type: 'Conflict' });
    expect(await statusOf(emulator, id)).toBe('running');
  });

  it('destroys the record of an ended task', async () => {
    const emulator = await openEmulator(arkApi);
    emulator.addFault({ on: 'start', kind: 'fail', json: { code: 'InternalServiceError' } });
    const ids = [await createId(emulator), await createId(emulator)];
    emulator.advance(2_000);
    for (const id of ids) {
      expect((await remove(emulator, id)).status).toBe(200);
      expect((await call(emulator, 'GET', `${TASKS}/${id}`)).status).toBe(404);
      expect((await remove(emulator, id)).status).toBe(404);
    }
    expect(emulator.accepted()).toHaveLength(2);
  });
});

describe('the list', () => {
  const list = async (emulator: RunningEmulator, query: string) => {
    const { status, json } = await call(emulator, 'GET', `${TASKS}?${query}`);
    return {
      status,
      total: json.total,
      error: json.error,
      ids: ((json.items ?? []) as JsonObject[]).map(({ id }) => id),
    };
  };

  it('returns pages, newest first', async () => {
    const emulator = await openEmulator(arkApi);
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(await createId(emulator));
    expect(await list(emulator, 'page_num=1&page_size=2')).toMatchObject({ total: 5, ids: ids.slice(0, 2) });
    expect(await list(emulator, 'page_num=3&page_size=2')).toMatchObject({ total: 5, ids: ids.slice(4) });
    expect(await list(emulator, 'page_num=4&page_size=2')).toMatchObject({ total: 5, ids: [] });
  });

  it('filters by state, by several ids, and by tier', async () => {
    const emulator = await openEmulator(arkApi);
    const old = await createId(emulator);
    emulator.advance(2_000);
    const flex = await createId(emulator, plain({ service_tier: 'flex' }));
    const fresh = await createId(emulator);
    expect((await list(emulator, 'filter.status=succeeded')).ids).toEqual([old]);
    expect((await list(emulator, 'filter.status=queued')).ids).toEqual([fresh]);
    expect((await list(emulator, 'filter.service_tier=flex')).ids).toEqual([flex]);
    const query = `filter.task_ids=${old}&filter.task_ids=${flex}&filter.task_ids=nobody`;
    expect(await list(emulator, query)).toMatchObject({ total: 2, ids: [old, flex] });
  });

  it.each(['page_num=0', 'page_size=501', 'page_size=ten', 'filter.status=done'])(
    'refuses %s',
    async (query) => {
      const emulator = await openEmulator(arkApi);
      const name = query.split('=')[0];
      expect(await list(emulator, query)).toMatchObject({
        status: 400,
        error: { code: `InvalidParameter.${name}` },
      });
    },
  );
});

describe('limits', () => {
  it('refuse creates above the rate with 429, in different words for an endpoint and a model', async () => {
    const emulator = await openEmulator(arkApi, { settings: { startsPerMinute: 0 } });
    const code = async (model: string) => (await create(emulator, plain({ model }))).json.error;
    expect(await code(PRO)).toMatchObject({
      code: 'ModelAccountRpmRateLimitExceeded',
      type: 'TooManyRequests',
    });
    expect(await code('ep-20261121101010-abcde')).toMatchObject({
      code: 'RateLimitExceeded.EndpointRPMExceeded',
    });
  });

  it('keep tasks queued that exceed the number of running ones', async () => {
    const emulator = await openEmulator(arkApi, { settings: { concurrency: 1 } });
    await createId(emulator);
    const second = await createId(emulator);
    emulator.advance(1_000);
    expect((await call(emulator, 'GET', `${TASKS}/${second}`)).json.status).toBe('queued');
    expect((await call(emulator, 'DELETE', `${TASKS}/${second}`)).status).toBe(200);
  });
});

describe('callbacks', () => {
  it('post the task object at each change, and retry a success three times', async () => {
    const emulator = await openEmulator(arkApi);
    const receiver = await openReceiver();
    receiver.statuses = [500, 200, 500, 500, 500, 500];
    const id = await createId(emulator, plain({ callback_url: receiver.url }));
    emulator.advance(1_800);
    for (const count of [3, 4, 5]) {
      await until(() => emulator.deliveries().length === count);
      emulator.advance(SECOND_MS);
    }
    await until(() => emulator.deliveries().length === 6);
    emulator.advance(HOUR_MS);
    expect(receiver.posts.map(({ json }) => json.status)).toEqual([
      'queued',
      'running',
      ...Array.from({ length: 4 }, () => 'succeeded'),
    ]);
    expect(receiver.posts[5].json).toEqual((await call(emulator, 'GET', `${TASKS}/${id}`)).json);
    expect(emulator.accepted()[0].token).toBe(receiver.url);
  });
});
