// The places that a prompt can ask for. Each is loaded when it is asked for, since a render draws one of them.
import type { SceneId } from '../plan/plan.ts';
import type { Scene } from '../stage.ts';

/** @throws when the scene's file does not load. */
export async function loadScene(id: SceneId): Promise<Scene> {
  const module = (await import(`./${id}.ts`)) as Record<string, Scene>;
  const scene = Object.values(module).find((value) => value.id === id);
  if (!scene) throw new Error(`no scene ${id}`);
  return scene;
}
