// One task and a server that is killed again and again: work that dies with the process starts again and
// never counts against the task, however often it happens.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../stage/http.ts';
import { type ServerProcess, Site, signal } from '../stage/processes.ts';
import { followEvents } from '../stage/stream.ts';
import { waitFor } from '../stage/wait.ts';

/** More than the attempts allowed for a provider's own failures. */
const KILLS = 6;
const WITHIN_MS = 20_000;

let site: Site;
let url: string;
let key: string;

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site.close());

async function startReady(): Promise<ServerProcess> {
  const server = site.start();
  const announced = await server.ready;
  if (announced === undefined) throw new Error(server.log());
  url = String(announced.address);
  key = String(announced.testKey);
  return server;
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const reply = await call({
    method: 'POST',
    url: `${url}/api/v1/client/job/${path}`,
    key,
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(200);
  return reply.json.data as Record<string, unknown>;
}

async function readTask(taskId: string): Promise<{ status: string; result: { error?: string } | null }> {
  const reply = await call({ url: `${url}/api/v1/client/job/TaskInfo?task_id=${taskId}`, key });
  return reply.json.data as { status: string; result: { error?: string } | null };
}

/** Waits until the timeline of the task shows this many begun attempts. */
async function awaitAttempts(taskId: string, count: number): Promise<void> {
  const stream = followEvents({ url, key }, taskId);
  await waitFor(
    `attempt ${count}`,
    WITHIN_MS,
    () => stream.text().split('event: attempt.accepted').length > count,
  );
  stream.leave();
}

it(`a task outlives ${KILLS} kills of its server, and can still be cancelled`, async () => {
  let server = await startReady();
  const input = { prompt: 'reelay:stuck', duration: 1, resolution: '480p' };
  const { task_id: id } = await post('CreateTask', { model: 'reelay/draft-t2v', input });
  const taskId = String(id);
  for (let kill = 0; kill < KILLS; kill++) {
    await awaitAttempts(taskId, kill + 1);
    signal(server.pid, 'SIGKILL');
    await server.exited;
    server = await startReady();
    expect((await readTask(taskId)).status).toBe('running');
  }
  await awaitAttempts(taskId, KILLS + 1);
  await post('CancelTask', { task_id: taskId });
  const ended = await waitFor('the end of the task', WITHIN_MS, async () => {
    const task = await readTask(taskId);
    return task.status === 'failed' && task;
  });
  expect(ended.result?.error).toBe('task_cancelled');
});
