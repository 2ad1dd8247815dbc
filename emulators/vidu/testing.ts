// Calls to the emulated Vidu, as its tests make them. Only for tests.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import type { RunningEmulator } from '../core/emulator.ts';
import { call } from '../core/testing.ts';

export const PICTURE = 'https://pictures.example/a.png';
const HEADERS = { authorization: 'Token vda_emulator_key' };

export const plain = (more: JsonObject = {}): JsonObject => ({ model: 'viduq1', prompt: 'a boat', ...more });

export function ask(emulator: RunningEmulator, method: string, path: string, json?: Json) {
  return call(emulator, method, `/ent/v2/${path}`, { json, headers: HEADERS });
}

export async function createId(
  emulator: RunningEmulator,
  json = plain(),
  endpoint = 'text2video',
): Promise<string> {
  const { status, json: answer, text } = await ask(emulator, 'POST', endpoint, json);
  if (status !== 200) throw new Error(text);
  return String(answer.task_id);
}

export const look = async (emulator: RunningEmulator, id: string) =>
  (await ask(emulator, 'GET', `tasks/${id}/creations`)).json;

export async function finish(
  emulator: RunningEmulator,
  json: JsonObject,
  endpoint?: string,
): Promise<JsonObject> {
  const id = await createId(emulator, json, endpoint);
  emulator.advance(2_000);
  return look(emulator, id);
}
