// Connections to PostgreSQL. A server that restarts, a cut cable or a killed backend ends queries with an error and
// never ends the process: idle clients and clients at work both have an error handler.
import pg from 'pg';
import { pause } from '../lib/time.ts';
import type { DatabaseLog } from './log.ts';

export interface PoolOptions {
  /** Most connections at once. */
  max: number;
  /** Shown by PostgreSQL in pg_stat_activity. */
  applicationName: string;
  log: DatabaseLog;
  /** A statement is cancelled after this long; 15 s when not given. */
  statementTimeoutMs?: number;
  /** How long to wait for a connection, new or given back; 5 s when not given. */
  connectTimeoutMs?: number;
}

const int8Oid = 20;
const connectTimeoutMs = 5_000;
const idleTimeoutMs = 30_000;
const lockTimeoutMs = 5_000;
const idleInTransactionTimeoutMs = 15_000;
const statementTimeoutMs = 15_000;
/** The client gives up this much later than the server: only a dead connection gets that far. */
const silenceGraceMs = 5_000;

function parseBigint(text: string): bigint {
  return BigInt(text);
}

/**
 * How values are read: `int8` as a bigint, because money in a double loses cents; all else as `pg` does it.
 * Set for each client and not for all of `pg`, so that libraries that bring their own pool keep theirs.
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8Oid && format !== 'binary'
      ? parseBigint
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** Makes a pool; it connects on first use. The caller ends it with `pool.end()`. */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const statementMs = options.statementTimeoutMs ?? statementTimeoutMs;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: options.applicationName,
    types: valueTypes,
    connectionTimeoutMillis: options.connectTimeoutMs ?? connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementMs,
    query_timeout: statementMs + silenceGraceMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
  });
  const report = (error: Error) => options.log.warn({ err: error }, 'A database connection was lost');
  pool.on('error', report);
  // The pool itself listens only while a client is idle; one at work would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const transactionAttempts = 5;

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? (error as { code?: string }).code : undefined;
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. A deadlock or a
 * serialization failure runs the whole of it again, at most five times, so `work` must change nothing outside
 * the database. When the connection is lost at the commit the outcome is unknown and the error is thrown:
 * who must know reads back by key.
 */
export async function withTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runTransaction(pool, work);
    } catch (error) {
      const code = codeOf(error);
      const isTransient = code === serializationFailure || code === deadlockDetected;
      if (!isTransient || attempt === transactionAttempts) throw error;
      await pause(attempt * (5 + Math.random() * 20));
    }
  }
}

async function runTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A client that cannot roll back is in an unknown state and must not serve anyone else.
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled: the statement timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '25P03', // idle_in_transaction_session_timeout
]);

/** Texts of errors that `pg` throws without a code. */
const unavailableMessage =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|timeout expired|Client was closed)/;

/** Whether the database, and not the request, is at fault: the same request may well succeed in a moment. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) {
    if (unavailableCodes.has(code) || code.startsWith('08') || code.startsWith('53')) return true;
    if (code === serializationFailure || code === deadlockDetected) return true;
  }
  return error instanceof Error && unavailableMessage.test(error.message);
}

const lockFailures = new Set([serializationFailure, deadlockDetected, '55P03']);

/** Whether the database answers nobody, as opposed to one row that somebody else holds. */
export function isDatabaseDown(error: unknown): boolean {
  return isDatabaseUnavailable(error) && !lockFailures.has(codeOf(error) ?? '');
}
