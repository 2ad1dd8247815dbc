// The secret with which an account's callbacks are signed, one for test and one for live: made on first use, replaced
// with an overlap in which both the old and the new one sign.
import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../db/pool.ts';
import { newId } from '../lib/ids.ts';
import { SecretBox } from '../lib/sealing.ts';
import {
  type CallbackOwner,
  expireSecrets,
  insertSecret,
  lockSecrets,
  readCurrentSecret,
} from './callbacks.store.ts';
import { generateSecret } from './signature.ts';

const overlapHoursMax = 30 * 24;
/** Part of the key: with other words, what is stored would not open. */
const purpose = 'reelay callback secrets';

export class CallbackSecrets {
  readonly #pool: Pool;
  readonly #box: SecretBox;

  constructor(pool: Pool, serverSecret: string | Uint8Array) {
    this.#pool = pool;
    this.#box = new SecretBox(serverSecret, purpose);
  }

  /** The current secret, made now when there is none. */
  async readCurrent(owner: CallbackOwner): Promise<Buffer> {
    const sealed = await readCurrentSecret(this.#pool, owner);
    if (sealed !== undefined) return this.#box.open(sealed, sealName(owner));
    return await withTransaction(this.#pool, async (client) => {
      await lockSecrets(client, owner);
      const other = await readCurrentSecret(client, owner);
      return other === undefined
        ? await this.#insertNew(client, owner)
        : this.#box.open(other, sealName(owner));
    });
  }

  /**
   * Makes a new secret. The earlier ones go on signing beside it for the overlap; zero hours ends them at once.
   * @throws RangeError for an overlap that is not between 0 and 720 hours.
   */
  async rotate(owner: CallbackOwner, overlapHours: number): Promise<Buffer> {
    if (!(overlapHours >= 0 && overlapHours <= overlapHoursMax)) {
      throw new RangeError(`The overlap must be 0 to ${overlapHoursMax} hours`);
    }
    return await withTransaction(this.#pool, async (client) => {
      await lockSecrets(client, owner);
      await expireSecrets(client, owner, overlapHours);
      return await this.#insertNew(client, owner);
    });
  }

  /** @throws Error when one of them does not open. */
  openAll(sealed: readonly Buffer[], owner: CallbackOwner): Buffer[] {
    return sealed.map((secret) => this.#box.open(secret, sealName(owner)));
  }

  async #insertNew(client: PoolClient, owner: CallbackOwner): Promise<Buffer> {
    const secret = generateSecret();
    await insertSecret(client, { id: newId(), owner, sealed: this.#box.seal(secret, sealName(owner)) });
    return secret;
  }
}

/** What a sealed secret is bound to: moved to another row, it does not open. */
function sealName({ accountId, testMode }: CallbackOwner): string {
  return `${accountId} ${testMode ? 'test' : 'live'}`;
}
