// What grows on open ground: broad-leaved trees, bushes, tufts of grass and flowers in perspective. Drawn once onto layers.
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Plan, Setting } from '../plan/plan.ts';
import { type Atmosphere, lightColor } from './atmosphere.ts';
import type { Frame } from './camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor, toCss } from './color.ts';
import { groundPoint } from './plain.ts';

type Random = () => number;

export interface LeafColors {
  /** Albedo of the leaves in the shade and in the light. */
  leaves: readonly [Rgb, Rgb];
  /** Albedo of blossoms among them, if it blooms. */
  blossom?: Rgb;
  trunk?: Rgb;
}

const SUMMER: readonly [Rgb, Rgb] = [
  [44, 74, 38],
  [116, 150, 62],
];
const LEAVES: Record<'spring' | 'summer' | 'autumn' | 'winter', readonly [Rgb, Rgb]> = {
  spring: [
    [62, 96, 44],
    [152, 184, 84],
  ],
  summer: SUMMER,
  autumn: [
    [120, 58, 26],
    [224, 142, 48],
  ],
  winter: [
    [120, 128, 138],
    [226, 232, 240],
  ],
};

/** Leaves of a season. */
export function leavesOf(season: keyof typeof LEAVES): readonly [Rgb, Rgb] {
  return LEAVES[season];
}

const PETALS: readonly Rgb[] = [
  [232, 62, 54],
  [250, 240, 232],
  [244, 196, 62],
  [142, 116, 216],
  [238, 128, 168],
];
const PETALS_OF: Partial<Record<Setting, readonly Rgb[]>> = {
  lavender: [
    [132, 98, 200],
    [158, 124, 220],
    [112, 82, 178],
  ],
  sunflower: [
    [250, 196, 40],
    [244, 176, 30],
  ],
  poppy: [
    [226, 50, 40],
    [240, 84, 58],
  ],
  tulip: [
    [226, 60, 70],
    [246, 190, 62],
    [234, 112, 160],
  ],
  rose: [
    [200, 40, 70],
    [236, 120, 150],
    [250, 226, 224],
  ],
};

/** The colours of flowers: those of a kind that the prompt names, or the colours that it names, or a mixture. */
export function choosePetals({ settings, colors }: Plan): readonly Rgb[] {
  const named = settings.map((setting) => PETALS_OF[setting]).find((petals) => petals !== undefined);
  return named ?? (colors.length > 0 ? colors.map(parseColor) : PETALS);
}

interface Crown {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A mass of leaves: dark within, and dabs of light on the side of the sun. */
export function drawLeafMass(
  context: SKRSContext2D,
  crown: Crown,
  light: { atmosphere: Atmosphere; colors: LeafColors; far: number },
  random: Random,
): void {
  const { atmosphere, colors, far } = light;
  const side = atmosphere.sunX > 0.5 ? 1 : -1;
  const size = Math.max(0.7, Math.min(crown.width, crown.height) * 0.021);
  const clumps = Array.from({ length: 13 }, () => {
    const angle = random() * Math.PI * 2;
    const reach = random() ** 0.6 * 0.36;
    return {
      x: crown.x + Math.cos(angle) * crown.width * reach,
      y: crown.y + Math.sin(angle) * crown.height * reach,
      radius: Math.min(crown.width, crown.height) * (0.16 + random() * 0.16),
    };
  }).sort((first, second) => second.y - first.y);
  const tone = (share: number, amount: number): Rgb =>
    mixColors(
      lightColor(atmosphere, mixColors(colors.leaves[0], colors.leaves[1], share), amount),
      atmosphere.haze,
      far,
    );
  context.fillStyle = toCss(tone(0, 0.08));
  for (const { x, y, radius } of clumps) {
    context.beginPath();
    context.ellipse(x, y, radius * 1.25, radius * 1.1, 0, 0, Math.PI * 2);
    context.fill();
  }
  for (const clump of clumps) {
    const dabs = Math.round(Math.min(260, 8 + clump.radius * 3.6));
    for (let dab = 0; dab < dabs; dab += 1) {
      const angle = random() * Math.PI * 2;
      const reach = random() ** 0.5 * clump.radius * 1.24;
      const [alongX, alongY] = [Math.cos(angle), Math.sin(angle)];
      const open = 0.5 + 0.34 * (alongX * side * 0.8 - alongY) * (reach / clump.radius);
      const isBlossom = colors.blossom !== undefined && random() < 0.55;
      const shown = isBlossom
        ? mixColors(lightColor(atmosphere, colors.blossom!, open * 0.8), atmosphere.haze, far)
        : tone(open * (0.6 + random() * 0.5), open * 0.85);
      context.fillStyle = toCss(shown);
      context.beginPath();
      context.ellipse(
        clump.x + alongX * reach,
        clump.y + alongY * reach,
        size * (0.7 + random() * 0.8),
        size * (0.45 + random() * 0.4),
        random() * 3,
        0,
        Math.PI * 2,
      );
      context.fill();
    }
  }
}

/** A tree with a round crown, its foot at (x, y). */
export function drawBroadTree(
  context: SKRSContext2D,
  spot: { x: number; y: number; height: number },
  light: { atmosphere: Atmosphere; colors: LeafColors; far: number },
  random: Random,
): void {
  const { atmosphere, colors, far } = light;
  const { x, y, height } = spot;
  const side = atmosphere.sunX > 0.5 ? 1 : -1;
  const half = height * 0.035;
  const bark = colors.trunk ?? [92, 70, 54];
  const trunk = context.createLinearGradient(x - half * side, 0, x + half * side, 0);
  trunk.addColorStop(0, toCss(mixColors(lightColor(atmosphere, bark, 0.02), atmosphere.haze, far)));
  trunk.addColorStop(1, toCss(mixColors(lightColor(atmosphere, bark, 0.6), atmosphere.haze, far)));
  context.fillStyle = trunk;
  context.beginPath();
  context.moveTo(x - half * 2, y);
  context.quadraticCurveTo(x - half * 0.8, y - height * 0.08, x - half * 0.7, y - height * 0.5);
  context.lineTo(x + half * 0.7, y - height * 0.5);
  context.quadraticCurveTo(x + half * 0.8, y - height * 0.08, x + half * 2, y);
  context.fill();
  const crown = { x, y: y - height * 0.63, width: height * 0.86, height: height * 0.72 };
  drawLeafMass(context, crown, light, random);
}

export interface GrowthOptions {
  eye: number;
  /** Distances between which it grows. */
  from: number;
  to: number;
  /** How many tufts and how many flowers. */
  tufts: number;
  flowers: number;
  grass: readonly [Rgb, Rgb];
  petals: readonly Rgb[];
  /** Height of a tuft, in units of the frame at a distance of one. */
  height: number;
  /** False where nothing grows: on a path, say. */
  grows?: (x: number, z: number) => boolean;
}

interface Plant {
  x: number;
  z: number;
  isFlower: boolean;
}

function scatter(frame: Frame, options: GrowthOptions, random: Random): Plant[] {
  const spread = (frame.width / frame.unit) * 0.64;
  const grows = options.grows ?? (() => true);
  // A small picture has no room for all of them.
  const share = Math.min(1, Math.max(0.08, frame.unit / 400));
  const tufts = Math.round(options.tufts * share);
  const count = tufts + Math.round(options.flowers * share);
  const plants = Array.from({ length: count }, (_, index) => {
    const z = options.from * (options.to / options.from) ** (random() ** 0.8);
    return { x: (random() - 0.5) * 2 * spread * z, z, isFlower: index >= tufts };
  });
  return plants.filter(({ x, z }) => grows(x, z)).sort((first, second) => second.z - first.z);
}

function drawTuft(
  context: SKRSContext2D,
  foot: { x: number; y: number; size: number },
  color: Rgb,
  random: Random,
): void {
  context.strokeStyle = toCss(color);
  context.lineWidth = Math.max(0.5, foot.size * 0.07);
  context.beginPath();
  for (let blade = 0; blade < 4; blade += 1) {
    const lean = (random() - 0.5) * foot.size * 0.9;
    const length = foot.size * (0.5 + random() * 0.7);
    const from = foot.x + (random() - 0.5) * foot.size * 0.6;
    context.moveTo(from, foot.y);
    context.quadraticCurveTo(from + lean * 0.2, foot.y - length * 0.7, from + lean, foot.y - length);
  }
  context.stroke();
}

function drawFlower(
  context: SKRSContext2D,
  foot: { x: number; y: number; size: number; stem: Rgb },
  petal: (amount: number) => Rgb,
  random: Random,
): void {
  const { size } = foot;
  const lean = (random() - 0.5) * size * 0.5;
  const [x, y] = [foot.x + lean, foot.y - size * (0.8 + random() * 0.6)];
  const head = size * (0.15 + random() * 0.08);
  context.strokeStyle = toCss(foot.stem);
  context.lineWidth = Math.max(0.5, size * 0.045);
  context.beginPath();
  context.moveTo(foot.x, foot.y);
  context.quadraticCurveTo(foot.x, y + size * 0.3, x, y);
  context.stroke();
  if (head < 2.2) {
    context.fillStyle = toCss(petal(0.55 + random() * 0.3));
    context.beginPath();
    context.ellipse(x, y, head * 1.2, head, 0, 0, Math.PI * 2);
    context.fill();
    return;
  }
  const turn = random() * 3;
  for (let leaf = 0; leaf < 6; leaf += 1) {
    const angle = turn + (leaf * Math.PI) / 3;
    context.fillStyle = toCss(petal(0.5 - 0.3 * Math.sin(angle)));
    context.beginPath();
    context.ellipse(
      x + Math.cos(angle) * head * 0.7,
      y + Math.sin(angle) * head * 0.5,
      head * 0.62,
      head * 0.4,
      angle,
      0,
      Math.PI * 2,
    );
    context.fill();
  }
  context.fillStyle = toCss(scaleColor(petal(0.5), 0.5));
  context.beginPath();
  context.ellipse(x, y, head * 0.3, head * 0.24, 0, 0, Math.PI * 2);
  context.fill();
}

/** Grass and flowers between two distances, the farthest first. */
export function drawGrowth(
  context: SKRSContext2D,
  frame: Frame,
  atmosphere: Atmosphere,
  options: GrowthOptions & { random: Random },
): void {
  const { random } = options;
  context.lineCap = 'round';
  for (const { x, z, isFlower } of scatter(frame, options, random)) {
    const [screenX, screenY] = groundPoint(frame, options.eye, { x, z });
    const size = (options.height / z) * frame.unit * (0.7 + random() * 0.6);
    const faded = Math.min(0.7, 1 - Math.exp(-Math.max(0, z - 1.2) * 0.05 * atmosphere.hazeAmount));
    const shade = random();
    const blade = mixColors(
      lightColor(atmosphere, mixColors(options.grass[0], options.grass[1], shade), 0.15 + 0.5 * shade),
      atmosphere.haze,
      faded,
    );
    if (!isFlower) {
      drawTuft(context, { x: screenX, y: screenY, size }, blade, random);
      continue;
    }
    const albedo = options.petals[Math.floor(random() * options.petals.length)];
    const petal = (amount: number): Rgb =>
      mixColors(lightColor(atmosphere, albedo, amount), atmosphere.haze, faded);
    drawFlower(context, { x: screenX, y: screenY, size, stem: blade }, petal, random);
  }
}
