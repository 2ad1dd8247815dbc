// What a place for files must do. Disk and S3 keep the same promises, and one suite holds both to them.
// A storage knows keys and bytes; it must never decide who may read them.
import type { Readable } from 'node:stream';

export interface StoredObject {
  sizeBytes: number;
  /** A strong validator in its quotes, new whenever the bytes change. */
  etag: string;
  modifiedAt: Date;
}

export interface OpenedObject extends StoredObject {
  /** The bytes asked for. The caller reads it to its end or destroys it. */
  stream: Readable;
}

/** Both ends are included, as in HTTP; callers keep them within the object's size. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface FileStorage {
  /**
   * Takes over a local file, which is gone from its path afterwards. The object appears whole or not at all,
   * replaces an older one of the same key, and has reached stable storage when the promise resolves.
   */
  put(key: string, localPath: string, about: { contentType: string; sizeBytes: number }): Promise<void>;
  /** Null when there is no such object. */
  head(key: string): Promise<StoredObject | null>;
  /** Null when there is no such object; the size is always that of the whole object. */
  open(key: string, range?: ByteRange): Promise<OpenedObject | null>;
  /** Removes the object; one that is not there is no error, so that a clean-up can be repeated. */
  remove(key: string): Promise<void>;
}

const KEY_PATTERN = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const KEY_CHARACTERS_MAX = 200;

/** Whether a text is a key. No part may begin with a dot, so a key cannot climb out of its folder. */
export function isStorageKey(text: string): boolean {
  return text.length <= KEY_CHARACTERS_MAX && KEY_PATTERN.test(text);
}

/** Stops a key that the program itself made wrongly, before it reaches a path or a request. */
export function assertStorageKey(key: string): void {
  if (!isStorageKey(key)) throw new Error('not a storage key');
}
