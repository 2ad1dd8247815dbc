// Curves over time that the effects share. All take and give parts from 0 to 1 unless they say otherwise.
import { clamp } from '../photo/plane.ts';

/** How far `time` is on its way from `start` to `end`: 0 before, 1 after, straight between. */
export function progress(time: number, start: number, end: number): number {
  return clamp((time - start) / (end - start), 0, 1);
}

/** Starts and ends at rest. */
export function easeInOut(part: number): number {
  return part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2;
}

/** Starts at full speed, ends at rest. */
export function easeOut(part: number): number {
  return 1 - (1 - part) ** 3;
}

/** Starts at rest, ends at full speed. */
export function easeIn(part: number): number {
  return part ** 3;
}

/** Rises from 0 to 1 over `rise`, stays, falls back over `fall`; all in the unit of `time`. */
export function swell(
  time: number,
  span: { start: number; end: number; rise: number; fall: number },
): number {
  const { start, end, rise, fall } = span;
  return easeInOut(progress(time, start, start + rise)) * (1 - easeInOut(progress(time, end - fall, end)));
}

/** A straight mix of two numbers. */
export function mix(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}
