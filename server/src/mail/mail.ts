// Mail: written in the transaction of its cause, sent from the job queue, tried again until it is taken or too old.
// A letter may carry a link that opens an account, so it waits sealed, and the log has neither its words nor its
// receiver.
//
// A mail is waiting → taken by the mail server | refused by it for good | too old.
import type { Transporter } from 'nodemailer';
import type { SentMessageInfo } from 'nodemailer/lib/smtp-pool/index.js';
import type { Pool, PoolClient } from 'pg';
import { addJobs, countJobs, type JobHandler } from '../db/jobs.ts';
import { invariant } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import { parseOwnJson } from '../lib/json.ts';
import { SecretBox } from '../lib/sealing.ts';
import { type Clock, DAY_MS } from '../lib/time.ts';
import { type Letter, renderLetter } from './letter.ts';
import { readSmtpUrl } from './transport.ts';

const SEND_JOB = 'mail.send';
/** The queue waits longer from one to the next: ten are half a day. */
const TRIES_MAX = 10;
/** Mails that may wait at once: what a mail server that is away may cost. */
const WAITING_MAX = 1_000;
const PURPOSE = 'reelay mail';

export interface MailOptions {
  pool: Pool;
  /** The mail server; without one there is no mail. */
  smtpUrl: string | undefined;
  /** The plain address in From; set where the mail server is. */
  from: string | undefined;
  /** Seals what waits. */
  secretKey: string;
  publicUrl: () => string;
  clock: Clock;
  log: MailLog;
}

/** The part of a pino logger that mail uses. */
export interface MailLog {
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
}

/** A letter on its way. */
export interface Posting {
  /** A plain address. */
  to: string;
  letter: Letter;
  /** From when on it is of no use any more; a day when not given. */
  lifetimeMs?: number;
}

interface Waiting {
  id: string;
  sealed: string;
}

interface Sealed {
  to: string;
  letter: Letter;
  endsAtMs: number;
}

export class Mail {
  /** What the job runner has to run. */
  readonly jobHandlers: Record<string, JobHandler>;
  readonly #options: MailOptions;
  readonly #box: SecretBox;
  #transport: Promise<Transporter<SentMessageInfo>> | undefined;

  constructor(options: MailOptions) {
    this.#options = options;
    this.#box = new SecretBox(options.secretKey, PURPOSE);
    this.jobHandlers = { [SEND_JOB]: (payload) => this.#send(parseWaiting(payload)) };
  }

  /** Whether mail can be sent at all. */
  get isOn(): boolean {
    return this.#options.smtpUrl !== undefined;
  }

  /**
   * Queues letters in the caller's transaction, or on its own. False when they were not taken: no mail server is set, or
   * too many mails wait already.
   */
  async enqueue(client: PoolClient | Pool, postings: readonly Posting[]): Promise<boolean> {
    const { clock, log } = this.#options;
    if (!this.isOn || postings.length === 0) return false;
    if ((await countJobs(client, SEND_JOB, WAITING_MAX)) + postings.length > WAITING_MAX) {
      log.warn({ kind: postings[0]?.letter.kind, waitingMax: WAITING_MAX }, 'mail.dropped');
      return false;
    }
    const jobs = postings.map(({ to, letter, lifetimeMs = DAY_MS }) => {
      const id = newId();
      const sealed: Sealed = { to, letter, endsAtMs: clock() + lifetimeMs };
      const bytes = this.#box.seal(Buffer.from(JSON.stringify(sealed)), id);
      const payload: Waiting = { id, sealed: bytes.toString('base64') };
      return { name: SEND_JOB, payload, maxAttempts: TRIES_MAX };
    });
    await addJobs(client, jobs);
    return true;
  }

  /** Ends the connections to the mail server. */
  async close(): Promise<void> {
    (await this.#transport)?.close();
  }

  async #send({ id, sealed }: Waiting): Promise<void> {
    const { clock, from, log, publicUrl } = this.#options;
    // Sealed by this class: it is what was written there.
    const opened = this.#box.open(Buffer.from(sealed, 'base64'), id).toString();
    const { to, letter, endsAtMs } = parseOwnJson<Sealed>(opened);
    const fields = { mailId: id, kind: letter.kind };
    if (clock() >= endsAtMs) return log.warn(fields, 'mail.expired');
    const transport = await this.#connect();
    if (transport === undefined) return log.warn(fields, 'mail.dropped');
    try {
      await transport.sendMail({
        from: { name: 'Reelay', address: from ?? '' },
        to: { name: '', address: to },
        subject: letter.subject,
        // The same at each try, so that a mail that was taken and not answered is recognised.
        messageId: `<${id}@reelay>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...renderLetter(letter, publicUrl()),
      });
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      const isFinal = (code === 'EENVELOPE' || code === 'EMESSAGE') && (responseCode ?? 0) >= 500;
      if (isFinal) return log.warn({ ...fields, status: responseCode }, 'mail.refused');
      // The library's own words may repeat the receiver or what the mail server was sent.
      const facts = [code ?? 'unknown', ...(responseCode === undefined ? [] : [responseCode])].join(' ');
      throw new Error(`The mail server did not take a mail (${facts})`);
    }
    log.info(fields, 'mail.sent');
  }

  /** The library is loaded with the first mail: most servers send none. */
  #connect(): Promise<Transporter<SentMessageInfo>> | undefined {
    const { smtpUrl } = this.#options;
    if (smtpUrl === undefined) return undefined;
    this.#transport ??= import('nodemailer').then(({ createTransport }) =>
      createTransport(readSmtpUrl(smtpUrl)),
    );
    return this.#transport;
  }
}

/** @throws Error for a payload that no release of Reelay has written. */
function parseWaiting(value: unknown): Waiting {
  const waiting = value as Partial<Waiting> | null;
  invariant(typeof waiting?.id === 'string' && typeof waiting.sealed === 'string', 'a mail waits sealed');
  return waiting as Waiting;
}
