// What lies between the camera and the people: haze over the ground, weather, floating lights. It hides where a figure
// ends and gives the picture its third plane of depth.
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createAtmosphere } from '../paint/atmosphere.ts';
import { createFrame, type View } from '../paint/camera.ts';
import { mixColors, saturateColor, scaleColor, toCss } from '../paint/color.ts';
import { prepareMotes } from '../paint/particles.ts';
import { prepareMist, prepareWeather } from '../paint/weather.ts';
import type { SceneId } from '../plan/plan.ts';
import type { Stage } from '../stage.ts';
import type { SceneLight } from './scene-light.ts';

export type ForegroundPainter = (context: SKRSContext2D, view: View, timeSeconds: number) => void;

/** Places without open air: no rain, no drifting mist. */
const AIRLESS: readonly SceneId[] = [
  'space',
  'underwater',
  'abstract',
  'theatre',
  'interior',
  'tabletop',
  'portrait',
];

/** A different seed, so that near drops are not the far ones drawn twice. */
const NEAR_SEED = 0x51ed270b;

export function prepareForeground(stage: Stage, light: SceneLight, hasPeople: boolean): ForegroundPainter {
  const near: Stage = { ...stage, seed: (stage.seed ^ NEAR_SEED) >>> 0 };
  const frame = createFrame(near, 0.62);
  const isAirless = AIRLESS.includes(stage.plan.scene);
  const atmosphere = createAtmosphere(stage.plan, stage.seed);
  const weather = isAirless ? undefined : prepareWeather(near, frame, atmosphere);
  const hazeColor = mixColors(light.ground, light.ambient, 0.35);
  const mistLight = mixColors(
    saturateColor(mixColors(light.left, light.right, 0.5), 0.8),
    light.ambient,
    0.55,
  );
  const mist = isAirless
    ? undefined
    : prepareMist(near, frame, { ...atmosphere, haze: mistLight }, [
        { y: 0.97, thickness: 0.26, alpha: hasPeople ? 0.3 : 0.16, depth: 1.2, speed: 1.6 },
        { y: 1.03, thickness: 0.24, alpha: hasPeople ? 0.42 : 0.2, depth: 1.6, speed: -1.1 },
      ]);
  const motes = prepareMotes(near, frame, {
    name: 'reference-motes',
    count: 46,
    colors: [light.left, light.right, mixColors(light.left, [255, 255, 255], 0.5)],
    size: [0.004, 0.03],
    area: [-0.05, 0.1, 1.05, 1.05],
    rise: 0.012,
    drift: 0.008,
    wander: 0.02,
    blink: 0.7,
    alpha: light.brightness > 0.45 ? 0.26 : 0.42,
  });
  return (context, view, timeSeconds) => {
    if (hasPeople) drawGroundHaze(context, stage, toCss(scaleColor(hazeColor, 0.62), 1));
    mist?.(context, 0, { view, timeSeconds });
    mist?.(context, 1, { view, timeSeconds });
    motes(context, view, timeSeconds);
    weather?.(context, view, timeSeconds);
  };
}

/** The lower edge sinks into the ground's colour, where photos of people mostly end. */
function drawGroundHaze(context: SKRSContext2D, { width, height }: Stage, color: string): void {
  const top = height * 0.72;
  const clear = color.replace(/[\d.]+\)$/, '0)');
  const gradient = context.createLinearGradient(0, top, 0, height);
  gradient.addColorStop(0, clear);
  gradient.addColorStop(0.55, color.replace(/[\d.]+\)$/, '0.32)'));
  gradient.addColorStop(1, color.replace(/[\d.]+\)$/, '0.86)'));
  context.fillStyle = gradient;
  context.fillRect(0, top, width, height - top);
}
