// The second factor of a person: codes of an authenticator app, each once, and backup codes in their place. No session of a
// person that has one may be made without a code: whatever makes one asks here in the same transaction, under the lock of the
// person, or makes none where a code cannot be asked for (`joining.ts`).
//
// A second factor is begun (a secret that does not count yet), confirmed by a first code, and removed.
import { createHmac, randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { deriveBytes } from '../lib/derive-key.ts';
import { SecretBox } from '../lib/sealing.ts';
import * as store from './second-factor.store.ts';
import { deleteOtherSessions, lockPerson } from './sessions.store.ts';
import { otpauthLink, stepsOfCode, toBase32 } from './totp.ts';

/** What an app needs to make codes. */
export interface AppSecret {
  secret: string;
  /** The same as an `otpauth:` link. */
  uri: string;
}

interface Holder {
  id: string;
  email: string;
}

/** What was found about a code. It is refused after the commit, since a wrong one is counted by it. */
export type Verdict = 'right' | 'missing' | 'wrong' | 'unreadable' | { waitSeconds: number };

const SECRET_BYTES = 20;
const BACKUP_CODES = 10;
/** 50 random bits, and the database alone does not allow to guess them: the digest has a key. */
const BACKUP_LETTERS = 10;
/** Wrong codes within an hour, after which none is looked at. Of a million codes three are right at a time. */
const WRONG_CODES_MAX = 10;
const WRONG_CODE = 'This code is not right, or was used already';

export class SecondFactors {
  readonly #pool: Pool;
  readonly #box: SecretBox;
  readonly #digestKey: Buffer;

  /** @param options.secretKey seals secrets and keys digests. */
  constructor(options: { pool: Pool; secretKey: string }) {
    this.#pool = options.pool;
    this.#box = new SecretBox(options.secretKey, 'reelay second factors');
    this.#digestKey = deriveBytes(options.secretKey, 'reelay backup codes');
  }

  /**
   * Uses up a code of a person, if it has a second factor, in a transaction that has locked the person.
   * @returns what {@link refuseUnlessRight} takes, once that is committed.
   */
  async take(
    client: PoolClient,
    person: { id: string; has_second_factor: boolean },
    code: string | undefined,
  ): Promise<Verdict> {
    if (!person.has_second_factor) return 'right';
    if (code === undefined || code === '') return 'missing';
    const row = await store.lockSecondFactor(client, person.id);
    return row?.is_confirmed ? this.#takeFrom(client, person.id, row, code) : 'right';
  }

  /** Makes a secret, in place of one that was not confirmed. @throws AppError `conflict` where one counts already. */
  async begin({ id, email }: Holder, host: string): Promise<AppSecret> {
    const secret = randomBytes(SECRET_BYTES);
    const sealed = this.#box.seal(secret, id);
    const isPut = await repeatLost(() =>
      withTransaction(this.#pool, (client) => store.putSecondFactor(client, id, sealed)),
    );
    if (!isPut) throw new AppError('conflict', { message: 'You have a second factor; remove it first' });
    return { secret: toBase32(secret), uri: otpauthLink(secret, { issuer: `Reelay ${host}`, email }) };
  }

  /**
   * From now on a code is asked for. Other sessions of the person end.
   * @returns the backup codes. @throws AppError `sign_in_failed` for a wrong code, `conflict`, `rate_limited`.
   */
  async confirm({ id, email }: Holder, sessionId: string, code: string): Promise<string[]> {
    const codes = Array.from({ length: BACKUP_CODES }, makeBackupCode);
    const digests = codes.map((each) => this.#digest(each));
    const verdict = await repeatLost((isRepeat) =>
      withTransaction(this.#pool, async (client) => {
        await lockPerson(client, id);
        const row = await store.lockSecondFactor(client, id);
        if (row?.is_confirmed && isRepeat) return 'right';
        if (!row || row.is_confirmed)
          throw new AppError('conflict', { message: 'Begin a second factor first' });
        const found = await this.#judge(client, id, row, code);
        if (found !== 'right') return found;
        await store.confirmSecondFactor(client, id, digests);
        await deleteOtherSessions(client, id, sessionId);
        await recordAct(client, { action: 'second_factor.add', subject: email });
        return found;
      }),
    );
    refuseUnlessRight(verdict);
    return codes;
  }

  /**
   * No code is asked for any more. Other sessions of the person end.
   * @throws AppError `sign_in_failed` for a wrong code, `conflict` where there is none, `rate_limited`.
   */
  async remove({ id, email }: Holder, sessionId: string, code: string): Promise<void> {
    const verdict = await repeatLost((isRepeat) =>
      withTransaction(this.#pool, async (client) => {
        await lockPerson(client, id);
        const row = await store.lockSecondFactor(client, id);
        if (!row && isRepeat) return 'right';
        if (!row?.is_confirmed) throw new AppError('conflict', { message: 'You have no second factor' });
        const found = await this.#takeFrom(client, id, row, code);
        if (found !== 'right') return found;
        await store.deleteSecondFactor(client, id);
        await deleteOtherSessions(client, id, sessionId);
        await recordAct(client, { action: 'second_factor.remove', subject: email });
        return found;
      }),
    );
    refuseUnlessRight(verdict);
  }

  /** Uses up a code of the app or a backup code. */
  async #takeFrom(
    client: PoolClient,
    personId: string,
    row: store.SecondFactorRow,
    text: string,
  ): Promise<Verdict> {
    const code = text.replaceAll(/[\s-]/g, '').toLowerCase();
    if (!BACKUP_FORM.test(code) || isHeld(row)) return this.#judge(client, personId, row, code);
    const { isTaken, left } = await store.takeBackupCode(client, personId, this.#digest(code));
    if (!isTaken) return countWrong(client, personId, row);
    await recordAct(client, { action: 'backup_code.use', subject: row.email, after: { left } });
    return 'right';
  }

  /** Uses up a code of the app. */
  async #judge(
    client: PoolClient,
    personId: string,
    row: store.SecondFactorRow,
    code: string,
  ): Promise<Verdict> {
    if (isHeld(row)) return { waitSeconds: row.wrong_seconds };
    const secret = this.#open(row.sealed, personId);
    if (!secret) return 'unreadable';
    const steps = stepsOfCode(secret, code.replaceAll(/\s/g, ''), row.step);
    const step = steps.find((each) => each > row.last_step);
    if (step !== undefined) {
      await store.takeStep(client, personId, step);
      return 'right';
    }
    // A code that was right is no guess: a form that is sent twice holds nobody off.
    return steps.length > 0 ? 'wrong' : countWrong(client, personId, row);
  }

  #open(sealed: Buffer, personId: string): Buffer | undefined {
    try {
      return this.#box.open(sealed, personId);
    } catch {
      // Translated: it was sealed under another secret of the server, which was lost.
      return undefined;
    }
  }

  #digest(backupCode: string): Buffer {
    return createHmac('sha256', this.#digestKey).update(backupCode.replaceAll('-', '')).digest();
  }
}

const BACKUP_FORM = /^[a-z2-7]{10}$/;

/** Two groups of five letters and digits. */
function makeBackupCode(): string {
  const letters = toBase32(randomBytes(BACKUP_LETTERS)).toLowerCase().slice(0, BACKUP_LETTERS);
  return `${letters.slice(0, BACKUP_LETTERS / 2)}-${letters.slice(BACKUP_LETTERS / 2)}`;
}

function isHeld(row: store.SecondFactorRow): boolean {
  return row.wrong_codes >= WRONG_CODES_MAX;
}

async function countWrong(
  client: PoolClient,
  personId: string,
  row: store.SecondFactorRow,
): Promise<Verdict> {
  await store.countWrongCode(client, personId, row.wrong_codes + 1);
  return 'wrong';
}

/** @throws AppError for anything but a right code; call it when the count of wrong codes was committed. */
export function refuseUnlessRight(verdict: Verdict): void {
  if (verdict === 'right') return;
  if (verdict === 'missing') throw new AppError('second_factor_needed');
  if (verdict === 'wrong') throw new AppError('sign_in_failed', { message: WRONG_CODE });
  if (verdict === 'unreadable') {
    const message = 'Your second factor cannot be read any more; the operator of this server can reset it';
    throw new AppError('sign_in_failed', { message });
  }
  throw new AppError('rate_limited', {
    message: `Too many wrong codes; try again in ${Math.ceil(verdict.waitSeconds / 60)} minutes`,
    retryAfterSeconds: Math.max(1, verdict.waitSeconds),
  });
}
