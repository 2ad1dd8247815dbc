// The SQL of files. Rows are written before their objects and removed after them.
import type { Pool } from 'pg';

export type FileKind = 'upload' | 'result' | 'thumbnail';

/** What is announced of a file. */
export interface FileRow {
  key: string;
  content_type: string;
  created_at: Date;
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
  /** A small picture of it is to be made once its task has ended. */
  wantsPoster?: boolean;
  createdAt: Date;
  expiresAt: Date;
}

export interface FileContent {
  sizeBytes: number;
  sha256: Buffer;
}

/**
 * Announces files whose objects do not exist yet. Their ids are new: a row that is there is of an earlier run of this.
 */
export async function insertFiles(pool: Pool, files: readonly NewFile[]): Promise<void> {
  await pool.query({
    name: 'insert-files',
    text: `insert into files
             (id, account_id, kind, key, content_type, task_id, size_bytes, sha256, created_at, expires_at, poster_due)
           select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::bigint[],
             $8::bytea[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
           on conflict (id) do nothing`,
    values: [
      files.map((file) => file.id),
      files.map((file) => file.accountId),
      files.map((file) => file.kind),
      files.map((file) => file.key),
      files.map((file) => file.contentType),
      files.map((file) => file.taskId ?? null),
      files.map((file) => file.content?.sizeBytes ?? null),
      files.map((file) => file.content?.sha256 ?? null),
      files.map((file) => file.createdAt),
      files.map((file) => file.expiresAt),
      files.map((file) => (file.wantsPoster ? file.createdAt : null)),
    ],
  });
}

/** A new upload, whose content is not known yet. */
export type NewUpload = Pick<NewFile, 'id' | 'accountId' | 'key' | 'contentType' | 'createdAt' | 'expiresAt'>;

export interface UploadLimits {
  /** Of an account, at once. */
  filesMax: number;
  bytesMax: number;
}

/** Whether an upload was given its place, and what its account had before. */
export interface UploadPlace {
  isTaken: boolean;
  files: number;
  bytes: number;
  /** When the first of them goes; null when there is none. */
  firstEndsAt: Date | null;
}

interface PlaceRow {
  id?: string;
  taken: boolean;
  files: number;
  bytes: string;
  first_ends_at: Date | null;
}

function toPlace({ taken, files, bytes, first_ends_at: firstEndsAt }: PlaceRow): UploadPlace {
  return { isTaken: taken, files, bytes: Number(bytes), firstEndsAt };
}

/**
 * Writes the rows of uploads whose accounts have room for them. Counted and written under one lock of the account, so
 * that any number of requests at once stays within the limits; a repeat finds what it wrote before.
 */
export async function reserveUploads(
  pool: Pool,
  uploads: readonly NewUpload[],
  limits: UploadLimits,
): Promise<UploadPlace[]> {
  const { rows } = await pool.query<PlaceRow>({
    name: 'reserve-uploads',
    text: 'select * from reserve_uploads($1, $2, $3)',
    values: [JSON.stringify(uploads), limits.filesMax, limits.bytesMax],
  });
  const byId = new Map(rows.map((row) => [row.id, toPlace(row)]));
  return uploads.map(({ id }) => byId.get(id) as UploadPlace);
}

/**
 * A condition that always holds, of a write that need not reach the disk before its answer: what a power cut may take of
 * the book-keeping of an upload is made again by the next PUT, and `markReady` brings all that was written before it.
 */
const UNFLUSHED = "(select set_config('synchronous_commit', 'off', true)) is not null";

/** Sets the announced bytes of an upload aside before they are taken in; undefined when there is no such upload. */
export async function reserveBytes(
  pool: Pool,
  upload: { key: string; sizeBytes: number },
  bytesMax: number,
): Promise<UploadPlace | undefined> {
  const { rows } = await pool.query<PlaceRow>(
    `select * from reserve_upload_bytes($1, $2, $3) where ${UNFLUSHED}`,
    [upload.key, upload.sizeBytes, bytesMax],
  );
  return rows[0] && toPlace(rows[0]);
}

/** Gives announced bytes back: the upload is over, and what was kept of it is counted by its size. */
export async function releaseBytes(
  pool: Pool,
  { key, sizeBytes }: { key: string; sizeBytes: number },
): Promise<void> {
  await pool.query(
    `update files set reserved_bytes = greatest(0, reserved_bytes - $2::bigint) where key = $1 and ${UNFLUSHED}`,
    [key, sizeBytes],
  );
}

/** The row of a key, whatever its state. */
export async function findFile(pool: Pool, key: string): Promise<FileRow | undefined> {
  const { rows } = await pool.query<FileRow>(
    'select key, content_type, created_at from files where key = $1',
    [key],
  );
  return rows[0];
}

/**
 * Binds a key to its content, once. True for the first content and for the same content again; false when the
 * key already stands for other bytes, or is gone.
 */
export async function claimContent(pool: Pool, key: string, content: FileContent): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update files set size_bytes = $2, sha256 = $3 where key = $1 and (sha256 is null or sha256 = $3) and ${UNFLUSHED}`,
    [key, content.sizeBytes, content.sha256],
  );
  return rowCount === 1;
}

/** A file whose object is in storage. */
export interface StoredFile {
  key: string;
  /** End of its retention. */
  expiresAt: Date;
}

/** Says that objects are in storage, and until when. False for one whose row was cleaned up meanwhile. */
export async function markReady(pool: Pool, files: readonly StoredFile[]): Promise<boolean[]> {
  const { rows } = await pool.query<{ key: string }>({
    name: 'mark-files-ready',
    text: `update files f set state = 'ready', expires_at = i.expires_at
           from unnest($1::text[], $2::timestamptz[]) i (key, expires_at) where f.key = i.key returning f.key`,
    values: [files.map(({ key }) => key), files.map(({ expiresAt }) => expiresAt)],
  });
  const marked = new Set(rows.map(({ key }) => key));
  return files.map(({ key }) => marked.has(key));
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

/** The account of a stored file, and until when it is kept; undefined for one that is not there. */
export async function findOwner(
  pool: Pool,
  key: string,
): Promise<{ account_id: string; expires_at: Date } | undefined> {
  const { rows } = await pool.query<{ account_id: string; expires_at: Date }>(
    `select account_id, expires_at from files where key = $1 and state = 'ready'`,
    [key],
  );
  return rows[0];
}

/** Announces a small picture. One that is made once more, since its object is gone, takes the place of the first. */
export async function saveThumbnail(pool: Pool, file: NewFile & { content: FileContent }): Promise<void> {
  await pool.query(
    `insert into files (id, account_id, kind, key, content_type, size_bytes, sha256, state, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'ready', $8, $9)
     on conflict (key) do update set size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
       expires_at = excluded.expires_at`,
    [
      file.id,
      file.accountId,
      file.kind,
      file.key,
      file.contentType,
      file.content.sizeBytes,
      file.content.sha256,
      file.createdAt,
      file.expiresAt,
    ],
  );
}

/** What a task of an account has made: its results and their small pictures. */
export async function findResultsOf(
  pool: Pool,
  { accountId, taskId }: { accountId: string; taskId: string },
): Promise<{ id: string; key: string }[]> {
  const { rows } = await pool.query<{ id: string; key: string }>(
    'select id, key from files where task_id = $1 and account_id = $2',
    [taskId, accountId],
  );
  return rows;
}
