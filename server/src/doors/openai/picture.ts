// A picture or a clip in a request: a file, or an object that says where it is. The bytes decide what it is, whatever is said of them.
import { findUploadType } from '../../files/keep-upload.ts';
import type { FormFile } from '../../http/body.ts';
import { isObject, type Json } from '../../lib/json.ts';

/** Bytes that are still to be kept, or an address. */
export type Picture = { bytes: Buffer } | { url: string };

/** Of the text of a data URL, as OpenAI has it. */
const DATA_URL_CHARACTERS_MAX = 20 * 1024 * 1024;

type Read = Picture | { fault: string };

function isFile(reference: FormFile | Json): reference is FormFile {
  return isObject(reference) && Buffer.isBuffer((reference as unknown as FormFile).bytes);
}

/** Reads what stands for a picture: a file, an address, a data URL, or an object with one of `image_url` and `file_id`. */
export function readPicture(reference: FormFile | Json): Read {
  if (isFile(reference)) return judgeBytes(reference.bytes);
  if (typeof reference === 'string') return readAddress(reference);
  if (!isObject(reference)) return { fault: 'must be a file, or an object with image_url or file_id' };
  const { image_url: url, file_id: fileId } = reference;
  if ((url === undefined) === (fileId === undefined))
    return { fault: 'must have exactly one of image_url and file_id' };
  if (url !== undefined)
    return typeof url === 'string' ? readAddress(url) : { fault: 'image_url must be of type string' };
  // An asset of the account: the catalogue looks whether it is there.
  return typeof fileId === 'string'
    ? { url: `asset://${fileId}` }
    : { fault: 'file_id must be of type string' };
}

function readAddress(address: string): Read {
  if (/^(https?|asset):/i.test(address)) return { url: address };
  const [head] = /^data:[\w.+/-]*;base64,/i.exec(address.slice(0, 200)) ?? [];
  if (head === undefined)
    return { fault: 'must be a file, an http or https address, or a data URL with base64' };
  if (address.length > DATA_URL_CHARACTERS_MAX)
    return { fault: `a data URL must have at most ${DATA_URL_CHARACTERS_MAX} characters` };
  return judgeBytes(Buffer.from(address.slice(head.length), 'base64'));
}

/** Reads the file of a clip. */
export function readClip({ bytes }: FormFile): Read {
  if (bytes.length === 0) return { fault: 'the file is empty' };
  return findUploadType(bytes)?.contentType.startsWith('video/')
    ? { bytes }
    : { fault: 'its bytes are not those of a video that is taken (MP4, MOV, WebM)' };
}

function judgeBytes(bytes: Buffer): Read {
  if (bytes.length === 0) return { fault: 'the file is empty' };
  const type = findUploadType(bytes);
  return type?.contentType.startsWith('image/')
    ? { bytes }
    : { fault: 'its bytes are not those of a picture that is taken (JPEG, PNG, WebP, GIF, TIFF, AVIF)' };
}
