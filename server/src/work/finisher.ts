// The end of a task that was made at a provider: its files are fetched and stored, then it is settled; or it fails, or
// goes on to the next offer. The finisher first takes the task by a new epoch: if many saw the end, only one acts.
import type { PoolClient } from 'pg';
import { chargeOf } from '../catalog/prices.ts';
import { recordLoss } from '../credits/credits.ts';
import { logFault } from '../db/log-fault.ts';
import { withTransaction } from '../db/pool.ts';
import { costOf } from '../dispatch/market.ts';
import { reach } from '../lib/failpoints.ts';
import { newId } from '../lib/ids.ts';
import { SECOND_MS } from '../lib/time.ts';
import type { Failure, Reference, Success } from '../providers/contract.ts';
import { type AttemptEnd, insertEvent } from '../tasks/attempts.store.ts';
import { LEASE_MS, type TaskFailure, type TaskRow } from '../tasks/task.ts';
import { readTasksById, releaseTask } from '../tasks/tasks.store.ts';
import type { Claim, ClaimKeeper, StopReason } from './claim.ts';
import {
  attachLate,
  endAttempt,
  endLateAttempt,
  type LateSuccess,
  type Look,
  parkTask,
  postponeLook,
  recordAccepted,
} from './looks.store.ts';
import { markMade } from './marks.store.ts';
import { describeForLog, describeUnfetched, wordsForOperator } from './outcome.ts';
import { type FetchStep, fetchSecondsMax, judgeMissing, pauseBeforeFetch } from './patience.ts';
import type { RemoteOptions, RemoteWrites } from './remote.ts';
import { type Fetched, fetchOutputs, type MissingOutput, type Seen, type SeenEnding } from './results.ts';
import type { Verdicts } from './verdicts.ts';

/** The pause before an end is tried again that a fault of the server broke off. */
const RETRY_MS = 5 * SECOND_MS;

/** A task that is being ended. A cancel comes too late for it; any other reason stops its download. */
class TakenBack implements Claim {
  readonly task: TaskRow;
  readonly needs = { kind: 'nothing' } as const;
  readonly started = true;
  readonly #stopping = new AbortController();

  constructor(task: TaskRow) {
    this.task = task;
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(reason: StopReason): void {
    if (reason !== 'cancel') this.#stopping.abort();
  }
}

const GIVEN_UP =
  'The answers of the provider about this task could not be read for too long, so it was given up; nothing was charged';

export class Finisher {
  readonly #options: RemoteOptions;
  readonly #writes: RemoteWrites;
  readonly #verdicts: Verdicts;
  readonly #keeper: ClaimKeeper;
  readonly #stopping: AbortSignal;
  /** Attempts whose late files are being fetched: no look may fetch them a second time. */
  readonly #late = new Set<string>();

  /** @param parts.stopping aborted when the process stops, since late results have no lease. */
  constructor(parts: {
    options: RemoteOptions;
    writes: RemoteWrites;
    verdicts: Verdicts;
    keeper: ClaimKeeper;
    stopping: AbortSignal;
  }) {
    this.#options = parts.options;
    this.#writes = parts.writes;
    this.#verdicts = parts.verdicts;
    this.#keeper = parts.keeper;
    this.#stopping = parts.stopping;
  }

  /** Stores what the provider made and settles the task; a task that has ended gets it late. */
  async succeed(look: Look, success: Success, seen: Seen): Promise<void> {
    if (look.task_ended) return this.#deliverOnce(look, success, { ...seen, signal: this.#stopping });
    const work = (task: TaskRow, signal: AbortSignal) =>
      this.#store(task, look, success, { ...seen, signal });
    await this.#withTask(look, work, { storing: true });
  }

  async fail(look: Look, failure: Failure): Promise<void> {
    const isMade = failure.isMade === true || look.made_seconds !== null;
    if (look.task_ended) {
      const detail = wordsForOperator(failure);
      if (isMade) return this.#bookUnfetched(look, detail);
      await endAttempt(this.#options.pool, nameOf(look), { state: 'failed', detail, reason: failure.reason });
      return;
    }
    await this.#withTask(look, (task) =>
      this.#verdicts.obey(
        task,
        failure,
        failedAttempt(look),
        this.#costsOf(task, look, look.used ?? undefined),
      ),
    );
  }

  /** Records the reference of a lost start that was found. */
  async adopt(look: Look, reference: Reference): Promise<void> {
    const accepted = { ...nameOf(look), provider: look.provider, reference, lookMs: 0 };
    await recordAccepted(this.#options.pool, [accepted]);
    this.#options.changes.announce([look.task_id]);
  }

  /** The attempt never began: it is abandoned, and the task is assigned again. */
  async giveBack(look: Look): Promise<void> {
    const end = { state: 'abandoned', detail: 'the provider has no such job: nothing was started' } as const;
    if (look.task_ended) return void (await endAttempt(this.#options.pool, nameOf(look), end));
    await this.#withTask(look, async (task) => {
      await endAttempt(this.#options.pool, nameOf(look), end);
      await releaseTask(this.#options.pool, task, 0);
      this.#options.changes.announceDue();
    });
  }

  /**
   * Ends a task whose start could not be looked up; what may still be made is the operator's loss. The attempt stays open
   * for a hint until the provider has surely forgotten it.
   */
  async giveUp(look: Look, recordHours: number): Promise<void> {
    if (look.task_ended) {
      if (look.age_seconds < recordHours * 3600) return;
      await endAttempt(this.#options.pool, nameOf(look), { state: 'unknown', detail: 'never found out' });
      return;
    }
    await this.#withTask(look, async (task) => {
      const message =
        'The provider did not say whether it took this task, so it was given up; nothing was charged';
      const why = { state: 'failed', error: 'outcome_unknown', message } as const;
      await this.#options.settler.fail(task, why, { provider: look.provider });
    });
  }

  /** Ends a task whose provider answers nothing that can be read. What may still be made is the operator's loss. */
  async giveUpUnreadable(look: Look, failure: Failure): Promise<void> {
    await this.#withTask(look, async (task) => {
      const isCancelled = task.cancel_requested_at !== null;
      const why: TaskFailure = {
        state: isCancelled ? 'cancelled' : 'failed',
        error: isCancelled ? 'task_cancelled' : 'outcome_unknown',
        message: GIVEN_UP,
      };
      this.#logGivenUp(look, failure, 'attempt.given_up');
      await this.#options.settler.fail(task, why, { provider: look.provider });
    });
  }

  /** Ends a task whose provider made it but whose file did not come in time. The file is still asked for, as late. */
  async giveUpResult(look: Look, failure?: Failure): Promise<void> {
    await this.#withTask(look, async (task) => {
      this.#logGivenUp(look, failure, 'result.given_up');
      await this.#endUnfetched(task, look);
    });
  }

  /** Ends the attempt of an ended task whose record at the provider is gone; what was made is booked. */
  async closeLate(look: Look, detail: string): Promise<void> {
    if (look.made_seconds !== null) return this.#bookUnfetched(look, detail);
    await endAttempt(this.#options.pool, nameOf(look), { state: 'abandoned', detail });
  }

  /** Works on a task that this call has taken; nothing happens when another worker has it. */
  async #withTask(
    look: Look,
    work: (task: TaskRow, signal: AbortSignal) => Promise<void>,
    { storing } = { storing: false },
  ): Promise<void> {
    const { nodeId } = this.#keeper;
    const task = await this.#writes.takeTask({
      id: look.task_id,
      epoch: look.epoch,
      nodeId,
      leaseMs: LEASE_MS,
      storing,
    });
    if (!task) return;
    const claim = new TakenBack(task);
    const done = work(task, claim.signal).catch(async (error) => {
      logFault(this.#options.log, error, { taskId: task.id, epoch: look.epoch }, 'task.finish_failed');
      await parkTask(this.#options.pool, task, { epoch: look.epoch, lookMs: RETRY_MS });
    });
    this.#keeper.hold(claim, done);
    await done;
  }

  async #store(task: TaskRow, look: Look, success: Success, seen: SeenEnding): Promise<void> {
    const { pool, failpoint } = this.#options;
    reach(failpoint, 'after-storing');
    const fetched = await this.#fetch(task, look, success, seen);
    switch (this.#stepFor(look, fetched, seen)) {
      case 'broken_off':
        await parkTask(pool, task, { epoch: look.epoch, lookMs: RETRY_MS });
        return;
      case 'deliver':
        return this.#deliver(task, look, success, fetched);
      case 'wait': {
        await this.#remember(look, success, fetched);
        const lookMs = pauseBeforeFetch(look.made_seconds ?? 0, false);
        const leastMs = seen.provider.facts.pollSecondsMin * SECOND_MS;
        await parkTask(pool, task, { epoch: look.epoch, lookMs: Math.max(lookMs, leastMs) });
        return;
      }
      case 'give_up':
        await this.#remember(look, success, fetched);
        this.#logGivenUp(look, failureOf(fetched), 'result.given_up');
        return this.#endUnfetched(task, look, failureOf(fetched).message);
      case 'refuse': {
        const failure: Failure = { ...failureOf(fetched), reason: 'unreadable', isMade: true };
        const costs = this.#costsOf(task, look, success.used);
        return this.#verdicts.obey(task, failure, failedAttempt(look), costs);
      }
    }
  }

  async #fetch(task: TaskRow, look: Look, { outputs }: Success, seen: SeenEnding): Promise<Fetched> {
    const fetched = await fetchOutputs(this.#options, task, { outputs, kept: look.kept ?? [] }, seen);
    for (const { kind, failure } of fetched.missing) {
      const { provider, credential_id: credentialId } = look;
      const line = { ...nameOf(look), provider, credentialId, kind, ...describeForLog(failure) };
      this.#options.log.warn(line, 'result.not_fetched');
    }
    return fetched;
  }

  /** A download that this process broke off says nothing of the file. */
  #stepFor(look: Look, { missing }: Fetched, { provider, signal }: SeenEnding): FetchStep | 'broken_off' {
    if (missing.length > 0 && signal?.aborted) return 'broken_off';
    const { resultMinutesMax } = this.#options;
    const { resultHours } = provider.facts;
    const secondsMax = fetchSecondsMax({ resultMinutesMax, resultHours }, look.task_ended);
    return judgeMissing(missing, { madeSeconds: look.made_seconds ?? 0, secondsMax });
  }

  /** Keeps what is known of a result whose files are not all there. */
  async #remember(look: Look, { used }: Success, fetched: Fetched): Promise<void> {
    const detail = wordsForOperator(failureOf(fetched));
    await markMade(this.#options.pool, { ...nameOf(look), detail, used, kept: fetched.kept });
    this.#options.changes.announce([look.task_id]);
  }

  async #deliver(task: TaskRow, look: Look, success: Success, fetched: Fetched): Promise<void> {
    const { pool, settler, failpoint, market } = this.#options;
    reach(failpoint, 'after-store');
    for (const { kind } of fetched.missing) {
      // The client asked for the video: a missing picture beside it does not fail the task.
      const event = { name: 'task.output_missing', detail: { attempt: look.epoch, kind } };
      await insertEvent(pool, task, event);
    }
    market.learn(task.model, look.offer, look.age_seconds);
    const attempt: AttemptEnd = {
      ...nameOf(look),
      state: 'succeeded',
      used: success.used,
      costNanos: this.#costsOf(task, look, success.used).costNanos,
    };
    await settler.succeed(task, {
      provider: look.provider,
      modelVersion: success.modelVersion,
      usage: success.usage,
      outputs: fetched.kept.map(({ output }) => output),
      usedMicros: chargeOf(market.findOffer(task.model, look.offer)?.charge, success.used, task.price),
      attempt,
    });
  }

  /** What an attempt that was made costs the operator, and what it would have cost the client. */
  #costsOf(task: Pick<TaskRow, 'model' | 'price'>, look: Look, used: Success['used']) {
    const offer = this.#options.market.findOffer(task.model, look.offer);
    return {
      used,
      costNanos: costOf(offer, used),
      lossMicros: chargeOf(offer?.charge, used, task.price),
    };
  }

  /** From now on the attempt is late: its file is delivered free if it comes, and the loss is booked in either case. */
  async #endUnfetched(task: TaskRow, look: Look, why?: string): Promise<void> {
    const message = describeUnfetched(why);
    const end: TaskFailure = { state: 'failed', error: 'generation_failed', message };
    await this.#options.settler.fail(task, end, { provider: look.provider });
  }

  /** Logs an error for the operator, who has to look into it. */
  #logGivenUp(look: Look, failure: Failure | undefined, event: string): void {
    const { provider, credential_id: credentialId } = look;
    const described = failure && describeForLog(failure);
    this.#options.log.error({ ...nameOf(look), provider, credentialId, ...described }, event);
  }

  async #deliverOnce(look: Look, success: Success, seen: SeenEnding): Promise<void> {
    const name = `${look.task_id} ${look.epoch}`;
    if (this.#late.has(name)) return;
    this.#late.add(name);
    await this.#deliverLate(look, success, seen).finally(() => this.#late.delete(name));
  }

  /** The client has read that it failed and got the credits back, so a late result is free. */
  async #deliverLate(look: Look, success: Success, seen: SeenEnding): Promise<void> {
    const { pool } = this.#options;
    const [task] = await readTasksById(pool, [look.task_id]);
    if (!task) return;
    const isWanted = task.state === 'expired' || task.state === 'failed';
    const fetched = isWanted ? await this.#fetch(task, look, success, seen) : { kept: [], missing: [] };
    const step = this.#stepFor(look, fetched, seen);
    if (step === 'broken_off') return;
    if (step === 'wait') {
      await this.#remember(look, success, fetched);
      await postponeLook(pool, nameOf(look), pauseBeforeFetch(look.made_seconds ?? 0, true));
      return;
    }
    const isComplete = step === 'deliver';
    await this.#bookLate(task, look, {
      outputs: isComplete ? fetched.kept.map(({ output }) => output) : [],
      usage: success.usage,
      used: success.used,
      detail: isComplete ? undefined : wordsForOperator(failureOf(fetched)),
    });
  }

  /** Something was made for an ended task and cannot be fetched: nothing is delivered, and the loss is booked. */
  async #bookUnfetched(look: Look, detail: string): Promise<void> {
    const [task] = await readTasksById(this.#options.pool, [look.task_id]);
    if (task)
      await this.#bookLate(task, look, { outputs: [], usage: {}, used: look.used ?? undefined, detail });
  }

  async #bookLate(
    task: TaskRow,
    look: Look,
    what: Pick<LateSuccess, 'outputs' | 'usage' | 'used' | 'detail'>,
  ): Promise<void> {
    const { pool, changes, log } = this.#options;
    const { costNanos, lossMicros } = this.#costsOf(task, look, what.used);
    const late = { ...nameOf(look), ...what, costNanos };
    const isDelivered = await withTransaction(pool, (client) =>
      this.#book(client, { task, late, lossMicros }),
    );
    log.warn({ taskId: task.id, epoch: look.epoch, delivered: isDelivered }, 'attempt.late_success');
    changes.announce([task.id]);
  }

  async #book(
    client: PoolClient,
    { task, late, lossMicros }: { task: TaskRow; late: LateSuccess; lossMicros: bigint },
  ): Promise<boolean> {
    if (!(await endLateAttempt(client, late))) return false;
    await recordLoss(client, {
      id: newId(),
      taskId: task.id,
      accountId: task.account_id,
      book: task.book,
      amount: lossMicros,
      reference: `late:${task.id}:${late.epoch}`,
    });
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

/** The failure that a result with missing files has: that of a needed file, if there is one. */
function failureOf({ missing }: { missing: readonly MissingOutput[] }): Failure {
  const first = missing.find(({ isNeeded }) => isNeeded) ?? missing[0];
  return first?.failure ?? { reason: 'unavailable', message: 'The result could not be fetched' };
}

function failedAttempt({ epoch, provider, credential_id: credentialId }: Look) {
  return { epoch, state: 'failed', provider, credentialId } as const;
}

function nameOf({ task_id: taskId, epoch }: Look): { taskId: string; epoch: number } {
  return { taskId, epoch };
}
