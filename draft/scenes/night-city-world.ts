// Lays out one night city from a seed: blocks of buildings with their windows and shops, signs, lamps, people and
// cars. All chance is drawn here, once; the painters only read.
import { parseColor, type Rgb, saturateColor, scaleColor } from '../paint/color.ts';
import { createRandom, hashNumbers, type Random } from '../random.ts';
import type { Stage } from '../stage.ts';
import { createGlyphs, type Glyph } from './night-city-glyphs.ts';
import type { Haze } from './night-city-lens.ts';

export const ROAD_HALF_METRES = 4.6;
export const WALL_METRES = 8.2;
/** Where the last block ends. */
export const STREET_END_METRES = 210;
export const SHOP_HEIGHT_METRES = 3.9;

export interface Palette {
  sky: readonly [Rgb, Rgb, Rgb];
  haze: Haze;
  /** Light where the street vanishes. */
  glow: Rgb;
  neon: readonly Rgb[];
  windows: readonly Rgb[];
}

export type PaneKind = 'plain' | 'curtain' | 'blind' | 'cross' | 'figure' | 'dark';

export interface Pane {
  near: number;
  far: number;
  low: number;
  high: number;
  kind: PaneKind;
  /** Index into the palette's windows. */
  tone: number;
  /** 0 to 1. */
  light: number;
}

export interface Shop {
  near: number;
  far: number;
  color: Rgb;
  awning: Rgb;
  hasAwning: boolean;
  glyphs: Glyph[];
  /** Shares of the width and height that goods cover behind the glass. */
  goods: readonly (readonly [number, number, number])[];
}

export interface Building {
  side: -1 | 1;
  near: number;
  far: number;
  wall: number;
  height: number;
  color: Rgb;
  panes: Pane[];
  /** On the face that looks at the eye: left and right in metres from the wall. */
  facePanes: Pane[];
  shops: Shop[];
  balconies: boolean;
  tube?: Rgb;
  roof: 'plain' | 'tank' | 'mast' | 'billboard';
  roofGlyphs: Glyph[];
  accent: Rgb;
  /** Near enough for detail; fixed, so that nothing pops while the camera moves. */
  close: boolean;
}

export interface Sign {
  side: -1 | 1;
  z: number;
  low: number;
  width: number;
  glyphs: Glyph[];
  color: Rgb;
  second: Rgb;
  style: 'tube' | 'panel' | 'frame';
  phase: number;
  flickers: boolean;
}

export interface City {
  palette: Palette;
  buildings: Building[];
  signs: Sign[];
  lamps: { side: -1 | 1; z: number }[];
  lanterns: { z: number; color: Rgb; sag: number }[];
}

const NEON = ['#ff2f92', '#22e6ff', '#ffb02e', '#3dffb0', '#a45cff', '#ff4d4d', '#4d8dff'];
const WINDOWS = ['#ffd9a0', '#ffc27a', '#fff0d0', '#9fd0ff', '#ffb3c7', '#bfe8d8', '#ff9e6b'];

const MOODS: Record<string, { sky: [string, string, string]; haze: string; glow: string }> = {
  violet: { sky: ['#070414', '#1c0b38', '#5d1d78'], haze: '#5b1f86', glow: '#ff5fc4' },
  teal: { sky: ['#030a12', '#07263a', '#0f5468'], haze: '#0f4a66', glow: '#4fe0e6' },
  rose: { sky: ['#0c0512', '#3a1030', '#8a2c50'], haze: '#7a2a55', glow: '#ff9a7a' },
  amber: { sky: ['#0a0608', '#2a1210', '#70381c'], haze: '#6a3a26', glow: '#ffb65c' },
  blue: { sky: ['#03061a', '#0c1748', '#2c3c98'], haze: '#2a3890', glow: '#7aa6ff' },
};

const PALETTE_BY_MOOD: Partial<Record<string, string>> = {
  dark: 'teal',
  romantic: 'rose',
  happy: 'rose',
  tense: 'amber',
  calm: 'blue',
};

function chooseSky({ plan, seed }: Stage): string {
  if (plan.grade === 'vintage' || plan.grade === 'golden') return 'amber';
  const byMood = PALETTE_BY_MOOD[plan.mood];
  if (byMood) return byMood;
  return ['violet', 'violet', 'blue', 'teal', 'rose'][Math.floor(createRandom(hashNumbers(seed, 1))() * 5)];
}

/** Colours that the prompt names lead; a named first colour also tints the air. */
function createPalette(stage: Stage): Palette {
  const { sky, haze, glow } = MOODS[chooseSky(stage)];
  const named = stage.plan.colors.map((hex) => saturateColor(parseColor(hex), 1.25));
  const isBright = (color: Rgb): boolean => Math.max(...color) > 110;
  const bright = named.filter(isBright);
  const neon = [...bright, ...bright, ...NEON.slice(0, bright.length > 0 ? 3 : NEON.length).map(parseColor)];
  const thick = stage.plan.weather === 'fog' ? 0.5 : 1;
  return {
    sky: [parseColor(sky[0]), parseColor(sky[1]), parseColor(sky[2])],
    haze: { color: scaleColor(parseColor(haze), 0.78), depth: 95 * thick },
    glow: bright[0] ?? parseColor(glow),
    neon,
    windows: WINDOWS.map(parseColor),
  };
}

const FACADES = ['#171226', '#1d1730', '#141a2c', '#221726', '#10182a', '#251c2e', '#1a1420'];

export function layOutCity(stage: Stage): City {
  const palette = createPalette(stage);
  const random = createRandom(hashNumbers(stage.seed, 2));
  const buildings = [...layOutSide(-1, palette, random), ...layOutSide(1, palette, random)];
  buildings.sort((a, b) => b.far - a.far);
  const lamps = [-1, 1].flatMap((side) =>
    Array.from({ length: 9 }, (_, index) => ({
      side: side as -1 | 1,
      z: 9 + index * 17 + (side > 0 ? 8 : 0),
    })),
  );
  const lanterns = Array.from({ length: 4 }, (_, index) => ({
    z: 17 + index * 15 + random() * 5,
    color: pick(random, [parseColor('#ff5a36'), parseColor('#ffb347'), palette.neon[0]]),
    sag: 0.7 + random() * 0.6,
  }));
  return { palette, buildings, signs: layOutSigns(palette, random), lamps, lanterns };
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)];
}

function layOutSide(side: -1 | 1, palette: Palette, random: Random): Building[] {
  const buildings: Building[] = [];
  let near = -8 - random() * 4;
  while (near < STREET_END_METRES) {
    const length = 9 + random() * 13;
    const rise = Math.min(1, Math.max(0, near) / 90);
    const height = 11 + random() * 16 + rise * (10 + random() * 34);
    const before = buildings.at(-1);
    // A neighbour wall to wall hides all of the face that is not above its roof.
    const faceLow = before && near - before.far < 1 ? before.height : 0;
    buildings.push(createBuilding({ side, near, far: near + length, height, faceLow }, palette, random));
    // Now and then an alley, which lets the next building show its lit face.
    near += length + (random() < 0.3 ? 2.2 + random() * 2 : 0.15);
  }
  return buildings;
}

interface Plot extends Pick<Building, 'side' | 'near' | 'far' | 'height'> {
  /** Below this the face towards the eye cannot be seen. */
  faceLow: number;
}

function createBuilding(plot: Plot, palette: Palette, random: Random): Building {
  const close = plot.near < 62;
  const grid = pick(random, GRIDS);
  const upper = { ...plot, low: SHOP_HEIGHT_METRES + 1.1 };
  return {
    ...plot,
    wall: WALL_METRES + random() * 0.9,
    color: parseColor(pick(random, FACADES)),
    panes: createPanes({ near: plot.near, far: plot.far, low: upper.low, high: plot.height }, grid, random),
    facePanes: createPanes({ near: 0, far: 11, low: upper.low, high: plot.height }, grid, random).filter(
      ({ high }) => high > plot.faceLow,
    ),
    shops: createShops(plot, palette, random),
    balconies: grid.balconies,
    tube: random() < 0.34 ? pick(random, palette.neon) : undefined,
    roof: pick(random, ['plain', 'tank', 'mast', 'billboard'] as const),
    roofGlyphs: createGlyphs(random, 5),
    accent: pick(random, palette.neon),
    close,
  };
}

interface Grid {
  wide: number;
  tall: number;
  gapAcross: number;
  gapUp: number;
  lit: number;
  kinds: readonly PaneKind[];
  balconies: boolean;
}

const GRIDS: readonly Grid[] = [
  {
    wide: 1.5,
    tall: 1.7,
    gapAcross: 1.1,
    gapUp: 1.5,
    lit: 0.5,
    kinds: ['curtain', 'cross', 'figure', 'blind'],
    balconies: true,
  },
  {
    wide: 2.6,
    tall: 1.6,
    gapAcross: 0.5,
    gapUp: 1.5,
    lit: 0.55,
    kinds: ['blind', 'plain', 'plain', 'figure'],
    balconies: false,
  },
  {
    wide: 1.0,
    tall: 2.3,
    gapAcross: 0.9,
    gapUp: 1.2,
    lit: 0.45,
    kinds: ['cross', 'curtain', 'cross'],
    balconies: false,
  },
  {
    wide: 3.4,
    tall: 2.3,
    gapAcross: 0.25,
    gapUp: 1.0,
    lit: 0.4,
    kinds: ['plain', 'blind', 'plain'],
    balconies: false,
  },
  {
    wide: 1.8,
    tall: 1.4,
    gapAcross: 0.7,
    gapUp: 1.7,
    lit: 0.6,
    kinds: ['curtain', 'blind', 'figure', 'cross'],
    balconies: true,
  },
];

interface Span {
  near: number;
  far: number;
  low: number;
  high: number;
}

function createPanes(span: Span, grid: Grid, random: Random): Pane[] {
  const panes: Pane[] = [];
  const stepAcross = grid.wide + grid.gapAcross;
  const stepUp = grid.tall + grid.gapUp;
  const columns = Math.floor((span.far - span.near - 0.8) / stepAcross);
  const rows = Math.floor((span.high - span.low - 0.6) / stepUp);
  const margin = (span.far - span.near - columns * stepAcross + grid.gapAcross) / 2;
  for (let row = 0; row < rows; row += 1) {
    // Offices keep whole floors lit, homes do not: a floor has its own share.
    const floorLit = grid.lit * (0.6 + random() * 0.8);
    const floorTone = Math.floor(random() * WINDOWS.length);
    for (let column = 0; column < columns; column += 1) {
      const near = span.near + margin + column * stepAcross;
      const low = span.low + row * stepUp;
      const isLit = random() < floorLit;
      panes.push({
        near,
        far: near + grid.wide,
        low,
        high: low + grid.tall,
        kind: isLit ? pick(random, grid.kinds) : 'dark',
        tone: random() < 0.5 ? floorTone : Math.floor(random() * WINDOWS.length),
        light: 0.4 + random() * 0.6,
      });
    }
  }
  return panes;
}

function createShops(plot: Plot, palette: Palette, random: Random): Shop[] {
  const count = Math.max(1, Math.round((plot.far - plot.near) / 6));
  const width = (plot.far - plot.near) / count;
  const lights = ['#ffd9a0', '#ffe8c4', '#bfe4ff', '#ffc4d8', '#c8ffe6'].map(parseColor);
  return Array.from({ length: count }, (_, index) => ({
    near: plot.near + index * width + 0.25,
    far: plot.near + (index + 1) * width - 0.25,
    color: pick(random, lights),
    awning: pick(random, palette.neon),
    hasAwning: random() < 0.6,
    glyphs: createGlyphs(random, 3 + Math.floor(random() * 3)),
    goods: Array.from(
      { length: 9 },
      () => [random(), 0.12 + random() * 0.4, 0.03 + random() * 0.08] as const,
    ),
  }));
}

function layOutSigns(palette: Palette, random: Random): Sign[] {
  const signs: Sign[] = [];
  for (const side of [-1, 1] as const) {
    for (let z = 7.5 + random() * 3; z < 120; z += 3.4 + random() * 5 + z * 0.05) {
      const length = 3 + Math.floor(random() * 4);
      const width = 0.75 + random() * 0.55;
      signs.push({
        side,
        z,
        low: 4.3 + random() * 4 + Math.min(5, z * 0.06),
        width,
        glyphs: createGlyphs(random, length),
        color: pick(random, palette.neon),
        second: pick(random, palette.neon),
        style: pick(random, ['tube', 'frame', 'frame', 'panel'] as const),
        phase: random() * 10,
        flickers: random() < 0.14,
      });
    }
  }
  return signs.sort((a, b) => b.z - a.z);
}
