// A theatre stage: a curtain with deep folds, boards in perspective, and lamps that search the haze. Where a dancer, a
// singer or a band belongs.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createAtmosphere } from '../paint/atmosphere.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
} from '../paint/camera.ts';
import { mixColors, packPixel, parseColor, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createGlow, createLayer, createPixelField } from '../paint/field.ts';
import { createNoiseTile, type NoiseTile, sampleTile, smoothStep, wander } from '../paint/noise.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed, hashToUnit } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

/** Curtain, main lamp and side lamps. */
interface Colors {
  cloth: Rgb;
  key: Rgb;
  side: Rgb;
}

const MOOD_COLORS: Record<Plan['mood'], readonly [string, string, string]> = {
  calm: ['#7a2230', '#ffd7a1', '#7fb4d8'],
  epic: ['#8a1a26', '#ffc27a', '#5b8cff'],
  dark: ['#3a1420', '#d9dcea', '#5a6aa8'],
  happy: ['#a3203a', '#ffd98a', '#ff7fb0'],
  mysterious: ['#3b1a4a', '#cfd8ff', '#6a4fd0'],
  romantic: ['#8f1c3c', '#ffc9a8', '#e0608e'],
  tense: ['#6a0f16', '#ffb08a', '#d83a2a'],
  dreamy: ['#4a2a6a', '#ffd6e6', '#9a8cf0'],
};

function chooseColors({ colors, mood }: Plan): Colors {
  const [cloth, key, side] = MOOD_COLORS[mood].map(parseColor) as [Rgb, Rgb, Rgb];
  const [first, second] = colors.map(parseColor);
  if (!first) return { cloth, key, side };
  return {
    cloth: scaleColor(first, 0.55),
    key: mixColors(first, [255, 240, 220], 0.6),
    side: second ?? first,
  };
}

/** How far a painted cloth or floor reaches past the frame, in shares, so that no camera move finds its end. */
const SPARE = 0.2;

/** One colour of cloth at a point: folds that wander a little on their way down. */
function foldAt(tile: NoiseTile, across: number, down: number): number {
  const bend = sampleTile(tile, across * 0.6, down * 0.12) - 0.5;
  const wave = Math.sin((across + bend * 0.05) * 52 + bend * 5);
  const fine = Math.sin((across + bend * 0.03) * 131 + 2);
  return 0.5 + 0.4 * wave + 0.1 * fine;
}

/** The curtain at the back: bright where the lamps meet it, lost in the dark above. */
function paintCurtain(stage: Stage, { cloth, key }: Colors): Canvas {
  const field = createPixelField((stage.width * (1 + 2 * SPARE)) / 2, stage.height / 2);
  const tile = createNoiseTile(deriveSeed(stage.seed, 'curtain'), 3, 4);
  const spread = Math.sqrt(stage.width / stage.height);
  for (let y = 0; y < field.height; y += 1) {
    const down = y / field.height;
    for (let x = 0; x < field.width; x += 1) {
      const across = (x / field.width - 0.5) * (1 + 2 * SPARE) * spread;
      const fold = foldAt(tile, across, down);
      const wash = Math.exp(-((across / 0.52) ** 2) - ((down - 0.66) / 0.42) ** 2);
      const light = (0.05 + 0.62 * wash) * (0.26 + 0.8 * fold ** 1.4);
      const sheen = wash * Math.max(0, fold - 0.72) * 0.5;
      const channel = (index: 0 | 1 | 2): number => cloth[index] * light * 1.25 + key[index] * sheen;
      field.pixels[y * field.width + x] = packPixel(channel(0), channel(1), channel(2));
    }
  }
  field.flush();
  return field.canvas;
}

/** The boards: they run to the vanishing point, worn, with a sheen of the lamps. */
function paintBoards(stage: Stage, frame: Frame, { cloth, key }: Colors): Canvas {
  const height = stage.height - frame.horizonY;
  const field = createPixelField((stage.width * (1 + 2 * SPARE)) / 2, (height * 1.5) / 2);
  const tile = createNoiseTile(deriveSeed(stage.seed, 'boards'), 5, 8);
  const wood: Rgb = mixColors([116, 70, 42], cloth, 0.18);
  for (let y = 0; y < field.height; y += 1) {
    const below = ((y + 1) / field.height) * 1.5;
    // The eye stands high over the boards: even the farthest keep some width.
    const far = 1 / (0.22 + below);
    for (let x = 0; x < field.width; x += 1) {
      const across = ((x / field.width - 0.5) * (1 + 2 * SPARE) * stage.width) / frame.unit;
      const board = across * far * 7 + 40;
      const inside = board - Math.floor(board);
      const gap = 1 - smoothStep(0, 0.035, inside) * smoothStep(1, 0.965, inside);
      // Far away, gaps finer than a pixel would flicker.
      const seam = 1 - gap * smoothStep(0.05, 0.35, below);
      const grain = sampleTile(tile, board * 0.31, far * 0.9 + hashToUnit(Math.floor(board), 3));
      const tone = 0.62 + 0.3 * hashToUnit(Math.floor(board), 7) + 0.34 * (grain - 0.5);
      const wash = Math.exp(-((across / 0.5) ** 2) - ((below - 0.42) / 0.5) ** 2);
      const light = (0.08 + 0.6 * wash) * tone * (0.35 + 0.65 * seam);
      const gloss = wash * wash * grain * 0.16 * seam;
      const channel = (index: 0 | 1 | 2): number => wood[index] * light + key[index] * gloss;
      field.pixels[y * field.width + x] = packPixel(channel(0), channel(1), channel(2));
    }
  }
  field.flush();
  return field.canvas;
}

/** A curtain that is drawn aside, darker, lit from the stage; `side` is -1 for the left one. */
function paintWing(stage: Stage, { cloth, key }: Colors, side: number): Canvas {
  const field = createPixelField((stage.width * 0.4) / 2, (stage.height * 1.2) / 2);
  const tile = createNoiseTile(deriveSeed(stage.seed, `wing ${side}`), 3, 4);
  for (let y = 0; y < field.height; y += 1) {
    const down = y / field.height;
    for (let x = 0; x < field.width; x += 1) {
      const share = side < 0 ? x / field.width : 1 - x / field.width;
      const reach = 0.86 - 0.12 * Math.sin(Math.min(1, down * 1.3) * Math.PI) + 0.04 * down;
      const fold = foldAt(tile, (share / reach) * 0.42 + side, down);
      const near = smoothStep(0.1, 1, share / reach);
      const light =
        (0.05 + 0.34 * near) * (0.3 + 0.9 * fold * fold) * (0.45 + 0.55 * smoothStep(0, 0.6, down));
      const edge = smoothStep(0.9, 1, share / reach) * 0.14 * smoothStep(0.1, 0.7, down);
      const channel = (index: 0 | 1 | 2): number => cloth[index] * light + key[index] * edge;
      const cover = smoothStep(reach + 0.012, reach, share) * 255;
      field.pixels[y * field.width + x] = packPixel(channel(0), channel(1), channel(2), cover);
    }
  }
  field.flush();
  return field.canvas;
}

interface Lamp {
  /** Where it hangs and where it points when at rest, in shares of the width. */
  from: number;
  to: number;
  color: Rgb;
  strength: number;
  phase: number;
}

const LAMP_SCALE = 4;
const LAMP_Y = -0.12;
const POOL_Y = 0.87;

/** Cones of light in the haze and their pools on the boards; drawn additively, soft because small. */
function prepareLamps(
  stage: Stage,
  frame: Frame,
  { key, side }: Colors,
): (context: SKRSContext2D, seconds: number) => void {
  const random = createRandom(deriveSeed(stage.seed, 'lamps'));
  const lamps: Lamp[] = [
    { from: 0.5 + (random() - 0.5) * 0.16, to: 0.5, color: key, strength: 1, phase: 0 },
    { from: 0.1, to: 0.42, color: side, strength: 0.62, phase: random() },
    { from: 0.9, to: 0.58, color: side, strength: 0.62, phase: random() },
    { from: 0.28, to: 0.74, color: mixColors(key, side, 0.35), strength: 0.5, phase: random() },
    { from: 0.72, to: 0.26, color: mixColors(key, side, 0.35), strength: 0.5, phase: random() },
  ];
  const { canvas, context: small } = createLayer(stage.width / LAMP_SCALE, stage.height / LAMP_SCALE);
  const { canvas: soft, context: softContext } = createLayer(canvas.width, canvas.height);
  const { width, height } = canvas;
  const unit = frame.unit / LAMP_SCALE;
  const drawLamp = (lamp: Lamp, seconds: number): void => {
    const sway = lamp.phase === 0 ? 0.012 : 0.075;
    const x = (lamp.to + wander(seconds * 0.55, lamp.phase + 0.2) * sway) * width;
    const [topX, topY, footY] = [lamp.from * width, LAMP_Y * height, POOL_Y * height];
    const half = unit * (lamp.phase === 0 ? 0.24 : 0.15);
    const strength = lamp.strength * (0.88 + 0.12 * wander(seconds * 0.8, lamp.phase + 0.7));
    const cone = small.createLinearGradient(topX, topY, x, footY);
    cone.addColorStop(0, toCss(lamp.color, 0.85 * strength));
    cone.addColorStop(0.4, toCss(lamp.color, 0.4 * strength));
    cone.addColorStop(1, toCss(lamp.color, 0.15 * strength));
    small.fillStyle = cone;
    for (const width of [1, 0.62]) {
      small.globalAlpha = width === 1 ? 0.55 : 0.6;
      small.beginPath();
      small.moveTo(topX - unit * 0.012, topY);
      small.lineTo(topX + unit * 0.012, topY);
      small.lineTo(x + half * width, footY);
      small.ellipse(x, footY, half * width, half * width * 0.2, 0, 0, Math.PI);
      small.closePath();
      small.fill();
    }
    small.globalAlpha = 1;
    small.save();
    small.translate(x, footY);
    small.scale(1, 0.24);
    const pool = small.createRadialGradient(0, 0, 0, 0, 0, half * 1.25);
    pool.addColorStop(0, toCss(lamp.color, 0.5 * strength));
    pool.addColorStop(0.62, toCss(lamp.color, 0.34 * strength));
    pool.addColorStop(1, toCss(lamp.color, 0));
    small.fillStyle = pool;
    small.fillRect(-half * 1.3, -half * 1.3, half * 2.6, half * 2.6);
    small.restore();
  };
  return (context, seconds) => {
    small.globalCompositeOperation = 'source-over';
    small.fillStyle = '#000000';
    small.fillRect(0, 0, width, height);
    small.globalCompositeOperation = 'lighter';
    for (const lamp of lamps) drawLamp(lamp, seconds);
    softContext.globalCompositeOperation = 'copy';
    softContext.filter = `blur(${Math.max(0.6, unit / 90).toFixed(2)}px)`;
    softContext.drawImage(canvas, 0, 0);
    context.save();
    context.globalCompositeOperation = 'screen';
    // Blurred, its border fades: the little that is missing there is cut off.
    context.drawImage(
      soft,
      -0.01 * stage.width,
      -0.01 * stage.height,
      stage.width * 1.02,
      stage.height * 1.02,
    );
    context.restore();
  };
}

/** The lamps themselves, as far as they are seen at the upper edge. */
function drawLampHeads(context: SKRSContext2D, frame: Frame, glow: Canvas): void {
  context.save();
  context.globalCompositeOperation = 'lighter';
  for (const [x, size] of [
    [0.1, 0.3],
    [0.28, 0.24],
    [0.5, 0.36],
    [0.72, 0.24],
    [0.9, 0.3],
  ] as const) {
    const side = size * frame.unit;
    context.globalAlpha = 0.6;
    context.drawImage(glow, x * frame.width - side / 2, -side * 0.62, side, side);
  }
  context.restore();
}

export const theatreScene: Scene = {
  id: 'theatre',
  prepare(stage) {
    const frame = createFrame(stage, 0.72);
    const camera = prepareCamera(stage);
    const colors = chooseColors(stage.plan);
    const curtain = paintCurtain(stage, colors);
    const boards = paintBoards(stage, frame, colors);
    const wings = ([-1, 1] as const).map((side) => ({ side, canvas: paintWing(stage, colors, side) }));
    const lamps = prepareLamps(stage, frame, colors);
    const glow = createGlow(colors.key, 160, 0.1);
    const dust = prepareMotes(stage, frame, {
      name: 'dust',
      count: 60,
      colors: [colors.key, mixColors(colors.key, colors.side, 0.5)],
      size: [0.003, 0.014],
      area: [-0.02, 0, 1.02, 1],
      rise: 0.008,
      drift: 0.004,
      wander: 0.02,
      blink: 0.7,
      alpha: 0.5,
    });
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const subjects = prepareSubjects(
      stage,
      frame,
      {
        ...atmosphere,
        direct: colors.key,
        haze: colors.cloth,
        shadow: scaleColor(colors.cloth, 0.12),
        accent: colors.side,
        hazeAmount: 0.3,
      },
      {
        places: {
          ground: { x: 0.5, y: 0.885, size: 0.36, depth: 0.85, spreadY: 0.03 },
          air: { x: 0.5, y: 0.42, size: 0.24, depth: 0.7, spreadY: 0.14 },
        },
        otherwise: 'ground',
        style: { rim: mixColors(colors.key, [255, 255, 255], 0.2), lampsOn: true },
      },
    );
    const { width, height } = stage;
    const wide = width * (1 + 2 * SPARE);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const seconds = toWorldSeconds(stage, timeSeconds);
      drawRolled(context, frame, view, () => {
        context.imageSmoothingQuality = 'medium';
        drawAtDepth(context, { frame, view }, 0.4, () =>
          context.drawImage(curtain, -SPARE * width, -0.25 * height, wide, frame.horizonY + 0.27 * height),
        );
        drawAtDepth(context, { frame, view }, 0.8, () => {
          context.drawImage(boards, -SPARE * width, frame.horizonY, wide, (height - frame.horizonY) * 1.5);
        });
        lamps(context, seconds);
        subjects.paint(context, { view, timeSeconds }, ['air', 'far', 'water', 'ground']);
        for (const { side, canvas } of wings) {
          const sway = wander(seconds * 0.5, side * 0.3 + 0.5) * 0.012;
          drawAtDepth(context, { frame, view }, 1, () => {
            // Hung at its upper edge: it swings below.
            context.transform(1, 0, sway, 1, 0, 0);
            const left = side < 0 ? -0.22 * width : 0.82 * width;
            context.drawImage(canvas, left, -0.1 * height, 0.4 * width, 1.25 * height);
          });
        }
        drawLampHeads(context, frame, glow);
        dust(context, view, timeSeconds);
      });
    };
  },
};
