// SIGTERM while clients are at work: no answer is cut off in the middle, waiting clients are answered,
// running work is given back, and a second start continues where the first one stopped.
import { Agent } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, dataOf, NoReply } from '../stage/http.ts';
import { type Exit, type ServerProcess, Site, signal } from '../stage/processes.ts';
import { type Receiver, refuseShyOnce, startReceiver } from '../stage/receiver.ts';
import { followEvents } from '../stage/stream.ts';
import { waitFor } from '../stage/wait.ts';

const STOPPED_WITHIN_MS = 10_000;
const ANSWERED_WITHIN_MS = 3_000;
const LOOPS = 6;

interface Tally {
  answered: number;
  /** Anything except a good answer or a refused connection. */
  faults: string[];
  refused: number;
}

let site: Site;
let receiver: Receiver;
let url: string;
let key: string;

async function startReady(): Promise<ServerProcess> {
  const server = site.start();
  const announced = await server.ready;
  if (announced === undefined) throw new Error(server.log());
  url = String(announced.address);
  key = String(announced.testKey);
  return server;
}

async function create(prompt: string, headers: Record<string, string> = {}): Promise<string> {
  const input = { prompt, duration: 1, resolution: '480p' };
  const body = JSON.stringify({ model: 'reelay/draft-t2v', callback_url: `${receiver.url}/open`, input });
  const reply = await call({
    method: 'POST',
    url: `${url}/api/v1/client/job/CreateTask`,
    key,
    body,
    headers,
  });
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.text;
}

function taskIdOf(text: string): string {
  return (JSON.parse(text) as { data: { task_id: string } }).data.task_id;
}

async function readTask(taskId: string): Promise<{ status: string; text: string }> {
  const reply = await call({ url: `${url}/api/v1/client/job/TaskInfo?task_id=${taskId}`, key });
  return { status: (reply.json.data as { status: string }).status, text: dataOf(reply.text) };
}

/** Reads and creates on one kept-alive connection, until the server refuses connections. */
async function callUntilRefused(taskId: string, tally: Tally): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = JSON.stringify({ model: 'reelay/draft-t2v', input: { prompt: 'reelay:moderation' } });
  for (let count = 0; ; count++) {
    const isCreate = count % 10 === 9;
    try {
      const { status, text } = await call({
        method: isCreate ? 'POST' : 'GET',
        url: isCreate
          ? `${url}/api/v1/client/job/CreateTask`
          : `${url}/api/v1/client/job/TaskInfo?task_id=${taskId}`,
        key,
        body: isCreate ? body : undefined,
        agent,
      });
      if (status === 200) tally.answered++;
      else tally.faults.push(`${status} ${text}`);
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      if (error.code === 'ECONNREFUSED') break;
      tally.faults.push(error.code);
    }
  }
  tally.refused++;
  agent.destroy();
}

beforeAll(async () => {
  site = await Site.open();
  receiver = await startReceiver({
    logFile: path.join(site.folder, 'receipts.log'),
    statusFor: refuseShyOnce(),
  });
});

afterAll(async () => {
  await receiver?.close();
  await site?.close();
});

describe('a server that is asked to stop while it is busy', () => {
  const tally: Tally = { answered: 0, faults: [], refused: 0 };
  let ended: string;
  let endedText: string;
  let running: string;
  let waited: { text: string; tookMs: number };
  let stream: { text: string; end: 'whole' | 'cut'; tookMs: number };
  let exit: Exit;
  let stopMs: number;

  beforeAll(async () => {
    const server = await startReady();
    ended = taskIdOf(await create('reelay:moderation', { prefer: 'wait=20' }));
    endedText = (await readTask(ended)).text;
    running = taskIdOf(await create('reelay:slow'));
    const followed = followEvents({ url, key }, running);
    const loops = Array.from({ length: LOOPS }, () => callUntilRefused(ended, tally));
    const waiting = create('reelay:stuck', { prefer: 'wait=60' });
    await waitFor('clients at work', 240_000, () => tally.answered > 200 && followed.text() !== '');
    const asked = performance.now();
    signal(server.pid, 'SIGTERM');
    const since = () => performance.now() - asked;
    [waited, stream, exit] = await Promise.all([
      waiting.then((text) => ({ text, tookMs: since() })),
      followed.ended.then((end) => ({ text: followed.text(), end, tookMs: since() })),
      server.exited,
    ]);
    stopMs = since();
    await Promise.all(loops);
  });

  it('answers every request that reaches it, and resets none', () => {
    expect(tally.faults).toEqual([]);
    expect(tally.refused).toBe(LOOPS);
  });

  it('answers clients that wait for a task with its present state', () => {
    const { status, task_id: taskId } = (
      JSON.parse(waited.text) as { data: { status: string; task_id: string } }
    ).data;
    expect(['pending', 'running']).toContain(status);
    expect(taskId).toMatch(/^[0-9a-f-]{36}$/);
    expect(waited.tookMs).toBeLessThan(ANSWERED_WITHIN_MS);
  });

  it('ends event streams at the end of an event', () => {
    expect(stream.end).toBe('whole');
    expect(stream.text).toMatch(/\n\n$/);
    expect(stream.tookMs).toBeLessThan(ANSWERED_WITHIN_MS);
  });

  it('ends in time with exit code 0 and leaves no process behind', async () => {
    expect(exit).toEqual({ code: 0, signal: null });
    expect(stopMs).toBeLessThan(STOPPED_WITHIN_MS);
    expect(await site.processes()).toEqual([]);
  });

  it('continues everything after the next start', async () => {
    const server = await startReady();
    expect((await readTask(ended)).text).toBe(endedText);
    expect((await readTask(running)).status).toBe('running');
    const stuck = taskIdOf(waited.text);
    for (const taskId of [running, stuck]) {
      const body = JSON.stringify({ task_id: taskId });
      await call({ method: 'POST', url: `${url}/api/v1/client/job/CancelTask`, key, body });
      await waitFor('the end', 90_000, async () => (await readTask(taskId)).status === 'failed');
    }
    const rendered = taskIdOf(await create('Deep space with a planet', { prefer: 'wait=30' }));
    expect((await readTask(rendered)).status).toBe('success');
    signal(server.pid, 'SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(await site.processes()).toEqual([]);
  });
});
