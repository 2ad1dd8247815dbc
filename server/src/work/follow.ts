// One claim of a task, from the look at its last attempt to its end or its release. Breaking one of these rules costs
// money:
//   - an intent is committed before a provider is asked to start anything;
//   - an attempt whose answer was lost is looked up, never started again blindly;
//   - an attempt that ends its task is marked as ended by the settlement and not before, so that a crash between the
//     two leaves an attempt to look at again instead of a reason to begin a new one;
//   - every write names the epoch of the claim, so that a claim that was overtaken changes nothing any more.
import type { Pool } from 'pg';
import { repeatLost } from '../db/lost-answers.ts';
import { AppError, invariant } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { type Failpoint, reach } from '../lib/failpoints.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import type { Log } from '../lib/log.ts';
import { type Clock, pause, SECOND_MS } from '../lib/time.ts';
import type { Failure, LocalProvider, Reference, StartRequest, Success } from '../providers/contract.ts';
import * as attempts from '../tasks/attempts.store.ts';
import type { TaskChanges } from '../tasks/changes.ts';
import type { Settler } from '../tasks/settle.ts';
import { CANCELLED_BY, type StoredOutput, type TaskFailure, type TaskRow, tokenOf } from '../tasks/task.ts';
import { markStoring, releaseTask } from '../tasks/tasks.store.ts';
import type { Claim, ClaimNeeds, StopReason } from './claim.ts';
import { ATTEMPTS_ALL_MAX, ATTEMPTS_MAX, countTries, judge } from './outcome.ts';
import type { ProgressReports } from './progress.ts';
import { keepFile, type NamedOutput, stemOf } from './results.ts';

const POLL_MS = 500;
const RESOLVE_MS = SECOND_MS;
/** The pause before a result is stored again for which the disk had no room. */
const ROOM_PAUSE_MS = SECOND_MS;
/** The pause before a new attempt, when one has died with its process. */
const ORPHAN_PAUSE_MS = 500;

export interface FollowOptions {
  pool: Pool;
  files: Files;
  settler: Settler;
  changes: TaskChanges;
  log: Log;
  clock: Clock;
  /** The input of a task with the defaults of its model filled in. */
  fillInput: (model: string, input: JsonObject) => JsonObject;
  /** What a model makes. */
  modalityOf: (model: string) => StartRequest['makes'];
  callbackCopies: (task: TaskRow) => number;
  failpoint?: Failpoint;
}

interface FollowParts {
  provider: LocalProvider;
  progress: ProgressReports;
  /** It takes a place of the renderer, as does a task that was left with an open attempt. */
  needsRender: boolean;
}

/** The attempt that a claim works on; its epoch is that of the claim that began it. */
interface Attempt {
  epoch: number;
  reference: Reference;
}

/** One claimed task. `stop` may be called at any moment; `run` ends soon after. */
export class Follow implements Claim {
  readonly task: TaskRow;
  readonly needs: ClaimNeeds;
  readonly #options: FollowOptions;
  readonly #provider: LocalProvider;
  readonly #request: StartRequest;
  readonly #progress: ProgressReports;
  readonly #stopping = new AbortController();
  /** Its place is no longer counted as free: the provider counts the task as running, or will never run it. */
  started = false;
  #stopReason: StopReason | undefined;

  constructor(options: FollowOptions, task: TaskRow, { provider, progress, needsRender }: FollowParts) {
    this.#options = options;
    this.task = task;
    this.needs = { kind: needsRender ? 'render' : 'wait' };
    this.#provider = provider;
    this.#progress = progress;
    this.#request = {
      taskId: task.id,
      epoch: task.epoch,
      token: tokenOf(task),
      model: task.model,
      makes: options.modalityOf(task.model),
      params: {},
      intentAtMs: options.clock(),
      input: options.fillInput(task.model, parseOwnJson<JsonObject>(task.input)),
      testMode: task.book === 'test',
    };
    if (task.cancel_requested_at !== null) this.stop('cancel');
  }

  stop(reason: StopReason): void {
    this.#stopReason ??= reason;
    this.#stopping.abort();
  }

  /** Works on the task until it has ended, is released, or was overtaken. Faults of the server itself throw. */
  async run(): Promise<void> {
    let attempt: Attempt | undefined;
    try {
      attempt = await this.#findAttempt();
      this.started = true;
      if (attempt) await this.#followAttempt(attempt);
      else if (this.#stopReason !== undefined) await this.#leave();
    } finally {
      this.#progress.forget(this.task);
      if (attempt) await this.#provider.forget(attempt.reference);
    }
  }

  /** The attempt to follow: an accepted one, a lost one that was found, or a new one. Undefined: the claim is over. */
  async #findAttempt(): Promise<Attempt | undefined> {
    const last = await attempts.readLastAttempt(this.#options.pool, this.task.id);
    if (last?.state === 'accepted' && last.reference) return { epoch: last.epoch, reference: last.reference };
    if (last?.state === 'intent' || last?.state === 'unknown') return this.#resolve(last.epoch);
    if (this.#stopReason !== undefined) return undefined;
    return this.#start();
  }

  /** Looks up an attempt whose answer is not known. When nothing runs, the task is released to be assigned again. */
  async #resolve(epoch: number): Promise<Attempt | undefined> {
    const found = await this.#provider.find({ ...this.#request, epoch });
    if (found.type === 'found') {
      const { reference } = found;
      if (!(await this.#record(epoch, { state: 'accepted', reference, ended: false }))) return undefined;
      await this.#note('attempt.found', { attempt: epoch });
      return { epoch, reference };
    }
    await this.#record(epoch, { state: 'abandoned', detail: 'nothing was started', ended: true });
    if (this.#stopReason === undefined) await releaseTask(this.#options.pool, this.task, 0);
    return undefined;
  }

  async #start(): Promise<Attempt | undefined> {
    const { pool, failpoint } = this.#options;
    const { id, epoch } = this.task;
    const tried = await attempts.readTried(pool, id);
    if (countTries(tried) >= ATTEMPTS_MAX || tried.length >= ATTEMPTS_ALL_MAX) {
      await this.#end('failed', 'generation_failed', `Given up after ${tried.length} attempts`);
      return undefined;
    }
    const [intentAt] = await repeatLost((isRepeat) =>
      attempts.markIntents(pool, [{ taskId: id, epoch }], isRepeat),
    );
    if (!intentAt) return undefined;
    reach(failpoint, 'after-intent');
    const outcome = await this.#provider.start(this.#request);
    reach(failpoint, 'after-start');
    switch (outcome.type) {
      case 'accepted':
        await this.#record(epoch, { state: 'accepted', reference: outcome.reference, ended: false });
        await this.#note('attempt.accepted', { attempt: epoch, provider: this.#provider.id });
        reach(failpoint, 'after-accepted');
        return { epoch, reference: outcome.reference };
      case 'rejected':
        await this.#note('attempt.rejected', { attempt: epoch, reason: outcome.failure.reason });
        await this.#obey(outcome.failure, { epoch, state: 'rejected' });
        return undefined;
      case 'made':
        throw new Error('a provider of this process has its result after a while, never at once');
      case 'unknown':
        await this.#record(epoch, { state: 'unknown', detail: outcome.detail, ended: false });
        await this.#note('attempt.unknown', { attempt: epoch });
        await releaseTask(pool, this.task, RESOLVE_MS);
        return undefined;
    }
  }

  async #followAttempt(attempt: Attempt): Promise<void> {
    const { failpoint, clock } = this.#options;
    for (;;) {
      if (this.#stopReason !== undefined) return this.#leave(attempt);
      if (clock() >= this.task.deadline_at.getTime()) return this.#expire(attempt);
      const outcome = await this.#provider.poll(attempt.reference);
      reach(failpoint, 'after-poll');
      switch (outcome.type) {
        case 'queued':
        case 'unanswered':
          await this.#waitForChange(attempt);
          break;
        case 'running':
          await this.#progress.report(this.task, outcome.progress);
          await this.#waitForChange(attempt);
          break;
        case 'succeeded':
          return this.#store(attempt, outcome.success);
        case 'failed':
          if (this.#stopReason !== undefined && outcome.failure.reason === 'cancelled')
            return this.#leave(attempt);
          return this.#obey(outcome.failure, { epoch: attempt.epoch, state: 'failed' });
      }
    }
  }

  /** Waits until the provider reports a change, the interval is over, or the claim is to stop. */
  async #waitForChange(attempt: Attempt): Promise<void> {
    const waiting = pause(POLL_MS, this.#stopping.signal);
    await Promise.race([this.#provider.changed(attempt.reference), waiting]);
  }

  async #store(attempt: Attempt, success: Success): Promise<void> {
    const { pool, settler, failpoint, callbackCopies } = this.#options;
    if (!(await markStoring(pool, this.task))) return;
    reach(failpoint, 'after-storing');
    const outputs: StoredOutput[] = [];
    for (const output of success.outputs) {
      outputs.push(await this.#keepWhenRoom({ ...output, stem: stemOf(output, success.outputs) }));
    }
    reach(failpoint, 'after-store');
    const facts = {
      provider: this.#provider.id,
      modelVersion: success.modelVersion,
      usage: success.usage,
      outputs,
      attempt: this.#endOf(attempt.epoch, 'succeeded'),
    };
    await settler.succeed(this.task, facts, callbackCopies(this.task));
  }

  /** Waits for room on the disk while the claim lasts: a task that was released now would be rendered again. */
  async #keepWhenRoom(output: NamedOutput): Promise<StoredOutput> {
    for (;;) {
      try {
        invariant('path' in output, 'what is rendered here lies on our disk');
        return await keepFile(this.#options.files, this.task, output, output.path);
      } catch (error) {
        const isFull = error instanceof AppError && error.errorName === 'storage_full';
        const isOver = this.#options.clock() >= this.task.deadline_at.getTime();
        if (!isFull || isOver || this.#stopReason !== undefined) throw error;
        await pause(ROOM_PAUSE_MS, this.#stopping.signal);
      }
    }
  }

  /** Ends a claim that was stopped from outside. */
  async #leave(attempt?: Attempt): Promise<void> {
    if (this.#stopReason === 'overtaken') return;
    if (this.#stopReason === 'shutdown') {
      // The next claim goes on with the attempt. One that lives in this process only is ended by the provider's `forget`.
      await releaseTask(this.#options.pool, this.task, 0);
      return;
    }
    if (attempt) await this.#provider.cancel(attempt.reference);
    const end = attempt && this.#endOf(attempt.epoch, 'abandoned', 'cancelled');
    await this.#end('cancelled', 'task_cancelled', CANCELLED_BY.client, end);
  }

  async #expire(attempt: Attempt): Promise<void> {
    await this.#provider.cancel(attempt.reference);
    const end = this.#endOf(attempt.epoch, 'abandoned', 'expired');
    await this.#end('expired', 'task_expired', 'Not finished within its time limit', end);
  }

  /** Ends the task, or has it tried again, after an attempt that was refused or has failed. */
  async #obey(failure: Failure, attempt: { epoch: number; state: 'rejected' | 'failed' }): Promise<void> {
    const { pool } = this.#options;
    // Its process died, which is no fault of the task: such an attempt does not count against it.
    if (failure.reason === 'lost' && attempt.epoch !== this.task.epoch) {
      await this.#record(attempt.epoch, { state: 'abandoned', detail: failure.message, ended: true });
      await releaseTask(pool, this.task, ORPHAN_PAUSE_MS);
      return;
    }
    const tried = await attempts.readTried(pool, this.task.id);
    const verdict = judge(failure, countTries(tried));
    if (verdict.type === 'end') {
      const end = this.#endOf(attempt.epoch, attempt.state, failure.message);
      const state = verdict.error === 'task_expired' ? 'expired' : 'failed';
      return this.#end(state, verdict.error, verdict.message, end);
    }
    await this.#record(attempt.epoch, { state: attempt.state, detail: failure.message, ended: true });
    await releaseTask(pool, this.task, verdict.delayMs);
  }

  async #end(
    state: TaskFailure['state'],
    error: TaskFailure['error'],
    message: string,
    attempt?: attempts.AttemptEnd,
  ): Promise<void> {
    const facts = { provider: this.#provider.id, attempt };
    await this.#options.settler.fail(this.task, { state, error, message }, facts);
  }

  #endOf(epoch: number, state: attempts.AttemptState, detail?: string): attempts.AttemptEnd {
    return { taskId: this.task.id, epoch, state, detail };
  }

  #record(epoch: number, change: Parameters<typeof attempts.updateAttempt>[2]): Promise<boolean> {
    const { id, epoch: taskEpoch } = this.task;
    return attempts.updateAttempt(this.#options.pool, { taskId: id, epoch, taskEpoch }, change);
  }

  async #note(name: string, detail: JsonObject): Promise<void> {
    await attempts.insertEvent(this.#options.pool, this.task, { name, detail });
    this.#options.changes.announce([this.task.id]);
  }
}
