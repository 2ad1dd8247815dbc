// Whose turn it is: of the accounts that wait, the one with the fewest attempts open, of equals the one that had less work
// done, and of equals the one that was served longest ago. Nothing here is slower for an account more than a sort is, since thousands may wait for a few places.
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Candidate } from './dispatch.store.ts';

const REMEMBERED_MAX = 50_000;

interface Served {
  /** The place in the count of all turns. */
  turn: number;
  /** Where its work so far reaches to. */
  reached: number;
}

/**
 * Remembers what accounts were served, from one round to the next. The work of each is laid end to end, and the account
 * that reaches least far comes next; one that was away goes on from where the others are, so nobody saves turns up.
 */
export class Turns {
  readonly #served = new BoundedMap<string, Served>(REMEMBERED_MAX);
  #count = 0;
  /** Where the work of the latest turn began. */
  #now = 0;

  /** Who has had least work done comes first; of equals who was never served, then who was served longest ago. */
  sort(accountIds: Iterable<string>): string[] {
    const turnOf = (id: string) => this.#served.get(id)?.turn ?? 0;
    return [...accountIds].sort(
      (one, other) => this.#startOf(one) - this.#startOf(other) || turnOf(one) - turnOf(other),
    );
  }

  /** @param work of the turn; 1 is that of any start at a provider, and of a draft that is just short. */
  count(accountId: string, work = 1): void {
    this.#count++;
    this.#now = this.#startOf(accountId);
    const served = { turn: this.#count, reached: this.#now + work };
    this.#served.set(accountId, served);
  }

  #startOf(accountId: string): number {
    return Math.max(this.#now, this.#served.get(accountId)?.reached ?? 0);
  }
}

/** Accounts with the same number of attempts open, first in, first out. */
interface Level {
  accountIds: string[];
  next: number;
}

/** The accounts that wait with their tasks. An account stands in it once, and leaves it when it has no more tasks. */
export class Line {
  readonly #queues: Map<string, Candidate[]>;
  readonly #levels = new Map<number, Level>();
  readonly #runningOf: (accountId: string) => number;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = 0;

  constructor(candidates: readonly Candidate[], turns: Turns, runningOf: (accountId: string) => number) {
    this.#queues = Map.groupBy(candidates, ({ account_id }) => account_id);
    this.#runningOf = runningOf;
    for (const queue of this.#queues.values()) queue.reverse();
    for (const accountId of turns.sort(this.#queues.keys())) this.#add(accountId);
  }

  /** The first task of the account whose turn it is. The account stands aside until it is put back. */
  take(): Candidate | undefined {
    for (; this.#lowest <= this.#highest; this.#lowest++) {
      const level = this.#levels.get(this.#lowest);
      if (!level || level.next === level.accountIds.length) continue;
      const accountId = level.accountIds[level.next++];
      return this.#queues.get(accountId)?.pop();
    }
    return undefined;
  }

  /** An account whose task was dealt with waits for its next turn, behind its equals. */
  putBack(accountId: string): void {
    if (this.#queues.get(accountId)?.length) this.#add(accountId);
  }

  #add(accountId: string): void {
    const running = this.#runningOf(accountId);
    const level = this.#levels.get(running);
    if (level) level.accountIds.push(accountId);
    else this.#levels.set(running, { accountIds: [accountId], next: 0 });
    this.#lowest = Math.min(this.#lowest, running);
    this.#highest = Math.max(this.#highest, running);
  }
}
