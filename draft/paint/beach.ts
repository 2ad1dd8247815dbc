// A beach at the lower edge: sand, the wet band that the last wave left, and foam that runs up and back.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, toWorldSeconds, type View } from './camera.ts';
import { mixColors, packPixel, type Rgb } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

const MARGIN = 0.1;

/** What one column of the beach shares at one moment; lengths in units. */
interface BeachColumn {
  u: number;
  ragged: number;
  shore: number;
  /** How far the first wave has run up. */
  surge: number;
  behind: number;
}

function mixPixel(from: Rgb, to: Rgb, mix: { share: number; lift: number; alpha: number }): number {
  const { share, lift } = mix;
  return packPixel(
    from[0] + (to[0] - from[0]) * share + lift,
    from[1] + (to[1] - from[1]) * share + lift,
    from[2] + (to[2] - from[2]) * share + lift,
    mix.alpha * 255,
  );
}

/** A beach below `shoreY` (share of the height) that lies nearer on the side `slant` points to. */
export function prepareBeach(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  shore: { shoreY: number; slant: number },
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const top = (shore.shoreY - 0.16) * frame.height;
  const width = frame.width * (1 + 2 * MARGIN);
  const scale = Math.max(1, Math.min(2.2, frame.unit / 650));
  const field = createPixelField(width / scale, (frame.height * 1.12 - top) / scale);
  const tile = createNoiseTile(deriveSeed(stage.seed, 'beach'), 6, 5);
  const dry = lightColor(atmosphere, [226, 202, 164], 0.72);
  const wet = mixColors(lightColor(atmosphere, [126, 106, 88], 0.5), atmosphere.sky[2], 0.34);
  const foam = lightColor(atmosphere, [250, 252, 255], atmosphere.moonlit ? 0.4 : 0.8);
  const unit = frame.unit / scale;
  const shoreline = Float32Array.from({ length: field.width }, (_, x) => {
    const u = (x - field.width / 2) / unit;
    const bend = (sampleTile(tile, u * 0.21, 0.3) - 0.5) * 0.09;
    return (shore.shoreY * frame.height - top) / scale / unit + shore.slant * u * 0.13 + bend;
  });

  /** Foam in 0..1 at a place `below` the shoreline. */
  const foamAt = (column: BeachColumn, below: number, lace: number): number => {
    const edge = below - column.surge;
    const wave = below - column.behind;
    const front = smoothStep(-0.034, 0, edge) * smoothStep(0.006, 0, edge);
    const second = smoothStep(-0.03, 0, wave) * smoothStep(0.006, 0, wave);
    return Math.min(1, front * (0.45 + lace) + second * smoothStep(0.3, 0.62, lace) * 0.8);
  };

  const shade = (column: BeachColumn, y: number, seconds: number): number => {
    const below = y / unit - column.shore;
    const edge = below - column.surge;
    if (edge < -0.17) return 0;
    const lace = sampleTile(tile, column.u * 2.6 + seconds * 0.008, (y / unit) * 4.2);
    const foamShare = foamAt(column, below, lace);
    if (edge < 0) {
      const shallow = smoothStep(-0.16, 0, edge) * 0.55;
      return mixPixel(wet, foam, { share: foamShare, lift: 0, alpha: Math.max(shallow, foamShare) });
    }
    const dampness = smoothStep(0.11, 0.012, below + column.ragged);
    const grain = (sampleTile(tile, column.u * 7.3, (y / unit) * 11) - 0.5) * 16 + (lace - 0.5) * 12;
    if (foamShare > 0) return mixPixel(wet, foam, { share: foamShare, lift: 0, alpha: 1 });
    return mixPixel(dry, wet, { share: dampness, lift: grain * (1 - dampness * 0.7), alpha: 1 });
  };

  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    for (let x = 0; x < field.width; x++) {
      const u = (x - field.width / 2) / unit;
      const ragged = (sampleTile(tile, u * 0.9, seconds * 0.012) - 0.5) * 0.05;
      const column: BeachColumn = {
        u,
        ragged,
        shore: shoreline[x],
        surge: 0.028 * Math.sin(seconds * 0.85 + u * 0.5) + ragged,
        behind: 0.028 * Math.sin(seconds * 0.85 + u * 0.6 - 2.1) - 0.075 + ragged * 0.7,
      };
      for (let y = 0; y < field.height; y++) field.pixels[y * field.width + x] = shade(column, y, seconds);
    }
    field.flush();
    drawAtDepth(context, { frame, view }, 0.8, () => {
      context.drawImage(field.canvas, -MARGIN * frame.width, top, width, field.height * scale);
    });
  };
}
