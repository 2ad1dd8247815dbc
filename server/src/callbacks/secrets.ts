// The secret with which an account's callbacks are signed: made on first use, replaced with an overlap in which both
// the old and the new one sign.
import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../db/pool.ts';
import { newId } from '../lib/ids.ts';
import { expireSecrets, insertSecret, lockSecrets, readCurrentSecret } from './callbacks.store.ts';
import { SecretBox } from './sealing.ts';
import { generateSecret } from './signature.ts';

const overlapHoursMax = 30 * 24;

export class CallbackSecrets {
  readonly #pool: Pool;
  readonly #box: SecretBox;

  constructor(pool: Pool, serverSecret: string | Uint8Array) {
    this.#pool = pool;
    this.#box = new SecretBox(serverSecret);
  }

  /** The current secret, made now when there is none. */
  async readCurrent(accountId: string): Promise<Buffer> {
    const sealed = await readCurrentSecret(this.#pool, accountId);
    if (sealed !== undefined) return this.#box.open(sealed, accountId);
    return await withTransaction(this.#pool, async (client) => {
      await lockSecrets(client, accountId);
      const other = await readCurrentSecret(client, accountId);
      return other === undefined
        ? await this.#insertNew(client, accountId)
        : this.#box.open(other, accountId);
    });
  }

  /**
   * Makes a new secret. The earlier ones go on signing beside it for the overlap; zero hours ends them at once.
   * @throws RangeError for an overlap that is not between 0 and 720 hours.
   */
  async rotate(accountId: string, overlapHours: number): Promise<Buffer> {
    if (!(overlapHours >= 0 && overlapHours <= overlapHoursMax)) {
      throw new RangeError(`The overlap must be 0 to ${overlapHoursMax} hours`);
    }
    return await withTransaction(this.#pool, async (client) => {
      await lockSecrets(client, accountId);
      await expireSecrets(client, accountId, overlapHours);
      return await this.#insertNew(client, accountId);
    });
  }

  /** @throws Error when one of them does not open. */
  openAll(sealed: readonly Buffer[], accountId: string): Buffer[] {
    return sealed.map((secret) => this.#box.open(secret, accountId));
  }

  async #insertNew(client: PoolClient, accountId: string): Promise<Buffer> {
    const secret = generateSecret();
    await insertSecret(client, { id: newId(), accountId, sealed: this.#box.seal(secret, accountId) });
    return secret;
  }
}
