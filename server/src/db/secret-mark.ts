// The mark by which the database recognises the server's secret, without revealing it. This file also lists
// everything that depends on the secret, for the case that it is lost.
import type { Pool, PoolClient } from 'pg';

const SETTING = 'secret_mark';

/** The mark of this database; the given one becomes it where there is none. */
export async function keepMark(pool: Pool, mark: string): Promise<string> {
  await pool.query(
    `insert into settings (name, value) values ($1, to_jsonb($2::text)) on conflict do nothing`,
    [SETTING, mark],
  );
  const { rows } = await pool.query<{ mark: string }>(
    `select value #>> '{}' as mark from settings where name = $1`,
    [SETTING],
  );
  return rows[0].mark;
}

/** Whether anything in the database was made with a secret; releases before the mark kept keys alone. */
export async function wasUsedWithSecret(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ used: boolean }>(
    'select exists (select from settings where name = $1) or exists (select from key_secrets) as used',
    [SETTING],
  );
  return rows[0].used;
}

/** How many records depend on the secret. */
export interface HungOnSecret {
  mark: string | null;
  keys: number;
  callbackSecrets: number;
  /** Provider accounts that were added by command; those of the environment come back by themselves. */
  credentials: number;
  /** People whose second factor can no longer be read; until it is taken away they cannot sign in. */
  secondFactors: number;
  /** Uploads and results, whose links are void; new links are made as they are asked for. */
  files: number;
}

export async function countHungOnSecret(pool: Pool): Promise<HungOnSecret> {
  const { rows } = await pool.query<HungOnSecret>(
    `select (select value #>> '{}' from settings where name = $1) as mark,
       (select count(*)::integer from api_keys where disabled_at is null and kind = 'key') as keys,
       (select count(*)::integer from callback_secrets) as "callbackSecrets",
       (select count(*)::integer from credentials where source = 'operator' and retired_at is null) as credentials,
       (select count(*)::integer from second_factors where confirmed_at is not null) as "secondFactors",
       (select count(*)::integer from files where state = 'ready') as files`,
    [SETTING],
  );
  return rows[0];
}

/**
 * Switches to another secret: keys made under the old one are disabled, and callbacks are signed with new secrets.
 */
export async function replaceMark(client: PoolClient, mark: string): Promise<void> {
  await client.query(
    `insert into settings (name, value) values ($1, to_jsonb($2::text))
     on conflict (name) do update set value = excluded.value`,
    [SETTING, mark],
  );
  await client.query(`update api_keys set disabled_at = now() where disabled_at is null and kind = 'key'`);
  await client.query('delete from callback_secrets');
}
