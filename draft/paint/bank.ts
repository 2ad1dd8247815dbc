// The near bank of a lake: dark pines at the sides of the frame and reeds along the lower edge.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, type View } from './camera.ts';
import { mixColors, type Rgb, toCss } from './color.ts';
import { createLayer } from './field.ts';
import { drawPine, drawUndergrowth } from './trees.ts';

const MARGIN = 0.13;

/** A bank that frames the lower corners; prepared once. */
export function prepareBank(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
): (context: SKRSContext2D, view: View) => void {
  const random = createRandom(deriveSeed(stage.seed, 'bank'));
  const top = Math.max(0, frame.height * 0.95 - frame.unit * 0.5);
  const { canvas, context } = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.1 - top);
  context.translate(MARGIN * frame.width, -top);
  const tall = random() > 0.5 ? 1 : 0;
  const snowy = stage.plan.season === 'winter' || stage.plan.weather === 'snow';
  const tint = (color: Rgb, lit: number): Rgb =>
    mixColors(mixColors(lightColor(atmosphere, color, lit), atmosphere.shadow, 0.45), atmosphere.haze, 0.04);
  const lineAt = (x: number): number => {
    const across = x / frame.width;
    const rise = Math.max(0, Math.abs(across - 0.5) - 0.2) ** 1.6 * 0.62;
    return (
      frame.height * 0.985 -
      rise * frame.unit * (across < 0.5 === (tall === 0) ? 0.5 : 0.26) +
      Math.sin(across * 31) * frame.unit * 0.002
    );
  };
  const colors = {
    shade: tint([30, 46, 40], 0.1),
    lit: tint([88, 108, 72], 0.8),
    lightSide: atmosphere.sunX > 0.5 ? 1 : -1,
    snow: snowy ? 0.85 : 0,
    snowColor: lightColor(atmosphere, [236, 242, 252], 0.5),
  };
  const pines = Array.from({ length: 9 }, () => {
    const big = random() > 0.26;
    const inward = random() ** 1.6 * (big ? 0.17 : 0.09);
    return {
      across: big === (tall === 0) ? -0.03 + inward : 1.03 - inward,
      size: (big ? 0.2 : 0.12) + random() * 0.13,
    };
  }).sort((first, second) => second.size - first.size);
  for (const pine of pines) {
    const height = pine.size * frame.unit;
    const x = pine.across * frame.width;
    drawPine(context, { x, y: lineAt(x) + height * 0.05, height, width: height * 0.42 }, colors, random);
  }
  const ground = context.createLinearGradient(0, frame.height * 0.86, 0, frame.height);
  ground.addColorStop(0, toCss(snowy ? colors.snowColor : tint([66, 78, 50], 0.5)));
  ground.addColorStop(1, toCss(tint([26, 34, 26], 0.1)));
  context.fillStyle = ground;
  context.beginPath();
  context.moveTo(-MARGIN * frame.width, frame.height * 1.2);
  for (let x = -MARGIN * frame.width; x <= frame.width * (1 + MARGIN); x += frame.unit * 0.01)
    context.lineTo(x, lineAt(x));
  context.lineTo(frame.width * (1 + MARGIN), frame.height * 1.2);
  context.fill();
  drawUndergrowth(
    context,
    {
      left: -MARGIN * frame.width,
      right: frame.width * (1 + MARGIN),
      groundAt: lineAt,
      blade: frame.unit * 0.05,
      count: snowy ? 120 : 620,
    },
    [tint([60, 84, 46], 0.4), tint([92, 100, 56], 0.7), tint([38, 56, 40], 0.2)],
    random,
  );
  return (target, view) => {
    drawAtDepth(target, { frame, view }, 0.8, () => target.drawImage(canvas, -MARGIN * frame.width, top));
  };
}
