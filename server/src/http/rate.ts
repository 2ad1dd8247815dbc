// Rate of the calls that are not creates: GCRA in the memory of this process, so the limit holds for each process. It
// protects the server from floods; the limit that concerns money, that of creates, lives in the database.
import type { FastifyReply } from 'fastify';
import { AppError, type RateLimit } from '../errors.ts';
import { SECOND_MS, type SteadyClock } from '../lib/time.ts';

export const RATE_WINDOW_SECONDS = 10;
const KEYS_MAX = 50_000;
/** Of an operator who mistypes; a token cannot be guessed at this rate. */
const FAILURES_PER_10S = 10;

/** The RateLimit fields of draft-ietf-httpapi-ratelimit-headers-11, as a header record. */
export function rateFields({ policy, max, left, resetMs }: RateLimit): Record<string, string> {
  const reset = Math.max(0, Math.ceil(resetMs / SECOND_MS));
  return {
    'ratelimit-policy': `"${policy}";q=${max};w=${RATE_WINDOW_SECONDS}`,
    ratelimit: `"${policy}";r=${left};t=${reset}`,
  };
}

export class ReadRate {
  readonly #clock: SteadyClock;
  readonly #arrivals = new Map<string, number>();

  constructor(clock: SteadyClock) {
    this.#clock = clock;
  }

  /** Counts one call. @throws AppError `rate_limited` with `Retry-After` when it is one too many. */
  take(keyId: string, max: number, reply: FastifyReply): void {
    const windowMs = RATE_WINDOW_SECONDS * SECOND_MS;
    const stepMs = windowMs / max;
    const nowMs = this.#clock();
    const arrivalMs = Math.max(this.#arrivals.get(keyId) ?? 0, nowMs) + stepMs;
    const overMs = arrivalMs - nowMs - windowMs;
    if (overMs > 0) {
      const retryAfterSeconds = Math.max(1, Math.ceil(overMs / SECOND_MS));
      throw new AppError('rate_limited', {
        message: `Too many calls with this key; try again in ${retryAfterSeconds} s`,
        retryAfterSeconds,
        limit: { policy: 'read', max, left: 0, resetMs: overMs },
      });
    }
    if (this.#arrivals.size >= KEYS_MAX) this.#arrivals.clear();
    this.#arrivals.set(keyId, arrivalMs);
    const left = Math.floor(-overMs / stepMs);
    reply.headers(rateFields({ policy: 'read', max, left, resetMs: stepMs }));
  }
}

/** Holds off an address that was refused too often, whatever it sends next. */
export class FailureRate {
  readonly #clock: SteadyClock;
  readonly #arrivals = new Map<string, number>();

  constructor(clock: SteadyClock) {
    this.#clock = clock;
  }

  /** @throws AppError `rate_limited` with `Retry-After` while the address has to wait. */
  check(address: string): void {
    const windowMs = RATE_WINDOW_SECONDS * SECOND_MS;
    const stepMs = windowMs / FAILURES_PER_10S;
    const overMs = (this.#arrivals.get(address) ?? 0) + stepMs - this.#clock() - windowMs;
    if (overMs <= 0) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(overMs / SECOND_MS));
    throw new AppError('rate_limited', {
      message: `Too many calls that were refused; try again in ${retryAfterSeconds} s`,
      retryAfterSeconds,
    });
  }

  count(address: string): void {
    const stepMs = (RATE_WINDOW_SECONDS * SECOND_MS) / FAILURES_PER_10S;
    if (this.#arrivals.size >= KEYS_MAX) this.#arrivals.clear();
    this.#arrivals.set(address, Math.max(this.#arrivals.get(address) ?? 0, this.#clock()) + stepMs);
  }
}
