// The SQL of examples: results that an operator shows to every account. The files of one are kept for as long as it is shown.
import type { Pool, PoolClient } from 'pg';
import { plainArray, rawJsonTypes } from '../db/pool.ts';
import type { Book } from '../lib/money.ts';

export interface ExampleRow {
  id: string;
  task_id: string;
  model: string;
  book: Book;
  prompt: string | null;
  /** A `StoredOutput` as JSON. */
  output: string;
  chosen_at: Date;
}

export interface NewExample {
  id: string;
  taskId: string;
  model: string;
  book: Book;
  prompt: string | null;
  output: string;
  filesUntil: Date;
}

export interface ExampleQuestion {
  model?: string | undefined;
  /** Id of the last row of the page before. */
  after?: string | undefined;
  limit: number;
}

const COLUMNS = 'id, task_id, model, book, prompt, output, chosen_at';

/** One at a time changes the examples; the lock goes with the transaction. */
export async function lockExamples(client: PoolClient): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('reelay examples', 0))`);
}

export async function countExamples(client: PoolClient, model: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::integer as count from model_examples where model = $1',
    [model],
  );
  return rows[0].count;
}

export async function insertExample(client: PoolClient, example: NewExample): Promise<ExampleRow> {
  const { id, taskId, model, book, prompt, output, filesUntil } = example;
  const { rows } = await client.query<ExampleRow>({
    text: `insert into model_examples (id, task_id, model, book, prompt, output, files_until)
           values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
    values: [id, taskId, model, book, prompt, output, filesUntil],
    types: rawJsonTypes,
  });
  return rows[0];
}

/** Newest first. */
export async function readExamples(
  client: Pool | PoolClient,
  { model, after, limit }: ExampleQuestion,
): Promise<ExampleRow[]> {
  const { rows } = await client.query<ExampleRow>({
    text: `select ${COLUMNS} from model_examples
           where ($1::text is null or model = $1) and ($2::uuid is null or id < $2) order by id desc limit $3`,
    values: [model ?? null, after ?? null, limit],
    types: rawJsonTypes,
  });
  return rows;
}

export async function findExample(
  client: Pool | PoolClient,
  taskId: string,
): Promise<ExampleRow | undefined> {
  const { rows } = await client.query<ExampleRow>({
    text: `select ${COLUMNS} from model_examples where task_id = $1`,
    values: [taskId],
    types: rawJsonTypes,
  });
  return rows[0];
}

/** @returns until when its files would have been kept; undefined when there is none. */
export async function deleteExample(client: PoolClient, taskId: string): Promise<Date | undefined> {
  const { rows } = await client.query<{ files_until: Date }>(
    'delete from model_examples where task_id = $1 returning files_until',
    [taskId],
  );
  return rows[0]?.files_until;
}

/**
 * Keeps files until another time.
 * @param marginSeconds only those that would not have gone within it, since the clean-up may be removing the others.
 * @returns until when each was kept before.
 */
export async function keepFilesUntil(
  client: PoolClient,
  keys: readonly string[],
  { until, marginSeconds }: { until: Date; marginSeconds: number },
): Promise<{ key: string; before: Date }[]> {
  const { rows } = await client.query<{ key: string; before: Date }>(
    `update files set expires_at = $2
     where key = any ($1::text[]) and state = 'ready' and expires_at > now() + make_interval(secs => $3)
     returning key, old.expires_at as before`,
    [plainArray(keys), until, marginSeconds],
  );
  return rows;
}
