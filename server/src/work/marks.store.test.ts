// What is remembered of an attempt between two looks, for any process that looks next.
import { expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { newId } from '../lib/ids.ts';
import { claimHintedLooks, type Look } from './looks.store.ts';
import { clearUnreadable, type KeptOutput, markMade, markUnreadable } from './marks.store.ts';

const { pool } = await createTestDatabase();
const credentialId = newId();
const KEPT: KeptOutput[] = [
  {
    place: 0,
    output: {
      key: 'results/a/video.mp4',
      kind: 'video',
      contentType: 'video/mp4',
      sizeBytes: 9,
      sha256: '00',
    },
  },
];

async function addAttempt({ hasEnded } = { hasEnded: false }) {
  const taskId = newId();
  await pool.query(
    `insert into tasks (id, account_id, key_id, book, model, input, price, epoch, state, deadline_at, due_at, completed_at)
     values ($1, $1, $1, 'live', 'a/b', '{}', 0, 1, $2, now() + interval '1 hour', case when $2 = 'running' then now() end,
       case when $2 <> 'running' then now() end)`,
    [taskId, hasEnded ? 'expired' : 'running'],
  );
  await pool.query(
    `insert into attempts (task_id, epoch, provider, credential_id, offer, model, state, reference)
     values ($1, 1, 'ark', $2, 'ark', 'a/b', 'accepted', '{"id":"x"}')`,
    [taskId, credentialId],
  );
  return { taskId, epoch: 1 };
}

async function look(name: { taskId: string; epoch: number }): Promise<Look> {
  const [found] = await claimHintedLooks(pool, [{ ...name, credentialId, intervalMinMs: 0 }]);
  return found;
}

async function ageBy(name: { taskId: string }, column: string, seconds: number) {
  await pool.query(
    `update attempts set ${column} = ${column} - $2 * interval '1 second' where task_id = $1`,
    [name.taskId, seconds],
  );
}

async function eventsOf({ taskId }: { taskId: string }) {
  const { rows } = await pool.query('select name, detail from task_events where task_id = $1 order by id', [
    taskId,
  ]);
  return rows;
}

it('A2: how long a file is missing, what is kept and what was used survive a restart and are reported once', async () => {
  const name = await addAttempt();
  expect(await look(name)).toMatchObject({
    made_seconds: null,
    kept: null,
    used: null,
    lifetime_seconds: 3_600,
  });
  await markMade(pool, { ...name, detail: '404', used: { unit: 'tokens', amount: 7 }, kept: KEPT });
  await ageBy(name, 'made_at', 100);
  await markMade(pool, { ...name, detail: 'again \\0' });
  const seen = await look(name);
  expect(seen).toMatchObject({ kept: KEPT, used: { unit: 'tokens', amount: 7 } });
  expect(seen.made_seconds).toBeGreaterThanOrEqual(100);
  expect(await eventsOf(name)).toEqual([{ name: 'attempt.unfetched', detail: { attempt: 1 } }]);
});

it('A3: how long nothing can be read survives a restart, until an answer can be, and is reported once', async () => {
  const name = await addAttempt();
  const unreadable = { ...name, detail: 'odd', isMade: false };
  await markUnreadable(pool, unreadable);
  await ageBy(name, 'unreadable_at', 100);
  await markUnreadable(pool, unreadable);
  expect((await look(name)).unreadable_seconds).toBeGreaterThanOrEqual(100);
  expect((await look(name)).made_seconds).toBeNull();
  expect(await clearUnreadable(pool, { ...name, isAtWork: true })).toBe(false);
  expect((await look(name)).unreadable_seconds).toBeNull();
  await markUnreadable(pool, { ...unreadable, isMade: true });
  const seen = await look(name);
  expect(seen.unreadable_seconds).toBeLessThan(100);
  expect(seen.made_seconds).toBeGreaterThanOrEqual(0);
  expect(await eventsOf(name)).toEqual([{ name: 'attempt.unreadable', detail: { attempt: 1 } }]);
});

it('A2: nothing is reported of a task that has ended, and nothing is remembered of an attempt that has', async () => {
  const late = await addAttempt({ hasEnded: true });
  await markMade(pool, { ...late, detail: 'x' });
  await markUnreadable(pool, { ...late, detail: 'x', isMade: false });
  expect(await look(late)).toMatchObject({ task_ended: true });
  expect((await look(late)).made_seconds).toBeGreaterThanOrEqual(0);
  expect(await eventsOf(late)).toEqual([]);
  const ended = await addAttempt();
  await pool.query(`update attempts set ended_at = now(), state = 'failed' where task_id = $1`, [
    ended.taskId,
  ]);
  await markMade(pool, { ...ended, detail: 'x' });
  const { rows } = await pool.query('select made_at, detail from attempts where task_id = $1', [
    ended.taskId,
  ]);
  expect(rows).toEqual([{ made_at: null, detail: null }]);
});
