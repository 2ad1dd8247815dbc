// A meadow in bloom: grass that moves in the wind, hills behind it, an old tree. Where horses, dogs and houses belong.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere } from '../paint/atmosphere.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
} from '../paint/camera.ts';
import { mixColors, type Rgb } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import { choosePetals, drawBroadTree, drawGrowth, leavesOf } from '../paint/greenery.ts';
import { preparePlain } from '../paint/plain.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareRidge, type Ridge } from '../paint/terrain.ts';
import { prepareLightning, prepareMist, prepareWeather } from '../paint/weather.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const MARGIN = 0.13;
const EYE = 0.3;

const GRASS: Record<Plan['season'], readonly [Rgb, Rgb]> = {
  spring: [
    [70, 112, 44],
    [158, 190, 80],
  ],
  summer: [
    [72, 104, 42],
    [164, 178, 78],
  ],
  autumn: [
    [116, 92, 46],
    [206, 168, 84],
  ],
  winter: [
    [168, 178, 190],
    [244, 247, 252],
  ],
};

interface Place {
  stage: Stage;
  frame: Frame;
  atmosphere: Atmosphere;
}

function prepareHills({ stage, frame, atmosphere }: Place): readonly Ridge[] {
  const [low, high] = GRASS[stage.plan.season];
  const bend = createRandom(deriveSeed(stage.seed, 'hills'))() * 6;
  const far = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'far'),
    height: 0.15,
    distance: 0.55,
    depth: 0.06,
    shape: 'peaks',
    frequency: 1.5,
    ground: [
      [96, 110, 112],
      [136, 144, 148],
    ],
    profile: (across) => 0.7 + 0.3 * Math.sin(across * 5 + bend),
  });
  const hills = [0.34, 0.16].map((distance, index) =>
    prepareRidge(frame, atmosphere, {
      seed: deriveSeed(stage.seed, `hill-${index}`),
      height: 0.12 - index * 0.045,
      distance,
      depth: 0.1 + index * 0.06,
      shape: 'hills',
      frequency: 0.7 + index * 0.3,
      ground: [mixColors(low, [40, 70, 40], 0.35), mixColors(high, low, 0.4)],
      profile: (across) => 0.75 + 0.35 * Math.sin(across * 6 + bend + index * 2.4),
    }),
  );
  return [far, ...hills];
}

/** Small trees along the farther hill, and a tall one at the side. */
function drawTrees({ stage, frame, atmosphere }: Place, hill: Ridge): { far: Canvas; near: Canvas } {
  const random = createRandom(deriveSeed(stage.seed, 'trees'));
  const colors = {
    leaves: leavesOf(stage.plan.season),
    ...(stage.plan.season === 'spring' ? { blossom: [248, 190, 208] as Rgb } : {}),
  };
  const width = frame.width * (1 + 2 * MARGIN);
  const far = createLayer(width, frame.height);
  far.context.translate(MARGIN * frame.width, 0);
  for (let index = 0; index < 26; index += 1) {
    const across = random() * 1.24 - 0.12;
    const y = frame.horizonY - hill.heightAt(across) + frame.unit * 0.012;
    const height = frame.unit * (0.022 + random() * 0.034);
    drawBroadTree(
      far.context,
      { x: across * frame.width, y, height },
      { atmosphere, colors, far: 0.3 },
      random,
    );
  }
  const near = createLayer(width, frame.height);
  near.context.translate(MARGIN * frame.width, 0);
  const isLeft = random() > 0.5;
  const x = frame.width * (isLeft ? 0.1 : 0.9);
  const spot = { x, y: frame.horizonY + frame.unit * 0.075, height: frame.unit * 0.42 };
  drawBroadTree(near.context, spot, { atmosphere, colors, far: 0.04 }, random);
  return { far: far.canvas, near: near.canvas };
}

/** Grass and flowers in three depths, the nearest large. */
function drawLayers({ stage, frame, atmosphere }: Place): Canvas[] {
  const petals = choosePetals(stage.plan);
  const isWinter = stage.plan.season === 'winter';
  return [
    { from: 2.2, to: 14, tufts: 2600, flowers: 1500 },
    { from: 0.95, to: 2.3, tufts: 1500, flowers: 520 },
    { from: 0.5, to: 0.74, tufts: 460, flowers: 90 },
  ].map((range, index) => {
    const layer = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
    layer.context.translate(MARGIN * frame.width, 0);
    drawGrowth(layer.context, frame, atmosphere, {
      ...range,
      flowers: isWinter ? 0 : range.flowers,
      eye: EYE,
      grass: GRASS[stage.plan.season],
      petals,
      height: 0.062,
      random: createRandom(deriveSeed(stage.seed, `growth-${index}`)),
    });
    return layer.canvas;
  });
}

const LAYER_DEPTHS = [0.4, 0.65, 1] as const;

/** Draws a layer that leans with the wind, its foot at the lower edge. */
function prepareSwaying(
  { stage, frame, atmosphere }: Place,
  layers: readonly Canvas[],
): (context: SKRSContext2D, index: number, timeSeconds: number) => void {
  return (context, index, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    const gust = Math.sin(seconds * 1.3 + index * 0.9) * 0.6 + Math.sin(seconds * 2.3 + index * 2) * 0.4;
    const skew = gust * 0.012 * (index + 0.3) * Math.min(2.2, atmosphere.wind);
    context.save();
    context.transform(1, 0, -skew, 1, skew * frame.height, 0);
    context.drawImage(layers[index], -MARGIN * frame.width, 0);
    context.restore();
  };
}

export const meadowScene: Scene = {
  id: 'meadow',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.56 : 0.5);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const place: Place = { stage, frame, atmosphere };
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const hills = prepareHills(place);
    const trees = drawTrees(place, hills[1]);
    const ground = preparePlain(frame, atmosphere, {
      seed: deriveSeed(stage.seed, 'ground'),
      ground: GRASS[stage.plan.season],
      eye: EYE,
      rough: 1,
    });
    const sway = prepareSwaying(place, drawLayers(place));
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        ground: { x: 0.5, y: portrait ? 0.86 : 0.86, size: 0.24, depth: 0.66, spreadY: 0.07 },
        far: {
          x: 0.48,
          y: (frame.horizonY + frame.unit * 0.035) / frame.height,
          size: 0.075,
          depth: 0.3,
          spreadY: 0.02,
        },
        air: { x: 0.45, y: 0.24, size: 0.17, depth: 0.3, spreadY: 0.12 },
      },
      otherwise: 'ground',
    });
    const mist = prepareMist(stage, frame, atmosphere, [
      {
        y: frame.horizonY / frame.height,
        thickness: 0.1,
        alpha: 0.32 * Math.min(1.8, atmosphere.hazeAmount),
        depth: 0.2,
        speed: 0.5,
      },
    ]);
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const moment = { view, timeSeconds };
      const at = (depth: number, draw: () => void): void =>
        drawAtDepth(context, { frame, view }, depth, draw);
      sky.update(timeSeconds);
      drawRolled(context, frame, view, () => {
        sky.paint(context, view, timeSeconds);
        lightning(context, view, timeSeconds);
        subjects.paint(context, moment, ['air']);
        hills[0].paint(context, view);
        hills[1].paint(context, view);
        at(0.13, () => context.drawImage(trees.far, -MARGIN * frame.width, 0));
        hills[2].paint(context, view);
        mist(context, 0, moment);
        ground(context, view);
        subjects.paint(context, moment, ['far']);
        at(LAYER_DEPTHS[0], () => {
          sway(context, 0, timeSeconds);
          context.drawImage(trees.near, -MARGIN * frame.width, 0);
        });
        at(LAYER_DEPTHS[1], () => sway(context, 1, timeSeconds));
        subjects.paint(context, moment, ['ground', 'water']);
        at(LAYER_DEPTHS[2], () => sway(context, 2, timeSeconds));
        weather(context, view, timeSeconds);
      });
    };
  },
};
