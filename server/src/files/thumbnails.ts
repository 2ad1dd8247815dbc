// Thumbnails of the pictures that tasks are made from. One of a file of this server is made when its link is first opened;
// one of an address elsewhere when somebody asks for it, through the guarded fetch, so that no browser asks another host.
// Both are kept as files until the end of their retention. No picture is decoded in this process.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Pool } from 'pg';
import { RenderError } from '../../../draft/renderer.ts';
import type { MakeSmallPictures } from '../../../draft/small-pictures.ts';
import { AppError } from '../errors.ts';
import { findFileTypeByName } from '../lib/file-types.ts';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';
import { newId } from '../lib/ids.ts';
import { type Clock, DAY_MS, MINUTE_MS } from '../lib/time.ts';
import { fetchInput } from './fetch-image.ts';
import { findOwner, saveThumbnail } from './files.store.ts';
import type { Files } from './files.ts';
import type { LinkQuery } from './links.ts';
import { SmallQueue } from './small-queue.ts';
import type { FileStorage } from './storage.ts';

/** Longest side, in pixels: 96 are shown, on a dense screen by twice as many. */
const SIDE = 192;
const BYTES_MAX = 20_000;
const FETCHED_BYTES_MAX = 20 * 1024 * 1024;
const FETCHES_OF_ACCOUNT_MAX = 4;
const FETCHED_DAYS = 3;
const RETRY_SECONDS = 5;
/** One that could not be made is not tried again for so long. */
const FAULT_MS = 10 * MINUTE_MS;
const FAULTS_MAX = 1_000;
const CONTENT_TYPE = 'image/jpeg';
const PREFIX = 'thumbnails/';
const EXTENSION = '.jpg';
const UPLOADS = 'uploads/';
const RESULTS = 'results/';

export interface ThumbnailOptions {
  pool: Pool;
  files: Files;
  storage: FileStorage;
  guardedFetch: GuardedFetch;
  clock: Clock;
  makePictures: MakeSmallPictures;
}

/** An address elsewhere, in the input of a task. */
export interface ForeignPicture {
  accountId: string;
  taskId: string;
  url: string;
  /** Addresses of samples stand for pictures that ship with the server. */
  testMode: boolean;
}

interface Wanted {
  accountId: string;
  key: string;
  expiresAt: Date;
}

/** `uploads/a.png` has `thumbnails/a.png.jpg`, `results/a/b.png` has `thumbnails/a/b.png.jpg`; other files have none. */
function thumbnailKeyOf(key: string): string | undefined {
  const folder = [UPLOADS, RESULTS].find((one) => key.startsWith(one));
  const isPicture = findFileTypeByName(key)?.contentType.startsWith('image/');
  return folder && isPicture ? PREFIX + key.slice(folder.length) + EXTENSION : undefined;
}

/** The other way; undefined for a key that is of no file of this server. */
function sourceKeyOf(thumbnail: string): string | undefined {
  if (!thumbnail.startsWith(PREFIX) || !thumbnail.endsWith(EXTENSION)) return undefined;
  const rest = thumbnail.slice(PREFIX.length, -EXTENSION.length);
  const key = (rest.includes('/') ? RESULTS : UPLOADS) + rest;
  return thumbnailKeyOf(key) === thumbnail ? key : undefined;
}

export class Thumbnails {
  readonly #options: ThumbnailOptions;
  readonly #queue: SmallQueue;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #fetches = new Map<string, number>();
  readonly #faults = new Map<string, number>();

  constructor(options: ThumbnailOptions) {
    this.#options = options;
    this.#queue = new SmallQueue(options.makePictures);
  }

  stop(): void {
    this.#stopping.abort();
    this.#queue.stop();
  }

  /** The address of the thumbnail of a picture of this server, as long as its link is good; undefined for any other address. */
  linkTo(url: string): string | undefined {
    const own = this.#options.files.readOwnLink(url);
    const key = own && thumbnailKeyOf(own.key);
    return own && key && this.#options.files.linkTo(key, own.expiresAtMs);
  }

  /** Makes what a link leads to, if it is a genuine one to a thumbnail that is not there yet. */
  async prepare(key: string, query: LinkQuery): Promise<void> {
    const { pool, files, storage, clock } = this.#options;
    const source = sourceKeyOf(key);
    if (source === undefined || !files.isGenuine(key, query)) return;
    if ((await storage.head(key)) !== null) return;
    if ((this.#faults.get(key) ?? 0) > clock() || files.isRoomLow()) return;
    const owner = await findOwner(pool, source);
    if (owner === undefined) return;
    const wanted = { accountId: owner.account_id, key, expiresAt: owner.expires_at };
    try {
      await this.#once(key, () => this.#make(wanted, (path) => this.#copy(source, path)));
    } catch (error) {
      if (!(error instanceof AppError) || error.errorName !== 'conflict') throw error;
      this.#remember(key);
    }
  }

  /**
   * Fetches a picture from elsewhere, unless that was done before. @returns the address of its thumbnail.
   * @throws AppError `conflict` with the reason in words; `rate_limited` when the account fetches many at once.
   */
  async load({ accountId, taskId, url, testMode }: ForeignPicture): Promise<string> {
    const { files, storage, guardedFetch, clock } = this.#options;
    const name = createHash('sha256').update([accountId, taskId, url].join('\n')).digest('hex');
    const key = `fetched/${name}${EXTENSION}`;
    const expiresAt = new Date(clock() + FETCHED_DAYS * DAY_MS);
    if ((await storage.head(key)) === null) {
      await files.checkRoom();
      const signal = this.#stopping.signal;
      const fetch = async (path: string) => {
        await fetchInput(
          { files, guardedFetch },
          { kind: 'picture', url, path, testMode, signal },
          FETCHED_BYTES_MAX,
        );
      };
      await this.#once(key, () =>
        this.#inTurn(accountId, () => this.#make({ accountId, key, expiresAt }, fetch)),
      );
    }
    return files.linkTo(key, expiresAt.getTime());
  }

  /** The same picture, asked for again meanwhile, is not made twice. */
  #once(key: string, make: () => Promise<void>): Promise<void> {
    const begun = this.#underWay.get(key);
    if (begun) return begun;
    const making = make().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, making);
    return making;
  }

  async #inTurn(accountId: string, act: () => Promise<void>): Promise<void> {
    const open = this.#fetches.get(accountId) ?? 0;
    if (open >= FETCHES_OF_ACCOUNT_MAX) {
      throw new AppError('rate_limited', { retryAfterSeconds: RETRY_SECONDS });
    }
    this.#fetches.set(accountId, open + 1);
    try {
      await act();
    } finally {
      const left = (this.#fetches.get(accountId) ?? 1) - 1;
      if (left === 0) this.#fetches.delete(accountId);
      else this.#fetches.set(accountId, left);
    }
  }

  async #copy(source: string, path: string): Promise<void> {
    const opened = await this.#options.storage.open(source);
    if (opened === null) throw new AppError('link_invalid');
    await pipeline(opened.stream, createWriteStream(path, { flags: 'wx' }), {
      signal: this.#stopping.signal,
    });
  }

  /** @throws AppError `conflict` when it is no picture that can be read. */
  async #make(wanted: Wanted, bring: (path: string) => Promise<void>): Promise<void> {
    const path = this.#options.files.newStagingPath();
    const outPath = path + EXTENSION;
    try {
      await bring(path).catch((error: unknown) => {
        throw error instanceof RenderError
          ? new AppError('conflict', { message: error.message, cause: error })
          : error;
      });
      const size = { width: SIDE, height: SIDE, bytesMax: BYTES_MAX };
      const fault = await this.#queue.make(wanted.accountId, {
        kind: 'image',
        path,
        outPath,
        size,
        fit: 'inside',
      });
      if (fault !== undefined) {
        throw new AppError('conflict', { message: 'It is no picture that can be shown', cause: fault });
      }
      await this.#keep(wanted, outPath);
    } finally {
      await Promise.all([path, outPath].map((one) => rm(one, { force: true })));
    }
  }

  async #keep({ accountId, key, expiresAt }: Wanted, path: string): Promise<void> {
    const { pool, storage, clock } = this.#options;
    const bytes = await readFile(path);
    const content = { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest() };
    const createdAt = new Date(clock());
    const about = { contentType: CONTENT_TYPE, sizeBytes: content.sizeBytes };
    const file = { accountId, key, expiresAt, createdAt, contentType: CONTENT_TYPE, content };
    await saveThumbnail(pool, { ...file, id: newId(), kind: 'thumbnail' });
    await storage.put(key, path, about);
  }

  #remember(key: string): void {
    const [oldest] = this.#faults.keys();
    if (this.#faults.size >= FAULTS_MAX && oldest !== undefined) this.#faults.delete(oldest);
    this.#faults.set(key, this.#options.clock() + FAULT_MS);
  }
}
