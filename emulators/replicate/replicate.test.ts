import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, HOUR_MS } from '../../server/src/lib/time.ts';
import { replicate } from '../../server/src/providers/replicate/replicate.ts';
import { call, openEmulator, openReceiver, until } from '../core/testing.ts';
import { isMp4, openAdapter, openHook } from '../core/testing-adapter.ts';
import { REPLICATE_MODELS } from './models.ts';
import { replicateApi } from './replicate.ts';

const T2V = 'wan/v2-2-t2v';
const I2V = 'wan/v2-2-i2v';
const SEEDANCE = 'bytedance/seedance1-0-pro-t2v';
const CAT: JsonObject = { prompt: 'a cat' };
const PICTURES = ['https://pictures.example/1.png', 'https://pictures.example/2.png'];
const RUN_MS = 2_000;

/** The adapter against its own emulator. */
async function open(settings: JsonObject = {}, fields: Record<string, string> = {}) {
  const emulator = await openEmulator(replicateApi, { settings });
  return { emulator, adapter: openAdapter(replicate, emulator, fields) };
}

describe('the adapter of Replicate', () => {
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
    expect(outcome.success.used).toEqual({ unit: 'seconds', amount: 1.5 });
    expect(isMp4(await adapter.fetch(outcome))).toBe(true);
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('runs a model by its version, and takes a list of files', async () => {
    const { emulator, adapter } = await open({ listsOutput: true });
    const { version } = REPLICATE_MODELS['wan-video/wan-2.2-t2v-fast'];
    const reference = await adapter.begin(T2V, CAT, { params: { version, fields: { prompt: 'prompt' } } });
    emulator.advance(RUN_MS);
    const outcome = await adapter.poll(reference);
    expect(outcome).toMatchObject({ type: 'succeeded', success: { modelVersion: version } });
  });

  it('sends no token to a host that an answer names, and still finds the prediction', async () => {
    const { emulator, adapter } = await open({ foreignAddresses: true });
    const reference = await adapter.begin(T2V, CAT);
    expect(JSON.stringify(reference)).not.toContain('attacker');
    const stored = { ...reference, get: 'https://api.attacker.example/v1/predictions/1' };
    expect(await adapter.poll(stored)).toMatchObject({ type: 'queued' });
    const foreign = { ...reference, cancel: 'https://api.attacker.example/v1/predictions/1/cancel' };
    expect(await replicate.cancel?.(foreign, adapter.context)).toEqual({ type: 'stopped' });
    expect(emulator.jobCounts()).toMatchObject({ cancelled: 1 });
  });

  it('fetches no result from a host that Replicate does not use', async () => {
    const { emulator, adapter } = await open();
    emulator.addFault({ on: 'start', kind: 'result_url', url: 'https://results.attacker.example/video.mp4' });
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    const outcome = await adapter.poll(reference);
    await expect(adapter.fetch(outcome)).rejects.toThrow('address was refused');
  });

  it.each([
    ['content_refused', 'The input or output was flagged as sensitive. (E005)'],
    ['unavailable', 'Service is currently unavailable due to high demand. (E003)'],
    ['failed', 'Model out of memory (E1001)'],
    ['failed', { any: 'thing' }],
  ])('reads %s from a prediction that fails with %j', async (reason, json) => {
    const { emulator, adapter } = await open();
    emulator.addFault({ on: 'start', kind: 'fail', json: json as Json });
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason } });
  });

  it.each([
    ['aborted', 'failed'],
    ['paused', 'unanswered'],
  ])('takes the state %s for %s', async (state, type) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.addFault({ on: 'poll', kind: 'state', state });
    expect(await adapter.poll(reference)).toMatchObject({ type });
  });

  it('takes a result that was removed after an hour for lost', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
    emulator.advance(HOUR_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
  });

  it('takes a prediction that is no longer known for lost', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(DAY_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
  });
});

describe('a start that is refused', () => {
  it.each([
    ['with a bad token', {}, { api_key: 'r8_other_token' }, 'bad_credentials'],
    ['without money', { noCredit: true }, {}, 'quota_exhausted'],
    ['above the limit', { startsPerMinute: 0 }, {}, 'rate_limited'],
  ])('%s says why, and nothing was accepted', async (_name, settings, fields, reason) => {
    const { emulator, adapter } = await open(settings, fields);
    const outcome = await adapter.start(T2V, CAT);
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason } });
    if (reason === 'rate_limited') expect(outcome).toMatchObject({ failure: { retryAfterSeconds: 30 } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('because of an input reports it under Reelay’s names', async () => {
    const { emulator, adapter } = await open();
    const params = {
      model: 'wan-video/wan-2.2-t2v-fast',
      fields: { prompt: 'prompt', duration: 'num_frames', style: 'style' },
    };
    const input = { prompt: 'a cat', duration: 900, style: 'noir' };
    expect(await adapter.start(T2V, CAT, { params, input })).toMatchObject({
      type: 'rejected',
      failure: { reason: 'invalid_input', message: 'duration: is above 121; style: is not a field' },
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it.each<JsonObject>([{ model: 'nobody/nothing' }, { version: 'f'.repeat(64) }])(
    'for %j leaves the account alone, and repeats no words of Replicate',
    async (which) => {
      const { emulator, adapter } = await open();
      const params = { ...which, fields: { prompt: 'prompt' } };
      expect(await adapter.start(T2V, CAT, { params })).toMatchObject({
        failure: { reason: 'failed', message: expect.not.stringContaining('exist') },
      });
      expect(emulator.accepted()).toEqual([]);
    },
  );
});

describe('a cancel', () => {
  it.each([
    ['waits', 0],
    ['runs', 500],
  ])('stops a prediction that %s', async (_name, ms) => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(ms);
    expect(await replicate.cancel?.(reference, adapter.context)).toEqual({ type: 'stopped' });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'cancelled' } });
  });

  it('is too late for an ended prediction', async () => {
    const { emulator, adapter } = await open();
    const reference = await adapter.begin(T2V, CAT);
    emulator.advance(RUN_MS);
    expect(await replicate.cancel?.(reference, adapter.context)).toMatchObject({ type: 'refused' });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });
});

describe('a callback', () => {
  it('names a prediction whose answer was lost, so that it is adopted as soon as it starts', async () => {
    const { emulator, adapter } = await open();
    const hook = await openHook(replicate, adapter);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    const outcome = await adapter.start(T2V, CAT, { callbackUrl: hook.url });
    expect(outcome).toMatchObject({ type: 'unknown' });
    await until(() => hook.outcomes.length === 1);
    const [hint] = hook.outcomes;
    if (hint.type !== 'hint' || !hint.reference) throw new Error(JSON.stringify(hint));
    expect(await adapter.poll(hint.reference)).toMatchObject({ type: 'queued' });
    emulator.advance(RUN_MS);
    await until(() => hook.outcomes.length === 2);
    expect(hook.outcomes[1]).toEqual(hint);
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('may come twice', async () => {
    const { emulator, adapter } = await open();
    const hook = await openHook(replicate, adapter);
    emulator.addFault({ on: 'callback', kind: 'double', skip: 1 });
    const reference = await adapter.begin(T2V, CAT, { callbackUrl: hook.url });
    emulator.advance(RUN_MS);
    await until(() => hook.outcomes.length === 3);
    for (const outcome of hook.outcomes) expect(outcome).toEqual({ type: 'hint', reference });
  });

  it.each([
    ['that somebody forged is refused', undefined, 'refused'],
    ['of another account is refused', 'whsec_c29tZWJvZHkgZWxzZQ==', 'refused'],
    ['that cannot be verified for lack of a secret is a hint', '', 'hint'],
  ])('%s', async (_title, secret, type) => {
    const { emulator, adapter } = await open({}, secret === undefined ? {} : { webhook_secret: secret });
    const hook = await openHook(replicate, adapter);
    if (secret === undefined) emulator.addFault({ on: 'callback', kind: 'forge' });
    await adapter.begin(T2V, CAT, { callbackUrl: hook.url });
    await until(() => hook.outcomes.length === 1);
    expect(hook.outcomes).toMatchObject([{ type }]);
  });

  it.each([
    ['whose signature is 301 s old is refused', 301, 0, 'refused'],
    ['that comes ten minutes late with a new signature is accepted', 0, 600_000, 'hint'],
  ])('%s', async (_title, signedSecondsAgo, ms, type) => {
    const { emulator, adapter } = await open({ signedSecondsAgo });
    const hook = await openHook(replicate, adapter);
    emulator.addFault({ on: 'callback', kind: 'late', ms, skip: 1 });
    await adapter.begin(T2V, CAT, { callbackUrl: hook.url });
    await until(() => hook.outcomes.length === 1);
    emulator.advance(RUN_MS + ms);
    await until(() => hook.outcomes.length === 2);
    expect(hook.outcomes[1]).toMatchObject({ type });
  });

  it('that is not accepted is sent again under its id', async () => {
    const { emulator, adapter } = await open();
    const receiver = await openReceiver();
    receiver.statuses.push(200, 503);
    await adapter.begin(T2V, CAT, { callbackUrl: receiver.url });
    emulator.advance(RUN_MS);
    await until(() => emulator.deliveries().length === 2);
    emulator.advance(HOUR_MS);
    await until(() => receiver.posts.length === 3);
    const [, first, again] = receiver.posts.map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(first);
  });
});

describe('the test of a credential', () => {
  it('names the account of a good token and reports a bad one', async () => {
    const good = await open();
    expect(await replicate.probe(good.adapter.context)).toMatchObject({ type: 'works' });
    const bad = await open({}, { api_key: 'r8_other_token' });
    expect(await replicate.probe(bad.adapter.context)).toMatchObject({
      failure: { reason: 'bad_credentials' },
    });
  });
});

describe('the emulator of Replicate', () => {
  it.each([
    ['no input', {}, 'input'],
    ['an unknown member', { input: CAT, inptu: {} }, 'inptu'],
    ['an unknown input', { input: { ...CAT, duration: 5 } }, 'input.duration'],
    ['a value out of range', { input: { ...CAT, num_frames: 80 } }, 'input.num_frames'],
    ['an unknown event', { input: CAT, webhook_events_filter: ['end'] }, 'webhook_events_filter.0'],
    ['a webhook that is not an address', { input: CAT, webhook: 'x' }, 'webhook'],
  ])('refuses %s, and names the field', async (_name, json, field) => {
    const emulator = await openEmulator(replicateApi);
    const answer = await call(emulator, 'POST', '/models/wan-video/wan-2.2-t2v-fast/predictions', { json });
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ title: 'Input validation failed', invalid_fields: [{ field }] });
    expect(emulator.accepted()).toEqual([]);
  });

  it('lists the newest first', async () => {
    const emulator = await openEmulator(replicateApi);
    const path = '/models/wan-video/wan-2.2-t2v-fast/predictions';
    const first = await call(emulator, 'POST', path, { json: { input: CAT } });
    const second = await call(emulator, 'POST', path, { json: { input: CAT } });
    const { json } = await call(emulator, 'GET', '/predictions');
    expect(json).toMatchObject({ results: [{ id: second.json.id }, { id: first.json.id }] });
  });
});
