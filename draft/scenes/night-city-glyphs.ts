// Invented writing for the signs of the night city: strokes on a small grid that look like letters of somewhere and
// mean nothing anywhere.
import type { Random } from '../random.ts';

/** Strokes in a unit square: x from 0 to 1, y from 0 (top) to 1. Each stroke is a row of points. */
export type Glyph = readonly (readonly number[])[];

/** Places points: a sign that faces the eye and a band along a wall place them differently. */
export type PlacePoint = (x: number, y: number) => readonly [number, number];

const PARTS: readonly ((random: Random) => number[][])[] = [
  () => [[0, 0.12, 1, 0.12]],
  () => [[0, 0.5, 1, 0.5]],
  () => [[0, 0.92, 1, 0.92]],
  () => [[0.5, 0, 0.5, 1]],
  () => [[0.14, 0.12, 0.14, 0.92]],
  () => [[0.86, 0.12, 0.86, 0.92]],
  () => [[0.16, 0.18, 0.84, 0.18, 0.84, 0.86, 0.16, 0.86, 0.16, 0.18]],
  () => [[0.5, 0.3, 0.1, 0.95]],
  () => [[0.5, 0.3, 0.92, 0.95]],
  () => [[0.05, 0.3, 0.95, 0.3, 0.7, 0.62]],
  () => [
    [0.3, 0, 0.22, 0.2],
    [0.7, 0, 0.78, 0.2],
  ],
  () => [
    [0.28, 0.36, 0.72, 0.36],
    [0.28, 0.64, 0.72, 0.64],
  ],
  (random) => [[0.2, 0.05 + random() * 0.2, 0.8, 0.5, 0.3, 0.95]],
  (random) => [[random() * 0.3, 0.6, 0.5, 0.95, 1 - random() * 0.3, 0.6]],
];

export function createGlyphs(random: Random, count: number): Glyph[] {
  return Array.from({ length: count }, () => {
    const strokes: number[][] = [];
    const parts = 3 + Math.floor(random() * 2);
    for (let part = 0; part < parts; part += 1) {
      strokes.push(...PARTS[Math.floor(random() * PARTS.length)](random));
    }
    return strokes;
  });
}

interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** Adds one glyph to the path. */
export function traceGlyph(pen: Pen, glyph: Glyph, place: PlacePoint): void {
  for (const stroke of glyph) {
    for (let index = 0; index < stroke.length; index += 2) {
      const [x, y] = place(stroke[index], stroke[index + 1]);
      if (index === 0) pen.moveTo(x, y);
      else pen.lineTo(x, y);
    }
  }
}
