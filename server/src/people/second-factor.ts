// The second factor of a person: codes of an authenticator app, each once, and backup codes in their place. No session of a
// person that has one may be made without a code, whatever way in it took: better-auth asks here before it makes one.
//
// A second factor is begun (a secret that does not count yet), confirmed by a first code, and removed.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHmac, randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { deriveBytes } from '../lib/derive-key.ts';
import { SecretBox } from '../lib/sealing.ts';
import * as store from './second-factor.store.ts';
import { otpauthLink, stepsOfCode, toBase32 } from './totp.ts';

/** What somebody shows that signs in: a code, or nothing more because this was shown before. */
export type Proof = { code: string | undefined } | 'shown';

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

type Verdict = 'right' | 'wrong' | 'unreadable' | { waitSeconds: number };

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
  readonly #proofs = new AsyncLocalStorage<Proof>();

  /** @param options.secretKey seals secrets and keys digests. */
  constructor(options: { pool: Pool; secretKey: string }) {
    this.#pool = options.pool;
    this.#box = new SecretBox(options.secretKey, 'reelay second factors');
    this.#digestKey = deriveBytes(options.secretKey, 'reelay backup codes');
  }

  /** Runs a sign-in with what its person shows. */
  show<Result>(proof: Proof, signIn: () => Promise<Result>): Promise<Result> {
    return this.#proofs.run(proof, signIn);
  }

  /**
   * Is asked before each session that is made, once the rest of the sign-in was right.
   * @returns false for a person with a second factor on a way in that cannot ask for it, as a sign-in elsewhere.
   * @throws AppError `second_factor_needed`, `sign_in_failed` for a wrong code, `rate_limited`.
   */
  async admit(personId: string): Promise<boolean> {
    const proof = this.#proofs.getStore();
    if (proof === 'shown') return true;
    if (proof === undefined) return !(await repeatRead(() => store.hasSecondFactor(this.#pool, personId)));
    await this.check(personId, proof.code);
    return true;
  }

  /**
   * Uses up a code of a person, if it has a second factor.
   * @throws AppError `second_factor_needed`, `sign_in_failed` for a wrong code, `rate_limited`.
   */
  async check(personId: string, code: string | undefined): Promise<void> {
    if (!(await repeatRead(() => store.hasSecondFactor(this.#pool, personId)))) return;
    if (code === undefined || code === '') throw new AppError('second_factor_needed');
    // Not run again when its answer is lost: the code may be used up by then, and the next one comes within half a minute.
    const verdict = await withTransaction(this.#pool, (client) => this.#take(client, personId, code));
    refuseUnlessRight(verdict);
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
        const row = await store.lockSecondFactor(client, id);
        if (row?.is_confirmed && isRepeat) return 'right';
        if (!row || row.is_confirmed)
          throw new AppError('conflict', { message: 'Begin a second factor first' });
        const found = await this.#judge(client, id, row, code);
        if (found !== 'right') return found;
        await store.confirmSecondFactor(client, id, digests);
        await store.deleteOtherSessions(client, id, sessionId);
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
        const row = await store.lockSecondFactor(client, id);
        if (!row && isRepeat) return 'right';
        if (!row?.is_confirmed) throw new AppError('conflict', { message: 'You have no second factor' });
        const found = await this.#takeFrom(client, id, row, code);
        if (found !== 'right') return found;
        await store.deleteSecondFactor(client, id);
        await store.deleteOtherSessions(client, id, sessionId);
        await recordAct(client, { action: 'second_factor.remove', subject: email });
        return found;
      }),
    );
    refuseUnlessRight(verdict);
  }

  async #take(client: PoolClient, personId: string, code: string): Promise<Verdict> {
    const row = await store.lockSecondFactor(client, personId);
    // It was removed after the caller has looked.
    if (!row?.is_confirmed) return 'right';
    return this.#takeFrom(client, personId, row, code);
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
function refuseUnlessRight(verdict: Verdict): void {
  if (verdict === 'right') return;
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
