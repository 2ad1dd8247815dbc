// Clients that npm does not have: the requests that they send, taken from their sources (`replays/`), and
// sent from here.
import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { arkApi } from '../../emulators/ark/ark.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { klingApi } from '../../emulators/kling/kling.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { ask, type ForeignClient, fetchVideo, type Step } from './client.ts';
import arkPython from './replays/ark-python.json' with { type: 'json' };
import klingAiSdk from './replays/kling-ai-sdk.json' with { type: 'json' };

/** Asks with a key, and reads the JSON. @throws with the answer when it is refused. */
async function call(url: string, key: string, body?: unknown): Promise<JsonObject> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text) as JsonObject;
}

/** A token as the client signs it (RFC 7519). */
function signKling({ fields }: RunningEmulator): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: fields.access_key, exp: now + 1800, nbf: now - 5 };
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const text = parts.join('.');
  return `${text}.${createHmac('sha256', fields.secret_key).update(text).digest('base64url')}`;
}

function replayKling({ path, body }: { path: string; body: object }): Step {
  return async (emulator) => {
    const key = signKling(emulator);
    const address = `${emulator.fields.base_url}${path}`;
    const { data } = await call(address, key, body);
    const done = await ask(async () => {
      const { data: task } = await call(`${address}/${(data as JsonObject).task_id}`, key);
      return (task as JsonObject).task_status === 'succeed' && (task as JsonObject);
    });
    const { videos } = done.task_result as { videos: { url: string }[] };
    await fetchVideo(videos[0].url);
  };
}

export const REPLAYS: readonly ForeignClient[] = [
  {
    row: 'E2',
    client: arkPython.client,
    version: 'a09a849',
    by: 'provider',
    api: arkApi,
    pointedBy: 'a replay of its request: it is no npm package',
    steps: {
      'create with a null for every argument that is not given': async ({ fields }) => {
        const { path, body } = arkPython.create;
        const { id } = await call(`${fields.base_url}${path}`, fields.api_key, body);
        const done = await ask(async () => {
          const task = await call(`${fields.base_url}${path}/${id}`, fields.api_key);
          return task.status === 'succeeded' && task;
        });
        await fetchVideo((done.content as { video_url: string }).video_url);
        expect(done.duration).toBe(5);
      },
    },
  },
  {
    row: 'E7',
    client: klingAiSdk.client,
    version: '2026-11-30',
    by: 'AI SDK',
    api: klingApi,
    pointedBy: 'a replay of its requests: it is not on npm',
    steps: Object.fromEntries(
      Object.entries(klingAiSdk.creates).map(([name, create]) => [
        `create with ${name}`,
        replayKling(create),
      ]),
    ),
  },
];
