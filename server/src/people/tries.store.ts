// The SQL of tries to get in, which all nodes count together.
import type { Pool } from 'pg';

export interface Try {
  /** Of whatever is counted. */
  digest: Buffer;
  /** So many fit into a window. */
  max: number;
  windowSeconds: number;
}

/**
 * Counts one try if it fits: GCRA on the clock of the database, as a row that is refilled at the end of its time. Each try
 * removes two rows whose time is over, so there are never more than were tried within a window.
 * @returns how many seconds to wait; undefined when it was counted.
 */
export async function takeTry(pool: Pool, { digest, max, windowSeconds }: Try): Promise<number | undefined> {
  const { rowCount } = await pool.query(
    `with over as (
       select digest from entry_tries where arrival_at < now() and digest <> $1
       order by arrival_at limit 2 for update skip locked),
     removed as (delete from entry_tries e using over where e.digest = over.digest)
     insert into entry_tries as t (digest, arrival_at) values ($1, now() + make_interval(secs => $2))
     on conflict (digest) do update set arrival_at = greatest(t.arrival_at, now()) + make_interval(secs => $2)
     where greatest(t.arrival_at, now()) + make_interval(secs => $2) <= now() + make_interval(secs => $3)`,
    [digest, windowSeconds / max, windowSeconds],
  );
  if (rowCount === 1) return undefined;
  const { rows } = await pool.query<{ seconds: number }>(
    `select extract(epoch from arrival_at - now())::double precision + $2 - $3 as seconds
     from entry_tries where digest = $1`,
    [digest, windowSeconds / max, windowSeconds],
  );
  return Math.max(1, Math.ceil(rows[0]?.seconds ?? 1));
}
