// The entry of files: uploads in, results out, links to both, and the end of their retention. A file is checked
// for size and type before it can be read by anybody. It must never give out a file without a genuine link, and
// never change the bytes behind a key.
//
// States of a row: pending (the object may or may not exist) → ready (it does) → gone. A crash between two steps
// leaves a pending row, or an object whose row still exists; the clean-up removes both at the end of retention.
import { writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { type Batched, batched } from '../db/batched.ts';
import { repeatLost } from '../db/lost-answers.ts';
import { isDatabaseUnavailable } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { type FileType, findFileType, findFileTypeByName } from '../lib/file-types.ts';
import { newId } from '../lib/ids.ts';
import { type Clock, DAY_MS, HOUR_MS, SECOND_MS } from '../lib/time.ts';
import { DiskRoom } from './disk-room.ts';
import {
  claimContent,
  type FileRow,
  findFile,
  insertFiles,
  markReady,
  type NewFile,
  type NewUpload,
  releaseBytes,
  reserveBytes,
  reserveUploads,
  type StoredFile,
  type UploadPlace,
} from './files.store.ts';
import { createLinkSigner, type LinkQuery, type LinkSigner } from './links.ts';
import {
  findOwnType,
  type LinkedFile,
  type OwnFile,
  type OwnLink,
  openLink,
  openOwn,
  readOwnLink,
} from './reading.ts';
import { removeExpired, removeResultsOf } from './removal.ts';
import { ReceiveFailed, type StagedFile, type Staging } from './staging.ts';
import type { FileStorage } from './storage.ts';
import { uploadsFull } from './upload-limits.ts';
import { findBytesFault, findHeaderFault, readUploadType } from './upload-type.ts';

export interface FileSettings {
  uploadBytesMax: number;
  resultBytesMax: number;
  uploadDays: number;
  resultDays: number;
  /** Uploads of an account that are kept or announced, and the bytes of all of them. */
  uploadsMax: number;
  uploadsBytesMax: number;
  /** Free bytes of the disk below which no file is taken in; 0 never refuses. */
  diskFreeBytesMin: number;
  /** How long the address for the PUT of an upload is good. */
  uploadLinkSeconds: number;
}

export const DEFAULT_FILE_SETTINGS: FileSettings = {
  uploadBytesMax: 50 * 1024 * 1024,
  resultBytesMax: 2 * 1024 * 1024 * 1024,
  uploadDays: 3,
  resultDays: 14,
  uploadsMax: 1_000,
  uploadsBytesMax: 2 * 1024 * 1024 * 1024,
  diskFreeBytesMin: 0,
  uploadLinkSeconds: 3_600,
};

export interface FilesContext {
  pool: Pool;
  storage: FileStorage;
  staging: Staging;
  /** Signs the links; all nodes have the same. At least 16 characters. */
  secret: string;
  /** The address at which clients reach this server, without a final slash. Called again for each link. */
  publicUrl: () => string;
  clock: Clock;
  settings: FileSettings;
}

/** The writes that each file needs, shared by those that happen together. */
interface FileWrites {
  insert: Batched<NewFile, void>;
  reserve: Batched<NewUpload, UploadPlace>;
  markReady: Batched<StoredFile, boolean>;
}

type Workshop = FilesContext & FileWrites & { room: DiskRoom };

export interface UploadTicket {
  /** Takes one PUT of the file's bytes. */
  uploadUrl: string;
  /** Gives the file back once it is there, until the end of its retention. */
  fileUrl: string;
}

export interface IncomingUpload {
  key: string;
  query: LinkQuery;
  contentType: string | undefined;
  contentLength: string | undefined;
  body: Readable;
}

export interface KeptFile {
  key: string;
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
  expiresAt: Date;
}

export interface ResultToKeep {
  accountId: string;
  taskId: string;
  /** As it ends the link: lower case, with the extension of the type, such as `video.mp4`. */
  name: string;
  /** A local file, which is taken over; it stays where it is when keeping it fails. */
  path: string;
  contentType: string;
  /** It is the small picture of a result, of which none is made. */
  isPoster?: boolean;
}

export interface Files {
  /**
   * Reserves a key. Throws `validation_failed` with a line for each wrong argument, `uploads_full` above the limits of
   * the account, `storage_full` while the disk is.
   */
  startUpload(request: { accountId: string; contentType: string; ext: string }): Promise<UploadTicket>;
  /**
   * Takes the bytes of an upload. Throws `link_invalid`, `validation_failed`, `uploads_full` or `storage_full`. The same
   * bytes again are no error.
   */
  receiveUpload(upload: IncomingUpload): Promise<KeptFile>;
  /**
   * Takes over a result. Throws `generation_failed` when it is empty, too large or not of its type, and `storage_full`
   * while there is no room for it: then it can be kept later.
   */
  keepResult(result: ResultToKeep): Promise<KeptFile>;
  /** Throws `storage_full` while a result would be refused, so that it is not fetched for nothing. */
  checkRoom(): Promise<void>;
  /** Whether that was so a moment ago. */
  isRoomLow(): boolean;
  /** Free bytes of the disk that files come in by. */
  readFreeBytes(): Promise<number>;
  /** A path beside storage for a file that is to become a result. */
  newStagingPath(): string;
  /** Writes the bytes of such a file, and gives its path. */
  stageBytes(bytes: Uint8Array): Promise<string>;
  /**
   * Receives such a file, of exactly the announced size, and gives its path. The caller removes it.
   * @throws AppError `validation_failed`, `storage_full`.
   */
  receiveStaged(body: Readable, contentLength: string | undefined): Promise<string>;
  /** The public address of a file, good until then. */
  linkTo(key: string, expiresAtMs: number): string;
  /** What a link leads to. Throws `link_invalid` for a wrong or expired link and for a file that is not there. */
  openLink(key: string, query: LinkQuery): Promise<LinkedFile>;
  /** The content type that the name in one of Reelay's own links means; undefined for any other address. */
  findOwnType(url: string): string | undefined;
  /** What one of our own links opens, whether it is there or not; undefined for any other address. */
  readOwnLink(url: string): OwnLink | undefined;
  /** Whether a link is genuine and has not expired. */
  isGenuine(key: string, query: LinkQuery): boolean;
  /** Opens one of our own links without the network; null for any other address. Throws as `openLink`. */
  openOwn(url: string): Promise<OwnFile | null>;
  /** Removes up to `limit` files whose retention has ended. Call again while `removed` equals the limit. */
  removeExpired(limit: number): Promise<{ removed: number; failed: number }>;
  /** Removes what a task has made, before the end of its retention. */
  removeResultsOf(task: { accountId: string; taskId: string }): Promise<void>;
  /** Removes what dead processes left half done. */
  sweepStaging(): Promise<number>;
  readonly uploadBytesMax: number;
}

/** Joins storage, links and rows. */
export function createFiles(given: FilesContext): Files {
  const { staging, settings } = given;
  const room = new DiskRoom(staging.folder, settings);
  const context: Workshop = { ...given, ...createWrites(given), room };
  const links = createLinkSigner(context.secret);
  const absolute = (pathAndQuery: string) => `${context.publicUrl()}${pathAndQuery}`;
  return {
    uploadBytesMax: context.settings.uploadBytesMax,
    startUpload: (request) => startUpload(context, links, request),
    receiveUpload: (upload) => receiveUpload(context, links, upload),
    keepResult: (result) => keepResult(context, result),
    checkRoom: () => room.check(),
    isRoomLow: () => room.isLow(),
    readFreeBytes: () => room.readFreeBytes(),
    newStagingPath: () => context.staging.newPath(),
    stageBytes: async (bytes) => {
      const path = context.staging.newPath();
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
      return path;
    },
    receiveStaged: async (body, contentLength) => {
      const sizeBytes = readContentLength(contentLength, settings.resultBytesMax);
      const staged = await room.hold(sizeBytes, () => receiveBody(staging, body, sizeBytes));
      return staged.path;
    },
    linkTo: (key, expiresAtMs) => absolute(links.sign({ method: 'GET', key }, expiresAtMs)),
    openLink: (key, query) => openLink(context, links, { key, query }),
    findOwnType: (url) => findOwnType(context, url),
    readOwnLink: (url) => readOwnLink(context, links, url),
    isGenuine: (key, query) => links.verify('GET', key, query, context.clock()) !== null,
    openOwn: (url) => openOwn(context, links, url),
    removeExpired: (limit) => removeExpired(context, limit),
    removeResultsOf: (task) => removeResultsOf(context, task),
    sweepStaging: () => context.staging.sweep(),
  };
}

function createWrites({ pool, settings }: FilesContext): FileWrites {
  const limits = { filesMax: settings.uploadsMax, bytesMax: settings.uploadsBytesMax };
  return {
    reserve: batched((uploads: NewUpload[]) => reserveUploads(pool, uploads, limits)),
    insert: batched(async (files: NewFile[]) => {
      await insertFiles(pool, files);
      return files.map(() => undefined);
    }),
    markReady: batched((files: StoredFile[]) => markReady(pool, files)),
  };
}

async function startUpload(
  context: Workshop,
  links: LinkSigner,
  request: { accountId: string; contentType: string; ext: string },
): Promise<UploadTicket> {
  const { type, ext } = readUploadType(request.contentType, request.ext);
  const { clock, settings } = context;
  await context.room.check();
  const id = newId();
  const key = `uploads/${id}${ext}`;
  const nowMs = clock();
  const expiresAtMs = nowMs + settings.uploadDays * DAY_MS;
  const linkEndMs = Math.min(nowMs + settings.uploadLinkSeconds * SECOND_MS, expiresAtMs);
  const place = await context.reserve({
    id,
    accountId: request.accountId,
    key,
    contentType: type.contentType,
    createdAt: new Date(nowMs),
    // An address that is never used is forgotten long before the file would have been.
    expiresAt: new Date(linkEndMs + UNUSED_UPLOAD_GRACE_MS),
  });
  if (!place.isTaken) throw uploadsFull(place, context.settings, clock());
  const put = links.sign({ method: 'PUT', key, contentType: type.contentType }, linkEndMs);
  const get = links.sign({ method: 'GET', key }, expiresAtMs);
  return { uploadUrl: context.publicUrl() + put, fileUrl: context.publicUrl() + get };
}

/** Longer than any upload that began within the life of its address can last. */
const UNUSED_UPLOAD_GRACE_MS = 6 * HOUR_MS;

async function receiveUpload(
  context: Workshop,
  links: LinkSigner,
  upload: IncomingUpload,
): Promise<KeptFile> {
  const { pool, clock } = context;
  const link = links.verify('PUT', upload.key, upload.query, clock());
  const file = link === null ? undefined : await findFile(pool, upload.key);
  if (file === undefined) throw new AppError('link_invalid');
  const sizeBytes = checkUploadHeaders(upload, file, context.settings.uploadBytesMax);
  const announced = { key: file.key, sizeBytes };
  const place = await reserveBytes(pool, announced, context.settings.uploadsBytesMax);
  if (place === undefined) throw new AppError('link_invalid');
  if (!place.isTaken) throw uploadsFull({ ...place, files: 0 }, context.settings, clock());
  try {
    return await context.room.hold(sizeBytes, () => storeUpload(context, upload, { file, sizeBytes }));
  } finally {
    // What was kept is kept, also where this fails: then it goes with the row.
    await repeatLost(() => releaseBytes(pool, announced)).catch((error) => {
      if (!isDatabaseUnavailable(error)) throw error;
    });
  }
}

async function storeUpload(
  context: Workshop,
  upload: IncomingUpload,
  { file, sizeBytes }: { file: FileRow; sizeBytes: number },
): Promise<KeptFile> {
  const { pool, staging, storage } = context;
  const expiresAt = new Date(file.created_at.getTime() + context.settings.uploadDays * DAY_MS);
  const staged = await receiveBody(staging, upload.body, sizeBytes);
  try {
    const fault = findBytesFault(staged.head, file.content_type);
    if (fault !== undefined) throw invalidUpload(fault);
    // Claimed before it is stored: of two PUTs at once with different bytes, only one can go on from here.
    if (!(await repeatLost(() => claimContent(pool, file.key, staged)))) {
      throw invalidUpload('body: this address was already used for another file');
    }
    await storage.put(file.key, staged.path, { contentType: file.content_type, sizeBytes });
    if (!(await context.markReady({ key: file.key, expiresAt }))) {
      await storage.remove(file.key);
      throw new AppError('link_invalid');
    }
  } finally {
    await staging.discard(staged.path);
  }
  return describeKept(file.key, staged, expiresAt);
}

function checkUploadHeaders(upload: IncomingUpload, file: FileRow, bytesMax: number): number {
  const fault = findHeaderFault(upload.contentType, file.content_type);
  const sizes = findSizeFaults(upload.contentLength, bytesMax);
  const errors = fault === undefined ? sizes : [fault, ...sizes];
  if (errors.length > 0) throw new AppError('validation_failed', { errors });
  return Number(upload.contentLength);
}

function readContentLength(contentLength: string | undefined, bytesMax: number): number {
  const errors = findSizeFaults(contentLength, bytesMax);
  if (errors.length > 0) throw new AppError('validation_failed', { errors });
  return Number(contentLength);
}

function findSizeFaults(contentLength: string | undefined, bytesMax: number): string[] {
  const sizeBytes = /^\d{1,15}$/.test(contentLength ?? '') ? Number(contentLength) : 0;
  if (sizeBytes === 0) return ['Content-Length: must be given and above 0'];
  return sizeBytes > bytesMax ? [`Content-Length: must be at most ${bytesMax} bytes`] : [];
}

async function receiveBody(staging: Staging, body: Readable, sizeBytes: number): Promise<StagedFile> {
  try {
    return await staging.receive(body, sizeBytes);
  } catch (error) {
    if (error instanceof ReceiveFailed) throw invalidUpload(`body: ${error.message}`, error);
    throw error;
  }
}

function invalidUpload(error: string, cause?: unknown): AppError {
  return new AppError('validation_failed', { errors: [error], cause });
}

function describeKept(key: string, content: StagedFile, expiresAt: Date): KeptFile {
  return { key, sizeBytes: content.sizeBytes, sha256: content.sha256.toString('hex'), expiresAt };
}

async function keepResult(context: Workshop, result: ResultToKeep): Promise<KeptFile> {
  const { staging, clock, settings } = context;
  const staged = await staging.inspect(result.path);
  const type = findFileType(result.contentType);
  checkResult(staged, type, settings.resultBytesMax);
  if (findFileTypeByName(result.name) !== type)
    throw new Error('the name of the result does not fit its type');
  await context.room.check();
  const id = newId();
  const key = `results/${id}/${result.name}`;
  const nowMs = clock();
  const expiresAt = new Date(nowMs + settings.resultDays * DAY_MS);
  await context.insert({
    id,
    accountId: result.accountId,
    kind: 'result',
    key,
    contentType: type.contentType,
    taskId: result.taskId,
    content: staged,
    wantsPoster: !result.isPoster,
    createdAt: new Date(nowMs),
    expiresAt,
  });
  const about = { contentType: type.contentType, sizeBytes: staged.sizeBytes };
  await context.room.hold(0, () => context.storage.put(key, staged.path, about));
  await context.markReady({ key, expiresAt });
  return describeKept(key, staged, expiresAt);
}

function checkResult(
  staged: StagedFile,
  type: FileType | undefined,
  bytesMax: number,
): asserts type is FileType {
  if (staged.sizeBytes === 0) throw badResult('The result is an empty file');
  if (staged.sizeBytes > bytesMax) throw badResult(`The result is larger than ${bytesMax} bytes`);
  if (!type?.matches(staged.head)) {
    throw badResult(`The result is not ${type?.contentType ?? 'of a known type'}`);
  }
}

function badResult(message: string): AppError {
  return new AppError('generation_failed', { message });
}
