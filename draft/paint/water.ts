// Water: a plane of ripples in perspective that mirrors what stands above it. Computed per pixel on a half-size
// picture, so that the mirror bends smoothly and has no rows to be seen; glints of the light are part of it.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import type { Atmosphere } from './atmosphere.ts';
import { type Frame, pitchPixels, toWorldSeconds, type View } from './camera.ts';
import { packPixel, type Rgb } from './color.ts';
import { createLayer, createPixelField, type PixelField, readPixels } from './field.ts';
import { createNoiseTile, createSlopeTile, sampleSlopes, smoothStep } from './noise.ts';

export interface WaterOptions {
  /** 0.2 is a still lake, 1 an open sea. */
  roughness: number;
  /** What one sees looking straight down. */
  body: Rgb;
  /** Share of the mirror kept near the camera, 0..1. */
  mirror: number;
  /** Height of the eye: larger makes ripples smaller. */
  eye: number;
  /** Speed of the ripples, 1 on a lake. */
  flow: number;
}

export interface Water {
  /**
   * Draws the water from the horizon down. `paintAbove` must draw everything above the horizon as on the frame; it
   * is called once, for the mirror.
   */
  paint(
    context: SKRSContext2D,
    moment: { view: View; timeSeconds: number },
    paintAbove: (mirror: SKRSContext2D) => void,
  ): void;
}

interface WaterModel {
  frame: Frame;
  atmosphere: Atmosphere;
  options: WaterOptions;
  field: PixelField;
  /** Frame pixels per pixel of the water picture. */
  scale: number;
  slopes: Float32Array;
  mirror: ReturnType<typeof createLayer>;
  mirrorScale: number;
}

/** What all pixels of a row of water share. */
interface WaterRow {
  y: number;
  /** Distance from the eye, in heights of the eye. */
  away: number;
  worldZ: number;
  panX: number;
  ripple: number;
  deep: number;
  glint: number;
  seconds: number;
}

function shadeRow(model: WaterModel, row: WaterRow, reflected: Uint32Array): void {
  const { field, frame, atmosphere, options, slopes, mirror, mirrorScale, scale } = model;
  const { width, pixels } = field;
  const mirrorWidth = mirror.canvas.width;
  const mirrorRows = mirror.canvas.height;
  const { body } = options;
  const light = atmosphere.sun;
  const sunColumn = atmosphere.sunX * width + (row.panX * frame.unit * 0.04) / scale;
  const pixelsPerUnit = frame.unit / scale;
  const reach = row.y * scale;
  const perPixel = row.away / pixelsPerUnit;
  const driftA = row.seconds * 0.011 * options.flow;
  const driftB = row.seconds * 0.017 * options.flow;
  const large = new Float32Array(2);
  const small = new Float32Array(2);
  for (let x = 0; x < width; x++) {
    const worldX = (x - width / 2) * perPixel - row.panX * row.away;
    sampleSlopes(slopes, worldX * 0.19 + driftA, row.worldZ * 0.13 - driftA * 2.1, large);
    sampleSlopes(slopes, worldX * 0.47 - driftB, row.worldZ * 0.31 - driftB * 1.4, small);
    const slopeX = large[0] + small[0] * 0.8;
    const slopeY = large[1] + small[1] * 0.8;
    const bendX = slopeX * row.ripple * 0.05 * frame.unit;
    const bendY = slopeY * row.ripple * 0.16 * frame.unit;
    const mirrorX = Math.min(mirrorWidth - 1, Math.max(0, Math.round((x * scale + bendX) * mirrorScale)));
    const mirrorY = Math.min(
      mirrorRows - 1,
      Math.max(0, mirrorRows - 1 - Math.round((reach + Math.abs(bendY)) * mirrorScale)),
    );
    const pixel = reflected[mirrorY * mirrorWidth + mirrorX];
    const keep = Math.min(1, Math.max(0.06, row.deep - slopeY * row.ripple * 0.9));
    let red = body[0] + ((pixel & 255) - body[0]) * keep;
    let green = body[1] + (((pixel >> 8) & 255) - body[1]) * keep;
    let blue = body[2] + (((pixel >> 16) & 255) - body[2]) * keep;
    if (row.glint > 0) {
      const off = ((x - sunColumn) / pixelsPerUnit) * (7 - 4 * Math.min(1, row.y / field.height));
      const column = off * off < 6 ? Math.exp(-off * off) : 0;
      const spark =
        smoothStep(0.62, 1.5, column * 0.95 + (slopeX * 0.5 - slopeY) * 0.42) *
        row.glint *
        column *
        (0.2 + ((pixel >> 8) & 255) / 230);
      red += light[0] * spark;
      green += light[1] * spark * 0.92;
      blue += light[2] * spark * 0.8;
    }
    const dither = ((x * 37 + row.y * 101) & 15) / 15 - 0.5;
    pixels[row.y * width + x] = packPixel(red + dither, green + dither, blue + dither);
  }
}

function shadeWater(model: WaterModel, view: View, worldSeconds: number): void {
  const { field, frame, options, atmosphere, mirror } = model;
  const reflected = readPixels(mirror.context, mirror.canvas.width, mirror.canvas.height);
  const sunUp = atmosphere.sunY > 0 && atmosphere.sunStrength > 0.2 ? atmosphere.sunStrength : 0;
  const horizon = frame.horizonY + pitchPixels(frame, view);
  const rows = Math.min(field.height, Math.ceil((frame.height - horizon) / model.scale) + 1);
  for (let y = 0; y < rows; y++) {
    const below = ((y + 0.6) * model.scale) / frame.unit;
    const away = options.eye / (below + 0.004);
    const calm = 1 / (1 + (away * away) / 160);
    const row: WaterRow = {
      y,
      away,
      worldZ: away * 2.4 + view.forward * 1.4,
      panX: view.panX,
      ripple: options.roughness * (0.05 + smoothStep(0, 0.3, below)) * (0.25 + 0.75 * calm),
      deep: 1 - (1 - options.mirror) * smoothStep(0.01, 0.5, below),
      glint: sunUp * (atmosphere.moonlit ? 0.5 : 0.85) * (0.25 + 0.75 * Math.min(1, options.roughness * 1.6)),
      seconds: worldSeconds,
    };
    shadeRow(model, row, reflected);
  }
  field.flush();
}

/** Water below the horizon of `frame`. */
export function prepareWater(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  options: WaterOptions,
): Water {
  const scale = Math.max(1, Math.min(2.4, frame.unit / 600));
  const spare = frame.unit * 0.1;
  const rows = (frame.height - frame.horizonY + spare) / scale;
  const slopes = createSlopeTile(createNoiseTile(deriveSeed(stage.seed, 'water'), 4, 6));
  const mirrorScale = 0.5;
  const model: WaterModel = {
    frame,
    atmosphere,
    options,
    field: createPixelField(frame.width / scale, rows),
    scale,
    slopes,
    mirror: createLayer(frame.width * mirrorScale, Math.max(2, frame.horizonY * mirrorScale)),
    mirrorScale,
  };
  return {
    paint: (context, moment, paintAbove) => {
      const { mirror } = model;
      const horizon = frame.horizonY + pitchPixels(frame, moment.view);
      mirror.context.save();
      mirror.context.scale(mirrorScale, mirrorScale);
      mirror.context.translate(0, frame.horizonY - horizon);
      paintAbove(mirror.context);
      mirror.context.restore();
      shadeWater(model, moment.view, toWorldSeconds(stage, moment.timeSeconds));
      context.drawImage(model.field.canvas, 0, horizon, frame.width, model.field.height * scale);
    },
  };
}
