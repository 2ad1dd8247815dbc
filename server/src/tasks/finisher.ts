// The end of a task that was made at a provider: its files are fetched and stored, then it is settled; or it fails, or
// goes on to the next offer. The task is taken first, by a new epoch, so that of many who saw the end one acts.
import { rm } from 'node:fs/promises';
import type { PoolClient } from 'pg';
import { chargeOf } from '../catalog/prices.ts';
import { insertLoss } from '../credits/credits.store.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { type FileType, findFileType } from '../files/file-types.ts';
import { reach } from '../lib/failpoints.ts';
import { newId } from '../lib/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../lib/time.ts';
import type { CallContext, Failure, Output, Provider, Reference, Success } from '../providers/contract.ts';
import { CallFailed, download } from '../providers/http.ts';
import type { AttemptEnd } from './attempts.store.ts';
import type { Claim, StopReason } from './follow.ts';
import { logFault } from './log-fault.ts';
import {
  attachLate,
  endAttempt,
  endLateAttempt,
  type LateSuccess,
  type Look,
  parkTask,
  recordAccepted,
} from './looks.store.ts';
import { costOf } from './market.ts';
import { describeForLog } from './outcome.ts';
import { type ClaimKeeper, LEASE_MS, type RemoteOptions, type RemoteWrites } from './remote.ts';
import type { StoredOutput, TaskRow } from './task.ts';
import { readTasksById, releaseTask } from './tasks.store.ts';
import type { Verdicts } from './verdicts.ts';

const DOWNLOAD_MS = 10 * MINUTE_MS;
/** Until the files of a success are asked for again after they could not be had. */
const RETRY_MS = 5 * SECOND_MS;

/** The place where an outcome was seen. */
interface Seen {
  provider: Provider;
  context: CallContext;
}

/** The same, with the end of the patience for it. */
interface SeenEnding extends Seen {
  signal?: AbortSignal;
}

/** A task that is being ended. A cancel comes too late for it; any other reason breaks its download off. */
class Ending implements Claim {
  readonly task: TaskRow;
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

export class Finisher {
  readonly #options: RemoteOptions;
  readonly #writes: RemoteWrites;
  readonly #verdicts: Verdicts;
  readonly #keeper: ClaimKeeper;
  readonly #stopping: AbortSignal;
  /** Attempts whose late files are being fetched: no look may begin that a second time. */
  readonly #late = new Set<string>();

  /** @param parts.stopping aborted when the process stops: nobody holds a lease on what is late. */
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
    if (look.task_ended) {
      await endAttempt(this.#options.pool, nameOf(look), {
        state: 'failed',
        detail: failure.message,
        reason: failure.reason,
      });
      return;
    }
    await this.#withTask(look, (task) => this.#verdicts.obey(task, failure, failedAttempt(look)));
  }

  /** A lost start was found. */
  async adopt(look: Look, reference: Reference): Promise<void> {
    const accepted = { ...nameOf(look), provider: look.provider, reference, lookMs: 0 };
    await recordAccepted(this.#options.pool, [accepted]);
    this.#options.changes.announce([look.task_id]);
  }

  /** The attempt never began: it is abandoned, and the task is assigned anew. */
  async giveBack(look: Look): Promise<void> {
    const end = { state: 'abandoned', detail: 'the provider has no such job: nothing was started' };
    if (look.task_ended) return void (await endAttempt(this.#options.pool, nameOf(look), end));
    await this.#withTask(look, async (task) => {
      await endAttempt(this.#options.pool, nameOf(look), end);
      await releaseTask(this.#options.pool, task, 0);
      this.#options.changes.announceCreated();
    });
  }

  /**
   * Ends a task whose start nobody could look up; what may still come is the operator's. The attempt stays open for a
   * callback until the provider has surely forgotten it.
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

  /** Works on a task that this call has taken; nothing happens when somebody else has it. */
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
    const ending = new Ending(task);
    const done = work(task, ending.signal).catch(async (error) => {
      logFault(this.#options.log, error, { taskId: task.id, epoch: look.epoch }, 'task.finish_failed');
      await parkTask(this.#options.pool, task, { epoch: look.epoch, lookMs: RETRY_MS });
    });
    this.#keeper.hold(ending, done);
    await done;
  }

  async #store(task: TaskRow, look: Look, success: Success, seen: SeenEnding): Promise<void> {
    const { settler, failpoint, market } = this.#options;
    reach(failpoint, 'after-storing');
    const outputs = await this.#keepAll(task, success.outputs, seen);
    if (!Array.isArray(outputs)) return this.#bearNoResult(task, look, outputs);
    reach(failpoint, 'after-store');
    const offer = market.findOffer(task.model, look.offer);
    market.learn(task.model, look.offer, look.age_seconds);
    const attempt: AttemptEnd = {
      ...nameOf(look),
      state: 'succeeded',
      used: success.used,
      costNanos: costOf(offer, success.used),
    };
    await settler.succeed(task, {
      provider: look.provider,
      modelVersion: success.modelVersion,
      usage: success.usage,
      outputs,
      usedMicros: chargeOf(offer?.charge, success.used, task.price),
      attempt,
    });
  }

  /** Files that cannot be had now are asked for again; those that never will be end the task. */
  async #bearNoResult(task: TaskRow, look: Look, failure: Failure): Promise<void> {
    this.#tellNotFetched(look, failure);
    if (failure.reason === 'unreadable') {
      return this.#verdicts.obey(task, failure, failedAttempt(look));
    }
    await parkTask(this.#options.pool, task, { epoch: look.epoch, lookMs: RETRY_MS });
  }

  #tellNotFetched(look: Look, failure: Failure): void {
    const { provider, credential_id: credentialId } = look;
    const line = { ...nameOf(look), provider, credentialId, ...describeForLog(failure) };
    this.#options.log.warn(line, 'result.not_fetched');
  }

  async #keepAll(task: TaskRow, outputs: readonly Output[], seen: Seen): Promise<StoredOutput[] | Failure> {
    const kept: StoredOutput[] = [];
    for (const output of outputs) {
      const stored = await this.#keep(task, output, seen);
      if ('reason' in stored) return stored;
      kept.push(stored);
    }
    return kept;
  }

  async #keep(
    task: Pick<TaskRow, 'id' | 'account_id'>,
    output: Output,
    { provider, context, signal }: SeenEnding,
  ): Promise<StoredOutput | Failure> {
    const { files, sockets, resultBytesMax } = this.#options;
    const { kind } = output;
    const { contentType, extensions } = typeOf(output);
    // Nothing is fetched that could not be kept: the task rests, and its files are asked for again.
    await files.checkRoom();
    const path = 'path' in output ? output.path : files.newStagingPath();
    const name = `${kind === 'video' ? 'video' : 'last-frame'}${extensions[0]}`;
    try {
      if ('url' in output) {
        await download(sockets, {
          url: output.url,
          headers: provider.downloadHeaders?.(context) ?? {},
          credential: context.credential,
          hosts: provider.facts.resultHosts,
          saveTo: path,
          maxBytes: resultBytesMax,
          timeoutMs: DOWNLOAD_MS,
          signal,
        });
      }
      const kept = await files.keepResult({
        accountId: task.account_id,
        taskId: task.id,
        name,
        path,
        contentType,
      });
      return { kind, contentType, key: kept.key, sizeBytes: kept.sizeBytes, sha256: kept.sha256 };
    } catch (error) {
      await rm(path, { force: true });
      if (error instanceof CallFailed) return { reason: error.reason, message: error.message };
      if (error instanceof AppError && error.errorName === 'generation_failed') {
        return { reason: 'unreadable', message: error.message };
      }
      throw error;
    }
  }

  async #deliverOnce(look: Look, success: Success, seen: SeenEnding): Promise<void> {
    const name = `${look.task_id} ${look.epoch}`;
    if (this.#late.has(name)) return;
    this.#late.add(name);
    await this.#deliverLate(look, success, seen).finally(() => this.#late.delete(name));
  }

  /** The client was told that it had failed and was given the credits back: what came late is free. */
  async #deliverLate(look: Look, success: Success, seen: SeenEnding): Promise<void> {
    const { pool, market, changes, log } = this.#options;
    const [task] = await readTasksById(pool, [look.task_id]);
    if (!task) return;
    const wanted = task.state === 'expired' || task.state === 'failed';
    const kept = wanted ? await this.#keepAll(task, success.outputs, seen) : [];
    if (!Array.isArray(kept)) this.#tellNotFetched(look, kept);
    // Files that cannot be had now are asked for at the next look; those that never will be are lost, and booked.
    if (!Array.isArray(kept) && kept.reason !== 'unreadable') return;
    const offer = market.findOffer(task.model, look.offer);
    const late = {
      ...nameOf(look),
      outputs: Array.isArray(kept) ? kept : [],
      usage: success.usage,
      used: success.used,
      costNanos: costOf(offer, success.used),
    };
    const lossMicros = chargeOf(offer?.charge, success.used, task.price);
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
    await insertLoss(client, {
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

const USUAL_TYPES = { video: 'video/mp4', image: 'image/png' } as const;

/** The type that a file has to be of. Providers name all kinds of bytes; a word that means nothing says the usual one. */
function typeOf({ kind, contentType }: Output): FileType {
  const told = findFileType(contentType);
  const type = told?.contentType.startsWith(`${kind}/`) ? told : findFileType(USUAL_TYPES[kind]);
  if (!type) throw new Error(`no file type is known for ${kind}`);
  return type;
}

function failedAttempt({ epoch, provider, credential_id: credentialId }: Look) {
  return { epoch, state: 'failed', provider, credentialId } as const;
}

function nameOf({ task_id: taskId, epoch }: Look): { taskId: string; epoch: number } {
  return { taskId, epoch };
}
