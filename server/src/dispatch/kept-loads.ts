// The counts of open attempts from one round to the next. With 20,000 open a reading takes longer than all the rest of a
// round, so that counts which took long to read are used again. They are never too low: an end is missed until the next
// reading, but whatever this process begins is counted, and rounds of other processes show in the number of the round.
// State: the counts, the number of the round they are of, and the time until which they may be used.
import type { PoolClient } from 'pg';
import { SECOND_MS, type SteadyClock, steadyClock } from '../lib/time.ts';
import { type Loads, readLoads } from './dispatch.store.ts';

/** A reading that is quicker than this is made for every round. */
const QUICK_MS = 10;
/** Kept so many times as long as their reading took: a tenth of the time at most goes into readings. */
const KEPT_TIMES = 9;
const KEPT_MS_MAX = SECOND_MS;

/** The counts, as a round takes them and gives them back. */
export interface Kept {
  loads: Loads;
  /** The number of the round that they were used in last. */
  round: number;
  untilMs: number;
}

export class KeptLoads {
  readonly #clock: SteadyClock;
  #kept: Kept | undefined;
  #isOld = false;

  constructor(clock: SteadyClock = steadyClock) {
    this.#clock = clock;
  }

  /** Counts for a round, which may add to them. They are given back by `keep` once that round is committed. */
  async take(client: PoolClient, round: number): Promise<Kept> {
    const kept = this.#kept;
    this.#kept = undefined;
    const beganMs = this.#clock();
    this.#isOld = kept !== undefined && kept.round === round - 1 && beganMs < kept.untilMs;
    if (kept && this.#isOld) return { ...kept, round };
    const loads = await readLoads(client);
    const tookMs = this.#clock() - beganMs;
    const keptMs = tookMs < QUICK_MS ? 0 : Math.min(KEPT_MS_MAX, tookMs * KEPT_TIMES);
    return { loads, round, untilMs: this.#clock() + keptMs };
  }

  /** After the commit of the round that took them. */
  keep(kept: Kept): void {
    this.#kept = kept;
  }

  /** How long a round may be put off that could find a place of which the last one knew nothing. */
  restMs(): number {
    if (!this.#isOld || !this.#kept) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#kept.untilMs - this.#clock());
  }
}
