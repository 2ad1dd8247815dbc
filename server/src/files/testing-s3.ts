// A real S3 server on loopback for tests, with one empty bucket or none. Only for tests.
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileStorage } from './storage.ts';
import { createS3Storage, type S3StorageSettings } from './storage-s3.ts';

/** The part of s3rver that is used here; the package has no types. */
interface S3Server {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}

type S3ServerConstructor = new (options: {
  address: string;
  port: number;
  silent: boolean;
  directory: string;
  configureBuckets: { name: string }[];
}) => S3Server;

/** Starts the server. It checks signatures, for the fixed credentials in the settings. */
export async function startS3Server({ hasBucket = true } = {}): Promise<{
  settings: S3StorageSettings;
  stop(): Promise<void>;
}> {
  const S3rver = createRequire(import.meta.url)('s3rver') as S3ServerConstructor;
  const directory = await mkdtemp(join(tmpdir(), 'reelay-s3-'));
  const bucket = 'reel';
  const options = {
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: hasBucket ? [{ name: bucket }] : [],
  };
  const server = new S3rver(options);
  const { port } = await server.run();
  return {
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket,
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    stop: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A storage that is ready, and a way to end it together with its server. */
export interface StartedStorage {
  storage: FileStorage;
  stop(): Promise<void>;
}

/** The S3 storage on a server of its own. */
export async function startS3Storage(): Promise<StartedStorage> {
  const server = await startS3Server();
  const storage = createS3Storage(server.settings);
  const stop = async () => {
    storage.close();
    await server.stop();
  };
  return { storage, stop };
}
