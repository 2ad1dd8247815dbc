// Slow liquid light: a plane folded through itself by sines and lit like satin. The picture for prompts that
// name no place. Sines, not noise: their folds stay smooth at any enlargement.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Frame, toWorldSeconds, type View } from './camera.ts';
import { createRamp, packPixel, type Rgb } from './color.ts';
import { createPixelField, type PixelField } from './field.ts';

/** Columns and rows outside the frame, so that the folds have neighbours at its edges. */
const BORDER = 2;
const RAMP_SIZE = 1024;
const FOLDS = 4;

interface FluidModel {
  frame: Frame;
  /** Frame pixels per pixel of the field. */
  scale: number;
  field: PixelField;
  ramp: Float32Array;
  light: Rgb;
  phases: Float32Array;
  /** Heights of the folds of this frame: the slope between neighbours is what catches the light. */
  heights: Float32Array;
  /** A second, slower measure of the same folds, which picks the colour. */
  tones: Float32Array;
}

function foldPlane(model: FluidModel, view: View, seconds: number): void {
  const { field, frame, scale, heights, tones, phases } = model;
  const perPixel = (scale / frame.unit / view.zoom) * 3.4;
  const pace = seconds * 0.2;
  for (let y = 0; y < field.height; y++) {
    const v = (y - field.height / 2) * perPixel - view.pitchY * 3;
    for (let x = 0; x < field.width; x++) {
      const u = (x - field.width / 2) * perPixel - view.panX * 3;
      let foldedU = u + 0.35 * v;
      let foldedV = v * 1.15 - 0.2 * u;
      for (let fold = 1; fold <= FOLDS; fold++) {
        const push = 0.78 / fold;
        foldedU += push * Math.sin(fold * 1.22 * foldedV + pace * (0.7 + fold * 0.16) + phases[fold]);
        foldedV += push * Math.cos(fold * 1.14 * foldedU - pace * (0.9 - fold * 0.11) + phases[fold + 5]);
      }
      const index = y * field.width + x;
      heights[index] = Math.sin(foldedU * 1.1 + foldedV * 0.7);
      tones[index] = 0.5 + 0.5 * Math.sin(foldedV * 0.72 - foldedU * 0.3 + phases[10]);
    }
  }
}

function shadeFolds(model: FluidModel): void {
  const { field, frame, scale, heights, tones, ramp, light } = model;
  const { width, height, pixels } = field;
  const steepness = (0.05 * frame.unit) / scale;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const here = heights[index];
      const slopeX =
        (heights[x < width - 1 ? index + 1 : index] - heights[x > 0 ? index - 1 : index]) * steepness;
      const slopeY =
        (heights[y < height - 1 ? index + width : index] - heights[y > 0 ? index - width : index]) *
        steepness;
      const facing = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
      const lit = Math.max(0, (0.56 - slopeX * 0.5 - slopeY * 0.66) * facing);
      const cavity = 0.5 + 0.5 * here;
      const tone = Math.min(1, 0.03 + lit * (0.3 + 0.62 * tones[index]) + cavity * 0.3 * tones[index]);
      const gloss = lit ** 7 * 0.6 + Math.max(0, 1 - facing * 1.6) * 0.07 * tones[index];
      const at = Math.floor(tone * (RAMP_SIZE - 1)) * 3;
      const dither = (((x * 37 + y * 101) & 15) / 15 - 0.5) * 1.5;
      pixels[index] = packPixel(
        ramp[at] + light[0] * gloss + dither,
        ramp[at + 1] + light[1] * gloss + dither,
        ramp[at + 2] + light[2] * gloss + dither,
      );
    }
  }
  field.flush();
}

/** Liquid light over the whole frame; `colors` run from the deepest shade to the brightest light. */
export function prepareFluid(
  stage: Stage,
  frame: Frame,
  colors: readonly Rgb[],
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const scale = Math.max(1, frame.unit / 320);
  const field = createPixelField(frame.width / scale + 2 * BORDER, frame.height / scale + 2 * BORDER);
  const random = createRandom(deriveSeed(stage.seed, 'folds'));
  const model: FluidModel = {
    frame,
    scale,
    field,
    ramp: createRamp(colors, RAMP_SIZE),
    light: colors[colors.length - 1],
    phases: Float32Array.from({ length: 12 }, () => random() * Math.PI * 2),
    heights: new Float32Array(field.width * field.height),
    tones: new Float32Array(field.width * field.height),
  };
  return (context, view, timeSeconds) => {
    foldPlane(model, view, toWorldSeconds(stage, timeSeconds));
    shadeFolds(model);
    const edge = BORDER * scale;
    context.drawImage(field.canvas, -edge, -edge, frame.width + 2 * edge, frame.height + 2 * edge);
  };
}
