// Callbacks that are sent once more because somebody asked, with the bounds of that. A replay is a try like another: it
// has the webhook-id of the callback, and the log and the schedule go on.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { addJobs } from '../db/jobs.ts';
import { repeatLost } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import {
  type CallbackOwner,
  lockForReplay,
  markFailedReplayed,
  markReplayed,
  type ReplayableRow,
} from './callbacks.store.ts';
import { createJob } from './payload.ts';
import { receiverOf } from './receivers.ts';

/** The log of a callback has a bound. */
export const TRIES_MAX = 1_000;
const REPLAY_EVERY_SECONDS = 10;
const REPLAYS_MAX = 500;

/**
 * Adds a try of a callback. @returns false when the owner has no such callback.
 * @throws AppError `rate_limited` when that was asked for a moment ago, `validation_failed` for one with a full log.
 */
export async function replayOne(
  pool: Pool,
  callbackId: string,
  owner: CallbackOwner | undefined,
): Promise<boolean> {
  const replayId = newId();
  const write = async (client: PoolClient): Promise<boolean> => {
    const callback = await lockForReplay(client, callbackId, owner);
    if (callback === undefined) return false;
    // An earlier run, whose answer was lost, has added it.
    if (callback.replay_id === replayId) return true;
    checkReplay(callback);
    await markReplayed(client, callbackId, replayId);
    const receiver = receiverOf(callback.url);
    await addJobs(client, [createJob({ callbackId, step: 0, trigger: 'replay', receiver })]);
    // What a client does with its own callbacks is no act of an operator.
    if (owner === undefined) await recordAct(client, { action: 'callback.replay', subject: callbackId });
    return true;
  };
  return await repeatLost(() => withTransaction(pool, write));
}

/** Adds a try of each callback of an owner that was given up, oldest first, up to a bound. @returns how many. */
export async function replayFailed(pool: Pool, owner: CallbackOwner): Promise<number> {
  const bounds = {
    replayId: newId(),
    everySeconds: REPLAY_EVERY_SECONDS,
    triesMax: TRIES_MAX,
    limit: REPLAYS_MAX,
  };
  const write = async (client: PoolClient): Promise<number> => {
    const marked = await markFailedReplayed(client, owner, bounds);
    const jobs = marked.map(({ id: callbackId, url }) =>
      createJob({ callbackId, step: 0, trigger: 'replay', receiver: receiverOf(url) }),
    );
    await addJobs(client, jobs);
    return marked.length;
  };
  return await repeatLost(() => withTransaction(pool, write));
}

function checkReplay({ replayed_seconds: secondsAgo, tries }: ReplayableRow): void {
  if (tries >= TRIES_MAX) {
    const errors = [`callback_id: was sent ${tries} times, which is the most`];
    throw new AppError('validation_failed', { errors });
  }
  // In the future after the clock was set back: then it is not known how long ago that was.
  if (secondsAgo === null || secondsAgo < 0 || secondsAgo >= REPLAY_EVERY_SECONDS) return;
  const retryAfterSeconds = Math.ceil(REPLAY_EVERY_SECONDS - secondsAgo);
  throw new AppError('rate_limited', {
    message: `This callback was sent again a moment ago; that is possible once in ${REPLAY_EVERY_SECONDS} s, try again in ${retryAfterSeconds} s`,
    retryAfterSeconds,
  });
}
