// Keeps one receiver from holding up the others: each has a few tries under way at most, and what finds no place waits
// in the queue and not in a runner. What a host gets in all has a rate (host-rates.ts). This is memory of one process:
// it decides when a try is made, never whether.
//
// A receiver is new → healthy (its last answer came quickly) ⇄ slow (it kept us waiting, or is doing so now); it is
// new again when it has not answered for a minute.
import { BoundedMap } from '../lib/bounded-map.ts';
import { MINUTE_MS, SECOND_MS, type SteadyClock } from '../lib/time.ts';
import { HostRates } from './host-rates.ts';

type State = 'new' | 'healthy' | 'slow';

/** Tries under way at once at one receiver. */
const TRIES_MAX: Record<State, number> = { new: 4, healthy: 48, slow: 4 };
/** Tries under way at once at all receivers that were not healthy when they began. */
const UNPROVEN_TRIES_MAX = 60;
const SLOW_AFTER_MS = 5 * SECOND_MS;
const REMEMBERED_MS = MINUTE_MS;
/** A short crowd is waited for here: a look into the queue would take longer. */
const WAITERS_MAX: Record<State, number> = { new: 16, healthy: 48, slow: 0 };
const WAIT_MAX_MS = 500;
/** A longer one goes back to the queue, spread by how long the receiver takes, up to a bound for when it recovers. */
const POSTPONE_MIN_MS = 250;
const POSTPONE_MAX_MS = 2 * MINUTE_MS;
/** What a new receiver is taken to need: a first crowd must not be spread wide before it is known to be slow. */
const NEW_DURATION_MS = 20;
const RECEIVERS_MAX = 20_000;

interface Receiver {
  readonly name: string;
  underWay: Set<{ beganAtMs: number }>;
  lastState: State;
  lastDurationMs: number;
  reportedAtMs: number;
  /** When the last of those that were postponed is due. */
  postponedToMs: number;
  waiting: Set<() => void>;
}

/** A place for one try. */
export interface Visit {
  /** How long the receiver took. Not called for a try that was not sent. */
  report(durationMs: number): void;
  /** What is about to be sent: a large body counts as several callbacks. */
  weigh(bytes: number): void;
  end(): void;
}

export type Admission = { visit: Visit } | { postponeMs: number };

/** The receiver of an address: host and port. An address that cannot be read is a receiver of its own. */
export function receiverOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

export class Receivers {
  readonly #clock: SteadyClock;
  readonly #receivers = new BoundedMap<string, Receiver>(RECEIVERS_MAX);
  readonly #rates: HostRates;
  #unprovenTries = 0;

  /** @param callbacksPer10s to one host. */
  constructor(clock: SteadyClock, callbacksPer10s: number) {
    this.#clock = clock;
    this.#rates = new HostRates(clock, callbacksPer10s);
  }

  /** A place for one try, within half a second; or how long to come back later. The caller ends the visit. */
  async admit(name: string): Promise<Admission> {
    const receiver = this.#find(name);
    if (this.#rates.waitMs(name) > 0) return { postponeMs: this.#postpone(receiver) };
    const mayWait = receiver.waiting.size < WAITERS_MAX[this.#stateOf(receiver)];
    if (mayWait && !this.#hasRoom(receiver)) await waitForChange(receiver);
    return this.#hasRoom(receiver) && this.#rates.waitMs(name) === 0
      ? { visit: this.#begin(receiver) }
      : { postponeMs: this.#postpone(receiver) };
  }

  #find(name: string): Receiver {
    const known = this.#receivers.get(name);
    if (known !== undefined) return known;
    const receiver: Receiver = {
      name,
      underWay: new Set(),
      lastState: 'new',
      lastDurationMs: 0,
      reportedAtMs: 0,
      postponedToMs: 0,
      waiting: new Set(),
    };
    this.#receivers.set(name, receiver);
    return receiver;
  }

  #stateOf(receiver: Receiver): State {
    const nowMs = this.#clock();
    const [oldest] = receiver.underWay;
    const isSilent = oldest !== undefined && receiver.reportedAtMs < oldest.beganAtMs;
    if (isSilent && nowMs - oldest.beganAtMs >= SLOW_AFTER_MS) return 'slow';
    return nowMs - receiver.reportedAtMs > REMEMBERED_MS ? 'new' : receiver.lastState;
  }

  #hasRoom(receiver: Receiver): boolean {
    const state = this.#stateOf(receiver);
    const isBounded = state !== 'healthy' && this.#unprovenTries >= UNPROVEN_TRIES_MAX;
    return receiver.underWay.size < TRIES_MAX[state] && !isBounded;
  }

  #begin(receiver: Receiver): Visit {
    const entry = { beganAtMs: this.#clock() };
    const weight = this.#stateOf(receiver) === 'healthy' ? 0 : 1;
    this.#unprovenTries += weight;
    receiver.underWay.add(entry);
    this.#rates.count(receiver.name);
    return {
      weigh: (bytes) => this.#rates.countBytes(receiver.name, bytes),
      report: (durationMs) => {
        receiver.lastState = durationMs >= SLOW_AFTER_MS ? 'slow' : 'healthy';
        receiver.lastDurationMs = durationMs;
        receiver.reportedAtMs = this.#clock();
      },
      end: () => {
        receiver.underWay.delete(entry);
        this.#unprovenTries -= weight;
        // As many as there is room for now; one that comes too late waits again.
        const room = TRIES_MAX[this.#stateOf(receiver)] - receiver.underWay.size;
        for (const wake of [...receiver.waiting].slice(0, Math.max(0, room))) wake();
      },
    };
  }

  #postpone(receiver: Receiver): number {
    const nowMs = this.#clock();
    const state = this.#stateOf(receiver);
    const rateMs = this.#rates.waitMs(receiver.name);
    const stepMs = Math.max(paceOf(state, receiver) / TRIES_MAX[state], rateMs > 0 ? this.#rates.stepMs : 0);
    const earliestMs = Math.max(receiver.postponedToMs + stepMs, nowMs + Math.max(POSTPONE_MIN_MS, rateMs));
    receiver.postponedToMs = Math.min(earliestMs, nowMs + POSTPONE_MAX_MS);
    const isFull = earliestMs > nowMs + POSTPONE_MAX_MS;
    const delayMs = isFull ? POSTPONE_MAX_MS * (0.5 + Math.random() / 2) : receiver.postponedToMs - nowMs;
    return Math.round(delayMs);
  }
}

/** How long a try at the receiver is expected to take. One that is silent now may have been quick before. */
function paceOf(state: State, receiver: Receiver): number {
  if (state === 'new') return NEW_DURATION_MS;
  return state === 'healthy' ? receiver.lastDurationMs : Math.max(receiver.lastDurationMs, SLOW_AFTER_MS);
}

function waitForChange(receiver: Receiver): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      receiver.waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, WAIT_MAX_MS);
    receiver.waiting.add(wake);
  });
}
