// The SQL of accounts and keys.
import type { Pool, PoolClient } from 'pg';
import type { Book } from '../lib/money.ts';
import type { KeyRecord } from './keys.ts';

export interface AccountRow {
  id: string;
  name: string;
  /** Tasks that may be at providers at once; null is any number. */
  open_tasks_max: number | null;
  created_at: Date;
  disabled_at: Date | null;
}

export interface KeyRow {
  id: string;
  account_id: string;
  account_name: string;
  mode: Book;
  name: string;
  hint: string;
  strict: boolean;
  creates_max: number;
  reads_per_10s: number | null;
  open_tasks_max: number | null;
  created_at: Date;
  disabled_at: Date | null;
}

export async function readKeyByDigest(pool: Pool, digest: Buffer): Promise<KeyRecord | undefined> {
  const { rows } = await pool.query({
    name: 'key-by-digest',
    text: `select k.id, k.account_id, k.mode, k.strict, r.creates_max, k.reads_per_10s,
             k.disabled_at is not null or a.disabled_at is not null as disabled
           from api_keys k join accounts a on a.id = k.account_id join create_rates r on r.key_id = k.id
           where k.digest = $1`,
    values: [digest],
  });
  const [row] = rows;
  return (
    row && {
      keyId: row.id,
      accountId: row.account_id,
      mode: row.mode,
      strict: row.strict,
      createsPer10s: row.creates_max,
      readsPer10s: row.reads_per_10s,
      disabled: row.disabled,
    }
  );
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

export async function findAccount(pool: Pool, nameOrId: string): Promise<AccountRow | undefined> {
  const { rows } = await pool.query<AccountRow>('select * from accounts where name = $1 or id::text = $1', [
    nameOrId,
  ]);
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

export async function updateAccount(pool: Pool, id: string, change: AccountChange): Promise<void> {
  await pool.query(
    `update accounts set
       disabled_at = case when $2::boolean is null then disabled_at when $2 then coalesce(disabled_at, now()) end,
       open_tasks_max = case when $3 then $4 else open_tasks_max end
     where id = $1`,
    [id, change.disabled, change.openTasksMax !== undefined, change.openTasksMax],
  );
}

export interface NewKey {
  id: string;
  accountId: string;
  mode: Book;
  name: string;
  digest: Buffer;
  hint: string;
  strict: boolean;
  createsPer10s: number;
  readsPer10s: number | null;
}

/** Writes a key with its rate of creates; an earlier run may have done that. */
export async function insertKey(client: PoolClient, key: NewKey): Promise<void> {
  const { rowCount } = await client.query(
    `insert into api_keys (id, account_id, mode, name, digest, hint, strict, reads_per_10s)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
    [key.id, key.accountId, key.mode, key.name, key.digest, key.hint, key.strict, key.readsPer10s],
  );
  if (rowCount === 0) return;
  await client.query('insert into create_rates (key_id, creates_max) values ($1, $2)', [
    key.id,
    key.createsPer10s,
  ]);
}

const KEY_COLUMNS = `select k.id, k.account_id, a.name as account_name, k.mode, k.name, k.hint, k.strict,
  r.creates_max, k.reads_per_10s, k.open_tasks_max, k.created_at, k.disabled_at
  from api_keys k join accounts a on a.id = k.account_id join create_rates r on r.key_id = k.id`;

export async function listKeys(
  pool: Pool,
  accountId: string | undefined,
  { after, limit }: Page,
): Promise<KeyRow[]> {
  const { rows } = await pool.query<KeyRow>(
    `${KEY_COLUMNS} where ($1::uuid is null or k.account_id = $1) and ($2::uuid is null or k.id > $2)
     order by k.id limit $3`,
    [accountId, after, limit],
  );
  return rows;
}

export async function findKey(pool: Pool, id: string): Promise<KeyRow | undefined> {
  const { rows } = await pool.query<KeyRow>(`${KEY_COLUMNS} where k.id::text = $1 or k.hint = $1`, [id]);
  return rows.length === 1 ? rows[0] : undefined;
}

export interface KeyChange {
  disabled?: boolean;
  strict?: boolean;
  createsPer10s?: number;
  readsPer10s?: number | null;
  openTasksMax?: number | null;
}

export async function updateKey(client: PoolClient, id: string, change: KeyChange): Promise<void> {
  await client.query(
    `update api_keys set
       disabled_at = case when $2::boolean is null then disabled_at when $2 then coalesce(disabled_at, now()) end,
       strict = coalesce($3, strict),
       reads_per_10s = case when $4 then $5 else reads_per_10s end,
       open_tasks_max = case when $6 then $7 else open_tasks_max end
     where id = $1`,
    [
      id,
      change.disabled,
      change.strict,
      change.readsPer10s !== undefined,
      change.readsPer10s,
      change.openTasksMax !== undefined,
      change.openTasksMax,
    ],
  );
  if (change.createsPer10s !== undefined) {
    await client.query('update create_rates set creates_max = $2 where key_id = $1', [
      id,
      change.createsPer10s,
    ]);
  }
}
