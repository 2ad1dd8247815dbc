// Who can sign in, who is signed in, and what each may do in which account. Passwords and sessions are kept by better-auth
// (auth.ts); links that let somebody in are ours. It must never answer a guess of an address unlike a wrong password.
import { createHash, randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Role } from '../accounts/roles.ts';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError, refuseFaults } from '../errors.ts';
import { isGuessable } from '../lib/guessable.ts';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { type Clock, HOUR_MS, type SteadyClock } from '../lib/time.ts';
import { ADDRESS_HEADER, type Auth, createAuth, sessionCookieName } from './auth.ts';
import * as store from './people.store.ts';
import type { AppSecret, Proof, SecondFactors } from './second-factor.ts';
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

/** Where a request came from, as the session keeps it. */
export interface Origin {
  address: string;
  userAgent: string | undefined;
}

/** What somebody says that joins. */
export interface NewcomerFields {
  email: string;
  name: string;
  password: string;
}

/** What somebody gives that signs in. */
export interface SignIn {
  email: string;
  password: string;
  /** Unsaid is none. */
  proof?: Proof;
}

/** The first owner. */
export interface Claim extends NewcomerFields {
  token: string;
  /** The account that it becomes the owner of. */
  accountId: string;
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
    const { pool, secret, log, publicUrl, factors } = this.#options;
    this.#auth ??= createAuth({
      pool,
      secret,
      log,
      factors,
      providers: [],
      publicUrl: publicUrl(),
    }).catch((error: unknown) => {
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
  async signIn(
    { email, password, proof = { code: undefined } }: SignIn,
    from: Origin,
    before?: Session,
  ): Promise<string[]> {
    const auth = await this.auth();
    const body = { email: toAddress(email), password };
    const headers = new Headers({ [ADDRESS_HEADER]: from.address, 'user-agent': from.userAgent ?? '' });
    const answer = await this.#options.factors.show(proof, () =>
      ask(() => auth.api.signInEmail({ body, headers, returnHeaders: true })),
    );
    if (before) await this.endSession(before);
    return answer.headers.getSetCookie();
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
    this.#sessions.forget();
    return codes;
  }

  /** @throws AppError `sign_in_failed` for a wrong password; else as SecondFactors.remove. */
  async removeSecondFactor(
    { id, person }: Session,
    given: { password: string; code: string },
  ): Promise<void> {
    await this.#checkPassword(person.id, given.password);
    await this.#options.factors.remove(person, id, given.code);
    this.#sessions.forget();
  }

  async #checkPassword(personId: string, password: string): Promise<void> {
    const hash = await repeatRead(() => store.findPasswordHash(this.#options.pool, personId));
    const { password: hashing } = await (await this.auth()).$context;
    if (hash !== undefined && (await hashing.verify({ hash, password }))) return;
    throw new AppError('sign_in_failed', { message: 'This password is not right' });
  }

  /** Ends one session, on every node within a second. */
  async endSession({ id }: Session): Promise<void> {
    await repeatLost(() => store.deleteSession(this.#options.pool, id));
    this.#sessions.forget();
  }

  /** What is kept of a password. @throws AppError `validation_failed` for one that is easy to guess. */
  async hash(password: string): Promise<string> {
    const faults = passwordFaults(password);
    if (faults.length > 0) throw refuseFaults(faults);
    const { password: hashing } = await (await this.auth()).$context;
    return hashing.hash(password);
  }

  /**
   * Changes the password of the person behind a `Cookie` header. All its sessions end; this browser gets another one.
   * @returns what `Set-Cookie` carries. @throws AppError `sign_in_failed` when the current password is wrong.
   */
  async changePassword(
    { person }: Session,
    header: string,
    { current, password }: { current: string; password: string },
  ): Promise<string[]> {
    const faults = passwordFaults(password);
    if (faults.length > 0) throw refuseFaults(faults);
    const auth = await this.auth();
    const headers = new Headers({ cookie: header });
    const body = { currentPassword: current, newPassword: password, revokeOtherSessions: true };
    // The session that the person has was made with its second factor.
    const answer = await this.#options.factors.show('shown', () =>
      ask(() => auth.api.changePassword({ body, headers, returnHeaders: true })),
    );
    this.#sessions.forget();
    await recordAct(this.#options.pool, { action: 'password.change', subject: person.email });
    return answer.headers.getSetCookie();
  }

  /** Ends all sessions of a person. */
  async endSessions(personId: string): Promise<void> {
    await repeatLost(() => store.deleteSessions(this.#options.pool, personId));
    this.#sessions.forget();
  }

  /** The value of `Set-Cookie` that removes the cookie of a session. */
  get goneCookie(): string {
    const publicUrl = this.#options.publicUrl();
    const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
    return `${sessionCookieName(publicUrl)}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`;
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
   * Makes the holder of the setup link the operator of this instance and the owner of an account, all of it or nothing.
   * @throws AppError `setup_closed` when somebody was first, `link_invalid` for another token.
   */
  async claim(claim: Claim): Promise<void> {
    const { pool } = this.#options;
    const person = { ...(await this.prepare(claim)), isOperator: true };
    await repeatLost((isRepeat) =>
      withTransaction(pool, async (client) => {
        if (isRepeat && (await store.findPerson(client, person.id))) return;
        const isTaken = await store.takeSetupLink(client, digestToken(claim.token));
        if (await store.hasPeople(client)) throw new AppError('setup_closed');
        if (!isTaken) throw new AppError('link_invalid', { message: SETUP_LINK_INVALID });
        await store.insertPerson(client, person);
        const membership = { personId: person.id, accountId: claim.accountId, role: OWNER };
        await store.putMembership(client, membership);
        await recordAct(client, {
          action: 'instance.claim',
          subject: person.email,
          accountId: claim.accountId,
          after: { is_operator: true, role: OWNER },
        });
      }),
    );
  }

  /** Call it after a change of sessions or roles outside of this class. */
  forget(): void {
    this.#sessions.forget();
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

/** Of one @, with a domain of two parts or more; the library takes no other. */
const ADDRESS_FORM = /^(?!\.|.*\.\.)[a-z0-9_'+.-]*[a-z0-9_+-]@(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$/;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** An email address as it is kept: capitals and small letters are the same there. */
export function toAddress(email: string): string {
  return email.trim().toLowerCase();
}

export function addressFaults(email: string): string[] {
  return ADDRESS_FORM.test(toAddress(email)) ? [] : ['email: must be an email address'];
}

function nameFaults(name: string): string[] {
  const isVisible = name.trim() !== '' && !CONTROL_CHARACTER.test(name);
  return isVisible ? [] : ['name: must have visible characters'];
}

function passwordFaults(password: string): string[] {
  const fault = 'password: must have eight different characters and not repeat itself';
  return isGuessable(password) ? [fault] : [];
}

/** What stands after the # of a link that lets somebody in. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token that lets somebody in: the token has 256 random bits, so one round is enough. */
export function digestToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const COOKIE_CHARACTERS_MAX = 300;

/** The pair of this name in a `Cookie` header, as it was sent. */
function cookieIn(header: string, name: string): string | undefined {
  const pair = header.split(/; */).find((text) => text.startsWith(`${name}=`));
  return pair !== undefined && pair.length <= COOKIE_CHARACTERS_MAX ? pair : undefined;
}

/** Calls the library, and says its refusals in the names of this server. */
async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const { statusCode, cause } = error as { statusCode?: number; cause?: unknown };
    if (statusCode === 400 || statusCode === 401) throw new AppError('sign_in_failed', { cause: error });
    throw cause ?? error;
  }
}
