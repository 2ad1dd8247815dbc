// A lake before mountains, mirrored: the calm place.

import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { prepareAurora } from '../paint/aurora.ts';
import { prepareBank } from '../paint/bank.ts';
import { createFrame, drawRolled, type Frame, prepareCamera } from '../paint/camera.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareRidge, type Ridge } from '../paint/terrain.ts';
import { prepareWater } from '../paint/water.ts';
import { prepareLightning, prepareMist, prepareRainRings, prepareWeather } from '../paint/weather.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

function prepareMountains(stage: Stage, frame: Frame, atmosphere: Atmosphere): readonly [Ridge, Ridge] {
  const bend = (createRandom(deriveSeed(stage.seed, 'valley'))() - 0.5) * 3;
  const far = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'far'),
    height: 0.3,
    distance: 0.34,
    depth: 0.08,
    shape: 'peaks',
    frequency: 1.25,
    ground: [
      [88, 98, 108],
      [140, 142, 150],
    ],
    snow: { color: [246, 248, 255], line: 0.5 },
    profile: (across) => 0.8 + 0.26 * Math.cos(across * 6.4 + bend),
  });
  const middle = prepareRidge(frame, atmosphere, {
    seed: deriveSeed(stage.seed, 'middle'),
    height: 0.15,
    distance: 0.1,
    depth: 0.14,
    shape: 'peaks',
    frequency: 1.9,
    ground: [
      [50, 74, 54],
      [112, 110, 94],
    ],
    profile: (across) => 0.25 + 1.3 * Math.min(1, Math.abs(across * 1.8) ** 1.4),
  });
  return [far, middle];
}

export const lakeScene: Scene = {
  id: 'lake',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.52 : 0.56);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const [far, middle] = prepareMountains(stage, frame, atmosphere);
    const water = prepareWater(stage, frame, atmosphere, {
      roughness: 0.35,
      body: lightColor(atmosphere, [22, 58, 74], 0.3),
      mirror: 0.55,
      eye: 0.5,
      flow: 1,
    });
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        water: { x: 0.42, y: portrait ? 0.64 : 0.72, size: 0.13, depth: 0.45, spreadY: 0.08 },
        ground: { x: 0.36, y: portrait ? 0.93 : 0.975, size: 0.19, depth: 0.8, spreadY: 0.03 },
        far: {
          x: 0.42,
          y: (frame.horizonY + frame.unit * 0.004) / frame.height,
          size: 0.045,
          depth: 0.14,
          spreadY: 0.01,
        },
        air: { x: 0.4, y: 0.2, size: 0.15, depth: 0.2, spreadY: 0.1 },
      },
      otherwise: 'ground',
      mirrored: true,
    });
    const bank = prepareBank(stage, frame, atmosphere);
    const wintry = stage.plan.timeOfDay === 'night' && stage.plan.season === 'winter';
    const aurora = wintry
      ? prepareAurora(stage, frame, [
          [70, 235, 160],
          [150, 90, 220],
        ])
      : undefined;
    const rings = prepareRainRings(stage, frame, atmosphere);
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    const mist = prepareMist(stage, frame, atmosphere, [
      {
        y: frame.horizonY / frame.height - 0.012,
        thickness: 0.075,
        alpha: 0.5 * Math.min(1.6, atmosphere.hazeAmount),
        depth: 0.15,
        speed: 0.5,
      },
    ]);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const moment = { view, timeSeconds };
      sky.update(timeSeconds);
      const paintAbove = (target: SKRSContext2D): void => {
        sky.paint(target, view, timeSeconds);
        aurora?.(target, view, timeSeconds);
        lightning(target, view, timeSeconds);
        subjects.paint(target, moment, ['air']);
        far.paint(target, view);
        middle.paint(target, view);
        subjects.paint(target, moment, ['far']);
      };
      drawRolled(context, frame, view, () => {
        paintAbove(context);
        water.paint(context, moment, paintAbove);
        mist(context, 0, moment);
        rings(context, view, timeSeconds);
        subjects.paint(context, moment, ['water']);
        bank(context, view);
        subjects.paint(context, moment, ['ground']);
        weather(context, view, timeSeconds);
      });
    };
  },
};
