// SQL of the watch of accounts: what has changed lately, for all accounts that are watched from this process at once.
import type { Pool } from 'pg';
import { plainArray } from '../db/pool.ts';
import type { ErrorName } from '../errors.ts';
import type { Book, Micros } from '../lib/money.ts';
import type { OwnedBook } from './browse.store.ts';
import type { TaskState } from './task.ts';

/** What a watcher of an account sees of a task. */
export interface WatchedTask {
  id: string;
  account_id: string;
  book: Book;
  model: string;
  state: TaskState;
  price: Micros;
  captured: Micros | null;
  result_error: ErrorName | null;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  /** The last percent that its provider said; null once it has ended. */
  percent: number | null;
  due_seconds: number | null;
}

const COLUMNS = `t.id, t.account_id, t.book, t.model, t.state, t.price, t.captured, t.result_error, t.created_at, t.started_at,
  t.completed_at,
  case when t.state in ('running', 'storing') then (
    select (e.detail->>'percent')::integer from task_events e
    where e.task_id = t.id and e.name = 'task.progress' order by e.id desc limit 1) end as percent,
  case when t.state = 'pending' then extract(epoch from t.due_at)::double precision end as due_seconds`;

/** So many new tasks of an account are reported at once; each further one is reported when it changes. */
const NEW_MAX = 200;

/** The named tasks as far as they belong to these owners, and the newest ones of each owner from an id on. */
export async function readChanged(
  pool: Pool,
  { owners, ids, fromId }: { owners: readonly OwnedBook[]; ids: readonly string[]; fromId: string },
): Promise<WatchedTask[]> {
  const { rows } = await pool.query<WatchedTask>({
    name: 'watch-changed',
    text: `with owner as materialized (select * from unnest($1::uuid[], $2::text[]) o (account_id, book))
           select ${COLUMNS} from tasks t
           where t.id = any ($3::uuid[]) and (t.account_id, t.book) in (select account_id, book from owner)
           union all
           select ${COLUMNS} from owner o cross join lateral (
             select * from tasks n where n.account_id = o.account_id and n.book = o.book and n.id >= $4
             order by n.id desc limit ${NEW_MAX}) t`,
    values: [
      plainArray(owners.map(({ accountId }) => accountId)),
      plainArray(owners.map(({ book }) => book)),
      plainArray(ids),
      fromId,
    ],
  });
  return rows;
}

/** A look at an account goes no further back. */
const RECENT_MAX = 1_000;

/** Of the newest tasks of an account those that are open, and those that have ended since a time. Oldest first. */
export async function readRecent(
  pool: Pool,
  { accountId, book }: OwnedBook,
  since: Date | undefined,
): Promise<WatchedTask[]> {
  const { rows } = await pool.query<WatchedTask>({
    name: 'watch-recent',
    text: `select ${COLUMNS} from (
             select * from tasks n where n.account_id = $1 and n.book = $2 order by n.id desc limit ${RECENT_MAX}) t
           where t.completed_at is null or t.completed_at >= $3 order by t.id`,
    values: [accountId, book, since],
  });
  return rows;
}
