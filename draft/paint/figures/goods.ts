// Goods that people show on a pedestal: phones, shoes, watches, books.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, scaleColor, toCss } from '../color.ts';
import { type Figure, type FigureStyle, fillRound, litColor, shapeOval } from './figure.ts';

function shapeRounded(
  x: number,
  y: number,
  [width, height]: readonly [number, number],
  radius: number,
): Path2D {
  const shape = new Path2D();
  shape.roundRect(x, y, width, height, radius);
  return shape;
}

/** A telephone that stands upright, its screen lit. */
export const drawPhone: Figure = (context, style, { seconds }) => {
  const accent: Rgb = style.paint ?? [96, 122, 226];
  fillRound(context, shapeRounded(-0.26, -1, [0.52, 1], 0.08), style, {
    from: -0.26,
    to: 0.26,
    albedo: [92, 96, 104],
    gloss: 0.7,
  });
  const screen = shapeRounded(-0.24, -0.98, [0.48, 0.96], 0.065);
  context.fillStyle = '#0b0d14';
  context.fill(screen);
  context.save();
  context.clip(screen);
  const glow = context.createLinearGradient(-0.24, -1, 0.24, 0);
  glow.addColorStop(0, toCss(mixColors(accent, [255, 255, 255], 0.35)));
  glow.addColorStop(0.5, toCss(accent));
  glow.addColorStop(1, toCss(mixColors(accent, [240, 90, 150], 0.6)));
  context.fillStyle = glow;
  context.fillRect(-0.3, -1, 0.6, 1);
  for (let wave = 0; wave < 4; wave += 1) {
    const y = -0.62 + wave * 0.16 + Math.sin(seconds * 0.7 + wave) * 0.02;
    context.fillStyle = `rgba(255,255,255,${0.08 + wave * 0.04})`;
    context.beginPath();
    context.moveTo(-0.3, y);
    context.bezierCurveTo(-0.1, y - 0.16, 0.1, y + 0.16, 0.3, y - 0.04);
    context.lineTo(0.3, 0.1);
    context.lineTo(-0.3, 0.1);
    context.fill();
  }
  context.fillStyle = 'rgba(255,255,255,0.16)';
  context.beginPath();
  context.moveTo(style.lightSide * 0.3, -1);
  context.lineTo(style.lightSide * -0.04, -1);
  context.lineTo(style.lightSide * 0.3, -0.35);
  context.fill();
  context.restore();
  context.fillStyle = '#0b0d14';
  context.fill(shapeRounded(-0.07, -0.955, [0.14, 0.035], 0.0175));
};

/** A running shoe from the side, with a thick sole. */
export const drawShoe: Figure = (context, style) => {
  const albedo: Rgb = style.paint ?? [236, 238, 240];
  const upper = new Path2D();
  upper.moveTo(-1.02, -0.26);
  upper.bezierCurveTo(-1.12, -0.6, -1.04, -0.86, -0.98, -0.98);
  upper.bezierCurveTo(-0.9, -1.03, -0.8, -0.9, -0.62, -0.86);
  upper.bezierCurveTo(-0.44, -0.84, -0.36, -0.94, -0.3, -1);
  upper.bezierCurveTo(-0.1, -0.92, 0.1, -0.66, 0.42, -0.54);
  upper.bezierCurveTo(0.8, -0.48, 1.14, -0.42, 1.2, -0.2);
  upper.lineTo(-1.02, -0.2);
  upper.closePath();
  const shade = context.createLinearGradient(0, -1, 0, -0.15);
  shade.addColorStop(0, toCss(litColor(style, albedo, 0.8)));
  shade.addColorStop(0.6, toCss(litColor(style, albedo, 0.4)));
  shade.addColorStop(1, toCss(litColor(style, albedo, 0.12)));
  context.fillStyle = shade;
  context.fill(upper);
  const trim = mixColors(albedo, style.paint ? [255, 255, 255] : [232, 92, 60], style.paint ? 0.75 : 0.9);
  context.save();
  context.clip(upper);
  context.fillStyle = toCss(litColor(style, trim, 0.45));
  context.beginPath();
  context.moveTo(-1.1, -0.62);
  context.bezierCurveTo(-0.6, -0.2, -0.1, -0.34, 0.2, -0.66);
  context.bezierCurveTo(-0.05, -0.2, -0.6, -0.06, -1.1, -0.36);
  context.fill();
  context.fillStyle = toCss(litColor(style, scaleColor(albedo, 0.82), 0.35));
  context.fill(shapeOval(1.06, -0.2, [0.42, 0.3]));
  context.restore();
  context.strokeStyle = toCss(litColor(style, [250, 250, 250], 0.6));
  context.lineWidth = 0.035;
  context.lineCap = 'round';
  for (let lace = 0; lace < 5; lace += 1) {
    const x = -0.2 + lace * 0.13;
    const y = -0.9 + lace * 0.085;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - 0.16, y + 0.14);
    context.stroke();
  }
  const sole = new Path2D();
  sole.moveTo(-1.1, -0.28);
  sole.bezierCurveTo(-1.2, -0.02, -1.06, 0, -0.9, 0);
  sole.lineTo(0.96, 0);
  sole.bezierCurveTo(1.2, 0, 1.3, -0.12, 1.26, -0.24);
  sole.bezierCurveTo(0.6, -0.12, -0.3, -0.24, -1.1, -0.28);
  const rubber = context.createLinearGradient(0, -0.28, 0, 0);
  rubber.addColorStop(0, toCss(litColor(style, [252, 252, 250], 0.7)));
  rubber.addColorStop(1, toCss(litColor(style, [206, 206, 204], 0.15)));
  context.fillStyle = rubber;
  context.fill(sole);
};

function paintHands(context: SKRSContext2D, style: FigureStyle, seconds: number): void {
  const hand = (turns: number, length: number, width: number): void => {
    const angle = turns * Math.PI * 2 - Math.PI / 2;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(0, -0.5);
    context.lineTo(Math.cos(angle) * length, -0.5 + Math.sin(angle) * length);
    context.stroke();
  };
  context.lineCap = 'round';
  context.strokeStyle = toCss(litColor(style, [248, 246, 240], 0.7));
  hand(10.14 / 12, 0.15, 0.022);
  hand(8.7 / 60, 0.23, 0.016);
  context.strokeStyle = '#e2574c';
  hand(seconds / 60, 0.25, 0.007);
}

/** A wrist watch that stands on its strap, its hands going. */
export const drawWatch: Figure = (context, style, { seconds }) => {
  const strap: Rgb = style.paint ?? [110, 70, 44];
  for (const [top, height] of [
    [-1, 0.34],
    [-0.34, 0.34],
  ]) {
    fillRound(context, shapeRounded(-0.17, top, [0.34, height], 0.05), style, {
      from: -0.17,
      to: 0.17,
      albedo: strap,
    });
  }
  const steel: Rgb = [198, 200, 204];
  fillRound(context, shapeOval(0, -0.5, [0.36, 0.36]), style, {
    from: -0.36,
    to: 0.36,
    albedo: steel,
    gloss: 0.8,
  });
  fillRound(context, shapeRounded(0.35, -0.54, [0.06, 0.08], 0.02), style, {
    from: 0.3,
    to: 0.42,
    albedo: steel,
  });
  const dial = context.createRadialGradient(0.1 * style.lightSide, -0.62, 0, 0, -0.5, 0.31);
  dial.addColorStop(0, toCss(litColor(style, [58, 70, 98], 0.7)));
  dial.addColorStop(1, toCss(litColor(style, [18, 22, 36], 0.4)));
  context.fillStyle = dial;
  context.fill(shapeOval(0, -0.5, [0.3, 0.3]));
  context.strokeStyle = toCss(litColor(style, [238, 236, 228], 0.6));
  for (let mark = 0; mark < 12; mark += 1) {
    const angle = (mark * Math.PI) / 6;
    context.lineWidth = mark % 3 === 0 ? 0.018 : 0.009;
    context.beginPath();
    context.moveTo(Math.cos(angle) * 0.24, -0.5 + Math.sin(angle) * 0.24);
    context.lineTo(Math.cos(angle) * 0.28, -0.5 + Math.sin(angle) * 0.28);
    context.stroke();
  }
  paintHands(context, style, seconds);
};

/** Three books, one upon the other. */
export const drawBook: Figure = (context, style, { variety }) => {
  const covers: Rgb[] = [style.paint ?? [164, 60, 56], [52, 82, 110], [206, 164, 92]];
  covers.forEach((albedo, index) => {
    const width = 1.5 - index * 0.14;
    const left = -width / 2 + (index - 1) * 0.06 * (variety > 0.5 ? 1 : -1);
    const top = -0.34 * (index + 1) + 0.02;
    context.fillStyle = toCss(litColor(style, [238, 230, 212], 0.4));
    context.fill(shapeRounded(left + 0.02, top + 0.04, [width - 0.06, 0.24], 0.02));
    context.strokeStyle = toCss(litColor(style, [150, 138, 116], 0.2), 0.5);
    context.lineWidth = 0.006;
    for (let page = 1; page < 7; page += 1) {
      context.beginPath();
      context.moveTo(left + 0.06, top + 0.04 + page * 0.034);
      context.lineTo(left + width - 0.06, top + 0.04 + page * 0.034);
      context.stroke();
    }
    fillRound(context, shapeRounded(left, top, [width, 0.05], 0.02), style, {
      from: left,
      to: left + width,
      albedo,
    });
    fillRound(context, shapeRounded(left, top + 0.27, [width, 0.05], 0.02), style, {
      from: left,
      to: left + width,
      albedo,
    });
    fillRound(context, shapeRounded(left - 0.04, top, [0.1, 0.32], 0.04), style, {
      from: left - 0.04,
      to: left + 0.06,
      albedo,
    });
  });
};
