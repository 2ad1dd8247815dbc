// A city from the air: blocks of towers in true perspective that the camera flies over, streets with traffic, and a
// river of light by night.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere, lightColor } from '../paint/atmosphere.ts';
import {
  createFrame,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
  type View,
} from '../paint/camera.ts';
import { mixColors, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { prepareSky } from '../paint/sky.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { prepareLightning, prepareMist, prepareWeather } from '../paint/weather.ts';
import type { Plan } from '../plan/plan.ts';
import { hashToUnit } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

/** Metres from one street to the next, and the width of a street. */
const BLOCK = 84;
const STREET = 20;
/** The camera: its height, how far it looks down, and its speed over the ground. */
const EYE_METRES = 330;
const PITCH = 0.46;
const SPEED_METRES = 15;
const COLUMNS = 11;
const ROWS = 15;
const FOCAL = 0.92;

const FACADES: readonly Rgb[] = [
  [150, 158, 170],
  [176, 166, 152],
  [120, 134, 152],
  [196, 186, 172],
  [142, 120, 108],
  [104, 120, 140],
];

const LIT: Record<Plan['timeOfDay'], number> = { dawn: 0.12, day: 0, sunset: 0.25, dusk: 0.5, night: 0.62 };

interface Lens {
  frame: Frame;
  forward: number;
  side: number;
  zoom: number;
}

/** Where a point of the city is in the picture; undefined behind the camera. */
function project(
  { frame, forward, side, zoom }: Lens,
  [x, y, z]: readonly [number, number, number],
): readonly [number, number] | undefined {
  const [cos, sin] = [Math.cos(PITCH), Math.sin(PITCH)];
  const ahead = z - forward;
  const above = y - EYE_METRES;
  const depth = ahead * cos - above * sin;
  if (depth < 12) return undefined;
  const up = above * cos + ahead * sin;
  const scale = (FOCAL * zoom * frame.unit) / depth;
  return [frame.centerX + (x - side) * scale, frame.height * 0.5 - up * scale];
}

interface Tower {
  left: number;
  right: number;
  front: number;
  back: number;
  height: number;
  albedo: Rgb;
  id: number;
}

/** The towers of a block: one, two or four, higher towards the middle of the city; some blocks are parks. */
function listTowers(seed: number, column: number, row: number): Tower[] {
  const chance = (part: number): number => hashToUnit(seed + column * 131 + row * 7919, part);
  const middle = Math.exp(-((column / 4.2) ** 2)) * (0.55 + 0.45 * Math.sin(row * 0.7 + seed));
  if (chance(1) < 0.07) return [];
  const parts = chance(2) < 0.34 ? 1 : 2;
  const room = BLOCK - STREET;
  const towers: Tower[] = [];
  for (let index = 0; index < parts * parts; index += 1) {
    const [px, pz] = [index % parts, Math.floor(index / parts)];
    const size = room / parts - (parts - 1) * 3;
    const left = column * BLOCK + STREET / 2 + px * (room / parts) - BLOCK / 2;
    const front = row * BLOCK + STREET / 2 + pz * (room / parts);
    const tall = chance(10 + index) ** 2.4;
    towers.push({
      left,
      right: left + size,
      front,
      back: front + size,
      height: 16 + 44 * chance(20 + index) + 190 * tall * Math.max(0.12, middle),
      albedo: scaleColor(
        FACADES[Math.floor(chance(30 + index) * FACADES.length)],
        0.8 + 0.4 * chance(40 + index),
      ),
      id: column * 997 + row * 89 + index,
    });
  }
  return towers;
}

interface Brush {
  context: SKRSContext2D;
  lens: Lens;
  atmosphere: Atmosphere;
  lit: number;
}

function fillFace(
  context: SKRSContext2D,
  corners: readonly (readonly [number, number])[],
  color: string,
): void {
  context.fillStyle = color;
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.closePath();
  context.fill();
}

/** Windows of a face as short lines along its floors; those that are lit are apart. */
function strokeFloors(
  { context, lit }: Brush,
  face: {
    from: readonly [number, number];
    to: readonly [number, number];
    rise: readonly [number, number];
    floors: number;
    id: number;
  },
  color: string,
): void {
  const floors = Math.min(16, face.floors);
  const tall = Math.hypot(face.rise[0], face.rise[1]) / floors;
  if (tall < 2.2) return;
  context.lineWidth = Math.max(0.6, tall * 0.36);
  const line = (floor: number, from: number, to: number): void => {
    const share = (floor + 0.6) / floors;
    const x = face.from[0] + face.rise[0] * share;
    const y = face.from[1] + face.rise[1] * share;
    const [alongX, alongY] = [face.to[0] - face.from[0], face.to[1] - face.from[1]];
    context.moveTo(x + alongX * from, y + alongY * from);
    context.lineTo(x + alongX * to, y + alongY * to);
  };
  // Far away, the windows of a floor are one line.
  const bays = tall > 7 ? 6 : 1;
  context.strokeStyle = color;
  context.beginPath();
  for (let floor = 0; floor < floors; floor += 1) {
    for (let bay = 0; bay < bays; bay += 1) line(floor, (bay + 0.16) / bays, (bay + 0.84) / bays);
  }
  context.stroke();
  if (lit === 0) return;
  context.strokeStyle = face.id % 3 === 0 ? 'rgba(226,236,255,0.9)' : 'rgba(255,206,126,0.95)';
  context.beginPath();
  for (let floor = 0; floor < floors; floor += 1) {
    for (let bay = 0; bay < 6; bay += 1) {
      if (hashToUnit(face.id * 31 + floor, bay) < lit * 0.8) line(floor, (bay + 0.2) / 6, (bay + 0.8) / 6);
    }
  }
  context.stroke();
}

function drawTower(brush: Brush, tower: Tower): void {
  const { context, lens, atmosphere } = brush;
  const { left, right, front, back, height, albedo } = tower;
  const distance = front - lens.forward;
  const far = Math.min(
    0.88,
    1 - Math.exp(-Math.max(0, distance - 150) * 0.0012 * (0.4 + 0.6 * atmosphere.hazeAmount)),
  );
  const tone = (color: Rgb, amount: number): string =>
    toCss(mixColors(lightColor(atmosphere, color, amount), atmosphere.haze, far));
  const at = (x: number, y: number, z: number): readonly [number, number] | undefined =>
    project(lens, [x, y, z]);
  const base = [at(left, 0, front), at(right, 0, front)];
  const roof = [
    at(left, height, front),
    at(right, height, front),
    at(right, height, back),
    at(left, height, back),
  ];
  const flankX = (left + right) / 2 > lens.side ? left : right;
  const flank = [
    at(flankX, 0, front),
    at(flankX, 0, back),
    at(flankX, height, back),
    at(flankX, height, front),
  ];
  if ([...base, ...roof, ...flank].some((corner) => corner === undefined)) return;
  const [b, r, f] = [base, roof, flank] as (readonly [number, number])[][];
  const all = [...b, ...r, ...f];
  const { width, height: tall } = lens.frame;
  const isSeen = all.some(([x]) => x > 0) && all.some(([x]) => x < width) && all.some(([, y]) => y < tall);
  if (!isSeen) return;
  const sunny = (flankX === left) === atmosphere.sunX < 0.5;
  const floors = Math.round(height / 7);
  const glass = tone(mixColors(scaleColor(albedo, 0.5), [50, 72, 98], 0.5), 0.25);
  fillFace(context, f, tone(albedo, sunny ? 0.62 : 0.06));
  const flankFace = { from: f[0], to: f[1], rise: [f[3][0] - f[0][0], f[3][1] - f[0][1]] as const };
  strokeFloors(brush, { ...flankFace, floors, id: tower.id + 7 }, glass);
  fillFace(context, [b[0], b[1], r[1], r[0]], tone(albedo, 0.26));
  const frontFace = { from: b[0], to: b[1], rise: [r[0][0] - b[0][0], r[0][1] - b[0][1]] as const };
  strokeFloors(brush, { ...frontFace, floors, id: tower.id }, glass);
  fillFace(context, r, tone(mixColors(albedo, [200, 200, 196], 0.35), 0.68));
  const inset = (
    from: readonly [number, number],
    to: readonly [number, number],
    share: number,
  ): readonly [number, number] => [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
  const core = [
    inset(r[0], r[2], 0.34),
    inset(r[1], r[3], 0.34),
    inset(r[2], r[0], 0.34),
    inset(r[3], r[1], 0.34),
  ];
  fillFace(context, core, tone(scaleColor(albedo, 0.7), 0.3));
}

/** Streets: pale by day; by night rivers of lamps. */
function drawStreets(brush: Brush, seconds: number, first: number): void {
  const { context, lens, atmosphere, lit } = brush;
  const white: Rgb = [255, 240, 206];
  const red: Rgb = [255, 70, 54];
  const strength = lit > 0.4 ? 1 : 0.55;
  const dot = (x: number, z: number, color: Rgb): void => {
    const place = project(lens, [x, 1, z]);
    if (!place) return;
    const size = Math.min(4, (FOCAL * lens.frame.unit * 2.6) / Math.max(60, z - lens.forward + 140));
    context.fillStyle = toCss(
      lit > 0.4 ? color : mixColors(lightColor(atmosphere, [60, 64, 76], 0.3), color, 0.25),
      strength,
    );
    context.fillRect(place[0] - size / 2, place[1] - size / 2, size, size);
  };
  for (let column = -COLUMNS; column <= COLUMNS; column += 1) {
    const x = column * BLOCK - BLOCK / 2;
    for (let car = 0; car < 18; car += 1) {
      const speed = 11 + 5 * hashToUnit(column, car);
      const length = ROWS * BLOCK;
      const start = hashToUnit(car, column + 50) * length;
      const near = first * BLOCK;
      const up = (((start + seconds * speed - near) % length) + length) % length;
      const down = (((start - seconds * speed - near) % length) + length) % length;
      dot(x + 4, near + up, red);
      dot(x - 4, near + down, white);
    }
  }
}

function drawGround(brush: Brush, first: number): void {
  const { context, lens, atmosphere, lit } = brush;
  const asphalt = mixColors(lightColor(atmosphere, [92, 94, 100], 0.35), [255, 170, 84], lit * 0.42);
  const ground = context.createLinearGradient(0, lens.frame.horizonY, 0, lens.frame.height);
  ground.addColorStop(0, toCss(atmosphere.haze));
  ground.addColorStop(0.4, toCss(mixColors(asphalt, atmosphere.haze, 0.5)));
  ground.addColorStop(1, toCss(asphalt));
  context.fillStyle = ground;
  context.fillRect(-lens.frame.width, lens.frame.horizonY - 2, lens.frame.width * 3, lens.frame.height * 2);
  for (let row = first + ROWS - 1; row >= first; row -= 1) {
    for (let column = -COLUMNS; column <= COLUMNS; column += 1) {
      if (!isNearView(lens, column, row)) continue;
      const left = column * BLOCK + STREET / 2 - BLOCK / 2;
      const front = row * BLOCK + STREET / 2;
      const corners = [
        [left, 0, front],
        [left + BLOCK - STREET, 0, front],
        [left + BLOCK - STREET, 0, front + BLOCK - STREET],
        [left, 0, front + BLOCK - STREET],
      ].map((corner) => project(lens, corner as [number, number, number]));
      if (corners.some((corner) => corner === undefined)) continue;
      const far = Math.min(0.88, 1 - Math.exp(-Math.max(0, front - lens.forward - 150) * 0.0012));
      const color = lightColor(atmosphere, [96, 128, 78], 0.36);
      fillFace(
        context,
        corners as (readonly [number, number])[],
        toCss(mixColors(color, atmosphere.haze, far)),
      );
    }
  }
}

/** Whether a block can reach into the picture; most of the near ones are outside it. */
function isNearView(lens: Lens, column: number, row: number): boolean {
  const middle = project(lens, [column * BLOCK, 0, row * BLOCK + BLOCK / 2]);
  const edge = project(lens, [column * BLOCK + BLOCK, 0, row * BLOCK + BLOCK / 2]);
  if (!middle || !edge) return true;
  const reach = edge[0] - middle[0];
  return middle[0] > -reach * 1.6 && middle[0] < lens.frame.width + reach * 1.6;
}

function drawCity(
  context: SKRSContext2D,
  stage: Stage,
  place: { frame: Frame; atmosphere: Atmosphere; view: View; seconds: number },
): void {
  const { frame, atmosphere, view, seconds } = place;
  const forward = (stage.cameraFixed ? 0 : seconds * SPEED_METRES) + view.forward * 20;
  const side = view.panX * -420;
  const lens: Lens = { frame, forward, side, zoom: view.zoom };
  const overcast = stage.plan.weather === 'storm' || stage.plan.weather === 'rain' ? 0.15 : 0;
  const brush: Brush = { context, lens, atmosphere, lit: LIT[stage.plan.timeOfDay] + overcast };
  const first = Math.floor(forward / BLOCK) - 1;
  drawGround(brush, first);
  drawStreets(brush, seconds, first);
  for (let row = first + ROWS - 1; row >= first; row -= 1) {
    // From both sides to the middle, so that what is nearer to the eye covers what is behind it.
    for (let index = 2 * COLUMNS; index >= 0; index -= 1) {
      const column = (index % 2 === 0 ? 1 : -1) * Math.ceil(index / 2) + Math.round(side / BLOCK);
      if (!isNearView(lens, column, row)) continue;
      const towers = listTowers(stage.seed % 9973, column, row);
      for (const tower of towers.toSorted((a, b) => b.front - a.front)) drawTower(brush, tower);
    }
  }
}

export const aerialCityScene: Scene = {
  id: 'aerial-city',
  prepare(stage) {
    // The horizon of a camera that looks down by PITCH.
    const horizon = 0.5 - (Math.tan(PITCH) * FOCAL * Math.sqrt(stage.width * stage.height)) / stage.height;
    const frame = createFrame(stage, Math.max(0.06, horizon));
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const sky = prepareSky(stage, frame, atmosphere);
    const subjects = prepareSubjects(stage, frame, atmosphere, {
      places: {
        air: { x: 0.5, y: 0.4, size: 0.16, depth: 0.5, spreadY: 0.16 },
        far: { x: 0.5, y: 0.6, size: 0.08, depth: 0.3, spreadY: 0.1 },
      },
      otherwise: 'air',
      weightless: true,
    });
    const mist = prepareMist(stage, frame, atmosphere, [
      { y: 0.16, thickness: 0.34, alpha: 0.34 * Math.min(2, atmosphere.hazeAmount), depth: 0.2, speed: 0.5 },
    ]);
    const lightning = prepareLightning(stage, frame);
    const weather = prepareWeather(stage, frame, atmosphere);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const seconds = toWorldSeconds(stage, timeSeconds);
      const moment = { view, timeSeconds };
      sky.update(timeSeconds);
      drawRolled(context, frame, view, () => {
        context.fillStyle = toCss(atmosphere.haze);
        context.fillRect(0, 0, frame.width, frame.height);
        sky.paint(context, { ...view, pitchY: 0 }, timeSeconds);
        lightning(context, view, timeSeconds);
        drawCity(context, stage, { frame, atmosphere, view, seconds });
        mist(context, 0, moment);
        subjects.paint(context, moment, ['far', 'ground', 'water', 'air']);
        weather(context, view, timeSeconds);
      });
    };
  },
};
