// Background jobs on graphile-worker: jobs are added inside Reelay's own transactions and survive every crash. The
// locks of a runner carry the id of its node, so that the locks of a dead node are recognised and released at once,
// instead of after the library's four hours. A runner that ends by itself (the database was away for long) is started
// again.
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  type CronItem,
  Logger,
  parseCronItems,
  type Runner,
  run,
  runMigrations,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import pg from 'pg';
import { MINUTE_MS, pause, SECOND_MS } from '../lib/time.ts';
import { HeldJobs } from './held-jobs.ts';
import type { DatabaseLog } from './log.ts';
import { keepPoolHealthy } from './pool.ts';

/**
 * Runs one job. A rejection puts the job back, to be run again after a growing pause. The signal aborts when the
 * process has to stop: a handler that gives up then rejects, and another process runs the job.
 */
export type JobHandler = (payload: unknown, signal: AbortSignal) => Promise<void>;

/** A job that runs at fixed times, on one node only. */
export interface CronJob {
  /** Name of the handler. */
  name: string;
  /** Five fields as in crontab, in UTC. */
  match: string;
}

export interface NewJob {
  name: string;
  payload: object;
  /** From now, on the clock of the database; at once when not given. */
  delayMs?: number;
  /** A job that waits under the same key is replaced. */
  jobKey?: string;
  /** How often the job is tried, crashes of the process included; 25 when not given. */
  maxAttempts?: number;
}

export interface JobsOptions {
  url: string;
  handlers: Record<string, JobHandler>;
  crons?: CronJob[];
  /** The row of this process in `nodes`. */
  nodeId: string;
  log: DatabaseLog;
  /** Jobs at once; 200 when not given. They share a few connections, so that one that waits costs nothing. */
  concurrency?: number;
}

const CONNECTIONS_MAX = 5;
const DEFAULT_CONCURRENCY = 200;
const POLL_INTERVAL_MS = 500;
const RESTART_PAUSE_MS = SECOND_MS;
const GRACE_MS = SECOND_MS;
const CRON_ATTEMPTS_MAX = 3;
/** A lock without a node is kept this long, because its node may be about to register. */
const STRAY_LOCK_MS = MINUTE_MS;
const LOCK_PREFIX = 'node';
/** Long enough that no fetch of before is still under way. */
const LOST_AFTER_MS = 5 * SECOND_MS;
/** How the library's message about a failed fetch of jobs begins. */
const FETCH_FAILURE = /^Error occurred fetching jobs/;

/** Brings the tables of the job queue up to date. Needed before the first `addJobs`, also where no job runs. */
export async function migrateJobs(url: string, log: DatabaseLog): Promise<void> {
  await runMigrations({ connectionString: url, maxPoolSize: 1, logger: createLibraryLog(log) });
}

/** Adds jobs in the caller's transaction: they exist if and when it commits. One statement for all of them. */
export async function addJobs(client: pg.ClientBase | pg.Pool, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const specs = jobs.map((job) => ({
    identifier: job.name,
    payload: job.payload,
    delay_ms: job.delayMs ?? null,
    job_key: job.jobKey ?? null,
    max_attempts: job.maxAttempts ?? null,
  }));
  await client.query({
    name: 'jobs-add',
    text: `select count(*) from graphile_worker.add_jobs(array(
             select (s.identifier, s.payload, null, now() + s.delay_ms * interval '1 millisecond',
                     s.max_attempts, s.job_key, null, null)::graphile_worker.job_spec
             from json_to_recordset($1) s
               (identifier text, payload json, delay_ms double precision, job_key text, max_attempts smallint)
           ))`,
    values: [JSON.stringify(specs)],
  });
}

/** How many jobs of this name wait or run, up to `max`. */
export async function countJobs(client: pg.ClientBase | pg.Pool, name: string, max: number): Promise<number> {
  const { rows } = await client.query<{ jobs: number }>(
    `select count(*)::integer as jobs from (
       select from graphile_worker.jobs where task_identifier = $1 limit $2) found`,
    [name, max],
  );
  return rows[0].jobs;
}

/**
 * Gives back the jobs that dead nodes have locked, and those of nodes that are not known at all. Call it once a node
 * has been found dead, and when a node starts. Returns how many jobs are free again; they run within a second.
 */
export async function unlockDeadWorkers(
  client: pg.ClientBase | pg.Pool,
  deadNodeIds: readonly string[],
): Promise<number> {
  const { rows } = await client.query<{ locked_by: string; jobs: number }>(
    `select j.locked_by, count(*)::integer as jobs
     from graphile_worker.jobs j
     where j.locked_by is not null and (
       split_part(j.locked_by, ':', 2) = any($1::text[])
       or (j.locked_at < now() - $2 * interval '1 millisecond'
           and not exists (select from nodes n where n.id::text = split_part(j.locked_by, ':', 2))))
     group by 1`,
    [deadNodeIds, STRAY_LOCK_MS],
  );
  if (rows.length === 0) return 0;
  const locks = rows.map((row) => row.locked_by);
  await client.query('select graphile_worker.force_unlock_workers($1::text[])', [locks]);
  return rows.reduce((sum, row) => sum + row.jobs, 0);
}

/** Makes the job runner of this process; nothing runs before `start`. */
export function createJobs(options: JobsOptions): Jobs {
  return new Jobs(options);
}

/** States: idle → running (started again whenever the library gives up) → stopping → idle. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #tasks: TaskList;
  #pool: pg.Pool | undefined;
  #runner: Runner | undefined;
  #supervision: Promise<void> = Promise.resolve();
  /** What the runner of this moment holds. */
  #held: HeldJobs | undefined;
  #fetchFailures = 0;
  #search: Promise<void> | undefined;
  /** What the current runner writes into its locks. */
  #lockName = '';
  #stopping = new AbortController();
  /** Asks the handlers to stop. A moment later the process no longer waits for those that have not. */
  #outOfTime = new AbortController();
  #leftBehind = new AbortController();

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#tasks = Object.fromEntries(
      Object.entries(options.handlers).map(([name, handler]) => [
        name,
        (payload: unknown) => this.#perform(name, handler, payload),
      ]),
    );
  }

  /** Brings the queue's tables up to date and begins to run jobs. */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#outOfTime = new AbortController();
    this.#leftBehind = new AbortController();
    const pool = createRunnerPool(this.#options);
    const runner = await this.#startRunner(pool).catch(async (error: unknown) => {
      await pool.end();
      throw error;
    });
    this.#pool = pool;
    this.#supervision = this.#supervise(pool, runner);
  }

  /**
   * Takes no more jobs and waits up to `drainMs` for those that run; then their signals abort, and a job that does not
   * end even so goes back to the queue.
   */
  async stop(drainMs = 5 * SECOND_MS): Promise<void> {
    if (this.#pool === undefined) return;
    this.#stopping.abort();
    const runner = this.#runner;
    const abortTimer = setTimeout(() => this.#outOfTime.abort(), drainMs);
    const leaveTimer = setTimeout(() => this.#leftBehind.abort(), drainMs + GRACE_MS);
    await runner?.stop().catch(this.#report);
    await this.#supervision;
    await this.#search;
    clearTimeout(abortTimer);
    clearTimeout(leaveTimer);
    await this.#pool.end();
    this.#pool = undefined;
  }

  readonly #report = (error: unknown): void => {
    this.#options.log.warn({ err: error }, 'job_runner.stop_failed');
  };

  async #perform(name: string, handler: JobHandler, payload: unknown): Promise<void> {
    const { promise: abandonment, reject: abandon } = Promise.withResolvers<never>();
    const leave = () => abandon(new Error('The process ends before the job'));
    this.#leftBehind.signal.addEventListener('abort', leave, { once: true });
    try {
      await Promise.race([handler(payload, this.#outOfTime.signal), abandonment]);
    } catch (error) {
      const isStopping = this.#outOfTime.signal.aborted;
      if (!isStopping) this.#options.log.error({ err: error, job: name }, 'job.failed');
      throw error;
    } finally {
      this.#leftBehind.signal.removeEventListener('abort', leave);
    }
  }

  /** Starts the library's runner again until `stop` is called. */
  async #supervise(pool: pg.Pool, first: Runner): Promise<void> {
    let runner: Runner | undefined = first;
    while (!this.#stopping.signal.aborted) {
      if (runner !== undefined) {
        const reason = await runner.promise.then(
          () => 'it ended by itself',
          (error: unknown) => error,
        );
        if (this.#stopping.signal.aborted) return;
        this.#options.log.error({ err: reason }, 'job_runner.ended');
      }
      await pause(RESTART_PAUSE_MS, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      runner = await this.#startRunner(pool).catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'job_runner.start_failed');
        return undefined;
      });
    }
    // It may have started while the stop was under way.
    if (runner !== undefined && runner !== first) await runner.stop().catch(() => undefined);
  }

  async #startRunner(pool: pg.Pool): Promise<Runner> {
    const { nodeId, log, crons = [], concurrency = DEFAULT_CONCURRENCY } = this.#options;
    if (this.#lockName !== '') {
      await pool.query('select graphile_worker.force_unlock_workers($1::text[])', [[this.#lockName]]);
    }
    this.#lockName = `${LOCK_PREFIX}:${nodeId}:${randomBytes(6).toString('hex')}`;
    const events: WorkerEvents = new EventEmitter();
    // The library remembers for ever how the first query of a runner ended: one whose first fetch has failed repeats
    // that error at each poll and never takes a job. Such a runner is ended, and a new one is started.
    const firstFailure = Promise.withResolvers<void>();
    const held = new HeldJobs(events);
    this.#held = held;
    const libraryLog = createLibraryLog(log, (message) => {
      if (!FETCH_FAILURE.test(message)) return;
      if (held.hasFetched) this.#seekLost(pool);
      else firstFailure.resolve();
    });
    // The library names each of its runners at random and writes that name into every lock. It announces a runner
    // before it takes its first job, and reads the name again each time.
    events.on('pool:create', ({ workerPool }) => {
      workerPool.id = this.#lockName;
    });
    const runner = await run(
      {
        pgPool: pool,
        events,
        logger: libraryLog,
        noHandleSignals: true,
        preset: {
          worker: {
            concurrentJobs: concurrency,
            pollInterval: POLL_INTERVAL_MS,
            // Takes and completes jobs in batches: one round trip for each would be most of the cost of a short job.
            localQueue: { size: concurrency },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      },
      this.#tasks,
      parseCronItems(crons.map(toCronItem)),
    );
    void firstFailure.promise.then(() => runner.stop()).catch(() => undefined);
    this.#runner = runner;
    return runner;
  }

  /** After a fetch that failed, or whose answer was lost: gives back the jobs that it may have locked. */
  #seekLost(pool: pg.Pool): void {
    this.#fetchFailures += 1;
    this.#search ??= this.#giveBackLost(pool).finally(() => {
      this.#search = undefined;
    });
  }

  async #giveBackLost(pool: pg.Pool): Promise<void> {
    let seen: number;
    do {
      seen = this.#fetchFailures;
      await pause(LOST_AFTER_MS, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      const found = await this.#held?.giveBackOthers(pool, this.#lockName).catch((err: unknown) => {
        this.#options.log.warn({ err }, 'jobs.not_searched');
        this.#fetchFailures += 1;
        return 0;
      });
      if (found) this.#options.log.warn({ jobs: found }, 'jobs.given_back');
    } while (seen !== this.#fetchFailures);
  }
}

function toCronItem({ name, match }: CronJob): CronItem {
  // A job that still waits from last time is replaced, so that jobs do not pile up.
  return { task: name, match, identifier: name, options: { jobKey: name, maxAttempts: CRON_ATTEMPTS_MAX } };
}

/**
 * Not `createPool`: the library reads its ids as text, and its wait for notices takes longer than any statement
 * timeout.
 */
function createRunnerPool({ url, log }: JobsOptions): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX, application_name: 'reelay-jobs' });
  pool.on('error', (error) => log.warn({ err: error }, 'connection.lost'));
  keepPoolHealthy(pool, log);
  return pool;
}

/** Passes on only the library's errors. Failed jobs are logged where they fail. */
function createLibraryLog(log: DatabaseLog, onError?: (message: string) => void): Logger {
  return new Logger(() => (level, message, meta) => {
    if (level !== 'error' || meta?.failure === true) return;
    log.warn({ library: 'graphile-worker', message }, 'job_library.failed');
    onError?.(message);
  });
}
