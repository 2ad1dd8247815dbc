// A winter valley: white peaks, pines heavy with snow, a village with lit windows, northern lights by night.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { prepareAurora } from '../paint/aurora.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  type View,
} from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import type { FigureStyle } from '../paint/figures/figure.ts';
import { drawHouse } from '../paint/figures/vehicles.ts';
import { type Land, prepareLand } from '../paint/land.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareRidge, type Ridge } from '../paint/terrain.ts';
import { drawPine } from '../paint/trees.ts';
import { prepareLightning, prepareMist, prepareWeather } from '../paint/weather.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const MARGIN = 0.13;

/** In this place it snows, whatever wet weather the prompt asked for; a clear sky stays clear. */
function choosePlan(plan: Plan): Plan {
  if (plan.weather === 'rain') return { ...plan, weather: 'snow', season: 'winter' };
  return { ...plan, season: 'winter' };
}

function prepareMountains(stage: Stage, frame: Frame, atmosphere: Atmosphere): Ridge[] {
  const bend = (createRandom(deriveSeed(stage.seed, 'valley'))() - 0.5) * 3;
  const white: Rgb = [244, 247, 255];
  const far = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'snow-far'),
    height: 0.25,
    distance: 0.36,
    depth: 0.07,
    shape: 'peaks',
    frequency: 1.3,
    ground: [
      [96, 110, 130],
      [128, 138, 154],
    ],
    snow: { color: white, line: 0.24 },
    profile: (across) => 0.82 + 0.3 * Math.cos(across * 5.6 + bend),
  });
  const near = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'snow-near'),
    height: 0.12,
    distance: 0.16,
    depth: 0.13,
    shape: 'peaks',
    frequency: 2,
    ground: [
      [62, 78, 92],
      [92, 104, 118],
    ],
    snow: { color: white, line: 0.42 },
    profile: (across) => 0.35 + 1.1 * Math.abs(across * 1.6) ** 1.3,
    foot: 0.03,
  });
  return [far, near];
}

interface Forest {
  canvas: Canvas;
  depth: number;
  /** Where the picture begins, in pixels from the top of the frame. */
  top: number;
}

function topOfPines(frame: Frame, height: number): number {
  return Math.max(0, frame.horizonY - frame.unit * (height * 1.25 + 0.03));
}

/** A row of pines standing on a slab of land. */
function renderPines(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  row: { land: Land; slab: number; count: number; height: number },
): Forest {
  const slab = row.land.slabs[row.slab];
  const random = createRandom(deriveSeed(stage.seed, `pines-${row.slab}`));
  const { canvas, context } = createLayer(
    frame.width * (1 + 2 * MARGIN),
    frame.height * 1.1 - topOfPines(frame, row.height),
  );
  context.translate(MARGIN * frame.width, -topOfPines(frame, row.height));
  const fade = [0.5, 0.2, 0.02][row.slab] * Math.min(1.6, 0.6 + atmosphere.hazeAmount * 0.4);
  const tint = (color: Rgb, lit: number): Rgb =>
    mixColors(lightColor(atmosphere, color, lit), atmosphere.haze, Math.min(0.9, fade));
  const colors = {
    shade: tint([34, 56, 58], 0.12),
    lit: tint([84, 112, 98], 0.7),
    lightSide: atmosphere.sunX > 0.5 ? 1 : -1,
    snow: 0.9,
    snowColor: tint([240, 246, 255], 0.6),
  };
  const spots = Array.from({ length: row.count }, () => {
    const side = random() > 0.5 ? 1 : -1;
    const inward = row.slab === 2 ? random() ** 2.2 * 0.24 : random() ** 1.25 * 0.5;
    const across = 0.5 + side * (0.6 - inward);
    const sink = random() * frame.unit * [0.006, 0.03, 0.09][row.slab];
    return {
      across,
      y: frame.horizonY - slab.outlineAt(across) + sink + frame.unit * 0.004,
      size: 0.6 + random() * 0.6,
    };
  }).sort((first, second) => first.y - second.y);
  for (const spot of spots) {
    const height = row.height * frame.unit * spot.size;
    drawPine(
      context,
      { x: spot.across * frame.width, y: spot.y, height, width: height * (0.38 + random() * 0.1) },
      colors,
      random,
    );
  }
  return { canvas, depth: slab.depth, top: topOfPines(frame, row.height) };
}

/** A few cottages in the middle distance. */
function prepareVillage(
  stage: Stage,
  frame: Frame,
  land: Land,
  style: FigureStyle,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, 'village'));
  const slab = land.slabs[1];
  const middle = 0.4 + random() * 0.2;
  const houses = Array.from({ length: 5 }, (_, index) => {
    const across = middle + ((index - 2) * 0.062 + (random() - 0.5) * 0.02) * (frame.unit / frame.width);
    const back = random();
    return { across, back, size: frame.unit * (0.03 + 0.012 * back), variety: random() };
  }).sort((first, second) => first.back - second.back);
  return (context, view, timeSeconds) => {
    drawAtDepth(context, { frame, view }, slab.depth, () => {
      for (const house of houses) {
        const y = frame.horizonY - slab.outlineAt(house.across) + frame.unit * (0.006 + house.back * 0.02);
        context.save();
        context.translate(house.across * frame.width, y);
        context.scale(house.variety > 0.5 ? house.size : -house.size, house.size);
        drawHouse(context, style, { seconds: timeSeconds + house.variety * 9, variety: house.variety });
        context.restore();
      }
    });
  };
}

function createHouseStyle(atmosphere: Atmosphere, dark: boolean): FigureStyle {
  return {
    body: mixColors(lightColor(atmosphere, [78, 62, 60], 0.25), atmosphere.haze, 0.12),
    rim: lightColor(atmosphere, [244, 248, 255], 0.75),
    accent: atmosphere.accent,
    lightSide: atmosphere.sunX > 0.5 ? 1 : -1,
    lampsOn: dark,
  };
}

export const snowScene: Scene = {
  id: 'snow',
  prepare(given) {
    const stage = { ...given, plan: choosePlan(given.plan) };
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.6 : 0.6);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const mountains = prepareMountains(stage, frame, atmosphere);
    const land = prepareLand(frame, atmosphere, {
      seed: deriveSeed(stage.seed, 'snowfield'),
      kind: 'snowfield',
      ground: [
        [206, 218, 236],
        [248, 250, 255],
      ],
      eye: 0.5,
      relief: 0.5,
    });
    const rows = [
      { slab: 0, count: 110, height: 0.05 },
      { slab: 1, count: 40, height: 0.12 },
      { slab: 2, count: 11, height: 0.36 },
    ];
    const forests = rows.map((row) => renderPines(stage, frame, atmosphere, { land, ...row }));
    const { timeOfDay } = stage.plan;
    const dark =
      timeOfDay === 'night' ||
      timeOfDay === 'dusk' ||
      timeOfDay === 'sunset' ||
      stage.plan.weather === 'snow';
    const village = prepareVillage(stage, frame, land, createHouseStyle(atmosphere, dark));
    const named = stage.plan.colors.map(parseColor);
    const showsAurora = timeOfDay === 'night' && ['clear', 'wind', 'snow'].includes(stage.plan.weather);
    const aurora = showsAurora
      ? prepareAurora(stage, frame, [named[0] ?? [70, 235, 160], named[1] ?? [150, 90, 220]])
      : undefined;
    const mist = prepareMist(stage, frame, atmosphere, [
      { y: frame.horizonY / frame.height - 0.01, thickness: 0.14, alpha: 0.6, depth: 0.15, speed: 0.5 },
      { y: frame.horizonY / frame.height + 0.07, thickness: 0.14, alpha: 0.34, depth: 0.35, speed: 0.8 },
    ]);
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        ground: { x: 0.5, y: portrait ? 0.86 : 0.9, size: 0.18, depth: 0.7, spreadY: 0.08 },
        far: { x: 0.46, y: portrait ? 0.7 : 0.715, size: 0.075, depth: 0.34, spreadY: 0.03 },
        air: { x: 0.42, y: 0.24, size: 0.14, depth: 0.2, spreadY: 0.12 },
      },
      otherwise: 'ground',
    });
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    const paintForest = (context: SKRSContext2D, view: View, index: number): void => {
      drawAtDepth(context, { frame, view }, forests[index].depth, () => {
        context.drawImage(forests[index].canvas, -MARGIN * frame.width, forests[index].top);
      });
    };
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const moment = { view, timeSeconds };
      sky.update(timeSeconds);
      drawRolled(context, frame, view, () => {
        sky.paint(context, view, timeSeconds);
        aurora?.(context, view, timeSeconds);
        lightning(context, view, timeSeconds);
        subjects.paint(context, moment, ['air']);
        for (const mountain of mountains) mountain.paint(context, view);
        mist(context, 0, moment);
        land.slabs[0].paint(context, view);
        paintForest(context, view, 0);
        land.slabs[1].paint(context, view);
        paintForest(context, view, 1);
        if (!subjects.has('house')) village(context, view, timeSeconds);
        subjects.paint(context, moment, ['far']);
        mist(context, 1, moment);
        land.slabs[2].paint(context, view);
        subjects.paint(context, moment, ['ground', 'water']);
        paintForest(context, view, 2);
        weather(context, view, timeSeconds);
      });
    };
  },
};
