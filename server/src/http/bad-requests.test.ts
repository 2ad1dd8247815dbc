import { describe, expect, it } from 'vitest';
import { CREATE_PATH, errorsOf, GOOD_BODY } from './testing.ts';
import { ACCOUNT, expectRefusal, JOBS, stageRefusals } from './testing-refusals.ts';

const { api, caller, sendRaw } = await stageRefusals();

describe('headers of the wrong form', () => {
  const cases: [string, Record<string, string | string[]>, string][] = [
    [
      'an empty Idempotency-Key',
      { 'idempotency-key': '' },
      'Idempotency-Key: must be printable ASCII and not empty',
    ],
    ['two of them', { 'idempotency-key': ['a', 'b'] }, 'Idempotency-Key: is given more than once'],
    ['the same one twice', { 'idempotency-key': ['a', 'a'] }, 'Idempotency-Key: is given more than once'],
    [
      'one of 256 characters',
      { 'idempotency-key': 'k'.repeat(256) },
      'Idempotency-Key: must have at most 255 characters',
    ],
    [
      'one with a letter beyond ASCII',
      { 'idempotency-key': 'clé' },
      'Idempotency-Key: must be printable ASCII and not empty',
    ],
    [
      'one with a tab',
      { 'idempotency-key': 'a\tb' },
      'Idempotency-Key: must be printable ASCII and not empty',
    ],
    ['a wait that is no number', { prefer: 'wait=soon' }, 'Prefer: wait must be a number of seconds'],
    ['a wait below zero', { prefer: 'wait=-1' }, 'Prefer: wait must be a number of seconds'],
    [
      'a wait without a number',
      { prefer: 'handling=lenient, wait' },
      'Prefer: wait must be a number of seconds',
    ],
  ];
  it.each(cases)('%s is a 422', async (_name, headers, sentence) => {
    const answer = await api.create(caller, GOOD_BODY, headers);
    expectRefusal(answer, 422);
    expect(errorsOf(answer)).toEqual([sentence]);
  });

  it.each([',,;=,', 'handling=sideways', 'respond-async', 'wait="0"', 'WAIT=0, foo; bar=baz'])(
    'a preference that we do not know is no fault: %s',
    async (prefer) => {
      expect((await api.create(caller, GOOD_BODY, { prefer })).status).toBe(200);
    },
  );

  it('an Idempotency-Key of 1 and of 255 characters is accepted', async () => {
    const one = await api.create(caller, GOOD_BODY, { 'idempotency-key': '~' });
    const long = await api.create(caller, GOOD_BODY, { 'idempotency-key': 'k'.repeat(255) });
    expect([one.status, long.status]).toEqual([200, 200]);
  });

  it('more than 8 KiB of headers are refused before any route', async () => {
    const answer = await sendRaw(`GET /health HTTP/1.1\r\nHost: x\r\nX-Flood: ${'a'.repeat(10_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toMatch(/"error":"body_unreadable"/);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n'],
    [
      'a chunk of no size',
      `POST ${CREATE_PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    ],
  ])('%s is turned away and the connection closed', async (_name, text) => {
    expect(await sendRaw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});

describe('unknown addresses and methods', () => {
  const lost = [
    ...['/nothing', '//', '/%', '/%zz', `${JOBS}/TaskInfo/`, `${JOBS}/taskinfo`, `${JOBS}/Models/a/b/c`],
    ...[
      `${JOBS}/Models/%zz`,
      `${JOBS}/Models/%00`,
      `${JOBS}/Models/__proto__`,
      `${JOBS}/Models/..%2f..%2fetc`,
    ],
    ...[
      `${JOBS}/Models/${'x'.repeat(400)}`,
      '/templates/media/..%2f..%2fmodels.json',
      '/files/..%2f..%2ftest-key',
    ],
    ...['/files/%00?signature=a&expires=1', '/docs/%', '/docs/../../etc/passwd'],
  ];
  it.each(lost)('GET %s is a 404', async (path) => {
    expectRefusal(await api.call({ path, key: caller.key }), 404);
  });

  it.each(['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
    '%s of CreateTask is a 404',
    async (method) => {
      expectRefusal(await api.call({ method: method as 'PUT', path: CREATE_PATH, key: caller.key }), 404);
    },
  );

  it('HEAD answers like GET without a body, and does not open event streams', async () => {
    const models = await api.call({ method: 'HEAD', path: `${JOBS}/Models`, key: caller.key });
    const create = await api.call({ method: 'HEAD', path: CREATE_PATH, key: caller.key });
    const { data } = await api.create(caller);
    const path = `${JOBS}/TaskEvents?task_id=${data.task_id}`;
    const events = await api.call({ method: 'HEAD', path, key: caller.key });
    expect([models.status, create.status, events.status, models.text]).toEqual([200, 404, 404, '']);
  });

  const queries = [
    `${JOBS}/TaskInfo`,
    `${JOBS}/TaskInfo?task_id=`,
    `${JOBS}/TaskInfo?task_id=%00`,
    `${JOBS}/TaskInfo?task_id=a&task_id=b`,
    `${JOBS}/TaskEvents?task=1`,
    `${JOBS}/Tasks?limit=0`,
    `${JOBS}/Tasks?limit=101`,
    `${JOBS}/Tasks?limit=1.5`,
    `${JOBS}/Tasks?limit=1e1`,
    `${JOBS}/Tasks?cursor=x`,
    `${JOBS}/Tasks?status=done`,
    `${JOBS}/Tasks?from=yesterday`,
    `${JOBS}/Tasks?to=-1`,
    `${JOBS}/Tasks?from=99999999999`,
    `${JOBS}/Tasks?model=%0a`,
    `${JOBS}/Models?modality=video&modality=audio`,
    `${JOBS}/bytedance-templates?page=0`,
    `${JOBS}/bytedance-templates?page_size=51`,
    `${JOBS}/vidu-templates?page=-1`,
    `${JOBS}/kling-templates?page=99999999999`,
    `${ACCOUNT}/usage?group_by=month`,
    `${ACCOUNT}/usage?from=1.5`,
    `${ACCOUNT}/statement?limit=201`,
    `${ACCOUNT}/statement?cursor=1`,
    '/api/v1/client/files/upload-url',
    '/api/v1/client/files/upload-url?content_type=image/png',
    '/api/v1/client/files/upload-url?content_type=text/html&ext=.html',
    '/api/v1/client/files/upload-url?content_type=image/png&ext=.exe',
  ];
  it.each(queries)('GET %s is a 422', async (path) => {
    expectRefusal(await api.call({ path, key: caller.key }), 422);
  });

  it('D10: unknown parameters of a GET are ignored, such as those that pollers add against caches', async () => {
    const { data } = await api.create(caller);
    const paths = [
      `${JOBS}/TaskInfo?task_id=${data.task_id}`,
      `${JOBS}/Tasks?limit=1`,
      `${JOBS}/Models?modality=video`,
      `${JOBS}/Models/vidu/q1-r2v?`,
      `${JOBS}/bytedance-templates?page=1`,
      `${JOBS}/vidu-templates?`,
      `${ACCOUNT}/balance?`,
      `${ACCOUNT}/usage?group_by=day`,
      `${ACCOUNT}/statement?limit=1`,
      `${ACCOUNT}/callbacks?limit=1`,
      `${ACCOUNT}/callback-secret?`,
      '/api/v1/client/files/upload-url?content_type=image/png&ext=.png',
      '/health?',
      '/openapi.json?',
    ];
    for (const path of paths) {
      const more = `${path}&_=1764000000&_=1764000001&__proto__=1&constructor=x&cacheBust%5B%5D=1&%00=%0a`;
      const answer = await api.call({ path: more, key: caller.key });
      expect([more, answer.status]).toEqual([more, 200]);
    }
  });

  it.each([
    ['TaskInfo?task_id=x%0A', 'task_id: is not a valid text'],
    [`TaskInfo?task_id=${'x'.repeat(301)}`, 'task_id: is not a valid text'],
    ['TaskInfo?task_id=a&task_id=b', 'task_id: is given more than once'],
    ['TaskInfo', 'task_id: is required'],
    ['TaskEvents?task_id=%00', 'task_id: is not a valid text'],
    ['Tasks?limit=%0A', 'limit: is not a valid text'],
    ['Tasks?limit=1&limit=2', 'limit: is given more than once'],
    ['Tasks?cursor=%7F', 'cursor: is not a valid text'],
    ['Tasks?status=x&status=y', 'status: is given more than once'],
    ['Tasks?from=1%0A', 'from: is not a valid text'],
  ])('D13: one fault of a query is one sentence: %s', async (path, sentence) => {
    const answer = await api.call({ path: `${JOBS}/${path}`, key: caller.key });
    expectRefusal(answer, 422);
    expect(errorsOf(answer)).toEqual([sentence]);
  });
});

it('a request that never ends is cut after ten seconds at most', async () => {
  const line = `POST ${CREATE_PATH} HTTP/1.1\r\nHost: x\r\n`;
  const head = `${line}x-api-key: ${caller.key}\r\nContent-Type: application/json\r\n`;
  const startedMs = performance.now();
  const [chunked, announced, headless] = await Promise.all([
    sendRaw(`${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`),
    sendRaw(`${head}Content-Length: 100\r\n\r\n{`),
    sendRaw(`${line}X-Slow: a`),
  ]);
  for (const answer of [chunked, announced]) {
    expect(answer).toMatch(/^HTTP\/1\.1 422 /);
    expect(answer).toMatch(/did not arrive within 10 seconds/);
  }
  expect(headless).toMatch(/^HTTP\/1\.1 408 /);
  expect(performance.now() - startedMs).toBeGreaterThan(9_000);
});
