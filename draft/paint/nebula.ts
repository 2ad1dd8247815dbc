// Deep space: clouds of glowing gas on two depths and a field of stars that shifts as the camera moves.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { drawAtDepth, type Frame, type View } from './camera.ts';
import { createRamp, packPixel, type Rgb } from './color.ts';
import { createGlow, createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

const SCALE = 2.5;
const MARGIN = 0.12;

export interface NebulaOptions {
  name: string;
  /** From the darkest gas to the hottest. */
  colors: readonly Rgb[];
  opaque: boolean;
  depth: number;
  /** Where the gas is thickest, in shares of the frame. */
  heart: readonly [number, number];
  power: number;
}

function renderNebula(stage: Stage, frame: Frame, options: NebulaOptions): Canvas {
  const field = createPixelField(
    (frame.width * (1 + 2 * MARGIN)) / SCALE,
    (frame.height * (1 + 2 * MARGIN)) / SCALE,
  );
  const broad = createNoiseTile(deriveSeed(stage.seed, `${options.name}-broad`), 7, 3);
  const threads = createNoiseTile(deriveSeed(stage.seed, `${options.name}-threads`), 6, 4);
  const ramp = createRamp(options.colors, 512);
  for (let y = 0; y < field.height; y++) {
    for (let x = 0; x < field.width; x++) {
      const u = ((x / field.width - 0.5) * frame.width) / frame.unit;
      const v = ((y / field.height - 0.5) * frame.height) / frame.unit;
      const bendU = sampleTile(broad, u * 0.3, v * 0.3) - 0.5;
      const bendV = sampleTile(broad, u * 0.3 + 0.5, v * 0.3 + 0.2) - 0.5;
      const gas = sampleTile(broad, u * 0.42 + bendU * 0.5, v * 0.42 + bendV * 0.5);
      const thread =
        1 - Math.abs(sampleTile(threads, u * 0.55 + bendV * 0.7, v * 0.55 - bendU * 0.7) * 2 - 1);
      const dark = sampleTile(threads, u * 0.7 - bendU, v * 0.7 + bendV);
      const heart = Math.hypot(
        u - (options.heart[0] - 0.5) * 1.3,
        (v - (options.heart[1] - 0.5) * 0.9) * 1.25,
      );
      const body =
        gas * smoothStep(0.95, 0, heart) * 1.15 + thread ** 5 * 0.3 * gas - smoothStep(0.5, 0.8, dark) * 0.2;
      const tone = Math.min(1, Math.max(0, body * options.power));
      const at = Math.floor(tone * 511) * 3;
      const dither = ((x * 37 + y * 101) & 15) / 15 - 0.5;
      const alpha = options.opaque ? 255 : smoothStep(0.08, 0.8, tone) * 210;
      field.pixels[y * field.width + x] = packPixel(
        ramp[at] + dither,
        ramp[at + 1] + dither,
        ramp[at + 2] + dither,
        alpha,
      );
    }
  }
  field.flush();
  return field.canvas;
}

/** A sheet of gas that follows the camera by its depth. */
export function prepareNebula(
  stage: Stage,
  frame: Frame,
  options: NebulaOptions,
): (context: SKRSContext2D, view: View) => void {
  const canvas = renderNebula(stage, frame, options);
  return (context, view) => {
    drawAtDepth(context, { frame, view }, options.depth, () => {
      if (!options.opaque) context.globalCompositeOperation = 'screen';
      context.drawImage(
        canvas,
        -MARGIN * frame.width,
        -MARGIN * frame.height,
        frame.width * (1 + 2 * MARGIN),
        frame.height * (1 + 2 * MARGIN),
      );
    });
  };
}

/** Stars on many depths; `forward` travel lets the near ones stream past. */
export function prepareStarfield(
  stage: Stage,
  frame: Frame,
  options: { count: number; speed: number },
): (context: SKRSContext2D, view: View, seconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, 'starfield'));
  const tints: Rgb[] = [
    [255, 255, 255],
    [190, 212, 255],
    [255, 224, 190],
  ];
  const glows = tints.map((tint) => createGlow(tint, 48, 0.1));
  const stars = Array.from({ length: options.count }, () => ({
    x: random() * 2 - 1,
    y: random() * 2 - 1,
    depth: random(),
    size: random() ** 5,
    tint: Math.floor(random() * tints.length),
    phase: random(),
  }));
  return (context, view, seconds) => {
    context.save();
    context.globalCompositeOperation = 'lighter';
    for (const star of stars) {
      const travel = star.depth - seconds * options.speed - view.forward * 0.08;
      const depth = 0.16 + 0.84 * (travel - Math.floor(travel));
      const x =
        frame.centerX +
        ((star.x * 0.62) / depth) * frame.width * 0.5 +
        view.panX * frame.unit * (0.1 / depth);
      const y = frame.height / 2 + ((star.y * 0.62) / depth) * frame.height * 0.5 + view.pitchY * frame.unit;
      if (x < -20 || y < -20 || x > frame.width + 20 || y > frame.height + 20) continue;
      const appear = smoothStep(1, 0.84, depth);
      const shimmer = 0.8 + 0.2 * Math.sin(seconds * 2 + star.phase * 50);
      const size = (0.0024 + star.size * 0.019) * frame.unit * (0.7 + 0.35 / depth);
      context.globalAlpha = appear * shimmer * (0.45 + 0.55 * star.phase);
      context.drawImage(glows[star.tint], x - size / 2, y - size / 2, size, size);
    }
    context.restore();
  };
}
