// What becomes of a task, for each reason for which an attempt of it can fail.
import { describe, expect, it } from 'vitest';
import type { Failure, FailureReason } from '../providers/contract.ts';
import { ATTEMPTS_ALL_MAX, ATTEMPTS_MAX, describeUnfetched } from './outcome.ts';
import { createStage, HOLD, MODEL } from './testing.ts';

const { api, verdicts, claimed, storyOf, credentialId, retired } = await createStage();
const { pool } = api.core;
/** More than any pause of the server, so that a waiting task differs from one released at once. */
const ASKED_SECONDS = 600;

async function obey(
  failure: Failure,
  state: 'failed' | 'rejected' = 'failed',
  prepare: (id: string) => Promise<unknown> = async () => undefined,
) {
  const { id } = await claimed();
  await prepare(id);
  const task = await api.readTask(id);
  const attempt = { epoch: task.epoch, state, provider: 'ark', credentialId };
  await verdicts.obey(task, failure, attempt, { lossMicros: HOLD });
  return storyOf(id);
}

function failureBy(reason: FailureReason): Failure {
  return { reason, message: 'words', retryAfterSeconds: ASKED_SECONDS };
}

describe('an attempt that its provider had taken', () => {
  it.each([
    ['invalid_input', 'input_unusable'],
    ['content_refused', 'content_refused'],
    ['template_gone', 'input_unusable'],
    ['lost', 'outcome_unknown'],
    ['unreadable', 'outcome_unknown'],
  ] as const)('and that fails by %s ends its task as %s', async (reason, error) => {
    const story = await obey(failureBy(reason));
    expect(story).toMatchObject({ state: 'failed', error, captured: 0n, attempt: 'failed', reason });
    expect(story).toMatchObject({
      ended: true,
      loss: null,
      events: expect.arrayContaining(['attempt.failed']),
    });
  });

  it.each(['quota_exhausted', 'bad_credentials', 'timed_out', 'cancelled', 'failed'] as const)(
    'and that fails by %s gives its task back at once',
    async (reason) => {
      const story = await obey(failureBy(reason));
      expect(story).toMatchObject({ state: 'running', attempt: 'failed', reason, ended: true });
      expect(story.backMs).toBeLessThanOrEqual(0);
    },
  );

  it.each(['rate_limited', 'unavailable'] as const)(
    'and that fails by %s gives its task back when the provider says',
    async (reason) => {
      const story = await obey(failureBy(reason));
      expect(story).toMatchObject({ state: 'running', attempt: 'failed', reason });
      expect(story.backMs).toBeGreaterThan((ASKED_SECONDS * 1000) / 2);
    },
  );

  it('and that was made ends its task, whatever is said now, and the loss is booked', async () => {
    const story = await obey(failureBy('failed'), 'failed', (id) =>
      pool.query('update attempts set made_at = now() where task_id = $1', [id]),
    );
    expect(story).toMatchObject({
      error: 'generation_failed',
      message: describeUnfetched('video'),
      loss: HOLD,
    });
  });

  it('and that is cancelled as its client asked ends its task as cancelled', async () => {
    const story = await obey({ ...failureBy('cancelled'), isMade: undefined }, 'failed', async (id) => {
      await pool.query('update tasks set cancel_requested_at = now() where id = $1', [id]);
      // No offer is left.
      await pool.query(
        `insert into attempts (task_id, epoch, provider, offer, account_id, key_id, model, usual_seconds, state, reason, ended_at)
         select task_id, 0, 'fal', 'fal', account_id, key_id, model, 1, 'failed', 'failed', now() from attempts where task_id = $1`,
        [id],
      );
    });
    expect(story).toMatchObject({ state: 'cancelled', error: 'task_cancelled', attempts: 2 });
  });
});

describe('an attempt that its provider refused', () => {
  it.each(['lost', 'unreadable'] as const)('by %s releases its task at once', async (reason) => {
    const story = await obey(failureBy(reason), 'rejected');
    expect(story).toMatchObject({ state: 'running', attempt: 'rejected', reason });
    expect(story.backMs).toBeLessThanOrEqual(0);
  });

  it('takes a template that is gone out of the list', async () => {
    const before = retired.length;
    await obey(failureBy('template_gone'), 'rejected');
    expect(retired.slice(before)).toEqual([MODEL]);
  });
});

/** Earlier attempts of a task, which has an epoch beyond them. */
async function addTries(id: string, count: number, state: string, reason: FailureReason | null) {
  await pool.query(
    `insert into attempts (task_id, epoch, provider, offer, account_id, key_id, model, usual_seconds, state, reason, ended_at)
     select task_id, -n, 'ark', 'ark', account_id, key_id, model, 1, $3, $4, now()
     from attempts, generate_series(1, $2) n where task_id = $1`,
    [id, count, state, reason],
  );
}

describe('a task that has had many attempts', () => {
  it.each([
    ['unavailable', 'provider_unavailable'],
    ['failed', 'generation_failed'],
  ] as const)('ends with the fifth that counts, by %s as %s', async (reason, error) => {
    const tries = ATTEMPTS_MAX - 1;
    const story = await obey(failureBy(reason), 'failed', (id) =>
      addTries(id, tries, 'failed', 'unavailable'),
    );
    expect(story).toMatchObject({ state: 'failed', error });
  });

  it.each([
    ['failed', 'rate_limited'],
    ['abandoned', null],
  ] as const)('goes on where they were %s (%s), which do not count as tries', async (state, reason) => {
    const story = await obey(failureBy('unavailable'), 'failed', (id) => addTries(id, 10, state, reason));
    expect(story).toMatchObject({ state: 'running' });
  });

  it('ends after 50, however they ended, and not before', async () => {
    const task = await claimed();
    expect(await verdicts.endIfTriedTooOften(task)).toBe(false);
    await addTries(task.id, ATTEMPTS_ALL_MAX, 'abandoned', null);
    expect(await verdicts.endIfTriedTooOften(task)).toBe(true);
    const message = `Given up after ${ATTEMPTS_ALL_MAX} attempts`;
    expect(await storyOf(task.id)).toMatchObject({ state: 'failed', error: 'generation_failed', message });
  });
});
