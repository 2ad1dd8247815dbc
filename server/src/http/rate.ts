// Rates of calls, in the memory of this process (lib/gcra.ts), so that they hold for each process. They protect the
// server from floods, and are counted before a body is read, by its size: what is refused for its body costs its
// caller, too. The limit that concerns money, that of the creates that are taken, lives in the database.
import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import { AppError, type RateLimit } from '../errors.ts';
import { Gcra } from '../lib/gcra.ts';
import { SECOND_MS, type SteadyClock } from '../lib/time.ts';
import { BODY_BYTES_MAX } from './body.ts';

export const RATE_WINDOW_SECONDS = 10;
const CALLERS_MAX = 50_000;
/** Of an operator who mistypes; a token cannot be guessed at this rate. */
const FAILURES_PER_10S = 10;

/** The RateLimit fields of draft-ietf-httpapi-ratelimit-headers-11, as a header record. */
export function rateFields({ policy, max, left, resetMs, ...limit }: RateLimit): Record<string, string> {
  const windowSeconds = limit.windowSeconds ?? RATE_WINDOW_SECONDS;
  const reset = Math.max(0, Math.ceil(resetMs / SECOND_MS));
  return {
    'ratelimit-policy': `"${policy}";q=${max};w=${windowSeconds}`,
    ratelimit: `"${policy}";r=${left};t=${reset}`,
  };
}

function createRates(clock: SteadyClock): Gcra {
  return new Gcra({ clock, windowMs: RATE_WINDOW_SECONDS * SECOND_MS, callersMax: CALLERS_MAX });
}

function refuse(whose: string, overMs: number, limit?: RateLimit): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(overMs / SECOND_MS));
  const message = `Too many calls ${whose}; try again in ${retryAfterSeconds} s`;
  return new AppError('rate_limited', { message, retryAfterSeconds, limit });
}

export class ReadRate {
  readonly #calls: Gcra;

  constructor(clock: SteadyClock) {
    this.#calls = createRates(clock);
  }

  /** Counts one call. @throws AppError `rate_limited` with `Retry-After` when it is one too many. */
  take({ keyId, max, units }: { keyId: string; max: number; units: number }, reply: FastifyReply): void {
    const { left, stepMs, overMs } = this.#calls.take(keyId, max, units);
    if (overMs > 0) throw refuse('with this key', overMs, { policy: 'read', max, left: 0, resetMs: overMs });
    reply.headers(rateFields({ policy: 'read', max, left, resetMs: stepMs }));
  }
}

/** Refused creates to one that is taken: enough for a client that corrects its input by trying. */
const TRIES_A_CREATE = 10;
const TRIES_MIN = 50;

/** Creates that are tried, whatever becomes of them. */
export class TryRate {
  readonly #calls: Gcra;

  constructor(clock: SteadyClock) {
    this.#calls = createRates(clock);
  }

  /** Counts one try. @throws AppError `rate_limited` with `Retry-After` when it is one too many. */
  take(
    keyId: string,
    { createsMax, createsWindowSeconds }: { createsMax: number; createsWindowSeconds: number },
    units: number,
  ): void {
    const createsPer10s = Math.ceil((createsMax * RATE_WINDOW_SECONDS) / createsWindowSeconds);
    const max = Math.max(createsPer10s * TRIES_A_CREATE, TRIES_MIN);
    const { overMs } = this.#calls.take(keyId, max, units);
    if (overMs > 0) throw refuse('with this key', overMs);
  }
}

/** Pages, descriptions and figures for anybody: a browser that reloads, and several machines that look often. */
const ADDRESS_UNITS_PER_10S = 200;

/** Calls that take no key, by address. */
export class AddressRate {
  readonly #calls: Gcra;

  constructor(clock: SteadyClock) {
    this.#calls = createRates(clock);
  }

  /** Counts one call. @throws AppError `rate_limited` with `Retry-After` when it is one too many. */
  take(address: string, units: number): void {
    const { overMs } = this.#calls.take(address, ADDRESS_UNITS_PER_10S, units);
    if (overMs > 0) throw refuse('from this address', overMs);
  }
}

/** Refusals of a caller that are answered at once: one that waits as long as the answer says never gets so many. */
const PROMPT_REFUSALS_PER_10S = 20;
const REFUSAL_PAUSE_MS = SECOND_MS;

/**
 * When a refused call is answered. A client that asks again at once would have the server refuse as fast as it can, on
 * the time of the others; one that gets its answer later asks less often, and its bodies stay unread meanwhile.
 */
export class RefusalPace {
  readonly #refusals: Gcra;

  constructor(clock: SteadyClock) {
    this.#refusals = createRates(clock);
  }

  /** Calls `answer` now, or a second later when this caller was refused too often in the last ten. */
  refuse(caller: string, answer: () => void): void {
    const { overMs } = this.#refusals.take(caller, PROMPT_REFUSALS_PER_10S);
    if (overMs > 0) setTimeout(answer, REFUSAL_PAUSE_MS);
    else answer();
  }
}

const UNIT_BYTES = 32 * 1024;

/** What a request counts for: one, and one more for each further 32 KiB of its body, which cost as much to judge. */
export function unitsOf({ headers }: IncomingMessage): number {
  const length =
    headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : BODY_BYTES_MAX;
  return Math.max(1, Math.ceil(Math.min(length, BODY_BYTES_MAX) / UNIT_BYTES));
}

/** Holds off an address that was refused too often, whatever it sends next. */
export class FailureRate {
  readonly #failures: Gcra;

  constructor(clock: SteadyClock) {
    this.#failures = createRates(clock);
  }

  /** @throws AppError `rate_limited` with `Retry-After` while the address has to wait. */
  check(address: string): void {
    const waitMs = this.#failures.waitMs(address, FAILURES_PER_10S);
    if (waitMs > 0) throw refuse('that were refused', waitMs);
  }

  count(address: string): void {
    this.#failures.count(address, FAILURES_PER_10S);
  }
}
