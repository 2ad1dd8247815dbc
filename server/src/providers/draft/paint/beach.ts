// A beach at the lower edge: sand, the wet band that the last wave left, and foam that runs up and back.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Stage } from '../stage.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, toWorldSeconds, type View } from './camera.ts';
import { mixColors, packPixel } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, deriveSeed, sampleTile, smoothStep } from './random.ts';

const SCALE = 2;
const MARGIN = 0.1;

/** A beach below `shoreY` (share of the height) that lies nearer on the side `slant` points to. */
export function prepareBeach(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  shore: { shoreY: number; slant: number },
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const top = (shore.shoreY - 0.16) * frame.height;
  const width = frame.width * (1 + 2 * MARGIN);
  const field = createPixelField(width / SCALE, (frame.height * 1.12 - top) / SCALE);
  const tile = createNoiseTile(deriveSeed(stage.seed, 'beach'), 6, 5);
  const dry = lightColor(atmosphere, [226, 202, 164], 0.72);
  const wet = mixColors(lightColor(atmosphere, [126, 106, 88], 0.5), atmosphere.sky[2], 0.34);
  const foam = lightColor(atmosphere, [250, 252, 255], 0.85);
  const unit = frame.unit / SCALE;
  const shoreAt = (u: number): number =>
    (shore.shoreY * frame.height - top) / SCALE / unit +
    shore.slant * u * 0.13 +
    (sampleTile(tile, u * 0.21, 0.3) - 0.5) * 0.09;

  const shade = (x: number, y: number, seconds: number): number => {
    const u = (x - field.width / 2) / unit;
    const below = y / unit - shoreAt(u);
    const ragged = (sampleTile(tile, u * 0.9, seconds * 0.012) - 0.5) * 0.05;
    const surge = 0.028 * Math.sin(seconds * 0.85 + u * 0.5) + ragged;
    const behind = 0.028 * Math.sin(seconds * 0.85 + u * 0.6 - 2.1) - 0.075 + ragged * 0.7;
    const lace = sampleTile(tile, u * 2.6 + seconds * 0.008, (y / unit) * 4.2);
    const edge = below - surge;
    const front = smoothStep(-0.034, 0, edge) * smoothStep(0.0035, 0, edge);
    const second = smoothStep(-0.03, 0, below - behind) * smoothStep(0.006, 0, below - behind);
    const foamShare = Math.min(1, front * (0.45 + lace) + second * smoothStep(0.3, 0.62, lace) * 0.8);
    if (edge < 0) {
      const shallow = smoothStep(-0.16, 0, edge) * 0.55;
      const color = mixColors(wet, foam, foamShare);
      const alpha = Math.max(shallow, foamShare);
      return packPixel(color[0], color[1], color[2], alpha * 255);
    }
    const dampness = smoothStep(0.11, 0.012, below + ragged);
    const grain = (sampleTile(tile, u * 7.3, (y / unit) * 11) - 0.5) * 16 + (lace - 0.5) * 12;
    const sand = mixColors(dry, wet, dampness);
    const color = mixColors(sand, foam, foamShare);
    const lit = grain * (1 - dampness * 0.7);
    return packPixel(color[0] + lit, color[1] + lit, color[2] + lit);
  };

  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    for (let y = 0; y < field.height; y++) {
      for (let x = 0; x < field.width; x++) field.pixels[y * field.width + x] = shade(x, y, seconds);
    }
    field.flush();
    drawAtDepth(context, { frame, view }, 0.8, () => {
      context.drawImage(field.canvas, -MARGIN * frame.width, top, width, field.height * SCALE);
    });
  };
}
