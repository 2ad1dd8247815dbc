// Who can sign in, who is signed in, and what each may do in which account. Passwords are hashed and sessions read by
// better-auth (auth.ts); links that let somebody in, and the sessions that follow, are written here, each in one transaction.
// It must never answer a guess of an address unlike a wrong password.
import type { Pool, PoolClient } from 'pg';
import type { Role } from '../accounts/roles.ts';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError, refuseFaults } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { type Clock, HOUR_MS, type SteadyClock } from '../lib/time.ts';
import { type Auth, createAuth } from './auth.ts';
import { removeEnded } from './clean.store.ts';
import {
  addressFaults,
  digestToken,
  makeToken,
  type NewcomerFields,
  nameFaults,
  passwordFaults,
  toAddress,
} from './newcomer.ts';
import * as store from './people.store.ts';
import { type AppSecret, refuseUnlessRight, type SecondFactors, type Verdict } from './second-factor.ts';
import {
  cookieIn,
  goneCookie,
  makeSession,
  type NewSession,
  type Origin,
  sessionCookieName,
} from './session-form.ts';
import * as sessionStore from './sessions.store.ts';
import { type Session, SessionLookup } from './sessions.ts';

export type { PersonRow } from './people.store.ts';
export type { Session } from './sessions.ts';

export interface PeopleOptions {
  pool: Pool;
  /** Signs the cookies of sessions. */
  secret: string;
  clock: SteadyClock;
  /** Sessions are as old as it says. */
  now: Clock;
  log: Log;
  factors: SecondFactors;
  /** What operators may do needs a session with a second factor. */
  operatorsNeedSecondFactor: boolean;
  /** Where people reach the server; known once it listens. */
  publicUrl: () => string;
}

/** What somebody gives that signs in. */
export interface SignIn {
  email: string;
  password: string;
  /** Of the second factor of a person that has one. */
  code?: string | undefined;
}

/** A person that has given its password. */
export interface KnownPerson {
  id: string;
  /** What the password was compared with. */
  hash: string;
}

/** Who gets a session, if the code does. */
export interface Entered {
  personId: string;
  verdict: Verdict;
}

/** The first owner. */
export interface Claim extends NewcomerFields {
  token: string;
}

const SETUP_LINK_HOURS = 24;
const OPERATOR_HOURS = 12;

export class People {
  readonly #options: PeopleOptions;
  readonly #sessions: SessionLookup;
  #auth: Promise<Auth> | undefined;

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#sessions = new SessionLookup(options.clock, (cookie) => this.#readSession(cookie));
  }

  /** The library, loaded and set up when it is first needed; the public address must be known by then. */
  auth(): Promise<Auth> {
    const { pool, secret, log, publicUrl } = this.#options;
    this.#auth ??= createAuth({ pool, secret, log, publicUrl: publicUrl() }).catch((error: unknown) => {
      this.#auth = undefined;
      throw error;
    });
    return this.#auth;
  }

  /** Whose session a `Cookie` header carries; at once when that was looked up within the last second. */
  find(header: string | undefined): Session | undefined | Promise<Session | undefined> {
    const cookie = header && cookieIn(header, sessionCookieName(this.#options.publicUrl()));
    return cookie ? this.#sessions.find(cookie) : undefined;
  }

  /** The addresses of the owners of an account. */
  findOwnerAddresses(client: PoolClient, accountId: string): Promise<string[]> {
    return store.listOwnerAddresses(client, accountId);
  }

  async #readSession(cookie: string): Promise<Session | undefined> {
    const auth = await this.auth();
    const { headers, response } = await ask(() =>
      auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true }),
    );
    if (!response) return undefined;
    const person = await repeatRead(() => store.findPerson(this.#options.pool, response.user.id));
    if (!person) return undefined;
    const accounts = await repeatRead(() => store.readMemberships(this.#options.pool, person.id));
    return {
      id: response.session.id,
      person,
      accounts,
      signedInAt: response.session.createdAt,
      cookies: headers.getSetCookie(),
    };
  }

  /**
   * Signs a person in. The session that the browser had before ends, so that nobody can put one under a later one.
   * @returns what `Set-Cookie` carries. @throws AppError `sign_in_failed`; `second_factor_needed` when the password is right
   * and the person has a second factor, `rate_limited` after many wrong codes.
   */
  async signIn({ email, password, code }: SignIn, from: Origin, before?: Session): Promise<string[]> {
    const known = await this.recognize(email, password);
    const session = this.makeSession(from);
    return this.enter(session, async (client) => {
      const verdict = await this.admit(client, known, code);
      if (verdict === 'right' && before) await sessionStore.deleteSession(client, before.id);
      return { personId: known.id, verdict };
    });
  }

  /** The person of an address and a password. @throws AppError `sign_in_failed`, after the same time for every address. */
  async recognize(email: string, password: string): Promise<KnownPerson> {
    const found = await repeatRead(() => store.findCredential(this.#options.pool, toAddress(email)));
    const { password: hashing } = await (await this.auth()).$context;
    const hash = found?.hash;
    if (!found || !hash) {
      await hashing.hash(password);
      throw new AppError('sign_in_failed');
    }
    if (!(await hashing.verify({ hash, password }))) throw new AppError('sign_in_failed');
    return { id: found.id, hash };
  }

  /**
   * Whether a person that has given its password may have a session: its code is used up, and until the transaction ends
   * nothing of that changes. @throws AppError `sign_in_failed` when the password was changed meanwhile.
   */
  async admit(client: PoolClient, { id, hash }: KnownPerson, code: string | undefined): Promise<Verdict> {
    const person = await sessionStore.lockPerson(client, id);
    const isSame = (await store.findPasswordHash(client, id)) === hash;
    if (!person || !isSame) throw new AppError('sign_in_failed');
    return this.#options.factors.take(client, person, code);
  }

  /** A session for {@link enter}. */
  makeSession(from: Origin): NewSession {
    const { secret, publicUrl } = this.#options;
    return makeSession(from, { secret, publicUrl: publicUrl() });
  }

  /**
   * Writes what lets a person in and its session, all of it or nothing. @param write looks at the code of the person before
   * it writes: of a code that does not do, only what was counted is kept.
   * @returns what `Set-Cookie` carries. @throws AppError for a code that does not do, and whatever `write` throws.
   */
  async enter(session: NewSession, write: (client: PoolClient) => Promise<Entered>): Promise<string[]> {
    const { personId, verdict } = await repeatLost((isRepeat) =>
      withTransaction(this.#options.pool, async (client): Promise<Entered> => {
        const known = isRepeat ? await sessionStore.findHolder(client, session.id) : undefined;
        if (known !== undefined) return { personId: known, verdict: 'right' };
        const entered = await write(client);
        if (entered.verdict === 'right') {
          await sessionStore.insertSession(client, entered.personId, session);
        }
        return entered;
      }),
    );
    refuseUnlessRight(verdict);
    this.#sessions.forget(personId);
    return [session.cookie];
  }

  /** Whether the password was given within the last twelve hours, as operators have to. */
  hasJustSignedIn({ signedInAt }: Session): boolean {
    return this.#options.now() - signedInAt.getTime() < OPERATOR_HOURS * HOUR_MS;
  }

  /** Whether operators need a second factor here and this one has none. A session never lacks one that its person has. */
  lacksSecondFactor({ person }: Session): boolean {
    return this.#options.operatorsNeedSecondFactor && !person.has_second_factor;
  }

  /** Begins a second factor. @throws AppError `sign_in_failed` for a wrong password, `conflict` where there is one. */
  async beginSecondFactor({ person }: Session, password: string): Promise<AppSecret> {
    await this.#checkPassword(person.id, password);
    const { factors, publicUrl } = this.#options;
    return factors.begin(person, new URL(publicUrl()).hostname);
  }

  /** From now on a code is asked for; other sessions end. @returns the backup codes. @throws as SecondFactors.confirm. */
  async confirmSecondFactor({ id, person }: Session, code: string): Promise<string[]> {
    const codes = await this.#options.factors.confirm(person, id, code);
    this.#sessions.forget(person.id);
    return codes;
  }

  /** @throws AppError `sign_in_failed` for a wrong password; else as SecondFactors.remove. */
  async removeSecondFactor(
    { id, person }: Session,
    given: { password: string; code: string },
  ): Promise<void> {
    await this.#checkPassword(person.id, given.password);
    await this.#options.factors.remove(person, id, given.code);
    this.#sessions.forget(person.id);
  }

  async #checkPassword(personId: string, password: string): Promise<void> {
    const hash = await repeatRead(() => store.findPasswordHash(this.#options.pool, personId));
    const { password: hashing } = await (await this.auth()).$context;
    if (hash !== undefined && (await hashing.verify({ hash, password }))) return;
    throw new AppError('sign_in_failed', { message: 'This password is not right' });
  }

  /** Ends one session, on every node within a second. */
  async endSession({ id, person }: Session): Promise<void> {
    await repeatLost(() => sessionStore.deleteSession(this.#options.pool, id));
    this.#sessions.forget(person.id);
  }

  /** What is kept of a password. @throws AppError `validation_failed` for one that is easy to guess. */
  async hash(password: string): Promise<string> {
    const faults = passwordFaults(password);
    if (faults.length > 0) throw refuseFaults(faults);
    const { password: hashing } = await (await this.auth()).$context;
    return hashing.hash(password);
  }

  /**
   * Changes the password of a person. All its sessions end; this browser gets another one.
   * @returns what `Set-Cookie` carries. @throws AppError `sign_in_failed` when the current password is wrong.
   */
  async changePassword(
    { person }: Session,
    { current, password }: { current: string; password: string },
    from: Origin,
  ): Promise<string[]> {
    const faults = passwordFaults(password);
    if (faults.length > 0) throw refuseFaults(faults);
    const known = await this.recognize(person.email, current);
    const hash = await this.hash(password);
    const signInId = newId();
    return this.enter(this.makeSession(from), async (client) => {
      await sessionStore.lockPerson(client, known.id);
      if ((await store.findPasswordHash(client, known.id)) !== known.hash)
        throw new AppError('sign_in_failed');
      await store.putPassword(client, { id: signInId, personId: known.id, hash });
      await sessionStore.deleteSessions(client, known.id);
      await recordAct(client, { action: 'password.change', subject: person.email });
      return { personId: known.id, verdict: 'right' };
    });
  }

  /** Ends all sessions of a person. */
  async endSessions(personId: string): Promise<void> {
    await repeatLost(() => sessionStore.deleteSessions(this.#options.pool, personId));
    this.#sessions.forget(personId);
  }

  /** The value of `Set-Cookie` that removes the cookie of a session. */
  get goneCookie(): string {
    return goneCookie(this.#options.publicUrl());
  }

  /** Whether nobody can sign in yet, so that a setup link counts. */
  async isUnclaimed(): Promise<boolean> {
    return !(await repeatRead(() => store.hasPeople(this.#options.pool)));
  }

  /** Makes the link that lets its user in as the first operator; the newest one counts, for a day. */
  async makeSetupLink(): Promise<string> {
    const token = makeToken();
    await store.putSetupLink(this.#options.pool, digestToken(token), SETUP_LINK_HOURS);
    return `${this.#options.publicUrl()}/setup#${token}`;
  }

  /** Changes nothing. @throws AppError `setup_closed`, `link_invalid`. */
  async checkClaim(token: string): Promise<void> {
    const { pool } = this.#options;
    if (!(await this.isUnclaimed())) throw new AppError('setup_closed');
    if (!(await repeatRead(() => store.hasSetupLink(pool, digestToken(token))))) {
      throw new AppError('link_invalid', { message: SETUP_LINK_INVALID });
    }
  }

  /**
   * Makes the holder of the setup link the operator of this instance and the owner of an account, and signs it in: all of it
   * or nothing. @param openAccount writes the account in the same transaction, and gives its id.
   * @returns what `Set-Cookie` carries. @throws AppError `setup_closed` when somebody was first, `link_invalid` for another
   * token, and whatever `openAccount` throws.
   */
  async claim(
    { token, ...fields }: Claim,
    from: Origin,
    openAccount: (client: PoolClient) => Promise<string>,
  ): Promise<string[]> {
    const person = { ...(await this.prepare(fields)), isOperator: true };
    return this.enter(this.makeSession(from), async (client) => {
      const isTaken = await store.takeSetupLink(client, digestToken(token));
      if (await store.hasPeople(client)) throw new AppError('setup_closed');
      if (!isTaken) throw new AppError('link_invalid', { message: SETUP_LINK_INVALID });
      const accountId = await openAccount(client);
      await store.insertPerson(client, person);
      await store.putMembership(client, { personId: person.id, accountId, role: OWNER });
      await recordAct(client, {
        action: 'instance.claim',
        subject: person.email,
        accountId,
        after: { is_operator: true, role: OWNER },
      });
      return { personId: person.id, verdict: 'right' };
    });
  }

  /** Removes at most so many of each: links, sessions and tries whose time is over. @returns the most that went of one. */
  removeEnded(limit: number): Promise<number> {
    return removeEnded(this.#options.pool, limit);
  }

  /** Call it after a change of the sessions or roles of a person outside of this class. */
  forget(personId: string): void {
    this.#sessions.forget(personId);
  }

  /**
   * A person that is not written yet. @param further what else is wrong with what it said.
   * @throws AppError `validation_failed` with a sentence for each fault.
   */
  async prepare(
    { email, name, password }: NewcomerFields,
    further: readonly string[] = [],
  ): Promise<Omit<store.NewPerson, 'isOperator'>> {
    const faults = [...addressFaults(email), ...nameFaults(name), ...passwordFaults(password), ...further];
    if (faults.length > 0) throw refuseFaults(faults);
    const hash = await this.hash(password);
    return { id: newId(), signInId: newId(), email: toAddress(email), name: name.trim(), hash };
  }
}

const OWNER: Role = 'owner';
const SETUP_LINK_INVALID =
  'This setup link is not valid or has expired; the newest one is printed at each start, and stands in DATA_DIR/setup-link';

/** Calls the library, and says its refusals in the names of this server. */
async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw (error as { cause?: unknown }).cause ?? error;
  }
}
