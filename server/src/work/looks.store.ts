// The SQL of attempts at providers between their start and their end. While a provider works, no process owns the task:
// its row rests until the deadline, and the attempt says when to look next. A look moves that time forward as it is
// claimed, so that a process that dies in the middle costs one interval and nothing else.
import type { Pool, PoolClient } from 'pg';
import { plainArray, rawJsonTypes } from '../db/pool.ts';
import { type JsonObject, stringifyStorable } from '../lib/json.ts';
import type { Amount, FailureReason, Reference } from '../providers/contract.ts';
import { type AttemptName, type AttemptState, endAttempts } from '../tasks/attempts.store.ts';
import { ATTEMPT_IS_OPEN, TASK_COLUMNS } from '../tasks/columns.ts';
import type { StoredOutput, TaskRow, TaskState } from '../tasks/task.ts';
import type { KeptOutput } from './marks.store.ts';

/** A look that a crash of the machine loses is made again, so it is not worth waiting for the disk. */
const UNHURRIED = `(select set_config('synchronous_commit', 'off', true)) unhurried (value)`;

// Statements over many rows lock them in the order of their names, tasks before attempts, so that none can deadlock.

/** An attempt that its provider took. */
export interface AcceptedAttempt extends AttemptName {
  provider: string;
  reference: Reference;
  used?: Amount;
  /** The time until the first look. */
  lookMs: number;
}

/**
 * Records what providers took, and lets the tasks rest. It is recorded whichever node has the task by now, since the
 * job exists. An attempt whose end was reported before the answer came is looked at now. A task whose client has
 * cancelled it meanwhile is due at once. A repeat adds nothing to the timeline.
 */
export async function recordAccepted(pool: Pool, accepted: AcceptedAttempt[]): Promise<boolean[]> {
  const { rows } = await pool.query<{ task_id: string; epoch: number }>({
    name: 'record-accepted',
    text: `with i as (
             select * from json_to_recordset($1) i ("taskId" uuid, epoch integer, provider text, reference json, used json,
               "lookMs" bigint)
           ), held as materialized (
             select t.id from tasks t join i on i."taskId" = t.id order by t.id for no key update of t
           ), locked as materialized (
             select a.task_id, a.epoch, a.state as before
             from attempts a join i on a.task_id = i."taskId" and a.epoch = i.epoch
             where (select count(*) from held) >= 0 order by a.task_id, a.epoch for no key update of a
           ), a as (
             update attempts a set state = 'accepted', reference = i.reference, used = coalesce(i.used, a.used),
               ended_at = null, looked_at = null,
               look_at = now() + case when a.looked_at is null then i."lookMs" else 0 end * interval '1 millisecond'
             from i join locked l on l.task_id = i."taskId" and l.epoch = i.epoch
             where a.task_id = l.task_id and a.epoch = l.epoch
               and a.state in ('intent', 'unknown', 'accepted', 'abandoned')
             returning a.task_id, a.epoch, a.provider, l.before
           ), t as (
             update tasks t set node_id = null, provider = a.provider,
               due_at = case when t.cancel_requested_at is null then t.deadline_at else now() end
             from a where t.id = a.task_id and t.epoch = a.epoch and t.completed_at is null
           ), e as (
             insert into task_events (task_id, name, detail)
             select task_id, 'attempt.accepted', json_build_object('attempt', epoch, 'provider', provider) from a
             where before <> 'accepted'
           )
           select task_id, epoch from a`,
    values: [stringifyStorable(accepted)],
  });
  const done = new Set(rows.map(({ task_id, epoch }) => `${task_id} ${epoch}`));
  return accepted.map(({ taskId, epoch }) => done.has(`${taskId} ${epoch}`));
}

/** Records that the outcome of a start is unknown, and lets the task rest. @param lookMs until it is looked up. */
export async function recordUnknown(
  pool: Pool,
  attempt: AttemptName & { detail: string; lookMs: number },
): Promise<void> {
  await pool.query(
    `with a as (
       update attempts set state = case when reference is null then 'unknown' else 'accepted' end, detail = $3,
         look_at = now() + $4 * interval '1 millisecond'
       where task_id = $1 and epoch = $2 and state in ('intent', 'unknown') returning task_id, epoch
     ), t as (
       update tasks t set node_id = null,
         due_at = case when t.cancel_requested_at is null then t.deadline_at else now() end
       from a where t.id = a.task_id and t.completed_at is null
     )
     insert into task_events (task_id, name, detail)
     select task_id, 'attempt.unknown', json_build_object('attempt', epoch) from a`,
    [attempt.taskId, attempt.epoch, attempt.detail, attempt.lookMs],
  );
}

/**
 * Lets a claimed task rest again, and has its attempt looked at. If the attempt has ended, nothing would wake the
 * task, so it becomes due at that time instead. @returns false when the claim was overtaken.
 */
export async function parkTask(
  pool: Pool,
  task: { id: string; epoch: number },
  attempt: { epoch: number; lookMs: number },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with held as materialized (
       select id from tasks where id = $1 and epoch = $2 and completed_at is null for no key update
     ), a as (
       update attempts a set look_at = now() + $4 * interval '1 millisecond'
       from held where a.task_id = held.id and a.epoch = $3 and ${ATTEMPT_IS_OPEN} returning a.task_id
     )
     update tasks t set node_id = null,
       due_at = case when exists (select from a) then t.deadline_at else now() + $4 * interval '1 millisecond' end
     from held where t.id = held.id`,
    [task.id, task.epoch, attempt.epoch, attempt.lookMs],
  );
  return rowCount === 1;
}

/** A place where looks are made: one provider account. */
export interface LookLane {
  credentialId: string;
  /** How many looks it can take now. */
  room: number;
  intervalMinMs: number;
}

/** An attempt to look at, with what is known of its task. */
export interface Look {
  task_id: string;
  epoch: number;
  provider: string;
  credential_id: string;
  offer: string;
  model: string;
  state: 'accepted' | 'unknown' | 'intent';
  reference: Reference | null;
  age_seconds: number;
  intent_at: Date | null;
  /** Since its provider first said that it had made it; null unless its files could not be fetched. */
  made_seconds: number | null;
  /** Since the first answer that could not be read, with no readable one in between. */
  unreadable_seconds: number | null;
  /** The files of it that are stored already. */
  kept: KeptOutput[] | null;
  used: Amount | null;
  task_state: TaskState;
  task_ended: boolean;
  /** From the creation of its task to its deadline. */
  lifetime_seconds: number;
}

/** The longest pause between two looks, and the parts of the usual time and of the age that a pause takes. */
const INTERVAL_MAX_MS = 30_000;
const USUAL_PARTS = 12;
const AGE_PARTS = 20;

/**
 * Claims looks at attempts (`due`). The pause until the next look is a part of the model's usual time; it is shorter
 * while the job is young, later a part of its age, and never shorter than the provider allows (`min_ms`).
 */
const CLAIM_DUE = `a as (
             update attempts a set looked_at = now(), look_at = now() + interval '1 millisecond' * greatest(due.min_ms,
               least(${INTERVAL_MAX_MS}, greatest(
                 least(10000, a.usual_seconds * 1000.0 / ${USUAL_PARTS}, extract(epoch from now() - a.created_at) * 1000),
                 extract(epoch from now() - a.created_at) * 1000 / ${AGE_PARTS})))
             from due, ${UNHURRIED} where a.task_id = due.task_id and a.epoch = due.epoch and unhurried.value = 'off'
             returning a.task_id, a.epoch, a.provider, a.credential_id, a.offer, a.model, a.state, a.reference, a.intent_at,
               a.kept, a.used, extract(epoch from now() - a.created_at)::double precision as age_seconds,
               extract(epoch from now() - a.made_at)::double precision as made_seconds,
               extract(epoch from now() - a.unreadable_at)::double precision as unreadable_seconds
           )
           select a.*, t.state as task_state, t.due_at is null as task_ended,
             extract(epoch from t.deadline_at - t.created_at)::double precision as lifetime_seconds
           from a join tasks t on t.id = a.task_id`;

/** Claims due looks lane by lane, so that a slow provider takes nothing from the others. */
export async function claimLooks(pool: Pool, lanes: readonly LookLane[]): Promise<Look[]> {
  const { rows } = await pool.query<Look>({
    name: 'claim-looks',
    text: `with due as materialized (
             select d.task_id, d.epoch, lane.min_ms
             from unnest($1::uuid[], $2::integer[], $3::integer[]) lane (credential_id, room, min_ms)
             cross join lateral (
               select task_id, epoch from attempts a
               where a.credential_id = lane.credential_id and a.look_at <= now()
               order by a.look_at limit lane.room for update skip locked) d
           ), ${CLAIM_DUE}`,
    values: [
      plainArray(lanes.map(({ credentialId }) => credentialId)),
      plainArray(lanes.map(({ room }) => room)),
      plainArray(lanes.map(({ intervalMinMs }) => intervalMinMs)),
    ],
  });
  return rows;
}

/** An attempt whose job has ended, as its provider reports. */
export interface EndHint extends AttemptName {
  credentialId: string;
}

/** Claims looks at attempts whose jobs are known, due or not. Others are left out. */
export async function claimHintedLooks(
  pool: Pool,
  hinted: readonly (EndHint & { intervalMinMs: number })[],
): Promise<Look[]> {
  const { rows } = await pool.query<Look>({
    name: 'claim-hinted-looks',
    text: `with due as materialized (
             select a.task_id, a.epoch, hinted.min_ms
             from unnest($1::uuid[], $2::integer[], $3::integer[]) hinted (task_id, epoch, min_ms)
             join attempts a using (task_id, epoch)
             where a.state = 'accepted' and a.reference is not null and ${ATTEMPT_IS_OPEN}
             order by a.task_id, a.epoch for no key update of a
           ), ${CLAIM_DUE}`,
    values: [
      plainArray(hinted.map(({ taskId }) => taskId)),
      plainArray(hinted.map(({ epoch }) => epoch)),
      plainArray(hinted.map(({ intervalMinMs }) => intervalMinMs)),
    ],
  });
  return rows;
}

/** What a provider has posted about an attempt. */
export interface LookHint extends AttemptName {
  /** The name of its job, if the attempt does not know it yet. */
  reference?: Reference;
  /** The job is still at work: no reason to look. */
  isOpen: boolean;
  /** The same was posted a moment ago. */
  isRepeated: boolean;
}

/** The pause between a look at an attempt and the next one that a repeated hint may cause. */
const HINT_MS = 1000;

/** Adds to the timeline of a task that its lost start was found. */
const NOTE_ADOPTED = `, adopted as (
             select a.task_id, a.epoch from attempts a join hint h on a.task_id = h.task_id and a.epoch = h.epoch
             where a.state = 'unknown' and ${ATTEMPT_IS_OPEN} and h.reference is not null
           ), noted as (
             insert into task_events (task_id, name, detail)
             select task_id, 'attempt.found', json_build_object('attempt', epoch) from adopted
           )`;

/**
 * Brings the next looks at attempts forward. A reference that comes with a hint adopts an attempt whose answer was
 * lost. An attempt that is still being started keeps the reference until its starter has the answer or has died;
 * `looked_at` is the time at which its end was reported. The look comes at once; a repeated hint makes none within a
 * second of the last.
 * @returns false for an attempt that nobody follows any more.
 */
export async function hintLooks(pool: Pool, hints: readonly LookHint[]): Promise<boolean[]> {
  const isLasting = hints.some(({ reference }) => reference !== undefined);
  const { rows } = await pool.query<{ task_id: string; epoch: number }>({
    name: isLasting ? 'adopt-by-hints' : 'hint-looks',
    // Two hints of one attempt may differ in what they say.
    text: `with hint as (
             select "taskId" as task_id, epoch, bool_and("isOpen") as is_open, bool_and("isRepeated") as is_repeated,
               (array_agg(reference) filter (where reference is not null))[1] as reference
             from json_to_recordset($1) h ("taskId" uuid, epoch integer, reference json, "isOpen" boolean, "isRepeated" boolean) group by 1, 2
           ), locked as materialized (
             select a.task_id, a.epoch from attempts a join hint using (task_id, epoch)
             order by a.task_id, a.epoch for no key update of a
           )${isLasting ? NOTE_ADOPTED : ''}
           update attempts a set reference = coalesce(a.reference, h.reference),
             state = case when a.state = 'unknown' and h.reference is not null then 'accepted' else a.state end,
             look_at = case when a.state = 'intent' or (a.state = 'accepted' and h.is_open) then a.look_at
               when not h.is_repeated then now()
               else least(a.look_at, greatest(now(), a.looked_at + interval '${HINT_MS} milliseconds')) end,
             looked_at = case when a.state = 'intent' and not h.is_open then now() else a.looked_at end
           from hint h join locked using (task_id, epoch)${isLasting ? '' : `, ${UNHURRIED}`} where a.task_id = h.task_id and a.epoch = h.epoch
             and ${ATTEMPT_IS_OPEN} and a.state in ('intent', 'unknown', 'accepted')
             ${isLasting ? '' : "and unhurried.value = 'off'"}
           returning a.task_id, a.epoch`,
    values: [stringifyStorable(hints)],
  });
  const followed = new Set(rows.map(({ task_id, epoch }) => `${task_id} ${epoch}`));
  return hints.map(({ taskId, epoch }) => followed.has(`${taskId} ${epoch}`));
}

/** Delays the next look, because the provider asks for patience. */
export async function postponeLook(pool: Pool, attempt: AttemptName, delayMs: number): Promise<void> {
  await pool.query(
    `update attempts set look_at = greatest(look_at, now() + $3 * interval '1 millisecond')
     where task_id = $1 and epoch = $2 and coalesce(look_at, 'infinity') < 'infinity'`,
    [attempt.taskId, attempt.epoch, delayMs],
  );
}

export interface Taking {
  id: string;
  /** Of the attempt whose end was seen; if it has ended meanwhile, that end says nothing any more. */
  epoch: number;
  nodeId: string;
  leaseMs: number;
  /** The result is about to be stored. */
  storing: boolean;
}

/**
 * Takes resting tasks to end them; undefined for one that has ended or that another worker has. A repeat also takes
 * those that this node has by now: most likely the first try took them and its answer was lost; if not, it takes over
 * from itself.
 */
export async function takeTasks(
  pool: Pool,
  takings: Taking[],
  isRepeat = false,
): Promise<(TaskRow | undefined)[]> {
  const { rows } = await pool.query<TaskRow>({
    name: 'take-tasks',
    text: `with i as (
             select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::boolean[])
               i (id, node_id, lease, epoch, storing)
           ), locked as materialized (
             select t.id from tasks t join i using (id) order by t.id for no key update of t
           )
           update tasks t set epoch = t.epoch + 1, node_id = i.node_id, due_at = now() + i.lease * interval '1 millisecond',
             state = case when i.storing then 'storing' else t.state end
           from i join locked using (id)
           where t.id = i.id and (t.node_id is null or ($6::boolean and t.node_id = i.node_id)) and t.completed_at is null and exists (
             select from attempts a where a.task_id = i.id and a.epoch = i.epoch and ${ATTEMPT_IS_OPEN})
           returning ${TASK_COLUMNS}`,
    values: [
      plainArray(takings.map(({ id }) => id)),
      plainArray(takings.map(({ nodeId }) => nodeId)),
      plainArray(takings.map(({ leaseMs }) => leaseMs)),
      plainArray(takings.map(({ epoch }) => epoch)),
      takings.map(({ storing }) => storing),
      isRepeat,
    ],
    types: rawJsonTypes,
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return takings.map(({ id }) => {
    const row = byId.get(id);
    // Two looks may have seen the same end: only one of them gets the task.
    byId.delete(id);
    return row;
  });
}

/** Ends an attempt without its task. */
export async function endAttempt(
  client: Pool | PoolClient,
  attempt: AttemptName,
  end: { state: AttemptState; detail: string; reason?: FailureReason },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update attempts a set state = $3, detail = $4, reason = coalesce($5, reason), ended_at = now(), look_at = null
     where task_id = $1 and epoch = $2 and ${ATTEMPT_IS_OPEN}`,
    [attempt.taskId, attempt.epoch, end.state, end.detail, end.reason],
  );
  return rowCount === 1;
}

/** A success that came after the end of its task. */
export interface LateSuccess extends AttemptName {
  outputs: StoredOutput[];
  usage: JsonObject;
  used?: Amount;
  costNanos?: number;
  /** For operators: why it has no files. */
  detail?: string;
}

/** Ends the attempt of a late success. @returns false when another call was first. */
export async function endLateAttempt(client: PoolClient, late: LateSuccess): Promise<boolean> {
  const { taskId, epoch, used, costNanos } = late;
  const detail = ['after the end of the task', ...(late.detail === undefined ? [] : [late.detail])].join(
    '; ',
  );
  const { rowCount } = await client.query(
    `select from attempts a where task_id = $1 and epoch = $2 and ${ATTEMPT_IS_OPEN} for update`,
    [taskId, epoch],
  );
  if (rowCount !== 1) return false;
  await endAttempts(client, [{ taskId, epoch, state: 'succeeded', detail, used, costNanos }]);
  return true;
}

/** Gives the files to a task that expired or was given up and has none. @returns whether it got them. */
export async function attachLate(client: PoolClient, late: LateSuccess): Promise<boolean> {
  const { rowCount } = await client.query(
    `update tasks t set outputs = $2, result_usage = $3
     where id = $1 and t.state in ('expired', 'failed') and json_array_length(coalesce(t.outputs, '[]')) = 0
       and json_array_length($2::json) > 0`,
    [late.taskId, stringifyStorable(late.outputs), stringifyStorable(late.usage)],
  );
  await client.query(`insert into task_events (task_id, name, detail) values ($1, 'task.late_result', $2)`, [
    late.taskId,
    JSON.stringify({ attempt: late.epoch, delivered: rowCount === 1, credits: 0 }),
  ]);
  return rowCount === 1;
}
