// A row of towers: facades lit from the side of the sun, windows in their rhythm, masts with beacons on top.
import { type Canvas, Path2D, type SKRSContext2D } from '@napi-rs/canvas';
import { createRandom, deriveSeed } from '../random.ts';
import type { Stage } from '../stage.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import type { Frame } from './camera.ts';
import { mixColors, type Rgb, scaleColor, toCss } from './color.ts';
import { createLayer } from './field.ts';

export const BUILDING_MARGIN = 0.13;

export interface RowOptions {
  name: string;
  /** 0 far, 1 near. */
  near: number;
  /** Heights of the lowest and tallest, in units. */
  heights: readonly [number, number];
  widths: readonly [number, number];
  /** Share of windows with light, 0..1. */
  lit: number;
  /** How much taller they grow towards the middle of this place (share of the width). */
  peakAt: number;
}

export interface BuildingRow {
  canvas: Canvas;
  /** Where the picture begins, in pixels from the top of the frame. */
  top: number;
  /** Tips of the masts, in pixels of the frame. */
  beacons: readonly (readonly [number, number])[];
}

interface Tower {
  x: number;
  width: number;
  height: number;
  color: Rgb;
  kind: number;
}

type Random = () => number;

const FACADES: readonly Rgb[] = [
  [96, 110, 128],
  [126, 120, 116],
  [142, 126, 108],
  [84, 98, 120],
  [112, 100, 104],
  [70, 92, 112],
];

/** Which light burns behind a window; on a lit floor more of them are warm. */
function chooseLamp(chance: number, lit: number, floorLit: boolean): 'bright' | 'warm' | 'dim' {
  if (chance < lit * (floorLit ? 1.6 : 0.45)) return 'warm';
  return chance < lit ? 'bright' : 'dim';
}

function drawWindows(
  context: SKRSContext2D,
  tower: Tower,
  look: { base: number; dark: Rgb; glass: Rgb; lit: number; pitch: number },
  random: Random,
): void {
  const columns = Math.max(2, Math.floor((tower.width * 0.88) / look.pitch));
  const rows = Math.floor((tower.height * 0.95) / (look.pitch * 1.25));
  const stepX = (tower.width * 0.88) / columns;
  const stepY = look.pitch * 1.25;
  const strips = tower.kind % 3 === 1;
  const panes = { bright: new Path2D(), warm: new Path2D(), dim: new Path2D() };
  for (let row = 1; row < rows; row++) {
    const floorLit = random() < 0.12;
    for (let column = 0; column < columns; column++) {
      const x = tower.x + tower.width * 0.06 + column * stepX;
      const y = look.base - tower.height + row * stepY;
      const width = strips ? stepX * 0.94 : stepX * 0.6;
      const lamp = chooseLamp(random(), look.lit, floorLit);
      panes[lamp].rect(x, y, width, stepY * (strips ? 0.42 : 0.56));
    }
  }
  context.fillStyle = toCss(look.glass, 0.5);
  context.fill(panes.dim);
  context.fillStyle = toCss(mixColors([255, 206, 128], look.dark, 0.08), 0.95);
  context.fill(panes.warm);
  context.fillStyle = toCss(mixColors([214, 228, 240], look.dark, 0.22), 0.8);
  context.fill(panes.bright);
}

function shapeTower(tower: Tower, base: number): Path2D {
  const { x, width, height, kind } = tower;
  const top = base - height;
  const outline = new Path2D();
  outline.moveTo(x, base + 4);
  if (kind === 0) {
    outline.lineTo(x, top + width * 0.5);
    outline.quadraticCurveTo(x + width * 0.1, top, x + width * 0.7, top);
    outline.lineTo(x + width, top + width * 0.15);
  } else if (kind === 2) {
    for (const [inset, share] of [
      [0, 0.32],
      [0.12, 0.14],
      [0.24, 0],
    ]) {
      outline.lineTo(x + width * inset, top + height * share * 0.8);
      outline.lineTo(x + width * Math.min(0.4, inset + 0.12), top + height * share * 0.8);
    }
    outline.lineTo(x + width * 0.64, top);
    outline.lineTo(x + width * 0.76, top + height * 0.112);
    outline.lineTo(x + width * 0.88, top + height * 0.112);
    outline.lineTo(x + width * 0.88, top + height * 0.256);
    outline.lineTo(x + width, top + height * 0.256);
  } else if (kind === 3) {
    outline.lineTo(x + width * 0.06, top + height * 0.18);
    outline.lineTo(x + width * 0.5, top);
    outline.lineTo(x + width * 0.94, top + height * 0.18);
  } else {
    outline.lineTo(x, top);
    outline.lineTo(x + width, top);
  }
  outline.lineTo(x + width, base + 4);
  outline.closePath();
  return outline;
}

function drawTower(
  context: SKRSContext2D,
  tower: Tower,
  scene: { base: number; atmosphere: Atmosphere; fade: number; lit: number; pitch: number },
  random: Random,
): void {
  const { base, atmosphere, fade } = scene;
  const outline = shapeTower(tower, base);
  const tint = (color: Rgb, lit: number): Rgb =>
    mixColors(lightColor(atmosphere, color, lit), atmosphere.haze, fade);
  const side = atmosphere.sunX > 0.5 ? 1 : -1;
  const facade = context.createLinearGradient(tower.x, 0, tower.x + tower.width, 0);
  const dark = tint(tower.color, 0.08);
  const light = tint(tower.color, 0.72);
  facade.addColorStop(0, toCss(side > 0 ? dark : light));
  facade.addColorStop(side > 0 ? 0.62 : 0.38, toCss(mixColors(dark, light, 0.32)));
  facade.addColorStop(1, toCss(side > 0 ? light : dark));
  context.fillStyle = facade;
  context.fill(outline);
  context.save();
  context.clip(outline);
  const glass = tint(mixColors(atmosphere.sky[1], [40, 60, 84], 0.5), 0.5);
  drawWindows(context, tower, { base, dark, glass, lit: scene.lit, pitch: scene.pitch }, random);
  const mist = context.createLinearGradient(0, base - tower.height, 0, base);
  mist.addColorStop(0, toCss(atmosphere.sky[2], 0.16));
  mist.addColorStop(0.3, toCss(atmosphere.haze, 0));
  mist.addColorStop(1, toCss(atmosphere.haze, 0.16 + fade * 0.55));
  context.fillStyle = mist;
  context.fillRect(tower.x - 2, base - tower.height - 2, tower.width + 4, tower.height + 8);
  context.fillStyle = toCss(tint(tower.color, 1.2), 0.7);
  const edge = Math.max(0.8, tower.width * 0.018);
  context.fillRect(
    side > 0 ? tower.x + tower.width - edge : tower.x,
    base - tower.height,
    edge,
    tower.height,
  );
  context.restore();
}

/** Draws a row of towers that stand on the horizon of `frame`. */
export function renderBuildings(
  stage: Stage,
  frame: Frame,
  atmosphere: Atmosphere,
  options: RowOptions,
): BuildingRow {
  const random = createRandom(deriveSeed(stage.seed, options.name));
  const top = Math.max(0, frame.horizonY - frame.unit * (options.heights[1] + 0.06));
  const { canvas, context } = createLayer(frame.width * (1 + 2 * BUILDING_MARGIN), frame.horizonY + 6 - top);
  context.translate(BUILDING_MARGIN * frame.width, -top);
  const base = frame.horizonY;
  const fade = Math.min(
    0.92,
    (1 - options.near) * 0.52 * (0.6 + 0.4 * atmosphere.hazeAmount) + 0.06 * atmosphere.hazeAmount,
  );
  const pitch = frame.unit * (0.0052 + options.near * 0.0052);
  const beacons: [number, number][] = [];
  let x = -BUILDING_MARGIN * frame.width;
  while (x < frame.width * (1 + BUILDING_MARGIN)) {
    const width = (options.widths[0] + random() * (options.widths[1] - options.widths[0])) * frame.unit;
    const offset = (x / frame.width - options.peakAt) * (frame.width / frame.unit);
    const crown = 0.42 + 0.58 * Math.exp(-offset * offset * 5);
    const height =
      (options.heights[0] + random() ** 1.6 * (options.heights[1] - options.heights[0])) * crown * frame.unit;
    const tower: Tower = {
      x,
      width,
      height,
      color: scaleColor(FACADES[Math.floor(random() * FACADES.length)], 0.75 + random() * 0.4),
      kind: Math.floor(random() * 6),
    };
    drawTower(context, tower, { base, atmosphere, fade, lit: options.lit, pitch }, random);
    if (random() < 0.3 && height > frame.unit * options.heights[1] * 0.4) {
      const mast = frame.unit * (0.015 + random() * 0.035);
      context.fillStyle = toCss(mixColors(atmosphere.shadow, atmosphere.haze, fade));
      context.fillRect(
        x + width * 0.5 - 1,
        base - height - mast,
        Math.max(1.2, width * 0.03),
        mast + height * 0.1,
      );
      beacons.push([x + width * 0.5, base - height - mast]);
    }
    x += width * (0.92 + random() * 0.22);
  }
  return { canvas, top, beacons };
}
