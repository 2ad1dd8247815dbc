// A lake before mountains, mirrored: the calm place.

import type { SKRSContext2D } from '@napi-rs/canvas';
import { createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { createFrame, drawRolled, prepareCamera } from '../paint/camera.ts';
import { deriveSeed } from '../paint/random.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareRidge } from '../paint/terrain.ts';
import { prepareWater } from '../paint/water.ts';
import type { Scene } from '../stage.ts';

export const lakeScene: Scene = {
  id: 'lake',
  prepare(stage) {
    const frame = createFrame(stage, stage.height > stage.width ? 0.52 : 0.56);
    const atmosphere = createAtmosphere(stage.plan);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
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
      profile: (across) => 0.8 + 0.26 * Math.cos(across * 6.4 + 0.5),
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
    const water = prepareWater(stage, frame, atmosphere, {
      roughness: 0.35,
      body: lightColor(atmosphere, [22, 58, 74], 0.3),
      mirror: 0.55,
      eye: 0.5,
      flow: 1,
    });
    return (context, t) => {
      const view = camera(t);
      sky.update(t);
      const above = (target: SKRSContext2D) => {
        sky.paint(target, view, t);
        far.paint(target, view);
        middle.paint(target, view);
      };
      drawRolled(context, frame, view, () => {
        above(context);
        water.paint(context, { view, timeSeconds: t }, above);
      });
    };
  },
};
