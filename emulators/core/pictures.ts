// Pictures within answers: a small one of the asked proportions and format in base64, as large as a setting says. What
// follows the end of a picture is ignored by every reader of it, so the padding changes its size alone.
import sharp from 'sharp';
import { drawFile, type FileShape } from './video.ts';

export type PictureFormat = 'png' | 'jpeg' | 'webp';

/** Padded ones, since drawing 30 MB of base64 for each answer would take longer than sending it. */
const padded = new Map<string, string>();
const KEPT_MAX = 4;

/** The base64 of a picture. @param bytes its least size; 0 for as it is drawn. */
export async function drawBase64(
  size: Pick<FileShape, 'width' | 'height'>,
  bytes = 0,
  format: PictureFormat = 'png',
): Promise<string> {
  const png = await drawFile({ kind: 'png', ...size });
  const drawn = format === 'png' ? png : await sharp(png).toFormat(format).toBuffer();
  if (bytes <= drawn.length) return drawn.toString('base64');
  const key = `${format} ${size.width}x${size.height} ${bytes}`;
  const known = padded.get(key);
  if (known !== undefined) return known;
  const text = Buffer.concat([drawn, Buffer.alloc(bytes - drawn.length, 0x5a)]).toString('base64');
  if (padded.size >= KEPT_MAX) padded.clear();
  padded.set(key, text);
  return text;
}
