// How many renders run at once in this process: so many of any length, and so many short ones beside them.
import type { LocalSlots } from '../contract.ts';

/** A slot that is held: of which kind it is. */
export type Slot = keyof LocalSlots;

export class RenderSlots {
  readonly #left: LocalSlots;
  readonly #waiting = new Set<() => void>();

  constructor(slots: LocalSlots) {
    this.#left = { ...slots };
  }

  /** Waits for a slot; a short render takes one of either kind. Undefined when stopped before. */
  async take(isShort: boolean, signal: AbortSignal): Promise<Slot | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const slot = this.#find(isShort);
      if (slot !== undefined) {
        this.#left[slot]--;
        return slot;
      }
      await this.#change(signal);
    }
  }

  free(slot: Slot): void {
    this.#left[slot]++;
    // All of them look again, first come, first served: one that was stopped meanwhile swallows nobody's turn.
    for (const wake of [...this.#waiting]) wake();
  }

  #find(isShort: boolean): Slot | undefined {
    if (this.#left.any > 0) return 'any';
    return isShort && this.#left.short > 0 ? 'short' : undefined;
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
