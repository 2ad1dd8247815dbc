// Land as a picture: a height field seen in perspective, lit from the side of the sun and fading into the haze.
// Each ridge is computed once, column by column, and then only moved by the camera.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { deriveSeed } from '../random.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, type View } from './camera.ts';
import { mixColors, packPixel, putBehind, type Rgb } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, type NoiseTile, sampleTile, smoothStep } from './noise.ts';

/** Spare land at each side, as a share of the width, for a camera that moves. */
const MARGIN = 0.13;
const STEPS = 120;

/** What a ridge is made of and where it stands. */
export interface RidgeOptions {
  seed: number;
  /** Height of the tallest summits over the horizon, in units of the frame. */
  height: number;
  /** 0 near the camera, 1 in the haze. */
  distance: number;
  /** Share of the camera's movement that this ridge takes, 0..1. */
  depth: number;
  shape: 'peaks' | 'hills' | 'dunes';
  /** Bumps per unit of width; more for land that is farther away. */
  frequency: number;
  /** Colours from the foot to the summits. */
  ground: readonly [Rgb, Rgb];
  snow?: { color: Rgb; line: number };
  /** Where it is high, as a factor for a place in -0.5..0.5 of the width: valleys, shores, islands. */
  profile?: (across: number) => number;
  /** How far the foot reaches below the horizon, in units. */
  foot?: number;
}

/** A ridge ready to be drawn. */
export interface Ridge {
  paint(context: SKRSContext2D, view: View): void;
  /** Height of its outline over the horizon in pixels, at a place in 0..1 of the width: where figures stand. */
  heightAt(across: number): number;
}

interface RidgeModel {
  frame: Frame;
  atmosphere: Atmosphere;
  options: RidgeOptions;
  coarse: NoiseTile;
  fine: NoiseTile;
}

/** The shape of the land in 0..1, at a place across (units of frame) and into (0 front, 1 back of the ridge). */
function landHeight(model: RidgeModel, across: number, into: number): number {
  const { options, coarse, fine } = model;
  const u = across * options.frequency * 0.23;
  const v = options.shape === 'peaks' ? into * options.frequency * 0.2 + 0.37 : into * 0.21 + 0.37;
  const broad = sampleTile(coarse, u, v);
  if (options.shape === 'dunes') {
    const bend = sampleTile(coarse, u * 0.7 + 0.4, v * 1.6) * 0.5;
    const wave = 0.5 + 0.5 * Math.sin((across * options.frequency * 0.9 + into * 2.2 + bend * 3.2) * Math.PI);
    const crest = wave * wave * (1.6 - 0.6 * wave);
    return crest * (0.35 + 0.65 * broad) * (1 - 0.25 * into) + sampleTile(fine, u * 3, v * 3) * 0.02;
  }
  if (options.shape === 'hills') {
    return broad * 0.82 + sampleTile(fine, u * 3.1, v * 3.1) * 0.15 + sampleTile(fine, u * 13, v * 13) * 0.03;
  }
  const ridged = 1 - Math.abs(broad * 2 - 1);
  const second = 1 - Math.abs(sampleTile(fine, u * 2.3, v * 2.3) * 2 - 1);
  const third = 1 - Math.abs(sampleTile(fine, u * 7.1 + 0.3, v * 7.1) * 2 - 1);
  const rough = sampleTile(fine, u * 23, v * 23);
  return ridged * (0.56 + 0.28 * second) + second * 0.14 * ridged + third * 0.09 + rough * 0.035;
}

/** The height in units, with the front of the ridge sloping down to its foot. */
function groundHeight(model: RidgeModel, across: number, into: number): number {
  const { options, frame } = model;
  const share = (across * frame.unit) / frame.width;
  const profile = options.profile ? options.profile(share) : 1;
  const rise = smoothStep(0, options.shape === 'peaks' ? 0.75 : 0.55, into);
  return landHeight(model, across, into) * options.height * profile * rise;
}

function surfaceColor(model: RidgeModel, across: number, into: number): Rgb {
  const { options, atmosphere } = model;
  const step = 0.004;
  const height = groundHeight(model, across, into);
  const towardsSun = atmosphere.sunX > 0.5 ? step : -step;
  const slopeSide = (height - groundHeight(model, across + towardsSun, into)) / step;
  const slopeFront = (groundHeight(model, across, into + 0.01) - height) / 0.01;
  const lit = Math.min(1.25, Math.max(0, 0.42 + slopeSide * 0.72 - slopeFront * 0.16));
  const share = height / options.height;
  const grain = sampleTile(model.fine, across * 5.3, into * 4.1);
  let albedo = mixColors(
    options.ground[0],
    options.ground[1],
    smoothStep(0.1, 0.75, share + (grain - 0.5) * 0.3),
  );
  albedo = mixColors(albedo, [0, 0, 0], (0.5 - grain) * 0.36);
  if (options.snow) {
    const steepness = Math.abs(slopeSide) * 0.12;
    const line = options.snow.line + (grain - 0.5) * 0.34 + steepness;
    albedo = mixColors(albedo, options.snow.color, smoothStep(line - 0.05, line + 0.06, share));
  }
  const color = lightColor(atmosphere, albedo, lit);
  const lowMist = smoothStep(0.42, 0, share) * 0.3 * Math.min(1.6, atmosphere.hazeAmount);
  const faded = 1 - Math.exp(-options.distance * 1.9 * atmosphere.hazeAmount);
  return mixColors(color, atmosphere.haze, Math.min(1, faded + lowMist * (0.3 + options.distance)));
}

interface Column {
  pixels: Uint32Array;
  stride: number;
  rows: number;
  index: number;
}

/** Fills one column from the front to the back; whatever stands behind shows only above what is before it. */
function renderColumn(model: RidgeModel, column: Column, across: number, skyline: Float32Array): void {
  const { frame, options } = model;
  const footRows = (options.foot ?? 0.02) * frame.unit;
  let filledTo = column.rows;
  let previous: Rgb = surfaceColor(model, across, 0);
  let highest = 0;
  for (let step = 0; step <= STEPS; step++) {
    const into = step / STEPS;
    const height = groundHeight(model, across, into);
    const top = column.rows - footRows - height * frame.unit;
    if (top >= filledTo) continue;
    const color = surfaceColor(model, across, into);
    const first = Math.max(0, Math.ceil(top));
    const span = Math.max(1, filledTo - first);
    for (let y = first; y < filledTo; y++) {
      const share = Math.min(1, (filledTo - y) / span);
      const mixed = mixColors(previous, color, share);
      const dither = ((y * 29 + column.index * 53) & 7) / 7 - 0.5;
      const at = y * column.stride + column.index;
      const pixel = packPixel(mixed[0] + dither, mixed[1] + dither, mixed[2] + dither);
      column.pixels[at] = y === filledTo - 1 ? putBehind(column.pixels[at], pixel) : pixel;
    }
    const soft = first - 1;
    if (soft >= 0) {
      const pixel = packPixel(color[0], color[1], color[2], (first - top) * 255);
      column.pixels[soft * column.stride + column.index] = pixel;
    }
    filledTo = Math.min(filledTo, first);
    previous = color;
    highest = Math.max(highest, height);
  }
  skyline[column.index] = highest * frame.unit;
}

/** A height in units that no part of the ridge rises above. */
function highestPossible(options: RidgeOptions): number {
  let highest = 0.2;
  for (let step = 0; step <= 64; step++) {
    const share = (step / 64 - 0.5) * (1 + 2 * MARGIN);
    highest = Math.max(highest, options.profile ? options.profile(share) : 1);
  }
  return options.height * highest * 1.16;
}

function renderRidge(model: RidgeModel): { canvas: Canvas; skyline: Float32Array } {
  const { frame, options } = model;
  const rows = Math.ceil((highestPossible(options) + (options.foot ?? 0.02)) * frame.unit) + 2;
  const field = createPixelField(frame.width * (1 + 2 * MARGIN), rows);
  const skyline = new Float32Array(field.width);
  for (let x = 0; x < field.width; x++) {
    const across = (x / field.width - 0.5) * (1 + 2 * MARGIN) * (frame.width / frame.unit);
    const column = { pixels: field.pixels, stride: field.width, rows: field.height, index: x };
    renderColumn(model, column, across, skyline);
  }
  field.flush();
  return { canvas: field.canvas, skyline };
}

/** Computes a ridge; some tens of milliseconds at 1920 x 1080, once. */
export function prepareRidge(frame: Frame, atmosphere: Atmosphere, options: RidgeOptions): Ridge {
  const model: RidgeModel = {
    frame,
    atmosphere,
    options,
    coarse: createNoiseTile(deriveSeed(options.seed, 'coarse'), options.shape === 'peaks' ? 4 : 3, 3),
    fine: createNoiseTile(deriveSeed(options.seed, 'fine'), 5, 5),
  };
  const { canvas, skyline } = renderRidge(model);
  const top = frame.horizonY + (options.foot ?? 0.02) * frame.unit - canvas.height;
  return {
    paint: (context, view) => {
      drawAtDepth(context, { frame, view }, options.depth, () => {
        context.drawImage(canvas, -MARGIN * frame.width, top);
      });
    },
    heightAt: (across) => {
      const column = Math.round(((across + MARGIN) / (1 + 2 * MARGIN)) * (skyline.length - 1));
      return skyline[Math.min(skyline.length - 1, Math.max(0, column))] ?? 0;
    },
  };
}
