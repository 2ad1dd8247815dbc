// The positions of waiting tasks. A queue is read as a whole and kept for a moment, so that PostgreSQL is asked once a
// second, however many clients ask about however many tasks of it.
import type { Pool } from 'pg';
import { type Batched, batched } from '../db/batched.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { SECOND_MS, type SteadyClock } from '../lib/time.ts';
import { type QueueName, readQueues } from './tasks.store.ts';

const KEPT_MS = SECOND_MS;
/** A queue is 80 kB at most. */
const QUEUES_MAX = 500;

interface Counted {
  atMs: number;
  /** When its tasks are due, the first one first, in seconds since 1970. */
  dueSeconds: Promise<Float64Array>;
}

export class Positions {
  readonly #clock: SteadyClock;
  readonly #read: Batched<QueueName, Float64Array>;
  readonly #counted = new BoundedMap<string, Counted>(QUEUES_MAX);

  constructor({ pool, clock }: { pool: Pool; clock: SteadyClock }) {
    this.#clock = clock;
    this.#read = batched((queues) => readQueues(pool, queues));
  }

  /** The position of a task among those of its account and model, 1 for the next; less than a second old. */
  async of(queue: QueueName, dueSeconds: number): Promise<number> {
    const name = `${queue.accountId} ${queue.model}`;
    const known = this.#counted.get(name);
    const nowMs = this.#clock();
    if (known && nowMs - known.atMs < KEPT_MS) return placeIn(await known.dueSeconds, dueSeconds);
    const counted: Counted = { atMs: nowMs, dueSeconds: this.#read(queue) };
    this.#counted.set(name, counted);
    try {
      return placeIn(await counted.dueSeconds, dueSeconds);
    } catch (error) {
      // The next question reads again.
      if (this.#counted.get(name) === counted) this.#counted.delete(name);
      throw error;
    }
  }
}

/** One more than the number of tasks that are due before it. */
function placeIn(queue: Float64Array, dueSeconds: number): number {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (queue[middle] < dueSeconds) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
