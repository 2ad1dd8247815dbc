// Callbacks: posts to receivers that a task has ended or that a balance is low, at least once, and logs every try. A
// callback is written in the transaction of its cause, and each further try in the one that records the try before it, so
// that a crash at any moment leaves neither an end without its callback nor a callback without its next try.
//
// A callback is pending → delivered (2xx) | gone (410) | failed (tries used up, or no try can succeed). A replay can
// turn failed or gone into delivered.
import type { PoolClient } from 'pg';
import { type Batched, batched } from '../db/batched.ts';
import { addJobs, type JobHandler, type NewJob } from '../db/jobs.ts';
import { repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { reach } from '../lib/failpoints.ts';
import { isUuid, newId } from '../lib/ids.ts';
import { SECOND_MS } from '../lib/time.ts';
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
  readCallback,
  readLastDeliveries,
  readSendable,
  recordDeliveries,
  type SendableRow,
} from './callbacks.store.ts';
import type { Outcome } from './delivery.ts';
import type { CallbacksOptions } from './options.ts';
import { createJob, DELIVER_JOB, type DeliveryPayload, parsePayload } from './payload.ts';
import { Receivers, receiverOf, type Visit } from './receivers.ts';
import { replayFailed, replayOne, TRIES_MAX } from './replays.ts';
import { delayBeforeNextMs } from './schedule.ts';
import { CallbackSecrets } from './secrets.ts';
import { Sender, type Sent, type TriedOut } from './sender.ts';

import { formatSecret } from './signature.ts';

export type { CallbackOwner, CallbackRow, CallbackState, DeliveryRow, Occasion } from './callbacks.store.ts';
export type { CallbacksOptions } from './options.ts';
export type { TriedOut } from './sender.ts';

/** A callback with its tries, and what a try posts now; null once its task is no longer stored. */
export interface CallbackInFull {
  callback: CallbackRow;
  deliveries: DeliveryRow[];
  body: string | null;
}

export interface SecretInShort {
  /** Its last characters. */
  end: string;
  createdAt: Date | null;
  /** Until then an earlier secret signs beside it; null when none does. */
  earlierUntil: Date | null;
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
const ERROR_CHARACTERS_MAX = 500;
const SECRET_END_CHARACTERS = 4;

export class Callbacks {
  /** What the job runner has to run, in each process that sends callbacks. */
  readonly jobHandlers: Record<string, JobHandler>;
  readonly #options: CallbacksOptions;
  readonly #secrets: CallbackSecrets;
  readonly #sender: Sender;
  readonly #receivers: Receivers;
  readonly #load: Batched<string, SendableRow | undefined>;
  readonly #record: Batched<DeliveryRecord & { url: string }, void>;
  readonly #postpone: Batched<NewJob, void>;

  constructor(options: CallbacksOptions) {
    const { pool } = options;
    this.#options = options;
    this.#secrets = new CallbackSecrets(pool, options.secretKey);
    this.#sender = new Sender(options, this.#secrets);
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

  /** The last try of each of these callbacks that has one. */
  lastDeliveriesOf(callbacks: readonly CallbackRow[]): Promise<Map<string, DeliveryRow>> {
    const ids = callbacks.map(({ id }) => id);
    return readLastDeliveries(this.#options.pool, ids);
  }

  /** The tries of a callback, first to last; undefined when the owner has no such callback. */
  async deliveriesOf(callbackId: string, owner?: CallbackOwner): Promise<DeliveryRow[] | undefined> {
    const callback = await this.#find(callbackId, owner);
    return callback && (await listDeliveries(this.#options.pool, callbackId, TRIES_MAX));
  }

  /**
   * Sends a callback once more, now, under the same webhook-id; the log is kept and the schedule goes on. False when the
   * owner has no such callback.
   * @throws AppError `rate_limited` when that was asked for a moment ago, from any node; `validation_failed` for one that
   * was sent a thousand times.
   */
  async replay(callbackId: string, owner?: CallbackOwner): Promise<boolean> {
    return isUuid(callbackId) && (await replayOne(this.#options.pool, callbackId, owner));
  }

  /**
   * Sends callbacks of an owner that were given up once more, oldest first, up to five hundred; those that were sent again
   * a moment ago are left out. @returns how many.
   */
  replayFailed(owner: CallbackOwner): Promise<number> {
    return replayFailed(this.#options.pool, owner);
  }

  /** A callback with what a try of it posts now; undefined when the owner has no such callback. */
  async read(callbackId: string, owner: CallbackOwner): Promise<CallbackInFull | undefined> {
    const callback = await this.#find(callbackId, owner);
    if (callback === undefined) return undefined;
    const [deliveries, sendable] = await Promise.all([
      listDeliveries(this.#options.pool, callbackId, TRIES_MAX),
      this.#load(callbackId),
    ]);
    const posting = sendable && (await this.#sender.bodyOf(sendable));
    return { callback, deliveries, body: posting?.body ?? null };
  }

  /**
   * Posts a signed text to an address once, as a callback would be, and keeps nothing of it.
   * @throws AppError `rate_limited` while the receiver has as many posts as it may get.
   */
  async tryOut(owner: CallbackOwner, message: { url: string; body: string }): Promise<TriedOut> {
    const admission = await this.#receivers.admit(receiverOf(message.url));
    if ('postponeMs' in admission) {
      const retryAfterSeconds = Math.ceil(admission.postponeMs / SECOND_MS);
      throw new AppError('rate_limited', { retryAfterSeconds });
    }
    const { visit } = admission;
    try {
      const tried = await this.#sender.tryOut(owner, message);
      visit.report(tried.durationMs);
      return tried;
    } finally {
      visit.end();
    }
  }

  /** What may be shown of the owner's secret without showing it. */
  async describeSecret(owner: CallbackOwner): Promise<SecretInShort> {
    const secret = formatSecret(await this.#secrets.readCurrent(owner));
    return { end: secret.slice(-SECRET_END_CHARACTERS), ...(await this.#secrets.readTimes(owner)) };
  }

  /** The owner's signing secret as `whsec_…`, made on first use. */
  async readSecret(owner: CallbackOwner): Promise<string> {
    return formatSecret(await this.#secrets.readCurrent(owner));
  }

  /** The same for a person who asks to see it, which leaves a line in the audit log. */
  async revealSecret(owner: CallbackOwner): Promise<string> {
    return formatSecret(await this.#secrets.reveal(owner));
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
      const sent = await this.#sender.send(row, visit, signal);
      reach(this.#options.failpoint, 'after-callback');
      visit.report(sent.durationMs);
      return { row, sent };
    } finally {
      visit.end();
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
