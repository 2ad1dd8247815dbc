// A receiver on a real socket and a whole delivery set-up on a real database. Only for tests.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { createJobs, type Jobs, migrateJobs } from '../db/jobs.ts';
import { silentLog } from '../db/log.ts';
import { withTransaction } from '../db/pool.ts';
import type { TestDatabase } from '../db/testing.ts';
import { createGuardedFetch } from '../lib/guarded-fetch.ts';
import { newId } from '../lib/ids.ts';
import { pause, steadyClock, systemClock } from '../lib/time.ts';
import type { CallbackOwner, CallbackRow } from './callbacks.store.ts';
import { Callbacks, type CallbacksOptions } from './callbacks.ts';

export interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface TestReceiver {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

type Answer = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

const endings: (() => Promise<void>)[] = [];
const WAIT_MAX_MS = 30_000;

/** Closes what `startReceiver` and `startDelivery` have opened, newest first, after each test of the calling file. */
export function closeAfterEachTest(): void {
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
}

/** Resolves once the condition holds; throws with the title if it does not within ten seconds. */
export async function waitUntil(title: string, condition: () => unknown): Promise<void> {
  const until = performance.now() + WAIT_MAX_MS;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`This did not come true: ${title}`);
    await pause(10);
  }
}

/** Listens on 127.0.0.1 and keeps each request; answers 200 unless the test says otherwise. */
export async function startReceiver(
  answer: Answer = (response) => response.end('ok'),
): Promise<TestReceiver> {
  const received: Received[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      const message = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(message);
      answer(response, message, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  endings.push(close);
  return { url: `http://127.0.0.1:${port}/hook`, received, close };
}

export interface Delivery {
  accountId: string;
  callbacks: Callbacks;
  jobs: Jobs;
  nodeId: string;
  /** The account in test mode, to which a callback belongs unless another one is named. */
  owner: CallbackOwner;
  /** Enqueues one callback for a new task, in a transaction of its own. @returns its id. */
  enqueue(url: string, options?: { copies?: number; testMode?: boolean; taskId?: string }): Promise<string>;
  read(callbackId: string): Promise<CallbackRow>;
  /** Makes the next try of every callback due now. */
  hurry(): Promise<void>;
}

/** Callbacks with a job runner; the body of each is `{"task_id": …}` unless given. */
export async function startDelivery(
  database: TestDatabase,
  options: Partial<CallbacksOptions> & { concurrency?: number; running?: boolean } = {},
): Promise<Delivery> {
  const { pool, url } = database;
  const fetchPublic = createGuardedFetch({ allowLoopback: false });
  const fetchLoopback = createGuardedFetch({ allowLoopback: true });
  const accountId = newId();
  const nodeId = newId();
  const callbacks = new Callbacks({
    pool,
    fetchPublic,
    fetchLoopback,
    loopbackAllowedFor: ['test'],
    secretKey: 'a secret of the server under test',
    renderBody: async (taskId) => ({ body: JSON.stringify({ task_id: taskId, status: 'success' }) }),
    callbacksPer10s: 1_000_000,
    clock: systemClock,
    steady: steadyClock,
    log: silentLog,
    ...options,
  });
  const { concurrency } = options;
  const jobs = createJobs({ url, handlers: callbacks.jobHandlers, nodeId, log: silentLog, concurrency });
  await migrateJobs(url, silentLog);
  if (options.running !== false) await jobs.start();
  endings.push(async () => {
    await jobs.stop(100);
    await Promise.all([fetchPublic.close(), fetchLoopback.close()]);
    // What one test leaves for later must not run in the next one.
    await pool.query('delete from graphile_worker._private_jobs');
  });
  return {
    accountId,
    owner: { accountId, testMode: true },
    callbacks,
    jobs,
    nodeId,
    enqueue: async (receiverUrl, { copies = 1, testMode = true, taskId = newId() } = {}) => {
      const item = { taskId, accountId, url: receiverUrl, testMode, copies };
      await withTransaction(pool, (client) => callbacks.enqueue(client, [item]));
      const [callback] = await callbacks.list({ owner: { accountId, testMode }, taskId, limit: 1 });
      return callback.id;
    },
    read: async (callbackId) => {
      const { rows } = await pool.query<CallbackRow>('select * from callbacks where id = $1', [callbackId]);
      return rows[0];
    },
    hurry: async () => {
      await pool.query(`select graphile_worker.reschedule_jobs(array(
        select id from graphile_worker.jobs where locked_at is null), run_at := now())`);
      await pool.query(`select pg_notify('jobs:insert', '{"count": 1}')`);
    },
  };
}
