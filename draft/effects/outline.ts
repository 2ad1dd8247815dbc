// The outline of the people in a picture as smooth lines, for neon tubes and the like.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { blurPlane, fromBytes, resizePlane } from '../photo/plane.ts';
import type { Picture } from './picture.ts';

/** A line as x, y, x, y and so on, in pixels of the picture. */
export type Line = Float32Array;

/** Outlines are followed on a mask of this size: finer would follow every hair and look nervous. */
const TRACING_SIDE = 240;

/** Crossings of the mask's half-way level on one cell's borders; pairs of points make the cell's piece of outline. */
function crossCell(corners: readonly [number, number, number, number]): number[] {
  const [a, b, c, d] = corners;
  const points: number[] = [];
  const cross = (from: number, to: number, place: (part: number) => [number, number]) => {
    if (from > 0.5 !== to > 0.5) points.push(...place((0.5 - from) / (to - from)));
  };
  cross(a, b, (part) => [part, 0]);
  cross(b, d, (part) => [1, part]);
  cross(c, d, (part) => [part, 1]);
  cross(a, c, (part) => [0, part]);
  return points;
}

function keyOf(x: number, y: number): string {
  return `${Math.round(x * 512)},${Math.round(y * 512)}`;
}

type Segment = [number, number, number, number];

/** Strings pieces together end to end; each piece is used once. */
function joinSegments(segments: Segment[]): number[][] {
  const byEnd = new Map<string, number[]>();
  for (const [index, [x0, y0, x1, y1]] of segments.entries()) {
    for (const key of [keyOf(x0, y0), keyOf(x1, y1)]) byEnd.set(key, [...(byEnd.get(key) ?? []), index]);
  }
  const used = new Set<number>();
  const follow = (x: number, y: number): number[] => {
    const points: number[] = [];
    for (;;) {
      const next = byEnd.get(keyOf(x, y))?.find((index) => !used.has(index));
      if (next === undefined) return points;
      used.add(next);
      const [x0, y0, x1, y1] = segments[next];
      [x, y] = keyOf(x0, y0) === keyOf(x, y) ? [x1, y1] : [x0, y0];
      points.push(x, y);
    }
  };
  const lines: number[][] = [];
  for (const [index, [x0, y0, x1, y1]] of segments.entries()) {
    if (used.has(index)) continue;
    used.add(index);
    const ahead = follow(x1, y1);
    const behind = follow(x0, y0);
    const back: number[] = [];
    for (let i = behind.length - 2; i >= 0; i -= 2) back.push(behind[i], behind[i + 1]);
    lines.push([...back, x0, y0, x1, y1, ...ahead]);
  }
  return lines;
}

/** Each point moves to the mean of its neighbours, a few times: kinks of the grid go, the shape stays. */
function smoothLine(points: number[], rounds: number): Float32Array {
  let line = Float32Array.from(points);
  for (let round = 0; round < rounds; round++) {
    const next = line.slice();
    for (let i = 2; i < line.length - 2; i++) next[i] = (line[i - 2] + 2 * line[i] + line[i + 2]) / 4;
    line = next;
  }
  return line;
}

/** The outlines of the picture's people, longest first; none along the picture's own borders, none without people. */
export function traceOutlines(picture: Picture): Line[] {
  if (picture.mask === undefined) return [];
  const scale = TRACING_SIDE / Math.max(picture.width, picture.height);
  const width = Math.round(picture.width * scale);
  const height = Math.round(picture.height * scale);
  const mask = blurPlane(resizePlane(fromBytes(picture.mask, picture), width, height), 1);
  const segments: Segment[] = [];
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const at = y * width + x;
      const points = crossCell([
        mask.data[at],
        mask.data[at + 1],
        mask.data[at + width],
        mask.data[at + width + 1],
      ]);
      for (let i = 0; i + 3 < points.length; i += 4) {
        segments.push([x + points[i], y + points[i + 1], x + points[i + 2], y + points[i + 3]]);
      }
    }
  }
  return joinSegments(segments)
    .filter((points) => points.length > 40)
    .sort((first, second) => second.length - first.length)
    .map((points) => smoothLine(points, 6).map((value) => (value + 0.5) / scale));
}

export function addLine(context: SKRSContext2D, line: Line): void {
  context.moveTo(line[0], line[1]);
  for (let i = 2; i < line.length; i += 2) context.lineTo(line[i], line[i + 1]);
}

export function measureLine(line: Line): number {
  let length = 0;
  for (let i = 2; i < line.length; i += 2)
    length += Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
  return length;
}
