// A car seen from behind or from the front, as one meets it on a road: one unit is its height, it stands on the origin.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, toCss } from '../color.ts';
import { type FigureStyle, litColor, shapeOval } from './figure.ts';

const HALF = 0.68;

function shapeBody(): Path2D {
  const body = new Path2D();
  body.moveTo(-HALF, -0.2);
  body.bezierCurveTo(-HALF - 0.03, -0.42, -HALF + 0.02, -0.56, -HALF + 0.1, -0.6);
  body.bezierCurveTo(-HALF + 0.2, -0.86, -0.42, -0.98, -0.3, -0.99);
  body.quadraticCurveTo(0, -1.03, 0.3, -0.99);
  body.bezierCurveTo(0.42, -0.98, HALF - 0.2, -0.86, HALF - 0.1, -0.6);
  body.bezierCurveTo(HALF - 0.02, -0.56, HALF + 0.03, -0.42, HALF, -0.2);
  body.quadraticCurveTo(0, -0.13, -HALF, -0.2);
  body.closePath();
  return body;
}

function shapeGlass(): Path2D {
  const glass = new Path2D();
  glass.moveTo(-0.5, -0.62);
  glass.bezierCurveTo(-0.42, -0.84, -0.36, -0.92, -0.28, -0.93);
  glass.quadraticCurveTo(0, -0.96, 0.28, -0.93);
  glass.bezierCurveTo(0.36, -0.92, 0.42, -0.84, 0.5, -0.62);
  glass.quadraticCurveTo(0, -0.56, -0.5, -0.62);
  glass.closePath();
  return glass;
}

function paintGlow(
  context: SKRSContext2D,
  x: number,
  y: number,
  glow: { radius: number; color: Rgb; alpha: number },
): void {
  const light = context.createRadialGradient(x, y, 0, x, y, glow.radius);
  light.addColorStop(0, toCss(mixColors(glow.color, [255, 255, 255], 0.5), glow.alpha));
  light.addColorStop(0.25, toCss(glow.color, glow.alpha * 0.4));
  light.addColorStop(1, toCss(glow.color, 0));
  context.fillStyle = light;
  context.fillRect(x - glow.radius, y - glow.radius, glow.radius * 2, glow.radius * 2);
}

function paintLamps(context: SKRSContext2D, style: FigureStyle, isOncoming: boolean): void {
  const color: Rgb = isOncoming ? [255, 238, 200] : [255, 44, 36];
  for (const side of [-1, 1]) {
    const lamp = new Path2D();
    lamp.roundRect(side * 0.47 - 0.13, -0.52, 0.26, 0.085, 0.04);
    context.fillStyle = toCss(mixColors(color, [255, 255, 255], style.lampsOn ? 0.35 : 0.05));
    context.fill(lamp);
  }
  context.save();
  context.globalCompositeOperation = 'lighter';
  const alpha = style.lampsOn ? 0.9 : 0.3;
  for (const side of [-1, 1]) {
    paintGlow(context, side * 0.47, -0.48, {
      radius: isOncoming && style.lampsOn ? 0.9 : 0.36,
      color,
      alpha,
    });
  }
  context.restore();
}

/** Draws the car in its colour; `isOncoming` shows its front. */
export function drawCarOnRoad(
  context: SKRSContext2D,
  style: FigureStyle,
  { albedo, isOncoming }: { albedo: Rgb; isOncoming: boolean },
): void {
  const shadow = context.createRadialGradient(0, 0, 0.1, 0, 0, 1);
  shadow.addColorStop(0, 'rgba(0,0,0,0.6)');
  shadow.addColorStop(1, 'rgba(0,0,0,0)');
  context.save();
  context.scale(1, 0.16);
  context.fillStyle = shadow;
  context.fillRect(-1, -1, 2, 2);
  context.restore();
  context.fillStyle = '#0c0d10';
  for (const side of [-1, 1]) {
    const wheel = new Path2D();
    wheel.roundRect(side * 0.53 - 0.1, -0.3, 0.2, 0.31, 0.06);
    context.fill(wheel);
  }
  const body = context.createLinearGradient(0, -1, 0, -0.12);
  body.addColorStop(0, toCss(litColor(style, albedo, 0.9)));
  body.addColorStop(0.42, toCss(litColor(style, albedo, 0.5)));
  body.addColorStop(0.46, toCss(mixColors(litColor(style, albedo, 0.85), [255, 255, 255], 0.14)));
  body.addColorStop(0.7, toCss(litColor(style, albedo, 0.22)));
  body.addColorStop(1, toCss(litColor(style, albedo, 0.01)));
  context.fillStyle = body;
  context.fill(shapeBody());
  const glass = context.createLinearGradient(-0.4, -0.95, 0.35, -0.58);
  glass.addColorStop(0, toCss(litColor(style, [150, 184, 208], 0.6)));
  glass.addColorStop(0.5, toCss(litColor(style, [58, 76, 96], 0.3)));
  glass.addColorStop(1, toCss(litColor(style, [24, 30, 42], 0.2)));
  context.fillStyle = glass;
  context.fill(shapeGlass());
  context.fillStyle = toCss(litColor(style, [36, 38, 44], 0.2));
  const skirt = new Path2D();
  skirt.roundRect(-0.56, -0.27, 1.12, 0.1, 0.05);
  context.fill(skirt);
  context.fillStyle = toCss(litColor(style, [232, 232, 224], 0.4));
  context.fillRect(-0.15, -0.37, 0.3, 0.075);
  context.fillStyle = toCss(litColor(style, [190, 190, 196], 0.3), 0.8);
  for (const side of [-1, 1]) context.fill(shapeOval(side * 0.36, -0.18, [0.05, 0.025]));
  paintLamps(context, style, isOncoming);
}
