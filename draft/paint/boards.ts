// Wooden boards in perspective: a table top, whose boards run across the picture, or a floor, whose boards run to the
// vanishing point.
import type { Canvas } from '@napi-rs/canvas';
import { hashToUnit } from '../random.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import type { Frame } from './camera.ts';
import { mixColors, packPixel, type Rgb } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

export const BOARDS_MARGIN = 0.13;
const SCALE = 2;

export interface BoardOptions {
  seed: number;
  wood: Rgb;
  runs: 'across' | 'away';
  /** Boards a unit of distance. */
  pitch: number;
  eye: number;
  /** Where the light of a window is mirrored, as a share of the width. */
  sheenAt: number;
  sheen: number;
}

/** The boards from the horizon of `frame` down; the picture is half the size of where it goes. */
export function renderBoards(frame: Frame, atmosphere: Atmosphere, options: BoardOptions): Canvas {
  const bottom = frame.height * 1.14;
  const width = frame.width * (1 + 2 * BOARDS_MARGIN);
  const field = createPixelField(width / SCALE, (bottom - frame.horizonY) / SCALE);
  const tile = createNoiseTile(options.seed, 5, 8);
  const light = mixColors(atmosphere.direct, atmosphere.sky[3], 0.4);
  for (let y = 0; y < field.height; y += 1) {
    const below = ((y + 2) / field.height) * ((bottom - frame.horizonY) / frame.unit);
    const z = options.eye / (below + 0.04);
    // The part of a board that a pixel covers: a seam is never finer.
    const wide =
      ((options.runs === 'away' ? z : (z * z) / options.eye) * options.pitch * SCALE * 1.2) / frame.unit;
    for (let x = 0; x < field.width; x += 1) {
      const screen = (x + 0.5) / field.width - 0.5;
      const across = (screen * width * z) / frame.unit;
      const [way, along] = options.runs === 'across' ? [z, across] : [across, z];
      const board = way * options.pitch + 40;
      const inside = board - Math.floor(board);
      const id = Math.floor(board);
      const edge = Math.max(0.03, wide);
      const gap = 1 - smoothStep(0, edge, inside) * smoothStep(1, 1 - edge, inside);
      const grain = sampleTile(tile, along * 0.35 + hashToUnit(id, 3), board * 0.9);
      const fine = sampleTile(tile, along * 1.7, board * 4.3 + hashToUnit(id, 5));
      const tone = 0.78 + 0.26 * hashToUnit(id, 7) + 0.4 * (grain - 0.5) + 0.2 * (fine - 0.5);
      const lit = lightColor(
        atmosphere,
        options.wood,
        0.18 + 0.26 * smoothStep(0.9, 0, Math.abs(screen + 0.5 - options.sheenAt)),
      );
      const gloss =
        Math.exp(-(((screen + 0.5 - options.sheenAt) / 0.22) ** 2)) *
        smoothStep(0.5, 0, below) *
        options.sheen *
        (0.6 + 0.4 * grain);
      const seam = 1 - 0.6 * gap * smoothStep(0.34, 0.1, wide);
      const channel = (index: 0 | 1 | 2): number => lit[index] * tone * seam + light[index] * gloss;
      field.pixels[y * field.width + x] = packPixel(channel(0), channel(1), channel(2));
    }
  }
  field.flush();
  return field.canvas;
}
