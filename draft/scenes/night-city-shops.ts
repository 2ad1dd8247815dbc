// Draws the shops along the street of the night city: lit glass with goods behind it, awnings, bands of writing.
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { traceGlyph } from './night-city-glyphs.ts';
import {
  type Haze,
  hazeShare,
  NEAR_METRES,
  partOfWall,
  scaleAt,
  toScreenX,
  toScreenY,
  traceWall,
  type WallArea,
} from './night-city-lens.ts';
import type { Pass, StreetPainter } from './night-city-pass.ts';
import { type Building, SHOP_HEIGHT_METRES, type Shop } from './night-city-world.ts';

interface ShopCoat {
  ceiling: string;
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
    ceiling: mixed(mixColors(shop.color, [255, 255, 255], 0.55)),
    glass: mixed(scaleColor(shop.color, 0.86)),
    glassLow: mixed(scaleColor(mixColors(shop.color, shop.awning, 0.3), 0.5)),
    goods: mixed(scaleColor(building.color, 0.9), 0.72),
    awning: mixed(scaleColor(shop.awning, 0.62)),
    awningUnder: mixed(scaleColor(shop.awning, 0.3)),
    band: mixed(scaleColor(mixColors(building.color, shop.awning, 0.16), 0.9)),
    glyph: mixed(mixColors(shop.awning, [255, 255, 255], 0.35)),
    stall: mixed(scaleColor(building.color, 0.6)),
  };
}

export function prepareShop(shop: Shop, building: Building, haze: Haze): StreetPainter {
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
    fill.addColorStop(0, coat.ceiling);
    fill.addColorStop(0.16, coat.glass);
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
