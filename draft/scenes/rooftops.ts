// Over the roofs of an old town: tiles, chimneys and dormers in rows that go down into the haze, smoke, and windows that
// light up in the evening.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { BUILDING_MARGIN, renderBuildings } from '../paint/buildings.ts';
import { createFrame, drawAtDepth, drawRolled, type Frame, prepareCamera } from '../paint/camera.ts';
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareLightning, prepareMist, prepareWeather } from '../paint/weather.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed, type Random } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const MARGIN = 0.13;

const TILES: readonly Rgb[] = [
  [176, 92, 66],
  [158, 80, 60],
  [126, 92, 84],
  [98, 104, 120],
  [188, 112, 76],
];
const WALLS: readonly Rgb[] = [
  [226, 206, 174],
  [214, 190, 160],
  [204, 200, 190],
  [232, 216, 190],
];

const LIT_WINDOWS: Record<Plan['timeOfDay'], number> = {
  dawn: 0.15,
  day: 0,
  sunset: 0.35,
  dusk: 0.6,
  night: 0.55,
};

interface Row {
  /** Where the eaves are, as a share of the height. */
  y: number;
  /** Width of a house, in units. */
  house: number;
  far: number;
  depth: number;
}

const ROWS: readonly Row[] = [
  { y: 0.52, house: 0.075, far: 0.5, depth: 0.12 },
  { y: 0.585, house: 0.115, far: 0.34, depth: 0.18 },
  { y: 0.675, house: 0.175, far: 0.2, depth: 0.28 },
  { y: 0.8, house: 0.28, far: 0.08, depth: 0.42 },
];

interface Brush {
  context: SKRSContext2D;
  atmosphere: Atmosphere;
  far: number;
  snowy: boolean;
  random: Random;
}

interface House {
  left: number;
  eaves: number;
  width: number;
  rise: number;
}

function toneOf({ atmosphere, far }: Brush): (albedo: Rgb, amount: number) => string {
  return (albedo, amount) => toCss(mixColors(lightColor(atmosphere, albedo, amount), atmosphere.haze, far));
}

function drawWindow(
  brush: Brush,
  pane: { x: number; y: number; width: number; height: number; lit: boolean },
): void {
  const { context } = brush;
  const tone = toneOf(brush);
  context.fillStyle = tone([236, 228, 212], 0.4);
  context.fillRect(
    pane.x - pane.width * 0.16,
    pane.y - pane.width * 0.16,
    pane.width * 1.32,
    pane.height + pane.width * 0.32,
  );
  context.fillStyle = pane.lit
    ? toCss(mixColors([255, 206, 122], brush.atmosphere.haze, brush.far * 0.5))
    : tone([54, 66, 84], 0.3);
  context.fillRect(pane.x, pane.y, pane.width, pane.height);
  context.fillStyle = tone([236, 228, 212], 0.35);
  context.fillRect(pane.x + pane.width * 0.45, pane.y, pane.width * 0.1, pane.height);
  context.fillRect(pane.x, pane.y + pane.height * 0.42, pane.width, pane.width * 0.09);
}

function drawChimney(brush: Brush, { x, y, size }: { x: number; y: number; size: number }): void {
  const { context, atmosphere } = brush;
  const tone = toneOf(brush);
  const side = atmosphere.sunX > 0.5 ? 1 : -1;
  context.fillStyle = tone([150, 88, 70], 0.1);
  context.fillRect(x, y - size, size * 0.62, size * 1.5);
  context.fillStyle = tone([186, 116, 90], 0.7);
  context.fillRect(side > 0 ? x + size * 0.34 : x, y - size, size * 0.28, size * 1.5);
  context.fillStyle = tone([196, 180, 160], 0.4);
  context.fillRect(x - size * 0.07, y - size * 1.06, size * 0.76, size * 0.13);
  context.fillStyle = tone([168, 84, 58], 0.3);
  for (const at of [0.06, 0.36]) context.fillRect(x + size * at, y - size * 1.34, size * 0.18, size * 0.3);
}

/** Rows of tiles over the slope of a roof, each row a little lighter or darker. */
function drawTiles(brush: Brush, house: House, albedo: Rgb): void {
  const { context, random } = brush;
  const tone = toneOf(brush);
  const pitch = Math.max(2.2, house.width * 0.028);
  const rows = Math.floor(house.rise / pitch);
  for (let row = 0; row < rows; row += 1) {
    const y = house.eaves - house.rise + row * pitch;
    context.fillStyle = tone(scaleColor(albedo, 0.55), 0.25);
    context.globalAlpha = 0.3;
    context.fillRect(house.left - house.width, y + pitch * 0.72, house.width * 3, pitch * 0.3);
    context.globalAlpha = 0.22;
    for (let tile = 0; tile < 10; tile += 1) {
      context.fillStyle = tone(scaleColor(albedo, random() > 0.5 ? 1.25 : 0.7), 0.5);
      context.fillRect(house.left + random() * house.width, y, house.width * 0.03, pitch * 0.72);
    }
  }
  context.globalAlpha = 1;
}

function drawHouse(brush: Brush, house: House, lit: number): void {
  const { context, random, atmosphere, snowy } = brush;
  const tone = toneOf(brush);
  const { left, eaves, width, rise } = house;
  const wall = WALLS[Math.floor(random() * WALLS.length)];
  const tiles: Rgb = snowy ? [226, 232, 242] : TILES[Math.floor(random() * TILES.length)];
  const side = atmosphere.sunX > 0.5 ? 1 : -1;
  context.fillStyle = tone(wall, 0.34);
  context.fillRect(left, eaves, width, width * 3);
  const columns = 3;
  const pane = width * 0.13;
  for (let index = 0; index < columns; index += 1) {
    const x = left + ((index + 0.5) / columns) * width - pane / 2;
    drawWindow(brush, { x, y: eaves + width * 0.14, width: pane, height: pane * 1.5, lit: random() < lit });
  }
  const inset = width * (0.08 + random() * 0.12);
  const roof = context.createLinearGradient(left, 0, left + width, 0);
  roof.addColorStop(side > 0 ? 0 : 1, tone(tiles, 0.12));
  roof.addColorStop(side > 0 ? 1 : 0, tone(tiles, 0.78));
  context.fillStyle = roof;
  context.beginPath();
  context.moveTo(left - width * 0.04, eaves);
  context.lineTo(left + inset, eaves - rise);
  context.lineTo(left + width - inset, eaves - rise);
  context.lineTo(left + width * 1.04, eaves);
  context.closePath();
  context.fill();
  context.save();
  context.clip();
  drawTiles(brush, house, tiles);
  context.restore();
  context.fillStyle = tone(scaleColor(tiles, 0.6), 0.1);
  context.fillRect(left - width * 0.04, eaves - width * 0.012, width * 1.08, width * 0.03);
  if (random() < 0.6) {
    const x = left + width * (0.3 + random() * 0.3);
    const size = width * 0.17;
    context.fillStyle = tone(wall, 0.5);
    context.fillRect(x, eaves - rise * 0.62, size, rise * 0.42);
    context.fillStyle = tone(tiles, 0.45);
    context.beginPath();
    context.moveTo(x - size * 0.16, eaves - rise * 0.6);
    context.lineTo(x + size / 2, eaves - rise * 0.95);
    context.lineTo(x + size * 1.16, eaves - rise * 0.6);
    context.fill();
    const glass = { x: x + size * 0.26, y: eaves - rise * 0.54, width: size * 0.48, height: rise * 0.28 };
    drawWindow(brush, { ...glass, lit: random() < lit });
  }
  for (let count = 0; count < 2; count += 1) {
    if (random() < 0.3) continue;
    drawChimney(brush, {
      x: left + width * (0.1 + random() * 0.75),
      y: eaves - rise * 0.8,
      size: width * 0.13,
    });
  }
}

function drawRow(stage: Stage, frame: Frame, atmosphere: Atmosphere, row: Row): Canvas {
  const { canvas, context } = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
  context.translate(MARGIN * frame.width, 0);
  const random = createRandom(deriveSeed(stage.seed, `roofs-${row.y}`));
  const snowy = stage.plan.season === 'winter' || stage.plan.weather === 'snow';
  const brush: Brush = {
    context,
    atmosphere,
    far: Math.min(0.9, row.far * atmosphere.hazeAmount),
    snowy,
    random,
  };
  const lit = LIT_WINDOWS[stage.plan.timeOfDay];
  let left = -MARGIN * frame.width;
  while (left < frame.width * (1 + MARGIN)) {
    const width = row.house * frame.unit * (0.75 + random() * 0.6);
    const eaves = row.y * frame.height + (random() - 0.5) * width * 0.4;
    drawHouse(brush, { left, eaves, width, rise: width * (0.34 + random() * 0.22) }, lit);
    left += width * (0.97 + random() * 0.06);
  }
  return canvas;
}

/** The ridge right before the camera, on which a cat walks or somebody sits. */
function drawRidge(stage: Stage, frame: Frame, atmosphere: Atmosphere): Canvas {
  const { canvas, context } = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
  context.translate(MARGIN * frame.width, 0);
  const random = createRandom(deriveSeed(stage.seed, 'ridge'));
  const snowy = stage.plan.season === 'winter' || stage.plan.weather === 'snow';
  const tiles: Rgb = snowy ? [226, 232, 242] : [150, 78, 58];
  const top = frame.height * 0.93;
  const pitch = frame.unit * 0.032;
  const shade = context.createLinearGradient(0, top, 0, frame.height * 1.1);
  shade.addColorStop(0, toCss(lightColor(atmosphere, tiles, 0.5)));
  shade.addColorStop(1, toCss(lightColor(atmosphere, scaleColor(tiles, 0.6), 0.1)));
  context.fillStyle = shade;
  context.fillRect(-MARGIN * frame.width, top, frame.width * (1 + 2 * MARGIN), frame.height * 0.21);
  for (let row = 0; row < 5; row += 1) {
    const y = top + pitch * 0.4 + row * pitch;
    for (
      let x = -MARGIN * frame.width - (row % 2) * pitch * 0.5;
      x < frame.width * (1 + MARGIN);
      x += pitch
    ) {
      context.fillStyle = toCss(
        lightColor(atmosphere, scaleColor(tiles, 0.75 + random() * 0.5), 0.3 + random() * 0.15),
      );
      context.beginPath();
      context.roundRect(x, y, pitch * 0.94, pitch * 1.1, [0, 0, pitch * 0.45, pitch * 0.45]);
      context.fill();
    }
  }
  for (let x = -MARGIN * frame.width; x < frame.width * (1 + MARGIN); x += pitch * 1.5) {
    context.fillStyle = toCss(lightColor(atmosphere, scaleColor(tiles, 0.9 + random() * 0.3), 0.62));
    context.beginPath();
    context.roundRect(x, top - pitch * 0.3, pitch * 1.44, pitch * 0.75, pitch * 0.34);
    context.fill();
  }
  return canvas;
}

export const rooftopsScene: Scene = {
  id: 'rooftops',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, portrait ? 0.5 : 0.48);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const towers = renderBuildings(stage, frame, atmosphere, {
      name: 'far-town',
      near: 0.1,
      heights: [0.015, 0.09],
      widths: [0.02, 0.05],
      lit: LIT_WINDOWS[stage.plan.timeOfDay],
      peakAt: 0.6,
    });
    const rows = ROWS.map((row) => drawRow(stage, frame, atmosphere, row));
    const ridge = drawRidge(stage, frame, atmosphere);
    const smoke = prepareMotes(stage, frame, {
      name: 'smoke',
      count: 26,
      colors: [mixColors(atmosphere.haze, [255, 255, 255], 0.3)],
      size: [0.02, 0.09],
      area: [0, 0.3, 1, 0.75],
      rise: 0.03,
      drift: 0.01 * atmosphere.wind,
      wander: 0.01,
      blink: 0.6,
      alpha: 0.13,
      core: 0.4,
    });
    const mist = prepareMist(stage, frame, atmosphere, [
      { y: 0.5, thickness: 0.16, alpha: 0.3 * Math.min(2, atmosphere.hazeAmount), depth: 0.1, speed: 0.4 },
      { y: 0.62, thickness: 0.14, alpha: 0.2 * Math.min(2, atmosphere.hazeAmount), depth: 0.2, speed: 0.7 },
    ]);
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        ground: { x: 0.5, y: 0.925, size: 0.25, depth: 0.8, spreadY: 0.005 },
        air: { x: 0.42, y: 0.22, size: 0.15, depth: 0.15, spreadY: 0.12 },
      },
      otherwise: 'ground',
    });
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const moment = { view, timeSeconds };
      sky.update(timeSeconds);
      drawRolled(context, frame, view, () => {
        sky.paint(context, view, timeSeconds);
        lightning(context, view, timeSeconds);
        drawAtDepth(context, { frame, view }, 0.08, () => {
          context.drawImage(towers.canvas, -BUILDING_MARGIN * frame.width, towers.top);
          const ground = context.createLinearGradient(0, frame.horizonY, 0, frame.height);
          ground.addColorStop(0, toCss(atmosphere.haze));
          ground.addColorStop(1, toCss(atmosphere.shadow));
          context.fillStyle = ground;
          context.fillRect(
            -MARGIN * frame.width,
            frame.horizonY,
            frame.width * (1 + 2 * MARGIN),
            frame.height,
          );
        });
        subjects.paint(context, moment, ['air']);
        rows.forEach((row, index) => {
          drawAtDepth(context, { frame, view }, ROWS[index].depth, () =>
            context.drawImage(row, -MARGIN * frame.width, 0),
          );
          if (index < 2) mist(context, index, moment);
        });
        smoke(context, view, timeSeconds);
        drawAtDepth(context, { frame, view }, 0.8, () => context.drawImage(ridge, -MARGIN * frame.width, 0));
        subjects.paint(context, moment, ['far', 'ground', 'water']);
        weather(context, view, timeSeconds);
      });
    };
  },
};
