// Things that people travel in and live in: cars, trains, boats, ships, houses, lighthouses, lone trees.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { createRandom } from '../../random.ts';
import { mixColors, type Rgb, scaleColor, toCss } from '../color.ts';
import { type Figure, type FigureStyle, fillSilhouette, shapeBlob, shapeLimb, shapeOval } from './figure.ts';

function fillWindow(context: SKRSContext2D, shape: Path2D, style: FigureStyle): void {
  context.fillStyle = style.lampsOn
    ? toCss([255, 214, 140], 0.95)
    : toCss(mixColors(style.rim, [150, 180, 205], 0.5), 0.75);
  context.fill(shape);
}

function shapeBox(x: number, y: number, width: number, height: number): Path2D {
  const box = new Path2D();
  box.roundRect(x, y, width, height, Math.min(width, height) * 0.16);
  return box;
}

function glowLamp(
  context: SKRSContext2D,
  x: number,
  y: number,
  lamp: { radius: number; color: Rgb; alpha: number },
): void {
  context.save();
  context.globalCompositeOperation = 'lighter';
  const glow = context.createRadialGradient(x, y, 0, x, y, lamp.radius);
  glow.addColorStop(0, toCss(mixColors(lamp.color, [255, 255, 255], 0.6), lamp.alpha));
  glow.addColorStop(0.2, toCss(lamp.color, lamp.alpha * 0.5));
  glow.addColorStop(1, toCss(lamp.color, 0));
  context.fillStyle = glow;
  context.fillRect(x - lamp.radius, y - lamp.radius, lamp.radius * 2, lamp.radius * 2);
  context.restore();
}

/** A car from the side, about three units long, wheels turning. */
export const drawCar: Figure = (context, style, pose) => {
  const body = new Path2D();
  body.moveTo(-1.48, -0.3);
  body.bezierCurveTo(-1.52, -0.58, -1.4, -0.66, -1.16, -0.69);
  body.bezierCurveTo(-0.82, -0.98, -0.5, -1, -0.1, -1);
  body.bezierCurveTo(0.26, -1, 0.48, -0.86, 0.72, -0.67);
  body.bezierCurveTo(1.1, -0.63, 1.42, -0.58, 1.47, -0.42);
  body.bezierCurveTo(1.5, -0.3, 1.49, -0.22, 1.42, -0.2);
  body.lineTo(-1.4, -0.2);
  body.closePath();
  const paint = {
    ...style,
    body: mixColors(style.body, style.accent, 0.34),
    rim: mixColors(style.rim, style.accent, 0.25),
  };
  fillSilhouette(context, [body], paint, 0.02);
  const glass = new Path2D();
  glass.moveTo(-1.0, -0.68);
  glass.bezierCurveTo(-0.76, -0.9, -0.5, -0.93, -0.14, -0.93);
  glass.bezierCurveTo(0.16, -0.93, 0.36, -0.82, 0.56, -0.67);
  glass.closePath();
  const shine = context.createLinearGradient(-1, -0.95, 0.5, -0.6);
  shine.addColorStop(0, toCss(mixColors(style.rim, [140, 170, 200], 0.5), 0.85));
  shine.addColorStop(1, toCss(scaleColor(style.body, 0.8), 0.95));
  context.fillStyle = shine;
  context.fill(glass);
  context.fillStyle = toCss(paint.body);
  context.fillRect(-0.22, -0.94, 0.055, 0.3);
  context.strokeStyle = toCss(style.body, 0.6);
  context.lineWidth = 0.014;
  context.beginPath();
  context.moveTo(-0.2, -0.64);
  context.lineTo(-0.23, -0.26);
  context.moveTo(0.5, -0.64);
  context.lineTo(0.46, -0.28);
  context.stroke();
  context.strokeStyle = toCss(style.rim, 0.5);
  context.beginPath();
  context.moveTo(-1.42, -0.52);
  context.quadraticCurveTo(0, -0.6, 1.36, -0.5);
  context.stroke();
  for (const x of [-0.9, 0.92]) {
    context.fillStyle = toCss(scaleColor(style.body, 0.5));
    context.fill(shapeOval(x, -0.22, [0.23, 0.23]));
    context.fillStyle = toCss(mixColors(style.rim, [150, 155, 165], 0.6));
    context.fill(shapeOval(x, -0.22, [0.13, 0.13]));
    context.strokeStyle = toCss(scaleColor(style.body, 0.6));
    context.lineWidth = 0.03;
    for (let spoke = 0; spoke < 5; spoke++) {
      const angle = pose.seconds * 9 + (spoke * Math.PI * 2) / 5;
      context.beginPath();
      context.moveTo(x, -0.22);
      context.lineTo(x + Math.cos(angle) * 0.125, -0.22 + Math.sin(angle) * 0.125);
      context.stroke();
    }
  }
  const power = style.lampsOn ? 1 : 0.35;
  glowLamp(context, 1.42, -0.44, { radius: 0.5, color: [255, 236, 190], alpha: power });
  glowLamp(context, -1.45, -0.48, { radius: 0.3, color: [255, 50, 40], alpha: power * 0.9 });
};

/** A locomotive with four carriages, about twelve units long. */
export const drawTrain: Figure = (context, style) => {
  const carriages: Path2D[] = [];
  for (let carriage = 0; carriage < 4; carriage++)
    carriages.push(shapeBox(-6.2 + carriage * 2.22, -0.92, 2.12, 0.74));
  const nose = new Path2D();
  nose.moveTo(2.7, -0.18);
  nose.lineTo(2.7, -0.95);
  nose.lineTo(4.5, -0.95);
  nose.bezierCurveTo(5.2, -0.92, 5.6, -0.5, 5.72, -0.18);
  nose.closePath();
  fillSilhouette(context, [...carriages, nose, shapeBox(-6.1, -0.24, 11.6, 0.1)], style, 0.02);
  context.fillStyle = toCss(style.accent, 0.75);
  context.fillRect(-6.2, -0.4, 11.7, 0.05);
  for (let carriage = 0; carriage < 4; carriage++) {
    for (let pane = 0; pane < 6; pane++)
      fillWindow(context, shapeBox(-6.08 + carriage * 2.22 + pane * 0.335, -0.78, 0.24, 0.24), style);
  }
  for (let pane = 0; pane < 5; pane++)
    fillWindow(context, shapeBox(2.85 + pane * 0.335, -0.78, 0.24, 0.24), style);
  fillWindow(
    context,
    shapeBlob([
      [4.72, -0.82],
      [5.0, -0.82],
      [5.36, -0.52],
      [4.76, -0.52],
    ]),
    style,
  );
  const wheels: Path2D[] = [];
  for (let wheel = 0; wheel < 20; wheel++)
    wheels.push(shapeOval(-5.9 + wheel * 0.575, -0.085, [0.085, 0.085]));
  context.fillStyle = toCss(scaleColor(style.body, 0.6));
  for (const wheel of wheels) context.fill(wheel);
  glowLamp(context, 5.56, -0.34, { radius: 0.9, color: [255, 236, 190], alpha: style.lampsOn ? 1 : 0.4 });
};

/** A small sailing boat. */
export const drawBoat: Figure = (context, style, pose) => {
  context.save();
  context.rotate(0.035 * Math.sin(pose.seconds * 1.1 + pose.variety * 7));
  const fill = 0.02 * Math.sin(pose.seconds * 0.9);
  const main = new Path2D();
  main.moveTo(0.01, -1);
  main.bezierCurveTo(-0.16 - fill, -0.7, -0.3 - fill, -0.4, -0.36, -0.2);
  main.quadraticCurveTo(-0.16, -0.17, 0.012, -0.18);
  main.closePath();
  const jib = new Path2D();
  jib.moveTo(0.04, -0.9);
  jib.bezierCurveTo(0.14 + fill, -0.6, 0.26 + fill, -0.38, 0.37, -0.17);
  jib.quadraticCurveTo(0.18, -0.2, 0.045, -0.2);
  jib.closePath();
  const cloth = mixColors(style.rim, [255, 246, 230], 0.55);
  const shade = context.createLinearGradient(-0.3 * style.lightSide, 0, 0.3 * style.lightSide, 0);
  shade.addColorStop(0, toCss(mixColors(cloth, style.body, 0.58)));
  shade.addColorStop(1, toCss(mixColors(cloth, style.body, 0.06)));
  context.fillStyle = shade;
  context.fill(main);
  context.fill(jib);
  context.fillStyle = toCss(style.accent, 0.8);
  context.save();
  context.clip(main);
  context.fillRect(-0.4, -0.34, 0.42, 0.05);
  context.restore();
  const hull = new Path2D();
  hull.moveTo(-0.4, -0.135);
  hull.quadraticCurveTo(0, -0.085, 0.46, -0.155);
  hull.bezierCurveTo(0.38, -0.02, 0.28, 0.02, 0.1, 0.025);
  hull.lineTo(-0.26, 0.025);
  hull.quadraticCurveTo(-0.38, 0, -0.4, -0.135);
  fillSilhouette(
    context,
    [
      hull,
      ...shapeLimb(
        [
          [0.025, -1.02],
          [0.025, -0.1],
        ],
        [0.012, 0.018],
      ),
    ],
    style,
    0.01,
  );
  if (style.lampsOn) glowLamp(context, 0.03, -1.0, { radius: 0.14, color: [255, 220, 150], alpha: 0.9 });
  context.restore();
};

/** A steamer, about three units long. */
export const drawShip: Figure = (context, style, pose) => {
  context.save();
  context.rotate(0.008 * Math.sin(pose.seconds * 0.7));
  const hull = new Path2D();
  hull.moveTo(-1.5, -0.36);
  hull.lineTo(1.62, -0.42);
  hull.bezierCurveTo(1.5, -0.2, 1.42, -0.06, 1.34, 0.02);
  hull.lineTo(-1.36, 0.02);
  hull.quadraticCurveTo(-1.5, -0.12, -1.5, -0.36);
  const decks = [
    shapeBox(-1.2, -0.5, 2.2, 0.16),
    shapeBox(-1.02, -0.63, 1.8, 0.15),
    shapeBox(0.3, -0.75, 0.36, 0.14),
  ];
  const funnels = [-0.62, -0.16].map((x) => {
    const funnel = new Path2D();
    funnel.moveTo(x - 0.1, -0.6);
    funnel.lineTo(x - 0.13, -0.95);
    funnel.lineTo(x + 0.05, -0.97);
    funnel.lineTo(x + 0.08, -0.6);
    funnel.closePath();
    return funnel;
  });
  const masts = [
    ...shapeLimb(
      [
        [1.05, -0.4],
        [1.02, -1],
      ],
      [0.02, 0.01],
    ),
    ...shapeLimb(
      [
        [-1.2, -0.4],
        [-1.22, -0.86],
      ],
      [0.02, 0.01],
    ),
  ];
  for (let puff = 0; puff < 9; puff++) {
    const age = (pose.seconds * 0.16 + puff / 9) % 1;
    context.fillStyle = toCss(mixColors(style.body, style.rim, 0.4), 0.22 * (1 - age));
    context.fill(
      shapeOval(-0.4 - age * 1.3, -1.02 - age * 0.34 - 0.03 * Math.sin(puff * 2.1), [
        0.06 + age * 0.2,
        0.05 + age * 0.13,
      ]),
    );
  }
  fillSilhouette(context, [...funnels], { ...style, body: mixColors(style.body, style.accent, 0.5) }, 0.014);
  fillSilhouette(
    context,
    [...decks, ...masts],
    { ...style, body: mixColors(style.body, style.rim, 0.34) },
    0.012,
  );
  fillSilhouette(context, [hull], style, 0.014);
  for (let port = 0; port < 17; port++) {
    fillWindow(context, shapeBox(-1.1 + port * 0.12, -0.46, 0.05, 0.05), style);
    if (port < 14) fillWindow(context, shapeBox(-0.94 + port * 0.12, -0.59, 0.05, 0.05), style);
  }
  context.restore();
};

/** A cottage with a smoking chimney. */
export const drawHouse: Figure = (context, style, pose) => {
  for (let puff = 0; puff < 8; puff++) {
    const age = (pose.seconds * 0.14 + puff / 8) % 1;
    context.fillStyle = toCss(mixColors(style.body, style.rim, 0.65), 0.26 * Math.sin(age * Math.PI));
    const x = 0.27 + age * 0.22 + Math.sin(age * 7 + puff) * 0.02;
    context.fill(shapeOval(x, -1 - age * 0.46, [0.03 + age * 0.085, 0.026 + age * 0.07]));
  }
  const wall = shapeBox(-0.5, -0.52, 1, 0.53);
  const roof = new Path2D();
  roof.moveTo(-0.62, -0.47);
  roof.quadraticCurveTo(-0.3, -0.7, 0, -0.98);
  roof.quadraticCurveTo(0.3, -0.7, 0.62, -0.47);
  roof.closePath();
  fillSilhouette(context, [shapeBox(0.22, -1, 0.11, 0.3)], style, 0.012);
  fillSilhouette(context, [wall], { ...style, body: mixColors(style.body, [104, 72, 52], 0.3) }, 0.012);
  fillSilhouette(context, [roof], style, 0.016);
  fillWindow(context, shapeBox(-0.36, -0.38, 0.2, 0.19), style);
  fillWindow(context, shapeBox(0.18, -0.38, 0.2, 0.19), style);
  fillWindow(context, shapeOval(0, -0.67, [0.06, 0.07]), style);
  context.fillStyle = toCss(scaleColor(style.body, 0.65));
  context.fill(shapeBox(-0.075, -0.36, 0.16, 0.37));
  context.fillRect(-0.268, -0.38, 0.016, 0.19);
  context.fillRect(0.272, -0.38, 0.016, 0.19);
  if (style.lampsOn) glowLamp(context, 0, -0.3, { radius: 0.7, color: [255, 170, 80], alpha: 0.26 });
};

/** A lighthouse; by night its beams sweep round. */
export const drawLighthouse: Figure = (context, style, pose) => {
  const angle = pose.seconds * 0.8 + pose.variety * 6;
  if (style.lampsOn) {
    for (const turn of [0, Math.PI]) {
      const across = Math.cos(angle + turn);
      const towards = 0.5 + 0.5 * Math.sin(angle + turn);
      const reach = 3.4 * across;
      context.save();
      context.globalCompositeOperation = 'lighter';
      const beam = context.createLinearGradient(0, 0, reach || 0.01, 0);
      beam.addColorStop(0, toCss([255, 236, 190], 0.4 + 0.3 * towards));
      beam.addColorStop(1, toCss([255, 236, 190], 0));
      context.fillStyle = beam;
      context.beginPath();
      context.moveTo(0, -0.905);
      context.lineTo(reach, -0.98 - 0.18 * towards);
      context.lineTo(reach, -0.83 + 0.18 * towards);
      context.fill();
      context.restore();
    }
  }
  const tower = new Path2D();
  tower.moveTo(-0.13, 0.01);
  tower.quadraticCurveTo(-0.085, -0.4, -0.075, -0.84);
  tower.lineTo(0.075, -0.84);
  tower.quadraticCurveTo(0.085, -0.4, 0.13, 0.01);
  tower.closePath();
  const pale = { ...style, body: mixColors(style.body, [226, 222, 214], 0.42) };
  fillSilhouette(context, [tower], pale, 0.012);
  context.save();
  context.clip(tower);
  context.fillStyle = toCss(mixColors(style.accent, style.body, 0.35), 0.92);
  for (const y of [-0.76, -0.5, -0.24]) context.fillRect(-0.2, y, 0.4, 0.12);
  const curve = context.createLinearGradient(-0.13 * style.lightSide, 0, 0.13 * style.lightSide, 0);
  curve.addColorStop(0, toCss(style.body, 0.7));
  curve.addColorStop(0.65, toCss(style.body, 0.05));
  curve.addColorStop(1, toCss(style.rim, 0.35));
  context.fillStyle = curve;
  context.fillRect(-0.2, -1, 0.4, 1.1);
  context.restore();
  fillSilhouette(
    context,
    [
      shapeBox(-0.105, -0.86, 0.21, 0.025),
      shapeBlob([
        [-0.075, -0.95],
        [0, -1.04],
        [0.075, -0.95],
      ]),
    ],
    style,
    0.008,
  );
  fillWindow(context, shapeBox(-0.052, -0.945, 0.104, 0.085), style);
  if (style.lampsOn)
    glowLamp(context, 0, -0.905, {
      radius: 0.34,
      color: [255, 230, 170],
      alpha: 0.75 + 0.25 * Math.abs(Math.sin(angle)),
    });
};

/** A lone broad tree whose crown moves in the air. */
export const drawTree: Figure = (context, style, pose) => {
  const random = createRandom(Math.floor(pose.variety * 1e6) + 5);
  const trunk = shapeLimb(
    [
      [0, 0.02],
      [0.015, -0.2],
      [-0.01, -0.42],
      [0.02, -0.6],
    ],
    [0.12, 0.075, 0.06, 0.035],
  );
  const boughs = [-1, 1].flatMap((side) =>
    shapeLimb(
      [
        [0, -0.38],
        [side * 0.12, -0.52],
        [side * 0.22, -0.64],
      ],
      [0.045, 0.03, 0.014],
    ),
  );
  fillSilhouette(context, [...trunk, ...boughs], style, 0.01);
  const clumps = Array.from({ length: 90 }, () => {
    const angle = random() * Math.PI * 2;
    const reach = random() ** 0.55;
    return {
      x: Math.cos(angle) * reach * 0.36,
      y: -0.69 + Math.sin(angle) * reach * 0.26,
      size: 0.028 + random() * 0.045,
    };
  }).sort((first, second) => second.y - first.y);
  const sway = Math.sin(pose.seconds * 0.9 + pose.variety * 8) * 0.012;
  for (const clump of clumps) {
    const height = Math.min(1, Math.max(0, (-clump.y - 0.42) * 1.7));
    const lit = Math.min(1, Math.max(0, 0.2 + height * 0.4 + clump.x * style.lightSide * 0.9));
    context.fillStyle = toCss(mixColors(style.body, mixColors(style.rim, style.body, 0.25), lit * 0.7));
    context.fill(
      shapeOval(clump.x + sway * (0.4 + height), clump.y, [clump.size, clump.size * 0.78], clump.x * 3),
    );
  }
};
