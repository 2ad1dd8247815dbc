// Which tasks of an account a list shows, by an index whatever the list asks for. Ended tasks of a model in a state lie side
// by side in an index, the newest first, and so do those of a key; the open ones, which change too often for such an
// index, are read as a whole.
import { plainArray } from '../db/pool.ts';
import { boundsOfIds } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Book } from '../lib/money.ts';
import { hasMetadata } from './columns.ts';
import type { TaskState } from './task.ts';

/** What is looked for; what is undefined is anything. */
export interface TaskSearch {
  accountId: string;
  book: Book;
  states?: readonly TaskState[] | undefined;
  /** A model, or another name under which one was asked for. */
  model?: string | undefined;
  /** Names of models, without those that clients have for them. */
  models?: readonly string[] | undefined;
  keyId?: string | undefined;
  /** Texts that its metadata has under these names. */
  metadata?: JsonObject | undefined;
  ids?: readonly string[] | undefined;
  /** The ids lie between these two. */
  idRange?: readonly [least: string, greatest: string] | undefined;
  createdFrom?: Date | undefined;
  createdTo?: Date | undefined;
  /** The id of the last task of the previous page. */
  before?: string | undefined;
  /** `asc` begins with the oldest; unsaid is `desc`. */
  order?: 'asc' | 'desc' | undefined;
}

const ENDED: readonly TaskState[] = ['succeeded', 'failed', 'cancelled', 'expired'];

/** The values of a statement that is put together: each gets the next parameter. */
export class Values {
  readonly list: unknown[] = [];

  /** @returns the parameter, as `$3`. */
  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}

/** A select of the ids of the first tasks of a search, in its order. */
export function selectIds(search: TaskSearch, limit: number, values: Values): string {
  const page = `order by t.id ${search.order === 'asc' ? 'asc' : 'desc'} limit ${values.add(limit)}::integer`;
  const [account, book] = [values.add(search.accountId), values.add(search.book)];
  const owner = `t.account_id = ${account} and t.book = ${book}`;
  const within = `${owner}${describeTime(search, values)}`;
  // Asked for where they are needed: a parameter that no part of a statement uses has no type.
  const states = () =>
    search.states ? ` and t.state = any (${values.add(plainArray(search.states))}::text[])` : '';
  const rest = () => `${describeName(search, values)}${states()}${describeRest(search, values)}`;
  if (search.ids || search.idRange || search.metadata) {
    const metadata =
      search.metadata && hasMetadata(account, book, values.add(JSON.stringify(search.metadata)));
    return `select t.id from tasks t where ${within}${rest()}${metadata ? ` and ${metadata}` : ''} ${page}`;
  }
  const parts = endedParts(search, { within, page, rest, states }, values);
  if (parts === undefined) return `select t.id from tasks t where ${within} ${page}`;
  if (search.states?.every((state) => ENDED.includes(state)) !== true)
    parts.push(`select t.id from open t where ${within}${rest()}`);
  return `with recursive used as (
      (select t.model from tasks t where ${owner} and t.completed_at is not null order by t.model limit 1)
      union all
      select n.model from used u, lateral (select t.model from tasks t where ${owner} and t.completed_at is not null
        and t.model > u.model order by t.model limit 1) n
    ), open as materialized (
      select t.id, t.account_id, t.book, t.model, t.state, t.key_id, t.sent, t.created_at from tasks t
      where t.account_id = ${account} and t.due_at is not null
    )
    select t.id from (${parts.join(' union ')}) t ${page}`;
}

interface Conditions {
  within: string;
  page: string;
  rest: () => string;
  states: () => string;
}

/** Selects of the ended tasks, each by an index; undefined where every task of the time is meant. */
function endedParts(
  search: TaskSearch,
  { within, page, rest, states }: Conditions,
  values: Values,
): string[] | undefined {
  const { keyId, model, models } = search;
  if (keyId !== undefined)
    return [`(select t.id from tasks t where ${within}${rest()} and t.completed_at is not null ${page})`];
  if (model === undefined && models === undefined && search.states === undefined) return undefined;
  const ended = ENDED.filter((state) => search.states?.includes(state) ?? true);
  if (ended.length === 0) return [];
  const named = model === undefined && models === undefined;
  const from = named ? 'used' : `unnest(${values.add(models ?? [model])}::text[])`;
  const parts = [
    `select l.id from ${from} m (model), unnest(array[${ended.map((state) => `'${state}'`)}]) s (state), lateral (
       select t.id from tasks t where ${within} and t.model = m.model and t.state = s.state
         and t.completed_at is not null ${page}) l`,
  ];
  if (model !== undefined)
    parts.push(
      `(select t.id from tasks t where ${within} and t.sent ->> 'model' = ${values.add(model)} and t.sent is not null
         and t.completed_at is not null${states()} ${page})`,
    );
  return parts;
}

/** The time by the ids, which an index has in order, and by the column, which is exact. */
function describeTime({ createdFrom, createdTo, before, order }: TaskSearch, values: Values): string {
  const [low, high] = boundsOfIds(createdFrom?.getTime() ?? 0, createdTo?.getTime() ?? 0);
  const parts = [
    createdFrom && `t.id >= ${values.add(low)} and t.created_at >= ${values.add(createdFrom)}`,
    createdTo && `t.id < ${values.add(high)} and t.created_at < ${values.add(createdTo)}`,
    before !== undefined && `t.id ${order === 'asc' ? '>' : '<'} ${values.add(before)}`,
  ];
  return parts.map((part) => (part ? ` and ${part}` : '')).join('');
}

function describeName({ model, models }: TaskSearch, values: Values): string {
  const parts: string[] = [];
  if (models) parts.push(`t.model = any (${values.add(models)}::text[])`);
  if (model !== undefined) {
    const name = values.add(model);
    parts.push(`(t.model = ${name} or t.sent ->> 'model' = ${name})`);
  }
  return parts.map((part) => ` and ${part}`).join('');
}

function describeRest({ keyId, ids, idRange }: TaskSearch, values: Values): string {
  const parts: string[] = [];
  if (keyId !== undefined) parts.push(`t.key_id = ${values.add(keyId)}`);
  if (ids) parts.push(`t.id = any (${values.add(plainArray(ids))}::uuid[])`);
  if (idRange) parts.push(`t.id between ${values.add(idRange[0])} and ${values.add(idRange[1])}`);
  return parts.map((part) => ` and ${part}`).join('');
}
