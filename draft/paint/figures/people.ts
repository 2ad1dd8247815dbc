// People and those shaped like them: walkers, dancers, couples, astronauts, robots.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, toCss } from '../color.ts';
import {
  type Figure,
  type FigureStyle,
  fillSilhouette,
  type Point,
  shapeBlob,
  shapeLimb,
  shapeOval,
  swing,
} from './figure.ts';

/** Joint angles in radians: 0 hangs down, positive swings forward. */
interface BodyPose {
  hip: Point;
  lean: number;
  legs: readonly [Point, Point];
  arms: readonly [Point, Point];
  headTilt: number;
}

function shapeLeg(hip: Point, angles: Point, scale: number): Path2D[] {
  const knee = swing(hip, angles[0], 0.25 * scale);
  const ankle = swing(knee, angles[0] + angles[1], 0.24 * scale);
  const toe = swing(ankle, angles[0] + angles[1] + 1.25, 0.065 * scale);
  return [
    ...shapeLimb([hip, knee, ankle], [0.1 * scale, 0.07 * scale, 0.042 * scale]),
    ...shapeLimb([ankle, toe], [0.042 * scale, 0.026 * scale]),
  ];
}

function shapeArm(shoulder: Point, angles: Point): Path2D[] {
  const elbow = swing(shoulder, angles[0], 0.165);
  const hand = swing(elbow, angles[0] + angles[1], 0.16);
  return shapeLimb([shoulder, elbow, hand], [0.06, 0.046, 0.03]);
}

function shapeTorso(hip: Point, shoulder: Point, width: number): Path2D {
  const [hipX, hipY] = hip;
  const [topX, topY] = shoulder;
  const midX = (hipX + topX) / 2;
  const midY = (hipY + topY) / 2;
  return shapeBlob([
    [hipX - width * 0.42, hipY + 0.03],
    [midX - width * 0.3, midY + 0.02],
    [topX - width * 0.62, topY + 0.02],
    [topX - width * 0.36, topY - 0.05],
    [topX + width * 0.36, topY - 0.05],
    [topX + width * 0.62, topY + 0.02],
    [midX + width * 0.34, midY + 0.02],
    [hipX + width * 0.42, hipY + 0.03],
  ]);
}

function shapeBody(pose: BodyPose): Path2D[] {
  const shoulder: Point = [
    pose.hip[0] + Math.sin(pose.lean) * 0.29,
    pose.hip[1] - Math.cos(pose.lean) * 0.29,
  ];
  const neck: Point = [shoulder[0] + Math.sin(pose.lean + pose.headTilt) * 0.05, shoulder[1] - 0.055];
  const head: Point = [neck[0] + Math.sin(pose.lean + pose.headTilt) * 0.055, neck[1] - 0.058];
  return [
    ...shapeArm([shoulder[0] - 0.03, shoulder[1]], pose.arms[1]),
    ...shapeLeg([pose.hip[0] - 0.02, pose.hip[1]], pose.legs[1], 1),
    shapeTorso(pose.hip, shoulder, 0.17),
    ...shapeLeg([pose.hip[0] + 0.02, pose.hip[1]], pose.legs[0], 1),
    ...shapeLimb([shoulder, neck], [0.06, 0.052]),
    shapeOval(head[0], head[1], [0.052, 0.066], pose.headTilt * 0.5),
    ...shapeArm([shoulder[0] + 0.03, shoulder[1]], pose.arms[0]),
  ];
}

function walkPose(phase: number, stride: number): BodyPose {
  const step = Math.sin(phase);
  const lift = Math.cos(phase);
  return {
    hip: [0, -0.515 + 0.012 * Math.abs(step)],
    lean: 0.05,
    legs: [
      [step * stride, -Math.max(0, lift) * stride * 1.1 - 0.08],
      [-step * stride, -Math.max(0, -lift) * stride * 1.1 - 0.08],
    ],
    arms: [
      [-step * stride * 0.8, 0.25],
      [step * stride * 0.8, 0.25],
    ],
    headTilt: 0.05,
  };
}

/** A long coat that swings with the step. */
function shapeCoat(phase: number): Path2D {
  const sway = Math.sin(phase) * 0.022;
  return shapeBlob([
    [-0.085, -0.8],
    [0.085, -0.8],
    [0.1, -0.6],
    [0.085 + sway, -0.45],
    [0.13 + sway, -0.26],
    [-0.16 + sway, -0.24],
    [-0.09 + sway, -0.46],
    [-0.105, -0.62],
  ]);
}

/** A walker in a coat. */
export const drawPerson: Figure = (context, style, pose) => {
  const phase = pose.seconds * 4.4;
  const shapes = shapeBody(walkPose(phase, 0.42));
  if (pose.variety > 0.35) shapes.push(shapeCoat(phase));
  fillSilhouette(context, shapes, style);
};

/** A dancer: arms that draw circles, a lifted leg, a skirt that opens in the turn. */
export const drawDancer: Figure = (context, style, pose) => {
  const beat = pose.seconds * 1.5;
  const turn = Math.cos(beat);
  const raise = 0.5 + 0.5 * Math.sin(beat * 0.7);
  const body: BodyPose = {
    hip: [0, -0.55 - 0.015 * Math.abs(Math.sin(beat * 2))],
    lean: 0.1 * Math.sin(beat * 0.7),
    legs: [
      [0.12 + 0.95 * raise * Math.sin(beat * 0.5) ** 2, -0.18 - 0.5 * (1 - raise)],
      [-0.05 - 0.1 * Math.sin(beat), -0.03],
    ],
    arms: [
      [1.3 + 1.25 * Math.sin(beat * 0.7), 0.35 + 0.3 * Math.cos(beat * 1.1)],
      [-1.35 - 1.1 * Math.sin(beat * 0.7 + 0.9), -0.4 - 0.25 * Math.sin(beat)],
    ],
    headTilt: 0.22 * Math.sin(beat * 0.7 + 0.4),
  };
  const open = 0.17 + 0.11 * Math.abs(Math.sin(beat * 0.5));
  const flow = Math.sin(beat - 0.6) * 0.06;
  const skirt = shapeBlob([
    [-0.05, -0.68],
    [0.05, -0.68],
    [0.1, -0.53],
    [open + flow, -0.37],
    [open * 0.5 + flow, -0.31],
    [flow, -0.36],
    [-open * 0.5 + flow, -0.29],
    [-open * 1.1 + flow, -0.36],
    [-0.1, -0.53],
  ]);
  context.save();
  context.scale(0.72 + 0.28 * Math.abs(turn), 1);
  fillSilhouette(context, [...shapeBody(body), skirt], style);
  context.restore();
};

/** Two people hand in hand. */
export const drawCouple: Figure = (context, style, pose) => {
  const phase = pose.seconds * 3.4;
  const draw = (x: number, height: number, coat: boolean): void => {
    context.save();
    context.translate(x, 0);
    context.scale(height, height);
    const body = walkPose(phase + (coat ? 0.5 : 0), 0.3);
    const inner: Point = [x < 0 ? 0.35 : -0.35, x < 0 ? 0.15 : -0.15];
    const shapes = shapeBody({ ...body, arms: [inner, body.arms[1]] });
    if (coat) shapes.push(shapeCoat(phase));
    fillSilhouette(context, shapes, style);
    context.restore();
  };
  draw(-0.115, 0.93, true);
  draw(0.115, 1, false);
};

/** A few people standing and walking close together. */
export const drawCrowd: Figure = (context, style, pose) => {
  for (let member = 0; member < 7; member++) {
    const variety = (pose.variety * 7.3 + member * 0.377) % 1;
    context.save();
    context.translate((member - 3) * 0.24 + (variety - 0.5) * 0.16, (variety - 0.5) * 0.05);
    const height = 0.86 + variety * 0.2;
    context.scale(variety > 0.5 ? height : -height, height);
    drawPerson(context, style, { seconds: pose.seconds * (0.5 + variety * 0.4) + member, variety });
    context.restore();
  }
};

function paintVisor(context: SKRSContext2D, style: FigureStyle): void {
  const visor = context.createLinearGradient(-0.08, -0.97, 0.1, -0.8);
  visor.addColorStop(0, '#1a2238');
  visor.addColorStop(0.45, toCss(mixColors(style.accent, [255, 220, 170], 0.6)));
  visor.addColorStop(0.62, '#3a2c3c');
  visor.addColorStop(1, '#0c1020');
  context.fillStyle = visor;
  context.fill(shapeOval(0.024, -0.885, [0.078, 0.07]));
  context.fillStyle = 'rgba(255,255,255,0.55)';
  context.fill(shapeOval(0.052, -0.917, [0.016, 0.009], 0.5));
}

/** An astronaut afloat, drifting and slowly turning. */
export const drawAstronaut: Figure = (context, style, pose) => {
  const drift = pose.seconds * 0.7;
  const suit: FigureStyle = {
    ...style,
    body: mixColors(style.body, [206, 212, 224], 0.62),
    rim: mixColors(style.rim, [255, 255, 255], 0.6),
  };
  context.save();
  context.translate(0, -0.5);
  context.rotate(0.16 * Math.sin(drift * 0.6) - 0.12);
  context.translate(0, 0.5);
  const hip: Point = [0, -0.46];
  const pack = shapeBlob([
    [-0.2, -0.84],
    [-0.08, -0.86],
    [-0.07, -0.46],
    [-0.19, -0.45],
  ]);
  fillSilhouette(context, [pack], { ...suit, body: mixColors(style.body, [130, 138, 154], 0.5) });
  const limb = (from: Point, angles: Point, length: number, width: number): Path2D[] => {
    const joint = swing(from, angles[0], length);
    const end = swing(joint, angles[0] + angles[1], length * 0.92);
    return shapeLimb([from, joint, end], [width, width * 0.94, width * 0.84]);
  };
  fillSilhouette(context, limb([-0.05, hip[1]], [-0.3 + 0.1 * Math.sin(drift), -0.6], 0.2, 0.125), suit);
  fillSilhouette(context, limb([-0.1, -0.74], [-0.9 + 0.15 * Math.sin(drift * 0.8), 0.5], 0.165, 0.1), suit);
  fillSilhouette(
    context,
    [
      shapeBlob([
        [-0.13, -0.8],
        [0.13, -0.8],
        [0.14, -0.58],
        [0.1, -0.41],
        [-0.1, -0.41],
        [-0.14, -0.58],
      ]),
    ],
    suit,
  );
  fillSilhouette(context, limb([0.06, hip[1]], [0.35 + 0.12 * Math.sin(drift + 1), -0.85], 0.2, 0.13), suit);
  fillSilhouette(context, [shapeOval(0, -0.885, [0.122, 0.118])], suit);
  paintVisor(context, style);
  fillSilhouette(
    context,
    limb([0.11, -0.74], [1.1 + 0.2 * Math.sin(drift * 0.9 + 2), 0.6], 0.165, 0.105),
    suit,
  );
  context.fillStyle = toCss(style.accent, 0.95);
  context.fillRect(-0.06, -0.68, 0.12, 0.018);
  context.fillStyle = 'rgba(40,48,70,0.75)';
  context.fillRect(-0.065, -0.645, 0.13, 0.075);
  context.restore();
};

/** A walking robot with lit eyes. */
export const drawRobot: Figure = (context, style, pose) => {
  const phase = pose.seconds * 3;
  const step = Math.sin(phase);
  const box = (x: number, y: number, size: Point, radius: number): Path2D => {
    const shape = new Path2D();
    shape.roundRect(x - size[0] / 2, y - size[1] / 2, size[0], size[1], radius);
    return shape;
  };
  const leg = (x: number, angle: number, bend: number): Path2D[] => {
    const knee = swing([x, -0.42], angle, 0.2);
    const foot = swing(knee, angle - bend, 0.2);
    return [
      ...shapeLimb([[x, -0.42], knee, foot], [0.07, 0.085, 0.07]),
      box(foot[0] + 0.025, foot[1] + 0.01, [0.13, 0.045], 0.015),
    ];
  };
  const arm = (x: number, angle: number): Path2D[] => {
    const elbow = swing([x, -0.74], angle, 0.16);
    const hand = swing(elbow, angle + 0.4, 0.15);
    return [
      ...shapeLimb([[x, -0.74], elbow, hand], [0.075, 0.06, 0.055]),
      shapeOval(hand[0], hand[1], [0.035, 0.035]),
    ];
  };
  const shapes = [
    ...arm(-0.16, step * 0.4),
    ...leg(-0.06, -step * 0.35, Math.max(0, -Math.cos(phase)) * 0.5),
    box(0, -0.61, [0.26, 0.34], 0.05),
    box(0, -0.42, [0.18, 0.07], 0.03),
    ...leg(0.06, step * 0.35, Math.max(0, Math.cos(phase)) * 0.5),
    box(0, -0.8, [0.06, 0.06], 0.01),
    box(0.01, -0.895, [0.2, 0.15], 0.04),
    ...shapeLimb(
      [
        [0, -0.96],
        [0, -1.02],
      ],
      [0.012, 0.012],
    ),
    ...arm(0.16, -step * 0.4),
  ];
  fillSilhouette(context, shapes, style);
  context.save();
  context.globalCompositeOperation = 'lighter';
  context.fillStyle = toCss(style.accent);
  context.fill(shapeOval(0.035, -0.9, [0.02, 0.02]));
  context.fill(shapeOval(0.085, -0.9, [0.02, 0.02]));
  context.globalAlpha = 0.5 + 0.5 * Math.sin(pose.seconds * 3);
  context.fill(shapeOval(0, -1.03, [0.016, 0.016]));
  context.restore();
};
