// Signs what is sent and chooses the way to its receiver: an inbox of this server, this machine where that is allowed, or
// the internet. It must never send a body without a signature.
import { newId } from '../lib/ids.ts';
import { SECOND_MS } from '../lib/time.ts';
import type { CallbackOwner, SendableRow } from './callbacks.store.ts';
import { headersOf, type Outcome, postCallback } from './delivery.ts';
import type { CallbackBody, CallbacksOptions } from './options.ts';
import type { Visit } from './receivers.ts';
import type { CallbackSecrets } from './secrets.ts';
import { formatSecret, signMessage } from './signature.ts';

/** A try that was made. */
export interface Sent {
  outcome: Outcome;
  sentAtMs: number;
  durationMs: number;
}

/** A try of an address, with the headers that it was sent with. */
export interface TriedOut {
  outcome: Outcome;
  durationMs: number;
  headers: Record<string, string>;
}

interface Message {
  testMode: boolean;
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

export class Sender {
  readonly #options: CallbacksOptions;
  readonly #secrets: CallbackSecrets;

  constructor(options: CallbacksOptions, secrets: CallbackSecrets) {
    this.#options = options;
    this.#secrets = secrets;
  }

  /** What a try of it posts now; undefined when its task is no longer stored. */
  async bodyOf({ body, task_id: taskId }: SendableRow): Promise<CallbackBody | undefined> {
    if (body !== null) return { body };
    return taskId === null ? undefined : await this.#options.renderBody(taskId);
  }

  /** Sends a callback. @param visit its place at the receiver, which is given the weight of the body. */
  async send(callback: SendableRow, visit: Visit, signal: AbortSignal): Promise<Sent> {
    const { clock } = this.#options;
    const posting = await this.bodyOf(callback);
    const secrets = posting === undefined ? undefined : await this.#openSecrets(callback);
    const sentAtMs = clock();
    if (posting === undefined) {
      const outcome: Outcome = { kind: 'refused', error: 'The task is no longer stored.' };
      return { outcome, sentAtMs, durationMs: 0 };
    }
    if (secrets === undefined) {
      const outcome: Outcome = { kind: 'failed', error: 'The signing secret cannot be read; rotate it.' };
      return { outcome, sentAtMs, durationMs: 0 };
    }
    const { body, sign } = posting;
    visit.weigh(Buffer.byteLength(body));
    const own = sign?.(formatSecret(secrets[0]), Math.floor(sentAtMs / SECOND_MS));
    const posted = await this.#post({
      testMode: callback.test_mode,
      url: callback.url,
      headers: { ...own, ...signMessage({ id: callback.id, sentAtMs, body }, secrets) },
      body,
      signal,
    });
    return { ...posted, sentAtMs };
  }

  /** Sends a text once, as a callback would be. */
  async tryOut(
    { accountId, testMode }: CallbackOwner,
    { url, body }: { url: string; body: string },
  ): Promise<TriedOut> {
    const secret = await this.#secrets.readCurrent({ accountId, testMode });
    const headers = signMessage({ id: newId(), sentAtMs: this.#options.clock(), body }, [secret]);
    // The post has a limit of its own; nothing ends it earlier.
    const { signal } = new AbortController();
    const posted = await this.#post({ testMode, url, headers, body, signal });
    return { ...posted, headers: headersOf(headers) };
  }

  async #post({ testMode, ...message }: Message): Promise<Omit<Sent, 'sentAtMs'>> {
    const { clock, steady, fetchLoopback, fetchPublic, loopbackAllowedFor, inboxes } = this.#options;
    const allowLoopback = loopbackAllowedFor.includes(testMode ? 'test' : 'live');
    const beganMs = steady();
    const outcome = await postCallback({
      ...message,
      allowLoopback,
      fetch: allowLoopback ? fetchLoopback : fetchPublic,
      inboxes,
      clock,
    });
    return { outcome, durationMs: Math.round(steady() - beganMs) };
  }

  /** Undefined when they do not open, as after the loss of the server's own secret. */
  async #openSecrets(callback: SendableRow): Promise<Buffer[] | undefined> {
    const { account_id: accountId, test_mode: testMode, sealed_secrets: sealed } = callback;
    const owner = { accountId, testMode };
    if (sealed.length === 0) return [await this.#secrets.readCurrent(owner)];
    try {
      return this.#secrets.openAll(sealed, owner);
    } catch (error) {
      this.#options.log.error({ err: error, accountId }, 'callback.secret_unreadable');
      return undefined;
    }
  }
}
