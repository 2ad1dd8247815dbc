import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../lib/time.ts';
import { delayBeforeNextMs, TRY_DELAYS_MS } from './schedule.ts';

test('ten tries are spread over 75 hours and 35 minutes', () => {
  expect(TRY_DELAYS_MS).toHaveLength(10);
  const totalMs = TRY_DELAYS_MS.reduce((sum, delayMs) => sum + delayMs, 0);
  expect(totalMs).toBe(75 * HOUR_MS + 35 * MINUTE_MS + 5_000);
});

test('a pause is that of the schedule, 15 % more or less', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (made, random) => {
        const delayMs = delayBeforeNextMs({ triesMade: made, random }) ?? Number.NaN;
        expect(delayMs / TRY_DELAYS_MS[made]).toBeGreaterThanOrEqual(0.849);
        expect(delayMs / TRY_DELAYS_MS[made]).toBeLessThanOrEqual(1.151);
      },
    ),
  );
});

test('jitter reaches both ends of its range', () => {
  expect(delayBeforeNextMs({ triesMade: 4, random: 0 })).toBe(6_120_000);
  expect(delayBeforeNextMs({ triesMade: 4, random: 1 })).toBe(8_280_000);
});

test('no try follows the tenth', () => {
  expect(delayBeforeNextMs({ triesMade: 9, random: 0.5 })).toBeDefined();
  expect(delayBeforeNextMs({ triesMade: 10, random: 0.5 })).toBeUndefined();
  expect(delayBeforeNextMs({ triesMade: 10, random: 0.5, retryAfterMs: 1_000 })).toBeUndefined();
});

test('a try is never earlier than the receiver asked for, up to a day, nor earlier than the schedule', () => {
  const step = fc.integer({ min: 1, max: 9 });
  const random = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(step, random, fc.nat(400 * HOUR_MS), (triesMade, share, retryAfterMs) => {
      const delayMs = delayBeforeNextMs({ triesMade, random: share, retryAfterMs }) ?? Number.NaN;
      const planned = delayBeforeNextMs({ triesMade, random: share }) ?? Number.NaN;
      expect(delayMs).toBeGreaterThanOrEqual(Math.min(retryAfterMs, 24 * HOUR_MS) - 1);
      expect(delayMs).toBeGreaterThanOrEqual(planned);
      expect(delayMs).toBeLessThanOrEqual(1.15 * 24 * HOUR_MS + 1);
    }),
  );
});
