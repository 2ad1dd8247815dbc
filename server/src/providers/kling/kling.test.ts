import { describe, expect, test } from 'vitest';
import { steadyClock } from '../../lib/time.ts';
import { describeConformance } from '../conformance.ts';
import type { ApiCall } from '../contract.ts';
import { findForgery } from '../kit/standard-webhooks.ts';
import { readWire } from '../kit/wire.ts';
import { kling } from './kling.ts';
import { endpointOf, fromWire, toFailure } from './map.ts';
import { signToken } from './token.ts';
import { taskSchema } from './wire.ts';

describeConformance({
  provider: kling,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { access_key: 'kling-access-0123456789', secret_key: 'kling-secret-0123456789' },
  reference: { id: '831922345719271433', endpoint: 'text2video' },
  essentials: {
    state: ['data.task_status', 'data[].task_status'],
    ends: ['code'],
    decides: [
      'data.task_id',
      'data[].task_id',
      'task_id',
      'message',
      'data.task_info.external_task_id',
      'data.task_status_msg',
    ],
    file: ['data.task_result.videos[].url', 'data[].task_result.videos[].url'],
  },
});

const NOW_MS = Date.parse('2026-11-21T00:00:00.999Z');

test('a token carries the documented claims, in whole seconds', () => {
  const token = signToken({ accessKey: 'ak', secretKey: 'sk' }, NOW_MS);
  const [head, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  const nowSeconds = Math.floor(NOW_MS / 1000);
  expect(JSON.parse(head)).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(JSON.parse(claims)).toEqual({ iss: 'ak', exp: nowSeconds + 1800, nbf: nowSeconds - 5 });
});

test('a token is signed as another implementation signs it', () => {
  // Made with Python's hmac and json from the same claims.
  expect(signToken({ accessKey: 'ak', secretKey: 'sk' }, NOW_MS)).toBe(
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9' +
      '.eyJpc3MiOiJhayIsImV4cCI6MTc5NTIyMTAwMCwibmJmIjoxNzk1MjE5MTk1fQ' +
      '.BUyIc3GIFdyUCv2rfurqlITZGyWy0gb9oSsTTrCmrAc',
  );
});

test.each([
  [{ api_key: 'kling-key-0123456789' }, /^Bearer kling-key-0123456789$/],
  [{ access_key: 'ak', secret_key: 'sk' }, /^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$/],
  [{ api_key: 'kling-key-0123456789', access_key: 'ak', secret_key: 'sk' }, /^Bearer kling-key-0123456789$/],
])('E1: an account with %j signs on with its key, else with a token', async (given, authorization) => {
  const sent: unknown[] = [];
  const fields = { api_key: '', access_key: '', secret_key: '', ...given };
  const context = {
    credential: { id: '1', fields },
    clock: () => NOW_MS,
    steady: steadyClock,
    http: {
      redact: (text: string) => text,
      async call({ headers }: ApiCall) {
        sent.push(headers?.authorization);
        return { status: 200, headers: {}, json: { code: 0, data: [] } };
      },
    },
    readImage: () => Promise.reject(new Error('no picture is read')),
  };
  expect(await kling.probe(context)).toMatchObject({ type: 'works' });
  expect(sent).toEqual([expect.stringMatching(authorization)]);
});

test.each([
  [{}, {}, 'text2video'],
  [{}, { img_urls: [] }, 'text2video'],
  [{}, { img_urls: ['https://pictures.example/1.png'] }, 'image2video'],
  [{ endpoint: 'image2video' as const }, {}, 'image2video'],
])('the params %j and the input %j lead to %s', (params, input, endpoint) => {
  expect(endpointOf({ model_name: 'kling-v3', ...params }, input)).toBe(endpoint);
});

test.each([
  ['2.5', { unit: 'units', amount: 2.5 }],
  ['0', { unit: 'units', amount: 0 }],
  [3, { unit: 'units', amount: 3 }],
  ['', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  [null, undefined],
])('the units %j are reported as %j', (units, used) => {
  const videos = [{ url: 'https://files.example/1.mp4' }];
  const json = { task_status: 'succeed', final_unit_deduction: units, task_result: { videos } };
  const task = readWire(taskSchema, json);
  if (!task) throw new Error('the task cannot be read');
  const outcome = fromWire(task);
  expect(outcome).toMatchObject({ type: 'succeeded' });
  expect(outcome.type === 'succeeded' && outcome.success.used).toEqual(used);
});

test("a token in the provider's words is not passed on", () => {
  const token = signToken({ accessKey: 'ak', secretKey: 'sk' }, NOW_MS);
  const json = { code: 1200, message: `what is ${token}?` };
  expect(toFailure({ status: 400, headers: {}, json })?.message).toBe('what is [token]?');
});

describe('a signed callback', () => {
  // The example of https://klingai.com/document-api/api/get-started/callbacks; the secret is split in two,
  // since it only looks like a real one.
  const secret = ['whsec', 'dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI='].join('_');
  const signature = 'v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=';
  const text =
    '{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}';
  const sentMs = 1_781_080_794_000;
  const post = (headers: Record<string, string> = {}, body = text) => ({
    method: 'POST',
    path: '/hooks/kling/abc',
    query: '',
    headers: {
      'webhook-id': '9876543210',
      'webhook-timestamp': '1781080794',
      'webhook-signature': signature,
      ...headers,
    },
    body: Buffer.from(body),
  });

  test('from the documents is genuine for five minutes before and after', () => {
    for (const nowMs of [sentMs - 300_000, sentMs, sentMs + 300_000])
      expect(findForgery(post(), { secret, nowMs })).toBeUndefined();
    for (const nowMs of [sentMs - 301_000, sentMs + 301_000])
      expect(findForgery(post(), { secret, nowMs })).toContain('too far');
  });

  test.each([
    ['another body', post({}, `${text} `)],
    ['another id', post({ 'webhook-id': '1' })],
    ['another time', post({ 'webhook-timestamp': '1781080795' })],
    ['a time that is not a number', post({ 'webhook-timestamp': 'now' })],
    ['another version', post({ 'webhook-signature': signature.replace('v1', 'v2') })],
    ['half a signature', post({ 'webhook-signature': signature.slice(0, 20) })],
    ['no signature', { ...post(), headers: {} }],
  ])('with %s is refused', (_name, request) => {
    expect(findForgery(request, { secret, nowMs: sentMs })).toBeDefined();
  });

  test('may carry several signatures while the secret changes', () => {
    const both = post({
      'webhook-signature': `v1,K5oZfzeVuQvI4x1jrjAgMlkpJDoe1JhVmAbjR6eKeTM= ${signature}`,
    });
    expect(findForgery(both, { secret, nowMs: sentMs })).toBeUndefined();
  });
});
