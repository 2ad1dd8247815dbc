// What one account can make this server send to a host that never asked for it.
import { expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { AppError } from '../errors.ts';
import { asSteady, steadyClock } from '../lib/time.ts';
import { HostRates } from './host-rates.ts';
import { Receivers } from './receivers.ts';
import { closeAfterEachTest, startDelivery, startReceiver, waitUntil } from './testing.ts';

const database = await createTestDatabase();
closeAfterEachTest();

it('B5: sends a callback again once in ten seconds, however many requests ask for it on however many nodes', async () => {
  const receiver = await startReceiver();
  const nodes = await Promise.all([1, 2, 3].map(() => startDelivery(database)));
  const [first] = nodes as [(typeof nodes)[0]];
  const callbackId = await first.enqueue(receiver.url);
  await waitUntil('the callback has come', () => receiver.received.length === 1);
  const asked = Array.from({ length: 30 }, (_, at) => nodes[at % 3]?.callbacks.replay(callbackId));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    const { errorName, details, message } = outcome.reason as AppError;
    expect(errorName).toBe('rate_limited');
    expect(details.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(details.retryAfterSeconds).toBeLessThanOrEqual(10);
    expect(message).toContain('once in 10 s');
  }
  await waitUntil('the replay has come', () => receiver.received.length === 2);
  const ago = (seconds: number) =>
    database.pool.query(
      'update callbacks set replayed_at = now() - make_interval(secs => $2) where id = $1',
      [callbackId, seconds],
    );
  await ago(9);
  await expect(first.callbacks.replay(callbackId)).rejects.toThrow(AppError);
  await ago(10);
  expect(await first.callbacks.replay(callbackId)).toBe(true);
  await waitUntil('the second replay has come', () => receiver.received.length === 3);
  await ago(10);
  await database.pool.query('update callbacks set tries = 1000 where id = $1', [callbackId]);
  await expect(first.callbacks.replay(callbackId)).rejects.toMatchObject({ errorName: 'validation_failed' });
});

it('B5: sends a host no more than its rate, over all accounts, ports, copies and replays, and the rest later', async () => {
  let aheadMs = 0;
  const receivers = [await startReceiver(), await startReceiver()];
  const received = () => receivers.reduce((sum, receiver) => sum + receiver.received.length, 0);
  const options = { callbacksPer10s: 5, steady: asSteady(() => steadyClock() + aheadMs) };
  const jobsOf = await startDelivery(database, options);
  const other = await startDelivery(database, { ...options, running: false });
  for (const [at, delivery] of [jobsOf, other, jobsOf].entries()) {
    await delivery.enqueue(receivers[at % 2]?.url as string, { copies: 3 });
  }
  const waiting = async () =>
    (await database.pool.query('select count(*)::integer as n from graphile_worker.jobs')).rows[0].n;
  await waitUntil('four of nine wait', async () => received() === 5 && (await waiting()) === 4);
  // They are due at once, and find the rate used up again.
  await jobsOf.hurry();
  await waitUntil('they wait again', async () => {
    const { rows } = await database.pool.query(
      'select count(*)::integer as n from graphile_worker.jobs where run_at > now() and locked_at is null',
    );
    return rows[0].n === 4;
  });
  expect(received()).toBe(5);
  aheadMs += 10_000;
  await jobsOf.hurry();
  await waitUntil('all have come', () => received() === 9);
});

it('B5: counts a large body as several callbacks', async () => {
  let nowMs = 1_000;
  const rates = new HostRates(
    asSteady(() => nowMs),
    10,
  );
  rates.count('example.com:443');
  rates.countBytes('example.com', 16 * 1024);
  expect(rates.waitMs('example.com')).toBe(0);
  rates.countBytes('example.com:8443', 205_000);
  // Thirteen parts at a rate of ten, and one more to come.
  expect(rates.waitMs('example.com')).toBe(4_000);
  expect(rates.waitMs('example.org')).toBe(0);
  nowMs += 4_000;
  expect(rates.waitMs('example.com')).toBe(0);
});

it('B5: spreads the callbacks that wait for the rate of their host', async () => {
  const receivers = new Receivers(
    asSteady(() => 1_000),
    10,
  );
  const visits = await Promise.all(Array.from({ length: 4 }, () => receivers.admit('a')));
  for (const admission of visits) {
    if ('visit' in admission) admission.visit.weigh(100_000);
  }
  const later = await Promise.all([1, 2, 3].map(() => receivers.admit('a')));
  const delays = later.map((admission) => ('postponeMs' in admission ? admission.postponeMs : 0));
  // 28 parts at a rate of ten are used up, so the next has to wait for 19 s, and those behind it a second each.
  expect(delays).toEqual([19_000, 20_000, 21_000]);
});
