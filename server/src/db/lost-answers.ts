// Writes whose answer may be lost: PostgreSQL commits, and only then the connection breaks. Such a write is run again, and
// told so: what an earlier run has committed is looked for before anything is decided, and counts as done by this one.
// Nobody is ever told "no" of what the database says "yes" to. Where it cannot be found out in time, `AnswerLost` says so.
import { type Batched, type BatcherOptions, createBatcher } from '../lib/batcher.ts';
import { pause, SECOND_MS } from '../lib/time.ts';
import { isDatabaseDown, isDatabaseUnavailable, mayHaveWritten } from './pool.ts';

/** Before each repeat. The first comes at once, since most often only one connection has broken. */
const PAUSES_MS = [0, 100, 400, 1_500] as const;
/** After this long no further repeat begins, but for the first: each may last as long as a statement may. */
const REPEATS_WITHIN_MS = 5 * SECOND_MS;

/** It could not be found out whether a write was committed. Everywhere else it is an outage like any other. */
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
 * @throws AnswerLost when it may have been committed and nobody can say; any other error when it certainly was not.
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

/** Asks again when the answer to a read is lost. @throws the error of the last try: nothing was written by it. */
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

/** The batched form of a statement, which is run again when its answer is lost. An outage is that of the whole batch. */
export function batchStatements<Item, Outcome>(
  options: Omit<BatcherOptions<Item, Outcome>, 'isOutage'>,
): Batched<Item, Outcome> {
  return createBatcher<Item, Outcome>({
    ...options,
    flush: (items, isRepeat) => repeatLost((again) => options.flush(items, again), isRepeat),
    isOutage: isDatabaseDown,
  });
}
