// The SQL of keys, and of the secrets that open them.
import type { Pool, PoolClient } from 'pg';
import type { Book } from '../lib/money.ts';
import type { Page } from './accounts.store.ts';
import type { KeyKind, KeyRecord } from './keys.ts';
import type { Role } from './roles.ts';

export interface KeyRow {
  id: string;
  account_id: string;
  account_name: string;
  mode: Book;
  name: string;
  role: Role;
  hint: string;
  strict: boolean;
  creates_max: number;
  reads_per_10s: number | null;
  open_tasks_max: number | null;
  created_at: Date;
  disabled_at: Date | null;
}

interface RecordRow {
  id: string;
  account_id: string;
  mode: Book;
  kind: KeyKind;
  role: Role;
  strict: boolean;
  creates_max: number;
  reads_per_10s: number | null;
  disabled: boolean;
}

const RECORD = `select k.id, k.account_id, k.mode, k.kind, k.role, k.strict, r.creates_max, k.reads_per_10s,
    k.disabled_at is not null or a.disabled_at is not null as disabled
  from api_keys k join accounts a on a.id = k.account_id join create_rates r on r.key_id = k.id`;

function toRecord(row: RecordRow): KeyRecord {
  return {
    keyId: row.id,
    accountId: row.account_id,
    mode: row.mode,
    kind: row.kind,
    role: row.role,
    strict: row.strict,
    createsPer10s: row.creates_max,
    readsPer10s: row.reads_per_10s,
    disabled: row.disabled,
  };
}

export async function readKeyByDigest(pool: Pool, digest: Buffer): Promise<KeyRecord | undefined> {
  const { rows } = await pool.query<RecordRow>({
    name: 'key-by-digest',
    text: `${RECORD} join key_secrets s on s.key_id = k.id
           where s.digest = $1 and (s.ends_at is null or s.ends_at > now())`,
    values: [digest],
  });
  return rows[0] && toRecord(rows[0]);
}

export async function readPlaygroundKey(
  pool: Pool,
  accountId: string,
  mode: Book,
): Promise<KeyRecord | undefined> {
  const { rows } = await pool.query<RecordRow>({
    name: 'playground-key',
    text: `${RECORD} where k.account_id = $1 and k.mode = $2 and k.kind = 'playground'`,
    values: [accountId, mode],
  });
  return rows[0] && toRecord(rows[0]);
}

/** Writes the key of what people make while they are signed in; of many nodes that try, one does. */
export async function insertPlaygroundKey(
  client: PoolClient,
  key: { id: string; accountId: string; mode: Book; createsPer10s: number },
): Promise<void> {
  const { rowCount } = await client.query(
    `insert into api_keys (id, account_id, mode, name, kind, hint)
     values ($1, $2, $3, 'Playground', 'playground', 'playground') on conflict do nothing`,
    [key.id, key.accountId, key.mode],
  );
  if (rowCount === 0) return;
  await client.query('insert into create_rates (key_id, creates_max) values ($1, $2)', [
    key.id,
    key.createsPer10s,
  ]);
}

export interface NewKey {
  id: string;
  accountId: string;
  mode: Book;
  name: string;
  role: Role;
  digest: Buffer;
  hint: string;
  strict: boolean;
  createsPer10s: number;
  readsPer10s: number | null;
}

/** Writes a key with its secret and its rate of creates; an earlier run may have done that. */
export async function insertKey(client: PoolClient, key: NewKey): Promise<void> {
  const { rowCount } = await client.query(
    `insert into api_keys (id, account_id, mode, name, role, hint, strict, reads_per_10s)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
    [key.id, key.accountId, key.mode, key.name, key.role, key.hint, key.strict, key.readsPer10s],
  );
  if (rowCount === 0) return;
  await client.query('insert into key_secrets (digest, key_id, hint) values ($1, $2, $3)', [
    key.digest,
    key.id,
    key.hint,
  ]);
  await client.query('insert into create_rates (key_id, creates_max) values ($1, $2)', [
    key.id,
    key.createsPer10s,
  ]);
}

const KEY_COLUMNS = `select k.id, k.account_id, a.name as account_name, k.mode, k.name, k.role, k.hint, k.strict,
  r.creates_max, k.reads_per_10s, k.open_tasks_max, k.created_at, k.disabled_at
  from api_keys k join accounts a on a.id = k.account_id join create_rates r on r.key_id = k.id
  where k.kind = 'key'`;

export async function listKeys(
  pool: Pool,
  accountId: string | undefined,
  { after, limit }: Page,
): Promise<KeyRow[]> {
  const { rows } = await pool.query<KeyRow>(
    `${KEY_COLUMNS} and ($1::uuid is null or k.account_id = $1) and ($2::uuid is null or k.id > $2)
     order by k.id limit $3`,
    [accountId, after, limit],
  );
  return rows;
}

export async function findKey(client: Pool | PoolClient, id: string): Promise<KeyRow | undefined> {
  const { rows } = await client.query<KeyRow>(`${KEY_COLUMNS} and (k.id::text = $1 or k.hint = $1)`, [id]);
  return rows.length === 1 ? rows[0] : undefined;
}

export interface KeyChange {
  disabled?: boolean | undefined;
  role?: Role | undefined;
  strict?: boolean | undefined;
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
       open_tasks_max = case when $6 then $7 else open_tasks_max end,
       role = coalesce($8, role)
     where id = $1`,
    [
      id,
      change.disabled,
      change.strict,
      change.readsPer10s !== undefined,
      change.readsPer10s,
      change.openTasksMax !== undefined,
      change.openTasksMax,
      change.role,
    ],
  );
  if (change.createsPer10s !== undefined) {
    await client.query('update create_rates set creates_max = $2 where key_id = $1', [
      id,
      change.createsPer10s,
    ]);
  }
}
