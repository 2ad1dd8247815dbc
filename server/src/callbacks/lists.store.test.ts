// Each list of callbacks by an index: on a table of an account whose history is long, with true statistics.
import { beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { readsOf } from '../db/testing-plan.ts';
import { newId } from '../lib/ids.ts';
import { type CallbackFilter, listCallbacks } from './callbacks.store.ts';

const { pool } = await createTestDatabase();
const accountId = newId();
const HISTORY = 20_000;
const PAGE = 21;

beforeAll(async () => {
  await pool.query(
    `insert into callbacks (id, task_id, account_id, url, test_mode, state, next_try_at, completed_at)
     select (lpad(to_hex(n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid, gen_random_uuid(),
       case when n % 4 = 0 then $1::uuid else lpad(to_hex(n % 4), 32, '0')::uuid end, 'https://example.com', false,
       'delivered', null, now()
     from generate_series(1, ${HISTORY}) n`,
    [accountId],
  );
  await pool.query('analyze callbacks');
});

const owner = { accountId, testMode: false };
const OLD = '00000000-1000-7000-8000-000000000000';
const [ALL, ACCOUNT, SPECIAL, PENDING, GIVEN_UP, TASK] = [
  'callbacks_pkey',
  'callbacks_account',
  'callbacks_special',
  'callbacks_pending',
  'callbacks_given_up',
  'callbacks_once',
];

it.each<[string, Omit<CallbackFilter, 'limit'>, string[]]>([
  ['of an account', { owner }, [ACCOUNT]],
  ['of an account, long ago', { owner, before: OLD }, [ACCOUNT, ALL]],
  ['of a mode that has none', { owner: { accountId, testMode: true } }, [ACCOUNT]],
  ['that wait', { owner, state: 'pending' }, [PENDING]],
  ['that were given up, of which there are none', { owner, state: 'failed' }, [GIVEN_UP]],
  ['of receivers that are gone, of which there are none', { owner, state: 'gone' }, [GIVEN_UP]],
  ['that were delivered', { owner, state: 'delivered' }, [ACCOUNT]],
  ['about late results and balances', { owner, occasions: ['late', 'balance'] }, [SPECIAL]],
  [
    'about late results that were given up',
    { owner, occasions: ['late'], state: 'failed' },
    [SPECIAL, GIVEN_UP],
  ],
  ['about the end', { owner, occasions: ['end'] }, [ACCOUNT]],
  ['of a task', { owner, taskId: newId() }, [TASK]],
  ['of all accounts', {}, [ALL]],
  ['of all accounts, long ago', { before: OLD }, [ALL]],
  ['of all accounts that wait', { state: 'pending' }, [PENDING]],
  ['of all accounts that were given up', { state: 'failed' }, [GIVEN_UP]],
  ['of all accounts about balances', { occasions: ['balance'] }, [SPECIAL]],
  ['of an account in both modes', { accountId }, [ACCOUNT]],
])('a list of callbacks %s reads a few pages of an index', async (_what, filter, indexes) => {
  const reads = await readsOf(pool, (reading) => listCallbacks(reading, { ...filter, limit: PAGE }));
  expect(indexes).toEqual(expect.arrayContaining(reads.indexes));
  expect(reads.blocks).toBeLessThan(200);
});
