// The SQL of the ledger that is not part of the create and settle functions of the migrations.
import type { Pool, PoolClient } from 'pg';
import { oldestIdAt, timeOfId } from '../lib/ids.ts';
import type { Book, Micros } from '../lib/money.ts';
import { HOUR_MS } from '../lib/time.ts';
import { AUDIT_SETTINGS, type AuditScope } from './audit.ts';
import { CHECKPOINT_ID } from './audit-recent.store.ts';

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
  kind: 'grant' | 'adjust' | 'loss';
  book: Book;
  accountId: string;
  taskId?: string;
  /** What the account gains; below zero for a debit. */
  amount: Micros;
  /** The other side. */
  ledger: 'grants' | 'adjustments' | 'loss';
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
    `insert into transfers (id, kind, book, account_id, task_id, reason, external_reference)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      transfer.id,
      transfer.kind,
      transfer.book,
      transfer.accountId,
      transfer.taskId,
      transfer.reason,
      transfer.externalReference,
    ],
  );
  if (written.rowCount === 0) return false;
  await client.query(
    `insert into postings (transfer_id, ledger, amount) values ($1, 'account', $2::bigint), ($1, $3, -$2::bigint)`,
    [transfer.id, transfer.amount, transfer.ledger],
  );
  return true;
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
    `select t.account_id, t.book, p.amount from transfers t join postings p on p.transfer_id = t.id
     where t.external_reference = $1 and p.ledger = 'account'`,
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
 * Postings of an account, newest first, each with the balance after it. What came after the page is added up from the sums
 * by hour, and one by one only in the hour of the page and since the checkpoint.
 */
export async function listStatement(
  client: Pool | PoolClient,
  { accountId, book, before, isIncluded = false, limit }: StatementStart & StatementOwner & { limit: number },
): Promise<StatementRow[]> {
  const checkpoint = before === undefined ? null : await readCheckpointId(client);
  const [below, newer] = isIncluded ? ['<=', '>'] : ['<', '>='];
  const posted = (condition: string) => `coalesce((select sum(p.amount) from transfers t
    join postings p on p.transfer_id = t.id and p.ledger = 'account'
    where t.account_id = $1 and t.book = $2 and ${condition}), 0)`;
  // The value of a moment ago says where to read; the checkpoint, which may have moved on, what is counted.
  const after = `case when $3::uuid is null then 0
    when $6::uuid <= ${CHECKPOINT_ID} then ${posted(`t.id ${newer} $3 and t.id < $6`)}
      + coalesce((select sum(h.posted) from ledger_hours h
          where h.account_id = $1 and h.book = $2 and h.hour > hour_of_id($3)), 0)
      + ${posted(`t.id >= $5::uuid and t.id >= ${CHECKPOINT_ID}`)}
    else ${posted(`t.id ${newer} $3`)} end`;
  const { rows } = await client.query<StatementRow>(
    // The page comes first, or the planner may join it with all postings that are newer. A loss moves no balance.
    `with moved as materialized (
       select t.id, t.kind, t.task_id, t.reason, t.created_at from transfers t
       where t.account_id = $1 and t.book = $2 and t.kind <> 'loss' and ($3::uuid is null or t.id ${below} $3)
       order by t.id desc limit $4
     ), page as (
       select t.id, t.kind, p.amount, t.task_id, t.reason, t.created_at
       from moved t join postings p on p.transfer_id = t.id and p.ledger = 'account'
     )
     select page.*, (b.posted - newer.amount
         - coalesce(sum(page.amount) over (order by page.id desc rows between unbounded preceding and 1 preceding), 0)
       )::bigint as balance
     from page, (select ${after} as amount) newer, balances b
     where b.account_id = $1 and b.book = $2 order by page.id desc`,
    [accountId, book, before, limit, checkpoint, before && nextHourOfId(before)],
  );
  return rows;
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

/** The posting of a task, with the balance after it. */
export async function listStatementOfTask(
  client: Pool | PoolClient,
  { accountId, book, taskId }: StatementOwner & { taskId: string },
): Promise<StatementRow[]> {
  const { rows } = await client.query<{ id: string }>(
    `select t.id from settlements s join transfers t on t.id = s.transfer_id
     where s.task_id = $3 and t.account_id = $1 and t.book = $2`,
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
    `with written as (
       insert into transfers (id, kind, book, account_id, task_id, reason, external_reference)
       values ($1, 'loss', $2, $3, $4, 'a result that could not be charged', $5)
       on conflict (external_reference) do nothing returning id
     )
     insert into postings (transfer_id, ledger, amount)
     select written.id, side.ledger, side.amount
     from written, (values ('loss', -$6::bigint), ('revenue', $6::bigint)) side (ledger, amount)`,
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
  const { rows } = await pool.query<LossRow>(
    `select t.id, t.task_id, t.book, t.account_id, -p.amount as amount, t.reason, t.created_at
     from transfers t join postings p on p.transfer_id = t.id and p.ledger = 'loss'
     where t.kind = 'loss' and ($1::uuid is null or t.id < $1) order by t.id desc limit $2`,
    [before, limit],
  );
  return rows;
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
