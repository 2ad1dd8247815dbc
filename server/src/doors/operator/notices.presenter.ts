// The notices that the operator gets about the balances of an account, as the wire has them.
import { BOOKS, type Book, toCredits } from '../../lib/money.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import type { NoticeRow } from '../../notices/notices.ts';
import type { Presented } from '../plain-schemas.ts';
import type { operatorNotice } from './notices.schemas.ts';

/** Of an account: where it has notices, and whether the server can send them. */
export interface NoticesOfAccount {
  accountId: string;
  rows: readonly NoticeRow[];
  mailIsOn: boolean;
}

/** One for each book. */
export function presentNotices(of: NoticesOfAccount): Presented<typeof operatorNotice>[] {
  return BOOKS.map((book) => presentNotice(of, book));
}

export function presentNotice(of: NoticesOfAccount, book: Book): Presented<typeof operatorNotice> {
  const ofBook = of.rows.filter((row) => row.book === book);
  const own = ofBook.find(({ receiver }) => receiver === 'operator');
  const owners = ofBook.find(({ receiver }) => receiver === 'owners');
  return {
    account_id: of.accountId,
    book,
    threshold: own ? toCredits(own.threshold) : null,
    mail_to: own?.mail_to ?? null,
    mail_is_on: of.mailIsOn,
    is_below: own?.is_below ?? false,
    crossed_at: own?.crossed_at ? toUnixSeconds(own.crossed_at) : null,
    owners_threshold: owners ? toCredits(owners.threshold) : null,
  };
}
