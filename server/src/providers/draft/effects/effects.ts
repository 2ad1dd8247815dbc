// Every photo effect by its id. The one place that knows them all; adding one is one line here and one file beside.
import type { Photo } from '../photo/photo.ts';
import type { Painter, Scene, Stage } from '../stage.ts';
import { prepareDispersion } from './dispersion.ts';
import { prepareGlitch } from './glitch.ts';

interface Effect {
  inputsMin: number;
  inputsMax: number;
  prepare(photos: Photo[], stage: Stage, scene?: Scene): Painter;
}

const effects = {
  dispersion: { inputsMin: 1, inputsMax: 1, prepare: prepareDispersion },
  glitch: { inputsMin: 1, inputsMax: 1, prepare: prepareGlitch },
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
 * @param scene the place that `scene-swap` puts the person into; other effects have no use for it
 * @throws Error when the id is unknown or there is no photo: both are checked long before a render begins
 */
export function prepareEffect(id: string, photos: Photo[], stage: Stage, scene?: Scene): Painter {
  if (!isEffectId(id)) throw new Error(`There is no effect with the id "${id}".`);
  if (photos.length === 0) throw new Error(`The effect "${id}" needs a photo.`);
  const effect: Effect = effects[id];
  return effect.prepare(photos, stage, scene);
}
