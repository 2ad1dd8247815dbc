// Accounts, their keys, and which of them a request belongs to.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { AppError, invariant, OperatorError } from '../errors.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { isUuid, newId } from '../lib/ids.ts';
import { type Book, toCredits } from '../lib/money.ts';
import { SharedRead } from '../lib/shared-read.ts';
import type { Clock, SteadyClock } from '../lib/time.ts';
import * as store from './accounts.store.ts';
import type { ChangedCaller } from './caller-notice.ts';
import { admitCall, checkLimits, type KeyLimitsChange } from './key-limits.ts';
import * as keyStore from './keys.store.ts';
import {
  createKeyLookup,
  digestKey,
  generateKey,
  hintOf,
  KEY_CACHE_MS,
  type KeyLookup,
  type KeyRecord,
} from './keys.ts';
import type { Role } from './roles.ts';

export type { AccountRow } from './accounts.store.ts';
export type { KeyRow } from './keys.store.ts';

export interface NewKeyRequest extends KeyLimitsChange {
  account: string;
  mode: Book;
  name: string;
  /** `member` when not given. */
  role?: Role;
}

export interface AccountsOptions {
  pool: Pool;
  /** What the digests of keys are made with. */
  secret: string;
  clock: SteadyClock;
  wallClock: Clock;
  /** The create rate of new keys. */
  createsPer10s: number;
}

/** A key for the audit log: its amounts are in credits, as in every other line. */
function describeKey(row: keyStore.KeyRow | undefined): object | undefined {
  const inCredits = (value: unknown) => (typeof value === 'bigint' ? toCredits(value) : value);
  return row && Object.fromEntries(Object.entries(row).map(([name, value]) => [name, inCredits(value)]));
}

export class Accounts {
  readonly #pool: Pool;
  readonly #secret: string;
  readonly #createsMax: number;
  readonly #clock: SteadyClock;
  readonly #wallClock: Clock;
  readonly #lookup: KeyLookup;
  readonly #playgrounds = new BoundedMap<string, SharedRead<KeyRecord>>(PLAYGROUNDS_MAX);

  constructor(options: AccountsOptions) {
    this.#pool = options.pool;
    this.#secret = options.secret;
    this.#createsMax = options.createsPer10s;
    this.#clock = options.clock;
    this.#wallClock = options.wallClock;
    this.#lookup = createKeyLookup({
      secret: options.secret,
      clock: options.clock,
      read: async (digest) => {
        const found = await repeatRead(() => keyStore.readKeyByDigest(options.pool, digest));
        if (found?.isUseNew) this.#markUsed(found.record);
        return found?.record;
      },
    });
  }

  /**
   * Who a key belongs to; at once for one that was looked up just now.
   * @param address where the call comes from.
   * @throws AppError `unauthorized`, `key_disabled`, `key_expired` or `address_not_allowed`.
   */
  authenticate(key: string | undefined, address: string): KeyRecord | Promise<KeyRecord> {
    if (!key) throw new AppError('unauthorized');
    const found = this.#lookup.find(key);
    return found instanceof Promise
      ? found.then((record) => accept(record, address))
      : accept(found, address);
  }

  /** Call it after a change of a key, or of all keys of an account: the next call reads again. */
  forget({ noun, id }: ChangedCaller): void {
    if (noun === 'key') this.#lookup.forget(({ keyId }) => keyId === id);
    if (noun !== 'account') return;
    this.#lookup.forget(({ accountId }) => accountId === id);
    for (const mode of ['test', 'live'] as const) this.#playgrounds.get(playgroundName(id, mode))?.forget();
  }

  /** Nobody waits for it; a mark that is lost is written at the next look-up, within a second. */
  #markUsed({ keyId, disabled, expired }: KeyRecord): void {
    if (disabled || expired) return;
    keyStore.markUsed(this.#pool, keyId).catch(() => undefined);
  }

  /**
   * The key that owns what people of an account make in one of its books while they are signed in. It is made when it is
   * first asked for, has no secret, and is in no list. At once when it was read within the last second.
   * @throws AppError `key_disabled` while the account is disabled.
   */
  playgroundKey(accountId: string, mode: Book): KeyRecord | Promise<KeyRecord> {
    const name = playgroundName(accountId, mode);
    const shared =
      this.#playgrounds.get(name) ??
      new SharedRead({
        read: () => this.#readPlaygroundKey(accountId, mode),
        clock: this.#clock,
        keepMs: KEY_CACHE_MS,
      });
    this.#playgrounds.set(name, shared);
    return shared.fresh ? acceptPlayground(shared.fresh.value) : shared.current().then(acceptPlayground);
  }

  async #readPlaygroundKey(accountId: string, mode: Book): Promise<KeyRecord> {
    const read = () => repeatRead(() => keyStore.readPlaygroundKey(this.#pool, accountId, mode));
    const known = await read();
    if (known) return known;
    const key = { id: newId(), accountId, mode, createsMax: this.#createsMax };
    await repeatLost(() =>
      withTransaction(this.#pool, (client) => keyStore.insertPlaygroundKey(client, key)),
    );
    const made = await read();
    invariant(made, 'the key of a playground is there once it was written');
    return made;
  }

  /** @throws OperatorError for a name that is taken, or none. */
  async create(name: string): Promise<store.AccountRow> {
    checkAccountName(name);
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
      withTransaction(this.#pool, (client) => this.createWithin(client, { id, name })),
    );
    return isOurs ? this.find(id) : undefined;
  }

  /** Writes an account in a transaction of the caller, who has checked the name. @returns false for one that is taken. */
  async createWithin(client: PoolClient, { id, name }: { id: string; name: string }): Promise<boolean> {
    const isWritten = await store.insertAccount(client, id, name);
    if (isWritten)
      await recordAct(client, { action: 'account.create', subject: id, accountId: id, after: { name } });
    return isWritten;
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
    await repeatLost(() =>
      withTransaction(this.#pool, async (client) => {
        const before = await store.lockAccount(client, id);
        await store.updateAccount(client, id, change);
        const after = await store.lockAccount(client, id);
        await store.announceCaller(client, { noun: 'account', id });
        await recordAct(client, { action: 'account.change', subject: id, accountId: id, before, after });
      }),
    );
    return this.find(id);
  }

  /** The id of the account of that name, made now when there is none, in a transaction of the caller. */
  async findOrCreateWithin(client: PoolClient, name: string): Promise<string> {
    const known = await store.findAccount(client, name);
    if (known) return known.id;
    const id = newId();
    if (await this.createWithin(client, { id, name })) return id;
    // Another transaction has made it just now.
    const made = await store.findAccount(client, name);
    invariant(made, 'a name that is taken is that of an account');
    return made.id;
  }

  /** Gives an account another name, in a transaction of the caller. @throws OperatorError for a name that is taken, or none. */
  async renameWithin(client: PoolClient, id: string, name: string): Promise<void> {
    checkAccountName(name);
    if (await store.renameAccount(client, id, name)) return;
    throw new OperatorError(`The account "${name}" already exists`, { errorName: 'conflict' });
  }

  /** Makes a key; the answer is the only time that it can be read. @throws AppError for limits that cannot be. */
  async createKey(request: NewKeyRequest): Promise<{ key: string; row: keyStore.KeyRow }> {
    const { account: nameOrId, mode, name, role = 'member', ...limits } = request;
    checkName(name);
    checkLimits(limits, this.#wallClock());
    const account = await this.find(nameOrId);
    const { key, ...secret } = this.#makeSecret(mode);
    const id = newId();
    const row = {
      id,
      accountId: account.id,
      mode,
      name,
      role,
      ...secret,
      limits: { ...limits, createsMax: limits.createsMax ?? this.#createsMax },
    };
    await repeatLost(() =>
      withTransaction(this.#pool, async (client) => {
        await keyStore.insertKey(client, row);
        const after = describeKey(await keyStore.findKey(client, id));
        await recordAct(client, { action: 'key.create', subject: id, accountId: account.id, after });
      }),
    );
    return { key, row: await this.findKey(id) };
  }

  #makeSecret(mode: Book): keyStore.Secret & { key: string } {
    const key = generateKey(mode);
    return { key, digest: digestKey(this.#secret, key), hint: hintOf(key) };
  }

  /**
   * Gives a key another secret, which the answer shows this once. The secret before works for the overlap.
   * @throws OperatorError while the secret before that still works, unless there is no overlap: then all earlier ones end.
   */
  async rotateKey(
    idOrHint: string,
    { overlapSeconds, accountId }: { overlapSeconds: number; accountId?: string | undefined },
  ): Promise<{ key: string; row: keyStore.KeyRow }> {
    const before = await this.findKey(idOrHint, accountId);
    const { id } = before;
    const { key, ...secret } = this.#makeSecret(before.mode);
    const isReplaced = await repeatLost(() =>
      withTransaction(this.#pool, async (client) => {
        const isDone = await keyStore.replaceSecret(client, id, { ...secret, overlapSeconds });
        const after = describeKey(await keyStore.findKey(client, id));
        await store.announceCaller(client, { noun: 'key', id });
        if (isDone)
          await recordAct(client, {
            action: 'key.rotate',
            subject: id,
            accountId: before.account_id,
            before: describeKey(before),
            after,
          });
        return isDone;
      }),
    );
    if (!isReplaced) {
      throw new OperatorError(
        'The key was rotated before, and its earlier secret still works; rotate it without overlap to end all earlier ones',
        { errorName: 'conflict' },
      );
    }
    return { key, row: await this.findKey(id) };
  }

  /** By id, as accounts; those of one account, or all. */
  async listKeys(nameOrId: string | undefined, page: store.Page): Promise<keyStore.KeyRow[]> {
    const accountId = nameOrId === undefined ? undefined : (await this.find(nameOrId)).id;
    return keyStore.listKeys(this.#pool, accountId, page);
  }

  /** Changes what is named. @param accountId when given, only a key of this account is found. */
  async changeKey(
    idOrHint: string,
    change: keyStore.KeyChange,
    accountId?: string,
  ): Promise<keyStore.KeyRow> {
    if (change.name !== undefined) checkName(change.name);
    checkLimits(change, this.#wallClock());
    const { id, account_id } = await this.findKey(idOrHint, accountId);
    await withTransaction(this.#pool, async (client) => {
      const before = describeKey(await keyStore.findKey(client, id));
      await keyStore.updateKey(client, id, change);
      await store.announceCaller(client, { noun: 'key', id });
      const after = describeKey(await keyStore.findKey(client, id));
      await recordAct(client, { action: 'key.change', subject: id, accountId: account_id, before, after });
    });
    return this.findKey(id);
  }

  /**
   * @param accountId when given, only a key of this account is found.
   * @throws OperatorError when there is no such key, or when several have the hint.
   */
  async findKey(idOrHint: string, accountId?: string): Promise<keyStore.KeyRow> {
    const row = CONTROL_CHARACTER.test(idOrHint)
      ? undefined
      : await repeatRead(() => keyStore.findKey(this.#pool, idOrHint, accountId));
    if (!row) throw unknownName('key', idOrHint);
    return row;
  }
}

function playgroundName(accountId: string, mode: Book): string {
  return `${accountId} ${mode}`;
}

/** Books of accounts whose people are signed in, that are kept in mind. */
const PLAYGROUNDS_MAX = 10_000;
const NAME_CHARACTERS_MAX = 100;
/** The database takes no text with a NUL, so no name has one. */
const CONTROL_CHARACTER = /\p{Cc}/u;

function unknownName(noun: 'account' | 'key', name: string): OperatorError {
  const message = `There is no ${noun} "${name.slice(0, NAME_CHARACTERS_MAX)}"; "reelay ${noun}s list" shows them`;
  return new OperatorError(message, { errorName: 'not_found' });
}

const NAME_FORM = `1 to ${NAME_CHARACTERS_MAX} characters, none of which is a control character`;

function isName(name: string): boolean {
  return name.length >= 1 && name.length <= NAME_CHARACTERS_MAX && !CONTROL_CHARACTER.test(name);
}

/** @throws OperatorError for a name that the tables do not take. */
function checkName(name: string): void {
  if (!isName(name)) throw new OperatorError(`A name has ${NAME_FORM}`);
}

/**
 * What the name of an account must do, as the end of that sentence; undefined when it does. Accounts are named by id or
 * name, so one that is named as another's id would get what is meant for that one.
 */
export function faultOfAccountName(name: string): string | undefined {
  if (!isName(name)) return `have ${NAME_FORM}`;
  return isUuid(name) ? 'not look like an id' : undefined;
}

function checkAccountName(name: string): void {
  const fault = faultOfAccountName(name);
  if (fault !== undefined) throw new OperatorError(`The name of an account must ${fault}`);
}

function accept(record: KeyRecord | undefined, address: string): KeyRecord {
  if (!record) throw new AppError('unauthorized', { message: 'API key not valid' });
  return admitCall(record, address);
}

function acceptPlayground(record: KeyRecord): KeyRecord {
  if (record.disabled) throw new AppError('key_disabled');
  return record;
}
