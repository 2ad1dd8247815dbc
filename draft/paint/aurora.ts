// Northern lights: curtains of light that fold slowly, green at the hem and violet above.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { drawAtDepth, type Frame, toWorldSeconds, type View } from './camera.ts';
import { mixColors, packPixel, type Rgb } from './color.ts';
import { createPixelField, type PixelField } from './field.ts';
import { createNoiseTile, type NoiseTile, sampleTile, smoothStep } from './noise.ts';

const SCALE = 5;
const CURTAINS = 3;

/** What all curtains of a frame add up to. */
interface Glow {
  powers: Float32Array;
  hues: Float32Array;
}

interface AuroraModel {
  field: PixelField;
  tile: NoiseTile;
  rays: NoiseTile;
  unitRows: number;
}

/** One curtain: its hem wanders, its light falls off slowly upward and at once below. */
function hangCurtain(model: AuroraModel, glow: Glow, curtain: number, pace: number): void {
  const { field, tile, rays, unitRows } = model;
  for (let x = 0; x < field.width; x++) {
    const u = x / unitRows;
    const fold = sampleTile(tile, u * 0.21 + curtain * 0.37 + pace, curtain * 0.29 + pace * 1.4) - 0.5;
    const hem = field.height * (0.62 - curtain * 0.13) + fold * unitRows * 0.34;
    const bright = smoothStep(0.3, 0.75, sampleTile(tile, u * 0.3 - pace * 1.2 + curtain * 0.61, 0.8 + pace));
    const ray = 0.55 + 0.75 * sampleTile(rays, u * 0.22 + fold * 0.5 + pace * 0.8, curtain * 0.3 + pace * 2);
    const length = unitRows * (0.1 + 0.13 * ray) * (1 - curtain * 0.12);
    const strength = bright * ray * (1 - curtain * 0.2);
    for (let y = 0; y < field.height; y++) {
      const above = hem - y;
      const power = strength * Math.exp(above > 0 ? -above / length : above / (unitRows * 0.012));
      const index = y * field.width + x;
      glow.powers[index] += power;
      glow.hues[index] += power * Math.min(1, Math.max(0, above / length) * 0.5);
    }
  }
}

function shadeAurora(field: PixelField, glow: Glow, colors: readonly [Rgb, Rgb]): void {
  for (let index = 0; index < glow.powers.length; index++) {
    const power = glow.powers[index];
    const color = mixColors(colors[0], colors[1], power > 0.001 ? glow.hues[index] / power : 0);
    field.pixels[index] = packPixel(color[0], color[1], color[2], Math.min(1, power * 0.85) * 235);
  }
  field.flush();
}

/** Curtains of light over the sky of `frame`; `colors` are hem and top. */
export function prepareAurora(
  stage: Stage,
  frame: Frame,
  colors: readonly [Rgb, Rgb],
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const field = createPixelField((frame.width * 1.1) / SCALE, frame.horizonY / SCALE);
  const model: AuroraModel = {
    field,
    tile: createNoiseTile(deriveSeed(stage.seed, 'aurora'), 4, 4),
    rays: createNoiseTile(deriveSeed(stage.seed, 'aurora-rays'), 3, 24),
    unitRows: frame.unit / SCALE,
  };
  return (context, view, timeSeconds) => {
    const pace = toWorldSeconds(stage, timeSeconds) * 0.012;
    const size = field.width * field.height;
    const glow = { powers: new Float32Array(size), hues: new Float32Array(size) };
    for (let curtain = 0; curtain < CURTAINS; curtain++) hangCurtain(model, glow, curtain, pace);
    shadeAurora(field, glow, colors);
    drawAtDepth(context, { frame, view }, 0.05, () => {
      context.globalCompositeOperation = 'screen';
      context.drawImage(field.canvas, -frame.width * 0.05, 0, frame.width * 1.1, frame.horizonY);
    });
  };
}
