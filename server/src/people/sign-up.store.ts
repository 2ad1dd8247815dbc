// The SQL of links by which somebody signs up.
import type { Pool, PoolClient } from 'pg';

export interface NewSignUp {
  /** In small letters. */
  email: string;
  digest: Buffer;
}

/** Writes a link in place of the one that the address has. */
export async function putSignUp(
  client: PoolClient,
  { email, digest }: NewSignUp,
  hours: number,
): Promise<void> {
  await client.query(
    `insert into sign_ups (email, digest, expires_at) values ($1, $2, now() + make_interval(hours => $3))
     on conflict (email) do update set digest = excluded.digest, expires_at = excluded.expires_at`,
    [email, digest, hours],
  );
}

/** @returns the address that the link was made for. */
export async function findSignUp(pool: Pool, digest: Buffer): Promise<string | undefined> {
  const { rows } = await pool.query<{ email: string }>(
    'select email from sign_ups where digest = $1 and expires_at > now()',
    [digest],
  );
  return rows[0]?.email;
}

/** Takes a link away. @returns whether it was there and still counted: of many callers one takes it. */
export async function takeSignUp(client: PoolClient, digest: Buffer): Promise<boolean> {
  const { rowCount } = await client.query('delete from sign_ups where digest = $1 and expires_at > now()', [
    digest,
  ]);
  return rowCount === 1;
}
