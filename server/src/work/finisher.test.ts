// How a task ends whose attempt at a provider has ended, each way once: with its files and its money.
import { describe, expect, it } from 'vitest';
import { makeMedia } from '../lib/testing-media.ts';
import type { Failure, Output, Success } from '../providers/contract.ts';
import { describeUnfetched } from './outcome.ts';
import { createStage, HOLD } from './testing.ts';

const stage = await createStage();
const { api, finisher, seen, resting, claimed, endTask, look, age, storyOf } = stage;
const { pool, files } = api.core;
const HOUR_SECONDS = 3_600;
const FAILED: Failure = { reason: 'failed', message: 'broken' };
const UNREADABLE: Failure = { reason: 'unreadable', message: 'odd' };

function resultOf(...outputs: Output[]): Success {
  return { outputs, usage: { seed: 1 }, modelVersion: 'scripted-1' };
}

/** A video of some bytes. One of no bytes is a video that its provider has not stored yet. */
async function video(bytes = makeMedia('video/mp4', 4_096)): Promise<Output> {
  return { kind: 'video', contentType: 'video/mp4', path: await files.stageBytes(bytes) };
}

async function missingPicture(): Promise<Output> {
  return { kind: 'image', contentType: 'image/png', path: await files.stageBytes(Buffer.alloc(0)) };
}

const NOT_YET = Buffer.alloc(0);
/** An address at which no result may lie. */
const FORBIDDEN: Output = { kind: 'video', contentType: 'video/mp4', url: 'http://127.0.0.1:9/a.mp4' };

async function succeed(id: string, ...outputs: Output[]) {
  await finisher.succeed(await look(id), resultOf(...outputs), seen);
  return storyOf(id);
}

describe('a task whose provider made it', () => {
  it('is stored and charged', async () => {
    const story = await succeed(await resting(), await video());
    expect(story).toMatchObject({ state: 'succeeded', error: null, captured: HOLD, files: 1, loss: null });
    expect(story).toMatchObject({ attempt: 'succeeded', ended: true });
  });

  it('rests while its file is not there yet, and is asked about again', async () => {
    const story = await succeed(await resting(), await video(NOT_YET));
    expect(story).toMatchObject({ state: 'storing', ended: false, backMs: null, files: 0 });
    expect(story.events).toContain('attempt.unfetched');
  });

  it('ends without a charge when the file did not come in time, and the attempt stays open', async () => {
    const id = await resting();
    await succeed(id, await video(NOT_YET));
    await age(id, 'made_at', 24 * HOUR_SECONDS);
    const story = await succeed(id, await video(NOT_YET));
    expect(story).toMatchObject({ state: 'failed', error: 'generation_failed', captured: 0n, ended: false });
    expect(story.message).toMatch(describeUnfetched('video'));
  });

  it('ends when its file can never be fetched, and the loss is booked', async () => {
    const story = await succeed(await resting(), FORBIDDEN);
    expect(story).toMatchObject({ state: 'failed', error: 'generation_failed', captured: 0n, loss: HOLD });
    expect(story).toMatchObject({ attempt: 'failed', reason: 'unreadable', ended: true });
  });

  it('waits for a picture beside its video, and is delivered without it after a while', async () => {
    const id = await resting();
    expect(await succeed(id, await video(), await missingPicture())).toMatchObject({ state: 'storing' });
    await age(id, 'made_at', HOUR_SECONDS);
    // The video is kept: it is not fetched a second time.
    const again = await succeed(id, FORBIDDEN, await missingPicture());
    expect(again).toMatchObject({ state: 'succeeded', files: 1, captured: HOLD });
    expect(again.events).toContain('task.output_missing');
  });

  it('rests as it was when its download is broken off', async () => {
    const id = await resting();
    stage.onHold.call = (claim) => claim.stop('shutdown');
    const story = await succeed(id, await video(NOT_YET)).finally(() => {
      stage.onHold.call = () => undefined;
    });
    expect(story).toMatchObject({ state: 'storing', ended: false });
    expect(story.events).not.toContain('attempt.unfetched');
  });

  it('is left to the worker that has it', async () => {
    const { id } = await claimed();
    const story = await succeed(id, await video());
    expect(story).toMatchObject({ state: 'running', ended: false, files: 0 });
  });
});

describe('a task that has ended', () => {
  it('gets a late result free, and the loss is booked', async () => {
    const id = await resting();
    await endTask(id);
    const story = await succeed(id, await video());
    expect(story).toMatchObject({ state: 'expired', captured: 0n, files: 1, loss: HOLD });
    expect(story).toMatchObject({ attempt: 'succeeded', ended: true });
    expect(story.events).toContain('task.late_result');
  });

  it('gets no result if its client has cancelled it', async () => {
    const id = await resting();
    await endTask(id, 'cancelled');
    expect(await succeed(id, await video())).toMatchObject({ state: 'cancelled', files: 0, loss: HOLD });
  });

  it('has its late file asked for again', async () => {
    const id = await resting();
    await endTask(id);
    const story = await succeed(id, await video(NOT_YET));
    expect(story).toMatchObject({ files: 0, loss: null, ended: false });
  });

  it('costs nothing when its attempt fails late', async () => {
    const id = await resting();
    await endTask(id);
    await finisher.fail(await look(id), FAILED);
    expect(await storyOf(id)).toMatchObject({ state: 'expired', attempt: 'failed', ended: true, loss: null });
  });

  it('is booked when its provider made it and then says that it failed', async () => {
    const id = await resting();
    await endTask(id);
    await finisher.fail(await look(id), { ...FAILED, isMade: true });
    expect(await storyOf(id)).toMatchObject({ attempt: 'succeeded', ended: true, loss: HOLD, files: 0 });
  });

  it('is closed when its provider has no record of it any more, and booked if it was made', async () => {
    const [unmade, made] = [await resting(), await resting()];
    await pool.query('update attempts set made_at = now() where task_id = $1', [made]);
    for (const id of [unmade, made]) {
      await endTask(id);
      await finisher.late.close(await look(id), 'never ended');
    }
    expect(await storyOf(unmade)).toMatchObject({ attempt: 'abandoned', ended: true, loss: null });
    expect(await storyOf(made)).toMatchObject({ attempt: 'succeeded', ended: true, loss: HOLD });
  });
});

describe('a task whose provider failed', () => {
  it('goes to the next offer', async () => {
    const id = await resting();
    await finisher.fail(await look(id), FAILED);
    const story = await storyOf(id);
    expect(story).toMatchObject({ state: 'running', attempt: 'failed', reason: 'failed', ended: true });
    expect(story.backMs).toBeLessThanOrEqual(0);
  });
});

describe('a task whose start was lost', () => {
  it('is followed once it is found', async () => {
    const id = await resting('unknown');
    await finisher.adopt(await look(id), { id: 'found' });
    const story = await storyOf(id);
    expect(story).toMatchObject({ state: 'running', attempt: 'accepted', ended: false });
    expect(story.events).toContain('attempt.accepted');
  });

  it('is released when nothing was started', async () => {
    const id = await resting('unknown');
    await finisher.giveBack(await look(id));
    const story = await storyOf(id);
    expect(story).toMatchObject({ state: 'running', attempt: 'abandoned', ended: true });
    expect(story.backMs).toBeLessThanOrEqual(0);
  });

  it('ends as unknown when it is given up, and its attempt ends with the record of the provider', async () => {
    const id = await resting('unknown');
    await finisher.giveUp(await look(id), 1);
    expect(await storyOf(id)).toMatchObject({ error: 'outcome_unknown', captured: 0n, ended: false });
    await finisher.giveUp(await look(id), 1);
    expect(await storyOf(id)).toMatchObject({ ended: false });
    await age(id, 'created_at', HOUR_SECONDS + 1);
    await finisher.giveUp(await look(id), 1);
    expect(await storyOf(id)).toMatchObject({ attempt: 'unknown', ended: true, loss: null });
  });

  it('has its attempt ended when nothing was started and the task is over', async () => {
    const id = await resting('unknown');
    await endTask(id);
    await finisher.giveBack(await look(id));
    expect(await storyOf(id)).toMatchObject({ state: 'expired', attempt: 'abandoned', ended: true });
  });
});

describe('a task whose provider gives no useful answer', () => {
  it.each([
    [false, 'failed', 'outcome_unknown'],
    [true, 'cancelled', 'task_cancelled'],
  ])('ends when it cannot be read for too long (cancelled: %s)', async (isCancelled, state, error) => {
    const id = await resting();
    if (isCancelled) await pool.query('update tasks set cancel_requested_at = now() where id = $1', [id]);
    await finisher.giveUpUnreadable(await look(id), UNREADABLE);
    expect(await storyOf(id)).toMatchObject({ state, error, captured: 0n, ended: false, loss: null });
  });

  it('ends as made when its file is given up', async () => {
    const id = await resting();
    await finisher.giveUpResult(await look(id), UNREADABLE);
    const story = {
      error: 'generation_failed',
      message: describeUnfetched('video'),
      ended: false,
      loss: null,
    };
    expect(await storyOf(id)).toMatchObject(story);
  });
});
