import { expect, test } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { Settler } from './settle.ts';

const api = await createTestApi();
const { pool, callbacks, changes } = api.core;
const ACCOUNTS = 25;
const ROUNDS = 8;

test('ends of many accounts, in any order and on two nodes, never deadlock', async () => {
  const callers = await Promise.all(
    Array.from({ length: ACCOUNTS }, () => api.openAccount({ credits: '9000' })),
  );
  const nodes = [new Settler({ pool, callbacks, changes }), new Settler({ pool, callbacks, changes })];
  const body = { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: ['https://example.com/a.jpg'] } };
  const failure = { state: 'failed', error: 'generation_failed', message: 'for a test' } as const;
  for (let round = 0; round < ROUNDS; round++) {
    const made = await Promise.all([...callers, ...callers].map((caller) => api.create(caller, body)));
    const tasks = await Promise.all(made.map(({ data }) => api.readTask(String(data.task_id))));
    // One node ends them from the first account to the last, the other in the opposite order.
    const ends = tasks
      .slice(0, ACCOUNTS)
      .map((task) => nodes[0].fail(task, failure))
      .concat(
        tasks
          .slice(ACCOUNTS)
          .reverse()
          .map((task) => nodes[1].fail(task, failure)),
      );
    const creates = callers.map((caller) => api.create(caller, body));
    expect(await Promise.all(ends)).not.toContain(false);
    expect((await Promise.all(creates)).map(({ status }) => status)).toEqual(creates.map(() => 200));
  }
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ deadlocks: bigint }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(rows[0].deadlocks).toBe(0n);
});
