// Which type an upload is. Clients say it in two ways, spell both as they like, and send the bytes under a third: what is
// said must be possible, and then the bytes decide.
import { AppError } from '../errors.ts';
import {
  FILE_CONTENT_TYPES,
  type FileType,
  findFileType,
  findFileTypeByHead,
  findFileTypeByName,
} from '../lib/file-types.ts';

/** What says only that there are bytes; the second is what curl sends unasked. */
const UNSAID = /^(|(application|binary)\/(octet-stream|x-binary|binary)|application\/x-www-form-urlencoded)$/;

function isUnsaid(contentType: string): boolean {
  return UNSAID.test(contentType.split(';')[0].trim().toLowerCase());
}

function takenType(type: FileType | undefined): FileType | undefined {
  return type && FILE_CONTENT_TYPES.includes(type.contentType) ? type : undefined;
}

/**
 * The extension in what a client gives as one: `.JPG`, `jpg`, or a whole name or address that ends with it. Undefined
 * when there is none, as in `photo`.
 */
function readExtension(given: string): string | undefined {
  const name = given.split(/[?#]/)[0].split(/[\\/]/).at(-1)?.trim().toLowerCase() ?? '';
  const dot = name.lastIndexOf('.');
  if (dot !== -1) return name.slice(dot);
  return findFileTypeByName(`.${name}`) ? `.${name}` : undefined;
}

/**
 * The type that an upload is announced as, and the extension for its name.
 * @throws AppError `validation_failed` with a line for each that names no type that is taken, or when the two differ.
 */
export function readUploadType(contentType: string, ext: string): { type: FileType; ext: string } {
  const extension = readExtension(ext);
  const byName = extension === undefined ? undefined : takenType(findFileTypeByName(extension));
  const type = isUnsaid(contentType) ? byName : takenType(findFileType(contentType));
  const errors: string[] = [];
  if (type === undefined) errors.push(`content_type: must be one of ${FILE_CONTENT_TYPES.join(', ')}`);
  else if (extension !== undefined && !type.extensions.includes(extension)) {
    errors.push(`ext: must be ${type.extensions.join(' or ')} for ${type.contentType}`);
  }
  if (type === undefined || errors.length > 0) throw new AppError('validation_failed', { errors });
  // Rarer spellings say nothing to many a provider that fetches the file.
  const [first, second] = type.extensions;
  return { type, ext: extension === second ? second : first };
}

/** What is wrong with the Content-Type of a PUT; undefined if it may describe the file. */
export function findHeaderFault(announced: string | undefined, expected: string): string | undefined {
  if (announced === undefined || isUnsaid(announced) || takenType(findFileType(announced))) return undefined;
  return `Content-Type: must be ${expected}, as it was announced for this address`;
}

function familyOf(contentType: string): string {
  return contentType.split('/')[0];
}

/** What is against the bytes of an upload; undefined when they are of a type that is taken and of the kind announced. */
export function findBytesFault(head: Buffer, expected: string): string | undefined {
  const shown = findFileTypeByHead(head);
  const taken = takenType(shown);
  if (taken && familyOf(taken.contentType) === familyOf(expected)) return undefined;
  const found = shown && !taken ? ` but of ${shown.contentType}, which is not accepted` : '';
  return `body: its first bytes are not those of ${expected}${found}`;
}
