// The end of a task that was made at a provider: its files are fetched and stored, then it is settled; or it fails, or
// goes on to the next offer. The finisher first takes the task by a new epoch: if many saw the end, only one acts.
import { logFault } from '../db/log-fault.ts';
import { reach } from '../lib/failpoints.ts';
import { SECOND_MS } from '../lib/time.ts';
import type { Failure, Reference, Success } from '../providers/contract.ts';
import { type AttemptEnd, insertEvent } from '../tasks/attempts.store.ts';
import { LEASE_MS, type TaskFailure, type TaskRow } from '../tasks/task.ts';
import { releaseTask } from '../tasks/tasks.store.ts';
import type { Claim, ClaimKeeper, StopReason } from './claim.ts';
import { LateResults } from './late.ts';
import { endAttempt, type Look, parkTask, recordAccepted } from './looks.store.ts';
import { describeForLog, describeUnfetched } from './outcome.ts';
import { pauseBeforeFetch } from './patience.ts';
import { attemptOf, chargeOfTask, costsOf, type RemoteOptions, type RemoteWrites } from './remote.ts';
import {
  type Fetched,
  failureOf,
  fetchResult,
  rememberResult,
  type Seen,
  type SeenEnding,
} from './results.ts';
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
  /** For the attempts of tasks that have ended. */
  readonly late: LateResults;
  readonly #options: RemoteOptions;
  readonly #writes: RemoteWrites;
  readonly #verdicts: Verdicts;
  readonly #keeper: ClaimKeeper;

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
    this.late = new LateResults(parts);
  }

  /** Stores what the provider made and settles the task; a task that has ended gets it late. */
  async succeed(look: Look, success: Success, seen: Seen): Promise<void> {
    if (look.task_ended) return this.late.succeed(look, success, seen);
    const work = (task: TaskRow, signal: AbortSignal) =>
      this.#store(task, look, success, { ...seen, signal });
    await this.#withTask(look, work, { storing: true });
  }

  async fail(look: Look, failure: Failure): Promise<void> {
    if (look.task_ended) return this.late.fail(look, failure);
    await this.#withTask(look, (task) =>
      this.#verdicts.obey(
        task,
        failure,
        failedAttempt(look),
        costsOf(this.#options.market, task, look, look.used ?? undefined),
      ),
    );
  }

  /** Records the reference of a lost start that was found. */
  async adopt(look: Look, reference: Reference): Promise<void> {
    const accepted = { ...attemptOf(look), provider: look.provider, reference, lookMs: 0 };
    await recordAccepted(this.#options.pool, [accepted]);
    this.#options.changes.announce([look.task_id]);
  }

  /** The attempt never began: it is abandoned, and the task is assigned again. */
  async giveBack(look: Look): Promise<void> {
    const end = { state: 'abandoned', detail: 'the provider has no such job: nothing was started' } as const;
    if (look.task_ended) return void (await endAttempt(this.#options.pool, attemptOf(look), end));
    await this.#withTask(look, async (task) => {
      await endAttempt(this.#options.pool, attemptOf(look), end);
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
      await endAttempt(this.#options.pool, attemptOf(look), { state: 'unknown', detail: 'never found out' });
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
    const fetched = await fetchResult(this.#options, { task, look, success }, seen);
    switch (fetched.step) {
      case 'broken_off':
        await parkTask(pool, task, { epoch: look.epoch, lookMs: RETRY_MS });
        return;
      case 'deliver':
        return this.#deliver(task, look, success, fetched);
      case 'wait': {
        await rememberResult(this.#options, look, { used: success.used, fetched });
        const lookMs = pauseBeforeFetch(look.made_seconds ?? 0, false);
        const leastMs = seen.provider.facts.pollSecondsMin * SECOND_MS;
        await parkTask(pool, task, { epoch: look.epoch, lookMs: Math.max(lookMs, leastMs) });
        return;
      }
      case 'give_up':
        await rememberResult(this.#options, look, { used: success.used, fetched });
        this.#logGivenUp(look, failureOf(fetched), 'result.given_up');
        return this.#endUnfetched(task, look, failureOf(fetched).message);
      case 'refuse': {
        const failure: Failure = { ...failureOf(fetched), reason: 'unreadable', isMade: true };
        const costs = costsOf(this.#options.market, task, look, success.used);
        return this.#verdicts.obey(task, failure, failedAttempt(look), costs);
      }
    }
  }

  async #deliver(task: TaskRow, look: Look, success: Success, fetched: Fetched): Promise<void> {
    const { pool, settler, failpoint, market } = this.#options;
    reach(failpoint, 'after-store');
    for (const { kind } of fetched.missing) {
      // A missing picture beside a video, or beside other pictures, does not fail the task.
      const event = { name: 'task.output_missing', detail: { attempt: look.epoch, kind } };
      await insertEvent(pool, task, event);
    }
    market.learn(task.model, look.offer, look.age_seconds);
    const attempt: AttemptEnd = {
      ...attemptOf(look),
      state: 'succeeded',
      used: success.used,
      costNanos: costsOf(this.#options.market, task, look, success.used).costNanos,
    };
    await settler.succeed(task, {
      provider: look.provider,
      modelVersion: success.modelVersion,
      usage: success.usage,
      outputs: fetched.kept.map(({ output }) => output),
      usedMicros: chargeOfTask(this.#options, task, {
        offer: look.offer,
        used: success.used,
        files: fetched.kept.length,
      }),
      attempt,
    });
  }

  /** From now on the attempt is late: its file is delivered free if it comes, and the loss is booked in either case. */
  async #endUnfetched(task: TaskRow, look: Look, why?: string): Promise<void> {
    const message = describeUnfetched(this.#options.modalityOf(task.model), why);
    const end: TaskFailure = { state: 'failed', error: 'generation_failed', message };
    await this.#options.settler.fail(task, end, { provider: look.provider });
  }

  /** Logs an error for the operator, who has to look into it. */
  #logGivenUp(look: Look, failure: Failure | undefined, event: string): void {
    const { provider, credential_id: credentialId } = look;
    const described = failure && describeForLog(failure);
    this.#options.log.error({ ...attemptOf(look), provider, credentialId, ...described }, event);
  }
}

function failedAttempt({ epoch, provider, credential_id: credentialId }: Look) {
  return { epoch, state: 'failed', provider, credentialId } as const;
}
