import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asSteady } from '../lib/time.ts';
import { Receivers, receiverOf, type Visit } from './receivers.ts';

let nowMs = 1_000_000;
const clock = asSteady(() => nowMs);

async function enter(receivers: Receivers, name: string): Promise<Visit> {
  const admission = await receivers.admit(name);
  if ('postponeMs' in admission) throw new Error(`${name} has no room`);
  return admission.visit;
}

async function enterTimes(receivers: Receivers, name: string, count: number): Promise<Visit[]> {
  return await Promise.all(Array.from({ length: count }, () => enter(receivers, name)));
}

async function postponeMs(receivers: Receivers, name: string): Promise<number> {
  const admission = await receivers.admit(name);
  return 'postponeMs' in admission ? admission.postponeMs : 0;
}

test('a receiver is a host with its port', () => {
  expect(receiverOf('https://Example.com/a?b')).toBe('example.com');
  expect(receiverOf('https://example.com:8443/a')).toBe('example.com:8443');
  expect(receiverOf('not an address')).toBe('not an address');
});

test('a new receiver has four tries at once, one that answers quickly forty-eight; others are not touched', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  const [first] = await enterTimes(receivers, 'a', 4);
  expect(await postponeMs(receivers, 'a')).toBeGreaterThan(0);
  expect(await postponeMs(receivers, 'b')).toBe(0);
  first.report(20);
  await enterTimes(receivers, 'a', 44);
  expect(await postponeMs(receivers, 'a')).toBeGreaterThan(0);
  first.end();
  expect(await postponeMs(receivers, 'a')).toBe(0);
});

test('the first waiter gets the first place that becomes free', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  const [first] = await enterTimes(receivers, 'a', 4);
  const waiting = receivers.admit('a');
  first.end();
  expect(await waiting).toHaveProperty('visit');
});

test('a receiver that is silent for five seconds is slow: no try waits for a place there', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  const visits = await enterTimes(receivers, 'a', 4);
  nowMs += 5_000;
  // What has to wait, if only for a timer, comes after the immediate.
  const atOnce = await Promise.race([postponeMs(receivers, 'a'), setImmediate(undefined)]);
  expect(atOnce).toBeGreaterThan(0);
  for (const visit of visits) {
    visit.report(15_000);
    visit.end();
  }
  await enterTimes(receivers, 'a', 4);
  expect(await postponeMs(receivers, 'a')).toBeGreaterThan(0);
});

test('a slow receiver is healthy again with its first quick answer', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  const slow = await enter(receivers, 'a');
  slow.report(15_000);
  slow.end();
  const quick = await enter(receivers, 'a');
  quick.report(10);
  quick.end();
  await enterTimes(receivers, 'a', 48);
});

test('tries that find no place come back spread by the pace of the receiver, within two minutes', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  const slow = await enter(receivers, 'a');
  slow.report(15_000);
  slow.end();
  await enterTimes(receivers, 'a', 4);
  const delays: number[] = [];
  for (let count = 0; count < 100; count += 1) delays.push(await postponeMs(receivers, 'a'));
  expect(delays.slice(0, 3)).toEqual([250, 4_000, 7_750]);
  for (const delayMs of delays) expect(delayMs).toBeLessThanOrEqual(120_000);
  expect(Math.min(...delays.slice(40))).toBeGreaterThanOrEqual(60_000);
});

test('a first crowd at a new receiver is back within a second', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  await enterTimes(receivers, 'a', 4);
  const crowd = await Promise.all(Array.from({ length: 150 }, () => postponeMs(receivers, 'a')));
  expect(Math.max(...crowd)).toBeLessThanOrEqual(1_000);
});

test('a crowd at a receiver that was quick and has gone silent is spread wide', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  const quick = await enter(receivers, 'a');
  quick.report(10);
  quick.end();
  nowMs += 1;
  await enterTimes(receivers, 'a', 48);
  nowMs += 5_000;
  const delays = [await postponeMs(receivers, 'a'), await postponeMs(receivers, 'a')];
  expect(delays[1] - delays[0]).toBe(1_250);
});

test('receivers that are not known to be healthy have sixty tries together, which leaves room for the healthy', async () => {
  const receivers = new Receivers(clock, 1_000_000);
  const known = await enter(receivers, 'healthy');
  known.report(10);
  known.end();
  for (let count = 0; count < 15; count += 1) await enterTimes(receivers, `silent-${count}`, 4);
  expect(await postponeMs(receivers, 'silent-15')).toBeGreaterThan(0);
  await enterTimes(receivers, 'healthy', 48);
});
