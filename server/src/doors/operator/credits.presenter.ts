// How balances and movements of credits read: credits as exact decimals.
import type { AccountRow } from '../../accounts/accounts.ts';
import type { Balance, LossRow, StatementRow } from '../../credits/credits.ts';
import type { Book } from '../../lib/money.ts';
import { toCredits } from '../../lib/money.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import type { Presented } from '../plain-schemas.ts';
import type { balance, loss, movement } from './credits.schemas.ts';

export type BalanceOfBook = Balance & { book: Book };

export function presentBalances(
  { id, name }: AccountRow,
  balances: readonly BalanceOfBook[],
): Presented<typeof balance>[] {
  return balances.map(({ book, posted, held }) => ({
    account_id: id,
    account: name,
    book,
    available: toCredits(posted - held),
    held: toCredits(held),
    posted: toCredits(posted),
  }));
}

export function presentMovement(row: StatementRow): Presented<typeof movement> {
  return {
    id: row.id,
    kind: row.kind,
    credits: toCredits(row.amount),
    balance: toCredits(row.balance),
    task_id: row.task_id,
    reason: row.reason,
    created_at: toUnixSeconds(row.created_at),
  };
}

export function presentLoss(row: LossRow): Presented<typeof loss> {
  return {
    id: row.id,
    account_id: row.account_id,
    book: row.book,
    task_id: row.task_id,
    credits: toCredits(row.amount),
    reason: row.reason,
    created_at: toUnixSeconds(row.created_at),
  };
}
