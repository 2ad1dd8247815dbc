// The invented person of the samples as a solid: distances to a head, a neck and shoulders that are blended from simple
// bodies. No real face was measured. Units are heads; x is to the right, y up, z towards the viewer.

export type Vector = readonly [number, number, number];

export type Material = 'skin' | 'hair' | 'dress' | 'earring';

/** The nearest surface from a point, and the point in the head's own turn, in which colours are laid out. */
export interface Nearest {
  distance: number;
  material: Material;
  head: Vector;
}

/** How the head is turned against the body: sideways, down, and over to a shoulder, in radians. */
const YAW = 0.5;
const PITCH = 0.16;
const ROLL = -0.13;

const turn = { yaw: anglePair(YAW), pitch: anglePair(PITCH), roll: anglePair(ROLL) };

function anglePair(angle: number): readonly [number, number] {
  return [Math.cos(angle), Math.sin(angle)];
}

/** A point of the room in the head's own axes. */
export function toHead([x, y, z]: Vector): Vector {
  const [yawCos, yawSin] = turn.yaw;
  const [pitchCos, pitchSin] = turn.pitch;
  const [rollCos, rollSin] = turn.roll;
  const rolledX = x * rollCos + y * rollSin;
  const rolledY = y * rollCos - x * rollSin;
  const turnedX = rolledX * yawCos - z * yawSin;
  const turnedZ = z * yawCos + rolledX * yawSin;
  return [turnedX, rolledY * pitchCos + turnedZ * pitchSin, turnedZ * pitchCos - rolledY * pitchSin];
}

function ellipsoid([x, y, z]: Vector, middle: Vector, radii: Vector): number {
  const [a, b, c] = [(x - middle[0]) / radii[0], (y - middle[1]) / radii[1], (z - middle[2]) / radii[2]];
  const outer = Math.sqrt(a * a + b * b + c * c);
  const inner = Math.sqrt((a / radii[0]) ** 2 + (b / radii[1]) ** 2 + (c / radii[2]) ** 2);
  return inner < 1e-9 ? -Math.min(...radii) : (outer * (outer - 1)) / inner;
}

/** A rod from one point to another, `radii` thick at its ends. */
function rod(point: Vector, from: Vector, to: Vector, radii: readonly [number, number]): number {
  const along: Vector = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const offset: Vector = [point[0] - from[0], point[1] - from[1], point[2] - from[2]];
  const length = along[0] ** 2 + along[1] ** 2 + along[2] ** 2;
  const dot = offset[0] * along[0] + offset[1] * along[1] + offset[2] * along[2];
  const share = Math.min(1, Math.max(0, dot / length));
  const gap = Math.hypot(
    offset[0] - along[0] * share,
    offset[1] - along[1] * share,
    offset[2] - along[2] * share,
  );
  return gap - radii[0] - (radii[1] - radii[0]) * share;
}

/** Both bodies, flowing into each other over `width`. */
function join(one: number, other: number, width: number): number {
  const share = Math.max(0, width - Math.abs(one - other)) / width;
  return Math.min(one, other) - share * share * width * 0.25;
}

/** The first body without the second, the edge rounded over `width`. */
function carve(body: number, hollow: number, width: number): number {
  return -join(-body, hollow, width);
}

/** Both sides as one; rounded in the middle, where a mirrored slope would show as a crease. */
function fold([x, y, z]: Vector, width: number): Vector {
  return [Math.sqrt(x * x + width * width), y, z];
}

function faceOf(head: Vector): number {
  const side = fold(head, 0.012);
  let face = ellipsoid(head, [0, 0.13, -0.09], [0.345, 0.385, 0.42]);
  face = join(face, ellipsoid(head, [0, -0.1, 0.07], [0.262, 0.37, 0.3]), 0.12);
  face = join(face, ellipsoid(side, [0.13, -0.25, 0.06], [0.08, 0.12, 0.15]), 0.12);
  face = join(face, ellipsoid(head, [0, -0.425, 0.215], [0.085, 0.065, 0.085]), 0.14);
  face = join(face, ellipsoid(head, [0, -0.29, 0.25], [0.12, 0.12, 0.105]), 0.1);
  face = join(face, ellipsoid(side, [0.17, -0.11, 0.22], [0.085, 0.075, 0.075]), 0.12);
  face = join(face, ellipsoid(side, [0.105, 0.085, 0.292], [0.1, 0.03, 0.045]), 0.08);
  face = carve(face, ellipsoid(side, [0.128, -0.005, 0.42], [0.085, 0.058, 0.085]), 0.07);
  face = join(face, ellipsoid(side, [0.128, -0.012, 0.262], [0.082, 0.062, 0.068]), 0.018);
  return noseAndMouth(face, head, side);
}

function noseAndMouth(body: number, head: Vector, side: Vector): number {
  let face = join(body, rod(head, [0, 0.07, 0.335], [0, -0.13, 0.432], [0.026, 0.036]), 0.05);
  face = join(face, ellipsoid(head, [0, -0.145, 0.435], [0.042, 0.036, 0.042]), 0.03);
  face = join(face, ellipsoid(side, [0.046, -0.158, 0.386], [0.028, 0.027, 0.038]), 0.025);
  face = carve(face, ellipsoid(side, [0.024, -0.187, 0.41], [0.016, 0.012, 0.024]), 0.012);
  face = carve(face, ellipsoid(head, [0, -0.22, 0.39], [0.014, 0.035, 0.018]), 0.02);
  face = join(face, ellipsoid(side, [0.03, -0.268, 0.358], [0.062, 0.021, 0.03]), 0.022);
  face = join(face, ellipsoid(head, [0, -0.312, 0.355], [0.068, 0.026, 0.032]), 0.024);
  face = carve(face, ellipsoid(head, [0, -0.288 + 0.35 * head[0] * head[0], 0.4], [0.1, 0.005, 0.04]), 0.012);
  return join(face, ellipsoid(side, [0.335, -0.04, -0.05], [0.028, 0.09, 0.055]), 0.03);
}

/** Where the hair begins, over the forehead and behind the ears: 0 there, more towards the face. */
export function hairLine([x, y, z]: Vector): number {
  const temple =
    0.1 * Math.max(0, Math.abs(x) - 0.12) - 0.16 * Math.exp(-(((Math.abs(x) - 0.33) / 0.06) ** 2)) * 0.5;
  return 0.7 * (z - 0.16) - 0.72 * (y - 0.2) + temple;
}

function hairOf(head: Vector): number {
  const cap = ellipsoid(head, [0, 0.15, -0.1], [0.372, 0.408, 0.44]);
  const line = hairLine(head);
  // It lies close where it begins, or it would sit on the head like a cap.
  const combed = carve(cap + 0.03 * Math.exp(-((line / 0.08) ** 2)), -line, 0.03);
  const bun = ellipsoid(head, [0, 0.36, -0.46], [0.2, 0.2, 0.17]);
  const nape = ellipsoid(head, [0, -0.18, -0.26], [0.24, 0.22, 0.2]);
  return Math.min(join(combed, bun, 0.06), join(combed, nape, 0.1));
}

/** How far the body stands nearer to the head than it is laid out. */
const BODY_RISE = 0.09;

function bodyOf([x, y, z]: Vector): number {
  const point: Vector = [x, y - BODY_RISE, z];
  const side = fold(point, 0.06);
  let body = rod(point, [0.03, -0.2, -0.1], [0, -0.8, -0.15], [0.15, 0.155]);
  body = join(body, rod(side, [0.1, -0.84, -0.2], [0.56, -0.98, -0.18], [0.12, 0.145]), 0.2);
  body = join(body, ellipsoid(point, [0, -1.42, -0.15], [0.53, 0.62, 0.27]), 0.2);
  body = join(body, rod(side, [0.59, -1.03, -0.17], [0.68, -1.85, -0.12], [0.135, 0.12]), 0.1);
  body = join(body, rod(side, [0.07, -0.925, 0.0], [0.46, -0.88, -0.075], [0.02, 0.024]), 0.06);
  return join(body, rod(side, [0.12, -0.52, -0.14], [0.05, -0.91, 0.0], [0.024, 0.024]), 0.06);
}

/** Above it is skin, below it the dress. */
export function necklineAt(x: number): number {
  const wide = Math.abs(x);
  return -1.0 + 0.2 * wide ** 1.6 - 0.08 * Math.exp(-((wide / 0.16) ** 2));
}

/** The nearest surface from a point of the room. */
export function findNearest(point: Vector): Nearest {
  const head = toHead(point);
  const skin = join(faceOf(head), bodyOf(point), 0.05);
  const hair = hairOf(head);
  const jewel = Math.hypot(Math.abs(head[0]) - 0.35, head[1] + 0.17, head[2] + 0.04) - 0.028;
  const dress = bodyOf(point) - 0.012 * Math.min(1, Math.max(0, (necklineAt(point[0]) - point[1]) * 60));
  if (hair < skin && hair < jewel) return { distance: hair, material: 'hair', head };
  if (jewel < skin) return { distance: jewel, material: 'earring', head };
  const material = point[1] < necklineAt(point[0]) ? 'dress' : 'skin';
  return { distance: Math.min(skin, dress), material, head };
}
