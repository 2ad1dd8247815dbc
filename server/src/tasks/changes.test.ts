import { test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { TaskChanges } from './changes.ts';

const { pool } = await createTestDatabase();

test('who waits is woken by a change of the task, by a notice of another node, and by a gap in the listening', async () => {
  const changes = new TaskChanges(pool);
  const { signal } = new AbortController();
  const waiting = [changes.next('a', signal), changes.next('b', signal), changes.next('c', signal)];
  changes.announce(['a']);
  changes.receive('x,b');
  changes.wakeAll();
  await Promise.all(waiting);
  await changes.close();
});

test('who has left already does not wait, and is not kept', async () => {
  const changes = new TaskChanges(pool);
  await changes.next('a', AbortSignal.abort());
  const leaving = new AbortController();
  const waiting = changes.next('a', leaving.signal);
  leaving.abort();
  await waiting;
});
