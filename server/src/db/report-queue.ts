// Queues reads that may go over everything an account has: pages with filters, sums, statements. If an account asks
// for many at the same moment, they wait here for each other, so that the connections stay free for other accounts.
import { AppError } from '../errors.ts';
import { type Batched, createBatcher } from './batched.ts';

const READS_AT_ONCE = 2;
const WAITING_MAX = 500;

/**
 * The same read, with at most two under way at once in this process. @throws AppError `database_unavailable` when too
 * many wait already.
 */
export function createReportQueue<Question, Report>(
  read: (question: Question) => Promise<Report>,
): Batched<Question, Report> {
  return createBatcher<Question, Report>({
    flush: async ([question]) => [await read(question)],
    itemsMax: 1,
    concurrency: READS_AT_ONCE,
    waitingMax: WAITING_MAX,
    onFull: () => new AppError('database_unavailable', { retryAfterSeconds: 2 }),
  });
}
