// Deep space: a nebula, stars that stream past and a ringed planet turning in the light.

import { createAtmosphere } from '../paint/atmosphere.ts';
import {
  createFrame,
  drawAtDepth,
  drawRolled,
  type Frame,
  prepareCamera,
  toWorldSeconds,
} from '../paint/camera.ts';
import { mixColors, parseColor, type Rgb, scaleColor } from '../paint/color.ts';
import { createGlow } from '../paint/field.ts';
import { prepareNebula, prepareStarfield } from '../paint/nebula.ts';
import { type PlanetPainter, preparePlanet } from '../paint/planet.ts';
import { prepareSubjects, type Subjects } from '../paint/subjects.ts';
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import type { Scene, Stage } from '../stage.ts';

/** Gas of two depths and the surface of the planet, per mood. */
const MOOD_COLORS: Record<Plan['mood'], { far: string[]; near: string[]; planet: string[] }> = {
  calm: {
    far: ['#02040c', '#0a1630', '#1b3a66', '#5f8fb8', '#dcecf6'],
    near: ['#061018', '#1d5a6c', '#8ad0cc'],
    planet: ['#3b4a66', '#8094ac', '#c9d2d8', '#f2eee2'],
  },
  epic: {
    far: ['#03030a', '#170d2c', '#5a2350', '#d06a50', '#ffe3b0'],
    near: ['#10040c', '#8c2f4a', '#ffb070'],
    planet: ['#5c2f2a', '#a8623f', '#dba468', '#f8e2b8'],
  },
  dark: {
    far: ['#010206', '#080c18', '#182238', '#46556e', '#b4c0d0'],
    near: ['#020408', '#202c40', '#66788c'],
    planet: ['#1c1f26', '#3c424c', '#6d747e', '#a8adb2'],
  },
  happy: {
    far: ['#08041a', '#28104c', '#7a2c80', '#f08090', '#fff0c8'],
    near: ['#100420', '#c04a80', '#ffd080'],
    planet: ['#a05068', '#e09070', '#f8c888', '#fff2cc'],
  },
  mysterious: {
    far: ['#02060a', '#082028', '#14505a', '#5aa08c', '#e0f6d0'],
    near: ['#04060c', '#34306c', '#9a8cd8'],
    planet: ['#18343c', '#2f6668', '#74a892', '#d6e8c8'],
  },
  romantic: {
    far: ['#08030e', '#2a0c30', '#7c2a5c', '#e2809a', '#ffe8dc'],
    near: ['#10030c', '#a43c68', '#ffb8a8'],
    planet: ['#6c3050', '#b06078', '#e6a4a0', '#fbe0d0'],
  },
  tense: {
    far: ['#040204', '#200608', '#681418', '#d05030', '#ffdca0'],
    near: ['#0a0204', '#8c1c18', '#ff8050'],
    planet: ['#2c1210', '#6c281c', '#a84c2c', '#e89858'],
  },
  dreamy: {
    far: ['#06051a', '#221c54', '#6a50a4', '#d49cd0', '#fff0f4'],
    near: ['#0a0820', '#5078c0', '#b0e0f0'],
    planet: ['#6058a0', '#9c88c4', '#d8b4d4', '#fae4e8'],
  },
};

function tintColors(colors: readonly string[], plan: Plan): Rgb[] {
  const base = colors.map(parseColor);
  if (plan.colors.length === 0) return base;
  const accent = parseColor(plan.colors[0]);
  const second = parseColor(plan.colors[1] ?? plan.colors[0]);
  return base.map((color, index) => {
    const share = index / (base.length - 1);
    const target = scaleColor(mixColors(accent, second, share), 0.15 + share * 1.1);
    return mixColors(color, target, index === 0 ? 0.1 : 0.62);
  });
}

/** The planet and its moon, lit from the side of the bright gas. */
function prepareBodies(
  stage: Stage,
  look: { radius: number; surface: Rgb[]; side: number; ringed: boolean },
): { planet: PlanetPainter; moon: PlanetPainter } {
  const { radius, surface, side, ringed } = look;
  const air = mixColors(surface[2], [120, 170, 255], 0.5);
  const light = [-side * 0.74, -0.42, 0.53] as const;
  const planet = preparePlanet({
    seed: stage.seed,
    radius,
    colors: surface,
    air,
    kind: ringed ? 'banded' : 'rocky',
    light,
    ring: ringed ? { color: mixColors(surface[3], air, 0.25), tilt: -side * 0.34 } : undefined,
    spin: 0.006,
  });
  const moon = preparePlanet({
    seed: deriveSeed(stage.seed, 'moon'),
    radius: radius * 0.15,
    colors: surface.map((color) => mixColors(color, [170, 172, 180], 0.7)),
    air: [0, 0, 0],
    kind: 'rocky',
    light,
    spin: 0.002,
  });
  return { planet, moon };
}

/** The figures of the plan, afloat before the bright gas. */
function prepareTravellers(stage: Stage, frame: Frame, look: { surface: Rgb[]; side: number }): Subjects {
  const { surface, side } = look;
  const portrait = stage.height > stage.width;
  const light = createAtmosphere(stage.plan, stage.seed);
  const atmosphere = {
    ...light,
    sunX: side > 0 ? 0.2 : 0.8,
    direct: surface[3],
    sky: surface,
    shadow: mixColors(surface[0], [6, 8, 18], 0.75),
    haze: surface[0],
    hazeAmount: 0.4,
  };
  return prepareSubjects(stage, frame, atmosphere, {
    places: {
      air: { x: 0.5 - side * 0.16, y: portrait ? 0.66 : 0.54, size: 0.26, depth: 0.8, spreadY: 0.2 },
    },
    otherwise: 'air',
    style: { lampsOn: true },
    weightless: true,
  });
}

export const spaceScene: Scene = {
  id: 'space',
  prepare(stage) {
    const frame = createFrame(stage, 0.5);
    const camera = prepareCamera(stage);
    const { plan } = stage;
    const palette = MOOD_COLORS[plan.mood];
    const random = createRandom(deriveSeed(stage.seed, 'space'));
    const portrait = stage.height > stage.width;
    const side = random() > 0.5 ? 1 : -1;
    const planetAt = [0.5 + side * (portrait ? 0.16 : 0.24), portrait ? 0.36 : 0.46] as const;
    const heart = [0.5 - side * 0.18, 0.46] as const;
    const far = prepareNebula(stage, frame, {
      name: 'far',
      colors: tintColors(palette.far, plan),
      opaque: true,
      depth: 0.1,
      heart,
      power: 0.9,
    });
    const near = prepareNebula(stage, frame, {
      name: 'near',
      colors: tintColors(palette.near, plan),
      opaque: false,
      depth: 0.3,
      heart: [heart[0] + 0.1, heart[1] + 0.08],
      power: 0.8,
    });
    const stars = prepareStarfield(stage, frame, { count: 620, speed: 0.008 });
    const radius = frame.unit * (portrait ? 0.17 : 0.19);
    const surface = tintColors(palette.planet, plan);
    const ringed = random() > 0.25;
    const { planet, moon } = prepareBodies(stage, { radius, surface, side, ringed });
    const sunGlow = createGlow(mixColors(surface[3], [255, 255, 255], 0.3), 256, 0.05);
    const subjects = prepareTravellers(stage, frame, { surface, side });
    return (context, timeSeconds) => {
      const view = camera(timeSeconds);
      const seconds = toWorldSeconds(stage, timeSeconds);
      drawRolled(context, frame, view, () => {
        context.fillStyle = '#020309';
        context.fillRect(0, 0, frame.width, frame.height);
        far(context, view);
        stars(context, view, seconds);
        near(context, view);
        drawAtDepth(context, { frame, view }, 0.2, () => {
          context.globalCompositeOperation = 'lighter';
          const size = frame.unit * 0.62;
          context.globalAlpha = 0.85;
          context.drawImage(
            sunGlow,
            heart[0] * frame.width - size / 2,
            heart[1] * frame.height - size / 2 - frame.unit * 0.12,
            size,
            size,
          );
        });
        drawAtDepth(context, { frame, view }, 0.62, () => {
          planet(context, planetAt[0] * frame.width, planetAt[1] * frame.height, seconds);
        });
        drawAtDepth(context, { frame, view }, 0.75, () => {
          const angle = seconds * 0.04 + 4.2;
          const x = planetAt[0] * frame.width + Math.cos(angle) * radius * 1.9 * side;
          moon(context, x, planetAt[1] * frame.height + Math.sin(angle) * radius * 1.3, seconds);
        });
        subjects.paint(context, { view, timeSeconds }, ['air']);
      });
    };
  },
};
