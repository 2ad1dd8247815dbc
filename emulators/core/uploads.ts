// Files that a client has uploaded, for APIs that take pictures so. Kept in memory by a name of the API's own, the oldest
// dropped when there are too many; whether they are pictures nobody asks.
import type { Reply } from './exchange.ts';

export interface Upload {
  name: string;
  contentType: string;
  /** Empty until it was sent. */
  bytes: Uint8Array;
}

const UPLOADS_MAX = 50;

export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  /** Keeps it under an id, in place of what was there. */
  put(id: string, upload: Upload): void {
    const [oldest] = this.#uploads.keys();
    if (this.#uploads.size >= UPLOADS_MAX && !this.#uploads.has(id)) this.#uploads.delete(oldest);
    this.#uploads.set(id, upload);
  }

  get(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  /** With their ids, the newest first. */
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
