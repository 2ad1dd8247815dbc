// The sky: gradient, glow of the sun and drifting clouds computed on a small picture per frame, stars and moon on
// top. The clouds are a noise plane seen in perspective, lit from the side of the sun, and change as they drift.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import type { Atmosphere } from './atmosphere.ts';
import { drawAtDepth, type Frame, toWorldSeconds, type View } from './camera.ts';
import { createRamp, packPixel, toCss } from './color.ts';
import { createGlow, createLayer, createPixelField, type PixelField } from './field.ts';
import { createNoiseTile, type NoiseTile, sampleTile, smoothStep } from './noise.ts';

/** Pixels of the frame per pixel of the sky picture. */
const SKY_SCALE = 4;
const RAMP_SIZE = 512;
/** Spare sky at each side, as a share of the width, for a camera that moves. */
const MARGIN = 0.08;

export interface Sky {
  /** Computes the sky of this moment; call once per frame, before `paint`. */
  update(timeSeconds: number): void;
  /** Draws it over the whole width, from the top edge to a little below the horizon. */
  paint(context: SKRSContext2D, view: View, timeSeconds: number): void;
}

interface SkyModel {
  field: PixelField;
  frame: Frame;
  atmosphere: Atmosphere;
  ramp: Float32Array;
  shapes: NoiseTile;
  details: NoiseTile;
}

/** What one row of the sky needs to know of its clouds. */
interface CloudRow {
  v: number;
  spread: number;
  driftU: number;
  amount: number;
}

function cloudDensity(model: SkyModel, row: CloudRow, u: number): number {
  const shape = sampleTile(model.shapes, u, row.v);
  const detail = sampleTile(model.details, u * 2.3 + row.driftU * 0.6, row.v * 2.3);
  return shape * 0.7 + detail * 0.3;
}

/** Pixels of sky kept over the top edge, for a camera that looks up. */
function spareAbove(frame: Frame): number {
  return frame.unit * 0.1;
}

/** Pixels of sky kept under the horizon, where far land may leave a gap. */
function spareBelow(frame: Frame): number {
  return frame.unit * 0.06 + 2;
}

/** 0 at the horizon and below, 1 at the top edge of the frame, more above it. */
function elevationOfRow(frame: Frame, row: number): number {
  return Math.max(0, 1 - (row * SKY_SCALE - spareAbove(frame)) / frame.horizonY);
}

function computeRow(model: SkyModel, y: number, row: CloudRow): void {
  const { field, atmosphere, ramp, frame } = model;
  const { width, pixels } = field;
  const elevation = elevationOfRow(frame, y);
  const rampIndex = Math.floor((1 - Math.min(1, elevation)) * (RAMP_SIZE - 1)) * 3;
  const edge = 0.84 - atmosphere.cloudCover * 0.6;
  const sunColumn = ((atmosphere.sunX + MARGIN) / (1 + 2 * MARGIN)) * width;
  const sunRow = (frame.horizonY * (1 - atmosphere.sunY) + spareAbove(frame)) / SKY_SCALE;
  const pixelsPerUnit = frame.unit / SKY_SCALE;
  const { sun, cloudLit, cloudShade, sunStrength } = atmosphere;
  const glowPower = sunStrength * (atmosphere.moonlit ? 0.26 : atmosphere.sunY > 0.5 ? 0.6 : 0.72);
  // A low sun loses its green to the air; without this the glow on an orange sky turns yellow.
  const warmth = atmosphere.sunY > 0.5 ? 0.56 : 0.42;
  const lightStep = row.spread * 0.035;
  for (let x = 0; x < width; x++) {
    const offsetX = (x - sunColumn) / pixelsPerUnit;
    const offsetY = (y - sunRow) / pixelsPerUnit;
    const distance = offsetX * offsetX + offsetY * offsetY * 1.5;
    const glow = glowPower * (0.5 / (1 + distance * 42) + 0.36 / (1 + distance * 7));
    let red = ramp[rampIndex] + sun[0] * glow * 0.6;
    let green = ramp[rampIndex + 1] + sun[1] * glow * warmth;
    let blue = ramp[rampIndex + 2] + sun[2] * glow * (warmth - 0.1);
    if (row.amount > 0.01) {
      const u = ((x - width / 2) / pixelsPerUnit) * row.spread + row.driftU;
      const density = cloudDensity(model, row, u);
      const cover = smoothStep(edge - 0.1, edge + 0.2, density) * row.amount;
      if (cover > 0.004) {
        const towards = cloudDensity(model, row, u - lightStep * Math.min(1, Math.max(-1, offsetX * 5)));
        const thin = 1 - smoothStep(edge, edge + 0.3, density);
        const lit = Math.min(1, Math.max(0, 0.36 + (density - towards) * 3.4 + thin * 0.34 + glow * 0.7));
        red += (cloudShade[0] + (cloudLit[0] - cloudShade[0]) * lit + sun[0] * glow * 0.34 - red) * cover;
        green += (cloudShade[1] + (cloudLit[1] - cloudShade[1]) * lit + sun[1] * glow * 0.27 - green) * cover;
        blue += (cloudShade[2] + (cloudLit[2] - cloudShade[2]) * lit + sun[2] * glow * 0.2 - blue) * cover;
      }
    }
    const dither = (((x * 37 + y * 101) & 15) / 15 - 0.5) * 1.4;
    pixels[y * width + x] = packPixel(red + dither, green + dither, blue + dither);
  }
}

function computeSky(model: SkyModel, worldSeconds: number): void {
  const { field, frame, atmosphere } = model;
  const drift = worldSeconds * 0.0075 * atmosphere.wind;
  for (let y = 0; y < field.height; y++) {
    const elevation = elevationOfRow(frame, y);
    const spread = 0.34 / (elevation + 0.22);
    computeRow(model, y, {
      v: spread * 0.92 - drift * 0.35,
      spread,
      driftU: drift,
      amount: smoothStep(0.02, 0.2, elevation) * 0.94,
    });
  }
  field.flush();
}

interface Star {
  x: number;
  y: number;
  radius: number;
  brightness: number;
  twinkle: number;
}

function scatterStars(stage: Stage, frame: Frame): Star[] {
  const random = createRandom(deriveSeed(stage.seed, 'stars'));
  return Array.from({ length: 420 }, () => {
    const size = random() ** 4;
    return {
      x: (random() * 1.16 - 0.08) * frame.width,
      y: random() ** 1.25 * frame.horizonY * 0.98,
      radius: (0.00042 + size * 0.00105) * frame.unit,
      brightness: 0.25 + 0.75 * random(),
      twinkle: random(),
    };
  });
}

function paintStars(context: SKRSContext2D, stars: Star[], timeSeconds: number, model: SkyModel): void {
  const { frame, atmosphere } = model;
  context.fillStyle = '#f2f5ff';
  for (const star of stars) {
    const shimmer = 0.72 + 0.28 * Math.sin(timeSeconds * (1.2 + star.twinkle * 2.2) + star.twinkle * 40);
    const nearHorizon = smoothStep(1, 0.62, star.y / frame.horizonY);
    context.globalAlpha = atmosphere.stars * star.brightness * shimmer * nearHorizon;
    context.beginPath();
    context.arc(star.x, star.y, Math.max(0.45, star.radius), 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
}

function createMoon(radius: number, atmosphere: Atmosphere): Canvas {
  const { canvas, context } = createLayer(radius * 2 + 2, radius * 2 + 2);
  const middle = canvas.width / 2;
  context.beginPath();
  context.arc(middle, middle, radius, 0, Math.PI * 2);
  context.clip();
  const face = context.createRadialGradient(middle * 0.8, middle * 0.75, 0, middle, middle, radius);
  face.addColorStop(0, '#fffdf4');
  face.addColorStop(0.75, toCss(atmosphere.sun));
  face.addColorStop(1, '#b9c8e6');
  context.fillStyle = face;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = 'rgba(128,146,184,0.22)';
  for (const [x, y, size] of [
    [0.62, 0.72, 0.3],
    [1.2, 0.6, 0.22],
    [1.05, 1.18, 0.36],
    [0.6, 1.3, 0.17],
    [1.45, 1.1, 0.15],
  ]) {
    context.beginPath();
    context.ellipse(x * middle, y * middle, size * middle, size * middle * 0.84, 0.4, 0, Math.PI * 2);
    context.fill();
  }
  return canvas;
}

function paintDisc(context: SKRSContext2D, model: SkyModel, sprites: { glow: Canvas; moon: Canvas }): void {
  const { frame, atmosphere } = model;
  if (atmosphere.sunStrength < 0.3 || atmosphere.sunY < 0) return;
  const x = atmosphere.sunX * frame.width;
  const y = frame.horizonY * (1 - atmosphere.sunY);
  const glowSize = frame.unit * (atmosphere.moonlit ? 0.34 : 0.3);
  context.save();
  context.globalCompositeOperation = 'lighter';
  context.globalAlpha = atmosphere.sunStrength * (atmosphere.moonlit ? 0.3 : 0.7);
  context.drawImage(sprites.glow, x - glowSize / 2, y - glowSize / 2, glowSize, glowSize);
  context.restore();
  if (atmosphere.moonlit) {
    context.globalAlpha = Math.min(1, atmosphere.sunStrength + 0.1);
    context.drawImage(sprites.moon, x - sprites.moon.width / 2, y - sprites.moon.height / 2);
    context.globalAlpha = 1;
  }
}

/** The sky of a stage over the horizon of `frame`. */
export function prepareSky(stage: Stage, frame: Frame, atmosphere: Atmosphere): Sky {
  const fieldWidth = (frame.width * (1 + 2 * MARGIN)) / SKY_SCALE;
  const fieldHeight = (frame.horizonY + spareBelow(frame) + spareAbove(frame)) / SKY_SCALE;
  const model: SkyModel = {
    field: createPixelField(fieldWidth, fieldHeight),
    frame,
    atmosphere,
    ramp: createRamp(atmosphere.sky, RAMP_SIZE),
    shapes: createNoiseTile(deriveSeed(stage.seed, 'clouds'), 6, 3),
    details: createNoiseTile(deriveSeed(stage.seed, 'cloud-details'), 5, 8),
  };
  const stars = atmosphere.stars > 0.02 ? scatterStars(stage, frame) : [];
  const sprites = {
    glow: createGlow(atmosphere.sun, 256, atmosphere.moonlit ? 0.1 : 0.16),
    moon: createMoon(Math.max(2, frame.unit * 0.026), atmosphere),
  };
  const left = -MARGIN * frame.width;
  return {
    update: (timeSeconds) => computeSky(model, toWorldSeconds(stage, timeSeconds)),
    paint: (context, view, timeSeconds) => {
      drawAtDepth(context, { frame, view }, 0.04, () => {
        const top = -spareAbove(frame);
        const width = frame.width * (1 + 2 * MARGIN);
        context.drawImage(model.field.canvas, left, top, width, frame.horizonY + spareBelow(frame) - top);
        paintStars(context, stars, timeSeconds, model);
        paintDisc(context, model, sprites);
      });
    },
  };
}
