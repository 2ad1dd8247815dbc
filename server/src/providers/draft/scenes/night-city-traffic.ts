// Cars and people of the night city. A car is a row of cross-sections from back to front, so that it has a round
// body and turns its flank to the eye with the perspective; people are coats, legs and umbrellas with a lit rim.
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createRandom, type Random } from '../random.ts';
import type { Stage } from '../stage.ts';
import type { Pass } from './night-city-buildings.ts';
import { type Haze, hazeShare, NEAR_METRES, scaleAt, toScreenX, toScreenY } from './night-city-lens.ts';
import { type GlowSprites, paintBeam } from './night-city-lights.ts';
import type { Palette } from './night-city-world.ts';

export interface Car {
  x: number;
  startZ: number;
  /** Metres a second along z; negative comes towards the eye. */
  speed: number;
  color: Rgb;
  tall: number;
}

export interface Walker {
  x: number;
  startZ: number;
  speed: number;
  height: number;
  coat: Rgb;
  umbrella?: Rgb;
  phase: number;
  rim: Rgb;
}

export interface Traffic {
  cars: Car[];
  walkers: Walker[];
}

/** Cars come round again after this many metres. */
const LOOP_METRES = 190;

const PAINTS: readonly Rgb[] = [
  [26, 28, 44],
  [58, 16, 30],
  [22, 44, 64],
  [70, 66, 74],
  [96, 74, 18],
  [16, 16, 20],
];

export function layOutTraffic(stage: Stage, palette: Palette): Traffic {
  const random = createRandom(stage.seed, 3);
  const asked = (kind: string): number =>
    stage.plan.subjects.find((subject) => subject.kind === kind)?.count ?? 0;
  const cars: Car[] = [];
  const count = 6 + Math.min(4, asked('car'));
  for (let index = 0; index < count; index += 1) {
    const comes = index % 2 === 0;
    cars.push({
      x: comes ? -2.35 : 2.35,
      startZ:
        (comes ? 26 : 15) + Math.floor(index / 2) * (LOOP_METRES / Math.ceil(count / 2)) * 0.8 + random() * 8,
      speed: comes ? -5.5 : 4.2,
      color: PAINTS[Math.floor(random() * PAINTS.length)],
      tall: random() < 0.25 ? 1.25 : 1,
    });
  }
  const walkers = [...layOutHeroes(stage, palette, random), ...layOutWalkers(stage, palette, random)];
  return { cars, walkers };
}

function layOutWalkers(stage: Stage, palette: Palette, random: Random): Walker[] {
  const isCrowded = stage.plan.subjects.some(({ kind }) => kind === 'crowd');
  const isWet =
    stage.plan.weather === 'rain' || stage.plan.weather === 'storm' || stage.plan.weather === 'snow';
  return Array.from({ length: isCrowded ? 46 : 22 }, (_, index) => {
    const side = index % 2 === 0 ? -1 : 1;
    const comes = random() < 0.5;
    return {
      x: side * (5.4 + random() * 2.1),
      startZ: 8 + index * (isCrowded ? 1.9 : 3.6) + random() * 3,
      speed: (comes ? -1 : 1) * (0.7 + random() * 0.6),
      height: 1.58 + random() * 0.28,
      coat: pickCoat(random),
      umbrella:
        isWet && random() < 0.68 ? palette.neon[Math.floor(random() * palette.neon.length)] : undefined,
      phase: random() * 6,
      rim: palette.neon[Math.floor(random() * palette.neon.length)],
    };
  });
}

/** The people that the prompt speaks of walk ahead of the eye, at about its own pace. */
function layOutHeroes(stage: Stage, palette: Palette, random: Random): Walker[] {
  const { subjects, weather } = stage.plan;
  const of = (kind: string): number => subjects.find((subject) => subject.kind === kind)?.count ?? 0;
  const count = Math.min(4, of('person') + of('couple') * 2 + of('dancer') + of('robot') + of('astronaut'));
  return Array.from({ length: count }, (_, index) => ({
    x: 0.7 + (index - (count - 1) / 2) * 0.95,
    startZ: 6.2 + index * 0.25,
    speed: 1.1,
    height: 1.74 - index * 0.06,
    coat: [18, 16, 30] as Rgb,
    umbrella:
      weather === 'rain' || weather === 'storm' ? palette.neon[(index * 2) % palette.neon.length] : undefined,
    phase: random() * 6,
    rim: palette.glow,
  }));
}

function pickCoat(random: Random): Rgb {
  const coats: readonly Rgb[] = [
    [16, 14, 26],
    [30, 22, 40],
    [24, 30, 46],
    [44, 24, 34],
  ];
  return coats[Math.floor(random() * coats.length)];
}

/** Where a car is: it drives round a loop, so that traffic never ends. */
export function carZ(car: Car, timeSeconds: number, eyeZ: number): number {
  const raw = car.startZ + car.speed * timeSeconds - eyeZ;
  return eyeZ + ((((raw + 6) % LOOP_METRES) + LOOP_METRES) % LOOP_METRES) - 6;
}

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

export function paintCar(pass: Pass, car: Car, palette: Palette, glows: GlowSprites): void {
  const { lens, timeSeconds } = pass;
  const z = carZ(car, timeSeconds, lens.eyeZ);
  const comes = car.speed < 0;
  if (z <= lens.eyeZ + NEAR_METRES * 2.2) return;
  const fade = hazeShare(palette.haze, z - lens.eyeZ) * 0.8;
  const tone = (color: Rgb, alpha = 1): string => toCss(mixColors(color, palette.haze.color, fade), alpha);
  if (pass.lens.mirror === 1) paintShadow(pass, car, z);
  const slices = pass.detailed || z - lens.eyeZ < 30 ? SLICES : SLICES.filter((_, index) => index % 3 === 0);
  const ordered = comes ? [...slices].reverse() : slices;
  const body = scaleColor(mixColors(car.color, palette.glow, 0.12), 1.2);
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
  paintEnd(pass, car, { z, comes, tone, glows });
}

interface SliceCoat {
  slice: Slice;
  body: string;
  glass: string;
  edge: string;
}

function paintSlice(
  { context, lens, detailed }: Pass,
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
    context.fillStyle = slice.part === 'roof' ? body : glass;
    context.beginPath();
    context.moveTo(x - half * 0.97, y(belt));
    context.quadraticCurveTo(x - roofHalf, y(slice.top), x - roofHalf * 0.8, y(slice.top));
    context.lineTo(x + roofHalf * 0.8, y(slice.top));
    context.quadraticCurveTo(x + roofHalf, y(slice.top), x + half * 0.97, y(belt));
    context.closePath();
    context.fill();
    if (slice.part === 'roof' && detailed) {
      context.strokeStyle = edge;
      context.lineWidth = Math.max(0.5, scale * 0.02);
      context.stroke();
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
    paintBeam(pass, lamp, glows, { x: car.x + side, y: 0.56 * car.tall, z, metres: comes ? 1.25 : 0.75 });
  }
}

export function paintWalker(pass: Pass, walker: Walker, haze: Haze): void {
  const { context, lens, timeSeconds } = pass;
  const z = walker.startZ + walker.speed * timeSeconds;
  if (z <= lens.eyeZ + NEAR_METRES * 2) return;
  const scale = scaleAt(lens, z) * walker.height;
  const fade = hazeShare(haze, z - lens.eyeZ) * 0.85;
  const tone = (color: Rgb): string => toCss(mixColors(color, haze.color, fade));
  const stride = Math.sin(timeSeconds * 5.2 * Math.abs(walker.speed) + walker.phase);
  context.save();
  context.translate(toScreenX(lens, walker.x, z), toScreenY(lens, 0, z));
  context.scale(scale, -scale * lens.mirror);
  context.translate(0, Math.abs(stride) * 0.012);
  context.fillStyle = tone(scaleColor(walker.coat, 0.7));
  context.beginPath();
  for (const leg of [1, -1]) {
    const swing = stride * leg;
    context.roundRect(leg * 0.055 - 0.042 + swing * 0.012, Math.max(0, swing) * 0.05, 0.085, 0.42, 0.03);
  }
  context.fill();
  context.fillStyle = tone(walker.coat);
  context.beginPath();
  context.moveTo(-0.135, 0.3);
  context.quadraticCurveTo(-0.12, 0.6, -0.135, 0.76);
  context.quadraticCurveTo(-0.1, 0.85, 0, 0.86);
  context.quadraticCurveTo(0.1, 0.85, 0.135, 0.76);
  context.quadraticCurveTo(0.12, 0.6, 0.135, 0.3);
  context.quadraticCurveTo(0, 0.27, -0.135, 0.3);
  context.ellipse(0, 0.915, 0.062, 0.075, 0, 0, Math.PI * 2);
  context.fill();
  // Light from the shops on one side of the coat.
  context.strokeStyle = toCss(mixColors(walker.rim, haze.color, fade), 0.75);
  context.lineWidth = 0.014;
  const lit = walker.x < 0 ? 1 : -1;
  context.beginPath();
  context.moveTo(lit * 0.132, 0.32);
  context.quadraticCurveTo(lit * 0.118, 0.6, lit * 0.132, 0.76);
  context.quadraticCurveTo(lit * 0.1, 0.84, lit * 0.05, 0.86);
  context.stroke();
  if (walker.umbrella)
    paintUmbrella(pass, mixColors(walker.umbrella, haze.color, fade), Math.sin(timeSeconds + walker.phase));
  context.restore();
}

/** In shares of the walker's height, y upwards. */
function paintUmbrella({ context }: Pass, color: Rgb, sway: number): void {
  context.rotate(sway * 0.03);
  context.strokeStyle = 'rgba(12,10,20,0.9)';
  context.lineWidth = 0.016;
  context.beginPath();
  context.moveTo(0.06, 0.62);
  context.lineTo(0.03, 1.24);
  context.stroke();
  const dome = (): void => {
    context.beginPath();
    context.moveTo(-0.37, 0.98);
    context.bezierCurveTo(-0.3, 1.2, -0.12, 1.27, 0.03, 1.27);
    context.bezierCurveTo(0.18, 1.27, 0.36, 1.2, 0.43, 0.98);
    for (let rib = 0; rib < 4; rib += 1) {
      const right = 0.43 - rib * 0.2;
      context.quadraticCurveTo(right - 0.1, 1.045, right - 0.2, 0.98);
    }
    context.closePath();
  };
  const fill = context.createLinearGradient(-0.37, 0, 0.43, 0);
  fill.addColorStop(0, toCss(scaleColor(color, 0.42)));
  fill.addColorStop(0.6, toCss(scaleColor(color, 0.72)));
  fill.addColorStop(1, toCss(scaleColor(color, 0.5)));
  context.fillStyle = fill;
  dome();
  context.fill();
  context.strokeStyle = toCss(scaleColor(color, 0.34));
  context.lineWidth = 0.01;
  context.beginPath();
  for (const foot of [-0.17, 0.03, 0.23]) {
    context.moveTo(0.03, 1.27);
    context.quadraticCurveTo((foot + 0.03) / 2 + (foot - 0.03) * 0.35, 1.16, foot, 0.98);
  }
  context.stroke();
}
