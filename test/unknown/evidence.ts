// What is known at the end of a run, from two independent sides: the logs of the emulators, and the rows of
// the database.
import type { Pool } from 'pg';
import type { AcceptedJob } from '../../emulators/core/accepted-log.ts';
import type { Emulators } from './emulators.ts';
import type { Order } from './orders.ts';
import { ROUTES, type Route } from './routes.ts';

export interface Task {
  id: string;
  /** The key of its order. */
  key: string;
  state: string;
  error: string | null;
  /** Micro-credits. */
  price: string;
  captured: string | null;
  outputs: number;
  hasEnded: boolean;
}

export interface Attempt {
  taskId: string;
  epoch: number;
  provider: Route;
  state: string;
  reason: string | null;
  detail: string | null;
  /** What is kept of the provider's answer; null when none is known. */
  reference: string | null;
  /** Whether the timeline says that its outcome was unknown for a time. */
  wasUnknown: boolean;
}

export interface Evidence {
  orders: readonly Order[];
  /** Orders that were finally refused. */
  refusals: readonly string[];
  tasks: Task[];
  attempts: Attempt[];
  /** From the emulators' own logs. */
  accepted: AcceptedJob[];
  /** Jobs whose callback got a good answer. */
  heard: ReadonlySet<string>;
  /** What was charged for it, by task: micro-credits of each capture. */
  charges: ReadonlyMap<string, string[]>;
  /** Their number, by task. */
  losses: ReadonlyMap<string, number>;
  /** Micro-credits that are still held in all accounts. */
  held: string;
  /** What `reelay credits audit` printed. */
  audit: readonly unknown[];
  /** Processes that ended without being killed by the proof, and errors in their logs. */
  incidents: readonly string[];
}

async function readTasks(pool: Pool): Promise<Task[]> {
  const { rows } = await pool.query<Task>(
    `select id, idempotency_key as key, state, result_error as error, price::text, captured::text,
       coalesce(json_array_length(outputs), 0) as outputs, due_at is null as "hasEnded" from tasks order by id`,
  );
  return rows;
}

async function readAttempts(pool: Pool): Promise<Attempt[]> {
  const { rows } = await pool.query<Attempt>(
    `select a.task_id as "taskId", a.epoch, a.provider, a.state, a.reason, a.detail, a.reference::text as reference,
       exists (select from task_events e where e.task_id = a.task_id and e.name = 'attempt.unknown'
         and (e.detail->>'attempt')::integer = a.epoch) as "wasUnknown"
     from attempts a order by a.task_id, a.epoch`,
  );
  return rows;
}

async function readGroups<Value>(pool: Pool, sql: string): Promise<Map<string, Value>> {
  const { rows } = await pool.query<{ id: string; value: Value }>(sql);
  return new Map(rows.map(({ id, value }) => [id, value]));
}

/** Ids of the jobs whose callback arrived. */
export async function readHeard(emulators: Emulators): Promise<Set<string>> {
  const deliveries = (await Promise.all(ROUTES.map((route) => emulators.deliveries(route)))).flat();
  return new Set(
    deliveries.flatMap(({ jobId, status, isForged }) => (status === 200 && !isForged ? [jobId] : [])),
  );
}

/** Reads everything. The emulators may have ended; what they only reported while they ran is passed in. */
export async function gather(
  pool: Pool,
  emulators: Emulators,
  seen: Pick<Evidence, 'orders' | 'refusals' | 'audit' | 'incidents' | 'heard'>,
): Promise<Evidence> {
  const { rows } = await pool.query<{ held: string }>(
    'select coalesce(sum(held), 0)::text as held from balances',
  );
  return {
    ...seen,
    tasks: await readTasks(pool),
    attempts: await readAttempts(pool),
    accepted: await emulators.accepted(),
    charges: await readGroups(
      pool,
      `select task_id as id, array_agg((-amount)::text) as value from transfers where kind = 'capture' group by task_id`,
    ),
    losses: await readGroups(
      pool,
      `select task_id as id, count(*)::integer as value from transfers where kind = 'loss' group by task_id`,
    ),
    held: rows[0].held,
  };
}
