// Each code of the wire contract, reached as a client reaches it.
import { randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { generateKey } from '../accounts/keys.ts';
import { crunErrors } from '../doors/crun/answer.ts';
import { CODES } from '../doors/crun/codes.ts';
import { OperatorError } from '../errors.ts';
import { parseOwnJson } from '../lib/json.ts';
import { createLog } from '../lib/log.ts';
import { steadyClock } from '../lib/time.ts';
import { createShell } from './shell.ts';
import { type Answer, CREATE_PATH, createTestApi, GOOD_BODY, micros } from './testing.ts';

const api = await createTestApi();
const INFO = '/api/v1/client/job/TaskInfo';
const BALANCE = '/api/v1/client/account/balance';
const PAID_BODY = {
  model: 'bytedance/seedance1-0-pro-t2v',
  input: { prompt: 'a city', resolution: '480p', duration: 2 },
};
/** Two seconds at 4.86 credits each. */
const PRICE = '9.72';

function expectCode(answer: Answer, code: number, error: string, message: string | RegExp): void {
  expect(answer.status).toBe(code);
  expect(answer.body).toMatchObject({ code, error, message: expect.stringMatching(message) });
  expect(answer.body.request_id).toMatch(/^[\w-]{8,36}$/);
  const names = ['code', 'message', 'error', 'request_id', code === 422 ? 'errors' : 'data'];
  expect(Object.keys(answer.body).toSorted()).toEqual(names.toSorted());
}

afterEach(async () => {
  await api.core.catalog.setMaintenance(false);
  await api.core.catalog.changeModel('reelay/draft-t2v', { enabled: true, maintenance: false });
});

it('200: the envelope is code, message and data, and nothing else', async () => {
  const caller = await api.openAccount();
  const answer = await api.create(caller);
  expect(answer.body).toEqual({ code: 200, message: 'success', data: { task_id: expect.any(String) } });
  expect(answer.data.task_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

describe('401', () => {
  it('without a key', async () => {
    const answer = await api.call({ path: BALANCE });
    expectCode(answer, 401, 'unauthorized', /^API key missing$/);
  });

  it('with a key that was never issued, and with one whose checksum is wrong', async () => {
    const { key } = await api.openAccount();
    const last = key.endsWith('0') ? '1' : '0';
    const wrong = [
      generateKey('test'),
      `${key.slice(0, -1)}${last}`,
      key.slice(1),
      `${key} `,
      'ak_test',
      'x'.repeat(5000),
    ];
    for (const bad of wrong.map((text) => text.trimEnd()).filter((text) => text !== key)) {
      expectCode(await api.call({ path: BALANCE, key: bad }), 401, 'unauthorized', /^API key not valid$/);
    }
  });

  it('before anything is said about the body or the task', async () => {
    const create = await api.call({ method: 'POST', path: CREATE_PATH, body: '{' });
    const info = await api.call({ path: `${INFO}?task_id=x` });
    expect([create.status, info.status]).toEqual([401, 401]);
  });

  it('takes the key in any case of the header, and as a bearer token', async () => {
    const { key } = await api.openAccount();
    const upper = await api.call({ path: BALANCE, headers: { 'X-API-KEY': key } });
    const bearer = await api.call({ path: BALANCE, headers: { authorization: `Bearer ${key}` } });
    const basic = await api.call({ path: BALANCE, headers: { authorization: `Basic ${key}` } });
    expect([upper.status, bearer.status, basic.status]).toEqual([200, 200, 401]);
  });
});

describe('402', () => {
  it('at one millionth of a credit too little, and not at the exact price', async () => {
    const exact = await api.openAccount({ credits: PRICE });
    expect((await api.create(exact, PAID_BODY)).status).toBe(200);
    const short = await api.openAccount({ credits: '9.719999' });
    expectCode(
      await api.create(short, PAID_BODY),
      402,
      'insufficient_credits',
      /^Insufficient Credits: .*9\.72$/,
    );
    const balance = await api.core.credits.balance(short.accountId, 'test');
    expect(balance).toEqual({ posted: micros('9.719999'), held: 0n });
  });

  it('never for a task that costs nothing', async () => {
    const empty = await api.openAccount({ credits: '0' });
    expect((await api.create(empty)).status).toBe(200);
  });

  it('depends on the book of the key alone', async () => {
    const { accountId } = await api.openAccount({ mode: 'live', credits: '1000' });
    const test = await api.openKey(accountId, { mode: 'test' });
    expectCode(await api.create(test, PAID_BODY), 402, 'insufficient_credits', /Insufficient Credits/);
  });
});

it('403: a key that was disabled, or whose account was, is refused within a second', async () => {
  const byKey = await api.openAccount();
  const byAccount = await api.openAccount();
  for (const { key } of [byKey, byAccount]) expect((await api.call({ path: BALANCE, key })).status).toBe(200);
  await api.core.accounts.changeKey(byKey.row.id, { disabled: true });
  await api.core.accounts.change(byAccount.accountId, { disabled: true });
  for (const caller of [byKey, byAccount]) {
    await expect.poll(async () => (await api.call({ path: BALANCE, key: caller.key })).status).toBe(403);
    expectCode(await api.create(caller), 403, 'key_disabled', /^API key disabled$/);
  }
});

it('404: an unknown task, model or address', async () => {
  const { key } = await api.openAccount();
  for (const id of ['task_12345678', '00000000-0000-7000-8000-000000000000']) {
    expectCode(
      await api.call({ path: `${INFO}?task_id=${id}`, key }),
      404,
      'task_not_found',
      /^Task not found$/,
    );
  }
  const model = await api.call({ path: '/api/v1/client/job/Models/none/such', key });
  expectCode(model, 404, 'model_not_found', /"none\/such"/);
  expectCode(await api.call({ path: '/api/v1/client/none', key }), 404, 'not_found', /There is no GET/);
});

it('422: every wrong field in one answer', async () => {
  const caller = await api.openAccount();
  const input = { prompt: '', duration: 99, aspect_ratio: '5:4' };
  const answer = await api.create(caller, { ...PAID_BODY, input, callback_url: 'x' });
  expectCode(answer, 422, 'validation_failed', /^Missing Params or Type Error$/);
  expect(answer.body.errors).toEqual([
    'callback_url: must be an http or https address without user information',
    'input.prompt: must not be empty',
    'input.aspect_ratio: must be one of 16:9, 9:16, 1:1, 4:3, 3:4, 21:9',
    'input.duration: must be <= 12',
  ]);
});

it('429: says when to try again, in the header and in the RateLimit fields', async () => {
  const caller = await api.openAccount({ createsPer10s: 2 });
  const first = await api.create(caller);
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"create";q=2;w=10',
    ratelimit: '"create";r=1;t=5',
  });
  expect((await api.create(caller)).headers.ratelimit).toBe('"create";r=0;t=5');
  const refused = await api.create(caller);
  // Five seconds, less the time that the calls themselves took.
  const seconds = refused.headers['retry-after'];
  expect(seconds).toMatch(/^[345]$/);
  expectCode(refused, 429, 'rate_limited', new RegExp(`try again in ${seconds} s`));
  expect(refused.headers).toMatchObject({
    'ratelimit-policy': '"create";q=2;w=10',
    ratelimit: `"create";r=0;t=${seconds}`,
  });
});

describe('455', () => {
  it('while an operator has everything under maintenance; what exists stays readable', async () => {
    const caller = await api.openAccount();
    const { data } = await api.create(caller);
    await api.core.catalog.setMaintenance(true);
    const refused = await api.create(caller);
    expectCode(refused, 455, 'maintenance', /maintenance/);
    expect(refused.headers['retry-after']).toBe('60');
    const estimate = await api.call({
      method: 'POST',
      path: '/api/v1/client/job/estimate-credits',
      key: caller.key,
      body: GOOD_BODY,
    });
    expect(estimate.status).toBe(455);
    expect((await api.call({ path: `${INFO}?task_id=${data.task_id}`, key: caller.key })).status).toBe(200);
    expect((await api.call({ path: '/ready' })).status).toBe(200);
  });

  it('while one model is under maintenance; the others run', async () => {
    const caller = await api.openAccount();
    await api.core.catalog.changeModel('reelay/draft-t2v', { maintenance: true });
    expectCode(await api.create(caller), 455, 'maintenance', /^reelay\/draft-t2v is under maintenance/);
    expect((await api.create(caller, PAID_BODY)).status).toBe(200);
  });
});

it('505: a model that an operator disabled, and one without an offer for live keys', async () => {
  const caller = await api.openAccount();
  await api.core.catalog.changeModel('reelay/draft-t2v', { enabled: false });
  expectCode(await api.create(caller), 505, 'model_disabled', /^reelay\/draft-t2v is disabled$/);
  const live = await api.openAccount({ mode: 'live' });
  expectCode(await api.create(live, PAID_BODY), 505, 'model_disabled', /no enabled offer for live keys/);
  await api.core.catalog.changeModel('reelay/draft-t2v', { enabled: true });
  expect((await api.create(live)).status).toBe(200);
});

it('501: is the result code of a task that failed, never the status of an answer', async () => {
  const caller = await api.openAccount();
  const { data } = await api.create(caller, PAID_BODY);
  await api.endTask(String(data.task_id), 'failed');
  const info = await api.call({ path: `${INFO}?task_id=${data.task_id}`, key: caller.key });
  expect(info.status).toBe(200);
  expect(info.data).toMatchObject({
    status: 'failed',
    credits: 0,
    result: { code: 501, message: 'ended by a test', error: 'generation_failed', media_urls: [] },
  });
});

describe('500, when a part of the server breaks', () => {
  it('shows the request id and nothing of the fault', async () => {
    const secret = randomBytes(8).toString('hex');
    const shell = createShell({
      accounts: api.core.accounts,
      people: api.core.people,
      log: createLog('silent'),
      errors: crunErrors,
      clock: steadyClock,
      trustProxy: [],
      readsPer10s: 100,
      onAnswer: () => undefined,
    });
    const config = { access: 'public', rate: 'none', errors: [] } as const;
    shell.get('/broken', { config }, () => {
      throw new TypeError(`cannot read ${secret}`);
    });
    shell.get('/refused', { config }, () => {
      throw new OperatorError('a sentence for operators');
    });
    shell.get('/gone', { config }, () => {
      throw Object.assign(new Error(`connect ECONNREFUSED ${secret}`), { code: 'ECONNREFUSED' });
    });
    const connections = new Pool(await shell.listen({ host: '127.0.0.1', port: 0 }));
    try {
      for (const [path, status] of [
        ['/broken', 500],
        ['/refused', 422],
        ['/gone', 455],
      ] as const) {
        const { statusCode, body, headers } = await connections.request({ method: 'GET', path });
        const text = await body.text();
        expect([path, statusCode, parseOwnJson<{ code: number }>(text).code]).toEqual([path, status, status]);
        expect(parseOwnJson<{ request_id: string }>(text).request_id).toMatch(/^[\w-]{8,36}$/);
        expect(text).not.toContain(secret);
        expect(text).not.toContain('TypeError');
        if (status === 455) expect(headers['retry-after']).toBe('2');
      }
    } finally {
      await connections.destroy();
      await shell.close();
    }
  });

  it('a route that does not say who may call it prevents the server from starting', async () => {
    const shell = createShell({
      accounts: api.core.accounts,
      people: api.core.people,
      log: createLog('silent'),
      errors: crunErrors,
      clock: steadyClock,
      trustProxy: [],
      readsPer10s: 100,
      onAnswer: () => undefined,
    });
    shell.get('/open', () => 'x');
    await expect(shell.ready()).rejects.toThrow('/open does not say who may call it');
    await shell.close();
  });
});

it('has no code outside of the contract', () => {
  const codes = new Set<number>(Object.values(CODES));
  expect([...codes].toSorted()).toEqual([401, 402, 403, 404, 422, 429, 455, 500, 501, 505]);
});
