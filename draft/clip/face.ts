// Guesses where the mouth of a person is: below the middle of the head that the mask shows, at the place that is redder
// than the skin around it. Without such a place there is no guess: a mouth that opens on a cheek is worse than none.
import { blurPlane, makePlane, type Plane } from '../photo/plane.ts';

export interface Mouth {
  /** Middle, in pixels. */
  x: number;
  y: number;
  /** Of the face, in pixels. */
  faceWidth: number;
}

interface Head {
  top: number;
  middle: number;
  width: number;
}

const COVERED = 0.5;

/** The runs of a mask's rows: how wide each is, and its middle. */
function measureRow({ width, data }: Plane, y: number): { count: number; middle: number } {
  let [count, sum] = [0, 0];
  for (let x = 0; x < width; x += 1) {
    if (data[y * width + x]! < COVERED) continue;
    count += 1;
    sum += x + 0.5;
  }
  return { count, middle: count === 0 ? 0 : sum / count };
}

/** The head of the uppermost person: what widens from its top until the neck or the shoulders. */
function findHead(mask: Plane): Head | undefined {
  const { width, height } = mask;
  const rows = Array.from({ length: height }, (_, y) => measureRow(mask, y));
  const top = rows.findIndex(({ count }) => count > width * 0.02);
  if (top < 0) return undefined;
  // A head is about as high as it is wide, so its width is what is seen at half of that width below its top.
  for (let half = 3; top + half * 2 < height; half += 1) {
    const { count } = rows[top + half]!;
    if (count > half * 2) continue;
    const face = rows.slice(top + Math.round(half * 0.5), top + half * 2);
    const middles = face.map(({ middle }) => middle).sort((a, b) => a - b);
    return { top, middle: middles[middles.length >> 1]!, width: Math.max(4, count) };
  }
  return undefined;
}

interface Picture {
  width: number;
  height: number;
  rgba: Uint8ClampedArray;
}

/** Where a face is: the part of a head that has the colour of skin and is not in the dark, as hair is. */
interface Face {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Skin of every kind lies in this part of the plane of colours (Chai and Ngan, 1999, in YCbCr). */
function isSkin(red: number, green: number, blue: number): boolean {
  const toBlue = 128 - 0.169 * red - 0.331 * green + 0.5 * blue;
  const toRed = 128 + 0.5 * red - 0.419 * green - 0.081 * blue;
  return toBlue >= 77 && toBlue <= 127 && toRed >= 133 && toRed <= 178;
}

function lightAt(rgba: Uint8ClampedArray, at: number): number {
  return rgba[at]! * 0.3 + rgba[at + 1]! * 0.59 + rgba[at + 2]! * 0.11;
}

/** Skin as bright as this part of the brightest is a face; hair and what lies in its shade is darker. */
const LIT_PART = 0.62;
/** Less skin in a head is no face that is seen from the front. */
const SKIN_SHARE_MIN = 0.12;

function findFace({ width, height, rgba }: Picture, mask: Plane, head: Head): Face | undefined {
  const left = Math.max(0, Math.round(head.middle - head.width * 0.5));
  const right = Math.min(width, Math.round(head.middle + head.width * 0.5));
  const bottom = Math.min(height, Math.round(head.top + head.width * 1.45));
  const skin: { x: number; y: number; light: number }[] = [];
  for (let y = Math.round(head.top); y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = (y * width + x) * 4;
      if (mask.data[y * width + x]! < COVERED || !isSkin(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!)) continue;
      skin.push({ x, y, light: lightAt(rgba, at) });
    }
  }
  const lights = skin.map(({ light }) => light).sort((a, b) => a - b);
  const lit = skin.filter(({ light }) => light > (lights[Math.floor(lights.length * 0.9)] ?? 0) * LIT_PART);
  if (lit.length < head.width * head.width * SKIN_SHARE_MIN) return undefined;
  const xs = lit.map(({ x }) => x).sort((a, b) => a - b);
  const ys = lit.map(({ y }) => y).sort((a, b) => a - b);
  const part = (values: number[], share: number): number => values[Math.floor((values.length - 1) * share)]!;
  return { left: part(xs, 0.04), right: part(xs, 0.96), top: part(ys, 0.03), bottom: part(ys, 0.97) };
}

/** How much redder than green each pixel of a face is, of its light. */
function readRedness({ width, rgba }: Picture, { left, right, top, bottom }: Face): Plane {
  const redness = makePlane(right - left, bottom - top);
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = (y * width + x) * 4;
      const light = rgba[at]! + rgba[at + 1]! + rgba[at + 2]! + 30;
      redness.data[(y - top) * redness.width + x - left] = (rgba[at]! - rgba[at + 1]!) / light;
    }
  }
  return redness;
}

/** Redder than the skin around it by so much of its light is a lip. */
const RED_MIN = 0.012;

/** @param mask of people, 0 to 1, of the picture's size. */
export function findMouth(picture: Picture, mask: Plane): Mouth | undefined {
  const head = findHead(mask);
  const face = head && head.width >= 14 ? findFace(picture, mask, head) : undefined;
  if (!face) return undefined;
  const [across, down] = [face.right - face.left, face.bottom - face.top];
  if (across < 8 || down < 8) return undefined;
  const redness = readRedness(picture, face);
  const near = blurPlane(redness, across * 0.05);
  const around = blurPlane(redness, across * 0.22);
  const redAt = (x: number, y: number): number => near.data[y * across + x]! - around.data[y * across + x]!;
  let best = { score: 0, x: 0, y: 0 };
  for (let y = Math.round(down * 0.4); y < down * 0.97; y += 1) {
    for (let x = 0; x < across; x += 1) {
      // Where mouths are as a rule counts as well: a red cheek or collar is further from there.
      const aside = (x / across - 0.5) / 0.16;
      const below = (y / down - 0.76) / 0.13;
      const score = redAt(x, y) * Math.exp(-0.5 * (aside * aside + below * below));
      if (score > best.score) best = { score, x, y };
    }
  }
  if (best.score === 0 || redAt(best.x, best.y) < RED_MIN) return undefined;
  const middle = findMiddle(redAt, best, { across, down });
  return { x: middle.x * 0.7 + across * 0.15 + face.left, y: middle.y + face.top, faceWidth: across };
}

/** The middle of the lips, of which the reddest place is a part: teeth may lie between them. */
function findMiddle(
  redAt: (x: number, y: number) => number,
  best: { x: number; y: number },
  { across, down }: { across: number; down: number },
): { x: number; y: number } {
  let [sum, sumX, sumY] = [0, 0, 0];
  const [reachX, reachY] = [across * 0.4, across * 0.09];
  for (let y = Math.ceil(Math.max(0, best.y - reachY)); y < Math.min(down, best.y + reachY); y += 1) {
    for (let x = Math.ceil(Math.max(0, best.x - reachX)); x < Math.min(across, best.x + reachX); x += 1) {
      const red = Math.max(0, redAt(x, y) - RED_MIN / 2);
      sum += red;
      sumX += red * x;
      sumY += red * y;
    }
  }
  return sum === 0 ? best : { x: sumX / sum, y: sumY / sum };
}
