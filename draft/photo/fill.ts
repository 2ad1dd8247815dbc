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

/** A value of `level` for a pixel of the level (or picture) twice its size: between its four nearest, so no blocks show. */
function readLevel(level: Level, x: number, y: number, channel: number): number {
  const fx = clamp(x / 2 - 0.25, 0, level.width - 1);
  const fy = clamp(y / 2 - 0.25, 0, level.height - 1);
  const left = Math.floor(fx);
  const top = Math.floor(fy);
  const right = left + 1 < level.width ? 4 : 0;
  const down = top + 1 < level.height ? level.width * 4 : 0;
  const at = (top * level.width + left) * 4 + channel;
  const { data } = level;
  const upper = data[at] + (data[at + right] - data[at]) * (fx - left);
  const lower = data[at + down] + (data[at + down + right] - data[at + down]) * (fx - left);
  return upper + (lower - upper) * (fy - top);
}

/** One level up: what `fine` lacks in weight comes from `coarse`. */
function pull(fine: Level, coarse: Level): void {
  for (let target = 0; target < fine.data.length; target += 4) {
    const missing = 1 - fine.data[target + 3];
    if (missing <= 0) continue;
    const x = (target >> 2) % fine.width;
    const y = ((target >> 2) - x) / fine.width;
    for (let c = 0; c < 4; c++) fine.data[target + c] += missing * readLevel(coarse, x, y, c);
  }
}

/** The picture at half size, every pixel weighted by how well it is known. Filling is soft: more would only cost time. */
function shrink({ width, height, rgba }: Picture, known: Uint8Array): Level {
  const level: Level = { width: (width + 1) >> 1, height: (height + 1) >> 1, data: new Float32Array(0) };
  level.data = new Float32Array(level.width * level.height * 4);
  for (let i = 0; i < known.length; i++) {
    if (known[i] === 0) continue;
    const x = i % width;
    const y = (i - x) / width;
    const target = ((y >> 1) * level.width + (x >> 1)) * 4;
    const weight = known[i] / 255;
    for (let c = 0; c < 3; c++) level.data[target + c] += rgba[i * 4 + c] * weight;
    level.data[target + 3] += weight;
  }
  for (let p = 0; p < level.data.length; p += 4) {
    const scale = 1 / Math.max(1, level.data[p + 3]);
    for (let c = 0; c < 4; c++) level.data[p + c] *= scale;
  }
  return level;
}

interface Picture {
  width: number;
  height: number;
  rgba: Uint8ClampedArray;
}

/**
 * A copy of opaque `rgba` in which pixels count as far as `known` says (255 stays as it is, 0 is filled from around).
 * Where nothing at all is known, the copy is black.
 * @param wanted pixels that are 0 here are left as they are: the caller will not look at them
 */
export function fillUnknown(picture: Picture, known: Uint8Array, wanted?: Uint8Array): Uint8ClampedArray {
  const levels: Level[] = [shrink(picture, known)];
  while (levels.at(-1)!.width > 1 || levels.at(-1)!.height > 1) levels.push(push(levels.at(-1)!));
  // The coarsest level may hold a weight below one: bring it to full, so that every gap is closed.
  const top = levels.at(-1)!.data;
  const weight = top[3] || 1;
  for (let c = 0; c < 4; c++) top[c] = top[c] / weight;
  for (let i = levels.length - 2; i >= 0; i--) pull(levels[i], levels[i + 1]);
  const out = picture.rgba.slice();
  for (let i = 0; i < known.length; i++) {
    if (known[i] === 255 || wanted?.[i] === 0) continue;
    const x = i % picture.width;
    const y = (i - x) / picture.width;
    const kept = known[i] / 255;
    for (let c = 0; c < 3; c++)
      out[i * 4 + c] = out[i * 4 + c] * kept + readLevel(levels[0], x, y, c) * (1 - kept);
    out[i * 4 + 3] = 255;
  }
  return out;
}
