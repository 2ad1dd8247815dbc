// A city across the river: towers in the light of the hour, traffic along the quay, a promenade in front.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { BUILDING_MARGIN, type BuildingRow, renderBuildings } from '../paint/buildings.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
  type View,
} from '../paint/camera.ts';
import { preparePromenade, prepareQuay } from '../paint/embankment.ts';
import { createGlow } from '../paint/field.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareWater } from '../paint/water.ts';
import { prepareLightning, prepareMist, prepareRainRings, prepareWeather } from '../paint/weather.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const LIT_WINDOWS: Record<Plan['timeOfDay'], number> = {
  dawn: 0.16,
  day: 0.03,
  sunset: 0.3,
  dusk: 0.52,
  night: 0.46,
};

function renderRows(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
): { row: BuildingRow; depth: number }[] {
  const random = createRandom(deriveSeed(stage.seed, 'skyline'));
  const overcast = stage.plan.weather === 'storm' || stage.plan.weather === 'rain' ? 0.2 : 0;
  const lit = LIT_WINDOWS[stage.plan.timeOfDay] + overcast;
  const peakAt = 0.32 + random() * 0.36;
  return [
    { near: 0, heights: [0.1, 0.3], widths: [0.03, 0.06], depth: 0.06, peakAt: 1 - peakAt },
    { near: 0.45, heights: [0.08, 0.36], widths: [0.04, 0.075], depth: 0.11, peakAt },
    { near: 0.9, heights: [0.05, 0.2], widths: [0.05, 0.1], depth: 0.16, peakAt: 1 - peakAt },
  ].map(({ depth, ...options }, index) => ({
    depth,
    row: renderBuildings(stage, frame, atmosphere, {
      ...options,
      name: `row-${index}`,
      heights: [options.heights[0], options.heights[1]],
      widths: [options.widths[0], options.widths[1]],
      lit,
    }),
  }));
}

/** Towers from the back to the front, with a breath of haze between and blinking beacons. */
function prepareTowers(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const rows = renderRows(stage, frame, atmosphere);
  const beacon = createGlow([255, 60, 50], 48, 0.12);
  const horizon = frame.horizonY / frame.height;
  const mist = prepareMist(stage, frame, atmosphere, [
    {
      y: horizon - 0.1,
      thickness: 0.26,
      alpha: 0.3 * Math.min(2, atmosphere.hazeAmount),
      depth: 0.1,
      speed: 0.4,
    },
    {
      y: horizon - 0.05,
      thickness: 0.16,
      alpha: 0.22 * Math.min(2, atmosphere.hazeAmount),
      depth: 0.14,
      speed: 0.6,
    },
  ]);
  const blinks = stage.plan.timeOfDay !== 'day';
  return (context, view, timeSeconds) => {
    const seconds = toWorldSeconds(stage, timeSeconds);
    rows.forEach(({ row, depth }, index) => {
      drawAtDepth(context, { frame, view }, depth, () => {
        context.drawImage(row.canvas, -BUILDING_MARGIN * frame.width, row.top);
        if (!blinks) return;
        context.globalCompositeOperation = 'lighter';
        row.beacons.forEach(([x, y], number) => {
          context.globalAlpha = Math.max(0, Math.sin(seconds * 2.4 + number * 1.9)) ** 2;
          const size = frame.unit * 0.02;
          context.drawImage(beacon, x - size / 2, y - size / 2, size, size);
        });
      });
      if (index < 2) mist(context, index, { view, timeSeconds });
    });
  };
}

export const skylineScene: Scene = {
  id: 'skyline',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.6 : 0.62);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const { timeOfDay, weather } = stage.plan;
    const dark =
      timeOfDay === 'night' || timeOfDay === 'dusk' || timeOfDay === 'sunset' || weather === 'storm';
    const sky = prepareSky(stage, frame, atmosphere);
    const towers = prepareTowers(stage, frame, atmosphere);
    const quay = prepareQuay(stage, frame, atmosphere, dark);
    const promenade = preparePromenade(frame, atmosphere, { topY: portrait ? 0.87 : 0.9, dark });
    const water = prepareWater(stage, frame, atmosphere, {
      roughness: weather === 'storm' || weather === 'wind' ? 0.8 : 0.5,
      body: lightColor(atmosphere, [26, 56, 72], 0.3),
      mirror: 0.5,
      eye: 0.5,
      flow: 1.2,
    });
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        ground: { x: 0.5, y: portrait ? 0.93 : 0.97, size: 0.19, depth: 0.72, spreadY: 0.03 },
        far: {
          x: 0.5,
          y: (frame.horizonY - frame.unit * 0.009) / frame.height,
          size: 0.03,
          depth: 0.2,
          spreadY: 0.005,
        },
        water: { x: 0.5, y: portrait ? 0.71 : 0.745, size: 0.12, depth: 0.4, spreadY: 0.06 },
        air: { x: 0.42, y: 0.2, size: 0.14, depth: 0.15, spreadY: 0.12 },
      },
      otherwise: 'ground',
      mirrored: true,
    });
    const rings = prepareRainRings(stage, frame, atmosphere);
    const lightning = prepareLightning(stage, frame);
    const falling = prepareWeather(stage, frame, atmosphere);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const moment = { view, timeSeconds };
      sky.update(timeSeconds);
      const paintAbove = (target: SKRSContext2D): void => {
        sky.paint(target, view, timeSeconds);
        lightning(target, view, timeSeconds);
        subjects.paint(target, moment, ['air']);
        towers(target, view, timeSeconds);
        quay(target, view, timeSeconds);
        subjects.paint(target, moment, ['far']);
      };
      drawRolled(context, frame, view, () => {
        paintAbove(context);
        water.paint(context, moment, paintAbove);
        rings(context, view, timeSeconds);
        subjects.paint(context, moment, ['water']);
        promenade(context, view, 'floor');
        promenade(context, view, 'railing');
        subjects.paint(context, moment, ['ground']);
        falling(context, view, timeSeconds);
      });
    };
  },
};
