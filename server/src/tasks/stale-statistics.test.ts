// A long history whose statistics were taken while nothing was open, followed by many open tasks: the planner takes the
// indexes of open rows for empty. That must not matter to a statement that names its rows. Each function of the stores is
// called for a batch, and the blocks that PostgreSQL touched for it are counted.
import type { Pool, PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import * as callbacks from '../callbacks/callbacks.store.ts';
import { silentLog } from '../db/log.ts';
import { createPool, withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import * as dispatch from '../dispatch/dispatch.store.ts';
import { newId } from '../lib/ids.ts';
import * as looks from '../work/looks.store.ts';
import * as marks from '../work/marks.store.ts';
import * as attempts from './attempts.store.ts';
import * as create from './create.store.ts';
import type { TaskState } from './task.ts';
import * as tasks from './tasks.store.ts';

const ENDED = 40_000;
const OPEN = 10_000;
/** Small, since a walk over everything that is open costs the same for one task as for a hundred. */
const BATCH = 4;
/** The end of a task is the most expensive: it writes eleven rows in eight tables, 61 blocks. A walk would be hundreds. */
const BLOCKS_A_TASK_MAX = 80;
const LEASE_MS = 60_000;
const database = await createTestDatabase();
const accountId = newId();
const keyId = newId();
const nodeId = newId();
const credentialId = newId();

const INSERT_TASKS = `insert into tasks (id, account_id, key_id, book, model, input, state, epoch, due_at, deadline_at, price,
  completed_at, node_id) select gen_random_uuid(), $1, $2, 'live', 'a/model', '{}', `;
const INSERT_ATTEMPTS = `insert into attempts (task_id, epoch, provider, state, reference, ended_at, credential_id, account_id,
  key_id, model, offer, look_at) select id, 1, 'ark', `;
const INSERT_CALLBACKS = `insert into callbacks (id, task_id, account_id, url, test_mode, state, next_try_at, completed_at)
  select id, id, account_id, 'https://example.com/', false, `;

async function fill(): Promise<void> {
  const { pool } = database;
  // From here on the statistics stay as they are, and no other process reads the tables.
  for (const table of ['tasks', 'attempts', 'callbacks'])
    await pool.query(`alter table ${table} set (autovacuum_enabled = false)`);
  await pool.query(`insert into balances values ($1, 'live', 1000000000, $2)`, [accountId, OPEN + 1]);
  await pool.query(`insert into accounts (id, name) values ($1, 'a')`, [accountId]);
  await pool.query(
    `insert into api_keys (id, account_id, mode, name, hint) values ($1, $2, 'live', 'a', 'a')`,
    [keyId, accountId],
  );
  await pool.query(
    `${INSERT_TASKS} 'succeeded', 1, null, now(), 1, now() - interval '1 day', null from generate_series(1, ${ENDED})`,
    [accountId, keyId],
  );
  await pool.query(
    `${INSERT_ATTEMPTS} 'succeeded', '{"id":"x"}', now(), $1, account_id, key_id, model, 'ark', null from tasks`,
    [credentialId],
  );
  await pool.query(`${INSERT_CALLBACKS} 'delivered', null, now() from tasks`);
  await pool.query('vacuum analyze tasks, attempts, callbacks');
  await pool.query(
    `${INSERT_TASKS} 'running', 1, now() + interval '1 hour', now() + interval '1 hour', 1, null, null
     from generate_series(1, ${OPEN})`,
    [accountId, keyId],
  );
  await pool.query(
    `${INSERT_ATTEMPTS} 'accepted', '{"id":"x"}', null, $1, account_id, key_id, model, 'ark', now() + interval '1 hour'
     from tasks where completed_at is null`,
    [credentialId],
  );
  await pool.query(`${INSERT_CALLBACKS} 'pending', now(), null from tasks where completed_at is null`);
}

await fill();

/** The tasks of one call, resting at their provider; `prepare` changes them to what the call needs. */
interface Batch {
  ids: string[];
  names: attempts.AttemptName[];
}

interface Call {
  /** SQL that is run on the tasks ($1) before the call. */
  prepare?: string;
  run(pool: Pool, batch: Batch): Promise<unknown>;
}

let taken = 0;
async function takeBatch(prepare: string | undefined): Promise<Batch> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select id from tasks where completed_at is null order by id limit ${BATCH} offset $1`,
    [taken],
  );
  taken += BATCH / 2;
  const ids = rows.map(({ id }) => id);
  if (prepare !== undefined) await database.pool.query(prepare, [ids]);
  return { ids, names: ids.map((taskId) => ({ taskId, epoch: 1 })) };
}

const each =
  (work: (pool: Pool, id: string) => Promise<unknown>): Call['run'] =>
  async (pool, { ids }) => {
    for (const id of ids) await work(pool, id);
  };
const inTransaction =
  (work: (client: PoolClient, batch: Batch) => Promise<unknown>): Call['run'] =>
  (pool, batch) =>
    withTransaction(pool, (client) => work(client, batch));

const owner = { accountId, book: 'live' } as const;
const DUE = 'update tasks set due_at = now() where id = any($1)';
const MINE = `update tasks set node_id = '${nodeId}' where id = any($1)`;
const attemptState = (state: string) =>
  `update attempts set state = '${state}', reference = null where task_id = any($1)`;

const CALLS: Record<string, Call> = {
  readLastAttempt: { run: each((pool, id) => attempts.readLastAttempt(pool, id)) },
  readAttempts: { run: (pool, { names }) => attempts.readAttempts(pool, names) },
  markIntents: {
    prepare: attemptState('assigned'),
    run: (pool, { names }) => attempts.markIntents(pool, names),
  },
  readTried: { run: each((pool, id) => attempts.readTried(pool, id)) },
  updateAttempt: {
    run: each((pool, taskId) =>
      attempts.updateAttempt(
        pool,
        { taskId, epoch: 1, taskEpoch: 1 },
        { state: 'failed', detail: 'x', ended: true },
      ),
    ),
  },
  leaveAttempts: { run: inTransaction((client, { ids }) => attempts.leaveAttempts(client, ids)) },
  endAttempts: {
    run: inTransaction((client, { names }) =>
      attempts.endAttempts(
        client,
        names.map((name) => ({ ...name, state: 'succeeded' as const })),
      ),
    ),
  },
  insertEvent: {
    run: each((pool, id) => attempts.insertEvent(pool, { id, epoch: 1 }, { name: 'x', detail: {} })),
  },
  listEvents: { run: each((pool, id) => attempts.listEvents(pool, id, 0n)) },
  removeDeadNodes: {
    prepare: `with n as (insert into nodes (id, host, process_id) values ('${nodeId}', 'h', 1)) ${MINE}`,
    run: (pool) => attempts.removeDeadNodes(pool, { ids: [nodeId], silentMs: LEASE_MS }),
  },
  insertTasks: {
    run: (pool) =>
      create.insertTasks(
        pool,
        Array.from({ length: BATCH }, (_, at) => ({
          id: newId(),
          ...owner,
          keyId,
          door: 'crun',
          model: 'a/model',
          input: '{}',
          callbackUrl: null,
          priceMicros: 1n,
          priceVersion: '1',
          idempotencyKey: `${at}`,
          requestDigest: Buffer.alloc(32),
          lifetimeMs: LEASE_MS,
          skipsRender: false,
          source: 'api',
          metadata: null,
        })),
      ),
  },
  findReplayed: {
    prepare: 'update tasks set idempotency_key = id::text where id = any($1)',
    run: each((pool, id) =>
      create.findReplayed(pool, { ...owner, idempotencyKey: id, requestDigest: Buffer.alloc(32) }),
    ),
  },
  readTasks: {
    run: (pool, { ids }) =>
      tasks.readTasks(
        pool,
        ids.map((id) => ({ id, ...owner })),
      ),
  },
  readTasksById: { run: (pool, { ids }) => tasks.readTasksById(pool, ids) },
  renewLeases: {
    prepare: MINE,
    run: (pool, { ids }) => tasks.renewLeases(pool, { nodeId, taskIds: ids, leaseMs: LEASE_MS }),
  },
  releaseTask: { run: each((pool, id) => tasks.releaseTask(pool, { id, epoch: 1 }, 3_600_000)) },
  markStoring: { run: each((pool, id) => tasks.markStoring(pool, { id, epoch: 1 })) },
  requestCancel: { run: each((pool, id) => tasks.requestCancel(pool, { id, ...owner }, 'client')) },
  lockEndable: {
    run: inTransaction((client, { ids }) =>
      tasks.lockEndable(
        client,
        ids.map((id) => ({ id, epoch: 1 })),
      ),
    ),
  },
  findEnded: {
    run: inTransaction((client, { ids }) =>
      tasks.findEnded(
        client,
        ids.map((id) => ({ id, epoch: 1, state: 'failed' })),
      ),
    ),
  },
  settleTasks: {
    run: inTransaction((client, { ids }) =>
      tasks.settleTasks(
        client,
        ids.map((id) => ({
          id,
          epoch: 1,
          state: 'succeeded' as TaskState,
          captured: '1',
          transfer_id: newId(),
          provider: 'ark',
          model_version: null,
          result_error: null,
          result_message: 'success',
          result_usage: {},
          outputs: [],
        })),
      ),
    ),
  },
  recordAccepted: {
    prepare: attemptState('intent'),
    run: (pool, { names }) =>
      looks.recordAccepted(
        pool,
        names.map((name) => ({ ...name, provider: 'ark', reference: { id: 'x' }, lookMs: LEASE_MS })),
      ),
  },
  recordUnknown: {
    prepare: attemptState('intent'),
    run: each((pool, taskId) =>
      looks.recordUnknown(pool, { taskId, epoch: 1, detail: 'x', lookMs: LEASE_MS }),
    ),
  },
  parkTask: {
    run: each((pool, id) => looks.parkTask(pool, { id, epoch: 1 }, { epoch: 1, lookMs: LEASE_MS })),
  },
  claimLooks: {
    prepare: 'update attempts set look_at = now() where task_id = any($1)',
    run: (pool) => looks.claimLooks(pool, [{ credentialId, room: BATCH, intervalMinMs: LEASE_MS }]),
  },
  claimHintedLooks: {
    run: (pool, { names }) =>
      looks.claimHintedLooks(
        pool,
        names.map((name) => ({ ...name, credentialId, intervalMinMs: LEASE_MS })),
      ),
  },
  hintLooks: {
    run: (pool, { names }) =>
      looks.hintLooks(
        pool,
        names.map((name) => ({ ...name, isOpen: false, isRepeated: true })),
      ),
  },
  'hintLooks that adopts': {
    prepare: attemptState('unknown'),
    run: (pool, { names }) =>
      looks.hintLooks(
        pool,
        names.map((name) => ({ ...name, reference: { id: 'x' }, isOpen: false, isRepeated: false })),
      ),
  },
  postponeLook: {
    run: each((pool, taskId) => looks.postponeLook(pool, { taskId, epoch: 1 }, LEASE_MS)),
  },
  takeTasks: {
    run: (pool, { ids }) =>
      looks.takeTasks(
        pool,
        ids.map((id) => ({ id, epoch: 1, nodeId, leaseMs: LEASE_MS, storing: true })),
      ),
  },
  markMade: { run: each((pool, taskId) => marks.markMade(pool, { taskId, epoch: 1, detail: 'x' })) },
  markUnreadable: {
    run: each((pool, taskId) => marks.markUnreadable(pool, { taskId, epoch: 1, detail: 'x', isMade: false })),
  },
  clearUnreadable: {
    run: each((pool, taskId) => marks.clearUnreadable(pool, { taskId, epoch: 1, isAtWork: true })),
  },
  endAttempt: {
    run: each((pool, taskId) =>
      looks.endAttempt(pool, { taskId, epoch: 1 }, { state: 'failed', detail: 'x' }),
    ),
  },
  endLateAttempt: {
    run: inTransaction(async (client, { names }) => {
      for (const name of names) await looks.endLateAttempt(client, { ...name, outputs: [], usage: {} });
    }),
  },
  attachLate: {
    run: inTransaction(async (client, { names }) => {
      for (const name of names) await looks.attachLate(client, { ...name, outputs: [], usage: {} });
    }),
  },
  readCandidates: {
    prepare: DUE,
    run: inTransaction((client) => dispatch.readCandidates(client, { queueMax: BATCH, fullKeys: [] })),
  },
  claimAssigned: {
    prepare: DUE,
    run: inTransaction((client, { ids }) =>
      dispatch.claimAssigned(client, {
        nodeId,
        leaseMs: LEASE_MS,
        assignments: ids.map((taskId) => ({
          taskId,
          kind: 'start' as const,
          provider: 'ark',
          offer: 'ark',
          credentialId,
          usualSeconds: 60,
        })),
      }),
    ),
  },
  insertCallbacks: {
    prepare: 'delete from callbacks where task_id = any($1)',
    run: inTransaction((client, { ids }) =>
      callbacks.insertCallbacks(
        client,
        ids.map((taskId) => ({
          id: newId(),
          taskId,
          accountId,
          url: 'https://example.com/',
          testMode: false,
          occasion: 'end' as const,
        })),
      ),
    ),
  },
  readSendable: { run: (pool, { ids }) => callbacks.readSendable(pool, ids) },
  readCallback: { run: each((pool, id) => callbacks.readCallback(pool, id, { accountId, testMode: false })) },
  listDeliveries: { run: each((pool, id) => callbacks.listDeliveries(pool, id, 10)) },
  readLastDeliveries: { run: (pool, { ids }) => callbacks.readLastDeliveries(pool, ids) },
  markFailedReplayed: {
    prepare: `update callbacks set state = 'failed', next_try_at = null, completed_at = now() where id = any($1)`,
    run: inTransaction((client) =>
      callbacks.markFailedReplayed(
        client,
        { accountId, testMode: false },
        { replayId: newId(), everySeconds: 60, triesMax: 100, limit: BATCH },
      ),
    ),
  },
  recordDeliveries: {
    run: inTransaction((client, { ids }) =>
      callbacks.recordDeliveries(
        client,
        ids.map((callbackId) => ({
          callbackId,
          trigger: 'schedule' as const,
          step: 0,
          state: 'delivered' as const,
          delayMs: null,
          sentAtMs: 0,
          durationMs: 1,
          httpStatus: 200,
          error: null,
          responseHead: null,
        })),
      ),
    ),
  },
  removeTask: {
    prepare: `update tasks set state = 'failed', due_at = null, node_id = null, completed_at = now() where id = any($1)`,
    run: each((pool, id) => tasks.removeTask(pool, { ...owner, id })),
  },
};

/** Functions that read a queue, a list or a small table, and name no tasks. */
const NO_STATEMENT_BY_ID = [
  'readUnrendered, saveNode, removeNode, listNodes, listTasks, claimOverdue, removeOldTasks, takeDispatchLock, readLoads',
  'readCaps, readRateRooms, countStarts, readQueues, listCallbacks, deleteOldCallbacks, lockSecrets, readCurrentSecret',
  'expireSecrets, insertSecret, hasSecret, lockForReplay, markReplayed, readSecretTimes, readUsualTimes',
].flatMap((names) => names.split(', '));

async function countBlocks(pool: Pool): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ blocks: number }>(
    `select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0))::float8 as blocks
     from pg_statio_user_tables`,
  );
  return rows[0].blocks;
}

/**
 * The blocks that calls touch, for each way of planning. One connection, so that its statistics count these calls only.
 */
async function measure(
  planning: 'force_generic_plan' | 'force_custom_plan',
): Promise<Record<string, number>> {
  const url = new URL(database.url);
  url.searchParams.set('options', `-c plan_cache_mode=${planning}`);
  const pool = createPool(url.href, { max: 1, applicationName: 'measured', log: silentLog });
  const dear: Record<string, number> = {};
  try {
    for (const [name, { prepare, run }] of Object.entries(CALLS)) {
      const batch = await takeBatch(prepare);
      const before = await countBlocks(pool);
      await run(pool, batch);
      const blocks = ((await countBlocks(pool)) - before) / BATCH;
      if (blocks > BLOCKS_A_TASK_MAX || blocks === 0) dear[name] = blocks;
    }
  } finally {
    await pool.end();
  }
  return dear;
}

describe('after a long history, with statistics from when nothing was open', () => {
  it('a statement by id touches few blocks a task', async () => {
    expect(await measure('force_generic_plan')).toEqual({});
    expect(await measure('force_custom_plan')).toEqual({});
  });

  it('every function of the stores of tasks and callbacks is measured, or names no tasks', () => {
    const functions = [attempts, callbacks, create, dispatch, looks, tasks].flatMap((store) =>
      Object.entries(store).flatMap(([name, value]) => (typeof value === 'function' ? name : [])),
    );
    const known = Object.keys(CALLS).concat(NO_STATEMENT_BY_ID);
    expect(functions.filter((name) => !known.includes(name))).toEqual([]);
  });
});
