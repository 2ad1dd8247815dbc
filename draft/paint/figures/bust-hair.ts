// The hair of a bust.
import { Path2D } from '@napi-rs/canvas';
import { mixColors, scaleColor, toCss } from '../color.ts';
import { type Brush, fillForm, lit, type Sitter } from './bust-brush.ts';
import { shapeOval } from './figure.ts';

/** Strands along a hair shape, each a little lighter or darker. */
function combHair(
  brush: Brush,
  shape: Path2D,
  strands: readonly (readonly [number, number, number, number, number, number])[],
): void {
  const { context, sitter } = brush;
  context.save();
  context.clip(shape);
  context.lineCap = 'round';
  strands.forEach(([fromX, fromY, bendX, bendY, toX, toY], index) => {
    const tone =
      index % 3 === 0
        ? mixColors(sitter.hair, [255, 236, 200], 0.28)
        : scaleColor(sitter.hair, index % 3 === 1 ? 0.6 : 1.2);
    context.strokeStyle = toCss(lit(brush, tone, 0.75), 0.4);
    context.lineWidth = 0.005;
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.quadraticCurveTo(bendX, bendY, toX, toY);
    context.stroke();
  });
  context.restore();
}

/** What falls behind the shoulders. */
export function drawBackHair(brush: Brush): void {
  const { sitter } = brush;
  if (!sitter.isWoman || sitter.isOld) return;
  const long = sitter.isChild ? -0.38 : -0.16;
  const hair = new Path2D();
  hair.moveTo(0, -1.01);
  hair.bezierCurveTo(0.2, -1.01, 0.24, -0.82, 0.225, -0.64);
  hair.bezierCurveTo(0.215, -0.5, 0.3, -0.36, 0.235, long);
  hair.lineTo(-0.235, long);
  hair.bezierCurveTo(-0.3, -0.36, -0.215, -0.5, -0.225, -0.64);
  hair.bezierCurveTo(-0.24, -0.82, -0.2, -1.01, 0, -1.01);
  fillForm(brush, hair, scaleColor(sitter.hair, 0.72), { from: -0.26, to: 0.26 });
  const strands = Array.from({ length: 60 }, (_, index) => {
    const x = -0.24 + index * 0.008;
    return [x * 0.5, -0.95, x * 1.25, -0.6, x * 1.05 + Math.sin(index) * 0.02, long] as const;
  });
  combHair(brush, hair, strands);
}

function shapeFringe({ isWoman, isChild, isOld }: Sitter): Path2D {
  const hair = new Path2D();
  const down = isWoman && !isOld ? -0.6 : -0.7;
  hair.moveTo(-0.168, down);
  hair.bezierCurveTo(-0.21, -0.84, -0.15, -1.02, 0, -1.02);
  hair.bezierCurveTo(0.15, -1.02, 0.21, -0.84, 0.168, down);
  if (isChild) {
    hair.bezierCurveTo(0.16, -0.77, 0.12, -0.79, 0.05, -0.785);
    hair.bezierCurveTo(-0.02, -0.78, -0.1, -0.79, -0.168, down);
  } else if (isWoman) {
    hair.bezierCurveTo(0.17, -0.78, 0.09, -0.87, -0.045, -0.92);
    hair.bezierCurveTo(-0.1, -0.87, -0.15, -0.79, -0.168, down);
  } else {
    hair.bezierCurveTo(0.155, -0.78, 0.15, -0.83, 0.1, -0.875);
    hair.bezierCurveTo(0.02, -0.85, -0.08, -0.86, -0.135, -0.84);
    hair.bezierCurveTo(-0.15, -0.8, -0.155, -0.76, -0.168, down);
  }
  hair.closePath();
  return hair;
}

/** What frames the face; the beard of an old man too. */
export function drawFrontHair(brush: Brush): void {
  const { sitter } = brush;
  const fringe = shapeFringe(sitter);
  fillForm(brush, fringe, sitter.hair, { from: -0.2, to: 0.2 });
  const part = sitter.isWoman && !sitter.isChild ? -0.045 : 0.02;
  const strands = Array.from({ length: 64 }, (_, index) => {
    const x = -0.2 + index * 0.00635;
    return [part + x * 0.35, -1.01, x * 0.95, -0.96, x * 1.02, -0.66] as const;
  });
  combHair(brush, fringe, strands);
  if (sitter.isOld && sitter.isWoman)
    fillForm(brush, shapeOval(0, -1.03, [0.085, 0.06]), sitter.hair, { from: -0.09, to: 0.09 });
  if (!sitter.isOld || sitter.isWoman) return;
  const beard = new Path2D();
  beard.moveTo(-0.15, -0.64);
  beard.bezierCurveTo(-0.14, -0.5, -0.1, -0.4, 0, -0.385);
  beard.bezierCurveTo(0.1, -0.4, 0.14, -0.5, 0.15, -0.64);
  beard.bezierCurveTo(0.12, -0.56, 0.09, -0.545, 0.055, -0.55);
  beard.bezierCurveTo(0.02, -0.565, -0.02, -0.565, -0.055, -0.55);
  beard.bezierCurveTo(-0.09, -0.545, -0.12, -0.56, -0.15, -0.64);
  beard.addPath(shapeOval(0, -0.518, [0.04, 0.011]));
  brush.context.save();
  fillForm(brush, beard, sitter.hair, { from: -0.16, to: 0.16 });
  combHair(
    brush,
    beard,
    Array.from({ length: 44 }, (_, index) => {
      const x = -0.15 + index * 0.007;
      return [x, -0.6, x * 0.95, -0.5, x * 0.7, -0.4] as const;
    }),
  );
  brush.context.restore();
}
