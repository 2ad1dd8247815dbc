// The way out of storage: a genuine link, or nothing. Reading needs neither the database nor room on the disk.
import { AppError } from '../errors.ts';
import { FILE_HEAD_BYTES, type FileType, findFileTypeByHead, findFileTypeByName } from '../lib/file-types.ts';
import type { Clock } from '../lib/time.ts';
import { LINK_PATH_PREFIX, type LinkQuery, type LinkSigner } from './links.ts';
import type { ByteRange, FileStorage, OpenedObject, StoredObject } from './storage.ts';

export interface ReadingContext {
  storage: FileStorage;
  clock: Clock;
  publicUrl: () => string;
}

/** A file that a genuine link leads to. */
export interface LinkedFile extends StoredObject {
  name: string;
  contentType: string;
  linkExpiresAtMs: number;
  /** Null when the file went away since. */
  read(range?: ByteRange): Promise<OpenedObject | null>;
}

export interface OwnFile extends OpenedObject {
  contentType: string;
}

/** The type of an upload by its first bytes: it may be another than its name was given for. */
async function readShownType(
  storage: FileStorage,
  key: string,
  sizeBytes: number,
): Promise<FileType | undefined> {
  const end = Math.min(sizeBytes, FILE_HEAD_BYTES) - 1;
  const opened = end < 0 ? null : await storage.open(key, { start: 0, end });
  return opened === null ? undefined : findFileTypeByHead(Buffer.concat(await opened.stream.toArray()));
}

/** What a link leads to. @throws AppError `link_invalid` for a wrong or expired link and for a file that is not there. */
export async function openLink(
  context: ReadingContext,
  links: LinkSigner,
  { key, query }: { key: string; query: LinkQuery },
): Promise<LinkedFile> {
  const link = links.verify('GET', key, query, context.clock());
  const type = findFileTypeByName(key);
  const object = link === null || type === undefined ? null : await context.storage.head(key);
  if (link === null || type === undefined || object === null) throw new AppError('link_invalid');
  const shown = key.startsWith('uploads/')
    ? await readShownType(context.storage, key, object.sizeBytes)
    : undefined;
  return {
    ...object,
    name: key.slice(key.lastIndexOf('/') + 1),
    contentType: (shown ?? type).contentType,
    linkExpiresAtMs: link.expiresAtMs,
    read: (range) => context.storage.open(key, range),
  };
}

/** The key in an address of this server's files; undefined for any other address. It proves nothing. */
function readOwnKey(context: Pick<ReadingContext, 'publicUrl'>, address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const place = url.origin + url.pathname;
  const prefix = new URL(context.publicUrl() + LINK_PATH_PREFIX).href;
  return place.startsWith(prefix) ? place.slice(prefix.length) : undefined;
}

/** The content type that the name of one of Reelay's own files means; undefined for any other address. */
export function findOwnType(context: Pick<ReadingContext, 'publicUrl'>, address: string): string | undefined {
  const key = readOwnKey(context, address);
  return key === undefined ? undefined : findFileTypeByName(key)?.contentType;
}

/** What a genuine link opens, and until when. */
export interface OwnLink {
  key: string;
  expiresAtMs: number;
}

/** What one of our own links opens, whether it is there or not; undefined for any other address. */
export function readOwnLink(
  context: Pick<ReadingContext, 'publicUrl' | 'clock'>,
  links: LinkSigner,
  address: string,
): OwnLink | undefined {
  const key = readOwnKey(context, address);
  if (key === undefined) return undefined;
  const query = Object.fromEntries(new URL(address).searchParams);
  const link = links.verify('GET', key, query, context.clock());
  return link === null ? undefined : { key, ...link };
}

/** Opens one of our own links without the network; null for any other address. @throws as `openLink`. */
export async function openOwn(
  context: ReadingContext,
  links: LinkSigner,
  address: string,
): Promise<OwnFile | null> {
  const key = readOwnKey(context, address);
  if (key === undefined) return null;
  const query = Object.fromEntries(new URL(address).searchParams);
  const file = await openLink(context, links, { key, query });
  const opened = await file.read();
  if (opened === null) throw new AppError('link_invalid');
  return { ...opened, contentType: file.contentType };
}
