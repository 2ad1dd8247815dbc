// When a callback is tried again: the example schedule of Standard Webhooks, ten tries over 75 hours and 35 minutes.
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/time.ts';

/** The pause before each try, the first included. */
export const TRY_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

const JITTER = 0.15;
const RETRY_AFTER_MAX_MS = DAY_MS;

export interface FailedTry {
  /** How many tries of the schedule have been made, this one included. */
  triesMade: number;
  /** What the receiver asked for, if it did. */
  retryAfterMs?: number | undefined;
  /** From 0 up to 1. Spreads the tries, so that a receiver that comes back is not met by all of them at once. */
  random: number;
}

/**
 * Milliseconds until the next try, or undefined when that was the last. Never earlier than the receiver asked for, up
 * to a day; and never earlier than the schedule either, or a receiver that always says "in one second" would use all
 * its tries up in ten.
 */
export function delayBeforeNextMs(failed: FailedTry): number | undefined {
  const delayMs = TRY_DELAYS_MS[failed.triesMade];
  if (delayMs === undefined) return undefined;
  const scheduledMs = delayMs * (1 - JITTER + 2 * JITTER * failed.random);
  const askedMs = Math.min(failed.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS);
  return Math.round(Math.max(scheduledMs, askedMs * (1 + JITTER * failed.random)));
}
