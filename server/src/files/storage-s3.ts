// Files in a bucket of S3 or of a server that speaks its protocol. Objects are streamed both ways; it must never
// hold one in memory. The endpoint is the operator's own and may be private, so the guarded fetch is not used.
import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { USER_AGENT } from '../lib/version.ts';
import {
  assertStorageKey,
  type ByteRange,
  type FileStorage,
  type OpenedObject,
  type StoredObject,
} from './storage.ts';

export interface S3StorageSettings {
  /** Unset means AWS itself. */
  endpoint?: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;

/** Keeps each object under its key in one bucket, which must exist. */
export function createS3Storage(settings: S3StorageSettings): FileStorage & { close(): void } {
  const client = new S3Client({
    region: settings.region,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    // Servers other than AWS's expect the bucket in the path and not in the host.
    forcePathStyle: settings.endpoint !== undefined,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: IDLE_TIMEOUT_MS },
    // The newer trailing checksums make servers other than AWS's refuse or store the framing (chunked signing).
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    customUserAgent: USER_AGENT,
  });
  const addressOf = (key: string) => {
    assertStorageKey(key);
    return { Bucket: settings.bucket, Key: key };
  };
  return {
    put: async (key, localPath, { contentType, sizeBytes }) => {
      const about = { ...addressOf(key), ContentType: contentType, ContentLength: sizeBytes };
      await sendFile(client, localPath, about);
      await rm(localPath, { force: true });
    },
    head: (key) => {
      const command = new HeadObjectCommand(addressOf(key));
      return nullWhenMissing(async () => describe(await client.send(command)));
    },
    open: (key, range) => nullWhenMissing(() => openObject(client, addressOf(key), range)),
    remove: async (key) => {
      await client.send(new DeleteObjectCommand(addressOf(key)));
    },
    close: () => client.destroy(),
  };
}

/** The client waits for ever when its body fails, so a local error ends the request here. */
async function sendFile(
  client: S3Client,
  localPath: string,
  about: { Bucket: string; Key: string; ContentType: string; ContentLength: number },
): Promise<void> {
  const handle = await open(localPath);
  const body = handle.createReadStream();
  const localFault = new AbortController();
  body.on('error', (error) => localFault.abort(error));
  try {
    const command = new PutObjectCommand({ ...about, Body: body });
    await client.send(command, { abortSignal: localFault.signal });
  } catch (error) {
    throw localFault.signal.aborted ? localFault.signal.reason : error;
  } finally {
    body.destroy();
  }
}

async function openObject(
  client: S3Client,
  address: { Bucket: string; Key: string },
  range?: ByteRange,
): Promise<OpenedObject> {
  const wanted = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
  const output = await client.send(new GetObjectCommand({ ...address, ...wanted }));
  if (!(output.Body instanceof Readable)) throw new Error('the object store gave no stream');
  const [, first = '0', , total = output.ContentLength] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(output.ContentRange ?? '') ?? [];
  const stream = range === undefined ? output.Body : cutOut(output.Body, Number(first), range);
  return { ...describe({ ...output, ContentLength: Number(total) }), stream };
}

/** A server may send more than the range asked for (RFC 9110, 14.2), and some do; the surplus is dropped. */
function cutOut(body: Readable, bodyStart: number, range: ByteRange): Readable {
  async function* pick(): AsyncGenerator<Buffer> {
    let position = bodyStart;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const part = chunk.subarray(Math.max(0, range.start - position), Math.max(0, range.end + 1 - position));
      position += chunk.length;
      if (part.length > 0) yield part;
      if (position > range.end) return;
    }
  }
  const picked = Readable.from(pick(), { objectMode: false });
  // Closing the outer stream before its first read would leave the generator, and so the connection, untouched.
  picked.once('close', () => body.destroy());
  return picked;
}

interface ObjectHeaders {
  ContentLength?: number;
  ETag?: string;
  LastModified?: Date;
}

function describe(headers: ObjectHeaders): StoredObject {
  if (headers.ContentLength === undefined || !headers.ETag || headers.LastModified === undefined) {
    throw new Error('the object store left out size, ETag or date');
  }
  return { sizeBytes: headers.ContentLength, etag: headers.ETag, modifiedAt: headers.LastModified };
}

async function nullWhenMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    // A missing bucket also answers 404, and is an operator's mistake that must not look like a lost file.
    const isMissingBucket = error instanceof S3ServiceException && error.name === 'NoSuchBucket';
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && !isMissingBucket) {
      return null;
    }
    throw error;
  }
}
