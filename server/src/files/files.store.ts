// All SQL of files. Rows are written before their objects and removed after them.
import type { Pool } from 'pg';

export type FileKind = 'upload' | 'result';

export interface FileRow {
  id: string;
  accountId: string;
  kind: FileKind;
  key: string;
  contentType: string;
  sizeBytes: number | null;
  sha256: Buffer | null;
  taskId: string | null;
  state: 'pending' | 'ready';
  createdAt: Date;
  expiresAt: Date;
}

export interface NewFile {
  id: string;
  accountId: string;
  kind: FileKind;
  key: string;
  contentType: string;
  taskId?: string;
  /** Known from the start for results, which are checked before they are stored. */
  content?: FileContent;
  createdAt: Date;
  expiresAt: Date;
}

export interface FileContent {
  sizeBytes: number;
  sha256: Buffer;
}

/** Announces a file whose object does not exist yet. */
export async function insertFile(pool: Pool, file: NewFile): Promise<void> {
  await pool.query(
    `insert into files
       (id, account_id, kind, key, content_type, task_id, size_bytes, sha256, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      file.id,
      file.accountId,
      file.kind,
      file.key,
      file.contentType,
      file.taskId ?? null,
      file.content?.sizeBytes ?? null,
      file.content?.sha256 ?? null,
      file.createdAt,
      file.expiresAt,
    ],
  );
}

/** The row of a key, whatever its state. */
export async function findFile(pool: Pool, key: string): Promise<FileRow | null> {
  const { rows } = await pool.query<Omit<FileRow, 'sizeBytes'> & { sizeBytes: string | null }>(
    `select id, account_id as "accountId", kind, key, content_type as "contentType", size_bytes as "sizeBytes",
            sha256, task_id as "taskId", state, created_at as "createdAt", expires_at as "expiresAt"
     from files where key = $1`,
    [key],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return { ...row, sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes) };
}

/**
 * Binds a key to its content, once. True for the first content and for the same content again; false when the
 * key already stands for other bytes, or is gone.
 */
export async function claimContent(pool: Pool, key: string, content: FileContent): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update files set size_bytes = $2, sha256 = $3 where key = $1 and (sha256 is null or sha256 = $3)`,
    [key, content.sizeBytes, content.sha256],
  );
  return rowCount === 1;
}

/** Says that the object is in storage, and until when. False when the row was cleaned up meanwhile. */
export async function markReady(pool: Pool, key: string, expiresAt: Date): Promise<boolean> {
  const { rowCount } = await pool.query(`update files set state = 'ready', expires_at = $2 where key = $1`, [
    key,
    expiresAt,
  ]);
  return rowCount === 1;
}

/** Files whose retention has ended, longest ago first. Uses the index files_expiry. */
export async function findExpired(
  pool: Pool,
  now: Date,
  limit: number,
): Promise<{ id: string; key: string }[]> {
  const { rows } = await pool.query<{ id: string; key: string }>(
    'select id, key from files where expires_at <= $1 order by expires_at limit $2',
    [now, limit],
  );
  return rows;
}

/** Forgets files whose objects are removed. */
export async function deleteFiles(pool: Pool, ids: string[]): Promise<void> {
  await pool.query('delete from files where id = any($1::uuid[])', [ids]);
}
