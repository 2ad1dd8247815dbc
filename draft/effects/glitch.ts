// A broken signal: colour split, torn rows, displaced blocks, smeared pixels and static in bursts, calm tape between.

import { FRAME_RATE } from '../job.ts';
import type { Photo } from '../photo/photo.ts';
import { clamp } from '../photo/plane.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Painter, Stage } from '../stage.ts';
import { makeBloom, makeVignette } from './finish.ts';
import { fitPhoto, makeCanvas, type Picture, wrapPixels } from './picture.ts';

/** Faults change this often; between two changes they hold, as on a stuck decoder. */
const STEPS_PER_SECOND = 12;

/** What happens to the rows of one frame. Offsets are in pixels. */
interface Fault {
  /** Sideways shift of each row. */
  shift: Int32Array;
  /** Extra shift of red (and, turned round, of blue) in each row. */
  split: Int32Array;
  /** First column of a smear in each row: from there on its pixel repeats; the width where there is none. */
  smear: Int32Array;
  /** Brightness of each row, 256 as it is. */
  light: Int32Array;
  /** Static in each row, 0 none to 255. */
  noise: Int32Array;
}

/** How broken the signal is, 0 to 1: a burst at the start, then at seeded moments, a last one before the end. */
function readStrength(timeSeconds: number, stage: Stage): number {
  const random = createRandom(deriveSeed(stage.seed, 'bursts'));
  const bursts = [{ at: 0.15, size: 0.9 }];
  for (let at = 0.9 + random() * 0.3; at < stage.durationSeconds - 0.8; at += 0.75 + random() * 0.7) {
    bursts.push({ at, size: 0.55 + 0.45 * random() });
  }
  bursts.push({ at: stage.durationSeconds - 0.55, size: 1 });
  let strength = 0;
  for (const burst of bursts) {
    const since = timeSeconds - burst.at;
    if (since < -0.08) continue;
    strength = Math.max(strength, burst.size * (since < 0 ? 1 + since / 0.08 : Math.exp(-since * 5.5)));
  }
  return strength < 0.06 ? 0 : strength;
}

function makeFault(height: number): Fault {
  const rows = () => new Int32Array(height);
  return { shift: rows(), split: rows(), smear: rows(), light: rows(), noise: rows() };
}

/** Torn bands: neighbouring rows slide together, a few far, most hardly. */
function tearRows(fault: Fault, stage: Stage, strength: number, step: number): void {
  const random = createRandom(deriveSeed(stage.seed, `rows ${step}`));
  const { width, height } = stage;
  for (let row = 0; row < height; ) {
    const band = Math.ceil(height * (0.006 + 0.11 * random() ** 2));
    const torn = random() < 0.16 + 0.5 * strength;
    const shift = torn ? (random() - 0.5) * width * 0.34 * strength * random() : 0;
    const smears = torn && random() < 0.28 * strength;
    const smear = smears ? Math.floor(width * (0.25 + 0.7 * random())) : width;
    const noisy = random() < 0.1 * strength ? 150 : 0;
    const end = Math.min(height, row + band);
    for (; row < end; row++) {
      fault.shift[row] = Math.round(shift);
      fault.smear[row] = smear;
      fault.noise[row] = noisy;
    }
  }
}

/** The tape underneath: a slow wobble, scan lines, a bright bar that rolls up the picture. */
function runTape(fault: Fault, stage: Stage, strength: number, timeSeconds: number): void {
  const { width, height } = stage;
  const pitch = Math.max(2, Math.round(height / 240));
  const roll = (1.15 - ((timeSeconds * 0.31) % 1.3)) * height;
  const base = width * (0.0022 + 0.017 * strength);
  for (let row = 0; row < height; row++) {
    const bar = Math.exp(-(((row - roll) / (height * 0.045)) ** 2));
    const wobble =
      Math.sin(row * 0.021 + timeSeconds * 2.4) * width * 0.0011 + bar * width * 0.012 * Math.sin(row * 0.7);
    fault.shift[row] = fault.shift[row] + Math.round(wobble);
    fault.split[row] = Math.round(
      base * (1 + 0.6 * Math.sin(row * 0.008 + timeSeconds * 5)) + bar * width * 0.004,
    );
    fault.light[row] = Math.round((row % (pitch * 2) < pitch ? 264 : 222) * (1 + 0.14 * bar));
    fault.noise[row] = Math.max(fault.noise[row], Math.round(bar * 46));
  }
}

/** Reads each row through its fault; columns beyond a border repeat the border. */
function paintRows(out: Uint8ClampedArray, picture: Picture, fault: Fault): void {
  const { width, height, rgba } = picture;
  const last = width - 1;
  for (let row = 0; row < height; row++) {
    const start = row * width;
    const shift = fault.shift[row];
    const split = fault.split[row];
    const smear = fault.smear[row];
    const light = fault.light[row];
    for (let x = 0; x < width; x++) {
      const from = Math.min(x, smear) - shift;
      const p = (start + x) * 4;
      out[p] = (rgba[(start + clamp(from + split, 0, last)) * 4] * light) >> 8;
      out[p + 1] = (rgba[(start + clamp(from, 0, last)) * 4 + 1] * light) >> 8;
      out[p + 2] = (rgba[(start + clamp(from - split, 0, last)) * 4 + 2] * light) >> 8;
    }
  }
}

/** Static on the rows that have some. A cheap running hash: a generator call a pixel would cost more than the picture. */
function paintStatic(out: Uint8ClampedArray, width: number, noise: Int32Array, seed: number): void {
  let chance = seed | 1;
  for (let row = 0; row < noise.length; row++) {
    if (noise[row] === 0) continue;
    for (let p = row * width * 4; p < (row + 1) * width * 4; p += 4) {
      chance = Math.imul(chance ^ (chance >>> 15), 0x2c1b3c6d) + row;
      chance ^= chance >>> 12;
      const grain = (((chance & 255) - 110) * noise[row]) >> 8;
      for (let c = 0; c < 3; c++) out[p + c] = out[p + c] + grain;
    }
  }
}

interface Block {
  left: number;
  top: number;
  columns: number;
  rows: number;
  /** Column that the block's pixels come from. */
  from: number;
  /** Red and blue change places. */
  swapped: boolean;
  /** Green turns to its opposite. */
  inverted: boolean;
}

function paintBlock(out: Uint8ClampedArray, { width, height, rgba }: Picture, block: Block): void {
  const right = Math.min(width, block.left + block.columns);
  const bottom = Math.min(height, block.top + block.rows);
  const red = block.swapped ? 2 : 0;
  for (let y = Math.max(0, block.top); y < bottom; y++) {
    for (let x = Math.max(0, block.left); x < right; x++) {
      const p = (y * width + x) * 4;
      const from = (y * width + clamp(block.from + x - block.left, 0, width - 1)) * 4;
      out[p] = rgba[from + red];
      out[p + 1] = block.inverted ? 255 - rgba[from + 1] : rgba[from + 1];
      out[p + 2] = rgba[from + 2 - red];
    }
  }
}

/** Blocks that a decoder would have put elsewhere. */
function paintBlocks(out: Uint8ClampedArray, picture: Picture, strength: number, random: () => number): void {
  const { width, height } = picture;
  const cell = Math.max(8, Math.round(width / 48));
  const count = Math.round(26 * strength);
  for (let n = 0; n < count; n++) {
    const columns = cell * (1 + Math.floor(random() * 9));
    const rows = cell * (1 + Math.floor(random() * 2.4));
    const left = Math.floor((random() * (width - columns)) / cell) * cell;
    const top = Math.floor((random() * (height - rows)) / cell) * cell;
    const from = left + Math.round((random() - 0.5) * width * 0.5);
    const fate = random();
    paintBlock(out, picture, { left, top, columns, rows, from, swapped: fate < 0.3, inverted: fate > 0.75 });
  }
}

/** A colder, harder grade with lifted blues, so that even the calm tape does not look like the untouched photo. */
function gradeTape(rgba: Uint8ClampedArray): void {
  const curve = (lift: number, gain: number) =>
    Uint8ClampedArray.from({ length: 256 }, (_, v) => lift + gain * 255 * (v / 255) ** 1.12);
  const curves = [curve(4, 1), curve(2, 1), curve(16, 0.97)];
  for (let p = 0; p < rgba.length; p += 4) {
    for (let c = 0; c < 3; c++) rgba[p + c] = curves[c][rgba[p + c]];
  }
}

export function prepareGlitch(photos: Photo[], stage: Stage): Painter {
  const picture = fitPhoto(photos[0], stage);
  gradeTape(picture.rgba);
  const out = picture.rgba.slice();
  const image = wrapPixels(out, picture);
  const canvas = makeCanvas(picture);
  const fault = makeFault(picture.height);
  const bloom = makeBloom(stage, 0.28);
  const vignette = makeVignette(stage, 0.6);
  return (context, timeSeconds) => {
    const strength = readStrength(timeSeconds, stage);
    const step = Math.floor(timeSeconds * STEPS_PER_SECOND + 1e-6);
    for (const rows of [fault.shift, fault.noise]) rows.fill(0);
    fault.smear.fill(picture.width);
    if (strength > 0) tearRows(fault, stage, strength, step);
    runTape(fault, stage, strength, timeSeconds);
    paintRows(out, picture, fault);
    const frame = Math.round(timeSeconds * FRAME_RATE);
    paintStatic(out, picture.width, fault.noise, deriveSeed(stage.seed, `static ${frame}`));
    const random = createRandom(deriveSeed(stage.seed, `blocks ${step}`));
    if (strength > 0.18) paintBlocks(out, picture, strength, random);
    canvas.getContext('2d').putImageData(image, 0, 0);
    // The picture jumps closer while it breaks, and is always a little larger than the frame, so that torn rows have
    // something to show at the borders.
    const zoom = 1.03 + 0.09 * strength * (random() - 0.25);
    const jumpY = strength > 0.4 ? (random() - 0.5) * 0.05 * strength * picture.height : 0;
    context.save();
    context.translate(picture.width / 2, picture.height / 2 + jumpY);
    context.scale(zoom, zoom);
    context.drawImage(canvas, -picture.width / 2, -picture.height / 2);
    context.restore();
    bloom(context, timeSeconds);
    vignette(context, timeSeconds);
  };
}
