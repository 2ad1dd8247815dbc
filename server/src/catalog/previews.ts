// Preview videos of imported templates: each that an entry names is fetched once, through the guard, and kept beside the
// other files. Pages play that copy, so that no other host learns who looks at what. It goes with its template.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import type { Pool } from 'pg';
import { FILE_HEAD_BYTES, type FileType, findFileTypeByHead } from '../lib/file-types.ts';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';
import { FetchFailed, FetchRefused } from '../lib/guarded-fetch-errors.ts';
import { newId } from '../lib/ids.ts';
import { SECOND_MS } from '../lib/time.ts';
import { previewSourceOf } from './gallery.ts';
import {
  claimPreview,
  type PreviewEnd,
  type PreviewRow,
  readPreviewRows,
  removePreview,
  savePreview,
} from './previews.store.ts';

/** What a browser plays everywhere. */
const TYPES = ['video/mp4', 'video/webm'];
const MEBIBYTE = 1024 * 1024;
/** A preview is a few seconds; the largest that were seen have some megabytes. */
const PREVIEW_BYTES_MAX = 12 * MEBIBYTE;
/** Of all of them, whatever the number of catalogues. */
const ALL_BYTES_MAX = 2 * 1024 * MEBIBYTE;
const ALL_MAX = 1_000;
const FETCH_MS = 30 * SECOND_MS;
const REDIRECTS_MAX = 3;
/** Fetched at once. */
const BATCH = 4;
/** In one run; the next one, a minute later, goes on. */
const TRIED_MAX = 40;
const FAULT_CHARACTERS_MAX = 300;
const VERSION_CHARACTERS = 16;

export interface PreviewParts {
  pool: Pool;
  guardedFetch: GuardedFetch;
  /** A path for a file of a moment. */
  newPath: () => string;
  storage: {
    put(key: string, localPath: string, about: { contentType: string; sizeBytes: number }): Promise<void>;
    remove(key: string): Promise<void>;
  };
  /** Whether the disk is too full for more. */
  isRoomLow: () => boolean;
}

interface Wanted extends PreviewRow {
  from: string;
}

/**
 * Copies the previews that are missing or out of date, and removes those of no template, up to a bound.
 * @returns how many were tried.
 */
export async function copyPreviews(parts: PreviewParts, signal: AbortSignal): Promise<number> {
  const rows = await readPreviewRows(parts.pool);
  for (const row of rows) {
    if (!signal.aborted && row.key !== null && sourceOf(row) === undefined) await removeCopy(parts, row.key);
  }
  const made = rows.filter(({ state }) => state === 'made');
  let bytes = made.reduce((sum, { size_bytes: size }) => sum + size, 0);
  const room = Math.max(0, ALL_MAX - made.length);
  const due = rows.flatMap(wantedOf).slice(0, Math.min(TRIED_MAX, room));
  let tried = 0;
  for (let start = 0; start < due.length && !signal.aborted && !parts.isRoomLow(); start += BATCH) {
    const batch = due.slice(start, start + BATCH);
    if (bytes + batch.length * PREVIEW_BYTES_MAX > ALL_BYTES_MAX) break;
    const sizes = await Promise.all(batch.map((one) => copyOne(parts, one, signal)));
    bytes += sizes.reduce((sum, size) => sum + size, 0);
    tried += batch.length;
  }
  return tried;
}

function sourceOf({ item }: PreviewRow): string | undefined {
  return item === null ? undefined : previewSourceOf(item);
}

function wantedOf(row: PreviewRow): Wanted[] {
  const from = sourceOf(row);
  if (from === undefined || row.enabled !== true || row.state === 'claimed') return [];
  const isDue = row.source !== from || ['none', 'half', 'stale'].includes(row.state);
  return isDue ? [{ ...row, from }] : [];
}

async function removeCopy({ pool, storage }: PreviewParts, key: string): Promise<void> {
  await storage.remove(key);
  await removePreview(pool, key);
}

/** @returns the bytes that it takes now. */
async function copyOne(parts: PreviewParts, one: Wanted, signal: AbortSignal): Promise<number> {
  const { pool, storage } = parts;
  const path = parts.newPath();
  const key = `previews/${one.catalogue}/${newId()}`;
  const name = { catalogue: one.catalogue, templateId: one.template_id };
  // The object of before goes first: after the claim no row knows its key.
  if (one.key !== null) await storage.remove(one.key);
  if (!(await claimPreview(pool, name, { key, source: one.from, before: one.key }))) return 0;
  try {
    const end =
      (await fetchVideo(parts.guardedFetch, { from: one.from, path }, signal)) ?? (await readVideo(path));
    if (signal.aborted) return 0;
    if (!('fault' in end)) await storage.put(key, path, end);
    if (!(await savePreview(pool, key, end))) await storage.remove(key);
    return 'fault' in end ? 0 : end.sizeBytes;
  } finally {
    await rm(path, { force: true });
  }
}

/** @returns why it cannot be had, or undefined. */
async function fetchVideo(
  guardedFetch: GuardedFetch,
  { from, path }: { from: string; path: string },
  signal: AbortSignal,
): Promise<{ fault: string } | undefined> {
  try {
    const { status } = await guardedFetch(from, {
      timeoutMs: FETCH_MS,
      maxBytes: PREVIEW_BYTES_MAX,
      maxRedirects: REDIRECTS_MAX,
      headers: { accept: 'video/*' },
      saveTo: path,
      signal,
    });
    return status === 200 ? undefined : { fault: `its server answered ${status}` };
  } catch (error) {
    if (error instanceof FetchRefused || error instanceof FetchFailed)
      return { fault: error.message.slice(0, FAULT_CHARACTERS_MAX) };
    throw error;
  }
}

/** What was fetched, by its bytes and not by what its server said. */
async function readVideo(path: string): Promise<PreviewEnd> {
  const type = await readType(path);
  if (!type || !TYPES.includes(type.contentType)) return { fault: 'it is neither an MP4 nor a WebM video' };
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  const version = digest.digest('hex').slice(0, VERSION_CHARACTERS);
  return { version, contentType: type.contentType, sizeBytes: (await stat(path)).size };
}

async function readType(path: string): Promise<FileType | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_HEAD_BYTES), 0, FILE_HEAD_BYTES, 0);
    return findFileTypeByHead(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
