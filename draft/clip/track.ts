// Follows what moves in a clip: the person that is seen in it, else whatever moves before a background that stands. The
// track is what a cut-out person is moved along.
import type { Size } from '../effects/picture.ts';
import { makePlane, type Plane, readBrightness, resizePlane } from '../photo/plane.ts';
import { sensePeople } from '../photo/segment.ts';
import { type Clip, eachFrame } from './clip.ts';
import { readUpright, uprightSize } from './upright.ts';

/** How a body stands at a moment. Lengths are parts of the clip's height, so that shapes of clips do not matter. */
export interface Pose {
  /** Middle of the body, from the middle of the frame. */
  x: number;
  /** Upper and lower end, from the upper edge of the frame. */
  top: number;
  bottom: number;
  /** How far the body's upper end is beside its lower end, for its height; to the right is more than 0. */
  lean: number;
}

export interface Track {
  /** What was followed. Of nothing, the poses are a gentle dance of this program's own. */
  follows: 'person' | 'movement' | 'nothing';
  posesPerSecond: number;
  poses: Pose[];
  /** The clip without its person, as far as it was ever seen; only where a person was followed and it was asked for. */
  plate?: { width: number; height: number; rgba: Uint8ClampedArray };
}

const POSES_A_SECOND = 6;
/** A look for people takes a tenth of a second, so a long clip is looked at less often. */
const POSES_MAX = 48;
/** Of all looks, so many have to find what is followed. */
const FOUND_SHARE_MIN = 0.5;
/** The longer side of what is looked at. */
const SIDE = 320;
const MOVEMENT_SIDE = 96;
/** Change of brightness that is movement and not grain. */
const CHANGE_MIN = 0.09;
/** A body that lies is not followed into lying. */
const LEAN_MAX = 0.5;
/** Less of the frame than this is no body. */
const MOVEMENT_SHARE_MIN = 0.003;

/** How a plane of parts lies in a frame of this shape; undefined where it holds next to nothing. */
export function readPose(plane: Plane, aspect: number, shareMin = 0.01): Pose | undefined {
  const { width, height, data } = plane;
  const rows = new Float64Array(height);
  const middles = new Float64Array(height);
  let total = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = data[y * width + x]!;
      if (value < 0.5) continue;
      rows[y]! += 1;
      middles[y]! += x + 0.5;
    }
    total += rows[y]!;
  }
  if (total < shareMin * width * height) return undefined;
  const top = rowAt(rows, total * 0.015);
  const bottom = rowAt(rows, total * 0.985) + 1;
  const toX = (sum: number, count: number): number => (sum / count / width - 0.5) * aspect;
  const x = toX(
    middles.reduce((sum, value) => sum + value, 0),
    total,
  );
  // The straight line through the middles of the rows: arms and single rows hardly turn it.
  const [meanY, meanX] = [meanOf(rows, (y) => y + 0.5) / height, x];
  let [covariance, variance] = [0, 0];
  for (let y = 0; y < height; y += 1) {
    if (rows[y]! === 0) continue;
    const down = (y + 0.5) / height - meanY;
    covariance += rows[y]! * down * (toX(middles[y]!, rows[y]!) - meanX);
    variance += rows[y]! * down * down;
  }
  const lean = variance === 0 ? 0 : Math.max(-LEAN_MAX, Math.min(LEAN_MAX, -covariance / variance));
  return { x, top: top / height, bottom: bottom / height, lean };
}

function meanOf(weights: Float64Array, read: (index: number) => number): number {
  let [sum, total] = [0, 0];
  for (const [index, weight] of weights.entries()) {
    sum += weight * read(index);
    total += weight;
  }
  return sum / total;
}

/** The row by which so many of the pixels have been met. */
function rowAt(rows: Float64Array, count: number): number {
  let met = 0;
  for (let y = 0; y < rows.length; y += 1) {
    met += rows[y]!;
    if (met >= count) return y;
  }
  return rows.length - 1;
}

function mixPoses(one: Pose, other: Pose, part: number): Pose {
  const mix = (from: number, to: number): number => from + (to - from) * part;
  return {
    x: mix(one.x, other.x),
    top: mix(one.top, other.top),
    bottom: mix(one.bottom, other.bottom),
    lean: mix(one.lean, other.lean),
  };
}

/** Poses for every look: those between two that were found lie between them, and no single one sticks out. */
function closeGaps(found: readonly (Pose | undefined)[]): Pose[] {
  const known = found.flatMap((pose, at) => (pose ? [{ pose, at }] : []));
  const closed = found.map((_, at) => {
    const before = known.findLast((other) => other.at <= at) ?? known[0]!;
    const after = known.find((other) => other.at >= at) ?? known.at(-1)!;
    const span = after.at - before.at;
    return mixPoses(before.pose, after.pose, span === 0 ? 0 : (at - before.at) / span);
  });
  return closed.map((pose, at) => {
    const around = mixPoses(closed[Math.max(0, at - 1)]!, closed[Math.min(closed.length - 1, at + 1)]!, 0.5);
    return mixPoses(pose, around, 0.35);
  });
}

/** The pose at a moment, on a smooth way through the poses around it. */
export function poseAt({ poses, posesPerSecond }: Track, timeSeconds: number): Pose {
  const at = Math.max(0, Math.min(poses.length - 1, timeSeconds * posesPerSecond));
  const index = Math.min(poses.length - 1, Math.floor(at));
  const part = at - index;
  const get = (place: number): Pose => poses[Math.max(0, Math.min(poses.length - 1, place))]!;
  const [a, b, c, d] = [get(index - 1), get(index), get(index + 1), get(index + 2)];
  // Catmull-Rom: passes through each pose, and never stops at one.
  const curve = (read: (pose: Pose) => number): number => {
    const [p, q, r, s] = [read(a), read(b), read(c), read(d)];
    return q + 0.5 * part * (r - p + part * (2 * p - 5 * q + 4 * r - s + part * (3 * (q - r) + s - p)));
  };
  return {
    x: curve(({ x }) => x),
    top: curve(({ top }) => top),
    bottom: curve(({ bottom }) => bottom),
    lean: curve(({ lean }) => lean),
  };
}

/** The mean of all poses: what the moves are measured from. */
export function restOf({ poses }: Track): Pose {
  return poses.reduce((mean, pose, at) => mixPoses(mean, pose, 1 / (at + 1)));
}

/** A gentle dance, for clips in which nothing moves: two steps to each side, and a nod with each. */
export function makeDance(seconds: number): Track {
  const count = Math.max(2, Math.ceil(seconds * POSES_A_SECOND) + 1);
  const poses = Array.from({ length: count }, (_, at): Pose => {
    const beat = (at / POSES_A_SECOND) * Math.PI;
    const sway = Math.sin(beat);
    const lift = Math.abs(Math.sin(beat)) * 0.03;
    return { x: 0.09 * sway, top: 0.12 - lift, bottom: 0.95 - lift * 0.6, lean: 0.1 * sway };
  });
  return { follows: 'nothing', posesPerSecond: POSES_A_SECOND, poses };
}

/** The middle value of each pixel over all looks: the background, as long as it is seen half of the time. */
function findBackground(looks: readonly Plane[]): Plane {
  const [{ width, height }] = looks as [Plane];
  const background = makePlane(width, height);
  for (let pixel = 0; pixel < background.data.length; pixel += 1) {
    background.data[pixel] = looks.map(({ data }) => data[pixel]!).sort((a, b) => a - b)[looks.length >> 1]!;
  }
  return background;
}

function findMovement(looks: readonly Plane[], aspect: number): (Pose | undefined)[] {
  const background = findBackground(looks);
  return looks.map((look) => {
    const moved = makePlane(look.width, look.height);
    for (let pixel = 0; pixel < moved.data.length; pixel += 1) {
      moved.data[pixel] = Math.abs(look.data[pixel]! - background.data[pixel]!) > CHANGE_MIN ? 1 : 0;
    }
    return readPose(moved, aspect, MOVEMENT_SHARE_MIN);
  });
}

/** Adds up what is seen where no person is. */
class Plate {
  readonly #sums: Float32Array;
  readonly #size: Size;

  constructor(size: Size) {
    this.#size = size;
    this.#sums = new Float32Array(size.width * size.height * 4);
  }

  add(rgba: Uint8ClampedArray, people: Plane): void {
    const mask = resizePlane(people, this.#size.width, this.#size.height);
    for (let pixel = 0; pixel < mask.data.length; pixel += 1) {
      const weight = mask.data[pixel]! > 0.08 ? 0 : 1;
      for (let c = 0; c < 3; c += 1) this.#sums[pixel * 4 + c]! += rgba[pixel * 4 + c]! * weight;
      this.#sums[pixel * 4 + 3]! += weight;
    }
  }

  /** The mean, and which pixels were ever seen, 0 or 255. */
  read(): { rgba: Uint8ClampedArray; known: Uint8Array } {
    const rgba = new Uint8ClampedArray(this.#sums.length);
    const known = new Uint8Array(this.#sums.length / 4);
    for (let pixel = 0; pixel < known.length; pixel += 1) {
      const weight = this.#sums[pixel * 4 + 3]!;
      for (let c = 0; c < 3; c += 1) rgba[pixel * 4 + c] = this.#sums[pixel * 4 + c]! / Math.max(1, weight);
      rgba[pixel * 4 + 3] = 255;
      known[pixel] = weight > 0 ? 255 : 0;
    }
    return { rgba, known };
  }
}

/** Follows a clip from its start. @param wants `plate` asks for the clip without its person. */
export async function followClip(
  clip: Clip,
  { seconds, name, wantsPlate }: { seconds: number; name: string; wantsPlate: boolean },
): Promise<Track> {
  const count = Math.max(3, Math.min(POSES_MAX, Math.ceil(seconds * POSES_A_SECOND) + 1));
  const posesPerSecond = (count - 1) / seconds;
  const atSeconds = Array.from({ length: count }, (_, at) => at / posesPerSecond);
  const looks: Plane[] = [];
  const people: (Pose | undefined)[] = [];
  let plate: Plate | undefined;
  let size: Size = { width: 1, height: 1 };
  await eachFrame(clip, { atSeconds, name }, (picture) => {
    size = sizeWithin(uprightSize(picture), SIDE);
    const rgba = readUpright(picture, size);
    const brightness = readBrightness({ ...size, rgba });
    const small = sizeWithin(size, MOVEMENT_SIDE);
    looks.push(resizePlane(brightness, small.width, small.height));
    const misses = people.filter((pose) => pose === undefined).length;
    // With so many misses no person will be followed: the rest of the looks would cost time for nothing.
    const seen = misses > count * (1 - FOUND_SHARE_MIN) ? undefined : sensePeople({ ...size, rgba });
    people.push(seen && readPose(seen, size.width / size.height));
    if (!wantsPlate || !seen) return;
    plate ??= new Plate(size);
    plate.add(rgba, seen);
  });
  const aspect = size.width / size.height;
  const isEnough = (found: (Pose | undefined)[]): boolean =>
    found.filter((pose) => pose !== undefined).length >= count * FOUND_SHARE_MIN;
  if (isEnough(people)) {
    const track: Track = { follows: 'person', posesPerSecond, poses: closeGaps(people) };
    return plate ? { ...track, plate: await finishPlate(plate, size) } : track;
  }
  const movement = findMovement(looks, aspect);
  if (isEnough(movement))
    return { follows: 'movement', posesPerSecond, poses: leanIntoMovement(closeGaps(movement)) };
  return makeDance(seconds);
}

/** What moves has no outline to rely on: it keeps its size, and leans to where it goes. */
function leanIntoMovement(poses: readonly Pose[]): Pose[] {
  const half = poses.reduce((sum, { top, bottom }) => sum + (bottom - top) / 2, 0) / poses.length;
  return poses.map(({ x, top, bottom }, at) => {
    const before = poses[Math.max(0, at - 1)]!;
    const after = poses[Math.min(poses.length - 1, at + 1)]!;
    const middle = (top + bottom) / 2;
    return { x, top: middle - half, bottom: middle + half, lean: Math.tanh((after.x - before.x) * 2) * 0.16 };
  });
}

async function finishPlate(plate: Plate, size: Size): Promise<Track['plate']> {
  const { fillUnknown } = await import('../photo/fill.ts');
  const { rgba, known } = plate.read();
  return { ...size, rgba: fillUnknown({ ...size, rgba }, known) };
}

function sizeWithin({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(2, Math.round(width * scale)), height: Math.max(2, Math.round(height * scale)) };
}
