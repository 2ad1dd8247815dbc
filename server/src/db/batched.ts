// Statements over many rows that serve many callers: while one batch is under way, the next one fills. A single call is
// never delayed; calls that arrive together share one round trip and one commit. A batch whose answer is lost is run again
// (lost-answers.ts), and an outage is that of the whole batch. No more callers than a bound may wait: when the database
// stalls, the rest is refused.
import { AppError } from '../errors.ts';
import { repeatLost } from './lost-answers.ts';
import { isDatabaseDown } from './pool.ts';

export interface BatcherOptions<Item, Outcome> {
  /**
   * Handles up to `itemsMax` items at once; gives one outcome for each, in order. `isRepeat` says that the items were
   * part of a batch that failed, and may have been handled by it.
   */
  flush: (items: Item[], isRepeat: boolean) => Promise<Outcome[]>;
  itemsMax: number;
  /** How many batches may be under way at once. */
  concurrency: number;
  /** Waiting items beyond this are refused by `onFull`, so that a stalled database cannot fill the memory. */
  waitingMax: number;
  onFull: () => Error;
  /**
   * Whether an error concerns all items, for example a database that does not answer. Then all items that are still
   * to be tried fail with it at once, instead of each waiting as long again. Default: never.
   */
  isOutage?: (error: unknown) => boolean;
}

interface Waiting<Item, Outcome> {
  item: Item;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/** A function of one item that travels in batches. */
export type Batched<Item, Outcome> = (item: Item) => Promise<Outcome>;

/**
 * Makes the batched form of `flush`. When a batch of several items fails, and not by an outage, each of its items is
 * tried once more on its own, so that an item that the database refuses does not make the others fail.
 */
export function createBatcher<Item, Outcome>(options: BatcherOptions<Item, Outcome>): Batched<Item, Outcome> {
  const waiting: Waiting<Item, Outcome>[] = [];
  let underWay = 0;
  let scheduled = false;

  async function flushSingly(batch: Waiting<Item, Outcome>[]): Promise<void> {
    for (let at = 0; at < batch.length; at++) {
      const { item, resolve, reject } = batch[at];
      try {
        const [outcome] = await options.flush([item], true);
        resolve(outcome);
      } catch (error) {
        reject(error);
        if (!options.isOutage?.(error)) continue;
        for (const rest of batch.slice(at + 1)) rest.reject(error);
        return;
      }
    }
  }

  async function flushBatch(batch: Waiting<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await options.flush(
        batch.map(({ item }) => item),
        false,
      );
      for (let at = 0; at < batch.length; at++) batch[at].resolve(outcomes[at]);
    } catch (error) {
      if (batch.length > 1 && !options.isOutage?.(error)) await flushSingly(batch);
      else for (const { reject } of batch) reject(error);
    } finally {
      underWay--;
      pump();
    }
  }

  function pump(): void {
    scheduled = false;
    while (waiting.length > 0 && underWay < options.concurrency) {
      underWay++;
      void flushBatch(waiting.splice(0, options.itemsMax));
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= options.waitingMax) return reject(options.onFull());
      waiting.push({ item, resolve, reject });
      // One turn of the event loop lets other requests that were already read from sockets join the batch.
      if (!scheduled && underWay < options.concurrency) {
        scheduled = true;
        setImmediate(pump);
      }
    });
}

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
