// Smooth reading of a picture at any place, packed so that a whole frame of it costs a few milliseconds.
import type { Size } from './picture.ts';

const RED_AND_BLUE = 0x00ff00ff;

/** The same bytes as `rgba`, one 32 bit word a pixel: a change to one is a change to the other. */
export function viewWords(rgba: Uint8ClampedArray): Uint32Array {
  return new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
}

/**
 * The colour between four pixels. `x` and `y` are pixels times 256 and must lie inside the picture; two colour
 * channels go through each multiplication at once.
 */
export function sampleSmooth(words: Uint32Array, size: Size, x: number, y: number): number {
  const column = Math.min(x >> 8, size.width - 2);
  const row = Math.min(y >> 8, size.height - 2);
  const fx = Math.min(256, x - (column << 8));
  const fy = Math.min(256, y - (row << 8));
  const bottomRight = (fx * fy) >> 8;
  const bottomLeft = fy - bottomRight;
  const topRight = fx - bottomRight;
  const topLeft = 256 - fx - fy + bottomRight;
  const at = row * size.width + column;
  const a = words[at];
  const b = words[at + 1];
  const c = words[at + size.width];
  const d = words[at + size.width + 1];
  const outer =
    (Math.imul(a & RED_AND_BLUE, topLeft) +
      Math.imul(b & RED_AND_BLUE, topRight) +
      Math.imul(c & RED_AND_BLUE, bottomLeft) +
      Math.imul(d & RED_AND_BLUE, bottomRight)) >>>
    8;
  const green =
    (Math.imul((a >>> 8) & 255, topLeft) +
      Math.imul((b >>> 8) & 255, topRight) +
      Math.imul((c >>> 8) & 255, bottomLeft) +
      Math.imul((d >>> 8) & 255, bottomRight)) &
    0xff00;
  return (outer & RED_AND_BLUE) | green | 0xff000000;
}

/** A mix of two packed colours; `share` of the second, 0 to 256. */
export function mixWords(first: number, second: number, share: number): number {
  const rest = 256 - share;
  const outer = (Math.imul(first & RED_AND_BLUE, rest) + Math.imul(second & RED_AND_BLUE, share)) >>> 8;
  const green = (Math.imul((first >>> 8) & 255, rest) + Math.imul((second >>> 8) & 255, share)) & 0xff00;
  return (outer & RED_AND_BLUE) | green | 0xff000000;
}
