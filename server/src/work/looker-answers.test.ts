// A look at an attempt that does not find the end of its job: no answer, a job at work, or a start that was lost.
import { describe, expect, it } from 'vitest';
import type { FindOutcome, PollOutcome } from '../providers/contract.ts';
import { Looker } from './looker.ts';
import { createStage } from './testing.ts';

const stage = await createStage();
const { api, options, script, finisher, resting, endTask, age, storyOf, troubles } = stage;
const { pool } = api.core;
const MINUTE_SECONDS = 60;

/** Looks once, with a new looker whose lanes have seen nothing yet. */
async function lookAt(id: string): Promise<void> {
  script.asked.length = 0;
  await pool.query(
    `update attempts set look_at = now() + case when task_id = $1 then 0 else 1 end * interval '1 hour'
     where ended_at is null`,
    [id],
  );
  const looker = new Looker(options, finisher);
  await looker.round();
  await looker.drain();
}

async function answer(outcome: PollOutcome, id?: string) {
  const task = id ?? (await resting());
  script.say('poll', outcome);
  await lookAt(task);
  return storyOf(task);
}

function unanswered(
  reason: 'rate_limited' | 'unavailable' | 'bad_credentials' | 'quota_exhausted',
): PollOutcome {
  return { type: 'unanswered', failure: { reason, message: 'words', retryAfterSeconds: 7_200 } };
}

/** Seconds until the attempt is looked at again. */
async function secondsToLook(id: string): Promise<number> {
  const { rows } = await pool.query(
    'select extract(epoch from look_at - now())::double precision as seconds from attempts where task_id = $1',
    [id],
  );
  return rows[0].seconds;
}

describe('a look that is not answered', () => {
  it.each(['unavailable', 'rate_limited', 'bad_credentials', 'quota_exhausted'] as const)(
    'by %s says nothing of the job',
    async (reason) => {
      const story = await answer(unanswered(reason));
      expect(story).toMatchObject({ state: 'running', attempt: 'accepted', ended: false, attempts: 1 });
    },
  );

  it('is reported as a trouble of the account only where it is one', async () => {
    for (const reason of ['unavailable', 'rate_limited'] as const) await answer(unanswered(reason));
    const before = troubles.length;
    await answer(unanswered('unavailable'));
    expect(troubles.slice(before)).toEqual([]);
    for (const reason of ['bad_credentials', 'quota_exhausted'] as const) await answer(unanswered(reason));
    expect(troubles.slice(before).map(({ reason }) => reason)).toEqual([
      'bad_credentials',
      'quota_exhausted',
    ]);
  });

  it('delays the next one for as long as the provider asks for patience', async () => {
    const id = await resting();
    await answer(unanswered('rate_limited'), id);
    expect(await secondsToLook(id)).toBeGreaterThan(3_600);
  });
});

describe('a job at work', () => {
  it('has its progress reported once for each tenth of the way', async () => {
    const id = await resting();
    const looker = new Looker(options, finisher);
    for (const progress of [0.1, 0.15, 0.2, 0.2]) {
      script.say('poll', { type: 'running', progress });
      await pool.query('update attempts set look_at = now() where task_id = $1', [id]);
      await looker.round();
      await looker.drain();
    }
    const { events } = await storyOf(id);
    expect(events.filter((name) => name === 'task.progress')).toHaveLength(2);
  });

  it('is stopped once its task has ended, and followed on if it cannot be stopped', async () => {
    const [stopped, kept] = [await resting(), await resting()];
    await endTask(stopped);
    script.say('cancel', { type: 'stopped' });
    expect(await answer({ type: 'running' }, stopped)).toMatchObject({ attempt: 'abandoned', ended: true });
    await endTask(kept);
    script.say('cancel', { type: 'refused', detail: 'too late' });
    expect(await answer({ type: 'running' }, kept)).toMatchObject({ attempt: 'accepted', ended: false });
  });

  it('that its provider does not know yet is asked about again', async () => {
    const story = await answer({ type: 'failed', failure: { reason: 'lost', message: 'no such job' } });
    expect(story).toMatchObject({ state: 'running', attempt: 'accepted', ended: false });
  });
});

describe('a start that was lost', () => {
  async function find(outcome: FindOutcome, ageSeconds = 0) {
    const id = await resting('unknown');
    await age(id, 'created_at', ageSeconds);
    await age(id, 'intent_at', ageSeconds);
    script.say('find', outcome);
    await lookAt(id);
    expect(script.asked).toEqual(['find']);
    return storyOf(id);
  }

  it('is followed when it is found', async () => {
    const story = await find({ type: 'found', reference: { id: 'y' } });
    expect(story).toMatchObject({ state: 'running', attempt: 'accepted', ended: false });
  });

  it('is released when its provider surely has none, and not a moment after the start', async () => {
    expect(await find({ type: 'none' })).toMatchObject({ attempt: 'unknown', ended: false });
    const story = await find({ type: 'none' }, MINUTE_SECONDS);
    expect(story).toMatchObject({ state: 'running', attempt: 'abandoned', ended: true });
    expect(story.backMs).toBeLessThanOrEqual(0);
  });

  it('is never sent again while its outcome is unknown, and ends as unknown after the time of the setting', async () => {
    const unclear = { type: 'unclear', detail: 'two that fit' } as const;
    const almost = options.unknownMinutesMax * MINUTE_SECONDS - MINUTE_SECONDS;
    expect(await find(unclear, almost)).toMatchObject({ state: 'running', attempt: 'unknown', ended: false });
    const story = await find(unclear, almost + 2 * MINUTE_SECONDS);
    expect(story).toMatchObject({ state: 'failed', error: 'outcome_unknown', ended: false, loss: null });
  });
});
