// The sea from the beach: waves with the light on them, a headland, foam running up the sand.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { prepareBeach } from '../paint/beach.ts';
import { createFrame, drawRolled, prepareCamera } from '../paint/camera.ts';
import { deriveSeed } from '../paint/random.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareRidge } from '../paint/terrain.ts';
import { prepareWater } from '../paint/water.ts';
import { prepareLightning, prepareWeather } from '../paint/weather.ts';
import type { Scene } from '../stage.ts';

export const seaScene: Scene = {
  id: 'sea',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.46 : 0.47);
    const atmosphere = createAtmosphere(stage.plan);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    const side = atmosphere.sunX > 0.5 ? -1 : 1;
    const headland = prepareRidge(frame, atmosphere, {
      seed: deriveSeed(stage.seed, 'headland'),
      height: 0.1,
      distance: 0.3,
      depth: 0.1,
      shape: 'hills',
      frequency: 2.2,
      ground: [
        [92, 84, 74],
        [84, 104, 70],
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
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      sky.update(timeSeconds);
      const paintAbove = (target: SKRSContext2D): void => {
        sky.paint(target, view, timeSeconds);
        lightning(target, view, timeSeconds);
        headland.paint(target, view);
      };
      drawRolled(context, frame, view, () => {
        paintAbove(context);
        water.paint(context, { view, timeSeconds }, paintAbove);
        beach(context, view, timeSeconds);
        weather(context, view, timeSeconds);
      });
    };
  },
};
