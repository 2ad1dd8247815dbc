// Accounts, their keys, and which of them a request belongs to.
import type { Pool } from 'pg';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError, OperatorError } from '../errors.ts';
import { newId } from '../lib/ids.ts';
import type { Book } from '../lib/money.ts';
import type { SteadyClock } from '../lib/time.ts';
import * as store from './accounts.store.ts';
import { createKeyLookup, digestKey, generateKey, hintOf, type KeyLookup, type KeyRecord } from './keys.ts';

export type { AccountRow, KeyRow } from './accounts.store.ts';

export interface NewKeyRequest {
  account: string;
  mode: Book;
  name: string;
  strict?: boolean;
  createsPer10s?: number;
  readsPer10s?: number;
}

export class Accounts {
  readonly #pool: Pool;
  readonly #secret: string;
  readonly #createsPer10s: number;
  readonly #lookup: KeyLookup;

  /** @param options `secret` keys the digests; `createsPer10s` is the create rate of new keys. */
  constructor(options: { pool: Pool; secret: string; clock: SteadyClock; createsPer10s: number }) {
    this.#pool = options.pool;
    this.#secret = options.secret;
    this.#createsPer10s = options.createsPer10s;
    this.#lookup = createKeyLookup({
      secret: options.secret,
      clock: options.clock,
      read: (digest) => repeatRead(() => store.readKeyByDigest(options.pool, digest)),
    });
  }

  /** Who a key belongs to; at once for one that was looked up just now. @throws AppError `unauthorized`, `key_disabled`. */
  authenticate(key: string | undefined): KeyRecord | Promise<KeyRecord> {
    if (!key) throw new AppError('unauthorized');
    const found = this.#lookup(key);
    return found instanceof Promise ? found.then(accept) : accept(found);
  }

  /** @throws OperatorError for a name that is taken, or none. */
  async create(name: string): Promise<store.AccountRow> {
    checkName(name);
    const account = await this.#insert(name);
    if (!account) throw new OperatorError(`The account "${name}" already exists`, { errorName: 'conflict' });
    return account;
  }

  /** The account of that name, made now when there is none: of many nodes that start at once, one makes it. */
  async findOrCreate(name: string): Promise<store.AccountRow> {
    return (await this.#insert(name)) ?? this.find(name);
  }

  async #insert(name: string): Promise<store.AccountRow | undefined> {
    if (await repeatLost(() => store.findAccount(this.#pool, name))) return undefined;
    const id = newId();
    const isOurs = await repeatLost(() =>
      withTransaction(this.#pool, (client) => store.insertAccount(client, id, name)),
    );
    return isOurs ? this.find(id) : undefined;
  }

  /** @throws OperatorError when there is no such account. */
  async find(nameOrId: string): Promise<store.AccountRow> {
    const account = CONTROL_CHARACTER.test(nameOrId)
      ? undefined
      : await repeatRead(() => store.findAccount(this.#pool, nameOrId));
    if (!account) throw unknownName('account', nameOrId);
    return account;
  }

  /** By id, which is the order in which they were made. */
  list(page: store.Page): Promise<store.AccountRow[]> {
    return store.listAccounts(this.#pool, page);
  }

  /** Disables or enables an account, or bounds its tasks that are at providers at once; further ones wait. */
  async change(nameOrId: string, change: store.AccountChange): Promise<store.AccountRow> {
    const { id } = await this.find(nameOrId);
    await store.updateAccount(this.#pool, id, change);
    return this.find(id);
  }

  /** Makes a key; the answer is the only time that it can be read. */
  async createKey(request: NewKeyRequest): Promise<{ key: string; row: store.KeyRow }> {
    checkName(request.name);
    const account = await this.find(request.account);
    const key = generateKey(request.mode);
    const id = newId();
    const row = {
      id,
      accountId: account.id,
      mode: request.mode,
      name: request.name,
      digest: digestKey(this.#secret, key),
      hint: hintOf(key),
      strict: request.strict ?? false,
      createsPer10s: request.createsPer10s ?? this.#createsPer10s,
      readsPer10s: request.readsPer10s ?? null,
    };
    await repeatLost(() => withTransaction(this.#pool, (client) => store.insertKey(client, row)));
    return { key, row: await this.findKey(id) };
  }

  /** By id, as accounts; those of one account, or all. */
  async listKeys(nameOrId: string | undefined, page: store.Page): Promise<store.KeyRow[]> {
    const accountId = nameOrId === undefined ? undefined : (await this.find(nameOrId)).id;
    return store.listKeys(this.#pool, accountId, page);
  }

  async changeKey(idOrHint: string, change: store.KeyChange): Promise<store.KeyRow> {
    const { id } = await this.findKey(idOrHint);
    await withTransaction(this.#pool, (client) => store.updateKey(client, id, change));
    return this.findKey(id);
  }

  /** @throws OperatorError when there is no such key, or when several have the hint. */
  async findKey(idOrHint: string): Promise<store.KeyRow> {
    const row = CONTROL_CHARACTER.test(idOrHint)
      ? undefined
      : await repeatRead(() => store.findKey(this.#pool, idOrHint));
    if (!row) throw unknownName('key', idOrHint);
    return row;
  }
}

const NAME_CHARACTERS_MAX = 100;
/** The database takes no text with a NUL, so no name has one. */
const CONTROL_CHARACTER = /\p{Cc}/u;

function unknownName(noun: 'account' | 'key', name: string): OperatorError {
  const message = `There is no ${noun} "${name.slice(0, NAME_CHARACTERS_MAX)}"; "reelay ${noun}s list" shows them`;
  return new OperatorError(message, { errorName: 'not_found' });
}

/** @throws OperatorError for a name that the tables do not take. */
function checkName(name: string): void {
  if (name.length >= 1 && name.length <= NAME_CHARACTERS_MAX && !CONTROL_CHARACTER.test(name)) return;
  throw new OperatorError(
    `A name has 1 to ${NAME_CHARACTERS_MAX} characters, none of which is a control character`,
  );
}

function accept(record: KeyRecord | undefined): KeyRecord {
  if (!record) throw new AppError('unauthorized', { message: 'API key not valid' });
  if (record.disabled) throw new AppError('key_disabled');
  return record;
}
