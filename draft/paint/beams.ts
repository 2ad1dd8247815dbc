// Shafts of light through leaves, water or dust: soft and slanting, brightening and fading as they drift.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Frame, toWorldSeconds, type View } from './camera.ts';
import { packPixel, type Rgb } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

const SCALE = 8;

export interface BeamOptions {
  color: Rgb;
  /** Where the light comes from, in shares of the frame; may lie outside it. */
  source: readonly [number, number];
  /** How far the shafts reach, in units. */
  reach: number;
  strength: number;
  /** Shafts per radian, roughly. */
  density: number;
  speed: number;
}

/** Shafts that fan out from their source; drawn additively over the whole frame. */
export function prepareBeams(
  stage: Stage,
  frame: Frame,
  options: BeamOptions,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const field = createPixelField(frame.width / SCALE, frame.height / SCALE);
  const tile = createNoiseTile(deriveSeed(stage.seed, 'beams'), 4, 8);
  const { color } = options;
  const angles = new Float32Array(field.width * field.height);
  const fades = new Float32Array(field.width * field.height);
  for (let y = 0; y < field.height; y++) {
    for (let x = 0; x < field.width; x++) {
      const offsetX = ((x / field.width - options.source[0]) * frame.width) / frame.unit;
      const offsetY = ((y / field.height - options.source[1]) * frame.height) / frame.unit;
      const distance = Math.hypot(offsetX, offsetY) / options.reach;
      angles[y * field.width + x] = Math.atan2(offsetX, offsetY);
      fades[y * field.width + x] = smoothStep(1, 0.1, distance) * options.strength;
    }
  }
  return (context, view, timeSeconds) => {
    const pace = toWorldSeconds(stage, timeSeconds) * options.speed * 0.02;
    for (let index = 0; index < angles.length; index++) {
      const angle = (angles[index] - view.panX * 0.3) * options.density * 0.05;
      const broad = sampleTile(tile, angle + pace * 0.3, 0.2 + pace);
      const narrow = sampleTile(tile, angle * 3.1 - pace * 0.4, 0.6 - pace * 1.3);
      const shaft = smoothStep(0.42, 0.86, broad * 0.66 + narrow * 0.34);
      const power = shaft * fades[index];
      field.pixels[index] = packPixel(color[0], color[1], color[2], power * 255);
    }
    field.flush();
    context.save();
    context.globalCompositeOperation = 'lighter';
    context.drawImage(field.canvas, 0, 0, frame.width, frame.height);
    context.restore();
  };
}
