// A room with a window: a living room, kitchen, bedroom, study or library. The hour is seen outside, and its light falls in.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import { BOARDS_MARGIN, renderBoards } from '../paint/boards.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
  type View,
} from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import type { FigureStyle } from '../paint/figures/figure.ts';
import {
  drawBed,
  drawBookshelf,
  drawDesk,
  drawFireplace,
  drawFloorLamp,
  drawFramedPicture,
  drawKitchen,
  drawLowTable,
  drawPendant,
  drawPlant,
  drawSofa,
  place,
  type RoomBrush,
} from '../paint/furniture.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareRidge } from '../paint/terrain.ts';
import { prepareWeather } from '../paint/weather.ts';
import type { Setting } from '../plan/plan.ts';
import { deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';
import { FIREPLACE_AT, prepareFire, prepareGlow, type Room } from './interior-light.ts';

const MARGIN = BOARDS_MARGIN;

/** Daylight that has come through a window: less of it, and less blue. */
function dim(atmosphere: Atmosphere, lampsOn: boolean): Atmosphere {
  const lamp: Rgb = [255, 214, 160];
  return {
    ...atmosphere,
    ambient: mixColors(
      scaleColor(atmosphere.ambient, lampsOn ? 0.9 : 0.72),
      lampsOn ? [150, 104, 66] : [150, 142, 132],
      lampsOn ? 0.55 : 0.3,
    ),
    direct: lampsOn ? mixColors(atmosphere.direct, lamp, 0.5) : atmosphere.direct,
  };
}

const ROOMS: readonly Setting[] = ['kitchen', 'bedroom', 'office', 'library', 'fireplace'];

function planRoom(stage: Stage): Room {
  const frame = createFrame(stage, stage.height > stage.width ? 0.66 : 0.7);
  const outside = createAtmosphere(stage.plan, stage.seed);
  const { timeOfDay, weather } = stage.plan;
  const lampsOn = timeOfDay === 'night' || timeOfDay === 'dusk' || weather === 'storm';
  const lightSide = outside.sunX > 0.5 ? 1 : -1;
  const width = Math.min(frame.unit * 0.36, frame.width * 0.4);
  const left = lightSide > 0 ? frame.width * 0.9 - width : frame.width * 0.1;
  return {
    stage,
    frame,
    atmosphere: dim(outside, lampsOn),
    kind: ROOMS.find((setting) => stage.plan.settings.includes(setting)),
    lampsOn,
    lightSide,
    window: [left, frame.height * 0.09, width, frame.height * 0.4],
  };
}

const PLAIN_WALL: Rgb = [214, 202, 184];
const WALLS: Partial<Record<Setting, Rgb>> = {
  kitchen: [226, 214, 192],
  bedroom: [206, 196, 204],
  office: [200, 206, 206],
  library: [134, 96, 70],
  fireplace: [196, 178, 156],
};

function furnish(room: Room, brush: RoomBrush): void {
  const { frame, lightSide, window, kind } = room;
  const floor = frame.horizonY;
  const at = (share: number): number => frame.centerX + share * frame.width * -lightSide;
  const low = floor + frame.unit * 0.075;
  if (kind === 'kitchen') {
    place(brush, frame.centerX, floor + frame.unit * 0.02, () =>
      drawKitchen(brush, (frame.width / frame.unit) * 0.66),
    );
    for (const share of [-0.06, 0.16]) place(brush, at(share), 0, () => drawPendant(brush, 0.14));
    return;
  }
  if (kind === 'library') {
    const columns = 4;
    const left =
      lightSide > 0
        ? frame.width * 0.44 - columns * 0.17 * frame.unit
        : window[0] + window[2] + frame.unit * 0.05;
    place(brush, left, floor + frame.unit * 0.012, () => drawBookshelf(brush, { columns, rows: 6, seed: 5 }));
    place(brush, window[0] + window[2] / 2, floor + frame.unit * 0.03, () =>
      drawBookshelf({ ...brush, unit: brush.unit * 0.9 }, { columns: 1, rows: 2, seed: 9 }),
    );
    place(brush, at(-0.36), low, () => drawFloorLamp(brush));
    return;
  }
  if (kind === 'fireplace') {
    place(brush, at(FIREPLACE_AT), floor + frame.unit * 0.01, () => drawFireplace(brush));
    const left = at(0.38) - brush.unit * 0.085;
    place(brush, left, floor + frame.unit * 0.012, () =>
      drawBookshelf(brush, { columns: 1, rows: 4, seed: 5 }),
    );
    place(brush, at(-0.4), low, () => drawPlant(brush, deriveSeed(room.stage.seed, 'plant')));
    return;
  }
  place(brush, at(0.22), floor - frame.unit * 0.26, () => drawFramedPicture(brush, [0.2, 0.14]));
  if (kind === 'bedroom') place(brush, at(0.16), low, () => drawBed(brush));
  else if (kind === 'office') place(brush, at(0.12), low, () => drawDesk(brush));
  else place(brush, at(0.2), low, () => drawSofa(brush));
  place(brush, at(-0.4), low, () => drawPlant(brush, deriveSeed(room.stage.seed, 'plant')));
  place(brush, at(0.44), low, () => drawFloorLamp(brush));
  if (kind === undefined) place(brush, at(-0.06), floor + frame.unit * 0.15, () => drawLowTable(brush));
}

/** The wall with a hole for the window, its frame and curtains, and the furniture. */
function drawRoom(room: Room): Canvas {
  const { stage, frame, atmosphere, lightSide, window, lampsOn, kind } = room;
  const { canvas, context } = createLayer(frame.width * (1 + 2 * MARGIN), frame.height * 1.14);
  context.translate(MARGIN * frame.width, 0);
  const accent = stage.plan.colors[0] === undefined ? undefined : parseColor(stage.plan.colors[0]);
  const paint = WALLS[kind ?? 'office'] ?? PLAIN_WALL;
  const wall = context.createLinearGradient(
    lightSide > 0 ? 0 : frame.width,
    0,
    lightSide > 0 ? frame.width : 0,
    frame.height * 0.3,
  );
  wall.addColorStop(0, toCss(lightColor(atmosphere, paint, 0.14)));
  wall.addColorStop(0.75, toCss(lightColor(atmosphere, paint, 0.36)));
  wall.addColorStop(1, toCss(lightColor(atmosphere, paint, 0.24)));
  context.fillStyle = wall;
  context.fillRect(
    -MARGIN * frame.width,
    -frame.height * 0.2,
    frame.width * (1 + 2 * MARGIN),
    frame.horizonY + frame.height * 0.2 + 3,
  );
  context.fillStyle = toCss(lightColor(atmosphere, [240, 234, 224], 0.36));
  context.fillRect(
    -MARGIN * frame.width,
    frame.horizonY - frame.unit * 0.024,
    frame.width * (1 + 2 * MARGIN),
    frame.unit * 0.026,
  );
  const [x, y, width, height] = window;
  const post = frame.unit * 0.012;
  context.fillStyle = toCss(lightColor(atmosphere, [246, 242, 234], 0.5));
  context.fillRect(x - post, y - post, width + 2 * post, height + 2 * post);
  context.clearRect(x, y, width, height);
  context.fillRect(x + width / 2 - post / 2, y, post, height);
  context.fillRect(x, y + height * 0.36, width, post * 0.8);
  context.fillRect(x - post * 2, y + height, width + post * 4, post * 1.6);
  const cloth: Rgb = accent ?? [206, 186, 162];
  for (const side of [-1, 1]) {
    const [from, to] = side < 0 ? [x - width * 0.16, x + width * 0.1] : [x + width * 0.9, x + width * 1.16];
    for (let fold = 0; fold < 8; fold += 1) {
      context.fillStyle = toCss(
        lightColor(atmosphere, cloth, 0.22 + 0.28 * Math.abs(Math.sin(fold * 1.9))),
        0.96,
      );
      const left = from + ((to - from) * fold) / 8;
      context.fillRect(left, y - post * 3, (to - from) / 8 + 1, height * 1.34);
    }
  }
  const style: FigureStyle = {
    body: atmosphere.shadow,
    rim: atmosphere.direct,
    accent: atmosphere.accent,
    lightSide,
    lampsOn,
    lit: (albedo, amount) => lightColor(atmosphere, albedo, amount),
  };
  furnish(room, { context, style, unit: frame.unit, accent });
  return canvas;
}

/** What is seen through the window: sky, a hill, the weather. */
function prepareOutside(room: Room): (context: SKRSContext2D, view: View, timeSeconds: number) => void {
  const { stage, frame, window } = room;
  const [x, y, width, height] = window;
  const outside = createAtmosphere(stage.plan, stage.seed);
  const far: Frame = { ...frame, horizonY: Math.round(y + height * 0.86) };
  const sky = prepareSky(stage, far, outside);
  const hill = prepareRidge(far, outside, {
    seed: deriveSeed(stage.seed, 'outside'),
    height: 0.09,
    distance: 0.3,
    depth: 0.05,
    shape: 'hills',
    frequency: 1.4,
    foot: 0.14,
    ground:
      stage.plan.season === 'winter'
        ? [
            [190, 200, 212],
            [240, 244, 250],
          ]
        : [
            [66, 92, 56],
            [128, 148, 86],
          ],
  });
  const weather = prepareWeather(stage, far, outside);
  return (context, view, timeSeconds) => {
    sky.update(timeSeconds);
    context.save();
    context.beginPath();
    context.rect(
      x - frame.unit * 0.04,
      y - frame.unit * 0.04,
      width + frame.unit * 0.08,
      height + frame.unit * 0.08,
    );
    context.clip();
    sky.paint(context, view, timeSeconds);
    hill.paint(context, view);
    weather(context, view, timeSeconds);
    context.restore();
  };
}

export const interiorScene: Scene = {
  id: 'interior',
  prepare(stage) {
    const room = planRoom(stage);
    const { frame, atmosphere } = room;
    const camera = prepareCamera(stage);
    const outside = prepareOutside(room);
    const walls = drawRoom(room);
    const floor = renderBoards(frame, atmosphere, {
      seed: deriveSeed(stage.seed, 'floor'),
      wood: [170, 120, 78],
      runs: 'away',
      pitch: 7,
      eye: 0.4,
      sheenAt: room.lightSide > 0 ? 0.7 : 0.3,
      sheen: 0.22,
    });
    const glow = prepareGlow(room);
    const fire = prepareFire(room);
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        ground: { x: 0.48, y: 0.93, size: 0.34, depth: 0.6, spreadY: 0.03 },
        air: { x: 0.5, y: 0.36, size: 0.16, depth: 0.5, spreadY: 0.1 },
      },
      otherwise: 'ground',
      style: { lampsOn: false },
    });
    const dust = prepareMotes(stage, frame, {
      name: 'dust',
      count: 50,
      colors: [mixColors(atmosphere.direct, [255, 244, 220], 0.5)],
      size: [0.002, 0.009],
      area: [-0.05, 0, 1.05, 1],
      rise: 0.005,
      drift: 0.005,
      wander: 0.02,
      blink: 0.8,
      alpha: 0.4,
    });
    const width = frame.width * (1 + 2 * MARGIN);
    const ceiling = toCss(lightColor(atmosphere, WALLS[room.kind ?? 'office'] ?? PLAIN_WALL, 0.3));
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const seconds = toWorldSeconds(stage, timeSeconds);
      drawRolled(context, frame, view, () => {
        const at = (draw: () => void): void => drawAtDepth(context, { frame, view }, 0.4, draw);
        // Above the wall, where a camera that looks up would find its end.
        context.fillStyle = ceiling;
        context.fillRect(0, 0, frame.width, frame.height);
        at(() => outside(context, { ...view, zoom: 1, panX: view.panX * -0.6, pitchY: 0 }, timeSeconds));
        at(() => {
          context.drawImage(
            floor,
            -MARGIN * frame.width,
            frame.horizonY,
            width,
            frame.height * 1.14 - frame.horizonY,
          );
          context.drawImage(walls, -MARGIN * frame.width, 0);
          fire(context, seconds);
          glow(context, seconds);
        });
        subjects.paint(context, { view, timeSeconds }, ['far', 'ground', 'water', 'air']);
        dust(context, view, timeSeconds);
      });
    };
  },
};
