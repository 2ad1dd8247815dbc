// The sea from the beach: waves with the light on them, a headland, foam running up the sand.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { prepareBeach } from '../paint/beach.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
  type View,
} from '../paint/camera.ts';
import { mixColors } from '../paint/color.ts';
import type { FigureStyle } from '../paint/figures/figure.ts';
import { drawLighthouse } from '../paint/figures/vehicles.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareRidge, type Ridge } from '../paint/terrain.ts';
import { prepareWater } from '../paint/water.ts';
import { prepareLightning, prepareWeather } from '../paint/weather.ts';
import { deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

/** A lighthouse on the headland, unless the plan puts one elsewhere. */
function prepareHeadlandLight(
  stage: Stage,
  frame: Frame,
  place: { atmosphere: Atmosphere; headland: Ridge; side: number },
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  if (stage.plan.subjects.some(({ kind }) => kind === 'lighthouse')) return () => undefined;
  const { atmosphere, headland, side } = place;
  const across = 0.5 + side * 0.3;
  const height = frame.unit * 0.085;
  const { timeOfDay, weather } = stage.plan;
  const style: FigureStyle = {
    body: mixColors(atmosphere.shadow, atmosphere.haze, 0.34),
    rim: mixColors(atmosphere.direct, atmosphere.sky[3], 0.4),
    accent: [198, 70, 56],
    lightSide: -side,
    lampsOn: timeOfDay === 'night' || timeOfDay === 'dusk' || weather === 'storm' || weather === 'fog',
  };
  return (context, view, timeSeconds) => {
    drawAtDepth(context, { frame, view }, 0.1, () => {
      context.translate(across * frame.width, frame.horizonY - headland.heightAt(across) + height * 0.06);
      context.scale(height, height);
      drawLighthouse(context, style, { seconds: toWorldSeconds(stage, timeSeconds), variety: 0.3 });
    });
  };
}

export const seaScene: Scene = {
  id: 'sea',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.46 : 0.47);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    const side = atmosphere.sunX > 0.5 ? -1 : 1;
    const headland = prepareRidge(frame, atmosphere, {
      seed: deriveSeed(stage.seed, 'headland'),
      height: 0.1,
      distance: 0.16,
      depth: 0.1,
      shape: 'hills',
      frequency: 2.2,
      ground: [
        [70, 62, 54],
        [58, 82, 52],
      ],
      profile: (across) => Math.max(0, side * across * 2.6 - 0.1) ** 0.7,
      foot: 0,
    });
    const rough = stage.plan.weather === 'storm' ? 1.7 : stage.plan.weather === 'wind' ? 1.3 : 0.85;
    const water = prepareWater(stage, frame, atmosphere, {
      roughness: rough,
      body: lightColor(atmosphere, [10, 74, 92], 0.35),
      mirror: 0.34,
      eye: 0.62,
      flow: 1.7,
    });
    const beach = prepareBeach(stage, frame, atmosphere, { shoreY: portrait ? 0.85 : 0.86, slant: side });
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        water: { x: 0.44, y: portrait ? 0.55 : 0.56, size: 0.13, depth: 0.3, spreadY: 0.08 },
        ground: { x: 0.5 - side * 0.14, y: portrait ? 0.93 : 0.95, size: 0.2, depth: 0.8, spreadY: 0.04 },
        far: {
          x: 0.5 + side * 0.33,
          y: (frame.horizonY - headland.heightAt(0.5 + side * 0.33) + frame.unit * 0.006) / frame.height,
          size: 0.05,
          depth: 0.1,
          spreadY: 0.01,
        },
        air: { x: 0.42, y: 0.2, size: 0.15, depth: 0.2, spreadY: 0.12 },
      },
      otherwise: 'ground',
      mirrored: true,
    });
    const light = prepareHeadlandLight(stage, frame, { atmosphere, headland, side });
    return (context, timeSeconds) => {
      const moment = { view: camera(timeSeconds), timeSeconds };
      const { view } = moment;
      sky.update(timeSeconds);
      const paintAbove = (target: SKRSContext2D): void => {
        sky.paint(target, view, timeSeconds);
        lightning(target, view, timeSeconds);
        subjects.paint(target, moment, ['air']);
        light(target, view, timeSeconds);
        subjects.paint(target, moment, ['far']);
        headland.paint(target, view);
      };
      drawRolled(context, frame, view, () => {
        paintAbove(context);
        water.paint(context, moment, paintAbove);
        subjects.paint(context, moment, ['water']);
        beach(context, view, timeSeconds);
        subjects.paint(context, moment, ['ground']);
        weather(context, view, timeSeconds);
      });
    };
  },
};
