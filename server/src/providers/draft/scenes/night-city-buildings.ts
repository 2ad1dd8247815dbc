// Draws the blocks of the night city: walls with light from the street, windows with lives behind them, shops. The
// colours of everything that stands still are worked out once; a frame only places and fills.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { traceGlyph } from './night-city-glyphs.ts';
import {
  type Haze,
  hazedCss,
  hazeShare,
  inHaze,
  type Lens,
  NEAR_METRES,
  partOfWall,
  scaleAt,
  toScreenX,
  toScreenY,
  traceBoard,
  traceWall,
  type WallArea,
} from './night-city-lens.ts';
import { type Building, type Palette, type Pane, SHOP_HEIGHT_METRES, type Shop } from './night-city-world.ts';

/** What one drawing of the street is told: the mirrored one leaves small things out. */
export interface Pass {
  context: SKRSContext2D;
  lens: Lens;
  timeSeconds: number;
  detailed: boolean;
}

export type BuildingPainter = (pass: Pass) => void;

interface Coat {
  base: Rgb;
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
  panes: Pane[];
}

export function prepareBuilding(building: Building, palette: Palette): BuildingPainter {
  const { haze } = palette;
  const middle = (building.near + building.far) / 2;
  const coat = mixCoat(building, palette);
  const batches = batchPanes(building.panes, palette, middle);
  const faceBatches = batchPanes(building.facePanes, palette, building.near);
  const shops = building.shops.map((shop) => prepareShop(shop, building, haze));
  const details = building.close
    ? building.panes.filter(({ kind }) => kind !== 'dark' && kind !== 'plain')
    : [];
  const detailCss = toCss(inHaze(scaleColor(building.color, 0.55), haze, middle), 0.9);
  return (pass) => {
    if (building.far <= pass.lens.eyeZ + NEAR_METRES) return;
    paintFace(pass, building, coat, faceBatches);
    paintWall(pass, building, coat);
    paintPanes(pass, building, batches);
    if (pass.detailed && building.close) {
      paintPaneDetails(pass, building, details, detailCss);
      if (building.balconies) paintBalconies(pass, building, coat);
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
    base,
    nearCss: hazedCss(base, haze, building.near),
    farCss: toCss(far),
    faceCss: toCss(mixColors(scaleColor(inHaze(base, haze, building.near), 0.8), haze.color, 0.12)),
    faceTopCss: toCss(scaleColor(inHaze(base, haze, building.near), 0.6)),
    lineCss: toCss(inHaze(scaleColor(base, 0.5), haze, middle), 0.8),
    frameCss: toCss(inHaze(scaleColor(base, 1.7), haze, middle)),
    glowCss: toCss(mixColors(glow, haze.color, 0.35), 0.3),
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
  return Array.from(batches, ([css, batch]) => ({ css, panes: batch }));
}

/** The side that looks at the eye: seen above a lower neighbour and in alleys. */
function paintFace(
  { context, lens }: Pass,
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
  for (const { css, panes } of batches) {
    context.fillStyle = css;
    context.beginPath();
    for (const pane of panes) {
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

function paintPanes({ context, lens }: Pass, building: Building, batches: readonly PaneBatch[]): void {
  const x = building.side * building.wall;
  for (const { css, panes } of batches) {
    context.fillStyle = css;
    context.beginPath();
    for (const { near, far, low, high } of panes) {
      if (near > lens.eyeZ + NEAR_METRES) traceWall(context, lens, { x, near, far, low, high });
    }
    context.fill();
  }
}

/** Curtains, blinds, window bars and people, all in one dark colour. */
function paintPaneDetails(
  { context, lens }: Pass,
  building: Building,
  panes: readonly Pane[],
  css: string,
): void {
  const x = building.side * building.wall;
  context.fillStyle = css;
  context.beginPath();
  for (const pane of panes) {
    if (pane.near <= lens.eyeZ + NEAR_METRES) continue;
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
  plain: [],
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

function paintBalconies({ context, lens }: Pass, building: Building, coat: Coat): void {
  const x = building.side * (building.wall - 0.55);
  const step = 3.1;
  context.fillStyle = coat.frameCss;
  context.strokeStyle = coat.lineCss;
  context.beginPath();
  for (let low = SHOP_HEIGHT_METRES + 0.6; low + 1.2 < building.height; low += step) {
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

/** A neon tube along the roof's edge and down the near corner. */
function paintTube({ context, lens }: Pass, building: Building, haze: Haze): void {
  const { tube, side, near, far, height } = building;
  if (!tube || near <= lens.eyeZ + NEAR_METRES) return;
  const x = side * (building.wall - 0.25);
  const top = Math.min(height, 15) - 0.8;
  const color = mixColors(tube, haze.color, hazeShare(haze, near) * 0.5);
  context.save();
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(toScreenX(lens, x, near), toScreenY(lens, SHOP_HEIGHT_METRES, near));
  context.lineTo(toScreenX(lens, x, near), toScreenY(lens, top, near));
  context.lineTo(toScreenX(lens, x, far), toScreenY(lens, top, far));
  const width = scaleAt(lens, near) * 0.1;
  context.globalCompositeOperation = 'lighter';
  context.strokeStyle = toCss(color, 0.16);
  context.lineWidth = width * 5;
  context.stroke();
  context.strokeStyle = toCss(mixColors(color, [255, 255, 255], 0.25), 0.95);
  context.lineWidth = width;
  context.stroke();
  context.restore();
}

interface ShopCoat {
  glass: string;
  glassLow: string;
  goods: string;
  awning: string;
  awningUnder: string;
  band: string;
  glyph: string;
  stall: string;
}

function mixShopCoat(shop: Shop, building: Building, haze: Haze): ShopCoat {
  const near = shop.near;
  const fade = hazeShare(haze, near) * 0.6;
  const mixed = (color: Rgb, alpha = 1): string => toCss(mixColors(color, haze.color, fade), alpha);
  return {
    glass: mixed(scaleColor(shop.color, 0.95)),
    glassLow: mixed(scaleColor(mixColors(shop.color, shop.awning, 0.3), 0.5)),
    goods: mixed(scaleColor(building.color, 0.9), 0.72),
    awning: mixed(scaleColor(shop.awning, 0.62)),
    awningUnder: mixed(scaleColor(shop.awning, 0.3)),
    band: mixed(scaleColor(mixColors(building.color, shop.awning, 0.16), 0.9)),
    glyph: mixed(mixColors(shop.awning, [255, 255, 255], 0.35)),
    stall: mixed(scaleColor(building.color, 0.6)),
  };
}

function prepareShop(shop: Shop, building: Building, haze: Haze): BuildingPainter {
  const coat = mixShopCoat(shop, building, haze);
  const x = building.side * building.wall;
  const { near, far } = shop;
  const front: WallArea = { x, near, far, low: 0.35, high: 2.75 };
  return (pass) => {
    const { context, lens } = pass;
    const start = Math.max(near, lens.eyeZ + NEAR_METRES);
    if (far <= start) return;
    const fill = context.createLinearGradient(
      0,
      toScreenY(lens, 2.75, start),
      0,
      toScreenY(lens, 0.2, start),
    );
    fill.addColorStop(0, coat.glass);
    fill.addColorStop(1, coat.glassLow);
    context.fillStyle = fill;
    context.beginPath();
    traceWall(context, lens, front);
    context.fill();
    if (pass.detailed && building.close) paintGoods(pass, shop, front, coat);
    context.fillStyle = coat.band;
    context.beginPath();
    traceWall(context, lens, { x, near, far, low: 2.75, high: SHOP_HEIGHT_METRES });
    context.fill();
    if (shop.hasAwning) paintAwning(pass, building, shop, coat);
    paintShopSign(pass, building, shop, coat);
  };
}

/** What stands behind the glass, and the bars and door of the front. */
function paintGoods({ context, lens }: Pass, shop: Shop, front: WallArea, coat: ShopCoat): void {
  context.fillStyle = coat.goods;
  context.beginPath();
  for (const [place, rise, half] of shop.goods) {
    const along: [number, number] = [Math.max(0, place - half), Math.min(1, place + half)];
    traceWall(context, lens, partOfWall(front, along, [0, rise]));
  }
  // Two shelves run through, so that the goods stand on something.
  traceWall(context, lens, partOfWall(front, [0, 0.55], [0.46, 0.49]));
  traceWall(context, lens, partOfWall(front, [0, 0.55], [0.72, 0.745]));
  context.fill();
  context.fillStyle = coat.stall;
  context.beginPath();
  for (const place of [0, 0.2, 0.4, 0.6, 0.8, 0.985]) {
    traceWall(context, lens, partOfWall(front, [place, place + 0.015], [-0.14, 1]));
  }
  traceWall(context, lens, partOfWall(front, [0, 1], [0.82, 0.85]));
  traceWall(context, lens, partOfWall(front, [0, 0.6], [-0.14, 0.02]));
  traceWall(context, lens, partOfWall(front, [0.8, 1], [-0.14, 0.02]));
  context.fill();
}

function paintAwning({ context, lens }: Pass, building: Building, shop: Shop, coat: ShopCoat): void {
  const inner = building.side * building.wall;
  const outer = building.side * (building.wall - 1.15);
  const near = Math.max(shop.near, lens.eyeZ + NEAR_METRES);
  const high = 3.15;
  const low = 2.6;
  const corner = (x: number, y: number, z: number): [number, number] => [
    toScreenX(lens, x, z),
    toScreenY(lens, y, z),
  ];
  context.fillStyle = coat.awning;
  context.beginPath();
  context.moveTo(...corner(inner, high, near));
  context.lineTo(...corner(outer, low, near));
  context.lineTo(...corner(outer, low, shop.far));
  context.lineTo(...corner(inner, high, shop.far));
  context.closePath();
  context.fill();
  context.fillStyle = coat.awningUnder;
  context.beginPath();
  context.moveTo(...corner(inner, high, near));
  context.lineTo(...corner(outer, low, near));
  context.lineTo(...corner(inner, low, near));
  context.closePath();
  traceWall(context, lens, { x: outer, near: shop.near, far: shop.far, low: low - 0.24, high: low });
  context.fill();
}

/** Writing on the band above the glass, in perspective. */
function paintShopSign(pass: Pass, building: Building, shop: Shop, coat: ShopCoat): void {
  const { context, lens } = pass;
  if (!pass.detailed || shop.near <= lens.eyeZ + 1.4 || !building.close) return;
  const x = building.side * (building.wall - 0.06);
  const size = 0.5;
  const width = shop.glyphs.length * size * 1.5;
  // Read from left to right: on the right-hand side that is away from the far end.
  const begin = (shop.near + shop.far) / 2 + (width / 2) * building.side;
  context.strokeStyle = coat.glyph;
  context.lineWidth = Math.max(0.6, scaleAt(lens, (shop.near + shop.far) / 2) * 0.06);
  context.lineJoin = 'round';
  context.beginPath();
  shop.glyphs.forEach((glyph, index) => {
    traceGlyph(context, glyph, (u, v) => {
      const z = begin - building.side * (index * 1.5 + u) * size;
      return [toScreenX(lens, x, z), toScreenY(lens, 3.72 - v * size, z)];
    });
  });
  context.stroke();
}
