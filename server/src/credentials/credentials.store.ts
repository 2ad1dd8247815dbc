// The SQL of provider accounts. Times are of the clock of the database, since several nodes compare them.
import type { Pool, PoolClient } from 'pg';
import { stringifyStorable } from '../lib/json.ts';
import type { Amount } from '../providers/contract.ts';

export type CredentialSource = 'environment' | 'operator';

export interface CredentialRow {
  id: string;
  provider: string;
  name: string;
  source: CredentialSource;
  sealed: Buffer;
  fingerprint: Buffer;
  hint: string;
  requests_per_minute: number | null;
  open_tasks_max: number | null;
  weight: number;
  enabled: boolean;
  retired_at: Date | null;
  cooling_until: Date | null;
  cool_reason: string | null;
  troubles: number;
  last_ok_at: Date | null;
  last_trouble_at: Date | null;
  balance: Amount | null;
  balance_at: Date | null;
  created_at: Date;
  /** Whether it cools at the moment of the read. */
  is_cooling: boolean;
}

const COLUMNS = `id, provider, name, source, sealed, fingerprint, hint, requests_per_minute, open_tasks_max, weight, enabled,
  retired_at, cooling_until, cool_reason, troubles, last_ok_at, last_trouble_at, balance, balance_at, created_at,
  coalesce(cooling_until > now(), false) as is_cooling`;
const ROWS_MAX = 5_000;

/** All of them, those that take tasks first. */
export async function readCredentials(pool: Pool): Promise<CredentialRow[]> {
  const { rows } = await pool.query<CredentialRow>({
    name: 'credentials',
    text: `select ${COLUMNS} from credentials
           order by retired_at is not null, provider, created_at, id limit ${ROWS_MAX}`,
  });
  return rows;
}

export async function readCredential(
  client: Pool | PoolClient,
  id: string,
): Promise<CredentialRow | undefined> {
  const { rows } = await client.query<CredentialRow>(`select ${COLUMNS} from credentials where id = $1`, [
    id,
  ]);
  return rows[0];
}

/** Those of a provider; lock first, if what is read decides what is written. */
export async function readCredentialsOf(client: PoolClient, provider: string): Promise<CredentialRow[]> {
  const { rows } = await client.query<CredentialRow>(
    `select ${COLUMNS} from credentials where provider = $1 order by created_at, id`,
    [provider],
  );
  return rows;
}

/** One at a time reads and writes what accounts there are; the lock goes with the transaction. */
export async function lockCredentials(client: PoolClient): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('reelay credentials', 0))`);
}

/** What its fields come to. */
export interface SealedFields {
  sealed: Buffer;
  fingerprint: Buffer;
  hint: string;
}

export interface Limits {
  requestsPerMinute: number | null;
  openTasksMax: number | null;
  weight: number;
  enabled: boolean;
}

export interface NewCredential extends SealedFields {
  id: string;
  provider: string;
  name: string;
  source: CredentialSource;
  limits: Limits;
}

export async function insertCredential(client: PoolClient, credential: NewCredential): Promise<void> {
  const { limits } = credential;
  await client.query(
    `insert into credentials (id, provider, name, source, sealed, fingerprint, hint,
       requests_per_minute, open_tasks_max, weight, enabled)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      credential.id,
      credential.provider,
      credential.name,
      credential.source,
      credential.sealed,
      credential.fingerprint,
      credential.hint,
      limits.requestsPerMinute,
      limits.openTasksMax,
      limits.weight,
      limits.enabled,
    ],
  );
}

/** New fields may end a trouble: what the old ones had caused is cleared. */
export async function updateFields(client: PoolClient, id: string, fields: SealedFields): Promise<void> {
  await client.query(
    `update credentials set sealed = $2, fingerprint = $3, hint = $4,
       cooling_until = null, cool_reason = null, troubles = 0 where id = $1`,
    [id, fields.sealed, fields.fingerprint, fields.hint],
  );
}

/** Undefined keeps what there is, null takes a limit away. */
export interface LimitsChange {
  name?: string;
  requestsPerMinute?: number | null;
  openTasksMax?: number | null;
  weight?: number;
  enabled?: boolean;
}

export async function updateLimits(client: PoolClient, id: string, change: LimitsChange): Promise<void> {
  await client.query(
    `update credentials set
       name = coalesce($2, name),
       requests_per_minute = case when $3 then $4 else requests_per_minute end,
       open_tasks_max = case when $5 then $6 else open_tasks_max end,
       weight = coalesce($7, weight),
       enabled = coalesce($8, enabled)
     where id = $1`,
    [
      id,
      change.name,
      change.requestsPerMinute !== undefined,
      change.requestsPerMinute,
      change.openTasksMax !== undefined,
      change.openTasksMax,
      change.weight,
      change.enabled,
    ],
  );
}

export async function retireCredential(client: Pool | PoolClient, id: string): Promise<void> {
  await client.query('update credentials set retired_at = coalesce(retired_at, now()) where id = $1', [id]);
}

/** Takes a retired one into use again, under a name and from a source of its own. */
export async function reviveCredential(
  client: PoolClient,
  id: string,
  as: { name: string; source: CredentialSource },
): Promise<void> {
  await client.query('update credentials set retired_at = null, name = $2, source = $3 where id = $1', [
    id,
    as.name,
    as.source,
  ]);
}

/** Whether it was retired so long ago that no node takes it for usable any more. */
export async function isLongRetired(pool: Pool, id: string, milliseconds: number): Promise<boolean> {
  const { rows } = await pool.query<{ passed: boolean }>(
    `select retired_at < now() - make_interval(secs => $2 / 1000.0) as passed from credentials where id = $1`,
    [id, milliseconds],
  );
  return rows[0]?.passed === true;
}

/** Deletes a retired one that no attempt names. @returns whether it was. */
export async function deleteUnused(client: PoolClient, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from credentials c where c.id = $1 and c.retired_at is not null
       and not exists (select from attempts a where a.credential_id = c.id)`,
    [id],
  );
  if (rowCount === 1) await client.query('delete from credential_rates where credential_id = $1', [id]);
  return rowCount === 1;
}

export interface CoolDown {
  reason: string;
  firstSeconds: number;
  maxSeconds: number;
  /** Takes the place of the doubled time. */
  retryAfterSeconds: number | undefined;
}

const IS_COOLING = 'coalesce(c.cooling_until > now(), false)';
const IS_SAME = 'c.cool_reason is not distinct from $2';
const TROUBLES = `case when ${IS_SAME} then c.troubles + (not ${IS_COOLING})::integer else 1 end`;
const UNTIL = `now() + make_interval(secs => coalesce($5::float8, least($4::float8, $3::float8 * 2 ^ least(20, ${TROUBLES} - 1))))`;

/**
 * Cools an account. What fails while it cools already was begun before and doubles nothing; only another reason, or a
 * Retry-After, may then make it longer.
 * @returns what was done, or undefined when nothing was.
 */
export async function coolDown(
  pool: Pool,
  id: string,
  { reason, firstSeconds, maxSeconds, retryAfterSeconds }: CoolDown,
): Promise<{ provider: string; name: string; troubles: number; seconds: number } | undefined> {
  const { rows } = await pool.query({
    name: 'credential-cool',
    text: `update credentials c set cooling_until = ${UNTIL}, troubles = ${TROUBLES}, cool_reason = $2,
             last_trouble_at = now()
           where c.id = $1 and (not ${IS_COOLING}
             or ((not ${IS_SAME} or $5::float8 is not null) and ${UNTIL} > c.cooling_until))
           returning c.provider, c.name, c.troubles,
             round(extract(epoch from c.cooling_until - now()))::integer as seconds`,
    values: [id, reason, firstSeconds, maxSeconds, retryAfterSeconds],
  });
  return rows[0];
}

/** A success ends a row of troubles; it does not shorten a cool-down, whose reason may not have been tried. */
export async function recordSuccess(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: 'credential-ok',
    text: `update credentials set last_ok_at = now(), troubles = 0, cooling_until = null, cool_reason = null
           where id = $1 and (cooling_until is null or cooling_until <= now())`,
    values: [id],
  });
}

/** Saves the result of a successful test, which ends a cool-down. Without a reported balance the last one stays. */
export async function recordProbe(pool: Pool, id: string, balance: Amount | undefined): Promise<void> {
  await pool.query(
    `update credentials set last_ok_at = now(), troubles = 0, cooling_until = null, cool_reason = null,
       balance = coalesce($2::jsonb, balance), balance_at = case when $2::jsonb is null then balance_at else now() end
     where id = $1`,
    [id, balance === undefined ? null : stringifyStorable(balance)],
  );
}

export async function endCooling(client: PoolClient, id: string): Promise<void> {
  await client.query(
    'update credentials set cooling_until = null, cool_reason = null, troubles = 0 where id = $1',
    [id],
  );
}
