// The wet street: asphalt, kerbs and lines, and on them the mirrored city, broken up by puddles, ripples and rough
// stone. The mirror is drawn small, since no wet road mirrors sharply.
import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createNoiseTile, deriveSeed, type NoiseTile } from '../paint/random.ts';
import { hashNumbers } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Lens, toScreenX, toScreenY, traceFloor } from './night-city-lens.ts';
import { type Palette, ROAD_HALF_METRES, STREET_END_METRES, WALL_METRES } from './night-city-world.ts';

/** Pixels of the mirrored picture: enough for signs to be told apart, few enough to work on each. */
const MIRROR_PIXELS = 210_000;
const TILE = 256;

export type GroundPainter = (context: SKRSContext2D, lens: Lens, timeSeconds: number) => void;

/** Draws the mirrored city with a lens whose `mirror` is -1. */
export type MirrorPainter = (context: SKRSContext2D, lens: Lens, timeSeconds: number) => void;

export function prepareGround(stage: Stage, palette: Palette, paintMirrored: MirrorPainter): GroundPainter {
  const share = Math.min(0.5, Math.sqrt(MIRROR_PIXELS / (stage.width * stage.height)));
  const width = Math.ceil(stage.width * share);
  const height = Math.ceil(stage.height * share);
  const mirror = createCanvas(width, height);
  const mirrorContext = mirror.getContext('2d');
  const result = createCanvas(width, height);
  const wetness = stage.plan.weather === 'clear' || stage.plan.weather === 'cloudy' ? 0.62 : 1;
  const puddles = createNoiseTile(deriveSeed(stage.seed, 'puddles'), 4, 5);
  const ripples = createNoiseTile(deriveSeed(stage.seed, 'ripples'), 5, 12);
  return (context, lens, timeSeconds) => {
    paintAsphalt(context, lens, palette, stage);
    const small: Lens = {
      ...lens,
      centerX: lens.centerX * share,
      horizonY: lens.horizonY * share,
      focal: lens.focal * share,
      mirror: -1,
    };
    mirrorContext.reset();
    paintMirrored(mirrorContext, small, timeSeconds);
    breakUp({ mirror, result, lens: small, puddles, ripples, wetness, timeSeconds });
    context.save();
    context.beginPath();
    context.rect(0, lens.horizonY, stage.width, stage.height - lens.horizonY);
    context.clip();
    context.globalCompositeOperation = 'lighter';
    context.drawImage(result, 0, 0, stage.width, stage.height);
    context.restore();
  };
}

function paintAsphalt(context: SKRSContext2D, lens: Lens, { haze }: Palette, stage: Stage): void {
  const bottom = stage.height;
  const fill = context.createLinearGradient(0, lens.horizonY, 0, bottom);
  const stone: Rgb = [15, 13, 26];
  fill.addColorStop(0, toCss(scaleColor(haze.color, 0.9)));
  fill.addColorStop(0.1, toCss(mixColors(stone, haze.color, 0.45)));
  fill.addColorStop(0.35, toCss(mixColors(stone, haze.color, 0.12)));
  fill.addColorStop(1, toCss(scaleColor(stone, 0.75)));
  context.fillStyle = fill;
  context.fillRect(0, lens.horizonY, stage.width, bottom - lens.horizonY);
  paintPavement(context, lens, haze.color);
}

function paintPavement(context: SKRSContext2D, lens: Lens, haze: Rgb): void {
  const far = STREET_END_METRES;
  for (const side of [-1, 1]) {
    const inner = side * (ROAD_HALF_METRES + 0.25);
    const outer = side * (WALL_METRES + 1);
    context.fillStyle = toCss(mixColors([34, 28, 48], haze, 0.2), 0.5);
    context.beginPath();
    traceFloor(context, lens, {
      left: Math.min(inner, outer),
      right: Math.max(inner, outer),
      near: -20,
      far,
      y: 0,
    });
    context.fill();
    context.fillStyle = toCss(mixColors([92, 84, 116], haze, 0.3), 0.8);
    context.beginPath();
    const kerb = side * ROAD_HALF_METRES;
    traceFloor(context, lens, {
      left: Math.min(kerb, inner),
      right: Math.max(kerb, inner),
      near: -20,
      far,
      y: 0.02,
    });
    context.fill();
  }
  context.fillStyle = 'rgba(196,186,214,0.34)';
  context.beginPath();
  const first = Math.floor(lens.eyeZ / 6) * 6;
  for (let near = first; near < first + 120; near += 6) {
    traceFloor(context, lens, { left: -0.08, right: 0.08, near, far: near + 2.6, y: 0 });
  }
  // A crossing, some way down the street.
  for (let stripe = -4; stripe <= 4; stripe += 1) {
    const left = stripe * 0.98 - 0.26;
    traceFloor(context, lens, { left, right: left + 0.52, near: 30, far: 33.4, y: 0 });
  }
  context.fill();
}

interface BreakUp {
  mirror: Canvas;
  result: Canvas;
  lens: Lens;
  puddles: NoiseTile;
  ripples: NoiseTile;
  wetness: number;
  timeSeconds: number;
}

/** Row by row over the ground: where the water stands it mirrors clearly, elsewhere light smears towards the eye. */
function breakUp({ mirror, result, lens, puddles, ripples, wetness, timeSeconds }: BreakUp): void {
  const { width, height } = mirror;
  const source = new Uint32Array(mirror.data().buffer, 0, width * height);
  const target = new Uint32Array(width * height);
  const first = Math.max(0, Math.ceil(lens.horizonY));
  const slide = Math.floor(timeSeconds * 34);
  for (let y = first; y < height; y += 1) {
    const below = y - lens.horizonY + 0.5;
    const z = lens.eyeZ + (lens.focal * lens.eyeY) / below;
    const metresPerPixel = (z - lens.eyeZ) / lens.focal;
    const grazing = 0.34 + 0.66 * Math.exp(-below / (height * 0.24));
    const puddleRow = ((Math.floor(z * 17) % TILE) + TILE) % TILE;
    const rippleRow = (((Math.floor(z * 46) + slide) % TILE) + TILE) % TILE;
    const reach = 1.5 + below * 0.16;
    const startX = lens.eyeX - lens.centerX * metresPerPixel;
    for (let x = 0; x < width; x += 1) {
      const groundX = startX + x * metresPerPixel;
      const water = puddles[puddleRow * TILE + (Math.floor(groundX * 19 + 4096) & 255)];
      const ripple = ripples[rippleRow * TILE + (Math.floor(groundX * 46 + 8192) & 255)] - 0.5;
      const isWater = water > 0.56 ? 1 : water < 0.44 ? 0 : (water - 0.44) / 0.12;
      const rough = 1.25 - isWater * 0.8;
      const shift = Math.round(ripple * reach * rough);
      const sampleX = Math.min(width - 1, Math.max(0, x + (shift >> 1)));
      const strength = grazing * wetness * (0.3 + isWater * 0.58);
      target[y * width + x] = smear(source, {
        width,
        height,
        first,
        x: sampleX,
        y: y + shift,
        reach: reach * rough,
        strength,
      });
    }
  }
  const pixels = new ImageData(new Uint8ClampedArray(target.buffer), width, height);
  result.getContext('2d').putImageData(pixels, 0, 0);
}

interface Smear {
  width: number;
  height: number;
  first: number;
  x: number;
  y: number;
  reach: number;
  strength: number;
}

/** The mean of three pixels above one another, dimmed; three, because the ripples do the rest of the blurring. */
function smear(source: Uint32Array, { width, height, first, x, y, reach, strength }: Smear): number {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let tap = -1; tap <= 1; tap += 1) {
    const row = Math.min(height - 1, Math.max(first, Math.round(y + tap * reach * 0.55)));
    const pixel = source[row * width + x];
    red += pixel & 255;
    green += (pixel >>> 8) & 255;
    blue += (pixel >>> 16) & 255;
  }
  const factor = strength / 3;
  return ((255 << 24) | ((blue * factor) << 16) | ((green * factor) << 8) | (red * factor)) >>> 0;
}

/** Rings where drops meet the road. */
export function paintSplashes(context: SKRSContext2D, lens: Lens, timeSeconds: number, seed: number): void {
  context.strokeStyle = 'rgba(214,206,240,0.34)';
  context.lineWidth = Math.max(0.6, lens.focal * 0.0011);
  context.beginPath();
  for (let slot = 0; slot < 90; slot += 1) {
    const beat = timeSeconds * 2.6 + slot * 0.37;
    const round = Math.floor(beat);
    const age = beat - round;
    const chance = hashNumbers(seed, slot, round);
    const z = lens.eyeZ + 2.2 + ((chance & 1023) / 1023) ** 1.6 * 15;
    const x = lens.eyeX + (((chance >>> 10) & 1023) / 1023 - 0.5) * 15;
    const radius = (0.03 + age * 0.13) * (lens.focal / (z - lens.eyeZ));
    const screenX = toScreenX(lens, x, z);
    const screenY = toScreenY(lens, 0, z);
    context.moveTo(screenX + radius, screenY);
    context.ellipse(screenX, screenY, radius, radius * 0.3, 0, 0, Math.PI * 2);
  }
  context.stroke();
}
