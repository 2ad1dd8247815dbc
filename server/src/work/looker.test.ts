// What a provider may say of a job, look by look, and what becomes of its task. The provider answers as the test says;
// all else is real. A second offer is always able to take the task, and must not where the first may have made it.
import { describe, expect, it } from 'vitest';
import { createRemote } from '../app.ts';
import { claimTasks } from '../dispatch/testing.ts';
import { createTestApi } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import { ark } from '../providers/ark/ark.ts';
import type { CallContext, PollOutcome, Provider } from '../providers/contract.ts';
import { Finisher } from './finisher.ts';
import { Looker } from './looker.ts';
import { parkTask } from './looks.store.ts';
import { describeUnfetched } from './outcome.ts';
import { createRemoteWrites } from './remote.ts';
import { Verdicts } from './verdicts.ts';

const api = await createTestApi({ REELAY_UNREADABLE_MINUTES_MAX: '15' });
const { core } = api;
const { pool } = core;
const MODEL = 'bytedance/seedance1-0-pro-t2v';
const BODY = { model: MODEL, input: { prompt: 'a cat', resolution: '480p', duration: 5 } };
const { id: credentialId } = await core.credentials.add({
  provider: 'ark',
  fields: { api_key: 'key-of-the-test' },
});
await core.credentials.add({ provider: 'fal', fields: { api_key: 'key-of-the-test' } });
const caller = await api.openAccount({ mode: 'live', credits: '1000' });

let script: PollOutcome[] = [];
const unread: { provider: string; fields: readonly string[] }[] = [];
const scripted: Provider = {
  ...ark,
  pollMany: undefined,
  cancel: undefined,
  poll: async () => script.shift() ?? { type: 'queued' },
};
const context = { credential: { id: credentialId, fields: {} } } as unknown as CallContext;
const remote = createRemote(core);
const options = {
  ...remote,
  onUnread: (one: (typeof unread)[number]) => void unread.push(one),
  credentials: Object.assign(Object.create(remote.credentials), {
    list: () => core.credentials.list(),
    connect: async () => ({ provider: scripted, context }),
    reportAnswer: () => undefined,
  }) as typeof remote.credentials,
};
const writes = createRemoteWrites(pool);
const keeper = { nodeId: newId(), hold: () => undefined };
const verdicts = new Verdicts(options);
const stopping = new AbortController().signal;
const finisher = new Finisher({ options, writes, verdicts, keeper, stopping });

/** A task that its provider works on; only this test looks at it. */
async function taskAtProvider(): Promise<string> {
  const made = await api.create(caller, BODY);
  const id = String(made.data.task_id);
  const [task] = await claimTasks(pool, { nodeId: newId(), limit: 1, leaseMs: 60_000 });
  expect(task.id).toBe(id);
  await pool.query(
    `update attempts set state = 'accepted', provider = 'ark', offer = 'ark', credential_id = $2, reference = '{"id":"x"}'
     where task_id = $1`,
    [id, credentialId],
  );
  await parkTask(pool, task, { epoch: task.epoch, lookMs: 3_600_000 });
  return id;
}

/** Looks once for each outcome. */
async function answer(id: string, ...outcomes: PollOutcome[]): Promise<void> {
  for (const outcome of outcomes) {
    script = [outcome];
    await pool.query('update attempts set look_at = now() where task_id = $1 and ended_at is null', [id]);
    // A new looker for each outcome: it is done when its looks have ended.
    const looker = new Looker(options, finisher);
    await looker.round();
    await looker.drain();
  }
}

async function age(id: string, column: 'made_at' | 'unreadable_at' | 'created_at', seconds: number) {
  await pool.query(
    `update attempts set ${column} = ${column} - $2 * interval '1 second' where task_id = $1`,
    [id, seconds],
  );
}

/** Its state and message, the state of its attempt, and what was booked as a loss. */
async function storyOf(id: string) {
  const { rows } = await pool.query(
    `select t.state, t.result_error as error, t.result_message as message, a.state as attempt, a.reason,
       a.ended_at is not null as ended, (select count(*)::integer from attempts where task_id = t.id) as attempts,
       (select -sum(f.amount)::bigint from transfers f where f.task_id = t.id and f.kind = 'loss') as loss
     from tasks t join attempts a on a.task_id = t.id where t.id = $1`,
    [id],
  );
  return rows[0];
}

/** Whether the task was released, so that another offer gets it. */
async function isReleased(id: string): Promise<boolean> {
  const { rows } = await pool.query(
    `select due_at <= now() + interval '1 minute' and node_id is null and completed_at is null as given
     from tasks where id = $1`,
    [id],
  );
  return rows[0].given;
}

const UNREADABLE: PollOutcome = {
  type: 'unanswered',
  failure: { reason: 'unreadable', code: 'dreaming', message: 'odd', operatorDetail: 'has its API changed?' },
};
const MADE_UNREADABLE: PollOutcome = {
  type: 'unanswered',
  failure: { reason: 'unreadable', message: 'It says that it made it, and names no file', isMade: true },
};
const FAILED: PollOutcome = { type: 'failed', failure: { reason: 'failed', message: 'broken' } };
const LOST: PollOutcome = { type: 'failed', failure: { reason: 'lost', message: 'no such job' } };
const HOLD = 24_300_000n;

describe('a task whose provider', () => {
  it('says that it failed goes to the next offer', async () => {
    const id = await taskAtProvider();
    await answer(id, FAILED);
    expect(await storyOf(id)).toMatchObject({ state: 'running', attempt: 'failed' });
    expect(await isReleased(id)).toBe(true);
    await core.settler.fail(await api.readTask(id), {
      state: 'failed',
      error: 'generation_failed',
      message: 'x',
    });
  });

  it('A2: says made in an answer without a file, and then failed, is the only one to get the task', async () => {
    const id = await taskAtProvider();
    await answer(id, MADE_UNREADABLE, FAILED);
    const story = {
      state: 'failed',
      error: 'generation_failed',
      message: describeUnfetched('video'),
      loss: HOLD,
    };
    expect(await storyOf(id)).toMatchObject({ ...story, attempt: 'failed', ended: true, attempts: 1 });
  });

  it('A2: says failed and made in one answer is the only one to get the task', async () => {
    const id = await taskAtProvider();
    await answer(id, { type: 'failed', failure: { ...MADE_UNREADABLE.failure } });
    const message = describeUnfetched('video', 'It says that it made it, and names no file');
    expect(await storyOf(id)).toMatchObject({ state: 'failed', message, loss: HOLD, attempts: 1 });
  });

  it.each(['lost', 'unreadable'] as const)(
    'A2: says %s of what it took is the only one to get the task',
    async (reason) => {
      const id = await taskAtProvider();
      await age(id, 'created_at', 120);
      await answer(id, { type: 'failed', failure: { reason, message: 'words' } });
      expect(await storyOf(id)).toMatchObject({
        state: 'failed',
        error: 'outcome_unknown',
        loss: null,
        attempts: 1,
      });
    },
  );

  it('A2: made it and does not find it for a moment is asked again; if it was made late it is booked', async () => {
    const id = await taskAtProvider();
    await age(id, 'created_at', 120);
    await answer(id, MADE_UNREADABLE, LOST);
    expect(await storyOf(id)).toMatchObject({ state: 'running', ended: false });
    await age(id, 'made_at', 3_600);
    await answer(id, { type: 'queued' });
    expect(await storyOf(id)).toMatchObject({
      state: 'failed',
      message: describeUnfetched('video'),
      ended: false,
    });
    await answer(id, LOST);
    expect(await storyOf(id)).toMatchObject({ attempt: 'succeeded', ended: true, loss: HOLD });
  });

  it('A3: cannot be read for 15 minutes ends the task, not before, and what comes later is followed', async () => {
    const id = await taskAtProvider();
    await answer(id, UNREADABLE, UNREADABLE);
    await age(id, 'unreadable_at', 890);
    await answer(id, UNREADABLE);
    expect(await storyOf(id)).toMatchObject({ state: 'running', ended: false });
    await age(id, 'unreadable_at', 20);
    await answer(id, UNREADABLE);
    expect(await storyOf(id)).toMatchObject({
      state: 'failed',
      error: 'outcome_unknown',
      ended: false,
      loss: null,
    });
    await answer(id, FAILED);
    expect(await storyOf(id)).toMatchObject({ attempt: 'failed', ended: true });
  });

  it('A3: can be read in between is waited for once more from the beginning', async () => {
    const id = await taskAtProvider();
    await answer(id, UNREADABLE);
    await age(id, 'unreadable_at', 1_000);
    await answer(id, { type: 'running' }, UNREADABLE);
    expect(await storyOf(id)).toMatchObject({ state: 'running', ended: false });
    await answer(id, FAILED);
    expect(await isReleased(id)).toBe(true);
    await core.settler.fail(await api.readTask(id), {
      state: 'failed',
      error: 'generation_failed',
      message: 'x',
    });
  });

  it('A3: can be read again is asked once more to stop what its client has cancelled meanwhile', async () => {
    const id = await taskAtProvider();
    await answer(id, UNREADABLE);
    await pool.query('update tasks set cancel_requested_at = now() where id = $1', [id]);
    await answer(id, UNREADABLE);
    expect(await isReleased(id)).toBe(false);
    await answer(id, { type: 'queued' });
    expect(await isReleased(id)).toBe(true);
    const [task] = await claimTasks(pool, { nodeId: newId(), limit: 1, leaseMs: 60_000 });
    expect(task.id).toBe(id);
    await core.settler.fail(task, { state: 'cancelled', error: 'task_cancelled', message: 'x' });
  });

  it('A3: says made in what cannot be read ends the task as made, which is booked when its record is over', async () => {
    const id = await taskAtProvider();
    await answer(id, MADE_UNREADABLE);
    await age(id, 'unreadable_at', 901);
    await answer(id, MADE_UNREADABLE);
    expect(await storyOf(id)).toMatchObject({
      error: 'generation_failed',
      message: describeUnfetched('video'),
      loss: null,
    });
    await age(id, 'created_at', ark.facts.recordHours * 3_600 + 1);
    await answer(id, UNREADABLE);
    expect(await storyOf(id)).toMatchObject({ attempt: 'succeeded', ended: true, loss: HOLD });
  });

  it('A3: could not be read to the end is not looked at any more once its record is over', async () => {
    const id = await taskAtProvider();
    await answer(id, UNREADABLE);
    await age(id, 'unreadable_at', 901);
    await answer(id, UNREADABLE);
    await age(id, 'created_at', ark.facts.recordHours * 3_600 + 1);
    await answer(id, UNREADABLE);
    expect(await storyOf(id)).toMatchObject({ attempt: 'abandoned', ended: true, loss: null });
  });

  it('A3: names fields that cannot be read has them counted', async () => {
    const id = await taskAtProvider();
    const success = { outputs: [], usage: {}, modelVersion: 'x', unread: ['usage.completion_tokens'] };
    await answer(id, { type: 'succeeded', success });
    expect(unread).toEqual([{ provider: 'ark', fields: ['usage.completion_tokens'] }]);
    expect((await storyOf(id)).state).toBe('succeeded');
  });
});
