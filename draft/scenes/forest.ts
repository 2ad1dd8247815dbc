// A deep forest: trunks in layers that fade into the light behind them, shafts of sun, fireflies by night.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { prepareBeams } from '../paint/beams.ts';
import { createFrame, drawAtDepth, drawRolled, type Frame, prepareCamera } from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createGlow, createLayer } from '../paint/field.ts';
import { prepareFallingLeaves } from '../paint/leaves.ts';
import { wander } from '../paint/noise.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSubjects, type Subjects } from '../paint/subjects.ts';
import { drawLeaves, drawTrunk, drawUndergrowth } from '../paint/trees.ts';
import { prepareMist, prepareWeather } from '../paint/weather.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const LAYERS = 5;
const MARGIN = 0.14;

const SEASON_LEAVES: Record<Plan['season'], readonly string[]> = {
  spring: ['#7fae4c', '#a5c65c', '#5c8f45', '#c9d67e'],
  summer: ['#3f7a3a', '#5c9444', '#2c5f38', '#86ab4c'],
  autumn: ['#c4682a', '#e09a3a', '#9c3f24', '#d8b048'],
  winter: ['#6c7c6c', '#8a9488', '#4e6258', '#b6c0b8'],
};

interface ForestLight {
  atmosphere: Atmosphere;
  /** The glow between the far trunks. */
  glow: Rgb;
  leaves: Rgb[];
}

function createForestLight(plan: Plan, seed: number): ForestLight {
  const atmosphere = createAtmosphere(plan, seed);
  const named = plan.colors[0];
  const leaves = SEASON_LEAVES[plan.season].map((leaf) =>
    named ? mixColors(parseColor(leaf), parseColor(named), 0.72) : parseColor(leaf),
  );
  const warm = mixColors(atmosphere.sky[3], leaves[1], 0.34);
  const glow = atmosphere.moonlit ? mixColors(atmosphere.haze, [60, 110, 130], 0.4) : warm;
  return { atmosphere, glow: scaleColor(glow, atmosphere.moonlit ? 1 : 0.98), leaves };
}

function groundLine(frame: Frame, near: number, phase: number): (x: number) => number {
  const base = frame.horizonY + near ** 1.5 * (frame.height - frame.horizonY) * 0.86;
  return (x) =>
    base +
    Math.sin((x / frame.unit) * 2.3 + phase * 9) * frame.unit * 0.014 +
    Math.sin((x / frame.unit) * 5.9 + phase * 4) * frame.unit * 0.006;
}

function drawGround(
  context: SKRSContext2D,
  layer: { frame: Frame; near: number; index: number },
  colors: Rgb[],
): void {
  const { frame, near, index } = layer;
  const lineAt = groundLine(frame, near, index * 0.31);
  const left = -MARGIN * frame.width;
  const right = (1 + MARGIN) * frame.width;
  const fill = context.createLinearGradient(
    0,
    lineAt(frame.centerX) - frame.unit * 0.02,
    0,
    frame.height * 1.1,
  );
  fill.addColorStop(0, toCss(colors[0]));
  fill.addColorStop(0.5, toCss(colors[1]));
  fill.addColorStop(1, toCss(scaleColor(colors[1], 0.7)));
  context.fillStyle = fill;
  context.beginPath();
  context.moveTo(left, frame.height * 1.2);
  for (let x = left; x <= right; x += frame.unit * 0.02) context.lineTo(x, lineAt(x));
  context.lineTo(right, frame.height * 1.2);
  context.fill();
}

/** Clumps of leaves under the upper edge, lower at the sides. */
function hangLeaves(
  context: SKRSContext2D,
  layer: { frame: Frame; near: number; index: number },
  greens: readonly Rgb[],
  random: () => number,
): void {
  const { frame, near, index } = layer;
  for (let clump = 0; clump < 26 - index * 2; clump++) {
    const x = (random() * (1 + 2 * MARGIN) - MARGIN) * frame.width;
    const edge = Math.abs(x / frame.width - 0.5) * 2;
    drawLeaves(
      context,
      {
        x,
        y: frame.height * (random() ** 1.6 * (0.1 + 0.26 * edge) - 0.03),
        radiusX: frame.unit * (0.06 + random() * 0.1),
        radiusY: frame.unit * (0.03 + random() * 0.05),
        count: 110,
        size: frame.unit * (0.0032 + near * 0.0055),
      },
      greens,
      random,
    );
  }
}

/** Pixels of forest kept above and below the frame, for a camera that tilts. */
function spareAbove(frame: Frame): number {
  return frame.unit * 0.1;
}

/** One layer of forest, nearest last; `near` runs from 0 to 1. */
function renderLayer(stage: Stage, frame: Frame, light: ForestLight, index: number): Canvas {
  const near = index / (LAYERS - 1);
  const random = createRandom(deriveSeed(stage.seed, `forest-${index}`));
  const spare = spareAbove(frame);
  const { canvas, context } = createLayer(frame.width * (1 + 2 * MARGIN), frame.height + 2 * spare);
  context.translate(MARGIN * frame.width, spare);
  if (index === 0) drawBackdrop(context, frame, light);
  const { atmosphere, glow } = light;
  const fade = (1 - near) ** 1.25 * Math.min(0.96, 0.74 + atmosphere.hazeAmount * 0.07);
  const tint = (color: Rgb, lit: number): Rgb =>
    mixColors(lightColor(atmosphere, color, lit * 0.8), glow, fade);
  const lightSide = atmosphere.sunX > 0.5 ? 1 : -1;
  const wood = { shade: tint([52, 42, 36], 0.08), lit: tint([150, 122, 92], 0.85 - near * 0.25), lightSide };
  const snowy = stage.plan.season === 'winter' || stage.plan.weather === 'snow';
  const soil: Rgb = snowy ? [214, 222, 232] : stage.plan.season === 'autumn' ? [120, 74, 40] : [64, 78, 42];
  drawGround(context, { frame, near, index }, [tint(soil, 0.6), tint(scaleColor(soil, 0.5), 0.2)]);
  const lineAt = groundLine(frame, near, index * 0.31);
  const count = Math.round([15, 11, 7, 5, 3][index] * Math.max(0.6, frame.width / frame.unit / 1.33));
  const thickness = [0.016, 0.024, 0.036, 0.055, 0.1][index] * frame.unit;
  for (let tree = 0; tree < count; tree++) {
    let across = (tree + 0.2 + random() * 0.6) / count;
    if (index === LAYERS - 1) across = tree % 2 === 0 ? -0.02 + random() * 0.1 : 0.92 + random() * 0.1;
    const x = (across * (1 + MARGIN) - MARGIN / 2) * frame.width;
    const spot = {
      x,
      y: lineAt(x) + thickness * 0.15,
      height: frame.height * 1.2,
      width: thickness * (0.7 + random() * 0.6),
    };
    drawTrunk(context, spot, wood, random);
  }
  const greens = light.leaves.map((leaf) => tint(leaf, 0.35 + 0.45 * random()));
  drawUndergrowth(
    context,
    {
      left: -MARGIN * frame.width,
      right: (1 + MARGIN) * frame.width,
      groundAt: lineAt,
      blade: frame.unit * (0.014 + near * 0.075),
      count: snowy ? 90 : 420,
    },
    greens.map((green) => mixColors(green, tint([30, 44, 26], 0.2), 0.35)),
    random,
  );
  if (stage.plan.season !== 'winter') hangLeaves(context, { frame, near, index }, greens, random);
  return canvas;
}

/** The light behind all trunks; part of the farthest layer, since nothing in it moves. */
function drawBackdrop(context: SKRSContext2D, frame: Frame, light: ForestLight): void {
  const { atmosphere, glow } = light;
  const halo = createGlow(mixColors(atmosphere.sun, glow, 0.4), 256, 0.3);
  const back = context.createLinearGradient(0, 0, 0, frame.height);
  back.addColorStop(0, toCss(mixColors(atmosphere.sky[1], light.leaves[2], 0.4)));
  back.addColorStop(0.45, toCss(glow));
  back.addColorStop(0.7, toCss(mixColors(glow, light.leaves[2], 0.35)));
  back.addColorStop(1, toCss(mixColors(atmosphere.shadow, light.leaves[2], 0.3)));
  context.fillStyle = back;
  context.fillRect(-frame.width * 0.2, -frame.height * 0.2, frame.width * 1.4, frame.height * 1.4);
  context.globalCompositeOperation = 'lighter';
  context.globalAlpha = 0.2 + 0.5 * atmosphere.sunStrength * (atmosphere.moonlit ? 0.3 : 1);
  const size = frame.unit * 1.15;
  context.drawImage(
    halo,
    atmosphere.sunX * frame.width - size / 2,
    frame.horizonY * 0.72 - size / 2,
    size,
    size,
  );
  context.globalAlpha = 1;
  context.globalCompositeOperation = 'source-over';
}

function prepareForestSubjects(stage: Stage, frame: Frame, light: ForestLight): Subjects {
  const { atmosphere, glow } = light;
  const portrait = stage.height > stage.width;
  const dark = { ...atmosphere, haze: mixColors(atmosphere.shadow, glow, 0.25), direct: glow };
  return prepareSubjects(stage, frame, dark, {
    places: {
      ground: { x: 0.5, y: portrait ? 0.88 : 0.86, size: 0.2, depth: 0.62, spreadY: 0.05 },
      far: { x: 0.5, y: portrait ? 0.83 : 0.81, size: 0.16, depth: 0.5, spreadY: 0.03 },
      air: { x: 0.5, y: 0.42, size: 0.15, depth: 0.6, spreadY: 0.16 },
    },
    otherwise: 'ground',
    style: {
      body: scaleColor(atmosphere.shadow, 0.8),
      rim: mixColors(glow, [255, 255, 240], 0.35),
      accent: stage.plan.colors.length > 0 ? atmosphere.accent : [255, 176, 92],
    },
  });
}

export const forestScene: Scene = {
  id: 'forest',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.68 : 0.66);
    const light = createForestLight(stage.plan, stage.seed);
    const { atmosphere } = light;
    const camera = prepareCamera(stage);
    const layers = Array.from({ length: LAYERS }, (_, index) => renderLayer(stage, frame, light, index));
    const bright = atmosphere.sunStrength * (atmosphere.moonlit ? 0.3 : 0.62);
    const beams = prepareBeams(stage, frame, {
      color: mixColors(atmosphere.sun, light.glow, 0.3),
      source: [atmosphere.sunX, -0.42],
      reach: 1.25,
      strength: bright,
      density: 9,
      speed: 0.8,
    });
    const night = atmosphere.moonlit || stage.plan.timeOfDay === 'dusk';
    const motes = prepareMotes(stage, frame, {
      name: 'motes',
      count: night ? 60 : 70,
      colors: night
        ? [
            [222, 255, 120],
            [255, 226, 120],
          ]
        : [mixColors(atmosphere.sun, [255, 255, 220], 0.3)],
      size: night ? [0.014, 0.05] : [0.003, 0.012],
      area: [-0.05, 0.3, 1.05, 0.98],
      rise: 0.004,
      drift: 0.004,
      wander: 0.024,
      blink: night ? 0.95 : 0.5,
      alpha: night ? 0.95 : 0.5,
    });
    const leaves = prepareFallingLeaves(
      stage,
      frame,
      light.leaves.map((leaf) => lightColor(atmosphere, leaf, 0.9)),
    );
    const mist = prepareMist(
      stage,
      frame,
      { ...atmosphere, haze: light.glow },
      [0, 1, 2].map((index) => ({
        y: 0.6 + index * 0.09,
        thickness: 0.26,
        alpha: 0.5 - index * 0.12,
        depth: 0.3 + index * 0.2,
        speed: 0.5 + index * 0.3,
      })),
    );
    const weather = prepareWeather(stage, frame, { ...atmosphere, haze: light.glow });
    const subjects = prepareForestSubjects(stage, frame, light);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      drawRolled(context, frame, view, () => {
        layers.forEach((layer, index) => {
          const near = index / (LAYERS - 1);
          drawAtDepth(context, { frame, view }, 0.12 + near * 0.95, () => {
            const sway = near > 0.9 ? wander(timeSeconds, 0.4) * frame.unit * 0.0012 * atmosphere.wind : 0;
            context.drawImage(layer, -MARGIN * frame.width + sway, -spareAbove(frame));
          });
          if (index < 3) mist(context, index, { view, timeSeconds });
          if (index === 3) {
            subjects.paint(context, { view, timeSeconds }, ['air', 'far', 'ground', 'water']);
            beams(context, view, timeSeconds);
          }
        });
        motes(context, view, timeSeconds);
        leaves(context, view, timeSeconds);
        weather(context, view, timeSeconds);
      });
    };
  },
};
