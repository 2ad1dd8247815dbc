import { expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import { reportEarnings } from './earnings.ts';

const { pool } = await createTestDatabase();

interface Ended {
  model: string;
  book?: 'live' | 'test';
  state?: 'succeeded' | 'failed';
  captured: number;
  /** Of its attempts; null where a provider did not say what was used. */
  costs: (number | null)[];
  daysAgo?: number;
}

async function addEnded({ model, book = 'live', state = 'succeeded', captured, costs, daysAgo = 1 }: Ended) {
  const id = newId();
  await pool.query(
    `insert into tasks (id, account_id, key_id, book, model, input, price, captured, state, deadline_at, due_at, completed_at)
     values ($1, $1, $1, $2, $3, '{}', $4, $4, $5, now(), null, now() - make_interval(days => $6))`,
    [id, book, model, captured, state, daysAgo],
  );
  for (const [epoch, cost] of costs.entries())
    await pool.query(
      "insert into attempts (task_id, epoch, provider, state, cost_nanos) values ($1, $2, 'fal', $3, $4)",
      [id, epoch, state, cost],
    );
}

it('the report has what each model was charged and cost, the attempts that failed too, and says what is not known', async () => {
  await addEnded({ model: 'a/b', captured: 10_000_000, costs: [5_000_000, 20_000_000] });
  await addEnded({ model: 'a/b', captured: 2_500_000, costs: [null] });
  await addEnded({ model: 'a/b', captured: 0, state: 'failed', costs: [1_000_000] });
  await addEnded({ model: 'c', captured: 50_000_000, costs: [300_000_000] });
  await addEnded({ model: 'c', book: 'test', captured: 9_000_000, costs: [] });
  await addEnded({ model: 'c', captured: 9_000_000, costs: [1], daysAgo: 40 });
  const since = new Date(Date.now() - 30 * 86_400_000);
  expect(await reportEarnings(pool, { since, usdPerCredit: 0.005 })).toEqual([
    {
      model: 'c',
      tasks: 1,
      succeeded: 1,
      charged_credits: 50,
      cost_usd: 0.3,
      without_cost: 0,
      over_usd: -0.05,
    },
    {
      model: 'a/b',
      tasks: 3,
      succeeded: 2,
      charged_credits: 12.5,
      cost_usd: 0.026,
      without_cost: 1,
      over_usd: 0.0365,
    },
  ]);
  const [first] = await reportEarnings(pool, { since });
  expect(first.over_usd).toBeNull();
});
