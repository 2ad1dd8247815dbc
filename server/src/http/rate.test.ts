import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { asSteady } from '../lib/time.ts';
import { ReadRate, rateFields } from './rate.ts';
import { type Caller, createTestApi } from './testing.ts';

const api = await createTestApi();
const BALANCE = '/api/v1/client/account/balance';

/** How many of so many calls in a row are let through. */
async function countPassed(calls: number, call: () => Promise<{ status: number }>): Promise<number> {
  let passed = 0;
  for (let count = 0; count < calls; count++) {
    const { status } = await call();
    expect([200, 429]).toContain(status);
    if (status === 200) passed++;
  }
  return passed;
}

/** Lets time pass for the creates of a key: its theoretical arrival time moves into the past. */
async function letTimePass(caller: Caller, seconds: number): Promise<void> {
  await api.core.pool.query(
    `update create_rates set arrival_at = arrival_at - make_interval(secs => $2) where key_id = $1`,
    [caller.row.id, seconds],
  );
}

describe('creates', () => {
  it('are 20 at once, then one every half second, and 20 again after ten seconds of rest', async () => {
    const caller = await api.openAccount({ createsPer10s: 20 });
    const burst = await Promise.all(Array.from({ length: 40 }, () => api.create(caller)));
    const passed = burst.filter(({ status }) => status === 200).length;
    // The burst itself takes a moment, in which one more may fit.
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThanOrEqual(26);
    await letTimePass(caller, 1.5);
    const refilled = await countPassed(9, () => api.create(caller));
    expect(refilled).toBeGreaterThanOrEqual(3);
    expect(refilled).toBeLessThanOrEqual(6);
    await letTimePass(caller, 10);
    expect((await api.create(caller)).headers.ratelimit).toMatch(/^"create";r=(1[89]);t=1$/);
  });

  it('never save up more than one burst', async () => {
    const caller = await api.openAccount({ createsPer10s: 5 });
    await api.create(caller);
    await letTimePass(caller, 3600);
    const passed = await countPassed(12, () => api.create(caller));
    expect(passed).toBeGreaterThanOrEqual(5);
    expect(passed).toBeLessThanOrEqual(6);
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

  it('may be retried when Retry-After is over, and not before', async () => {
    const caller = await api.openAccount({ createsPer10s: 2 });
    await countPassed(2, () => api.create(caller));
    const refused = await api.create(caller);
    expect(refused.headers['retry-after']).toMatch(/^[45]$/);
    await letTimePass(caller, 3);
    expect((await api.create(caller)).status).toBe(429);
    await letTimePass(caller, 2);
    expect((await api.create(caller)).status).toBe(200);
  });

  it('refill at the pace of a new limit at once', async () => {
    const caller = await api.openAccount({ createsPer10s: 1 });
    expect(await countPassed(2, () => api.create(caller))).toBe(1);
    await api.core.accounts.changeKey(caller.row.id, { createsPer10s: 100 });
    await letTimePass(caller, 1);
    const passed = await countPassed(14, () => api.create(caller));
    expect(passed).toBeGreaterThanOrEqual(10);
    expect(passed).toBeLessThanOrEqual(13);
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
  const passed = await countPassed(6, read);
  expect(passed).toBeGreaterThanOrEqual(2);
  expect(passed).toBeLessThanOrEqual(3);
  const refused = await read();
  expect(refused.body).toMatchObject({ code: 429, error: 'rate_limited' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
});

describe('the rate of reads on a clock of its own', () => {
  const reply = { headers: () => undefined } as never;

  it('lets a burst through, refills evenly, and refuses the rest with the time to wait', () => {
    let nowMs = 1_000_000;
    const rate = new ReadRate(asSteady(() => nowMs));
    const take = (): number => {
      try {
        rate.take('key', 10, reply);
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
        rate.take('key', 50, reply);
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
