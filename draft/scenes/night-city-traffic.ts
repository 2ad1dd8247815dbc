// Who is on the street of the night city, and where at each moment: cars in two lanes, people on both pavements.
import type { Rgb } from '../paint/color.ts';
import { createRandom, hashNumbers, type Random } from '../random.ts';
import type { Stage } from '../stage.ts';
import type { Palette } from './night-city-world.ts';

export interface Car {
  x: number;
  startZ: number;
  /** Metres a second along z; negative comes towards the eye. */
  speed: number;
  color: Rgb;
  tall: number;
}

export interface Walker {
  x: number;
  startZ: number;
  speed: number;
  height: number;
  coat: Rgb;
  umbrella?: Rgb;
  phase: number;
  rim: Rgb;
}

export interface Traffic {
  cars: Car[];
  walkers: Walker[];
}

/** Cars come round again after this many metres. */
const LOOP_METRES = 190;

const PAINTS: readonly Rgb[] = [
  [26, 28, 44],
  [58, 16, 30],
  [22, 44, 64],
  [70, 66, 74],
  [96, 74, 18],
  [16, 16, 20],
];

export function layOutTraffic(stage: Stage, palette: Palette): Traffic {
  const random = createRandom(hashNumbers(stage.seed, 3));
  const asked = (kind: string): number =>
    stage.plan.subjects.find((subject) => subject.kind === kind)?.count ?? 0;
  const cars: Car[] = [];
  const count = 6 + Math.min(4, asked('car'));
  for (let index = 0; index < count; index += 1) {
    const comes = index % 2 === 0;
    cars.push({
      x: comes ? -2.35 : 2.35,
      startZ:
        (comes ? 19 : 12) + Math.floor(index / 2) * (LOOP_METRES / Math.ceil(count / 2)) * 0.8 + random() * 8,
      speed: comes ? -5.5 : 4.2,
      color: PAINTS[Math.floor(random() * PAINTS.length)],
      tall: random() < 0.25 ? 1.25 : 1,
    });
  }
  const walkers = [...layOutHeroes(stage, palette, random), ...layOutWalkers(stage, palette, random)];
  return { cars, walkers };
}

function layOutWalkers(stage: Stage, palette: Palette, random: Random): Walker[] {
  const isCrowded = stage.plan.subjects.some(({ kind }) => kind === 'crowd');
  const isWet =
    stage.plan.weather === 'rain' || stage.plan.weather === 'storm' || stage.plan.weather === 'snow';
  return Array.from({ length: isCrowded ? 46 : 22 }, (_, index) => {
    const side = index % 2 === 0 ? -1 : 1;
    const comes = random() < 0.5;
    return {
      x: side * (5.4 + random() * 2.1),
      startZ: 8 + index * (isCrowded ? 1.9 : 3.6) + random() * 3,
      speed: (comes ? -1 : 1) * (0.7 + random() * 0.6),
      height: 1.58 + random() * 0.28,
      coat: pickCoat(random),
      umbrella:
        isWet && random() < 0.68 ? palette.neon[Math.floor(random() * palette.neon.length)] : undefined,
      phase: random() * 6,
      rim: palette.neon[Math.floor(random() * palette.neon.length)],
    };
  });
}

/** The people that the prompt speaks of walk ahead of the eye, at about its own pace. */
function layOutHeroes(stage: Stage, palette: Palette, random: Random): Walker[] {
  const { subjects, weather } = stage.plan;
  const of = (kind: string): number => subjects.find((subject) => subject.kind === kind)?.count ?? 0;
  const count = Math.min(4, of('person') + of('couple') * 2 + of('dancer') + of('robot') + of('astronaut'));
  return Array.from({ length: count }, (_, index) => ({
    x: 0.7 + (index - (count - 1) / 2) * 0.95,
    startZ: 6.2 + index * 0.25,
    speed: 1.1,
    height: 1.74 - index * 0.06,
    coat: [18, 16, 30] as Rgb,
    umbrella:
      weather === 'rain' || weather === 'storm' ? palette.neon[(index * 2) % palette.neon.length] : undefined,
    phase: random() * 6,
    rim: palette.glow,
  }));
}

function pickCoat(random: Random): Rgb {
  const coats: readonly Rgb[] = [
    [16, 14, 26],
    [30, 22, 40],
    [24, 30, 46],
    [44, 24, 34],
  ];
  return coats[Math.floor(random() * coats.length)];
}

/** Where a car is: it drives round a loop, so that traffic never ends. */
export function carZ(car: Car, timeSeconds: number, eyeZ: number): number {
  const raw = car.startZ + car.speed * timeSeconds - eyeZ;
  return eyeZ + ((((raw + 6) % LOOP_METRES) + LOOP_METRES) % LOOP_METRES) - 6;
}
