import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { asSteady, DAY_MS, SECOND_MS } from '../../lib/time.ts';
import { describeConformance } from '../conformance.ts';
import { answerWith, type ReplayServer, startReplay } from '../conformance-replay.ts';
import type { CallContext, HintRequest } from '../contract.ts';
import { createProviderHttp, createProviderSockets, type ProviderSockets } from '../http.ts';
import { fal } from './fal.ts';
import { appOf } from './map.ts';

describeConformance({
  provider: fal,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'fal-key-id:fal-secret-0123456789' },
  essentials: {
    state: ['status'],
    decides: ['request_id', 'detail[].type', 'error_type', 'error.type', 'prices'],
    file: ['video.url', 'videos[].url', 'image.url', 'images[].url'],
    details: ['status_url', 'response_url', 'cancel_url'],
  },
  reference: {
    request_id: '764cabcf-b745-4b3e-ae38-1200304cf45b',
    endpoint: 'fal-ai/wan/v2.2-a14b/text-to-video',
  },
});

test.each([
  ['fal-ai/wan/v2.2-a14b/text-to-video', 'fal-ai/wan'],
  ['fal-ai/fast-sdxl', 'fal-ai/fast-sdxl'],
  ['workflows/somebody/flow/step', 'workflows/somebody/flow'],
])('a request of %s is found under %s', (endpoint, app) => {
  expect(appOf(endpoint)).toBe(app);
});

test.each([
  'wan',
  '/fal-ai/wan',
  'fal-ai//wan',
  'fal-ai/../wan',
  'fal-ai/wan?x=1',
  'https://fal.run/fal-ai/wan',
])('an offer cannot name the endpoint %j', (endpoint) => {
  expect(fal.checkParams({ endpoint, fields: { prompt: 'prompt' } })).not.toEqual([]);
});

test('an offer cannot send two things under one name', () => {
  const params = { endpoint: 'fal-ai/wan', fields: { prompt: 'text' }, constants: { text: 'x' } };
  expect(fal.checkParams(params)).toEqual(['params: "text" would be sent twice']);
});

interface Signer {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const ENDPOINT = 'fal-ai/wan/v2.2-a14b/text-to-video';
const REQUEST_ID = '764cabcf-b745-4b3e-ae38-1200304cf45b';
const BODY = JSON.stringify({
  request_id: REQUEST_ID,
  status: 'OK',
  payload: { video: { url: 'https://x.example' } },
});

function callbackOf(
  signer: Signer,
  changes: { sentAt?: number; body?: string; query?: string } = {},
): HintRequest {
  const timestamp = String(changes.sentAt ?? NOW_MS / SECOND_MS);
  const digest = createHash('sha256').update(BODY).digest('hex');
  const message = `${REQUEST_ID}\nuser-1\n${timestamp}\n${digest}`;
  return {
    method: 'POST',
    path: '/hooks/fal/abc',
    query: changes.query ?? `?fal_endpoint=${encodeURIComponent(ENDPOINT)}`,
    headers: {
      'x-fal-webhook-request-id': REQUEST_ID,
      'x-fal-webhook-user-id': 'user-1',
      'x-fal-webhook-timestamp': timestamp,
      'x-fal-webhook-signature': sign(null, Buffer.from(message), signer.privateKey).toString('hex'),
    },
    body: Buffer.from(changes.body ?? BODY),
  };
}

describe('a callback', () => {
  const signer = generateKeyPairSync('ed25519');
  const other = generateKeyPairSync('ed25519');
  let sockets: ProviderSockets;
  let replay: ReplayServer;
  let nowMs = NOW_MS;

  beforeAll(() => {
    sockets = createProviderSockets(() => nowMs, 2 * SECOND_MS);
  });
  afterAll(() => sockets.close());

  function publish(...signers: Signer[]): void {
    const keys = signers.map(({ publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid: 'k',
      use: 'sig',
    }));
    const others = [
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      { kty: 'OKP', crv: 'Ed25519', x: 'broken' },
    ];
    replay.answer = answerWith(200, { keys: [...others, ...keys] } as never);
  }

  /** A set of keys of its own: results are cached by its address. */
  async function open(): Promise<CallContext> {
    nowMs = NOW_MS;
    replay = await startReplay();
    publish(signer);
    const fields = {
      api_key: 'fal-key-id:fal-secret-0123456789',
      base_url: 'http://127.0.0.1:1',
      jwks_url: `${replay.base}/jwks.json`,
      platform_url: 'http://127.0.0.1:1',
    };
    const credential = { id: 'c', fields };
    return {
      credential,
      http: createProviderHttp(sockets, credential, fal.facts.credential),
      clock: () => nowMs,
      steady: asSteady(() => nowMs),
      readImage: () => Promise.reject(new Error('no picture is read')),
    };
  }

  async function parse(request: HintRequest, context: CallContext) {
    return fal.parseHint?.(request, context);
  }

  it('with a good signature names the job, and the API key is not sent to the address of the key set', async () => {
    const context = await open();
    const reference = { request_id: REQUEST_ID, endpoint: ENDPOINT };
    expect(await parse(callbackOf(signer), context)).toEqual({ type: 'hint', reference });
    expect(replay.received).toHaveLength(1);
    expect(replay.received[0]).toMatchObject({ method: 'GET', path: '/jwks.json' });
    expect(replay.received[0].headers.authorization).toBeUndefined();
    await replay.close();
  });

  it('asks for the keys once a day, however many callbacks come', async () => {
    const context = await open();
    await Promise.all(Array.from({ length: 20 }, () => parse(callbackOf(signer), context)));
    expect(replay.received).toHaveLength(1);
    nowMs = NOW_MS + DAY_MS;
    await parse(callbackOf(signer, { sentAt: nowMs / SECOND_MS }), context);
    expect(replay.received).toHaveLength(2);
    await replay.close();
  });

  it('of somebody else is refused, and a flood of them fetches the keys once in 30 s', async () => {
    const context = await open();
    for (let count = 0; count < 20; count++) {
      expect(await parse(callbackOf(other), context)).toMatchObject({ type: 'refused' });
    }
    expect(replay.received).toHaveLength(1);
    await replay.close();
  });

  it('is accepted with a key that is new in the set', async () => {
    const context = await open();
    await parse(callbackOf(signer), context);
    publish(signer, other);
    nowMs += 31 * SECOND_MS;
    expect(await parse(callbackOf(other), context)).toMatchObject({ type: 'hint' });
    expect(replay.received).toHaveLength(2);
    await replay.close();
  });

  it('is refused while the keys cannot be fetched, and accepted once they can', async () => {
    const context = await open();
    replay.answer = answerWith(503, '<html></html>');
    expect(await parse(callbackOf(signer), context)).toMatchObject({ type: 'refused' });
    publish(signer);
    expect(await parse(callbackOf(signer), context)).toMatchObject({ type: 'refused' });
    nowMs += 31 * SECOND_MS;
    expect(await parse(callbackOf(signer), context)).toMatchObject({ type: 'hint' });
    await replay.close();
  });

  it.each([
    ['of 300 s ago is accepted', { sentAt: NOW_MS / SECOND_MS - 300 }, 'hint'],
    ['of 301 s ago is refused', { sentAt: NOW_MS / SECOND_MS - 301 }, 'refused'],
    ['of 300 s ahead is accepted', { sentAt: NOW_MS / SECOND_MS + 300 }, 'hint'],
    ['of 301 s ahead is refused', { sentAt: NOW_MS / SECOND_MS + 301 }, 'refused'],
    ['with another body is refused', { body: `${BODY} ` }, 'refused'],
  ])('%s', async (_title, changes, type) => {
    const context = await open();
    expect(await parse(callbackOf(signer, changes), context)).toMatchObject({ type });
    await replay.close();
  });

  it.each([
    'x-fal-webhook-request-id',
    'x-fal-webhook-user-id',
    'x-fal-webhook-timestamp',
    'x-fal-webhook-signature',
  ])('without the header %s is refused, and no key is fetched', async (name) => {
    const context = await open();
    const { [name]: _left, ...headers } = callbackOf(signer).headers;
    expect(await parse({ ...callbackOf(signer), headers }, context)).toMatchObject({ type: 'refused' });
    expect(replay.received).toHaveLength(0);
    await replay.close();
  });

  it.each(['', '?fal_endpoint=', '?fal_endpoint=..%2F..%2Fother', '?fal_endpoint=wan'])(
    'with the query %j is a reason to look, and names no job',
    async (query) => {
      const context = await open();
      expect(await parse(callbackOf(signer, { query }), context)).toEqual({ type: 'hint' });
      await replay.close();
    },
  );
});
