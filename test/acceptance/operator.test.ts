// What operators do beside a running server, and what its clients then see. Always on its own server.
import { describe, expect, it } from 'vitest';
import { waitFor } from '../stage/wait.ts';
import { ACCOUNT, type Answer, Client, END_MS, JOBS, SMALL_BODY, startServer } from './harness.ts';

/** The promise is one second; the rest is for a busy machine. */
const SEEN_WITHIN_MS = 3_000;
const server = await startServer();
const FAILING_BODY = {
  model: 'vidu/q1-r2v',
  input: { prompt: 'x reelay:fail', img_urls: ['https://example.com/a.jpg'] },
};

function createOnce(client: Client, body: unknown = SMALL_BODY): Promise<Answer> {
  return client.call(`${JOBS}/CreateTask`, { method: 'POST', body });
}

async function expectSoon(look: () => Promise<Answer>, code: number, error?: string): Promise<Answer> {
  await expect.poll(async () => (await look()).status, { timeout: SEEN_WITHIN_MS, interval: 100 }).toBe(code);
  const answer = await look();
  expect(answer.body).toMatchObject(error === undefined ? { code } : { code, error });
  return answer;
}

it('the first calls of a new user work as documented', async () => {
  const anybody = new Client(server.url, undefined);
  const statuses = ['/health', '/ready', '/openapi.json', '/docs/', '/'].map(
    async (path) => (await anybody.call(path)).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 200, 200, 200, 200]);
  expect((await anybody.call('/')).headers['content-type']).toMatch(/^text\/html/);
  expect((await anybody.call('/metrics')).text).toMatch(/^reelay_nodes 1$/m);
  expect(server.client.key).toMatch(/^ak_test[0-9A-Za-z]{28}$/);
  expect(await server.client.balance()).toEqual({ balance: 1_000_000, held: 0 });
});

it('a key made by command works at once, has its own limits, and is refused once disabled', async () => {
  const made = await server.run('keys', 'create', '--mode', 'test', '--creates', '2', '--strict');
  expect(made.key).toMatch(/^ak_test[0-9A-Za-z]{28}$/);
  const client = new Client(server.url, String(made.key));
  const strict = await createOnce(client, { ...SMALL_BODY, extra: 1 });
  expect([strict.status, strict.body.errors]).toEqual([
    422,
    ['extra: is not known, and unknown fields are refused'],
  ]);
  await server.run('keys', 'disable', String(made.id));
  await expectSoon(() => client.call(`${ACCOUNT}/balance`), 403, 'key_disabled');
  await server.run('keys', 'enable', String(made.id));
  await expectSoon(() => client.call(`${ACCOUNT}/balance`), 200);
});

it('twenty creates at once are accepted, the next one waits for Retry-After', async () => {
  const client = await server.openClient({});
  // Refused for lack of balance, so that nothing has to be rendered.
  await server.run('credits', 'adjust', '--account', 'other', '--book', 'test', '--', '-999999');
  const poor = await server.openClient({ account: 'other' });
  const statuses = await Promise.all(
    Array.from({ length: 24 }, async () => (await createOnce(poor, FAILING_BODY)).status),
  );
  expect(statuses.filter((status) => status === 402).length).toBeGreaterThanOrEqual(20);
  const limited = await waitFor('one more is refused', END_MS, async () => {
    const answer = await createOnce(poor, FAILING_BODY);
    return answer.status === 429 ? answer : undefined;
  });
  expect(limited.body).toMatchObject({ code: 429, error: 'rate_limited' });
  expect(limited.headers['retry-after']).toBe('1');
  expect(limited.headers['ratelimit-policy']).toBe('"create";q=20;w=10');
  expect(limited.headers.ratelimit).toMatch(/^"create";r=0;t=1$/);
  const read = await client.call(`${ACCOUNT}/balance`);
  expect(read.headers['ratelimit-policy']).toMatch(/^"read";q=\d+;w=10$/);
});

describe('the switches', () => {
  it('put everything or one model under maintenance, and back', async () => {
    const { client } = server;
    await server.run('maintenance', 'on');
    const refused = await expectSoon(() => createOnce(client, FAILING_BODY), 455, 'maintenance');
    expect(refused.headers['retry-after']).toBe('60');
    expect((await client.call(`${ACCOUNT}/balance`)).status).toBe(200);
    await server.run('maintenance', 'off');
    await server.run('maintenance', 'on', '--model', 'vidu/q1-r2v');
    await expectSoon(() => createOnce(client, FAILING_BODY), 455, 'maintenance');
    const estimate = await client.call(`${JOBS}/estimate-credits`, { method: 'POST', body: SMALL_BODY });
    expect(estimate.status).toBe(200);
    await server.run('maintenance', 'off', '--model', 'vidu/q1-r2v');
    await expectSoon(
      () => client.call(`${JOBS}/estimate-credits`, { method: 'POST', body: FAILING_BODY }),
      200,
    );
  });

  it('disable a model, and enable it again', async () => {
    const estimate = () =>
      server.client.call(`${JOBS}/estimate-credits`, { method: 'POST', body: FAILING_BODY });
    await server.run('models', 'disable', 'vidu/q1-r2v');
    await expectSoon(estimate, 505, 'model_disabled');
    await server.run('models', 'enable', 'vidu/q1-r2v');
    await expectSoon(estimate, 200);
  });

  it('set a price, which the next estimate names', async () => {
    const estimate = async () =>
      (await server.client.call(`${JOBS}/estimate-credits`, { method: 'POST', body: SMALL_BODY })).data
        .credits;
    expect(await estimate()).toBe(0);
    await server.run('models', 'price', 'reelay/draft-t2v', '2.5');
    await expect.poll(estimate, { timeout: SEEN_WITHIN_MS }).toBe(2.5);
    await server.run('models', 'price', 'reelay/draft-t2v', 'reset');
    await expect.poll(estimate, { timeout: SEEN_WITHIN_MS }).toBe(0);
  });
});

it('credits: a live account pays what it was granted, to the last millionth', async () => {
  await server.run('accounts', 'create', 'paying');
  const live = await server.openClient({ account: 'paying', mode: 'live' });
  await server.run('models', 'price', 'reelay/draft-t2v', '166.5');
  try {
    await expectSoon(() => createOnce(live), 402, 'insufficient_credits');
    const grant = ['credits', 'grant', '166.499999', '--account', 'paying', '--reference', 'invoice 7'];
    await server.run(...grant);
    await server.run(...grant);
    expect(await live.balance()).toEqual({ balance: 166.499999, held: 0 });
    expect((await createOnce(live)).status).toBe(402);
    await server.run('credits', 'grant', '0.000001', '--account', 'paying', '--reason', 'the rest');
    const created = await createOnce(live);
    expect(created.status).toBe(200);
    expect(await live.balance()).toEqual({ balance: 0, held: 166.5 });
    expect((await createOnce(live)).status).toBe(402);
    await live.cancel(String(created.data.task_id));
    expect(await live.waitFor(String(created.data.task_id))).toMatchObject({ status: 'failed', credits: 0 });
    expect(await live.balance()).toEqual({ balance: 166.5, held: 0 });
    const { data } = await live.call(`${ACCOUNT}/statement`);
    const rows = data.rows as { kind: string; credits: number; balance: number }[];
    expect(rows.map(({ kind, credits, balance }) => [kind, credits, balance])).toEqual([
      ['grant', 0.000001, 166.5],
      ['grant', 166.499999, 166.499999],
    ]);
  } finally {
    await server.run('models', 'price', 'reelay/draft-t2v', 'reset');
  }
});

it('a live key is refused when a model has no offer', async () => {
  const live = await server.openClient({ mode: 'live' });
  const answer = await createOnce(live, FAILING_BODY);
  expect([answer.status, answer.body.error]).toEqual([505, 'model_disabled']);
});

it('an account sees nothing of another, on every route that takes an id', async () => {
  const owner = server.client;
  const other = await server.openClient({ account: 'other' });
  const taskId = await owner.createId({ ...FAILING_BODY, callback_url: 'https://receiver.example.com/' });
  await owner.waitFor(taskId);
  const { data } = await owner.call(`${ACCOUNT}/callbacks?task_id=${taskId}`);
  const [{ callback_id: callbackId }] = data.callbacks as { callback_id: string }[];
  const answers = await Promise.all([
    other.call(`${JOBS}/TaskInfo?task_id=${taskId}`),
    other.call(`${JOBS}/TaskEvents?task_id=${taskId}`),
    other.cancel(taskId),
    other.call(`${ACCOUNT}/callback-deliveries?callback_id=${callbackId}`),
    other.call(`${ACCOUNT}/callback-replay`, { method: 'POST', body: { callback_id: callbackId } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  for (const { text } of answers) expect(text).not.toContain('receiver.example.com');
  const lists = await Promise.all([
    other.call(`${JOBS}/Tasks?cursor=${taskId}`),
    other.call(`${ACCOUNT}/callbacks?task_id=${taskId}`),
    other.call(`${ACCOUNT}/usage?group_by=model`),
  ]);
  expect(lists.map((answer) => [answer.data.tasks ?? answer.data.callbacks ?? answer.data.rows])).toEqual([
    [[]],
    [[]],
    [[]],
  ]);
});

it('the ledger is sound at the end', async () => {
  expect(await server.run('credits', 'audit')).toEqual({ violations: [] });
  const { text } = await server.client.call('/metrics');
  expect(text).not.toMatch(/^reelay_ledger_violations\{.*\} [1-9]/m);
});
