// Writes and reads that each task needs by itself, shared by those that happen together: one round trip and one commit.
import { isDatabaseDown } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { type Batched, createBatcher } from '../lib/batcher.ts';

const BATCH_MAX = 200;
const WAITING_MAX = 50_000;

/** The batched form of a statement over many items; it gives one outcome for each, in order. */
export function batched<Item, Outcome>(flush: (items: Item[]) => Promise<Outcome[]>): Batched<Item, Outcome> {
  return createBatcher<Item, Outcome>({
    flush,
    itemsMax: BATCH_MAX,
    concurrency: 1,
    waitingMax: WAITING_MAX,
    onFull: () => new AppError('database_unavailable'),
    isOutage: isDatabaseDown,
  });
}
