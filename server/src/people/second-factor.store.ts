// The SQL of second factors and their backup codes.
import type { PoolClient } from 'pg';
import { STEP_SECONDS } from './totp.ts';

export interface SecondFactorRow {
  /** Of the person. */
  email: string;
  sealed: Buffer;
  is_confirmed: boolean;
  last_step: number;
  /** The half minute of now, by the database's clock: all nodes have the same. */
  step: number;
  /** Wrong codes since the first one of the last hour. */
  wrong_codes: number;
  /** Seconds until those no longer count. */
  wrong_seconds: number;
}

const HOUR = "interval '1 hour'";

/** Writes a secret that does not count yet. @returns false when one is there that does. */
export async function putSecondFactor(
  client: PoolClient,
  personId: string,
  sealed: Buffer,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into second_factors (person_id, sealed) values ($1, $2)
     on conflict (person_id) do update set sealed = excluded.sealed where second_factors.confirmed_at is null`,
    [personId, sealed],
  );
  return rowCount === 1;
}

/** The second factor of a person, which nobody else reads or changes until the transaction ends. */
export async function lockSecondFactor(
  client: PoolClient,
  personId: string,
): Promise<SecondFactorRow | undefined> {
  const { rows } = await client.query<SecondFactorRow>(
    `select p.email, sealed, confirmed_at is not null as is_confirmed, last_step,
       floor(extract(epoch from clock_timestamp()) / ${STEP_SECONDS})::integer as step,
       case when wrong_since > now() - ${HOUR} then wrong_codes else 0 end as wrong_codes,
       coalesce(ceil(extract(epoch from wrong_since + ${HOUR} - now())), 0)::integer as wrong_seconds
     from second_factors f join people p on p.id = f.person_id where f.person_id = $1 for update of f`,
    [personId],
  );
  return rows[0];
}

/** A code was right: it and those before it are used, and the wrong ones of before no longer count. */
export async function takeStep(client: PoolClient, personId: string, step: number): Promise<void> {
  await client.query('update second_factors set last_step = $2, wrong_codes = 0 where person_id = $1', [
    personId,
    step,
  ]);
}

/** @param count with this one, within the hour. */
export async function countWrongCode(client: PoolClient, personId: string, count: number): Promise<void> {
  await client.query(
    `update second_factors set wrong_codes = $2, wrong_since = case when $2 = 1 then now() else wrong_since end
     where person_id = $1`,
    [personId, count],
  );
}

/** From now on the second factor counts, with these codes beside it. */
export async function confirmSecondFactor(
  client: PoolClient,
  personId: string,
  digests: readonly Buffer[],
): Promise<void> {
  await client.query('update second_factors set confirmed_at = now() where person_id = $1', [personId]);
  await client.query(
    'insert into backup_codes (person_id, digest) select $1, digest from unnest($2::bytea[]) as digest',
    [personId, digests],
  );
  await markPerson(client, personId, true);
}

/** Takes a backup code away. @returns whether it was there, and how many are left. */
export async function takeBackupCode(
  client: PoolClient,
  personId: string,
  digest: Buffer,
): Promise<{ isTaken: boolean; left: number }> {
  const { rowCount } = await client.query('delete from backup_codes where person_id = $1 and digest = $2', [
    personId,
    digest,
  ]);
  const { rows } = await client.query(
    'select count(*)::integer as left from backup_codes where person_id = $1',
    [personId],
  );
  return { isTaken: rowCount === 1, left: rows[0].left };
}

export async function deleteSecondFactor(client: PoolClient, personId: string): Promise<void> {
  await client.query('delete from second_factors where person_id = $1', [personId]);
  await markPerson(client, personId, false);
}

async function markPerson(client: PoolClient, personId: string, has: boolean): Promise<void> {
  await client.query('update people set has_second_factor = $2, updated_at = now() where id = $1', [
    personId,
    has,
  ]);
}
