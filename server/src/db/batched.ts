// Writes and reads that each task needs by itself, shared by those that happen together: one round trip and one commit.
import { batchStatements } from '../db/lost-answers.ts';
import { AppError } from '../errors.ts';
import type { Batched, BatcherOptions } from '../lib/batcher.ts';

const BATCH_MAX = 200;
const WAITING_MAX = 50_000;

/** The batched form of a statement over many items; it gives one outcome for each, in order. */
export function batched<Item, Outcome>(
  flush: BatcherOptions<Item, Outcome>['flush'],
): Batched<Item, Outcome> {
  return batchStatements<Item, Outcome>({
    flush,
    itemsMax: BATCH_MAX,
    concurrency: 1,
    waitingMax: WAITING_MAX,
    onFull: () => new AppError('database_unavailable'),
  });
}
