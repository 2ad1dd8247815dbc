// Draws the cars of the night city. A car is a row of cross-sections from back to front, so that it has a round body
// and turns its flank to the eye with the perspective.
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { hazeShare, NEAR_METRES, scaleAt, toScreenX, toScreenY } from './night-city-lens.ts';
import { type GlowSprites, paintBeam } from './night-city-lights.ts';
import type { Pass } from './night-city-pass.ts';
import { type Car, carZ } from './night-city-traffic.ts';
import type { Palette } from './night-city-world.ts';

const CAR_LENGTH_METRES = 4.4;

interface Slice {
  /** Share of the length from the front. */
  at: number;
  top: number;
  half: number;
  part: 'body' | 'glass' | 'roof';
}

const BELT_METRES = 0.86;

/** The outline of a saloon, front to back. */
const SLICES: readonly Slice[] = [
  { at: 0, top: 0.62, half: 0.74, part: 'body' },
  { at: 0.03, top: 0.7, half: 0.82, part: 'body' },
  { at: 0.12, top: 0.79, half: 0.87, part: 'body' },
  { at: 0.27, top: 0.87, half: 0.89, part: 'body' },
  { at: 0.32, top: 1.02, half: 0.89, part: 'glass' },
  { at: 0.37, top: 1.17, half: 0.89, part: 'glass' },
  { at: 0.42, top: 1.3, half: 0.89, part: 'glass' },
  { at: 0.46, top: 1.38, half: 0.89, part: 'glass' },
  { at: 0.5, top: 1.42, half: 0.89, part: 'roof' },
  { at: 0.6, top: 1.44, half: 0.89, part: 'roof' },
  { at: 0.68, top: 1.41, half: 0.89, part: 'roof' },
  { at: 0.74, top: 1.31, half: 0.89, part: 'glass' },
  { at: 0.8, top: 1.17, half: 0.88, part: 'glass' },
  { at: 0.86, top: 1.02, half: 0.87, part: 'glass' },
  { at: 0.9, top: 0.97, half: 0.86, part: 'body' },
  { at: 0.97, top: 0.92, half: 0.82, part: 'body' },
  { at: 1, top: 0.82, half: 0.76, part: 'body' },
];

/** As many cross-sections as the car is near: their steps must stay below what the eye can see. */
function cutSlices(wanted: number): Slice[] {
  const count = Math.round(Math.max(9, Math.min(80, wanted)));
  return Array.from({ length: count + 1 }, (_, index) => {
    const at = index / count;
    const next = Math.max(
      1,
      SLICES.findIndex((slice) => slice.at >= at),
    );
    const before = SLICES[next - 1];
    const after = SLICES[next];
    const share = (at - before.at) / (after.at - before.at);
    return {
      at,
      top: before.top + (after.top - before.top) * share,
      half: before.half + (after.half - before.half) * share,
      part: share > 0.5 ? after.part : before.part,
    };
  });
}

export function paintCar(pass: Pass, car: Car, palette: Palette, glows: GlowSprites): void {
  const { lens, timeSeconds } = pass;
  const z = carZ(car, timeSeconds, lens.eyeZ);
  const comes = car.speed < 0;
  if (z + CAR_LENGTH_METRES <= lens.eyeZ + NEAR_METRES) return;
  const fade = hazeShare(palette.haze, z - lens.eyeZ) * 0.8;
  const tone = (color: Rgb, alpha = 1): string => toCss(mixColors(color, palette.haze.color, fade), alpha);
  if (pass.lens.mirror === 1) paintShadow(pass, car, z);
  const slices = cutSlices(pass.detailed ? 260 / (z - lens.eyeZ) : 8);
  const ordered = comes ? slices.reverse() : slices;
  const body = mixColors(car.color, palette.glow, 0.1);
  for (const slice of ordered) {
    const depth = (comes ? slice.at : 1 - slice.at) * CAR_LENGTH_METRES;
    const shade = 1.15 - (depth / CAR_LENGTH_METRES) * 0.55;
    paintSlice(pass, car, z + depth, {
      slice,
      body: tone(scaleColor(body, shade)),
      glass: tone(mixColors([14, 18, 34], palette.glow, 0.1 + slice.top * 0.09)),
      edge: tone(mixColors(body, palette.glow, 0.45), 0.7),
    });
  }
  paintWheels(pass, car, z, tone([7, 7, 11]));
  if (z > lens.eyeZ + NEAR_METRES) paintEnd(pass, car, { z, comes, tone, glows });
}

/** The two wheels on the flank that the eye can see. */
function paintWheels({ context, lens }: Pass, car: Car, z: number, css: string): void {
  const flank = car.x + (car.x < lens.eyeX ? 0.88 : -0.88);
  context.fillStyle = css;
  context.beginPath();
  for (const middle of [z + 0.95, z + 3.5]) {
    if (middle - 0.34 <= lens.eyeZ + NEAR_METRES) continue;
    for (let step = 0; step <= 14; step += 1) {
      const angle = (step / 14) * Math.PI * 2;
      const depth = middle + Math.cos(angle) * 0.34;
      const x = toScreenX(lens, flank, depth);
      const y = toScreenY(lens, 0.33 + Math.sin(angle) * 0.33, depth);
      if (step === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.closePath();
  }
  context.fill();
}

interface SliceCoat {
  slice: Slice;
  body: string;
  glass: string;
  edge: string;
}

function paintSlice(
  { context, lens }: Pass,
  car: Car,
  z: number,
  { slice, body, glass, edge }: SliceCoat,
): void {
  if (z <= lens.eyeZ + NEAR_METRES) return;
  const scale = scaleAt(lens, z);
  const x = toScreenX(lens, car.x, z);
  const y = (metres: number): number => toScreenY(lens, metres * car.tall, z);
  const half = slice.half * scale;
  const belt = Math.min(slice.top, BELT_METRES);
  if (slice.top > BELT_METRES) {
    const roofHalf = (slice.half - 0.08 - (slice.top - BELT_METRES) * 0.34) * scale;
    // The flank of the cabin is glass too; the roof lies on it, and a pillar stands in the middle.
    const isPillar = slice.at > 0.575 && slice.at < 0.6;
    context.fillStyle = isPillar || slice.part === 'body' ? body : glass;
    context.beginPath();
    context.moveTo(x - half * 0.97, y(belt));
    context.quadraticCurveTo(x - roofHalf, y(slice.top), x - roofHalf * 0.8, y(slice.top));
    context.lineTo(x + roofHalf * 0.8, y(slice.top));
    context.quadraticCurveTo(x + roofHalf, y(slice.top), x + half * 0.97, y(belt));
    context.closePath();
    context.fill();
    if (slice.part === 'roof') {
      context.fillStyle = slice.at < 0.52 ? edge : body;
      context.fillRect(
        x - roofHalf * 0.86,
        Math.min(y(slice.top), y(slice.top - 0.06)),
        roofHalf * 1.72,
        scale * 0.06,
      );
    }
  }
  const corner = 0.16;
  context.fillStyle = body;
  context.beginPath();
  context.moveTo(x - half * 0.94, y(0.2));
  context.lineTo(x - half, y(0.45));
  context.quadraticCurveTo(x - half, y(belt), x - half + corner * scale, y(belt));
  context.lineTo(x + half - corner * scale, y(belt));
  context.quadraticCurveTo(x + half, y(belt), x + half, y(0.45));
  context.lineTo(x + half * 0.94, y(0.2));
  context.closePath();
  context.fill();
}

function paintShadow({ context, lens }: Pass, car: Car, z: number): void {
  const near = Math.max(z - 0.2, lens.eyeZ + NEAR_METRES);
  const top = toScreenY(lens, 0, z + CAR_LENGTH_METRES);
  const bottom = toScreenY(lens, 0, near);
  context.fillStyle = 'rgba(4,3,10,0.55)';
  context.beginPath();
  context.ellipse(
    toScreenX(lens, car.x, z + 1.4),
    (top + bottom) / 2,
    scaleAt(lens, z) * 1.05,
    Math.max(1, (bottom - top) / 2),
    0,
    0,
    Math.PI * 2,
  );
  context.fill();
}

interface CarEnd {
  z: number;
  comes: boolean;
  tone: (color: Rgb, alpha?: number) => string;
  glows: GlowSprites;
}

/** The end that the eye sees: wheels, grille or boot, plate, lamps and what they throw on the road. */
function paintEnd(pass: Pass, car: Car, { z, comes, tone, glows }: CarEnd): void {
  const { context, lens } = pass;
  const scale = scaleAt(lens, z);
  const x = (metres: number): number => toScreenX(lens, car.x + metres, z);
  const y = (metres: number): number => toScreenY(lens, metres * car.tall, z);
  const box = (left: number, low: number, width: number, height: number): void => {
    const top = Math.min(y(low), y(low + height));
    context.roundRect(
      x(left),
      top,
      width * scale,
      height * car.tall * scale,
      Math.min(width, height) * scale * 0.4,
    );
  };
  context.fillStyle = tone([6, 6, 10]);
  context.beginPath();
  box(-0.78, 0, 0.24, 0.4);
  box(0.54, 0, 0.24, 0.4);
  box(-0.44, comes ? 0.34 : 0.24, 0.88, comes ? 0.17 : 0.1);
  context.fill();
  context.fillStyle = tone([196, 200, 210], 0.85);
  context.beginPath();
  box(-0.2, comes ? 0.25 : 0.5, 0.4, 0.1);
  context.fill();
  const lamp: Rgb = comes ? [255, 246, 226] : [255, 42, 52];
  context.fillStyle = toCss(mixColors(lamp, [255, 255, 255], comes ? 0.6 : 0.15));
  context.beginPath();
  if (comes) {
    box(-0.74, 0.5, 0.26, 0.12);
    box(0.48, 0.5, 0.26, 0.12);
  } else {
    box(-0.74, 0.62, 0.34, 0.1);
    box(0.4, 0.62, 0.34, 0.1);
    box(-0.4, 0.66, 0.8, 0.03);
  }
  context.fill();
  for (const side of [-0.61, 0.61]) {
    paintBeam(pass, lamp, glows, { x: car.x + side, y: 0.56 * car.tall, z, metres: comes ? 0.95 : 0.7 });
  }
}
