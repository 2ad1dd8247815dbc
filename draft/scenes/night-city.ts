// A street at night after or in the rain: one vanishing point, lit windows, neon, people and cars, and all of it
// again in the wet road. This file composes; the parts are in the files beside it.
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import {
  createFrame,
  drawRolled,
  type Frame,
  pitchPixels,
  prepareCamera,
  toWorldSeconds,
  type View,
} from '../paint/camera.ts';
import { mixColors, toCss } from '../paint/color.ts';
import { createRandom, hashNumbers } from '../random.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { prepareBuilding } from './night-city-buildings.ts';
import { paintCar } from './night-city-cars.ts';
import { paintSplashes, prepareGround } from './night-city-ground.ts';
import { type Lens, toScreenX, toScreenY } from './night-city-lens.ts';
import { GlowSprites, paintLamp, paintLanterns, paintSign } from './night-city-lights.ts';
import type { Pass } from './night-city-pass.ts';
import { prepareRoofs } from './night-city-roofs.ts';
import { carZ, layOutTraffic } from './night-city-traffic.ts';
import { paintWalker } from './night-city-walkers.ts';
import { type City, layOutCity, type Palette } from './night-city-world.ts';

/** How fast the camera walks, and the farthest that it may go, since the street has an end. */
const WALK_METRES_A_SECOND = 1.3;
const LONGEST_WALK_METRES = 22;

/** How much wider than the frame the sky is drawn on each side, for cameras that pan. */
const SKY_MARGIN = 0.2;

/** Something that stands at a distance, for painting from far to near. */
interface Standing {
  z: number;
  paint: (pass: Pass) => void;
}

export const nightCityScene: Scene = {
  id: 'night-city',
  prepare(stage: Stage): Painter {
    const frame = createFrame(stage, chooseHorizon(stage));
    const camera = prepareCamera(stage);
    const city = layOutCity(stage);
    const glows = new GlowSprites();
    const standing = prepareStanding(stage, city, glows);
    const paintSky = prepareSky(stage, city.palette);
    const ground = prepareGround(stage, city.palette, (context, lens, timeSeconds) => {
      paintSky(context, lens);
      paintStanding({ context, lens, timeSeconds, detailed: false }, standing(timeSeconds, lens));
    });
    const paintWeather = prepareWeather(stage);
    return (context, timeSeconds) => {
      const worldSeconds = toWorldSeconds(stage, timeSeconds);
      const view = camera(timeSeconds);
      const lens = placeLens(stage, frame, view);
      drawRolled(context, frame, view, () => {
        paintSky(context, lens);
        ground(context, lens, worldSeconds);
        if (isRaining(stage)) paintSplashes(context, lens, worldSeconds, stage.seed);
        paintStanding(
          { context, lens, timeSeconds: worldSeconds, detailed: true },
          standing(worldSeconds, lens),
        );
        paintWeather(context, worldSeconds);
      });
    };
  },
};

function chooseHorizon({ width, height }: Stage): number {
  return height > width ? 0.63 : 0.6;
}

function placeLens(stage: Stage, frame: Frame, view: View): Lens {
  const walk = Math.min(LONGEST_WALK_METRES, WALK_METRES_A_SECOND * stage.durationSeconds);
  const isAerial = stage.plan.camera === 'aerial';
  const pulls = stage.plan.camera === 'pull';
  return {
    centerX: frame.centerX + view.panX * frame.unit * 1.6,
    horizonY: frame.horizonY + pitchPixels(frame, view) * 1.5,
    focal: frame.unit * 0.62 * (1 + (view.zoom - 1) * 0.3),
    eyeX: 0.35 - view.panX * 9,
    eyeY: isAerial ? 7.5 : 1.78,
    eyeZ: (pulls ? Math.min(walk, 12) : 0) + Math.max(-7, view.forward * walk),
    mirror: 1,
  };
}

type ListStanding = (timeSeconds: number, lens: Lens) => Standing[];

function prepareStanding(stage: Stage, city: City, glows: GlowSprites): ListStanding {
  const { palette } = city;
  const paintRoof = prepareRoofs(palette, glows);
  const fixed: Standing[] = [
    ...city.buildings.map((building) => {
      const paint = prepareBuilding(building, palette);
      return {
        z: building.far,
        paint: (pass: Pass) => {
          if (pass.detailed) paintRoof(pass, building);
          paint(pass);
        },
      };
    }),
    ...city.signs.map((sign) => ({
      z: sign.z,
      paint: (pass: Pass) => paintSign(pass, sign, palette, glows),
    })),
    ...city.lamps.map((lamp) => ({
      z: lamp.z,
      paint: (pass: Pass) => paintLamp(pass, lamp, palette, glows),
    })),
    ...city.lanterns.map((rope) => ({
      z: rope.z,
      paint: (pass: Pass) => paintLanterns(pass, rope, palette, glows),
    })),
    { z: 70, paint: prepareGlow(palette) },
  ];
  const traffic = layOutTraffic(stage, palette);
  return (timeSeconds, lens) => {
    const moving: Standing[] = [
      ...traffic.cars.map((car) => ({
        z: carZ(car, timeSeconds, lens.eyeZ),
        paint: (pass: Pass) => paintCar(pass, car, palette, glows),
      })),
      ...traffic.walkers.map((walker) => ({
        z: walker.startZ + walker.speed * timeSeconds,
        paint: (pass: Pass) => paintWalker(pass, walker, palette.haze),
      })),
    ];
    return [...fixed, ...moving].sort((a, b) => b.z - a.z);
  };
}

function paintStanding(pass: Pass, standing: readonly Standing[]): void {
  for (const { paint } of standing) paint(pass);
}

type SkyPainter = (context: SKRSContext2D, lens: Lens) => void;

interface Tower {
  x: number;
  z: number;
  width: number;
  height: number;
  lights: { x: number; y: number; warm: boolean }[];
}

/**
 * Sky and the far towers at the end of the street, drawn once: they are so far away that a walk of some metres does
 * not change them. A frame places the picture on the horizon, upside down for the mirrored drawing.
 */
function prepareSky(stage: Stage, palette: Palette): SkyPainter {
  const { width, height } = stage;
  const random = createRandom(hashNumbers(stage.seed, 4));
  const towers: Tower[] = Array.from({ length: 26 }, () => {
    return {
      x: (random() - 0.5) * 520,
      z: 260 + random() * 240,
      width: 16 + random() * 22,
      height: 60 + random() * 150,
      lights: Array.from({ length: 70 }, () => ({ x: random(), y: random(), warm: random() < 0.6 })),
    };
  }).sort((a, b) => b.z - a.z);
  const margin = Math.ceil(width * SKY_MARGIN);
  const picture = createCanvas(width + margin * 2, height);
  const context = picture.getContext('2d');
  const focal = Math.sqrt(width * height) * 0.62;
  const lens: Lens = {
    centerX: width / 2 + margin,
    horizonY: height,
    focal,
    eyeX: 0,
    eyeY: 2,
    eyeZ: 0,
    mirror: 1,
  };
  const fill = context.createLinearGradient(0, height * 0.3, 0, height);
  fill.addColorStop(0, toCss(palette.sky[0]));
  fill.addColorStop(0.55, toCss(palette.sky[1]));
  fill.addColorStop(1, toCss(palette.sky[2]));
  context.fillStyle = fill;
  context.fillRect(0, 0, picture.width, height);
  for (const tower of towers) paintTower(context, lens, tower, palette);
  return (target, view) => {
    const share = view.focal / focal;
    target.save();
    target.translate(view.centerX, view.horizonY);
    target.scale(share, share * view.mirror);
    target.drawImage(picture, -width / 2 - margin, -height);
    target.restore();
  };
}

function paintTower(
  context: SKRSContext2D,
  lens: Lens,
  tower: Tower,
  { sky, haze, windows, glow }: Palette,
): void {
  const left = toScreenX(lens, tower.x - tower.width / 2, tower.z);
  const right = toScreenX(lens, tower.x + tower.width / 2, tower.z);
  const top = toScreenY(lens, tower.height, tower.z);
  const bottom = toScreenY(lens, 0, tower.z);
  const depth = (tower.z - 260) / 240;
  const fill = context.createLinearGradient(0, top, 0, bottom);
  fill.addColorStop(0, toCss(mixColors(sky[1], haze.color, 0.25 + depth * 0.3)));
  fill.addColorStop(1, toCss(mixColors(haze.color, glow, 0.2)));
  context.fillStyle = fill;
  context.fillRect(left, Math.min(top, bottom), right - left, Math.abs(bottom - top));
  const dot = Math.max(0.8, (right - left) * 0.035);
  for (const warm of [true, false]) {
    context.fillStyle = toCss(mixColors(warm ? windows[1] : glow, haze.color, 0.3 + depth * 0.3), 0.75);
    context.beginPath();
    for (const light of tower.lights) {
      if (light.warm !== warm) continue;
      const column = Math.floor(light.x * 9) / 9 + 0.05;
      const row = Math.floor(light.y * 34) / 34;
      context.rect(left + column * (right - left), top + row * (bottom - top), dot, dot * 1.3);
    }
    context.fill();
  }
}

/** Light in the air where the street vanishes; drawn small once, since a gradient this wide is dear. */
function prepareGlow({ glow, haze }: Palette): (pass: Pass) => void {
  const size = 160;
  const sprite = createCanvas(size, size);
  const paint = sprite.getContext('2d');
  const fill = paint.createRadialGradient(size / 2, size / 2, 0, size / 2, size / 2, size / 2);
  fill.addColorStop(0, toCss(mixColors(glow, [255, 255, 255], 0.2), 0.5));
  fill.addColorStop(0.16, toCss(glow, 0.26));
  fill.addColorStop(0.45, toCss(mixColors(glow, haze.color, 0.6), 0.1));
  fill.addColorStop(1, toCss(haze.color, 0));
  paint.fillStyle = fill;
  paint.fillRect(0, 0, size, size);
  return ({ context, lens }) => {
    const radius = lens.focal * 0.6;
    const y = toScreenY(lens, 4, 120);
    context.globalCompositeOperation = 'screen';
    context.drawImage(sprite, lens.centerX - radius, y - radius, radius * 2, radius * 2);
    context.globalCompositeOperation = 'source-over';
  };
}

type WeatherPainter = (context: SKRSContext2D, timeSeconds: number) => void;

function isRaining({ plan }: Stage): boolean {
  return plan.weather === 'rain' || plan.weather === 'storm';
}

function prepareWeather(stage: Stage): WeatherPainter {
  const { weather } = stage.plan;
  if (weather === 'snow') return (context, timeSeconds) => paintFlakes(context, stage, timeSeconds);
  if (!isRaining(stage)) return () => undefined;
  const heavy = weather === 'storm' ? 1.8 : 1;
  return (context, timeSeconds) => paintRain(context, stage, timeSeconds, heavy);
}

const RAIN_LAYERS = [
  { drops: 150, length: 0.022, speed: 1.1, alpha: 0.16, width: 0.0008 },
  { drops: 90, length: 0.045, speed: 1.7, alpha: 0.2, width: 0.0012 },
  { drops: 26, length: 0.1, speed: 2.8, alpha: 0.2, width: 0.002 },
] as const;

/** Three curtains of rain; the nearer, the longer, faster and fewer. */
function paintRain(context: SKRSContext2D, stage: Stage, timeSeconds: number, heavy: number): void {
  const { width, height, seed } = stage;
  const unit = Math.sqrt(width * height);
  for (const [layer, { drops, length, speed, alpha, width: thickness }] of RAIN_LAYERS.entries()) {
    context.strokeStyle = `rgba(214,214,248,${alpha})`;
    context.lineWidth = Math.max(0.6, unit * thickness);
    context.beginPath();
    const travel = height + unit * length;
    for (let drop = 0; drop < drops * heavy; drop += 1) {
      const chance = hashNumbers(seed, layer, drop);
      const offset = ((chance >>> 12) & 4095) / 4095;
      const fall = offset + (timeSeconds * speed * unit * (0.85 + (chance & 7) * 0.04)) / travel;
      const round = Math.floor(fall);
      const x = ((hashNumbers(seed, layer, drop, round) & 4095) / 4095) * width * 1.1;
      const y = (fall - round) * travel - unit * length;
      context.moveTo(x, y);
      context.lineTo(x - unit * length * 0.14, y + unit * length);
    }
    context.stroke();
  }
}

function paintFlakes(context: SKRSContext2D, { width, height, seed }: Stage, timeSeconds: number): void {
  const unit = Math.sqrt(width * height);
  context.fillStyle = 'rgba(240,240,255,0.75)';
  context.beginPath();
  for (let flake = 0; flake < 320; flake += 1) {
    const chance = hashNumbers(seed, flake);
    const size = unit * (0.0008 + (chance & 15) * 0.00016);
    const fall = ((chance >>> 8) & 4095) / 4095 + timeSeconds * (0.05 + (chance & 15) * 0.008);
    const drift = Math.sin(timeSeconds * 0.8 + flake) * 0.02;
    const x = ((((hashNumbers(seed, flake, 1) & 4095) / 4095 + drift) % 1) + 1) % 1;
    const y = (fall % 1) * (height + size * 2) - size;
    context.moveTo(x * width + size, y);
    context.arc(x * width, y, size, 0, Math.PI * 2);
  }
  context.fill();
}
