// The end of the retention of files.
import type { Pool } from 'pg';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import type { Clock } from '../lib/time.ts';
import { deleteFiles, findExpired, findResultsOf } from './files.store.ts';
import type { FileStorage } from './storage.ts';

const REMOVALS_AT_ONCE = 8;

interface RemovalContext {
  pool: Pool;
  storage: FileStorage;
}

/** Removes up to `limit` files whose retention has ended. */
export async function removeExpired(
  { pool, storage, clock }: RemovalContext & { clock: Clock },
  limit: number,
): Promise<{ removed: number; failed: number }> {
  const expired = await findExpired(pool, new Date(clock()), limit);
  let removed = 0;
  for (let start = 0; start < expired.length; start += REMOVALS_AT_ONCE) {
    const batch = expired.slice(start, start + REMOVALS_AT_ONCE);
    const outcomes = await Promise.allSettled(batch.map((file) => storage.remove(file.key)));
    // The object first: a crash in between leaves a row, and the next run removes what is left.
    const gone = batch.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    await deleteFiles(
      pool,
      gone.map((file) => file.id),
    );
    removed += gone.length;
  }
  return { removed, failed: expired.length - removed };
}

/** Removes what a task of an account has made. Again is no error. */
export async function removeResultsOf(
  { pool, storage }: RemovalContext,
  task: { accountId: string; taskId: string },
): Promise<void> {
  const files = await repeatRead(() => findResultsOf(pool, task));
  for (const { key } of files) await storage.remove(key);
  await repeatLost(() =>
    deleteFiles(
      pool,
      files.map(({ id }) => id),
    ),
  );
}
