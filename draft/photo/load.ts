// Turns untrusted picture files into photos. Only sharp decodes, under a pixel and a time limit, and only formats whose
// first bytes and decoder agree. Must never hold a full-size decoded picture, and never pass markup (SVG) to a decoder.
import { open } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { type Photo, PhotoError } from './photo.ts';
import { findPictureFormat, HEAD_BYTES, isHeic } from './picture-type.ts';
import { findPeople } from './segment.ts';

export interface PhotoLimits {
  /** A picture with more pixels than this is refused before it is decoded. */
  maxPixels: number;
  /** The same for one that is decoded row by row, so that it never lies in memory whole. Default: `maxPixels`. */
  maxRowwisePixels?: number;
  /** Longest side of the working copy, in pixels; smaller pictures stay as they are. */
  maxSide: number;
  /** Time for decoding one picture. */
  timeoutMs: number;
}

const ACCEPTED_FORMATS = 'JPEG, PNG, WebP, GIF, TIFF or AVIF';

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function refuse(position: number, problem: string, cause?: unknown): PhotoError {
  return new PhotoError(`Picture ${position} ${problem}`, { cause });
}

async function decode(path: string, position: number, limits: PhotoLimits): Promise<Photo> {
  const head = await readHead(path);
  if (head.length === 0) throw refuse(position, 'is an empty file. Send it again.');
  const format = findPictureFormat(head);
  if (isHeic(head)) {
    throw refuse(position, 'is a HEIC photo, which cannot be read here. Export it as JPEG and send that.');
  }
  if (format === undefined) {
    throw refuse(position, `is not a ${ACCEPTED_FORMATS} file. Send it in one of these formats.`);
  }
  // No limit of sharp's own here: reading a header costs nothing, and the refusal can then name the real size.
  const metadata = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw refuse(position, 'has a damaged header. Export it again and send the new file.', cause);
    });
  if (metadata.format !== format) {
    throw refuse(position, `is not the ${format} file it claims to be. Send a ${ACCEPTED_FORMATS} file.`);
  }
  const maxPixels = isRowwise(metadata) ? (limits.maxRowwisePixels ?? limits.maxPixels) : limits.maxPixels;
  if (metadata.width * metadata.height > maxPixels) {
    const size = `${metadata.width} x ${metadata.height} pixels`;
    const megapixels = Math.floor(maxPixels / 1e5) / 10;
    throw refuse(position, `is too large (${size}). Scale it to at most ${megapixels} megapixels.`);
  }
  return {
    ...(await decodePixels(path, position, { ...limits, maxPixels })),
    personShare: 0,
    box: { x: 0, y: 0, width: 0, height: 0 },
  };
}

/**
 * Whether a picture is decoded row by row and scaled on the way. One in several passes is not, and neither is one without
 * scaled decoding that has to be turned.
 */
function isRowwise({ format, isProgressive, orientation = 1 }: Metadata): boolean {
  if (isProgressive === true) return false;
  return format === 'jpeg' || (format === 'png' && orientation === 1);
}

async function decodePixels(path: string, position: number, limits: PhotoLimits) {
  const { data, info } = await sharp(path, {
    limitInputPixels: limits.maxPixels,
    failOn: 'error',
    pages: 1,
    sequentialRead: true,
  })
    .autoOrient()
    .resize(limits.maxSide, limits.maxSide, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .flatten({ background: '#ffffff' })
    .ensureAlpha()
    .timeout({ seconds: Math.max(1, Math.ceil(limits.timeoutMs / 1000)) })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw refuse(
        position,
        'is damaged or took too long to decode. Export it again and send the new file.',
        cause,
      );
    });
  // A copy of its own: the worker threads take the buffer over, and sharp's may be part of a pool.
  return { width: info.width, height: info.height, rgba: new Uint8ClampedArray(data) };
}

/**
 * Decodes pictures one after the other, turned upright, in sRGB, over white where they were transparent, the first
 * frame of an animation, and looks for people in each.
 * @throws PhotoError naming the first picture that cannot be used, counted from 1.
 */
export async function loadPhotos(paths: string[], limits: PhotoLimits): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const [index, path] of paths.entries()) {
    const photo = await decode(path, index + 1, limits);
    photos.push({ ...photo, ...findPeople(photo) });
  }
  return photos;
}
