// The SQL of the ledger that is not part of the create and settle functions of the migrations.
import type { Pool, PoolClient } from 'pg';
import { oldestIdAt, timeOfId } from '../lib/ids.ts';
import type { Book, Micros } from '../lib/money.ts';
import { HOUR_MS } from '../lib/time.ts';
import { AUDIT_SETTINGS, type AuditScope } from './audit.ts';
import { CHECKPOINT_ID } from './audit-recent.store.ts';
import { SUMMED_ID } from './months.store.ts';

export interface Balance {
  posted: Micros;
  held: Micros;
}

export async function readBalance(pool: Pool, accountId: string, book: Book): Promise<Balance | undefined> {
  const { rows } = await pool.query<Balance>({
    name: 'balance',
    text: 'select posted, held from balances where account_id = $1 and book = $2',
    values: [accountId, book],
  });
  return rows[0];
}

export interface Transfer {
  id: string;
  kind: 'grant' | 'adjust';
  book: Book;
  accountId: string;
  /** What the account gains; below zero for a debit. */
  amount: Micros;
  reason: string;
  externalReference?: string;
}

export async function hasTransfer(client: PoolClient, id: string): Promise<boolean> {
  const { rowCount } = await client.query('select from transfers where id = $1', [id]);
  return rowCount === 1;
}

/**
 * Writes the transfer once: false when it was written before, or another one with its external reference; then nothing
 * is written. One that is just being written is waited for.
 */
export async function insertTransfer(client: PoolClient, transfer: Transfer): Promise<boolean> {
  const written = await client.query(
    `insert into transfers (id, kind, book, account_id, amount, reason, external_reference)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      transfer.id,
      transfer.kind,
      transfer.book,
      transfer.accountId,
      transfer.amount,
      transfer.reason,
      transfer.externalReference,
    ],
  );
  return written.rowCount === 1;
}

/**
 * Moves the balance when it can carry it.
 * @returns what is posted then; undefined when the account would fall below what is held.
 */
export async function addToBalance(client: PoolClient, transfer: Transfer): Promise<Micros | undefined> {
  const { rows } = await client.query<{ posted: Micros }>(
    `update balances set posted = posted + $3
     where account_id = $1 and book = $2 and posted + $3 - held >= 0 and posted + $3 <= 1000000000000000
     returning posted`,
    [transfer.accountId, transfer.book, transfer.amount],
  );
  return rows[0]?.posted;
}

export async function findTransferByReference(
  client: PoolClient,
  reference: string,
): Promise<{ account_id: string; book: Book; amount: Micros } | undefined> {
  const { rows } = await client.query(
    'select account_id, book, amount from transfers where external_reference = $1',
    [reference],
  );
  return rows[0];
}

export interface StatementRow {
  id: string;
  kind: 'grant' | 'adjust' | 'capture';
  amount: Micros;
  /** Posted balance after this row. */
  balance: Micros;
  task_id: string | null;
  reason: string;
  created_at: Date;
}

/** Where a page of a statement begins. */
interface StatementStart {
  /** Only rows older than that of this id; the newest if left out. */
  before?: string | undefined;
  /** The page begins with that row itself. */
  isIncluded?: boolean;
}

/**
 * Transfers of an account, newest first, each with the balance after it. What came after the page is added up from the sums
 * by hour, and one by one only in the hour of the page and since the checkpoint. It ends where charges are kept as sums alone.
 */
export async function listStatement(
  client: Pool | PoolClient,
  { accountId, book, before, isIncluded = false, limit }: StatementStart & StatementOwner & { limit: number },
): Promise<StatementRow[]> {
  const checkpoint = before === undefined ? null : await readCheckpointId(client);
  const [below, newer] = isIncluded ? ['<=', '>'] : ['<', '>='];
  const posted = (condition: string) => `coalesce((select sum(t.amount) from transfers t
    where t.account_id = $1 and t.book = $2 and t.kind <> 'loss' and ${condition}), 0)`;
  // The value of a moment ago says where to read; the checkpoint, which may have moved on, what is counted.
  const after = `case when $3::uuid is null then 0
    when $6::uuid <= ${CHECKPOINT_ID} then ${posted(`t.id ${newer} $3 and t.id < $6`)}
      + coalesce((select sum(h.posted) from ledger_hours h
          where h.account_id = $1 and h.book = $2 and h.hour > hour_of_id($3)), 0)
      + ${posted(`t.id >= $5::uuid and t.id >= ${CHECKPOINT_ID}`)}
    else ${posted(`t.id ${newer} $3`)} end`;
  const { rows } = await client.query<Omit<StatementRow, 'created_at'>>(
    // The page comes first, or the planner may add up all that is newer. A loss moves no balance.
    `with page as materialized (
       select t.id, t.kind, t.amount, t.task_id, coalesce(t.reason, '') as reason from transfers t
       where t.account_id = $1 and t.book = $2 and t.kind <> 'loss' and ($3::uuid is null or t.id ${below} $3)
         and t.id >= ${SUMMED_ID}
       order by t.id desc limit $4
     )
     select page.*, (b.posted - newer.amount
         - coalesce(sum(page.amount) over (order by page.id desc rows between unbounded preceding and 1 preceding), 0)
       )::bigint as balance
     from page, (select ${after} as amount) newer, balances b
     where b.account_id = $1 and b.book = $2 order by page.id desc`,
    [accountId, book, before, limit, checkpoint, before && nextHourOfId(before)],
  );
  return rows.map((row) => ({ ...row, created_at: timeOfId(row.id) }));
}

async function readCheckpointId(client: Pool | PoolClient): Promise<string> {
  const { rows } = await client.query<{ id: string }>(`select ${CHECKPOINT_ID}::text as id`);
  return rows[0].id;
}

/** The least id of the hour after that of an id. */
function nextHourOfId(id: string): string {
  const hour = Math.floor(timeOfId(id).getTime() / HOUR_MS);
  return `${oldestIdAt((hour + 1) * HOUR_MS).slice(0, 14)}0000-0000-000000000000`;
}

export interface StatementOwner {
  accountId: string;
  book: Book;
}

/** What a task was charged, with the balance after it; nothing once the task is removed. */
export async function listStatementOfTask(
  client: Pool | PoolClient,
  { accountId, book, taskId }: StatementOwner & { taskId: string },
): Promise<StatementRow[]> {
  const { rows } = await client.query<{ id: string }>(
    `select transfer_id as id from tasks
     where id = $3 and account_id = $1 and book = $2 and transfer_id is not null`,
    [accountId, book, taskId],
  );
  if (rows.length === 0) return [];
  return listStatement(client, { accountId, book, before: rows[0].id, isIncluded: true, limit: 1 });
}

export interface NewLoss {
  id: string;
  taskId: string;
  accountId: string;
  book: Book;
  amount: Micros;
  reference: string;
}

/** Books what the operator has to bear, once for each reference: a result that was paid for and may not be charged. */
export async function insertLoss(client: PoolClient, loss: NewLoss): Promise<void> {
  if (loss.amount === 0n) return;
  await client.query(
    `insert into transfers (id, kind, book, account_id, task_id, reason, external_reference, amount)
     values ($1, 'loss', $2, $3, $4, 'a result that could not be charged', $5, -$6::bigint)
     on conflict (external_reference) where external_reference is not null do nothing`,
    [loss.id, loss.book, loss.accountId, loss.taskId, loss.reference, loss.amount],
  );
}

export interface LossRow {
  id: string;
  task_id: string;
  book: Book;
  account_id: string;
  amount: Micros;
  reason: string;
  created_at: Date;
}

/** What the operator had to bear, newest first. `before` is the id of the last row seen. */
export async function listLosses(
  pool: Pool,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<LossRow[]> {
  const { rows } = await pool.query<Omit<LossRow, 'created_at'>>(
    `select id, task_id, book, account_id, -amount as amount, coalesce(reason, '') as reason
     from transfers where kind = 'loss' and ($1::uuid is null or id < $1) order by id desc limit $2`,
    [before, limit],
  );
  return rows.map((row) => ({ ...row, created_at: timeOfId(row.id) }));
}

/** Keeps the result of an audit where the metrics page of every process finds it. */
export async function saveAudit(
  pool: Pool,
  scope: AuditScope,
  violations: Record<string, number>,
): Promise<void> {
  await pool.query(
    `insert into settings (name, value)
     values ($1, jsonb_build_object('at', extract(epoch from now()), 'violations', $2::jsonb))
     on conflict (name) do update set value = excluded.value`,
    [AUDIT_SETTINGS[scope], JSON.stringify(violations)],
  );
}
