// The secret with which an account's callbacks are signed, one for test and one for live: made on first use, replaced
// with an overlap in which both the old and the new one sign.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { newId } from '../lib/ids.ts';
import { SecretBox } from '../lib/sealing.ts';
import {
  type CallbackOwner,
  expireSecrets,
  hasSecret,
  insertSecret,
  lockSecrets,
  readCurrentSecret,
  readSecretTimes,
} from './callbacks.store.ts';
import { generateSecret } from './signature.ts';

const OVERLAP_HOURS_MAX = 30 * 24;
/** Part of the key: with other words, what is stored would not open. */
const PURPOSE = 'reelay callback secrets';

export class CallbackSecrets {
  readonly #pool: Pool;
  readonly #box: SecretBox;

  constructor(pool: Pool, serverSecret: string | Uint8Array) {
    this.#pool = pool;
    this.#box = new SecretBox(serverSecret, PURPOSE);
  }

  /** The current secret, made now when there is none. */
  readCurrent(owner: CallbackOwner): Promise<Buffer> {
    return repeatLost(() => this.#readOrMake(owner));
  }

  /** The current secret, for somebody who wants to see it: who that was is in the audit log before the secret goes out. */
  async reveal(owner: CallbackOwner): Promise<Buffer> {
    const secret = await this.readCurrent(owner);
    const mode = owner.testMode ? 'test' : 'live';
    const deed = { action: 'secret.reveal', subject: `callback secret, ${mode}`, accountId: owner.accountId };
    await repeatLost(() => recordAct(this.#pool, deed));
    return secret;
  }

  async #readOrMake(owner: CallbackOwner): Promise<Buffer> {
    const sealed = await readCurrentSecret(this.#pool, owner);
    if (sealed !== undefined) return this.#box.open(sealed, sealName(owner));
    return await withTransaction(this.#pool, async (client) => {
      await lockSecrets(client, owner);
      const other = await readCurrentSecret(client, owner);
      return other === undefined
        ? await this.#insert(client, owner, createSecret())
        : this.#box.open(other, sealName(owner));
    });
  }

  /** When the current secret was made, and until when an earlier one signs beside it. */
  async readTimes(owner: CallbackOwner): Promise<{ createdAt: Date | null; earlierUntil: Date | null }> {
    const { created_at: createdAt, earlier_until: earlierUntil } = await readSecretTimes(this.#pool, owner);
    return { createdAt, earlierUntil };
  }

  /**
   * Makes a new secret. The earlier ones go on signing beside it for the overlap; zero hours ends them at once.
   * @throws RangeError for an overlap that is not between 0 and 720 hours.
   */
  async rotate(owner: CallbackOwner, overlapHours: number): Promise<Buffer> {
    if (!(overlapHours >= 0 && overlapHours <= OVERLAP_HOURS_MAX)) {
      throw new RangeError(`The overlap must be 0 to ${OVERLAP_HOURS_MAX} hours`);
    }
    const fresh = createSecret();
    return await repeatLost((isRepeat) =>
      withTransaction(this.#pool, async (client) => {
        await lockSecrets(client, owner);
        if (isRepeat && (await hasSecret(client, fresh.id))) return fresh.secret;
        await expireSecrets(client, owner, overlapHours);
        const { accountId, testMode } = owner;
        const after = { mode: testMode ? 'test' : 'live', overlap_hours: overlapHours };
        await recordAct(client, { action: 'secret.rotate', subject: fresh.id, accountId, after });
        return await this.#insert(client, owner, fresh);
      }),
    );
  }

  /** @throws Error when one of them does not open. */
  openAll(sealed: readonly Buffer[], owner: CallbackOwner): Buffer[] {
    return sealed.map((secret) => this.#box.open(secret, sealName(owner)));
  }

  async #insert(client: PoolClient, owner: CallbackOwner, { id, secret }: NewSecret): Promise<Buffer> {
    await insertSecret(client, { id, owner, sealed: this.#box.seal(secret, sealName(owner)) });
    return secret;
  }
}

interface NewSecret {
  id: string;
  secret: Buffer;
}

function createSecret(): NewSecret {
  return { id: newId(), secret: generateSecret() };
}

/** What a sealed secret is bound to: moved to another row, it does not open. */
function sealName({ accountId, testMode }: CallbackOwner): string {
  return `${accountId} ${testMode ? 'test' : 'live'}`;
}
