// The wet street: asphalt, kerbs and lines, and on them the mirrored city, broken up by puddles, ripples and rough
// stone. The mirror is drawn small, since no wet road mirrors sharply.
import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createNoiseTile, type NoiseTile } from '../paint/noise.ts';
import { clamp } from '../photo/plane.ts';
import { deriveSeed, hashNumbers } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Lens, toScreenX, toScreenY, traceFloor } from './night-city-lens.ts';
import { type Palette, ROAD_HALF_METRES, STREET_END_METRES, WALL_METRES } from './night-city-world.ts';

/** Pixels of the mirrored picture: enough to see one sign beside another, few enough to work on each. */
const MIRROR_PIXELS = 150_000;
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
  for (let y = first; y < height; y += 1) {
    const below = y - lens.horizonY + 0.5;
    const metresPerPixel = lens.eyeY / below;
    const z = lens.eyeZ + lens.focal * metresPerPixel;
    const strength = 256 * wetness * (0.5 + 0.5 * Math.exp(-below / (height * 0.24)));
    smearRow(
      { source, target, width, last: height - 1, first, y },
      {
        puddles: tileRow(puddles, z * 17),
        ripples: tileRow(ripples, z * 46 + timeSeconds * 34),
        startX: lens.eyeX - lens.centerX * metresPerPixel + 400,
        metresPerPixel,
        reach: 1.5 + below * 0.16,
        strength,
      },
    );
  }
  const pixels = new ImageData(new Uint8ClampedArray(target.buffer), width, height);
  result.getContext('2d').putImageData(pixels, 0, 0);
}

function tileRow(tile: NoiseTile, row: number): NoiseTile {
  const start = (Math.floor(row) & (TILE - 1)) * TILE;
  return tile.subarray(start, start + TILE);
}

interface MirrorRow {
  source: Uint32Array;
  target: Uint32Array;
  width: number;
  first: number;
  last: number;
  y: number;
}

interface RowGround {
  puddles: NoiseTile;
  ripples: NoiseTile;
  /** Ground metres at the left edge, kept positive. */
  startX: number;
  metresPerPixel: number;
  /** How far light is moved and smeared, in pixels. */
  reach: number;
  /** 256 is a perfect mirror. */
  strength: number;
}

/** Each pixel becomes the mean of two of the mirrored picture, above one another around where a ripple points. */
function smearRow({ source, target, width, first, last, y }: MirrorRow, ground: RowGround): void {
  const { puddles, ripples, startX, metresPerPixel, reach, strength } = ground;
  for (let x = 0; x < width; x += 1) {
    const groundX = startX + x * metresPerPixel;
    const water = puddles[(groundX * 19) & 255] * 8.33 - 3.67;
    const standing = clamp(water, 0, 1);
    const rough = reach * (1.25 - standing * 0.8);
    const shift = (ripples[(groundX * 46) & 255] - 0.5) * rough;
    const column = x + (shift >> 1);
    const inside = clamp(column, 0, width - 1);
    const upper = (y + shift - rough * 0.45) | 0;
    const lower = (y + shift + rough * 0.45) | 0;
    const above = source[clamp(upper, first, last) * width + inside];
    const under = source[clamp(lower, first, last) * width + inside];
    const factor = (strength * (0.3 + standing * 0.68)) | 0;
    const red = (((above & 255) + (under & 255)) * factor) >> 9;
    const green = ((((above >>> 8) & 255) + ((under >>> 8) & 255)) * factor) >> 9;
    const blue = ((((above >>> 16) & 255) + ((under >>> 16) & 255)) * factor) >> 9;
    target[y * width + x] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
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
