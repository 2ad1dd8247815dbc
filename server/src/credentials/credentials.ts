// The entry of provider accounts: which there are, which may take tasks now, and the connection to each. Secrets come out
// of here inside a connection only, never in a view, an error or a log line.
//
// An account is ready → cooling (a trouble) → ready (time, a success of a test) | disabled (an operator) | retired (its key
// is gone from the environment, or an operator removed it). A retired one is still connected to, for what is under way.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { OperatorError } from '../errors.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { isUuid, newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { SharedRead } from '../lib/shared-read.ts';
import { pause, SECOND_MS } from '../lib/time.ts';
import type { Failure, ProbeOutcome, Provider } from '../providers/contract.ts';
import { type Connection, Connections, probe, type Ways } from './connections.ts';
import { type CoolRule, ruleOfTest, Streaks } from './cooling.ts';
import * as store from './credentials.store.ts';
import { importEnvironment } from './environment.ts';
import { checkFields, type GivenValues } from './fields.ts';
import { checkName, chooseName } from './names.ts';
import { type CredentialsMoment, type CredentialView, createCredentialReader, toView } from './state.ts';

/** What the key of sealed fields is derived from; all processes on a database must use the same. */
export const CREDENTIALS_KEY_PURPOSE = 'provider credentials';

const SUCCESS_WRITTEN_EVERY_MS = 5 * SECOND_MS;
const SUCCESSES_MAX = 10_000;
/** Every node has read by then that an account is retired, and has committed what it chose before. */
const FORGOTTEN_AFTER_MS = 2 * SECOND_MS;

/** There is no way to make calls with this account; the message says why, without a secret. */
export class CredentialUnusable extends Error {
  override readonly name = 'CredentialUnusable';
}

export interface CredentialsOptions extends Ways {
  pool: Pool;
  /** Seals the fields and keys the fingerprints; at least 16 characters. */
  secretKey: string;
  log: Log;
  providers: ReadonlyMap<string, Provider>;
}

export interface NewCredentialRequest {
  provider: string;
  /** Default is `operator`, with a number where that is taken. */
  name?: string;
  fields: GivenValues;
}

/** Undefined keeps what there is, null takes a limit away. `fields` replaces those that it names. */
export interface CredentialChange extends store.LimitsChange {
  fields?: GivenValues;
}

export class Credentials {
  readonly #options: CredentialsOptions;
  readonly #connections: Connections;
  readonly #reader: SharedRead<CredentialsMoment>;
  readonly #streaks = new Streaks();
  /** Of starts whose outcome is unknown. */
  readonly #lostStarts = new Streaks();
  readonly #successes = new BoundedMap<string, number>(SUCCESSES_MAX);
  readonly #tests = new Map<string, Promise<ProbeOutcome>>();

  constructor(options: CredentialsOptions) {
    const { pool, steady, log, secretKey, providers } = options;
    this.#options = options;
    this.#connections = new Connections({
      secretKey,
      providers,
      ways: options,
      onFault: ({ id, provider, name }, fault) =>
        log.error({ credentialId: id, provider, name, fault }, 'credential.unusable'),
    });
    this.#reader = createCredentialReader({ pool, clock: steady, log, connections: this.#connections });
  }

  /**
   * Brings the accounts of the environment in line with it; see environment.ts. Only for processes that work on tasks: one
   * without the variables would retire the accounts of those that have them.
   * @throws OperatorError when a value cannot be one.
   */
  async importEnvironment(variables: GivenValues): Promise<void> {
    await importEnvironment({ ...this.#options, connections: this.#connections }, variables);
    this.#reader.forget();
  }

  /** Those that an account can be added for. */
  get providers(): readonly Provider[] {
    return [...this.#options.providers.values()];
  }

  /** All accounts without their secrets, as of less than a second ago; those that take tasks come first. */
  async list(): Promise<readonly CredentialView[]> {
    return (await this.#reader.current()).views;
  }

  /**
   * The way to an account, also to one that is retired, disabled or cooling. The connection is kept until its row changes.
   * @throws CredentialUnusable when there is no such account any more, or it cannot be opened.
   */
  async connect(id: string): Promise<Connection> {
    const row = await this.#findRow(id);
    if (!row) throw new CredentialUnusable('This provider account is gone');
    const opened = this.#connections.open(row);
    if ('fault' in opened)
      throw new CredentialUnusable(`This provider account cannot be used: ${opened.fault}`);
    return opened.connection;
  }

  /** An account by its id, as it is now; undefined when there is none. */
  async read(id: string): Promise<CredentialView | undefined> {
    const row = isUuid(id) ? await repeatRead(() => store.readCredential(this.#options.pool, id)) : undefined;
    return row && this.#view(row);
  }

  /** An account by its id, or by `provider/name`; by name only one that is not retired. @throws OperatorError. */
  async find(idOrName: string): Promise<CredentialView> {
    const found =
      (await this.read(idOrName)) ??
      (await this.list()).find(
        ({ provider, name, state }) => `${provider}/${name}` === idOrName && state !== 'retired',
      );
    if (found) return found;
    return fail(
      `There is no credential "${idOrName.slice(0, 200)}"; "reelay credentials list" shows them`,
      'not_found',
    );
  }

  /** A call with the account failed: it gets no new tasks for a while where the reason is the account (cooling.ts). */
  async reportTrouble(id: string, failure: Failure): Promise<void> {
    const rule = this.#streaks.count(id, failure);
    if (rule) await this.#cool(id, failure, rule);
  }

  /**
   * A start got no answer that says anything. One is everyday; an account, or an address, where that happens again and
   * again without any sensible answer between gets no new tasks for a while.
   */
  async reportLostStart(id: string, detail: string): Promise<void> {
    const failure: Failure = { reason: 'unreadable', message: detail };
    const rule = this.#lostStarts.count(id, failure);
    if (rule) await this.#cool(id, failure, rule);
  }

  /** The account answered a question about a job: what it was silent about may well have reached it. */
  reportAnswer(id: string): void {
    this.#lostStarts.end(id);
  }

  /**
   * The provider took a task on this account. Not for the answer to a poll: that proves neither money nor room, and would
   * end the row of troubles that makes the next cool-down longer. Written at most every 5 s.
   */
  async reportSuccess(id: string): Promise<void> {
    this.#streaks.end(id);
    this.#lostStarts.end(id);
    const nowMs = this.#options.steady();
    const writtenMs = this.#successes.get(id);
    if (writtenMs !== undefined && nowMs - writtenMs < SUCCESS_WRITTEN_EVERY_MS) return;
    this.#successes.set(id, nowMs);
    await store.recordSuccess(this.#options.pool, id);
  }

  /**
   * The cheapest real call. A success ends a cool-down and keeps the reported balance; a failure cools the account.
   * Callers at the same time share one call.
   */
  test(id: string): Promise<ProbeOutcome> {
    const underWay = this.#tests.get(id);
    if (underWay) return underWay;
    const test = this.#test(id)
      .then(async (outcome) => {
        const reason = outcome.type === 'works' ? null : outcome.failure.reason;
        const after = { works: outcome.type === 'works', reason };
        await recordAct(this.#options.pool, { action: 'credential.test', subject: id, after });
        return outcome;
      })
      .finally(() => this.#tests.delete(id));
    this.#tests.set(id, test);
    return test;
  }

  /**
   * Adds an account. One that was retired with the same key is taken into use again.
   * @throws OperatorError for an unknown provider, for fields at fault, and for a key or name that already exists.
   */
  async add({ provider: providerId, name, fields }: NewCredentialRequest): Promise<CredentialView> {
    const provider = this.#findProvider(providerId);
    const values = checkFields(provider, fields);
    if (name !== undefined) checkName(name);
    const id = await this.#write(async (client, isRepeat) => {
      const rows = await store.readCredentialsOf(client, provider.id);
      const known = this.#findSame(rows, provider, values);
      // An earlier run, whose answer was lost, has added it.
      if (isRepeat && known?.retired_at === null) return known.id;
      if (known && known.retired_at === null) throw alreadyThere(known);
      const own = chooseName(rows, name);
      const newOrOldId = known?.id ?? newId();
      const sealed = this.#connections.seal(provider, newOrOldId, values);
      if (known) {
        await store.reviveCredential(client, known.id, { name: own, source: 'operator' });
        await store.updateFields(client, known.id, sealed);
        await this.#record(client, 'credential.add', { id: known.id });
        return known.id;
      }
      const limits = { requestsPerMinute: null, openTasksMax: null, weight: 1, enabled: true };
      const facts = { id: newOrOldId, provider: provider.id, name: own, source: 'operator' as const };
      await store.insertCredential(client, { ...facts, ...sealed, limits });
      await this.#record(client, 'credential.add', { id: newOrOldId });
      return newOrOldId;
    });
    return this.find(id);
  }

  /**
   * Changes what is named and keeps the rest. New fields are for the same account under a new key or address: what is under
   * way goes on with them. Another account is added, and the old one removed.
   * @throws OperatorError.
   */
  async change(idOrName: string, { fields, ...limits }: CredentialChange): Promise<CredentialView> {
    const { id } = await this.find(idOrName);
    if (limits.name !== undefined) checkName(limits.name);
    await this.#write(async (client) => {
      const row =
        (await store.readCredential(client, id)) ?? fail(`The credential ${id} is gone`, 'not_found');
      refuseChange(row, { fields, ...limits });
      const rows = await store.readCredentialsOf(client, row.provider);
      if (limits.name !== undefined)
        chooseName(
          rows.filter((other) => other.id !== id),
          limits.name,
        );
      if (fields) await this.#changeFields(client, { row, rows }, fields);
      await store.updateLimits(client, id, limits);
      const replaced = Object.keys(fields ?? {});
      await this.#record(client, 'credential.change', { id, before: this.#view(row), replaced });
    });
    return this.find(id);
  }

  /** Ends a cool-down now, without a call. @throws OperatorError when there is no such account. */
  async endCooling(id: string): Promise<CredentialView> {
    await this.#write(async (client) => {
      const row = await store.readCredential(client, id);
      await store.endCooling(client, id);
      await this.#record(client, 'credential.end_cooling', { id, before: row && this.#view(row) });
    });
    this.#streaks.end(id);
    this.#lostStarts.end(id);
    return this.find(id);
  }

  /**
   * Retires an account: no new tasks, and what is under way is followed to its end. It is deleted when no attempt names it,
   * which takes two seconds to be sure of. Repeat it to delete one that attempts named before.
   * @throws OperatorError.
   */
  async remove(idOrName: string): Promise<{ deleted: boolean }> {
    const { id, provider, state, source } = await this.find(idOrName);
    if (source === 'environment' && state !== 'retired') {
      const { facts } = this.#findProvider(provider);
      const variables = facts.credential.filter(({ fallback }) => fallback === undefined);
      fail(
        `It comes from the environment: unset ${variables.map(({ environment }) => environment).join(', ')} and start the server again, or disable it`,
        'conflict',
      );
    }
    const { pool } = this.#options;
    await this.#write(async (client) => {
      const row = await store.readCredential(client, id);
      await store.retireCredential(client, id);
      await this.#record(client, 'credential.retire', { id, before: row && this.#view(row) });
    });
    if (!(await store.isLongRetired(pool, id, FORGOTTEN_AFTER_MS))) await pause(FORGOTTEN_AFTER_MS);
    return { deleted: await this.#write((client) => store.deleteUnused(client, id)) };
  }

  /** Whether the accounts hold one with these fields, by its secrets. Gives its id. */
  async findByFields(provider: Provider, values: GivenValues): Promise<string | undefined> {
    const fingerprint = this.#connections.fingerprint(provider, checkFields(provider, values));
    const { rows } = await this.#reader.current();
    return [...rows.values()].find((row) => row.fingerprint.equals(fingerprint))?.id;
  }

  async #findRow(id: string): Promise<store.CredentialRow | undefined> {
    const { rows } = await this.#reader.current();
    // One that was added a moment ago by another node may not have been read yet.
    if (rows.has(id) || !isUuid(id)) return rows.get(id);
    return repeatRead(() => store.readCredential(this.#options.pool, id));
  }

  #view(row: store.CredentialRow): CredentialView {
    return toView(row, this.#connections.open(row));
  }

  /** Adds the account, as it is without its secrets, to the audit log. @param change.replaced names of new fields. */
  async #record(
    client: PoolClient,
    action: string,
    { id, before, replaced = [] }: { id: string; before?: CredentialView; replaced?: string[] },
  ): Promise<void> {
    const row = await store.readCredential(client, id);
    const fields = replaced.length > 0 ? { replaced_fields: replaced } : {};
    await recordAct(client, { action, subject: id, before, after: row && { ...this.#view(row), ...fields } });
  }

  #findProvider(id: string): Provider {
    const { providers } = this.#options;
    return providers.get(id) ?? fail(unknownProvider(id, providers), 'not_found');
  }

  #findSame(
    rows: readonly store.CredentialRow[],
    provider: Provider,
    values: GivenValues,
  ): store.CredentialRow | undefined {
    const fingerprint = this.#connections.fingerprint(provider, checkFields(provider, values));
    return rows.find((row) => row.fingerprint.equals(fingerprint));
  }

  async #changeFields(
    client: PoolClient,
    { row, rows }: { row: store.CredentialRow; rows: readonly store.CredentialRow[] },
    fields: GivenValues,
  ): Promise<void> {
    const provider = this.#findProvider(row.provider);
    const opened = this.#connections.open(row);
    const old = 'fault' in opened ? {} : opened.values;
    const values = checkFields(provider, { ...old, ...fields });
    const same = this.#findSame(rows, provider, values);
    if (same && same.id !== row.id) throw alreadyThere(same);
    await store.updateFields(client, row.id, this.#connections.seal(provider, row.id, values));
  }

  /** One writer at a time; what it wrote is seen by the next call here. */
  async #write<Result>(work: (client: PoolClient, isRepeat: boolean) => Promise<Result>): Promise<Result> {
    const result = await repeatLost((isRepeat) =>
      withTransaction(this.#options.pool, async (client) => {
        await store.lockCredentials(client);
        return work(client, isRepeat);
      }),
    );
    this.#reader.forget();
    return result;
  }

  async #test(id: string): Promise<ProbeOutcome> {
    let connection: Connection;
    try {
      connection = await this.connect(id);
    } catch (error) {
      if (!(error instanceof CredentialUnusable)) throw error;
      return { type: 'fails', failure: { reason: 'bad_credentials', message: error.message } };
    }
    const outcome = await probe(connection);
    if (outcome.type === 'fails') {
      await this.#cool(id, outcome.failure, ruleOfTest(outcome.failure));
      return outcome;
    }
    this.#streaks.end(id);
    this.#lostStarts.end(id);
    await store.recordProbe(this.#options.pool, id, outcome.balance);
    this.#reader.forget();
    return outcome;
  }

  async #cool(id: string, failure: Failure, rule: CoolRule): Promise<void> {
    const { reason, code, retryAfterSeconds } = failure;
    const { pool, log } = this.#options;
    const done = await store.coolDown(pool, id, {
      reason,
      firstSeconds: rule.firstSeconds,
      maxSeconds: rule.maxSeconds,
      retryAfterSeconds: retryAfterSeconds === undefined ? undefined : Math.max(1, retryAfterSeconds),
    });
    if (!done) return;
    this.#reader.forget();
    log.warn({ credentialId: id, ...done, reason, code }, 'credential.cooled');
  }
}

/** The sentence for an unknown provider. */
export function unknownProvider(id: string, providers: ReadonlyMap<string, Provider>): string {
  return `There is no provider "${id.slice(0, 100)}"; known are ${[...providers.keys()].join(', ')}`;
}

function fail(message: string, errorName?: OperatorError['errorName']): never {
  throw new OperatorError(message, { errorName });
}

function alreadyThere({ provider, name, id }: store.CredentialRow): OperatorError {
  const message = `This key already exists, as ${provider}/${name} (${id})`;
  return new OperatorError(message, { errorName: 'conflict' });
}

function refuseChange(row: store.CredentialRow, { fields, ...limits }: CredentialChange): void {
  const isLimited = Object.values(limits).some((value) => value !== undefined);
  if (row.retired_at !== null && isLimited) {
    fail(
      'It is retired and takes no tasks; only its fields can be changed, for what is under way',
      'conflict',
    );
  }
  const isFixed = row.source === 'environment' && row.retired_at === null;
  if (isFixed && (limits.name !== undefined || fields)) {
    fail('It comes from the environment: its name is fixed, and its fields are changed there', 'conflict');
  }
}
