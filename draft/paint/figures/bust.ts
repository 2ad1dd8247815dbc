// Head and shoulders of an invented person, from the front, as an illustrator paints them: flat forms with soft light.
// Drawn once onto layers, which the portrait then moves a little; no real face was measured.
import { type Canvas, Path2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, scaleColor, toCss } from '../color.ts';
import { createLayer } from '../field.ts';
import { type Brush, type BustLight, dab, fillForm, lit, type Sitter } from './bust-brush.ts';
import { drawBackHair, drawFrontHair } from './bust-hair.ts';
import { shapeOval } from './figure.ts';

function shapeFace({ isChild, isWoman }: Sitter): Path2D {
  const jaw = isChild ? 0.125 : isWoman ? 0.108 : 0.13;
  const chin = isChild ? -0.455 : isWoman ? -0.44 : -0.432;
  const face = new Path2D();
  face.moveTo(-0.162, -0.72);
  face.bezierCurveTo(-0.17, -0.88, -0.09, -0.955, 0, -0.955);
  face.bezierCurveTo(0.09, -0.955, 0.17, -0.88, 0.162, -0.72);
  face.bezierCurveTo(0.162, -0.62, jaw + 0.03, -0.545, jaw - 0.02, -0.495);
  face.bezierCurveTo(0.06, chin + 0.012, 0.035, chin, 0, chin);
  face.bezierCurveTo(-0.035, chin, -0.06, chin + 0.012, -jaw + 0.02, -0.495);
  face.bezierCurveTo(-jaw - 0.03, -0.545, -0.162, -0.62, -0.162, -0.72);
  face.closePath();
  return face;
}

function drawTorso(brush: Brush): void {
  const { context, sitter, light } = brush;
  const wide = sitter.isChild ? 0.36 : sitter.isWoman ? 0.43 : 0.52;
  const neck = sitter.isChild ? 0.06 : sitter.isWoman ? 0.066 : 0.09;
  const throat = new Path2D();
  throat.moveTo(-neck, -0.54);
  throat.bezierCurveTo(-neck, -0.4, -neck * 1.2, -0.34, -neck * 2.3, -0.31);
  throat.lineTo(0, -0.2);
  throat.lineTo(neck * 2.3, -0.31);
  throat.bezierCurveTo(neck * 1.2, -0.34, neck, -0.4, neck, -0.54);
  throat.closePath();
  fillForm(brush, throat, scaleColor(sitter.skin, 0.92), { from: -neck * 1.6, to: neck * 1.6 });
  context.save();
  context.clip(throat);
  dab(
    brush,
    shapeOval(-0.015 * light.side, -0.44, [0.12, 0.07]),
    toCss(lit(brush, scaleColor(sitter.skin, 0.42), 0.3), 0.8),
    0.02,
  );
  context.restore();
  const torso = new Path2D();
  torso.moveTo(-wide - 0.08, 0.1);
  torso.bezierCurveTo(-wide - 0.04, -0.14, -wide + 0.02, -0.23, -wide * 0.55, -0.28);
  torso.bezierCurveTo(-0.16, -0.32, -0.13, -0.335, -0.11, -0.35);
  torso.bezierCurveTo(-0.09, -0.24, -0.03, -0.2, 0, -0.2);
  torso.bezierCurveTo(0.03, -0.2, 0.09, -0.24, 0.11, -0.35);
  torso.bezierCurveTo(0.13, -0.335, 0.16, -0.32, wide * 0.55, -0.28);
  torso.bezierCurveTo(wide - 0.02, -0.23, wide + 0.04, -0.14, wide + 0.08, 0.1);
  torso.closePath();
  fillForm(brush, torso, sitter.clothes, { from: -wide, to: wide });
  context.save();
  context.clip(torso);
  context.strokeStyle = toCss(lit(brush, scaleColor(sitter.clothes, 0.6), 0.3), 0.5);
  context.lineWidth = 0.008;
  for (const [from, to] of [
    [-0.3, -0.22],
    [-0.2, -0.1],
    [0.22, 0.12],
    [0.34, 0.26],
  ]) {
    context.beginPath();
    context.moveTo(from, 0.1);
    context.quadraticCurveTo((from + to) / 2, -0.08, to * 1.1, -0.2);
    context.stroke();
  }
  context.strokeStyle = toCss(lit(brush, mixColors(sitter.clothes, [255, 255, 255], 0.2), 0.7));
  context.lineWidth = 0.022;
  context.beginPath();
  context.moveTo(-0.11, -0.35);
  context.bezierCurveTo(-0.09, -0.24, -0.03, -0.2, 0, -0.2);
  context.bezierCurveTo(0.03, -0.2, 0.09, -0.24, 0.11, -0.35);
  context.stroke();
  context.restore();
}

function drawEye(brush: Brush, side: number): void {
  const { context, sitter } = brush;
  const size = sitter.isChild ? 1.2 : 1;
  context.save();
  context.translate(side * 0.071, -0.687);
  context.scale(side * size, size);
  const white = new Path2D();
  white.moveTo(-0.036, 0.004);
  white.bezierCurveTo(-0.02, -0.022, 0.016, -0.025, 0.038, -0.004);
  white.bezierCurveTo(0.02, 0.018, -0.016, 0.02, -0.036, 0.004);
  context.fillStyle = toCss(lit(brush, [242, 236, 230], 0.7));
  context.fill(white);
  context.save();
  context.clip(white);
  const iris = context.createRadialGradient(0, -0.002, 0.003, 0, -0.002, 0.018);
  iris.addColorStop(0, toCss(mixColors(sitter.iris, [255, 230, 180], 0.25)));
  iris.addColorStop(0.75, toCss(sitter.iris));
  iris.addColorStop(1, toCss(scaleColor(sitter.iris, 0.35)));
  context.fillStyle = iris;
  context.fill(shapeOval(0, -0.002, [0.018, 0.018]));
  context.fillStyle = '#120d0c';
  context.fill(shapeOval(0, -0.002, [0.0085, 0.0085]));
  context.fillStyle = 'rgba(40,20,18,0.35)';
  context.fill(shapeOval(0, -0.021, [0.045, 0.012]));
  context.fillStyle = 'rgba(255,255,255,0.95)';
  context.fill(shapeOval(0.006, -0.009, [0.0045, 0.0045]));
  context.restore();
  context.strokeStyle = toCss(scaleColor(sitter.hair, sitter.isWoman ? 0.3 : 0.45), 0.95);
  context.lineWidth = sitter.isWoman ? 0.0085 : 0.0055;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(-0.037, 0.004);
  context.bezierCurveTo(-0.02, -0.023, 0.016, -0.026, 0.041, -0.007);
  context.stroke();
  context.strokeStyle = toCss(lit(brush, scaleColor(sitter.skin, 0.62), 0.4), 0.7);
  context.lineWidth = 0.004;
  context.beginPath();
  context.moveTo(-0.033, -0.018);
  context.bezierCurveTo(-0.014, -0.04, 0.018, -0.042, 0.042, -0.02);
  context.stroke();
  context.strokeStyle = toCss(scaleColor(sitter.hair, 0.75), 0.85);
  context.lineWidth = sitter.isWoman || sitter.isChild ? 0.011 : 0.017;
  context.beginPath();
  context.moveTo(-0.04, -0.05);
  context.quadraticCurveTo(0.004, -0.075, 0.05, -0.05);
  context.stroke();
  context.restore();
}

function drawNoseAndMouth(brush: Brush): void {
  const { context, sitter, light } = brush;
  const shadow = toCss(lit(brush, scaleColor(sitter.skin, 0.55), 0.35), 0.55);
  dab(brush, shapeOval(-0.022 * light.side, -0.615, [0.014, 0.055]), shadow, 0.009);
  dab(brush, shapeOval(0, -0.572, [0.03, 0.009]), shadow, 0.006);
  dab(
    brush,
    shapeOval(0.008 * light.side, -0.6, [0.009, 0.04]),
    toCss(lit(brush, mixColors(sitter.skin, [255, 255, 255], 0.4), 1), 0.5),
    0.006,
  );
  context.fillStyle = toCss(lit(brush, scaleColor(sitter.skin, 0.3), 0.4), 0.6);
  for (const side of [-1, 1]) context.fill(shapeOval(side * 0.014, -0.573, [0.0055, 0.0032], side * 0.3));
  const lip: Rgb = sitter.isWoman
    ? mixColors(sitter.skin, [176, 44, 54], 0.62)
    : mixColors(sitter.skin, [150, 60, 54], 0.4);
  const upper = new Path2D();
  upper.moveTo(-0.05, -0.522);
  upper.bezierCurveTo(-0.03, -0.536, -0.012, -0.542, 0, -0.535);
  upper.bezierCurveTo(0.012, -0.542, 0.03, -0.536, 0.05, -0.522);
  upper.quadraticCurveTo(0, -0.515, -0.05, -0.522);
  context.fillStyle = toCss(lit(brush, scaleColor(lip, 0.86), 0.6));
  context.fill(upper);
  const lower = new Path2D();
  lower.moveTo(-0.05, -0.522);
  lower.quadraticCurveTo(0, -0.513, 0.05, -0.522);
  lower.bezierCurveTo(0.03, -0.496, -0.03, -0.496, -0.05, -0.522);
  context.fillStyle = toCss(lit(brush, lip, 0.85));
  context.fill(lower);
  dab(brush, shapeOval(0.012 * light.side, -0.51, [0.014, 0.004]), 'rgba(255,255,255,0.4)', 0.003);
  dab(brush, shapeOval(0, -0.486, [0.032, 0.007]), shadow, 0.008);
  context.strokeStyle = toCss(scaleColor(lip, 0.45), 0.8);
  context.lineWidth = 0.004;
  context.beginPath();
  context.moveTo(-0.053, -0.525);
  context.quadraticCurveTo(0, -0.511, 0.053, -0.525);
  context.stroke();
}

function drawAge(brush: Brush): void {
  const { context, sitter } = brush;
  if (!sitter.isOld) return;
  context.strokeStyle = toCss(lit(brush, scaleColor(sitter.skin, 0.6), 0.4), 0.55);
  context.lineWidth = 0.004;
  context.lineCap = 'round';
  for (const y of [-0.8, -0.825, -0.85]) {
    context.beginPath();
    context.moveTo(-0.085, y + 0.006);
    context.quadraticCurveTo(0, y - 0.008, 0.085, y + 0.006);
    context.stroke();
  }
  for (const side of [-1, 1]) {
    for (let fold = 0; fold < 3; fold += 1) {
      context.beginPath();
      context.moveTo(side * 0.115, -0.69 + fold * 0.008);
      context.lineTo(side * 0.138, -0.7 + fold * 0.018);
      context.stroke();
    }
    context.beginPath();
    context.moveTo(side * 0.034, -0.582);
    context.quadraticCurveTo(side * 0.068, -0.55, side * 0.066, -0.515);
    context.stroke();
  }
}

function drawHead(brush: Brush): void {
  const { context, sitter, light } = brush;
  for (const side of [-1, 1]) {
    fillForm(
      brush,
      shapeOval(side * 0.165, -0.66, [0.022, 0.045], side * -0.12),
      scaleColor(sitter.skin, 0.86),
      { from: -0.2, to: 0.2 },
    );
  }
  const face = shapeFace(sitter);
  fillForm(brush, face, sitter.skin, { from: -0.19, to: 0.17 });
  context.save();
  context.clip(face);
  const dark = toCss(lit(brush, scaleColor(sitter.skin, 0.5), 0.25), 0.5);
  dab(brush, shapeOval(-0.15 * light.side, -0.6, [0.06, 0.2]), dark, 0.035);
  dab(brush, shapeOval(0, -0.95, [0.2, 0.07]), dark, 0.03);
  for (const side of [-1, 1]) {
    dab(
      brush,
      shapeOval(side * 0.071, -0.7, [0.045, 0.026]),
      toCss(lit(brush, scaleColor(sitter.skin, 0.6), 0.3), 0.5),
      0.014,
    );
    dab(
      brush,
      shapeOval(side * 0.098, -0.6, [0.04, 0.028]),
      toCss(
        lit(brush, mixColors(sitter.skin, [214, 84, 76], 0.6), 0.8),
        sitter.isWoman || sitter.isChild ? 0.45 : 0.2,
      ),
      0.02,
    );
  }
  dab(
    brush,
    shapeOval(0.05 * light.side, -0.82, [0.06, 0.04]),
    toCss(lit(brush, mixColors(sitter.skin, [255, 250, 240], 0.5), 1), 0.45),
    0.03,
  );
  dab(
    brush,
    shapeOval(0.09 * light.side, -0.635, [0.03, 0.018]),
    toCss(lit(brush, mixColors(sitter.skin, [255, 250, 240], 0.6), 1), 0.5),
    0.014,
  );
  context.restore();
  drawAge(brush);
  for (const side of [-1, 1]) drawEye(brush, side);
  drawNoseAndMouth(brush);
}

/** Body and head as layers of `size` pixels a side, the foot of the bust in the middle of the lower edge. */
export interface Bust {
  body: Canvas;
  head: Canvas;
  size: number;
  /** Colour of closed lids. */
  lid: Rgb;
}

/** Room beside and above the bust on its layers, in its heights. */
export const BUST_ROOM = 1.25;

/** Paints a sitter in a light, `height` pixels from the lower edge to the top of the hair. */
export function renderBust(sitter: Sitter, light: BustLight, height: number): Bust {
  const size = Math.ceil(height * BUST_ROOM);
  const start = (): { canvas: Canvas; brush: Brush } => {
    const { canvas, context } = createLayer(size, size);
    context.translate(size / 2, size);
    context.scale(height, height);
    return { canvas, brush: { context, sitter, light, scale: height } };
  };
  const body = start();
  drawBackHair(body.brush);
  drawTorso(body.brush);
  const head = start();
  drawHead(head.brush);
  drawFrontHair(head.brush);
  return {
    body: body.canvas,
    head: head.canvas,
    size,
    lid: lit(head.brush, scaleColor(sitter.skin, 0.84), 0.6),
  };
}
