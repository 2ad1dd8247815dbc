// Several processes on one database: a worker that freezes past its lease and comes back must change nothing,
// and the tasks of a worker that dies must continue at once elsewhere.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import type { StatementRow } from '../stage/api.ts';
import { ask, type Door, readBalance, readPages } from '../stage/api.ts';
import { call, dataOf, type Reply } from '../stage/http.ts';
import { type ServerProcess, Site, signal } from '../stage/processes.ts';
import { type Receiver, refuseShyOnce, startReceiver } from '../stage/receiver.ts';
import { followEvents } from '../stage/stream.ts';
import { rest, waitFor } from '../stage/wait.ts';
import { setPrice } from './evidence.ts';

const PRICE = 3;
/** A silent node is given up after 15 s; the lease behind it lasts 20 s. */
const GIVEN_UP_WITHIN_MS = 35_000;
/** It ends what hangs. */
const ENDED_WITHIN_MS = 90_000;
const TAKEN_OVER_WITHIN_MS = 18_000;
const WORKER = { REELAY_RENDER_JOBS: '3', REELAY_RENDER_THREADS: '1' };

const database = await createTestDatabase();
let site: Site;
let receiver: Receiver;
let door: Door;
const workers: ServerProcess[] = [];

async function startWorker(): Promise<ServerProcess> {
  const worker = site.start(WORKER, 'work');
  if ((await worker.ready) === undefined) throw new Error(worker.log());
  workers.push(worker);
  return worker;
}

async function create(prompt: string, duration = 1): Promise<string> {
  const body = JSON.stringify({
    model: 'reelay/draft-t2v',
    callback_url: `${receiver.url}/open`,
    input: { prompt, duration, resolution: '480p' },
  });
  const reply = await call({
    method: 'POST',
    url: `${door.url}/api/v1/client/job/CreateTask`,
    key: door.key,
    body,
  });
  return (reply.json.data as { task_id: string }).task_id;
}

function read(taskId: string): Promise<Reply> {
  return ask(door, `job/TaskInfo?task_id=${taskId}`);
}

async function statusOf(taskId: string): Promise<string> {
  return ((await read(taskId)).json.data as { status: string }).status;
}

/** How often a provider has accepted the task. */
async function countStarts(taskId: string): Promise<number> {
  const stream = followEvents(door, taskId);
  await waitFor('the timeline', ENDED_WITHIN_MS, () => stream.text().includes('event: task\n'));
  stream.leave();
  return stream.text().split('event: attempt.accepted').length - 1;
}

function startsOf(taskId: string, count: number, withinMs: number): Promise<boolean> {
  return waitFor(`start ${count} of the task`, withinMs, async () => (await countStarts(taskId)) >= count);
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}

beforeAll(async () => {
  site = await Site.open({ DATABASE_URL: database.url });
  receiver = await startReceiver({
    logFile: path.join(site.folder, 'receipts.log'),
    statusFor: refuseShyOnce(),
  });
  const api = await site.start({}, 'api').ready;
  door = { url: String(api?.address), key: String(api?.testKey) };
  await setPrice(site, door, PRICE);
});

afterAll(async () => {
  await receiver?.close();
  await site?.close();
});

describe('workers on one database', () => {
  it('ignore a worker that was frozen past its lease', async () => {
    const frozen = await startWorker();
    const rendering = await create('Deep space with a planet', 2);
    await startsOf(rendering, 1, ENDED_WITHIN_MS);
    // The scenario ends two seconds after its start, so that it comes last.
    const failing = await create('reelay:fail');
    await startsOf(failing, 1, ENDED_WITHIN_MS);
    expect([await statusOf(failing), await statusOf(rendering)]).toEqual(['running', 'running']);
    signal(frozen.pid, 'SIGSTOP');
    await startWorker();

    await startsOf(failing, 2, GIVEN_UP_WITHIN_MS);
    const restartedMs = performance.now();
    // The other worker still has two seconds of the scenario; this one has nothing left to wait for.
    signal(frozen.pid, 'SIGCONT');
    await waitFor('the end', ENDED_WITHIN_MS, async () => (await statusOf(failing)) === 'failed');
    expect(performance.now() - restartedMs).toBeGreaterThan(1_200);

    await waitFor('the video', ENDED_WITHIN_MS, async () => (await statusOf(rendering)) === 'success');
    const seen = dataOf((await read(rendering)).text);
    await rest(2_000);
    expect(dataOf((await read(rendering)).text)).toBe(seen);
    const rows = await readPages<StatementRow>(door, 'account/statement', 'rows');
    const captures = rows
      .filter(({ kind }) => kind === 'capture')
      .map(({ task_id: id, credits }) => [id, credits]);
    expect(captures).toEqual([[rendering, -PRICE]]);
    expect((await readBalance(door)).held).toBe(0);
    const posted = receiver.receipts().map(({ headers, body }) => `${headers['webhook-id']} ${body}`);
    expect(new Set(posted).size).toBe(2);
  });

  it('take over at once from a killed worker', async () => {
    const taskId = await create('Deep space with a planet', 4);
    const [render] = await waitFor('a render', ENDED_WITHIN_MS, async () => {
      const found = await site.renders();
      return found.length > 0 && (await countStarts(taskId)) > 0 && found;
    });
    const owner = await parentOf(render);
    expect(workers.map(({ pid }) => pid)).toContain(owner);
    signal(owner, 'SIGKILL');
    await startsOf(taskId, 2, TAKEN_OVER_WITHIN_MS);
    await waitFor('the video', ENDED_WITHIN_MS, async () => (await statusOf(taskId)) === 'success');
  });

  it('leave a ledger without a fault', async () => {
    expect(await site.run('credits', 'audit')).toEqual({ violations: [] });
  });
});
