// Keeps one receiver from holding up the others. A job of a receiver that is crowded or slow moves to one of a few
// named queues, whose jobs run one after the other and take no more than their share of the runner. This is memory of
// one process: it decides where a job waits, never whether it runs.
//
// A receiver is new → healthy (it answered quickly) ⇄ slow (it kept us waiting); forgotten a minute after its last
// try. A crowded one has as many tries under way as its state allows.
import { createHash } from 'node:crypto';
import { type Clock, MINUTE_MS, SECOND_MS } from '../lib/time.ts';

/** Where a job waits: `free` jobs run side by side, the others in the named queues of their kind. */
export type Lane = 'free' | 'crowded' | 'slow';

/** Tries under way at once, outside the named queues. */
const newTriesMax = 4;
const healthyTriesMax = 32;
const slowAfterMs = 2 * SECOND_MS;
const rememberedMs = MINUTE_MS;
/** Named queues of each kind, and how many of them one receiver can be in. */
const queuesOfKind = 16;
const queuesOfReceiver = 4;
const receiversMax = 20_000;

interface Receiver {
  underWay: number;
  lastState: 'new' | 'healthy' | 'slow';
  reportedAtMs: number;
}

/** One try at a receiver. */
export interface Visit {
  /** How long the receiver took. Not called for a try that was not sent. */
  report(durationMs: number): void;
  end(): void;
}

/** The receiver of an address: host and port. An address that cannot be read is a receiver of its own. */
export function receiverOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** The queue in which a job waits, or undefined when it need not wait. Job ids spread over the receiver's queues. */
export function queueOf(lane: Lane, receiver: string, jobId: string): string | undefined {
  if (lane === 'free') return undefined;
  const first = createHash('sha1').update(receiver).digest()[0];
  const slot = createHash('sha1').update(jobId).digest()[0] % queuesOfReceiver;
  return `callbacks-${lane}-${(first + slot) % queuesOfKind}`;
}

export class Receivers {
  readonly #clock: Clock;
  readonly #receivers = new Map<string, Receiver>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The lane in which a job of the receiver should run now, given the one in which it is. */
  laneFor(receiver: string, current: Lane): Lane {
    const state = this.#stateOf(receiver);
    if (current === 'slow' || state === 'slow') return 'slow';
    if (current === 'crowded') return 'crowded';
    const triesMax = state === 'healthy' ? healthyTriesMax : newTriesMax;
    return (this.#receivers.get(receiver)?.underWay ?? 0) < triesMax ? 'free' : 'crowded';
  }

  /** Counts a try as under way until it ends. */
  begin(receiver: string): Visit {
    if (this.#receivers.size >= receiversMax) this.#forgetIdle();
    const entry = this.#receivers.get(receiver) ?? { underWay: 0, lastState: 'new', reportedAtMs: 0 };
    this.#receivers.set(receiver, entry);
    entry.underWay += 1;
    return {
      report: (durationMs) => {
        entry.lastState = durationMs >= slowAfterMs ? 'slow' : 'healthy';
        entry.reportedAtMs = this.#clock();
      },
      end: () => {
        entry.underWay -= 1;
      },
    };
  }

  #stateOf(receiver: string): Receiver['lastState'] {
    const entry = this.#receivers.get(receiver);
    if (entry === undefined || this.#clock() - entry.reportedAtMs > rememberedMs) return 'new';
    return entry.lastState;
  }

  #forgetIdle(): void {
    const nowMs = this.#clock();
    for (const [receiver, entry] of this.#receivers) {
      const isOld = nowMs - entry.reportedAtMs > rememberedMs;
      if (entry.underWay === 0 && isOld) this.#receivers.delete(receiver);
    }
  }
}
