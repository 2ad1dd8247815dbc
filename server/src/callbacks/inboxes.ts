// Inboxes: addresses of this server that keep what is posted to them, so that an account can look at its callbacks before
// it has a receiver. The code in the address is the permission to post. A callback to an inbox never leaves the process,
// so an inbox opens no way to this machine: no other address is treated differently.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { repeatLost } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import { deriveBytes } from '../lib/derive-key.ts';
import { isUuid, newId } from '../lib/ids.ts';
import type { CallbackOwner } from './callbacks.store.ts';
import {
  deleteEndedInboxes,
  deleteInbox,
  type InboxRequestRow,
  type InboxRow,
  insertInbox,
  insertRequest,
  listInboxes,
  listRequests,
  lockInboxes,
  readInbox,
  readSealedSecrets,
  type SignatureState,
} from './inboxes.store.ts';
import { CallbackSecrets } from './secrets.ts';
import { isSignedBy } from './signature.ts';

export type { InboxRequestRow, InboxRow } from './inboxes.store.ts';

/** Where the addresses of inboxes begin, after the public address. */
export const INBOX_PATH = '/inbox';
const INBOX_HOURS = 24;
const INBOXES_MAX = 10;
const REQUESTS_MAX = 50;
const BYTES_MAX = 1_000_000;
/** Of one body; the largest callback of a usual task has a few kilobytes. */
const BODY_BYTES_KEPT = 256 * 1024;
const HEADERS_MAX = 60;
const HEADER_CHARACTERS_MAX = 2_000;
const QUERY_CHARACTERS_MAX = 2_000;
const CODE_CHARACTERS = 32;
const TOKEN = /^([0-9a-f]{32})-([0-9a-f]{32})$/;

export interface InboxesOptions {
  pool: Pool;
  /** Of the codes in addresses. */
  secretKey: string;
  /** The key that the signing secrets are sealed with. */
  signingKey: string | Uint8Array;
  /** The address at which clients reach this server, without a final slash. Called again for each address. */
  publicUrl: () => string;
}

/** What is posted to an inbox. */
export interface Posted {
  method: string;
  /** Without the question mark. */
  query: string;
  headers: Record<string, string>;
  body: Buffer;
}

export class Inboxes {
  readonly #options: InboxesOptions;
  readonly #key: Buffer;
  readonly #secrets: CallbackSecrets;

  constructor(options: InboxesOptions) {
    this.#options = options;
    this.#key = deriveBytes(options.secretKey, 'reelay inboxes');
    this.#secrets = new CallbackSecrets(options.pool, options.signingKey);
  }

  /** Makes an inbox that ends after a day. @throws AppError `conflict` when the account has ten. */
  async create(owner: CallbackOwner): Promise<InboxRow> {
    const id = newId();
    return await repeatLost(() =>
      withTransaction(this.#options.pool, async (client) => {
        await lockInboxes(client, owner);
        const others = (await listInboxes(client, owner, INBOXES_MAX)).filter((row) => row.id !== id);
        if (others.length >= INBOXES_MAX) {
          const message = `There are ${INBOXES_MAX} inboxes already; remove one, or wait until one ends`;
          throw new AppError('conflict', { message });
        }
        return await insertInbox(client, { id, owner, hours: INBOX_HOURS });
      }),
    );
  }

  /** The inboxes of an account that have not ended, newest first. */
  list(owner: CallbackOwner): Promise<InboxRow[]> {
    return listInboxes(this.#options.pool, owner, INBOXES_MAX);
  }

  /** The inbox of this id; undefined when the owner has none, or it has ended. */
  async find(id: string, owner: CallbackOwner): Promise<InboxRow | undefined> {
    return isUuid(id) ? await readInbox(this.#options.pool, id, owner) : undefined;
  }

  /** Removes an inbox with what is in it. @returns whether the owner had it. */
  async remove(id: string, owner: CallbackOwner): Promise<boolean> {
    return isUuid(id) && (await deleteInbox(this.#options.pool, id, owner));
  }

  /** What was posted to an inbox, newest first. */
  requestsOf({ id }: InboxRow): Promise<InboxRequestRow[]> {
    return listRequests(this.#options.pool, id, REQUESTS_MAX);
  }

  /** Removes up to `limit` inboxes that have ended. @returns how many. */
  removeEnded(limit: number): Promise<number> {
    return deleteEndedInboxes(this.#options.pool, limit);
  }

  /** The address to which its callbacks go. */
  addressOf({ id }: Pick<InboxRow, 'id'>): string {
    const name = id.replaceAll('-', '');
    return `${this.#options.publicUrl()}${INBOX_PATH}/${name}-${this.#codeOf(name)}`;
  }

  /** The token of an address that is an inbox of this server; undefined for every other address. */
  tokenOf(address: string): string | undefined {
    const own = `${this.#options.publicUrl()}${INBOX_PATH}/`;
    if (!address.startsWith(own)) return undefined;
    const token = address.slice(own.length).split('?', 1)[0];
    return TOKEN.test(token) ? token : undefined;
  }

  /**
   * The id of the inbox that a token is the permission for, which may have ended.
   * @throws AppError `link_invalid` for a token that Reelay did not make.
   */
  verify(token: string): string {
    const [, name, code] = TOKEN.exec(token) ?? [];
    if (name === undefined || !timingSafeEqual(Buffer.from(code), Buffer.from(this.#codeOf(name)))) {
      throw new AppError('link_invalid');
    }
    return name.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /**
   * Keeps what was posted; the oldest requests make room for it.
   * @throws AppError `link_invalid` for a token that Reelay did not make, and for an inbox that has ended.
   */
  async receive(token: string, posted: Posted): Promise<void> {
    const { pool } = this.#options;
    const inboxId = this.verify(token);
    const inbox = await readInbox(pool, inboxId);
    if (!inbox) throw new AppError('link_invalid');
    const request = {
      id: newId(),
      inboxId,
      method: posted.method,
      query: posted.query.slice(0, QUERY_CHARACTERS_MAX),
      headers: keepHeaders(posted.headers),
      body: posted.body.subarray(0, BODY_BYTES_KEPT),
      bodyBytes: posted.body.length,
      signature: await this.#judge(inbox, posted),
    };
    const limits = { requests: REQUESTS_MAX, bytes: BYTES_MAX };
    const isKept = await repeatLost(() =>
      withTransaction(pool, (client) => insertRequest(client, request, limits)),
    );
    if (!isKept) throw new AppError('link_invalid');
  }

  async #judge({ account_id, test_mode }: InboxRow, posted: Posted): Promise<SignatureState> {
    if (posted.headers['webhook-signature'] === undefined) return 'absent';
    const owner = { accountId: account_id, testMode: test_mode };
    const sealed = await readSealedSecrets(this.#options.pool, owner);
    return isSignedBy(posted, this.#secrets.openAll(sealed, owner)) ? 'valid' : 'invalid';
  }

  #codeOf(name: string): string {
    return createHmac('sha256', this.#key).update(name).digest('hex').slice(0, CODE_CHARACTERS);
  }
}

/** What opens something is not kept, whichever client sent it. */
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

/** A null character cannot be kept as text. */
function keepHeaders(headers: Record<string, string>): Record<string, string> {
  const kept = Object.entries(headers)
    .filter(([name]) => !SECRET_HEADERS.has(name))
    .slice(0, HEADERS_MAX);
  return Object.fromEntries(
    kept.map(([name, value]) => [name, value.slice(0, HEADER_CHARACTERS_MAX).replaceAll('\0', '')]),
  );
}
