// Under water: shafts of sun, a net of light on the sand, reefs, fish in schools, jellyfish and rising bubbles.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createAtmosphere } from '../paint/atmosphere.ts';
import { prepareBeams } from '../paint/beams.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  type View,
} from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor } from '../paint/color.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSchool } from '../paint/school.ts';
import {
  prepareDeepWater,
  prepareSand,
  prepareWeed,
  renderReef,
  topOfReef,
  type WaterColors,
} from '../paint/seabed.ts';
import { prepareSubjects, type Subjects } from '../paint/subjects.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const MARGIN = 0.12;

const DEPTHS: Record<Plan['timeOfDay'], { depth: string[]; light: string; sand: string }> = {
  dawn: { depth: ['#bfe4d8', '#6fb8bc', '#2c7c98', '#134a70', '#0a2a4c'], light: '#ffe6c0', sand: '#a8a890' },
  day: { depth: ['#a8ecec', '#4cc0d0', '#1a88ae', '#0c5484', '#08305a'], light: '#eafff4', sand: '#b8c4a4' },
  sunset: {
    depth: ['#f4c49c', '#a890a0', '#4a6c94', '#223f70', '#101f48'],
    light: '#ffc890',
    sand: '#98888c',
  },
  dusk: { depth: ['#6c84b0', '#3c5c94', '#1f3c74', '#122450', '#0a1434'], light: '#b0b8e8', sand: '#586888' },
  night: {
    depth: ['#1c4470', '#10305a', '#0a2044', '#06142e', '#040c1e'],
    light: '#90c0f0',
    sand: '#2c4464',
  },
};

function chooseColors(plan: Plan): WaterColors {
  const chosen = DEPTHS[plan.timeOfDay];
  const dim = plan.mood === 'dark' || plan.mood === 'tense' || plan.weather === 'storm' ? 0.6 : 1;
  const tint = plan.colors.length > 0 ? parseColor(plan.colors[0]) : undefined;
  const mood = { mysterious: '#0c5058', romantic: '#a04c80', dreamy: '#8070c0' }[plan.mood as string];
  const depth = chosen.depth.map((hex) => {
    let color: Rgb = parseColor(hex);
    if (mood) color = mixColors(color, parseColor(mood), 0.2);
    if (tint) color = mixColors(color, scaleColor(tint, 0.7), 0.3);
    return scaleColor(color, dim);
  });
  const night = plan.timeOfDay === 'night';
  const coral = ['#e0705c', '#d89048', '#b45c8c', '#7c64b0', '#d8b46c'].map((hex) =>
    scaleColor(parseColor(hex), night ? 0.5 : 1),
  );
  return { depth, light: parseColor(chosen.light), sand: scaleColor(parseColor(chosen.sand), dim), coral };
}

/** Draws one part of the scene at one moment. */
type PartPainter = (context: SKRSContext2D, view: View, timeSeconds: number) => void;

/** A far school and a near one, silver against the light. */
function prepareSchools(
  stage: Stage,
  frame: Frame,
  colors: WaterColors,
): readonly [PartPainter, PartPainter] {
  const middle = colors.depth[2];
  const random = createRandom(deriveSeed(stage.seed, 'underwater'));
  const silver = {
    body: mixColors(colors.depth[3], [40, 70, 100], 0.4),
    rim: mixColors(colors.light, colors.depth[1], 0.4),
    accent: mixColors(colors.depth[1], [255, 200, 120], 0.4),
    lightSide: 1,
    lampsOn: false,
  };
  return [
    prepareSchool(stage, frame, {
      name: 'far-school',
      count: 46,
      size: 0.017,
      middle: [0.3 + random() * 0.4, 0.34],
      depth: 0.25,
      style: {
        ...silver,
        body: mixColors(silver.body, middle, 0.6),
        accent: mixColors(silver.accent, middle, 0.6),
        rim: mixColors(silver.rim, middle, 0.5),
      },
    }),
    prepareSchool(stage, frame, {
      name: 'near-school',
      count: 26,
      size: 0.036,
      middle: [0.4 + random() * 0.2, 0.54],
      depth: 0.6,
      style: silver,
    }),
  ];
}

/** Bubbles that rise and plankton that hangs in the water; by night it glows. */
function prepareFloating(stage: Stage, frame: Frame, colors: WaterColors): PartPainter {
  const night = stage.plan.timeOfDay === 'night';
  const bubbles = prepareMotes(stage, frame, {
    name: 'bubbles',
    count: 48,
    colors: [mixColors(colors.light, colors.depth[1], 0.4)],
    size: [0.003, 0.016],
    area: [0, -0.1, 1, 1.1],
    rise: 0.06,
    drift: 0,
    wander: 0.008,
    blink: 0.2,
    alpha: 0.5,
    core: 0.4,
  });
  const plankton = prepareMotes(stage, frame, {
    name: 'plankton',
    count: 90,
    colors: night
      ? [
          [90, 220, 255],
          [140, 255, 220],
        ]
      : [colors.light],
    size: [0.002, 0.009],
    area: [-0.05, -0.05, 1.05, 1.05],
    rise: 0.003,
    drift: 0.006,
    wander: 0.02,
    blink: 0.7,
    alpha: night ? 0.8 : 0.32,
  });
  return (context, view, timeSeconds) => {
    plankton(context, view, timeSeconds);
    bubbles(context, view, timeSeconds);
  };
}

/** The figures of the plan; without any, jellyfish by night and in dreams. */
function prepareLife(stage: Stage, frame: Frame, colors: WaterColors): Subjects {
  const portrait = stage.height > stage.width;
  const night = stage.plan.timeOfDay === 'night';
  const base = createAtmosphere(stage.plan, stage.seed);
  const atmosphere = {
    ...base,
    haze: colors.depth[2],
    hazeAmount: 1.2,
    shadow: mixColors(colors.depth[4], [4, 10, 24], 0.3),
    direct: colors.light,
    sky: colors.depth,
  };
  const withJellyfish =
    stage.plan.subjects.length === 0 &&
    (night || stage.plan.mood === 'dreamy' || stage.plan.mood === 'mysterious');
  const cast = withJellyfish
    ? { ...stage, plan: { ...stage.plan, subjects: [{ kind: 'jellyfish' as const, count: 5 }] } }
    : stage;
  const glowing = stage.plan.colors[0] ? parseColor(stage.plan.colors[0]) : ([150, 190, 255] as const);
  return prepareSubjects(cast, frame, atmosphere, {
    places: {
      water: { x: 0.5, y: 0.44, size: 0.22, depth: 0.7, spreadY: 0.16 },
      ground: { x: 0.5, y: portrait ? 0.9 : 0.93, size: 0.24, depth: 0.8, spreadY: 0.05 },
    },
    otherwise: 'water',
    style: { accent: glowing, rim: mixColors(colors.light, colors.depth[1], 0.3) },
    weightless: true,
  });
}

export const underwaterScene: Scene = {
  id: 'underwater',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.74 : 0.68);
    const camera = prepareCamera(stage);
    const colors = chooseColors(stage.plan);
    const night = stage.plan.timeOfDay === 'night';
    const deep = prepareDeepWater(stage, frame, colors);
    const sand = prepareSand(stage, frame, colors);
    const reefs = [0.12, 0.5, 1].map((near) => ({ near, canvas: renderReef(stage, frame, colors, near) }));
    const weed = prepareWeed(stage, frame, colors);
    const beams = prepareBeams(stage, frame, {
      color: colors.light,
      source: [0.46, -0.34],
      reach: 1.15,
      strength: night ? 0.26 : 0.46,
      density: 10,
      speed: 1.6,
    });
    const schools = prepareSchools(stage, frame, colors);
    const floating = prepareFloating(stage, frame, colors);
    const subjects = prepareLife(stage, frame, colors);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      drawRolled(context, frame, view, () => {
        deep(context, view, timeSeconds);
        sand(context, view, timeSeconds);
        schools[0](context, view, timeSeconds);
        for (const reef of reefs) {
          drawAtDepth(context, { frame, view }, 0.2 + reef.near * 0.7, () =>
            context.drawImage(reef.canvas, -MARGIN * frame.width, topOfReef(frame)),
          );
          if (reef.near === 0.5) {
            if (!subjects.any) schools[1](context, view, timeSeconds);
            subjects.paint(context, { view, timeSeconds }, ['water', 'far', 'ground', 'air']);
            beams(context, view, timeSeconds);
          }
        }
        weed(context, view, timeSeconds);
        floating(context, view, timeSeconds);
      });
    };
  },
};
