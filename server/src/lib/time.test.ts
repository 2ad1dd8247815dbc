import { expect, it } from 'vitest';
import { pause, toUnixSeconds } from './time.ts';

it('gives Unix seconds rounded down', () => {
  expect([0, 999, 1000, 1_795_000_000_999].map((ms) => toUnixSeconds(new Date(ms)))).toEqual([
    0, 0, 1, 1_795_000_000,
  ]);
});

it('a pause lasts as long as asked', async () => {
  const startedMs = performance.now();
  await pause(30);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(28);
});

it('a pause ends at once when its signal aborts, before or meanwhile, and leaves no listener', async () => {
  const startedMs = performance.now();
  const stop = new AbortController();
  const pausing = pause(60_000, stop.signal);
  stop.abort();
  await pausing;
  await pause(60_000, stop.signal);
  await pause(60_000, AbortSignal.abort());
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});
