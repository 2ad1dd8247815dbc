// Uploads that come inside of a request instead of by an address of their own: they are announced and received as the others
// are, so that the same limits hold for them.
import { Readable } from 'node:stream';
import { refuseFaults } from '../errors.ts';
import { FILE_HEAD_BYTES, type FileType, findFileTypeByHead } from '../lib/file-types.ts';
import type { Files, KeptFile } from './files.ts';
import { LINK_PATH_PREFIX } from './links.ts';

/** An upload that is kept. */
export interface KeptUpload extends KeptFile {
  /** Gives the file back, until the end of its retention. */
  fileUrl: string;
  contentType: string;
}

/** The type of bytes that uploads may have, by their beginning; undefined for every other. */
export function findUploadType(bytes: Buffer): FileType | undefined {
  const type = findFileTypeByHead(bytes.subarray(0, FILE_HEAD_BYTES));
  return type?.refused ? undefined : type;
}

/**
 * Keeps bytes as an upload of an account.
 * @throws AppError `validation_failed` for bytes of no type that is taken, `uploads_full`, `storage_full`.
 */
export async function keepUpload(
  files: Pick<Files, 'startUpload' | 'receiveUpload'>,
  { accountId, bytes }: { accountId: string; bytes: Buffer },
): Promise<KeptUpload> {
  const type = findUploadType(bytes);
  if (type === undefined) throw refuseFaults(['file: is not of a type that is taken']);
  const { contentType, extensions } = type;
  const { uploadUrl, fileUrl } = await files.startUpload({ accountId, contentType, ext: extensions[0] });
  const { pathname, searchParams } = new URL(uploadUrl);
  const kept = await files.receiveUpload({
    key: pathname.slice(pathname.lastIndexOf(LINK_PATH_PREFIX) + LINK_PATH_PREFIX.length),
    query: Object.fromEntries(searchParams),
    contentType,
    contentLength: String(bytes.length),
    body: Readable.from([bytes]),
  });
  return { ...kept, fileUrl, contentType };
}
