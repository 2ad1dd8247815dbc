// Posters: small pictures of results, for lists. They are made after the task has ended, by a process of the renderer, so
// that no task waits for one or fails for it. A result that cannot be read has none.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import type { MakeSmallPictures, SmallPictureJob } from '../../../draft/small-pictures.ts';
import { logFault } from '../db/log-fault.ts';
import type { Files } from '../files/files.ts';
import type { FileStorage } from '../files/storage.ts';
import type { Log } from '../lib/log.ts';
import { SECOND_MS } from '../lib/time.ts';
import type { TaskChanges } from '../tasks/changes.ts';
import { attachPoster, claimPosters, endPosters, type PosterJob } from './posters.store.ts';

/** Longest side, in pixels; in lists a poster is 64 pixels wide, on a stage some hundred. */
const POSTER_SIDE = 480;
const POSTER_BYTES_MAX = 40_000;
/** What is read of a result. The head of a longer file is mostly enough: its index comes first. */
const READ_BYTES_MAX = 64 * 1024 * 1024;
const PAUSE_MS = SECOND_MS;
const BATCH = 8;
const HOLD_SECONDS = 180;
const TRIES_MAX = 2;
/** As renders: with 15, a process that has 15 s got a thirtieth of a busy core. */
const NICENESS = 10;
const PICTURE_MS = 15 * SECOND_MS;

export interface PosterOptions {
  pool: Pool;
  files: Files;
  storage: FileStorage;
  changes: TaskChanges;
  log: Log;
  makePictures: MakeSmallPictures;
}

/** A result whose bytes are on this machine. */
interface Ready extends PosterJob {
  path: string;
}

export class PosterMaker {
  readonly #options: PosterOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(options: PosterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      // A round that takes long is not joined by another.
      this.#round ??= this.#work().finally(() => {
        this.#round = undefined;
      });
    }, PAUSE_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#round;
  }

  async #work(): Promise<void> {
    const { pool, log, files } = this.#options;
    try {
      if (files.isRoomLow()) return;
      const jobs = await claimPosters(pool, { limit: BATCH, holdSeconds: HOLD_SECONDS, triesMax: TRIES_MAX });
      if (jobs.length > 0) await this.#make(jobs);
    } catch (error) {
      // Those of this round are taken again after a while.
      logFault(log, error, {}, 'poster.round_failed');
    }
  }

  async #make(jobs: readonly PosterJob[]): Promise<void> {
    const fetched = await Promise.all(jobs.map((job) => this.#fetch(job)));
    const ready = fetched.filter((job) => job !== undefined);
    try {
      const faults = await this.#options.makePictures(ready.map(toPicture), {
        niceness: NICENESS,
        timeoutMs: PICTURE_MS,
        signal: this.#stopping.signal,
      });
      if (this.#stopping.signal.aborted) return;
      await Promise.all(ready.map((job, at) => this.#keep(job, faults[at])));
    } finally {
      const left = ready.flatMap(({ path }) => [path, posterPath(path)]);
      await Promise.all(left.map((path) => rm(path, { force: true })));
    }
  }

  /** The result, or its head, as a file of its own; undefined where it is not there. */
  async #fetch(job: PosterJob): Promise<Ready | undefined> {
    const { storage, files } = this.#options;
    const end = Math.min(Number(job.size_bytes), READ_BYTES_MAX) - 1;
    const opened = await storage.open(job.key, { start: 0, end });
    if (opened === null) return undefined;
    const path = files.newStagingPath();
    await pipeline(opened.stream, createWriteStream(path, { flags: 'wx' }), {
      signal: this.#stopping.signal,
    });
    return { ...job, path };
  }

  async #keep(job: Ready, fault: string | undefined): Promise<void> {
    const { pool, files, changes, log } = this.#options;
    if (fault === undefined) {
      const { key: poster } = await files.keepResult({
        accountId: job.account_id,
        taskId: job.task_id,
        name: 'poster.jpg',
        path: posterPath(job.path),
        contentType: 'image/jpeg',
        isPoster: true,
      });
      if (await attachPoster(pool, { taskId: job.task_id, key: job.key, poster })) {
        changes.announce([job.task_id]);
      }
    } else {
      log.info({ taskId: job.task_id, reason: fault }, 'poster.not_made');
    }
    await endPosters(pool, [job.id]);
  }
}

function posterPath(path: string): string {
  return `${path}.jpg`;
}

function kindOf(contentType: string): SmallPictureJob['kind'] {
  if (contentType.startsWith('audio/')) return 'audio';
  return contentType.startsWith('image/') ? 'image' : 'video';
}

function toPicture({ content_type: contentType, path }: Ready): SmallPictureJob {
  return {
    kind: kindOf(contentType),
    path,
    outPath: posterPath(path),
    size: { width: POSTER_SIDE, height: POSTER_SIDE, bytesMax: POSTER_BYTES_MAX },
    fit: 'inside',
  };
}
