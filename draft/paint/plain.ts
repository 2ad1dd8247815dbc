// Level ground from the camera to the horizon: grass, earth or gravel, in perspective. Computed once on a picture of half
// the size, since ground has no hard edges.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { deriveSeed } from '../random.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, type View } from './camera.ts';
import { mixColors, packPixel, type Rgb } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

/** Spare ground at each side, as a share of the width, for a camera that moves. */
const MARGIN = 0.13;
const SCALE = 2;

export interface PlainOptions {
  seed: number;
  /** Colours of hollows and of what stands in the light. */
  ground: readonly [Rgb, Rgb];
  /** Height of the eye: one unit of distance away, the ground is this many units under the horizon. */
  eye: number;
  /** Rough ground has clumps, mown ground is even. */
  rough: number;
  /** Bands that run to the vanishing point, as a mower or a plough leaves them; none if it is missing. */
  bands?: number;
  depth?: number;
}

/** Where a point of the ground is in the picture: `z` is its distance, `x` its way to the right at that distance. */
export function groundPoint(
  frame: Frame,
  eye: number,
  { x, z }: { x: number; z: number },
): readonly [number, number] {
  return [frame.centerX + (x / z) * frame.unit, frame.horizonY + (eye / z) * frame.unit];
}

/** Ground below the horizon of `frame`; tens of milliseconds at 1920 x 1080, once. */
export function preparePlain(
  frame: Frame,
  atmosphere: Atmosphere,
  options: PlainOptions,
): (context: SKRSContext2D, view: View) => void {
  const bottom = frame.height * 1.14;
  const width = frame.width * (1 + 2 * MARGIN);
  const field = createPixelField(width / SCALE, (bottom - frame.horizonY) / SCALE);
  const broad = createNoiseTile(deriveSeed(options.seed, 'plain'), 4, 4);
  const fine = createNoiseTile(deriveSeed(options.seed, 'plain-fine'), 5, 8);
  const [low, high] = options.ground;
  for (let y = 0; y < field.height; y += 1) {
    const below = ((y + 0.5) / field.height) * ((bottom - frame.horizonY) / frame.unit);
    const z = options.eye / below;
    const faded = 1 - Math.exp(-Math.max(0, z - 1.2) * 0.05 * (0.4 + 0.6 * atmosphere.hazeAmount));
    // Far away, grain that is finer than a pixel would be noise.
    const near = smoothStep(9, 1, z);
    for (let x = 0; x < field.width; x += 1) {
      const across = (((x + 0.5) / field.width - 0.5) * width * z) / frame.unit;
      const clump = sampleTile(broad, across * 0.16 + 0.4, z * 0.16) - 0.5;
      const grain = (sampleTile(fine, across * 0.9, z * 0.42) - 0.5) * near;
      const band = options.bands ? Math.sign(Math.sin(across * options.bands)) * 0.07 : 0;
      const lit = 0.42 + (clump * 0.7 + grain * 0.9) * options.rough + band;
      const color = lightColor(atmosphere, mixColors(low, high, Math.min(1, Math.max(0, lit))), lit);
      const far = mixColors(color, atmosphere.haze, Math.min(0.8, faded));
      field.pixels[y * field.width + x] = packPixel(far[0], far[1], far[2]);
    }
  }
  field.flush();
  const depth = options.depth ?? 0.3;
  return (context, view) => {
    drawAtDepth(context, { frame, view }, depth, () => {
      context.drawImage(
        field.canvas,
        -MARGIN * frame.width,
        frame.horizonY - 1,
        width,
        bottom - frame.horizonY,
      );
    });
  };
}
