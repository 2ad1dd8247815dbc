// How much each host is sent, over all accounts, ports and reasons to send: an account names any address as its receiver,
// and this server must not become the flood that somebody else complains of. GCRA in the memory of this process.
import { SECOND_MS, type SteadyClock } from '../lib/time.ts';

const WINDOW_MS = 10 * SECOND_MS;
/** A larger callback counts as several. */
const UNIT_BYTES = 16 * 1024;
const HOSTS_MAX = 20_000;

export class HostRates {
  readonly #clock: SteadyClock;
  readonly #stepMs: number;
  /** Until when what was sent to a host uses its rate up. */
  readonly #usedToMs = new Map<string, number>();

  /** @param max callbacks in ten seconds to a host. */
  constructor(clock: SteadyClock, max: number) {
    this.#clock = clock;
    this.#stepMs = WINDOW_MS / max;
  }

  /** Time between two callbacks at the full rate. */
  get stepMs(): number {
    return this.#stepMs;
  }

  /** Until one more may be sent; 0 when it may now. */
  waitMs(receiver: string): number {
    const nowMs = this.#clock();
    const usedToMs = this.#usedToMs.get(hostnameOf(receiver)) ?? 0;
    return Math.max(0, usedToMs + this.#stepMs - WINDOW_MS - nowMs);
  }

  count(receiver: string, units = 1): void {
    const nowMs = this.#clock();
    const host = hostnameOf(receiver);
    if (this.#usedToMs.size >= HOSTS_MAX) this.#forgetIdle(nowMs);
    this.#usedToMs.set(host, Math.max(this.#usedToMs.get(host) ?? 0, nowMs) + units * this.#stepMs);
  }

  /** Counts what a body is beyond the one that was counted for it. */
  countBytes(receiver: string, bytes: number): void {
    const units = Math.ceil(bytes / UNIT_BYTES) - 1;
    if (units > 0) this.count(receiver, units);
  }

  #forgetIdle(nowMs: number): void {
    for (const [host, usedToMs] of this.#usedToMs) if (usedToMs <= nowMs) this.#usedToMs.delete(host);
  }
}

/** The host of a receiver without its port: the ports of one machine are one machine. */
function hostnameOf(receiver: string): string {
  return receiver.replace(/:\d+$/, '');
}
