// Callbacks: posts to receivers that a task has ended or that a balance is low, at least once, and logs every try. A
// callback is written in the transaction of its cause, and each further try in the one that records the try before it, so
// that a crash at any moment leaves neither an end without its callback nor a callback without its next try.
//
// A callback is pending → delivered (2xx) | gone (410) | failed (tries used up, or no try can succeed). A replay can
// turn failed or gone into delivered.
import type { Pool, PoolClient } from 'pg';
import { type Batched, batched } from '../db/batched.ts';
import { addJobs, type JobHandler, type NewJob } from '../db/jobs.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { type Failpoint, reach } from '../lib/failpoints.ts';
import type { GuardedFetch } from '../lib/guarded-fetch.ts';
import { isUuid, newId } from '../lib/ids.ts';
import type { Book } from '../lib/money.ts';
import type { Clock, SteadyClock } from '../lib/time.ts';
import {
  type CallbackFilter,
  type CallbackOwner,
  type CallbackRow,
  type CallbackState,
  type DeliveryRecord,
  type DeliveryRow,
  deleteOldCallbacks,
  insertCallbacks,
  listCallbacks,
  listDeliveries,
  lockForReplay,
  markReplayed,
  type ReplayableRow,
  readCallback,
  readSendable,
  recordDeliveries,
  type SendableRow,
} from './callbacks.store.ts';
import { type Outcome, postCallback } from './delivery.ts';
import { createJob, DELIVER_JOB, type DeliveryPayload, parsePayload } from './payload.ts';
import { Receivers, receiverOf, type Visit } from './receivers.ts';
import { delayBeforeNextMs } from './schedule.ts';
import { CallbackSecrets } from './secrets.ts';

export type { CallbackOwner, CallbackRow, DeliveryRow } from './callbacks.store.ts';

import { formatSecret, signMessage } from './signature.ts';

export interface CallbacksOptions {
  pool: Pool;
  /** The way out for every receiver but those of the next field. */
  fetchPublic: GuardedFetch;
  /** The way out for test callbacks where this machine itself may be called. */
  fetchLoopback: GuardedFetch;
  /** Keys whose callbacks may go to this machine: none but where the server itself listens on loopback. */
  loopbackAllowedFor: readonly Book[];
  /** Seals the signing secrets at rest; at least 16 bytes. */
  secretKey: string | Uint8Array;
  /** The body: the task object of the query endpoint as JSON; undefined when the task is no longer stored. */
  renderBody: (taskId: string) => Promise<string | undefined>;
  /** What one host may be sent in ten seconds, by this process. */
  callbacksPer10s: number;
  clock: Clock;
  /** For the rates of receivers and the times of tries. */
  steady: SteadyClock;
  log: CallbacksLog;
  /** Called for every delivery, for metrics. */
  onDelivery?: (delivery: DeliveryReport) => void;
  failpoint?: Failpoint;
}

/** The part of a pino logger that callbacks use. */
export interface CallbacksLog {
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
  error: (fields: object, message: string) => void;
}

export interface DeliveryReport {
  outcome: Outcome['kind'];
  durationMs: number;
}

interface Sent {
  outcome: Outcome;
  sentAtMs: number;
  durationMs: number;
}

export interface CallbackItem {
  taskId: string;
  accountId: string;
  url: string;
  testMode: boolean;
  /** How often the same callback is sent from the start; more than once only to try out a receiver. */
  copies: number;
  /** A task has one callback about its end, and one about a result that came after it. Default `end`. */
  occasion?: 'end' | 'late';
}

/** A callback about no task. */
export interface NoticeItem {
  accountId: string;
  url: string;
  testMode: boolean;
  occasion: 'balance';
  /** JSON. */
  body: string;
}

const batch = { concurrency: 2 };
const DELIVERIES_MAX = 1_000;
const ERROR_CHARACTERS_MAX = 500;

export class Callbacks {
  /** What the job runner has to run, in each process that sends callbacks. */
  readonly jobHandlers: Record<string, JobHandler>;
  readonly #options: CallbacksOptions;
  readonly #secrets: CallbackSecrets;
  readonly #receivers: Receivers;
  readonly #load: Batched<string, SendableRow | undefined>;
  readonly #record: Batched<DeliveryRecord & { url: string }, void>;
  readonly #postpone: Batched<NewJob, void>;

  constructor(options: CallbacksOptions) {
    const { pool } = options;
    this.#options = options;
    this.#secrets = new CallbackSecrets(pool, options.secretKey);
    this.#receivers = new Receivers(options.steady, options.callbacksPer10s);
    this.jobHandlers = { [DELIVER_JOB]: (payload, signal) => this.#deliver(parsePayload(payload), signal) };
    this.#load = batched(async (ids) => {
      const rows = await readSendable(pool, ids);
      return ids.map((id) => rows.get(id));
    }, batch);
    this.#record = batched((records, isRepeat) => this.#flushRecords(records, isRepeat), batch);
    this.#postpone = batched(async (jobs) => {
      await addJobs(pool, jobs);
      return jobs.map(() => undefined);
    }, batch);
  }

  /** Writes callbacks and their first tries in the caller's transaction. Two statements for any number of them. */
  async enqueue(client: PoolClient, items: readonly CallbackItem[]): Promise<void> {
    const callbacks = items.map((item) => ({
      ...item,
      occasion: item.occasion ?? ('end' as const),
      id: newId(),
    }));
    const written = await insertCallbacks(client, callbacks);
    const jobs = callbacks
      .filter(({ id }) => written.has(id))
      .flatMap(({ id, url, copies }) =>
        Array.from({ length: copies }, (_, copy) => {
          const trigger = copy === 0 ? 'schedule' : 'copy';
          return createJob({ callbackId: id, step: 0, trigger, receiver: receiverOf(url) });
        }),
      );
    await addJobs(client, jobs);
  }

  /** Writes a callback about no task, and its first try, in the caller's transaction. */
  async enqueueNotice(client: PoolClient, item: NoticeItem): Promise<void> {
    const id = newId();
    await insertCallbacks(client, [{ ...item, id }]);
    await addJobs(client, [
      createJob({ callbackId: id, step: 0, trigger: 'schedule', receiver: receiverOf(item.url) }),
    ]);
  }

  /** Callbacks, newest first. Without an owner those of all: for operators only. */
  async list(filter: CallbackFilter): Promise<CallbackRow[]> {
    const ids = [filter.owner?.accountId, filter.taskId, filter.before].filter((id) => id !== undefined);
    return ids.every(isUuid) ? await listCallbacks(this.#options.pool, filter) : [];
  }

  /** The tries of a callback, first to last; undefined when the owner has no such callback. */
  async deliveriesOf(callbackId: string, owner?: CallbackOwner): Promise<DeliveryRow[] | undefined> {
    const callback = await this.#find(callbackId, owner);
    return callback && (await listDeliveries(this.#options.pool, callbackId, DELIVERIES_MAX));
  }

  /**
   * Sends a callback once more, now, under the same webhook-id; the log is kept and the schedule goes on. False when the
   * owner has no such callback.
   * @throws AppError `rate_limited` when that was asked for a moment ago, from any node; `validation_failed` for one that
   * was sent a thousand times.
   */
  async replay(callbackId: string, owner?: CallbackOwner): Promise<boolean> {
    if (!isUuid(callbackId)) return false;
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
      return true;
    };
    return await repeatLost(() => withTransaction(this.#options.pool, write));
  }

  /** The owner's signing secret as `whsec_…`, made on first use. */
  async readSecret(owner: CallbackOwner): Promise<string> {
    return formatSecret(await this.#secrets.readCurrent(owner));
  }

  /** Replaces the secret and gives the new one; the old one signs beside it for the overlap. */
  async rotateSecret(owner: CallbackOwner, overlapHours = 24): Promise<string> {
    return formatSecret(await this.#secrets.rotate(owner, overlapHours));
  }

  /** Deletes up to `limit` callbacks that ended more than `days` ago, with their deliveries. Gives how many. */
  removeOldCallbacks(days: number, limit: number): Promise<number> {
    return deleteOldCallbacks(this.#options.pool, days, limit);
  }

  /** Nobody has a callback whose id is not one. */
  async #find(callbackId: string, owner: CallbackOwner | undefined): Promise<CallbackRow | undefined> {
    if (!isUuid(callbackId)) return undefined;
    return repeatRead(() => readCallback(this.#options.pool, callbackId, owner));
  }

  async #deliver(payload: DeliveryPayload, signal: AbortSignal): Promise<void> {
    const admission = await this.#receivers.admit(payload.receiver);
    if ('postponeMs' in admission) {
      await this.#postpone(createJob(payload, admission.postponeMs));
      return;
    }
    const { visit } = admission;
    const made = await this.#sendDuring(visit, payload, signal);
    // The place is free again before the try is recorded: a busy database is no fault of the receiver.
    if (made !== undefined) await this.#settle(made.row, payload, made.sent);
  }

  /** Undefined when there is nothing to send any more. */
  async #sendDuring(
    visit: Visit,
    payload: DeliveryPayload,
    signal: AbortSignal,
  ): Promise<{ row: SendableRow; sent: Sent } | undefined> {
    try {
      const row = await this.#load(payload.callbackId);
      if (row === undefined || !isWanted(row, payload)) return undefined;
      const sent = await this.#send(row, visit, signal);
      reach(this.#options.failpoint, 'after-callback');
      visit.report(sent.durationMs);
      return { row, sent };
    } finally {
      visit.end();
    }
  }

  async #send(callback: SendableRow, visit: Visit, signal: AbortSignal): Promise<Sent> {
    const { clock, steady, renderBody, fetchLoopback, fetchPublic, loopbackAllowedFor } = this.#options;
    const body =
      callback.body ?? (callback.task_id === null ? undefined : await renderBody(callback.task_id));
    const secrets = body === undefined ? undefined : await this.#openSecrets(callback);
    const sentAtMs = clock();
    if (body === undefined) {
      const outcome: Outcome = { kind: 'refused', error: 'The task is no longer stored.' };
      return { outcome, sentAtMs, durationMs: 0 };
    }
    if (secrets === undefined) {
      const outcome: Outcome = { kind: 'failed', error: 'The signing secret cannot be read; rotate it.' };
      return { outcome, sentAtMs, durationMs: 0 };
    }
    visit.weigh(Buffer.byteLength(body));
    const allowLoopback = loopbackAllowedFor.includes(callback.test_mode ? 'test' : 'live');
    const beganMs = steady();
    const outcome = await postCallback({
      url: callback.url,
      headers: signMessage({ id: callback.id, sentAtMs, body }, secrets),
      body,
      allowLoopback,
      fetch: allowLoopback ? fetchLoopback : fetchPublic,
      signal,
      clock,
    });
    return { outcome, sentAtMs, durationMs: Math.round(steady() - beganMs) };
  }

  /** Undefined when they do not open, as after the loss of the server's own secret. */
  async #openSecrets(callback: SendableRow): Promise<Buffer[] | undefined> {
    const { account_id: accountId, test_mode: testMode, sealed_secrets: sealed } = callback;
    const owner = { accountId, testMode };
    if (sealed.length === 0) return [await this.#secrets.readCurrent(owner)];
    try {
      return this.#secrets.openAll(sealed, owner);
    } catch (error) {
      this.#options.log.error({ err: error, accountId }, 'callback.secret_unreadable');
      return undefined;
    }
  }

  async #settle(callback: SendableRow, payload: DeliveryPayload, sent: Sent): Promise<void> {
    const { outcome, durationMs } = sent;
    const { trigger, step } = payload;
    const next = decideNext(outcome, step);
    await this.#record({
      callbackId: callback.id,
      url: callback.url,
      trigger,
      step,
      ...next,
      sentAtMs: sent.sentAtMs,
      durationMs,
      httpStatus: outcome.httpStatus ?? null,
      error: outcome.error?.slice(0, ERROR_CHARACTERS_MAX) ?? null,
      responseHead: outcome.responseHead ?? null,
    });
    this.#options.onDelivery?.({ outcome: outcome.kind, durationMs });
    const { id: callbackId, task_id: taskId, account_id: accountId } = callback;
    const fields = { callbackId, taskId, accountId, trigger, status: outcome.httpStatus, durationMs };
    const { log } = this.#options;
    if (outcome.kind === 'delivered') log.info(fields, 'callback.delivered');
    else if (next.state !== 'pending') log.warn({ ...fields, reason: outcome.error }, 'callback.failed');
    else log.info({ ...fields, reason: outcome.error, retryInMs: next.delayMs }, 'callback.deferred');
  }

  /** Records tries and adds the next ones in one transaction, those of one callback one after the other. */
  async #flushRecords(
    records: (DeliveryRecord & { url: string })[],
    isRepeat: boolean,
  ): Promise<undefined[]> {
    let waiting = records;
    while (waiting.length > 0) {
      const round = new Map(waiting.map((record) => [record.callbackId, record]));
      await withTransaction(this.#options.pool, async (client) => {
        const unfinished = await recordDeliveries(client, [...round.values()], isRepeat);
        const next = [...round.values()].filter(({ callbackId }) => unfinished.has(callbackId));
        await addJobs(client, next.map(nextJob));
      });
      waiting = waiting.filter((record) => round.get(record.callbackId) !== record);
    }
    return records.map(() => undefined);
  }
}

/** The log of a callback has a bound. */
const TRIES_MAX = DELIVERIES_MAX;
const REPLAY_EVERY_SECONDS = 10;

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

/** A scheduled try is wanted once: not when the callback has ended, nor when the try was recorded before a crash. */
function isWanted(callback: CallbackRow, payload: DeliveryPayload): boolean {
  if (payload.trigger !== 'schedule') return true;
  return callback.state === 'pending' && callback.scheduled_tries === payload.step;
}

function decideNext(outcome: Outcome, step: number): { state: CallbackState; delayMs: number | null } {
  if (outcome.kind === 'delivered' || outcome.kind === 'gone') return { state: outcome.kind, delayMs: null };
  if (outcome.kind === 'refused') return { state: 'failed', delayMs: null };
  const delayMs = delayBeforeNextMs({
    triesMade: step + 1,
    retryAfterMs: outcome.retryAfterMs,
    random: Math.random(),
  });
  return delayMs === undefined ? { state: 'failed', delayMs: null } : { state: 'pending', delayMs };
}

function nextJob(record: DeliveryRecord & { url: string }): NewJob {
  const { callbackId, step, trigger, url, delayMs } = record;
  return createJob({ callbackId, step: step + 1, trigger, receiver: receiverOf(url) }, delayMs ?? 0);
}
