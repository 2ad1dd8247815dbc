// The SQL of what an account has used, exact to the micro-credit: from the sums that every settlement adds to, from the
// tasks that are open, and, where a time does not begin or end with a day, from the ended tasks of that day.
import type { Pool } from 'pg';
import { boundsOfIds, CLOCKS_DIFFER_MS } from '../lib/ids.ts';
import type { Book } from '../lib/money.ts';
import { DAY_MS } from '../lib/time.ts';

/** What usage can be grouped by, apart from a name of the metadata. A key is named by its id; its label is its name. */
const NAMES = {
  day: `to_char(c.day, 'YYYY-MM-DD')`,
  model: 'c.model',
  key: 'c.key_id::text',
  state: 'c.state',
} as const;

export type SpendingGroup = keyof typeof NAMES | { metadata: string };

export interface SpendingQuestion {
  accountId: string;
  book: Book;
  group: SpendingGroup;
  /** Created at or after. */
  from: Date;
  /** Created before. */
  to: Date;
  keyId?: string | undefined;
}

export interface SpendingRow {
  /** Null: of tasks without this name in their metadata. */
  name: string | null;
  /** What a person calls it, where that is another name. */
  label: string | null;
  tasks: number;
  succeeded: number;
  failed: number;
  /** Charged. */
  credits: bigint;
  /** Held by tasks that have not ended. */
  held: bigint;
}

const ROWS_MAX = 1_000;
const DAY_OF_TASK = `(t.created_at at time zone 'UTC')::date`;

/** The tasks of the account $1 and the book $2, counted by day, model, key and state. */
const COUNTED = `select u.day, u.model, u.key_id, s.state, s.tasks,
    case when s.state = 'succeeded' then u.credits else 0 end as credits, 0::bigint as held
  from usage_days u, lateral (values ('succeeded', u.succeeded), ('failed', u.failed), ('cancelled', u.cancelled),
    ('expired', u.expired)) s (state, tasks)
  where u.account_id = $1 and u.book = $2 and u.day >= $5 and u.day < $6 and s.tasks > 0
  union all
  select ${DAY_OF_TASK}, t.model, t.key_id, t.state, 1, 0, t.price from tasks t
  where t.account_id = $1 and t.due_at is not null and t.book = $2 and t.created_at >= $3 and t.created_at < $4`;

/** The ended tasks of a part of a day, which begins and ends with two parameters. */
function countPart(from: string, to: string, ids: string): string {
  return `union all
    select ${DAY_OF_TASK}, t.model, t.key_id, t.state, 1, t.captured, 0 from tasks t
    where t.account_id = $1 and t.book = $2 and t.id >= ${ids}[1] and t.id < ${ids}[2] and t.completed_at is not null
      and t.created_at >= ${from} and t.created_at < ${to}`;
}

const SUMS = `coalesce(sum(c.tasks), 0)::integer as tasks,
  coalesce(sum(c.tasks) filter (where c.state = 'succeeded'), 0)::integer as succeeded,
  coalesce(sum(c.tasks) filter (where c.state in ('failed', 'cancelled', 'expired')), 0)::integer as failed,
  coalesce(sum(c.credits), 0)::bigint as credits, coalesce(sum(c.held), 0)::bigint as held`;

interface Counting {
  sql: string;
  values: unknown[];
}

function dayAt(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** The rows to count for a question, with the parameters $1 to $6 and those of the parts of days. */
function countingOf({ accountId, book, from, to }: Omit<SpendingQuestion, 'group'>, nowMs: number): Counting {
  const [fromMs, toMs] = [from.getTime(), to.getTime()];
  const first = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  // No task has been created after now, so that a day which is not over is whole.
  const last =
    toMs > nowMs + CLOCKS_DIFFER_MS ? Math.ceil(toMs / DAY_MS) * DAY_MS : Math.floor(toMs / DAY_MS) * DAY_MS;
  const parts = [
    [fromMs, Math.min(first, toMs)],
    [Math.max(last, first), toMs],
  ].filter(([start, end]) => start < end);
  const values: unknown[] = [accountId, book, from, to, dayAt(first), dayAt(last)];
  const sql = parts.map(([start, end]) => {
    const at = values.push(new Date(start), new Date(end), boundsOfIds(start, end));
    return countPart(`$${at - 2}::timestamptz`, `$${at - 1}::timestamptz`, `($${at}::uuid[])`);
  });
  return { sql: [COUNTED, ...sql].join(' '), values };
}

/**
 * Tasks of an account that were created in a time, and their credits, by group: days in their order, the rest by what
 * was charged. The last row is their sum, over all groups, also over those that did not fit into the list.
 */
export async function readSpending(
  pool: Pool,
  question: SpendingQuestion,
  nowMs: number,
): Promise<SpendingRow[]> {
  const { group, keyId } = question;
  const { sql, values } =
    typeof group === 'object' ? countByMetadata(question, group) : countingOf(question, nowMs);
  const name = typeof group === 'object' ? 'c.name' : NAMES[group];
  const at = values.push(keyId, group === 'key');
  const { rows } = await pool.query<SpendingRow & { is_sum: boolean }>(
    `with counted as (${sql}), sums as (
       select ${name} as name, grouping(${name}) = 1 as is_sum, ${SUMS}
       from counted c where $${at - 1}::uuid is null or c.key_id = $${at - 1}
       group by grouping sets ((${name}), ())
     ), listed as (
       select * from sums where not is_sum
       order by ${group === 'day' ? 'name' : 'credits desc, tasks desc, name'} limit ${ROWS_MAX}
     )
     select l.*, k.name as label from (
       select *, row_number() over () as place from listed
       union all select *, null from sums where is_sum
     ) l left join api_keys k on $${at} and k.id::text = l.name order by l.place nulls last`,
    values,
  );
  return rows.map(({ label, tasks, succeeded, failed, credits, held, ...row }) => ({
    name: row.name,
    label,
    tasks,
    succeeded,
    failed,
    credits,
    held,
  }));
}

/** Names of clients are kept with their tasks alone, so all tasks of the time are read. */
function countByMetadata(
  { accountId, book, from, to }: SpendingQuestion,
  { metadata }: { metadata: string },
): Counting {
  return {
    sql: `select t.metadata ->> $6 as name, t.key_id, t.state, 1 as tasks, coalesce(t.captured, 0) as credits,
        case when t.completed_at is null then t.price else 0 end as held
      from tasks t where t.account_id = $1 and t.book = $2 and t.id >= ($5::uuid[])[1] and t.id < ($5::uuid[])[2]
        and t.created_at >= $3 and t.created_at < $4`,
    values: [accountId, book, from, to, boundsOfIds(from.getTime(), to.getTime()), metadata],
  };
}

/** What each key of an account was charged in both books, by the day on which its tasks were created (UTC). */
export async function readKeyDays(
  pool: Pool,
  { accountId, from }: { accountId: string; from: Date },
): Promise<{ key_id: string; day: string; credits: bigint }[]> {
  const { rows } = await pool.query<{ key_id: string; day: string; credits: bigint }>(
    `select u.key_id, to_char(u.day, 'YYYY-MM-DD') as day, sum(u.credits)::bigint as credits
     from usage_days u where u.account_id = $1 and u.book in ('live', 'test') and u.day >= $2
     group by 1, 2
     union
     select t.key_id, to_char(${DAY_OF_TASK}, 'YYYY-MM-DD'), 0 from tasks t
     where t.account_id = $1 and t.due_at is not null and t.created_at >= $2
     order by 1, 2`,
    [accountId, from],
  );
  return rows;
}
