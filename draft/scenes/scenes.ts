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
  meadow: async () => (await import('./meadow.ts')).meadowScene,
  road: async () => (await import('./road.ts')).roadScene,
  interior: async () => (await import('./interior.ts')).interiorScene,
  tabletop: async () => (await import('./tabletop.ts')).tabletopScene,
  portrait: async () => (await import('./portrait.ts')).portraitScene,
  rooftops: async () => (await import('./rooftops.ts')).rooftopsScene,
  garden: async () => (await import('./garden.ts')).gardenScene,
  'aerial-city': async () => (await import('./aerial-city.ts')).aerialCityScene,
  abstract: async () => (await import('./abstract.ts')).abstractScene,
};

/** Every scene there is. */
export const sceneIds = Object.keys(loaders) as SceneId[];

export function loadScene(id: SceneId): Promise<Scene> {
  return loaders[id]();
}
