import { describe, expect, it } from 'vitest';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { chargeOf } from '../../server/src/catalog/prices.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, HOUR_MS } from '../../server/src/lib/time.ts';
import { fal } from '../../server/src/providers/fal/fal.ts';
import { get, openEmulator, openReceiver, until } from '../core/testing.ts';
import { isMp4, openAdapter, openHook } from '../core/testing-adapter.ts';
import { falApi } from './fal.ts';

const T2V = 'wan/v2-2-t2v';
const I2V = 'wan/v2-2-i2v';
const SEEDANCE = 'bytedance/seedance1-0-pro-t2v';
const CAT: JsonObject = { prompt: 'a cat' };
const PICTURES = ['https://pictures.example/1.png', 'https://pictures.example/2.png'];
const RUN_MS = 2_000;

/** The adapter against its own emulator. */
async function open(settings: JsonObject = {}, fields: Record<string, string> = {}) {
  const emulator = await openEmulator(falApi, { settings });
  return { emulator, adapter: openAdapter(fal, emulator, fields) };
}

describe('the adapter of fal', () => {
  it.each([
    [T2V, CAT],
    [T2V, { prompt: 'a cat', resolution: '720p', aspect_ratio: '9:16', duration: 7, seed: 0 }],
    [I2V, { prompt: 'it jumps', img_urls: PICTURES, duration: 6 }],
    [I2V, { prompt: 'it jumps', img_urls: PICTURES.slice(0, 1) }],
    [SEEDANCE, { prompt: 'a cat', duration: 12, resolution: '1080p', seed: -1, camera_fixed: true }],
  ])('makes %s from %j: it waits, runs, and its video can be fetched', async (model, input) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(model, input);
    expect(await adapter.poll(reference)).toEqual({ type: 'queued' });
    emulator.advance(500);
    expect(await adapter.poll(reference)).toEqual({ type: 'running' });
    emulator.advance(RUN_MS);
    const outcome = await adapter.poll(reference);
    if (outcome.type !== 'succeeded') throw new Error(JSON.stringify(outcome));
    expect(outcome.success.used).toEqual({
      unit: 'units',
      amount: expect.closeTo(Number(input.duration ?? 5) + 0.008),
    });
    expect(isMp4(await adapter.fetch(outcome))).toBe(true);
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('keeps the seed 0', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, { ...CAT, seed: 0 });
    emulator.advance(RUN_MS);
    expect(await adapter.poll(reference)).toMatchObject({ success: { usage: { seed: 0 } } });
  });

  it('sends no key to a host that an answer names, and still finds the request', async () => {
    const { emulator, adapter } = await open({ foreignAddresses: true });
    const reference = await adapter.begin(T2V, CAT);
    expect(JSON.stringify(reference)).not.toContain('attacker');
    emulator.advance(RUN_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
    const stored = { ...reference, status_url: 'https://queue.attacker.example/s' };
    expect(await adapter.poll(stored)).toMatchObject({ type: 'succeeded' });
  });

  it('fetches no result from a host that fal does not use', async () => {
    const { emulator, adapter } = await open();
    emulator.addFault({ on: 'start', kind: 'result_url', url: 'https://results.attacker.example/video.mp4' });
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    const outcome = await adapter.poll(reference);
    await expect(adapter.fetch(outcome)).rejects.toThrow('address was refused');
  });

  it('reports what is wrong with an input under Reelay’s names, once the run has ended', async () => {
    const { emulator, adapter } = await open();
    const params = {
      endpoint: 'fal-ai/wan/v2.2-a14b/text-to-video',
      fields: { prompt: 'prompt', duration: 'num_frames', style: 'style' },
    };
    const input = { prompt: 'a cat', duration: 900, style: 'noir' };
    const reference = await adapter.begin(T2V, CAT, { params, input });
    emulator.advance(500);
    expect(await adapter.poll(reference)).toMatchObject({
      type: 'failed',
      failure: { reason: 'invalid_input', message: 'duration: is above 161; style: is not a field' },
    });
  });

  it.each([
    [
      'content_refused',
      { detail: [{ loc: ['body', 'prompt'], msg: 'Flagged', type: 'content_policy_violation' }] },
    ],
    ['invalid_input', { detail: [{ loc: ['body', 'image_url'], msg: 'Gone', type: 'file_download_error' }] }],
    ['timed_out', { detail: 'Request timed out', error_type: 'request_timeout' }],
    ['unavailable', { detail: 'Runner disconnected', error_type: 'runner_disconnected' }],
    ['failed', { detail: [{ loc: ['body'], msg: 'Oh', type: 'internal_server_error' }] }],
    ['failed', { detail: 'Internal Server Error' }],
  ])('reads %s from a run that ends with %j', async (reason, json) => {
    const { emulator, adapter } = await open();
    emulator.addFault({ on: 'start', kind: 'fail', json });
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason } });
  });

  it.each([
    ['status', 0],
    ['result', 1],
  ])('does not take a passing 503 instead of the %s for the end', async (_name, skip) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    emulator.addFault({
      on: 'poll',
      kind: 'body',
      status: 503,
      json: { detail: 'Service unavailable' },
      skip,
    });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'unanswered' });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });

  it('takes an unknown state for no answer', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.addFault({ on: 'poll', kind: 'state', state: 'PAUSED' });
    expect(await adapter.poll(reference)).toMatchObject({
      type: 'unanswered',
      failure: { reason: 'unreadable' },
    });
  });

  it('takes a request that is no longer known for lost', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(HOUR_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
  });

  it('loses the file once its address has expired', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    const outcome = await adapter.poll(reference);
    emulator.advance(7 * DAY_MS);
    await expect(adapter.fetch(outcome)).rejects.toMatchObject({
      reason: 'unavailable',
    });
  });
});

it.each([
  [3.008, 48_128_000n],
  [5.008, 80_000_000n],
  [0, 0n],
])('A4: %d units of a hold of 80 credits are charged as %d micro-credits', (amount, micros) => {
  const offers = readShippedModels().find(({ model }) => model === T2V)?.offers ?? [];
  const charge = offers.find(({ provider }) => provider === 'fal')?.charge;
  expect(chargeOf(charge, { unit: 'units', amount }, 80_000_000n)).toBe(micros);
});

describe('a start that is refused', () => {
  it.each([
    ['with a bad key', {}, { api_key: 'other:key' }, 'bad_credentials'],
    ['with half a key', {}, { api_key: 'half-a-key' }, 'bad_credentials'],
    ['without money', { locked: true }, {}, 'quota_exhausted'],
    ['above the limit', { startsPerMinute: 0 }, {}, 'rate_limited'],
  ])('%s says why, and nothing was accepted', async (_name, settings, fields, reason) => {
    const { emulator, adapter } = await open(settings, fields);
    expect(await adapter.start(T2V, CAT)).toMatchObject({ type: 'rejected', failure: { reason } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('for an unknown app leaves the account alone, and repeats no words of fal', async () => {
    const { emulator, adapter } = await open();
    const params = { endpoint: 'fal-ai/nothing/here', fields: { prompt: 'prompt' } };
    expect(await adapter.start(T2V, CAT, { params })).toMatchObject({
      failure: { reason: 'failed', message: expect.not.stringContaining('nothing') },
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it('because the endpoint has no field for an input is never sent', async () => {
    const { emulator, adapter } = await open();
    const outcome = await adapter.start(SEEDANCE, { ...CAT, return_last_frame: true });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'failed' } });
    expect(emulator.accepted()).toEqual([]);
  });
});

describe('a cancel', () => {
  const cancel = (adapter: Awaited<ReturnType<typeof open>>['adapter'], reference: JsonObject) =>
    fal.cancel?.(reference, adapter.context);

  it('stops a waiting request, and may be repeated', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    expect(await cancel(adapter, reference)).toEqual({ type: 'stopped' });
    expect(await cancel(adapter, reference)).toEqual({ type: 'stopped' });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'cancelled' } });
    expect(emulator.jobCounts()).toMatchObject({ cancelled: 1 });
  });

  it('stops a running request that follows the signal', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(500);
    expect(await cancel(adapter, reference)).toEqual({ type: 'stopped' });
  });

  it('does not claim to have stopped a request that runs on', async () => {
    const { emulator, adapter } = await open({ stopsRunning: false });
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(500);
    expect(await cancel(adapter, reference)).toMatchObject({ type: 'refused' });
    emulator.advance(RUN_MS);
    expect(await cancel(adapter, reference)).toMatchObject({ type: 'refused' });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });
});

describe('a callback', () => {
  it('names a request whose answer was lost, so that it is adopted', async () => {
    const { emulator, adapter } = await open();
    const hook = await openHook(fal, adapter);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    const outcome = await adapter.start(T2V, CAT, { callbackUrl: `${hook.url}?mac=1` });
    expect(outcome).toMatchObject({ type: 'unknown' });
    emulator.advance(RUN_MS);
    await until(() => hook.outcomes.length === 1);
    const [hint] = hook.outcomes;
    if (hint.type !== 'hint' || !hint.reference) throw new Error(JSON.stringify(hint));
    expect(await adapter.poll(hint.reference)).toMatchObject({ type: 'succeeded' });
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('reports a failed run as well, and may come twice', async () => {
    const { emulator, adapter } = await open();
    const hook = await openHook(fal, adapter);
    emulator.addFault({
      on: 'start',
      kind: 'fail',
      json: { detail: 'Oh', error_type: 'runner_server_error' },
    });
    emulator.addFault({ on: 'callback', kind: 'double' });
    const { request_id: requestId } = await adapter.begin(T2V, CAT, { callbackUrl: hook.url });
    emulator.advance(RUN_MS);
    await until(() => hook.outcomes.length === 2);
    const hint = { type: 'hint', reference: { request_id: requestId } };
    expect(hook.outcomes).toMatchObject([hint, hint]);
  });

  it('that is not accepted is sent again', async () => {
    const { emulator, adapter } = await open();
    const receiver = await openReceiver();
    receiver.statuses.push(503);
    await adapter.begin(T2V, CAT, { callbackUrl: receiver.url });
    emulator.advance(RUN_MS);
    await until(() => emulator.deliveries().length === 1);
    emulator.advance(HOUR_MS);
    await until(() => receiver.posts.length === 2);
    expect(receiver.posts[0].json).toEqual(receiver.posts[1].json);
  });

  it('that somebody forged is refused', async () => {
    const { emulator, adapter } = await open();
    const hook = await openHook(fal, adapter);
    emulator.addFault({ on: 'callback', kind: 'forge' });
    await adapter.begin(T2V, CAT, { callbackUrl: hook.url });
    emulator.advance(RUN_MS);
    await until(() => hook.outcomes.length === 1);
    expect(hook.outcomes).toMatchObject([{ type: 'refused' }]);
  });

  it.each([
    ['whose signature is 301 s old is refused', 301, 0, 'refused'],
    ['that comes ten minutes late with a new signature is accepted', 0, 600_000, 'hint'],
  ])('%s', async (_title, signedSecondsAgo, ms, type) => {
    const { emulator, adapter } = await open({ signedSecondsAgo });
    const hook = await openHook(fal, adapter);
    emulator.addFault({ on: 'callback', kind: 'late', ms });
    await adapter.begin(T2V, CAT, { callbackUrl: hook.url });
    emulator.advance(RUN_MS + ms);
    await until(() => hook.outcomes.length === 1);
    expect(hook.outcomes).toMatchObject([{ type }]);
  });
});

describe('the test of a credential', () => {
  it('works with a good key and reports a bad one', async () => {
    const good = await open();
    expect(await fal.probe(good.adapter.context)).toMatchObject({ type: 'works' });
    const bad = await open({}, { api_key: 'other:key' });
    expect(await fal.probe(bad.adapter.context)).toMatchObject({
      type: 'fails',
      failure: { reason: 'bad_credentials' },
    });
  });
});

describe('the emulator of fal', () => {
  const post = async (path: string, init: RequestInit = {}) => {
    const emulator = await openEmulator(falApi);
    const headers = { authorization: `Key ${emulator.fields.api_key}`, ...init.headers };
    const answer = await get(`${emulator.url}${path}`, { method: 'POST', ...init, headers });
    return { emulator, answer };
  };
  const APP = '/fal-ai/wan/v2.2-a14b/text-to-video';

  it.each([
    ['a body that is not an object', APP, '[1]', 422],
    ['a body that is not JSON', APP, '{', 422],
    ['an invalid callback address', `${APP}?fal_webhook=x`, '{}', 400],
    ['an unknown endpoint', '/fal-ai/wan', '{}', 404],
  ])('refuses %s', async (_name, path, body, status) => {
    const { emulator, answer } = await post(path, { body });
    expect(answer.status).toBe(status);
    expect(emulator.accepted()).toEqual([]);
  });

  it('knows a request only under its own app, and answers 202 until it is completed', async () => {
    const { emulator, answer } = await post(APP, { body: '{"prompt":"a cat"}' });
    const headers = { authorization: `Key ${emulator.fields.api_key}` };
    const address = String(answer.json.status_url);
    expect((await get(address, { headers })).status).toBe(202);
    expect((await get(address.replace('/wan/', '/other/'), { headers })).status).toBe(404);
    expect((await get(String(answer.json.response_url), { headers })).status).toBe(400);
    emulator.advance(RUN_MS);
    expect((await get(address, { headers })).status).toBe(200);
  });

  it('shows the keys of its callbacks to anybody, and prices only to good keys', async () => {
    const { emulator } = await post(APP, { body: '{}' });
    expect((await get(emulator.fields.jwks_url)).json).toMatchObject({
      keys: [{ kty: 'OKP', crv: 'Ed25519' }],
    });
    expect((await get(`${emulator.fields.platform_url}/models/pricing?endpoint_id=x`)).status).toBe(401);
  });
});
