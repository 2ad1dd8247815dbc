// The SQL of assets. Every statement names the account.
import type { Pool } from 'pg';
import { repeatLost } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';

export type AssetKind = 'image' | 'video' | 'audio';

export interface NewAsset {
  accountId: string;
  name: string;
  kind: AssetKind;
  /** An http or https address, checked by the caller. */
  url: string;
}

export interface Asset {
  id: string;
  name: string;
  kind: AssetKind;
  url: string;
  created_at: Date;
}

const COLUMNS = 'id, name, kind, url, created_at';

/** Writes an asset unless its account has `max` of them; false then. The lock makes two at once count each other. */
export async function insertAsset(
  pool: Pool,
  asset: NewAsset & { id: string },
  max: number,
): Promise<boolean> {
  const { id, accountId, name, kind, url } = asset;
  return repeatLost(() =>
    withTransaction(pool, async (client) => {
      await client.query("select pg_advisory_xact_lock(hashtextextended('reelay assets ' || $1, 0))", [
        accountId,
      ]);
      await client.query(
        `insert into assets (id, account_id, name, kind, url) select $1, $2, $3, $4, $5
         where (select count(*) from assets where account_id = $2) < $6 on conflict (id) do nothing`,
        [id, accountId, name, kind, url, max],
      );
      const { rowCount } = await client.query('select from assets where id = $1 and account_id = $2', [
        id,
        accountId,
      ]);
      return rowCount === 1;
    }),
  );
}

export async function readAssets(pool: Pool, accountId: string, ids: readonly string[]): Promise<Asset[]> {
  const { rows } = await pool.query<Asset>(
    `select ${COLUMNS} from assets where account_id = $1 and id = any ($2::uuid[])`,
    [accountId, ids],
  );
  return rows;
}

/** A page, newest first, with how many there are in all. */
export async function listAssets(
  pool: Pool,
  accountId: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ total: number; assets: Asset[] }> {
  const { rows: counts } = await pool.query<{ total: number }>(
    'select count(*)::integer as total from assets where account_id = $1',
    [accountId],
  );
  const { rows } = await pool.query<Asset>(
    `select ${COLUMNS} from assets where account_id = $1 order by id desc offset $2 limit $3`,
    [accountId, offset, limit],
  );
  return { total: counts[0].total, assets: rows };
}

/** False when there is no such asset. */
export async function deleteAsset(pool: Pool, accountId: string, id: string): Promise<boolean> {
  const { rowCount } = await pool.query('delete from assets where account_id = $1 and id = $2', [
    accountId,
    id,
  ]);
  return rowCount === 1;
}
