// The SQL of notices.
import type { Pool, PoolClient } from 'pg';
import type { Book, Micros } from '../lib/money.ts';

export interface NoticeRow {
  account_id: string;
  book: Book;
  threshold: Micros;
  callback_url: string | null;
  is_mailed: boolean;
  /** Whether what is free was below the threshold when it was last looked at. */
  is_below: boolean;
  /** When it last fell below. */
  crossed_at: Date | null;
}

export type NewNotice = Pick<NoticeRow, 'account_id' | 'book' | 'threshold' | 'callback_url' | 'is_mailed'>;

const COLUMNS = 'n.account_id, n.book, n.threshold, n.callback_url, n.is_mailed, n.is_below, n.crossed_at';

/** The notices of an account, at most one a book. */
export async function readNotices(client: Pool | PoolClient, accountId: string): Promise<NoticeRow[]> {
  const { rows } = await client.query<NoticeRow>(
    `select ${COLUMNS} from balance_notices n where n.account_id = $1 order by n.book`,
    [accountId],
  );
  return rows;
}

/** Writes a notice; a balance that is below its threshold already has not crossed it. */
export async function saveNotice(client: PoolClient, notice: NewNotice): Promise<void> {
  await client.query(
    `insert into balance_notices as n (account_id, book, threshold, callback_url, is_mailed, is_below)
     select b.account_id, b.book, $3, $4, $5, b.posted - b.held < $3
     from balances b where b.account_id = $1 and b.book = $2
     on conflict (account_id, book) do update set threshold = excluded.threshold,
       callback_url = excluded.callback_url, is_mailed = excluded.is_mailed,
       is_below = case when n.threshold = excluded.threshold then n.is_below else excluded.is_below end`,
    [notice.account_id, notice.book, notice.threshold, notice.callback_url, notice.is_mailed],
  );
}

export async function deleteNotice(client: PoolClient, accountId: string, book: Book): Promise<void> {
  await client.query('delete from balance_notices where account_id = $1 and book = $2', [accountId, book]);
}

/** The books whose balance has passed its threshold, in one direction or the other, since it was last looked at. */
export async function listPassed(
  pool: Pool,
  limit: number,
): Promise<Pick<NoticeRow, 'account_id' | 'book'>[]> {
  const { rows } = await pool.query(
    `select n.account_id, n.book from balance_notices n join balances b using (account_id, book)
     where n.is_below <> (b.posted - b.held < n.threshold) order by n.account_id, n.book limit $1`,
    [limit],
  );
  return rows;
}

/** Reads a notice that nothing else can change until the transaction ends. */
export async function lockNotice(
  client: PoolClient,
  accountId: string,
  book: Book,
): Promise<NoticeRow | undefined> {
  const { rows } = await client.query<NoticeRow>(
    `select ${COLUMNS} from balance_notices n where n.account_id = $1 and n.book = $2 for no key update`,
    [accountId, book],
  );
  return rows[0];
}

export interface Standing {
  account: string;
  available: Micros;
  held: Micros;
  /** The time of the database. */
  at: Date;
}

/** Where a balance stands at the moment of the call. */
export async function readStanding(client: PoolClient, accountId: string, book: Book): Promise<Standing> {
  const { rows } = await client.query<Standing>(
    `select a.name as account, b.posted - b.held as available, b.held, clock_timestamp() as at
     from balances b join accounts a on a.id = b.account_id where b.account_id = $1 and b.book = $2`,
    [accountId, book],
  );
  return rows[0];
}

export async function markPassed(client: PoolClient, notice: NoticeRow, isBelow: boolean): Promise<void> {
  await client.query(
    `update balance_notices set is_below = $3, crossed_at = case when $3 then clock_timestamp() else crossed_at end
     where account_id = $1 and book = $2`,
    [notice.account_id, notice.book, isBelow],
  );
}
