// Files in a folder of this machine (or one that all nodes mount). It must never show a half-written file, or
// touch anything outside its root.
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '../lib/ids.ts';
import {
  assertStorageKey,
  type ByteRange,
  type FileStorage,
  type OpenedObject,
  type StoredObject,
} from './storage.ts';

/** Keeps each object as a file under `root`, which is created on the first write. */
export function createDiskStorage(root: string): FileStorage {
  const pathOf = (key: string): string => {
    assertStorageKey(key);
    return join(root, key);
  };
  return {
    put: (key, localPath) => moveIn(localPath, pathOf(key)),
    head: (key) => describe(pathOf(key)),
    open: (key, range) => openAt(pathOf(key), range),
    remove: (key) => removeAt(pathOf(key), key.split('/').length > 2),
  };
}

async function moveIn(localPath: string, path: string): Promise<void> {
  const folder = dirname(path);
  // Users' pictures and videos: no other user of the machine has business here.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncToDisk(localPath);
  try {
    await rename(localPath, path);
  } catch (error) {
    if (!isCode(error, 'EXDEV')) throw error;
    await copyAcross(localPath, path);
  }
  await syncToDisk(folder);
}

/** From another file system: copied beside the target first, because only a rename is seen whole. */
async function copyAcross(localPath: string, path: string): Promise<void> {
  const copy = join(dirname(path), `.${newId()}.part`);
  try {
    await copyFile(localPath, copy);
    await syncToDisk(copy);
    await rename(copy, path);
  } finally {
    await rm(copy, { force: true });
  }
  await rm(localPath, { force: true });
}

/** A rename survives a power cut only once both the file and its folder were flushed. */
async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function describe(path: string): Promise<StoredObject | null> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return null;
    const etag = `"${stats.size.toString(16)}-${stats.mtimeNs.toString(16)}"`;
    return { sizeBytes: Number(stats.size), etag, modifiedAt: stats.mtime };
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

async function openAt(path: string, range?: ByteRange): Promise<OpenedObject | null> {
  const object = await describe(path);
  if (object === null) return null;
  const stream = createReadStream(path, range ?? {});
  try {
    // Waiting for the descriptor means that a clean-up after this point no longer breaks the reading.
    await new Promise<void>((resolve, reject) => {
      stream.once('open', () => resolve());
      stream.once('error', reject);
    });
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
  return { ...object, stream };
}

/** A folder that is the object's own goes with it; a shared one stays, since a `put` may be about to use it. */
async function removeAt(path: string, ownsFolder: boolean): Promise<void> {
  await rm(path, { force: true });
  if (!ownsFolder) return;
  try {
    await rmdir(dirname(path));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].some((code) => isCode(error, code))) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
