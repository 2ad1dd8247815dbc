// The SQL of keys, of what bounds them, and of the secrets that open them.
import type { Pool, PoolClient } from 'pg';
import { type AddressRange, parseAddressRange } from '../lib/address-ranges.ts';
import type { Book, Micros } from '../lib/money.ts';
import type { Page } from './accounts.store.ts';
import type { KeyLimits, KeyLimitsChange } from './key-limits.ts';
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
  window_seconds: number;
  reads_per_10s: number | null;
  open_tasks_max: number | null;
  credits_day_max: Micros | null;
  credits_total_max: Micros | null;
  /** What its tasks of today (UTC) hold and were charged, and all of them together. */
  spent_today: Micros;
  spent: Micros;
  models: string[] | null;
  addresses: string[] | null;
  agents_live: boolean;
  agents_confirm_above: Micros | null;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  disabled_at: Date | null;
  /** After a rotation: the secret that still works, and until when. */
  earlier_hint: string | null;
  earlier_ends_at: Date | null;
}

interface RecordRow {
  id: string;
  account_id: string;
  mode: Book;
  kind: KeyKind;
  role: Role;
  strict: boolean;
  creates_max: number;
  window_seconds: number;
  reads_per_10s: number | null;
  models: string[] | null;
  addresses: string[] | null;
  agents_live: boolean;
  agents_confirm_above: Micros | null;
  expired: boolean;
  disabled: boolean;
  is_use_new: boolean;
}

const RECORD = `select k.id, k.account_id, k.mode, k.kind, k.role, k.strict, r.creates_max, r.window_seconds,
    k.reads_per_10s, k.models, k.addresses, k.agents_live, k.agents_confirm_above, coalesce(k.expires_at <= now(), false) as expired,
    k.disabled_at is not null or a.disabled_at is not null as disabled,
    coalesce(k.last_used_at < now() - interval '1 minute', true) as is_use_new
  from api_keys k join accounts a on a.id = k.account_id join create_limits r on r.key_id = k.id`;

/** A key as a look-up finds it. */
export interface FoundKey {
  record: KeyRecord;
  /** That it is used has not been written for a minute. */
  isUseNew: boolean;
}

function toFound(row: RecordRow | undefined): FoundKey | undefined {
  if (row === undefined) return undefined;
  const record: KeyRecord = {
    keyId: row.id,
    accountId: row.account_id,
    mode: row.mode,
    kind: row.kind,
    role: row.role,
    strict: row.strict,
    createsMax: row.creates_max,
    createsWindowSeconds: row.window_seconds,
    readsPer10s: row.reads_per_10s,
    models: row.models,
    // What is stored was read before; a range that cannot be read would let nobody in.
    ranges: row.addresses === null ? null : row.addresses.map(parseAddressRange).filter(isRange),
    agentsLive: row.agents_live,
    agentsConfirmAbove: row.agents_confirm_above,
    expired: row.expired,
    disabled: row.disabled,
  };
  return { record, isUseNew: row.is_use_new };
}

function isRange(range: AddressRange | string): range is AddressRange {
  return typeof range !== 'string';
}

export async function readKeyByDigest(pool: Pool, digest: Buffer): Promise<FoundKey | undefined> {
  const { rows } = await pool.query<RecordRow>({
    name: 'key-by-digest',
    text: `${RECORD} join key_secrets s on s.key_id = k.id
           where s.digest = $1 and (s.ends_at is null or s.ends_at > now())`,
    values: [digest],
  });
  return toFound(rows[0]);
}

/** Writes that a key was used, unless some process has done that within the last minute. */
export async function markUsed(pool: Pool, id: string): Promise<void> {
  await pool.query(
    `update api_keys set last_used_at = now()
     where id = $1 and coalesce(last_used_at < now() - interval '1 minute', true)`,
    [id],
  );
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
  return toFound(rows[0])?.record;
}

/** Writes the key of what people make while they are signed in; of many nodes that try, one does. */
export async function insertPlaygroundKey(
  client: PoolClient,
  key: { id: string; accountId: string; mode: Book; createsMax: number },
): Promise<void> {
  const { rowCount } = await client.query(
    `insert into api_keys (id, account_id, mode, name, kind, hint)
     values ($1, $2, $3, 'Playground', 'playground', 'playground') on conflict do nothing`,
    [key.id, key.accountId, key.mode],
  );
  if (rowCount === 1) await insertLimits(client, key);
}

async function insertLimits(client: PoolClient, key: { id: string; createsMax: number }): Promise<void> {
  await client.query('insert into create_limits (key_id, creates_max) values ($1, $2)', [
    key.id,
    key.createsMax,
  ]);
}

/** What opens a key, as it is stored. */
export interface Secret {
  digest: Buffer;
  hint: string;
}

export interface NewKey extends Secret {
  id: string;
  accountId: string;
  mode: Book;
  name: string;
  role: Role;
  limits: KeyLimitsChange & Pick<KeyLimits, 'createsMax'>;
}

/** Writes a key with its secret and its limits; an earlier run may have done that. */
export async function insertKey(client: PoolClient, key: NewKey): Promise<void> {
  const { rowCount } = await client.query(
    `insert into api_keys (id, account_id, mode, name, role, hint) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do nothing`,
    [key.id, key.accountId, key.mode, key.name, key.role, key.hint],
  );
  if (rowCount === 0) return;
  await insertSecret(client, key.id, key);
  await insertLimits(client, { id: key.id, createsMax: key.limits.createsMax });
  await updateKey(client, key.id, key.limits);
}

async function insertSecret(client: PoolClient, keyId: string, { digest, hint }: Secret): Promise<void> {
  await client.query('insert into key_secrets (digest, key_id, hint) values ($1, $2, $3)', [
    digest,
    keyId,
    hint,
  ]);
}

/**
 * Gives a key another secret; the one before works for as long as it is given, at least none.
 * @returns false when an earlier secret still works, and would have to end before its time.
 */
export async function replaceSecret(
  client: PoolClient,
  keyId: string,
  { digest, hint, overlapSeconds }: Secret & { overlapSeconds: number },
): Promise<boolean> {
  await client.query('select from api_keys where id = $1 for update', [keyId]);
  const { rows } = await client.query<{ is_own: boolean }>(
    `select digest = $2 as is_own from key_secrets
     where key_id = $1 and (digest = $2 or (ends_at > now() and $3::integer > 0))`,
    [keyId, digest, overlapSeconds],
  );
  // An earlier run has written it, and its answer was lost.
  if (rows.some(({ is_own }) => is_own)) return true;
  if (rows.length > 0) return false;
  await client.query(
    `update key_secrets set ends_at = now() + make_interval(secs => $2)
     where key_id = $1 and coalesce(ends_at > now(), true)`,
    [keyId, overlapSeconds],
  );
  await client.query('delete from key_secrets where key_id = $1 and ends_at <= now()', [keyId]);
  await insertSecret(client, keyId, { digest, hint });
  await client.query('update api_keys set hint = $2 where id = $1', [keyId, hint]);
  return true;
}

const KEY_COLUMNS = `select k.id, k.account_id, a.name as account_name, k.mode, k.name, k.role, k.hint, k.strict,
    r.creates_max, r.window_seconds, k.reads_per_10s, k.open_tasks_max, r.credits_day_max, r.credits_total_max,
    case when r.spent_on = (now() at time zone 'UTC')::date then r.spent_today else 0 end as spent_today, r.spent,
    k.models, k.addresses, k.agents_live, k.agents_confirm_above, k.created_at, k.expires_at, k.last_used_at, k.disabled_at,
    e.hint as earlier_hint, e.ends_at as earlier_ends_at
  from api_keys k join accounts a on a.id = k.account_id join create_limits r on r.key_id = k.id
  left join lateral (
    select s.hint, s.ends_at from key_secrets s where s.key_id = k.id and s.ends_at > now()
    order by s.ends_at desc limit 1) e on true
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

/** @param accountId when given, only a key of this account is found. */
export async function findKey(
  client: Pool | PoolClient,
  id: string,
  accountId?: string,
): Promise<KeyRow | undefined> {
  const { rows } = await client.query<KeyRow>(
    `${KEY_COLUMNS} and (k.id::text = $1 or k.hint = $1) and ($2::uuid is null or k.account_id = $2)`,
    [id, accountId],
  );
  return rows.length === 1 ? rows[0] : undefined;
}

export interface KeyChange extends KeyLimitsChange {
  name?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
}

/** Changes what is named. A rate with another window begins as if nothing had been created. */
export async function updateKey(client: PoolClient, id: string, change: KeyChange): Promise<void> {
  await client.query(
    `update api_keys set
       disabled_at = case when $2::boolean is null then disabled_at when $2 then coalesce(disabled_at, now()) end,
       name = coalesce($3, name), role = coalesce($4, role), strict = coalesce($5, strict),
       reads_per_10s = case when $6 then $7 else reads_per_10s end,
       open_tasks_max = case when $8 then $9 else open_tasks_max end,
       models = case when $10 then $11 else models end,
       addresses = case when $12 then $13 else addresses end,
       expires_at = case when $14 then $15 else expires_at end,
       agents_live = coalesce($16, agents_live),
       agents_confirm_above = case when $17 then $18 else agents_confirm_above end
     where id = $1`,
    [
      id,
      change.disabled,
      change.name,
      change.role,
      change.strict,
      change.readsPer10s !== undefined,
      change.readsPer10s,
      change.openTasksMax !== undefined,
      change.openTasksMax,
      change.models !== undefined,
      change.models,
      change.addresses !== undefined,
      change.addresses,
      change.expiresAt !== undefined,
      change.expiresAt,
      change.agentsLive,
      change.agentsConfirmAbove !== undefined,
      change.agentsConfirmAbove,
    ],
  );
  await updateLimits(client, id, change);
}

async function updateLimits(client: PoolClient, id: string, change: KeyLimitsChange): Promise<void> {
  const { createsMax, createsWindowSeconds, creditsDayMax, creditsTotalMax } = change;
  if (
    [createsMax, createsWindowSeconds, creditsDayMax, creditsTotalMax].every((value) => value === undefined)
  )
    return;
  await client.query(
    `update create_limits set
       arrival_at = case when window_seconds = coalesce($3, window_seconds) then arrival_at else '-infinity' end,
       creates_max = coalesce($2, creates_max), window_seconds = coalesce($3, window_seconds),
       credits_day_max = case when $4 then $5 else credits_day_max end,
       credits_total_max = case when $6 then $7 else credits_total_max end
     where key_id = $1`,
    [
      id,
      createsMax,
      createsWindowSeconds,
      creditsDayMax !== undefined,
      creditsDayMax,
      creditsTotalMax !== undefined,
      creditsTotalMax,
    ],
  );
}
