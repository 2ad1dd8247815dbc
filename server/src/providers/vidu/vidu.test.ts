import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Json, JsonObject } from '../../lib/json.ts';
import { asSteady, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/time.ts';
import { describeConformance } from '../conformance.ts';
import { answerWith, type ReplayServer, startReplay } from '../conformance-replay.ts';
import type { CallContext, HintRequest, StartRequest } from '../contract.ts';
import { createProviderHttp, createProviderSockets, type ProviderSockets } from '../http.ts';
import { fromWire, toFailure, toStartFailure, toWire } from './map.ts';
import { vidu } from './vidu.ts';
import type { ViduParams } from './wire.ts';

describeConformance({
  provider: vidu,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'vda_secret_0123456789' },
  reference: { id: '916205061116293120', model: 'viduq1' },
  essentials: {
    state: ['state', 'tasks[].state'],
    decides: [
      'task_id',
      'id',
      'err_code',
      'reason',
      'message',
      'tasks[].id',
      'tasks[].payload',
      'payload',
      'next_page_token',
      'remains',
      'remaining_credits',
    ],
    file: ['creations[].url'],
    details: ['model', 'tasks[].model'],
  },
  notSent: {
    audio_type: 'it is read only when there is to be sound; the tests below send it',
    moderation: 'the documents of v2 do not list it; a field of the credential sends it',
  },
});

const CHOICES = { moderation: 'off', audioForm: 'images' };
const NOW_MS = Date.parse('2026-11-21T00:00:00Z');
const PICTURES = ['https://pictures.example/a.png', 'https://pictures.example/b.png'];
const Q1: ViduParams = { endpoint: 'reference2video', model: 'viduq1', audio: 'when_true' };

function requestOf(input: JsonObject, params: JsonObject = Q1): StartRequest {
  return {
    taskId: '018f0000-0000-7000-8000-000000000001',
    epoch: 1,
    token: 'rl-1-1',
    model: 'vidu/q1-r2v',
    input,
    params,
    testMode: false,
    intentAtMs: NOW_MS,
  };
}

describe('sound', () => {
  const input = { prompt: 'x', img_urls: PICTURES, audio_type: 'speech_only' };

  test.each<[string, ViduParams, JsonObject, JsonObject]>([
    ['is not sent if silence is the default', Q1, { audio: false }, {}],
    ['is sent with its kind when asked for', Q1, { audio: true }, { audio: true, audio_type: 'speech_only' }],
    ['is not sent unless asked for', Q1, {}, {}],
    [
      'is turned off if it is the default',
      { endpoint: 'img2video', model: 'viduq3-pro', audio: 'always' },
      { audio: false },
      { audio: false },
    ],
    [
      'has no kind if the endpoint knows none',
      { endpoint: 'text2video', model: 'viduq3-pro', audio: 'always' },
      { audio: true },
      { audio: true },
    ],
    [
      'cannot be asked for if it has no price',
      { endpoint: 'reference2video', model: 'viduq2' },
      { audio: true },
      {},
    ],
  ])('%s', (_title, params, asked, wanted) => {
    const { audio, audio_type: type } = toWire(requestOf({ ...input, ...asked }), params, CHOICES);
    expect(JSON.parse(JSON.stringify({ audio, audio_type: type }))).toEqual(wanted);
  });

  it('turns pictures into subjects when the operator says so, and only then', () => {
    const choices = { moderation: 'off', audioForm: 'subjects' };
    const loud = toWire(requestOf({ ...input, audio: true }), Q1, choices);
    expect(loud.subjects).toEqual([
      { name: '1', images: [PICTURES[0]] },
      { name: '2', images: [PICTURES[1]] },
    ]);
    expect(loud.images).toBeUndefined();
    expect(toWire(requestOf({ ...input, audio: false }), Q1, choices).images).toEqual(PICTURES);
  });
});

it('sends the input moderation only when the operator says so, as true or false', () => {
  const bodyOf = (moderation: string, choice: string) =>
    toWire(requestOf({ prompt: 'x', moderation }), Q1, { ...CHOICES, moderation: choice });
  expect(bodyOf('enabled', 'off')).not.toHaveProperty('moderation');
  expect(bodyOf('enabled', 'on')).toMatchObject({ moderation: true });
  expect(bodyOf('disabled', 'on')).toMatchObject({ moderation: false });
});

it('sends no input that the endpoint does not know', () => {
  const input = {
    prompt: 'x',
    negative_prompt: 'y',
    style: 'anime',
    watermark: true,
    area: 'uk',
    off_peak: true,
  };
  expect(toWire(requestOf(input), Q1, CHOICES)).toEqual({ model: 'viduq1', prompt: 'x', payload: 'rl-1-1' });
});

it('sends the seed 0, and the tariff of the offer', () => {
  const params: ViduParams = { endpoint: 'text2video', model: 'viduq2', off_peak: true };
  expect(toWire(requestOf({ prompt: 'x', seed: 0 }), params, CHOICES)).toMatchObject({
    seed: 0,
    off_peak: true,
  });
});

it('refuses a template that makes a picture before anything is sent', async () => {
  const request = requestOf({ template: 'comic', images: PICTURES }, { endpoint: 'template' });
  const outcome = await vidu.start(
    { ...request, template: { output_type: 'image' } },
    contextOf('http://127.0.0.1:1'),
  );
  expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'invalid_input' } });
});

it('requires a model for every endpoint that needs one', () => {
  expect(vidu.checkParams({ endpoint: 'img2video' })).toEqual(['model: is missing for this endpoint']);
  expect(vidu.checkParams({ endpoint: 'template' })).toEqual([]);
  expect(vidu.checkParams({ endpoint: 'template2video' })).toEqual([]);
  expect(vidu.checkParams({ endpoint: 'elsewhere', model: 'viduq1' }).join()).toContain('endpoint');
});

test.each([
  ['BadRequest', 400, 'invalid_input'],
  ['FieldLacking', 400, 'invalid_input'],
  ['FieldItemCountOutOfRange', 400, 'invalid_input'],
  ['PageSizeOutOfRange', 400, 'invalid_input'],
  ['ImageFormatInvalid', 400, 'invalid_input'],
  ['ImageObjectsUndetected', 400, 'invalid_input'],
  ['AuditSubmitIllegal', 400, 'content_refused'],
  ['CreationPolicyViolation', 400, 'content_refused'],
  ['OperationInProcess', 400, 'rate_limited'],
  ['CreditInsufficient', 400, 'quota_exhausted'],
  ['Forbidden', 403, 'bad_credentials'],
  ['SystemThrottling', 429, 'rate_limited'],
  ['SomethingNew', 400, 'invalid_input'],
  ['SomethingNew', 403, 'bad_credentials'],
  ['SomethingNew', 429, 'rate_limited'],
])('the refusal %s with %i means %s', (reason, status, wanted) => {
  const answer = { status, headers: {}, json: { code: status, reason, message: 'their words' } };
  const failure = toFailure(answer);
  expect(failure?.reason).toBe(wanted);
  const isOfUser = wanted === 'invalid_input' || wanted === 'content_refused';
  expect(failure?.message.includes('their words')).toBe(isOfUser);
});

test.each([408, 409, 499, 500, 502])('a %i with a reason proves no refusal', (status) => {
  expect(toFailure({ status, headers: {}, json: { reason: 'BadRequest' } })).toBeUndefined();
});

it('takes a template for gone only if the catalogue has it and the refusal names only that field', () => {
  const answerOf = (message: string) => ({
    status: 400,
    headers: {},
    json: { reason: 'FieldInvalid', message },
  });
  expect(toStartFailure(answerOf('invalid field: template'), true)?.reason).toBe('template_gone');
  expect(toStartFailure(answerOf('invalid field: template'), false)?.reason).toBe('invalid_input');
  expect(toStartFailure(answerOf('invalid field: images for this template'), true)?.reason).toBe(
    'invalid_input',
  );
});

it('takes the model of a success from the reference, and names one without it', () => {
  const task = { state: 'success', creations: [{ url: 'https://v.example/a.mp4' }] };
  expect(fromWire(task, 'viduq2')).toMatchObject({ success: { modelVersion: 'viduq2' } });
  expect(fromWire(task)).toEqual({
    type: 'succeeded',
    success: {
      outputs: [{ kind: 'video', contentType: 'video/mp4', url: 'https://v.example/a.mp4' }],
      usage: {},
      modelVersion: 'vidu',
    },
  });
});

// The tests below need a clock of their own, or a server.

let sockets: ProviderSockets;
let replay: ReplayServer;
let nowMs = NOW_MS;
beforeAll(async () => {
  sockets = createProviderSockets(() => nowMs, 2 * SECOND_MS);
  replay = await startReplay();
});
afterAll(async () => {
  await sockets.close();
  await replay.close();
});

const KEY = 'vda_test_token';

function contextOf(base: string): CallContext {
  const fields = { api_key: KEY, base_url: base, moderation: 'off', audio_form: 'images' };
  const credential = { id: randomUUID(), fields };
  return {
    credential,
    http: createProviderHttp(sockets, credential, vidu.facts.credential),
    clock: () => nowMs,
    steady: asSteady(() => nowMs),
    readImage: () => Promise.reject(new Error('no picture is read')),
  };
}

describe('the signature of a callback', () => {
  const VECTOR = {
    method: 'POST',
    path: '/hooks/vidu',
    query: 't=1',
    headers: {
      date: 'Sat, 21 Nov 2026 00:00:00 GMT',
      'x-request-nonce': '0123456789abcdef',
      'x-hmac-algorithm': 'hmac-sha256',
      'x-hmac-access-key': 'vidu',
      'x-hmac-signed-headers': 'Date;x-request-nonce',
      'x-hmac-signature': 'lo0ln2DyrVJpoA0/oRgW81W6VIlTtWtYcnjACxWSPcc=',
    },
    body: Buffer.from('{"id":"916205061116293120","state":"success"}'),
  };
  const parse = async (change: Partial<HintRequest>, laterMs = 0) => {
    nowMs = NOW_MS + laterMs;
    return vidu.parseHint?.({ ...VECTOR, ...change }, contextOf(replay.base));
  };
  const withHeaders = (headers: Record<string, string>) => ({ headers: { ...VECTOR.headers, ...headers } });

  it('follows the documented algorithm', async () => {
    const hint = { type: 'hint', reference: { id: '916205061116293120' } };
    expect(await parse({})).toEqual(hint);
    expect(await parse({ query: '?t=1' })).toEqual(hint);
  });

  it('does not cover the body, which may name no task', async () => {
    expect(await parse({ body: Buffer.from('<html>') })).toEqual({ type: 'hint' });
  });

  it('may list further headers, in their order', async () => {
    const headers = { ...VECTOR.headers, 'x-hmac-signed-headers': 'x-request-nonce;Date;x-none' };
    const text = `POST\n/hooks/vidu\nt=1\nvidu\n${headers.date}\nx-request-nonce:0123456789abcdef\nDate:${headers.date}\nx-none:\n`;
    const signature = createHmac('sha256', KEY).update(text).digest('base64');
    expect(await parse({ headers: { ...headers, 'x-hmac-signature': signature } })).toMatchObject({
      type: 'hint',
    });
    expect(await parse({ headers })).toMatchObject({ type: 'refused' });
  });

  it.each<[string, Partial<HintRequest>, number]>([
    ['another path', { path: '/hooks/other' }, 0],
    ['another query', { query: 't=2' }, 0],
    ['another method', { method: 'PUT' }, 0],
    ['another nonce', withHeaders({ 'x-request-nonce': 'f' }), 0],
    ['a signature of another length', withHeaders({ 'x-hmac-signature': 'lo0l' }), 0],
    ['no signature', withHeaders({ 'x-hmac-signature': '' }), 0],
    ['another algorithm', withHeaders({ 'x-hmac-algorithm': 'hmac-sha1' }), 0],
    ['another access key', withHeaders({ 'x-hmac-access-key': 'kling' }), 0],
    ['no date', withHeaders({ date: '' }), 0],
    ['a date of more than 5 minutes ago', {}, 5 * MINUTE_MS + 1],
    ['a date of more than 5 minutes ahead', {}, -5 * MINUTE_MS - 1],
  ])('refuses %s', async (_what, change, laterMs) => {
    expect(await parse(change, laterMs)).toMatchObject({ type: 'refused' });
  });

  it.each([5 * MINUTE_MS, -5 * MINUTE_MS])('is valid at a difference of %i ms', async (laterMs) => {
    expect(await parse({}, laterMs)).toMatchObject({ type: 'hint' });
  });
});

describe('the search for a lost create', () => {
  async function search(pages: Json[], laterMs = 0) {
    nowMs = NOW_MS + laterMs;
    replay.received.length = 0;
    const waiting = [...pages];
    replay.answer = (response, request) => {
      const body = waiting.length > 1 ? waiting.shift() : waiting[0];
      answerWith(200, body ?? {})(response, request);
    };
    const outcome = await vidu.find?.(requestOf({ prompt: 'x' }), contextOf(replay.base));
    return { outcome, queries: replay.received.map(({ query }) => query) };
  }
  const EMPTY = { tasks: [], next_page_token: '' };

  it('starts ten minutes before the intent, and has an open end for an hour', async () => {
    const soon = await search([EMPTY]);
    expect(soon.outcome).toEqual({ type: 'none' });
    expect(soon.queries).toEqual([
      { 'pager.pagesz': '100', 'paper.pagesz': '100', 'created_at.from': '2026-11-20T23:50:00.000Z' },
    ]);
    const late = await search([EMPTY], HOUR_MS + 1);
    expect(late.queries[0]).toMatchObject({ 'created_at.to': '2026-11-21T01:00:00.000Z' });
  });

  it('follows page tokens, and page numbers if there are no tokens', async () => {
    const full = Array.from({ length: 100 }, (_, at) => ({ id: `${at}`, payload: 'x' }));
    const ours = { id: '7', payload: 'rl-1-1', model: 'viduq1' };
    const { outcome, queries } = await search([
      { tasks: [{ id: '1', payload: '' }], next_page_token: 'p/2' },
      { tasks: full },
      { tasks: [ours] },
    ]);
    expect(outcome).toEqual({ type: 'found', reference: { id: '7', model: 'viduq1' } });
    expect(queries[1]).toMatchObject({ 'pager.page_token': 'p/2' });
    expect(queries[2]).toMatchObject({ 'pager.page': '2', 'paper.page': '2' });
  });

  it('concludes nothing from an endless list, from unreadable tasks, or from too many tasks without a payload', async () => {
    const endless = await search([{ tasks: [{ id: '1', payload: 'x' }], next_page_token: 'again' }]);
    expect(endless.outcome).toMatchObject({ type: 'unclear' });
    expect(endless.queries).toHaveLength(50);
    expect((await search([{ tasks: [{ no_id: 1 }] }])).outcome).toMatchObject({ type: 'unclear' });
    const silent = Array.from({ length: 21 }, (_, at) => ({ id: `${at}` }));
    expect((await search([{ tasks: silent }])).outcome).toMatchObject({ type: 'unclear' });
  });
});

it('asks one by one if the list does not accept the ids', async () => {
  nowMs = NOW_MS;
  replay.received.length = 0;
  replay.answer = (response, request) =>
    request.path === '/ent/v2/tasks'
      ? answerWith(400, { reason: 'FieldInvalid', message: 'invalid field: task_ids' })(response, request)
      : answerWith(200, { state: 'queueing' })(response, request);
  const outcomes = await vidu.pollMany?.([{ id: '1' }, {}, { id: '2' }], contextOf(replay.base));
  expect(outcomes).toMatchObject([{ type: 'queued' }, { type: 'failed' }, { type: 'queued' }]);
  expect(replay.received).toHaveLength(3);
});
