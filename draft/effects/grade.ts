// Recolouring of pixels: a dark to bright ramp of colours in place of the photo's own, and lit rims.
import { blurWide, fromBytes } from '../photo/plane.ts';
import type { Picture } from './picture.ts';

export type Rgb = readonly [number, number, number];

/** Places brightness on a ramp of colours: the first for black, the last for white, even steps between. Keeps alpha. */
export function mapBrightness(rgba: Uint8ClampedArray, ramp: readonly Rgb[]): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 3);
  for (let value = 0; value < 256; value++) {
    const at = (value / 255) * (ramp.length - 1);
    const index = Math.min(ramp.length - 2, Math.floor(at));
    for (let c = 0; c < 3; c++) {
      table[value * 3 + c] = ramp[index][c] + (ramp[index + 1][c] - ramp[index][c]) * (at - index);
    }
  }
  const out = new Uint8ClampedArray(rgba.length);
  for (let p = 0; p < rgba.length; p += 4) {
    const value = (rgba[p] * 54 + rgba[p + 1] * 183 + rgba[p + 2] * 19) >> 8;
    for (let c = 0; c < 3; c++) out[p + c] = table[value * 3 + c];
    out[p + 3] = rgba[p + 3];
  }
  return out;
}

/**
 * Light that grazes the people from one side, as a layer to be added: bright at the outline that faces the lamp,
 * gone `depthPx` further in. Empty without people.
 */
export function makeRim(
  picture: Picture,
  lamp: { x: number; y: number; depthPx: number; color: Rgb },
): Uint8ClampedArray {
  const out = new Uint8ClampedArray(picture.rgba.length);
  if (picture.mask === undefined) return out;
  const { width, height, mask } = picture;
  const soft = blurWide(fromBytes(mask, picture), lamp.depthPx / 2);
  const shiftX = Math.round(lamp.x * lamp.depthPx);
  const shiftY = Math.round(lamp.y * lamp.depthPx);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const x = (i % width) + shiftX;
    const y = Math.floor(i / width) + shiftY;
    // Beyond the frame the person goes on: no rim along the frame's own borders.
    const inside = x < 0 || y < 0 || x >= width || y >= height;
    const covered = inside ? 1 : soft.data[y * width + x];
    const lit = (mask[i] / 255) * Math.max(0, 1 - covered * 1.15) ** 1.4;
    for (let c = 0; c < 3; c++) out[i * 4 + c] = lamp.color[c];
    out[i * 4 + 3] = lit * 255;
  }
  return out;
}
