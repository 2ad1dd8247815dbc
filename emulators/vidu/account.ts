// The credits of the emulated account: a task takes its price when it is accepted, and gives it back when it
// fails or is cancelled. The sum is recounted only when it seems used up, so that a create under load costs
// no look.
import type { ApiRequest } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';

export class Account {
  readonly #taken = new Map<string, number>();
  #sum = 0;

  /** What was accepted, minus what is known to have come back. */
  take(id: string, credits: number): void {
    this.#taken.set(id, credits);
    this.#sum += credits;
  }

  /** What is left of `granted`. */
  remaining(granted: number, jobs: Jobs<unknown>, request: ApiRequest): number {
    for (const job of jobs.list(request)) this.#giveBack(job);
    return granted - this.#sum;
  }

  covers(credits: number, granted: number, look: () => number): boolean {
    return granted - this.#sum >= credits || look() >= credits;
  }

  #giveBack({ id, state }: Job<unknown>): void {
    const credits = this.#taken.get(id);
    if (credits === undefined || !isFree(state)) return;
    this.#taken.delete(id);
    this.#sum -= credits;
  }
}

/** Failed tasks are not charged. */
export function isFree(state: Job<unknown>['state']): boolean {
  return state === 'failed' || state === 'cancelled' || state === 'expired';
}
