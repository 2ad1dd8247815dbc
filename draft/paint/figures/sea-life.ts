// What lives in water: fish, whales, jellyfish. Their middle lies half a unit above the origin.
import { Path2D } from '@napi-rs/canvas';
import { mixColors, scaleColor, toCss } from '../color.ts';
import { type Figure, type FigureStyle, fillSilhouette, type Point, shapeBlob } from './figure.ts';

/** A fish about one unit long, its tail beating. */
export const drawFish: Figure = (context, style, pose) => {
  const beat = Math.sin(pose.seconds * 7 + pose.variety * 20);
  const tail = beat * 0.07;
  const slim = 0.8 + pose.variety * 0.4;
  const body = new Path2D();
  body.moveTo(0.5, -0.5);
  body.bezierCurveTo(0.34, -0.5 - 0.2 * slim, -0.02, -0.5 - 0.21 * slim, -0.32, -0.53 + tail * 0.5);
  body.lineTo(-0.36, -0.5 + tail * 0.6);
  body.lineTo(-0.32, -0.47 + tail * 0.5);
  body.bezierCurveTo(-0.02, -0.5 + 0.2 * slim, 0.34, -0.5 + 0.17 * slim, 0.5, -0.5);
  const fin = new Path2D();
  fin.moveTo(-0.3, -0.5 + tail * 0.5);
  fin.quadraticCurveTo(-0.42, -0.58 + tail, -0.56, -0.66 + tail * 1.7);
  fin.quadraticCurveTo(-0.48, -0.5 + tail * 1.3, -0.56, -0.35 + tail * 1.7);
  fin.quadraticCurveTo(-0.42, -0.43 + tail, -0.3, -0.5 + tail * 0.5);
  const back = shapeBlob([
    [0.16, -0.5 - 0.12 * slim],
    [0.02, -0.5 - 0.3 * slim],
    [-0.16, -0.5 - 0.24 * slim],
    [-0.14, -0.5 - 0.1 * slim],
  ]);
  fillSilhouette(context, [fin, back], { ...style, rim: scaleColor(style.rim, 0.8) }, 0.014);
  fillSilhouette(context, [body], style, 0.02);
  const sheen = context.createLinearGradient(0, -0.5 - 0.18 * slim, 0, -0.5 + 0.16 * slim);
  sheen.addColorStop(0, toCss(style.body, 0));
  sheen.addColorStop(0.5, toCss(style.accent, 0.55));
  sheen.addColorStop(1, toCss(mixColors(style.accent, [255, 255, 255], 0.5), 0.5));
  context.fillStyle = sheen;
  context.fill(body);
  context.fillStyle = 'rgba(6,10,20,0.9)';
  context.beginPath();
  context.arc(0.36, -0.525, 0.024, 0, Math.PI * 2);
  context.fill();
};

/** A whale about two units long, beating its flukes slowly. */
export const drawWhale: Figure = (context, style, pose) => {
  const beat = Math.sin(pose.seconds * 1.1);
  const flukeY = -0.52 + beat * 0.12;
  const body = new Path2D();
  body.moveTo(1, -0.47);
  body.bezierCurveTo(0.96, -0.66, 0.62, -0.74, 0.24, -0.72);
  body.bezierCurveTo(-0.2, -0.7, -0.56, -0.62, -0.92, flukeY - 0.035);
  body.lineTo(-0.94, flukeY + 0.035);
  body.bezierCurveTo(-0.58, -0.4, -0.2, -0.26, 0.3, -0.25);
  body.bezierCurveTo(0.72, -0.24, 1.02, -0.32, 1, -0.47);
  const fluke = (side: number): Path2D => {
    const shape = new Path2D();
    const lift = side * (0.1 + 0.05 * beat);
    shape.moveTo(-0.86, flukeY);
    shape.quadraticCurveTo(-1, flukeY - lift * 0.5, -1.2, flukeY - lift - beat * 0.09);
    shape.quadraticCurveTo(-1.08, flukeY - lift * 0.2, -1.0, flukeY + 0.02);
    shape.closePath();
    return shape;
  };
  const flipper = shapeBlob([
    [0.46, -0.34],
    [0.3, -0.32],
    [0.1, -0.1 + beat * 0.05],
    [0.06, -0.02 + beat * 0.07],
    [0.22, -0.1 + beat * 0.04],
  ]);
  const back = shapeBlob([
    [-0.28, -0.64],
    [-0.4, -0.74],
    [-0.46, -0.62],
  ]);
  fillSilhouette(context, [fluke(1), fluke(-1), back], style, 0.012);
  fillSilhouette(context, [body], style, 0.014);
  context.save();
  context.clip(body);
  const belly = context.createLinearGradient(0, -0.44, 0, -0.24);
  belly.addColorStop(0, toCss(style.rim, 0));
  belly.addColorStop(1, toCss(mixColors(style.rim, [230, 240, 245], 0.4), 0.5));
  context.fillStyle = belly;
  context.fillRect(-1.2, -0.5, 2.4, 0.4);
  context.strokeStyle = toCss(style.body, 0.5);
  context.lineWidth = 0.007;
  for (let groove = 0; groove < 7; groove++) {
    context.beginPath();
    context.moveTo(0.96 - groove * 0.02, -0.42 + groove * 0.024);
    context.quadraticCurveTo(0.5, -0.36 + groove * 0.026, 0.12, -0.38 + groove * 0.022);
    context.stroke();
  }
  context.restore();
  fillSilhouette(context, [flipper], style, 0.01);
  context.fillStyle = 'rgba(4,8,16,0.95)';
  context.beginPath();
  context.arc(0.7, -0.47, 0.014, 0, Math.PI * 2);
  context.fill();
};

function strokeTentacle(context: Parameters<Figure>[0], root: Point, length: number, phase: number): void {
  context.beginPath();
  context.moveTo(root[0], root[1]);
  const sway = (share: number): number =>
    Math.sin(phase - share * 3.4) * 0.055 * share + root[0] * 0.2 * share;
  context.bezierCurveTo(
    root[0] + sway(0.3) * 1.6,
    root[1] + length * 0.33,
    root[0] + sway(0.7) * 1.6,
    root[1] + length * 0.66,
    root[0] + sway(1) * 1.4,
    root[1] + length,
  );
  context.stroke();
}

/** A glowing jellyfish that opens and closes its bell. */
export const drawJellyfish: Figure = (context, style: FigureStyle, pose) => {
  const pulse = 0.5 + 0.5 * Math.sin(pose.seconds * 2 + pose.variety * 9);
  const half = 0.21 + 0.045 * pulse;
  const top = -0.98 + 0.03 * pulse;
  const lip = -0.66 - 0.02 * pulse;
  const glow = mixColors(style.accent, [255, 255, 255], 0.35);
  context.save();
  context.globalCompositeOperation = 'lighter';
  context.lineCap = 'round';
  for (let arm = 0; arm < 12; arm++) {
    const share = arm / 11 - 0.5;
    context.strokeStyle = toCss(glow, 0.3);
    context.lineWidth = 0.008;
    strokeTentacle(
      context,
      [share * half * 1.8, lip],
      0.5 + 0.16 * Math.cos(arm * 2.4),
      pose.seconds * 1.5 + arm * 0.7,
    );
  }
  for (let arm = 0; arm < 4; arm++) {
    context.strokeStyle = toCss(style.accent, 0.34);
    context.lineWidth = 0.034 - arm * 0.004;
    strokeTentacle(context, [(arm - 1.5) * 0.05, lip - 0.04], 0.36, pose.seconds * 1.3 + arm * 1.7);
  }
  const bell = new Path2D();
  bell.moveTo(-half, lip);
  bell.bezierCurveTo(-half * 1.12, top + 0.06, -half * 0.6, top, 0, top);
  bell.bezierCurveTo(half * 0.6, top, half * 1.12, top + 0.06, half, lip);
  for (let scallop = 0; scallop < 6; scallop++) {
    const from = half - (scallop * half) / 3;
    bell.quadraticCurveTo(from - half / 6, lip + 0.032, from - half / 3, lip);
  }
  const fill = context.createRadialGradient(0, top + 0.16, 0.02, 0, top + 0.18, half * 1.3);
  fill.addColorStop(0, toCss(glow, 0.75));
  fill.addColorStop(0.45, toCss(style.accent, 0.42));
  fill.addColorStop(0.86, toCss(style.accent, 0.26));
  fill.addColorStop(1, toCss(glow, 0.6));
  context.fillStyle = fill;
  context.fill(bell);
  context.strokeStyle = toCss(glow, 0.5);
  context.lineWidth = 0.008;
  context.stroke(bell);
  context.strokeStyle = toCss(glow, 0.16);
  for (let rib = -3; rib <= 3; rib++) {
    context.beginPath();
    context.moveTo(0, top + 0.02);
    context.quadraticCurveTo(rib * half * 0.36, top + 0.08, (rib * half) / 3.4, lip);
    context.stroke();
  }
  context.restore();
};
