// The SQL that writes new tasks: one statement a batch, written for speed, since every create passes through it.
import type { CustomTypesConfig, Pool } from 'pg';
import { plainArray } from '../db/pool.ts';
import type { Book, Micros } from '../lib/money.ts';
import type { TaskSource } from './task.ts';

export interface NewTask {
  id: string;
  accountId: string;
  keyId: string;
  book: Book;
  /** The door at which it is created, which decides how its callback reads. */
  door: string;
  model: string;
  /** JSON text. */
  input: string;
  /** JSON text of the name of the model and the input as the client spelled them; null where that is the same. */
  sent?: string | null;
  callbackUrl: string | null;
  source: TaskSource;
  /** JSON text of the client's own texts by name; null when it gave none. */
  metadata: string | null;
  priceMicros: bigint;
  priceVersion: string;
  idempotencyKey: string | null;
  requestDigest: Buffer | null;
  /** From its creation until it expires. */
  lifetimeMs: number;
  /** It fails or waits before it would be rendered, and does not need the renderer. */
  skipsRender: boolean;
}

export type CreateOutcome =
  | 'created'
  | 'written'
  | 'replayed'
  | 'conflict'
  | 'limited'
  | 'short'
  | 'retry'
  | 'over_day'
  | 'over_total'
  | 'unknown_key';

export interface CreateResult {
  outcome: CreateOutcome;
  /** The new task, or the earlier one of a replay. */
  taskId: string;
  /** How many creates the key may make in a window, and how many fit now; zero for a replay. */
  createsMax: number;
  createsLeft: number;
  /** The time until one more fits. */
  retryMs: number;
  /** Of `over_day` and `over_total`: what the key has used, and its limit. */
  budget?: { used: Micros; max: Micros };
}

/** The task that a create comes to. */
export interface Created extends Omit<CreateResult, 'outcome'> {
  /** It was made by an earlier request that this one repeats, and nothing new was made. */
  replayed: boolean;
}

/**
 * Joins texts for `string_to_array`, which splits them with far less work than an array with quotes takes. None of
 * them may be empty or hold the separator: JSON escapes it, and names, addresses and keys with it are refused.
 */
function joinTexts(values: readonly (string | null)[]): string {
  return values.join('\x1f');
}

/** The distinct callers of a batch, and for each task the position of its caller, counted from one. */
function findCallers(tasks: readonly NewTask[]): { callers: NewTask[]; places: number[] } {
  const placeOfCaller = new Map<string, number>();
  const callers: NewTask[] = [];
  const places = tasks.map((task) => {
    const name = `${task.keyId} ${task.door}`;
    let place = placeOfCaller.get(name);
    if (place === undefined) {
      place = callers.push(task);
      placeOfCaller.set(name, place);
    }
    return place;
  });
  return { callers, places };
}

/** Keeps the arrays of the answer as text: splitting them costs less than the driver's parser of nested arrays. */
const rawTypes: CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/** The elements of an array of words and numbers; NULL stays the word NULL. */
function splitArray(text: string): string[] {
  return text.slice(1, -1).split(',');
}

interface CreateAnswer {
  outcomes: string;
  known_ids: string | null;
  rates: string;
  lefts: string;
  waits: string;
}

/**
 * Writes a batch of new tasks with their holds and rate counts in one statement; one outcome each, in order. A repeat
 * finds by the ids of the tasks what an earlier run has decided, and does not decide it again.
 */
export async function insertTasks(pool: Pool, tasks: NewTask[], isRepeat = false): Promise<CreateResult[]> {
  const { callers, places } = findCallers(tasks);
  const { rows } = await pool.query<CreateAnswer>({
    name: 'create-tasks',
    text: `select * from create_tasks($1, $2, $3, $4, $5, $6, string_to_array($7, e'\\x1f', ''),
             string_to_array($8, e'\\x1f', ''), string_to_array($9, e'\\x1f', ''), $10,
             string_to_array($11, e'\\x1f', ''), string_to_array($12, e'\\x1f', ''),
             string_to_array($13, e'\\x1f', '')::bytea[], $14, $15, $16,
             string_to_array($17, e'\\x1f', ''), string_to_array($18, e'\\x1f', ''), $19)`,
    values: [
      plainArray(callers.map(({ accountId }) => accountId)),
      plainArray(callers.map(({ keyId }) => keyId)),
      plainArray(callers.map(({ book }) => book)),
      plainArray(callers.map(({ door }) => door)),
      plainArray(tasks.map(({ id }) => id)),
      plainArray(places),
      joinTexts(tasks.map(({ model }) => model)),
      joinTexts(tasks.map(({ input }) => input)),
      joinTexts(tasks.map(({ callbackUrl }) => callbackUrl)),
      plainArray(tasks.map(({ priceMicros }) => priceMicros)),
      joinTexts(tasks.map(({ priceVersion }) => priceVersion)),
      joinTexts(tasks.map(({ idempotencyKey }) => idempotencyKey)),
      joinTexts(tasks.map(({ requestDigest }) => requestDigest && `\\x${requestDigest.toString('hex')}`)),
      plainArray(tasks.map(({ lifetimeMs }) => lifetimeMs)),
      plainArray(tasks.filter(({ skipsRender }) => skipsRender).map(({ id }) => id)),
      plainArray(callers.map(({ source }) => source)),
      joinTexts(tasks.map(({ metadata }) => metadata)),
      joinTexts(tasks.map(({ sent = null }) => sent)),
      isRepeat,
    ],
    types: rawTypes,
  });
  return readAnswer(rows[0], tasks);
}

function readAnswer(answer: CreateAnswer, tasks: NewTask[]): CreateResult[] {
  const outcomes = splitArray(answer.outcomes);
  const knownIds = answer.known_ids === null ? [] : splitArray(answer.known_ids);
  const rates = splitArray(answer.rates);
  const lefts = splitArray(answer.lefts);
  const waits = splitArray(answer.waits);
  return tasks.map((task, at) => ({
    ...readOutcome(outcomes[at]),
    taskId: outcomes[at] === 'replayed' ? knownIds[at] : task.id,
    createsMax: Number(rates[at]) || 0,
    createsLeft: Number(lefts[at]) || 0,
    retryMs: Number(waits[at]) || 0,
  }));
}

/** Those of a budget are followed by what is used of it and by its limit. */
function readOutcome(text: string): Pick<CreateResult, 'outcome' | 'budget'> {
  if (!text.startsWith('over_')) return { outcome: text as CreateOutcome };
  const [outcome, used, max] = text.split(':');
  return { outcome: outcome as CreateOutcome, budget: { used: BigInt(used), max: BigInt(max) } };
}

/** The task that was made under an idempotency key by the same request. */
export async function findReplayed(
  pool: Pool,
  question: { accountId: string; book: Book; idempotencyKey: string; requestDigest: Buffer },
): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from tasks where account_id = $1 and book = $2 and idempotency_key = $3 and request_digest = $4',
    [question.accountId, question.book, question.idempotencyKey, question.requestDigest],
  );
  return rows[0]?.id;
}
