// Follows the tasks at providers. Each provider account is a lane with room of its own, so that a slow one does not hold
// up the others. Between two looks nothing of an attempt is kept in memory.
//
// States: resting (until the next round) → round (claims due looks of all lanes) → looks under way, lane by lane. A look
// that a provider's hint calls for is claimed at once, between the rounds.

import { type Batched, batched } from '../db/batched.ts';
import { logFault } from '../db/log-fault.ts';
import { reach } from '../lib/failpoints.ts';
import { MINUTE_MS, pause, SECOND_MS, steadyClock } from '../lib/time.ts';
import type { CallContext, Failure, PollOutcome, Provider, Reference } from '../providers/contract.ts';
import { isOfAccount, meaningOf } from '../providers/failures.ts';
import { providers } from '../providers/registry.ts';
import { readTasksById } from '../tasks/tasks.store.ts';
import type { Finisher } from './finisher.ts';
import {
  claimHintedLooks,
  claimLooks,
  type EndHint,
  endAttempt,
  type Look,
  type LookLane,
  postponeLook,
} from './looks.store.ts';
import { type Made, readMade, withKept } from './made.ts';
import { clearUnreadable, markUnreadable } from './marks.store.ts';
import { describeForLog, wordsForOperator } from './outcome.ts';
import { fetchSecondsMax, unreadableSecondsMax } from './patience.ts';
import { ProgressReports } from './progress.ts';
import { attemptOf, buildRequest, type RemoteOptions } from './remote.ts';

/** A round comes this often without a hint, so no due look waits longer. */
const ROUND_MS = 200;
/** At most this many calls are under way in a lane; one call may ask about several attempts. */
const LANE_ROOM = 48;
/** A provider may not know a new job yet. */
const GRACE_SECONDS = 60;
/** A call may wait for a connection before it is sent, as long as its time limit. */
const SENDING_SECONDS_MAX = 35;

interface Lane {
  underWay: number;
  /** The last claim filled its room, so more looks may be due. */
  isBehind: boolean;
  /** Until then the account rests, because it could not answer and should not be asked at full speed. */
  restUntilMs: number;
}

export class Looker {
  /**
   * Looks now at attempts whose end their provider has reported. @returns false for one that it does not look at, because
   * its account has no room or nobody follows it.
   */
  readonly lookAt: Batched<EndHint, boolean>;
  readonly #options: RemoteOptions;
  readonly #finisher: Finisher;
  readonly #lanes = new Map<string, Lane>();
  readonly #progress: ProgressReports;
  readonly #working = new Set<Promise<unknown>>();
  #isEnding = false;
  #woken = false;
  #wakeUp: (() => void) | undefined;

  constructor(options: RemoteOptions, finisher: Finisher) {
    this.#options = options;
    this.#finisher = finisher;
    this.#progress = new ProgressReports(options);
    this.lookAt = batched((hints) => this.#track(this.#lookAtAll(hints)));
  }

  /** Begins the next round now: a hint came in. */
  wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  /** Waits until the next round is due. */
  async rest(signal: AbortSignal): Promise<void> {
    if (!this.#woken) {
      const early = new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
      await Promise.race([early, pause(ROUND_MS, signal)]);
    }
    this.#woken = false;
  }

  /** Begins no more looks; resolves when those under way have ended. */
  async drain(): Promise<void> {
    this.#isEnding = true;
    while (this.#working.size > 0) await Promise.allSettled(this.#working);
  }

  /** Claims what is due and begins to look. */
  async round(): Promise<void> {
    const lanes = await this.#openLanes();
    if (lanes.length === 0) return;
    const byCredential = await this.#beginAll(await claimLooks(this.#options.pool, lanes));
    for (const { credentialId, room } of lanes) {
      this.#laneOf(credentialId).isBehind = byCredential.get(credentialId)?.length === room;
    }
  }

  async #lookAtAll(hints: EndHint[]): Promise<boolean[]> {
    const lanes = this.#isEnding ? [] : await this.#openLanes();
    const hinted = lanes.flatMap(({ credentialId, room, intervalMinMs }) => {
      const own = hints.filter((one) => one.credentialId === credentialId).slice(0, room);
      return own.map((one) => ({ ...one, intervalMinMs }));
    });
    if (hinted.length === 0) return hints.map(() => false);
    const looks = await claimHintedLooks(this.#options.pool, hinted);
    await this.#beginAll(looks);
    const begun = new Set(looks.map(nameOf));
    return hints.map(({ taskId, epoch }) => begun.has(nameOf({ task_id: taskId, epoch })));
  }

  async #beginAll(looks: readonly Look[]): Promise<Map<string, Look[]>> {
    const byCredential = Map.groupBy(looks, (look) => look.credential_id);
    for (const [credentialId, own] of byCredential) {
      await this.#beginLane(credentialId, own).catch((error) =>
        logFault(this.#options.log, error, { credentialId }, 'attempt.look_failed'),
      );
    }
    return byCredential;
  }

  async #openLanes(): Promise<LookLane[]> {
    const { credentials } = this.#options;
    const lanes: LookLane[] = [];
    for (const { id, provider: providerId, fault } of await credentials.list()) {
      const provider = providers.get(providerId);
      if (!provider || fault !== null) continue;
      const lane = this.#laneOf(id);
      const callsLeft = LANE_ROOM - lane.underWay;
      if (callsLeft <= 0 || steadyClock() < lane.restUntilMs) continue;
      lanes.push({
        credentialId: id,
        room: callsLeft * provider.facts.pollBatchMax,
        intervalMinMs: Math.round(provider.facts.pollSecondsMin * SECOND_MS),
      });
    }
    return lanes;
  }

  #laneOf(credentialId: string): Lane {
    let lane = this.#lanes.get(credentialId);
    if (!lane) {
      lane = { underWay: 0, isBehind: false, restUntilMs: 0 };
      this.#lanes.set(credentialId, lane);
    }
    return lane;
  }

  async #beginLane(credentialId: string, looks: readonly Look[]): Promise<void> {
    const { provider, context } = await this.#options.credentials.connect(credentialId);
    const accepted = looks.filter(({ state, reference }) => state === 'accepted' && reference !== null);
    const lost = looks.filter((look) => !accepted.includes(look));
    const polls: Look[] = [];
    for (const look of accepted) {
      const made = readMade(look.reference);
      if (made) this.#begin(credentialId, () => this.#judgeMade(look, made, { provider, context }));
      else polls.push(look);
    }
    const size = provider.pollMany ? provider.facts.pollBatchMax : 1;
    for (let at = 0; at < polls.length; at += size) {
      this.#begin(credentialId, () => this.#pollAll(provider, context, polls.slice(at, at + size)));
    }
    for (const look of lost) this.#begin(credentialId, () => this.#resolve(provider, context, look));
  }

  #begin(credentialId: string, work: () => Promise<void>): void {
    const lane = this.#laneOf(credentialId);
    lane.underWay++;
    const done = work()
      .catch((error) => logFault(this.#options.log, error, { credentialId }, 'attempt.look_failed'))
      .finally(() => {
        lane.underWay--;
        // It waits until half of the room is free: a claim for each look would cost more than the look.
        if (lane.isBehind && lane.underWay <= LANE_ROOM / 2) this.wake();
      });
    void this.#track(done);
  }

  /** Makes the end of the process wait for the work. */
  #track<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
    const forget = () => void this.#working.delete(work);
    this.#working.add(work);
    work.then(forget, forget);
    return work;
  }

  async #pollAll(provider: Provider, context: CallContext, looks: readonly Look[]): Promise<void> {
    const references = looks.map(({ reference }) => reference as Reference);
    const outcomes =
      provider.pollMany && looks.length > 1
        ? await provider.pollMany(references, context)
        : [await provider.poll(references[0], context)];
    reach(this.#options.failpoint, 'after-poll');
    await Promise.all(looks.map((look, at) => this.#judge(look, outcomes[at], { provider, context })));
  }

  /** The result came with the answer to the start, so there is nothing to ask. */
  async #judgeMade(look: Look, made: Made, at: { provider: Provider; context: CallContext }): Promise<void> {
    await this.#judge(withKept(look, made), { type: 'succeeded', success: made.success }, at);
  }

  async #judge(
    look: Look,
    outcome: PollOutcome,
    at: { provider: Provider; context: CallContext },
  ): Promise<void> {
    const { pool, credentials, changes, onUnread } = this.#options;
    if (outcome.type !== 'unanswered') {
      credentials.reportAnswer(look.credential_id);
      if (look.unreadable_seconds !== null) {
        const isDue = await clearUnreadable(pool, { ...attemptOf(look), isAtWork: isOpenStill(outcome) });
        if (isDue) changes.announceDue();
      }
    }
    if (isOpenStill(outcome) && (await this.#isOver(look, outcome, at.provider))) return;
    switch (outcome.type) {
      case 'queued':
        return this.#goOn(look, at);
      case 'running':
        if (!look.task_ended) await this.#progress.report(taskOf(look), outcome.progress);
        return this.#goOn(look, at);
      case 'unanswered':
        return this.#handleUnanswered(look, outcome, at.context.credential.id);
      case 'succeeded': {
        const { success } = outcome;
        this.#progress.forget(taskOf(look));
        if (success.unread) onUnread({ provider: look.provider, fields: success.unread });
        return this.#finisher.succeed(look, success, at);
      }
      case 'failed':
        if (this.#isTooEarly(look, outcome.failure, at.provider)) return;
        this.#progress.forget(taskOf(look));
        return this.#finisher.fail(look, outcome.failure);
    }
  }

  /** "No such job" means little while the job is new, and little of one that was made: neither is forgotten so soon. */
  #isTooEarly(look: Look, { reason }: Failure, { facts }: Provider): boolean {
    if (reason !== 'lost') return false;
    if (look.age_seconds < GRACE_SECONDS) return true;
    const isMade = look.made_seconds !== null || look.task_state === 'storing';
    return isMade && !look.task_ended && !this.#isFetchOver(look, facts.resultHours);
  }

  #isFetchOver(look: Look, resultHours: number): boolean {
    const { resultMinutesMax } = this.#options;
    return (look.made_seconds ?? 0) >= fetchSecondsMax({ resultMinutesMax, resultHours }, false);
  }

  /** Ends what no answer will end any more: a result that did not come in time, an attempt whose record is gone. */
  async #isOver(look: Look, outcome: PollOutcome, { facts }: Provider): Promise<boolean> {
    if (look.task_ended) {
      const isForgotten = look.age_seconds > facts.recordHours * 3600;
      if (isForgotten) await this.#finisher.late.close(look, 'the provider never ended it');
      return isForgotten;
    }
    const isOver = this.#isFetchOver(look, facts.resultHours);
    const failure = 'failure' in outcome ? outcome.failure : undefined;
    if (isOver) await this.#finisher.giveUpResult(look, failure);
    return isOver;
  }

  /**
   * The job is still at work. If its task has ended it is stopped where that is possible, or else followed to its end.
   */
  async #goOn(
    look: Look,
    { provider, context }: { provider: Provider; context: CallContext },
  ): Promise<void> {
    if (!look.task_ended) return;
    const outcome = await provider.cancel?.(look.reference as Reference, context);
    if (outcome?.type !== 'stopped') return;
    const end = { state: 'abandoned', detail: 'stopped after the end of its task' } as const;
    await endAttempt(this.#options.pool, attemptOf(look), end);
  }

  /** A look that was not answered says nothing of the job. The account rests a little, so that it is not pressed. */
  async #handleUnanswered(
    look: Look,
    { failure }: Extract<PollOutcome, { type: 'unanswered' }>,
    credentialId: string,
  ): Promise<void> {
    const { credentials, log, pool } = this.#options;
    const { provider } = look;
    log.warn(
      { ...attemptOf(look), provider, credentialId, ...describeForLog(failure) },
      'attempt.unanswered',
    );
    if (failure.reason === 'unreadable') return this.#handleUnreadable(look, failure);
    if (isOfAccount(failure.reason)) await credentials.reportTrouble(credentialId, failure);
    if (meaningOf(failure.reason).course === 'wait') {
      const restMs = (failure.retryAfterSeconds ?? 1) * SECOND_MS;
      this.#laneOf(credentialId).restUntilMs = steadyClock() + restMs;
      await postponeLook(pool, attemptOf(look), restMs);
    }
  }

  /** An unreadable answer may be the page of a load balancer for a while; if it lasts, nothing will come of the task. */
  async #handleUnreadable(look: Look, failure: Failure): Promise<void> {
    const { pool, changes, unreadableMinutesMax } = this.#options;
    const isMade = failure.isMade === true;
    if (look.unreadable_seconds === null || (isMade && look.made_seconds === null)) {
      await markUnreadable(pool, { ...attemptOf(look), detail: wordsForOperator(failure), isMade });
      changes.announce([look.task_id]);
    }
    const secondsMax = unreadableSecondsMax(unreadableMinutesMax, look.lifetime_seconds);
    if (look.task_ended || (look.unreadable_seconds ?? 0) < secondsMax) return;
    if (isMade || look.made_seconds !== null) return this.#finisher.giveUpResult(look, failure);
    await this.#finisher.giveUpUnreadable(look, failure);
  }

  /**
   * An attempt with an unknown outcome: it is found, proved never to have begun, or waited for until its time is over.
   */
  async #resolve(provider: Provider, context: CallContext, look: Look): Promise<void> {
    const { pool, unknownMinutesMax, clock } = this.#options;
    const [task] = await readTasksById(pool, [look.task_id]);
    if (!task) return;
    const { recovery } = provider.facts;
    if (provider.find) {
      const request = await buildRequest(this.#options, task, {
        epoch: look.epoch,
        offer: look.offer,
        intentAtMs: look.intent_at?.getTime() ?? clock(),
        providerUrl: context.credential.fields.base_url ?? '',
      });
      const found = await provider.find(request, context);
      if (found.type === 'found') return this.#finisher.adopt(look, found.reference);
      const sinceIntentSeconds = (clock() - request.intentAtMs) / SECOND_MS;
      const isProof =
        found.type === 'none' &&
        recovery.kind === 'find' &&
        sinceIntentSeconds >= recovery.visibleAfterSeconds + SENDING_SECONDS_MAX;
      if (isProof) return this.#finisher.giveBack(look);
    }
    if (look.age_seconds * SECOND_MS < unknownMinutesMax * MINUTE_MS) return;
    await this.#finisher.giveUp(look, provider.facts.recordHours);
  }
}

/** Whether an answer leaves it open what will become of the attempt. */
function isOpenStill({ type }: PollOutcome): boolean {
  return type === 'queued' || type === 'running' || type === 'unanswered';
}

function taskOf({ task_id: id, epoch }: Look): { id: string; epoch: number } {
  return { id, epoch };
}

function nameOf({ task_id, epoch }: Pick<Look, 'task_id' | 'epoch'>): string {
  return `${task_id} ${epoch}`;
}
