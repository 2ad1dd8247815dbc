// What an account has used, by day, model, key, state, or a name of the client's own. A task counts on the day (UTC) on
// which it was created, whenever it ends.
import type { Reports } from '../db/report-queue.ts';
import { type Clock, DAY_MS } from '../lib/time.ts';
import { readKeyDays, readSpending, type SpendingQuestion, type SpendingRow } from './usage.store.ts';

export type { SpendingGroup, SpendingRow } from './usage.store.ts';

/** The rows of a report, and their sum. */
export interface Spending {
  rows: SpendingRow[];
  sum: SpendingRow;
}

/** What a key was charged on each day, the oldest first. */
export interface KeyDays {
  keyId: string;
  credits: bigint[];
}

const NOTHING = { label: null, tasks: 0, succeeded: 0, failed: 0, credits: 0n, held: 0n };

/** The day of a moment, in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

export class Usage {
  readonly #reports: Reports;
  readonly #clock: Clock;

  constructor({ reports, clock }: { reports: Reports; clock: Clock }) {
    this.#reports = reports;
    this.#clock = clock;
  }

  #read(question: SpendingQuestion): Promise<SpendingRow[]> {
    return this.#reports.read(question.accountId, (pool) => readSpending(pool, question, this.#clock()));
  }

  /** What tasks of a time have used, by name; a time that begins or ends within a day is exact, and costs more. */
  async rows(question: SpendingQuestion): Promise<SpendingRow[]> {
    const rows = (await this.#read(question)).slice(0, -1);
    return rows.sort((one, other) => (String(one.name) < String(other.name) ? -1 : 1));
  }

  /** By day, each day of the time has a row; the time begins and ends with a day. */
  async spending(question: SpendingQuestion): Promise<Spending> {
    const read = await this.#read(question);
    const sum = read.at(-1) ?? { name: null, ...NOTHING };
    const rows = read.slice(0, -1);
    if (question.group !== 'day') return { rows, sum };
    const found = new Map(rows.map((row) => [row.name, row]));
    const days = daysFrom(question.from, question.to);
    return { rows: days.map((name) => found.get(name) ?? { name, ...NOTHING }), sum };
  }

  /** Of the keys that were used in the last days, today included. */
  async keyDays({
    accountId,
    days,
    nowMs,
  }: {
    accountId: string;
    days: number;
    nowMs: number;
  }): Promise<KeyDays[]> {
    const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
    const from = new Date(today - (days - 1) * DAY_MS);
    const names = daysFrom(from, new Date(today + DAY_MS));
    const byKey = new Map<string, Map<string, bigint>>();
    for (const { key_id, day, credits } of await this.#reports.read(accountId, (pool) =>
      readKeyDays(pool, { accountId, from }),
    )) {
      const ofKey = byKey.get(key_id) ?? new Map<string, bigint>();
      byKey.set(key_id, ofKey.set(day, credits));
    }
    return [...byKey].map(([keyId, ofKey]) => ({ keyId, credits: names.map((day) => ofKey.get(day) ?? 0n) }));
  }
}

function daysFrom(from: Date, to: Date): string[] {
  const count = Math.ceil((to.getTime() - from.getTime()) / DAY_MS);
  return Array.from({ length: count }, (_, at) => dayOf(new Date(from.getTime() + at * DAY_MS)));
}
