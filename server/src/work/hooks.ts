// What providers post to Reelay. The address of each attempt carries a secret code, so that it cannot be guessed. What is
// posted is verified as the provider signs it, and is then a reason to look and nothing more.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Credentials } from '../credentials/credentials.ts';
import { type Batched, batched } from '../db/batched.ts';
import { AppError } from '../errors.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { isUuid } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Log } from '../lib/log.ts';
import { type Clock, SECOND_MS, steadyClock } from '../lib/time.ts';
import type { HintRequest } from '../providers/contract.ts';
import { type AttemptName, type AttemptRow, readAttempts } from '../tasks/attempts.store.ts';
import type { TaskChanges } from '../tasks/changes.ts';
import { type EndHint, hintLooks, type LookHint } from './looks.store.ts';

const CODE_CHARACTERS = 32;
/** A hint of an attempt that comes so soon after another one of it counts as the same. */
const REPEATED_MS = SECOND_MS;
const HEARD_MAX = 50_000;
const TOKEN = /^([0-9a-f]{32})-(\d{1,9})-([0-9a-f]{32})$/;

export interface HooksOptions {
  pool: Pool;
  credentials: Credentials;
  changes: TaskChanges;
  clock: Clock;
  log: Log;
  secretKey: string;
}

/** Where the hooks begin, after the public address. */
export const HOOKS_PATH = '/hooks';

export class Hooks {
  readonly #options: HooksOptions;
  readonly #read: Batched<AttemptName, AttemptRow | undefined>;
  readonly #hint: Batched<LookHint, boolean>;
  #lookAt: Batched<EndHint, boolean> | undefined;
  /** When a hint of an attempt was last let through. */
  readonly #heard = new BoundedMap<string, number>(HEARD_MAX);

  constructor(options: HooksOptions) {
    const { pool } = options;
    this.#options = options;
    this.#read = batched((names) => readAttempts(pool, names));
    this.#hint = batched((hints) => hintLooks(pool, hints));
  }

  /**
   * Whether a hint of the attempt was let through a moment ago, so that posting it again and again makes no more looks.
   */
  #isRepeated({ taskId, epoch }: AttemptName): boolean {
    const name = `${taskId} ${epoch}`;
    const nowMs = steadyClock();
    if (nowMs - (this.#heard.get(name) ?? 0) < REPEATED_MS) return true;
    this.#heard.set(name, nowMs);
    return false;
  }

  /** Sets the one listener for ended jobs: the worker of this process, which returns whether it looks at one now. */
  onEnd(lookAt: Batched<EndHint, boolean>): void {
    this.#lookAt = lookAt;
  }

  /** The path of an attempt, from the root of the server. */
  pathFor({ taskId, epoch, provider }: AttemptName & { provider: string }): string {
    const name = `${taskId.replaceAll('-', '')}-${epoch}`;
    return `${HOOKS_PATH}/${provider}/${name}-${this.#codeOf(provider, name)}`;
  }

  /**
   * Takes what a provider posts. @returns the body to answer with.
   * @throws AppError `link_invalid` for an address that Reelay did not make, `unauthorized` for a wrong signature.
   */
  async receive(provider: string, token: string, request: HintRequest): Promise<JsonObject> {
    const { credentials, log } = this.#options;
    const name = this.verify(provider, token);
    const attempt = await this.#read(name);
    if (!attempt || attempt.provider !== provider || attempt.credential_id === null) {
      throw new AppError('link_invalid');
    }
    const { credential_id: credentialId } = attempt;
    const connection = await credentials.connect(credentialId);
    const heard = await connection.provider.parseHint?.(request, connection.context);
    switch (heard?.type) {
      case undefined:
        throw new AppError('link_invalid');
      case 'refused':
        log.warn({ taskId: name.taskId, provider, detail: heard.detail }, 'hook.refused');
        throw new AppError('unauthorized', { message: 'The signature of this callback is not valid' });
      case 'challenge':
        return heard.body;
      case 'hint': {
        const { reference, isOpen = false } = heard;
        await this.#follow({ ...name, reference, isOpen }, { ...attempt, credentialId });
        return { status: 'ok' };
      }
    }
  }

  /** Has the attempt looked at: by this process at once if it can, else by the first worker that comes to it. */
  async #follow(
    { reference, ...hint }: Omit<LookHint, 'isRepeated'>,
    { credentialId, ...attempt }: AttemptRow & { credentialId: string },
  ): Promise<void> {
    const { isOpen } = hint;
    const isKnown = attempt.state === 'accepted' && attempt.reference !== null;
    // A known job that is still at work gives no reason to look.
    if (isKnown && isOpen) return;
    const isRepeated = !isOpen && this.#isRepeated(hint);
    if (isKnown && !isRepeated && (await this.#lookAt?.({ ...hint, credentialId }))) return;
    const isFollowed = await this.#hint({ ...hint, isRepeated, ...(isKnown ? {} : { reference }) });
    if (isFollowed && !isOpen) this.#options.changes.announceHinted();
  }

  /** The attempt that an address names. @throws AppError `link_invalid` for an address that Reelay did not make. */
  verify(provider: string, token: string): AttemptName {
    const [, hex = '', epoch = '', code = ''] = TOKEN.exec(token) ?? [];
    const taskId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const expected = Buffer.from(this.#codeOf(provider, `${hex}-${epoch}`));
    const given = Buffer.from(code.padEnd(CODE_CHARACTERS));
    if (!isUuid(taskId) || !timingSafeEqual(given, expected)) throw new AppError('link_invalid');
    return { taskId, epoch: Number(epoch) };
  }

  #codeOf(provider: string, name: string): string {
    const mac = createHmac('sha256', this.#options.secretKey).update(`${provider} ${name}`);
    return mac.digest('hex').slice(0, CODE_CHARACTERS);
  }
}
