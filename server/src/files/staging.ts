// A folder for files on their way into storage: measured, hashed and looked at here, before anybody can read
// them. It must never pass on more bytes than were announced, or wait for a sender without end.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { FILE_HEAD_BYTES } from '../lib/file-types.ts';
import { newId } from '../lib/ids.ts';
import { eachPiece } from '../lib/pieces.ts';
import { SteadyFlush } from '../lib/steady-flush.ts';
import { type Clock, HOUR_MS, SECOND_MS } from '../lib/time.ts';

export interface StagedFile {
  path: string;
  sizeBytes: number;
  sha256: Buffer;
  /** The first bytes, for the check of the type. */
  head: Buffer;
}

/** The sender stopped, broke off, or sent another number of bytes than announced. The message is for them. */
export class ReceiveFailed extends Error {
  override readonly name = 'ReceiveFailed';
}

export interface Staging {
  readonly folder: string;
  /** A path of no file yet. The caller that writes there has to pass the file on or remove it. */
  newPath(): string;
  /** Writes a body of exactly `sizeBytes` to a new path. Rejects with `ReceiveFailed`, leaving no file. */
  receive(body: Readable, sizeBytes: number): Promise<StagedFile>;
  /** Measures and hashes a local file in its place. */
  inspect(path: string): Promise<StagedFile>;
  /** Removes a file that is not wanted; one that is gone already is no error. */
  discard(path: string): Promise<void>;
  /** Removes what dead processes left behind, by age, since living ones share the folder. Gives the number. */
  sweep(): Promise<number>;
}

export interface StagingSettings {
  folder: string;
  clock: Clock;
  /** Longest pause between two pieces of a body. Default 10,000. */
  stallMs?: number;
}

/** No upload or download takes this long. */
const ABANDONED_AFTER_MS = 6 * HOUR_MS;
const DEFAULT_STALL_MS = 10 * SECOND_MS;
/** A sender this slow for a whole file holds a connection for no one's good. */
const BYTES_PER_SECOND_MIN = 16 * 1024;

/** Prepares the folder, with access for this user alone. */
export async function createStaging(settings: StagingSettings): Promise<Staging> {
  const { folder, clock } = settings;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const newPath = () => join(folder, `${newId()}.part`);
  const discard = (path: string) => rm(path, { force: true });
  return {
    folder,
    newPath,
    discard,
    inspect,
    receive: async (body, sizeBytes) => {
      const path = newPath();
      try {
        return await writeBody({ body, sizeBytes, path, stallMs: settings.stallMs ?? DEFAULT_STALL_MS });
      } catch (error) {
        await discard(path);
        throw error;
      }
    },
    sweep: () => sweepFolder(folder, clock() - ABANDONED_AFTER_MS),
  };
}

interface Intake {
  body: Readable;
  sizeBytes: number;
  path: string;
  stallMs: number;
}

async function writeBody({ body, sizeBytes, path, stallMs }: Intake): Promise<StagedFile> {
  const hash = createHash('sha256');
  const head = new HeadKeeper();
  let receivedBytes = 0;
  const pieces = passOn(body);
  const handle = await open(path, 'wx', 0o600);
  const flush = new SteadyFlush(() => handle.datasync());
  const patience = startPatience(pieces, stallMs, sizeBytes);
  try {
    for await (const chunk of pieces as AsyncIterable<Buffer>) {
      receivedBytes += chunk.length;
      if (receivedBytes > sizeBytes) throw new ReceiveFailed('more bytes came than Content-Length announced');
      hash.update(chunk);
      head.add(chunk);
      await patience.during(async () => {
        await handle.writeFile(chunk);
        await flush.wrote(chunk.length);
      });
    }
  } catch (error) {
    // A reset by the sender and an early end differ by chance only; a full disk is our own fault and stays one.
    const isSenders =
      error instanceof ReceiveFailed || (error as NodeJS.ErrnoException).syscall === undefined;
    const isReset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    throw isSenders || isReset ? asReceiveFailed(error) : error;
  } finally {
    patience.stop();
    await handle.close();
  }
  if (receivedBytes !== sizeBytes) throw new ReceiveFailed('fewer bytes came than Content-Length announced');
  return { path, sizeBytes, sha256: hash.digest(), head: head.bytes };
}

function asReceiveFailed(error: unknown): ReceiveFailed {
  return error instanceof ReceiveFailed ? error : new ReceiveFailed('the connection broke', { cause: error });
}

/**
 * The bytes of a body, to be given up without it: a request's body shares its connection with the answer that says so.
 */
function passOn(body: Readable): PassThrough {
  const pieces = new PassThrough();
  // The reader gets this error too. Without a listener from the start, a sender that breaks off now would end the
  // process.
  pieces.on('error', () => undefined);
  const end = (cause?: Error) => pieces.destroy(cause ?? new ReceiveFailed('the connection broke'));
  body.on('error', end);
  body.once('close', () => {
    if (!body.readableEnded) end();
  });
  return body.pipe(pieces);
}

interface Patience {
  /** Waits for our own disk, which is not the sender's fault; then the sender has its whole time again. */
  during(work: () => Promise<void>): Promise<void>;
  stop(): void;
}

/** Ends a body that stalls, and one that drips just fast enough not to. */
function startPatience(body: Readable, stallMs: number, sizeBytes: number): Patience {
  let isOurTurn = false;
  const tooSlow = () => body.destroy(new ReceiveFailed('the bytes came too slowly'));
  const stall = setTimeout(() => (isOurTurn ? stall.refresh() : tooSlow()), stallMs);
  const whole = setTimeout(tooSlow, stallMs + (sizeBytes / BYTES_PER_SECOND_MIN) * SECOND_MS);
  return {
    async during(work) {
      isOurTurn = true;
      await work();
      isOurTurn = false;
      stall.refresh();
    },
    stop: () => {
      clearTimeout(stall);
      clearTimeout(whole);
    },
  };
}

async function inspect(path: string): Promise<StagedFile> {
  const hash = createHash('sha256');
  const head = new HeadKeeper();
  let sizeBytes = 0;
  await eachPiece(path, (piece) => {
    sizeBytes += piece.length;
    hash.update(piece);
    head.add(piece);
  });
  return { path, sizeBytes, sha256: hash.digest(), head: head.bytes };
}

class HeadKeeper {
  bytes: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    if (this.bytes.length >= FILE_HEAD_BYTES) return;
    this.bytes = Buffer.concat([this.bytes, chunk.subarray(0, FILE_HEAD_BYTES - this.bytes.length)]);
  }
}

async function sweepFolder(folder: string, beforeMs: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
      // Another process swept or finished it between the listing and now.
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (stats === null || stats.mtimeMs >= beforeMs) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
