// What still comes of the attempt of a task that has ended. Its client has read that it failed and got the credits back:
// a late success is delivered free, and what it would have cost is booked as a loss, in one transaction. Nobody holds a
// lease on what is late; the transaction lets one of many who saw it act.
import type { PoolClient } from 'pg';
import { withTransaction } from '../db/pool.ts';
import type { Failure, Success } from '../providers/contract.ts';
import { bookLoss } from '../tasks/settle.ts';
import type { TaskRow } from '../tasks/task.ts';
import { readTasksById } from '../tasks/tasks.store.ts';
import {
  attachLate,
  endAttempt,
  endLateAttempt,
  type LateSuccess,
  type Look,
  postponeLook,
} from './looks.store.ts';
import { wordsForOperator } from './outcome.ts';
import { pauseBeforeFetch } from './patience.ts';
import { attemptOf, costsOf, type RemoteOptions } from './remote.ts';
import { failureOf, fetchResult, rememberResult, type Seen, type SeenEnding } from './results.ts';

export class LateResults {
  readonly #options: RemoteOptions;
  readonly #stopping: AbortSignal;
  /** Attempts whose late files are being fetched: no look may begin that a second time. */
  readonly #fetching = new Set<string>();

  /** @param parts.stopping aborted when the process stops. */
  constructor({ options, stopping }: { options: RemoteOptions; stopping: AbortSignal }) {
    this.#options = options;
    this.#stopping = stopping;
  }

  /** A late success is stored, attached and booked. No look may begin to fetch its files while another one does. */
  async succeed(look: Look, success: Success, seen: Seen): Promise<void> {
    const name = `${look.task_id} ${look.epoch}`;
    if (this.#fetching.has(name)) return;
    this.#fetching.add(name);
    const ending = { ...seen, signal: this.#stopping };
    await this.#deliver(look, success, ending).finally(() => this.#fetching.delete(name));
  }

  async fail(look: Look, failure: Failure): Promise<void> {
    const detail = wordsForOperator(failure);
    if (failure.isMade === true || look.made_seconds !== null) return this.#bookUnfetched(look, detail);
    const end = { state: 'failed', detail, reason: failure.reason } as const;
    await endAttempt(this.#options.pool, attemptOf(look), end);
  }

  /** Ends the attempt of an ended task whose record at the provider is gone; what was made is booked. */
  async close(look: Look, detail: string): Promise<void> {
    if (look.made_seconds !== null) return this.#bookUnfetched(look, detail);
    await endAttempt(this.#options.pool, attemptOf(look), { state: 'abandoned', detail });
  }

  /** The client has read that it failed and got the credits back, so a late result is free. */
  async #deliver(look: Look, success: Success, seen: SeenEnding): Promise<void> {
    const { pool } = this.#options;
    const [task] = await readTasksById(pool, [look.task_id]);
    if (!task) return;
    const isWanted = task.state === 'expired' || task.state === 'failed';
    const asked = isWanted ? success : { ...success, outputs: [] };
    const fetched = await fetchResult(this.#options, { task, look, success: asked }, seen);
    const { step } = fetched;
    if (step === 'broken_off') return;
    if (step === 'wait') {
      await rememberResult(this.#options, look, { used: success.used, fetched });
      await postponeLook(pool, attemptOf(look), pauseBeforeFetch(look.made_seconds ?? 0, true));
      return;
    }
    const isComplete = step === 'deliver';
    await this.#book(task, look, {
      outputs: isComplete ? fetched.kept.map(({ output }) => output) : [],
      usage: success.usage,
      used: success.used,
      detail: isComplete ? undefined : wordsForOperator(failureOf(fetched)),
    });
  }

  /** Something was made for an ended task and cannot be fetched: nothing is delivered, and the loss is booked. */
  async #bookUnfetched(look: Look, detail: string): Promise<void> {
    const [task] = await readTasksById(this.#options.pool, [look.task_id]);
    if (task) await this.#book(task, look, { outputs: [], usage: {}, used: look.used ?? undefined, detail });
  }

  async #book(
    task: TaskRow,
    look: Look,
    what: Pick<LateSuccess, 'outputs' | 'usage' | 'used' | 'detail'>,
  ): Promise<void> {
    const { pool, changes, log } = this.#options;
    const { costNanos, lossMicros } = costsOf(this.#options.market, task, look, what.used);
    const late = { ...attemptOf(look), ...what, costNanos };
    const isDelivered = await withTransaction(pool, (client) =>
      this.#write(client, { task, late, lossMicros }),
    );
    log.warn({ taskId: task.id, epoch: look.epoch, delivered: isDelivered }, 'attempt.late_success');
    changes.announce([task.id]);
  }

  async #write(
    client: PoolClient,
    { task, late, lossMicros }: { task: TaskRow; late: LateSuccess; lossMicros: bigint },
  ): Promise<boolean> {
    if (!(await endLateAttempt(client, late))) return false;
    await bookLoss(client, task, { epoch: late.epoch, lossMicros });
    if (!(await attachLate(client, late))) return false;
    const { callback_url: url, account_id: accountId } = task;
    if (url !== null) {
      const testMode = task.book === 'test';
      const item = { taskId: task.id, accountId, url, testMode, copies: 1, occasion: 'late' } as const;
      await this.#options.callbacks.enqueue(client, [item]);
    }
    return true;
  }
}
