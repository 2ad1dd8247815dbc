import { expect, test } from 'vitest';
import { RenderSlots } from './render-slots.ts';

const { signal } = new AbortController();
/** Longer than any test takes. */
const LONG_MS = 600_000;

/** Records the order in which slots were granted. */
function follow(slots: RenderSlots) {
  const granted: string[] = [];
  return {
    granted,
    take: (name: string, isShort = false, stop = signal) =>
      slots.take(isShort, stop).then((slot) => granted.push(`${name} ${slot}`)),
    late: (name: string) => slots.takeLate(signal).then((slot) => granted.push(`${name} ${slot}`)),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('B6: many jobs that waited in a scenario leave every other slot, and the short ones, to the dispatcher', async () => {
  const slots = new RenderSlots({ any: 1, short: 1 }, LONG_MS);
  const { granted, take, late } = follow(slots);
  await late('late 1');
  void late('late 2');
  await take('short', true);
  void take('given 1');
  await turn();
  expect(granted).toEqual(['late 1 any', 'short short']);
  slots.free('any', { late: true });
  await turn();
  expect(granted.at(-1)).toBe('given 1 any');
  slots.free('any');
  await turn();
  // The pause after the first late job is not over: the slot is for the dispatcher to give away.
  expect(granted.at(-1)).toBe('given 1 any');
  await take('given 2');
  expect(granted.at(-1)).toBe('given 2 any');
});

test('B6: late jobs get their turn, and at once if nothing else wants the slot', async () => {
  const slots = new RenderSlots({ any: 1, short: 1 }, 0);
  const { granted, take, late } = follow(slots);
  await take('given 1');
  void late('late 1');
  void late('late 2');
  await turn();
  expect(granted).toEqual(['given 1 any']);
  slots.free('any');
  await turn();
  expect(granted.at(-1)).toBe('late 1 any');
  slots.free('any', { late: true });
  await expect.poll(() => granted.at(-1)).toBe('late 2 any');
});

test('a job that is stopped while it waits takes nothing and delays nothing', async () => {
  const slots = new RenderSlots({ any: 1, short: 0 }, 0);
  const { granted, take, late } = follow(slots);
  const stop = new AbortController();
  await take('first');
  const stopped = take('stopped', true, stop.signal);
  void late('late');
  stop.abort();
  await stopped;
  slots.free('any');
  await turn();
  expect(granted).toEqual(['first any', 'stopped undefined', 'late any']);
});
