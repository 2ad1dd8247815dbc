// What is done about an attempt at a provider that was refused or has failed: the task ends, or is assigned again. Every
// try is in the task's timeline, with its cost for the client.

import { hasFurtherOffer } from '../dispatch/routing.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import type { Amount, Failure } from '../providers/contract.ts';
import { insertEvent, readTried, updateAttempt } from '../tasks/attempts.store.ts';
import type { TaskRow } from '../tasks/task.ts';
import { releaseTask } from '../tasks/tasks.store.ts';
import { ATTEMPTS_ALL_MAX, countTries, describeForLog, judgeRemote, wordsForOperator } from './outcome.ts';
import type { RemoteOptions } from './remote.ts';

/** An attempt that was refused or has failed, and the account where it was made. */
interface FailedAttempt {
  epoch: number;
  state: 'rejected' | 'failed';
  provider: string | null;
  credentialId: string | null;
}

/** What the attempt costs the operator if the provider made it all the same. */
interface FailedFacts {
  lossMicros?: bigint;
  used?: Amount;
  costNanos?: number;
}

export class Verdicts {
  readonly #options: RemoteOptions;

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  /** Ends a task that has had too many attempts, however they ended. */
  async endIfTriedTooOften(task: TaskRow): Promise<boolean> {
    const tried = await readTried(this.#options.pool, task.id);
    if (tried.length <= ATTEMPTS_ALL_MAX) return false;
    const message = `Given up after ${tried.length - 1} attempts`;
    await this.#options.settler.fail(task, { state: 'failed', error: 'generation_failed', message });
    return true;
  }

  /** Ends the claimed task, or releases it to be tried again. What was made, or may have been, is not tried again. */
  async obey(
    task: TaskRow,
    failure: Failure,
    { provider, credentialId, ...attempt }: FailedAttempt,
    facts: FailedFacts = {},
  ): Promise<void> {
    const { pool, market, log } = this.#options;
    const { reason } = failure;
    const described = describeForLog(failure, attempt.state === 'failed' ? 'run' : 'call');
    log.info(
      { taskId: task.id, epoch: attempt.epoch, provider, credentialId, ...described },
      'attempt.failed',
    );
    if (reason === 'template_gone') {
      await this.#options.retireTemplate(task.model, parseOwnJson<JsonObject>(task.input));
    }
    const before = await readTried(pool, task.id);
    const tried = before.map((known, at) =>
      at === before.length - 1 ? { ...known, ...attempt, reason } : known,
    );
    const canGoOn = hasFurtherOffer(await market.open(), task, tried);
    // A task in `storing` has had a success, whatever its provider says now.
    const isMade = failure.isMade === true || task.state === 'storing' || before.at(-1)?.is_made === true;
    const wasTaken = attempt.state === 'failed';
    const makes = this.#options.modalityOf(task.model);
    const verdict = judgeRemote(failure, { attempts: countTries(tried), canGoOn, wasTaken, isMade, makes });
    await insertEvent(pool, task, {
      name: `attempt.${attempt.state}`,
      // The credits are what the try has cost the client; the operator's cost is in the attempt.
      detail: { attempt: attempt.epoch, offer: before.at(-1)?.offer ?? null, reason, credits: 0 },
    });
    const end = { state: attempt.state, detail: wordsForOperator(failure), reason };
    if (verdict.type === 'end') {
      const state = task.cancel_requested_at !== null && reason === 'cancelled' ? 'cancelled' : 'failed';
      const error = state === 'cancelled' ? 'task_cancelled' : verdict.error;
      await this.#options.settler.fail(
        task,
        { state, error, message: verdict.message },
        {
          provider: provider ?? undefined,
          attempt: {
            taskId: task.id,
            epoch: attempt.epoch,
            ...end,
            ...(isMade && { used: facts.used, costNanos: facts.costNanos }),
          },
          ...(isMade && { lossMicros: facts.lossMicros }),
        },
      );
      return;
    }
    const name = { taskId: task.id, epoch: attempt.epoch, taskEpoch: task.epoch };
    await updateAttempt(pool, name, { ...end, ended: true });
    await releaseTask(pool, task, verdict.delayMs);
    this.#options.changes.announceDue();
  }
}
