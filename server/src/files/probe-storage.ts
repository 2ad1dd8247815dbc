// Tries a storage as an operator would: a small object is put, read whole and in part, and removed. What fails is one
// sentence that says what to do; nothing is left behind.
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { OperatorError } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import type { ByteRange, FileStorage } from './storage.ts';

const SIZE_BYTES = 4096;
const RANGE: ByteRange = { start: 1000, end: 1999 };

/** The name of an error of the object store, of its client or of the system. */
type FaultName = string;

const REMEDIES: Record<FaultName, string> = {
  NoSuchBucket: 'there is no such bucket; create it, or set REELAY_S3_BUCKET',
  InvalidAccessKeyId: 'the access key is not known there; check REELAY_S3_ACCESS_KEY_ID',
  SignatureDoesNotMatch: 'the secret does not fit the access key; check REELAY_S3_SECRET_ACCESS_KEY',
  AccessDenied:
    'the access key may not do this; it needs PutObject, GetObject and DeleteObject on the bucket',
  RequestTimeTooSkewed: 'the clock of this machine is wrong; let it be set by NTP',
  PermanentRedirect: 'the bucket is in another region; set REELAY_S3_REGION',
  AuthorizationHeaderMalformed: 'the bucket is in another region; set REELAY_S3_REGION',
  ECONNREFUSED: 'nothing listens there; check REELAY_S3_ENDPOINT',
  ENOTFOUND: 'the host is not known; check REELAY_S3_ENDPOINT and REELAY_S3_REGION',
  EAI_AGAIN: 'the host is not known; check REELAY_S3_ENDPOINT and REELAY_S3_REGION',
  TimeoutError: 'it does not answer; check REELAY_S3_ENDPOINT',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENOTDIR: 'there is a file where a folder should be',
  EEXIST: 'there is a file where a folder should be',
};

const BY_STATUS: Record<number, FaultName> = { 301: 'PermanentRedirect', 403: 'AccessDenied' };

function explain(error: unknown): string {
  const { name, code, message, $metadata } = error as {
    name?: string;
    code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const byStatus = BY_STATUS[$metadata?.httpStatusCode ?? 0];
  const remedy = [name, code, byStatus].map((known) => known && REMEDIES[known]).find(Boolean);
  const label = $metadata?.httpStatusCode === undefined ? code : `${$metadata.httpStatusCode} ${name}`;
  const words = remedy ?? (message || name || 'it failed').split('\n')[0];
  return label === undefined ? words : `${words} (${label})`;
}

/**
 * Puts, reads and removes one object.
 * @param place.name what it is, for the sentence. @param place.folder of this machine, for the file that is put.
 * @throws OperatorError that says which step failed and what to do.
 */
export async function probeStorage(
  storage: FileStorage,
  place: { name: string; folder: string },
): Promise<string> {
  const key = `probe/${newId()}.bin`;
  const content = randomBytes(SIZE_BYTES);
  const file = join(place.folder, `${newId()}.probe`);
  const step = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw new OperatorError(`${place.name}: an object could not be ${what}: ${explain(error)}`, {
        cause: error,
      });
    }
  };
  const read = (range?: ByteRange) =>
    step('read', async () => {
      const opened = await storage.open(key, range);
      if (!opened) throw new Error('it is not there, although it was put a moment ago');
      const expected = range ? content.subarray(range.start, range.end + 1) : content;
      if (!(await buffer(opened.stream)).equals(expected)) throw new Error('other bytes came back');
    });
  try {
    await step('put', async () => {
      await mkdir(place.folder, { recursive: true });
      await writeFile(file, content, { mode: 0o600 });
      await storage.put(key, file, { contentType: 'application/octet-stream', sizeBytes: SIZE_BYTES });
    });
    await read();
    await read(RANGE);
    await step('removed', async () => {
      await storage.remove(key);
      if (await storage.head(key)) throw new Error('it is still there');
    });
  } finally {
    await rm(file, { force: true });
    // After a fault in the middle; the fault itself is what is reported.
    await storage.remove(key).catch(() => undefined);
  }
  return `${place.name}: put, read and removed an object`;
}
