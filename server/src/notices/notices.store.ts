// The SQL of notices.
import type { Pool, PoolClient } from 'pg';
import type { Book, Micros } from '../lib/money.ts';

/** The owners of an account set theirs, and operators one of their own for each account. */
export type Receiver = 'owners' | 'operator';

export interface NoticeRow {
  account_id: string;
  book: Book;
  receiver: Receiver;
  threshold: Micros;
  callback_url: string | null;
  is_mailed: boolean;
  /** The address of the operator; null for the owners, whose addresses are those of their memberships. */
  mail_to: string | null;
  /** Whether what is free was below the threshold when it was last looked at. */
  is_below: boolean;
  /** When it last fell below. */
  crossed_at: Date | null;
}

/** The key of a notice. */
export type NoticeName = Pick<NoticeRow, 'account_id' | 'book' | 'receiver'>;
export type NoticeSettings = Pick<NoticeRow, 'threshold' | 'callback_url' | 'is_mailed' | 'mail_to'>;

const COLUMNS = `n.account_id, n.book, n.receiver, n.threshold, n.callback_url, n.is_mailed, n.mail_to, n.is_below,
  n.crossed_at`;

/** The notices of an account, at most one a book and receiver. */
export async function readNotices(client: Pool | PoolClient, accountId: string): Promise<NoticeRow[]> {
  const { rows } = await client.query<NoticeRow>(
    `select ${COLUMNS} from balance_notices n where n.account_id = $1 order by n.book, n.receiver`,
    [accountId],
  );
  return rows;
}

/** Writes a notice; a balance that is below its threshold already has not crossed it. */
export async function saveNotice(client: PoolClient, notice: NoticeName & NoticeSettings): Promise<void> {
  const { account_id, book, receiver, threshold, callback_url, is_mailed, mail_to } = notice;
  await client.query(
    `insert into balance_notices as n
       (account_id, book, receiver, threshold, callback_url, is_mailed, mail_to, is_below)
     select b.account_id, b.book, $3, $4, $5, $6, $7, b.posted - b.held < $4
     from balances b where b.account_id = $1 and b.book = $2
     on conflict (account_id, book, receiver) do update set threshold = excluded.threshold,
       callback_url = excluded.callback_url, is_mailed = excluded.is_mailed, mail_to = excluded.mail_to,
       is_below = case when n.threshold = excluded.threshold then n.is_below else excluded.is_below end`,
    [account_id, book, receiver, threshold, callback_url, is_mailed, mail_to],
  );
}

export async function deleteNotice(
  client: PoolClient,
  { account_id, book, receiver }: NoticeName,
): Promise<void> {
  await client.query('delete from balance_notices where account_id = $1 and book = $2 and receiver = $3', [
    account_id,
    book,
    receiver,
  ]);
}

/** The books whose balance has passed a threshold, in one direction or the other, since it was last looked at. */
export async function listPassed(
  pool: Pool,
  limit: number,
): Promise<Pick<NoticeRow, 'account_id' | 'book'>[]> {
  const { rows } = await pool.query(
    `select distinct n.account_id, n.book from balance_notices n join balances b using (account_id, book)
     where n.is_below <> (b.posted - b.held < n.threshold) order by n.account_id, n.book limit $1`,
    [limit],
  );
  return rows;
}

/** Reads the notices of a book that nothing else can change until the transaction ends. */
export async function lockNotices(client: PoolClient, accountId: string, book: Book): Promise<NoticeRow[]> {
  const { rows } = await client.query<NoticeRow>(
    `select ${COLUMNS} from balance_notices n where n.account_id = $1 and n.book = $2
     order by n.receiver for no key update`,
    [accountId, book],
  );
  return rows;
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

export async function markPassed(
  client: PoolClient,
  { account_id, book, receiver }: NoticeName,
  isBelow: boolean,
): Promise<void> {
  await client.query(
    `update balance_notices set is_below = $4, crossed_at = case when $4 then clock_timestamp() else crossed_at end
     where account_id = $1 and book = $2 and receiver = $3`,
    [account_id, book, receiver, isBelow],
  );
}
