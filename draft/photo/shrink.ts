// Small pictures for lists: posters and covers, as JPEG or WebP within a number of bytes.
import sharp, { type Sharp } from 'sharp';

export interface SmallSize {
  width: number;
  height: number;
  bytesMax: number;
}

export type SmallFormat = 'jpeg' | 'webp';

/** A picture has at most this many pixels; a larger one is refused before it is decoded. */
const PIXELS_MAX = 50_000_000;
const TIMEOUT_SECONDS = 10;
const QUALITY_FIRST = 80;
const QUALITY_LEAST = 26;
const QUALITY_STEP = 9;

/**
 * Cuts a picture to a size and gives it in a format; one that is too tall loses its foot, since faces are further up.
 * @param picture a file, or the bytes of one.
 * @throws Error for what is no picture, and for one that does not get small enough.
 */
export async function shrinkPicture(
  picture: Buffer | string,
  size: SmallSize,
  format?: SmallFormat,
): Promise<Buffer> {
  const image = sharp(picture, { limitInputPixels: PIXELS_MAX, failOn: 'error' }).rotate();
  const cut = image.resize(size.width, size.height, { fit: 'cover', position: 'top' });
  return await toSmall(cut, size.bytesMax, format);
}

/** Fits a picture into a size, as it is. @throws Error as {@link shrinkPicture} does. */
export async function fitPicture(
  picture: Buffer | string,
  size: SmallSize,
  format?: SmallFormat,
): Promise<Buffer> {
  const image = sharp(picture, { limitInputPixels: PIXELS_MAX, failOn: 'error' }).rotate();
  const small = image.resize(size.width, size.height, { fit: 'inside', withoutEnlargement: true });
  return await toSmall(small, size.bytesMax, format);
}

async function toSmall(picture: Sharp, bytesMax: number, format: SmallFormat = 'jpeg'): Promise<Buffer> {
  const { data, info } = await picture
    .flatten({ background: '#000000' })
    .timeout({ seconds: TIMEOUT_SECONDS })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (let quality = QUALITY_FIRST; quality >= QUALITY_LEAST; quality -= QUALITY_STEP) {
    const image = sharp(data, { raw });
    const written = format === 'webp' ? image.webp({ quality }) : image.jpeg({ quality, mozjpeg: true });
    const bytes = await written.toBuffer();
    if (bytes.length <= bytesMax) return bytes;
  }
  throw new Error(`The picture does not get smaller than ${bytesMax} bytes.`);
}
