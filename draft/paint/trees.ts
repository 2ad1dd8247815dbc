// Trees, leaves and grass, drawn once onto a layer. Everything grows from a random stream, so a seed is a forest.
import { Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, scaleColor, toCss } from './color.ts';

/** Where and how a tree stands on its layer, in pixels. */
export interface TreeSpot {
  x: number;
  /** The foot of the tree. */
  y: number;
  height: number;
  width: number;
}

/** Colours of one layer of wood. `lightSide` is -1 for light from the left and 1 from the right. */
export interface WoodColors {
  shade: Rgb;
  lit: Rgb;
  lightSide: number;
}

type Random = () => number;

function growBranch(
  context: SKRSContext2D,
  from: { x: number; y: number; angle: number; length: number; width: number },
  random: Random,
  generations: number,
): void {
  const endX = from.x + Math.cos(from.angle) * from.length;
  const endY = from.y + Math.sin(from.angle) * from.length;
  const bend = (random() - 0.5) * from.length * 0.3;
  context.lineWidth = Math.max(0.5, from.width);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.quadraticCurveTo((from.x + endX) / 2 + bend, (from.y + endY) / 2 + bend * 0.5, endX, endY);
  context.stroke();
  if (generations === 0) return;
  const forks = 2 + (random() > 0.6 ? 1 : 0);
  for (let fork = 0; fork < forks; fork++) {
    growBranch(
      context,
      {
        x: endX,
        y: endY,
        angle: from.angle + (random() - 0.5) * 1.3,
        length: from.length * (0.55 + random() * 0.25),
        width: from.width * 0.6,
      },
      random,
      generations - 1,
    );
  }
}

/** A tall trunk that leaves the frame at the top, with bark, a lit edge and a few boughs. */
export function drawTrunk(context: SKRSContext2D, spot: TreeSpot, colors: WoodColors, random: Random): void {
  const lean = (random() - 0.5) * spot.width * 2.2;
  const half = spot.width / 2;
  const outline = new Path2D();
  const top = spot.y - spot.height;
  const flare = spot.width * (0.55 + random() * 0.35);
  outline.moveTo(spot.x - half - flare, spot.y + half * 0.3);
  outline.bezierCurveTo(
    spot.x - half * 1.05,
    spot.y - spot.width * 0.9,
    spot.x - half + lean * 0.2,
    spot.y - spot.height * 0.45,
    spot.x - half * 0.55 + lean,
    top,
  );
  outline.lineTo(spot.x + half * 0.55 + lean, top);
  outline.bezierCurveTo(
    spot.x + half + lean * 0.2,
    spot.y - spot.height * 0.45,
    spot.x + half * 1.05,
    spot.y - spot.width * 0.9,
    spot.x + half + flare,
    spot.y + half * 0.3,
  );
  outline.closePath();
  const side = context.createLinearGradient(spot.x - half * 1.1, 0, spot.x + half * 1.1, 0);
  const first = colors.lightSide > 0 ? 0 : 1;
  side.addColorStop(first, toCss(scaleColor(colors.shade, 0.8)));
  side.addColorStop(Math.abs(first - 0.6), toCss(colors.shade));
  side.addColorStop(Math.abs(first - 0.9), toCss(mixColors(colors.shade, colors.lit, 0.62)));
  side.addColorStop(1 - first, toCss(colors.lit));
  context.fillStyle = side;
  context.fill(outline);
  drawBark(context, { outline, spot, lean }, colors, random);
  context.strokeStyle = toCss(colors.shade);
  context.lineCap = 'round';
  const boughs = 2 + Math.floor(random() * 4);
  for (let bough = 0; bough < boughs; bough++) {
    const share = 0.34 + random() * 0.6;
    const left = random() > 0.5;
    growBranch(
      context,
      {
        x: spot.x + lean * share * share,
        y: spot.y - spot.height * share,
        angle: left ? Math.PI + 0.35 + random() * 0.5 : -0.35 - random() * 0.5,
        length: spot.width * (1.5 + random() * 2.2),
        width: spot.width * 0.17,
      },
      random,
      3,
    );
  }
}

function drawBark(
  context: SKRSContext2D,
  trunk: { outline: Path2D; spot: TreeSpot; lean: number },
  colors: WoodColors,
  random: Random,
): void {
  const { spot, lean } = trunk;
  if (spot.width < 14) return;
  context.save();
  context.clip(trunk.outline);
  const lines = Math.round(spot.height / 9);
  for (let line = 0; line < lines; line++) {
    const share = random();
    const across = (random() - 0.5) * spot.width;
    const y = spot.y - spot.height * share;
    const x = spot.x + across + lean * share * share;
    const length = spot.width * (0.2 + random() * 0.6);
    context.strokeStyle = toCss(
      random() > 0.42 ? scaleColor(colors.shade, 0.55) : colors.lit,
      0.1 + random() * 0.16,
    );
    context.lineWidth = Math.max(0.6, spot.width * (0.012 + random() * 0.03));
    context.beginPath();
    context.moveTo(x, y);
    context.quadraticCurveTo(x + (random() - 0.5) * spot.width * 0.12, y - length / 2, x, y - length);
    context.stroke();
  }
  context.restore();
}

/** One tier of boughs: ragged at its lower edge, drooping to the tips. */
function shapeTier(tier: { x: number; base: number; reach: number; rise: number }, random: Random): Path2D {
  const { x, base, reach, rise } = tier;
  const outline = new Path2D();
  const teeth = 11;
  outline.moveTo(x, base - rise);
  outline.quadraticCurveTo(x - reach * 0.16, base - rise * 0.3, x - reach, base + rise * 0.16);
  for (let tooth = 1; tooth < teeth; tooth++) {
    const across = -1 + (2 * tooth) / teeth;
    const sag = rise * 0.16 * Math.abs(across);
    const tip = x + reach * (across + (random() - 0.5) * 0.05);
    outline.lineTo(tip - reach * 0.07, base + sag - rise * (0.04 + random() * 0.1));
    outline.quadraticCurveTo(
      tip - reach * 0.03,
      base + sag,
      tip,
      base + sag + rise * (0.02 + random() * 0.14),
    );
  }
  outline.lineTo(x + reach, base + rise * 0.16);
  outline.quadraticCurveTo(x + reach * 0.16, base - rise * 0.3, x, base - rise);
  return outline;
}

/** A pine of drooping boughs; `snow` in 0..1 whitens their upper sides. */
export function drawPine(
  context: SKRSContext2D,
  spot: TreeSpot,
  colors: WoodColors & { snow: number; snowColor: Rgb },
  random: Random,
): void {
  const tiers = Math.max(6, Math.min(20, Math.round(spot.height / 12)));
  const dark = scaleColor(colors.shade, 0.78);
  context.fillStyle = toCss(scaleColor(colors.shade, 0.6));
  context.fillRect(
    spot.x - spot.width * 0.035,
    spot.y - spot.height * 0.3,
    spot.width * 0.07,
    spot.height * 0.3,
  );
  for (let tier = 0; tier < tiers; tier++) {
    const share = tier / tiers;
    const base = spot.y - spot.height * (0.07 + 0.82 * share);
    const reach = (spot.width / 2) * (1 - share) ** 0.85 * (0.82 + random() * 0.32) + spot.width * 0.03;
    const rise = (spot.height / tiers) * 2.4;
    const bough = shapeTier({ x: spot.x, base, reach, rise }, random);
    const glow = 0.16 + 0.5 * share;
    const lit = mixColors(colors.shade, colors.lit, glow);
    const shading = context.createLinearGradient(
      spot.x - reach * colors.lightSide,
      base,
      spot.x + reach * colors.lightSide,
      base - rise * 0.3,
    );
    shading.addColorStop(0, toCss(dark));
    shading.addColorStop(0.5, toCss(mixColors(colors.shade, colors.lit, glow * 0.45)));
    shading.addColorStop(1, toCss(lit));
    context.fillStyle = shading;
    context.fill(bough);
    if (colors.snow < 0.05) continue;
    context.save();
    context.clip(bough);
    const cover = context.createLinearGradient(0, base - rise * 0.75, 0, base + rise * 0.12);
    cover.addColorStop(0, toCss(colors.snowColor, 0.95 * colors.snow));
    cover.addColorStop(0.55, toCss(colors.snowColor, 0.7 * colors.snow));
    cover.addColorStop(1, toCss(colors.snowColor, 0));
    context.fillStyle = cover;
    context.fillRect(spot.x - reach, base - rise, reach * 2, rise * 1.3);
    context.restore();
  }
}

/** Leaves in loose clumps; each is a small pointed blade. */
export function drawLeaves(
  context: SKRSContext2D,
  cloud: { x: number; y: number; radiusX: number; radiusY: number; count: number; size: number },
  colors: readonly Rgb[],
  random: Random,
): void {
  for (let leaf = 0; leaf < cloud.count; leaf++) {
    const angle = random() * Math.PI * 2;
    const reach = random() ** 0.6;
    const x = cloud.x + Math.cos(angle) * reach * cloud.radiusX;
    const y = cloud.y + Math.sin(angle) * reach * cloud.radiusY;
    const size = cloud.size * (0.6 + random() * 0.8);
    const turn = random() * Math.PI;
    const color = colors[Math.floor(random() * colors.length)];
    context.fillStyle = toCss(scaleColor(color, 0.75 + random() * 0.45), 0.92);
    context.beginPath();
    context.ellipse(x, y, size, size * 0.46, turn, 0, Math.PI * 2);
    context.fill();
  }
}

/** A fringe of grass and ferns along the ground. */
export function drawUndergrowth(
  context: SKRSContext2D,
  strip: { left: number; right: number; groundAt: (x: number) => number; blade: number; count: number },
  colors: readonly Rgb[],
  random: Random,
): void {
  context.lineCap = 'round';
  for (let blade = 0; blade < strip.count; blade++) {
    const x = strip.left + random() * (strip.right - strip.left);
    const y = strip.groundAt(x) + random() * strip.blade * 0.5;
    const length = strip.blade * (0.35 + random() ** 2 * 1.1);
    const lean = (random() - 0.5) * length * 1.2;
    const color = colors[Math.floor(random() * colors.length)];
    context.strokeStyle = toCss(scaleColor(color, 0.7 + random() * 0.5));
    context.lineWidth = Math.max(0.6, strip.blade * 0.045 * (0.5 + random()));
    context.beginPath();
    context.moveTo(x, y);
    context.quadraticCurveTo(
      x + lean * 0.2,
      y - length * 0.7,
      x + lean,
      y - length * (0.85 + random() * 0.2),
    );
    context.stroke();
  }
}
