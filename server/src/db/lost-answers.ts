// Writes whose answer may be lost: PostgreSQL commits, and then the connection breaks. Such a write is run again,
// with the information that it is a repeat. A repeat first looks for what an earlier run has committed, and reports
// that as its own result. It must never report a failure for something that was committed. If it cannot find out in
// time, it throws `AnswerLost`.
import { pause, SECOND_MS } from '../lib/time.ts';
import { isDatabaseUnavailable, mayHaveWritten } from './pool.ts';

/** Before each repeat. The first comes at once, since most often only one connection has broken. */
const PAUSES_MS = [0, 100, 400, 1_500] as const;
/** After this long no further repeat begins, but for the first: each may last as long as a statement may. */
const REPEATS_WITHIN_MS = 5 * SECOND_MS;

/** Reelay could not find out whether a write was committed. Callers that do not care treat it as any other outage. */
export class AnswerLost extends Error {
  /** transaction_resolution_unknown, as PostgreSQL names it. */
  readonly code = '08007';

  constructor(cause: unknown) {
    super('The answer to a write was lost, and whether it was committed could not be found out', { cause });
    this.name = 'AnswerLost';
  }
}

/**
 * A write that can be run again. On a repeat an earlier run may have been committed, or may still be: the write looks for
 * that by its own ids, under the locks that it takes.
 */
export type RepeatableWrite<Result> = (isRepeat: boolean) => Promise<Result>;

/**
 * Runs a write, and again while its answer is lost: at least once, at most four times.
 * @param isRepeat whether the caller has run it before.
 * @throws AnswerLost when it may have been committed; any other error when it certainly was not.
 */
export async function repeatLost<Result>(write: RepeatableWrite<Result>, isRepeat = false): Promise<Result> {
  let lostAtMs: number | undefined;
  for (let repeats = 0; ; repeats++) {
    try {
      return await write(isRepeat || lostAtMs !== undefined);
    } catch (error) {
      const isOpen = lostAtMs === undefined ? mayHaveWritten(error) : isDatabaseUnavailable(error);
      if (!isOpen) throw error;
      lostAtMs ??= performance.now();
      if (isPastHope(repeats, lostAtMs)) throw new AnswerLost(error);
      await pause(PAUSES_MS[repeats]);
    }
  }
}

/** Runs a read again when its answer is lost. @throws the error of the last try. */
export async function repeatRead<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await repeatLost(read);
  } catch (error) {
    throw error instanceof AnswerLost ? error.cause : error;
  }
}

function isPastHope(repeats: number, lostAtMs: number): boolean {
  const isLate = repeats > 0 && performance.now() - lostAtMs > REPEATS_WITHIN_MS;
  return isLate || repeats === PAUSES_MS.length;
}
