// Statements over many rows that serve many callers: those that come at the same moment share one round trip and one
// commit. A batch whose answer is lost is run again (lost-answers.ts), and an outage is that of the whole batch. It must
// never hold more callers than its bound: a stalled database refuses the rest.
import { AppError } from '../errors.ts';
import { type Batched, type BatcherOptions, createBatcher } from '../lib/batcher.ts';
import { repeatLost } from './lost-answers.ts';
import { isDatabaseDown } from './pool.ts';

export interface BatchedOptions {
  /** Rows in one statement. Default 200. */
  itemsMax?: number;
  /** Batches under way at once. Default 1. */
  concurrency?: number;
  /** Callers that may wait. Default 50,000. */
  waitingMax?: number;
  /** The `Retry-After` of a client that finds no room. Default: none. */
  retryAfterSeconds?: number;
}

/**
 * The batched form of a statement over many items; it gives one outcome for each, in order.
 * @throws AppError `database_unavailable` for a caller that finds no room.
 */
export function batched<Item, Outcome>(
  flush: BatcherOptions<Item, Outcome>['flush'],
  { itemsMax = 200, concurrency = 1, waitingMax = 50_000, retryAfterSeconds }: BatchedOptions = {},
): Batched<Item, Outcome> {
  return createBatcher<Item, Outcome>({
    flush: (items, isRepeat) => repeatLost((again) => flush(items, again), isRepeat),
    itemsMax,
    concurrency,
    waitingMax,
    onFull: () => new AppError('database_unavailable', { retryAfterSeconds }),
    isOutage: isDatabaseDown,
  });
}
