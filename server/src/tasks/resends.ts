// Creates that clients send again by themselves under no idempotency key, as the clients that OpenAI publishes do after a
// broken connection. They number their attempts, and a repeat has the body of the attempt before it: so the task of that
// attempt is found by the digest of its body and given back, and no second one is made and paid.
//
// Two creates with equal bodies are not the same create: each task is given to one row of attempts alone (`tasks.resent`
// is the last of them), a task that was read since is not given at all, because its client has its id, and after an
// attempt that was refused the next one makes a task.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { KeyRecord } from '../accounts/keys.ts';
import { AppError } from '../errors.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { oldestIdAt } from '../lib/ids.ts';
import { type Clock, MINUTE_MS, SECOND_MS, steadyClock } from '../lib/time.ts';
import type { Created } from './create.store.ts';
import { claimResent, markResent } from './resends.store.ts';

/** An attempt of a create. */
export interface Attempt {
  door: string;
  /** What is asked, in a form that is the same for each attempt. */
  rawBody: string;
  /** 0 for the first. */
  number: number;
}

/** The longest time of an attempt by the defaults of those clients (10 minutes), with their pause after it. */
const ATTEMPT_MS = 10 * MINUTE_MS + 10 * SECOND_MS;
/** Their usual number of repeats is 2; a number beyond this changes nothing. */
const ATTEMPTS_MAX = 3;
/** The clocks of two nodes may be apart. */
const SKEW_MS = MINUTE_MS;
/** They wait no longer after a refusal than this. */
const REFUSAL_KEPT_MS = 2 * MINUTE_MS;
const REMEMBERED_MAX = 50_000;

/** Attempts that were refused and will come again. */
interface Refused {
  count: number;
  untilMs: number;
}

/** The digest of what is asked. */
export function digestBody(rawBody: string): Buffer {
  return createHash('sha256').update(rawBody).digest();
}

export class Resends {
  readonly #pool: Pool;
  readonly #clock: Clock;
  /** Attempts that are being decided, by name. */
  readonly #underWay = new Map<string, Set<Promise<unknown>>>();
  readonly #refused = new BoundedMap<string, Refused>(REMEMBERED_MAX);
  /** Tasks whose ids their clients know. */
  readonly #known = new BoundedMap<string, true>(REMEMBERED_MAX);

  constructor(options: { pool: Pool; clock: Clock }) {
    this.#pool = options.pool;
    this.#clock = options.clock;
  }

  /** Says that a client has asked for a task by its id. */
  noteRead(taskId: string): void {
    this.#known.set(taskId, true);
  }

  /**
   * The task of the attempt before this one, or else what `make` makes.
   * @throws AppError as `make` does.
   */
  async follow(key: KeyRecord, attempt: Attempt, make: () => Promise<Created>): Promise<Created> {
    const digest = digestBody(attempt.rawBody);
    const name = [key.accountId, key.mode, attempt.door, digest.toString('base64')].join(' ');
    const earlier = [...(this.#underWay.get(name) ?? [])];
    return this.#watch(name, async () => {
      if (attempt.number === 0) return this.#make(name, attempt, make);
      await Promise.allSettled(earlier);
      const found = this.#takeRefusal(name, attempt.number - 1)
        ? undefined
        : await this.#claim(key, attempt, digest);
      if (found !== undefined) {
        return { taskId: found, replayed: true, createsMax: 0, createsLeft: 0, retryMs: 0 };
      }
      const created = await this.#make(name, attempt, make);
      await markResent(this.#pool, created.taskId, attempt.number);
      return created;
    });
  }

  /** Runs an attempt where later ones see it. */
  async #watch(name: string, decide: () => Promise<Created>): Promise<Created> {
    const others = this.#underWay.get(name) ?? new Set();
    this.#underWay.set(name, others);
    const deciding = decide();
    others.add(deciding);
    try {
      return await deciding;
    } finally {
      others.delete(deciding);
      if (others.size === 0) this.#underWay.delete(name);
    }
  }

  async #make(name: string, attempt: Attempt, make: () => Promise<Created>): Promise<Created> {
    try {
      return await make();
    } catch (error) {
      const comesAgain = error instanceof AppError && error.errorName === 'rate_limited';
      if (comesAgain) this.#noteRefusal(`${name} ${attempt.number}`);
      throw error;
    }
  }

  #noteRefusal(name: string): void {
    const nowMs = steadyClock();
    const before = this.#refused.get(name);
    const count = before !== undefined && before.untilMs > nowMs ? before.count : 0;
    this.#refused.set(name, { count: count + 1, untilMs: nowMs + REFUSAL_KEPT_MS });
  }

  #takeRefusal(name: string, number: number): boolean {
    const refused = this.#refused.get(`${name} ${number}`);
    if (refused === undefined || refused.count === 0 || refused.untilMs <= steadyClock()) return false;
    refused.count -= 1;
    return true;
  }

  #claim(key: KeyRecord, { door, number }: Attempt, digest: Buffer): Promise<string | undefined> {
    const spanMs = Math.min(number, ATTEMPTS_MAX) * ATTEMPT_MS + SKEW_MS;
    const question = {
      accountId: key.accountId,
      book: key.mode,
      door,
      digest,
      attempt: number,
      notBefore: oldestIdAt(this.#clock() - spanMs),
    };
    return claimResent(this.#pool, question, (taskId) => this.#known.get(taskId) !== undefined);
  }
}
