// How much of the disk is free, and whether that is enough for another file. The database is usually on the same
// disk, so files never get the last part of it. It must never prevent reads.
import { statfs } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { SECOND_MS } from '../lib/time.ts';

const RETRY_SECONDS = 30;
const LOOK_MS = SECOND_MS;
/** What a write answers on a disk, or a share of it, that is full. */
const FULL_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

export class DiskRoom {
  readonly #folder: string;
  readonly #settings: { diskFreeBytesMin: number };
  /** Announced and perhaps not written yet. */
  #expectedBytes = 0;
  #isLow = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param folder exists. @param settings are read at each look; a minimum of 0 never refuses. */
  constructor(folder: string, settings: { diskFreeBytesMin: number }) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /** What is free for this user now. */
  async readFreeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  /** Whether files would be refused now, as of a moment ago; checks again in the background. */
  isLow(): boolean {
    if (performance.now() - this.#lookedAtMs >= LOOK_MS) {
      this.#lookedAtMs = performance.now();
      // A disk that cannot be asked shows that at the next write.
      this.#look(0).catch(() => undefined);
    }
    return this.#isLow;
  }

  /** @throws AppError `storage_full` when so many bytes more would leave less than the minimum free. */
  async check(bytes = 0): Promise<void> {
    if (await this.#look(bytes)) throw storageFull();
  }

  /** Sets bytes aside while they are taken in. @throws AppError `storage_full`. */
  async hold<Outcome>(bytes: number, work: () => Promise<Outcome>): Promise<Outcome> {
    this.#expectedBytes += bytes;
    try {
      await this.check();
      return await work();
    } catch (error) {
      throw isDiskFull(error) ? storageFull(error) : error;
    } finally {
      this.#expectedBytes -= bytes;
    }
  }

  async #look(bytes: number): Promise<boolean> {
    const { diskFreeBytesMin } = this.#settings;
    const leftBytes = (await this.readFreeBytes()) - this.#expectedBytes;
    this.#isLow = diskFreeBytesMin > 0 && leftBytes < diskFreeBytesMin;
    return diskFreeBytesMin > 0 && leftBytes - bytes < diskFreeBytesMin;
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && FULL_CODES.has(error.code);
}

function storageFull(cause?: unknown): AppError {
  return new AppError('storage_full', { retryAfterSeconds: RETRY_SECONDS, cause });
}
