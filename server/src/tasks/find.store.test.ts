// Each list of tasks by an index: on a table of an account whose history is long, with true statistics.
import { beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { readsOf } from '../db/testing-plan.ts';
import { newId, oldestIdAt } from '../lib/ids.ts';
import { HOUR_MS } from '../lib/time.ts';
import { findTaskIds } from './browse.store.ts';
import { selectIds, type TaskSearch, Values } from './find.store.ts';
import { listTasks } from './tasks.store.ts';

const { pool } = await createTestDatabase();
const [accountId, keyId, otherKey] = [newId(), newId(), newId()];
const HISTORY = 20_000;
const owner = { accountId, book: 'live' as const };

beforeAll(async () => {
  await pool.query(
    `insert into tasks (id, account_id, key_id, book, model, input, state, due_at, deadline_at, price, completed_at,
       created_at, sent)
     select (lpad(to_hex((extract(epoch from m.at) * 1000)::bigint), 12, '0')::text || '7000'
         || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
         case when n % 4 = 0 then $1::uuid else lpad(to_hex(n % 4), 32, '0')::uuid end, $2, 'live', 'm' || n % 3, '{"prompt":"a quay"}', 'succeeded', null, m.at, 1,
       m.at, m.at, case when n % 1000 = 0 then '{"model":"alias"}'::json end
     from generate_series(1, ${HISTORY}) n, lateral (select now() - make_interval(mins => n) as at) m`,
    [accountId, keyId],
  );
  await pool.query(
    `insert into tasks (id, account_id, key_id, book, model, input, deadline_at, price)
     select gen_random_uuid(), $1, $2, 'live', 'open', '{}', now(), 0 from generate_series(1, 3)`,
    [accountId, keyId],
  );
  await pool.query('analyze tasks');
});

/** The indexes of the plan of a search, and the blocks that it touched. */
async function explain(search: Omit<TaskSearch, 'accountId' | 'book'>) {
  const values = new Values();
  const text = selectIds({ ...owner, ...search }, 21, values);
  return readsOf(pool, (reading) => reading.query(text, values.list));
}

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * HOUR_MS);
const ID = 'tasks_pkey';
const [OPEN, ENDED, NAMED, KEY, ALL] = [
  'tasks_due',
  'tasks_ended',
  'tasks_ended_name',
  'tasks_ended_key',
  'tasks_account',
];

it.each([
  ['nothing', {}, [ALL]],
  ['a time long ago', { createdFrom: daysAgo(10), createdTo: daysAgo(9) }, [ALL, ID]],
  ['the end of a time', { createdTo: daysAgo(10) }, [ALL, ID]],
  ['open states', { states: ['pending'] as const }, [OPEN]],
  ['a state that no task has', { states: ['failed'] as const }, [ENDED]],
  ['a usual state', { states: ['succeeded'] as const }, [ENDED]],
  ['a model that was never used', { model: 'never' }, [OPEN, ENDED, NAMED]],
  ['another name of a model', { model: 'alias' }, [OPEN, ENDED, NAMED]],
  ['models', { models: ['m1', 'never'] }, [OPEN, ENDED]],
  [
    'a model, a state and a time',
    { model: 'm1', states: ['expired'] as const, createdTo: daysAgo(2) },
    [ENDED],
  ],
  ['a key that was never used', { keyId: otherKey }, [OPEN, KEY]],
  ['a key', { keyId }, [OPEN, KEY, ALL]],
])('a search for %s reads a few pages of an index', async (_what, search, indexes) => {
  const plan = await explain(search);
  expect(indexes).toEqual(expect.arrayContaining(plan.indexes));
  expect(plan.blocks).toBeLessThan(200);
});

it('finds the same tasks as a look at all of them', async () => {
  const searches: Omit<TaskSearch, 'accountId' | 'book'>[] = [
    { states: ['pending', 'succeeded'] },
    { model: 'm1', createdFrom: daysAgo(3), createdTo: daysAgo(2) },
    { model: 'alias' },
    { models: ['m0', 'open'] },
    { keyId, states: ['pending'] },
    { model: 'm2', states: ['succeeded'], before: oldestIdAt(Date.now() - 50 * HOUR_MS) },
  ];
  for (const search of searches) {
    const { rows } = await pool.query<{ id: string }>(
      `select id from tasks t where account_id = $7 and ($1::text[] is null or state = any ($1))
         and ($2::text is null or model = $2 or sent ->> 'model' = $2) and ($3::text[] is null or model = any ($3))
         and ($4::timestamptz is null or created_at >= $4) and ($5::timestamptz is null or created_at < $5)
         and ($6::uuid is null or id < $6) order by id desc limit 20`,
      [
        search.states,
        search.model,
        search.models,
        search.createdFrom,
        search.createdTo,
        search.before,
        accountId,
      ],
    );
    const wanted = rows.map(({ id }) => id);
    expect((await findTaskIds(pool, owner, { ...search, limit: 20 })).ids).toEqual(wanted);
    if (search.keyId) continue;
    expect((await listTasks(pool, { ...owner, ...search, limit: 20 })).rows.map(({ id }) => id)).toEqual(
      wanted,
    );
  }
});
