// Covers of imported templates: each picture that an entry names is fetched once, through the guard, and made small by a
// process of the renderer. Pages show that copy, so that no other host learns who looks at what.
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { Pool } from 'pg';
import type { MakeSmallPictures } from '../../../draft/small-pictures.ts';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';
import { FetchFailed, FetchRefused } from '../lib/guarded-fetch-errors.ts';
import { SECOND_MS } from '../lib/time.ts';
import { type CoverRow, readCoverRows, saveCover } from './covers.store.ts';
import { coverSourceOf } from './gallery.ts';

const COVER = { width: 360, height: 480, bytesMax: 40_000 };
const PICTURE_BYTES_MAX = 8 * 1024 * 1024;
const FETCH_MS = 15 * SECOND_MS;
const PICTURE_MS = 15 * SECOND_MS;
const REDIRECTS_MAX = 3;
/** As renders: with 15, a process that has 15 s got a thirtieth of a busy core. */
const NICENESS = 10;
/** Fetched at once, and made by one process. */
const BATCH = 8;
/** In one run; the next one goes on. */
const COVERS_MAX = 160;
const FAULT_CHARACTERS_MAX = 300;
const VERSION_CHARACTERS = 16;

export interface CoverParts {
  pool: Pool;
  guardedFetch: GuardedFetch;
  /** A path for a file of a moment. */
  newPath: () => string;
  makePictures: MakeSmallPictures;
}

interface Wanted extends CoverRow {
  from: string;
  path: string;
}

/** Makes the covers that are missing or out of date, up to a bound. @returns how many were tried. */
export async function makeCovers(parts: CoverParts, signal: AbortSignal): Promise<number> {
  const wanted = (await readCoverRows(parts.pool)).flatMap((row): Wanted[] => {
    const from = coverSourceOf(row.item);
    const isDue = from !== undefined && (row.source !== from || row.is_stale);
    return isDue ? [{ ...row, from, path: parts.newPath() }] : [];
  });
  const due = wanted.slice(0, COVERS_MAX);
  for (let start = 0; start < due.length && !signal.aborted; start += BATCH) {
    await makeBatch(parts, due.slice(start, start + BATCH), signal);
  }
  return due.length;
}

async function makeBatch(parts: CoverParts, batch: readonly Wanted[], signal: AbortSignal): Promise<void> {
  try {
    const refusals = await Promise.all(batch.map((one) => fetchPicture(parts.guardedFetch, one, signal)));
    const fetched = batch.filter((_, at) => refusals[at] === undefined);
    const jobs = fetched.map(({ path }) => {
      return { kind: 'image', path, outPath: smallPath(path), size: COVER, fit: 'cut' } as const;
    });
    const options = { niceness: NICENESS, timeoutMs: PICTURE_MS, signal };
    const faults = await parts.makePictures(jobs, options);
    if (signal.aborted) return;
    const faultOf = new Map(fetched.map((one, at) => [one, faults[at]]));
    await Promise.all(batch.map((one, at) => keep(parts.pool, one, refusals[at] ?? faultOf.get(one))));
  } finally {
    const left = batch.flatMap(({ path }) => [path, smallPath(path)]);
    await Promise.all(left.map((path) => rm(path, { force: true })));
  }
}

/** @returns why it cannot be had, or undefined. */
async function fetchPicture(
  guardedFetch: GuardedFetch,
  { from, path }: Wanted,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { status } = await guardedFetch(from, {
      timeoutMs: FETCH_MS,
      maxBytes: PICTURE_BYTES_MAX,
      maxRedirects: REDIRECTS_MAX,
      headers: { accept: 'image/*' },
      saveTo: path,
      signal,
    });
    return status === 200 ? undefined : `its server answered ${status}`;
  } catch (error) {
    if (error instanceof FetchRefused || error instanceof FetchFailed) return error.message;
    throw error;
  }
}

async function keep(pool: Pool, { catalogue, template_id, from, path }: Wanted, fault: string | undefined) {
  const image = fault === undefined ? await readFile(smallPath(path)) : null;
  const digest = image && createHash('sha256').update(image).digest('hex');
  await saveCover(pool, {
    catalogue,
    templateId: template_id,
    source: from,
    image,
    version: digest === null ? null : digest.slice(0, VERSION_CHARACTERS),
    fault: fault?.slice(0, FAULT_CHARACTERS_MAX) ?? null,
  });
}

function smallPath(path: string): string {
  return `${path}.jpg`;
}
