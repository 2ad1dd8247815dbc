// Draws the blocks of the night city: walls with light from the street, windows with lives behind them. The
// colours of everything that stands still are worked out once; a frame only places and fills.
import { mixColors, scaleColor, toCss } from '../paint/color.ts';
import {
  type Haze,
  hazedCss,
  hazeShare,
  inHaze,
  NEAR_METRES,
  partOfWall,
  scaleAt,
  toScreenX,
  toScreenY,
  traceBoard,
  traceWall,
  type WallArea,
} from './night-city-lens.ts';
import type { Pass, StreetPainter } from './night-city-pass.ts';
import { prepareShop } from './night-city-shops.ts';
import { type Building, type Palette, type Pane, SHOP_HEIGHT_METRES } from './night-city-world.ts';

interface Coat {
  nearCss: string;
  farCss: string;
  faceCss: string;
  faceTopCss: string;
  lineCss: string;
  frameCss: string;
  glowCss: string;
  glowEndCss: string;
}

/** Windows of one colour, filled in one go. */
interface PaneBatch {
  css: string;
  isLit: boolean;
  panes: Pane[];
}

export function prepareBuilding(building: Building, palette: Palette): StreetPainter {
  const { haze } = palette;
  const middle = (building.near + building.far) / 2;
  const coat = mixCoat(building, palette);
  const batches = batchPanes(building.panes, palette, middle);
  const faceBatches = batchPanes(building.facePanes, palette, building.near);
  const shops = building.shops.map((shop) => prepareShop(shop, building, haze));
  const details = building.close ? building.panes.filter(({ kind }) => kind !== 'dark') : [];
  const detailCss = toCss(inHaze(scaleColor(building.color, 0.55), haze, middle), 0.9);
  return (pass) => {
    if (building.far <= pass.lens.eyeZ + NEAR_METRES) return;
    paintFace(pass, building, coat, faceBatches);
    paintWall(pass, building, coat);
    paintPanes(pass, building, batches);
    if (pass.detailed && building.close) {
      paintPaneDetails(pass, building, details, detailCss);
      paintSills(pass, building, coat);
      if (building.balconies) paintBalconies(pass, building, coat);
      else paintCoolers(pass, building, coat);
    }
    for (const shop of shops) shop(pass);
    paintTube(pass, building, haze);
  };
}

function wallOf({ side, wall, near, far }: Building, low: number, high: number): WallArea {
  return { x: side * wall, near, far, low, high };
}

function mixCoat(building: Building, { haze, glow }: Palette): Coat {
  const base = building.color;
  const middle = (building.near + building.far) / 2;
  const far = inHaze(base, haze, building.far);
  return {
    nearCss: hazedCss(base, haze, building.near),
    farCss: toCss(far),
    faceCss: toCss(mixColors(scaleColor(inHaze(base, haze, building.near), 0.8), haze.color, 0.12)),
    faceTopCss: toCss(scaleColor(inHaze(base, haze, building.near), 0.6)),
    lineCss: toCss(inHaze(scaleColor(base, 0.5), haze, middle), 0.8),
    frameCss: toCss(inHaze(scaleColor(base, 1.7), haze, middle)),
    glowCss: toCss(mixColors(glow, haze.color, 0.35), 0.15),
    glowEndCss: toCss(haze.color, 0),
  };
}

function batchPanes(panes: readonly Pane[], { windows, haze }: Palette, metres: number): PaneBatch[] {
  const batches = new Map<string, Pane[]>();
  const fade = 1 - hazeShare(haze, metres) * 0.55;
  for (const pane of panes) {
    const light = Math.round(pane.light * 3) / 3;
    const lit = mixColors(haze.color, windows[pane.tone % windows.length], fade);
    const dark = mixColors([22, 24, 44], haze.color, 0.25 + hazeShare(haze, metres) * 0.7);
    const css =
      pane.kind === 'dark'
        ? toCss(scaleColor(dark, 0.7 + light * 0.6))
        : toCss(scaleColor(lit, 0.45 + light * 0.5));
    const batch = batches.get(css);
    if (batch) batch.push(pane);
    else batches.set(css, [pane]);
  }
  return Array.from(batches, ([css, batch]) => ({ css, isLit: batch[0].kind !== 'dark', panes: batch }));
}

/** The side that looks at the eye: seen above a lower neighbour and in alleys. */
function paintFace(
  { context, lens, timeSeconds, detailed }: Pass,
  building: Building,
  coat: Coat,
  batches: readonly PaneBatch[],
): void {
  const { side, wall, near, height } = building;
  if (near <= lens.eyeZ + NEAR_METRES) return;
  const inner = side * wall;
  const outer = side * (wall + 12);
  const left = Math.min(inner, outer);
  const right = Math.max(inner, outer);
  const fill = context.createLinearGradient(0, toScreenY(lens, 0, near), 0, toScreenY(lens, height, near));
  fill.addColorStop(0, coat.faceCss);
  fill.addColorStop(1, coat.faceTopCss);
  context.fillStyle = fill;
  context.beginPath();
  traceBoard(context, lens, { z: near, left, right, low: 0, high: height });
  context.fill();
  if (!detailed) return;
  const visible = visibleHeight({ context, lens, timeSeconds, detailed }, near);
  for (const { css, panes } of batches) {
    context.fillStyle = css;
    context.beginPath();
    for (const pane of panes) {
      if (pane.low > visible) continue;
      const start = side * (wall + pane.near);
      const end = side * (wall + pane.far);
      traceBoard(context, lens, {
        z: near,
        left: Math.min(start, end),
        right: Math.max(start, end),
        low: pane.low,
        high: pane.high,
      });
    }
    context.fill();
  }
}

function paintWall(pass: Pass, building: Building, coat: Coat): void {
  const { context, lens } = pass;
  const near = Math.max(building.near, lens.eyeZ + NEAR_METRES);
  const x = building.side * building.wall;
  const wall = wallOf(building, 0, building.height);
  const along = context.createLinearGradient(
    toScreenX(lens, x, near),
    0,
    toScreenX(lens, x, building.far),
    0,
  );
  along.addColorStop(0, coat.nearCss);
  along.addColorStop(1, coat.farCss);
  context.fillStyle = along;
  context.beginPath();
  traceWall(context, lens, wall);
  context.fill();
  if (!building.close) return;
  const ground = toScreenY(lens, 0, near);
  const up = context.createLinearGradient(0, ground, 0, toScreenY(lens, 17, near));
  up.addColorStop(0, coat.glowCss);
  up.addColorStop(1, coat.glowEndCss);
  context.fillStyle = up;
  context.fill();
  if (pass.detailed) paintLedges(pass, building, coat);
}

/** Floor lines and the roof's edge. */
function paintLedges({ context, lens }: Pass, building: Building, coat: Coat): void {
  const x = building.side * (building.wall - 0.12);
  context.fillStyle = coat.lineCss;
  context.beginPath();
  for (let low = SHOP_HEIGHT_METRES + 0.6; low < building.height; low += building.close ? 3.1 : 6.2) {
    traceWall(context, lens, { x, near: building.near, far: building.far, low, high: low + 0.14 });
  }
  context.fill();
  context.fillStyle = coat.frameCss;
  context.beginPath();
  traceWall(context, lens, {
    x,
    near: building.near,
    far: building.far,
    low: building.height - 0.3,
    high: building.height,
  });
  context.fill();
}

/** Beyond this many metres a window is so small that a plain rectangle looks like one in perspective. */
const PLAIN_RECTANGLE_METRES = 38;

function paintPanes(pass: Pass, building: Building, batches: readonly PaneBatch[]): void {
  const { context, lens } = pass;
  const x = building.side * building.wall;
  const isFar = building.near - lens.eyeZ > PLAIN_RECTANGLE_METRES;
  const top = visibleHeight(pass, building.far);
  for (const { css, panes, isLit } of batches) {
    // Unlit windows hardly differ from their wall in the wet road.
    if (!isLit && !pass.detailed) continue;
    context.fillStyle = css;
    context.beginPath();
    for (const { near, far, low, high } of panes) {
      if (low > top || near <= lens.eyeZ + NEAR_METRES) continue;
      if (isFar) tracePlain(pass, x, { near, far, low, high });
      else traceWall(context, lens, { x, near, far, low, high });
    }
    context.fill();
  }
}

/** The height in metres that the picture still shows at a distance. */
function visibleHeight({ context, lens }: Pass, z: number): number {
  const space = lens.mirror === 1 ? lens.horizonY : context.canvas.height - lens.horizonY;
  return space / scaleAt(lens, z) + lens.eyeY * lens.mirror;
}

/** One call where a wall rectangle takes five: calls into the canvas are what a frame spends its time on. */
function tracePlain({ context, lens }: Pass, x: number, { near, far, low, high }: Omit<WallArea, 'x'>): void {
  const left = toScreenX(lens, x, near);
  const middle = (near + far) / 2;
  const top = toScreenY(lens, high, middle);
  context.rect(left, top, toScreenX(lens, x, far) - left, toScreenY(lens, low, middle) - top);
}

/** Curtains, blinds, window bars and people, all in one dark colour. */
function paintPaneDetails(pass: Pass, building: Building, panes: readonly Pane[], css: string): void {
  const { context, lens } = pass;
  const x = building.side * building.wall;
  const top = visibleHeight(pass, building.far);
  context.fillStyle = css;
  context.beginPath();
  for (const pane of panes) {
    if (pane.low > top || pane.near <= lens.eyeZ + NEAR_METRES) continue;
    const area: WallArea = { x, near: pane.near, far: pane.far, low: pane.low, high: pane.high };
    for (const part of PANE_PARTS[pane.kind]) {
      traceWall(context, lens, partOfWall(area, [part[0], part[1]], [part[2], part[3]]));
    }
  }
  context.fill();
}

type Part = readonly [number, number, number, number];

const CROSS: readonly Part[] = [
  [0.47, 0.53, 0, 1],
  [0, 1, 0.58, 0.63],
];

/** Shares of a window that are dark: from, to along; from, to upwards. */
const PANE_PARTS: Record<Pane['kind'], readonly Part[]> = {
  plain: [
    [0.31, 0.335, 0, 1],
    [0.655, 0.68, 0, 1],
    [0, 1, 0.72, 0.755],
    [0.06, 0.26, 0, 0.22],
    [0.4, 0.6, 0, 0.26],
    [0.74, 0.8, 0, 0.4],
  ],
  dark: [],
  cross: CROSS,
  curtain: [...CROSS.slice(0, 1), [0.02, 0.2, 0, 1], [0.78, 0.98, 0, 1], [0, 1, 0.9, 1]],
  blind: Array.from({ length: 6 }, (_, index): Part => [0, 1, 0.32 + index * 0.115, 0.365 + index * 0.115]),
  figure: [
    [0.3, 0.56, 0, 0.4],
    [0.35, 0.51, 0.4, 0.62],
    [0.8, 0.95, 0, 0.3],
    [0.84, 0.91, 0.3, 0.45],
    [0.47, 0.5, 0.62, 1],
  ],
};

function paintSills(pass: Pass, building: Building, coat: Coat): void {
  const { context, lens } = pass;
  const x = building.side * (building.wall - 0.1);
  const top = visibleHeight(pass, building.far);
  context.fillStyle = coat.frameCss;
  context.beginPath();
  for (const { near, far, low } of building.panes) {
    if (low > top || near <= lens.eyeZ + NEAR_METRES) continue;
    traceWall(context, lens, { x, near: near - 0.08, far: far + 0.08, low: low - 0.12, high: low });
  }
  context.fill();
}

/** Air conditioners under some windows: a box with a face towards the eye. */
function paintCoolers({ context, lens }: Pass, building: Building, coat: Coat): void {
  const inner = building.side * building.wall;
  const outer = building.side * (building.wall - 0.5);
  const boxes = building.panes.filter(({ near, light }) => light > 0.86 && near > lens.eyeZ + NEAR_METRES);
  context.fillStyle = coat.lineCss;
  context.beginPath();
  for (const { near, low } of boxes) {
    const [left, right] = building.side < 0 ? [inner, outer] : [outer, inner];
    traceBoard(context, lens, { z: near, left, right, low: low - 0.78, high: low - 0.2 });
  }
  context.fill();
  context.fillStyle = coat.frameCss;
  context.beginPath();
  for (const { near, low } of boxes) {
    traceWall(context, lens, { x: outer, near, far: near + 0.85, low: low - 0.78, high: low - 0.2 });
  }
  context.fill();
}

function paintBalconies(pass: Pass, building: Building, coat: Coat): void {
  const { context, lens } = pass;
  const x = building.side * (building.wall - 0.55);
  const step = 3.1;
  const top = Math.min(building.height - 1.2, visibleHeight(pass, building.far));
  context.fillStyle = coat.frameCss;
  context.strokeStyle = coat.lineCss;
  context.beginPath();
  for (let low = SHOP_HEIGHT_METRES + 0.6; low < top; low += step) {
    const near = building.near + 0.8;
    const far = building.far - 0.8;
    if (near <= lens.eyeZ + NEAR_METRES) continue;
    traceWall(context, lens, { x, near, far, low, high: low + 0.16 });
    traceWall(context, lens, { x, near, far, low: low + 0.84, high: low + 0.92 });
    for (let post = near; post <= far; post += 0.55) {
      traceWall(context, lens, { x, near: post, far: post + 0.07, low, high: low + 0.9 });
    }
  }
  context.fill();
}

/** A neon tube along the front and down the near corner, with its own thickness in perspective. */
function paintTube({ context, lens }: Pass, building: Building, haze: Haze): void {
  const { tube, side, near, far, height } = building;
  if (!tube || near <= lens.eyeZ + 3) return;
  const x = side * (building.wall - 0.25);
  const top = Math.min(height, 15) - 0.8;
  const color = mixColors(tube, haze.color, hazeShare(haze, near) * 0.5);
  const trace = (half: number): void => {
    context.beginPath();
    traceWall(context, lens, { x, near: near - half, far: near + half, low: SHOP_HEIGHT_METRES, high: top });
    traceWall(context, lens, { x, near: near + half, far, low: top - half, high: top + half });
  };
  context.globalCompositeOperation = 'lighter';
  context.fillStyle = toCss(color, 0.14);
  trace(0.26);
  context.fill();
  context.fillStyle = toCss(mixColors(color, [255, 255, 255], 0.3), 0.95);
  trace(0.055);
  context.fill();
  context.globalCompositeOperation = 'source-over';
}
