// Leaves, or petals in spring, that fall and tumble before the camera.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Frame, toWorldSeconds, type View } from './camera.ts';
import { type Rgb, toCss } from './color.ts';

/** Falling leaves: many in autumn or wind, petals in spring, none in summer's calm or winter. */
export function prepareFallingLeaves(
  stage: Stage,
  frame: Frame,
  colors: readonly Rgb[],
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const { season, weather } = stage.plan;
  const counts = { spring: 16, summer: 0, autumn: 38, winter: 0 };
  const count = counts[season] + (weather === 'wind' && season !== 'winter' ? 20 : 0);
  const random = createRandom(deriveSeed(stage.seed, 'falling-leaves'));
  const leaves = Array.from({ length: count }, () => ({
    x: random(),
    y: random(),
    near: random() ** 1.6,
    phase: random(),
    color:
      season === 'spring' ? 'rgba(250,214,222,0.9)' : toCss(colors[Math.floor(random() * colors.length)]),
  }));
  const gust = weather === 'wind' ? 0.12 : 0.012;
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    for (const leaf of leaves) {
      const wrap = (value: number): number => value - Math.floor(value);
      const fall = wrap(leaf.y + seconds * (0.03 + leaf.near * 0.05)) * 1.1 - 0.05;
      const swing = Math.sin(seconds * (0.8 + leaf.phase) + leaf.phase * 30) * 0.03;
      const side = wrap(leaf.x + swing + seconds * gust + view.panX * leaf.near) * 1.1 - 0.05;
      const tumble = seconds * (0.7 + leaf.phase * 1.4) + leaf.phase * 20;
      const size = frame.unit * (0.003 + leaf.near * 0.009);
      context.save();
      context.translate(side * frame.width, fall * frame.height);
      context.rotate(tumble * 0.6);
      context.scale(1, 0.25 + 0.75 * Math.abs(Math.cos(tumble)));
      context.fillStyle = leaf.color;
      context.beginPath();
      context.moveTo(-size, 0);
      context.bezierCurveTo(-size * 0.4, -size * 0.7, size * 0.5, -size * 0.6, size, 0);
      context.bezierCurveTo(size * 0.5, size * 0.6, -size * 0.4, size * 0.7, -size, 0);
      context.fill();
      context.restore();
    }
  };
}
