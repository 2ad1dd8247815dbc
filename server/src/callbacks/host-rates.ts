// How much each host is sent, over all accounts, ports and reasons to send: an account names any address as its receiver,
// and this server must not flood the server of other people. It is counted in the memory of this process.
import { Gcra } from '../lib/gcra.ts';
import { SECOND_MS, type SteadyClock } from '../lib/time.ts';

const WINDOW_MS = 10 * SECOND_MS;
/** A larger callback counts as several. */
const UNIT_BYTES = 16 * 1024;
const HOSTS_MAX = 20_000;

export class HostRates {
  readonly #rates: Gcra;
  readonly #max: number;

  /** @param max callbacks in ten seconds to a host. */
  constructor(clock: SteadyClock, max: number) {
    this.#rates = new Gcra({ clock, windowMs: WINDOW_MS, callersMax: HOSTS_MAX });
    this.#max = max;
  }

  /** Time between two callbacks at the full rate. */
  get stepMs(): number {
    return this.#rates.stepMs(this.#max);
  }

  /** Until one more may be sent; 0 when it may now. */
  waitMs(receiver: string): number {
    return this.#rates.waitMs(hostnameOf(receiver), this.#max);
  }

  count(receiver: string, units = 1): void {
    this.#rates.count(hostnameOf(receiver), this.#max, units);
  }

  /** Counts what a body is beyond the one that was counted for it. */
  countBytes(receiver: string, bytes: number): void {
    const units = Math.ceil(bytes / UNIT_BYTES) - 1;
    if (units > 0) this.count(receiver, units);
  }
}

/** The host of a receiver without its port: the ports of one machine are one machine. */
function hostnameOf(receiver: string): string {
  return receiver.replace(/:\d+$/, '');
}
