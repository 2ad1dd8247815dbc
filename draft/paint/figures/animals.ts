// Four-legged animals from one set of bones: horse, deer, wolf, dog and cat differ in their measures.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import {
  type Figure,
  type FigurePose,
  type FigureStyle,
  fillSilhouette,
  type Point,
  shapeBlob,
  shapeLimb,
  shapeOval,
  swing,
} from './figure.ts';

/** Measures in units of the height at the top of the head. */
interface AnimalBuild {
  back: number;
  length: number;
  chest: number;
  belly: number;
  legWidth: number;
  neck: Point;
  neckWidth: readonly [number, number];
  head: Point;
  muzzle: number;
  ear: Point;
  tail: readonly Point[];
  tailWidth: readonly number[];
  stride: number;
  cadence: number;
  mane?: boolean;
  antlers?: boolean;
}

const HORSE: AnimalBuild = {
  back: -0.66,
  length: 0.66,
  chest: 0.27,
  belly: 0.23,
  legWidth: 0.085,
  neck: [0.2, -0.25],
  neckWidth: [0.22, 0.115],
  head: [0.19, 0.09],
  muzzle: 0.062,
  ear: [0.028, 0.075],
  tail: [
    [-0.06, -0.02],
    [-0.15, 0.06],
    [-0.19, 0.24],
    [-0.16, 0.38],
  ],
  tailWidth: [0.06, 0.09, 0.08, 0.02],
  stride: 0.62,
  cadence: 7.2,
  mane: true,
};
const DEER: AnimalBuild = {
  back: -0.6,
  length: 0.5,
  chest: 0.2,
  belly: 0.155,
  legWidth: 0.055,
  neck: [0.14, -0.27],
  neckWidth: [0.15, 0.08],
  head: [0.14, 0.04],
  muzzle: 0.042,
  ear: [-0.07, 0.06],
  tail: [
    [-0.03, 0],
    [-0.06, 0.05],
  ],
  tailWidth: [0.06, 0.03],
  stride: 0.36,
  cadence: 3.6,
  antlers: true,
};
const WOLF: AnimalBuild = {
  back: -0.76,
  length: 0.86,
  chest: 0.36,
  belly: 0.24,
  legWidth: 0.1,
  neck: [0.2, -0.12],
  neckWidth: [0.32, 0.19],
  head: [0.29, 0.08],
  muzzle: 0.046,
  ear: [0.03, 0.11],
  tail: [
    [-0.08, 0.02],
    [-0.22, 0.12],
    [-0.34, 0.28],
    [-0.36, 0.36],
  ],
  tailWidth: [0.09, 0.15, 0.13, 0.02],
  stride: 0.5,
  cadence: 5.4,
};
const DOG: AnimalBuild = {
  ...WOLF,
  length: 0.78,
  chest: 0.34,
  belly: 0.25,
  ear: [-0.05, 0.06],
  muzzle: 0.06,
  tail: [
    [-0.06, -0.02],
    [-0.18, -0.12],
    [-0.24, -0.26],
  ],
  tailWidth: [0.08, 0.07, 0.025],
  stride: 0.46,
  cadence: 6,
};
const CAT: AnimalBuild = {
  back: -0.68,
  length: 0.86,
  chest: 0.27,
  belly: 0.26,
  legWidth: 0.085,
  neck: [0.13, -0.13],
  neckWidth: [0.22, 0.19],
  head: [0.1, 0.01],
  muzzle: 0.09,
  ear: [0.02, 0.12],
  tail: [
    [-0.06, -0.02],
    [-0.26, -0.08],
    [-0.4, -0.26],
    [-0.38, -0.46],
  ],
  tailWidth: [0.07, 0.065, 0.055, 0.03],
  stride: 0.4,
  cadence: 4.4,
};

function shapeLegOf(build: AnimalBuild, hip: Point, phase: number, hind: boolean): Path2D[] {
  const length = -hip[1];
  const reach = Math.sin(phase) * build.stride;
  const lift = Math.max(0, Math.cos(phase));
  const fold = hind ? 1 : -1;
  const knee = swing(hip, reach * 0.75 + (hind ? 0.16 : 0), length * 0.46);
  const shin = swing(
    knee,
    reach * 0.75 - fold * (0.2 + lift * 0.55 * build.stride) * (hind ? 1.25 : -0.5),
    length * 0.44,
  );
  const hoof: Point = [shin[0] + build.legWidth * 0.3, Math.min(0, shin[1] + length * 0.1)];
  const width = build.legWidth;
  return shapeLimb(
    [hip, knee, shin, hoof],
    [width * (hind ? 2.1 : 1.6), width * 0.95, width * 0.56, width * 0.62],
  );
}

function shapeAntlers(base: Point): Path2D[] {
  const shapes: Path2D[] = [];
  for (const lean of [-0.04, 0.05]) {
    const beam: Point[] = [
      base,
      [base[0] - 0.07 + lean, base[1] - 0.1],
      [base[0] - 0.07 + lean * 2, base[1] - 0.2],
      [base[0] + 0.01 + lean * 2, base[1] - 0.27],
    ];
    shapes.push(...shapeLimb(beam, [0.024, 0.02, 0.016, 0.006]));
    shapes.push(...shapeLimb([beam[1], [beam[1][0] + 0.09, beam[1][1] - 0.07]], [0.016, 0.005]));
    shapes.push(...shapeLimb([beam[2], [beam[2][0] - 0.06, beam[2][1] - 0.08]], [0.014, 0.005]));
    shapes.push(...shapeLimb([beam[2], [beam[2][0] + 0.09, beam[2][1] - 0.03]], [0.014, 0.005]));
  }
  return shapes;
}

function shapeHead(build: AnimalBuild, poll: Point, nod: number): Path2D[] {
  const [lengthX, lengthY] = build.head;
  const nose: Point = [poll[0] + lengthX, poll[1] + lengthY + nod];
  const skull = build.neckWidth[1] * 0.62;
  const head = shapeBlob([
    [poll[0] - skull * 0.8, poll[1] - skull * 0.75],
    [poll[0] + skull * 0.9, poll[1] - skull * 0.85],
    [nose[0] - lengthX * 0.2, nose[1] - build.muzzle * 0.85],
    [nose[0] + build.muzzle * 0.5, nose[1] - build.muzzle * 0.3],
    [nose[0] + build.muzzle * 0.3, nose[1] + build.muzzle * 0.7],
    [nose[0] - lengthX * 0.45, nose[1] + build.muzzle * 0.95],
    [poll[0], poll[1] + skull * 1.25],
    [poll[0] - skull, poll[1] + skull * 0.6],
  ]);
  const ears = [0, -skull * 0.75].map((shift) => {
    const ear = new Path2D();
    const x = poll[0] + shift + skull * 0.1;
    const y = poll[1] - skull * 0.5;
    ear.moveTo(x - skull * 0.42, y);
    ear.quadraticCurveTo(
      x + build.ear[0] - skull * 0.2,
      y - build.ear[1] * 0.8,
      x + build.ear[0],
      y - build.ear[1],
    );
    ear.quadraticCurveTo(x + skull * 0.5, y - build.ear[1] * 0.5, x + skull * 0.4, y);
    ear.closePath();
    return ear;
  });
  return [head, ...ears];
}

function shapeMane(withers: Point, poll: Point, seconds: number): Path2D {
  const wave = Math.sin(seconds * 5) * 0.02;
  return shapeBlob([
    [poll[0] + 0.03, poll[1] - 0.06],
    [poll[0] - 0.1, poll[1] - 0.03 + wave],
    [(poll[0] + withers[0]) / 2 - 0.14, (poll[1] + withers[1]) / 2 - 0.02 - wave],
    [withers[0] - 0.12, withers[1] - 0.03 + wave],
    [withers[0], withers[1] + 0.03],
  ]);
}

function drawAnimal(context: SKRSContext2D, style: FigureStyle, pose: FigurePose, build: AnimalBuild): void {
  const phase = pose.seconds * build.cadence;
  const bounce = Math.sin(phase * 2) * 0.012 * build.stride * 2;
  const back = build.back + bounce;
  const half = build.length / 2;
  const withers: Point = [half * 0.72, back];
  const rump: Point = [-half * 0.8, back + 0.005];
  const poll: Point = [withers[0] + build.neck[0], withers[1] + build.neck[1]];
  const wag = Math.sin(pose.seconds * 3.1) * 0.03;
  const tail = build.tail.map(
    (point, index): Point => [
      rump[0] - 0.06 + point[0] - wag * index * 0.4,
      rump[1] + 0.05 + point[1] + wag * index * 0.5,
    ],
  );
  const foreHip: Point = [half * 0.66, back + build.chest * 0.62];
  const hindHip: Point = [-half * 0.72, back + build.belly * 0.62];
  const trunk = shapeBlob([
    [-half * 1.04, back + 0.015],
    [-half * 0.55, back - 0.035],
    [0, back + 0.025],
    [half * 0.55, back - 0.03],
    [half * 1.02, back + 0.03],
    [half * 1.06, back + build.chest * 0.75],
    [half * 0.6, back + build.chest * 1.12],
    [0, back + build.belly * 1.06],
    [-half * 0.55, back + build.belly * 0.9],
    [-half * 1.1, back + build.belly * 0.85],
  ]);
  const neckBase: Point = [withers[0] + build.neckWidth[0] * 0.05, withers[1] + build.neckWidth[0] * 0.42];
  const shapes = [
    ...shapeLegOf(build, [foreHip[0] - 0.03, foreHip[1]], phase + Math.PI * 0.9, false),
    ...shapeLegOf(build, [hindHip[0] - 0.03, hindHip[1]], phase + Math.PI * 0.15, true),
    ...shapeLimb(tail, build.tailWidth),
    trunk,
    ...shapeLimb([neckBase, poll], build.neckWidth),
    ...shapeHead(build, poll, Math.sin(phase) * 0.012),
    ...(build.mane ? [shapeMane(withers, poll, pose.seconds)] : []),
    ...(build.antlers ? shapeAntlers([poll[0], poll[1] - 0.03]) : []),
    shapeOval(hindHip[0] + 0.01, hindHip[1] - build.belly * 0.1, [build.belly * 0.5, build.belly * 0.55]),
    ...shapeLegOf(build, foreHip, phase, false),
    ...shapeLegOf(build, hindHip, phase + Math.PI * 1.2, true),
  ];
  fillSilhouette(context, shapes, style, 0.01);
}

export const drawHorse: Figure = (context, style, pose) => drawAnimal(context, style, pose, HORSE);
export const drawDeer: Figure = (context, style, pose) => drawAnimal(context, style, pose, DEER);
export const drawWolf: Figure = (context, style, pose) => drawAnimal(context, style, pose, WOLF);
export const drawDog: Figure = (context, style, pose) => drawAnimal(context, style, pose, DOG);
export const drawCat: Figure = (context, style, pose) => drawAnimal(context, style, pose, CAT);
