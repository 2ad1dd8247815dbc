// A user's picture, clip or sound on its way to the renderer: a bundled sample, one of our own uploads, or a fetch through
// the guard.
import { createWriteStream } from 'node:fs';
import { copyFile, readFile, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { RenderError } from '../../../draft/renderer.ts';
import { isSampleAddress, pickSample, SAMPLE_CLIP, SAMPLE_SOUND } from '../../../draft/samples/samples.ts';
import { AppError } from '../errors.ts';
import { FILE_HEAD_BYTES, findFileTypeByHead } from '../lib/file-types.ts';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';
import { FetchFailed, FetchRefused } from '../lib/guarded-fetch-errors.ts';
import { SECOND_MS } from '../lib/time.ts';
import { InputUnreadable } from '../providers/answers.ts';
import type { FetchedInput, InputKind, InputRequest } from '../providers/draft/draft.ts';
import { PICTURE_BYTES_MAX, type Picture, type ReadPicture } from '../providers/pictures.ts';
import type { Files } from './files.ts';

const MEBIBYTE = 1024 * 1024;

/** What is fetched of each kind: how messages call it, what a server is asked for, and how large it may be. */
const KINDS: Record<InputKind, { noun: string; accept: string; bytesMax: number }> = {
  picture: { noun: 'picture', accept: 'image/*', bytesMax: 50 * MEBIBYTE },
  clip: { noun: 'video', accept: 'video/*', bytesMax: 100 * MEBIBYTE },
  sound: { noun: 'sound', accept: 'audio/*, video/*', bytesMax: 50 * MEBIBYTE },
};
const FETCH_TIMEOUT_MS = 30 * SECOND_MS;
/** A little later, so that a fetch says in its own words that it took too long. */
const OWN_TIMEOUT_MS = FETCH_TIMEOUT_MS + SECOND_MS;
const REDIRECTS_MAX = 3;

function unusable(url: string, why: string, kind: InputKind = 'picture'): RenderError {
  return new RenderError({
    reason: 'input',
    message: `The ${KINDS[kind].noun} at ${shorten(url)} cannot be used: ${why}`,
  });
}

/** Host and path, without a query that may be a signature. */
function shorten(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`.slice(0, 200);
}

/** The bundled file that an address stands for on a test key. */
function sampleFor(kind: InputKind, url: string): { file: string; title: string } {
  return kind === 'picture' ? pickSample(url) : kind === 'clip' ? SAMPLE_CLIP : SAMPLE_SOUND;
}

/**
 * Writes the file of an address to a file.
 * @throws RenderError with reason `input` and the reason in words when it cannot be had.
 */
export async function fetchInput(
  { files, guardedFetch }: { files: Files; guardedFetch: GuardedFetch },
  { kind, url, path, testMode, signal }: InputRequest,
  bytesMax = KINDS[kind].bytesMax,
): Promise<FetchedInput> {
  if (testMode && isSampleAddress(url)) {
    const sample = sampleFor(kind, url);
    await copyFile(sample.file, path);
    return { path, note: `${shorten(url)} stands for the bundled sample "${sample.title}"` };
  }
  try {
    const own = await files.openOwn(url);
    if (own) {
      if (own.sizeBytes > bytesMax) {
        own.stream.destroy();
        throw unusable(url, `it is larger than the ${bytesMax} bytes allowed`, kind);
      }
      await pipeline(own.stream, createWriteStream(path, { flags: 'wx' }), { signal });
      return { path };
    }
    const response = await guardedFetch(url, {
      timeoutMs: FETCH_TIMEOUT_MS,
      maxBytes: bytesMax,
      maxRedirects: REDIRECTS_MAX,
      headers: { accept: KINDS[kind].accept },
      saveTo: path,
      signal,
    });
    if (response.status !== 200) throw unusable(url, `its server answered ${response.status}`, kind);
    return { path };
  } catch (error) {
    if (error instanceof FetchRefused || error instanceof FetchFailed)
      throw unusable(url, error.message, kind);
    if (error instanceof AppError && error.errorName === 'link_invalid')
      throw unusable(url, error.message, kind);
    throw error;
  }
}

/**
 * The bytes of a picture, for providers that do not fetch it themselves. It stays on disk until `admit` has room for
 * it.
 * @throws InputUnreadable with the reason in words when it cannot be had or is no picture.
 */
export async function readImage(
  parts: { files: Files; guardedFetch: GuardedFetch },
  ...[url, admit]: Parameters<ReadPicture>
): Promise<Picture> {
  const path = parts.files.newStagingPath();
  const signal = AbortSignal.timeout(OWN_TIMEOUT_MS);
  try {
    await fetchInput(parts, { kind: 'picture', url, path, testMode: false, signal }, PICTURE_BYTES_MAX);
    await admit((await stat(path)).size);
    const bytes = await readFile(path);
    const type = findFileTypeByHead(bytes.subarray(0, FILE_HEAD_BYTES));
    if (!type?.contentType.startsWith('image/')) throw unusable(url, 'it is not a picture');
    return { bytes, contentType: type.contentType };
  } catch (error) {
    if (error instanceof RenderError) throw new InputUnreadable(error.message);
    if (error === signal.reason || (error as Error).name === 'AbortError') {
      throw new InputUnreadable(unusable(url, 'it could not be read in time').message);
    }
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}
