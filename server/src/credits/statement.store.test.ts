// Each list of transfers by an index: on a ledger of an account whose history is long, with true statistics.
import type { Pool } from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { readsOf } from '../db/testing-plan.ts';
import { newId } from '../lib/ids.ts';
import { auditRecent } from './audit.ts';
import { listLosses, listStatement, listStatementOfTask } from './credits.store.ts';

const { pool } = await createTestDatabase();
const accountId = newId();
const HISTORY = 20_000;
const idOf = (minutesAgo: number) => `first_id_at(now() - ${minutesAgo} * interval '1 minute')`;
let [old, oldest] = ['', ''];

beforeAll(async () => {
  await pool.query(`insert into balances (account_id, book) values ($1, 'live'), ($1, 'test')`, [accountId]);
  await pool.query(
    `insert into transfers (id, account_id, book, kind, amount, task_id)
     select (left(first_id_at(now() - n * interval '1 minute')::text, 14) || '7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       case when n % 4 = 0 then $1::uuid else lpad(to_hex(n % 4), 32, '0')::uuid end, 'live',
       case when n % 5000 = 0 then 'loss' else 'capture' end, -1, gen_random_uuid()
     from generate_series(1, ${HISTORY}) n`,
    [accountId],
  );
  const { rows } = await pool.query(`select ${idOf(2_000)} as old, ${idOf(18_000)} as oldest`);
  ({ old, oldest } = rows[0]);
  await auditRecent(pool);
  await pool.query('analyze');
});

const [ACCOUNT, LOSSES, ID, HOURS] = [
  'transfers_account',
  'transfers_losses',
  'transfers_pkey',
  'ledger_hours_pkey',
];
/** Small tables, of which a page or two are read. */
const AROUND = [
  'balances_pkey',
  'settings_pkey',
  'all of settings',
  'all of balances',
  'all of ledger_exports',
];
const live = { accountId, book: 'live' as const, limit: 21 };

it.each<[string, (reading: Pool) => Promise<unknown>, string[]]>([
  ['the first page of a statement', (p) => listStatement(p, live), [ACCOUNT, ID]],
  ['a page after a tenth', (p) => listStatement(p, { ...live, before: old }), [ACCOUNT, ID, HOURS]],
  ['a page after nine tenths', (p) => listStatement(p, { ...live, before: oldest }), [ACCOUNT, ID, HOURS]],
  ['a statement of the other book', (p) => listStatement(p, { ...live, book: 'test' }), [ACCOUNT]],
  [
    'what a task was charged',
    (p) => listStatementOfTask(p, { ...live, taskId: newId() }),
    ['tasks_pkey', 'all of tasks'],
  ],
  ['losses', (p) => listLosses(p, { limit: 21 }), [LOSSES]],
  ['losses long ago', (p) => listLosses(p, { limit: 21, before: oldest }), [LOSSES]],
])('%s: a few pages of an index', async (_what, call, indexes) => {
  const reads = await readsOf(pool, call);
  expect([...indexes, ...AROUND]).toEqual(expect.arrayContaining(reads.indexes));
  // What came after the page is a row for each hour, of which there are 300.
  expect(reads.blocks).toBeLessThan(400);
});
