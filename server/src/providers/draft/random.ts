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

/** A generator of its own; `stream` keeps parts of a scene apart, so that one more draw in one moves no other. */
export function createRandom(seed: number, stream = 0): Random {
  let state = hashNumbers(seed, stream);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
