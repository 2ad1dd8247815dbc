// Where and when each picture is shown: pictures are dealt out to shots, and each shot's people and prints get places.
// Pure numbers, in shares of the frame, so that 16:9, 9:16 and 1:1 are each composed and not cropped from each other.
import type { Size } from '../effects/picture.ts';
import { clamp } from '../photo/plane.ts';

/** Where an item's middle lies and how large it may become; all shares of the frame's sides. */
export interface Place {
  x: number;
  /** Of the middle for prints; people stand on or below the lower edge and have none. */
  y: number;
  widthMax: number;
  heightMax: number;
  /** 1 is where a lone person would be; smaller is further off, moves less and is drawn earlier. */
  depth: number;
  /** How far a print is turned about its upright axis. */
  yawRadians: number;
}

/** A part of the video in which the same pictures are seen. */
export interface ShotPlan {
  /** Indexes of photos with a person, the most important one first, and of the others. */
  people: number[];
  prints: number[];
  startSeconds: number;
  endSeconds: number;
}

const SHOT_SECONDS_MIN = 1.3;

export function isTall({ width, height }: Size): boolean {
  return height > width * 1.2;
}

export function isWide({ width, height }: Size): boolean {
  return width > height * 1.2;
}

function itemsPerShot(size: Size): number {
  return isWide(size) ? 3 : 2;
}

/**
 * Deals the pictures out: up to three in a wide picture (two in others) share a shot. A short video gets fewer and fuller
 * shots, since nobody can look at a picture for less than a second.
 */
export function planShots(hasPerson: readonly boolean[], size: Size, durationSeconds: number): ShotPlan[] {
  const total = hasPerson.length;
  // Four still make one good group in a wide picture; a lone fourth picture would make a poor second shot.
  const wanted = isWide(size) && total <= 4 ? 1 : Math.ceil(total / itemsPerShot(size));
  const count = clamp(Math.floor(durationSeconds / SHOT_SECONDS_MIN), 1, wanted);
  const shots: ShotPlan[] = [];
  for (let shot = 0; shot < count; shot += 1) {
    const from = Math.round((shot * total) / count);
    const to = Math.round(((shot + 1) * total) / count);
    const indexes = Array.from({ length: to - from }, (_, offset) => from + offset);
    shots.push({
      people: indexes.filter((index) => hasPerson[index]),
      prints: indexes.filter((index) => !hasPerson[index]),
      startSeconds: (shot * durationSeconds) / count,
      endSeconds: ((shot + 1) * durationSeconds) / count,
    });
  }
  return shots;
}

/** Places counted from the middle outwards: 0, then one to the left, one to the right, and so on. */
function stepFromMiddle(index: number, count: number): number {
  if (count % 2 === 1) return index === 0 ? 0 : Math.ceil(index / 2) * (index % 2 === 1 ? -1 : 1);
  return (Math.floor(index / 2) + 0.5) * (index % 2 === 0 ? -1 : 1);
}

/** How far a person stands back: 0 in the middle or in front. */
function stepBack(index: number, count: number): number {
  const step = Math.abs(stepFromMiddle(index, count));
  // Of two in the middle the second stands a little behind, or shoulders would collide.
  return count % 2 === 1 ? step : step - 0.5 + (index % 2) * 0.35;
}

/** A person alone fills the frame, and moves aside for prints where there is room at the side. */
function placeLonePerson(size: Size, hasPrints: boolean): Place {
  const place = { y: 1, depth: 1.15, yawRadians: 0 };
  if (isWide(size)) return { ...place, x: hasPrints ? 0.33 : 0.5, widthMax: 0.66, heightMax: 0.9 };
  if (isTall(size)) return { ...place, x: 0.5, widthMax: 1.22, heightMax: hasPrints ? 0.58 : 0.7 };
  return { ...place, x: 0.5, widthMax: 0.96, heightMax: hasPrints ? 0.68 : 0.82 };
}

/** Places for `count` people, the first in front; prints in the same shot float behind them. */
export function placePeople(count: number, size: Size, hasPrints: boolean): Place[] {
  if (count === 1) return [placeLonePerson(size, hasPrints)];
  const wide = isWide(size);
  const gap = Math.min(wide ? 0.3 : 0.44, 0.86 / count);
  const widthMax = gap * (isTall(size) ? 2.7 : 1.95);
  const heightMax = isTall(size) ? 0.6 : wide ? 0.86 : 0.76;
  return Array.from({ length: count }, (_, index) => {
    const back = stepBack(index, count);
    const shrink = 1 - Math.min(0.3, back * 0.11);
    return {
      x: 0.5 + stepFromMiddle(index, count) * gap,
      y: 1,
      widthMax: widthMax * shrink,
      heightMax: heightMax * shrink,
      depth: 1.15 - Math.min(0.5, back * 0.18),
      yawRadians: 0,
    };
  });
}

/** Places for prints that float behind people, or that are alone in the shot. */
export function placePrints(count: number, size: Size, peopleCount: number): Place[] {
  return peopleCount > 0 ? placeBehind(count, size, peopleCount) : placeAlone(count, size);
}

function placeBehind(count: number, size: Size, peopleCount: number): Place[] {
  const wide = isWide(size);
  if (wide && peopleCount === 1) {
    const heightMax = count === 1 ? 0.56 : 0.74 / count;
    return Array.from({ length: count }, (_, index) => ({
      x: 0.735 + (count > 1 ? (index % 2 === 0 ? -0.03 : 0.04) : 0),
      y: count === 1 ? 0.4 : 0.1 + (0.74 / count) * (index + 0.5),
      widthMax: 0.4,
      heightMax: heightMax - (count > 1 ? 0.03 : 0),
      depth: 0.55 + 0.08 * (index % 2),
      yawRadians: -0.32,
    }));
  }
  const gap = 0.92 / count;
  return Array.from({ length: count }, (_, index) => {
    const step = count === 1 ? (wide ? 0 : 0.12) : (index - (count - 1) / 2) * gap;
    return {
      x: 0.5 + step,
      y: wide ? 0.27 : 0.235 + (index % 2) * 0.03,
      widthMax: Math.min(0.72, gap * 0.92),
      heightMax: wide ? 0.4 : 0.34,
      depth: 0.5 + 0.06 * (index % 2),
      yawRadians: count === 1 ? -0.14 : -step * 0.8,
    };
  });
}

function placeAlone(count: number, size: Size): Place[] {
  if (isWide(size)) return placeRow(count);
  const rows = count <= 2 ? count : Math.ceil(count / 2);
  const columns = Math.ceil(count / rows);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const y = 0.47 + (row - (rows - 1) / 2) * (0.8 / rows);
    const heightMax = Math.min(0.66, 0.84 / rows);
    const depth = 0.95 - 0.12 * (index % 2);
    const lean = row % 2 === 0 ? -1 : 1;
    if (inRow === 1) {
      const x = rows > 1 ? 0.5 + lean * (isTall(size) ? 0.04 : 0.11) : 0.5;
      return { x, y, widthMax: 0.82, heightMax, depth, yawRadians: lean * (count > 1 ? -0.16 : -0.1) };
    }
    const step = ((index % columns) - (inRow - 1) / 2) * 0.47;
    return { x: 0.5 + step, y, widthMax: 0.45, heightMax, depth, yawRadians: step * 0.7 };
  });
}

/** Side by side in an open half circle: the outer ones are turned inwards; of three the middle one stands in front. */
function placeRow(count: number): Place[] {
  if (count === 1)
    return [{ x: 0.5, y: 0.45, widthMax: 0.58, heightMax: 0.66, depth: 0.95, yawRadians: 0.12 }];
  const gap = count === 3 ? 0.31 : Math.min(0.43, 0.94 / count);
  return Array.from({ length: count }, (_, index) => {
    const step = index - (count - 1) / 2;
    const isFront = count === 3 && step === 0;
    return {
      x: 0.5 + step * gap,
      y: 0.44 + (isFront ? 0.03 : 0),
      widthMax: count === 3 ? (isFront ? 0.4 : 0.36) : gap * 0.9,
      heightMax: isFront ? 0.66 : 0.58,
      depth: isFront ? 1 : 0.78,
      yawRadians: step * (count === 3 ? 0.42 : 0.34),
    };
  });
}
