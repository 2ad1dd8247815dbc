// Files in a folder of this machine (or one that all nodes mount). It must never show a half-written file, or
// touch anything outside its root.
// An object of the key `results/<id>/video.mp4` is the file `results/3f/a/results~<id>~video.mp4`: the folders between come from
// the digest of the key, so that none grows too large for its file system however many results are kept.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '../lib/ids.ts';
import {
  assertStorageKey,
  type ByteRange,
  type FileStorage,
  type OpenedObject,
  type StoredObject,
} from './storage.ts';

/** Writes what the system still holds of a file, or of the names in a folder, to the disk. */
export type Flush = (path: string) => Promise<void>;

/** Where an object of a key is, below the root. No key has a tilde, so two keys are never one file. */
export function pathOfKey(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  // 4,096 folders: some thousand files in each, with fourteen million.
  return join(key.split('/')[0], digest.slice(0, 2), digest.slice(2, 3), key.replaceAll('/', '~'));
}

/**
 * Keeps each object as a file under `root`, which is created on the first write.
 * @param flush how a file or folder gets to the disk.
 */
export function createDiskStorage(root: string, flush: Flush = syncToDisk): FileStorage {
  const pathOf = (key: string): string => {
    assertStorageKey(key);
    return join(root, pathOfKey(key));
  };
  const makeFolder = folderMaker(root, flush);
  return {
    put: async (key, localPath) => {
      const path = pathOf(key);
      await makeFolder(dirname(path));
      await moveIn(localPath, path, flush);
    },
    head: (key) => describe(pathOf(key)),
    open: (key, range) => openAt(pathOf(key), range),
    // The folder stays: a `put` may be about to use it.
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/**
 * Makes folders that are still there after a power cut: the name of each is flushed in the folder that holds it, once in this
 * process, since another one may have made it a moment ago.
 */
function folderMaker(root: string, flush: Flush): (folder: string) => Promise<void> {
  const flushed = new Set<string>();
  return async (folder) => {
    // Users' pictures and videos: no other user of the machine has business here.
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    for (let at = folder; at.length >= root.length; at = dirname(at)) {
      const isNew = made !== undefined && at.length >= made.length;
      if (!isNew && flushed.has(at)) continue;
      await flush(dirname(at));
      flushed.add(at);
    }
  };
}

async function moveIn(localPath: string, path: string, flush: Flush): Promise<void> {
  await flush(localPath);
  try {
    await rename(localPath, path);
  } catch (error) {
    if (!isCode(error, 'EXDEV')) throw error;
    await copyAcross(localPath, path, flush);
  }
  await flush(dirname(path));
}

/** From another file system: copied beside the target first, because only a rename is seen whole. */
async function copyAcross(localPath: string, path: string, flush: Flush): Promise<void> {
  const copy = join(dirname(path), `.${newId()}.part`);
  try {
    await copyFile(localPath, copy);
    await flush(copy);
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

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
