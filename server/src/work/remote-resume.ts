// A task that is due although its attempt at a provider may still run: either its client has cancelled it, or the process
// that was ending or starting it has died. Nothing is started here.

import { invariant } from '../errors.ts';
import type { Reference } from '../providers/contract.ts';
import { insertEvent, type LastAttempt, readLastAttempt } from '../tasks/attempts.store.ts';
import { CANCELLED_BY, type TaskRow } from '../tasks/task.ts';
import { releaseTask } from '../tasks/tasks.store.ts';
import type { Claim } from './claim.ts';
import { parkTask, recordUnknown } from './looks.store.ts';
import { readMade } from './made.ts';
import type { RemoteOptions } from './remote.ts';

/** Why a task goes on although its client cancels it. */
const NOT_STOPPED = {
  running: 'The provider can no longer stop it; it goes on to its end',
  made: 'The provider has made it already; it ends as soon as its file is fetched, or is given up',
  unreadable:
    'The answers of the provider cannot be read now, so that it could not be stopped; it is followed for a while and then ends',
} as const;

/** The work is short, and what it writes has no effect once the task has a newer epoch. */
const ignoreStop = () => undefined;

export class RemoteResume implements Claim {
  readonly task: TaskRow;
  readonly needs = { kind: 'nothing' } as const;
  readonly started = true;
  readonly #options: RemoteOptions;

  constructor(options: RemoteOptions, task: TaskRow) {
    this.#options = options;
    this.task = task;
  }

  readonly stop = ignoreStop;

  async run(): Promise<void> {
    const { pool } = this.#options;
    const { task } = this;
    const last = await readLastAttempt(pool, task.id);
    // It ended between the choice and the claim: the next round assigns the task again.
    if (!last || !['intent', 'accepted', 'unknown'].includes(last.state)) {
      await releaseTask(pool, task, 0);
      return;
    }
    const mayRun = last.state !== 'intent' || last.reference !== null;
    if (task.cancel_requested_at !== null && mayRun) return this.#cancel(last);
    if (last.state === 'intent') {
      const detail = 'the process that was starting it has died';
      await recordUnknown(pool, { taskId: task.id, epoch: last.epoch, detail, lookMs: 0 });
      return;
    }
    await parkTask(pool, task, { epoch: last.epoch, lookMs: 0 });
  }

  /** Ends the task if the provider stops it. A task that cannot be stopped goes on, and is charged if it succeeds. */
  async #cancel(last: LastAttempt): Promise<void> {
    const { credentials, settler } = this.#options;
    const { task } = this;
    const failure = {
      state: 'cancelled',
      error: 'task_cancelled',
      message: CANCELLED_BY.client,
    } as const;
    // Nobody knows whether there is anything to stop. What may still be made is the operator's loss.
    if (last.state === 'unknown' || !last.reference) {
      await settler.fail(task, failure);
      return;
    }
    // What is made already is not stopped: to ask for it could remove the record with the file's address.
    const isMade = last.is_made || readMade(last.reference) !== undefined;
    if (task.state === 'storing' || isMade) return this.#goOn(last, 'made');
    invariant(last.credential_id !== null, 'an attempt at a provider names its account');
    const { provider, context } = await credentials.connect(last.credential_id);
    const outcome = provider.cancel
      ? await provider.cancel(last.reference as Reference, context)
      : { type: 'refused', detail: 'this provider cannot stop a task' };
    if (outcome.type === 'stopped') {
      const attempt = {
        taskId: task.id,
        epoch: last.epoch,
        state: 'abandoned',
        detail: 'cancelled',
      } as const;
      await settler.fail(task, failure, { provider: last.provider, attempt });
      return;
    }
    await this.#goOn(last, last.is_unreadable ? 'unreadable' : 'running');
  }

  async #goOn(last: LastAttempt, why: keyof typeof NOT_STOPPED): Promise<void> {
    const { pool, changes } = this.#options;
    const { task } = this;
    await insertEvent(pool, task, {
      name: 'task.cancel_refused',
      detail: { attempt: last.epoch, message: NOT_STOPPED[why] },
    });
    await parkTask(pool, task, { epoch: last.epoch, lookMs: 0 });
    changes.announce([task.id]);
  }
}
