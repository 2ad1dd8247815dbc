// A garden: a path between beds in bloom, clipped hedges, trees, and a fountain where the path ends.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
  type View,
} from '../paint/camera.ts';
import { mixColors, type Rgb, toCss } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import { type FigureStyle, fillRound, shapeOval } from '../paint/figures/figure.ts';
import { shapeTurned } from '../paint/figures/tableware.ts';
import {
  choosePetals,
  drawBroadTree,
  drawGrowth,
  drawLeafMass,
  type LeafColors,
  leavesOf,
} from '../paint/greenery.ts';
import { prepareMotes } from '../paint/particles.ts';
import { groundPoint, preparePlain } from '../paint/plain.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareLightning, prepareWeather } from '../paint/weather.ts';
import { createRandom, deriveSeed, hashToUnit } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const MARGIN = 0.13;
const EYE = 0.3;
const PATH_HALF = 0.17;
const FOUNTAIN_Z = 3.1;

interface Place {
  stage: Stage;
  frame: Frame;
  atmosphere: Atmosphere;
}

function createFullLayer(frame: Frame): { canvas: Canvas; context: SKRSContext2D } {
  const layer = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
  layer.context.translate(MARGIN * frame.width, 0);
  return layer;
}

/** The way of the path: straight at the fountain, a little bent before the camera. */
function pathMiddle(z: number): number {
  return 0.16 * Math.sin(Math.max(0, FOUNTAIN_Z - z) * 0.9);
}

/** A cherry tree in spring. */
const BLOSSOMS: LeafColors = {
  leaves: [
    [168, 104, 126],
    [238, 176, 196],
  ],
  blossom: [255, 214, 226],
};

/** Trees and a hedge at the end of the garden. */
function drawBackground({ stage, frame, atmosphere }: Place): Canvas {
  const layer = createFullLayer(frame);
  const random = createRandom(deriveSeed(stage.seed, 'garden-trees'));
  const isBlooming = stage.plan.season === 'spring';
  const leaves = leavesOf(stage.plan.season);
  for (let index = 0; index < 15; index += 1) {
    const across = -0.12 + (index / 14) * 1.24 + (random() - 0.5) * 0.06;
    const colors = isBlooming && index % 3 !== 1 ? BLOSSOMS : { leaves };
    const height = frame.unit * (0.16 + random() * 0.13 + Math.abs(across - 0.5) * 0.18);
    const spot = { x: across * frame.width, y: frame.horizonY + frame.unit * 0.03, height };
    drawBroadTree(layer.context, spot, { atmosphere, colors, far: 0.2 }, random);
  }
  const hedge = { y: frame.horizonY + frame.unit * 0.035, height: frame.unit * 0.075 };
  for (let x = -MARGIN * frame.width; x < frame.width * (1 + MARGIN); x += hedge.height * 1.2) {
    const crown = {
      x,
      y: hedge.y - hedge.height * 0.2,
      width: hedge.height * 1.9,
      height: hedge.height * 1.15,
    };
    drawLeafMass(layer.context, crown, { atmosphere, colors: { leaves }, far: 0.1 }, random);
  }
  return layer.canvas;
}

/** Mown grass; snow in winter. */
function prepareLawn({ stage, frame, atmosphere }: Place): (context: SKRSContext2D, view: View) => void {
  return preparePlain(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'lawn'),
    ground:
      stage.plan.season === 'winter'
        ? [
            [176, 186, 198],
            [244, 247, 252],
          ]
        : [
            [72, 116, 48],
            [148, 184, 84],
          ],
    eye: EYE,
    rough: 0.3,
    bands: 9,
  });
}

/** The path of pale gravel, wide before the camera. */
function drawPath({ frame, atmosphere }: Place): Canvas {
  const layer = createFullLayer(frame);
  const { context } = layer;
  const gravel: Rgb = [214, 196, 166];
  const shade = context.createLinearGradient(0, frame.horizonY, 0, frame.height);
  shade.addColorStop(0, toCss(mixColors(lightColor(atmosphere, gravel, 0.5), atmosphere.haze, 0.2)));
  shade.addColorStop(1, toCss(lightColor(atmosphere, gravel, 0.3)));
  context.fillStyle = shade;
  const sides = [-1, 1].map((side) =>
    Array.from({ length: 40 }, (_, index) => {
      const z = 0.3 * (FOUNTAIN_Z / 0.3) ** (index / 39);
      return groundPoint(frame, EYE, { x: pathMiddle(z) + side * PATH_HALF, z });
    }),
  );
  context.beginPath();
  for (const [x, y] of [...sides[0], ...sides[1].toReversed()]) context.lineTo(x, y);
  context.fill();
  context.save();
  context.clip();
  const random = createRandom(7);
  for (let stone = 0; stone < 2600; stone += 1) {
    const z = 0.34 * (FOUNTAIN_Z / 0.34) ** random();
    const [x, y] = groundPoint(frame, EYE, { x: pathMiddle(z) + (random() * 2 - 1) * PATH_HALF, z });
    const size = (0.0042 / z) * frame.unit * (0.5 + random());
    context.fillStyle = toCss(
      lightColor(atmosphere, random() > 0.5 ? [244, 230, 204] : [156, 136, 108], 0.4),
      0.4,
    );
    context.fill(shapeOval(x, y, [size, size * 0.45]));
  }
  context.restore();
  return layer.canvas;
}

/** Beds on both sides, in two depths. */
function drawBeds({ stage, frame, atmosphere }: Place): Canvas[] {
  const isWinter = stage.plan.season === 'winter';
  return [
    { from: 0.95, to: 3.6, tufts: 1700, flowers: 1900, height: 0.075 },
    { from: 0.46, to: 0.8, tufts: 420, flowers: 190, height: 0.085 },
  ].map((range, index) => {
    const layer = createFullLayer(frame);
    drawGrowth(layer.context, frame, atmosphere, {
      ...range,
      flowers: isWinter ? 0 : range.flowers,
      eye: EYE,
      grass: [
        [48, 88, 40],
        [112, 148, 66],
      ],
      petals: choosePetals(stage.plan),
      grows: (x, z) => {
        const beside = Math.abs(x - pathMiddle(z)) - PATH_HALF;
        return beside > 0.02 && beside < 0.62 + hashToUnit(Math.round(z * 50), 5) * 0.06;
      },
      random: createRandom(deriveSeed(stage.seed, `bed-${index}`)),
    });
    return layer.canvas;
  });
}

/** A fountain of two bowls; its water falls in arcs of drops. */
function prepareFountain({ frame, atmosphere }: Place): (context: SKRSContext2D, seconds: number) => void {
  const [x, y] = groundPoint(frame, EYE, { x: 0, z: FOUNTAIN_Z });
  const size = (0.6 / FOUNTAIN_Z) * frame.unit;
  const style: FigureStyle = {
    body: atmosphere.shadow,
    rim: atmosphere.direct,
    accent: atmosphere.accent,
    lightSide: atmosphere.sunX > 0.5 ? 1 : -1,
    lampsOn: false,
    lit: (albedo, amount) => lightColor(atmosphere, albedo, amount),
  };
  const stone: Rgb = [206, 200, 190];
  const water = mixColors(atmosphere.sky[3], [255, 255, 255], 0.5);
  const outlines = [
    [
      [0.9, -0.2],
      [0.87, -0.14],
      [0.82, 0],
    ],
    [
      [0.1, -0.52],
      [0.09, -0.22],
      [0.16, -0.14],
    ],
    [
      [0.44, -0.56],
      [0.2, -0.46],
      [0.1, -0.42],
    ],
    [
      [0.05, -0.84],
      [0.05, -0.56],
    ],
    [
      [0.2, -0.86],
      [0.1, -0.8],
      [0.05, -0.78],
    ],
  ] as const;
  return (context, seconds) => {
    context.save();
    context.translate(x, y);
    context.scale(size, size);
    fillRound(context, shapeOval(0, 0, [0.82, 0.075]), style, { from: -0.82, to: 0.82, albedo: stone });
    for (const outline of outlines) {
      const half = outline[0][0];
      fillRound(context, shapeTurned(outline), style, { from: -half, to: half, albedo: stone });
    }
    context.fillStyle = toCss(mixColors(water, atmosphere.sky[1], 0.4));
    context.fill(shapeOval(0, -0.2, [0.86, 0.07]));
    context.fillStyle = toCss(water, 0.8);
    for (let drop = 0; drop < 150; drop += 1) {
      const phase = hashToUnit(drop, 1);
      const age = (seconds * 0.9 + phase) % 1;
      const reach = (hashToUnit(drop, 2) * 2 - 1) * 0.62;
      const fromY = -0.9;
      const dropY = fromY - 0.5 * age + 1.2 * age * age;
      if (dropY > -0.2) continue;
      context.fill(shapeOval(reach * age, dropY, [0.009, 0.016]));
    }
    context.restore();
  };
}

export const gardenScene: Scene = {
  id: 'garden',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.5 : 0.47);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const place: Place = { stage, frame, atmosphere };
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const background = drawBackground(place);
    const lawn = prepareLawn(place);
    const path = drawPath(place);
    const beds = drawBeds(place);
    const fountain = prepareFountain(place);
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        ground: { x: 0.5, y: portrait ? 0.82 : 0.8, size: 0.22, depth: 0.6, spreadY: 0.05 },
        far: {
          x: 0.3,
          y: (frame.horizonY + frame.unit * 0.05) / frame.height,
          size: 0.1,
          depth: 0.3,
          spreadY: 0.02,
        },
        air: { x: 0.46, y: 0.4, size: 0.17, depth: 0.55, spreadY: 0.16 },
      },
      otherwise: 'ground',
    });
    const pollen = prepareMotes(stage, frame, {
      name: 'pollen',
      count: 40,
      colors: [mixColors(atmosphere.direct, [255, 255, 255], 0.3)],
      size: [0.003, 0.012],
      area: [-0.05, 0.2, 1.05, 1],
      rise: 0.008,
      drift: 0.01,
      wander: 0.02,
      blink: 0.7,
      alpha: 0.4,
    });
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const seconds = toWorldSeconds(stage, timeSeconds);
      const moment = { view, timeSeconds };
      const at = (depth: number, draw: () => void): void =>
        drawAtDepth(context, { frame, view }, depth, draw);
      const show = (layer: Canvas): void => void context.drawImage(layer, -MARGIN * frame.width, 0);
      sky.update(timeSeconds);
      drawRolled(context, frame, view, () => {
        sky.paint(context, view, timeSeconds);
        lightning(context, view, timeSeconds);
        lawn(context, view);
        at(0.24, () => show(background));
        at(0.3, () => {
          show(path);
          fountain(context, seconds);
        });
        subjects.paint(context, moment, ['far']);
        at(0.5, () => show(beds[0]));
        subjects.paint(context, moment, ['ground', 'water']);
        at(1, () => {
          const skew = Math.sin(seconds * 1.2) * 0.008 * Math.min(2, atmosphere.wind);
          context.transform(1, 0, -skew, 1, skew * frame.height, 0);
          show(beds[1]);
        });
        subjects.paint(context, moment, ['air']);
        pollen(context, view, timeSeconds);
        weather(context, view, timeSeconds);
      });
    };
  },
};
