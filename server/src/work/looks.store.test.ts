// What a hint of a provider does to the next look at its attempt.
import type { PoolClient } from 'pg';
import { expect, it } from 'vitest';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import { endAttempts } from '../tasks/attempts.store.ts';
import { renewLeases } from '../tasks/tasks.store.ts';
import { claimHintedLooks, hintLooks, parkTask, recordAccepted, takeTasks } from './looks.store.ts';

const { pool } = await createTestDatabase();
const MINUTE = 60_000;

/** A task at rest with one attempt. */
async function addAttempt(state: 'intent' | 'unknown' | 'accepted', reference: object | null = null) {
  const taskId = newId();
  await pool.query(
    `insert into tasks (id, account_id, key_id, book, model, input, price, epoch, state, deadline_at)
     values ($1, $1, $1, 'live', 'a/b', '{}', 0, 1, 'running', now() + interval '1 hour')`,
    [taskId],
  );
  await pool.query(
    `insert into attempts (task_id, epoch, provider, state, reference, look_at)
     values ($1, 1, 'ark', $2, $3, case when $2 <> 'intent' then now() + interval '1 minute' end)`,
    [taskId, state, reference],
  );
  return { taskId, epoch: 1 };
}

async function read({ taskId }: { taskId: string }) {
  const { rows } = await pool.query(
    'select state, reference, look_at <= now() as is_due from attempts where task_id = $1',
    [taskId],
  );
  return rows[0];
}

it('a hint of an end makes the look due now, a hint of work does not', async () => {
  const [ended, working] = [
    await addAttempt('accepted', { id: 'a' }),
    await addAttempt('accepted', { id: 'b' }),
  ];
  const hints = [
    { ...ended, isOpen: false, isRepeated: false },
    { ...working, isOpen: true, isRepeated: false },
  ];
  expect(await hintLooks(pool, hints)).toEqual([true, true]);
  expect(await read(ended)).toMatchObject({ is_due: true });
  expect(await read(working)).toMatchObject({ is_due: false });
});

it('a repeated hint makes no look closer than a second to the one before', async () => {
  const attempt = await addAttempt('accepted', { id: 'a' });
  const secondsToLook = async () => {
    const { rows } = await pool.query(
      'select extract(epoch from look_at - looked_at)::float8 as seconds from attempts where task_id = $1',
      [attempt.taskId],
    );
    return rows[0].seconds;
  };
  const hint = { ...attempt, isOpen: false, isRepeated: true };
  await hintLooks(pool, [{ ...hint, isRepeated: false }]);
  expect(await read(attempt)).toMatchObject({ is_due: true });
  await pool.query(
    `update attempts set looked_at = now(), look_at = now() + interval '1 minute' where task_id = $1`,
    [attempt.taskId],
  );
  for (let count = 0; count < 3; count++) await hintLooks(pool, [hint, hint]);
  expect(await secondsToLook()).toBeCloseTo(1, 6);
  await pool.query(`update attempts set look_at = looked_at + interval '0.5 seconds' where task_id = $1`, [
    attempt.taskId,
  ]);
  await hintLooks(pool, [hint]);
  expect(await secondsToLook()).toBeCloseTo(0.5, 6);
  await hintLooks(pool, [hint, { ...hint, isRepeated: false }]);
  expect(await read(attempt)).toMatchObject({ is_due: true });
});

it('a hint that names the job of a lost start adopts it, also beside one that does not', async () => {
  const lost = await addAttempt('unknown');
  const hints = [
    { ...lost, isOpen: true, isRepeated: false },
    { ...lost, isOpen: true, isRepeated: false, reference: { id: 'found' } },
  ];
  expect(await hintLooks(pool, hints)).toEqual([true, true]);
  expect(await read(lost)).toMatchObject({ state: 'accepted', reference: { id: 'found' }, is_due: true });
});

it('a known job keeps its name', async () => {
  const known = await addAttempt('accepted', { id: 'first' });
  await hintLooks(pool, [{ ...known, isOpen: false, isRepeated: false, reference: { id: 'second' } }]);
  expect(await read(known)).toMatchObject({ reference: { id: 'first' } });
});

it('a job that has ended before its start was answered is looked at at once, one at work after its pause', async () => {
  const reference = { id: 'quick' };
  const [ended, working] = [await addAttempt('intent'), await addAttempt('intent')];
  await hintLooks(pool, [
    { ...ended, isOpen: true, isRepeated: false, reference },
    { ...ended, isOpen: false, isRepeated: false, reference },
    { ...working, isOpen: true, isRepeated: false, reference },
  ]);
  expect(await read(ended)).toMatchObject({ state: 'intent', reference, is_due: null });
  const accepted = { provider: 'ark', reference, lookMs: MINUTE };
  await recordAccepted(pool, [
    { ...ended, ...accepted },
    { ...working, ...accepted },
  ]);
  expect(await read(ended)).toMatchObject({ state: 'accepted', is_due: true });
  expect(await read(working)).toMatchObject({ state: 'accepted', is_due: false });
});

it('a hint of an attempt that has ended or never was changes nothing', async () => {
  const ended = await addAttempt('accepted', { id: 'a' });
  await pool.query(
    `update attempts set state = 'failed', ended_at = now(), look_at = null where task_id = $1`,
    [ended.taskId],
  );
  const hints = [
    { ...ended, isOpen: false, isRepeated: false },
    { taskId: newId(), epoch: 1, isOpen: false, isRepeated: false },
  ];
  expect(await hintLooks(pool, hints)).toEqual([false, false]);
  expect(await read(ended)).toMatchObject({ state: 'failed', is_due: null });
});

it('a known job is claimed at once by a hint of its end, and its next look is later', async () => {
  const [known, lost, ended] = [
    await addAttempt('accepted', { id: 'a' }),
    await addAttempt('unknown'),
    await addAttempt('accepted', { id: 'b' }),
  ];
  await pool.query(`update attempts set state = 'failed', ended_at = now() where task_id = $1`, [
    ended.taskId,
  ]);
  const hinted = [known, known, lost, ended].map((name) => ({
    ...name,
    credentialId: newId(),
    intervalMinMs: 2_000,
  }));
  const looks = await claimHintedLooks(pool, hinted);
  expect(looks).toMatchObject([
    { task_id: known.taskId, epoch: 1, reference: { id: 'a' }, task_ended: false },
  ]);
  const { rows } = await pool.query(
    `select looked_at <= now() as is_looked_at, look_at - looked_at >= interval '2 seconds' as rests
     from attempts where task_id = $1`,
    [known.taskId],
  );
  expect(rows).toEqual([{ is_looked_at: true, rests: true }]);
  expect(await read(lost)).toMatchObject({ state: 'unknown', is_due: false });
});

it('a task that is taken to be stored is in the state of storing', async () => {
  const [stored, failed] = [
    await addAttempt('accepted', { id: 'a' }),
    await addAttempt('accepted', { id: 'b' }),
  ];
  const taking = { nodeId: newId(), leaseMs: 1_000 };
  const taken = await takeTasks(pool, [
    { ...taking, id: stored.taskId, epoch: 1, storing: true },
    { ...taking, id: failed.taskId, epoch: 1, storing: false },
  ]);
  expect(taken.map((task) => task?.state)).toEqual(['storing', 'running']);
});

it('statements over the same tasks and attempts, in any order, never deadlock', async () => {
  const nodeId = newId();
  const names = await Promise.all(Array.from({ length: 40 }, () => addAttempt('accepted', { id: 'a' })));
  const taskIds = names.map(({ taskId }) => taskId);
  await pool.query('update tasks set node_id = $1 where id = any($2)', [nodeId, taskIds]);
  const backwards = names.toReversed();
  const accepted = { provider: 'ark', reference: { id: 'a' }, lookMs: MINUTE };
  const ends = backwards.map((name) => ({ ...name, state: 'accepted' as const }));
  const repeat = async (work: () => Promise<unknown>) => {
    for (let round = 0; round < 25; round++) await work();
  };
  await Promise.all([
    repeat(() =>
      hintLooks(
        pool,
        names.map((name) => ({ ...name, isOpen: false, isRepeated: false })),
      ),
    ),
    repeat(() =>
      hintLooks(
        pool,
        backwards.map((name) => ({ ...name, isOpen: false, isRepeated: false })),
      ),
    ),
    repeat(() =>
      claimHintedLooks(
        pool,
        backwards.map((name) => ({ ...name, credentialId: nodeId, intervalMinMs: 0 })),
      ),
    ),
    repeat(() =>
      recordAccepted(
        pool,
        backwards.map((name) => ({ ...name, ...accepted })),
      ),
    ),
    repeat(() => renewLeases(pool, { nodeId, taskIds, leaseMs: 1_000 })),
    repeat(() => withTransaction(pool, (client) => endAttempts(client, ends))),
  ]);
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(rows[0].deadlocks).toBe(0n);
});

it('a task rests while its attempt is open, and is due when that has ended: nothing else would wake it', async () => {
  const [living, ended] = [await addAttempt('unknown'), await addAttempt('unknown')];
  await pool.query(
    `update attempts set state = 'abandoned', ended_at = now(), look_at = null where task_id = $1`,
    [ended.taskId],
  );
  const park = (taskId: string, epoch = 1) => parkTask(pool, { id: taskId, epoch }, { epoch: 1, lookMs: 0 });
  expect([await park(living.taskId), await park(ended.taskId)]).toEqual([true, true]);
  const { rows } = await pool.query(
    `select t.due_at = t.deadline_at as rests, t.due_at <= now() as is_due, a.look_at <= now() as is_looked_at
     from tasks t join attempts a on a.task_id = t.id where t.id = any($1) order by t.id`,
    [[living.taskId, ended.taskId]],
  );
  expect(rows).toEqual([
    { rests: true, is_due: false, is_looked_at: true },
    { rests: false, is_due: true, is_looked_at: null },
  ]);
  expect(await park(living.taskId, 2)).toBe(false);
});

/** Two connections whose ends are counted in different rows, as most are. */
async function connectTwo(): Promise<[PoolClient, PoolClient, () => void]> {
  const first = await pool.connect();
  const clients = [first];
  const stripeOf = async (client: PoolClient) =>
    (await client.query<{ stripe: number }>('select pg_backend_pid() % 16 as stripe')).rows[0].stripe;
  for (;;) {
    const next = await pool.connect();
    clients.push(next);
    if ((await stripeOf(next)) === (await stripeOf(first))) continue;
    return [
      first,
      next,
      () => {
        for (const client of clients) client.release();
      },
    ];
  }
}

it('ends at one provider account do not wait for each other, and all of them count', async () => {
  const [credentialId, one, other] = [newId(), await addAttempt('accepted'), await addAttempt('accepted')];
  await pool.query('update attempts set credential_id = $1 where task_id = any($2)', [
    credentialId,
    [one.taskId, other.taskId],
  ]);
  const end = (name: { taskId: string; epoch: number }) => ({
    ...name,
    state: 'succeeded' as const,
    costNanos: 5,
  });
  const [first, second, release] = await connectTwo();
  try {
    await first.query('begin');
    await endAttempts(first, [end(one)]);
    await second.query("set lock_timeout = '1min'");
    await endAttempts(second, [end(other)]);
    await first.query('commit');
  } finally {
    release();
  }
  const { rows } = await pool.query(
    'select sum(succeeded)::integer as succeeded, sum(cost_nanos)::integer as nanos from credential_usage where credential_id = $1',
    [credentialId],
  );
  expect(rows).toEqual([{ succeeded: 2, nanos: 10 }]);
});
