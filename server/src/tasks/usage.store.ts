// The SQL of what an account has used: sums over its tasks, exact to the micro-credit.
import type { Pool } from 'pg';
import type { Book } from '../lib/money.ts';

/** What usage can be grouped by, apart from a name of the metadata. A key is named by its id; its label is its name. */
const NAMES = {
  day: `to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD')`,
  model: 't.model',
  key: 't.key_id::text',
  state: 't.state',
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

/**
 * Tasks of an account that were created in a time, and their credits, by group: days in their order, the rest by what
 * was charged. The last row is their sum, over all groups, also over those that did not fit into the list.
 */
export async function readSpending(pool: Pool, question: SpendingQuestion): Promise<SpendingRow[]> {
  const { accountId, book, group, from, to, keyId } = question;
  const isMetadata = typeof group === 'object';
  const name = isMetadata ? 't.metadata ->> $6' : NAMES[group];
  const { rows } = await pool.query<SpendingRow & { is_sum: boolean }>(
    `with sums as (
       select ${name} as name, grouping(${name}) = 1 as is_sum, count(*)::integer as tasks,
         (count(*) filter (where t.state = 'succeeded'))::integer as succeeded,
         (count(*) filter (where t.state in ('failed', 'cancelled', 'expired')))::integer as failed,
         coalesce(sum(t.captured), 0)::bigint as credits,
         coalesce(sum(t.price) filter (where t.completed_at is null), 0)::bigint as held
       from tasks t
       where t.account_id = $1 and t.book = $2 and t.created_at >= $3 and t.created_at < $4
         and ($5::uuid is null or t.key_id = $5) and ($6::text is null or true)
       group by grouping sets ((${name}), ())
     ), listed as (
       select * from sums where not is_sum
       order by ${group === 'day' ? 'name' : 'credits desc, tasks desc, name'} limit ${ROWS_MAX}
     )
     select l.*, k.name as label from (
       select *, row_number() over () as place from listed
       union all select *, null from sums where is_sum
     ) l left join api_keys k on $7 and k.id::text = l.name order by l.place nulls last`,
    [accountId, book, from, to, keyId, isMetadata ? group.metadata : null, group === 'key'],
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

/** What each key of an account was charged, by the day on which its tasks were created (UTC). */
export async function readKeyDays(
  pool: Pool,
  { accountId, from }: { accountId: string; from: Date },
): Promise<{ key_id: string; day: string; tasks: number; credits: bigint }[]> {
  const { rows } = await pool.query<{ key_id: string; day: string; tasks: number; credits: bigint }>(
    `select t.key_id, ${NAMES.day} as day, count(*)::integer as tasks, coalesce(sum(t.captured), 0)::bigint as credits
     from tasks t where t.account_id = $1 and t.created_at >= $2 group by 1, 2 order by 1, 2`,
    [accountId, from],
  );
  return rows;
}
