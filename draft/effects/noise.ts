// Smooth seeded noise: the shape of ink, smoke, wind and paper. The same for a seed on every machine.

import { makePlane, type Plane, resizePlane } from '../photo/plane.ts';
import { hashToUnit } from '../random.ts';

/** Smooth noise over the plane, 0 to 1, with one bump or hollow a unit. */
export function readNoise(seed: number, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = x - column;
  const fy = y - row;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const at = (c: number, r: number) => hashToUnit(Math.imul(seed, 0x9e3779b1) + c, r);
  const top = at(column, row) + (at(column + 1, row) - at(column, row)) * sx;
  const bottom = at(column, row + 1) + (at(column + 1, row + 1) - at(column, row + 1)) * sx;
  return top + (bottom - top) * sy;
}

/** Several layers of {@link readNoise}, each half as large and half as strong as the last; 0 to 1. */
export function readClouds(seed: number, x: number, y: number, layers: number): number {
  let sum = 0;
  let total = 0;
  for (let layer = 0, strength = 1, scale = 1; layer < layers; layer++, strength /= 2, scale *= 2) {
    sum += strength * readNoise(seed + layer * 7919, x * scale, y * scale);
    total += strength;
  }
  return sum / total;
}

/**
 * A plane of cloud noise spread over its full range, 0 to 1.
 * @param cellPx size of the largest bumps in pixels
 */
export function makeClouds(
  size: { width: number; height: number },
  look: { seed: number; cellPx: number; layers: number },
): Plane {
  // Noise is drawn at the grain of its finest layer; more pixels would hold no more of it.
  const grain = Math.max(1, Math.floor(look.cellPx / 2 ** look.layers));
  const width = Math.ceil(size.width / grain);
  const height = Math.ceil(size.height / grain);
  const small = makePlane(width, height);
  let [low, high] = [1, 0];
  for (let i = 0; i < small.data.length; i++) {
    const x = ((i % width) * grain) / look.cellPx;
    const y = (Math.floor(i / width) * grain) / look.cellPx;
    const value = readClouds(look.seed, x, y, look.layers);
    small.data[i] = value;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const range = Math.max(1e-6, high - low);
  for (let i = 0; i < small.data.length; i++) small.data[i] = (small.data[i] - low) / range;
  return resizePlane(small, size.width, size.height);
}
