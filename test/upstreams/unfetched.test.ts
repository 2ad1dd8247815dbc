// A provider says that it made the video, but the file cannot be fetched, or its answers cannot be read:
// nothing else is started, whatever comes. A second provider stands by in all of these cases, and is never
// asked.
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../emulators/core/faults.ts';
import { readFigures } from '../../server/src/http/metrics.store.ts';
import { startUpstreams } from '../stage/upstreams.ts';

const upstreams = await startUpstreams({
  emulators: { ark: {}, fal: {} },
  environment: { REELAY_RESULT_MINUTES_MAX: '2', REELAY_UNREADABLE_MINUTES_MAX: '2' },
});
const { core } = upstreams;
const ark = upstreams.emulators.get('ark');
const fal = upstreams.emulators.get('fal');
if (!ark || !fal) throw new Error('no emulator');
const MODEL = 'bytedance/seedance1-0-pro-t2v';
const INPUT = { prompt: 'a cat', resolution: '480p', duration: 5 };
const PRICE = 24_300_000n;
const USED_CREDITS = 24.3;
const MADE = 'The provider made this video, but its file could not be fetched; nothing was charged';

interface Story {
  id: string;
  job: string;
}

/** A task that its provider has accepted and not begun, so that faults can decide its course. */
async function take(input: Record<string, string | number | boolean> = INPUT): Promise<Story> {
  const id = await upstreams.begin(MODEL, input);
  const job = async () => {
    const { rows } = await core.pool.query(
      `select reference ->> 'id' as job from attempts where task_id = $1`,
      [id],
    );
    return rows[0]?.job ?? null;
  };
  for (;;) {
    const found = await job();
    if (found !== null) return { id, job: found };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Trouble = Fault extends infer One ? (One extends Fault ? Omit<One, 'where'> : never) : never;

async function stage(faults: readonly Trouble[], input?: Parameters<typeof take>[0]): Promise<Story> {
  const story = await take(input);
  for (const fault of faults) ark?.addFault({ where: story.job, ...fault } as Fault);
  return story;
}

async function attemptOf({ id }: Story) {
  const { rows } = await core.pool.query(
    'select offer, state, reason, detail, used, made_at is not null as made from attempts where task_id = $1',
    [id],
  );
  expect(rows).toHaveLength(1);
  return rows[0];
}

/** Lets time pass for an attempt whose provider waits for nothing. */
async function age({ id }: Story, column: 'made_at' | 'unreadable_at', seconds: number): Promise<void> {
  await core.pool.query(
    `update attempts set ${column} = ${column} - $2 * interval '1 second', look_at = now() where task_id = $1 and ended_at is null`,
    [id, seconds],
  );
}

/** Resolves once the result of an ended task has come; each look at it is made due at once. */
async function expectLate(story: Story): Promise<void> {
  const look = async () => {
    await age(story, 'made_at', 0);
    return upstreams.eventsOf(story.id);
  };
  await expect.poll(look, { interval: 300 }).toContain('task.late_result');
}

async function lossesOf({ id }: Story): Promise<bigint[]> {
  const { rows } = await core.pool.query(
    `select -amount as amount from transfers where task_id = $1 and kind = 'loss'`,
    [id],
  );
  return rows.map(({ amount }) => amount);
}

/** Resolves once the timeline of a task has an event. */
async function expectEvent({ id }: Story, event: string): Promise<void> {
  await expect.poll(() => upstreams.eventsOf(id)).toContain(event);
}

/** Files that came from the provider: a poster is made once a task has ended. */
async function filesOf({ id }: Story): Promise<number> {
  const { rows } = await core.pool.query(
    `select count(*)::integer as files from files where task_id = $1 and key not like '%/poster.jpg'`,
    [id],
  );
  return rows[0].files;
}

// All of them at once: each waits for its own file.
ark.set({ queueMs: 3_600_000 });
const LAGS: [string, Trouble[]][] = [
  ['answers 404', [{ on: 'download', kind: 'status', status: 404, times: 2 }]],
  ['answers 403', [{ on: 'download', kind: 'status', status: 403 }]],
  ['answers 400, 410 and 409', [400, 410, 409].map((status) => ({ on: 'download', kind: 'status', status }))],
  ['answers 425, 429 and 503', [425, 429, 503].map((status) => ({ on: 'download', kind: 'status', status }))],
  ['is empty', [{ on: 'download', kind: 'status', status: 200, body: '' }]],
  ['is cut', [{ on: 'download', kind: 'short' }]],
  ['is not answered', [{ on: 'download', kind: 'close_before' }]],
  ['is HTML', [{ on: 'download', kind: 'wrong_type' }]],
];
const lagging = LAGS.map(([, faults]) => stage(faults));
const always404: Trouble = { on: 'download', kind: 'status', status: 404, times: 'always' };
const stays = stage([always404]);
const large = stage([{ on: 'download', kind: 'huge', bytes: 20_000_000_000 }]);
const frameLags = stage([{ on: 'download', kind: 'status', status: 404, skip: 1 }], {
  ...INPUT,
  return_last_frame: true,
});
const frameStays = stage([{ ...always404, skip: 1 } as Trouble], { ...INPUT, return_last_frame: true });
const cancelled = stage([{ on: 'download', kind: 'status', status: 404, times: 4 }]);
const started = [...lagging, stays, large, frameLags, frameStays, cancelled];
await Promise.all(started);
ark.set({ queueMs: 20 });
ark.advance(3_700_000);

describe('A2: a success whose file', () => {
  it('lags is not stopped by a cancel: the provider has made it', async () => {
    const story = await cancelled;
    await expect.poll(() => upstreams.eventsOf(story.id)).toContain('attempt.unfetched');
    await upstreams.cancel(story.id);
    expect(await upstreams.end(story.id)).toMatchObject({ status: 'success', provider: 'ark' });
    const events = await core.tasks.events(story.id, 0n);
    const refused = events.find(({ name }) => name === 'task.cancel_refused');
    expect(refused?.detail).toMatchObject({ message: expect.stringContaining('has made it already') });
  });

  it.each(LAGS.map(([how], at) => [how, at] as const))(
    '%s at first is fetched later, and no other provider is asked',
    async (_how, at) => {
      const story = await lagging[at];
      const task = await upstreams.end(story.id);
      expect(task).toMatchObject({ status: 'success', provider: 'ark', credits: USED_CREDITS });
      expect(task.result?.media_urls).toHaveLength(1);
      const events = await upstreams.eventsOf(story.id);
      expect(events).toEqual(['attempt.accepted', 'attempt.unfetched', 'task.succeeded']);
      expect(await attemptOf(story)).toMatchObject({ state: 'succeeded', used: { unit: 'tokens' } });
    },
  );

  it('is too large ends at once, and what the provider is paid is booked', async () => {
    const story = await large;
    const task = await upstreams.end(story.id);
    expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'generation_failed' } });
    expect(task.result?.message).toMatch(new RegExp(`^${MADE}. .* larger than`));
    const attempt = await attemptOf(story);
    expect(attempt).toMatchObject({ state: 'failed', reason: 'unreadable', used: { unit: 'tokens' } });
    expect(await lossesOf(story)).toEqual([PRICE]);
  });

  it('is there while the last frame lags: waits for both, and stores each once', async () => {
    const story = await frameLags;
    const task = await upstreams.end(story.id);
    expect(task).toMatchObject({ status: 'success' });
    expect(task.result?.media_urls).toHaveLength(2);
    expect(await filesOf(story)).toBe(2);
  });

  it('is there is not lost for a last frame that never comes', async () => {
    const story = await frameStays;
    await expectEvent(story, 'attempt.unfetched');
    await age(story, 'made_at', 60);
    const task = await upstreams.end(story.id);
    expect(task).toMatchObject({ status: 'success', credits: USED_CREDITS });
    expect(task.result?.media_urls).toHaveLength(1);
    expect(await upstreams.eventsOf(story.id)).toContain('task.output_missing');
    expect(await filesOf(story)).toBe(1);
  });

  it('cannot be fetched in time ends with a sentence for the client, and is delivered free when it comes', async () => {
    const story = await stays;
    await expectEvent(story, 'attempt.unfetched');
    await age(story, 'made_at', 120);
    const task = await upstreams.end(story.id);
    expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'generation_failed' } });
    expect(task.result?.message).toBe(`${MADE}. The result could not be fetched: its server answered 404`);
    expect(await attemptOf(story)).toMatchObject({ made: true, used: { unit: 'tokens' } });
    ark.clearFaults();
    await expectLate(story);
    expect((await upstreams.read(story.id)).result?.media_urls).toHaveLength(1);
    expect(await lossesOf(story)).toEqual([PRICE]);
    expect(await attemptOf(story)).toMatchObject({ state: 'succeeded' });
  });

  it('was missing causes no call to another provider', () => {
    expect(fal.accepted()).toHaveLength(0);
    expect(ark.accepted()).toHaveLength(started.length);
  });
});

const UNREADABLE: Fault[] = (['poll', 'list'] as const).map((on) => ({
  on,
  kind: 'state',
  state: 'dreaming',
  times: 'always',
}));

async function messageOf({ id }: Story, event: string): Promise<unknown> {
  return (await core.tasks.events(id, 0n)).find(({ name }) => name === event)?.detail?.message;
}

describe('A3: a task whose provider', () => {
  it('gives no readable answer ends long before its deadline, and then obeys a cancel', async () => {
    ark.clearFaults();
    for (const fault of UNREADABLE) ark.addFault(fault);
    const [left, cancelled] = await Promise.all([take(), take()]);
    await Promise.all([left, cancelled].map((story) => expectEvent(story, 'attempt.unreadable')));
    expect((await readFigures(core.pool)).unreadableAttempts).toBe(2);
    await upstreams.cancel(cancelled.id);
    await expectEvent(cancelled, 'task.cancel_refused');
    for (const story of [left, cancelled]) await age(story, 'unreadable_at', 120);
    expect(await upstreams.end(left.id)).toMatchObject({
      status: 'failed',
      credits: 0,
      result: { error: 'outcome_unknown', message: expect.stringContaining('nothing was charged') },
    });
    expect(await upstreams.end(cancelled.id)).toMatchObject({
      status: 'failed',
      credits: 0,
      result: { error: 'task_cancelled' },
    });
    expect(await messageOf(cancelled, 'task.cancel_refused')).toContain(
      'is followed for a while and then ends',
    );
    const events = await upstreams.eventsOf(left.id);
    expect(events).toEqual(['attempt.accepted', 'attempt.unreadable', 'task.failed']);
    expect((await attemptOf(left)).state).toBe('accepted');
    ark.clearFaults();
    await expectLate(left);
    await expectLate(cancelled);
    expect((await upstreams.read(left.id)).result?.media_urls).toHaveLength(1);
    expect((await upstreams.read(cancelled.id)).result?.media_urls).toEqual([]);
    expect(await lossesOf(left)).toEqual([PRICE]);
    expect((await readFigures(core.pool)).unreadableAttempts).toBe(0);
  });

  it('cannot be read for a moment continues', async () => {
    for (const fault of UNREADABLE) ark.addFault({ ...fault, times: 1 });
    const story = await take();
    expect(await upstreams.end(story.id)).toMatchObject({ status: 'success' });
    const { rows } = await core.pool.query('select unreadable_at from attempts where task_id = $1', [
      story.id,
    ]);
    expect(rows).toEqual([{ unreadable_at: null }]);
  });

  it('no longer knows what it accepted ends with an unknown outcome', async () => {
    ark.set({ queueMs: 3_600_000 });
    const story = await take();
    ark.set({ queueMs: 20 });
    for (const on of ['poll', 'list'] as const) ark.addFault({ on, kind: 'not_found', times: 'always' });
    await core.pool.query(
      `update attempts set created_at = now() - interval '2 minutes', look_at = now() where task_id = $1 and ended_at is null`,
      [story.id],
    );
    expect(await upstreams.end(story.id)).toMatchObject({
      credits: 0,
      result: { error: 'outcome_unknown', message: expect.stringContaining('no longer knows it') },
    });
    expect(await attemptOf(story)).toMatchObject({ state: 'failed', reason: 'lost' });
  });

  it('says failed after it had said succeeded is not replaced by another', async () => {
    ark.clearFaults();
    ark.addFault(always404 as Fault);
    const story = await take();
    await expectEvent(story, 'attempt.unfetched');
    for (const on of ['poll', 'list'] as const)
      ark.addFault({ on, kind: 'state', state: 'failed', times: 'always' });
    const task = await upstreams.end(story.id);
    expect(task).toMatchObject({ credits: 0, result: { error: 'generation_failed', message: MADE } });
    expect(await attemptOf(story)).toMatchObject({ state: 'failed', used: { unit: 'tokens' } });
    expect(await lossesOf(story)).toEqual([PRICE]);
  });

  it('was any of these causes no call to another provider', () => {
    expect(fal.accepted()).toHaveLength(0);
  });
});
