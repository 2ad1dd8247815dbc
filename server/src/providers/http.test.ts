// Where calls of adapters go, and how much of a key may show. The server is real.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../lib/time.ts';
import { answerHuge, answerWith, startReplay } from './conformance-replay.ts';
import type { CredentialField } from './contract.ts';
import { createProviderHttp, createProviderSockets, LIST_BYTES_MAX } from './http.ts';

const replay = await startReplay();
const foreign = await startReplay();
const sockets = createProviderSockets(systemClock, 5_000);
afterAll(async () => {
  await sockets.close();
  await Promise.all([replay.close(), foreign.close()]);
});

const SECRET = 'key/with+all?of&it=2';
const FIELDS: CredentialField[] = [
  { name: 'api_key', environment: 'KEY', about: '', isSecret: true },
  { name: 'base_url', environment: 'URL', about: '', isSecret: false },
];
const http = createProviderHttp(
  sockets,
  { id: 'one', fields: { api_key: SECRET, base_url: `${replay.base}/v1/` } },
  FIELDS,
);
const headers = { authorization: `Bearer ${SECRET}` };
const get = (path: string, maxBytes?: number) => http.call({ method: 'GET', path, headers, maxBytes });

beforeEach(() => {
  for (const server of [replay, foreign]) {
    server.received.length = 0;
    server.answer = answerWith(200, {});
  }
});

describe('a path', () => {
  it.each([
    '/jobs/7',
    '/jobs/%2E%2E%2Fadmin',
    '/jobs/a..b',
    '/jobs/...',
    '/models/veo-3.1:predict',
    '//jobs',
  ])('like %s is appended unchanged to the base address', async (path) => {
    await get(path);
    expect(replay.received.map((request) => request.path)).toEqual([decodeURIComponent(`/v1${path}`)]);
  });

  it.each([
    '/jobs/..',
    '/jobs/.',
    '/jobs/../../admin',
    '/jobs/%2e%2E/admin',
    '/jobs/.%2e',
    '/jobs/7?as=admin',
    '/jobs/7#x',
    '/jobs\\..\\admin',
    '/jobs/7\r\nx-injected: 1',
    '/jobs/\t..',
    '@foreign.example/',
    '.foreign.example/',
    ':1/',
    '',
  ])('like %j is not requested', async (path) => {
    await expect(get(path)).rejects.toMatchObject({
      name: 'CallFailed',
      reason: 'unreadable',
      maybeSent: false,
    });
    expect(replay.received).toEqual([]);
  });

  it('that is an address is requested only at the own origin', async () => {
    await expect(get(`${foreign.base}/v1/jobs/7`)).rejects.toMatchObject({ reason: 'unreadable' });
    await get(`${replay.base}/elsewhere`);
    expect(foreign.received).toEqual([]);
    expect(replay.received.map(({ path }) => path)).toEqual(['/elsewhere']);
  });

  it('of an answer that redirects is not followed', async () => {
    replay.answer = answerWith(307, {}, { location: `${foreign.base}/v1/jobs/7` });
    expect((await get('/jobs/7')).status).toBe(307);
    expect(foreign.received).toEqual([]);
  });
});

describe('a secret', () => {
  const bytes = Buffer.from(SECRET);
  it.each([
    ['itself', SECRET],
    ['escaped for an address', encodeURIComponent(SECRET)],
    ['in base64', bytes.toString('base64')],
    ['in base64 for addresses', bytes.toString('base64url')],
    ['in hexadecimal', bytes.toString('hex')],
  ])('does not show as %s', (_how, text) => {
    expect(http.redact(`before ${text} after`)).toMatch(/^before \[secret\]=* after$/);
  });

  it('that signed a token does not show the token', () => {
    const token = ['{"alg":"HS256"}', '{"iss":"me"}', 'x'].map((part) =>
      Buffer.from(part).toString('base64url'),
    );
    expect(http.redact(`the token ${token.join('.')} has expired`)).toBe('the token [secret] has expired');
  });

  it('that is the code in a callback address does not show', () => {
    const code = `${'0a'.repeat(16)}-1-${'1b'.repeat(16)}`;
    expect(http.redact(`cannot reach https://me.example/hooks/ark/${code}`)).toBe(
      'cannot reach https://me.example/hooks/ark/[secret]',
    );
  });
});

describe('a form', () => {
  const bytes = Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256));
  const form = [
    { name: 'prompt', text: 'a "quoted" word; name="x"' },
    { name: 'a"b\r\nc', text: 'odd name' },
    { name: 'picture', bytes, fileName: 'p"1.png', contentType: 'image/png' },
  ];
  const send = async () => {
    await http.call({ method: 'POST', path: '/videos', headers, form });
    return replay.received.at(-1);
  };

  it('arrives with its names escaped and its bytes unchanged', async () => {
    const received = await send();
    expect(received?.body).toEqual({
      prompt: 'a "quoted" word; name="x"',
      'a%22b%0D%0Ac': 'odd name',
      picture: { file: 'p%221.png', type: 'image/png' },
    });
    expect(received?.files).toEqual([bytes.toString('latin1')]);
  });

  it('has a new boundary each time', async () => {
    const types = [await send(), await send()].map((received) => received?.headers['content-type']);
    expect(types[0]).not.toBe(types[1]);
  });
});

describe('answers that are not small', () => {
  it('are read one after the other, each of them whole, once they would take too much memory', async () => {
    const text = 'a'.repeat(3_900_000);
    replay.answer = answerWith(200, { text });
    const answers = await Promise.all(Array.from({ length: 12 }, () => get('/jobs', LIST_BYTES_MAX)));
    for (const { json } of answers) expect((json as { text: string }).text).toHaveLength(text.length);
  });

  it('free their room when they are too large', async () => {
    replay.answer = answerHuge(50_000_000);
    const failures = await Promise.all(
      Array.from({ length: 12 }, () => get('/jobs', LIST_BYTES_MAX).catch((error) => error)),
    );
    for (const failure of failures) expect(failure).toMatchObject({ reason: 'unreadable' });
    replay.answer = answerWith(200, { text: 'a'.repeat(3_900_000) });
    expect((await get('/jobs', LIST_BYTES_MAX)).status).toBe(200);
  });
});
