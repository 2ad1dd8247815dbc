import { expect, test } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { Worker } from './worker.ts';

const api = await createTestApi();
const { pool, files, settler, changes, log, clock, catalog } = api.core;

/** A worker that claims nothing, since it has no provider: it only keeps order. */
function createWorker(): Worker {
  return new Worker({
    pool,
    files,
    settler,
    changes,
    log,
    clock,
    fillInput: (model, input) => catalog.fillInput(model, input),
    callbackCopies: () => 1,
    providerOf: () => {
      throw new Error('nothing is claimed');
    },
    providers: [],
    onDeadNodes: () => Promise.resolve(),
  });
}

test('ends a crowd of overdue tasks within seconds', async () => {
  const caller = await api.openAccount();
  await Promise.all(Array.from({ length: 1_200 }, () => api.create(caller)));
  await pool.query('update tasks set deadline_at = now()');
  const worker = createWorker();
  await worker.start();
  try {
    const countOpen = async () =>
      (
        await pool.query<{ open: number }>(
          'select count(*)::integer as open from tasks where due_at is not null',
        )
      ).rows[0].open;
    await expect.poll(countOpen, { timeout: 9_000, interval: 100 }).toBe(0);
  } finally {
    await worker.stop();
  }
}, 20_000);
