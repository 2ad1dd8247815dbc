// A school of small fish that turns as one: all follow one winding path, each a little aside and behind.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { drawAtDepth, type Frame, toWorldSeconds, type View } from './camera.ts';
import type { FigureStyle } from './figures/figure.ts';
import { drawFish } from './figures/sea-life.ts';

export interface SchoolOptions {
  name: string;
  count: number;
  /** Length of a fish in units. */
  size: number;
  /** Middle of its path, in shares of the frame. */
  middle: readonly [number, number];
  depth: number;
  style: FigureStyle;
}

/** A school that circles slowly about its middle. */
export function prepareSchool(
  stage: Stage,
  frame: Frame,
  options: SchoolOptions,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, options.name));
  const start = random() * 6.3;
  const fishes = Array.from({ length: options.count }, () => {
    const angle = random() * 6.3;
    const reach = random() ** 0.6;
    return {
      aside: Math.cos(angle) * reach * 0.16,
      above: Math.sin(angle) * reach * 0.075,
      behind: random() * 0.5,
      variety: random(),
      size: options.size * (0.75 + random() * 0.5) * frame.unit,
    };
  });
  const pathAt = (phase: number): [number, number] => [
    Math.sin(phase) * 0.34 + Math.sin(phase * 2.3) * 0.03,
    Math.sin(phase * 1.7 + 1) * 0.07,
  ];
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    drawAtDepth(context, { frame, view }, options.depth, () => {
      for (const fish of fishes) {
        const phase = start + seconds * 0.22 - fish.behind * 0.5;
        const [x, y] = pathAt(phase);
        const [nextX, nextY] = pathAt(phase + 0.05);
        const headX = nextX - x;
        const turn = headX / 0.017;
        const facing = Math.max(-1, Math.min(1, turn));
        const middleX = options.middle[0] * frame.width + (x + fish.aside) * frame.unit;
        const sway = Math.sin(seconds * 1.3 + fish.variety * 9) * 0.004;
        const middleY = options.middle[1] * frame.height + (y + fish.above + sway) * frame.unit;
        context.save();
        context.translate(middleX, middleY);
        context.scale(
          fish.size * (Math.abs(facing) < 0.22 ? 0.22 * (Math.sign(facing) || 1) : facing),
          fish.size,
        );
        context.rotate(Math.max(-0.5, Math.min(0.5, (nextY - y) / 0.03)) * 0.5);
        context.translate(0, 0.5);
        drawFish(context, options.style, { seconds, variety: fish.variety });
        context.restore();
      }
    });
  };
}
