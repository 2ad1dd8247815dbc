// How many renders run at once in this process: a number of any length, and a number of short ones in
// addition. A job comes with a slot that the dispatcher gave it, fairly between accounts; or late, after a
// scenario that only waited. Late jobs take turns with the others, since any number of one account may have
// waited.
import { pause, SECOND_MS } from '../../lib/time.ts';
import type { LocalSlots } from '../contract.ts';

/** The kind of a slot that is held. */
export type Slot = keyof LocalSlots;

/**
 * How long a late job waits for the slot that another late job freed: time for the dispatcher to give it
 * away.
 */
const LATE_PAUSE_MS = 2 * SECOND_MS;

export class RenderSlots {
  readonly #left: LocalSlots;
  readonly #latePauseMs: number;
  readonly #waiting = new Set<() => void>();
  #lateFromMs = 0;
  /** Jobs with a slot that wait for a late one to end. */
  #early = 0;

  constructor(slots: LocalSlots, latePauseMs = LATE_PAUSE_MS) {
    this.#left = { ...slots };
    this.#latePauseMs = latePauseMs;
  }

  /**
   * The slot of a job that the dispatcher placed; a short one takes either kind. Undefined when stopped
   * first.
   */
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

  /** A slot for a late job, never one of those for short jobs. Undefined when stopped first. */
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
    // All waiting jobs look again, first come, first served: a job that was stopped meanwhile takes no turn.
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
