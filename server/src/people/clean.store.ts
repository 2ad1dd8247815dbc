// The SQL that removes what let somebody in once and no longer does.
import type { Pool } from 'pg';

/** Tables, with the column by which a row is named and the one that says when it ends. */
const ENDING = [
  ['invitations', 'id', 'expires_at'],
  ['sessions', 'id', 'expires_at'],
  ['verifications', 'id', 'expires_at'],
  ['setup_links', 'digest', 'expires_at'],
  ['sign_ups', 'email', 'expires_at'],
  ['entry_tries', 'digest', 'arrival_at'],
] as const;

/** Removes at most so many rows of each table whose time is over. @returns the most that one of them lost. */
export async function removeEnded(pool: Pool, limit: number): Promise<number> {
  let most = 0;
  for (const [table, key, endsAt] of ENDING) {
    const { rowCount } = await pool.query(
      `delete from ${table} where ${key} in (select ${key} from ${table} where ${endsAt} < now() limit $1)`,
      [limit],
    );
    most = Math.max(most, rowCount ?? 0);
  }
  return most;
}
