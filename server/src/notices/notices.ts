// Notices of low balances: one, by callback and by mail, each time that what is free in a book falls below the threshold
// of its account. A create is never slowed down by it: balances are looked at each minute, and by each grant and
// correction in its own transaction. So a notice comes within about a minute, a grant always makes the next one possible,
// and credits that are held and given back between two looks cause none.
//
// A balance is above → below (a notice) → above.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import type { Callbacks } from '../callbacks/callbacks.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { refuseFaults } from '../errors.ts';
import { checkUrl } from '../lib/addresses.ts';
import { type Book, formatCredits, type Micros, toCredits } from '../lib/money.ts';
import type { Letter } from '../mail/letter.ts';
import type { Mail } from '../mail/mail.ts';
import {
  deleteNotice,
  listPassed,
  lockNotice,
  markPassed,
  type NoticeRow,
  readNotices,
  readStanding,
  type Standing,
  saveNotice,
} from './notices.store.ts';

export type { NoticeRow } from './notices.store.ts';

/** Balances that one look of a minute deals with; the others follow in the next. */
const PASSED_MAX = 1_000;

export interface NoticesOptions {
  pool: Pool;
  callbacks: Pick<Callbacks, 'enqueueNotice'>;
  mail: Pick<Mail, 'enqueue' | 'isOn'>;
  /** The addresses of those who manage an account. */
  findOwnerAddresses: (client: PoolClient, accountId: string) => Promise<string[]>;
  /** Gets a copy of each mail. */
  copyTo: string | undefined;
  publicUrl: () => string;
}

/** What an owner sets for a book; what is left out stays. */
export interface NoticeChange {
  /** Above zero; null: no notices. */
  threshold?: Micros | null | undefined;
  callbackUrl?: string | null | undefined;
  isMailed?: boolean | undefined;
}

export class Notices {
  readonly #options: NoticesOptions;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Whether the server can send mail. */
  get canMail(): boolean {
    return this.#options.mail.isOn;
  }

  /** Those that an account has, at most one a book. */
  list(accountId: string): Promise<NoticeRow[]> {
    return repeatRead(() => readNotices(this.#options.pool, accountId));
  }

  /**
   * Sets, changes or ends the notice of a book.
   * @throws AppError `validation_failed` for an address that can never be called.
   */
  async change(accountId: string, book: Book, change: NoticeChange): Promise<void> {
    checkAddress(change.callbackUrl);
    const write = async (client: PoolClient): Promise<void> => {
      const before = await lockNotice(client, accountId, book);
      const record = (after?: object) =>
        recordAct(client, {
          action: 'notice.change',
          subject: `${accountId} ${book}`,
          accountId,
          before: before && describe(before),
          after,
        });
      const threshold = change.threshold === undefined ? before?.threshold : change.threshold;
      if (threshold === null) {
        if (before !== undefined) await record();
        return await deleteNotice(client, accountId, book);
      }
      if (threshold === undefined) throw refuseFaults(['threshold: is required for a first notice']);
      const { callbackUrl = before?.callback_url ?? null, isMailed = before?.is_mailed ?? true } = change;
      const settings = { threshold, callback_url: callbackUrl, is_mailed: isMailed };
      await saveNotice(client, { account_id: accountId, book, ...settings });
      await record(describe(settings));
    };
    await repeatLost(() => withTransaction(this.#options.pool, write));
  }

  /** Looks at one balance in the transaction that changes it: before, for what came until then, and after. */
  async look(client: PoolClient, accountId: string, book: Book): Promise<void> {
    const notice = await lockNotice(client, accountId, book);
    if (notice === undefined) return;
    // Read after the lock is there: it is the balance of now and not of when the wait began.
    const standing = await readStanding(client, accountId, book);
    const isBelow = standing.available < notice.threshold;
    if (isBelow === notice.is_below) return;
    await markPassed(client, notice, isBelow);
    if (isBelow) await this.#announce(client, notice, standing);
  }

  /** Looks at all balances that have passed their threshold. */
  async lookAtAll(): Promise<void> {
    const { pool } = this.#options;
    for (const { account_id: accountId, book } of await listPassed(pool, PASSED_MAX)) {
      await withTransaction(pool, (client) => this.look(client, accountId, book));
    }
  }

  async #announce(client: PoolClient, notice: NoticeRow, standing: Standing): Promise<void> {
    const { callbacks, copyTo, findOwnerAddresses, mail, publicUrl } = this.#options;
    const { account_id: accountId, book, callback_url: url } = notice;
    if (url !== null) {
      const body = renderBody(notice, standing);
      const item = { accountId, url, testMode: book === 'test', occasion: 'balance', body } as const;
      await callbacks.enqueueNotice(client, item);
    }
    const owners = notice.is_mailed ? await findOwnerAddresses(client, accountId) : [];
    const receivers = new Set([...owners, ...(copyTo === undefined ? [] : [copyTo])]);
    const letter = writeLetter(notice, standing, publicUrl());
    await mail.enqueue(
      client,
      [...receivers].map((to) => ({ to, letter })),
    );
  }
}

type Settings = Pick<NoticeRow, 'threshold' | 'callback_url' | 'is_mailed'>;

/** For the audit log; the query of an address may be a secret. */
function describe({ threshold, callback_url, is_mailed }: Settings): object {
  return { threshold: toCredits(threshold), callback_url: callback_url?.split('?')[0] ?? null, is_mailed };
}

/** Where a name leads, and whether this machine itself may be called, is found out at each try. */
function checkAddress(callbackUrl: string | null | undefined): void {
  if (callbackUrl === null || callbackUrl === undefined) return;
  const check = checkUrl(callbackUrl, { allowLoopback: true });
  if (!check.ok) throw refuseFaults([`callback_url: ${check.reason}`]);
}

/** What is posted, in the form that Standard Webhooks recommends. */
function renderBody({ account_id, book, threshold }: NoticeRow, { available, held, at }: Standing): string {
  const credits = { threshold: toCredits(threshold), available: toCredits(available), held: toCredits(held) };
  return JSON.stringify({
    type: 'balance.low',
    timestamp: at.toISOString(),
    data: { account_id, book, ...credits },
  });
}

function writeLetter({ book, threshold }: NoticeRow, standing: Standing, publicUrl: string): Letter {
  const { account, available, held } = standing;
  const free = formatCredits(available);
  return {
    kind: 'balance',
    subject: `${free} ${book} credits left in ${account}`,
    paragraphs: [
      `The account "${account}" has ${free} ${book} credits free. Its threshold is ${formatCredits(threshold)}.`,
      ...(held > 0n ? [`${formatCredits(held)} more are held for tasks that have not ended.`] : []),
      'A task whose price is above what is free is refused. You get one such mail each time the balance falls below the threshold.',
    ],
    link: { label: 'Credits and usage', url: `${publicUrl}/usage?book=${book}` },
  };
}
