import { test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { TaskChanges } from './changes.ts';

const { pool } = await createTestDatabase();

test('a waiting request is woken by a change of the task, a notice from a node, and a gap in the listening', async () => {
  const changes = new TaskChanges(pool);
  const { signal } = new AbortController();
  const waiting = [changes.next('a', signal), changes.next('b', signal), changes.next('c', signal)];
  changes.announce(['a']);
  changes.receive('x,b');
  changes.wakeAll();
  await Promise.all(waiting);
  await changes.close();
});

test('a caller that has already left does not wait, and is removed', async () => {
  const changes = new TaskChanges(pool);
  await changes.next('a', AbortSignal.abort());
  const leaving = new AbortController();
  const waiting = changes.next('a', leaving.signal);
  leaving.abort();
  await waiting;
});
