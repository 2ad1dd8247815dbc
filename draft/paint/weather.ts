// What falls and drifts between the camera and the scene: rain, snow, blown dust, mist and lightning. Every drop
// has its own path fixed by the seed, so any frame can be drawn alone.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import type { Atmosphere } from './atmosphere.ts';
import { type Frame, toWorldSeconds, type View } from './camera.ts';
import { mixColors, packPixel, type Rgb, toCss } from './color.ts';
import { createPixelField } from './field.ts';
import { createNoiseTile, sampleTile, smoothStep } from './noise.ts';

interface Drop {
  x: number;
  y: number;
  /** 0 far, 1 near. */
  near: number;
  phase: number;
}

/** Draws one kind of weather over a finished scene. */
export type WeatherPainter = (context: SKRSContext2D, view: View, timeSeconds: number) => void;

function scatterDrops(seed: number, count: number): Drop[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => ({
    x: random(),
    y: random(),
    near: random() ** 1.7,
    phase: random(),
  }));
}

function wrapUnit(value: number): number {
  return value - Math.floor(value);
}

function prepareRain(stage: Stage, frame: Frame, atmosphere: Atmosphere): WeatherPainter {
  const heavy = stage.plan.weather === 'storm';
  const drops = scatterDrops(deriveSeed(stage.seed, 'rain'), heavy ? 620 : 420);
  const slant = heavy ? 0.22 : 0.09;
  const color = mixColors(atmosphere.sky[3], [235, 242, 255], 0.6);
  const bands = [0, 0.25, 0.5, 0.75].map((from) =>
    drops.filter((drop) => drop.near >= from && drop.near < from + 0.25),
  );
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    context.save();
    context.lineCap = 'round';
    bands.forEach((band, index) => {
      const near = (index + 0.5) / 4;
      context.strokeStyle = toCss(color, 0.1 + near * 0.17);
      context.lineWidth = Math.max(0.6, frame.unit * (0.0006 + near * 0.0013));
      context.beginPath();
      const length = frame.unit * (0.018 + near * 0.05);
      for (const drop of band) {
        const fall = wrapUnit(drop.y + seconds * (0.9 + drop.near * 1.3)) * 1.2 - 0.1;
        const side = wrapUnit(drop.x + fall * -slant + view.panX * near) * 1.2 - 0.1;
        const x = side * frame.width;
        const y = fall * frame.height;
        context.moveTo(x, y);
        context.lineTo(x + slant * length, y - length);
      }
      context.stroke();
    });
    context.restore();
  };
}

/** Rings where drops meet the water below the horizon; nothing when it does not rain. */
export function prepareRainRings(stage: Stage, frame: Frame, atmosphere: Atmosphere): WeatherPainter {
  if (stage.plan.weather !== 'rain' && stage.plan.weather !== 'storm') return () => undefined;
  const drops = scatterDrops(deriveSeed(stage.seed, 'rings'), 150);
  const color = mixColors(atmosphere.sky[3], [255, 255, 255], 0.4);
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    context.save();
    context.lineWidth = Math.max(0.6, frame.unit * 0.0009);
    for (const drop of drops) {
      const life = seconds * (0.9 + drop.phase * 0.5) + drop.phase * 9;
      const age = life - Math.floor(life);
      const turn = Math.floor(life);
      const near = wrapUnit(drop.y + turn * 0.618) ** 1.3;
      const x = wrapUnit(drop.x + turn * 0.381 + view.panX * near) * frame.width;
      const y =
        frame.horizonY + (frame.height - frame.horizonY) * (0.05 + 0.95 * near) + view.pitchY * frame.unit;
      const radius = frame.unit * (0.003 + 0.017 * near) * age;
      context.strokeStyle = toCss(color, 0.34 * (1 - age));
      context.beginPath();
      context.ellipse(x, y, radius, radius * (0.16 + 0.16 * near), 0, 0, Math.PI * 2);
      context.stroke();
    }
    context.restore();
  };
}

function prepareSnowfall(stage: Stage, frame: Frame, atmosphere: Atmosphere): WeatherPainter {
  const flakes = scatterDrops(deriveSeed(stage.seed, 'snowfall'), 520);
  const color = mixColors(atmosphere.sky[3], [255, 255, 255], atmosphere.moonlit ? 0.72 : 0.92);
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    context.save();
    context.fillStyle = toCss(color);
    for (const flake of flakes) {
      const fall = wrapUnit(flake.y + seconds * (0.035 + flake.near * 0.1)) * 1.1 - 0.05;
      const sway = Math.sin(seconds * (0.5 + flake.phase) + flake.phase * 40) * (0.006 + 0.012 * flake.near);
      const side = wrapUnit(
        flake.x + sway + seconds * 0.012 * atmosphere.wind * (0.4 + flake.near) + view.panX * flake.near,
      );
      const radius = frame.unit * (0.0009 + flake.near ** 2 * 0.0042);
      context.globalAlpha = flake.near > 0.75 ? 0.34 : 0.5 + 0.4 * flake.phase;
      context.beginPath();
      context.arc((side * 1.1 - 0.05) * frame.width, fall * frame.height, Math.max(0.5, radius), 0, 6.2832);
      context.fill();
    }
    context.restore();
  };
}

/** A soft strip of mist that repeats sideways. */
function renderMist(seed: number, color: Rgb): Canvas {
  const field = createPixelField(256, 64);
  const tile = createNoiseTile(seed, 5, 3);
  for (let y = 0; y < field.height; y++) {
    const fade = Math.sin((y / (field.height - 1)) * Math.PI) ** 2;
    for (let x = 0; x < field.width; x++) {
      const density = sampleTile(tile, x / 256, (y / 256) * 1.6);
      const alpha = fade * smoothStep(0.2, 0.85, density) * 255;
      field.pixels[y * field.width + x] = packPixel(color[0], color[1], color[2], alpha);
    }
  }
  field.flush();
  return field.canvas;
}

/** A bank of mist that drifts sideways around `y`, both in shares of the frame's height. */
export interface MistBank {
  y: number;
  thickness: number;
  alpha: number;
  depth: number;
  speed: number;
}

/** Banks of mist to be drawn between layers: `paint` takes the index of the bank. */
export function prepareMist(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  banks: readonly MistBank[],
): (context: SKRSContext2D, index: number, moment: { view: View; timeSeconds: number }) => void {
  const strip = renderMist(deriveSeed(stage.seed, 'mist'), atmosphere.haze);
  return (context, index, { view, timeSeconds }) => {
    const bank = banks[index];
    const seconds = toWorldSeconds(stage, timeSeconds);
    const width = frame.unit * 2.6;
    const height = bank.thickness * frame.height;
    const shift =
      seconds * bank.speed * 0.03 * atmosphere.wind + index * 0.37 - view.panX * bank.depth * 0.38;
    let x = -wrapUnit(shift) * width;
    context.globalAlpha = Math.min(1, bank.alpha);
    const top = bank.y * frame.height - height / 2 + view.pitchY * frame.unit;
    while (x < frame.width) {
      context.drawImage(strip, x, top, width + 1, height);
      x += width;
    }
    context.globalAlpha = 1;
  };
}

interface Bolt {
  startSeconds: number;
  points: readonly (readonly [number, number])[];
}

function scatterBolts(stage: Stage): Bolt[] {
  const random = createRandom(deriveSeed(stage.seed, 'lightning'));
  const bolts: Bolt[] = [];
  for (let start = 0.5 + random() * 0.9; start < 60 && bolts.length < 24; start += 1.7 + random() * 2.2) {
    const points: [number, number][] = [];
    let x = 0.12 + random() * 0.76;
    for (let step = 0; step <= 12; step++) {
      points.push([x, step / 12]);
      x += (random() - 0.5) * 0.055;
    }
    bolts.push({ startSeconds: start, points });
  }
  return bolts;
}

/** Lightning between the clouds and the horizon; draw it between the sky and the land. */
export function prepareLightning(stage: Stage, frame: Frame): WeatherPainter {
  if (stage.plan.weather !== 'storm') return () => undefined;
  const bolts = scatterBolts(stage);
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    for (const bolt of bolts) {
      const age = seconds - bolt.startSeconds;
      if (age < 0 || age > 0.6) continue;
      const power = Math.exp(-age * 7) * (0.72 + 0.28 * Math.cos(age * 46));
      context.save();
      context.globalCompositeOperation = 'lighter';
      context.fillStyle = toCss([150, 165, 215], power * 0.34);
      context.fillRect(0, 0, frame.width, frame.horizonY + view.pitchY * frame.unit);
      context.lineJoin = 'round';
      context.beginPath();
      bolt.points.forEach(([x, y]) => {
        context.lineTo(x * frame.width, y * frame.horizonY);
      });
      for (const [width, alpha] of [
        [0.018, 0.1],
        [0.007, 0.25],
        [0.0018, 1],
      ]) {
        context.lineWidth = width * frame.unit;
        context.strokeStyle = toCss([215, 222, 255], alpha * power);
        context.stroke();
      }
      context.restore();
    }
  };
}

function prepareBlownDust(stage: Stage, frame: Frame, atmosphere: Atmosphere): WeatherPainter {
  const grains = scatterDrops(deriveSeed(stage.seed, 'blown'), 130);
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    context.save();
    context.strokeStyle = toCss(mixColors(atmosphere.haze, [255, 255, 255], 0.4), 0.3);
    context.lineWidth = Math.max(0.6, frame.unit * 0.0011);
    context.beginPath();
    for (const grain of grains) {
      const side =
        wrapUnit(grain.x + seconds * (0.16 + grain.near * 0.3) + view.panX * grain.near) * 1.2 - 0.1;
      const y = (grain.y + Math.sin(seconds * 1.3 + grain.phase * 30) * 0.012) * frame.height;
      const length = frame.unit * (0.008 + 0.02 * grain.near);
      context.moveTo(side * frame.width, y);
      context.quadraticCurveTo(
        side * frame.width + length * 0.5,
        y - length * 0.1,
        side * frame.width + length,
        y + length * 0.06,
      );
    }
    context.stroke();
    context.restore();
  };
}

/** The weather of the plan, to be drawn last over a scene in the open air. */
export function prepareWeather(stage: Stage, frame: Frame, atmosphere: Atmosphere): WeatherPainter {
  const { weather } = stage.plan;
  if (weather === 'rain' || weather === 'storm') return prepareRain(stage, frame, atmosphere);
  if (weather === 'snow') return prepareSnowfall(stage, frame, atmosphere);
  if (weather === 'wind') return prepareBlownDust(stage, frame, atmosphere);
  if (weather !== 'fog') return () => undefined;
  const horizon = frame.horizonY / frame.height;
  const mist = prepareMist(stage, frame, atmosphere, [
    { y: horizon - 0.05, thickness: 0.62, alpha: 0.85, depth: 0.2, speed: 0.5 },
    { y: horizon + 0.2, thickness: 0.75, alpha: 0.6, depth: 0.7, speed: 1.1 },
  ]);
  return (context, view, timeSeconds) => {
    mist(context, 0, { view, timeSeconds });
    mist(context, 1, { view, timeSeconds });
  };
}
