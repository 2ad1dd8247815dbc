import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { HOUR_MS, MINUTE_MS } from '../../server/src/lib/time.ts';
import { bytedanceEffects } from '../../server/src/providers/bytedance-effects/bytedance-effects.ts';
import type { CallContext, Reference } from '../../server/src/providers/contract.ts';
import type { RunningEmulator } from '../core/emulator.ts';
import { get, openEmulator, openReceiver, until } from '../core/testing.ts';
import { isMp4, openAdapter, openHook, type TestedAdapter } from '../core/testing-adapter.ts';
import { bytedanceEffectsApi } from './bytedance-effects.ts';
import { readCatalogue } from './templates.ts';

const MODEL = 'bytedance/template';
const PICTURE = 'https://pictures.example/a.png';
const [ONE, TWO] = readCatalogue();
const INPUT: JsonObject = { template_id: '970000001', img_urls: [PICTURE], resolution: '480p' };
const KICKART = '/openapi/ai_effect';

/** The ways to one account, by fields of the credential. */
const WAYS: [string, Record<string, string>][] = [
  ['form A', { form: 'a' }],
  [
    'form A in the order of the general signer',
    { form: 'a', signed_headers: 'host;x-content-sha256;x-date' },
  ],
  ['form A in the other region', { form: 'a', region: 'cn-north' }],
  ['form B with a key', { form: 'b' }],
  ['form B with a ticket', { form: 'b', api_key: '' }],
  [
    'form B with a ticket of BytePlus',
    { form: 'b', api_key: '', ticket_scope: 'kickart/ap-southeast-1/2026-02-27' },
  ],
  ['form B in the second edition', { form: 'b', kickart_edition: '2' }],
];
const FORMS = WAYS.filter(([name]) => name === 'form A' || name === 'form B with a key');

async function open(fields: Record<string, string>, more = {}) {
  const emulator = await openEmulator(bytedanceEffectsApi, more);
  return { emulator, adapter: openAdapter(bytedanceEffects, emulator, fields) };
}

async function begin(adapter: TestedAdapter, input = INPUT, template = ONE): Promise<Reference> {
  return adapter.begin(MODEL, input, { template });
}

function callB(
  emulator: RunningEmulator,
  path: string,
  json: Json,
  headers: Record<string, string> = { authorization: `Bearer ${emulator.fields.api_key}` },
) {
  return get(`${emulator.url}${KICKART}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(json),
  });
}

describe.each(WAYS)('a task through %s', (_way, fields) => {
  it('ends with a real video, and was submitted once', async () => {
    const { emulator, adapter } = await open(fields);
    const reference = await begin(adapter);
    const isA = fields.form === 'a';
    expect(await adapter.poll(reference)).toEqual(
      isA ? { type: 'queued' } : { type: 'running', progress: 0 },
    );
    emulator.advance(1_050);
    expect(await adapter.poll(reference)).toEqual({ type: 'running', progress: 0.5 });
    emulator.advance(1_000);
    const outcome = await adapter.poll(reference);
    if (outcome.type !== 'succeeded') throw new Error(JSON.stringify(outcome));
    expect(await adapter.poll(reference)).toEqual(outcome);
    expect(outcome.success.used).toEqual(isA ? undefined : { unit: 'points', amount: 0.79 });
    expect(isMp4(await adapter.fetch(outcome))).toBe(true);
    emulator.advance(25 * HOUR_MS);
    await expect(adapter.fetch(outcome)).rejects.toMatchObject({ reason: 'unavailable' });
    expect(emulator.accepted()).toMatchObject([{ jobId: reference.task_id, model: '970000001' }]);
  });

  it('passes the probe, which asks for a task that does not exist', async () => {
    const { emulator, adapter } = await open(fields);
    expect(await bytedanceEffects.probe(adapter.context)).toMatchObject({ type: 'works' });
    expect(emulator.accepted()).toEqual([]);
  });
});

describe.each([
  ['another access key', { access_key: 'AKOTHER' }, '100009'],
  ['another secret key', { secret_key: 'another-secret' }, '100010'],
  ['another region', { region: 'cn-beijing' }, '100010'],
  ['an unknown token', { session_token: 'sts-token' }, '100010'],
  ['another API key', { form: 'b', api_key: 'kickart-other-key' }, '1300'],
  ['another access key, for a ticket', { form: 'b', api_key: '', access_key: 'AKOTHER' }, '100009'],
  [
    'another scope of tickets',
    { form: 'b', api_key: '', ticket_scope: 'ic_iam/cn-east/2025-08-25' },
    '100010',
  ],
])('an account with %s', (_what, fields, code) => {
  it('is refused in every call, and nothing is accepted', async () => {
    const { emulator, adapter } = await open(fields as Record<string, string>);
    const failure = { reason: 'bad_credentials', code };
    expect(await adapter.start(MODEL, INPUT, { template: ONE })).toMatchObject({ type: 'rejected', failure });
    expect(await bytedanceEffects.probe(adapter.context)).toMatchObject({ type: 'fails', failure });
    const form = String(adapter.context.credential.fields.form);
    const reference = { form, task_id: '1', submitted_at_ms: 0 };
    expect(await adapter.poll(reference)).toMatchObject({ type: 'unanswered', failure });
    expect(emulator.accepted()).toEqual([]);
  });
});

describe('a signed call', () => {
  it('of temporary keys carries their token', async () => {
    const fields = { session_token: 'sts-emulator-token' };
    const { emulator } = await open({}, { fields });
    expect(
      (await openAdapter(bytedanceEffects, emulator, fields).start(MODEL, INPUT, { template: ONE })).type,
    ).toBe('accepted');
    const without = openAdapter(bytedanceEffects, emulator, { session_token: '' });
    expect(await without.start(MODEL, INPUT, { template: ONE })).toMatchObject({
      failure: { code: '100010' },
    });
  });

  it.each([-16, 16])('%i minutes off the clock is refused for that reason', async (minutes) => {
    const { emulator, adapter } = await open({ form: 'a' });
    const clock = () => emulator.clock.now() + minutes * MINUTE_MS;
    const outcome = await bytedanceEffects.probe({ ...adapter.context, clock });
    expect(outcome).toMatchObject({ failure: { reason: 'bad_credentials', code: '100006' } });
  });

  it.each([
    ['the body', { body: '{"TaskId":"2"}' }],
    ['the query', { query: { Action: 'QueryAiTemplateTaskResult', Version: '2025-11-25', more: '1' } }],
    ['a signed header', { headers: { 'x-date': '20261121T000001Z' } }],
  ])('whose %s was changed in transit is refused', async (_what, change) => {
    const { emulator, adapter } = await open({ form: 'a' });
    emulator.clock.setManual(true);
    const sent = await recordCall(adapter, (context) => bytedanceEffects.probe(context));
    const query = new URLSearchParams('query' in change ? change.query : sent.query);
    const answer = await get(`${emulator.url}/?${query}`, {
      method: 'POST',
      headers: {
        ...sent.headers,
        'content-type': 'application/json',
        ...('headers' in change ? nearby(sent.headers) : {}),
      },
      body: 'body' in change ? change.body : sent.text,
    });
    expect([answer.status, answer.json]).toMatchObject([
      401,
      { ResponseMetadata: { Error: { Code: 'SignatureDoesNotMatch', CodeN: 100010 } } },
    ]);
  });

  it('of an unknown action or version is 404', async () => {
    const { emulator, adapter } = await open({ form: 'a', version: '2024-01-01' });
    expect(await bytedanceEffects.probe(adapter.context)).toMatchObject({ type: 'fails' });
    const answer = await get(`${emulator.url}/?Action=ListTemplates&Version=2025-11-25`, { method: 'POST' });
    expect([answer.status, answer.json]).toMatchObject([
      404,
      { ResponseMetadata: { Error: { Code: 'InvalidActionOrVersion' } } },
    ]);
  });
});

/** The same second of the next minute: within the allowed skew, but not what was signed. */
function nearby(headers: Record<string, string>): Record<string, string> {
  const minute = Number(headers['x-date'].slice(11, 13));
  const other = String(minute < 30 ? minute + 1 : minute - 1).padStart(2, '0');
  return { 'x-date': headers['x-date'].replace(/\d\d(\d\dZ)$/, `${other}$1`) };
}

interface SentCall {
  query: Record<string, string>;
  headers: Record<string, string>;
  text: string;
}

/** What a call of the adapter sends. */
async function recordCall(
  { context }: TestedAdapter,
  perform: (context: CallContext) => Promise<unknown>,
): Promise<SentCall> {
  const sent: SentCall[] = [];
  const http: CallContext['http'] = {
    redact: (text) => text,
    call(call) {
      sent.push({
        query: { ...call.query } as Record<string, string>,
        headers: { ...call.headers },
        text: call.body?.text ?? '',
      });
      return context.http.call(call);
    },
  };
  await perform({ ...context, http });
  return sent[0];
}

describe.each(FORMS)('a submit through %s', (_form, fields) => {
  const isA = fields.form === 'a';

  it.each<[string, { input?: JsonObject; settings?: JsonObject }, [string, string]]>([
    ['an invalid template', { input: { template_id: 'abc' } }, ['template_gone', '1419']],
    ['an unknown template', { input: { template_id: '123' } }, ['template_gone', '1410']],
    ['a template that went offline', { settings: { offline: ['970000001'] } }, ['template_gone', '1410']],
    ['a resolution that is not offered', { input: { resolution: '1080p' } }, ['invalid_input', '1411']],
    ['too many pictures', { input: { img_urls: [PICTURE, PICTURE] } }, ['invalid_input', '1416']],
    ['a picture without an address', { input: { img_urls: ['nowhere'] } }, ['invalid_input', '1413']],
    ['no points left', { settings: { standing: 'no points' } }, ['quota_exhausted', '1402']],
    ['no permission', { settings: { standing: 'no permission' } }, ['bad_credentials', '1403']],
    ['no package', { settings: { standing: 'no package' } }, ['quota_exhausted', '1404']],
    ['an old package', { settings: { standing: 'package expired' } }, ['quota_exhausted', '1501']],
  ])('with %s is refused', async (_what, { input, settings = {} }, [reason, code]) => {
    const { emulator, adapter } = await open(fields, { settings });
    const outcome = await adapter.start(MODEL, { ...INPUT, ...input }, { template: ONE });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason, code } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('accepts the right number of pictures', async () => {
    const { emulator, adapter } = await open(fields);
    const input = { template_id: '970000002', img_urls: [PICTURE, PICTURE], resolution: '1080p' };
    await begin(adapter, input, TWO);
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('is limited by the account', async () => {
    const { emulator, adapter } = await open(fields, { settings: { concurrency: 1 } });
    await begin(adapter);
    const start = () => adapter.start(MODEL, INPUT, { template: ONE });
    expect(await start()).toMatchObject({ failure: { reason: 'rate_limited', code: '1401' } });
    emulator.advance(3_000);
    expect((await start()).type).toBe('accepted');
    emulator.set({ concurrency: null, startsPerMinute: 2 });
    expect((await start()).type).toBe('accepted');
    expect((await start()).type).toBe('accepted');
    expect(await start()).toMatchObject({
      failure: { reason: 'rate_limited', code: isA ? '100018' : '1401' },
    });
    expect(emulator.accepted()).toHaveLength(4);
  });

  it('whose answer is lost stays unknown, although the task exists', async () => {
    const { emulator, adapter } = await open(fields);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    expect(await adapter.start(MODEL, INPUT, { template: ONE })).toMatchObject({ type: 'unknown' });
    expect(emulator.accepted()).toHaveLength(1);
  });

  it.each([
    [{ code: 1415, message: 'OutputMediaSensitiveErr' }, 'content_refused'],
    [{ code: 2000, message: 'no face found' }, 'failed'],
    [{ code: 1430, message: 'InputRatioError' }, 'invalid_input'],
  ])('may fail later with %j', async (json, reason) => {
    const { emulator, adapter } = await open(fields, { settings: { hiddenPolls: 0 } });
    emulator.addFault({ on: 'start', kind: 'fail', json });
    const reference = await begin(adapter);
    emulator.advance(3_000);
    expect(await adapter.poll(reference)).toMatchObject({
      type: 'failed',
      failure: { reason, code: String(json.code), message: expect.stringContaining(json.message) },
    });
  });

  it('that does not finish within the provider’s hour times out', async () => {
    const { emulator, adapter } = await open(fields, { settings: { hiddenPolls: 0 } });
    emulator.addFault({ on: 'start', kind: 'never' });
    const reference = await begin(adapter);
    emulator.advance(HOUR_MS - 1);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'running' });
    emulator.advance(1);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'timed_out' } });
  });

  it('that is not found is lost only after a grace period', async () => {
    const { emulator, adapter } = await open(fields, { settings: { hiddenPolls: 0 } });
    const reference = await begin(adapter);
    emulator.addFault({ on: 'poll', kind: 'not_found', times: 2 });
    expect(await adapter.poll(reference)).toEqual({ type: 'queued' });
    emulator.advance(2 * MINUTE_MS);
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });

  it.each(['weird', '1999'])('shown in the state %j ends only if the state is a number', async (state) => {
    const { emulator, adapter } = await open(fields, { settings: { hiddenPolls: 0 } });
    const reference = await begin(adapter);
    emulator.addFault({ on: 'poll', kind: 'state', state });
    expect((await adapter.poll(reference)).type).toBe(state === 'weird' ? 'unanswered' : 'failed');
  });
});

describe('form A', () => {
  it('refuses a template under the number of another service', async () => {
    const { emulator, adapter } = await open({ form: 'a' });
    const outcome = await adapter.start(MODEL, INPUT, { template: TWO });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'invalid_input', code: '1400' } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('has no cancel', async () => {
    const { adapter } = await open({ form: 'a' });
    const reference = await begin(adapter);
    expect(await bytedanceEffects.cancel?.(reference, adapter.context)).toMatchObject({ type: 'refused' });
  });
});

describe('a body of KickArt', () => {
  const GOOD = { template_id: '970000001', payload: { resource_list: [PICTURE] } };

  it.each([
    [GOOD, 0],
    [{ ...GOOD, watermark: true, payload: { resource_list: [PICTURE], resolution: '720p', extra: '{}' } }, 0],
    [{ ...GOOD, model: 'x' }, 1400],
    [{ ...GOOD, template_id: 970000001 }, 1400],
    [{ ...GOOD, payload: '{}' }, 1400],
    [{ ...GOOD, payload: { resource_list: [PICTURE], ratio: '1:1' } }, 1400],
    [{ ...GOOD, payload: {} }, 1400],
    [{ ...GOOD, payload: { resource_list: [7] } }, 1400],
    [{ ...GOOD, watermark: 0 }, 1400],
    [{ ...GOOD, callback_url: 'nowhere' }, 1400],
    [['x'], 1400],
  ] as [Json, number][])('%j is answered with the code %i', async (json, code) => {
    const { emulator } = await open({ form: 'b' });
    const { status, json: answer } = await callB(emulator, '/submit', json);
    expect([status, answer]).toMatchObject([
      200,
      { code, request_id: expect.stringMatching(/^[0-9A-F]{34}$/) },
    ]);
    expect(emulator.accepted()).toHaveLength(code === 0 ? 1 : 0);
  });

  it('is accepted only as JSON', async () => {
    const { emulator } = await open({ form: 'b' });
    const headers = { authorization: 'Bearer kickart-emulator-key', 'content-type': 'text/plain' };
    expect((await callB(emulator, '/submit', GOOD, headers)).json.code).toBe(1400);
  });

  it('of a query names a task and nothing else', async () => {
    const { emulator } = await open({ form: 'b' });
    expect((await callB(emulator, '/query', {})).json.code).toBe(1400);
    expect((await callB(emulator, '/query', { task_id: '1', more: 1 })).json.code).toBe(1400);
    expect((await callB(emulator, '/query', { task_id: '1' })).json.code).toBe(1600);
  });
});

describe('a ticket', () => {
  it('expires, and the adapter fetches another without blaming the keys', async () => {
    const { emulator, adapter } = await open({ form: 'b', api_key: '' }, { settings: { ticketMinutes: 10 } });
    const reference = await begin(adapter);
    emulator.advance(11 * MINUTE_MS);
    expect(await adapter.poll(reference)).toMatchObject({
      type: 'unanswered',
      failure: { reason: 'unavailable', code: '1300' },
    });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });

  it('that cannot be fetched prevents the submit', async () => {
    const { emulator, adapter } = await open({ form: 'b', api_key: '' });
    emulator.addFault({ on: 'other', kind: 'status', status: 502 });
    const outcome = await adapter.start(MODEL, INPUT, { template: ONE });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'unavailable' } });
    expect(emulator.accepted()).toEqual([]);
    await begin(adapter);
  });

  it('of one form does not work for the other', async () => {
    const { emulator } = await open({ form: 'b' });
    const answer = await callB(
      emulator,
      '/query',
      { task_id: '1' },
      { 'x-muse-token': 'kickart-emulator-key' },
    );
    expect(answer.json).toMatchObject({ code: 1300, message: 'AuthFailed' });
  });
});

describe('a cancel of KickArt', () => {
  it('stops an open task, and may be repeated', async () => {
    const { emulator, adapter } = await open({ form: 'b' });
    const reference = await begin(adapter);
    emulator.advance(500);
    const cancel = () => bytedanceEffects.cancel?.(reference, adapter.context);
    expect(await cancel()).toEqual({ type: 'stopped' });
    expect(await cancel()).toEqual({ type: 'stopped' });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'cancelled' } });
  });

  it('is too late for an ended task, and finds no unknown one', async () => {
    const { emulator, adapter } = await open({ form: 'b' });
    const reference = await begin(adapter);
    emulator.advance(3_000);
    const cancel = (of: Reference) => bytedanceEffects.cancel?.(of, adapter.context);
    expect(await cancel(reference)).toMatchObject({
      type: 'refused',
      detail: expect.stringContaining('1603'),
    });
    expect(await cancel({ ...reference, task_id: '1' })).toMatchObject({
      type: 'refused',
      detail: expect.stringContaining('1600'),
    });
    expect(await adapter.poll(reference)).toMatchObject({ type: 'succeeded' });
  });
});

describe('a callback of KickArt', () => {
  it('names the task, even if its answer was lost', async () => {
    const { emulator, adapter } = await open({ form: 'b' });
    const hook = await openHook(bytedanceEffects, adapter);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    emulator.addFault({ on: 'callback', kind: 'double' });
    const more = { template: ONE, callbackUrl: hook.url };
    expect((await adapter.start(MODEL, INPUT, more)).type).toBe('unknown');
    emulator.advance(3_000);
    await until(() => hook.outcomes.length === 2);
    const [{ jobId }] = emulator.accepted();
    const [outcome, again] = hook.outcomes;
    expect(outcome).toMatchObject({ type: 'hint', reference: { form: 'b', task_id: jobId } });
    expect(again).toEqual(outcome);
    if (outcome.type !== 'hint' || !outcome.reference) throw new Error('no reference');
    expect(await adapter.poll(outcome.reference)).toMatchObject({ type: 'succeeded' });
  });

  it('equals the answer of a query', async () => {
    const { emulator, adapter } = await open({ form: 'b' });
    const receiver = await openReceiver();
    const more = { template: ONE, callbackUrl: receiver.url };
    const { task_id: id } = await adapter.begin(MODEL, INPUT, more);
    emulator.advance(3_000);
    await until(() => receiver.posts.length === 1);
    const { request_id: _, ...queried } = (await callB(emulator, '/query', { task_id: id })).json;
    expect(receiver.posts[0].json).toEqual(queried);
    expect(queried).toMatchObject({ code: 0, data: { task_id: id, progress: 100, usage: 0.79 } });
  });

  it('that was forged changes only the time of the next look', async () => {
    const { emulator, adapter } = await open({ form: 'b' });
    const hook = await openHook(bytedanceEffects, adapter);
    emulator.addFault({ on: 'start', kind: 'fail', json: { code: 2000, message: 'AsyncTaskFailed' } });
    emulator.addFault({ on: 'callback', kind: 'forge' });
    const reference = await adapter.begin(MODEL, INPUT, { template: ONE, callbackUrl: hook.url });
    emulator.advance(3_000);
    await until(() => hook.outcomes.length === 1 && emulator.deliveries().length === 1);
    expect(emulator.deliveries()).toMatchObject([{ isForged: true, state: '0' }]);
    expect(JSON.stringify(hook.outcomes)).not.toContain('attacker');
    expect(await adapter.poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'failed' } });
  });

  it('is not posted for a task of form A', async () => {
    const { emulator, adapter } = await open({ form: 'a' });
    const receiver = await openReceiver();
    await adapter.begin(MODEL, INPUT, { template: ONE, callbackUrl: receiver.url });
    emulator.advance(3_000);
    expect(emulator.deliveries()).toEqual([]);
    expect(receiver.posts).toEqual([]);
  });
});

describe('the catalogue file', () => {
  it('contains what the emulator needs of each template', async () => {
    const { adapter } = await open({ form: 'a' });
    for (const item of readCatalogue()) {
      const pictures = Array.from({ length: Number(item.InputNum) }, () => PICTURE);
      for (const { Resolution: resolution } of item.ConsumeItems as JsonObject[]) {
        const input = { template_id: item.TemplateId, img_urls: pictures, resolution };
        await begin(adapter, input, item);
      }
    }
  });
});
