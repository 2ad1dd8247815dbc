// Chance without a clock: everything a drawing scatters comes from the seed, so that every thread and every
// later run scatters it alike. Nothing here may call `Math.random`.

/** Side of a noise tile in samples; a power of two, so that wrapping is a bit mask. */
const TILE_SIZE = 256;
const TILE_MASK = TILE_SIZE - 1;

/** A square of smooth noise in 0..1 that repeats without a seam on all sides. Read with {@link sampleTile}. */
export type NoiseTile = Float32Array;

/** A stream of numbers in [0, 1) that depends on the seed alone (the mulberry32 generator). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A seed of its own for one part of a drawing, so that adding stars does not move the trees. */
export function deriveSeed(seed: number, part: string): number {
  let hash = (seed ^ 0x9e3779b9) >>> 0;
  for (let index = 0; index < part.length; index++) {
    hash = Math.imul(hash ^ part.charCodeAt(index), 0x01000193) >>> 0;
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** A cheap scramble of two whole numbers to [0, 1): per-item chance inside a frame, where no stream can be kept. */
export function hashToUnit(first: number, second: number): number {
  let mixed = Math.imul(first | 0, 0x27d4eb2d) ^ Math.imul((second | 0) + 0x165667b1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4294967296;
}

function addOctave(tile: Float32Array, cells: number, weight: number, random: () => number): void {
  const gradients = new Float32Array(cells * cells * 2);
  for (let index = 0; index < cells * cells; index++) {
    const angle = random() * Math.PI * 2;
    gradients[index * 2] = Math.cos(angle);
    gradients[index * 2 + 1] = Math.sin(angle);
  }
  const cellSize = TILE_SIZE / cells;
  const dotAt = (cellX: number, cellY: number, x: number, y: number): number => {
    const index = ((cellY % cells) * cells + (cellX % cells)) * 2;
    return gradients[index] * x + gradients[index + 1] * y;
  };
  for (let y = 0; y < TILE_SIZE; y++) {
    const cellY = Math.floor(y / cellSize);
    const insideY = y / cellSize - cellY;
    const easedY = insideY * insideY * insideY * (insideY * (insideY * 6 - 15) + 10);
    for (let x = 0; x < TILE_SIZE; x++) {
      const cellX = Math.floor(x / cellSize);
      const insideX = x / cellSize - cellX;
      const easedX = insideX * insideX * insideX * (insideX * (insideX * 6 - 15) + 10);
      const top =
        dotAt(cellX, cellY, insideX, insideY) * (1 - easedX) +
        dotAt(cellX + 1, cellY, insideX - 1, insideY) * easedX;
      const bottom =
        dotAt(cellX, cellY + 1, insideX, insideY - 1) * (1 - easedX) +
        dotAt(cellX + 1, cellY + 1, insideX - 1, insideY - 1) * easedX;
      tile[y * TILE_SIZE + x] += weight * (top * (1 - easedY) + bottom * easedY);
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
  for (const value of tile) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  for (let index = 0; index < tile.length; index++) tile[index] = (tile[index] - lowest) / (highest - lowest);
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

/** The slopes of a tile along both axes, as tiles: what light on water needs instead of the height. */
export function createSlopeTiles(tile: NoiseTile): { alongX: NoiseTile; alongY: NoiseTile } {
  const alongX = new Float32Array(tile.length);
  const alongY = new Float32Array(tile.length);
  for (let y = 0; y < TILE_SIZE; y++) {
    for (let x = 0; x < TILE_SIZE; x++) {
      const at = (column: number, row: number): number =>
        tile[(row & TILE_MASK) * TILE_SIZE + (column & TILE_MASK)];
      alongX[y * TILE_SIZE + x] = (at(x + 1, y) - at(x - 1, y)) * 8;
      alongY[y * TILE_SIZE + x] = (at(x, y + 1) - at(x, y - 1)) * 8;
    }
  }
  return { alongX, alongY };
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
