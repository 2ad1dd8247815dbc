import { expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import { asSteady } from '../lib/time.ts';
import { Positions } from './positions.ts';
import { readTasks } from './tasks.store.ts';

const { pool } = await createTestDatabase();
const MODEL = 'vendor/model-t2v';

/** Adds a task that has waited for so many seconds. */
async function addWaiting(accountId: string, seconds: number): Promise<string> {
  const id = newId();
  await pool.query(
    `insert into tasks (id, account_id, key_id, book, model, input, price, state, deadline_at, due_at)
     values ($1, $2, $2, 'live', $3, '{}', 0, 'pending', now() + interval '1 hour', now() - make_interval(secs => $4))`,
    [id, accountId, MODEL, seconds],
  );
  return id;
}

async function readDue(accountId: string, id: string): Promise<number> {
  const [row] = await readTasks(pool, [{ id, accountId, book: 'live' }]);
  if (row?.due_seconds == null) throw new Error('it does not wait');
  return row.due_seconds;
}

it('a position is one more than the number of tasks before it, in the queue of its account alone', async () => {
  const [one, other] = [newId(), newId()];
  const ids = [];
  for (const seconds of [30, 20, 10]) ids.push(await addWaiting(one, seconds));
  const otherTask = await addWaiting(other, 5);
  const positions = new Positions({ pool, clock: asSteady(() => 0) });
  const places = ids.map(async (id) =>
    positions.of({ accountId: one, model: MODEL }, await readDue(one, id)),
  );
  expect(await Promise.all(places)).toEqual([1, 2, 3]);
  expect(await positions.of({ accountId: other, model: MODEL }, await readDue(other, otherTask))).toBe(1);
});

it('a count is kept for a second, then the tasks that have left are gone', async () => {
  const accountId = newId();
  const [first, second] = [await addWaiting(accountId, 30), await addWaiting(accountId, 20)];
  let nowMs = 0;
  const positions = new Positions({ pool, clock: asSteady(() => nowMs) });
  const dueSeconds = await readDue(accountId, second);
  const place = () => positions.of({ accountId, model: MODEL }, dueSeconds);
  expect(await place()).toBe(2);
  await pool.query(`update tasks set state = 'running' where id = $1`, [first]);
  nowMs = 999;
  expect(await place()).toBe(2);
  nowMs = 1_000;
  expect(await place()).toBe(1);
});

it('a count that failed is not kept', async () => {
  const accountId = newId();
  const dueSeconds = await readDue(accountId, await addWaiting(accountId, 10));
  const positions = new Positions({ pool, clock: asSteady(() => 0) });
  const place = () => positions.of({ accountId, model: MODEL }, dueSeconds);
  await pool.query('alter table tasks rename to lost_tasks');
  await expect(place()).rejects.toThrow('does not exist');
  await pool.query('alter table lost_tasks rename to tasks');
  expect(await place()).toBe(1);
});
