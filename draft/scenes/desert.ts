// A desert of dunes: heat and dust by day, a caravan on the crest, the whole sky of stars by night.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Atmosphere } from '../paint/atmosphere.ts';
import { createAtmosphere } from '../paint/atmosphere.ts';
import type { Frame, View } from '../paint/camera.ts';
import { createFrame, drawAtDepth, drawRolled, prepareCamera } from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor } from '../paint/color.ts';
import { drawCamel } from '../paint/figures/camel.ts';
import type { FigureStyle } from '../paint/figures/figure.ts';
import { type LandSlab, prepareLand } from '../paint/land.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareRidge, type Ridge } from '../paint/terrain.ts';
import { prepareLightning, prepareMist, prepareWeather } from '../paint/weather.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

function prepareGround(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
): { mesas: Ridge; dunes: readonly LandSlab[] } {
  const bend = createRandom(deriveSeed(stage.seed, 'valley'))() * 6;
  const accent = stage.plan.colors[0];
  const tint = (hex: string): Rgb =>
    accent ? mixColors(parseColor(hex), parseColor(accent), 0.22) : parseColor(hex);
  const mesas = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'mesas'),
    height: 0.085,
    distance: 0.5,
    depth: 0.06,
    shape: 'peaks',
    frequency: 1.6,
    ground: [tint('#9c6a48'), tint('#b88458')],
    profile: (across) => 0.5 + 0.5 * Math.sin(across * 5 + bend),
  });
  const land = prepareLand(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'dunes'),
    kind: 'dunes',
    ground: [tint('#cf965c'), tint('#f2c88a')],
    eye: 0.56,
    relief: 0.44,
  });
  return { mesas, dunes: land.slabs };
}

/** A file of camels on the crest of the second dune. */
function prepareCaravan(
  stage: Stage,
  frame: Frame,
  parts: { crest: LandSlab; style: FigureStyle },
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, 'caravan'));
  const facing = random() > 0.5 ? 1 : -1;
  const camels = Array.from({ length: 5 }, () => random());
  const pace = Math.min(2, stage.plan.speed);
  return (context, view, timeSeconds) => {
    const seconds = timeSeconds * pace;
    const middle = 0.44 + facing * (seconds - (stage.durationSeconds / 2) * pace) * 0.007;
    drawAtDepth(context, { frame, view }, parts.crest.depth, () => {
      camels.forEach((variety, index) => {
        const across = middle - facing * (index - 2) * 0.052 * (frame.unit / frame.width);
        const y = frame.horizonY - parts.crest.outlineAt(across);
        const height = frame.unit * 0.043;
        context.save();
        context.translate(across * frame.width, y + height * 0.12);
        context.scale(height * facing, height);
        drawCamel(
          context,
          { ...parts.style, lightSide: parts.style.lightSide * facing },
          { seconds: seconds + variety * 4, variety },
        );
        context.restore();
      });
    });
  };
}

export const desertScene: Scene = {
  id: 'desert',
  prepare(given) {
    // No snow falls here: what the prompt called a snow storm becomes a wind full of dust.
    const weatherHere = given.plan.weather === 'snow' ? 'wind' : given.plan.weather;
    const stage = { ...given, plan: { ...given.plan, weather: weatherHere } };
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.6 : 0.58);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const { mesas, dunes } = prepareGround(stage, frame, atmosphere);
    const style: FigureStyle = {
      body: mixColors(atmosphere.shadow, atmosphere.haze, 0.12),
      rim: mixColors(atmosphere.direct, atmosphere.sky[3], 0.4),
      accent: atmosphere.accent,
      lightSide: atmosphere.sunX > 0.5 ? 1 : -1,
      lampsOn: atmosphere.moonlit,
    };
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        ground: { x: 0.5, y: portrait ? 0.84 : 0.87, size: 0.2, depth: 0.75, spreadY: 0.08 },
        far: { x: 0.45, y: portrait ? 0.68 : 0.69, size: 0.09, depth: 0.34, spreadY: 0.03 },
        air: { x: 0.42, y: 0.24, size: 0.15, depth: 0.2, spreadY: 0.12 },
      },
      otherwise: 'ground',
    });
    const caravan = stage.plan.subjects.some(({ kind }) => kind !== 'bird' && kind !== 'balloon')
      ? undefined
      : prepareCaravan(stage, frame, { crest: dunes[1], style });
    const dust = prepareMotes(stage, frame, {
      name: 'dust',
      count: 60,
      colors: [mixColors(atmosphere.direct, atmosphere.sky[3], 0.5)],
      size: [0.002, 0.01],
      area: [-0.05, 0.35, 1.05, 1],
      rise: 0.004,
      drift: 0.02 * atmosphere.wind,
      wander: 0.01,
      blink: 0.6,
      alpha: 0.4,
    });
    const haze = prepareMist(
      stage,
      frame,
      { ...atmosphere, haze: scaleColor(mixColors(atmosphere.haze, [236, 186, 128], 0.35), 1) },
      [
        { y: frame.horizonY / frame.height - 0.03, thickness: 0.16, alpha: 0.42, depth: 0.2, speed: 0.8 },
        { y: frame.horizonY / frame.height + 0.06, thickness: 0.16, alpha: 0.24, depth: 0.5, speed: 1.6 },
      ],
    );
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const moment = { view, timeSeconds };
      sky.update(timeSeconds);
      drawRolled(context, frame, view, () => {
        sky.paint(context, view, timeSeconds);
        lightning(context, view, timeSeconds);
        subjects.paint(context, moment, ['air']);
        mesas.paint(context, view);
        haze(context, 0, moment);
        dunes[0].paint(context, view);
        caravan?.(context, view, timeSeconds);
        dunes[1].paint(context, view);
        haze(context, 1, moment);
        subjects.paint(context, moment, ['far']);
        dunes[2].paint(context, view);
        subjects.paint(context, moment, ['ground', 'water']);
        dust(context, view, timeSeconds);
        weather(context, view, timeSeconds);
      });
    };
  },
};
