// Who belongs to an account, and the links by which somebody joins or chooses another password. A link is for one address,
// works once and ends after some days. An account never loses its last owner here.
import type { Pool, PoolClient } from 'pg';
import type { Role } from '../accounts/roles.ts';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError, OperatorError, refuseFaults } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import * as store from './members.store.ts';
import { addressFaults, digestToken, makeToken, toAddress } from './newcomer.ts';
import { insertPerson, putMembership, putPassword } from './people.store.ts';
import type { Entered, People } from './people.ts';
import { deleteSecondFactor } from './second-factor.store.ts';
import type { SecondFactors } from './second-factor.ts';
import type { Origin } from './session-form.ts';
import { deleteSessions, lockPerson } from './sessions.store.ts';

export type { InvitationRow, MemberRow, PersonAccountsRow } from './members.store.ts';

/** A part of a list. */
export interface Page {
  after?: string | undefined;
  limit: number;
}

/** The address that a link lets in, and as what. */
export interface InvitationRequest {
  email: string;
  accountId?: string | undefined;
  /** In the account. */
  role?: Role | undefined;
  isOperator?: boolean | undefined;
}

/** What an operator changes of a person: its role in an account (null takes it away), and whether it is an operator. */
export interface PersonChange {
  accountId?: string | undefined;
  role?: Role | null | undefined;
  isOperator?: boolean | undefined;
}

/** What somebody says that follows a link: a new person chooses a name and a password, others give their password. */
export interface Acceptance {
  token: string;
  password: string;
  name?: string | undefined;
  /** Of the second factor of a person that has one. */
  code?: string | undefined;
}

const LINK_HOURS = 7 * 24;
const INVITATIONS_MAX = 100;
const LINK_INVALID = 'This link is not valid, was used, or has expired; ask for another one';

export class Members {
  readonly #pool: Pool;
  readonly #people: People;
  readonly #factors: SecondFactors;
  readonly #publicUrl: () => string;

  constructor(options: { pool: Pool; people: People; factors: SecondFactors; publicUrl: () => string }) {
    this.#pool = options.pool;
    this.#people = options.people;
    this.#factors = options.factors;
    this.#publicUrl = options.publicUrl;
  }

  list(accountId: string, page: Page): Promise<store.MemberRow[]> {
    return repeatRead(() => store.listMembers(this.#pool, accountId, page));
  }

  /** Everybody who can sign in, with the accounts of each. */
  listEverybody(page: Page): Promise<store.PersonAccountsRow[]> {
    return repeatRead(() => store.listPeople(this.#pool, page));
  }

  /** Gives a member another role; its sessions end. @throws AppError `not_found`, `conflict` for the last owner. */
  async changeRole(accountId: string, personId: string, role: Role): Promise<store.MemberRow> {
    await this.#change(accountId, personId, async (client, member) => {
      if (role !== 'owner') await keepOwner(client, accountId, personId);
      await putMembership(client, { personId: member.id, accountId, role });
      return { role };
    });
    return this.find(accountId, personId);
  }

  /** Ends a membership and the sessions of the person. @throws AppError `not_found`, `conflict` for the last owner. */
  async remove(accountId: string, personId: string): Promise<void> {
    await this.#change(accountId, personId, async (client, member) => {
      await keepOwner(client, accountId, personId);
      await store.deleteMember(client, accountId, member.id);
      return undefined;
    });
  }

  /** @throws AppError `not_found`. */
  async find(accountId: string, personId: string): Promise<store.MemberRow> {
    const member = await repeatRead(() => store.findMember(this.#pool, accountId, personId));
    if (!member) throw noMember();
    return member;
  }

  async #change(
    accountId: string,
    personId: string,
    write: (client: PoolClient, member: store.MemberRow) => Promise<{ role: Role } | undefined>,
  ): Promise<void> {
    await repeatLost((isRepeat) =>
      withTransaction(this.#pool, async (client) => {
        const member = await store.findMember(client, accountId, personId);
        // A repeat may find that the first run has removed it.
        if (!member && isRepeat) return;
        if (!member) throw noMember();
        await lockPerson(client, member.id);
        const after = await write(client, member);
        await deleteSessions(client, member.id);
        await recordAct(client, {
          action: after ? 'member.change' : 'member.remove',
          subject: member.email,
          accountId,
          before: { role: member.role },
          after,
        });
      }),
    );
    this.#people.forget(personId);
  }

  listInvitations(accountId: string, page: Page): Promise<store.InvitationRow[]> {
    return repeatRead(() => store.listInvitations(this.#pool, accountId, page));
  }

  /**
   * Makes a link for one address, in place of an earlier one for the same.
   * @throws AppError `validation_failed` for what is no address, `conflict` for too many open links.
   */
  async invite(request: InvitationRequest): Promise<{ link: string; row: store.InvitationRow }> {
    const faults = addressFaults(request.email);
    if ((request.accountId === undefined) !== (request.role === undefined)) {
      faults.push('account and role: are given together');
    }
    if (request.accountId === undefined && request.isOperator !== true) {
      faults.push('operator: must be true when no account is given');
    }
    if (faults.length > 0) throw refuseFaults(faults);
    const { accountId = null, role = null, isOperator = false } = request;
    if (accountId && (await store.countInvitations(this.#pool, accountId)) >= INVITATIONS_MAX) {
      throw new AppError('conflict', { message: 'The account has too many open invitations' });
    }
    return this.#makeLink({ kind: 'join', email: request.email, accountId, role, isOperator });
  }

  /** Makes a link by which a person chooses another password. @throws OperatorError for an unknown address. */
  async invitePassword(
    email: string,
    hours = LINK_HOURS,
  ): Promise<{ link: string; row: store.InvitationRow }> {
    const { email: known } = await this.findByEmail(email);
    return this.#makeLink(
      { kind: 'password', email: known, accountId: null, role: null, isOperator: false },
      hours,
    );
  }

  async #makeLink(
    request: Omit<store.NewInvitation, 'id' | 'digest'>,
    hours = LINK_HOURS,
  ): Promise<{ link: string; row: store.InvitationRow }> {
    const token = makeToken();
    const invitation = {
      ...request,
      id: newId(),
      email: toAddress(request.email),
      digest: digestToken(token),
    };
    await repeatLost(() =>
      withTransaction(this.#pool, async (client) => {
        await store.putInvitation(client, invitation, hours);
        const { kind, email, accountId, role, isOperator } = invitation;
        await recordAct(client, {
          action: kind === 'join' ? 'invitation.create' : 'password.offer',
          subject: email,
          accountId: accountId ?? undefined,
          after: { role, is_operator: isOperator },
        });
      }),
    );
    const row = await repeatRead(() => store.findInvitationById(this.#pool, invitation.id));
    if (!row) throw new AppError('conflict', { message: 'Another link for this address was made just now' });
    return { link: `${this.#publicUrl()}/invitation#${token}`, row };
  }

  /** @throws AppError `not_found`. */
  async withdraw(accountId: string, id: string): Promise<void> {
    await repeatLost((isRepeat) =>
      withTransaction(this.#pool, async (client) => {
        const row = await store.findInvitationById(client, id);
        if (!row && isRepeat) return;
        if (row?.account_id !== accountId) throw new AppError('not_found', { message: NO_INVITATION });
        await store.deleteInvitation(client, row.id);
        await recordAct(client, { action: 'invitation.withdraw', subject: row.email, accountId });
      }),
    );
  }

  /** What a link is for, and whether its address belongs to a person. @throws AppError `link_invalid`. */
  async look(token: string): Promise<{ row: store.InvitationRow; isKnown: boolean }> {
    const row = await repeatRead(() => store.findInvitation(this.#pool, digestToken(token)));
    if (!row) throw new AppError('link_invalid', { message: LINK_INVALID });
    const person = await repeatRead(() => store.findPersonByEmail(this.#pool, row.email));
    return { row, isKnown: person !== undefined };
  }

  /**
   * Follows a link: once, by anybody who holds it, for the address that it was made for. All other sessions of the person end.
   * @returns what `Set-Cookie` carries. @throws AppError `link_invalid`, `validation_failed`; `sign_in_failed` when the
   * person is known and this is not its password; `second_factor_needed` as at a sign-in.
   */
  async accept({ token, password, name, code }: Acceptance, from: Origin): Promise<string[]> {
    const { row, isKnown } = await this.look(token);
    const session = this.#people.makeSession(from);
    if (row.kind === 'password') {
      const change = { hash: await this.#people.hash(password), id: newId(), code };
      return this.#people.enter(session, (client) => this.#replacePassword(client, row, change));
    }
    if (isKnown) {
      // A person shows that it is the one before it gets a role.
      const known = await this.#people.recognize(row.email, password);
      return this.#people.enter(session, async (client) => {
        const verdict = await this.#people.admit(client, known, code);
        if (verdict === 'right') await letIn(client, row, known.id);
        return { personId: known.id, verdict };
      });
    }
    const person = await this.#people.prepare({ email: row.email, name: name ?? '', password });
    return this.#people.enter(session, async (client) => {
      const isNew = await insertPerson(client, { ...person, isOperator: false });
      if (!isNew) throw new AppError('conflict', { message: 'The address belongs to a person by now' });
      await letIn(client, row, person.id);
      return { personId: person.id, verdict: 'right' };
    });
  }

  async #replacePassword(
    client: PoolClient,
    row: store.InvitationRow,
    { hash, id, code }: { hash: string; id: string; code: string | undefined },
  ): Promise<Entered> {
    const known = await store.findPersonByEmail(client, row.email);
    const person = known && (await lockPerson(client, known.id));
    if (!person) throw new AppError('link_invalid', { message: LINK_INVALID });
    // The link stands in for the password alone.
    const verdict = await this.#factors.take(client, person, code);
    if (verdict === 'right') {
      await takeLink(client, row);
      await putPassword(client, { id, personId: person.id, hash });
      await deleteSessions(client, person.id);
      await recordAct(client, { action: 'password.reset', subject: row.email });
    }
    return { personId: person.id, verdict };
  }

  /** A person with its accounts. @throws OperatorError for an address or id that nobody has. */
  async findByEmail(emailOrId: string): Promise<store.PersonAccountsRow> {
    const name = toAddress(emailOrId);
    const person = await repeatRead(() => store.findPersonAccounts(this.#pool, name));
    if (person) return person;
    const message = `There is no person "${name.slice(0, 254)}"; "reelay people list" shows them`;
    throw new OperatorError(message, { errorName: 'not_found' });
  }

  /**
   * Changes what a person may do; its sessions end. @param emailOrId names the person.
   * @throws OperatorError for an unknown person; AppError `validation_failed`, and `conflict` for the last owner.
   */
  async changePerson(emailOrId: string, change: PersonChange): Promise<store.PersonAccountsRow> {
    const { accountId, role, isOperator } = change;
    if ((accountId === undefined) !== (role === undefined)) {
      throw refuseFaults(['account and role: are given together']);
    }
    const { id } = await this.findByEmail(emailOrId);
    await this.#act(id, 'person.change', async (client) => {
      if (isOperator !== undefined) await store.setOperator(client, id, isOperator);
      if (accountId === undefined || role === undefined) return;
      if (role !== 'owner') await keepOwner(client, accountId, id);
      if (role === null) await store.deleteMember(client, accountId, id);
      else await putMembership(client, { personId: id, accountId, role });
    });
    return this.findByEmail(id);
  }

  /** Takes the second factor of a person away that has lost it; its sessions end. @throws OperatorError. */
  async resetSecondFactor(emailOrId: string): Promise<store.PersonAccountsRow> {
    const { id } = await this.findByEmail(emailOrId);
    await this.#act(id, 'second_factor.reset', (client) => deleteSecondFactor(client, id));
    return this.findByEmail(id);
  }

  /**
   * Removes a person with its roles and sessions. Tasks stay with the account.
   * @throws OperatorError for an unknown person; AppError `conflict` for the last owner of an account.
   */
  async removePerson(emailOrId: string): Promise<store.PersonAccountsRow> {
    const person = await this.findByEmail(emailOrId);
    await this.#act(person.id, 'person.remove', async (client) => {
      for (const accountId of await store.listOwned(client, person.id)) {
        await keepOwner(client, accountId, person.id);
      }
      await store.deletePerson(client, person.id);
    });
    return person;
  }

  /** Writes a change of a person with its line in the audit log, and ends its sessions. */
  async #act(personId: string, action: string, write: (client: PoolClient) => Promise<void>): Promise<void> {
    const before = await this.findByEmail(personId);
    await repeatLost(() =>
      withTransaction(this.#pool, async (client) => {
        await lockPerson(client, personId);
        await deleteSessions(client, personId);
        await write(client);
        const after = await store.findPersonAccounts(client, personId);
        await recordAct(client, { action, subject: before.email, before, after });
      }),
    );
    this.#people.forget(personId);
  }
}

const NO_INVITATION = 'There is no such invitation in this account';

/** Uses a link up. @throws AppError `link_invalid` when it is gone: of many callers one takes it. */
async function takeLink(client: PoolClient, row: store.InvitationRow): Promise<void> {
  const isTaken = await store.deleteInvitation(client, row.id);
  if (!isTaken) throw new AppError('link_invalid', { message: LINK_INVALID });
}

/** Gives a person what its invitation says; its sessions of before end, as with every change of a role. */
async function letIn(client: PoolClient, row: store.InvitationRow, personId: string): Promise<void> {
  const { account_id: accountId, email, role, is_operator } = row;
  await takeLink(client, row);
  if (accountId && role) await putMembership(client, { personId, accountId, role });
  if (is_operator) await store.setOperator(client, personId, true);
  await deleteSessions(client, personId);
  await recordAct(client, {
    action: 'invitation.accept',
    subject: email,
    accountId: accountId ?? undefined,
    after: { role, is_operator },
  });
}

function noMember(): AppError {
  return new AppError('not_found', { message: 'There is no such person in this account' });
}

/** @throws AppError `conflict` when nobody else owns the account. */
async function keepOwner(client: PoolClient, accountId: string, personId: string): Promise<void> {
  const owners = await store.lockOwners(client, accountId);
  if (owners.length === 1 && owners[0].person_id === personId) {
    throw new AppError('conflict', {
      message: `The account "${owners[0].name}" would have no owner; make another person an owner first`,
    });
  }
}
