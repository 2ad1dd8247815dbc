import { randomUUID } from 'node:crypto';
import { Signer } from '@volcengine/openapi';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { asSteady, systemClock } from '../../lib/time.ts';
import { describeConformance } from '../conformance.ts';
import { answerWith, type ReplayServer, startReplay } from '../conformance-replay.ts';
import type { CallContext, StartRequest } from '../contract.ts';
import { createProviderHttp, createProviderSockets } from '../http.ts';
import { CREDENTIAL_FIELDS, readAccount } from './account.ts';
import { bytedanceEffects } from './bytedance-effects.ts';
import { describeCode, ruleOf } from './codes.ts';
import { fromWire, resultAddressOf } from './map.ts';
import { type Signing, sign } from './sign.ts';

const KEYS = { access_key: 'AKTESTEXAMPLE', secret_key: 'c2stdGVzdC1leGFtcGxl' };
const TEMPLATE = { TemplateId: 'sample 0', ServiceId: '217677058' };

describe('form A', () => {
  describeConformance({
    provider: bytedanceEffects,
    fixtures: new URL('./fixtures/form-a/', import.meta.url),
    secrets: KEYS,
    reference: { form: 'a', task_id: '123', submitted_at_ms: 1795219200000 },
    essentials: {
      state: [],
      ends: ['Result.Code', 'Result.Progress', 'ResponseMetadata.Code', 'ResponseMetadata.Error.CodeN'],
      decides: ['Result.TaskId'],
      file: ['Result.ResultExtra'],
    },
    template: TEMPLATE,
  });
});

describe('form B', () => {
  describeConformance({
    provider: bytedanceEffects,
    fixtures: new URL('./fixtures/form-b/', import.meta.url),
    secrets: { api_key: 'kickart-secret-0123456789' },
    fields: { form: 'b' },
    reference: { form: 'b', task_id: '123', submitted_at_ms: 1795219200000 },
    essentials: {
      // Some codes end the job only if the answer names it.
      state: [],
      ends: ['code', 'data.task_id'],
      file: ['data.payload.result_url'],
    },
    template: TEMPLATE,
  });
});

describe('the signature', () => {
  const call = {
    method: 'POST',
    url: new URL('https://icp.volcengineapi.com/?Action=QueryAiTemplateTaskResult&Version=2025-11-25'),
    body: '{"TaskId":"123"}',
    contentType: 'application/json',
  };
  const atMs = Date.parse('2026-11-21T00:00:00Z');
  const signing: Omit<Signing, 'signedHeaders'> = {
    accessKey: KEYS.access_key,
    secretKey: KEYS.secret_key,
    sessionToken: '',
    service: 'iccloud_muse',
    region: 'cn-north',
    atMs,
  };
  const scope = 'Credential=AKTESTEXAMPLE/20261121/cn-north/iccloud_muse/request';

  it.each([
    ['host;x-content-sha256;x-date', 'ff2232b08f3fd03e97bf13931e8635d1035bf1534d32d394882af71b45eb6efa'],
    [
      'host;x-date;x-content-sha256;content-type',
      'f6e0fdd357d374e1b8c370cd6dde6ac063410341c27facd23e04973b5d2f1524',
    ],
  ])('of %s equals the known one', (names, signature) => {
    expect(sign(call, { ...signing, signedHeaders: names.split(';') })).toEqual({
      'x-date': '20261121T000000Z',
      'x-content-sha256': '7692b576be44ae82527a91a39846bb7d69e2fc647d8e80a9131bf66dc263dd3a',
      authorization: `HMAC-SHA256 ${scope}, SignedHeaders=${names}, Signature=${signature}`,
    });
  });

  it.each([
    ['', {}, ''],
    ['', { Action: 'A b', Version: '1', 'a-b': "x!'()*~", a: 'ü/?' }, '{"prompt":"ü \u0001"}'],
    ['token/of+sts==', { Action: 'GetOpenAPITicket', Version: '2025-08-25' }, ''],
  ])("equals the vendor's (token %j, query %j, body %j)", (sessionToken, params, body) => {
    const url = new URL('https://open.volcengineapi.com:8443/');
    for (const [name, value] of Object.entries(params)) url.searchParams.append(name, value);
    const theirs = new Signer(
      { region: 'cn-north', method: 'POST', pathname: '/', params, headers: { host: url.host }, body },
      'ic_iam',
    );
    theirs.addAuthorization(
      { accessKeyId: KEYS.access_key, secretKey: KEYS.secret_key, sessionToken },
      new Date(atMs),
    );
    const names = ['host', ...(body === '' ? [] : ['x-content-sha256']), 'x-date'];
    const ours = sign(
      { ...call, url, body },
      { ...signing, service: 'ic_iam', sessionToken, signedHeaders: names },
    );
    const signed = sessionToken === '' ? names : [...names, 'x-security-token'];
    expect(theirs.request.headers.Authorization).toContain(`SignedHeaders=${signed.join(';')}, `);
    expect(ours.authorization).toBe(theirs.request.headers.Authorization);
    expect(ours['x-security-token']).toBe(sessionToken === '' ? undefined : sessionToken);
  });
});

/** A context whose every address is the replay server. */
function contextFor(base: string, fields: Record<string, string>, clock = () => 0): CallContext {
  const filled = Object.fromEntries(
    CREDENTIAL_FIELDS.map(({ name, fallback = '' }) => [
      name,
      fields[name] ?? (name.endsWith('_url') ? base : fallback),
    ]),
  );
  const credential = { id: randomUUID(), fields: filled };
  return {
    credential,
    http: createProviderHttp(sockets, credential, CREDENTIAL_FIELDS),
    clock,
    steady: asSteady(clock),
    readImage: () => Promise.reject(new Error('no picture is read')),
  };
}

const sockets = createProviderSockets(systemClock, 2000);
let replay: ReplayServer;
beforeAll(async () => {
  replay = await startReplay();
});
afterAll(async () => {
  await sockets.close();
  await replay.close();
});

const REQUEST: StartRequest = {
  taskId: 't',
  epoch: 1,
  token: 'rl-1',
  model: 'bytedance/template',
  input: { template_id: '104909826', img_urls: ['https://pictures.example/a.png'], resolution: '480p' },
  params: {},
  template: TEMPLATE,
  testMode: false,
  intentAtMs: 0,
};

describe('a ticket', () => {
  const MINUTE = 60_000;
  const TICKETS = { ...KEYS, form: 'b' };
  const REFERENCE = { form: 'b', task_id: '9', submitted_at_ms: 0 };

  /** Gives a new ticket to each question; `refused` names those that KickArt does not accept. */
  function serveTickets(refused: string[] = []): { asked: number } {
    const count = { asked: 0 };
    replay.received.length = 0;
    replay.answer = (response, request) => {
      if (request.query.Action === 'GetOpenAPITicket') {
        count.asked += 1;
        return answerWith(200, { code: 0, data: { ticket: `ticket-${count.asked}` } })(response, request);
      }
      const ticket = String(request.headers['x-muse-token']);
      const code = refused.includes(ticket) ? 1300 : 1000;
      return answerWith(200, { code, message: `words with ${ticket}` })(response, request);
    };
    return count;
  }

  it('is fetched by a signed call, once for all calls, until shortly before it expires', async () => {
    const count = serveTickets();
    const clock = { nowMs: Date.parse('2026-11-21T00:00:00Z') };
    const context = contextFor(replay.base, TICKETS, () => clock.nowMs);
    const polls = Array.from({ length: 20 }, () => bytedanceEffects.poll(REFERENCE, context));
    expect((await Promise.all(polls)).every(({ type }) => type === 'running')).toBe(true);
    expect(count.asked).toBe(1);
    expect(replay.received[0]).toMatchObject({
      method: 'POST',
      path: '/',
      query: { Action: 'GetOpenAPITicket', Version: '2025-08-25' },
      headers: {
        authorization: expect.stringMatching(
          /^HMAC-SHA256 Credential=AKTESTEXAMPLE\/20261121\/cn-north\/ic_iam\/request, SignedHeaders=host;/,
        ),
      },
    });
    clock.nowMs += 54 * MINUTE;
    await bytedanceEffects.poll(REFERENCE, context);
    expect(count.asked).toBe(1);
    clock.nowMs += 2 * MINUTE;
    await bytedanceEffects.poll(REFERENCE, context);
    expect(count.asked).toBe(2);
    expect(replay.received.at(-1)?.headers).toMatchObject({ 'x-muse-token': 'ticket-2' });
    expect(replay.received.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('belongs to one account', async () => {
    const count = serveTickets();
    for (let account = 0; account < 3; account++) {
      await bytedanceEffects.poll(REFERENCE, contextFor(replay.base, TICKETS));
    }
    expect(count.asked).toBe(3);
  });

  it('that is refused when old does not mean a bad key: the next call has a new one', async () => {
    const refused: string[] = [];
    const count = serveTickets(refused);
    const context = contextFor(replay.base, TICKETS);
    await bytedanceEffects.poll(REFERENCE, context);
    refused.push('ticket-1');
    expect(await bytedanceEffects.start(REQUEST, context)).toMatchObject({
      type: 'rejected',
      failure: { reason: 'unavailable', code: '1300' },
    });
    expect(await bytedanceEffects.poll(REFERENCE, context)).toMatchObject({ type: 'running' });
    expect(count.asked).toBe(2);
  });

  it('that is refused when new means a bad key, and the next call tries another', async () => {
    const count = serveTickets(['ticket-1', 'ticket-2']);
    const context = contextFor(replay.base, TICKETS);
    const failure = { reason: 'bad_credentials', code: '1300' };
    expect(await bytedanceEffects.start(REQUEST, context)).toMatchObject({ type: 'rejected', failure });
    expect(await bytedanceEffects.poll(REFERENCE, context)).toMatchObject({ type: 'unanswered', failure });
    expect(count.asked).toBe(2);
  });

  it.each([
    [401, { ResponseMetadata: { Error: { CodeN: 100009, Message: 'x' } } }, 'bad_credentials'],
    [200, { code: 1403, message: 'QuotaErr' }, 'bad_credentials'],
    [200, { code: 1600, message: 'what?' }, 'unavailable'],
    [200, { code: 0, data: {} }, 'unavailable'],
    [200, { code: 1402, data: { ticket: 'none' } }, 'quota_exhausted'],
    [502, '<html>', 'unavailable'],
  ] as const)('that cannot be had (%i %j) prevents the submit: %s', async (status, body, reason) => {
    replay.received.length = 0;
    replay.answer = answerWith(status, body);
    const outcome = await bytedanceEffects.start(REQUEST, contextFor(replay.base, TICKETS));
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason } });
    expect(replay.received).toHaveLength(1);
  });

  it('never shows when the provider repeats it', async () => {
    replay.answer = (response, request) =>
      request.query.Action === undefined
        ? answerWith(200, { code: 1450, message: 'bad ticket-secret' })(response, request)
        : answerWith(200, { data: { ticket: 'ticket-secret' } })(response, request);
    const outcome = await bytedanceEffects.start(REQUEST, contextFor(replay.base, TICKETS));
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'invalid_input' } });
    expect(JSON.stringify(outcome)).not.toContain('ticket-secret');
  });
});

describe('the fields of an account', () => {
  const read = (fields: Record<string, string>) =>
    readAccount(contextFor('http://replay', fields).credential);

  it.each([
    [{}, 'access_key and secret_key are needed'],
    [{ ...KEYS, secret_key: '' }, 'access_key and secret_key are needed'],
    [{ ...KEYS, form: 'c' }, 'form must be a or b'],
    [{ ...KEYS, signed_headers: 'host;x-date' }, /^signed_headers must be/],
    [{ ...KEYS, signed_headers: 'host;x-date;x-content-sha256;cookie' }, /^signed_headers must be/],
    [{ ...KEYS, signed_headers: 'host;host;x-date;x-content-sha256' }, /^signed_headers must be/],
    [{ form: 'b' }, 'api_key, or access_key and secret_key are needed'],
    [{ ...KEYS, form: 'b', kickart_edition: '3' }, 'kickart_edition must be 1 or 2'],
    [{ ...KEYS, form: 'b', ticket_scope: 'a/b' }, 'ticket_scope must be service/region/version'],
    [{ ...KEYS, form: 'b', ticket_minutes: 'x' }, /^ticket_minutes must be/],
  ])('%j are refused in the probe, and nothing is sent', async (fields, sentence) => {
    expect(read(fields)).toMatch(sentence);
    replay.received.length = 0;
    const context = contextFor(replay.base, fields);
    expect(await bytedanceEffects.probe(context)).toMatchObject({
      type: 'fails',
      failure: { reason: 'bad_credentials', message: expect.stringMatching(sentence) },
    });
    expect(await bytedanceEffects.start(REQUEST, context)).toMatchObject({
      type: 'rejected',
      failure: { reason: 'bad_credentials', code: 'account_unfit' },
    });
    expect(replay.received).toEqual([]);
  });

  it('of the second edition of KickArt change only the addresses of submit and query', async () => {
    replay.received.length = 0;
    replay.answer = answerWith(200, { code: 0, data: { task_id: '9' } });
    const context = contextFor(replay.base, { form: 'b', api_key: 'key-0123', kickart_edition: '2' });
    const reference = { form: 'b', task_id: '9', submitted_at_ms: 0 };
    await bytedanceEffects.start(REQUEST, context);
    await bytedanceEffects.poll(reference, context);
    await bytedanceEffects.cancel?.(reference, context);
    expect(replay.received.map(({ path }) => path)).toEqual([
      '/openapi/ai_effect/submit/v2',
      '/openapi/ai_effect/query/v2',
      '/openapi/ai_effect/cancel',
    ]);
  });

  it('may leave out the resolution of a KickArt task', async () => {
    replay.received.length = 0;
    const context = contextFor(replay.base, { form: 'b', api_key: 'key-0123' });
    await bytedanceEffects.start({ ...REQUEST, params: { kickart_resolution: 'omit' } }, context);
    expect(replay.received[0].body).toMatchObject({
      payload: { resource_list: ['https://pictures.example/a.png'] },
    });
    expect(JSON.stringify(replay.received[0].body)).not.toContain('480p');
  });

  it('of the other form do not change where a begun task is asked about', async () => {
    replay.received.length = 0;
    replay.answer = answerWith(200, { code: 1000, message: 'running', data: {} });
    const context = contextFor(replay.base, { ...KEYS, api_key: 'key-0123', form: 'a' });
    await bytedanceEffects.poll({ form: 'b', task_id: '9', submitted_at_ms: 0 }, context);
    expect(replay.received[0].path).toBe('/openapi/ai_effect/query');
  });
});

describe('a code', () => {
  it("keeps the provider's words whole, so that a secret anywhere in them is found", () => {
    const words = `${'x'.repeat(290)} ${KEYS.secret_key} ${'y'.repeat(600)}`;
    expect(describeCode(1400, ruleOf(1400), words).message).toContain(KEYS.secret_key);
  });

  it.each([
    [1300, 'bad_credentials'],
    [1400, 'invalid_input'],
    [1401, 'rate_limited'],
    [1402, 'quota_exhausted'],
    [1403, 'bad_credentials'],
    [1404, 'quota_exhausted'],
    [1410, 'template_gone'],
    [1411, 'invalid_input'],
    [1412, 'invalid_input'],
    [1413, 'invalid_input'],
    [1414, 'content_refused'],
    [1415, 'content_refused'],
    [1416, 'invalid_input'],
    [1417, 'failed'],
    [1418, 'invalid_input'],
    [1419, 'template_gone'],
    [1420, 'invalid_input'],
    [1429, 'invalid_input'],
    [1430, 'invalid_input'],
    [1431, 'content_refused'],
    [1432, 'content_refused'],
    [1435, 'content_refused'],
    [1450, 'invalid_input'],
    [1500, 'unavailable'],
    [1501, 'quota_exhausted'],
    [1600, 'lost'],
    [1601, 'timed_out'],
    [1602, 'cancelled'],
    [2000, 'failed'],
    [5000, 'failed'],
    [100006, 'bad_credentials'],
    [100009, 'bad_credentials'],
    [100010, 'bad_credentials'],
    [100013, 'bad_credentials'],
    [100016, 'unavailable'],
    [100018, 'rate_limited'],
    [100019, 'unavailable'],
    [100027, 'rate_limited'],
    [100034, 'rate_limited'],
    [100035, 'unavailable'],
  ])("%i means %s, and only the user reads the provider's words", (code, reason) => {
    const failure = describeCode(code, ruleOf(code), 'their words');
    expect(failure).toMatchObject({ reason, code: String(code) });
    const isForUser = ['invalid_input', 'content_refused', 'template_gone', 'failed'].includes(reason);
    expect(failure.message.includes('their words')).toBe(isForUser);
  });

  it.each([1500, 1417, 2000, 5000, 1600, 1601, 1602, 100016, 100019, 100035])(
    '%i does not prove that a submit was refused',
    (code) => expect(ruleOf(code)?.refusesSubmit).toBe(false),
  );

  it('that an account has to fix never ends a task', () => {
    for (const code of [1300, 1401, 1402, 1403, 1404, 1501, 100009, 100018]) {
      expect(fromWire({ code, isNamed: true }, 'b', 0)).toMatchObject({ type: 'unanswered' });
    }
  });
});

test.each([
  [119_999, 'queued'],
  [120_000, 'failed'],
])('a task that is not found is given two minutes: after %i ms it is %s', (ageMs, type) => {
  expect(fromWire({ code: 1600, isNamed: true }, 'a', ageMs)).toMatchObject({ type });
});

test.each([
  [{ result_url: 'https://a.example/x', other: 'https://a.example/y.mp4' }, 'https://a.example/x'],
  [
    { result_url: 'no address', video: { url: 'https://a.example/y.MP4?a=b' } },
    'https://a.example/y.MP4?a=b',
  ],
  [['https://a.example/x.png', 'https://a.example/y'], 'https://a.example/x.png'],
  ['https://a.example/x.mp4', 'https://a.example/x.mp4'],
  [{ result_url: 'ftp://a.example/x.mp4' }, undefined],
  ['not json', undefined],
  [null, undefined],
  [undefined, undefined],
])('the address of a result in %j is %j', (payload, address) => {
  expect(resultAddressOf(payload)).toBe(address);
});
