// A loaded camel, for caravans far off.
import { type Figure, fillSilhouette, type Point, shapeBlob, shapeLimb, swing } from './figure.ts';

/** A camel of one unit at the hump, walking. */
export const drawCamel: Figure = (context, style, pose) => {
  const phase = pose.seconds * 3;
  const leg = (hip: Point, offset: number) => {
    const reach = Math.sin(phase + offset) * 0.3;
    const lift = Math.max(0, Math.cos(phase + offset)) * 0.25;
    const knee = swing(hip, reach, 0.27);
    const foot = swing(knee, reach - lift, 0.27);
    return shapeLimb([hip, knee, foot], [0.1, 0.055, 0.045]);
  };
  const nod = Math.sin(phase) * 0.02;
  const trunk = shapeBlob([
    [-0.44, -0.62],
    [-0.26, -0.72],
    [-0.12, -0.98],
    [0.04, -1.02],
    [0.16, -0.76],
    [0.4, -0.7],
    [0.46, -0.56],
    [0.2, -0.44],
    [-0.2, -0.45],
    [-0.42, -0.5],
  ]);
  const load = shapeBlob([
    [-0.24, -0.9],
    [0.12, -0.96],
    [0.22, -0.62],
    [-0.26, -0.6],
  ]);
  const neck = shapeLimb(
    [
      [0.38, -0.6],
      [0.56, -0.56],
      [0.66, -0.74 + nod],
      [0.69, -0.94 + nod],
    ],
    [0.2, 0.14, 0.1, 0.09],
  );
  const head = shapeLimb(
    [
      [0.68, -0.95 + nod],
      [0.86, -0.9 + nod],
    ],
    [0.11, 0.07],
  );
  const tail = shapeLimb(
    [
      [-0.43, -0.58],
      [-0.5, -0.36],
    ],
    [0.03, 0.02],
  );
  const legs = [
    ...leg([0.3, -0.52], 0),
    ...leg([0.26, -0.52], Math.PI),
    ...leg([-0.32, -0.52], Math.PI * 0.5),
    ...leg([-0.36, -0.52], Math.PI * 1.5),
  ];
  fillSilhouette(context, [...legs, ...tail, trunk, load, ...neck, ...head], style, 0.02);
};
