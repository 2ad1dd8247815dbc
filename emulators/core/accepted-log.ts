// What an emulator has accepted: an entry for each job, written before the answer leaves. It is the
// independent witness of how often a task was submitted, so nothing of the system under test may ever write
// to it.
import { closeSync, openSync, writeSync } from 'node:fs';

/** One accepted job. */
export interface AcceptedJob {
  /** By the clock of the emulator, in milliseconds since 1970. */
  at: number;
  /** The id of the emulated API. */
  provider: string;
  jobId: string;
  /** The last four characters of the key that submitted it. */
  credential: string;
  /** What the submitter gave to name the job itself: an external id, a payload, a callback address. */
  token: string | null;
  model: string;
  /** Of the body as received, in hex. */
  bodySha256: string;
}

export class AcceptedLog {
  readonly #entries: AcceptedJob[] = [];
  readonly #file: number | undefined;

  /** @param path of a file to which lines of JSON are appended. @throws when it cannot be opened. */
  constructor(path?: string) {
    this.#file = path === undefined ? undefined : openSync(path, 'a');
  }

  /**
   * The entry has reached the operating system when this returns: it outlives the process, though not the
   * machine.
   */
  append(entry: AcceptedJob): void {
    this.#entries.push(entry);
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  /** Everything since the start, oldest first. */
  entries(): readonly AcceptedJob[] {
    return this.#entries;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
