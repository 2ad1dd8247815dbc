// The start of a task at a provider: the intent, one call, and its outcome. The intent is committed just before the call,
// so that a process that dies leaves only the call of that moment in doubt.
import { isDatabaseDown } from '../db/pool.ts';
import type { Assignment } from '../dispatch/dispatch.store.ts';
import { reach } from '../lib/failpoints.ts';
import { pause, SECOND_MS, steadyClock } from '../lib/time.ts';
import type { Failure, StartOutcome, Success } from '../providers/contract.ts';
import { LEASE_MS, type TaskRow } from '../tasks/task.ts';
import { releaseTask } from '../tasks/tasks.store.ts';
import type { Claim, ClaimNeeds, StopReason } from './claim.ts';
import { recordUnknown } from './looks.store.ts';
import { keepMade } from './made.ts';
import { buildRequest, type RemoteOptions, type RemoteWrites } from './remote.ts';
import type { Verdicts } from './verdicts.ts';

/** The pause before a lost start is looked up for the first time. */
const RESOLVE_MS = SECOND_MS;
/** The first look comes early: after the provider's least pause between looks, or after this if that is less. */
const FIRST_LOOK_MS_MAX = 5 * SECOND_MS;

/** This process was suspended for longer than its lease: another node may have the task, so nothing is sent. */
const SUSPENDED: StartOutcome = {
  type: 'rejected',
  failure: { reason: 'unavailable', message: 'The server was suspended before the task was sent' },
};
/** How often the server tries to record an answer while the database is away: without the record, the job is lost. */
const RECORD_TRIES_MAX = 60;

type StartAssignment = Extract<Assignment, { kind: 'start' }>;

/** A claim of a task that is being started. */
export class RemoteStart implements Claim {
  readonly task: TaskRow;
  readonly needs: ClaimNeeds;
  started = false;
  readonly #assignment: StartAssignment;
  readonly #options: RemoteOptions;
  readonly #writes: RemoteWrites;
  readonly #verdicts: Verdicts;
  readonly #since: { wall: number; steady: number };
  #stopReason: StopReason | undefined;

  constructor(
    parts: { options: RemoteOptions; writes: RemoteWrites; verdicts: Verdicts },
    task: TaskRow,
    assignment: StartAssignment,
  ) {
    this.#options = parts.options;
    this.#writes = parts.writes;
    this.#verdicts = parts.verdicts;
    this.task = task;
    this.needs = { kind: 'start', credentialId: assignment.credentialId };
    this.#assignment = assignment;
    this.#since = { wall: parts.options.clock(), steady: steadyClock() };
  }

  /** Stops only a start that has not begun; a call under way is waited for. */
  stop(reason: StopReason): void {
    this.#stopReason ??= reason;
  }

  async run(): Promise<void> {
    const { task } = this;
    const { pool, failpoint, clock } = this.#options;
    const { offer, credentialId } = this.#assignment;
    // Released as it is: the next claim finds that nothing was sent.
    if (this.#stopReason === 'shutdown') return void (await releaseTask(pool, task, 0));
    if (await this.#isTriedTooOften()) return;
    const { provider, context } = await this.#options.credentials.connect(credentialId);
    // All that can fail on our side comes before the intent: after it, the outcome would be in doubt.
    const request = await buildRequest(this.#options, task, {
      epoch: task.epoch,
      offer,
      intentAtMs: clock(),
      providerUrl: context.credential.fields.base_url ?? '',
    });
    const intentAt = await this.#writes.markIntent({ taskId: task.id, epoch: task.epoch });
    if (!intentAt) return;
    reach(failpoint, 'after-intent');
    const outcome = this.#isWithinLease()
      ? await provider.start({ ...request, intentAtMs: intentAt.getTime() }, context)
      : SUSPENDED;
    reach(failpoint, 'after-start');
    this.started = true;
    await this.#record(outcome, Math.min(FIRST_LOOK_MS_MAX, provider.facts.pollSecondsMin * SECOND_MS));
  }

  /**
   * Checks both clocks: the steady one does not count while a machine is suspended, and the wall clock may have been set.
   * In doubt, nothing is started.
   */
  #isWithinLease(): boolean {
    const { wall, steady } = this.#since;
    return this.#options.clock() - wall < LEASE_MS && steadyClock() - steady < LEASE_MS;
  }

  async #isTriedTooOften(): Promise<boolean> {
    if (this.task.epoch === 1) return false;
    return this.#verdicts.endIfTriedTooOften(this.task);
  }

  async #record(outcome: StartOutcome, lookMs: number): Promise<void> {
    const { task } = this;
    const { changes, credentials, failpoint } = this.#options;
    const attempt = { taskId: task.id, epoch: task.epoch };
    const { provider, credentialId } = this.#assignment;
    switch (outcome.type) {
      case 'accepted': {
        const { reference, used, unread } = outcome;
        if (unread) this.#options.onUnread({ provider, fields: unread });
        await this.#persist(() =>
          this.#writes.recordAccepted({ ...attempt, provider, reference, used, lookMs }),
        );
        reach(failpoint, 'after-accepted');
        await credentials.reportSuccess(credentialId);
        changes.announce([task.id]);
        return;
      }
      case 'made':
        return this.#recordMade(outcome.success);
      case 'rejected':
        return this.#refuse(outcome.failure);
      case 'unknown':
        return this.#leaveOpen(outcome.detail);
    }
  }

  /** The task rests until the next look finds the result in the reference. */
  async #recordMade(success: Success): Promise<void> {
    const made = await keepMade(this.#options, this.task, success);
    if ('failure' in made) return this.#refuse(made.failure);
    const { unread, used } = success;
    await this.#record({ type: 'accepted', reference: made.reference, used, unread }, 0);
  }

  async #persist(write: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await write();
        return;
      } catch (error) {
        if (tries >= RECORD_TRIES_MAX || !isDatabaseDown(error)) throw error;
        await pause(SECOND_MS);
      }
    }
  }

  async #leaveOpen(detail: string): Promise<void> {
    const { task } = this;
    const { provider, credentialId } = this.#assignment;
    const { pool, log, credentials, changes } = this.#options;
    const attempt = { taskId: task.id, epoch: task.epoch };
    await this.#persist(() => recordUnknown(pool, { ...attempt, detail, lookMs: RESOLVE_MS }));
    log.warn({ ...attempt, provider, credentialId, detail }, 'attempt.unknown');
    await credentials.reportLostStart(credentialId, detail);
    changes.announce([task.id]);
  }

  async #refuse(failure: Failure): Promise<void> {
    const { provider, credentialId } = this.#assignment;
    await this.#options.credentials.reportTrouble(credentialId, failure);
    const { epoch } = this.task;
    await this.#verdicts.obey(this.task, failure, { epoch, state: 'rejected', provider, credentialId });
  }
}
