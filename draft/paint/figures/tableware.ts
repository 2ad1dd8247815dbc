// What stands on a table or a pedestal and is round: cups, bottles, vases, bowls of fruit, candles, cakes. In their own
// colours, or in the one that the prompt names.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { createRandom } from '../../random.ts';
import { mixColors, type Rgb, scaleColor, toCss } from '../color.ts';
import { type Figure, type FigureStyle, fillBall, fillRound, litColor, shapeOval } from './figure.ts';

/** An outline that is the same on both sides, given by half widths from the top down. */
export function shapeTurned(outline: readonly (readonly [half: number, y: number])[]): Path2D {
  const shape = new Path2D();
  const down = outline.map(([half, y]) => [half, y] as const);
  const up = outline.toReversed().map(([half, y]) => [-half, y] as const);
  const points = [...down, ...up];
  shape.moveTo(points[0][0], points[0][1]);
  for (let index = 1; index < points.length; index += 1) {
    const [x, y] = points[index];
    const [beforeX, beforeY] = points[index - 1];
    // Leaves and arrives upright, as what a potter turns does.
    const middle = (y + beforeY) / 2;
    if (Math.sign(x) === Math.sign(beforeX)) shape.bezierCurveTo(beforeX, middle, x, middle, x, y);
    else shape.lineTo(x, y);
  }
  shape.closePath();
  return shape;
}

function paintSteam(context: SKRSContext2D, seconds: number, from: { y: number; rise: number }): void {
  context.save();
  context.lineCap = 'round';
  for (let wisp = 0; wisp < 3; wisp += 1) {
    const x = (wisp - 1) * 0.16;
    for (const [width, alpha] of [
      [0.11, 0.05],
      [0.06, 0.06],
      [0.025, 0.07],
    ]) {
      context.strokeStyle = `rgba(255,255,255,${alpha})`;
      context.lineWidth = width;
      context.beginPath();
      for (let step = 0; step <= 14; step += 1) {
        const share = step / 14;
        const sway = Math.sin(share * 5 - seconds * 1.7 + wisp * 2.1) * 0.07 * share;
        context.lineTo(x + sway, from.y - share * from.rise);
      }
      context.stroke();
    }
  }
  context.restore();
}

/** A cup of coffee on its saucer, steaming. */
export const drawCup: Figure = (context, style, { seconds }) => {
  const albedo: Rgb = style.paint ?? [240, 234, 224];
  const saucer = shapeOval(0, -0.07, [0.66, 0.12]);
  fillRound(context, shapeOval(0, -0.045, [0.66, 0.12]), style, {
    from: -0.66,
    to: 0.66,
    albedo: scaleColor(albedo, 0.6),
  });
  fillRound(context, saucer, style, { from: -0.66, to: 0.66, albedo });
  context.fillStyle = toCss(litColor(style, scaleColor(albedo, 0.7), 0.1), 0.5);
  context.fill(shapeOval(-0.05 * style.lightSide, -0.08, [0.4, 0.075]));
  context.strokeStyle = toCss(litColor(style, albedo, style.lightSide > 0 ? 0.6 : 0.2));
  context.lineWidth = 0.075;
  context.beginPath();
  context.ellipse(0.46, -0.5, 0.17, 0.19, 0.1, -1.9, 1.9);
  context.stroke();
  const body = new Path2D();
  body.moveTo(-0.45, -0.84);
  body.bezierCurveTo(-0.45, -0.4, -0.34, -0.16, -0.2, -0.1);
  body.quadraticCurveTo(0, -0.05, 0.2, -0.1);
  body.bezierCurveTo(0.34, -0.16, 0.45, -0.4, 0.45, -0.84);
  body.closePath();
  fillRound(context, body, style, { from: -0.45, to: 0.45, albedo });
  context.fillStyle = toCss(litColor(style, albedo, 0.8));
  context.fill(shapeOval(0, -0.84, [0.45, 0.115]));
  context.fillStyle = toCss(litColor(style, [92, 56, 32], 0.25));
  context.fill(shapeOval(0, -0.83, [0.4, 0.09]));
  context.fillStyle = toCss(litColor(style, [164, 108, 66], 0.4), 0.8);
  context.fill(shapeOval(0.08 * style.lightSide, -0.82, [0.24, 0.045]));
  paintSteam(context, seconds, { y: -0.86, rise: 0.85 });
};

/** A glass bottle with a label and a cap: scent, oil or wine. */
export const drawBottle: Figure = (context, style, { variety }) => {
  const liquid: Rgb = style.paint ?? [206, 138, 74];
  const isTall = variety > 0.75;
  const half = isTall ? 0.15 : 0.27;
  const shoulder = isTall ? -0.62 : -0.66;
  const body = shapeTurned([
    [half * 0.34, -0.84],
    [half * 0.36, shoulder - 0.06],
    [half, shoulder + 0.1],
    [half, -0.03],
    [half * 0.9, 0],
  ]);
  fillRound(context, body, style, { from: -half, to: half, albedo: liquid, gloss: 0.55 });
  context.save();
  context.clip(body);
  const depth = context.createLinearGradient(0, -0.8, 0, 0);
  depth.addColorStop(0, 'rgba(255,255,255,0.42)');
  depth.addColorStop(0.3, 'rgba(255,255,255,0.05)');
  depth.addColorStop(1, 'rgba(0,0,0,0.35)');
  context.fillStyle = depth;
  context.fillRect(-1, -1, 2, 1);
  context.fillStyle = 'rgba(255,255,255,0.55)';
  context.fillRect(style.lightSide * half * 0.62 - 0.012, shoulder + 0.12, 0.024, -shoulder - 0.2);
  context.restore();
  const cap = shapeTurned([
    [half * 0.42, -0.99],
    [half * 0.42, -0.82],
  ]);
  fillRound(context, cap, style, { from: -half * 0.42, to: half * 0.42, albedo: [58, 52, 50], gloss: 0.5 });
  context.fillStyle = toCss(litColor(style, [246, 240, 230], 0.55), 0.94);
  context.fillRect(-half * 0.66, -0.44, half * 1.32, 0.24);
  context.fillStyle = toCss(litColor(style, [90, 76, 64], 0.3), 0.8);
  context.fillRect(-half * 0.4, -0.37, half * 0.8, 0.022);
  context.fillRect(-half * 0.26, -0.32, half * 0.52, 0.012);
  context.fillRect(-half * 0.3, -0.285, half * 0.6, 0.012);
};

function paintBlossom(
  context: SKRSContext2D,
  style: FigureStyle,
  bloom: { x: number; y: number; radius: number; turn: number; albedo: Rgb },
): void {
  for (let ring = 0; ring < 2; ring += 1) {
    const reach = bloom.radius * (1 - ring * 0.42);
    for (let petal = 0; petal < 7; petal += 1) {
      const angle = bloom.turn + ring * 0.45 + (petal * Math.PI * 2) / 7;
      const x = bloom.x + Math.cos(angle) * reach * 0.55;
      const y = bloom.y + Math.sin(angle) * reach * 0.5;
      const amount = 0.3 + 0.35 * ring + 0.25 * Math.cos(angle) * style.lightSide - 0.2 * Math.sin(angle);
      context.fillStyle = toCss(litColor(style, bloom.albedo, amount));
      context.fill(shapeOval(x, y, [reach * 0.52, reach * 0.36], angle));
    }
  }
  context.fillStyle = toCss(litColor(style, [236, 190, 84], 0.6));
  context.fill(shapeOval(bloom.x, bloom.y, [bloom.radius * 0.2, bloom.radius * 0.18]));
}

/** A vase with a bunch of flowers. */
export const drawVase: Figure = (context, style, { variety, seconds }) => {
  const random = createRandom(Math.floor(variety * 1e6) + 1);
  const petals: Rgb[] = style.paint
    ? [style.paint, mixColors(style.paint, [255, 255, 255], 0.35)]
    : [
        [232, 112, 128],
        [246, 196, 120],
        [244, 236, 226],
      ];
  const sway = Math.sin(seconds * 0.8) * 0.006;
  const blooms = Array.from({ length: 11 }, (_, index) => {
    const angle = -Math.PI / 2 + (index / 10 - 0.5) * 2.6;
    const reach = 0.2 + random() * 0.22;
    return {
      x: Math.cos(angle) * reach * 1.05 + sway,
      y: -0.56 + Math.sin(angle) * reach,
      radius: 0.085 + random() * 0.05,
      turn: random() * 6,
      albedo: petals[Math.floor(random() * petals.length)],
    };
  }).sort((first, second) => first.y - second.y);
  context.lineCap = 'round';
  context.lineWidth = 0.014;
  for (const bloom of blooms) {
    context.strokeStyle = toCss(litColor(style, [74, 110, 62], 0.3));
    context.beginPath();
    context.moveTo(bloom.x * 0.15, -0.42);
    context.quadraticCurveTo(bloom.x * 0.4, -0.55, bloom.x, bloom.y);
    context.stroke();
    context.fillStyle = toCss(litColor(style, [86, 128, 70], 0.25 + random() * 0.3));
    context.fill(shapeOval(bloom.x * 0.8, bloom.y + 0.1, [0.09, 0.035], random() * 3));
  }
  for (const bloom of blooms) paintBlossom(context, style, bloom);
  const body = shapeTurned([
    [0.11, -0.46],
    [0.085, -0.38],
    [0.2, -0.2],
    [0.16, -0.03],
    [0.11, 0],
  ]);
  fillRound(context, body, style, { from: -0.2, to: 0.2, albedo: [214, 222, 226], gloss: 0.6 });
};

/** A bowl of fruit. */
export const drawFruit: Figure = (context, style) => {
  const apple: Rgb = style.paint ?? [206, 58, 46];
  const fruits: [number, number, number, Rgb][] = [
    [-0.36, -0.56, 0.25, [232, 158, 52]],
    [0.38, -0.55, 0.25, [178, 190, 66]],
    [0, -0.72, 0.27, apple],
    [-0.16, -0.52, 0.24, apple],
    [0.2, -0.5, 0.23, [238, 178, 62]],
  ];
  for (const [x, y, radius, albedo] of fruits) {
    fillBall(context, style, { x, y, radius, albedo });
    context.fillStyle = toCss(litColor(style, [70, 52, 34], 0.2));
    context.fillRect(x - 0.01, y - radius - 0.05, 0.02, 0.09);
  }
  const bowl = new Path2D();
  bowl.moveTo(-0.72, -0.46);
  bowl.bezierCurveTo(-0.62, -0.1, -0.3, 0, 0, 0);
  bowl.bezierCurveTo(0.3, 0, 0.62, -0.1, 0.72, -0.46);
  bowl.quadraticCurveTo(0, -0.3, -0.72, -0.46);
  fillRound(context, bowl, style, { from: -0.72, to: 0.72, albedo: [86, 120, 140], gloss: 0.5 });
};

/** A burning candle. */
export const drawCandle: Figure = (context, style, { seconds, variety }) => {
  const wax: Rgb = style.paint ?? [240, 228, 204];
  const flicker = 1 + 0.08 * Math.sin(seconds * 9 + variety * 9) + 0.05 * Math.sin(seconds * 23);
  fillRound(
    context,
    shapeTurned([
      [0.2, -0.66],
      [0.2, -0.02],
      [0.19, 0],
    ]),
    style,
    { from: -0.2, to: 0.2, albedo: wax },
  );
  context.fillStyle = toCss(mixColors(litColor(style, wax, 0.8), [255, 220, 150], 0.5));
  context.fill(shapeOval(0, -0.66, [0.2, 0.05]));
  context.save();
  context.globalCompositeOperation = 'lighter';
  const glow = context.createRadialGradient(0, -0.8, 0, 0, -0.8, 0.9 * flicker);
  glow.addColorStop(0, 'rgba(255,196,110,0.7)');
  glow.addColorStop(0.3, 'rgba(255,160,70,0.18)');
  glow.addColorStop(1, 'rgba(255,140,50,0)');
  context.fillStyle = glow;
  context.fillRect(-1, -1.8, 2, 2);
  context.restore();
  const flame = new Path2D();
  flame.moveTo(0, -0.68 - 0.28 * flicker);
  flame.quadraticCurveTo(0.08, -0.78, 0, -0.68);
  flame.quadraticCurveTo(-0.08, -0.78, 0, -0.68 - 0.28 * flicker);
  context.fillStyle = '#fff3cf';
  context.fill(flame);
};

/** A cake with icing that runs down, on a stand. */
export const drawCake: Figure = (context, style, pose) => {
  const icing: Rgb = style.paint ?? [246, 176, 190];
  fillRound(
    context,
    shapeTurned([
      [0.08, -0.16],
      [0.1, -0.06],
      [0.34, 0],
    ]),
    style,
    { from: -0.3, to: 0.3, albedo: [226, 228, 230] },
  );
  fillRound(context, shapeOval(0, -0.17, [0.74, 0.09]), style, {
    from: -0.74,
    to: 0.74,
    albedo: [234, 236, 238],
  });
  const sponge = new Path2D();
  sponge.rect(-0.56, -0.62, 1.12, 0.44);
  sponge.ellipse(0, -0.18, 0.56, 0.07, 0, 0, Math.PI * 2);
  fillRound(context, sponge, style, { from: -0.56, to: 0.56, albedo: [196, 134, 84], gloss: 0.05 });
  const cover = new Path2D();
  cover.moveTo(-0.58, -0.66);
  for (let drip = 0; drip < 9; drip += 1) {
    const x = -0.58 + (drip + 0.5) * 0.1289;
    const reach = 0.1 + 0.13 * Math.abs(Math.sin(drip * 2.7 + 1));
    cover.quadraticCurveTo(x - 0.055, -0.62 + reach, x, -0.62 + reach);
    cover.quadraticCurveTo(x + 0.05, -0.62 + reach, x + 0.0645, -0.55);
  }
  cover.lineTo(0.58, -0.66);
  cover.closePath();
  fillRound(context, cover, style, { from: -0.58, to: 0.58, albedo: icing, gloss: 0.4 });
  context.fillStyle = toCss(litColor(style, mixColors(icing, [255, 255, 255], 0.25), 0.6));
  context.fill(shapeOval(0, -0.66, [0.58, 0.08]));
  for (const x of [-0.34, -0.12, 0.12, 0.34]) {
    fillBall(context, style, { x, y: -0.7, radius: 0.055, albedo: [200, 44, 58] });
  }
  context.save();
  context.translate(0, -0.68);
  context.scale(0.16, 0.3);
  drawCandle(context, { ...style, paint: [250, 246, 236] }, pose);
  context.restore();
};
