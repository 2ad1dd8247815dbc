// The ways in which a person signs in: its password, and identities elsewhere that it has linked. A person keeps one at least.
import type { Pool } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import type { People, Session } from './people.ts';
import { deleteOtherSessions, lockPerson } from './sessions.store.ts';
import * as store from './sign-ins.store.ts';

export type { SignInRow } from './sign-ins.store.ts';

export class SignIns {
  readonly #pool: Pool;
  readonly #people: Pick<People, 'forget'>;

  constructor(options: { pool: Pool; people: Pick<People, 'forget'> }) {
    this.#pool = options.pool;
    this.#people = options.people;
  }

  list(personId: string): Promise<store.SignInRow[]> {
    return repeatRead(() => store.listSignIns(this.#pool, personId));
  }

  /**
   * Takes an identity elsewhere away. Other sessions of the person end, since one of them may have come in by it.
   * @throws AppError `not_found`; `conflict` for the password, and for the last way in.
   */
  async unlink({ id: sessionId, person }: Session, id: string): Promise<void> {
    await repeatLost((isRepeat) =>
      withTransaction(this.#pool, async (client) => {
        await lockPerson(client, person.id);
        const all = await store.listSignIns(client, person.id);
        const found = all.find((row) => row.id === id);
        if (!found && isRepeat) return;
        if (!found) throw new AppError('not_found', { message: 'You have no such way to sign in' });
        if (found.provider_id === PASSWORD) {
          throw new AppError('conflict', { message: 'A password is changed, and not taken away' });
        }
        if (all.length === 1) {
          const message = 'This is your last way to sign in; choose a password first, by "Lost password"';
          throw new AppError('conflict', { message });
        }
        await store.deleteSignIn(client, person.id, id);
        await deleteOtherSessions(client, person.id, sessionId);
        const before = { provider: found.provider_id };
        await recordAct(client, { action: 'sign_in.unlink', subject: person.email, before });
      }),
    );
    this.#people.forget(person.id);
  }
}

/** The name under which better-auth keeps a password. */
const PASSWORD = 'credential';
