// Draws the shape of a sound as a picture: a bar for each moment, as high as it is loud. Its ground is dark in every
// theme, as that of a video is.
import sharp from 'sharp';
import type { SoundShape } from '../encode/sound-shape.ts';

/** How many bars a picture has, so that each is some pixels wide even in a list. */
export const BARS = 64;

/** As the stage of the dashboard, on which results lie in both themes, and its accent on it. */
const GROUND = '#0b0b0c';
const INK = '#5cc8d8';
const WIDTH = 960;
const HEIGHT = 540;
const MARGIN = 72;
const GAP = 0.42;
const BAR_HEIGHT_MAX = 300;
/** A silent moment is a dot and not a hole. */
const BAR_HEIGHT_MIN = 8;

/** @returns the picture as PNG. */
export async function drawWave({ peaks }: SoundShape): Promise<Buffer> {
  const loudest = Math.max(0.02, ...peaks);
  const step = (WIDTH - 2 * MARGIN) / peaks.length;
  const width = step * (1 - GAP);
  const bars = peaks.map((peak, at) => {
    // A root, since ears hear a tenth of the level as about half as loud.
    const height = Math.max(BAR_HEIGHT_MIN, BAR_HEIGHT_MAX * (peak / loudest) ** 0.6);
    const [x, y] = [MARGIN + at * step + (step - width) / 2, (HEIGHT - height) / 2];
    const place = `x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${width.toFixed(2)}"`;
    return `<rect ${place} height="${height.toFixed(2)}" rx="${(width / 2).toFixed(2)}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <rect width="100%" height="100%" fill="${GROUND}"/>
    <g fill="${INK}">${bars.join('')}</g>
  </svg>`;
  return await sharp(Buffer.from(svg)).png({ compressionLevel: 0 }).toBuffer();
}
