// SQL of tasks as the members of their account look through them. Every statement names the account and the book.
import type { Pool } from 'pg';
import { plainArray, rawJsonTypes } from '../db/pool.ts';
import type { ErrorName } from '../errors.ts';
import type { Book, Micros } from '../lib/money.ts';
import type { FailureReason } from '../providers/contract.ts';
import type { AttemptState } from './attempts.store.ts';
import { selectIds, type TaskSearch, Values } from './find.store.ts';
import type { TaskSource, TaskState } from './task.ts';

/** What is looked for; what is undefined is anything. */
export type BrowseSearch = Omit<TaskSearch, 'accountId' | 'book' | 'models' | 'order'> & {
  /** Words that the prompt has, each of them somewhere. */
  words?: readonly string[] | undefined;
  limit: number;
};

export interface OwnedBook {
  accountId: string;
  book: Book;
}

export interface FoundIds {
  /** Newest first. */
  ids: string[];
  /** Where the next page begins; null when all that there is was looked at. */
  next: string | null;
}

/**
 * A page of a search for words, or for tasks of a key in a state, looks at no more tasks than this, and says where it
 * stopped: an index for each of these would make every task slower for a search that few make.
 */
const LOOKS_MAX = 5_000;

/** A pattern of `like` for a text anywhere. */
function patternOf(word: string): string {
  return `%${word.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

/** The ids of a page. */
export async function findTaskIds(pool: Pool, owner: OwnedBook, search: BrowseSearch): Promise<FoundIds> {
  const { words, limit, states, model, ...rest } = search;
  const isSlow = words !== undefined || (rest.keyId !== undefined && (states ?? model) !== undefined);
  const looksMax = isSlow ? LOOKS_MAX : limit + 1;
  const values = new Values();
  const found = selectIds({ ...owner, ...rest, ...(isSlow ? {} : { states, model }) }, looksMax, values);
  const [patterns, limited] = [values.add(words?.map(patternOf)), values.add(limit + 1)];
  const [inStates, named] = [values.add(states), values.add(model)];
  const { rows } = await pool.query<{ ids: string[]; looked: number; last: string | null }>(
    `with found as materialized (${found}), candidate as materialized (
       select t.id, ${isSlow ? `lower(coalesce(t.input->>'prompt', t.input->>'text'))` : 'null'} as prompt,
         (${inStates}::text[] is null or t.state = any (${inStates}))
           and (${named}::text is null or t.model = ${named} or t.sent->>'model' = ${named}) as is_meant
       from found f join tasks t on t.id = f.id
     )
     select array(
         select c.id from candidate c where c.is_meant and (${patterns}::text[] is null or c.prompt like all (${patterns}))
         order by c.id desc limit ${limited}::integer
       ) as ids,
       (select count(*) from candidate)::integer as looked, (select l.id from candidate l order by l.id limit 1) as last`,
    values.list,
  );
  const [{ ids, looked, last }] = rows;
  if (ids.length > limit) return { ids: ids.slice(0, limit), next: ids[limit - 1] };
  return { ids, next: looked === looksMax ? last : null };
}

/** What members see of a task. */
export interface BrowsedTask {
  id: string;
  model: string;
  model_version: string | null;
  state: TaskState;
  prompt: string | null;
  /** JSON text; null where it is long. */
  input: string | null;
  key_id: string;
  key_name: string | null;
  source: TaskSource;
  metadata: string | null;
  price: Micros;
  captured: Micros | null;
  provider: string | null;
  callback_url: string | null;
  result_error: ErrorName | null;
  result_message: string | null;
  result_usage: string | null;
  outputs: string | null;
  /** The last percent that its provider said. */
  percent: number | null;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  cancel_requested_at: Date | null;
  due_seconds: number | null;
}

const PROMPT_CHARACTERS_MAX = 500;
/** A list reads no longer inputs, to show their pictures. */
const LISTED_INPUT_BYTES_MAX = 16 * 1024;

/** Tasks of an account by their ids, newest first. @param whole also long inputs. */
export async function readBrowsed(
  pool: Pool,
  { accountId, book }: OwnedBook,
  { ids, whole }: { ids: readonly string[]; whole: boolean },
): Promise<BrowsedTask[]> {
  const { rows } = await pool.query<BrowsedTask>({
    text: `select t.id, t.model, t.model_version, t.state, left(coalesce(t.input->>'prompt', t.input->>'text'), ${PROMPT_CHARACTERS_MAX}) as prompt,
             case when $4 or octet_length(t.input::text) <= ${LISTED_INPUT_BYTES_MAX} then t.input end as input,
             t.key_id, k.name as key_name, t.source, t.metadata, t.price, t.captured, t.callback_url,
             coalesce(t.provider, (select a.provider from attempts a where a.task_id = t.id order by a.epoch desc limit 1))
               as provider,
             t.result_error, t.result_message, t.result_usage, t.outputs, t.created_at, t.started_at, t.completed_at,
             t.cancel_requested_at,
             case when t.state in ('running', 'storing') then (
               select (e.detail->>'percent')::integer from task_events e
               where e.task_id = t.id and e.name = 'task.progress' order by e.id desc limit 1) end as percent,
             case when t.state = 'pending' then extract(epoch from t.due_at)::double precision end as due_seconds
           from tasks t left join api_keys k on k.id = t.key_id
           where t.id = any ($3) and t.account_id = $1 and t.book = $2 order by t.id desc`,
    values: [accountId, book, plainArray(ids), whole],
    types: rawJsonTypes,
  });
  return rows;
}

/** One try of a task, as the members of its account may read it. */
export interface BrowsedAttempt {
  epoch: number;
  provider: string;
  state: AttemptState;
  reason: FailureReason | null;
  created_at: Date;
  sent_at: Date | null;
  ended_at: Date | null;
  is_late: boolean;
}

const ATTEMPTS_MAX = 100;

/** The tries of a task. The caller has read the task with its owner before. */
export async function readBrowsedAttempts(pool: Pool, taskId: string): Promise<BrowsedAttempt[]> {
  const { rows } = await pool.query<BrowsedAttempt>(
    `select a.epoch, a.provider, a.state, a.reason, a.created_at, a.intent_at as sent_at, a.ended_at, a.is_late
     from attempts a where a.task_id = $1 order by a.epoch limit ${ATTEMPTS_MAX}`,
    [taskId],
  );
  return rows;
}
