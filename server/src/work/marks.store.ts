// The SQL of what is remembered about an attempt between two looks: that its provider says it made the video while the
// files cannot be fetched, and that its answers cannot be read. The database keeps it, so that a restart resets no count.
import type { Pool } from 'pg';
import { stringifyStorable, toStorable } from '../lib/json.ts';
import type { Amount } from '../providers/contract.ts';
import type { AttemptName } from '../tasks/attempts.store.ts';
import { ATTEMPT_IS_OPEN } from '../tasks/columns.ts';
import type { StoredOutput } from '../tasks/task.ts';

/** A stored file of a result, by its place among the provider's outputs. */
export interface KeptOutput {
  place: number;
  output: StoredOutput;
}

/** Adds an event to the timeline of a task when a mark of its attempt is set for the first time. */
function noteOnce(event: string, since: string): string {
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
 * Remembers that a provider made it and that its files cannot be fetched yet, and adds an event the first time.
 * @param made.detail for operators: how the last try failed.
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
     ${noteOnce('attempt.unfetched', 'made_at')}`,
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
 * Remembers that an answer about an attempt could not be read, and adds an event the first time.
 * @param unreadable.isMade what could be read of it says that it was made.
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
     ${noteOnce('attempt.unreadable', 'unreadable_at')}`,
    [unreadable.taskId, unreadable.epoch, toStorable(unreadable.detail), unreadable.isMade],
  );
}

/**
 * Answers can be read again. A task whose client has cancelled it meanwhile becomes due, so that its provider is asked
 * again to stop it. @returns whether the task became due.
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
