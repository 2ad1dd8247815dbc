// How long the server waits for what a provider promised: files not there yet, answers that cannot be read. Pure.
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/time.ts';

const PAUSE_FIRST_MS = SECOND_MS;
const PAUSE_MAX_MS = MINUTE_MS;
/** No client waits for a late result. */
const LATE_PAUSE_MAX_MS = 15 * MINUTE_MS;
/** A picture beside the video is not worth more of the client's time. */
const EXTRAS_MS = MINUTE_MS;
/** Files of a late result are asked for no longer than this, however long the provider keeps them. */
const LATE_MS = 24 * HOUR_MS;

/**
 * The pause before the files of a result are asked for again: half of the time since they were first missing, between a
 * second and a minute; up to 15 minutes once the task has ended without them.
 */
export function pauseBeforeFetch(madeSeconds: number, isLate: boolean): number {
  const pauseMs = (madeSeconds * SECOND_MS) / 2;
  return Math.round(Math.min(isLate ? LATE_PAUSE_MAX_MS : PAUSE_MAX_MS, Math.max(PAUSE_FIRST_MS, pauseMs)));
}

/** For how many seconds missing files are asked for: no longer than the provider's address is valid. */
export function fetchSecondsMax(
  { resultMinutesMax, resultHours }: { resultMinutesMax: number; resultHours: number },
  isLate: boolean,
): number {
  const patienceMs = isLate ? LATE_MS : resultMinutesMax * MINUTE_MS;
  return Math.min(patienceMs, resultHours * HOUR_MS) / SECOND_MS;
}

/** For how many seconds a task is followed while its provider answers nothing that can be read. */
export function unreadableSecondsMax(unreadableMinutesMax: number, lifetimeSeconds: number): number {
  return Math.min((unreadableMinutesMax * MINUTE_MS) / SECOND_MS, lifetimeSeconds / 2);
}

/** A file of a result that could not be fetched. */
export interface Missing {
  /** Without it there is no result; a picture beside a video is optional. */
  isNeeded: boolean;
  /** Asking again will not help. */
  isFinal: boolean;
}

/**
 * What is done about a result: `deliver` what there is, `wait` for more, `give_up` on what did not come in time, or
 * `refuse` what can never be taken.
 */
export type FetchStep = 'deliver' | 'wait' | 'give_up' | 'refuse';

/** Decides it. @param hasOthers what is missing are some of several pictures, and others are there. */
export function judgeMissing(
  missing: readonly Missing[],
  {
    madeSeconds,
    secondsMax,
    hasOthers = false,
  }: { madeSeconds: number; secondsMax: number; hasOthers?: boolean },
): FetchStep {
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  if (needed.some(({ isFinal }) => isFinal)) return 'refuse';
  if (needed.length > 0) {
    if (madeSeconds < secondsMax) return 'wait';
    return hasOthers ? 'deliver' : 'give_up';
  }
  const extrasSecondsMax = Math.min(EXTRAS_MS / SECOND_MS, secondsMax / 2);
  const mayCome = missing.some(({ isFinal }) => !isFinal);
  return mayCome && madeSeconds < extrasSecondsMax ? 'wait' : 'deliver';
}
