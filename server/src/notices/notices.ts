// Notices of low balances: one, by callback and by mail, each time that what is free in a book falls below the threshold
// of its account. A create is never slowed down by it: balances are looked at each minute, and by each grant and
// correction in its own transaction. So a notice comes within about a minute, a grant always makes the next one possible,
// and credits that are held and given back between two looks cause none.
//
// A book has up to two notices, each with its own threshold: one of the owners, and one of the operator, which goes by mail
// alone, since a callback is signed with the secret of the account and stands in its log.
//
// A balance is above → below (a notice) → above.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import type { Callbacks } from '../callbacks/callbacks.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { refuseFaults } from '../errors.ts';
import { checkUrl } from '../lib/addresses.ts';
import { isEmailAddress } from '../lib/email-address.ts';
import { type Book, formatCredits, type Micros, toCredits } from '../lib/money.ts';
import type { Letter } from '../mail/letter.ts';
import type { Mail } from '../mail/mail.ts';
import {
  deleteNotice,
  listPassed,
  lockNotices,
  markPassed,
  type NoticeName,
  type NoticeRow,
  type NoticeSettings,
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
  /** Gets a copy of each mail to owners. */
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

/** What an operator sets for a book of an account; what is left out stays. */
export interface OperatorNoticeChange {
  /** Above zero; null: no notices. */
  threshold?: Micros | null | undefined;
  mailTo?: string | undefined;
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

  /** Those that an account has, at most one a book and receiver. */
  list(accountId: string): Promise<NoticeRow[]> {
    return repeatRead(() => readNotices(this.#options.pool, accountId));
  }

  /**
   * Sets, changes or ends the notice that the owners of a book get.
   * @throws AppError `validation_failed` for an address that can never be called.
   */
  async change(accountId: string, book: Book, change: NoticeChange): Promise<void> {
    checkAddress(change.callbackUrl);
    const name = { account_id: accountId, book, receiver: 'owners' } as const;
    await this.#change(name, change.threshold, (before) => ({
      callback_url: change.callbackUrl === undefined ? (before?.callback_url ?? null) : change.callbackUrl,
      is_mailed: change.isMailed ?? before?.is_mailed ?? true,
      mail_to: null,
    }));
  }

  /**
   * Sets, changes or ends the notice that the operator gets about a book of an account.
   * @throws AppError `validation_failed` for what is no address, and for a first notice without one.
   */
  async changeForOperator(accountId: string, book: Book, change: OperatorNoticeChange): Promise<void> {
    const { mailTo, threshold } = change;
    if (mailTo !== undefined && !isEmailAddress(mailTo)) throw refuseFaults(['mail_to: is no email address']);
    const name = { account_id: accountId, book, receiver: 'operator' } as const;
    await this.#change(name, threshold, (before) => {
      const address = mailTo ?? before?.mail_to;
      if (address) return { callback_url: null, is_mailed: true, mail_to: address };
      throw refuseFaults(['mail_to: is required for a first notice']);
    });
  }

  async #change(
    name: NoticeName,
    given: Micros | null | undefined,
    settle: (before: NoticeRow | undefined) => Omit<NoticeSettings, 'threshold'>,
  ): Promise<void> {
    const write = async (client: PoolClient): Promise<void> => {
      const { account_id: accountId, book, receiver } = name;
      const before = (await lockNotices(client, accountId, book)).find((row) => row.receiver === receiver);
      const record = (after?: object) =>
        recordAct(client, {
          action: 'notice.change',
          subject: `${accountId} ${book}`,
          accountId,
          before: before && describe(before),
          after,
        });
      const threshold = given === undefined ? before?.threshold : given;
      if (threshold === null) {
        if (before !== undefined) await record();
        return await deleteNotice(client, name);
      }
      if (threshold === undefined) throw refuseFaults(['threshold: is required for a first notice']);
      const settings = { threshold, ...settle(before) };
      await saveNotice(client, { ...name, ...settings });
      await record(describe(settings));
    };
    await repeatLost(() => withTransaction(this.#options.pool, write));
  }

  /** Looks at one balance in the transaction that changes it: before, for what came until then, and after. */
  async look(client: PoolClient, accountId: string, book: Book): Promise<void> {
    const notices = await lockNotices(client, accountId, book);
    if (notices.length === 0) return;
    // Read after the locks are there: it is the balance of now and not of when the wait began.
    const standing = await readStanding(client, accountId, book);
    for (const notice of notices) {
      const isBelow = standing.available < notice.threshold;
      if (isBelow === notice.is_below) continue;
      await markPassed(client, notice, isBelow);
      if (isBelow) await this.#announce(client, notice, standing);
    }
  }

  /** Looks at all balances that have passed a threshold. */
  async lookAtAll(): Promise<void> {
    const { pool } = this.#options;
    for (const { account_id: accountId, book } of await listPassed(pool, PASSED_MAX)) {
      await withTransaction(pool, (client) => this.look(client, accountId, book));
    }
  }

  async #announce(client: PoolClient, notice: NoticeRow, standing: Standing): Promise<void> {
    const { callbacks, mail, publicUrl } = this.#options;
    const { account_id: accountId, book, callback_url: url } = notice;
    if (url !== null) {
      const body = renderBody(notice, standing);
      const item = { accountId, url, testMode: book === 'test', occasion: 'balance', body } as const;
      await callbacks.enqueueNotice(client, item);
    }
    const letter = writeLetter(notice, standing, publicUrl());
    const receivers = await this.#listReceivers(client, notice);
    await mail.enqueue(
      client,
      receivers.map((to) => ({ to, letter })),
    );
  }

  /** The addresses that get the mail, each once. */
  async #listReceivers(client: PoolClient, notice: NoticeRow): Promise<string[]> {
    if (notice.mail_to !== null) return [notice.mail_to];
    const { copyTo, findOwnerAddresses } = this.#options;
    const owners = notice.is_mailed ? await findOwnerAddresses(client, notice.account_id) : [];
    return [...new Set([...owners, ...(copyTo === undefined ? [] : [copyTo])])];
  }
}

/** For the audit log; the query of an address may be a secret. */
function describe({ threshold, callback_url, is_mailed, mail_to }: NoticeSettings): object {
  const amount = { threshold: toCredits(threshold) };
  if (mail_to !== null) return { ...amount, mail_to };
  return { ...amount, callback_url: callback_url?.split('?')[0] ?? null, is_mailed };
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

function writeLetter(notice: NoticeRow, standing: Standing, publicUrl: string): Letter {
  const { account_id: accountId, book, threshold, receiver } = notice;
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
    link:
      receiver === 'owners'
        ? { label: 'Credits and usage', url: `${publicUrl}/usage?book=${book}` }
        : { label: `The account ${account}`, url: `${publicUrl}/operator/accounts/${accountId}` },
  };
}
