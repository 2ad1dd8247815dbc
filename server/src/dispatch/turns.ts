// Whose turn it is: among the accounts that wait, the one with the fewest attempts open; among equals, the one with less
// work done; among equals again, the one that was served longest ago. Thousands of accounts may wait for a few places, so
// nothing here costs more for each account than a sort does.
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Candidate } from './dispatch.store.ts';

const REMEMBERED_MAX = 50_000;

/** A task of an account that was given a place. */
export interface Turn {
  accountId: string;
  /** 1 is that of any start at a provider, and of a draft that is just short. */
  work: number;
}

interface Served {
  /** The number of its last turn in the count of all turns. */
  turn: number;
  /** The point that its work has reached. */
  reached: number;
}

/**
 * Remembers how much work was done for each account, from one round to the next. The work of an account is laid end to
 * end, and the account that has reached the least comes next. An account that was away goes on from where the others
 * are, so that it cannot save up turns.
 */
export class Turns {
  readonly #served = new BoundedMap<string, Served>(REMEMBERED_MAX);
  #count = 0;
  /** Where the work of the latest turn began. */
  #now = 0;

  /** Sorts by the least work done; among equals accounts without a turn come first, then the one served longest ago. */
  sort(accountIds: Iterable<string>): string[] {
    const turnOf = (id: string) => this.#served.get(id)?.turn ?? 0;
    return [...accountIds].sort(
      (one, other) => this.#startOf(one) - this.#startOf(other) || turnOf(one) - turnOf(other),
    );
  }

  count({ accountId, work }: Turn): void {
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

/** The accounts that wait with their tasks. Each is in it once, and leaves it when it has no more tasks. */
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

  /** Takes the first task of the account whose turn it is. The account is out of the line until it is put back. */
  take(): Candidate | undefined {
    for (; this.#lowest <= this.#highest; this.#lowest++) {
      const level = this.#levels.get(this.#lowest);
      if (!level || level.next === level.accountIds.length) continue;
      const accountId = level.accountIds[level.next++];
      return this.#queues.get(accountId)?.pop();
    }
    return undefined;
  }

  /** Lets an account wait for its next turn, behind its equals, once its task was dealt with. */
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
