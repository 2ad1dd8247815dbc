// What providers post to us. The address of each attempt carries a code of ours, so that nobody can guess one; what is
// posted is verified as the provider signs, and then it is a reason to look and nothing more.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Credentials } from '../credentials/credentials.ts';
import { batched } from '../db/batched.ts';
import { AppError } from '../errors.ts';
import type { Batched } from '../lib/batcher.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { isUuid } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Log } from '../lib/log.ts';
import { type Clock, SECOND_MS, steadyClock } from '../lib/time.ts';
import type { HintRequest } from '../providers/contract.ts';
import { type AttemptName, type AttemptRow, readAttempts } from '../tasks/attempts.store.ts';
import type { TaskChanges } from '../tasks/changes.ts';
import { type EndNews, hintLooks, type LookHint } from './looks.store.ts';

const CODE_CHARACTERS = 32;
/** News of an attempt that comes so soon after other news of it is taken for the same. */
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
  #lookAt: Batched<EndNews, boolean> | undefined;
  /** When news of an attempt was last let through. */
  readonly #heard = new BoundedMap<string, number>(HEARD_MAX);

  constructor(options: HooksOptions) {
    const { pool } = options;
    this.#options = options;
    this.#read = batched((names) => readAttempts(pool, names));
    this.#hint = batched((hints) => hintLooks(pool, hints));
  }

  /** Whether news of the attempt was let through a moment ago: who posts it again and again makes no more looks by it. */
  #isRepeated({ taskId, epoch }: AttemptName): boolean {
    const name = `${taskId} ${epoch}`;
    const nowMs = steadyClock();
    if (nowMs - (this.#heard.get(name) ?? 0) < REPEATED_MS) return true;
    this.#heard.set(name, nowMs);
    return false;
  }

  /** Called when a job has ended; one listener, the worker of this process, that tells whether it looks at it now. */
  onEnd(lookAt: Batched<EndNews, boolean>): void {
    this.#lookAt = lookAt;
  }

  /** The path of an attempt, from the root of the server. */
  pathFor({ taskId, epoch, provider }: AttemptName & { provider: string }): string {
    const name = `${taskId.replaceAll('-', '')}-${epoch}`;
    return `${HOOKS_PATH}/${provider}/${name}-${this.#codeOf(provider, name)}`;
  }

  /**
   * Hears a provider out. @returns the body to answer with.
   * @throws AppError `link_invalid` for an address that is not ours, `unauthorized` for a signature that is not theirs.
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

  /** Has the attempt looked at: by this process at once where it can, or by whichever comes first. */
  async #follow(
    { reference, ...news }: Omit<LookHint, 'isRepeated'>,
    { credentialId, ...attempt }: AttemptRow & { credentialId: string },
  ): Promise<void> {
    const { isOpen } = news;
    const isKnown = attempt.state === 'accepted' && attempt.reference !== null;
    // Of a known job that is still at work there is nothing to learn.
    if (isKnown && isOpen) return;
    const isRepeated = !isOpen && this.#isRepeated(news);
    if (isKnown && !isRepeated && (await this.#lookAt?.({ ...news, credentialId }))) return;
    const isFollowed = await this.#hint({ ...news, isRepeated, ...(isKnown ? {} : { reference }) });
    if (isFollowed && !isOpen) this.#options.changes.announceHinted();
  }

  /** The attempt that an address names. @throws AppError `link_invalid` for an address that is not ours. */
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
