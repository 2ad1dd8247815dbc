// What is in the air: birds, butterflies, dragons, balloons, rockets. Their middle lies half a unit above the origin.
import { Path2D } from '@napi-rs/canvas';
import { mixColors, scaleColor, toCss } from '../color.ts';
import { type Figure, fillSilhouette, type Point, shapeBlob, shapeLimb, shapeOval } from './figure.ts';

/** A bird about one unit from wing to wing, seen a little from the front. */
export const drawBird: Figure = (context, style, pose) => {
  const cycle = pose.seconds * (5.4 + pose.variety * 1.6) + pose.variety * 20;
  const glide = 0.45 + 0.55 * Math.max(0, Math.sin(pose.seconds * 0.6 + pose.variety * 9));
  const flap = Math.sin(cycle) * 0.3 * glide - 0.08;
  const wing = (side: number): Path2D => {
    const shape = new Path2D();
    const elbow: Point = [side * 0.22, -0.53 - flap * 0.55 - 0.07];
    const tip: Point = [side * 0.52, -0.5 - flap + Math.sin(cycle - 0.9) * 0.07];
    shape.moveTo(0.05, -0.52);
    shape.quadraticCurveTo(elbow[0] * 0.7, elbow[1] - 0.02, elbow[0], elbow[1]);
    shape.quadraticCurveTo((elbow[0] + tip[0]) / 2, elbow[1] - 0.01, tip[0], tip[1]);
    shape.quadraticCurveTo(elbow[0] * 1.1, elbow[1] + 0.09, elbow[0] * 0.7, elbow[1] + 0.11);
    shape.quadraticCurveTo(0.02, -0.45, -0.05, -0.47);
    shape.closePath();
    return shape;
  };
  const body = shapeBlob([
    [0.17, -0.51],
    [0.1, -0.545],
    [-0.05, -0.53],
    [-0.2, -0.49],
    [-0.19, -0.465],
    [-0.03, -0.465],
    [0.1, -0.475],
  ]);
  fillSilhouette(context, [wing(-1), body, wing(1)], style, 0.012);
};

/** A butterfly opening and closing its wings. */
export const drawButterfly: Figure = (context, style, pose) => {
  const open = 0.28 + 0.72 * Math.abs(Math.sin(pose.seconds * 4.2 + pose.variety * 11));
  context.save();
  context.translate(0, -0.5);
  context.rotate(-0.35 + 0.12 * Math.sin(pose.seconds * 1.3));
  for (const side of [-1, 1]) {
    context.save();
    context.scale(side * open, 1);
    const upper = shapeBlob([
      [0, -0.05],
      [0.12, -0.34],
      [0.44, -0.46],
      [0.5, -0.2],
      [0.26, 0.02],
      [0.02, 0.04],
    ]);
    const lower = shapeBlob([
      [0, 0],
      [0.26, 0.02],
      [0.38, 0.2],
      [0.24, 0.42],
      [0.08, 0.26],
    ]);
    const paint = context.createRadialGradient(0.06, 0, 0.02, 0.1, 0, 0.5);
    paint.addColorStop(0, toCss(mixColors(style.accent, [255, 255, 255], 0.45)));
    paint.addColorStop(0.62, toCss(style.accent));
    paint.addColorStop(0.86, toCss(scaleColor(style.accent, 0.5)));
    paint.addColorStop(1, toCss(style.body));
    context.fillStyle = paint;
    context.fill(lower);
    context.fill(upper);
    context.fillStyle = toCss(mixColors(style.accent, [255, 255, 255], 0.75), 0.7);
    context.fill(shapeOval(0.36, -0.3, [0.035, 0.05], 0.6));
    context.fill(shapeOval(0.25, 0.24, [0.03, 0.035]));
    context.restore();
  }
  fillSilhouette(
    context,
    shapeLimb(
      [
        [0, -0.16],
        [0, 0.02],
        [0, 0.26],
      ],
      [0.05, 0.055, 0.02],
    ),
    style,
    0.01,
  );
  context.strokeStyle = toCss(style.body);
  context.lineWidth = 0.012;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(0, -0.17);
    context.quadraticCurveTo(side * 0.03, -0.28, side * 0.1, -0.34);
    context.stroke();
  }
  context.restore();
};

function shapeDragonWing(side: number, flap: number): Path2D {
  const shape = new Path2D();
  const wrist: Point = [0.02 + side * 0.1, -0.72 - flap * 0.3];
  const tip: Point = [-0.34 + side * 0.12, -0.84 - flap * 0.72];
  shape.moveTo(0.14, -0.54);
  shape.quadraticCurveTo(0.12, wrist[1] + 0.04, wrist[0], wrist[1]);
  shape.quadraticCurveTo(-0.12, tip[1] - 0.03, tip[0], tip[1]);
  const ribs: Point[] = [
    [-0.38, -0.62 - flap * 0.5],
    [-0.34, -0.53 - flap * 0.24],
    [-0.22, -0.48],
  ];
  let previous = tip;
  for (const rib of ribs) {
    shape.quadraticCurveTo(
      (previous[0] + rib[0]) / 2 + 0.07,
      (previous[1] + rib[1]) / 2 + 0.02,
      rib[0],
      rib[1],
    );
    previous = rib;
  }
  shape.quadraticCurveTo(-0.06, -0.5, 0, -0.47);
  shape.closePath();
  return shape;
}

/** A dragon in flight, about one and a half units long. */
export const drawDragon: Figure = (context, style, pose) => {
  const cycle = pose.seconds * 2.6;
  const flap = Math.sin(cycle) * 0.55 + 0.1;
  const spine: Point[] = [];
  for (let joint = 0; joint <= 14; joint++) {
    const share = joint / 14;
    const wave = Math.sin(cycle * 0.5 - share * 5) * 0.07 * Math.abs(share - 0.32) * 2.4;
    spine.push([0.62 - share * 1.5, -0.52 + wave - Math.max(0, 0.3 - share) * 0.4 + share ** 3 * 0.1]);
  }
  const widths = spine.map((_, joint) => {
    const share = joint / 14;
    return 0.05 + 0.15 * Math.exp(-(((share - 0.36) / 0.17) ** 2)) - Math.max(0, share - 0.5) * 0.085;
  });
  const [headX, headY] = spine[0];
  const head = shapeBlob([
    [headX - 0.05, headY - 0.045],
    [headX + 0.05, headY - 0.05],
    [headX + 0.17, headY + 0.01],
    [headX + 0.16, headY + 0.035],
    [headX + 0.05, headY + 0.03],
    [headX + 0.1, headY + 0.06],
    [headX - 0.02, headY + 0.05],
  ]);
  const horns = [0, 0.03].flatMap((shift) =>
    shapeLimb(
      [
        [headX + shift - 0.01, headY - 0.03],
        [headX + shift - 0.09, headY - 0.09],
        [headX + shift - 0.17, headY - 0.1],
      ],
      [0.026, 0.018, 0.004],
    ),
  );
  const [tailX, tailY] = spine[14];
  const barb = shapeBlob([
    [tailX + 0.02, tailY],
    [tailX - 0.06, tailY - 0.05],
    [tailX - 0.14, tailY + 0.01],
    [tailX - 0.05, tailY + 0.05],
  ]);
  const legs = [0.16, -0.16].flatMap((x) =>
    shapeLimb(
      [
        [x, -0.5],
        [x - 0.07, -0.41],
        [x - 0.15, -0.39],
      ],
      [0.07, 0.045, 0.02],
    ),
  );
  const spikes = spine.slice(1, 13).map(([x, y], index) =>
    shapeBlob([
      [x + 0.02, y - widths[index + 1] * 0.35],
      [x - 0.03, y - widths[index + 1] * 0.5 - 0.045],
      [x - 0.025, y - widths[index + 1] * 0.3],
    ]),
  );
  fillSilhouette(context, [shapeDragonWing(0.6, flap * 0.9)], {
    ...style,
    body: mixColors(style.body, style.rim, 0.16),
  });
  fillSilhouette(
    context,
    [...spikes, ...shapeLimb(spine, widths), head, ...horns, barb, ...legs],
    style,
    0.01,
  );
  fillSilhouette(context, [shapeDragonWing(-0.3, flap)], style, 0.01);
  context.fillStyle = toCss(style.accent);
  context.fill(shapeOval(headX + 0.06, headY - 0.016, [0.012, 0.008]));
};

/** A hot-air balloon; its burner glows now and then. */
export const drawBalloon: Figure = (context, style, pose) => {
  context.save();
  context.rotate(0.03 * Math.sin(pose.seconds * 0.6 + pose.variety * 6));
  const envelope = new Path2D();
  envelope.moveTo(-0.055, -0.2);
  envelope.bezierCurveTo(-0.14, -0.36, -0.34, -0.44, -0.34, -0.66);
  envelope.bezierCurveTo(-0.34, -0.86, -0.18, -1, 0, -1);
  envelope.bezierCurveTo(0.18, -1, 0.34, -0.86, 0.34, -0.66);
  envelope.bezierCurveTo(0.34, -0.44, 0.14, -0.36, 0.055, -0.2);
  envelope.closePath();
  const base = mixColors(style.accent, style.body, 0.18);
  const pale = mixColors(mixColors(style.rim, [255, 244, 226], 0.6), style.body, 0.1);
  context.save();
  context.clip(envelope);
  for (let gore = 0; gore < 9; gore++) {
    const angle = (gore / 9) * Math.PI - Math.PI / 2;
    const from = Math.sin(angle) * 0.345;
    const to = Math.sin(angle + Math.PI / 9) * 0.345;
    context.fillStyle = toCss(gore % 2 === 0 ? base : pale);
    context.beginPath();
    context.moveTo(0, -1.01);
    context.bezierCurveTo(from * 1.25, -0.98, from * 1.2, -0.42, from * 0.16, -0.19);
    context.lineTo(to * 0.16, -0.19);
    context.bezierCurveTo(to * 1.2, -0.42, to * 1.25, -0.98, 0, -1.01);
    context.fill();
  }
  const shade = context.createLinearGradient(-0.36 * style.lightSide, -0.4, 0.34 * style.lightSide, -0.9);
  shade.addColorStop(0, toCss(style.body, 0.82));
  shade.addColorStop(0.55, toCss(style.body, 0.22));
  shade.addColorStop(0.85, toCss(style.rim, 0.1));
  shade.addColorStop(1, toCss(style.rim, 0.5));
  context.fillStyle = shade;
  context.fillRect(-0.4, -1.05, 0.8, 0.9);
  const fire = Math.max(0, Math.sin(pose.seconds * 1.7 + pose.variety * 5)) * (style.lampsOn ? 0.75 : 0.3);
  const glow = context.createRadialGradient(0, -0.26, 0.01, 0, -0.4, 0.42);
  glow.addColorStop(0, `rgba(255,210,120,${fire})`);
  glow.addColorStop(1, 'rgba(255,150,60,0)');
  context.fillStyle = glow;
  context.fillRect(-0.4, -1.05, 0.8, 0.9);
  context.restore();
  context.strokeStyle = toCss(style.body, 0.9);
  context.lineWidth = 0.005;
  for (const x of [-0.05, -0.02, 0.02, 0.05]) {
    context.beginPath();
    context.moveTo(x, -0.2);
    context.lineTo(x * 0.8, -0.085);
    context.stroke();
  }
  const basket = new Path2D();
  basket.roundRect(-0.05, -0.09, 0.1, 0.085, 0.016);
  fillSilhouette(
    context,
    [basket, shapeOval(-0.015, -0.11, [0.014, 0.02]), shapeOval(0.02, -0.108, [0.013, 0.019])],
    style,
    0.006,
  );
  context.restore();
};

/** A rocket climbing on its flame, nose up. */
export const drawRocket: Figure = (context, style, pose) => {
  const flicker = 0.9 + 0.1 * Math.sin(pose.seconds * 31) * Math.sin(pose.seconds * 17.3);
  context.save();
  context.globalCompositeOperation = 'lighter';
  for (const [width, length, color] of [
    [0.13, 0.52, 'rgba(255,120,40,0.34)'],
    [0.085, 0.38, 'rgba(255,190,90,0.6)'],
    [0.045, 0.24, 'rgba(255,250,225,0.95)'],
  ] as const) {
    const flame = context.createLinearGradient(0, -0.24, 0, -0.24 + length * flicker);
    flame.addColorStop(0, color);
    flame.addColorStop(1, 'rgba(255,90,30,0)');
    context.fillStyle = flame;
    context.beginPath();
    context.moveTo(-width * 0.6, -0.25);
    context.bezierCurveTo(-width * 1.3, -0.1, -width * 0.3, 0, 0, -0.25 + length * flicker);
    context.bezierCurveTo(width * 0.3, 0, width * 1.3, -0.1, width * 0.6, -0.25);
    context.fill();
  }
  context.restore();
  const hull = new Path2D();
  hull.moveTo(0, -1);
  hull.bezierCurveTo(0.1, -0.9, 0.125, -0.74, 0.115, -0.52);
  hull.lineTo(0.085, -0.28);
  hull.lineTo(-0.085, -0.28);
  hull.lineTo(-0.115, -0.52);
  hull.bezierCurveTo(-0.125, -0.74, -0.1, -0.9, 0, -1);
  const fin = (side: number): Path2D =>
    shapeBlob([
      [side * 0.07, -0.46],
      [side * 0.13, -0.44],
      [side * 0.24, -0.22],
      [side * 0.17, -0.25],
      [side * 0.07, -0.28],
    ]);
  const white = {
    ...style,
    body: mixColors(style.body, [190, 196, 210], 0.55),
    rim: mixColors(style.rim, [255, 255, 255], 0.5),
  };
  fillSilhouette(
    context,
    [fin(-1), fin(1)],
    { ...style, body: scaleColor(style.accent, 0.62), rim: style.accent },
    0.01,
  );
  fillSilhouette(context, [hull], white, 0.012);
  context.save();
  context.clip(hull);
  const curve = context.createLinearGradient(-0.12 * style.lightSide, 0, 0.12 * style.lightSide, 0);
  curve.addColorStop(0, toCss(style.body, 0.75));
  curve.addColorStop(0.5, toCss(style.body, 0.05));
  curve.addColorStop(0.8, 'rgba(255,255,255,0.4)');
  curve.addColorStop(1, 'rgba(255,255,255,0.1)');
  context.fillStyle = curve;
  context.fillRect(-0.2, -1, 0.4, 0.8);
  context.fillStyle = toCss(style.accent, 0.92);
  context.fillRect(-0.2, -0.46, 0.4, 0.035);
  context.beginPath();
  context.ellipse(0, -1, 0.13, 0.15, 0, 0, Math.PI * 2);
  context.fill();
  context.restore();
  context.fillStyle = toCss(scaleColor(style.body, 0.7));
  context.fill(shapeOval(0, -0.67, [0.048, 0.048]));
  context.fillStyle = 'rgba(150,215,255,0.95)';
  context.fill(shapeOval(0, -0.67, [0.036, 0.036]));
};
