// A lost password, by mail: the link goes to the address of the person and to nobody else. Whether somebody has an address
// is never said, nor how long it took to find out.
import type { Pool } from 'pg';
import { OperatorError } from '../errors.ts';
import type { Log } from '../lib/log.ts';
import { HOUR_MS } from '../lib/time.ts';
import type { Mail } from '../mail/mail.ts';
import type { Members } from './members.ts';

const LINK_HOURS = 1;

export interface LostPasswordOptions {
  pool: Pool;
  mail: Pick<Mail, 'enqueue'>;
  members: Pick<Members, 'invitePassword'>;
  log: Log;
}

/** Mails a link by which the person of an address chooses another password. For other addresses nothing happens. */
export async function mailPasswordLink(options: LostPasswordOptions, email: string): Promise<void> {
  const { pool, mail, members, log } = options;
  try {
    const { link, row } = await members.invitePassword(email, LINK_HOURS);
    const letter = {
      kind: 'password',
      subject: 'Choose another password',
      paragraphs: [
        'Somebody, probably you, asked for another password for this address.',
        `The link works once, within ${LINK_HOURS === 1 ? 'an hour' : `${LINK_HOURS} hours`}. If it was not you, leave it: your password stays as it is.`,
      ],
      link: { label: 'Choose another password', url: link },
    };
    await mail.enqueue(pool, [{ to: row.email, letter, lifetimeMs: LINK_HOURS * HOUR_MS }]);
  } catch (error) {
    // Nobody has the address. Any other trouble is for the operator: the answer has been given.
    if (!(error instanceof OperatorError)) log.error({ err: error }, 'password_link.failed');
  }
}
