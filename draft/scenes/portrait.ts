// A portrait: head and shoulders of an invented person before a place that is out of focus. Robots and astronauts sit for
// it as figures.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { type Atmosphere, createAtmosphere } from '../paint/atmosphere.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
} from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor, toCss } from '../paint/color.ts';
import { createLayer } from '../paint/field.ts';
import { BUST_ROOM, type Bust, renderBust } from '../paint/figures/bust.ts';
import type { Sitter } from '../paint/figures/bust-brush.ts';
import { shapeOval } from '../paint/figures/figure.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import { createRandom, deriveSeed, type Random } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

const MARGIN = 0.13;

const SKINS: readonly Rgb[] = [
  [244, 206, 178],
  [226, 178, 142],
  [186, 132, 96],
  [126, 82, 58],
];
const HAIRS: readonly Rgb[] = [
  [44, 30, 26],
  [88, 54, 34],
  [142, 86, 46],
  [206, 158, 92],
  [120, 50, 34],
];
const CLOTHES: readonly Rgb[] = [
  [64, 86, 120],
  [150, 72, 64],
  [92, 112, 92],
  [208, 196, 178],
  [72, 64, 84],
];
const IRISES: readonly Rgb[] = [
  [96, 62, 36],
  [70, 104, 128],
  [84, 110, 72],
];

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)];
}

/** The person that the words describe; chance decides what they leave open. */
function chooseSitter(stage: Stage, random: Random): Sitter {
  const { settings, subjects, colors } = stage.plan;
  const isWoman = settings.includes('woman') || (!settings.includes('man') && random() > 0.5);
  const isOld = settings.includes('elder');
  const named = subjects.find(({ kind }) => kind === 'person')?.color ?? colors[0];
  const hair = pick(HAIRS, random);
  return {
    isWoman,
    isChild: settings.includes('child'),
    isOld,
    skin: pick(SKINS, random),
    hair: isOld ? [214, 212, 208] : hair,
    clothes: named ? parseColor(named) : pick(CLOTHES, random),
    iris: pick(IRISES, random),
  };
}

/** The place behind, far out of focus: the colours of the hour, and lights as large soft discs. */
function drawBackdrop(stage: Stage, frame: Frame, atmosphere: Atmosphere): Canvas {
  const { canvas, context } = createLayer((frame.width * (1 + 2 * MARGIN)) / 4, (frame.height * 1.1) / 4);
  const random = createRandom(deriveSeed(stage.seed, 'backdrop'));
  const { width, height } = canvas;
  const [, upper, middle, low] = atmosphere.sky;
  const wash = context.createLinearGradient(0, 0, 0, height);
  wash.addColorStop(0, toCss(mixColors(upper, atmosphere.shadow, 0.35)));
  wash.addColorStop(0.5, toCss(mixColors(middle, atmosphere.haze, 0.4)));
  wash.addColorStop(0.72, toCss(mixColors(low, atmosphere.haze, 0.4)));
  wash.addColorStop(1, toCss(mixColors(atmosphere.haze, atmosphere.shadow, 0.6)));
  context.fillStyle = wash;
  context.fillRect(0, 0, width, height);
  for (let patch = 0; patch < 22; patch += 1) {
    const color = mixColors(
      random() > 0.5 ? [70, 96, 62] : atmosphere.shadow,
      atmosphere.haze,
      0.3 + random() * 0.4,
    );
    context.fillStyle = toCss(color, 0.2);
    context.fill(
      shapeOval(random() * width, height * (0.45 + random() * 0.6), [width * 0.12, height * 0.14]),
    );
  }
  context.globalCompositeOperation = 'screen';
  for (let disc = 0; disc < 40; disc += 1) {
    const radius = height * (0.03 + random() * 0.09);
    const color = mixColors(random() > 0.4 ? atmosphere.direct : atmosphere.accent, [255, 240, 214], 0.4);
    context.fillStyle = toCss(color, 0.05 + random() * 0.16);
    context.fill(shapeOval(random() * width, height * random() ** 0.8, [radius, radius]));
  }
  const soft = createLayer(width, height);
  // The blur is clear at its edges.
  soft.context.drawImage(canvas, 0, 0);
  soft.context.filter = `blur(${Math.max(1, width / 110)}px)`;
  soft.context.drawImage(canvas, 0, 0);
  return soft.canvas;
}

interface Pose {
  x: number;
  y: number;
  seconds: number;
  phase: number;
}

/** Breathes, turns the head a little, blinks now and then. */
function paintBust(
  context: SKRSContext2D,
  { body, head, size, lid }: Bust,
  { x, y, seconds, phase }: Pose,
): void {
  const breath = 1 + 0.004 * Math.sin(seconds * 1.5 + phase);
  const tilt = 0.014 * Math.sin(seconds * 0.55 + phase) + 0.006 * Math.sin(seconds * 1.3);
  context.save();
  context.translate(x, y);
  context.save();
  context.scale(1, breath);
  context.drawImage(body, -size / 2, -size);
  context.restore();
  const unit = size / BUST_ROOM;
  context.translate(Math.sin(seconds * 0.5 + phase) * unit * 0.004, -unit * 0.45);
  context.rotate(tilt);
  context.translate(0, unit * 0.45);
  context.drawImage(head, -size / 2, -size);
  const cycle = (seconds + phase) % 3.1;
  const closed = Math.max(0, 1 - Math.abs(cycle - 0.12) / 0.1);
  if (closed > 0.05) {
    context.fillStyle = toCss(lid);
    for (const side of [-1, 1]) {
      const height = unit * 0.024 * closed;
      context.fill(shapeOval(side * unit * 0.072, -unit * 0.709 + height, [unit * 0.042, height]));
    }
  }
  context.restore();
}

export const portraitScene: Scene = {
  id: 'portrait',
  prepare(stage) {
    const portrait = stage.height > stage.width;
    const frame = createFrame(stage, 0.5);
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const camera = prepareCamera(stage);
    const backdrop = drawBackdrop(stage, frame, atmosphere);
    const random = createRandom(deriveSeed(stage.seed, 'sitter'));
    const figures = stage.plan.subjects.filter(({ kind }) => kind !== 'person' && kind !== 'couple');
    const others = prepareSubjects(
      { ...stage, plan: { ...stage.plan, subjects: figures } },
      frame,
      atmosphere,
      {
        places: {
          ground: { x: 0.5, y: 1.36, size: 0.95, depth: 0.8, spreadY: 0 },
          air: { x: 0.5, y: 0.3, size: 0.2, depth: 0.4, spreadY: 0.1 },
        },
        otherwise: 'ground',
        framed: true,
      },
    );
    const isSeated =
      others.any && !stage.plan.subjects.some(({ kind }) => kind === 'person' || kind === 'couple');
    const people = stage.plan.subjects.find(({ kind }) => kind === 'person' || kind === 'couple');
    const count = isSeated ? 0 : Math.min(2, people?.kind === 'couple' ? 2 : (people?.count ?? 1));
    const height = portrait ? Math.min(frame.width * 0.95, frame.height * 0.66) : frame.height * 0.93;
    const side = atmosphere.sunX > 0.5 ? 1 : -1;
    const isNight = stage.plan.timeOfDay === 'night';
    const key: Rgb = mixColors(
      isNight ? [196, 206, 236] : [255, 246, 232],
      atmosphere.direct,
      isNight ? 0.3 : 0.35,
    );
    const shade: Rgb = mixColors(scaleColor(atmosphere.ambient, 0.8), atmosphere.haze, 0.2);
    const busts = Array.from({ length: count }, () =>
      renderBust(chooseSitter(stage, random), { side, key, shade }, height * (count > 1 ? 0.84 : 1)),
    );
    const bokeh = prepareMotes(stage, frame, {
      name: 'bokeh',
      count: 22,
      colors: [mixColors(atmosphere.direct, [255, 236, 200], 0.5), atmosphere.accent],
      size: [0.01, 0.07],
      area: [-0.05, -0.05, 1.05, 1.05],
      rise: 0.008,
      drift: 0.004,
      wander: 0.02,
      blink: 0.6,
      alpha: 0.16,
      core: 0.4,
    });
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const seconds = toWorldSeconds(stage, timeSeconds);
      drawRolled(context, frame, view, () => {
        drawAtDepth(context, { frame, view }, 0.15, () => {
          context.drawImage(
            backdrop,
            -MARGIN * frame.width,
            -frame.height * 0.13,
            frame.width * (1 + 2 * MARGIN),
            frame.height * 1.26,
          );
        });
        others.paint(context, { view, timeSeconds }, ['far', 'ground', 'water', 'air']);
        drawAtDepth(context, { frame, view }, 0.7, () => {
          busts.forEach((bust, index) => {
            const offset = count > 1 ? (index - 0.5) * height * 0.62 : 0;
            paintBust(context, bust, {
              x: frame.centerX + offset,
              y: frame.height * 1.02,
              seconds,
              phase: index * 1.7,
            });
          });
        });
        bokeh(context, view, timeSeconds);
      });
    };
  },
};
