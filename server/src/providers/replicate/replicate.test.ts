import { describe, expect, it, test } from 'vitest';
import { asSteady, SECOND_MS } from '../../lib/time.ts';
import { describeConformance } from '../conformance.ts';
import type { CallContext, HintRequest } from '../contract.ts';
import { createProviderHttp, createProviderSockets } from '../http.ts';
import { findForgery } from '../kit/standard-webhooks.ts';
import { replicate } from './replicate.ts';

/** In the form of the account page. The value is that of the vector below, which is public. */
const secretOf = (base64: string) => `whsec_${base64}`;
const SECRET = secretOf('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');

describeConformance({
  provider: replicate,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'r8_secret0123456789', webhook_secret: SECRET },
  reference: { id: 'ufawqhfynnddngldkgtslldrkq' },
  essentials: {
    state: ['status'],
    ends: ['data_removed'],
    decides: ['id', 'detail', 'title', 'error', 'username'],
    file: ['output[]'],
    details: ['urls.get', 'urls.cancel'],
  },
});

test.each([
  [{ model: 'owner/name' }, 0],
  [{ version: 'a'.repeat(64) }, 0],
  [{}, 1],
  [{ model: 'owner/name', version: 'a'.repeat(64) }, 1],
  [{ model: 'owner' }, 1],
  [{ model: 'owner/../account' }, 1],
  [{ model: 'owner/name?x=1' }, 1],
  [{ version: 'latest' }, 1],
])('the offer %j has %i fault', (params, count) => {
  expect(replicate.checkParams({ ...params, fields: { prompt: 'prompt' } } as never)).toHaveLength(count);
});

// The vector of https://github.com/standard-webhooks/standard-webhooks (specification and its libraries).
const VECTOR: HintRequest = {
  method: 'POST',
  path: '/hooks/replicate/abc',
  query: '',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  body: Buffer.from('{"test": 2432232314}'),
};
const SENT_MS = 1614265330 * SECOND_MS;

describe('a signed callback', () => {
  const judge = (changes: Partial<HintRequest> = {}, options: { secret?: string; nowMs?: number } = {}) =>
    findForgery({ ...VECTOR, ...changes }, { secret: SECRET, nowMs: SENT_MS, ...options });
  const withHeader = (name: string, value: string) => ({ headers: { ...VECTOR.headers, [name]: value } });
  const good = VECTOR.headers['webhook-signature'];

  it('passes as in the vector of the scheme', () => {
    expect(judge()).toBeUndefined();
    expect(judge({}, { secret: SECRET.slice('whsec_'.length) })).toBeUndefined();
  });

  it('passes if one of several signatures fits', () => {
    expect(judge(withHeader('webhook-signature', `v1,AAAA v1a,xx ${good}`))).toBeUndefined();
  });

  it.each([
    ['another body', { body: Buffer.from('{"test": 2432232315}') }],
    ['another id', withHeader('webhook-id', 'msg_other')],
    ['another time', withHeader('webhook-timestamp', '1614265331')],
    ['a time that is not a number', withHeader('webhook-timestamp', '1614265330.5')],
    ['another signature', withHeader('webhook-signature', 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=')],
    ['no signature', withHeader('webhook-signature', '')],
    [
      'a matching signature after too many others',
      withHeader('webhook-signature', `${'v1,AAAA '.repeat(10)}${good}`),
    ],
    ['no headers', { headers: {} }],
  ])('is refused with %s', (_title, changes) => {
    expect(judge(changes)).toBeDefined();
  });

  it('is refused with the secret of another account', () => {
    expect(judge({}, { secret: secretOf('C2FVsBQIhrscChlQIMV+b5sSYspob7oD') })).toBeDefined();
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('sent %i s off the clock is good: %s', (seconds, isGood) => {
    expect(judge({}, { nowMs: SENT_MS + seconds * SECOND_MS }) === undefined).toBe(isGood);
  });
});

describe('without a secret from the operator', () => {
  const sockets = createProviderSockets(() => SENT_MS);
  const fields = {
    api_key: 'r8_secret0123456789',
    webhook_secret: '',
    base_url: 'https://api.replicate.com/v1',
  };
  const credential = { id: 'c', fields };
  const context: CallContext = {
    credential,
    http: createProviderHttp(sockets, credential, replicate.facts.credential),
    clock: () => SENT_MS,
    steady: asSteady(() => SENT_MS),
    readImage: () => Promise.reject(new Error('no picture is read')),
  };
  const parse = (body: string) =>
    replicate.parseHint?.({ ...VECTOR, headers: {}, body: Buffer.from(body) }, context);

  it('a callback is a reason to look, and names the job only with addresses of the base', async () => {
    const urls = {
      get: 'https://api.replicate.com/v1/predictions/abc',
      cancel: 'https://attacker.example/x',
    };
    const body = JSON.stringify({ id: 'abc', status: 'succeeded', urls });
    expect(await parse(body)).toEqual({ type: 'hint', reference: { id: 'abc', get: urls.get } });
  });

  it.each(['', 'null', '[]', '{"id":"../account","status":"succeeded"}', '{"id":[7]}'])(
    'a callback with the body %j names no job',
    async (body) => {
      expect(await parse(body)).toEqual({ type: 'hint' });
    },
  );
});
