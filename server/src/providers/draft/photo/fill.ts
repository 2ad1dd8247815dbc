// Fills the part of a picture that a mask leaves out with the colours around it (push-pull: average known pixels into
// ever smaller pictures, then hand the averages back into the gaps). Soft by nature: meant for what a person hid.
import { clamp } from './plane.ts';

interface Level {
  width: number;
  height: number;
  /** Red, green and blue, each times the weight, then the weight. */
  data: Float32Array;
}

/** One level down: every pixel is the sum of the four below it, capped to a weight of one. */
function push(level: Level): Level {
  const width = Math.max(1, level.width >> 1);
  const height = Math.max(1, level.height >> 1);
  const { data } = level;
  const out: Level = { width, height, data: new Float32Array(width * height * 4) };
  for (let target = 0; target < out.data.length; target += 4) {
    const x = (target >> 2) % width;
    const y = ((target >> 2) - x) / width;
    const right = level.width > 1 ? 4 : 0;
    const down = level.height > 1 ? level.width * 4 : 0;
    const from = (y * 2 * level.width + x * 2) * 4;
    const sum = (c: number) =>
      data[from + c] + data[from + right + c] + data[from + down + c] + data[from + down + right + c];
    const scale = 1 / Math.max(1, sum(3));
    for (let c = 0; c < 4; c++) out.data[target + c] = sum(c) * scale;
  }
  return out;
}

/** One level up: what `fine` lacks in weight comes from `coarse`, blended between its pixels so that no blocks show. */
function pull(fine: Level, coarse: Level): void {
  for (let y = 0; y < fine.height; y++) {
    const fy = clamp(y / 2 - 0.25, 0, coarse.height - 1);
    const y0 = Math.floor(fy);
    const y1 = Math.min(coarse.height - 1, y0 + 1);
    for (let x = 0; x < fine.width; x++) {
      const target = (y * fine.width + x) * 4;
      const missing = 1 - fine.data[target + 3];
      if (missing <= 0) continue;
      const fx = clamp(x / 2 - 0.25, 0, coarse.width - 1);
      const x0 = Math.floor(fx);
      const x1 = Math.min(coarse.width - 1, x0 + 1);
      const at = (row: number, column: number, c: number) =>
        coarse.data[(row * coarse.width + column) * 4 + c];
      for (let c = 0; c < 4; c++) {
        const top = at(y0, x0, c) + (at(y0, x1, c) - at(y0, x0, c)) * (fx - x0);
        const bottom = at(y1, x0, c) + (at(y1, x1, c) - at(y1, x0, c)) * (fx - x0);
        fine.data[target + c] = fine.data[target + c] + missing * (top + (bottom - top) * (fy - y0));
      }
    }
  }
}

/**
 * A copy of opaque `rgba` in which pixels count as far as `known` says (255 stays as it is, 0 is filled from around).
 * Where nothing at all is known, the copy is black.
 */
export function fillUnknown(
  picture: { width: number; height: number; rgba: Uint8ClampedArray },
  known: Uint8Array,
): Uint8ClampedArray {
  const { width, height, rgba } = picture;
  const levels: Level[] = [{ width, height, data: new Float32Array(width * height * 4) }];
  const base = levels[0].data;
  for (let i = 0, p = 0; i < known.length; i++, p += 4) {
    const weight = known[i] / 255;
    for (let c = 0; c < 3; c++) base[p + c] = rgba[p + c] * weight;
    base[p + 3] = weight;
  }
  while (levels.at(-1)!.width > 1 || levels.at(-1)!.height > 1) levels.push(push(levels.at(-1)!));
  // The coarsest level may hold a weight below one: bring it to full, so that every gap is closed.
  const top = levels.at(-1)!.data;
  const weight = top[3] || 1;
  for (let c = 0; c < 4; c++) top[c] = top[c] / weight;
  for (let i = levels.length - 2; i >= 0; i--) pull(levels[i], levels[i + 1]);
  const out = new Uint8ClampedArray(rgba.length);
  for (let p = 0; p < out.length; p += 4) {
    for (let c = 0; c < 3; c++) out[p + c] = base[p + c];
    out[p + 3] = 255;
  }
  return out;
}
