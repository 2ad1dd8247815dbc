// Pictures of the input on their way into the body of a start. Their bytes are in memory, several times over, from the
// moment they are read until the start was answered, so that all starts of a process share one room for them. Slow
// servers of users keep nobody waiting: a picture is fetched before it asks for room.
import { ByteRoom } from '../lib/byte-room.ts';
import type { JsonObject } from '../lib/json.ts';
import type { CallContext } from './contract.ts';

/** Of one picture; no provider that takes bytes takes more in a create. */
export const PICTURE_BYTES_MAX = 20 * 1024 * 1024;
/** Of pictures that are in memory at once; encoding makes up to five times as much of them. */
const ROOM_BYTES = 2 * PICTURE_BYTES_MAX;

export interface Picture {
  bytes: Uint8Array;
  contentType: string;
}

/**
 * Fetches a picture of at most `PICTURE_BYTES_MAX` bytes, asks for room, and then reads it.
 * @throws InputUnreadable (answers.ts).
 */
export type ReadPicture = (url: string, admit: (bytes: number) => Promise<void>) => Promise<Picture>;

export class PictureRoom {
  readonly #room = new ByteRoom(ROOM_BYTES);
  readonly #read: ReadPicture;

  constructor(read: ReadPicture) {
    this.#read = read;
  }

  /** Runs a start that may read the pictures of its input; what it has read is let go when it ends. */
  async during<Result>(
    input: JsonObject,
    start: (readImage: CallContext['readImage']) => Promise<Result>,
  ): Promise<Result> {
    const others = Array.isArray(input.img_urls) ? Math.max(0, input.img_urls.length - 1) : 0;
    const share = this.#room.share();
    let granted: Promise<void> | undefined;
    const admit = (bytes: number) => {
      // For all at once: two starts that wait for their second picture would wait for each other.
      granted ??= share.take(bytes + others * PICTURE_BYTES_MAX);
      return granted;
    };
    try {
      return await start((url) => this.#read(url, admit));
    } finally {
      share.giveBack();
    }
  }
}
