// Leases and epochs: a worker that lost a task can no longer do anything to it.
import { describe, expect, it } from 'vitest';
import { type Caller, createTestApi } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import {
  insertEvent,
  listEvents,
  markIntents,
  removeDeadNodes,
  saveNode,
  updateAttempt,
} from '../tasks/attempts.store.ts';
import type { TaskRow } from '../tasks/task.ts';
import { claimOverdue, markStoring, releaseTask, removeOldTasks, renewLeases } from '../tasks/tasks.store.ts';
import { claimTasks } from './testing.ts';

const api = await createTestApi();
const { pool, settler, credits } = api.core;
const LEASE_MS = 60_000;
const FACTS = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [] };
const BODY = { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: ['https://example.com/a.jpg'] } };

async function createId(caller: Caller): Promise<string> {
  return String((await api.create(caller, BODY)).data.task_id);
}

function claim(nodeId: string, leaseMs = LEASE_MS, limit = 100): Promise<TaskRow[]> {
  return claimTasks(pool, { nodeId, limit, leaseMs });
}

/** One task, claimed by a node whose lease is already over, and then by another node. */
async function overtake(): Promise<{ caller: Caller; old: TaskRow; current: TaskRow }> {
  const caller = await api.openAccount({ credits: '80' });
  const id = await createId(caller);
  const [old] = (await claim(newId(), 0)).filter((task) => task.id === id);
  const [current] = (await claim(newId())).filter((task) => task.id === id);
  expect([old.epoch, current.epoch]).toEqual([1, 2]);
  return { caller, old, current };
}

it('a claim that was overtaken, and one whose task has ended, add nothing to the timeline', async () => {
  const { old, current } = await overtake();
  const note = (task: TaskRow, name: string) => insertEvent(pool, task, { name, detail: {} });
  await note(old, 'by the old one');
  await note(current, 'by its owner');
  await settler.succeed(current, FACTS);
  await note(current, 'after the end');
  const names = (await listEvents(pool, old.id, 0n)).map(({ name }) => name);
  expect(names).toEqual(['by its owner', 'task.succeeded']);
});

describe('a claim', () => {
  it('gives each task to one of many workers', async () => {
    const caller = await api.openAccount({ credits: '8000' });
    const ids = await Promise.all(Array.from({ length: 60 }, () => createId(caller)));
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(newId(), LEASE_MS, 5)));
    const claimed = claims.flat().map(({ id }) => id);
    expect(claimed.toSorted()).toEqual(ids.toSorted());
    expect(await claim(newId())).toEqual([]);
  });

  it('takes the oldest first', async () => {
    const caller = await api.openAccount();
    const ids = [await createId(caller), await createId(caller), await createId(caller)];
    const order = [];
    for (let turn = 0; turn < 3; turn++) order.push((await claim(newId(), LEASE_MS, 1))[0].id);
    expect(order).toEqual(ids);
  });

  it('is valid as long as its lease is renewed, and the renewal returns what its node still owns', async () => {
    const caller = await api.openAccount();
    const nodeId = newId();
    const id = await createId(caller);
    await claim(nodeId, 0);
    const renew = () => renewLeases(pool, { nodeId, taskIds: [id], leaseMs: LEASE_MS });
    expect(await renew()).toEqual([{ id, epoch: 1, cancel: false }]);
    expect(await claim(newId())).toEqual([]);
    const key = await api.core.accounts.authenticate(caller.key, '127.0.0.1');
    await api.core.tasks.cancel(key, id);
    expect(await renew()).toEqual([{ id, epoch: 1, cancel: true }]);
    expect(await renewLeases(pool, { nodeId: newId(), taskIds: [id], leaseMs: LEASE_MS })).toEqual([]);
  });

  it('that no worker follows runs out, even while its node lives', async () => {
    const caller = await api.openAccount();
    const nodeId = newId();
    const [followed, lost] = [await createId(caller), await createId(caller)];
    await claim(nodeId, 0);
    await renewLeases(pool, { nodeId, taskIds: [followed], leaseMs: LEASE_MS });
    expect(await claim(newId())).toMatchObject([{ id: lost, epoch: 2 }]);
  });

  it('that is released is due after its pause, and never looks pending again', async () => {
    const caller = await api.openAccount();
    const id = await createId(caller);
    const [task] = await claim(newId());
    expect(await releaseTask(pool, task, 60_000)).toBe(true);
    expect(await claim(newId())).toEqual([]);
    expect((await api.readTask(id)).state).toBe('running');
    expect(await releaseTask(pool, task, 0)).toBe(true);
    expect(await claim(newId())).toMatchObject([{ id, epoch: 2, state: 'running' }]);
  });
});

describe('a worker that was overtaken', () => {
  it('changes nothing: no state, no attempt, no end, no money', async () => {
    const { caller, old, current } = await overtake();
    const wrote = await Promise.all([
      markStoring(pool, old),
      releaseTask(pool, old, 0),
      markIntents(pool, [{ taskId: old.id, epoch: old.epoch }]).then(([at]) => at !== undefined),
      settler.succeed(old, FACTS),
      settler.fail(old, { state: 'failed', error: 'generation_failed', message: 'late' }),
    ]);
    expect(wrote).toEqual([false, false, false, false, false]);
    expect(await api.readTask(old.id)).toEqual(current);
    expect(await credits.balance(caller.accountId, 'test')).toEqual({
      posted: 80_000_000n,
      held: 80_000_000n,
    });
    expect(await settler.succeed(current, FACTS)).toBe(true);
    expect(await settler.succeed(old, FACTS)).toBe(false);
  });

  it('cannot write into the attempt of the worker that has the task now', async () => {
    const { old, current } = await overtake();
    const attempt = { taskId: current.id, epoch: current.epoch };
    expect(await markIntents(pool, [attempt])).toEqual([expect.any(Date)]);
    expect(await markIntents(pool, [attempt])).toEqual([undefined]);
    const change = { state: 'accepted', reference: { job: '1' }, ended: false } as const;
    expect(await updateAttempt(pool, { ...attempt, taskEpoch: old.epoch }, change)).toBe(false);
    expect(await updateAttempt(pool, { ...attempt, taskEpoch: current.epoch }, change)).toBe(true);
  });
});

describe('a node that died', () => {
  it('loses its tasks at once when it is named, or when it has been silent for too long', async () => {
    const caller = await api.openAccount();
    const [dead, silent, alive] = [newId(), newId(), newId()];
    for (const id of [dead, silent, alive]) {
      await saveNode(pool, { id, host: 'here', processId: 1 });
      await createId(caller);
      expect(await claim(id)).toHaveLength(1);
    }
    await pool.query(`update nodes set seen_at = now() - interval '1 minute' where id = $1`, [silent]);
    const removed = await removeDeadNodes(pool, { ids: [dead], silentMs: 15_000 });
    expect(removed.toSorted()).toEqual([dead, silent].toSorted());
    expect(await claim(newId())).toHaveLength(2);
    expect(await removeDeadNodes(pool, { ids: [dead], silentMs: 15_000 })).toEqual([]);
  });
});

describe('a task past its deadline', () => {
  it('is taken from the worker that has it, and its hold expires', async () => {
    const caller = await api.openAccount({ credits: '80' });
    const id = await createId(caller);
    const [task] = await claim(newId());
    await pool.query(`update tasks set deadline_at = now() - interval '1 second' where id = $1`, [id]);
    const [overdue] = await claimOverdue(pool, 10);
    expect(overdue).toMatchObject({ id, epoch: 2 });
    expect(await settler.succeed(task, FACTS)).toBe(false);
    await settler.fail(overdue, { state: 'expired', error: 'task_expired', message: 'too late' });
    const { rows } = await pool.query('select state, captured from tasks where id = $1', [id]);
    expect(rows).toEqual([{ state: 'expired', captured: 0n }]);
    expect(await credits.balance(caller.accountId, 'test')).toEqual({ posted: 80_000_000n, held: 0n });
  });
});

it('deletes ended tasks after their retention, with their timeline, and never the ledger', async () => {
  const caller = await api.openAccount();
  const [old, recent, open] = [await createId(caller), await createId(caller), await createId(caller)];
  await api.endTask(old);
  await api.endTask(recent);
  await pool.query(`update tasks set completed_at = now() - interval '61 days' where id = $1`, [old]);
  await pool.query(`update tasks set created_at = now() - interval '90 days' where id = $1`, [open]);
  expect(await removeOldTasks(pool, 60, 100)).toBe(1);
  expect(await removeOldTasks(pool, 60, 100)).toBe(0);
  const left = await pool.query('select id from tasks where id = any($1)', [[old, recent, open]]);
  expect(left.rows.map(({ id }) => id).toSorted()).toEqual([recent, open].toSorted());
  const traces = await pool.query('select from task_events where task_id = $1', [old]);
  expect(traces.rowCount).toBe(0);
  const money = await pool.query('select from transfers where task_id = $1', [old]);
  expect(money.rowCount).toBe(1);
});
