// The building blocks of sound that music and ambience share: seeded numbers, buffers, filters, echo.
// Everything adds into buffers it is given and nothing here reads a clock or `Math.random`.

export const SAMPLE_RATE = 48_000;
const TWO_PI = Math.PI * 2;

/** Two channels of equal length. */
export interface Stereo {
  left: Float32Array;
  right: Float32Array;
}

/** Gives the next number in [0, 1). */
export type Random = () => number;

/** mulberry32: small, fast, and good enough for noise and choices. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NOISE_SAMPLES = 2 ** 18;
let noiseTable: Float32Array | undefined;

/**
 * White noise from -1 to 1. All noise is one table of five seconds, read from a place that `random` picks. That is
 * ten times faster than a new number for each sample, and moving filters hide that the table repeats.
 */
export function createNoise(random: Random): () => number {
  if (noiseTable === undefined) {
    const next = randomFrom(0x1f123bb5);
    noiseTable = Float32Array.from({ length: NOISE_SAMPLES }, () => next() * 2 - 1);
  }
  const table = noiseTable;
  let position = Math.floor(random() * NOISE_SAMPLES);
  return () => {
    position = (position + 1) & (NOISE_SAMPLES - 1);
    return table[position]!;
  };
}

export function pickOne<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)]!;
}

export function createStereo(length: number): Stereo {
  return { left: new Float32Array(length), right: new Float32Array(length) };
}

/** Equal-power gains for a position from -1 (left) to 1 (right). */
export function panGains(pan: number): [number, number] {
  const angle = ((pan + 1) * Math.PI) / 4;
  return [Math.cos(angle), Math.sin(angle)];
}

/** Adds `source` times `gain` to `target`; both must be of one length. */
export function addStereo(target: Stereo, source: Stereo, gain: number): void {
  for (let index = 0; index < target.left.length; index += 1) {
    target.left[index]! += source.left[index]! * gain;
    target.right[index]! += source.right[index]! * gain;
  }
}

/** Root mean square over both channels. */
export function measureRms({ left, right }: Stereo): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1)
    sum += left[index]! * left[index]! + right[index]! * right[index]!;
  return Math.sqrt(sum / Math.max(1, left.length * 2));
}

/** The highest root mean square of any half second; 0 for silence. */
export function measureLoudest({ left, right }: Stereo): number {
  const window = SAMPLE_RATE / 2;
  let loudest = 0;
  for (let from = 0; from < left.length; from += window) {
    const part = { left: left.subarray(from, from + window), right: right.subarray(from, from + window) };
    loudest = Math.max(loudest, measureRms(part));
  }
  return loudest;
}

/** The factor for a level in decibels. */
export function decibels(value: number): number {
  return 10 ** (value / 20);
}

/** One sample in, one out. */
export type Filter = (input: number) => number;

/** Falls by 6 dB an octave above `hertz`. */
export function createLowPass(hertz: number): Filter {
  const coefficient = 1 - Math.exp((-TWO_PI * hertz) / SAMPLE_RATE);
  let state = 0;
  return (input) => {
    state += coefficient * (input - state);
    return state;
  };
}

/** Falls by 6 dB an octave below `hertz`. */
export function createHighPass(hertz: number): Filter {
  const low = createLowPass(hertz);
  return (input) => input - low(input);
}

/** A band that may be moved while it sounds, without clicks. */
export interface BandPass {
  tune(hertz: number): void;
  process: Filter;
}

/** A trapezoidal state variable filter's band output; `resonance` from 0.5 (broad) to 30 (a whistle). */
export function createBandPass(hertz: number, resonance: number): BandPass {
  const damping = 1 / resonance;
  let slope = 0;
  let scale = 1;
  let first = 0;
  let second = 0;
  const tune = (next: number) => {
    slope = Math.tan((Math.PI * Math.min(next, SAMPLE_RATE * 0.45)) / SAMPLE_RATE);
    scale = 1 / (1 + slope * (slope + damping));
  };
  tune(hertz);
  return {
    tune,
    process: (input) => {
      const rest = input - second;
      const band = scale * first + slope * scale * rest;
      const low = second + slope * band;
      first = 2 * band - first;
      second = 2 * low - second;
      return band * damping;
    },
  };
}

const DELAY_SECONDS = [0.0297, 0.0371, 0.0411, 0.0437, 0.0533, 0.0617, 0.0671, 0.0733];

/**
 * A room: eight echoes fed back through each other (a Householder matrix keeps the sum stable), each a little duller on
 * every round. Odd lines sound left, even ones right, so that a middle source becomes wide.
 */
export function addRoom(
  target: Stereo,
  send: Stereo,
  { gain, seconds }: { gain: number; seconds: number },
): void {
  const count = DELAY_SECONDS.length;
  const lines = DELAY_SECONDS.map((delay) => new Float32Array(Math.round(delay * SAMPLE_RATE)));
  const feedback = DELAY_SECONDS.map((delay) => 0.001 ** (delay / seconds));
  const positions = new Int32Array(count);
  const dulled = new Float32Array(count);
  const tail = new Float32Array(count);
  for (let index = 0; index < target.left.length; index += 1) {
    let sum = 0;
    for (let line = 0; line < count; line += 1) {
      const heard = lines[line]![positions[line]!]!;
      dulled[line]! += 0.45 * (heard - dulled[line]!);
      tail[line] = dulled[line]! * feedback[line]!;
      sum += tail[line]!;
    }
    const shared = (sum * 2) / count;
    for (let line = 0; line < count; line += 1) {
      const buffer = lines[line]!;
      const input = line % 2 === 0 ? send.left[index]! : send.right[index]!;
      buffer[positions[line]!] = input + tail[line]! - shared;
      positions[line] = positions[line]! + 1 === buffer.length ? 0 : positions[line]! + 1;
    }
    target.left[index]! += gain * (tail[0]! + tail[2]! + tail[4]! + tail[6]!);
    target.right[index]! += gain * (tail[1]! + tail[3]! + tail[5]! + tail[7]!);
  }
}
