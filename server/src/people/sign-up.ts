// Open sign-up: somebody names an address, gets a link there, and becomes by it the owner of an account with test credits.
// Before the link is used, only the digest of its token is kept. Whether an address belongs to a person is never said, and
// cannot be seen from the time that it takes: such an address gets a mail too, and the same rows are written for it.
import type { Pool, PoolClient } from 'pg';
import { type Accounts, faultOfAccountName } from '../accounts/accounts.ts';
import type { Role } from '../accounts/roles.ts';
import { recordAct } from '../audit/audit.ts';
import type { Credits } from '../credits/credits.ts';
import { repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError, refuseFaults } from '../errors.ts';
import { newId, randomBase62 } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Micros } from '../lib/money.ts';
import { HOUR_MS } from '../lib/time.ts';
import type { Letter } from '../mail/letter.ts';
import type { Mail } from '../mail/mail.ts';
import { findPersonByEmail } from './members.store.ts';
import { addressFaults, digestToken, makeToken, toAddress } from './newcomer.ts';
import { hasPeople, insertPerson, putMembership } from './people.store.ts';
import type { People } from './people.ts';
import type { Origin } from './session-form.ts';
import * as store from './sign-up.store.ts';

export interface SignUpOptions {
  pool: Pool;
  people: People;
  mail: Pick<Mail, 'enqueue'>;
  accounts: Pick<Accounts, 'createWithin'>;
  credits: Pick<Credits, 'grantWithin'>;
  /** Whether the operator lets anybody sign up. */
  isOpen: boolean;
  /** What the test book of such an account begins with; the live book is empty. */
  welcomeCredits: Micros;
  publicUrl: () => string;
  log: Log;
}

/** What somebody says that follows the link. */
export interface SignUpAcceptance {
  token: string;
  name: string;
  password: string;
  /** The name of its account. */
  account: string;
}

const LINK_HOURS = 24;
/** Of the name of an account that is made of an address; leaves room for a suffix where that is taken. */
const ACCOUNT_NAME_CHARACTERS = 80;
const SUFFIX_CHARACTERS = 6;
const LINK_INVALID = 'This link is not valid, was used, or has expired; ask for another one';
const OWNER: Role = 'owner';

export class SignUp {
  readonly #options: SignUpOptions;

  constructor(options: SignUpOptions) {
    this.#options = options;
  }

  /** Whether anybody may make an account. */
  get isOpen(): boolean {
    return this.#options.isOpen;
  }

  /**
   * Before the first owner, nobody else gets in: the set-up link would count no more.
   * @throws AppError `not_permitted`.
   */
  async requireOpen(): Promise<void> {
    if (this.isOpen && !(await this.#options.people.isUnclaimed())) return;
    throw new AppError('not_permitted', {
      message: 'This server has no open sign-up; ask the owner of an account for an invitation',
    });
  }

  /** Mails a link to an address, in place of an earlier one. It never throws: the answer has been given. */
  async mailLink(email: string): Promise<void> {
    const { pool, mail, log, publicUrl } = this.#options;
    const address = toAddress(email);
    const token = makeToken();
    try {
      await withTransaction(pool, async (client) => {
        const isKnown = (await findPersonByEmail(client, address)) !== undefined;
        // The token of a known address is in no mail, so that row opens nothing.
        await store.putSignUp(client, { email: address, digest: digestToken(token) }, LINK_HOURS);
        const letter = isKnown ? letterOfKnown(publicUrl()) : letterOfLink(`${publicUrl()}/sign-up#${token}`);
        await mail.enqueue(client, [{ to: address, letter, lifetimeMs: LINK_HOURS * HOUR_MS }]);
      });
    } catch (error) {
      log.error({ err: error }, 'sign_up.failed');
    }
  }

  /** The address that a link was made for; changes nothing. @throws AppError `link_invalid`. */
  async look(token: string): Promise<string> {
    const email = await repeatRead(() => store.findSignUp(this.#options.pool, digestToken(token)));
    if (email === undefined) throw new AppError('link_invalid', { message: LINK_INVALID });
    return email;
  }

  /**
   * Follows a link, once: makes the person and its account with test credits, all of it or nothing, and signs it in.
   * @returns what `Set-Cookie` carries. @throws AppError `link_invalid`, `validation_failed`; `conflict` for the name of
   * an account that is taken, after which the link still counts.
   */
  async accept(acceptance: SignUpAcceptance, from: Origin): Promise<string[]> {
    const { people } = this.#options;
    const { token, name, password } = acceptance;
    const account = { id: newId(), name: acceptance.account.trim() };
    const email = await this.look(token);
    const person = await people.prepare({ email, name, password }, accountFaults(account.name));
    return people.enter(people.makeSession(from), async (client) => {
      if (!(await store.takeSignUp(client, digestToken(token)))) {
        throw new AppError('link_invalid', { message: LINK_INVALID });
      }
      if (!(await insertPerson(client, { ...person, isOperator: false }))) {
        throw new AppError('conflict', { message: 'The address belongs to a person by now; sign in' });
      }
      const isOpened = await this.#open(client, person, account);
      if (!isOpened) {
        throw new AppError('conflict', {
          message: 'An account has this name already; choose another name for yours',
        });
      }
      return { personId: person.id, verdict: 'right' };
    });
  }

  /** Whether anybody may make an account now, in a transaction of the caller. */
  async isOpenNow(client: PoolClient): Promise<boolean> {
    return this.isOpen && (await hasPeople(client));
  }

  /** Makes the account of a person that has signed up elsewhere, named after its address, in a transaction of the caller. */
  async openFor(client: PoolClient, person: { id: string; email: string }): Promise<void> {
    const id = newId();
    const name = person.email.slice(0, ACCOUNT_NAME_CHARACTERS);
    if (await this.#open(client, person, { id, name })) return;
    await this.#open(client, person, { id, name: `${name} ${randomBase62(SUFFIX_CHARACTERS)}` });
  }

  /** @returns false for the name of an account that is taken. */
  async #open(
    client: PoolClient,
    person: { id: string; email: string },
    account: { id: string; name: string },
  ): Promise<boolean> {
    const { accounts, credits, welcomeCredits } = this.#options;
    if (!(await accounts.createWithin(client, account))) return false;
    await putMembership(client, { personId: person.id, accountId: account.id, role: OWNER });
    if (welcomeCredits > 0n) {
      await credits.grantWithin(client, {
        accountId: account.id,
        book: 'test',
        amount: welcomeCredits,
        reason: 'test credits of a new account',
        externalReference: `test-credits:${account.id}`,
      });
    }
    await recordAct(client, {
      action: 'person.sign_up',
      subject: person.email,
      accountId: account.id,
      after: { role: OWNER },
    });
    return true;
  }
}

/** @throws AppError `validation_failed` for what is no address. */
export function checkAddress(email: string): void {
  const faults = addressFaults(email);
  if (faults.length > 0) throw refuseFaults(faults);
}

function accountFaults(name: string): string[] {
  const fault = faultOfAccountName(name);
  return fault === undefined ? [] : [`account: must ${fault}`];
}

function letterOfLink(url: string): Letter {
  return {
    kind: 'sign_up',
    subject: 'Confirm your address',
    paragraphs: [
      'Somebody, probably you, wants to sign up with this address.',
      `The link works once, within ${LINK_HOURS} hours, and the newest one counts. If it was not you, leave it: nothing was made.`,
    ],
    link: { label: 'Sign up', url },
  };
}

function letterOfKnown(publicUrl: string): Letter {
  return {
    kind: 'sign_up',
    subject: 'You have signed up already',
    paragraphs: [
      'Somebody, probably you, wants to sign up with this address. It belongs to a person already: sign in instead.',
      'The sign-in page helps with a lost password, too. If it was not you, leave this mail: nothing was changed.',
    ],
    link: { label: 'Sign in', url: `${publicUrl}/sign-in` },
  };
}
