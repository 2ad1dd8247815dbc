// The provider accounts without their secrets, read from the database at most once in 0.9 s, however many callers there
// are. A change or a cool-down reaches every node within a second.
import type { Pool } from 'pg';
import { repeatRead } from '../db/lost-answers.ts';
import type { Log } from '../lib/log.ts';
import { SharedRead } from '../lib/shared-read.ts';
import type { SteadyClock } from '../lib/time.ts';
import type { Amount } from '../providers/contract.ts';
import type { Connections, Opened } from './connections.ts';
import { type CredentialRow, type CredentialSource, readCredentials } from './credentials.store.ts';
import { fillFields, hostOfFields } from './fields.ts';

const KEEP_MS = 900;

/**
 * `ready`: takes new tasks. `cooling`: will again by itself. `disabled`: by an operator. `retired`: never again, but what
 * is under way is followed with it. `unusable`: see `fault`.
 */
export type CredentialState = 'ready' | 'cooling' | 'disabled' | 'retired' | 'unusable';

/** An account without its secrets. */
export interface CredentialView {
  id: string;
  provider: string;
  name: string;
  source: CredentialSource;
  state: CredentialState;
  /** Why it cannot be used at all. */
  fault: string | null;
  /** The last characters of its key, or its host. */
  hint: string;
  /** Where its calls go. */
  host: string | null;
  /** The fields that are no secrets, fallbacks filled in; empty when it is unusable. */
  fields: Readonly<Record<string, string>>;
  requestsPerMinute: number | null;
  openTasksMax: number | null;
  weight: number;
  enabled: boolean;
  retiredAt: Date | null;
  coolingUntil: Date | null;
  coolReason: string | null;
  troubles: number;
  lastOkAt: Date | null;
  lastTroubleAt: Date | null;
  balance: Amount | null;
  balanceAt: Date | null;
  createdAt: Date;
}

function stateOf(row: CredentialRow, opened: Opened): CredentialState {
  if (row.retired_at !== null) return 'retired';
  if ('fault' in opened) return 'unusable';
  if (!row.enabled) return 'disabled';
  return row.is_cooling ? 'cooling' : 'ready';
}

/** Values that are no secrets, and do not repeat one either. */
function plainFields(opened: Opened): Record<string, string> {
  if ('fault' in opened) return {};
  const { provider, context } = opened.connection;
  const filled = fillFields(provider, opened.values);
  const plain = provider.facts.credential.filter(({ name, isSecret }) => !isSecret && filled[name]);
  return Object.fromEntries(plain.map(({ name }) => [name, context.http.redact(filled[name])]));
}

export function toView(row: CredentialRow, opened: Opened): CredentialView {
  const host = 'fault' in opened ? undefined : hostOfFields(opened.connection.provider, opened.values);
  return {
    id: row.id,
    provider: row.provider,
    name: row.name,
    source: row.source,
    state: stateOf(row, opened),
    fault: 'fault' in opened ? opened.fault : null,
    hint: row.hint,
    host: host ?? null,
    fields: plainFields(opened),
    requestsPerMinute: row.requests_per_minute,
    openTasksMax: row.open_tasks_max,
    weight: row.weight,
    enabled: row.enabled,
    retiredAt: row.retired_at,
    coolingUntil: row.is_cooling ? row.cooling_until : null,
    coolReason: row.cool_reason,
    troubles: row.troubles,
    lastOkAt: row.last_ok_at,
    lastTroubleAt: row.last_trouble_at,
    balance: row.balance,
    balanceAt: row.balance_at,
    createdAt: row.created_at,
  };
}

export interface CredentialsMoment {
  views: readonly CredentialView[];
  rows: ReadonlyMap<string, CredentialRow>;
}

/** The accounts of the last moment, shared by all callers. Returns from a cool-down are logged as they are noticed. */
export function createCredentialReader(options: {
  pool: Pool;
  clock: SteadyClock;
  log: Log;
  connections: Connections;
}): SharedRead<CredentialsMoment> {
  const { pool, clock, log, connections } = options;
  return new SharedRead<CredentialsMoment>({
    read: async () => {
      const rows = await repeatRead(() => readCredentials(pool));
      return {
        views: rows.map((row) => toView(row, connections.open(row))),
        rows: new Map(rows.map((row) => [row.id, row])),
      };
    },
    clock,
    keepMs: KEEP_MS,
    onKept: (moment, before) => logReturns(log, moment.rows, before?.rows),
  });
}

function logReturns(log: Log, rows: CredentialsMoment['rows'], before?: CredentialsMoment['rows']): void {
  for (const { id, provider, name, is_cooling: wasCooling } of before?.values() ?? []) {
    if (wasCooling && rows.get(id)?.is_cooling === false) {
      log.info({ credentialId: id, provider, name }, 'credential.returned');
    }
  }
}
