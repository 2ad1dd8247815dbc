import { expect, test } from 'vitest';
import { createRenderer } from '../../../draft/renderer.ts';
import { createRemote } from '../app.ts';
import { createTestApi } from '../http/testing.ts';
import { DraftProvider } from '../providers/draft/draft.ts';
import { describeUnfetched } from './outcome.ts';
import { Worker } from './worker.ts';

const api = await createTestApi();
const { pool, files, settler, changes, log, clock, catalog } = api.core;

/** A renderer that has no place free, so that nothing is begun. */
class NoRenderer extends DraftProvider {
  override freeSlots() {
    return { any: 0, short: 0 };
  }
}

function createWorker(): Worker {
  const local = new NoRenderer({
    renderer: createRenderer({ workers: 1, timeoutMs: 1_000, niceness: 0 }),
    fetchInput: ({ path }) => Promise.resolve({ path }),
    findEffect: () => Promise.resolve(undefined),
    workFolder: '',
    jobsMax: 1,
    shortJobsMax: 0,
    mark: true,
  });
  return new Worker({
    pool,
    files,
    settler,
    changes,
    log,
    clock,
    fillInput: (model, input) => catalog.fillInput(model, input),
    modalityOf: (model) => catalog.modalityOf(model),
    callbackCopies: () => 1,
    local,
    remote: createRemote(api.core),
    hooks: api.core.hooks,
    onDeadNodes: () => Promise.resolve(),
  });
}

test('ends a crowd of overdue tasks within seconds', async () => {
  const caller = await api.openAccount();
  await Promise.all(Array.from({ length: 1_200 }, () => api.create(caller)));
  await pool.query('update tasks set deadline_at = now()');
  await pool.query(`update tasks set state = 'storing' where id in (select id from tasks limit 1)`);
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
    // A2: the message of a task that was made does not say that it is unfinished.
    const { rows } = await pool.query(
      'select result_message as message, count(*)::integer as tasks from tasks group by 1 order by 2',
    );
    expect(rows).toEqual([
      { message: describeUnfetched('video'), tasks: 1 },
      { message: 'Not finished within its time limit', tasks: 1_199 },
    ]);
  } finally {
    await worker.stop();
  }
});
