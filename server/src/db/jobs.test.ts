import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest';
import { newId } from '../lib/ids.ts';
import { HOUR_MS, pause } from '../lib/time.ts';
import { addJobs, createJobs, type JobHandler, type Jobs, migrateJobs, unlockDeadWorkers } from './jobs.ts';
import type { DatabaseLog } from './log.ts';
import { withTransaction } from './pool.ts';
import { createTestDatabase, runStatement } from './testing.ts';

const { url, pool } = await createTestDatabase();
const WAIT_MAX_MS = 30_000;

interface Line {
  level: 'info' | 'warn' | 'error';
  message: string;
  /** The words of the library. */
  detail: string;
}

let lines: Line[];
const keepLine = (level: Line['level']) => (fields: object, message: string) =>
  lines.push({ level, message, detail: 'message' in fields ? String(fields.message) : '' });
const log: DatabaseLog = { info: keepLine('info'), warn: keepLine('warn'), error: keepLine('error') };
const running: Jobs[] = [];

beforeEach(async () => {
  lines = [];
  await migrateJobs(url, log);
  await pool.query('delete from graphile_worker._private_jobs');
});
afterEach(async () => {
  for (const jobs of running.splice(0)) await jobs.stop(0);
});

async function startJobs(handlers: Record<string, JobHandler>, nodeId = newId()): Promise<Jobs> {
  const jobs = createJobs({ url, handlers, nodeId, log, concurrency: 4 });
  running.push(jobs);
  await jobs.start();
  return jobs;
}

async function waitUntil(title: string, condition: () => unknown): Promise<void> {
  const until = performance.now() + WAIT_MAX_MS;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`This did not come true: ${title}`);
    await pause(10);
  }
}

async function countJobs(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::integer as count from graphile_worker.jobs',
  );
  return rows[0].count;
}

async function readLocks(): Promise<string[]> {
  const { rows } = await pool.query<{ locked_by: string }>(
    'select locked_by from graphile_worker.jobs where locked_by is not null',
  );
  return rows.map((row) => row.locked_by);
}

/** A handler that keeps its job until it is released, or until it is asked to give up. */
function holdJob(): { handler: JobHandler; begun: () => boolean; release: () => void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let isBegun = false;
  const handler: JobHandler = (_payload, signal) => {
    isBegun = true;
    signal.addEventListener('abort', () => reject(new Error('asked to give up')));
    return promise;
  };
  return { handler, begun: () => isBegun, release: resolve };
}

test('a job runs once with its payload after the transaction that added it commits', async () => {
  const seen: unknown[] = [];
  await startJobs({ greet: async (payload) => void seen.push(payload) });
  const failing = withTransaction(pool, async (client) => {
    await addJobs(client, [{ name: 'greet', payload: { n: 0 } }]);
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  await withTransaction(pool, (client) =>
    addJobs(client, [
      { name: 'greet', payload: { n: 1 } },
      { name: 'greet', payload: { n: 2 } },
    ]),
  );
  await waitUntil('both have run', () => seen.length === 2);
  await waitUntil('the queue is empty', async () => (await countJobs()) === 0);
  expect(seen).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
});

test('a delay, a key and a number of runs are kept with the job', async () => {
  const job = { name: 'later', payload: {}, delayMs: 3_600_000, jobKey: 'one', maxAttempts: 7 };
  await addJobs(pool, [job]);
  await addJobs(pool, [{ ...job, delayMs: 7_200_000 }]);
  const { rows } = await pool.query(
    `select max_attempts, round(extract(epoch from run_at - now()) / 3600)::integer as hours
     from graphile_worker.jobs`,
  );
  expect(rows).toEqual([{ max_attempts: 7, hours: 2 }]);
});

test('a job that fails is reported and waits to run again', async () => {
  await startJobs({
    fail: async () => {
      throw new Error('not today');
    },
  });
  await addJobs(pool, [{ name: 'fail', payload: {} }]);
  await waitUntil('the failure is kept', async () => {
    const { rows } = await pool.query(
      `select 1 from graphile_worker.jobs where last_error = 'not today' and run_at > now() and attempts = 1`,
    );
    return rows.length === 1;
  });
  expect(lines).toMatchObject([{ level: 'error', message: 'job.failed' }]);
});

test('the lock of a running job names its node', async () => {
  const nodeId = newId();
  const held = holdJob();
  await startJobs({ hold: held.handler }, nodeId);
  await addJobs(pool, [{ name: 'hold', payload: {} }]);
  await waitUntil('the job runs', held.begun);
  const [lock] = await readLocks();
  expect(lock).toMatch(new RegExp(`^node:${nodeId}:[0-9a-f]{12}$`));
  held.release();
  await waitUntil('the queue is empty', async () => (await countJobs()) === 0);
});

test('the jobs of a dead node run on another node, those of a living one are left alone', async () => {
  const [deadNodeId, livingNodeId] = [newId(), newId()];
  await addJobs(pool, [
    { name: 'task', payload: { node: 'dead' } },
    { name: 'task', payload: { node: 'dead' } },
    { name: 'task', payload: { node: 'living' } },
  ]);
  await pool.query(
    `update graphile_worker._private_jobs set locked_at = now(), attempts = 1,
       locked_by = case payload->>'node' when 'dead' then $1 else $2 end`,
    [`node:${deadNodeId}:abc`, `node:${livingNodeId}:abc`],
  );
  const seen: unknown[] = [];
  await startJobs({ task: async (payload) => void seen.push(payload) });
  expect(await unlockDeadWorkers(pool, [deadNodeId])).toBe(2);
  await waitUntil('both have run', () => seen.length === 2);
  expect(seen).toEqual([{ node: 'dead' }, { node: 'dead' }]);
  await waitUntil('they have left the queue', async () => (await countJobs()) === 1);
  expect(await readLocks()).toEqual([`node:${livingNodeId}:abc`]);
});

test('a lock of an unknown node is released after a minute, one of a known node never', async () => {
  const [strayNodeId, knownNodeId] = [newId(), newId()];
  await pool.query(`insert into nodes (id, host, process_id) values ($1, 'here', 1)`, [knownNodeId]);
  await addJobs(pool, [
    { name: 'task', payload: { node: strayNodeId } },
    { name: 'task', payload: { node: knownNodeId } },
  ]);
  const lock = (age: string) =>
    pool.query(
      `update graphile_worker._private_jobs set locked_at = now() - $1::interval,
         locked_by = 'node:' || (payload->>'node') || ':abc'`,
      [age],
    );
  await lock('50 seconds');
  expect(await unlockDeadWorkers(pool, [])).toBe(0);
  await lock('70 seconds');
  expect(await unlockDeadWorkers(pool, [])).toBe(1);
  expect(await readLocks()).toEqual([`node:${knownNodeId}:abc`]);
});

test('a stop waits for the running job and takes no other', async () => {
  const held = holdJob();
  const jobs = await startJobs({ hold: held.handler });
  await addJobs(pool, [{ name: 'hold', payload: {} }]);
  await waitUntil('the job runs', held.begun);
  const stopped = jobs.stop(WAIT_MAX_MS);
  await addJobs(pool, [{ name: 'hold', payload: { late: true } }]);
  held.release();
  await stopped;
  const { rows } = await pool.query('select locked_by, attempts from graphile_worker.jobs');
  expect(rows).toEqual([{ locked_by: null, attempts: 0 }]);
});

test('a job that is not done in time is asked to give up and goes back to the queue', async () => {
  const held = holdJob();
  const jobs = await startJobs({ hold: held.handler });
  await addJobs(pool, [{ name: 'hold', payload: {} }]);
  await waitUntil('the job runs', held.begun);
  await jobs.stop(20);
  expect(await readLocks()).toEqual([]);
  expect(await countJobs()).toBe(1);
  expect(lines).toEqual([]);
});

test('a job that ignores that is taken away, and the stop ends', async () => {
  let isBegun = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const jobs = await startJobs({
    ignore: () => {
      isBegun = true;
      return promise;
    },
  });
  await addJobs(pool, [{ name: 'ignore', payload: {} }]);
  await waitUntil('the job runs', () => isBegun);
  await jobs.stop(20);
  expect(await readLocks()).toEqual([]);
  expect(await countJobs()).toBe(1);
  resolve();
});

test('a runner whose connections are all cut goes on', async () => {
  const seen: unknown[] = [];
  await startJobs({ greet: async (payload) => void seen.push(payload) });
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'reelay-jobs' and datname = current_database()`,
  );
  await addJobs(pool, [{ name: 'greet', payload: { n: 1 } }]);
  await waitUntil('the job has run', () => seen.length === 1);
});

test('a runner whose first question fails goes on', async () => {
  const seen: unknown[] = [];
  const blocker = await pool.connect();
  onTestFinished(() => blocker.release());
  await blocker.query('begin');
  await blocker.query('lock table graphile_worker._private_tasks in access exclusive mode');
  await startJobs({ greet: async (payload) => void seen.push(payload) });
  await waitUntil('the first question is cut off', async () => {
    const { rowCount } = await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'reelay-jobs' and datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount !== 0;
  });
  await blocker.query('rollback');
  await addJobs(pool, [{ name: 'greet', payload: { n: 1 } }]);
  await waitUntil('the job has run', () => seen.length === 1);
});

test('jobs that were locked by a fetch whose answer was lost are released, running ones are not', async () => {
  const seen: unknown[] = [];
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
  onTestFinished(() => end());
  await startJobs({
    hold: async () => {
      seen.push('held');
      await isOver;
    },
    greet: async (payload) => void seen.push(payload),
  });
  await addJobs(pool, [{ name: 'hold', payload: {} }]);
  await waitUntil('one is at work', () => seen.length === 1);
  const [lockName] = await readLocks();
  await addJobs(pool, [{ name: 'greet', payload: { n: 1 }, delayMs: HOUR_MS }]);
  // The state after the lost fetch, and that of the running one by then.
  await pool.query(
    `update graphile_worker._private_jobs
     set locked_by = $1, locked_at = now() - interval '1 minute', run_at = now()`,
    [lockName],
  );
  await waitUntil('a fetch fails', async () => {
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'reelay-jobs' and datname = current_database()`,
    );
    return lines.some(({ detail }) => /fetching jobs/.test(detail));
  });
  await waitUntil('the lost job has run', async () => (await countJobs()) === 1);
  expect(seen).toEqual(['held', { n: 1 }]);
  expect(await readLocks()).toEqual([lockName]);
});

test('25006: a runner whose server accepts no writes for a while goes on with another connection', async () => {
  const seen: unknown[] = [];
  await startJobs({ greet: async (payload) => void seen.push(payload) });
  // It runs: from here on it asks over its connections, or over new ones.
  await addJobs(pool, [{ name: 'greet', payload: { n: 1 } }]);
  await waitUntil('a job has run', () => seen.length === 1);
  const alter = (isReadOnly: boolean) =>
    runStatement(
      inject('testServer').adminUrl,
      `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = ${isReadOnly}`,
    );
  await alter(true);
  onTestFinished(async () => void (await alter(false)));
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'reelay-jobs'`;
  await pool.query(cut);
  await waitUntil('it is refused', () => lines.some(({ message }) => message === 'connections.replaced'));
  await alter(false);
  await addJobs(pool, [{ name: 'greet', payload: { n: 2 } }]);
  await waitUntil('the job has run', () => seen.length === 2);
});

test('a runner that gives up is started again', async () => {
  const seen: unknown[] = [];
  const exitCode = process.exitCode;
  await startJobs({ greet: async (payload) => void seen.push(payload) });
  // The library ends its runner when it learns that a later release has changed the queue's tables.
  await waitUntil('it has given up', async () => {
    await pool.query(`select pg_notify('worker:migrate', '{"migrationNumber": 99, "breaking": true}')`);
    return lines.some(({ message }) => message === 'job_runner.ended');
  });
  process.exitCode = exitCode;
  await addJobs(pool, [{ name: 'greet', payload: { n: 1 } }]);
  await waitUntil('the job has run', () => seen.length === 1);
  process.exitCode = exitCode;
});

test('scheduled jobs are known to the queue and run like any other', async () => {
  const jobs = createJobs({
    url,
    handlers: { 'tidy.up': async () => undefined },
    crons: [{ name: 'tidy.up', match: '*/5 * * * *' }],
    nodeId: newId(),
    log,
  });
  running.push(jobs);
  await jobs.start();
  await waitUntil('the clock is set', async () => {
    const { rows } = await pool.query('select identifier from graphile_worker._private_known_crontabs');
    return rows.some((row: { identifier: string }) => row.identifier === 'tidy.up');
  });
});

test('a schedule that cannot be read is an error at the start', async () => {
  const jobs = createJobs({
    url,
    handlers: {},
    crons: [{ name: 'tidy', match: 'now and then' }],
    nodeId: newId(),
    log,
  });
  await expect(jobs.start()).rejects.toThrow("Invalid cron pattern 'now and then'");
});
