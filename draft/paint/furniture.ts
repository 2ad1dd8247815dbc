// Furniture for rooms, drawn once onto a layer: each piece stands on the origin and is measured in units of the frame.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createRandom } from '../random.ts';
import { mixColors, type Rgb, scaleColor, toCss } from './color.ts';
import { type FigureStyle, fillRound, litColor, shapeOval } from './figures/figure.ts';
import { drawFruit, drawVase } from './figures/tableware.ts';

/** What a piece of furniture is drawn with. */
export interface RoomBrush {
  context: SKRSContext2D;
  style: FigureStyle;
  /** Pixels a unit. */
  unit: number;
  /** The colour that the prompt names for the room, if any. */
  accent: Rgb | undefined;
}

/** Draws `piece` with its foot at (x, y), in units. */
export function place(brush: RoomBrush, x: number, y: number, piece: () => void): void {
  const { context, unit } = brush;
  context.save();
  context.translate(x, y);
  context.scale(unit, unit);
  piece();
  context.restore();
}

/** A board or a cushion: left, top, width, height, and how round its corners are. */
type Board = readonly [number, number, number, number, radius?: number];

function box(
  brush: RoomBrush,
  [x, y, width, height, radius = 0.004]: Board,
  albedo: Rgb,
  amount: number,
): void {
  const { context, style } = brush;
  const shade = context.createLinearGradient(x, y, x + width * 0.2, y + height);
  shade.addColorStop(0, toCss(litColor(style, albedo, amount + 0.12)));
  shade.addColorStop(1, toCss(litColor(style, albedo, Math.max(0, amount - 0.2))));
  context.fillStyle = shade;
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}

function shadow({ context }: RoomBrush, half: number): void {
  context.fillStyle = 'rgba(0,0,0,0.28)';
  context.fill(shapeOval(0, 0.004, [half, half * 0.1]));
}

/** A sofa with two seats and cushions. */
export function drawSofa(brush: RoomBrush): void {
  const cloth: Rgb = brush.accent ?? [108, 124, 128];
  shadow(brush, 0.32);
  box(brush, [-0.28, -0.21, 0.56, 0.14, 0.025], cloth, 0.34);
  for (const x of [-0.265, 0.005]) box(brush, [x, -0.2, 0.26, 0.13, 0.03], scaleColor(cloth, 1.06), 0.44);
  for (const x of [-0.265, 0.005]) box(brush, [x, -0.105, 0.26, 0.055, 0.02], scaleColor(cloth, 1.12), 0.6);
  box(brush, [-0.29, -0.055, 0.58, 0.045, 0.012], scaleColor(cloth, 0.8), 0.2);
  for (const x of [-0.33, 0.265]) box(brush, [x, -0.145, 0.065, 0.135, 0.024], cloth, 0.46);
  box(brush, [-0.2, -0.165, 0.095, 0.085, 0.02], [214, 150, 84], 0.5);
  box(brush, [0.12, -0.16, 0.09, 0.08, 0.02], [226, 214, 194], 0.5);
  for (const x of [-0.3, 0.285]) box(brush, [x, -0.012, 0.015, 0.014], [92, 62, 42], 0.2);
}

/** A lamp on a tall foot. */
export function drawFloorLamp(brush: RoomBrush): void {
  const { context, style } = brush;
  shadow(brush, 0.05);
  box(brush, [-0.004, -0.42, 0.008, 0.42], [66, 58, 54], 0.3);
  context.beginPath();
  context.moveTo(-0.045, -0.5);
  context.lineTo(0.045, -0.5);
  context.lineTo(0.075, -0.38);
  context.lineTo(-0.075, -0.38);
  context.closePath();
  context.fillStyle = style.lampsOn ? '#ffe0a0' : toCss(litColor(style, [236, 222, 196], 0.5));
  context.fill();
}

/** A plant with large leaves in a pot. */
export function drawPlant(brush: RoomBrush, seed: number): void {
  const { context, style } = brush;
  const random = createRandom(seed);
  shadow(brush, 0.07);
  for (let leaf = 0; leaf < 17; leaf += 1) {
    const angle = -Math.PI / 2 + (leaf / 16 - 0.5) * 2.7;
    const length = 0.14 + random() * 0.14;
    const [x, y] = [Math.cos(angle) * length * 0.8, -0.09 + Math.sin(angle) * length];
    context.strokeStyle = toCss(litColor(style, [66, 92, 54], 0.3));
    context.lineWidth = 0.003;
    context.beginPath();
    context.moveTo(0, -0.07);
    context.quadraticCurveTo(x * 0.3, y * 0.8, x, y);
    context.stroke();
    context.fillStyle = toCss(
      litColor(style, random() > 0.5 ? [64, 110, 62] : [98, 146, 78], 0.25 + random() * 0.4),
    );
    context.fill(shapeOval(x, y, [0.048, 0.019], angle));
  }
  box(brush, [-0.045, -0.085, 0.09, 0.085, 0.012], [196, 120, 84], 0.4);
}

/** A framed picture on the wall: hills under a sky. */
export function drawFramedPicture(brush: RoomBrush, [width, height]: readonly [number, number]): void {
  const { context, style } = brush;
  box(brush, [-width / 2, -height, width, height], [70, 54, 44], 0.3);
  box(brush, [-width / 2 + 0.008, -height + 0.008, width - 0.016, height - 0.016], [240, 236, 226], 0.45);
  const inner = [-width / 2 + 0.024, -height + 0.024, width - 0.048, height - 0.048] as const;
  context.save();
  context.beginPath();
  context.rect(...inner);
  context.clip();
  context.fillStyle = toCss(litColor(style, [224, 190, 150], 0.5));
  context.fillRect(...inner);
  for (let hill = 0; hill < 3; hill += 1) {
    context.fillStyle = toCss(litColor(style, mixColors([84, 120, 128], [206, 120, 84], hill / 2), 0.4));
    context.fill(
      shapeOval(-width * 0.2 + hill * width * 0.2, -height * 0.1 + hill * 0.012, [
        width * 0.4,
        height * 0.42,
      ]),
    );
  }
  context.restore();
}

/** A low table with a vase on it. */
export function drawLowTable(brush: RoomBrush): void {
  const { context, style } = brush;
  shadow(brush, 0.2);
  for (const x of [-0.15, 0.14]) box(brush, [x, -0.09, 0.012, 0.09], [110, 76, 50], 0.2);
  fillRound(context, shapeOval(0, -0.09, [0.2, 0.03]), style, {
    from: -0.2,
    to: 0.2,
    albedo: [166, 112, 72],
  });
  context.save();
  context.translate(0.03, -0.095);
  context.scale(0.13, 0.13);
  drawVase(context, { ...style, paint: brush.accent }, { seconds: 0, variety: 0.4 });
  context.restore();
}

/** Shelves full of books, `columns` wide and `rows` high, from the floor up. */
export function drawBookshelf(
  brush: RoomBrush,
  { columns, rows, seed }: { columns: number; rows: number; seed: number },
): void {
  const random = createRandom(seed);
  const [cell, tall] = [0.17, 0.095];
  box(brush, [-0.01, -rows * tall - 0.012, columns * cell + 0.02, rows * tall + 0.012], [96, 62, 40], 0.12);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [left, bottom] = [column * cell + 0.006, -row * tall - 0.008];
      box(brush, [left, bottom - tall + 0.01, cell - 0.012, tall - 0.01], [54, 36, 26], 0.02);
      for (let x = left; x < left + cell - 0.024; ) {
        const width = 0.007 + random() * 0.009;
        const height = tall * (0.55 + random() * 0.32);
        const spine: Rgb = [70 + random() * 140, 46 + random() * 90, 40 + random() * 80];
        box(brush, [x, bottom - height, width, height, 0.001], spine, 0.3 + random() * 0.2);
        x += width + 0.0012;
      }
      box(brush, [left - 0.006, bottom, cell, 0.008, 0.001], [128, 84, 54], 0.5);
    }
  }
}

/** A bed with pillows and a lamp beside it. */
export function drawBed(brush: RoomBrush): void {
  const cover: Rgb = brush.accent ?? [122, 140, 160];
  shadow(brush, 0.4);
  box(brush, [-0.34, -0.28, 0.68, 0.2, 0.02], [130, 92, 64], 0.3);
  for (const x of [-0.29, 0.02]) box(brush, [x, -0.185, 0.27, 0.085, 0.03], [240, 238, 232], 0.5);
  box(brush, [-0.36, -0.115, 0.72, 0.1, 0.02], cover, 0.5);
  box(brush, [-0.36, -0.115, 0.72, 0.024, 0.012], [238, 236, 230], 0.6);
  box(brush, [-0.35, -0.02, 0.7, 0.02], [110, 78, 54], 0.2);
}

/** A desk with a screen, a keyboard and a mug. */
export function drawDesk(brush: RoomBrush): void {
  const { context } = brush;
  shadow(brush, 0.36);
  for (const x of [-0.33, 0.31]) box(brush, [x, -0.2, 0.02, 0.2], [70, 66, 64], 0.2);
  box(brush, [-0.35, -0.215, 0.7, 0.022], [176, 126, 84], 0.5);
  box(brush, [-0.02, -0.26, 0.04, 0.05], [96, 98, 102], 0.3);
  box(brush, [-0.14, -0.42, 0.28, 0.17, 0.008], [40, 42, 48], 0.3);
  const screen = context.createLinearGradient(-0.13, -0.41, 0.13, -0.26);
  screen.addColorStop(0, '#7fb0ee');
  screen.addColorStop(1, '#3a5fae');
  context.fillStyle = screen;
  context.fillRect(-0.132, -0.412, 0.264, 0.152);
  context.fillStyle = 'rgba(255,255,255,0.7)';
  for (let line = 0; line < 5; line += 1)
    context.fillRect(-0.11, -0.395 + line * 0.022, 0.07 + (line % 3) * 0.03, 0.007);
  box(brush, [-0.09, -0.226, 0.18, 0.012], [206, 208, 210], 0.4);
  box(brush, [0.2, -0.255, 0.035, 0.04, 0.006], [206, 92, 72], 0.5);
  for (const [x, height] of [
    [-0.29, 0.07],
    [-0.265, 0.085],
    [-0.242, 0.062],
  ] as const) {
    box(brush, [x, -0.215 - height, 0.02, height], [92 + x * -200, 96, 120], 0.4);
  }
}

/** A kitchen along the whole wall: cupboards, a worktop, an oven, shelves with jars. */
export function drawKitchen(brush: RoomBrush, half: number): void {
  const { context, style } = brush;
  const front: Rgb = brush.accent ?? [104, 128, 122];
  box(brush, [-half, -0.2, half * 2, 0.2], scaleColor(front, 0.8), 0.2);
  for (let x = -half; x < half; x += 0.15) {
    box(brush, [x + 0.006, -0.19, 0.138, 0.17, 0.006], front, 0.42);
    box(brush, [x + 0.05, -0.178, 0.05, 0.006], [214, 190, 140], 0.6);
  }
  box(brush, [-0.12, -0.192, 0.2, 0.18, 0.006], [52, 54, 58], 0.3);
  box(brush, [-0.1, -0.15, 0.16, 0.1, 0.006], [26, 28, 34], 0.2);
  box(brush, [-0.1, -0.168, 0.16, 0.008], [190, 192, 194], 0.6);
  box(brush, [-half, -0.222, half * 2, 0.026], [222, 206, 182], 0.62);
  for (const x of [-0.055, 0.02]) box(brush, [x, -0.25, 0.06, 0.03, 0.01], [176, 84, 60], 0.4);
  box(brush, [-half * 0.92, -0.42, 0.34, 0.012], [150, 104, 68], 0.5);
  for (let jar = 0; jar < 7; jar += 1) {
    const tone: Rgb = jar % 3 === 0 ? [214, 168, 96] : jar % 3 === 1 ? [232, 226, 214] : [150, 82, 60];
    box(
      brush,
      [-half * 0.9 + jar * 0.046, -0.42 - 0.045 - (jar % 2) * 0.014, 0.034, 0.045 + (jar % 2) * 0.014, 0.008],
      tone,
      0.45,
    );
  }
  context.save();
  context.translate(0.36, -0.222);
  context.scale(0.09, 0.09);
  drawFruit(context, style, { seconds: 0, variety: 0.3 });
  context.restore();
}

/** A lamp that hangs from the ceiling on a wire `drop` long. */
export function drawPendant(brush: RoomBrush, drop: number): void {
  const { context, style } = brush;
  box(brush, [-0.0015, 0, 0.003, drop], [40, 38, 38], 0.2);
  context.fillStyle = toCss(litColor(style, [58, 60, 62], 0.35));
  context.beginPath();
  context.arc(0, drop + 0.045, 0.05, Math.PI, 0);
  context.fill();
  context.fillStyle = style.lampsOn ? '#ffe9b8' : toCss(litColor(style, [240, 232, 210], 0.6));
  context.fill(shapeOval(0, drop + 0.046, [0.034, 0.01]));
}

/** The opening of a fireplace in its frame; the fire is drawn apart. */
export function drawFireplace(brush: RoomBrush): void {
  box(brush, [-0.17, -0.34, 0.34, 0.34], [200, 192, 180], 0.4);
  box(brush, [-0.2, -0.36, 0.4, 0.03], [222, 214, 202], 0.6);
  box(brush, [-0.115, -0.22, 0.23, 0.22], [22, 16, 14], 0.1);
  for (const [x, turn] of [
    [-0.03, 0.2],
    [0.03, -0.15],
  ] as const) {
    brush.context.save();
    brush.context.translate(x, -0.018);
    brush.context.rotate(turn);
    box(brush, [-0.07, -0.014, 0.14, 0.026, 0.012], [84, 54, 36], 0.3);
    brush.context.restore();
  }
}
