// The entry of the ledger. What a task holds and is charged is written by the create and settle statements of tasks, into
// the row of the task and one transfer; everything else that moves credits passes through here.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import type { Reports } from '../db/report-queue.ts';
import { invariant, OperatorError } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import { BOOKS, type Book, type Micros, toCredits } from '../lib/money.ts';
import { type AuditScope, auditDay, auditLedger, auditRecent, type Violation } from './audit.ts';
import * as store from './credits.store.ts';
import type { ExportedMonth } from './months.store.ts';
import { checkFile, exportMonth, sumOldCharges } from './months.ts';

export type { Balance, LossRow, StatementRow } from './credits.store.ts';
export type { ExportedMonth } from './months.store.ts';

/** Books what the operator has to bear, in a transaction of the caller; once for each reference. */
export async function recordLoss(client: PoolClient, loss: store.NewLoss): Promise<void> {
  await store.insertLoss(client, loss);
}

export interface Movement {
  accountId: string;
  book: Book;
  amount: Micros;
  reason: string;
  /** The payment behind it; the same one twice moves credits once. */
  externalReference?: string;
}

export interface Credits {
  balance(accountId: string, book: Book): Promise<store.Balance>;
  /** The balances of both books, the live one first. */
  balances(accountId: string): Promise<(store.Balance & { book: Book })[]>;
  /** Adds credits. @returns false when the external reference was credited before. */
  grant(movement: Movement): Promise<boolean>;
  /** The same in a transaction of the caller, which repeats nothing that it has committed. */
  grantWithin(client: PoolClient, movement: Movement): Promise<boolean>;
  /** Adds or takes credits as a correction. @throws OperatorError when what is left would not cover the holds. */
  adjust(movement: Movement): Promise<boolean>;
  statement(page: {
    accountId: string;
    book: Book;
    before?: string | undefined;
    limit: number;
    /** Only what this task was charged; nothing once the task is removed. */
    taskId?: string | undefined;
  }): Promise<store.StatementRow[]>;
  /** Results that came too late to be charged: what the operator bears, newest first. `before` is the id of the last row seen. */
  losses(page: { before?: string | undefined; limit: number }): Promise<store.LossRow[]>;
  /** Writes a closed month such as 2026-10 as CSV. @throws OperatorError if it is not over, or kept as sums alone. */
  exportMonth(month: string, write: (text: string) => Promise<unknown>): Promise<ExportedMonth>;
  /** Proves that a file is that of an exported month. @throws OperatorError if it is not. */
  checkFile(month: string, pieces: AsyncIterable<Buffer>): Promise<ExportedMonth>;
  /** Moves some old charges of exported months into sums; zero months keep all. @returns how many. */
  sumOldCharges(monthsKept: number, limit: number): Promise<number>;
  /** Proves the whole ledger. */
  audit(): Promise<Violation[]>;
  /** Proves every balance, and what no audit of a day has proved before. */
  auditDay(): Promise<Violation[]>;
  /** Proves every balance, the open tasks, and what has moved lately. */
  auditRecent(): Promise<Violation[]>;
  /** Keeps what an audit found, by invariant, where the metrics page of every process finds it. */
  saveAudit(scope: AuditScope, violations: Record<string, number>): Promise<void>;
}

function conflict(message: string): OperatorError {
  return new OperatorError(message, { errorName: 'conflict' });
}

function recordMove(client: PoolClient, transfer: store.Transfer, posted: Micros): Promise<void> {
  const { id, kind, accountId, book, amount, reason, externalReference } = transfer;
  return recordAct(client, {
    action: `credits.${kind}`,
    subject: id,
    accountId,
    before: { book, posted: toCredits(posted - amount) },
    after: {
      book,
      posted: toCredits(posted),
      credits: toCredits(amount),
      reason,
      reference: externalReference,
    },
  });
}

function transferOf(kind: 'grant' | 'adjust', movement: Movement): store.Transfer {
  return { ...movement, id: newId(), kind };
}

/** Looks at a balance in the transaction that moves it: before, and after. */
export type LookAtBalance = (client: PoolClient, accountId: string, book: Book) => Promise<void>;

/** @param look what watches the balances. */
export function createCredits(pool: Pool, reports: Reports, look: LookAtBalance): Credits {
  async function write(client: PoolClient, transfer: store.Transfer): Promise<boolean> {
    const { accountId, amount, book, externalReference } = transfer;
    if (!(await store.insertTransfer(client, transfer))) {
      // Its id is new: an earlier run, whose answer was lost, has written it.
      if (await store.hasTransfer(client, transfer.id)) return true;
      invariant(externalReference !== undefined, 'only an external reference can be taken');
      const earlier = await store.findTransferByReference(client, externalReference);
      const same = earlier?.account_id === accountId && earlier.book === book && earlier.amount === amount;
      if (!same) throw conflict('This external reference was used for another amount or account');
      return false;
    }
    await look(client, accountId, book);
    const posted = await store.addToBalance(client, transfer);
    if (posted === undefined)
      throw conflict('The balance would fall below what is held for open tasks, or grow beyond its limit');
    await recordMove(client, transfer, posted);
    await look(client, accountId, book);
    return true;
  }

  function move(kind: 'grant' | 'adjust', movement: Movement): Promise<boolean> {
    const transfer = transferOf(kind, movement);
    return repeatLost(() => withTransaction(pool, (client) => write(client, transfer)));
  }

  async function balance(accountId: string, book: Book): Promise<store.Balance> {
    const found = await store.readBalance(pool, accountId, book);
    invariant(found, 'every account has a balance in both books');
    return found;
  }

  return {
    balance,
    balances: (accountId) =>
      Promise.all(BOOKS.map(async (book) => ({ book, ...(await balance(accountId, book)) }))),
    grant(movement) {
      if (movement.amount <= 0n) throw new OperatorError('A grant must be above zero');
      return move('grant', movement);
    },
    grantWithin(client, movement) {
      invariant(movement.amount > 0n, 'a grant is above zero');
      return write(client, transferOf('grant', movement));
    },
    adjust(movement) {
      if (movement.amount === 0n) throw new OperatorError('An adjustment must not be zero');
      return move('adjust', movement);
    },
    statement: ({ taskId, ...page }) =>
      reports.read(page.accountId, (reading) =>
        taskId === undefined
          ? store.listStatement(reading, page)
          : store.listStatementOfTask(reading, { ...page, taskId }),
      ),
    losses: (page) => reports.read('losses', (reading) => store.listLosses(reading, page)),
    exportMonth: (month, write) => exportMonth(pool, month, write),
    checkFile: (month, pieces) => checkFile(pool, month, pieces),
    sumOldCharges: (monthsKept, limit) => sumOldCharges(pool, monthsKept, limit),
    audit: () => auditLedger(pool),
    auditDay: () => auditDay(pool),
    auditRecent: () => auditRecent(pool),
    saveAudit: (scope, violations) => store.saveAudit(pool, scope, violations),
  };
}
