// Uploads reach the disk step by step, one step of one file at a time. Files that are flushed whole once they have come,
// several at once, make every other flush of the machine wait behind all of their bytes: that of a small file, and
// each commit of a database on the same disk.

export const FLUSH_STEP_BYTES = 1024 * 1024;

/** One for the process: the disk is shared by all that write to it. */
let lastFlush: Promise<void> = Promise.resolve();

/** Runs a flush after those that came before it, however they ended. */
function flushInTurn(flush: () => Promise<void>): Promise<void> {
  const turn = lastFlush.then(flush);
  lastFlush = turn.catch(() => undefined);
  return turn;
}

/** Counts what is written to one file, and flushes it each time that a step is full. */
export class SteadyFlush {
  readonly #flush: () => Promise<void>;
  #unflushedBytes = 0;

  /** @param flush brings what was written so far to the disk. */
  constructor(flush: () => Promise<void>) {
    this.#flush = flush;
  }

  /** To be called after each write and awaited before the next. Rejects as the flush does. */
  async wrote(bytes: number): Promise<void> {
    this.#unflushedBytes += bytes;
    if (this.#unflushedBytes < FLUSH_STEP_BYTES) return;
    this.#unflushedBytes = 0;
    await flushInTurn(this.#flush);
  }
}
