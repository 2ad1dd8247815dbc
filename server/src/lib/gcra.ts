// GCRA in the memory of one process: each caller gets through as often as its rate says, with bursts of a whole window.
// Of a caller one number is kept, its theoretical arrival time: until when what it has used fills its rate. It must
// never let more through than a burst and what has refilled since; a caller that was forgotten because very many others
// came after it begins with a full burst.
import { BoundedMap } from './bounded-map.ts';
import type { SteadyClock } from './time.ts';

export interface GcraOptions {
  clock: SteadyClock;
  windowMs: number;
  /** So many callers are remembered at most. */
  callersMax: number;
}

/** Where an arrival leaves its caller. */
export interface Arrival {
  /** Units that still fit now. */
  left: number;
  /** Milliseconds until one more unit fits. */
  stepMs: number;
  /** Milliseconds until this arrival fits; 0 when it did and was counted. */
  overMs: number;
}

/** The rates of many callers. `max` is the units of a caller in a window, and may change from call to call. */
export class Gcra {
  readonly #clock: SteadyClock;
  readonly #windowMs: number;
  readonly #arrivals: BoundedMap<string, number>;

  constructor({ clock, windowMs, callersMax }: GcraOptions) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#arrivals = new BoundedMap(callersMax);
  }

  /** Counts so many units, if they fit; what is more than a burst counts as a burst, or it would never fit. */
  take(caller: string, max: number, units = 1): Arrival {
    const stepMs = this.stepMs(max);
    const nowMs = this.#clock();
    const arrivalMs = this.#reach(caller, nowMs) + Math.min(units, max) * stepMs;
    const overMs = arrivalMs - nowMs - this.#windowMs;
    if (overMs > 0) return { left: 0, stepMs, overMs };
    this.#arrivals.set(caller, arrivalMs);
    return { left: Math.floor(-overMs / stepMs), stepMs, overMs: 0 };
  }

  /** Counts so many units whether they fit or not: of what has happened already. */
  count(caller: string, max: number, units = 1): void {
    this.#arrivals.set(caller, this.#reach(caller, this.#clock()) + units * this.stepMs(max));
  }

  /** Milliseconds until one unit fits; 0 when it does now. */
  waitMs(caller: string, max: number): number {
    const usedToMs = this.#arrivals.get(caller) ?? 0;
    return Math.max(0, usedToMs + this.stepMs(max) - this.#clock() - this.#windowMs);
  }

  /** Milliseconds between two units at the full rate. */
  stepMs(max: number): number {
    return this.#windowMs / max;
  }

  #reach(caller: string, nowMs: number): number {
    return Math.max(this.#arrivals.get(caller) ?? 0, nowMs);
  }
}
