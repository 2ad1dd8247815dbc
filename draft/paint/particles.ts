// Small lights that float: fireflies, dust in a beam, bokeh, bubbles. Each has a path of its own fixed by the seed.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Frame, toWorldSeconds, type View } from './camera.ts';
import type { Rgb } from './color.ts';
import { createGlow } from './field.ts';

export interface MoteOptions {
  /** Names the group, so that two groups in a scene differ. */
  name: string;
  count: number;
  colors: readonly Rgb[];
  /** Smallest and largest size across, in units of the frame. */
  size: readonly [number, number];
  /** The part of the frame they fill: left, top, right, bottom in shares. */
  area: readonly [number, number, number, number];
  /** Units of frame per second, upward and to the right. */
  rise: number;
  drift: number;
  /** How far they stray, in units. */
  wander: number;
  /** 0 steady, 1 blinking fully off. */
  blink: number;
  alpha: number;
  /** Size of the bright middle, as a share. */
  core?: number;
}

interface Mote {
  x: number;
  y: number;
  near: number;
  phase: number;
  sprite: number;
}

function positionOf(
  mote: Mote,
  options: MoteOptions,
  moment: { seconds: number; panX: number },
): [number, number] {
  const { seconds, panX } = moment;
  const [left, top, right, bottom] = options.area;
  const stray = options.wander * (0.6 + 0.8 * mote.near);
  const pace = 0.4 + mote.phase * 0.5;
  const strayX = Math.sin(seconds * pace + mote.phase * 50) * stray;
  const strayY = Math.cos(seconds * pace * 0.83 + mote.phase * 91) * stray * 0.7;
  const wrap = (value: number): number => value - Math.floor(value);
  const x = wrap(mote.x + strayX + (seconds * options.drift + panX) * (0.4 + mote.near));
  const y = wrap(mote.y + strayY - seconds * options.rise * (0.4 + mote.near));
  return [left + (right - left) * x, top + (bottom - top) * y];
}

/** Lights that float; drawn additively. */
export function prepareMotes(
  stage: Stage,
  frame: Frame,
  options: MoteOptions,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, options.name));
  const largest = Math.max(8, Math.min(192, Math.ceil(options.size[1] * frame.unit)));
  const sprites: Canvas[] = options.colors.map((color) => createGlow(color, largest, options.core));
  const motes: Mote[] = Array.from({ length: options.count }, () => ({
    x: random(),
    y: random(),
    near: random() ** 1.8,
    phase: random(),
    sprite: Math.floor(random() * sprites.length),
  }));
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    context.save();
    context.globalCompositeOperation = 'lighter';
    for (const mote of motes) {
      const [x, y] = positionOf(mote, options, { seconds, panX: view.panX });
      const zoom = 1 + (view.zoom - 1) * (0.5 + mote.near * 1.5);
      const pulse = 0.5 + 0.5 * Math.sin(seconds * (1.1 + mote.phase * 1.6) + mote.phase * 70);
      const size = (options.size[0] + (options.size[1] - options.size[0]) * mote.near) * frame.unit * zoom;
      context.globalAlpha =
        options.alpha * (1 - options.blink * (1 - pulse * pulse)) * (0.55 + 0.45 * mote.phase);
      const left = frame.centerX + (x * frame.width - frame.centerX) * zoom - size / 2;
      const middle = frame.height / 2;
      const top =
        middle + (y * frame.height - middle) * zoom + view.pitchY * frame.unit * mote.near - size / 2;
      context.drawImage(sprites[mote.sprite], left, top, size, size);
    }
    context.restore();
  };
}
