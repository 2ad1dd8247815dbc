// The accounts of the environment become rows like those that operators add, so that attempts can name them. A row of the
// environment follows its variables: the same key is the same row, another key is another row, and the row of a key
// that went is retired and kept, since what is under way at it is followed with it.
import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../db/pool.ts';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Provider } from '../providers/contract.ts';
import type { Connections } from './connections.ts';
import {
  type CredentialRow,
  insertCredential,
  type Limits,
  lockCredentials,
  readCredentialsOf,
  retireCredential,
  reviveCredential,
  updateFields,
  updateLimits,
} from './credentials.store.ts';
import { checkFields, cleanValues, type FieldValues, type GivenValues, missingFields } from './fields.ts';

/** The name of an account that comes from the environment; operators cannot give it. */
export const ENVIRONMENT_NAME = 'environment';

const NO_LIMITS: Limits = { requestsPerMinute: null, openTasksMax: null, weight: 1, enabled: true };

/** What the variables of a provider hold, by its fields. */
function valuesOfEnvironment({ facts }: Provider, variables: GivenValues): FieldValues {
  return cleanValues(
    Object.fromEntries(facts.credential.map(({ name, environment }) => [name, variables[environment]])),
  );
}

interface Parts {
  pool: Pool;
  connections: Connections;
  providers: ReadonlyMap<string, Provider>;
  log: Log;
}

/**
 * Brings the rows of the environment in line with the variables; any number of processes may do it at once.
 * @throws OperatorError when a value cannot be one.
 */
export async function importEnvironment(parts: Parts, variables: GivenValues): Promise<void> {
  const wanted = [...parts.providers.values()].map((provider) => ({
    provider,
    values: readWanted(provider, variables, parts.log),
  }));
  const events = await withTransaction(parts.pool, async (client) => {
    await lockCredentials(client);
    const changes: Event[] = [];
    for (const { provider, values } of wanted) {
      changes.push(...(await importOne(client, parts.connections, provider, values)));
    }
    return changes;
  });
  // Only committed changes are logged.
  for (const { event, ...fields } of events) parts.log.info(fields, event);
}

/** The account of a provider in the environment; undefined when there is none, or a part of one. */
export function readAccount(provider: Provider, variables: GivenValues): FieldValues | undefined {
  const values = valuesOfEnvironment(provider, variables);
  return missingFields(provider, values).length === 0 ? checkFields(provider, values) : undefined;
}

/**
 * As `readAccount`, and logs an account of which only a part is set. An address alone may be meant for accounts that
 * are added by command.
 */
function readWanted(provider: Provider, variables: GivenValues, log: Log): FieldValues | undefined {
  const values = valuesOfEnvironment(provider, variables);
  const isPart = provider.facts.credential.some(
    ({ name, isSecret, fallback }) => values[name] !== undefined && (isSecret || fallback === undefined),
  );
  const missing = missingFields(provider, values).map(({ environment }) => environment);
  if (isPart && missing.length > 0) log.warn({ provider: provider.id, missing }, 'credential.incomplete');
  return readAccount(provider, variables);
}

interface Event {
  event: 'credential.imported' | 'credential.revived' | 'credential.changed' | 'credential.retired';
  credentialId: string;
  provider: string;
  hint: string;
}

async function importOne(
  client: PoolClient,
  connections: Connections,
  provider: Provider,
  values: FieldValues | undefined,
): Promise<Event[]> {
  const rows = await readCredentialsOf(client, provider.id);
  const fingerprint = values && connections.fingerprint(provider, values);
  const same = rows.find((row) => fingerprint?.equals(row.fingerprint));
  const active = rows.filter(({ source, retired_at }) => source === 'environment' && retired_at === null);
  const replaced = active.filter((row) => row !== same);
  for (const { id } of replaced) await retireCredential(client, id);
  const events = replaced.map((row) => eventOf('credential.retired', row));
  if (!values) return events;
  const limits = replaced.length > 0 ? limitsOf(replaced[0]) : undefined;
  const event = same
    ? await keep(client, connections, { provider, values, row: same, limits })
    : await insert(client, connections, { provider, values, limits });
  return event ? [...events, event] : events;
}

function eventOf(event: Event['event'], row: Pick<CredentialRow, 'id' | 'provider' | 'hint'>): Event {
  return { event, credentialId: row.id, provider: row.provider, hint: row.hint };
}

/** What an operator set on the account stays when its key is replaced. */
function limitsOf(row: CredentialRow): Limits {
  return {
    requestsPerMinute: row.requests_per_minute,
    openTasksMax: row.open_tasks_max,
    weight: row.weight,
    enabled: row.enabled,
  };
}

interface Wanted {
  provider: Provider;
  values: FieldValues;
  /** Of the row that this one replaces. */
  limits: Limits | undefined;
}

async function insert(
  client: PoolClient,
  connections: Connections,
  { provider, values, limits = NO_LIMITS }: Wanted,
): Promise<Event> {
  const id = newId();
  const fields = connections.seal(provider, id, values);
  const row = { id, provider: provider.id, name: ENVIRONMENT_NAME, source: 'environment' as const };
  await insertCredential(client, { ...row, ...fields, limits });
  return eventOf('credential.imported', { ...row, hint: fields.hint });
}

/** A row with this key is there. One that an operator added stays the operator's. */
async function keep(
  client: PoolClient,
  connections: Connections,
  { provider, values, row, limits }: Wanted & { row: CredentialRow },
): Promise<Event | undefined> {
  const isActive = row.retired_at === null;
  if (isActive && row.source === 'operator') return undefined;
  const opened = connections.open(row);
  const isChanged = 'fault' in opened || !isEqual(opened.values, values);
  if (!isActive) {
    await reviveCredential(client, row.id, { name: ENVIRONMENT_NAME, source: 'environment' });
    if (limits) await updateLimits(client, row.id, limits);
  }
  if (isChanged || !isActive) await updateFields(client, row.id, connections.seal(provider, row.id, values));
  if (!isActive) return eventOf('credential.revived', row);
  return isChanged ? eventOf('credential.changed', row) : undefined;
}

function isEqual(one: FieldValues, other: FieldValues): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}
