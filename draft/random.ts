// Seeded chance. Everything that looks random in a draft comes from a seed, so that it gives the same frames on
// every machine and thread; `Math.random` would not.

/** Draws numbers from 0 (included) to 1 (not included), the same row for the same seed. */
export type Random = () => number;

/** A 32 bit mix of whole numbers, for chance that is looked up by place (row, frame, slot) and not drawn in turn. */
export function hashNumbers(...values: number[]): number {
  let hash = 0x811c9dc5;
  for (const value of values) {
    hash = Math.imul(hash ^ (value | 0), 0x9e3779b1);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}

/** A stream of numbers in [0, 1) that depends on the seed alone (the mulberry32 generator). */
export function createRandom(seed: number): Random {
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
