// The SQL of what an operator sees of tasks and ends by hand. It checks no owner, so only commands on the operator's
// machine and the operator API may use it.
import type { Pool } from 'pg';
import { rawJsonTypes } from '../db/pool.ts';
import type { ErrorName } from '../errors.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Book, Micros } from '../lib/money.ts';
import { TASK_COLUMNS } from './columns.ts';
import type { TaskRow, TaskState } from './task.ts';
import type { TaskEvent } from './tasks.ts';

/** A task of any account with its last attempt, as an operator sees it. */
export interface ListedTask {
  id: string;
  account_id: string;
  account: string;
  book: Book;
  model: string;
  state: TaskState;
  price: Micros;
  /** Null until it has ended. */
  captured: Micros | null;
  result_error: ErrorName | null;
  created_at: Date;
  deadline_at: Date;
  completed_at: Date | null;
  provider: string | null;
  attempt_state: string | null;
  /** The time since which its provider answers nothing that can be read. */
  unreadable_at: Date | null;
  /** The time since which its provider says that it made it while its file cannot be fetched. */
  unfetched_at: Date | null;
}

/** Which tasks are listed; what is undefined is any. */
export interface TasksQuestion {
  accountId?: string | undefined;
  book?: Book | undefined;
  model?: string | undefined;
  /** `stuck` are the open ones whose attempt is unknown, unreadable or without its file. */
  status?: TaskState | 'open' | 'stuck' | undefined;
  order: 'oldest' | 'newest';
  /** Id of the last row of the page before. */
  after?: string | undefined;
  limit: number;
}

/** Tasks whose attempt is unknown, unreadable or without its file; two small indexes find them. */
const STUCK = `select a.task_id from attempts a where a.ended_at is null and a.state = 'unknown'
  union
  select a.task_id from attempts a where a.ended_at is null and (a.made_at is not null or a.unreadable_at is not null)`;

const OPEN = 't.due_at is not null';

/** How many open tasks name a template, of whichever catalogue. */
export async function countOpenWithTemplate(pool: Pool, templateId: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from tasks t
     where ${OPEN} and (t.input->>'template_id' = $1 or t.input->>'template' = $1)`,
    [templateId],
  );
  return rows[0].count;
}

/** What a status asks for; an open one is found by the index of open tasks. */
function conditionOf(status: TasksQuestion['status']): string {
  switch (status) {
    case undefined:
      return 'true';
    case 'open':
      return OPEN;
    case 'stuck':
      return `${OPEN} and t.id in (${STUCK})`;
    case 'pending':
    case 'running':
    case 'storing':
      return `${OPEN} and t.state = '${status}'`;
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'expired':
      return `t.state = '${status}'`;
  }
}

/** Tasks of all accounts, by id, which is the order in which they were made. */
export async function listTasksOfAll(pool: Pool, question: TasksQuestion): Promise<ListedTask[]> {
  const [beyond, direction] = question.order === 'oldest' ? ['>', 'asc'] : ['<', 'desc'];
  const { rows } = await pool.query<ListedTask>(
    `with page as (
       select t.* from tasks t
       where ${conditionOf(question.status)} and ($1::uuid is null or t.account_id = $1)
         and ($2::text is null or t.book = $2) and ($3::text is null or t.model = $3)
         and ($4::uuid is null or t.id ${beyond} $4)
       order by t.id ${direction} limit $5
     )
     select t.id, t.account_id, coalesce(c.name, t.account_id::text) as account, t.book, t.model, t.state, t.price,
       t.captured, t.result_error, t.created_at, t.deadline_at, t.completed_at, coalesce(a.provider, t.provider) as provider,
       a.state as attempt_state, a.unreadable_at, a.made_at as unfetched_at
     from page t left join accounts c on c.id = t.account_id
     left join lateral (
       select * from attempts a where a.task_id = t.id order by a.epoch desc limit 1) a on true
     order by t.id ${direction}`,
    [question.accountId, question.book, question.model, question.after, question.limit],
  );
  return rows;
}

/** One try of a task, with what only an operator may read. */
export interface AttemptView {
  epoch: number;
  provider: string;
  offer: string | null;
  /** `provider/name` of the account at the provider. */
  credential: string | null;
  state: string;
  reason: string | null;
  detail: string | null;
  reference: JsonObject | null;
  used: JsonObject | null;
  created_at: Date;
  ended_at: Date | null;
  unreadable_at: Date | null;
  unfetched_at: Date | null;
}

export interface Settlement {
  kind: 'capture' | 'void' | 'expire';
  captured: Micros;
}

function settlementOf({ state, captured }: TaskRow): Settlement | null {
  if (captured === null) return null;
  return { kind: state === 'succeeded' ? 'capture' : state === 'expired' ? 'expire' : 'void', captured };
}

/** A task with everything that is known of it. */
export interface TaskFacts {
  task: TaskRow;
  account: string;
  /** How what it held was settled; null while it is held. */
  settlement: Settlement | null;
  attempts: AttemptView[];
  events: TaskEvent[];
}

const EVENTS_MAX = 200;

export async function readTaskFacts(pool: Pool, id: string): Promise<TaskFacts | undefined> {
  const { rows } = await pool.query<TaskRow & { account: string }>({
    text: `select ${TASK_COLUMNS}, coalesce((select name from accounts c where c.id = t.account_id), t.account_id::text) as account
           from tasks t where t.id = $1`,
    values: [id],
    types: rawJsonTypes,
  });
  const [found] = rows;
  if (!found) return undefined;
  const { account, ...task } = found;
  const [attempts, events] = await Promise.all([
    pool.query<AttemptView>(
      `select a.epoch, a.provider, a.offer, case when c.id is not null then c.provider || '/' || c.name end as credential,
         a.state, a.reason, a.detail, a.reference, a.used, a.created_at, a.ended_at, a.unreadable_at, a.made_at as unfetched_at
       from attempts a left join credentials c on c.id = a.credential_id where a.task_id = $1 order by a.epoch`,
      [id],
    ),
    pool.query<TaskEvent>(
      'select id, name, detail, created_at from task_events where task_id = $1 order by id limit $2',
      [id, EVENTS_MAX],
    ),
  ]);
  return {
    task,
    account,
    settlement: settlementOf(task),
    attempts: attempts.rows,
    events: events.rows,
  };
}

/**
 * Takes an open task from its node: what that node writes from now on has no effect. The lease is held under a name that
 * no node has, so that the task is free again after the lease if this process dies before the end is written.
 */
export async function takeByHand(
  pool: Pool,
  { id, holder, leaseMs }: { id: string; holder: string; leaseMs: number },
): Promise<TaskRow | undefined> {
  const { rows } = await pool.query<TaskRow>({
    text: `update tasks t set epoch = t.epoch + 1, node_id = $2, due_at = now() + $3 * interval '1 millisecond'
           where t.id = $1 and t.completed_at is null returning ${TASK_COLUMNS}`,
    values: [id, holder, leaseMs],
    types: rawJsonTypes,
  });
  return rows[0];
}
