import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import {
  deleteOldCallbacks,
  listCallbacks,
  listDeliveries,
  readCurrentSecret,
  readSendable,
} from './callbacks.store.ts';

const { pool } = await createTestDatabase();
let client: PoolClient;

// So few rows would always be read one by one; this asks whether an index can serve the query at all.
beforeAll(async () => {
  client = await pool.connect();
  await client.query('set enable_seqscan = off');
});
afterAll(() => client.release(true));

/** The plan of the one query that `run` makes. */
async function explain(run: (pool: Pool) => Promise<unknown>): Promise<string> {
  let plan = '';
  const query = async (query: string | { text: string; values: unknown[] }, values?: unknown[]) => {
    const { text, values: own } = typeof query === 'string' ? { text: query, values } : query;
    const { rows } = await client.query<Record<'QUERY PLAN', string>>(`explain ${text}`, own);
    plan = rows.map((row) => row['QUERY PLAN']).join('\\n');
    return { rows: [], rowCount: 0 };
  };
  await run({ query } as unknown as Pool);
  return plan;
}

const id = newId();
const owner = { accountId: id, testMode: true };

test.each([
  {
    what: 'callbacks of an account',
    index: 'callbacks_account',
    run: (p: Pool) => listCallbacks(p, { owner, limit: 9 }),
  },
  {
    what: 'callbacks of all',
    index: 'callbacks_pkey',
    run: (p: Pool) => listCallbacks(p, { before: id, limit: 9 }),
  },
  {
    what: 'the callback of a task',
    index: 'callbacks_once',
    run: (p: Pool) => listCallbacks(p, { taskId: id, limit: 9 }),
  },
  { what: 'callbacks to send', index: 'callbacks_pkey', run: (p: Pool) => readSendable(p, [id]) },
  {
    what: 'secrets to sign with',
    index: 'callback_secrets_account',
    run: (p: Pool) => readSendable(p, [id]),
  },
  {
    what: 'the current secret',
    index: 'callback_secrets_current',
    run: (p: Pool) => readCurrentSecret(p, owner),
  },
  { what: 'tries of a callback', index: 'deliveries_pkey', run: (p: Pool) => listDeliveries(p, id, 9) },
  {
    what: 'callbacks to clean up',
    index: 'callbacks_completed',
    run: (p: Pool) => deleteOldCallbacks(p, 60, 9),
  },
])('$what are found by the index $index', async ({ index, run }) => {
  const plan = await explain(run);
  expect(plan).toContain(index);
  expect(plan).not.toContain('Seq Scan');
});
