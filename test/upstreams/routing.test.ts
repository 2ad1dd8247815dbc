// Where live tasks go: from offer to offer after a final word, never while an outcome is unknown; within
// every cap, fairly between accounts, and followed with the account that made them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arkApi } from '../../emulators/ark/ark.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { startEmulator } from '../../emulators/core/server.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { startUpstreams } from '../stage/upstreams.ts';

const upstreams = await startUpstreams({
  emulators: { ark: {}, fal: {} },
  environment: { REELAY_UNKNOWN_MINUTES_MAX: '0.05' },
});
const { core } = upstreams;
const MODEL = 'bytedance/seedance1-0-pro-t2v';
const INPUT = { prompt: 'a cat', resolution: '480p', duration: 5 };

function emulator(id: string): RunningEmulator {
  const found = upstreams.emulators.get(id);
  if (!found) throw new Error(`no emulator ${id}`);
  return found;
}

const [ark, fal] = [emulator('ark'), emulator('fal')];
let before = { ark: 0, fal: 0 };

/** Jobs that each provider has accepted in this test. */
function accepted() {
  return { ark: ark.accepted().length - before.ark, fal: fal.accepted().length - before.fal };
}

async function attemptsOf(taskId: string): Promise<string[]> {
  const { rows } = await core.pool.query(
    'select offer, state, reason from attempts where task_id = $1 order by epoch',
    [taskId],
  );
  return rows.map(({ offer, state, reason }) => [offer, state, reason].filter(Boolean).join(' '));
}

beforeEach(async () => {
  for (const { id } of await core.credentials.list()) await core.credentials.test(id);
  before = { ark: ark.accepted().length, fal: fal.accepted().length };
});

afterEach(async () => {
  await core.accounts.change(upstreams.accountId, { openTasksMax: null });
  await core.credentials.change('ark/emulator', {
    openTasksMax: null,
    requestsPerMinute: null,
    enabled: true,
  });
  for (const one of [ark, fal]) {
    one.clearFaults();
    one.set({ queueMs: 20, runMs: 50 });
  }
});

describe('a live task', () => {
  it('goes to the next offer after a final word of the first, and is charged once', async () => {
    const { posted } = await upstreams.balance();
    ark.addFault({ on: 'start', kind: 'fail', json: { code: 'InternalServiceError', message: 'broken' } });
    const id = await upstreams.begin(MODEL, INPUT);
    const task = await upstreams.end(id);
    expect(task).toMatchObject({ status: 'success', provider: 'fal' });
    expect(accepted()).toEqual({ ark: 1, fal: 1 });
    expect(await attemptsOf(id)).toEqual(['ark failed failed', 'fal succeeded']);
    expect(await upstreams.eventsOf(id)).toEqual([
      'attempt.accepted',
      'attempt.failed',
      'attempt.accepted',
      'task.succeeded',
    ]);
    const paid = posted - (await upstreams.balance()).posted;
    expect(paid).toBe(24_300_000n);
  });

  it('goes to the next offer when every account of the first is out of order, at once and for a while', async () => {
    ark.addFault({
      on: 'start',
      kind: 'body',
      status: 403,
      json: { error: { code: 'AccountOverdueError', message: '' } },
    });
    const ids = [await upstreams.begin(MODEL, INPUT)];
    expect(await upstreams.end(ids[0])).toMatchObject({ status: 'success', provider: 'fal' });
    ids.push(await upstreams.begin(MODEL, INPUT));
    expect(await upstreams.end(ids[1])).toMatchObject({ status: 'success', provider: 'fal' });
    expect(accepted()).toEqual({ ark: 0, fal: 2 });
    expect(await attemptsOf(ids[0])).toEqual(['ark rejected quota_exhausted', 'fal succeeded']);
  });

  it('is never given to another offer while its outcome is unknown', async () => {
    ark.addFault({ on: 'start', kind: 'status', status: 504 });
    const id = await upstreams.begin(MODEL, INPUT);
    expect(await upstreams.end(id)).toMatchObject({
      result: { error: 'outcome_unknown' },
      credits: 0,
    });
    expect(accepted()).toEqual({ ark: 0, fal: 0 });
    expect(await attemptsOf(id)).toEqual(['ark unknown']);
  });

  it('whose input is refused is not tried elsewhere', async () => {
    const json = { error: { code: 'InvalidParameter.text', message: 'too long' } };
    ark.addFault({ on: 'start', kind: 'body', status: 400, json });
    const id = await upstreams.begin(MODEL, INPUT);
    expect(await upstreams.end(id)).toMatchObject({
      provider: 'ark',
      result: { error: 'input_unusable', message: 'too long' },
    });
    expect(accepted()).toEqual({ ark: 0, fal: 0 });
  });

  it('is followed with the account that made it, even when that account takes no new tasks', async () => {
    const second = await startEmulator(arkApi, {
      settings: { queueMs: 20, runMs: 50 },
      fields: { api_key: 'second-key-0002' },
    });
    ark.set({ runMs: 2_500 });
    const id = await upstreams.begin(MODEL, INPUT);
    await expect.poll(() => upstreams.eventsOf(id)).toContain('attempt.accepted');
    const added = await core.credentials.add({
      provider: 'ark',
      name: 'second',
      fields: { ...second.fields },
    });
    await core.credentials.change('ark/emulator', { enabled: false });
    const other = await upstreams.begin(MODEL, INPUT);
    expect(await upstreams.end(other)).toMatchObject({ status: 'success' });
    expect(await upstreams.end(id)).toMatchObject({ status: 'success', provider: 'ark' });
    expect(accepted().ark).toBe(1);
    expect(second.accepted()).toHaveLength(1);
    await core.credentials.change('ark/emulator', { enabled: true });
    await core.credentials.remove(added.id);
    await second.close();
  });
});

describe('a limit that is reached', () => {
  it('makes tasks wait in pending with a position, and the position moves on', async () => {
    ark.set({ queueMs: 60_000 });
    await core.accounts.change(upstreams.accountId, { openTasksMax: 2 });
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.push(await upstreams.begin(MODEL, INPUT));
    await expect.poll(() => accepted().ark).toBe(2);
    const place = async (id: string) => {
      const task = await upstreams.read(id);
      return [task.status, (task as { position?: number }).position];
    };
    await expect
      .poll(() => Promise.all(ids.slice(2).map(place)))
      .toEqual([
        ['pending', 1],
        ['pending', 2],
        ['pending', 3],
      ]);
    await upstreams.cancel(ids[0]);
    await expect.poll(() => accepted().ark).toBe(3);
    await expect.poll(() => place(ids[4])).toEqual(['pending', 2]);
    await core.accounts.change(upstreams.accountId, { openTasksMax: null });
    for (const id of ids) await upstreams.cancel(id).catch(() => undefined);
    await Promise.all(ids.map((id) => upstreams.end(id)));
  });

  it('is shared by accounts: one that asks for little does not wait for one that asks for much', async () => {
    ark.set({ queueMs: 0, runMs: 300 });
    await core.credentials.change('ark/emulator', { openTasksMax: 4 });
    const greedy = await Promise.all(Array.from({ length: 40 }, () => upstreams.begin(MODEL, INPUT)));
    const { id: modest } = await core.accounts.create(`account ${newId()}`);
    const { key } = await core.accounts.createKey({ account: modest, mode: 'live', name: 'live' });
    await core.credits.grant({
      accountId: modest,
      book: 'live',
      amount: 100_000_000n,
      reason: 'for the test',
    });
    const made = await fetch(`${upstreams.url}/api/v1/client/job/CreateTask`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, input: INPUT }),
    });
    const { data } = (await made.json()) as { data: { task_id: string } };
    const ended = async () => {
      const { rows } = await core.pool.query('select state from tasks where id = $1', [data.task_id]);
      return rows[0].state;
    };
    await expect.poll(ended).toBe('succeeded');
    const { rows } = await core.pool.query(
      `select count(*)::integer as left from tasks where id = any($1) and due_at is not null`,
      [greedy],
    );
    expect(rows[0].left).toBeGreaterThan(20);
    await core.credentials.change('ark/emulator', { openTasksMax: null });
    await Promise.all(greedy.map((id) => upstreams.end(id)));
  });

  it('on requests a minute spreads the starts, and refuses none', async () => {
    await core.credentials.change('ark/emulator', { requestsPerMinute: 60 });
    const ids = await Promise.all(Array.from({ length: 10 }, () => upstreams.begin(MODEL, INPUT)));
    await expect.poll(() => accepted().ark).toBeGreaterThanOrEqual(6);
    expect(accepted().ark).toBeLessThanOrEqual(8);
    const tasks = await Promise.all(ids.map((id) => upstreams.end(id)));
    expect(tasks.map(({ status }) => status)).toEqual(ids.map(() => 'success'));
    await core.credentials.change('ark/emulator', { requestsPerMinute: null });
  });
});
