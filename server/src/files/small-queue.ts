// Small pictures that are waited for, made by one process of the renderer after another. Accounts take turns, so that the
// many pictures of one do not hold up those of another.
import type { MakeSmallPictures, SmallPictureJob } from '../../../draft/small-pictures.ts';
import { AppError } from '../errors.ts';
import { SECOND_MS } from '../lib/time.ts';

const BATCH = 8;
/** Somebody waits for the picture. On a busy machine, one that gives way to all others was not made within its time. */
const NICENESS = 5;
const PICTURE_MS = 15 * SECOND_MS;
const WAITING_MAX = 256;
const WAITING_OF_ACCOUNT_MAX = 64;
const RETRY_SECONDS = 5;

interface Waiting {
  job: SmallPictureJob;
  done: (fault: string | undefined) => void;
}

export class SmallQueue {
  readonly #makePictures: MakeSmallPictures;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #stopping = new AbortController();
  #count = 0;
  #isAtWork = false;

  constructor(makePictures: MakeSmallPictures) {
    this.#makePictures = makePictures;
  }

  /**
   * Makes a picture. @returns why there is none, or undefined.
   * @throws AppError `rate_limited` when too many wait, of the account or at all.
   */
  make(accountId: string, job: SmallPictureJob): Promise<string | undefined> {
    const own = this.#waiting.get(accountId) ?? [];
    if (own.length >= WAITING_OF_ACCOUNT_MAX || this.#count >= WAITING_MAX) {
      return Promise.reject(new AppError('rate_limited', { retryAfterSeconds: RETRY_SECONDS }));
    }
    return new Promise((done) => {
      own.push({ job, done });
      this.#waiting.set(accountId, own);
      this.#count += 1;
      if (!this.#isAtWork) void this.#work();
    });
  }

  /** Ends what is under way; what waits has no picture. */
  stop(): void {
    this.#stopping.abort();
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      const faults = await this.#makePictures(
        batch.map(({ job }) => job),
        { niceness: NICENESS, timeoutMs: PICTURE_MS, signal: this.#stopping.signal },
      );
      for (const [at, { done }] of batch.entries()) done(faults[at]);
    }
    this.#isAtWork = false;
  }

  /** One of each account in turn, until it is enough. */
  #take(): Waiting[] {
    const batch: Waiting[] = [];
    while (batch.length < BATCH) {
      const [turn] = this.#waiting;
      if (turn === undefined) break;
      const [accountId, own] = turn;
      this.#waiting.delete(accountId);
      const first = own.shift();
      if (first) batch.push(first);
      if (own.length > 0) this.#waiting.set(accountId, own);
    }
    this.#count -= batch.length;
    return batch;
  }
}
