// The SQL of accounts.
import type { Pool, PoolClient } from 'pg';
import { CALLER_CHANNEL, type ChangedCaller, writeCallerNotice } from './caller-notice.ts';

export interface AccountRow {
  id: string;
  name: string;
  /** Tasks that may be at providers at once; null is any number. */
  open_tasks_max: number | null;
  created_at: Date;
  disabled_at: Date | null;
}

/**
 * Writes an account with an empty balance in both books; an earlier run may have done that.
 * @returns false when another account has this name.
 */
export async function insertAccount(client: PoolClient, id: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'insert into accounts (id, name) values ($1, $2) on conflict do nothing',
    [id, name],
  );
  if (rowCount === 0) {
    const { rows } = await client.query('select id from accounts where name = $1', [name]);
    return rows[0]?.id === id;
  }
  await client.query(`insert into balances (account_id, book) values ($1, 'live'), ($1, 'test')`, [id]);
  return true;
}

/** @param nameOrId may also be the name that it had at first. */
export async function findAccount(
  client: Pool | PoolClient,
  nameOrId: string,
): Promise<AccountRow | undefined> {
  const { rows } = await client.query<AccountRow>(
    'select * from accounts where name = $1 or former_name = $1 or id::text = $1',
    [nameOrId],
  );
  return rows[0];
}

/** A part of a list. */
export interface Page {
  /** Id of the last row of the page before. */
  after?: string | undefined;
  limit: number;
}

export async function listAccounts(pool: Pool, { after, limit }: Page): Promise<AccountRow[]> {
  const { rows } = await pool.query<AccountRow>(
    'select * from accounts where $1::uuid is null or id > $1 order by id limit $2',
    [after, limit],
  );
  return rows;
}

export interface AccountChange {
  disabled?: boolean | undefined;
  openTasksMax?: number | null | undefined;
}

/** The account, which changes only in this transaction until its end. */
export async function lockAccount(client: PoolClient, id: string): Promise<AccountRow | undefined> {
  const { rows } = await client.query<AccountRow>('select * from accounts where id = $1 for no key update', [
    id,
  ]);
  return rows[0];
}

export async function updateAccount(client: PoolClient, id: string, change: AccountChange): Promise<void> {
  await client.query(
    `update accounts set
       disabled_at = case when $2::boolean is null then disabled_at when $2 then coalesce(disabled_at, now()) end,
       open_tasks_max = case when $3 then $4 else open_tasks_max end
     where id = $1`,
    [id, change.disabled, change.openTasksMax !== undefined, change.openTasksMax],
  );
}

/** Its first name finds it as before. @returns false when another account has or had this name. */
export async function renameAccount(client: PoolClient, id: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update accounts set name = $2, former_name = nullif(coalesce(former_name, name), $2)
     where id = $1 and not exists (select from accounts where (name = $2 or former_name = $2) and id <> $1)`,
    [id, name],
  );
  return rowCount === 1;
}

/** Lets all nodes look at a caller again, once the transaction is committed. */
export async function announceCaller(client: PoolClient, changed: ChangedCaller): Promise<void> {
  await client.query('select pg_notify($1, $2)', [CALLER_CHANNEL, writeCallerNotice(changed)]);
}
