import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { asSteady } from '../lib/time.ts';
import { ReadRate, rateFields } from './rate.ts';
import { type Answer, type Caller, createTestApi } from './testing.ts';

const api = await createTestApi({ REELAY_TRUST_PROXY: '127.0.0.1' });
const BALANCE = '/api/v1/client/account/balance';

/** How many of so many calls in a row pass. */
async function countPassed(calls: number, call: () => Promise<{ status: number }>): Promise<number> {
  let passed = 0;
  for (let count = 0; count < calls; count++) {
    const { status } = await call();
    expect([200, 429]).toContain(status);
    if (status === 200) passed++;
  }
  return passed;
}

/** How many more calls a rate allows for the time since this was called: a loaded machine is slow between calls. */
function startRefill(perSecond: number): () => number {
  const beganMs = performance.now();
  return () => Math.ceil(((performance.now() - beganMs) / 1000) * perSecond);
}

/** Lets time pass for the creates of a key by moving its theoretical arrival time into the past. */
async function letTimePass(caller: Caller, seconds: number): Promise<void> {
  await api.core.pool.query(
    `update create_limits set arrival_at = arrival_at - make_interval(secs => $2) where key_id = $1`,
    [caller.row.id, seconds],
  );
}

describe('creates', () => {
  it('are 20 at once, then one every half second, and 20 again after ten seconds of rest', async () => {
    const caller = await api.openAccount({ createsPer10s: 20 });
    const refill = startRefill(2);
    const burst = await Promise.all(Array.from({ length: 60 }, () => api.create(caller)));
    const passed = burst.filter(({ status }) => status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThanOrEqual(20 + refill());
    await letTimePass(caller, 1.5);
    const refilled = await countPassed(9, () => api.create(caller));
    expect(refilled).toBeGreaterThanOrEqual(3);
    expect(passed + refilled).toBeLessThanOrEqual(20 + 3 + refill());
    await letTimePass(caller, 10);
    expect((await api.create(caller)).headers.ratelimit).toMatch(/^"create";r=(1[89]);t=1$/);
  });

  it('never save up more than one burst', async () => {
    const caller = await api.openAccount({ createsPer10s: 5 });
    await api.create(caller);
    await letTimePass(caller, 3600);
    const refill = startRefill(0.5);
    const passed = await countPassed(12, () => api.create(caller));
    expect(passed).toBeGreaterThanOrEqual(5);
    expect(passed).toBeLessThanOrEqual(5 + refill());
  });

  it('are counted for each key on its own', async () => {
    const caller = await api.openAccount({ createsPer10s: 1 });
    const sibling = await api.openKey(caller.accountId, { createsPer10s: 1 });
    const statuses = [];
    for (const who of [caller, caller, sibling, sibling]) statuses.push((await api.create(who)).status);
    expect(statuses).toEqual([200, 429, 200, 429]);
  });

  it('that are refused for their body cost nothing', async () => {
    const caller = await api.openAccount({ createsPer10s: 1 });
    for (let count = 0; count < 5; count++) expect((await api.create(caller, {})).status).toBe(422);
    expect((await api.create(caller)).status).toBe(200);
  });

  it('B1: that are refused for their body also count before it is read', async () => {
    const caller = await api.openAccount({ createsPer10s: 1 });
    const bad = { model: 'reelay/draft-t2v', input: { prompt: '' } };
    const refill = startRefill(5);
    const answers = await Promise.all(Array.from({ length: 120 }, () => api.create(caller, bad)));
    // Ten tries for each create, but fifty at least, and what refills while they are made.
    const passed = answers.filter(({ status }) => status === 422).length;
    expect(passed).toBeGreaterThanOrEqual(50);
    expect(passed).toBeLessThanOrEqual(50 + refill());
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 429, error: 'rate_limited', data: null });
    expect(refused?.headers['retry-after']).toBe('1');
    // An unreadable body would be a 422 if it were read.
    const unread = await Promise.all(Array.from({ length: 60 }, () => api.create(caller, '{')));
    expect(unread.map(({ status }) => status)).toContain(429);
  });

  it('B1: weigh as much as their bodies, and a full burst of the largest passes', async () => {
    const caller = await api.openAccount({ createsPer10s: 20 });
    const large = `{"model":"reelay/draft-t2v","input":{"prompt":"x"}}`.padEnd(256 * 1024);
    const good = await Promise.all(Array.from({ length: 20 }, () => api.create(caller, large)));
    expect(new Set(good.map(({ status }) => status))).toEqual(new Set([200]));
    const other = await api.openAccount({ createsPer10s: 20 });
    const bad = `[${large}]`.slice(0, 256 * 1024);
    const tried = await Promise.all(Array.from({ length: 60 }, () => api.create(other, bad)));
    const passed = tried.filter(({ status }) => status === 422).length;
    expect(passed).toBeGreaterThanOrEqual(25);
    expect(passed).toBeLessThan(60);
  });

  it('may be retried when Retry-After is over, and not before', async () => {
    const caller = await api.openAccount({ createsPer10s: 1 });
    await api.create(caller);
    const refused = await api.create(caller);
    const waitSeconds = Number(refused.headers['retry-after']);
    expect(waitSeconds).toBeLessThanOrEqual(10);
    expect(waitSeconds).toBeGreaterThan(4);
    await letTimePass(caller, waitSeconds - 4);
    expect((await api.create(caller)).status).toBe(429);
    await letTimePass(caller, 4);
    expect((await api.create(caller)).status).toBe(200);
  });

  it('refill at the pace of a new limit at once', async () => {
    const caller = await api.openAccount({ createsPer10s: 1 });
    expect(await countPassed(2, () => api.create(caller))).toBe(1);
    await api.core.accounts.changeKey(caller.row.id, { createsMax: 100 });
    const refill = startRefill(10);
    await letTimePass(caller, 1);
    const passed = await countPassed(14, () => api.create(caller));
    expect(passed).toBeGreaterThanOrEqual(10);
    expect(passed).toBeLessThanOrEqual(11 + refill());
  });
});

it('reads have a limit of their own, which creates do not touch', async () => {
  const caller = await api.openAccount({ createsPer10s: 1, readsPer10s: 3 });
  await api.create(caller);
  const read = () => api.call({ path: BALANCE, key: caller.key });
  expect((await read()).headers).toMatchObject({
    'ratelimit-policy': '"read";q=3;w=10',
    ratelimit: '"read";r=2;t=4',
  });
  const refill = startRefill(0.3);
  const passed = await countPassed(6, read);
  expect(passed).toBeGreaterThanOrEqual(2);
  expect(passed).toBeLessThanOrEqual(2 + refill());
  const refused = await read();
  expect(refused.body).toMatchObject({ code: 429, error: 'rate_limited' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
});

it('B1: an estimate counts by the size of its body, whether the size is known or not', async () => {
  const { key } = await api.openAccount({ readsPer10s: 32 });
  const refill = startRefill(3.2);
  const estimate = (body: string, headers: Record<string, string> = {}) =>
    api.call({ method: 'POST', path: '/api/v1/client/job/EstimateTask', key, body, headers });
  const small = await estimate('{}');
  expect([small.status, small.headers.ratelimit]).toEqual([422, expect.stringMatching(/^"read";r=31;/)]);
  const large = await estimate('{}'.padEnd(256 * 1024));
  const before = Number(/r=(\d+)/.exec(String(large.headers.ratelimit))?.[1]);
  expect(large.status).toBe(422);
  expect(before).toBeLessThanOrEqual(23 + refill());
  const response = await fetch(`${api.url}/api/v1/client/job/EstimateTask`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: new Blob(['{}']).stream(),
    duplex: 'half',
  });
  const after = Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
  expect(response.status).toBe(422);
  expect(after).toBeLessThanOrEqual(before - 8 + refill());
});

it('B1: a call that takes no key and costs something counts by address', async () => {
  const pages = [
    ['/ready', 1],
    ['/metrics', 1],
    ['/openapi.json', 1],
    ['/docs/', 5],
  ] as const;
  for (const [at, [path, units]] of pages.entries()) {
    const ask = (address: string, method: 'GET' | 'HEAD' = 'GET') =>
      api.call({ method, path, headers: { 'x-forwarded-for': address } });
    const address = `203.0.113.${at}`;
    let refused: Answer | undefined;
    let passed = 0;
    // Most by HEAD, which is quick on a busy machine, too: what refills while they are made passes.
    for (let round = 0; round < 20 && !refused; round += 1) {
      const heads = Array.from({ length: 200 / units + 40 }, () => ask(address, 'HEAD'));
      const answers = await Promise.all([...heads, ask(address), ask(address)]);
      passed += answers.filter(({ status }) => status === 200).length;
      refused = answers.slice(-2).find(({ status }) => status === 429);
    }
    expect([path, passed >= 200 / units]).toEqual([path, true]);
    expect(refused?.body.message).toBe('Too many calls from this address; try again in 1 s');
    expect(refused?.headers['retry-after']).toBe('1');
    expect((await ask('203.0.113.200')).status).toBe(200);
  }
});

it.each([
  ['before its body is read', (caller: Caller) => api.call({ path: BALANCE, key: caller.key })],
  ['by the database', (caller: Caller) => api.create(caller)],
])(
  'B4: a caller that is refused again and again %s is answered a second later, and no other caller is',
  async (_by, call) => {
    const caller = await api.openAccount({ readsPer10s: 1, createsPer10s: 1 });
    const sibling = await api.openKey(caller.accountId, { readsPer10s: 1, createsPer10s: 1 });
    const timed = async () => {
      const beganMs = performance.now();
      const { status } = await call(caller);
      return { status, tookMs: performance.now() - beganMs };
    };
    const beganMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 120 }, timed));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(100);
    // Twenty are answered at once, and those that refill meanwhile.
    const paused = refused.filter(({ tookMs }) => tookMs >= 1_000).length;
    const refilled = Math.ceil((performance.now() - beganMs) / 500);
    expect(paused).toBeGreaterThanOrEqual(refused.length - 20 - refilled);
    expect((await call(sibling)).status).toBe(200);
  },
);

describe('the rate of reads on a clock of its own', () => {
  const reply = { headers: () => undefined } as never;

  it('lets a burst through, refills evenly, and refuses the rest with the time to wait', () => {
    let nowMs = 1_000_000;
    const rate = new ReadRate(asSteady(() => nowMs));
    const take = (): number => {
      try {
        rate.take({ keyId: 'key', max: 10, units: 1 }, reply);
        return 0;
      } catch (error) {
        return (error as AppError).details.retryAfterSeconds ?? -1;
      }
    };
    for (let call = 0; call < 10; call++) expect(take()).toBe(0);
    expect(take()).toBe(1);
    nowMs += 999;
    expect(take()).toBe(1);
    nowMs += 1;
    expect(take()).toBe(0);
    expect(take()).toBe(1);
    nowMs += 60_000;
    for (let call = 0; call < 10; call++) expect(take()).toBe(0);
    expect(take()).toBe(1);
  });

  it('never lets more through than a burst and what has refilled since', () => {
    let nowMs = 0;
    const rate = new ReadRate(asSteady(() => nowMs));
    let passed = 0;
    for (; nowMs < 60_000; nowMs += 37) {
      try {
        rate.take({ keyId: 'key', max: 50, units: 1 }, reply);
        passed++;
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }
    expect(passed).toBeGreaterThanOrEqual(300);
    expect(passed).toBeLessThanOrEqual(50 + (60_000 / 10_000) * 50 + 1);
  });
});

it('writes the fields of the RateLimit draft in whole seconds', () => {
  expect(rateFields({ policy: 'create', max: 20, left: 3, resetMs: 501 })).toEqual({
    'ratelimit-policy': '"create";q=20;w=10',
    ratelimit: '"create";r=3;t=1',
  });
  expect(rateFields({ policy: 'read', max: 1, left: 0, resetMs: -5 }).ratelimit).toBe('"read";r=0;t=0');
});
