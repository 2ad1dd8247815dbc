// SQL of attempts, events and nodes. The looks at attempts and the choice of new ones have stores of their own.
import type { Pool, PoolClient } from 'pg';
import { plainArray } from '../db/pool.ts';
import { type JsonObject, stringifyStorable, toStorable } from '../lib/json.ts';
import type { Amount, FailureReason } from '../providers/contract.ts';
import { ATTEMPT_IS_OPEN } from './columns.ts';

export type AttemptState =
  | 'assigned'
  | 'intent'
  | 'accepted'
  | 'rejected'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'abandoned';

export interface AttemptRow {
  task_id: string;
  epoch: number;
  provider: string;
  state: AttemptState;
  reference: JsonObject | null;
  credential_id: string | null;
  offer: string | null;
}

export interface LastAttempt extends AttemptRow {
  /** Its provider says that it made it. */
  is_made: boolean;
  /** The last answers about it could not be read. */
  is_unreadable: boolean;
}

/** The last attempt of a task, in any state. */
export async function readLastAttempt(pool: Pool, taskId: string): Promise<LastAttempt | undefined> {
  const { rows } = await pool.query<LastAttempt>(
    `select task_id, epoch, provider, state, reference, credential_id, offer, made_at is not null as is_made,
       unreadable_at is not null as is_unreadable
     from attempts where task_id = $1 order by epoch desc limit 1`,
    [taskId],
  );
  return rows[0];
}

/** Attempts by their names, in any state; one row or undefined each, in order. */
export async function readAttempts(
  pool: Pool,
  names: readonly AttemptName[],
): Promise<(AttemptRow | undefined)[]> {
  const { rows } = await pool.query<AttemptRow>({
    name: 'read-attempts',
    text: `select a.task_id, a.epoch, a.provider, a.state, a.reference, a.credential_id, a.offer
           from unnest($1::uuid[], $2::integer[]) n (task_id, epoch) join attempts a using (task_id, epoch)`,
    values: [plainArray(names.map(({ taskId }) => taskId)), plainArray(names.map(({ epoch }) => epoch))],
  });
  const byName = new Map(rows.map((row) => [`${row.task_id} ${row.epoch}`, row]));
  return names.map(({ taskId, epoch }) => byName.get(`${taskId} ${epoch}`));
}

export interface AttemptName {
  taskId: string;
  epoch: number;
}

/**
 * Commits the intents to start, before anything is sent.
 * @param isRepeat of a call whose answer was lost: what it has committed is still an intent, since nothing was sent.
 * @returns for each the time of its intent, or undefined when its claim is no longer the current one.
 */
export async function markIntents(
  pool: Pool,
  attempts: AttemptName[],
  isRepeat = false,
): Promise<(Date | undefined)[]> {
  const { rows } = await pool.query<{ task_id: string; epoch: number; intent_at: Date }>({
    name: 'mark-intents',
    text: `update attempts a set state = 'intent', intent_at = now()
           from unnest($1::uuid[], $2::integer[]) i (task_id, epoch), tasks t
           where a.task_id = i.task_id and a.epoch = i.epoch
             and (a.state = 'assigned' or ($3::boolean and a.state = 'intent'))
             and t.id = a.task_id and t.epoch = a.epoch and t.completed_at is null
           returning a.task_id, a.epoch, a.intent_at`,
    values: [
      plainArray(attempts.map(({ taskId }) => taskId)),
      plainArray(attempts.map(({ epoch }) => epoch)),
      isRepeat,
    ],
  });
  const byName = new Map(rows.map(({ task_id, epoch, intent_at }) => [`${task_id} ${epoch}`, intent_at]));
  return attempts.map(({ taskId, epoch }) => byName.get(`${taskId} ${epoch}`));
}

/** One earlier attempt of a task, as the choice of the next one needs it. */
export interface TriedOffer {
  offer: string;
  credential_id: string | null;
  state: AttemptState;
  reason: FailureReason | null;
}

/** Reads how the attempts of a task went, for the choice of the next one. */
export async function readTried(pool: Pool, taskId: string): Promise<(TriedOffer & { is_made: boolean })[]> {
  const { rows } = await pool.query<TriedOffer & { is_made: boolean }>(
    `select offer, credential_id, state, reason, made_at is not null as is_made
     from attempts where task_id = $1 order by epoch`,
    [taskId],
  );
  return rows;
}

/** Records how an attempt went; `taskEpoch` is the claim that learnt it, and must still be the current one. */
export async function updateAttempt(
  pool: Pool,
  attempt: { taskId: string; epoch: number; taskEpoch: number },
  change: {
    state: AttemptState;
    reference?: JsonObject;
    detail?: string;
    reason?: FailureReason;
    ended: boolean;
  },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with changed as (
       update attempts a set state = $4, reference = coalesce($5, a.reference), detail = coalesce($6, a.detail),
         reason = coalesce($8, a.reason), ended_at = case when $7 then now() end,
         look_at = case when $7 then null else a.look_at end
       from tasks t
       where a.task_id = $1 and a.epoch = $2 and t.id = a.task_id and t.epoch = $3 and t.completed_at is null
       returning a.credential_id
     ), counted as (
       insert into credential_usage as u (credential_id, failed)
       select credential_id, 1 from changed where credential_id is not null and $7 and $4 in ('rejected', 'failed')
       on conflict (credential_id, day, stripe) do update set failed = u.failed + 1
     )
     select from changed`,
    [
      attempt.taskId,
      attempt.epoch,
      attempt.taskEpoch,
      change.state,
      change.reference && JSON.stringify(change.reference),
      change.detail && toStorable(change.detail),
      change.ended,
      change.reason,
    ],
  );
  return rowCount === 1;
}

/** The end of an attempt whose task ends with it. */
export interface AttemptEnd extends AttemptName {
  state: AttemptState;
  detail?: string;
  reason?: FailureReason;
  /** What the provider says it used. */
  used?: Amount;
  costNanos?: number;
}

/** Abandons attempts of ended tasks that were assigned and never begun; those that may still run are late from now on. */
export async function leaveAttempts(client: PoolClient, taskIds: string[]): Promise<void> {
  await client.query({
    name: 'leave-attempts',
    text: `update attempts a set is_late = state <> 'assigned',
             state = case state when 'assigned' then 'abandoned' else state end,
             detail = case state when 'assigned' then 'nothing was sent' else detail end,
             ended_at = case state when 'assigned' then now() end
           where task_id = any($1) and ${ATTEMPT_IS_OPEN}`,
    values: [plainArray(taskIds)],
  });
}

/** Ends attempts in the transaction that ends their tasks: if it came before, a crash in between would begin new ones. */
export async function endAttempts(client: PoolClient, ends: AttemptEnd[]): Promise<void> {
  if (ends.length === 0) return;
  await client.query({
    name: 'end-attempts',
    text: `with e as materialized (
             select * from json_to_recordset($1) e ("taskId" uuid, epoch integer, state text, detail text, reason text,
               used json, "costNanos" bigint)
           ), locked as materialized (
             select a.task_id, a.epoch from attempts a join e on a.task_id = e."taskId" and a.epoch = e.epoch
             order by a.task_id, a.epoch for no key update of a
           ), ended as (
             update attempts a set state = e.state, detail = coalesce(e.detail, a.detail), ended_at = now(), look_at = null,
               reason = coalesce(e.reason, a.reason), used = coalesce(e.used, a.used),
               cost_nanos = coalesce(e."costNanos", a.cost_nanos)
             from e join locked l on l.task_id = e."taskId" and l.epoch = e.epoch
             where a.task_id = l.task_id and a.epoch = l.epoch
             returning a.credential_id, a.state, a.cost_nanos
           )
           insert into credential_usage as u (credential_id, succeeded, failed, cost_nanos)
           select credential_id, count(*) filter (where state = 'succeeded'), count(*) filter (where state <> 'succeeded'),
             coalesce(sum(cost_nanos), 0)
           from ended where credential_id is not null group by 1 order by 1
           on conflict (credential_id, day, stripe) do update set succeeded = u.succeeded + excluded.succeeded,
             failed = u.failed + excluded.failed, cost_nanos = u.cost_nanos + excluded.cost_nanos`,
    values: [stringifyStorable(ends)],
  });
}

export interface TaskEvent {
  id: bigint;
  name: string;
  detail: JsonObject | null;
  created_at: Date;
}

/** Adds to the timeline of a task that the caller still has; a claim that was overtaken adds nothing. */
export async function insertEvent(
  pool: Pool,
  task: { id: string; epoch: number },
  event: { name: string; detail: JsonObject },
): Promise<void> {
  await pool.query(
    `insert into task_events (task_id, name, detail)
     select id, $3, $4 from tasks where id = $1 and epoch = $2 and completed_at is null`,
    [task.id, task.epoch, event.name, JSON.stringify(event.detail)],
  );
}

/** Further events of a task are read page by page. */
export const EVENTS_PAGE_MAX = 500;

/** The timeline of a task after an event. The caller has checked that the task belongs to the reader. */
export async function listEvents(pool: Pool, taskId: string, afterId: bigint): Promise<TaskEvent[]> {
  const { rows } = await pool.query<TaskEvent>(
    'select id, name, detail, created_at from task_events where task_id = $1 and id > $2 order by id limit $3',
    [taskId, afterId, EVENTS_PAGE_MAX],
  );
  return rows;
}

export async function saveNode(
  pool: Pool,
  node: { id: string; host: string; processId: number },
): Promise<void> {
  await pool.query(
    `insert into nodes (id, host, process_id) values ($1, $2, $3)
     on conflict (id) do update set seen_at = now()`,
    [node.id, node.host, node.processId],
  );
}

export async function removeNode(pool: Pool, id: string): Promise<void> {
  await pool.query('delete from nodes where id = $1', [id]);
}

export async function listNodes(pool: Pool, host: string): Promise<{ id: string; process_id: number }[]> {
  const { rows } = await pool.query('select id, process_id from nodes where host = $1', [host]);
  return rows;
}

/** Frees the tasks of dead nodes and deletes the nodes: those named, and those not seen for `silentMs`. */
export async function removeDeadNodes(
  pool: Pool,
  dead: { ids: string[]; silentMs: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `with gone as (
       delete from nodes where id = any($1) or seen_at < now() - make_interval(secs => $2 / 1000.0) returning id
     ), freed as (
       update tasks t set node_id = null, due_at = now() from gone where t.node_id = gone.id and t.completed_at is null
     )
     select id from gone`,
    [dead.ids, dead.silentMs],
  );
  return rows.map(({ id }) => id);
}
