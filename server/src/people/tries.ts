// How often somebody may try to get in, and how many mails others may have sent to an address: counted in the database, so
// that it holds over all nodes. What is counted is kept as a digest: no address and no email can be read there.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { repeatRead } from '../db/lost-answers.ts';
import { AppError } from '../errors.ts';
import { takeTry } from './tries.store.ts';

/** Of a person who mistypes; nobody guesses a password at this rate. */
const SIGN_INS = { name: 'sign-in', max: 10, windowSeconds: 60, whose: 'that try to sign in' };
/** Mails that one address gets because others ask for them. */
const MAILS = { name: 'mail', max: 3, windowSeconds: 60 * 60, whose: 'for this email address' };

export class Tries {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Counts a try with a password or a link, for the address that it comes from and the email that it names.
   * @throws AppError `rate_limited` with `Retry-After` when it is one too many for one of them.
   */
  async signIn(...callers: string[]): Promise<void> {
    for (const caller of callers) await this.#take(SIGN_INS, caller);
  }

  /** Counts one mail to an address. @throws AppError `rate_limited` with `Retry-After` when it is one too many. */
  async mail(address: string): Promise<void> {
    await this.#take(MAILS, address);
  }

  async #take({ name, whose, ...rate }: typeof SIGN_INS, caller: string): Promise<void> {
    const digest = createHash('sha256').update(`${name} ${caller}`).digest();
    // A try whose answer was lost may count twice.
    const waitSeconds = await repeatRead(() => takeTry(this.#pool, { digest, ...rate }));
    if (waitSeconds === undefined) return;
    const message = `Too many calls ${whose}; try again in ${waitSeconds} s`;
    throw new AppError('rate_limited', { message, retryAfterSeconds: waitSeconds });
  }
}
