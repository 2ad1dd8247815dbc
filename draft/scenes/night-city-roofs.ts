// What stands on the roofs of the night city: tanks, masts with a red lamp, lit billboards.
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { traceGlyph } from './night-city-glyphs.ts';
import { hazeShare, NEAR_METRES, scaleAt, toScreenX, toScreenY, traceBoard } from './night-city-lens.ts';
import { type GlowSprites, paintBeam } from './night-city-lights.ts';
import type { Pass } from './night-city-pass.ts';
import type { Building, Palette } from './night-city-world.ts';

export type RoofPainter = (pass: Pass, building: Building) => void;

export function prepareRoofs({ haze }: Palette, glows: GlowSprites): RoofPainter {
  return (pass, building) => {
    const z = building.near + 3;
    if (building.roof === 'plain' || z <= pass.lens.eyeZ + NEAR_METRES) return;
    const fade = hazeShare(haze, z - pass.lens.eyeZ);
    const tone = (color: Rgb): string => toCss(mixColors(color, haze.color, fade * 0.9));
    if (building.roof === 'billboard') paintBillboard(pass, building, { z, fade, haze: haze.color });
    else paintPlant(pass, building, z, tone(scaleColor(building.color, 0.7)));
    if (building.roof === 'mast') paintMastLamp(pass, building, z, glows);
  };
}

function paintPlant(
  { context, lens }: Pass,
  { side, wall, height, roof }: Building,
  z: number,
  css: string,
): void {
  const x = side * (wall + 2.6);
  context.fillStyle = css;
  context.beginPath();
  if (roof === 'tank') {
    traceBoard(context, lens, { z, left: x - 1.1, right: x + 1.1, low: height + 0.9, high: height + 3 });
    traceBoard(context, lens, { z, left: x - 0.9, right: x - 0.7, low: height - 0.5, high: height + 1 });
    traceBoard(context, lens, { z, left: x + 0.7, right: x + 0.9, low: height - 0.5, high: height + 1 });
    context.moveTo(toScreenX(lens, x - 1.2, z), toScreenY(lens, height + 3, z));
    context.lineTo(toScreenX(lens, x, z), toScreenY(lens, height + 3.9, z));
    context.lineTo(toScreenX(lens, x + 1.2, z), toScreenY(lens, height + 3, z));
  } else {
    traceBoard(context, lens, { z, left: x - 0.07, right: x + 0.07, low: height - 0.5, high: height + 6 });
    traceBoard(context, lens, { z, left: x - 0.6, right: x + 0.6, low: height + 3.4, high: height + 3.5 });
    traceBoard(context, lens, { z, left: x - 0.4, right: x + 0.4, low: height + 4.4, high: height + 4.5 });
  }
  context.fill();
}

/** Blinks once in two seconds, each mast in its own time. */
function paintMastLamp(
  pass: Pass,
  { side, wall, height, near }: Building,
  z: number,
  glows: GlowSprites,
): void {
  const beat = (((pass.timeSeconds + near) % 2) + 2) % 2;
  if (beat > 1) return;
  paintBeam(pass, [255, 60, 60], glows, { x: side * (wall + 2.6), y: height + 6, z, metres: 0.9 });
}

interface BillboardLook {
  z: number;
  fade: number;
  haze: Rgb;
}

function paintBillboard(
  { context, lens, timeSeconds }: Pass,
  building: Building,
  { z, fade, haze }: BillboardLook,
): void {
  const { side, wall, height, accent, roofGlyphs } = building;
  const inner = side * (wall + 0.3);
  const outer = side * (wall + 6.5);
  const left = Math.min(inner, outer);
  const right = Math.max(inner, outer);
  const color = mixColors(accent, haze, fade * 0.6);
  context.fillStyle = toCss(scaleColor(color, 0.36));
  context.beginPath();
  traceBoard(context, lens, { z, left, right, low: height + 0.8, high: height + 4 });
  context.fill();
  context.strokeStyle = toCss(color);
  context.lineWidth = Math.max(0.7, scaleAt(lens, z) * 0.09);
  context.stroke();
  context.strokeStyle = toCss(mixColors(color, [255, 255, 255], 0.3 + 0.1 * Math.sin(timeSeconds * 3 + z)));
  context.beginPath();
  roofGlyphs.slice(0, 4).forEach((glyph, index) => {
    traceGlyph(context, glyph, (u, v) => [
      toScreenX(lens, left + 0.6 + index * 1.45 + u * 1.05, z),
      toScreenY(lens, height + 3.5 - v * 2.1, z),
    ]);
  });
  context.stroke();
}
