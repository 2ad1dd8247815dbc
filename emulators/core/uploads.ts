// Files that a client has uploaded, for APIs that take pictures that way. Kept in memory under a name that
// the API chooses; the oldest are dropped when there are too many. Whether they are pictures is not checked.
import type { Reply } from './exchange.ts';

export interface Upload {
  name: string;
  contentType: string;
  /** Empty until the file was sent. */
  bytes: Uint8Array;
}

const UPLOADS_MAX = 50;

export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  /** Keeps it under an id and replaces what was there. */
  put(id: string, upload: Upload): void {
    const [oldest] = this.#uploads.keys();
    if (this.#uploads.size >= UPLOADS_MAX && !this.#uploads.has(id)) this.#uploads.delete(oldest);
    this.#uploads.set(id, upload);
  }

  get(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  /** With their ids, newest first. */
  list(): [string, Upload][] {
    return [...this.#uploads].reverse();
  }

  /** False when there is none. */
  remove(id: string): boolean {
    return this.#uploads.delete(id);
  }
}

/** An upload as it is fetched. */
export function replyUpload({ bytes, contentType }: Upload): Reply {
  return { bytes, contentType };
}
