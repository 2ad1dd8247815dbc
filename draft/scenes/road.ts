// A road that runs to the mountains, driven along: lines and posts come towards the camera, and so do the cars.
import type { SKRSContext2D } from '@napi-rs/canvas';
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
import { mixColors, parseColor, type Rgb, toCss } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import { drawCarOnRoad } from '../paint/figures/car-behind.ts';
import type { FigureStyle } from '../paint/figures/figure.ts';
import { drawGrowth } from '../paint/greenery.ts';
import { groundPoint, preparePlain } from '../paint/plain.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareRidge, type Ridge } from '../paint/terrain.ts';
import { prepareLightning, prepareMist, prepareWeather } from '../paint/weather.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed, hashToUnit } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const MARGIN = 0.13;
const EYE = 0.26;
/** Half the width of the asphalt, in units at a distance of one. */
const HALF = 0.52;
const DEPTH = 0.3;
const NEAREST = 0.34;
const FARTHEST = 26;
/** How fast the camera goes, in units a second. */
const PACE = 2.1;

const VERGES: Record<Plan['season'], readonly [Rgb, Rgb]> = {
  spring: [
    [84, 112, 52],
    [160, 180, 88],
  ],
  summer: [
    [116, 112, 58],
    [204, 184, 104],
  ],
  autumn: [
    [120, 86, 46],
    [204, 152, 78],
  ],
  winter: [
    [170, 180, 192],
    [242, 246, 252],
  ],
};

interface Place {
  stage: Stage;
  frame: Frame;
  atmosphere: Atmosphere;
  isWet: boolean;
}

function prepareMountains({ stage, frame, atmosphere }: Place): readonly Ridge[] {
  const [low, high] = VERGES[stage.plan.season];
  const isWinter = stage.plan.season === 'winter';
  const far = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'far'),
    height: 0.25,
    distance: 0.42,
    depth: 0.05,
    shape: 'peaks',
    frequency: 1.3,
    ground: [
      [92, 98, 108],
      [150, 146, 146],
    ],
    snow: { color: [246, 248, 255], line: isWinter ? 0.2 : 1.02 },
    // The road makes for a gap between them.
    profile: (across) => 0.34 + 1.2 * Math.min(1, Math.abs(across * 2.2)),
  });
  const near = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'near'),
    height: 0.085,
    distance: 0.2,
    depth: 0.1,
    shape: 'hills',
    frequency: 1.1,
    ground: [mixColors(low, [50, 60, 40], 0.4), mixColors(low, high, 0.5)],
    profile: (across) => 0.2 + 1.4 * Math.min(1, Math.abs(across * 2)),
  });
  return [far, near];
}

function fillStrip(
  context: SKRSContext2D,
  frame: Frame,
  strip: { left: number; right: number; from: number; to: number },
  color: string,
): void {
  const corners = [
    groundPoint(frame, EYE, { x: strip.left, z: strip.from }),
    groundPoint(frame, EYE, { x: strip.right, z: strip.from }),
    groundPoint(frame, EYE, { x: strip.right, z: strip.to }),
    groundPoint(frame, EYE, { x: strip.left, z: strip.to }),
  ];
  context.fillStyle = color;
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.closePath();
  context.fill();
}

/** The asphalt with its edges; the dashes in the middle come towards the camera. */
function prepareAsphalt({
  stage,
  frame,
  atmosphere,
  isWet,
}: Place): (context: SKRSContext2D, travelled: number) => void {
  const base: Rgb = stage.plan.season === 'winter' ? [120, 124, 132] : [86, 86, 92];
  const near = lightColor(atmosphere, base, 0.34);
  const far = mixColors(lightColor(atmosphere, base, 0.5), atmosphere.haze, 0.55);
  const sheen = mixColors(atmosphere.sky[2], atmosphere.direct, 0.3);
  const paint = lightColor(atmosphere, [246, 238, 214], 0.55);
  const middle = lightColor(atmosphere, [248, 206, 92], 0.6);
  return (context, travelled) => {
    const surface = context.createLinearGradient(0, frame.horizonY, 0, frame.height);
    surface.addColorStop(0, toCss(isWet ? mixColors(far, sheen, 0.5) : far));
    surface.addColorStop(0.3, toCss(isWet ? mixColors(near, sheen, 0.42) : mixColors(near, far, 0.35)));
    surface.addColorStop(1, toCss(isWet ? mixColors(near, sheen, 0.14) : near));
    context.fillStyle = surface;
    const [leftFar, topY] = groundPoint(frame, EYE, { x: -HALF, z: 60 });
    const [leftNear, lowY] = groundPoint(frame, EYE, { x: -HALF, z: NEAREST * 0.6 });
    context.beginPath();
    context.moveTo(leftFar, topY);
    context.lineTo(frame.width - leftFar, topY);
    context.lineTo(frame.width - leftNear, lowY);
    context.lineTo(leftNear, lowY);
    context.fill();
    for (const side of [-1, 1]) {
      const edge = side * HALF * 0.93;
      fillStrip(
        context,
        frame,
        { left: edge - 0.009, right: edge + 0.009, from: NEAREST * 0.6, to: 40 },
        toCss(paint, 0.8),
      );
    }
    const length = 0.55;
    const step = 1.35;
    for (let dash = 0; dash < FARTHEST / step; dash += 1) {
      const z = NEAREST * 0.3 + step * (dash + 1) - (travelled % step);
      if (z + length < NEAREST * 0.6) continue;
      const strip = { left: -0.012, right: 0.012, from: Math.max(NEAREST * 0.6, z), to: z + length };
      fillStrip(context, frame, strip, toCss(middle, 0.92 * Math.min(1, 14 / z)));
    }
  };
}

/** In the dark, the lamps of the car that the camera sits in. */
function prepareHeadlights({ stage, frame }: Place): (context: SKRSContext2D) => void {
  if (stage.plan.timeOfDay !== 'night' || stage.cameraFixed) return () => undefined;
  const [x, y] = groundPoint(frame, EYE, { x: 0.06, z: 0.95 });
  return (context) => {
    context.save();
    context.globalCompositeOperation = 'lighter';
    context.translate(x, y);
    context.scale(1, 0.4);
    const reach = frame.unit * 0.56;
    const pool = context.createRadialGradient(0, 0, 0, 0, 0, reach);
    pool.addColorStop(0, 'rgba(255,232,184,0.44)');
    pool.addColorStop(0.4, 'rgba(255,224,170,0.2)');
    pool.addColorStop(1, 'rgba(255,214,150,0)');
    context.fillStyle = pool;
    context.fillRect(-reach, -reach, reach * 2, reach * 2);
    context.restore();
  };
}

/** Posts at both sides, each with its reflector; far ones melt into the haze. */
function preparePosts({
  stage,
  frame,
  atmosphere,
}: Place): (context: SKRSContext2D, travelled: number) => void {
  const isDark = stage.plan.timeOfDay === 'night' || stage.plan.timeOfDay === 'dusk';
  const white = lightColor(atmosphere, [244, 244, 240], 0.5);
  return (context, travelled) => {
    const step = 2.4;
    for (let post = Math.floor(FARTHEST / step); post >= 0; post -= 1) {
      const z = NEAREST + step * (post + 1) - (travelled % step);
      const color = mixColors(white, atmosphere.haze, Math.min(0.85, z * 0.045));
      for (const side of [-1, 1]) {
        const [x, y] = groundPoint(frame, EYE, { x: side * HALF * 1.12, z });
        const height = (0.085 / z) * frame.unit;
        context.fillStyle = toCss(color);
        context.fillRect(x - height * 0.06, y - height, height * 0.12, height);
        context.fillStyle = isDark
          ? '#ffb54a'
          : toCss(mixColors([196, 60, 40], atmosphere.haze, Math.min(0.85, z * 0.045)));
        context.fillRect(x - height * 0.06, y - height * 0.86, height * 0.12, height * 0.2);
      }
    }
  };
}

interface RoadCar {
  lane: number;
  albedo: Rgb;
  /** Distance at the start, and how fast it changes. */
  z: number;
  speed: number;
  isOncoming: boolean;
}

const BODY_COLORS: readonly Rgb[] = [
  [186, 190, 196],
  [58, 82, 122],
  [40, 42, 48],
  [214, 214, 210],
];

/** The car of the prompt drives ahead; others come the other way. */
function listCars({ stage }: Place): RoadCar[] {
  const random = createRandom(deriveSeed(stage.seed, 'cars'));
  const asked = stage.plan.subjects.find(({ kind }) => kind === 'car');
  const nearest = { wide: 2.2, medium: 1.15, close: 0.8 }[stage.plan.framing];
  const own = asked?.color ? parseColor(asked.color) : ([176, 40, 42] as Rgb);
  const ahead: RoadCar[] = Array.from({ length: Math.min(3, asked?.count ?? 0) }, (_, index) => ({
    lane: index % 2 === 0 ? 0.25 : 0.29,
    albedo: index === 0 ? own : BODY_COLORS[index],
    z: nearest + index * 2.1,
    speed: 0.05 + index * 0.12,
    isOncoming: false,
  }));
  const others: RoadCar[] = Array.from({ length: asked ? 2 : 1 }, (_, index) => ({
    lane: -0.25,
    albedo: BODY_COLORS[Math.floor(random() * BODY_COLORS.length)],
    z: 14 + index * 12 + random() * 4,
    speed: -3.6,
    isOncoming: true,
  }));
  return [...ahead, ...others];
}

function prepareCars(place: Place): (context: SKRSContext2D, seconds: number) => void {
  const { stage, frame, atmosphere, isWet } = place;
  const cars = listCars(place);
  const { timeOfDay, weather } = stage.plan;
  const lampsOn =
    timeOfDay === 'night' ||
    timeOfDay === 'dusk' ||
    weather === 'storm' ||
    weather === 'rain' ||
    weather === 'fog';
  const style: FigureStyle = {
    body: atmosphere.shadow,
    rim: atmosphere.direct,
    accent: atmosphere.accent,
    lightSide: atmosphere.sunX > 0.5 ? 1 : -1,
    lampsOn,
    lit: (albedo, amount) => lightColor(atmosphere, albedo, amount),
  };
  return (context, seconds) => {
    const seen = cars
      .map((car, index) => ({ ...car, index, z: car.z + car.speed * seconds }))
      .filter(({ z }) => z > NEAREST * 0.8)
      .sort((first, second) => second.z - first.z);
    for (const car of seen) {
      const drift = Math.sin(seconds * 0.9 + car.index * 2) * 0.006;
      const [x, y] = groundPoint(frame, EYE, { x: car.lane + drift, z: car.z });
      const bounce = Math.sin(seconds * 11 + car.index) * 0.004;
      const height = (0.205 / car.z) * frame.unit * (1 + bounce);
      context.save();
      context.translate(x, y);
      context.scale(height, height);
      if (isWet) {
        context.save();
        context.globalAlpha = 0.22;
        context.scale(1, -0.7);
        drawCarOnRoad(context, style, car);
        context.restore();
      }
      drawCarOnRoad(context, style, car);
      context.restore();
    }
  };
}

/** Tufts beside the road that pass by: each stands on a place of its own and comes again behind the camera. */
function prepareVerges({ stage, frame, atmosphere }: Place): (context: SKRSContext2D, view: View) => void {
  const layer = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
  layer.context.translate(MARGIN * frame.width, 0);
  drawGrowth(layer.context, frame, atmosphere, {
    from: 1.1,
    to: 16,
    tufts: 1500,
    flowers: 0,
    eye: EYE,
    grass: VERGES[stage.plan.season],
    petals: [],
    height: 0.045,
    grows: (x) => Math.abs(x) > HALF * 1.16 + hashToUnit(Math.round(x * 999), 3) * 0.05,
    random: createRandom(deriveSeed(stage.seed, 'verge')),
  });
  return (context, view) =>
    drawAtDepth(context, { frame, view }, DEPTH, () =>
      context.drawImage(layer.canvas, -MARGIN * frame.width, 0),
    );
}

export const roadScene: Scene = {
  id: 'road',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.54 : 0.5);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const isWet = stage.plan.weather === 'rain' || stage.plan.weather === 'storm';
    const place: Place = { stage, frame, atmosphere, isWet };
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const [far, near] = prepareMountains(place);
    const ground = preparePlain(frame, atmosphere, {
      seed: deriveSeed(stage.seed, 'ground'),
      ground: VERGES[stage.plan.season],
      eye: EYE,
      rough: 0.8,
    });
    const verges = prepareVerges(place);
    const asphalt = prepareAsphalt(place);
    const posts = preparePosts(place);
    const headlights = prepareHeadlights(place);
    const cars = prepareCars(place);
    const others = stage.plan.subjects.filter(({ kind }) => kind !== 'car');
    const subjects = prepareSubjects(
      { ...stage, plan: { ...stage.plan, subjects: others } },
      frame,
      atmosphere,
      {
        places: {
          ground: { x: 0.5, y: 0.84, size: 0.22, depth: 0.6, spreadY: 0.05 },
          far: {
            x: 0.72,
            y: (frame.horizonY + frame.unit * 0.03) / frame.height,
            size: 0.07,
            depth: 0.2,
            spreadY: 0.02,
          },
          air: { x: 0.42, y: 0.2, size: 0.15, depth: 0.2, spreadY: 0.1 },
        },
        otherwise: 'ground',
      },
    );
    const mist = prepareMist(stage, frame, atmosphere, [
      {
        y: frame.horizonY / frame.height,
        thickness: 0.1,
        alpha: 0.3 * Math.min(2, atmosphere.hazeAmount),
        depth: 0.1,
        speed: 0.6,
      },
    ]);
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const seconds = toWorldSeconds(stage, timeSeconds);
      // A fixed camera is next to a road at rest; the cars go on.
      const travelled = stage.cameraFixed ? 0 : seconds * PACE;
      const moment = { view, timeSeconds };
      sky.update(timeSeconds);
      drawRolled(context, frame, view, () => {
        sky.paint(context, view, timeSeconds);
        lightning(context, view, timeSeconds);
        subjects.paint(context, moment, ['air']);
        far.paint(context, view);
        near.paint(context, view);
        mist(context, 0, moment);
        ground(context, view);
        verges(context, view);
        subjects.paint(context, moment, ['far']);
        drawAtDepth(context, { frame, view }, DEPTH, () => {
          asphalt(context, travelled);
          posts(context, travelled);
          headlights(context);
          cars(context, seconds);
        });
        subjects.paint(context, moment, ['ground', 'water']);
        weather(context, view, timeSeconds);
      });
    };
  },
};
