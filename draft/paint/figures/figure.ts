// How figures are drawn: silhouettes against the light with a bright edge on the side of the sun. A figure stands
// on the origin, is one unit tall, faces right and is a pure function of its own time.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, toCss } from '../color.ts';

export interface FigureStyle {
  /** The side away from the light. */
  body: Rgb;
  /** The edge that the light catches. */
  rim: Rgb;
  /** The upper side of what shows its own colour; without it, a figure is a silhouette. */
  bright?: Rgb;
  /** Lamps, sails, stripes. */
  accent: Rgb;
  /** -1 for light from the left, 1 from the right, as the figure sees it after being turned. */
  lightSide: number;
  /** Windows and lamps are lit. */
  lampsOn: boolean;
  /** The colour that the prompt names, if any: what can be painted has it. */
  paint?: Rgb;
  /** The colour of a thing in the light of the place: 0 its shadow side, 1 the side to the light. */
  lit?: (albedo: Rgb, amount: number) => Rgb;
}

/** A colour in the light of the style, or as it is where the style has none. */
export function litColor(style: FigureStyle, albedo: Rgb, amount: number): Rgb {
  return style.lit ? style.lit(albedo, amount) : mixColors([0, 0, 0], albedo, 0.4 + 0.6 * amount);
}

/** Fills a shape as something round and upright between two edges: dark away from the light, bright towards it. */
export function fillRound(
  context: SKRSContext2D,
  shape: Path2D,
  style: FigureStyle,
  { from, to, albedo, gloss = 0.25 }: { from: number; to: number; albedo: Rgb; gloss?: number },
): void {
  const [dark, bright] = style.lightSide > 0 ? [from, to] : [to, from];
  const across = context.createLinearGradient(dark, 0, bright, 0);
  const light = litColor(style, albedo, 0.75);
  across.addColorStop(0, toCss(litColor(style, albedo, 0.02)));
  across.addColorStop(0.35, toCss(litColor(style, albedo, 0.3)));
  across.addColorStop(0.72, toCss(light));
  across.addColorStop(0.82, toCss(mixColors(light, [255, 255, 255], gloss)));
  across.addColorStop(0.92, toCss(litColor(style, albedo, 0.5)));
  across.addColorStop(1, toCss(litColor(style, albedo, 0.28)));
  context.fillStyle = across;
  context.fill(shape);
}

/** Fills a ball with a light on it. */
export function fillBall(
  context: SKRSContext2D,
  style: FigureStyle,
  { x, y, radius, albedo }: { x: number; y: number; radius: number; albedo: Rgb },
): void {
  const side = style.lightSide * radius * 0.4;
  const ball = context.createRadialGradient(x + side, y - radius * 0.45, 0, x, y, radius * 1.1);
  ball.addColorStop(0, toCss(mixColors(litColor(style, albedo, 0.9), [255, 255, 255], 0.45)));
  ball.addColorStop(0.25, toCss(litColor(style, albedo, 0.7)));
  ball.addColorStop(0.8, toCss(litColor(style, albedo, 0.15)));
  ball.addColorStop(1, toCss(litColor(style, albedo, 0.02)));
  context.fillStyle = ball;
  context.fill(shapeOval(x, y, [radius, radius]));
}

export interface FigurePose {
  /** Time of this figure; already offset, so that no two keep step. */
  seconds: number;
  /** Own number of this figure in 0..1. */
  variety: number;
}

export type Figure = (context: SKRSContext2D, style: FigureStyle, pose: FigurePose) => void;

export type Point = readonly [number, number];

/** Fills shapes as one dark mass with a bright edge; `edge` is the width of that edge in units. */
export function fillSilhouette(
  context: SKRSContext2D,
  shapes: readonly Path2D[],
  style: FigureStyle,
  edge = 0.012,
): void {
  context.save();
  context.translate(style.lightSide * edge, -edge * 0.7);
  context.fillStyle = toCss(style.rim);
  for (const shape of shapes) context.fill(shape);
  context.restore();
  const shading = context.createLinearGradient(-0.3 * style.lightSide, 0, 0.3 * style.lightSide, -0.9);
  shading.addColorStop(0, toCss(style.body));
  if (style.bright) shading.addColorStop(0.45, toCss(mixColors(style.body, style.bright, 0.4)));
  shading.addColorStop(1, toCss(style.bright ?? mixColors(style.body, style.rim, 0.22)));
  context.fillStyle = shading;
  for (const shape of shapes) context.fill(shape);
}

/** A limb through `points`, as wide as `widths` says at each of them, with round ends. */
export function shapeLimb(points: readonly Point[], widths: readonly number[]): Path2D[] {
  const shapes: Path2D[] = [];
  points.forEach(([x, y], index) => {
    const joint = new Path2D();
    joint.arc(x, y, widths[index] / 2, 0, Math.PI * 2);
    shapes.push(joint);
    if (index === 0) return;
    const [fromX, fromY] = points[index - 1];
    const angle = Math.atan2(y - fromY, x - fromX) + Math.PI / 2;
    const sideX = Math.cos(angle) / 2;
    const sideY = Math.sin(angle) / 2;
    const bone = new Path2D();
    bone.moveTo(fromX + sideX * widths[index - 1], fromY + sideY * widths[index - 1]);
    bone.lineTo(x + sideX * widths[index], y + sideY * widths[index]);
    bone.lineTo(x - sideX * widths[index], y - sideY * widths[index]);
    bone.lineTo(fromX - sideX * widths[index - 1], fromY - sideY * widths[index - 1]);
    bone.closePath();
    shapes.push(bone);
  });
  return shapes;
}

/** A smooth closed outline through points; the curve passes near, not through, the corners. */
export function shapeBlob(points: readonly Point[]): Path2D {
  const outline = new Path2D();
  const middle = (from: Point, to: Point): Point => [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const start = middle(points[points.length - 1], points[0]);
  outline.moveTo(start[0], start[1]);
  points.forEach((point, index) => {
    const next = middle(point, points[(index + 1) % points.length]);
    outline.quadraticCurveTo(point[0], point[1], next[0], next[1]);
  });
  outline.closePath();
  return outline;
}

/** An upright or tilted oval. */
export function shapeOval(x: number, y: number, radii: Point, turn = 0): Path2D {
  const oval = new Path2D();
  oval.ellipse(x, y, radii[0], radii[1], turn, 0, Math.PI * 2);
  return oval;
}

/** The end of a bone that starts at `from`; angle 0 hangs straight down, positive swings forward (right). */
export function swing(from: Point, angle: number, length: number): Point {
  return [from[0] + Math.sin(angle) * length, from[1] + Math.cos(angle) * length];
}
