import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { Reference } from '../../server/src/providers/contract.ts';
import { kling } from '../../server/src/providers/kling/kling.ts';
import type { EmulatorOptions, RunningEmulator } from '../core/emulator.ts';
import { get, openEmulator, until } from '../core/testing.ts';
import { isMp4, openAdapter, openHook } from '../core/testing-adapter.ts';
import { klingApi } from './kling.ts';

const TURBO = 'kling/v2-5-turbo-pro';
const PICTURE = 'https://pictures.example/a.png';
const RUN_MS = 2_000;

interface Claims {
  iss?: string;
  exp?: number;
  nbf?: number;
}

/** A token made from its parts, independently of the adapter's code. */
function makeToken(
  emulator: RunningEmulator,
  claims: Claims = {},
  { head = { alg: 'HS256', typ: 'JWT' }, secret = emulator.fields.secret_key } = {},
): string {
  const now = Math.floor(emulator.clock.now() / SECOND_MS);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const whole = { iss: emulator.fields.access_key, exp: now + 1800, nbf: now - 5, ...claims };
  const text = `${part(head)}.${part(whole)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

async function ask(
  emulator: RunningEmulator,
  path: string,
  { json, authorization = `Bearer ${makeToken(emulator)}` }: { json?: unknown; authorization?: string } = {},
) {
  const init = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
  return get(`${emulator.url}/v1/videos/${path}`, { headers: { authorization }, ...init });
}

async function open(options: EmulatorOptions = {}, fields: Record<string, string> = {}) {
  const emulator = await openEmulator(klingApi, options);
  return { emulator, adapter: openAdapter(kling, emulator, fields) };
}

/** An account from before the single keys. */
const PAIR = { api_key: '' };

describe('the adapter against the emulator', () => {
  it.each<[string, string, JsonObject, number]>([
    ['a text', TURBO, { prompt: 'a boat', cfg_scale: 0.25, negative_prompt: 'a car' }, 2.5],
    ['ten seconds', TURBO, { prompt: 'a boat', duration: 10, aspect_ratio: '1:1' }, 5],
    ['two pictures', TURBO, { prompt: 'a boat', img_urls: [PICTURE, PICTURE] }, 2.5],
    ['3.0 in silence', 'kling/v3-t2v', { prompt: 'a boat', duration: 3 }, 1.8],
    ['3.0 with sound', 'kling/v3-t2v', { prompt: 'a boat', resolution: '1080p', audio: true }, 6],
    [
      '3.0 from pictures',
      'kling/v3-i2v',
      { prompt: 'a boat', img_urls: [PICTURE, PICTURE], audio: true },
      4.5,
    ],
    ['an effect of one picture', 'kling/template', { template_id: 'zoom_out', img_urls: [PICTURE] }, 2],
    ['an effect of two', 'kling/template', { template_id: 'hug_pro', img_urls: [PICTURE, PICTURE] }, 2],
  ])('makes a video with %s, and reports its units', async (_name, model, input, units) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(model, input, { token: 'rl-one' });
    expect(await adapter.poll(reference)).toEqual({ type: 'queued' });
    emulator.advance(300);
    expect(await adapter.poll(reference)).toEqual({ type: 'running' });
    emulator.advance(1_500);
    const outcome = await adapter.poll(reference);
    expect(outcome).toMatchObject({ type: 'succeeded', success: { used: { unit: 'units', amount: units } } });
    expect(isMp4(await adapter.fetch(outcome))).toBe(true);
    expect(emulator.accepted()).toMatchObject([{ provider: 'kling', token: 'rl-one' }]);
  });

  it.each([
    ['a single key', {}, 'accepted'],
    ['an older pair', PAIR, 'accepted'],
    ['a wrong key', { api_key: 'other-key' }, 'rejected'],
    ['a wrong pair', { ...PAIR, secret_key: 'other-secret' }, 'rejected'],
  ])('E1: signs on with %s', async (_name, fields, type) => {
    const { emulator, adapter } = await open({}, fields);
    const outcome = await adapter.start(TURBO, { prompt: 'a boat' });
    expect(outcome.type).toBe(type);
    const isGood = type === 'accepted';
    if (!isGood) expect(outcome).toMatchObject({ failure: { reason: 'bad_credentials' } });
    expect(await kling.probe(adapter.context)).toMatchObject({ type: isGood ? 'works' : 'fails' });
    expect(emulator.accepted()).toHaveLength(isGood ? 1 : 0);
  });

  it('stays known long after its token has expired', async () => {
    const { emulator, adapter } = await open({}, PAIR);
    const reference = await adapter.begin(TURBO, { prompt: 'a boat' });
    emulator.advance(31 * MINUTE_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });

  it('asks for many at once, and one by one for those no longer in the list', async () => {
    const { emulator, adapter } = await open();
    const references: Reference[] = [];
    for (let count = 0; count < 32; count += 1) {
      const input = { prompt: `boat ${count}`, ...(count % 4 === 3 ? { img_urls: [PICTURE] } : {}) };
      references.push(await adapter.begin(TURBO, input));
    }
    for (let count = 0; count < 70; count += 1) await adapter.begin(TURBO, { prompt: 'more' });
    emulator.advance(300);
    const outcomes = await kling.pollMany?.(
      [...references, { id: 'none', endpoint: 'text2video' }],
      adapter.context,
    );
    expect(outcomes?.slice(0, 32)).toEqual(references.map(() => ({ type: 'running' })));
    expect(outcomes?.[32]).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
  });

  it.each(['close_after', 'half', 'html'] as const)(
    'finds a create whose answer was lost (%s), and submits it once',
    async (kind) => {
      const { emulator, adapter } = await open();
      emulator.addFault({ on: 'start', kind });
      const wanted = adapter.request(TURBO, { prompt: 'a boat', img_urls: [PICTURE] });
      expect(await kling.start(wanted, adapter.context)).toMatchObject({ type: 'unknown' });
      const found = await kling.find?.(wanted, adapter.context);
      expect(found).toEqual({
        type: 'found',
        reference: { id: emulator.accepted()[0].jobId, endpoint: 'image2video' },
      });
      expect(emulator.accepted()).toHaveLength(1);
    },
  );

  it('finds none if none was accepted', async () => {
    const { emulator, adapter } = await open();
    emulator.addFault({ on: 'start', kind: 'close_before' });
    const wanted = adapter.request(TURBO, { prompt: 'a boat' });
    expect(await kling.start(wanted, adapter.context)).toMatchObject({ type: 'unknown' });
    expect(await kling.find?.(wanted, adapter.context)).toEqual({ type: 'none' });
    expect(emulator.accepted()).toEqual([]);
  });

  it('adopts the task that already has its token instead of failing', async () => {
    const { emulator, adapter } = await open();
    const wanted = adapter.request(TURBO, { prompt: 'a boat' });
    const first = await kling.start(wanted, adapter.context);
    expect(await kling.start(wanted, adapter.context)).toEqual(first);
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('leaves open what a token means that is taken at the other endpoint', async () => {
    const { emulator, adapter } = await open();
    await adapter.begin(TURBO, { prompt: 'a boat' }, { token: 'rl-one' });
    const input = { prompt: 'a boat', img_urls: [PICTURE] };
    expect(await adapter.start(TURBO, input, { token: 'rl-one' })).toMatchObject({ type: 'unknown' });
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('gets a signed post for each change, which names the task', async () => {
    const { emulator, adapter } = await open();
    const hook = await openHook(kling, adapter);
    const input = { prompt: 'a boat', img_urls: [PICTURE] };
    const { id } = await adapter.begin(TURBO, input, { callbackUrl: hook.url });
    emulator.advance(RUN_MS);
    await until(() => hook.outcomes.length === 3);
    expect(hook.outcomes).toEqual(hook.outcomes.map(() => ({ type: 'hint', reference: { id } })));
    // It does not name the endpoint: the adapter finds out.
    expect(await adapter.poll({ id })).toMatchObject({ type: 'succeeded' });
  });

  it('refuses a forged post, and accepts unsigned ones if there is no secret', async () => {
    const { emulator, adapter } = await open();
    const hook = await openHook(kling, adapter);
    emulator.addFault({ on: 'callback', kind: 'forge' });
    await adapter.begin(TURBO, { prompt: 'a boat' }, { callbackUrl: hook.url });
    await until(() => hook.outcomes.length === 1);
    expect(hook.outcomes[0]).toMatchObject({ type: 'refused' });
    const plain = await open({ fields: { webhook_secret: '' } });
    const plainHook = await openHook(kling, plain.adapter);
    await plain.adapter.begin(TURBO, { prompt: 'a boat' }, { callbackUrl: plainHook.url });
    await until(() => plainHook.outcomes.length === 1);
    expect(plainHook.outcomes[0]).toMatchObject({ type: 'hint', reference: {} });
  });

  it.each<[string, EmulatorOptions, string, string]>([
    ['too many at once', { settings: { concurrency: 0 } }, 'rate_limited', '1303'],
    ['too many in a minute', { settings: { startsPerMinute: 0 } }, 'rate_limited', '1302'],
    ['an account in trouble', { settings: { account: 'exception' } }, 'bad_credentials', '1100'],
    ['an account in arrears', { settings: { account: 'arrears' } }, 'quota_exhausted', '1101'],
    ['a used-up pack', { settings: { account: 'depleted' } }, 'quota_exhausted', '1102'],
    ['a prompt against the rules', { settings: { refusedWords: ['boat'] } }, 'content_refused', '1301'],
  ])('reports %s', async (_name, options, reason, code) => {
    const { emulator, adapter } = await open(options);
    const outcome = await adapter.start(TURBO, { prompt: 'a boat' });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason, code } });
    expect(emulator.accepted()).toEqual([]);
  });

  it.each<[string, JsonObject, JsonObject, { reason: string; code: string }]>([
    ['an invalid picture', { img_urls: ['no address'] }, {}, { reason: 'invalid_input', code: '1201' }],
    ['a length that the model does not have', { duration: 7 }, {}, { reason: 'invalid_input', code: '1201' }],
    ['an unknown model', {}, { model_name: 'kling-v9' }, { reason: 'bad_credentials', code: '1203' }],
  ])('reports %s', async (_name, input, params, failure) => {
    const { emulator, adapter } = await open();
    const { params: own } = adapter.request(TURBO, { prompt: 'a boat' });
    const outcome = await adapter.start(
      TURBO,
      { prompt: 'a boat', ...input },
      { params: { ...own, ...params } },
    );
    expect(outcome).toMatchObject({ type: 'rejected', failure });
    expect(emulator.accepted()).toEqual([]);
  });

  it('reports why a task has failed', async () => {
    const { emulator, adapter } = await open();
    emulator.addFault({ on: 'start', kind: 'fail', json: 'Failure to pass the risk control system' });
    const refused = await adapter.begin(TURBO, { prompt: 'a boat' });
    emulator.addFault({ on: 'start', kind: 'fail', json: 'Out of luck' });
    const failed = await adapter.begin(TURBO, { prompt: 'a boat' });
    emulator.advance(RUN_MS);
    expect(await kling.pollMany?.([refused, failed], adapter.context)).toMatchObject([
      { type: 'failed', failure: { reason: 'content_refused' } },
      { type: 'failed', failure: { reason: 'failed', message: 'Out of luck' } },
    ]);
  });

  it('proves a key pair, and says when it is wrong', async () => {
    const { emulator, adapter } = await open({}, PAIR);
    expect(await kling.probe(adapter.context)).toMatchObject({ type: 'works' });
    for (const field of ['access_key', 'secret_key']) {
      const wrong = openAdapter(kling, emulator, { ...PAIR, [field]: 'something-else' });
      const outcome = await kling.probe(wrong.context);
      expect(outcome).toMatchObject({ type: 'fails', failure: { reason: 'bad_credentials', code: '1002' } });
    }
  });

  it('calls a task lost once its record has expired, and its video with it', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(TURBO, { prompt: 'a boat' });
    emulator.advance(RUN_MS);
    const outcome = await adapter.poll(reference);
    emulator.advance(30 * DAY_MS);
    expect(await adapter.poll(reference)).toMatchObject({ failure: { reason: 'lost' } });
    await expect(adapter.fetch(outcome)).rejects.toThrow('answered 403');
  });
});

describe('a token', () => {
  it.each<[string, (emulator: RunningEmulator) => string, number]>([
    ['that is missing', () => '', 1001],
    ['that is not a token', () => 'Bearer kling-emulator-secret', 1002],
    ['in another scheme', (emulator) => `Token ${makeToken(emulator)}`, 1002],
    ['of another account', (emulator) => `Bearer ${makeToken(emulator, { iss: 'other' })}`, 1002],
    ['without an expiry', (emulator) => `Bearer ${makeToken(emulator, { exp: undefined })}`, 1002],
    ['without a beginning', (emulator) => `Bearer ${makeToken(emulator, { nbf: undefined })}`, 1002],
    ['of another secret', (emulator) => `Bearer ${makeToken(emulator, {}, { secret: 'other' })}`, 1002],
    [
      'that says it is not signed',
      (emulator) => `Bearer ${makeToken(emulator, {}, { head: { alg: 'none', typ: 'JWT' } })}`,
      1002,
    ],
  ])('%s is refused', async (_name, make, code) => {
    const emulator = await openEmulator(klingApi);
    const { status, json } = await ask(emulator, 'text2video', { authorization: make(emulator) });
    expect([status, json.code]).toEqual([401, code]);
    expect(json).toEqual({ code, message: expect.any(String), request_id: expect.any(String) });
  });

  it('is valid from its beginning to just before its expiry', async () => {
    const emulator = await openEmulator(klingApi);
    const now = Math.floor(emulator.clock.now() / SECOND_MS);
    const authorization = `Bearer ${makeToken(emulator, { nbf: now + 2, exp: now + 4 })}`;
    const codes = [];
    for (let second = 0; second < 5; second += 1) {
      codes.push((await ask(emulator, 'text2video', { authorization })).json.code);
      emulator.advance(SECOND_MS);
    }
    expect(codes).toEqual([1003, 1003, 0, 0, 1004]);
  });
});

describe('a create', () => {
  const V3 = { model_name: 'kling-v3', prompt: 'a boat' };
  const PAIR = { image: PICTURE, image_tail: PICTURE };

  it.each<[string, string, unknown, number]>([
    ['an unknown name', 'text2video', { ...V3, seed: 1 }, 1201],
    ['no prompt', 'text2video', { model_name: 'kling-v3' }, 1201],
    ['a long prompt', 'text2video', { ...V3, prompt: 'a'.repeat(2501) }, 1201],
    ['a duration as a number', 'text2video', { ...V3, duration: 5 }, 1201],
    ['a duration too long', 'text2video', { ...V3, duration: '16' }, 1201],
    ['an unknown mode', 'text2video', { ...V3, mode: 'max' }, 1201],
    ['sound as a boolean', 'text2video', { ...V3, sound: true }, 1201],
    ['sound at 2.5', 'text2video', { ...V3, model_name: 'kling-v2-5-turbo', sound: 'on' }, 1201],
    ['sound at 2.6 std', 'text2video', { ...V3, model_name: 'kling-v2-6', sound: 'on' }, 1201],
    ['an unknown ratio', 'text2video', { ...V3, aspect_ratio: '4:3' }, 1201],
    ['a scale above one', 'text2video', { ...V3, cfg_scale: 1.1 }, 1201],
    ['an unknown effect', 'effects', { effect_scene: 'none', input: { image: PICTURE } }, 1201],
    ['one picture for two', 'effects', { effect_scene: 'hug_pro', input: { image: PICTURE } }, 1201],
    [
      'two pictures for one',
      'effects',
      { effect_scene: 'zoom_out', input: { images: [PICTURE, PICTURE] } },
      1201,
    ],
    [
      'an effect with a mode',
      'effects',
      { effect_scene: 'zoom_out', mode: 'std', input: { image: PICTURE } },
      1201,
    ],
    ['a watermark without a word', 'text2video', { ...V3, watermark_info: {} }, 1201],
    ['an invalid callback address', 'text2video', { ...V3, callback_url: 'mail' }, 1201],
    ['a picture in a text-to-video request', 'text2video', { ...V3, image: PICTURE }, 1201],
    ['no picture', 'image2video', V3, 1201],
    ['a last frame alone', 'image2video', { ...V3, image_tail: PICTURE }, 1201],
    ['a ratio beside a picture', 'image2video', { ...V3, image: PICTURE, aspect_ratio: '1:1' }, 1201],
    ['base64 with a prefix', 'image2video', { ...V3, image: 'data:image/png;base64,iVBORw0KGgo=' }, 1201],
    ['a last frame at std', 'image2video', { ...V3, model_name: 'kling-v2-5-turbo', ...PAIR }, 1201],
    [
      'a last frame and sound at 2.6',
      'image2video',
      { ...V3, model_name: 'kling-v2-6', mode: 'pro', sound: 'on', ...PAIR },
      1201,
    ],
    ['no object', 'text2video', ['a boat'], 1200],
    ['no model', 'text2video', { prompt: 'a boat' }, 1203],
    ['a retired model', 'image2video', { ...V3, model_name: 'kling-v2-1', image: PICTURE }, 1203],
  ])('with %s is refused', async (_name, endpoint, json, code) => {
    const emulator = await openEmulator(klingApi);
    const answer = await ask(emulator, endpoint, { json });
    expect([answer.status, answer.json.code]).toEqual([code === 1203 ? 404 : 400, code]);
    expect(emulator.accepted()).toEqual([]);
  });

  it.each<[string, string, JsonObject]>([
    ['base64', 'image2video', { ...V3, image: 'iVBORw0KGgo=' }],
    ['empty texts', 'text2video', { ...V3, callback_url: '', external_task_id: '' }],
    ['a watermark', 'text2video', { ...V3, watermark_info: { enabled: true } }],
  ])('with %s is accepted, even twice', async (_name, endpoint, json) => {
    const emulator = await openEmulator(klingApi);
    for (const count of [1, 2]) {
      const answer = await ask(emulator, endpoint, { json });
      expect(answer.json).toMatchObject({ code: 0, data: { task_status: 'submitted' } });
      expect(emulator.accepted()).toHaveLength(count);
    }
  });

  it('has a unique name in the account, across both endpoints', async () => {
    const emulator = await openEmulator(klingApi);
    const json = { ...V3, external_task_id: 'one' };
    expect((await ask(emulator, 'text2video', { json })).status).toBe(200);
    for (const endpoint of ['text2video', 'image2video']) {
      const again = await ask(emulator, endpoint, {
        json: { ...json, ...(endpoint === 'image2video' ? { image: PICTURE } : {}) },
      });
      expect([again.status, again.json.code]).toEqual([400, 1201]);
    }
    expect(emulator.accepted()).toHaveLength(1);
  });
});

describe('a question', () => {
  it('is answered only at the endpoint of the task, by either of its names', async () => {
    const emulator = await openEmulator(klingApi);
    const json = { model_name: 'kling-v3', prompt: 'a boat', external_task_id: 'one' };
    await ask(emulator, 'text2video', { json });
    const [{ jobId }] = emulator.accepted();
    for (const name of [jobId, 'one']) {
      const { json: answer } = await ask(emulator, `text2video/${name}`);
      expect(answer).toMatchObject({ code: 0, data: { task_id: jobId, created_at: emulator.clock.now() } });
      expect(await ask(emulator, `image2video/${name}`)).toMatchObject({ status: 404, json: { code: 1203 } });
    }
  });

  it.each(['pageNum=0', 'pageNum=1001', 'pageSize=501', 'pageSize=ten'])('refuses %s', async (query) => {
    const emulator = await openEmulator(klingApi);
    expect(await ask(emulator, `text2video?${query}`)).toMatchObject({ status: 400, json: { code: 1201 } });
  });

  it('of a list is answered in pages, newest first', async () => {
    const emulator = await openEmulator(klingApi);
    const json = { model_name: 'kling-v3', prompt: 'a boat' };
    for (let count = 0; count < 3; count += 1) await ask(emulator, 'text2video', { json });
    const ids = emulator.accepted().map(({ jobId }) => jobId);
    const page = async (query: string) =>
      ((await ask(emulator, `text2video?${query}`)).json.data as JsonObject[]).map(({ task_id: id }) => id);
    expect(await page('pageSize=2')).toEqual([ids[2], ids[1]]);
    expect(await page('pageNum=2&pageSize=2')).toEqual([ids[0]]);
    expect((await ask(emulator, 'image2video')).json.data).toEqual([]);
  });

  it('to an unknown address is 1202', async () => {
    const emulator = await openEmulator(klingApi);
    expect(await ask(emulator, 'kolors')).toMatchObject({ status: 404, json: { code: 1202 } });
  });
});
