// How many renders run at once in this process: so many of any length, and so many short ones beside them. A job comes
// with a place that the dispatcher gave it, fair between accounts; or late, after a scenario that only waited. The late
// ones get the slots in turn with the others, since any number of one account may have waited.
import { pause, SECOND_MS } from '../../lib/time.ts';
import type { LocalSlots } from '../contract.ts';

/** A slot that is held: of which kind it is. */
export type Slot = keyof LocalSlots;

/** Until the next late job may take the slot that a late one has freed: time for the dispatcher to give it away. */
const LATE_PAUSE_MS = 2 * SECOND_MS;

export class RenderSlots {
  readonly #left: LocalSlots;
  readonly #latePauseMs: number;
  readonly #waiting = new Set<() => void>();
  #lateFromMs = 0;
  /** Jobs with a place that wait for a late one to end. */
  #early = 0;

  constructor(slots: LocalSlots, latePauseMs = LATE_PAUSE_MS) {
    this.#left = { ...slots };
    this.#latePauseMs = latePauseMs;
  }

  /** The slot of a job that was given a place; a short one takes either kind. Undefined when stopped before. */
  async take(isShort: boolean, signal: AbortSignal): Promise<Slot | undefined> {
    this.#early++;
    try {
      while (!signal.aborted) {
        const slot = this.#left.any > 0 ? 'any' : isShort && this.#left.short > 0 ? 'short' : undefined;
        if (slot !== undefined) return this.#hold(slot);
        await this.#change(signal);
      }
      return undefined;
    } finally {
      this.#early--;
    }
  }

  /** A slot for a job that has none, never one of those that short ones pass by. Undefined when stopped before. */
  async takeLate(signal: AbortSignal): Promise<Slot | undefined> {
    while (!signal.aborted) {
      const pauseMs = this.#lateFromMs - performance.now();
      if (pauseMs > 0) await pause(pauseMs, signal);
      else if (this.#left.any > 0 && this.#early === 0) return this.#hold('any');
      else await this.#change(signal);
    }
    return undefined;
  }

  free(slot: Slot, { late } = { late: false }): void {
    this.#left[slot]++;
    if (late) this.#lateFromMs = performance.now() + this.#latePauseMs;
    // All of them look again, first come, first served: one that was stopped meanwhile swallows nobody's turn.
    for (const wake of [...this.#waiting]) wake();
  }

  #hold(slot: Slot): Slot {
    this.#left[slot]--;
    return slot;
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
