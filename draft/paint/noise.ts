// Smooth noise and smooth curves: what clouds, water and cloth are made of. It comes from the seed alone, so that every
// thread and every later run draws it alike.
import { createRandom } from '../random.ts';

/** Side of a noise tile in samples; a power of two, so that wrapping is a bit mask. */
const TILE_SIZE = 256;
const TILE_MASK = TILE_SIZE - 1;

/** A square of smooth noise in 0..1 that repeats without a seam on all sides. Read with {@link sampleTile}. */
export type NoiseTile = Float32Array;

/** Adds one octave of gradient noise with `cells` bumps on a side. */
function addOctave(tile: Float32Array, cells: number, weight: number, random: () => number): void {
  const gradients = new Float32Array(cells * cells * 2);
  for (let index = 0; index < cells * cells; index++) {
    const angle = random() * Math.PI * 2;
    gradients[index * 2] = Math.cos(angle) * weight;
    gradients[index * 2 + 1] = Math.sin(angle) * weight;
  }
  const cellOf = new Int32Array(TILE_SIZE);
  const inside = new Float32Array(TILE_SIZE);
  const eased = new Float32Array(TILE_SIZE);
  for (let step = 0; step < TILE_SIZE; step++) {
    const position = (step * cells) / TILE_SIZE;
    const share = position - Math.floor(position);
    cellOf[step] = Math.floor(position);
    inside[step] = share;
    eased[step] = share * share * share * (share * (share * 6 - 15) + 10);
  }
  for (let y = 0; y < TILE_SIZE; y++) {
    const insideY = inside[y];
    const upperRow = cellOf[y] * cells;
    const lowerRow = ((cellOf[y] + 1) % cells) * cells;
    for (let x = 0; x < TILE_SIZE; x++) {
      const cellX = cellOf[x];
      const nextX = cellX + 1 === cells ? 0 : cellX + 1;
      const insideX = inside[x];
      const upperLeft = (upperRow + cellX) * 2;
      const upperRight = (upperRow + nextX) * 2;
      const lowerLeft = (lowerRow + cellX) * 2;
      const lowerRight = (lowerRow + nextX) * 2;
      const topLeft = gradients[upperLeft] * insideX + gradients[upperLeft + 1] * insideY;
      const topRight = gradients[upperRight] * (insideX - 1) + gradients[upperRight + 1] * insideY;
      const bottomLeft = gradients[lowerLeft] * insideX + gradients[lowerLeft + 1] * (insideY - 1);
      const bottomRight = gradients[lowerRight] * (insideX - 1) + gradients[lowerRight + 1] * (insideY - 1);
      const top = topLeft + (topRight - topLeft) * eased[x];
      const bottom = bottomLeft + (bottomRight - bottomLeft) * eased[x];
      tile[y * TILE_SIZE + x] += top + (bottom - top) * eased[y];
    }
  }
}

/** Fractal gradient noise, stretched to fill 0..1. `cells` is how many bumps of the coarsest octave fit on a side. */
export function createNoiseTile(seed: number, octaves: number, cells = 4): NoiseTile {
  const random = createRandom(seed);
  const tile = new Float32Array(TILE_SIZE * TILE_SIZE);
  let weight = 1;
  let octaveCells = cells;
  for (let octave = 0; octave < octaves && octaveCells <= TILE_SIZE / 2; octave++) {
    addOctave(tile, octaveCells, weight, random);
    weight *= 0.5;
    octaveCells *= 2;
  }
  let lowest = Infinity;
  let highest = -Infinity;
  for (let index = 0; index < tile.length; index++) {
    if (tile[index] < lowest) lowest = tile[index];
    if (tile[index] > highest) highest = tile[index];
  }
  const scale = 1 / (highest - lowest);
  for (let index = 0; index < tile.length; index++) tile[index] = (tile[index] - lowest) * scale;
  return tile;
}

/** The tile at (u, v), where 1 is a whole period; smooth between samples and endless in both directions. */
export function sampleTile(tile: NoiseTile, u: number, v: number): number {
  const x = u * TILE_SIZE;
  const y = v * TILE_SIZE;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const insideX = x - left;
  const insideY = y - top;
  const column = left & TILE_MASK;
  const nextColumn = (column + 1) & TILE_MASK;
  const row = (top & TILE_MASK) * TILE_SIZE;
  const nextRow = ((top + 1) & TILE_MASK) * TILE_SIZE;
  const upper = tile[row + column] + (tile[row + nextColumn] - tile[row + column]) * insideX;
  const lower = tile[nextRow + column] + (tile[nextRow + nextColumn] - tile[nextRow + column]) * insideX;
  return upper + (lower - upper) * insideY;
}

/** The slopes of a tile along both axes, side by side: what light on water needs instead of the height. */
export function createSlopeTile(tile: NoiseTile): Float32Array {
  const slopes = new Float32Array(tile.length * 2);
  const at = (column: number, row: number): number =>
    tile[(row & TILE_MASK) * TILE_SIZE + (column & TILE_MASK)];
  for (let y = 0; y < TILE_SIZE; y++) {
    for (let x = 0; x < TILE_SIZE; x++) {
      const index = (y * TILE_SIZE + x) * 2;
      slopes[index] = (at(x + 1, y) - at(x - 1, y)) * 8;
      slopes[index + 1] = (at(x, y + 1) - at(x, y - 1)) * 8;
    }
  }
  return slopes;
}

/** Writes both slopes at (u, v) into `into`, as {@link sampleTile} would give them one by one, at half the price. */
export function sampleSlopes(slopes: Float32Array, u: number, v: number, into: Float32Array): void {
  const x = u * TILE_SIZE;
  const y = v * TILE_SIZE;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const insideX = x - left;
  const insideY = y - top;
  const column = (left & TILE_MASK) * 2;
  const nextColumn = ((left + 1) & TILE_MASK) * 2;
  const row = (top & TILE_MASK) * TILE_SIZE * 2;
  const nextRow = ((top + 1) & TILE_MASK) * TILE_SIZE * 2;
  const upperLeft = (1 - insideX) * (1 - insideY);
  const upperRight = insideX * (1 - insideY);
  const lowerLeft = (1 - insideX) * insideY;
  const lowerRight = insideX * insideY;
  into[0] =
    slopes[row + column] * upperLeft +
    slopes[row + nextColumn] * upperRight +
    slopes[nextRow + column] * lowerLeft +
    slopes[nextRow + nextColumn] * lowerRight;
  into[1] =
    slopes[row + column + 1] * upperLeft +
    slopes[row + nextColumn + 1] * upperRight +
    slopes[nextRow + column + 1] * lowerLeft +
    slopes[nextRow + nextColumn + 1] * lowerRight;
}

/** Calm wandering in about -1..1, smooth in time and different for every `phase`. */
export function wander(timeSeconds: number, phase: number): number {
  return (
    Math.sin(timeSeconds * 1.13 + phase * 6.3) * 0.5 +
    Math.sin(timeSeconds * 0.71 + phase * 11.9) * 0.32 +
    Math.sin(timeSeconds * 1.97 + phase * 3.1) * 0.18
  );
}

/** 0 below `from`, 1 above `to`, an even curve between; `from` may be the larger. */
export function smoothStep(from: number, to: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}
