// What each kind of figure is: who draws it, where it belongs, how large it is and how it moves.
import type { SubjectKind } from '../plan/plan.ts';
import type { Rgb } from './color.ts';
import { drawCat, drawDeer, drawDog, drawHorse, drawWolf } from './figures/animals.ts';
import type { Figure } from './figures/figure.ts';
import { drawBalloon, drawBird, drawButterfly, drawDragon, drawRocket } from './figures/flyers.ts';
import { drawBook, drawPhone, drawShoe, drawWatch } from './figures/goods.ts';
import { drawCastle, drawPalm } from './figures/landmarks.ts';
import { drawAstronaut, drawCouple, drawCrowd, drawDancer, drawPerson, drawRobot } from './figures/people.ts';
import { drawFish, drawJellyfish, drawWhale } from './figures/sea-life.ts';
import { drawBottle, drawCake, drawCandle, drawCup, drawFruit, drawVase } from './figures/tableware.ts';
import {
  drawBoat,
  drawCar,
  drawHouse,
  drawLighthouse,
  drawShip,
  drawTrain,
  drawTree,
} from './figures/vehicles.ts';

/** `far` is the ground in the distance, for what does not fit the foreground: houses, trains. */
export type Medium = 'ground' | 'far' | 'water' | 'air';

export interface SubjectBuild {
  draw: Figure;
  medium: Medium;
  /** Height in people: 1 is as tall as a walker in the same place. */
  height: number;
  /** Units of frame per second at hero size. */
  speed: number;
  /** Gap between the members of a group, in own heights. */
  gap: number;
  countMax: number;
  /** Its own colour by day, where it has one; the prompt may name another. */
  coat?: Rgb;
}

export const SUBJECT_BUILDS: Record<SubjectKind, SubjectBuild> = {
  person: {
    draw: drawPerson,
    medium: 'ground',
    height: 1,
    speed: 0.036,
    gap: 0.7,
    countMax: 7,
    coat: [70, 84, 112],
  },
  dancer: {
    draw: drawDancer,
    medium: 'ground',
    height: 1.12,
    speed: 0,
    gap: 1,
    countMax: 5,
    coat: [196, 92, 110],
  },
  couple: {
    draw: drawCouple,
    medium: 'ground',
    height: 1,
    speed: 0.022,
    gap: 1.2,
    countMax: 3,
    coat: [86, 74, 92],
  },
  crowd: {
    draw: drawCrowd,
    medium: 'ground',
    height: 0.8,
    speed: 0.016,
    gap: 2.1,
    countMax: 3,
    coat: [84, 88, 104],
  },
  robot: {
    draw: drawRobot,
    medium: 'ground',
    height: 1.1,
    speed: 0.03,
    gap: 0.9,
    countMax: 5,
    coat: [150, 160, 172],
  },
  horse: {
    draw: drawHorse,
    medium: 'ground',
    height: 1.25,
    speed: 0.1,
    gap: 1.05,
    countMax: 7,
    coat: [122, 76, 46],
  },
  deer: {
    draw: drawDeer,
    medium: 'ground',
    height: 0.95,
    speed: 0.034,
    gap: 0.9,
    countMax: 5,
    coat: [156, 106, 64],
  },
  wolf: {
    draw: drawWolf,
    medium: 'ground',
    height: 0.62,
    speed: 0.05,
    gap: 1.5,
    countMax: 7,
    coat: [128, 130, 136],
  },
  dog: {
    draw: drawDog,
    medium: 'ground',
    height: 0.5,
    speed: 0.045,
    gap: 1.5,
    countMax: 5,
    coat: [190, 138, 78],
  },
  cat: {
    draw: drawCat,
    medium: 'ground',
    height: 0.44,
    speed: 0.028,
    gap: 1.6,
    countMax: 5,
    coat: [206, 132, 66],
  },
  car: {
    draw: drawCar,
    medium: 'ground',
    height: 0.56,
    speed: 0.13,
    gap: 4,
    countMax: 4,
    coat: [168, 44, 46],
  },
  train: { draw: drawTrain, medium: 'far', height: 0.62, speed: 0.18, gap: 14, countMax: 1 },
  tree: { draw: drawTree, medium: 'far', height: 2, speed: 0, gap: 0.8, countMax: 7, coat: [66, 92, 52] },
  palm: {
    draw: drawPalm,
    medium: 'ground',
    height: 3,
    speed: 0,
    gap: 0.42,
    countMax: 5,
    coat: [78, 104, 58],
  },
  castle: {
    draw: drawCastle,
    medium: 'far',
    height: 3.2,
    speed: 0,
    gap: 1.8,
    countMax: 2,
    coat: [168, 158, 146],
  },
  house: {
    draw: drawHouse,
    medium: 'far',
    height: 1.25,
    speed: 0,
    gap: 1.5,
    countMax: 5,
    coat: [214, 196, 168],
  },
  lighthouse: {
    draw: drawLighthouse,
    medium: 'far',
    height: 2.1,
    speed: 0,
    gap: 1.4,
    countMax: 2,
    coat: [232, 228, 222],
  },
  boat: {
    draw: drawBoat,
    medium: 'water',
    height: 1.1,
    speed: 0.014,
    gap: 1.3,
    countMax: 7,
    coat: [226, 222, 214],
  },
  ship: { draw: drawShip, medium: 'water', height: 0.85, speed: 0.016, gap: 3.6, countMax: 3 },
  whale: { draw: drawWhale, medium: 'water', height: 1.35, speed: 0.03, gap: 2.4, countMax: 4 },
  fish: { draw: drawFish, medium: 'water', height: 0.32, speed: 0.05, gap: 1.1, countMax: 14 },
  jellyfish: { draw: drawJellyfish, medium: 'water', height: 0.9, speed: 0.006, gap: 0.9, countMax: 9 },
  bird: { draw: drawBird, medium: 'air', height: 0.3, speed: 0.05, gap: 1, countMax: 21 },
  butterfly: { draw: drawButterfly, medium: 'air', height: 0.3, speed: 0.02, gap: 1.5, countMax: 12 },
  dragon: {
    draw: drawDragon,
    medium: 'air',
    height: 2.1,
    speed: 0.05,
    gap: 1.8,
    countMax: 3,
    coat: [92, 108, 76],
  },
  balloon: { draw: drawBalloon, medium: 'air', height: 1.05, speed: 0.008, gap: 1.2, countMax: 9 },
  rocket: { draw: drawRocket, medium: 'air', height: 1.1, speed: 0.02, gap: 1, countMax: 3 },
  cup: { draw: drawCup, medium: 'ground', height: 0.5, speed: 0, gap: 1.7, countMax: 3 },
  bottle: { draw: drawBottle, medium: 'ground', height: 0.95, speed: 0, gap: 0.75, countMax: 4 },
  vase: { draw: drawVase, medium: 'ground', height: 1.2, speed: 0, gap: 1, countMax: 3 },
  fruit: { draw: drawFruit, medium: 'ground', height: 0.62, speed: 0, gap: 1.6, countMax: 1 },
  candle: { draw: drawCandle, medium: 'ground', height: 0.66, speed: 0, gap: 0.7, countMax: 5 },
  book: { draw: drawBook, medium: 'ground', height: 0.42, speed: 0, gap: 2, countMax: 2 },
  phone: { draw: drawPhone, medium: 'ground', height: 1, speed: 0, gap: 0.8, countMax: 3 },
  shoe: { draw: drawShoe, medium: 'ground', height: 0.52, speed: 0, gap: 2.6, countMax: 1 },
  watch: { draw: drawWatch, medium: 'ground', height: 0.85, speed: 0, gap: 0.9, countMax: 3 },
  cake: { draw: drawCake, medium: 'ground', height: 0.72, speed: 0, gap: 1.7, countMax: 2 },
  astronaut: { draw: drawAstronaut, medium: 'air', height: 1.05, speed: 0.008, gap: 1.1, countMax: 4 },
};
