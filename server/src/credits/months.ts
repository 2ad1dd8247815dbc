// Closed months of the ledger: a file with every transfer of one, which is kept elsewhere, and the sums that stand for its
// charges once they are old. Charges are the many rows; grants, corrections and losses stay for ever, so that a payment is
// never credited twice.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { OperatorError } from '../errors.ts';
import { csvLine } from '../lib/csv.ts';
import { timeOfId } from '../lib/ids.ts';
import { toCredits } from '../lib/money.ts';
import {
  type ExportedMonth,
  findClosedMonth,
  findExport,
  insertExport,
  type MonthRow,
  readTransfers,
  sumStep,
} from './months.store.ts';

const COLUMNS = [
  'id',
  'time',
  'account',
  'book',
  'kind',
  'credits',
  'side',
  'other',
  'task',
  'reason',
  'reference',
];
/** The side that gains the credits of a line, and the other one, which gains the negative. */
const SIDES: Record<MonthRow['kind'], [side: string, other: string]> = {
  grant: ['account', 'grants'],
  adjust: ['account', 'adjustments'],
  capture: ['account', 'revenue'],
  loss: ['loss', 'revenue'],
};

function lineOf(row: MonthRow): string {
  const [side, other] = SIDES[row.kind];
  return csvLine([
    row.id,
    timeOfId(row.id).toISOString(),
    row.account_id,
    row.book,
    row.kind,
    toCredits(row.amount),
    side,
    other,
    row.task_id,
    row.reason,
    row.external_reference,
  ]);
}

async function findMonth(pool: Pool, month: string): Promise<ExportedMonth> {
  const found = await findExport(pool, month);
  if (!found) throw new OperatorError(`${month} was never exported`, { errorName: 'not_found' });
  return found;
}

/**
 * Writes every transfer of a closed month as CSV, and keeps what the file has. The same month gives the same file, as long as
 * its charges are there one by one.
 */
export async function exportMonth(
  pool: Pool,
  month: string,
  write: (text: string) => Promise<unknown>,
): Promise<ExportedMonth> {
  const range = await findClosedMonth(pool, month);
  if (!range) throw new OperatorError(`${month} is not over yet; it is closed two hours after its end (UTC)`);
  const earlier = await findExport(pool, month);
  if (earlier?.summed_at)
    throw new OperatorError(`The charges of ${month} are kept as sums alone; see its file`);
  const digest = createHash('sha256');
  const put = async (text: string) => {
    digest.update(text);
    await write(text);
  };
  const sums = { transfers: 0n, charges: 0n, charged: 0n };
  await put(csvLine(COLUMNS));
  for await (const rows of readTransfers(pool, range)) {
    await put(rows.map(lineOf).join(''));
    sums.transfers += BigInt(rows.length);
    for (const { kind, amount } of rows) {
      if (kind !== 'capture') continue;
      sums.charges += 1n;
      sums.charged += amount;
    }
  }
  const sha256 = digest.digest();
  await insertExport(pool, { month, ...sums, sha256 });
  const kept = await findMonth(pool, month);
  if (!kept.sha256.equals(sha256))
    throw new OperatorError(
      `${month} is not what it was when it was exported: reelay credits audit says more`,
    );
  return kept;
}

/** What the file of a month has, if this is that file. @throws OperatorError if it is another one. */
export async function checkFile(
  pool: Pool,
  month: string,
  pieces: AsyncIterable<Buffer>,
): Promise<ExportedMonth> {
  const digest = createHash('sha256');
  for await (const piece of pieces) digest.update(piece);
  const kept = await findMonth(pool, month);
  if (!kept.sha256.equals(digest.digest())) throw new OperatorError(`This is not the file of ${month}`);
  return kept;
}

/**
 * Moves some charges of the oldest exported month into its sums, if `monthsKept` months are over since; zero keeps all.
 * @returns how many.
 */
export async function sumOldCharges(pool: Pool, monthsKept: number, limit: number): Promise<number> {
  if (monthsKept === 0) return 0;
  return sumStep(pool, { monthsKept, limit }, (client, month) =>
    recordAct(client, { action: 'ledger.sum', subject: month, after: { monthsKept } }),
  );
}
