// The places that a prompt can ask for. Each is loaded when it is asked for, since a render draws one of them.
import type { SceneId } from '../plan/plan.ts';
import type { Scene } from '../stage.ts';

const loaders: Record<SceneId, () => Promise<Scene>> = {
  'night-city': async () => (await import('./night-city.ts')).nightCityScene,
  skyline: async () => (await import('./skyline.ts')).skylineScene,
  sea: async () => (await import('./sea.ts')).seaScene,
  lake: async () => (await import('./lake.ts')).lakeScene,
  forest: async () => (await import('./forest.ts')).forestScene,
  desert: async () => (await import('./desert.ts')).desertScene,
  snow: async () => (await import('./snow.ts')).snowScene,
  space: async () => (await import('./space.ts')).spaceScene,
  underwater: async () => (await import('./underwater.ts')).underwaterScene,
  theatre: async () => (await import('./theatre.ts')).theatreScene,
  abstract: async () => (await import('./abstract.ts')).abstractScene,
};

/** Every scene there is. */
export const sceneIds = Object.keys(loaders) as SceneId[];

export function loadScene(id: SceneId): Promise<Scene> {
  return loaders[id]();
}
