// The entry of the audit log: a line for each act of an operator, and for each change of a key, a role, a secret or a
// threshold. Who acts and from where is known to the door or the command that begins the act, and stays known to
// everything that it calls; so the domain adds its line in the transaction of the change and names only what changed.
// A line is never changed, and never holds a secret.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import { repeatLost } from '../db/lost-answers.ts';
import { newId } from '../lib/ids.ts';
import { isObject, type JsonObject, parseOwnJson } from '../lib/json.ts';
import { type ActorKind, type AuditPage, type AuditRow, insertLine, listLines } from './audit.store.ts';

export type { AuditFilter, AuditPage, AuditRow } from './audit.store.ts';

/** Who acts. */
export interface Actor {
  kind: ActorKind;
  /** Of a person or a key. */
  id?: string;
  name: string;
}

/** Who acts, and from where. */
export interface Act {
  actor: Actor;
  /** The route or command. */
  origin: string;
  address?: string;
  requestId?: string;
}

/** What was done. */
export interface Deed {
  /** A noun and a verb, as `key.create`. */
  action: string;
  /** Id or name of what was acted on. */
  subject: string;
  accountId?: string | undefined;
  /** As it was; none for what was made. */
  before?: object | undefined;
  /** As it is now; none for what was removed. */
  after?: object | undefined;
}

interface RunningAct extends Act {
  /** Ids of its lines by action and subject: a write that is run again adds its line once. */
  lines: Map<string, string>;
}

const SERVER: Act = { actor: { kind: 'server', name: 'reelay' }, origin: 'reelay' };
const HIDDEN = '(hidden)';
const SECRET_NAME = /secret|password|digest|token|sealed|fingerprint|api_?key|^key$|^code$/i;
const TEXT_CHARACTERS_MAX = 1_000;
const EXPORT_PAGE = 1_000;

const acts = new AsyncLocalStorage<RunningAct>();

/** Runs something as an act: what is recorded within belongs to it. */
export function actAs<Result>(act: Act, work: () => Result): Result {
  return acts.run({ ...act, lines: new Map() }, work);
}

/** From here on, everything that this process does belongs to an act: of a command, which does one thing and ends. */
export function actFromNowOn(act: Act): void {
  acts.enterWith({ ...act, lines: new Map() });
}

/** Whether the act under way has a line already. */
export function hasRecorded(): boolean {
  return (acts.getStore()?.lines.size ?? 0) > 0;
}

/**
 * Adds a line, in the transaction of the caller if given its client. Of what was and is, only what differs is kept.
 * Outside of an act it is the server that acts.
 */
export async function recordAct(client: Pool | PoolClient, deed: Deed): Promise<void> {
  const act = acts.getStore();
  const { actor, origin, address, requestId } = act ?? SERVER;
  const place = `${deed.action} ${deed.subject}`;
  const id = act?.lines.get(place) ?? newId();
  act?.lines.set(place, id);
  await insertLine(client, {
    id,
    actor_kind: actor.kind,
    actor_id: actor.id ?? null,
    actor_name: actor.name,
    action: deed.action,
    subject: deed.subject,
    account_id: deed.accountId ?? null,
    ...differenceOf(toPlain(deed.before), toPlain(deed.after)),
    origin,
    address: address ?? null,
    request_id: requestId ?? null,
  });
}

/** Lines, newest first. */
export function listActs(pool: Pool, page: AuditPage): Promise<AuditRow[]> {
  return repeatLost(() => listLines(pool, page));
}

/** All lines that match, newest first, read in pages. @param linesMax the most that are given. */
export async function* readActs(
  pool: Pool,
  filter: Omit<AuditPage, 'before' | 'limit'>,
  linesMax: number,
): AsyncGenerator<AuditRow[]> {
  let before: string | undefined;
  for (let left = linesMax; left > 0; left -= EXPORT_PAGE) {
    const limit = Math.min(left, EXPORT_PAGE);
    const rows = await listActs(pool, { ...filter, before, limit });
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
    before = rows.at(-1)?.id;
  }
}

/** A record as JSON has it, cut to a bound, without what its name calls a secret. */
function toPlain(record: object | undefined): JsonObject | null {
  if (record === undefined) return null;
  const text = JSON.stringify(record, (name, value: unknown) => {
    if (SECRET_NAME.test(name) && value !== null && typeof value !== 'boolean') return HIDDEN;
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS_MAX) : value;
  });
  const plain = parseOwnJson(text);
  return isObject(plain) ? plain : null;
}

/** What is in both and the same is left out. */
function differenceOf(
  before: JsonObject | null,
  after: JsonObject | null,
): { before: JsonObject | null; after: JsonObject | null } {
  if (!before || !after) return { before, after };
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pick = (from: JsonObject) =>
    Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
  return { before: pick(before), after: pick(after) };
}
