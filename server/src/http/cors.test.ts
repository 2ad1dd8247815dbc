import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { CREATE_PATH, createTestApi, GOOD_BODY } from './testing.ts';

const PAGE = 'https://app.example.com';
const api = await createTestApi({ REELAY_CORS_ORIGINS: `${PAGE}, http://localhost:5173` });
const caller = await api.openAccount({ readsPer10s: 1_000 });
const BALANCE = '/api/v1/client/account/balance';

function preflight(path: string, origin: string, method = 'POST') {
  const headers = {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'content-type,x-api-key',
  };
  return api.call({ method: 'OPTIONS', path, headers });
}

describe('D11: a page of an allowed origin', () => {
  it.each([PAGE, 'http://localhost:5173'])('asks before it calls, and is allowed: %s', async (origin) => {
    for (const [path, method] of [
      [CREATE_PATH, 'POST'],
      [BALANCE, 'GET'],
      ['/api/v1/client/account/callback-secret/rotate', 'POST'],
      // The SDK reads who calls and the files of a task there.
      ['/api/v1/account/caller', 'GET'],
      ['/api/v1/account/tasks/7', 'GET'],
    ]) {
      const answer = await preflight(path, origin, method);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': expect.stringContaining(method),
        'access-control-allow-headers': expect.stringMatching(/content-type.*idempotency-key.*x-api-key/),
        'access-control-max-age': '600',
        vary: 'origin',
      });
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it('reads answers and refusals, and the headers that say when to try again', async () => {
    const { data } = await api.create(caller, GOOD_BODY, { origin: PAGE });
    const answers = [
      await api.create(caller, GOOD_BODY, { origin: PAGE }),
      await api.create(caller, {}, { origin: PAGE }),
      await api.create(caller, '{', { origin: PAGE }),
      await api.call({ path: BALANCE, headers: { origin: PAGE } }),
      await api.call({ path: '/api/v1/client/none', headers: { origin: PAGE } }),
    ];
    await api.endTask(String(data.task_id), 'failed');
    const events = `/api/v1/client/job/TaskEvents?task_id=${data.task_id}`;
    answers.push(await api.call({ path: events, key: caller.key, headers: { origin: PAGE } }));
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 422, 401, 404, 200]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'origin' });
      expect(headers['access-control-expose-headers']).toContain('retry-after');
    }
  });

  it.each([
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://APP.example.com',
    'null',
    '',
  ])('and no other: %s', async (origin) => {
    expect((await preflight(CREATE_PATH, origin)).status).toBe(404);
    const answer = await api.call({ path: BALANCE, key: caller.key, headers: { origin } });
    expect([answer.status, answer.headers.vary]).toEqual([200, 'origin']);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('may not call the API of operators, the keys, the hooks or the pages of the server', async () => {
    for (const path of ['/api/v1/operator/credentials', '/api/v1/account/keys', '/hooks/ark/x', '/metrics']) {
      const answer = await preflight(path, PAGE);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('uploads and reads files by their links, as any page may', async () => {
    const ticket = await api.core.files.startUpload({
      accountId: caller.accountId,
      contentType: 'image/png',
      ext: '.png',
    });
    const { pathname, search } = new URL(ticket.uploadUrl);
    const asked = await preflight(pathname + search, PAGE, 'PUT');
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, '*']);
    expect(asked.headers['access-control-allow-methods']).toContain('PUT');
  });
});

describe('D11: without the setting', () => {
  it('a preflight is a 404 and no answer names an origin', async () => {
    const closed = await createTestApi();
    const other = await closed.openAccount();
    const asked = await closed.call({
      method: 'OPTIONS',
      path: BALANCE,
      headers: { origin: PAGE, 'access-control-request-method': 'GET' },
    });
    const read = await closed.call({ path: BALANCE, key: other.key, headers: { origin: PAGE } });
    expect([asked.status, read.status]).toEqual([404, 200]);
    for (const { headers } of [asked, read]) {
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('vary');
    }
  });

  it('accepts only origins, or the sign for all of them', () => {
    const read = (text: string) => readConfig({ REELAY_CORS_ORIGINS: text }).corsOrigins;
    expect(readConfig({}).corsOrigins).toEqual([]);
    expect(read('*')).toEqual(['*']);
    expect(read('https://a.example, http://localhost:3000')).toEqual([
      'https://a.example',
      'http://localhost:3000',
    ]);
    for (const wrong of [
      'app.example.com',
      'https://a.example/',
      'https://a.example/x',
      'https://*.a.example',
      'null',
    ]) {
      expect(() => read(wrong)).toThrow('REELAY_CORS_ORIGINS must be origins such as');
    }
  });
});
