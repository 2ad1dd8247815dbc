// The SQL of what is remembered of an attempt between two looks: that its provider says that it made it while the files
// cannot be had, and that its answers cannot be read. It is kept in the database, so that a restart begins no count anew.
import type { Pool } from 'pg';
import { stringifyStorable, toStorable } from '../lib/json.ts';
import type { Amount } from '../providers/contract.ts';
import type { AttemptName } from '../tasks/attempts.store.ts';
import { ATTEMPT_IS_OPEN } from '../tasks/columns.ts';
import type { StoredOutput } from '../tasks/task.ts';

/** A file of a result that is stored, by its place among the outputs of the provider. */
export interface KeptOutput {
  place: number;
  output: StoredOutput;
}

/** The timeline of a task says once of an attempt what has begun. */
function tellOnce(event: string, since: string): string {
  return `insert into task_events (task_id, name, detail)
     select b.task_id, '${event}', json_build_object('attempt', b.epoch)
     from before b join tasks t on t.id = b.task_id
     where b.${since} is null and t.completed_at is null and not exists (
       select from task_events e where e.task_id = b.task_id and e.name = '${event}'
         and e.detail ->> 'attempt' = b.epoch::text)`;
}

const BEFORE = `before as materialized (
     select a.task_id, a.epoch, a.made_at, a.unreadable_at from attempts a
     where a.task_id = $1 and a.epoch = $2 and ${ATTEMPT_IS_OPEN} for no key update
   )`;

/**
 * Remembers that a provider made it and that its files cannot be had yet, and tells the owner the first time.
 * @param made.detail for operators: what the last try came to.
 */
export async function markMade(
  pool: Pool,
  made: AttemptName & { detail: string; used?: Amount; kept?: readonly KeptOutput[] },
): Promise<void> {
  await pool.query(
    `with ${BEFORE}, marked as (
       update attempts a set made_at = coalesce(a.made_at, now()), unreadable_at = null, detail = $3,
         used = coalesce($4, a.used), kept = coalesce($5, a.kept)
       from before b where a.task_id = b.task_id and a.epoch = b.epoch
     )
     ${tellOnce('attempt.unfetched', 'made_at')}`,
    [
      made.taskId,
      made.epoch,
      toStorable(made.detail),
      made.used && JSON.stringify(made.used),
      made.kept && stringifyStorable(made.kept),
    ],
  );
}

/**
 * Remembers that an answer about an attempt could not be read, and tells the owner the first time.
 * @param unreadable.isMade it says as much as that it was made.
 */
export async function markUnreadable(
  pool: Pool,
  unreadable: AttemptName & { detail: string; isMade: boolean },
): Promise<void> {
  await pool.query(
    `with ${BEFORE}, marked as (
       update attempts a set unreadable_at = coalesce(a.unreadable_at, now()), detail = $3,
         made_at = case when $4 then coalesce(a.made_at, now()) else a.made_at end
       from before b where a.task_id = b.task_id and a.epoch = b.epoch
     )
     ${tellOnce('attempt.unreadable', 'unreadable_at')}`,
    [unreadable.taskId, unreadable.epoch, toStorable(unreadable.detail), unreadable.isMade],
  );
}

/**
 * An answer could be read again. A task whose client has asked for its end meanwhile becomes due, so that its provider is
 * asked to stop it once more. @returns whether it did.
 */
export async function clearUnreadable(
  pool: Pool,
  attempt: AttemptName & { isAtWork: boolean },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with cleared as (
       update attempts set unreadable_at = null where task_id = $1 and epoch = $2 returning task_id
     )
     update tasks t set due_at = now() from cleared c
     where $3 and t.id = c.task_id and t.completed_at is null and t.node_id is null
       and t.cancel_requested_at is not null`,
    [attempt.taskId, attempt.epoch, attempt.isAtWork],
  );
  return rowCount === 1;
}
