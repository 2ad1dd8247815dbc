// How long tasks of each model take as a rule, from what ended last on this installation, all owners together. Read at
// most once a minute, however many pages ask.
import type { Pool } from 'pg';
import type { Book } from '../lib/money.ts';
import { SharedRead } from '../lib/shared-read.ts';
import { MINUTE_MS, type SteadyClock } from '../lib/time.ts';
import { readUsualTimes, type UsualTimeRow } from './tasks.store.ts';

export class UsualTimes {
  readonly #rows: SharedRead<Map<string, number>>;

  constructor({ pool, clock }: { pool: Pool; clock: SteadyClock }) {
    const nameOf = ({ book, model }: Omit<UsualTimeRow, 'seconds'>) => `${book} ${model}`;
    this.#rows = new SharedRead({
      read: async () => new Map((await readUsualTimes(pool)).map((row) => [nameOf(row), row.seconds])),
      clock,
      keepMs: MINUTE_MS,
    });
  }

  /** Median seconds from start to end by models; a model without a lately ended task of the book is not in it. */
  async of(book: Book): Promise<(model: string) => number | undefined> {
    const rows = await this.#rows.current();
    return (model) => rows.get(`${book} ${model}`);
  }
}
