// Files in a bucket of S3 or of a server that speaks its protocol. Objects are streamed both ways; it must never
// hold one in memory. The endpoint is the operator's own and may well be private, so no guard stands before it.
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
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
  /** Names the bucket in the path instead of the host. Default: true with an endpoint, as such servers expect. */
  pathStyle?: boolean;
}

const connectTimeoutMs = 5_000;
const idleTimeoutMs = 30_000;

/** Keeps each object under its key in one bucket, which must exist. */
export function createS3Storage(settings: S3StorageSettings): FileStorage & { close(): void } {
  const client = new S3Client({
    region: settings.region,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    forcePathStyle: settings.pathStyle ?? settings.endpoint !== undefined,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    requestHandler: { connectionTimeout: connectTimeoutMs, socketTimeout: idleTimeoutMs },
    // The newer trailing checksums make servers other than AWS's refuse or store the framing (chunked signing).
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const addressOf = (key: string) => {
    assertStorageKey(key);
    return { Bucket: settings.bucket, Key: key };
  };
  return {
    put: async (key, localPath, { contentType, sizeBytes }) => {
      const body = createReadStream(localPath);
      const input = { ...addressOf(key), Body: body, ContentType: contentType, ContentLength: sizeBytes };
      try {
        await client.send(new PutObjectCommand(input));
      } finally {
        body.destroy();
      }
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

async function openObject(
  client: S3Client,
  address: { Bucket: string; Key: string },
  range?: ByteRange,
): Promise<OpenedObject> {
  const wanted = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
  const output = await client.send(new GetObjectCommand({ ...address, ...wanted }));
  if (!(output.Body instanceof Readable)) throw new Error('the object store gave no stream');
  const wholeBytes = Number(output.ContentRange?.split('/')[1] ?? output.ContentLength);
  return { ...describe({ ...output, ContentLength: wholeBytes }), stream: output.Body };
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
