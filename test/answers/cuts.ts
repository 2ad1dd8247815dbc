// Which connections break, and when. Nothing breaks unless it is asked for.
import type { Judge, Moment } from '../stage/sql-gate.ts';

export const MOMENTS: readonly Moment[] = ['before', 'during', 'after'];

/** Notices only make things faster, and come at any time. */
const BESIDE = /pg_notify/;
const READ = /^(select|key-by-digest)/;

export class Cuts {
  #decide: Judge = () => undefined;
  #seen: string[] = [];

  readonly judge: Judge = (label) => {
    if (BESIDE.test(label)) return undefined;
    this.#seen.push(label);
    return this.#decide(label);
  };

  /** Nothing breaks any more. @returns the statements since the last call. */
  calm(): string[] {
    this.#decide = () => undefined;
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }

  /** Breaks the nth statement of this name from now, counted from one, and no other. */
  one(label: string, nth: number, moment: Moment): void {
    let left = nth;
    this.#decide = (found) => {
      if (found !== label) return undefined;
      left--;
      return left === 0 ? moment : undefined;
    };
  }

  /** Breaks every nth statement, at each moment in turn. */
  every(nth: number): void {
    let count = 0;
    this.#decide = () => (++count % nth === 0 ? MOMENTS[(count / nth) % MOMENTS.length] : undefined);
  }

  /** Breaks this share of all statements, and fewer of the reads before them. */
  byChance(share: number, random: () => number): void {
    this.#decide = (label) => {
      const own = READ.test(label) ? share / 10 : share;
      return random() < own ? MOMENTS[Math.floor(random() * MOMENTS.length)] : undefined;
    };
  }

  /** Breaks each statement with such a name. */
  allOf(names: RegExp, moment: Moment): void {
    this.#decide = (label) => (names.test(label) ? moment : undefined);
  }

  /** The whole database is away: what is sent to it is done or not, and never answered. */
  all(moment: Moment): void {
    this.#decide = () => moment;
  }
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
