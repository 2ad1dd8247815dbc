// The SQL of closed months: their transfers one by one, for a file, and the sums that stand for old charges. A charge is
// removed by the statement that adds it to the sum of its month, so that at each moment it is in one of the two.
import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../db/pool.ts';
import type { Book, Micros } from '../lib/money.ts';
import { FIRST_ID } from './audit-recent.store.ts';
import { type Checkpoint, type IdRange, MARK, rangesOf, type Sums } from './audit-whole.store.ts';

/** What a file of a month has. */
export interface MonthFile {
  /** Such as 2026-10. */
  month: string;
  transfers: bigint;
  charges: bigint;
  /** Below zero. */
  charged: Micros;
  sha256: Buffer;
}

export interface ExportedMonth extends MonthFile {
  /** Since when its charges are kept as sums alone. */
  summed_at: Date | null;
}

/** A row of a file. */
export interface MonthRow {
  id: string;
  kind: 'grant' | 'adjust' | 'capture' | 'loss';
  book: Book;
  account_id: string;
  task_id: string | null;
  amount: Micros;
  reason: string | null;
  external_reference: string | null;
}

const firstDay = (month: string) => `${month}-01`;
const idAt = (date: string) => `first_id_at((${date})::timestamp at time zone 'UTC')`;
const endOf = (month: string) => idAt(`${month} + interval '1 month'`);
const MONTH_START = idAt('month');
const MONTH_END = endOf('month');

/** The ids of a month; undefined while one of it may still be written. */
export async function findClosedMonth(pool: Pool, month: string): Promise<IdRange | undefined> {
  const { rows } = await pool.query<{ low: string; high: string }>(
    `select ${MONTH_START} as low, ${MONTH_END} as high from (select $1::date as month) m where ${MONTH_END} <= ${FIRST_ID}`,
    [firstDay(month)],
  );
  return rows[0];
}

/** All transfers of a range by their ids, in pieces; each piece is a statement of its own. */
export async function* readTransfers(pool: Pool, whole: IdRange): AsyncGenerator<MonthRow[]> {
  for await (const { low, high } of rangesOf(pool, 'transfers', whole)) {
    const { rows } = await pool.query<MonthRow>(
      `select id, kind, book, account_id, task_id, amount, reason, external_reference from transfers
       where id >= $1 and id < $2 order by id`,
      [low, high],
    );
    yield rows;
  }
}

/** Keeps what a file has, unless the month has one. */
export async function insertExport(pool: Pool, file: MonthFile): Promise<void> {
  await pool.query(
    `insert into ledger_exports (month, transfers, charges, charged, sha256) values ($1, $2, $3, $4, $5)
     on conflict (month) do nothing`,
    [firstDay(file.month), file.transfers, file.charges, file.charged, file.sha256],
  );
}

export async function findExport(pool: Pool, month: string): Promise<ExportedMonth | undefined> {
  const { rows } = await pool.query<ExportedMonth>(
    `select to_char(month, 'YYYY-MM') as month, transfers, charges, charged, sha256, summed_at
     from ledger_exports where month = $1`,
    [firstDay(month)],
  );
  return rows[0];
}

const chargesOf = (month: string) =>
  `from transfers t where t.id >= ${idAt(month)} and t.id < ${endOf(month)} and t.kind = 'capture'`;

/**
 * The oldest month that has charges, with whether they may go: it was exported and is old enough, all of it is proven for
 * ever, no task of it is left that names one, and no older charge is there.
 */
const OLDEST_SQL = `select month from ledger_exports
  where exists (select ${chargesOf('month')}) and (summed_at is not null or (
    month + interval '1 month' + $1 * interval '1 month' <= now() at time zone 'UTC'
    and ${MONTH_END} <= (select (value #>> '{}')::uuid from settings where name = '${MARK}')
    and not exists (select from tasks where id < ${MONTH_END})
    and not exists (select from transfers where id < ${MONTH_START} and kind = 'capture')))
  order by month limit 1`;

/**
 * Moves some charges of the oldest month that is due into its sums.
 * @param record runs in the transaction that begins a month.
 */
export async function sumStep(
  pool: Pool,
  { monthsKept, limit }: { monthsKept: number; limit: number },
  record: (client: PoolClient, month: string) => Promise<void>,
): Promise<number> {
  return withTransaction(pool, async (client) => {
    const { rows: begun } = await client.query<{ month: string; is_new: boolean }>(
      `with due as (${OLDEST_SQL}), seen as (select e.month, e.summed_at from ledger_exports e join due using (month) for update of e)
       update ledger_exports e set summed_at = coalesce(e.summed_at, now()) from seen where e.month = seen.month
       returning to_char(e.month, 'YYYY-MM') as month, seen.summed_at is null as is_new`,
      [monthsKept],
    );
    const [due] = begun;
    if (!due) return 0;
    if (due.is_new) await record(client, due.month);
    await client.query(`set local reelay.is_summing = 'yes'`);
    const { rows } = await client.query<{ removed: number }>(
      `with gone as (
         delete from transfers where id in (select t.id ${chargesOf('$1::date')} order by t.id limit $2)
         returning account_id, book, amount
       ), kept as (
         insert into ledger_months as m (month, account_id, book, charges, charged)
         select $1::date, account_id, book, count(*), sum(amount) from gone group by 2, 3
         on conflict (month, account_id, book) do update
           set charges = m.charges + excluded.charges, charged = m.charged + excluded.charged
       )
       select count(*)::integer as removed from gone`,
      [firstDay(due.month), limit],
    );
    return rows[0].removed;
  });
}

/** The id below which charges may be kept as sums alone. */
export const SUMMED_ID = `coalesce((select ${endOf('max(month)')} from ledger_exports where summed_at is not null), '00000000-0000-0000-0000-000000000000')`;

/** Months whose sums, with the charges that are still there, are not what their file has. */
export const WRONG_MONTHS = `select to_char(e.month, 'YYYY-MM') as subject from ledger_exports e,
  lateral (select count(*) as charges, coalesce(sum(t.amount), 0) as charged
    ${chargesOf('e.month')}) left_over,
  lateral (select coalesce(sum(m.charges), 0) as charges, coalesce(sum(m.charged), 0) as charged
    from ledger_months m where m.month = e.month) summed
  where e.summed_at is not null
    and (e.charges, e.charged) <> (left_over.charges + summed.charges, left_over.charged + summed.charged)`;

/** What all charges that are kept as sums and all other transfers below the id add up to, in one statement. */
export async function readSummed(client: Pool | PoolClient): Promise<Checkpoint> {
  const { rows } = await client.query<{ id: string; sums: Record<string, string> }>(
    `with summed as materialized (select ${SUMMED_ID} as id)
     select (select id from summed) as id,
       (select coalesce(json_object_agg(account_id || ' ' || book, posted::text), '{}') from (
          select account_id, book, sum(posted) as posted from (
            select account_id, book, charged as posted from ledger_months
            union all
            select account_id, book, amount from transfers where id < (select id from summed) and kind <> 'loss') moved
          group by 1, 2) sums) as sums`,
  );
  const sums: Sums = new Map(Object.entries(rows[0].sums).map(([owner, posted]) => [owner, BigInt(posted)]));
  return { id: rows[0].id, sums };
}
