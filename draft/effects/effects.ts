// Every photo effect by its id. Adding one is one line here and one file in this folder.
import type { Photo } from '../photo/photo.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { prepareDepthDrift } from './depth-drift.ts';
import { prepareDispersion } from './dispersion.ts';
import { prepareDollyParallax } from './dolly-parallax.ts';
import { prepareGlitch } from './glitch.ts';
import { prepareHologram } from './hologram.ts';
import { prepareInkReveal } from './ink-reveal.ts';
import { prepareKaleidoscope } from './kaleidoscope.ts';
import { prepareLiquidMorph } from './liquid-morph.ts';
import { prepareNeonOutline } from './neon-outline.ts';
import { prepareOldFilm } from './old-film.ts';
import { preparePhotoCube } from './photo-cube.ts';
import { preparePolaroidStack } from './polaroid-stack.ts';
import { prepareRainWindow } from './rain-window.ts';
import { neonCity, openSpace, prepareSwapTo, sunsetShore } from './scene-swap.ts';
import { prepareSnowGlobe } from './snow-globe.ts';
import { prepareSpinZoom } from './spin-zoom.ts';

interface Effect {
  inputsMin: number;
  inputsMax: number;
  prepare(photos: Photo[], stage: Stage, scene?: Scene): Painter | Promise<Painter>;
}

const effects = {
  'dolly-parallax': { inputsMin: 1, inputsMax: 1, prepare: prepareDollyParallax },
  dispersion: { inputsMin: 1, inputsMax: 1, prepare: prepareDispersion },
  glitch: { inputsMin: 1, inputsMax: 1, prepare: prepareGlitch },
  'depth-drift': { inputsMin: 1, inputsMax: 1, prepare: prepareDepthDrift },
  'neon-outline': { inputsMin: 1, inputsMax: 1, prepare: prepareNeonOutline },
  hologram: { inputsMin: 1, inputsMax: 1, prepare: prepareHologram },
  'rain-window': { inputsMin: 1, inputsMax: 1, prepare: prepareRainWindow },
  'spin-zoom': { inputsMin: 1, inputsMax: 1, prepare: prepareSpinZoom },
  'snow-globe': { inputsMin: 1, inputsMax: 1, prepare: prepareSnowGlobe },
  'ink-reveal': { inputsMin: 1, inputsMax: 2, prepare: prepareInkReveal },
  'liquid-morph': { inputsMin: 2, inputsMax: 2, prepare: prepareLiquidMorph },
  'scene-swap': { inputsMin: 1, inputsMax: 1, prepare: prepareSwapTo(neonCity) },
  'space-walk': { inputsMin: 1, inputsMax: 1, prepare: prepareSwapTo(openSpace) },
  'sunset-shore': { inputsMin: 1, inputsMax: 1, prepare: prepareSwapTo(sunsetShore) },
  'polaroid-stack': { inputsMin: 2, inputsMax: 6, prepare: preparePolaroidStack },
  'photo-cube': { inputsMin: 2, inputsMax: 6, prepare: preparePhotoCube },
  'old-film': { inputsMin: 1, inputsMax: 1, prepare: prepareOldFilm },
  kaleidoscope: { inputsMin: 1, inputsMax: 1, prepare: prepareKaleidoscope },
} satisfies Record<string, Effect>;

export type EffectId = keyof typeof effects;

/** All effects, in the order of the catalogue. */
export const effectIds = Object.keys(effects) as EffectId[];

export function isEffectId(id: string): id is EffectId {
  return Object.hasOwn(effects, id);
}

/** How many photos an effect asks for. Fewer or more also paint: photos are repeated, or left out. */
export function readInputRange(id: EffectId): { inputsMin: number; inputsMax: number } {
  const { inputsMin, inputsMax } = effects[id];
  return { inputsMin, inputsMax };
}

/**
 * Does an effect's costly work once and gives the painter of its frames.
 * @param scene the place that `scene-swap` puts the person into; if the plan's own is not meant;
 * other effects have no use for it
 * @throws Error when the id is unknown or there is no photo: both are checked long before a render begins
 */
export async function prepareEffect(
  id: string,
  photos: Photo[],
  stage: Stage,
  scene?: Scene,
): Promise<Painter> {
  if (!isEffectId(id)) throw new Error(`There is no effect with the id "${id}".`);
  if (photos.length === 0) throw new Error(`The effect "${id}" needs a photo.`);
  const effect: Effect = effects[id];
  return effect.prepare(photos, stage, scene);
}
