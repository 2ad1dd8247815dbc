import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import { minimax } from '../../server/src/providers/minimax/minimax.ts';
import type { EmulatorOptions, RunningEmulator } from '../core/emulator.ts';
import { call, get, openEmulator, openReceiver, until } from '../core/testing.ts';
import { isMp4, openAdapter, openHook } from '../core/testing-adapter.ts';
import { minimaxApi } from './minimax.ts';

const HAILUO = 'minimax/hailuo2-3-t2v';
const H3 = 'minimax/h3-t2v';
const BOAT: JsonObject = { prompt: 'a boat' };
const PICTURE = 'https://pictures.example/a.png';
const RUN_MS = 2_000;

async function open(options: EmulatorOptions = {}) {
  const emulator = await openEmulator(minimaxApi, options);
  return { emulator, adapter: openAdapter(minimax, emulator) };
}

/**
 * A receiver that answers each post with what the function makes of its body. Closed at the end of the test.
 */
async function openAnswering(answer: (body: string) => string) {
  const posts: JsonObject[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    posts.push(JSON.parse(body) as JsonObject);
    response.end(answer(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts };
}

describe('the adapter against the emulator', () => {
  it.each<[string, JsonObject]>([
    [HAILUO, { prompt: 'a boat', duration: 10, prompt_optimizer: false }],
    [HAILUO, { prompt: 'a boat', resolution: '1080p' }],
    ['minimax/hailuo2-3-i2v', { img_urls: [PICTURE] }],
    ['minimax/hailuo2-3-fast-i2v', { prompt: 'it sails', img_urls: [PICTURE] }],
    ['minimax/hailuo02-i2v', { img_urls: [PICTURE, PICTURE], resolution: '1080p' }],
    ['minimax/s2v01-r2v', { prompt: 'she runs', img_urls: [PICTURE] }],
    [H3, { prompt: 'a boat', aspect_ratio: '21:9', resolution: '2k', duration: 4 }],
    ['minimax/h3-i2v', { prompt: 'it sails', img_urls: [PICTURE, PICTURE], duration: 15 }],
    ['minimax/h3-r2v', { prompt: 'it sails', reference_images: [PICTURE] }],
    [
      'minimax/h3-r2v',
      {
        prompt: 'it sails',
        reference_images: [PICTURE, PICTURE],
        reference_audios: ['https://sounds.example/a.mp3'],
        aspect_ratio: '1:1',
      },
    ],
  ])('makes a video with %s from %j', async (model, input) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(model, input);
    expect(await adapter.poll(reference)).toEqual({ type: 'queued' });
    emulator.advance(300);
    expect(await adapter.poll(reference)).toEqual({ type: 'running' });
    emulator.advance(1_500);
    const outcome = await adapter.poll(reference);
    expect(outcome).toMatchObject({ type: 'succeeded' });
    expect(isMp4(await adapter.fetch(outcome))).toBe(true);
    expect(emulator.accepted()).toMatchObject([{ provider: 'minimax', jobId: reference.id }]);
  });

  it('reports how many seconds H3 charges', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(H3, { ...BOAT, duration: 7 });
    emulator.advance(RUN_MS);
    expect(await adapter.poll(reference)).toMatchObject({
      success: { used: { unit: 'seconds', amount: 7 }, usage: { ratio: '16:9', resolution: '768P' } },
    });
  });

  it.each([HAILUO, H3])('has an address of %s for an hour, and a new one at each look', async (model) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(model, BOAT);
    emulator.advance(RUN_MS);
    const first = await adapter.poll(reference);
    emulator.advance(HOUR_MS - SECOND_MS);
    expect(isMp4(await adapter.fetch(first))).toBe(true);
    emulator.advance(SECOND_MS);
    await expect(adapter.fetch(first)).rejects.toThrow('answered 403');
    expect(isMp4(await adapter.fetch(await adapter.poll(reference)))).toBe(true);
  });

  it('asks for tasks of both versions at once, each in its own way', async () => {
    const { emulator, adapter } = await open();
    const references = [
      await adapter.begin(H3, BOAT),
      await adapter.begin(HAILUO, BOAT),
      await adapter.begin('minimax/h3-i2v', { ...BOAT, img_urls: [PICTURE] }),
    ];
    emulator.advance(300);
    const unknown = { api: 'v2', id: 'nobody' };
    expect(await minimax.pollMany?.([...references, unknown, {}], adapter.context)).toMatchObject([
      { type: 'running' },
      { type: 'running' },
      { type: 'running' },
      { type: 'failed', failure: { reason: 'lost' } },
      { type: 'failed', failure: { reason: 'unreadable' } },
    ]);
  });

  it.each([HAILUO, H3])('gets each change of %s once it has answered the challenge', async (model) => {
    const { emulator, adapter } = await open();
    const hook = await openHook(minimax, adapter);
    const reference = await adapter.begin(model, BOAT, { callbackUrl: hook.url });
    emulator.advance(RUN_MS);
    await until(() => hook.outcomes.length === 4);
    const [challenge, ...updates] = hook.outcomes;
    expect(challenge).toEqual({ type: 'challenge', body: { challenge: expect.any(String) } });
    expect(updates).toEqual(updates.map(() => ({ type: 'hint', reference })));
    expect(emulator.accepted()).toMatchObject([{ token: hook.url }]);
  });

  it.each([HAILUO, H3])(
    'adopts a lost create of %s from its callback, and submits it once',
    async (model) => {
      const { emulator, adapter } = await open();
      const hook = await openHook(minimax, adapter);
      emulator.addFault({ on: 'start', kind: 'close_after' });
      const outcome = await adapter.start(model, BOAT, { callbackUrl: hook.url });
      expect(outcome).toMatchObject({ type: 'unknown' });
      await until(() => hook.outcomes.length === 2);
      const [, update] = hook.outcomes;
      const reference = update.type === 'hint' ? update.reference : undefined;
      expect(reference).toMatchObject({ id: emulator.accepted()[0].jobId });
      emulator.advance(RUN_MS);
      expect(await adapter.poll(reference ?? {})).toMatchObject({ type: 'succeeded' });
      expect(emulator.accepted()).toHaveLength(1);
    },
  );

  it('stops only waiting tasks of the second version', async () => {
    const { emulator, adapter } = await open();
    const [second, first] = [await adapter.begin(H3, BOAT), await adapter.begin(HAILUO, BOAT)];
    const cancel = (reference: JsonObject) => minimax.cancel?.(reference, adapter.context);
    expect(await cancel(first)).toMatchObject({ type: 'refused' });
    expect(await cancel(second)).toEqual({ type: 'stopped' });
    expect(await cancel(second)).toEqual({ type: 'stopped' });
    expect(await adapter.poll(second)).toMatchObject({ type: 'failed', failure: { reason: 'cancelled' } });
    const late = await adapter.begin(H3, BOAT);
    emulator.advance(300);
    expect(await cancel(late)).toEqual({ type: 'refused', detail: 'it is running' });
    emulator.advance(RUN_MS);
    expect(await cancel(late)).toEqual({ type: 'refused', detail: 'it is succeeded' });
    expect(await adapter.poll(late)).toMatchObject({ type: 'succeeded' });
  });

  it.each<[string, EmulatorOptions, string]>([
    ['an empty balance', { settings: { account: 'empty' } }, 'quota_exhausted'],
    ['a prompt against the rules', { settings: { refusedWords: ['boat'] } }, 'content_refused'],
    ['too many in a minute', { settings: { startsPerMinute: 0 } }, 'rate_limited'],
  ])('reports %s from both versions alike', async (_name, options, reason) => {
    const { emulator, adapter } = await open(options);
    for (const model of [HAILUO, H3]) {
      expect(await adapter.start(model, BOAT)).toMatchObject({ type: 'rejected', failure: { reason } });
    }
    expect(emulator.accepted()).toEqual([]);
  });

  it('reports a wrong value and a wrong key from both versions alike', async () => {
    const { emulator, adapter } = await open();
    const wrong = openAdapter(minimax, emulator, { api_key: 'another-key' });
    expect(await minimax.probe(adapter.context)).toMatchObject({ type: 'works' });
    expect(await minimax.probe(wrong.context)).toMatchObject({ failure: { reason: 'bad_credentials' } });
    for (const model of [HAILUO, H3]) {
      const bad = await adapter.start(model, { ...BOAT, duration: 99 });
      expect(bad).toMatchObject({ type: 'rejected', failure: { reason: 'invalid_input', code: '2013' } });
      const keyless = await wrong.start(model, BOAT);
      expect(keyless).toMatchObject({ type: 'rejected', failure: { reason: 'bad_credentials' } });
      const reference = await adapter.begin(model, BOAT);
      expect(await wrong.poll(reference)).toMatchObject({
        type: 'unanswered',
        failure: { reason: 'bad_credentials' },
      });
    }
    expect(emulator.accepted()).toHaveLength(2);
  });

  it.each([HAILUO, H3])('reports why a task of %s has failed', async (model) => {
    const { emulator, adapter } = await open();
    const error = { code: '1027', message: 'generated video contains sensitive content' };
    emulator.addFault({ on: 'start', kind: 'fail', json: error });
    const refused = await adapter.begin(model, BOAT);
    emulator.addFault({ on: 'start', kind: 'fail', json: { code: '1033', message: 'system error' } });
    const failed = await adapter.begin(model, BOAT);
    emulator.advance(RUN_MS);
    expect(await adapter.poll(refused)).toMatchObject({
      type: 'failed',
      failure: { reason: 'content_refused', message: error.message },
    });
    expect(await adapter.poll(failed)).toMatchObject({ type: 'failed', failure: { reason: 'failed' } });
  });

  it.each([HAILUO, H3])('calls a task of %s lost after seven days', async (model) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(model, BOAT);
    emulator.advance(7 * DAY_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
  });

  it('does not take a failed third call for the end of the task', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(HAILUO, BOAT);
    emulator.advance(RUN_MS);
    emulator.addFault({ on: 'other', kind: 'status', status: 503 });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'unanswered' });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });
});

describe('a challenge', () => {
  it.each<[string, (body: string) => string]>([
    ['another text', () => '{"challenge":"other"}'],
    ['no JSON', () => 'ok'],
    ['nothing', () => ''],
    ['null', () => 'null'],
  ])('that is answered with %s refuses the create', async (_name, answer) => {
    const emulator = await openEmulator(minimaxApi);
    const receiver = await openAnswering(answer);
    for (const [version, json] of [
      ['v1', { model: 'MiniMax-Hailuo-2.3', ...BOAT, callback_url: receiver.url }],
      ['v2', { ...second(), callback_url: receiver.url }],
    ] as const) {
      const { json: refusal } = await call(emulator, 'POST', `/${version}/video_generation`, { json });
      expect(JSON.stringify(refusal)).toContain('challenge');
    }
    expect(emulator.accepted()).toEqual([]);
  });

  it('that is not answered in three seconds refuses the create', async () => {
    const emulator = await openEmulator(minimaxApi);
    const receiver = await openReceiver();
    receiver.statuses = [0];
    const json = { ...second(), callback_url: receiver.url };
    const { status } = await call(emulator, 'POST', '/v2/video_generation', { json });
    expect(status).toBe(400);
    expect(emulator.accepted()).toEqual([]);
  });
});

const text = (words = 'a boat'): JsonObject => ({ type: 'text', text: words });
const media = (kind: string, role?: string): JsonObject => ({
  type: `${kind}_url`,
  [`${kind}_url`]: { url: `https://media.example/a.${kind}` },
  ...(role === undefined ? {} : { role }),
});
const second = (more: JsonObject = {}): JsonObject => ({
  model: 'MiniMax-H3',
  content: [text()],
  resolution: '768P',
  duration: 5,
  ratio: '16:9',
  ...more,
});

describe('a create of the first version', () => {
  const create = (emulator: RunningEmulator, json: Json) =>
    call(emulator, 'POST', '/v1/video_generation', { json });
  const model = 'MiniMax-Hailuo-2.3';

  it.each<[string, Json]>([
    ['no object', 'a boat'],
    ['an unknown field', { model, ...BOAT, seed: 1 }],
    ['no prompt', { model }],
    ['a long prompt', { model, prompt: 'a'.repeat(2001) }],
    ['an unknown model', { model: 'MiniMax-Hailuo-9', ...BOAT }],
    ['a fast model without a picture', { model: 'MiniMax-Hailuo-2.3-Fast', ...BOAT }],
    ['small letters', { model, ...BOAT, resolution: '768p' }],
    ['ten seconds in 1080P', { model, ...BOAT, resolution: '1080P', duration: 10 }],
    ['seven seconds', { model, ...BOAT, duration: 7 }],
    ['a duration as text', { model, ...BOAT, duration: '6' }],
    ['512P without a picture', { model: 'MiniMax-Hailuo-02', ...BOAT, resolution: '512P' }],
    ['a last frame at 2.3', { model, first_frame_image: PICTURE, last_frame_image: PICTURE }],
    [
      'two frames in 512P',
      {
        model: 'MiniMax-Hailuo-02',
        first_frame_image: PICTURE,
        last_frame_image: PICTURE,
        resolution: '512P',
      },
    ],
    ['a picture that is not an address', { model, first_frame_image: 'a.png' }],
    ['a subject at 2.3', { model, subject_reference: [{ type: 'character', image: [PICTURE] }] }],
    ['two faces', { model: 'S2V-01', subject_reference: [{ type: 'character', image: [PICTURE, PICTURE] }] }],
    ['a thing', { model: 'S2V-01', subject_reference: [{ type: 'thing', image: [PICTURE] }] }],
    ['a subject with a length', { model: 'S2V-01', subject_reference: [], duration: 6 }],
  ])('with %s is refused under HTTP 200', async (_name, json) => {
    const emulator = await openEmulator(minimaxApi);
    const { status, json: answer } = await create(emulator, json);
    expect([status, answer.task_id]).toEqual([200, '']);
    expect(answer.base_resp).toMatchObject({ status_code: 2013 });
    expect(emulator.accepted()).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['512P from a picture', { model: 'MiniMax-Hailuo-02', first_frame_image: PICTURE, resolution: '512P' }],
    ['an inline picture', { model, first_frame_image: 'data:image/png;base64,iVBORw0KGgo=' }],
    ['an older model', { model: 'T2V-01', ...BOAT }],
    ['a last frame alone', { model: 'MiniMax-Hailuo-02', last_frame_image: PICTURE }],
  ])('with %s is accepted', async (_name, json) => {
    const emulator = await openEmulator(minimaxApi);
    const { json: answer } = await create(emulator, json);
    expect(answer).toEqual({
      task_id: emulator.accepted()[0].jobId,
      base_resp: { status_code: 0, status_msg: 'success' },
    });
  });

  it('without a key is also refused under HTTP 200', async () => {
    const emulator = await openEmulator(minimaxApi);
    const url = `${emulator.url}/v1/query/video_generation?task_id=1`;
    const { status, json } = await get(url);
    expect([status, json.base_resp]).toEqual([200, expect.objectContaining({ status_code: 1004 })]);
  });
});

describe('a create of the second version', () => {
  const create = (emulator: RunningEmulator, json: Json) =>
    call(emulator, 'POST', '/v2/video_generation', { json });

  it.each<[string, Json]>([
    ['no object', []],
    ['an unknown field', second({ seed: 1 })],
    ['an unknown model', second({ model: 'MiniMax-Hailuo-2.3' })],
    ['no content', second({ content: [] })],
    ['no text', second({ content: [media('image')] })],
    ['two texts', second({ content: [text(), text()] })],
    ['an empty text', second({ content: [text('')] })],
    ['a long text', second({ content: [text('a'.repeat(7001))] })],
    ['an unknown item', second({ content: [text(), { type: 'picture' }] })],
    ['480P at H3', second({ resolution: '480P' })],
    ['2K at H3 Max', second({ model: 'MiniMax-H3-Max', resolution: '2K' })],
    ['three seconds', second({ duration: 3 })],
    ['four seconds at H3 Max', second({ model: 'MiniMax-H3-Max', duration: 4 })],
    ['sixteen seconds', second({ duration: 16 })],
    ['an unknown ratio', second({ ratio: '2:1' })],
    ['adaptive without a picture', second({ ratio: 'adaptive' })],
    ['extra at H3', second({ extra: {} })],
    ['two first frames', second({ content: [text(), media('image'), media('image', 'first_frame')] })],
    [
      'a frame beside a reference',
      second({ content: [text(), media('image', 'first_frame'), media('image', 'reference_image')] }),
    ],
    ['a clip without a role', second({ content: [text(), media('video')] })],
    [
      'ten references',
      second({ content: [text(), ...Array.from({ length: 10 }, () => media('image', 'reference_image'))] }),
    ],
  ])('with %s is 400', async (_name, json) => {
    const emulator = await openEmulator(minimaxApi);
    const { status, json: answer } = await create(emulator, json);
    expect(status).toBe(400);
    expect(answer).toEqual({
      type: 'error',
      error: {
        type: 'bad_request_error',
        message: expect.stringMatching(/^invalid params, .* \(2013\)$/),
        http_code: '400',
      },
      request_id: expect.any(String),
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['H3 Max', { model: 'MiniMax-H3-Max', extra: { prompt_expansion_mode: 'quality' } }],
    ['a picture without a role', { content: [text(), media('image')], ratio: 'adaptive' }],
    ['a last frame alone', { content: [text(), media('image', 'last_frame')] }],
    [
      'references of each kind',
      {
        content: [
          text(),
          media('image', 'reference_image'),
          media('video', 'reference_video'),
          media('audio', 'reference_audio'),
        ],
        ratio: 'adaptive',
      },
    ],
  ])('with %s is accepted', async (_name, more) => {
    const emulator = await openEmulator(minimaxApi);
    const { json } = await create(emulator, second(more));
    expect(json).toEqual({ task_id: emulator.accepted()[0].jobId });
  });

  it.each<[string, EmulatorOptions['settings'], number, string]>([
    ['an empty balance', { account: 'empty' }, 402, 'insufficient_balance_error'],
    ['a refused word', { refusedWords: ['boat'] }, 422, 'unprocessable_entity_error'],
    ['too many in a minute', { startsPerMinute: 0 }, 429, 'rate_limit_error'],
  ])('with %s has its own status', async (_name, settings, expected, type) => {
    const emulator = await openEmulator(minimaxApi, { settings });
    const { status, json } = await create(emulator, second());
    expect([status, json.error]).toEqual([expected, expect.objectContaining({ type })]);
  });
});

describe('a task', () => {
  it('is shown only by its own version', async () => {
    const emulator = await openEmulator(minimaxApi);
    const { json } = await call(emulator, 'POST', '/v2/video_generation', { json: second() });
    const other = await call(emulator, 'GET', `/v1/query/video_generation?task_id=${json.task_id}`);
    expect(other.json.base_resp).toMatchObject({ status_code: 2013 });
    const first = { model: 'MiniMax-Hailuo-2.3', ...BOAT };
    const { json: own } = await call(emulator, 'POST', '/v1/video_generation', { json: first });
    expect((await call(emulator, 'GET', `/v2/query/video_generation/${own.task_id}`)).status).toBe(400);
  });

  it('of the second version is listed by state, ids and model, in pages', async () => {
    const emulator = await openEmulator(minimaxApi);
    const ids: string[] = [];
    for (const model of ['MiniMax-H3', 'MiniMax-H3-Max', 'MiniMax-H3']) {
      const { json } = await call(emulator, 'POST', '/v2/video_generation', { json: second({ model }) });
      ids.push(String(json.task_id));
    }
    const list = async (query: string) => {
      const { status, json } = await call(emulator, 'GET', `/v2/query/video_generation?${query}`);
      return status === 200 ? (json.items as JsonObject[]).map(({ id }) => id) : status;
    };
    expect(await list('')).toEqual([ids[2], ids[1], ids[0]]);
    expect(await list('page_num=2&page_size=2')).toEqual([ids[0]]);
    expect(await list(`filter.task_ids=${ids[0]}&filter.task_ids=${ids[2]}`)).toEqual([ids[2], ids[0]]);
    expect(await list('filter.model=MiniMax-H3-Max')).toEqual([ids[1]]);
    expect(await list('filter.status=running')).toEqual([]);
    expect(await list('filter.task_type=regeneration')).toEqual([]);
    expect(await list('filter.status=Success')).toBe(400);
    expect(await list('page_size=0')).toBe(400);
  });

  it('is deleted once it has ended, but not while it runs', async () => {
    const emulator = await openEmulator(minimaxApi);
    const { json } = await call(emulator, 'POST', '/v2/video_generation', { json: second() });
    const path = `/v2/video_generation/${json.task_id}`;
    emulator.advance(300);
    expect((await call(emulator, 'DELETE', path)).status).toBe(400);
    emulator.advance(RUN_MS);
    expect((await call(emulator, 'DELETE', path)).json).toMatchObject({ action: 'deleted' });
    expect((await call(emulator, 'DELETE', path)).status).toBe(400);
  });

  it('of the first version is posted in other words than the query’s', async () => {
    const emulator = await openEmulator(minimaxApi);
    const receiver = await openAnswering((body) => body);
    const json = { model: 'MiniMax-Hailuo-2.3', ...BOAT, callback_url: receiver.url };
    await call(emulator, 'POST', '/v1/video_generation', { json });
    emulator.advance(RUN_MS);
    await until(() => receiver.posts.length === 4);
    const words = receiver.posts.slice(1).map(({ status }) => status);
    expect(words).toEqual(['processing', 'processing', 'success']);
    expect(receiver.posts[3]).toMatchObject({ file_id: expect.stringMatching(/^\d{15}$/) });
  });
});
