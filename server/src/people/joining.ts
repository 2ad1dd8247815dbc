// Who may join by signing in elsewhere, and what the person gets: what its open invitations say, or, where sign-up is open
// to anybody, an account of its own with test credits. The address counts only as far as the provider has verified it.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { AppError } from '../errors.ts';
import { hasInvitation, joinByInvitations } from './joining.store.ts';
import { JointPool } from './joint-pool.store.ts';
import { findPerson } from './people.store.ts';
import { lockPerson } from './sessions.store.ts';

/** Somebody that signs in elsewhere and is not known here. */
export interface Joiner {
  email: string;
  emailVerified: boolean;
}

/** Sign-up for anybody, in a transaction of the caller. */
export interface OpenSignUp {
  /** Whether anybody may make an account now. */
  isOpenNow(client: PoolClient): Promise<boolean>;
  /** Makes the account of a person that was just written. */
  openFor(client: PoolClient, person: { id: string; email: string }): Promise<void>;
}

export class Joining {
  /** The library's; what the methods write belongs to the same transaction. */
  readonly joint: JointPool;
  readonly #signUp: OpenSignUp;

  constructor(options: { pool: Pool; signUp: OpenSignUp }) {
    this.#signUp = options.signUp;
    this.joint = new JointPool(options.pool);
  }

  /** Whether a new person may be made; from then on the sign-in is one transaction. */
  async begin({ email, emailVerified }: Joiner): Promise<boolean> {
    if (!emailVerified) return false;
    const client = await this.joint.hold();
    return (await hasInvitation(client, email)) || (await this.#signUp.isOpenNow(client));
  }

  /** Gives a person that was just written what it joins for. @throws AppError `not_permitted` when that is gone. */
  async join(person: { id: string; email: string }): Promise<void> {
    const client = await this.joint.hold();
    if (await followInvitations(client, person)) return;
    if (!(await this.#signUp.isOpenNow(client))) {
      throw new AppError('not_permitted', { message: 'The invitation was withdrawn' });
    }
    await this.#signUp.openFor(client, person);
  }

  /** Adds the line of a way to sign in that was just written to the audit log. */
  async recordWay({ userId, providerId }: { userId: string; providerId: string }): Promise<void> {
    const client = await this.joint.hold();
    const person = await findPerson(client, userId);
    const subject = person?.email ?? userId;
    await recordAct(client, { action: 'sign_in.link', subject, after: { provider: providerId } });
  }

  /** Whether a person gets a session without a code; until it is written, nothing about the person changes. */
  async admit(personId: string): Promise<boolean> {
    const person = await lockPerson(await this.joint.hold(), personId);
    return person?.has_second_factor === false;
  }
}

/** @returns whether there was an invitation; each counts once. */
async function followInvitations(
  client: PoolClient,
  person: { id: string; email: string },
): Promise<boolean> {
  const followed = await joinByInvitations(client, person);
  for (const { account_id: accountId, role, is_operator } of followed) {
    await recordAct(client, {
      action: 'invitation.accept',
      subject: person.email,
      accountId: accountId ?? undefined,
      after: { role, is_operator },
    });
  }
  return followed.length > 0;
}
