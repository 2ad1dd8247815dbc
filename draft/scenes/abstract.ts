// Light and fluid in the colours of the mood: the picture for a prompt that names no place we can draw.
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createAtmosphere } from '../paint/atmosphere.ts';
import { createFrame, drawRolled, type Frame, prepareCamera } from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor } from '../paint/color.ts';
import { createGlow } from '../paint/field.ts';
import { prepareFluid } from '../paint/fluid.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareSubjects } from '../paint/subjects.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scene } from '../stage.ts';

/** Five colours per mood, from the deepest shade to the light. */
const MOOD_COLORS: Record<Plan['mood'], readonly [string, string, string, string, string]> = {
  calm: ['#04121d', '#0c3850', '#2c7c8e', '#a4d6cf', '#f6fbee'],
  epic: ['#0b0818', '#3a1542', '#a8403f', '#f0a351', '#fff2d2'],
  dark: ['#030409', '#0f1320', '#2c3350', '#76809f', '#d3d9ea'],
  happy: ['#280f45', '#9c2f70', '#f07352', '#ffc263', '#fff7da'],
  mysterious: ['#040a14', '#132a48', '#2a5a72', '#7fa6a0', '#e2f1d6'],
  romantic: ['#1a0616', '#571640', '#b6416d', '#f0989c', '#ffe9df'],
  tense: ['#090304', '#380a10', '#8b1d22', '#dc5d3a', '#ffdcb6'],
  dreamy: ['#120e30', '#463a8a', '#977bc8', '#e5b2d8', '#fff2f7'],
};

function choosePalette(plan: Plan): Rgb[] {
  const mood = MOOD_COLORS[plan.mood].map(parseColor);
  if (plan.colors.length === 0) return mood;
  const first = parseColor(plan.colors[0]);
  const second = parseColor(plan.colors[1] ?? plan.colors[0]);
  const bright = plan.colors[1] ? second : mixColors(first, [255, 255, 255], 0.4);
  return [
    scaleColor(mixColors(first, second, 0.3), 0.1),
    scaleColor(first, 0.42),
    scaleColor(first, 0.92),
    mixColors(bright, parseColor(plan.colors[2] ?? plan.colors[1] ?? '#ffffff'), 0.3),
    mixColors(bright, [255, 255, 255], 0.78),
  ];
}

/** Light behind the figures, so that their outline reads on any fold. */
function paintHalo(context: SKRSContext2D, frame: Frame, halo: Canvas): void {
  const size = frame.unit * 1.5;
  context.save();
  context.globalCompositeOperation = 'screen';
  context.globalAlpha = 0.4;
  context.drawImage(halo, frame.centerX - size / 2, frame.height * 0.6 - size / 2, size, size);
  context.restore();
}

export const abstractScene: Scene = {
  id: 'abstract',
  prepare(stage) {
    const frame = createFrame(stage, 0.5);
    const camera = prepareCamera(stage);
    const colors = choosePalette(stage.plan);
    const fluid = prepareFluid(stage, frame, colors);
    const bokeh = prepareMotes(stage, frame, {
      name: 'bokeh',
      count: 46,
      colors: [colors[3], colors[4], colors[2]],
      size: [0.006, 0.09],
      area: [-0.06, -0.1, 1.06, 1.1],
      rise: 0.012,
      drift: 0.006,
      wander: 0.02,
      blink: 0.5,
      alpha: 0.34,
      core: 0.2,
    });
    const atmosphere = createAtmosphere(stage.plan, stage.seed);
    const subjects = prepareSubjects(
      stage,
      frame,
      {
        ...atmosphere,
        sky: colors,
        direct: colors[4],
        haze: colors[1],
        shadow: scaleColor(colors[0], 0.7),
        accent: colors[3],
        hazeAmount: 0.4,
      },
      {
        places: {
          ground: { x: 0.5, y: 0.86, size: 0.34, depth: 0.8, spreadY: 0.05 },
          air: { x: 0.5, y: 0.46, size: 0.26, depth: 0.6, spreadY: 0.2 },
        },
        otherwise: 'air',
        weightless: true,
        style: { rim: mixColors(colors[3], colors[4], 0.4), lampsOn: true },
      },
    );
    const halo = createGlow(colors[3], 256, 0.2);
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      drawRolled(context, frame, view, () => {
        fluid(context, view, timeSeconds);
        if (subjects.any) {
          paintHalo(context, frame, halo);
          subjects.paint(context, { view, timeSeconds }, ['air', 'far', 'ground', 'water']);
        }
        bokeh(context, view, timeSeconds);
      });
    };
  },
};
