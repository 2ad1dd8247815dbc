// SQL of tasks: reads for clients, which name the owner, and writes of workers, which name the epoch of their claim. The
// claims themselves are in dispatch/, and the rests between looks in work/.
import type { Pool, PoolClient } from 'pg';
import { plainArray, rawJsonTypes } from '../db/pool.ts';
import { type JsonObject, stringifyStorable } from '../lib/json.ts';
import type { Book } from '../lib/money.ts';
import { ATTEMPT_IS_OPEN, TASK_COLUMNS, VIEW_COLUMNS } from './columns.ts';
import { selectIds, type TaskSearch, Values } from './find.store.ts';
import type { EndableTask, TaskRow, TaskState, TaskView } from './task.ts';

export interface TaskQuestion {
  id: string;
  accountId: string;
  book: Book;
}

/** A task with the time that decides its position in the queue. */
export interface WaitingView extends TaskView {
  /** When it is due, in seconds since 1970; null once it has left the queue. */
  due_seconds: number | null;
}

/** Reads many tasks for their owners in one query; one row or undefined each, in order. */
export async function readTasks(pool: Pool, questions: TaskQuestion[]): Promise<(WaitingView | undefined)[]> {
  const { rows } = await pool.query<WaitingView & { place: bigint }>({
    name: 'read-tasks',
    text: `select ${VIEW_COLUMNS}, q.place,
             case when t.state = 'pending' then extract(epoch from t.due_at)::double precision end as due_seconds
           from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality q (id, account_id, book, place)
           join tasks t on t.id = q.id and t.account_id = q.account_id and t.book = q.book`,
    values: [
      plainArray(questions.map(({ id }) => id)),
      plainArray(questions.map(({ accountId }) => accountId)),
      plainArray(questions.map(({ book }) => book)),
    ],
    types: rawJsonTypes,
  });
  const found: (WaitingView | undefined)[] = new Array(questions.length).fill(undefined);
  for (const row of rows) found[Number(row.place) - 1] = row;
  return found;
}

/** Reads tasks without a check of the owner: for callbacks and workers, never for a client. */
export async function readTasksById(client: Pool | PoolClient, ids: string[]): Promise<TaskRow[]> {
  const { rows } = await client.query<TaskRow>({
    name: 'read-tasks-by-id',
    text: `select ${TASK_COLUMNS} from tasks t where t.id = any($1)`,
    values: [plainArray(ids)],
    types: rawJsonTypes,
  });
  return rows;
}

export type TaskFilter = Pick<
  TaskSearch,
  | 'accountId'
  | 'book'
  | 'states'
  | 'model'
  | 'models'
  | 'metadata'
  | 'createdFrom'
  | 'createdTo'
  | 'before'
  | 'order'
> & { limit: number };

/** A page holds at most this much input: a hundred inputs of the largest size would be 25 MB for one answer. */
const PAGE_INPUT_BYTES_MAX = 2 * 1024 * 1024;

export interface TaskPage {
  rows: TaskRow[];
  /** Whether older tasks follow; a page with large inputs ends before its limit. */
  hasMore: boolean;
}

export async function listTasks(pool: Pool, { limit, ...search }: TaskFilter): Promise<TaskPage> {
  const values = new Values();
  const order = search.order === 'asc' ? 't.id' : 't.id desc';
  const ids = selectIds(search, limit + 1, values);
  const [limited, bytesMax] = [values.add(limit), values.add(PAGE_INPUT_BYTES_MAX)];
  const { rows } = await pool.query<TaskRow & { found: number }>({
    text: `with found as materialized (${ids}), candidate as (
             select ${TASK_COLUMNS} from found f join tasks t on t.id = f.id
           ), placed as (
             select t.*, row_number() over in_turn as place, (count(*) over ())::integer as found,
               sum(octet_length(t.input::text)) over (in_turn rows between unbounded preceding and 1 preceding) as bytes
             from candidate t window in_turn as (order by ${order})
           )
           select ${TASK_COLUMNS}, t.found from placed t
           where t.place <= ${limited} and coalesce(t.bytes, 0) < ${bytesMax} order by ${order}`,
    values: values.list,
    types: rawJsonTypes,
  });
  return { rows, hasMore: rows.length > 0 && rows[0].found > rows.length };
}

/** The tasks of an account that wait for a model. */
export interface QueueName {
  accountId: string;
  model: string;
}

/** At most so many tasks of a queue are counted; a position behind them is not exact. */
const COUNTED_MAX = 10_000;

/** When the waiting tasks of each queue are due, the first one first, in seconds since 1970. */
export async function readQueues(pool: Pool, queues: readonly QueueName[]): Promise<Float64Array[]> {
  const { rows } = await pool.query<{ due: string }>({
    name: 'read-queues',
    // As one text: the driver's reader of arrays goes character by character, and a long queue would block the process.
    text: `select array_to_string(array(
             select extract(epoch from t.due_at)::double precision from tasks t
             where t.account_id = q.account_id and t.model = q.model and t.due_at is not null and t.state = 'pending'
             order by t.due_at limit ${COUNTED_MAX}), ',') as due
           from unnest($1::uuid[], $2::text[]) with ordinality q (account_id, model, nth) order by q.nth`,
    values: [plainArray(queues.map(({ accountId }) => accountId)), queues.map(({ model }) => model)],
  });
  return rows.map(({ due }) => Float64Array.from(due === '' ? [] : due.split(','), Number));
}

/**
 * Renews the leases of tasks that a node works on. @returns those that it still owns, and whether their clients have
 * cancelled them. A claim whose answer was lost is not among them: its lease runs out, and the task is claimed again.
 */
export async function renewLeases(
  pool: Pool,
  renewal: { nodeId: string; taskIds: string[]; leaseMs: number },
): Promise<{ id: string; epoch: number; cancel: boolean }[]> {
  const { rows } = await pool.query({
    name: 'renew-leases',
    // A row that is locked at this moment is renewed a second later: waiting for it would delay the others.
    text: `with mine as materialized (
             select id, epoch, cancel_requested_at is not null as cancel from tasks
             where node_id = $1 and id = any($2) and completed_at is null
           ), held as materialized (
             select t.id from tasks t join mine using (id) where t.node_id = $1 and t.completed_at is null
             for no key update of t skip locked
           ), renewed as (
             update tasks t set due_at = now() + make_interval(secs => $3 / 1000.0) from held where t.id = held.id
           )
           select id, epoch, cancel from mine`,
    values: [renewal.nodeId, renewal.taskIds, renewal.leaseMs],
  });
  return rows;
}

/**
 * Releases a task, due after a delay. Its state stays, since a client never sees a status go backwards. @returns false
 * when the epoch is no longer the current one.
 */
export async function releaseTask(
  pool: Pool,
  task: { id: string; epoch: number },
  delayMs: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update tasks set node_id = null, due_at = now() + make_interval(secs => $3 / 1000.0)
     where id = $1 and epoch = $2 and completed_at is null`,
    [task.id, task.epoch, delayMs],
  );
  return rowCount === 1;
}

export async function markStoring(pool: Pool, task: { id: string; epoch: number }): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update tasks set state = 'storing' where id = $1 and epoch = $2 and completed_at is null`,
    [task.id, task.epoch],
  );
  return rowCount === 1;
}

/** What a cancel found; `unclaimed` means that its caller now owns the epoch and has to end the task itself. */
export interface CancelRequest extends EndableTask {
  state: TaskState;
  unclaimed: boolean;
  /** A worker has to be notified, which asks the provider. */
  left_at_provider: boolean;
  ended: boolean;
}

/**
 * Asks for the end of a task. A waiting task is taken from the queue, and the new epoch is returned; a repeat returns
 * the same epoch, so that a late statement takes the task from no other. A task that rests while a provider works on
 * it becomes due, so that a worker asks the provider to stop.
 */
export async function requestCancel(
  pool: Pool,
  question: TaskQuestion,
  by: Canceller,
): Promise<CancelRequest | undefined> {
  const { rows } = await pool.query(
    `with asked as (
       select t.id, t.node_id is null and t.completed_at is null as is_free, exists (
         select from attempts a where a.task_id = t.id and ${ATTEMPT_IS_OPEN} and a.state <> 'assigned') as has_attempt
       from tasks t where t.id = $1 and t.account_id = $2 and t.book = $3 for update
     )
     update tasks t set
       cancel_requested_at = case when t.due_at is null then t.cancel_requested_at else coalesce(t.cancel_requested_at, now()) end,
       cancel_requested_by = case when t.due_at is null then t.cancel_requested_by else coalesce(t.cancel_requested_by, $4) end,
       epoch = t.epoch + (is_free and not has_attempt and t.cancel_requested_at is null)::integer,
       due_at = case when is_free and has_attempt then now() else t.due_at end
     from asked where t.id = asked.id
     returning t.id, t.epoch, t.account_id, t.book, t.callback_url, t.price, t.state,
       is_free and not has_attempt as unclaimed, is_free and has_attempt as left_at_provider, t.due_at is null as ended`,
    [question.id, question.accountId, question.book, by],
  );
  return rows[0];
}

export interface TaskEnd {
  id: string;
  epoch: number;
  state: TaskState;
  captured: string;
  transfer_id: string;
  provider: string | null;
  model_version: string | null;
  result_error: string | null;
  result_message: string;
  result_usage: JsonObject;
  outputs: unknown[];
}

/** Who asked for the end of a task. */
export type Canceller = 'client' | 'operator';

export interface EndableRow {
  id: string;
  epoch: number;
  cancel_requested_by: Canceller | null;
}

/** Locks the tasks that these claims can still end, until the transaction is over. @returns which they are. */
export async function lockEndable(
  client: PoolClient,
  claims: readonly { id: string; epoch: number }[],
): Promise<EndableRow[]> {
  const { rows } = await client.query<EndableRow>({
    name: 'lock-endable',
    text: `select t.id, t.epoch, t.cancel_requested_by from tasks t join unnest($1::uuid[], $2::integer[]) c (id, epoch) using (id, epoch)
           where t.completed_at is null order by t.id for no key update of t`,
    values: [plainArray(claims.map(({ id }) => id)), plainArray(claims.map(({ epoch }) => epoch))],
  });
  return rows;
}

/** Of these claims, those that have ended their tasks in these very states. */
export async function findEnded(
  client: PoolClient,
  ends: readonly Pick<TaskEnd, 'id' | 'epoch' | 'state'>[],
): Promise<{ id: string; epoch: number }[]> {
  const { rows } = await client.query<{ id: string; epoch: number }>({
    name: 'find-ended',
    text: `select t.id, t.epoch from unnest($1::uuid[], $2::integer[], $3::text[]) e (id, epoch, state)
           join tasks t using (id, epoch, state)`,
    values: [
      plainArray(ends.map(({ id }) => id)),
      plainArray(ends.map(({ epoch }) => epoch)),
      plainArray(ends.map(({ state }) => state)),
    ],
  });
  return rows;
}

/** Ends tasks and settles their holds by the function in the migrations. @returns those that ended now. */
export async function settleTasks(
  client: PoolClient,
  ends: TaskEnd[],
): Promise<{ id: string; epoch: number }[]> {
  const { rows } = await client.query<{ id: string; epoch: number }>({
    name: 'settle-tasks',
    text: 'select id, epoch from settle_tasks($1)',
    // A task must be able to end whatever characters its provider's message has.
    values: [stringifyStorable(ends)],
  });
  return rows;
}

/** Takes tasks past their deadline from any worker that has them. */
export async function claimOverdue(
  pool: Pool,
  limit: number,
): Promise<(EndableTask & { state: TaskState; model: string })[]> {
  const { rows } = await pool.query<EndableTask & { state: TaskState; model: string }>(
    `with late as (
       select id from tasks where due_at is not null and deadline_at <= now()
       order by deadline_at limit $1 for update skip locked
     )
     update tasks t set epoch = t.epoch + 1, node_id = null, due_at = now() + interval '1 minute'
     from late where t.id = late.id
     returning t.id, t.epoch, t.account_id, t.book, t.callback_url, t.price, t.state, t.model`,
    [limit],
  );
  return rows;
}

/**
 * Removes a task that has ended, with its attempts, its timeline and the example that it may be. The ledger stays.
 * @returns whether there was one.
 */
export async function removeTask(pool: Pool, { id, accountId, book }: TaskQuestion): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with gone as (
       delete from tasks where id = $1 and account_id = $2 and book = $3 and completed_at is not null returning id
     ),
     events as (delete from task_events e using gone where e.task_id = gone.id),
     tries as (delete from attempts a using gone where a.task_id = gone.id),
     shown as (delete from model_examples x using gone where x.task_id = gone.id)
     select 1 from gone`,
    [id, accountId, book],
  );
  return rowCount === 1;
}

/** Removes ended tasks that are older than the retention, with their attempts and timeline. The ledger stays. */
export async function removeOldTasks(pool: Pool, olderThanDays: number, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `with old as (
       select id from tasks where completed_at < now() - make_interval(secs => $1 * 86400.0)
       order by completed_at limit $2 for update skip locked
     ), gone as (delete from tasks t using old where t.id = old.id returning t.id),
     events as (delete from task_events e using gone where e.task_id = gone.id),
     tries as (delete from attempts a using gone where a.task_id = gone.id)
     select 1 from gone`,
    [olderThanDays, limit],
  );
  return rowCount ?? 0;
}

export interface UsualTimeRow {
  book: Book;
  model: string;
  seconds: number;
}

/** Ends that the usual times are made of; the index on `completed_at` has them side by side. */
const USUAL_TIME_TASKS = 5_000;

/** The median time of each model among the tasks that ended last. */
export async function readUsualTimes(pool: Pool): Promise<UsualTimeRow[]> {
  const { rows } = await pool.query<UsualTimeRow>(
    `select book, model,
       round(percentile_cont(0.5) within group (order by extract(epoch from completed_at - started_at))::numeric, 1)::float8
         as seconds
     from (
       select book, model, state, started_at, completed_at from tasks
       where completed_at is not null order by completed_at desc limit $1
     ) lately
     where state = 'succeeded' and started_at is not null group by book, model`,
    [USUAL_TIME_TASKS],
  );
  return rows;
}
