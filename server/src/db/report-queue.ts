// Reads that may go over much of what an account has: pages with filters, sums, statements. They have connections of their
// own, and each account has one place: while one of its reads is under way the next ones wait, and those of other accounts
// pass them. A read that takes three seconds ends as an outage.
import type { Pool } from 'pg';
import { AppError } from '../errors.ts';
import type { DatabaseLog } from './log.ts';
import { createPool } from './pool.ts';

/** Reads under way at once in this process. */
const REPORTS_AT_ONCE = 3;
const REPORT_TIMEOUT_MS = 3_000;
const WAITING_MAX = 500;
const WAITING_ACCOUNT_MAX = 100;

interface Waiting {
  owner: string;
  start(): Promise<void>;
}

export class Reports {
  readonly #pool: Pool;
  /** Those whose read is under way. */
  readonly #busy = new Set<string>();
  #waiting: Waiting[] = [];

  constructor({ url, log }: { url: string; log: DatabaseLog }) {
    const limits = { max: REPORTS_AT_ONCE, statementTimeoutMs: REPORT_TIMEOUT_MS };
    this.#pool = createPool(url, { ...limits, applicationName: 'reelay reports', log });
  }

  /**
   * Reads when it is the turn of the owner. @throws AppError `database_unavailable` when too many wait already.
   */
  read<Report>(owner: string, work: (pool: Pool) => Promise<Report>): Promise<Report> {
    const ofOwner = this.#waiting.filter((one) => one.owner === owner).length;
    if (this.#waiting.length >= WAITING_MAX || ofOwner >= WAITING_ACCOUNT_MAX)
      return Promise.reject(new AppError('database_unavailable', { retryAfterSeconds: 2 }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ owner, start: () => work(this.#pool).then(resolve, reject) });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #pump(): void {
    while (this.#busy.size < REPORTS_AT_ONCE) {
      const at = this.#waiting.findIndex(({ owner }) => !this.#busy.has(owner));
      if (at === -1) return;
      const [next] = this.#waiting.splice(at, 1);
      this.#busy.add(next.owner);
      void next.start().finally(() => {
        this.#busy.delete(next.owner);
        this.#pump();
      });
    }
  }
}
