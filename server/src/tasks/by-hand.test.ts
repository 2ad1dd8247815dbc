// What an operator ends by hand: one end for each task, with its money, also while a worker has it.
import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { claimTasks } from '../dispatch/testing.ts';
import { type Caller, createTestApi, micros } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import { mediaHeads } from '../lib/testing-media.ts';
import { parkTask, takeTasks } from '../work/looks.store.ts';
import { markMade, markUnreadable } from '../work/marks.store.ts';
import { takeByHand } from './by-hand.store.ts';
import { endByHand, findTaskFacts, type HandEnd, listTasksByHand } from './by-hand.ts';
import { releaseTask } from './tasks.store.ts';

const SECRET = 'a secret of the server, for this test';
const api = await createTestApi({ REELAY_SECRET: SECRET });
const { core } = api;
const { pool } = core;
const folder = await mkdtemp(join(inject('testServer').folder, 'by-hand-'));
const VIDEO = join(folder, 'own.MP4');
await writeFile(VIDEO, Buffer.concat([mediaHeads['video/mp4'][0], Buffer.alloc(100)]));
const PRICE = micros('10');
const MODEL = 'vidu/q1-r2v';
await core.catalog.changeModel(MODEL, { price: { kind: 'flat', version: 'test', credits: 10 } });
const BODY = {
  model: MODEL,
  input: { prompt: 'x', img_urls: ['https://example.com/a.jpg'] },
  callback_url: 'https://hooks.example.com/ended',
};
const caller = await api.openAccount({ credits: '100000' });
const nodeId = newId();

type Place = 'pending' | 'claimed' | 'running' | 'unknown' | 'intent' | 'storing' | 'cancelling';

/** A task at a moment of its life, with the claim of its worker where there is one. */
async function taskThatIs(place: Place, owner: Caller = caller): Promise<{ id: string; epoch: number }> {
  const made = await api.create(owner, BODY);
  const id = String(made.data.task_id);
  if (place === 'pending') return { id, epoch: 0 };
  const claim = { nodeId, limit: 1_000, leaseMs: 60_000 };
  const task = (await claimTasks(pool, claim)).find((row) => row.id === id);
  if (!task) throw new Error('not claimed');
  if (place === 'claimed') return task;
  const state =
    { running: 'accepted', storing: 'accepted', cancelling: 'accepted' }[place as string] ?? place;
  await pool.query(
    `update attempts set state = $2, provider = 'ark', offer = 'ark', reference = $3 where task_id = $1`,
    [id, state, state === 'accepted' ? { id: 'cgt-1' } : null],
  );
  if (place === 'intent') return task;
  await parkTask(pool, task, { epoch: task.epoch, lookMs: 60_000 });
  if (place === 'cancelling') {
    await pool.query('update tasks set cancel_requested_at = now(), due_at = now() where id = $1', [id]);
  }
  if (place !== 'storing') return task;
  const [taken] = await takeTasks(pool, [{ id, epoch: task.epoch, nodeId, leaseMs: 60_000, storing: true }]);
  if (!taken) throw new Error('not taken');
  return taken;
}

const PLACES: Place[] = ['pending', 'claimed', 'running', 'unknown', 'intent', 'storing', 'cancelling'];

async function endOf(id: string) {
  const { rows } = await pool.query(
    `select t.state, t.captured, t.result_error, t.result_message,
       (select count(*)::integer from transfers x where x.task_id = t.id and x.kind = 'capture') as charges,
       (select count(*)::integer from callbacks c where c.task_id = t.id) as callbacks
     from tasks t where t.id = $1`,
    [id],
  );
  return rows[0];
}

const byHand = async (id: string, end: HandEnd) => endByHand(core, await findTaskFacts(pool, id), end);
const FAILED: HandEnd = { as: 'failed', reason: 'its provider is gone' };

describe('A3: an operator', () => {
  it.each(PLACES)('ends a task that is %s as failed: no charge, one callback', async (place) => {
    const { id } = await taskThatIs(place);
    expect(await byHand(id, FAILED)).toEqual({
      state: 'failed',
      chargedMicros: 0n,
      givenBackMicros: PRICE,
      hasCallback: true,
    });
    expect(await endOf(id)).toEqual({
      state: 'failed',
      captured: 0n,
      result_error: 'generation_failed',
      result_message: 'Ended by the operator: its provider is gone; nothing was charged',
      charges: 0,
      callbacks: 1,
    });
    const events = (await core.tasks.events(id, 0n)).map(({ name }) => name);
    expect(events.slice(-2)).toEqual(['task.ended_by_operator', 'task.failed']);
  });

  it.each(PLACES)('ends a task that is %s as succeeded, with a file and a charge', async (place) => {
    const { id } = await taskThatIs(place);
    const usedMicros = micros('4');
    const end = { as: 'succeeded', reason: '', file: VIDEO, usedMicros } as const;
    expect(await byHand(id, end)).toMatchObject({ chargedMicros: usedMicros, givenBackMicros: micros('6') });
    expect(await endOf(id)).toMatchObject({
      state: 'succeeded',
      captured: usedMicros,
      charges: 1,
      callbacks: 1,
    });
    const { attempts, settlement, task } = await findTaskFacts(pool, id);
    expect(settlement).toEqual({ kind: 'capture', captured: usedMicros });
    expect(JSON.parse(task.outputs ?? '[]')).toMatchObject([{ kind: 'video', contentType: 'video/mp4' }]);
    if (place !== 'pending') expect(attempts.at(-1)).toMatchObject({ state: 'succeeded' });
  });

  it('ends a task as cancelled', async () => {
    const { id } = await taskThatIs('running');
    await byHand(id, { as: 'cancelled', reason: '' });
    expect(await endOf(id)).toMatchObject({ state: 'cancelled', result_error: 'task_cancelled' });
  });

  it('makes what a worker writes afterwards have no effect', async () => {
    const worked = await taskThatIs('storing');
    await byHand(worked.id, FAILED);
    const success = { provider: 'ark', modelVersion: 'x', usage: {}, outputs: [] };
    expect(await core.settler.succeed(await api.readTask(worked.id), success)).toBe(false);
    expect(await parkTask(pool, worked, { epoch: 1, lookMs: 0 })).toBe(false);
    expect(await releaseTask(pool, worked, 0)).toBe(false);
  });

  it('and a worker that end a task at the same moment end it once', async () => {
    const tasks = [];
    for (let count = 0; count < 20; count++) tasks.push(await taskThatIs('storing'));
    const success = { provider: 'ark', modelVersion: 'x', usage: {}, outputs: [] };
    const outcomes = await Promise.all(
      tasks.map(async ({ id, epoch }) => {
        const row = { ...(await api.readTask(id)), epoch };
        const [worker, hand] = await Promise.all([
          core.settler.succeed(row, success),
          byHand(id, FAILED).then(
            () => true,
            () => false,
          ),
        ]);
        return [worker, hand].filter(Boolean).length;
      }),
    );
    expect(outcomes).toEqual(tasks.map(() => 1));
  });

  it('finds what is stuck among the open tasks', async () => {
    const fresh = await api.openAccount({ credits: '1000' });
    const [plain, unknown, unreadable, made] = [
      await taskThatIs('running', fresh),
      await taskThatIs('unknown', fresh),
      await taskThatIs('running', fresh),
      await taskThatIs('running', fresh),
    ];
    const name = ({ id, epoch }: { id: string; epoch: number }) => ({ taskId: id, epoch, detail: 'x' });
    await markUnreadable(pool, { ...name(unreadable), isMade: false });
    await markMade(pool, name(made));
    const ids = async (status: 'stuck' | 'open') =>
      (await listTasksByHand(pool, { status, order: 'oldest', limit: 1_000 })).map(({ id }) => id);
    expect(await ids('stuck')).toEqual([unknown.id, unreadable.id, made.id]);
    expect(await ids('open')).toEqual([plain.id, unknown.id, unreadable.id, made.id]);
    for (const { id } of [plain, unknown, unreadable, made]) await byHand(id, FAILED);
  });

  it('refuses a task that has ended, a charge above the hold, and a file that is not a video', async () => {
    const { id } = await taskThatIs('running');
    const facts = await findTaskFacts(pool, id);
    const succeed = { as: 'succeeded', reason: '', file: VIDEO } as const;
    await expect(endByHand(core, facts, { ...succeed, usedMicros: PRICE + 1n })).rejects.toThrow('is held');
    const page = join(folder, 'page.mp4');
    await writeFile(page, '<html>');
    await expect(endByHand(core, facts, { ...succeed, file: page })).rejects.toThrow('is not video/mp4');
    await expect(endByHand(core, facts, { ...succeed, file: join(folder, 'no.mp4') })).rejects.toThrow(
      'ENOENT',
    );
    await expect(endByHand(core, facts, { ...succeed, file: '/etc/passwd' })).rejects.toThrow(
      'is not that of a video',
    );
    await byHand(id, FAILED);
    await expect(byHand(id, FAILED)).rejects.toThrow('it has already ended, and nothing was changed');
    await expect(endByHand(core, facts, FAILED)).rejects.toThrow('it has already ended');
    expect(await takeByHand(pool, { id, holder: newId(), leaseMs: 1 })).toBeUndefined();
    await expect(findTaskFacts(pool, newId())).rejects.toThrow('There is no task');
  });
});

interface Ran {
  code: number | null;
  out: string;
  error: string;
}

/** Runs `reelay tasks` as a process of its own, without a terminal. */
function run(...args: string[]): Promise<Ran> {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const { dataDir } = core.config;
  const child = spawn(process.execPath, [main, 'tasks', ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: core.databaseUrl, DATA_DIR: dataDir, REELAY_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.error += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

it('A3: reelay tasks settle says what it does to the money, and does nothing without a yes', async () => {
  const { id } = await taskThatIs('running');
  const settle = ['settle', id, '--as', 'failed', '--reason', 'gone', '--json'];
  const [asked, shown] = await Promise.all([run(...settle), run('show', id)]);
  expect(asked.code).toBe(1);
  expect(asked.error).toContain('Held: 10 credits (test). Charged: 0. Given back: 10.');
  expect(asked.error).toContain('job {"id":"cgt-1"}');
  expect(asked.error).toContain('Nothing was changed');
  expect((await endOf(id)).state).toBe('running');
  expect(shown.out).toContain('cgt-1');
  const done = await run(...settle, '--yes');
  expect(done.code).toBe(0);
  expect(JSON.parse(done.out)).toEqual({
    task_id: id,
    state: 'failed',
    charged: 0,
    given_back: 10,
    callback: true,
  });
  expect(done.error).toContain('"msg":"task.ended_by_operator"');
  expect(await endOf(id)).toMatchObject({ state: 'failed', callbacks: 1 });
});
