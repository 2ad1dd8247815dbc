// The edge of a city on the water: a quay with lamps and traffic far off, a promenade with a railing before us.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import { drawAtDepth, type Frame, toWorldSeconds, type View } from './camera.ts';
import { mixColors, type Rgb, scaleColor, toCss } from './color.ts';
import { createGlow } from './field.ts';

const WARM: Rgb = [255, 206, 138];
const RED: Rgb = [255, 64, 48];

interface QuayModel {
  frame: Frame;
  /** Upper edge of the wall, in pixels. */
  top: number;
  height: number;
  dark: boolean;
  wall: Rgb;
  leaf: Rgb;
  accent: Rgb;
  lamp: Canvas;
  tail: Canvas;
  cars: readonly { x: number; direction: number; pace: number; shade: number }[];
  trees: readonly { x: number; size: number }[];
}

function paintWall(context: SKRSContext2D, model: QuayModel): void {
  const { frame, top } = model;
  context.fillStyle = toCss(model.leaf);
  context.beginPath();
  for (const tree of model.trees) {
    const x = tree.x * frame.width;
    const size = tree.size * frame.unit;
    context.moveTo(x, top);
    context.ellipse(x, top - size * 0.5, size, size * 0.85, 0, 0, Math.PI * 2);
  }
  context.fill();
  context.fillStyle = toCss(model.wall);
  context.fillRect(-frame.width * 0.13, top, frame.width * 1.26, model.height + 2);
}

function paintCars(context: SKRSContext2D, model: QuayModel, seconds: number): void {
  const { frame, top, wall } = model;
  for (const car of model.cars) {
    const across = car.x + car.direction * seconds * 0.035 * car.pace;
    const x = ((across - Math.floor(across)) * 1.2 - 0.1) * frame.width;
    const paint = mixColors(scaleColor(wall, 0.6 + car.shade), model.accent, car.shade > 0.8 ? 0.5 : 0.05);
    context.fillStyle = toCss(paint);
    context.beginPath();
    context.roundRect(
      x,
      top - frame.unit * 0.0036,
      frame.unit * 0.012,
      frame.unit * 0.0042,
      frame.unit * 0.0015,
    );
    context.fill();
    if (!model.dark) continue;
    const size = frame.unit * 0.018;
    context.globalCompositeOperation = 'lighter';
    context.drawImage(car.direction > 0 ? model.lamp : model.tail, x, top - size * 0.6, size, size);
    context.globalCompositeOperation = 'source-over';
  }
}

function paintLamps(context: SKRSContext2D, model: QuayModel): void {
  const { frame, top } = model;
  const size = frame.unit * 0.034;
  context.globalCompositeOperation = 'lighter';
  for (let index = -2; index < 26; index++) {
    const x = (index / 23) * frame.width;
    context.drawImage(model.lamp, x - size / 2, top - frame.unit * 0.017 - size / 2, size, size);
  }
}

/** The far quay: trees, lamps and cars that run along it in both directions. */
export function prepareQuay(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  dark: boolean,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, 'quay'));
  const height = frame.unit * 0.011;
  const model: QuayModel = {
    frame,
    top: frame.horizonY - height,
    height,
    dark,
    wall: mixColors(lightColor(atmosphere, [84, 80, 78], 0.3), atmosphere.haze, 0.2),
    leaf: mixColors(lightColor(atmosphere, [48, 74, 46], 0.3), atmosphere.haze, 0.18),
    accent: atmosphere.accent,
    lamp: createGlow(WARM, 64, 0.1),
    tail: createGlow(RED, 64, 0.1),
    cars: Array.from({ length: 34 }, () => ({
      x: random(),
      direction: random() > 0.5 ? 1 : -1,
      pace: 0.7 + random() * 0.6,
      shade: random(),
    })),
    trees: Array.from({ length: 70 }, () => ({ x: random() * 1.2 - 0.1, size: 0.006 + random() * 0.009 })),
  };
  return (context, view, timeSeconds) => {
    drawAtDepth(context, { frame, view }, 0.2, () => {
      paintWall(context, model);
      paintCars(context, model, toWorldSeconds(stage, timeSeconds));
      if (dark) paintLamps(context, model);
    });
  };
}

/** The promenade at the lower edge, with a railing and lamp posts. */
export function preparePromenade(
  frame: Frame,
  atmosphere: Atmosphere,
  look: { topY: number; dark: boolean },
): (context: SKRSContext2D, view: View, part: 'floor' | 'railing') => void {
  const glow = createGlow(WARM, 256, 0.09);
  const top = look.topY * frame.height;
  const iron = toCss(mixColors(atmosphere.shadow, atmosphere.haze, 0.05));
  const edge = toCss(mixColors(atmosphere.direct, atmosphere.sky[2], 0.5), 0.6);
  const paintFloor = (context: SKRSContext2D): void => {
    const stone = context.createLinearGradient(0, top, 0, frame.height * 1.05);
    stone.addColorStop(
      0,
      toCss(mixColors(lightColor(atmosphere, [128, 120, 114], 0.55), atmosphere.sky[2], 0.14)),
    );
    stone.addColorStop(1, toCss(lightColor(atmosphere, [70, 66, 66], 0.16)));
    context.fillStyle = stone;
    context.fillRect(-frame.width * 0.15, top, frame.width * 1.3, frame.height * 0.4);
    context.strokeStyle = toCss(atmosphere.shadow, 0.28);
    context.lineWidth = Math.max(0.7, frame.unit * 0.0012);
    context.beginPath();
    for (let index = -16; index <= 16; index++) {
      context.moveTo(frame.centerX + index * frame.unit * 0.075, top);
      context.lineTo(frame.centerX + index * frame.unit * 0.16, frame.height * 1.1);
    }
    for (let index = 1; index < 5; index++) {
      const y = top + frame.unit * 0.012 * index * index;
      context.moveTo(-frame.width * 0.15, y);
      context.lineTo(frame.width * 1.15, y);
    }
    context.stroke();
  };
  const paintRailing = (context: SKRSContext2D): void => {
    const height = frame.unit * 0.042;
    const bar = Math.max(1, frame.unit * 0.0026);
    context.fillStyle = iron;
    for (let x = -frame.width * 0.15; x < frame.width * 1.15; x += frame.unit * 0.0125) {
      context.fillRect(x, top - height, bar * 0.55, height);
    }
    context.fillRect(-frame.width * 0.15, top - height, frame.width * 1.3, bar * 1.5);
    context.fillRect(-frame.width * 0.15, top - height * 0.16, frame.width * 1.3, bar);
    context.fillStyle = edge;
    context.fillRect(-frame.width * 0.15, top - height, frame.width * 1.3, Math.max(0.6, bar * 0.35));
    for (const across of [0.09, 0.91]) {
      const x = across * frame.width;
      const post = frame.unit * 0.2;
      context.fillStyle = iron;
      context.fillRect(x - bar * 1.1, top - post, bar * 2.2, post);
      context.fillRect(x - bar * 3, top - bar * 3, bar * 6, bar * 3);
      context.beginPath();
      context.ellipse(x, top - post - bar * 2, bar * 4, bar * 4.6, 0, 0, 6.2832);
      context.fill();
      if (!look.dark) continue;
      context.globalCompositeOperation = 'lighter';
      const size = frame.unit * 0.26;
      context.drawImage(glow, x - size / 2, top - post - bar * 2 - size / 2, size, size);
      context.globalCompositeOperation = 'source-over';
    }
  };
  return (context, view, part) => {
    drawAtDepth(context, { frame, view }, 0.62, () =>
      part === 'floor' ? paintFloor(context) : paintRailing(context),
    );
  };
}
