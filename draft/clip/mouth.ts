// Opens the mouth of a picture: what is below it moves down, column by column, and the gap is dark. Nothing else of a face
// is changed.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { makeCanvas } from '../effects/picture.ts';
import type { Mouth } from './face.ts';

/** Parts of the width of a face. */
const HALF_WIDTH = 0.19;
const OPEN_MAX = 0.165;
const CHIN = 0.42;
const COLUMN_PIXELS = 1;

/** @param open 0 is as in the picture, 1 is as wide as a vowel. */
export function openMouth(context: SKRSContext2D, { x, y, faceWidth }: Mouth, open: number): void {
  const gap = open * OPEN_MAX * faceWidth;
  if (gap < 0.75) return;
  const half = faceWidth * (HALF_WIDTH - 0.03 * open);
  const jaw = faceWidth * 0.36;
  const chin = faceWidth * CHIN;
  const [left, top] = [Math.floor(x - jaw), Math.floor(y)];
  const width = Math.ceil(jaw * 2);
  const height = Math.ceil(chin);
  const below = makeCanvas({ width, height });
  below.getContext('2d').drawImage(context.canvas, left, top, width, height, 0, 0, width, height);
  drawGap(context, { x, y, half, gap });
  for (let column = 0; column < width; column += COLUMN_PIXELS) {
    const aside = (left + column + 0.5 - x) / half;
    // The jaw goes down as a whole; the corners of the mouth stay closed, and the cheeks stay where they are.
    const lips = Math.abs(aside) < 1 ? Math.cos((aside * Math.PI) / 2) ** 0.8 : 0;
    const drop = gap * lips;
    if (drop < 0.4) continue;
    context.drawImage(
      below,
      column,
      0,
      COLUMN_PIXELS,
      height,
      left + column,
      top + drop,
      COLUMN_PIXELS,
      height - drop,
    );
  }
}

interface Gap {
  x: number;
  y: number;
  half: number;
  gap: number;
}

/** What is seen in an open mouth: dark, with the edge of the upper teeth. */
function drawGap(context: SKRSContext2D, { x, y, half, gap }: Gap): void {
  context.save();
  const dark = context.createLinearGradient(0, y - gap * 0.1, 0, y + gap);
  dark.addColorStop(0, '#1d0a0c');
  dark.addColorStop(0.6, '#3b1417');
  dark.addColorStop(1, '#6e2b2c');
  context.fillStyle = dark;
  context.beginPath();
  context.ellipse(x, y + gap * 0.42, half * 0.98, gap * 0.62, 0, 0, Math.PI * 2);
  context.fill();
  context.clip();
  context.fillStyle = 'rgba(240, 234, 226, 0.82)';
  context.beginPath();
  context.ellipse(x, y - gap * 0.1, half * 0.72, gap * 0.32, 0, 0, Math.PI * 2);
  context.fill();
  context.restore();
}
