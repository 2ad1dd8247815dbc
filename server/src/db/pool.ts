// Connections to PostgreSQL. A server that restarts, a cut cable or a killed backend ends queries with an error and
// never ends the process: idle clients and clients at work both have an error handler.
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
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
  /** How long to wait for a connection, new or released; 5 s if left out. */
  connectTimeoutMs?: number;
}

const INT8_OID = 20;
const JSON_OID = 114;
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/** The client waits this much longer than the server does, so it only gives up on a dead connection. */
const SILENCE_GRACE_MS = 5_000;

function parseBigint(text: string): bigint {
  return BigInt(text);
}

/**
 * How values are read: `int8` as a bigint, because money in a double loses cents; all else as `pg` does it.
 * Set for each client and not for all of `pg`, so that libraries that bring their own pool keep theirs.
 */
export const VALUE_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? parseBigint
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** The usual types, but `json` columns stay text: most are passed on as they are. */
export const rawJsonTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === JSON_OID
      ? (text: string) => text
      : VALUE_TYPES.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** A PostgreSQL array of texts that need no quotes: ids, numbers, hexadecimal. */
export function plainArray(values: readonly (string | number | bigint | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`;
}

/** Makes a pool; it connects on first use. The caller ends it with `pool.end()`. */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const statementMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: options.applicationName,
    types: VALUE_TYPES,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementMs,
    query_timeout: statementMs + SILENCE_GRACE_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  });
  pool.on('error', (error) => options.log.warn({ err: error }, 'connection.lost'));
  keepPoolHealthy(pool, options.log);
  return pool;
}

/** The version of the server, such as `18.1`: a sign of life that changes nothing. */
export async function readServerVersion(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  return rows[0].version;
}

/** Of a server that takes no writes: a standby, or a primary that has been made one. */
const READ_ONLY_CODE = '25006';
/**
 * Errors of a connection whose prepared statements are not the ones that the client expects; a new connection has
 * none.
 */
const STALE_STATEMENT_CODES = new Set(['26000', '42P05']);
const STALE_PLAN_MESSAGE = /^cached plan must not change result type/;

interface ServerError {
  code?: string;
  message?: string;
}

/** Whether the statement failed for the connection that it went over, and may succeed over a new one. */
function isConnectionAtFault({ code, message }: ServerError): boolean {
  if (code === undefined) return false;
  return (
    code === READ_ONLY_CODE ||
    STALE_STATEMENT_CODES.has(code) ||
    (code === '0A000' && STALE_PLAN_MESSAGE.test(message ?? ''))
  );
}

/** Limits how often connections are replaced while a server stays read-only. */
const RENEW_EVERY_MS = 100;

/**
 * Keeps errors of busy clients from ending the process. It also closes the connections to a server that is no longer
 * the right one: after a failover they lead to the standby and would look alive for ever. Busy connections are closed
 * when they are returned.
 */
export function keepPoolHealthy(pool: pg.Pool, log: DatabaseLog): void {
  const idle = new Set<pg.PoolClient>();
  const busy = new Set<pg.PoolClient>();
  const misplaced = new WeakSet<pg.PoolClient>();
  let renewedAt = Number.NEGATIVE_INFINITY;
  const renew = (error: ServerError) => {
    if (performance.now() - renewedAt < RENEW_EVERY_MS) return;
    renewedAt = performance.now();
    log.warn({ err: error }, 'connections.replaced');
    for (const client of busy) misplaced.add(client);
    // The pool notices as it would any other end of the connection.
    for (const client of idle) streamOf(client).destroy();
  };
  pool.on('connect', (client) => {
    // The pool itself listens only while a client is idle; an error of a busy client would end the process.
    client.on('error', () => undefined);
    connectionOf(client).on('errorMessage', (error: ServerError) => {
      if (!isConnectionAtFault(error)) return;
      misplaced.add(client);
      renew(error);
    });
  });
  pool.on('acquire', (client) => {
    idle.delete(client);
    busy.add(client);
  });
  pool.on('release', (_error, client) => {
    busy.delete(client);
    // The pool keeps no client that is ending.
    if (misplaced.has(client)) void client.end().catch(() => undefined);
    else idle.add(client);
  });
  pool.on('remove', (client) => {
    idle.delete(client);
    busy.delete(client);
  });
}

interface WireConnection extends EventEmitter {
  stream: Socket;
}

/** Where the driver reads the server's messages; every statement passes here. */
function connectionOf(client: pg.PoolClient): WireConnection {
  return (client as unknown as { connection: WireConnection }).connection;
}

function streamOf(client: pg.PoolClient): Socket {
  return connectionOf(client).stream;
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const TRANSACTION_ATTEMPTS = 5;

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? (error as { code?: string }).code : undefined;
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. A deadlock or a
 * serialization failure runs the whole of it again, at most five times, so `work` must change nothing outside
 * the database. When the connection is lost at the commit the outcome is unknown and the error is thrown:
 * writes whose result is reported go through `repeatLost`, which finds it out.
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
      const isTransient = code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
      if (!isTransient || attempt === TRANSACTION_ATTEMPTS) throw error;
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
    // A client that cannot roll back is in an unknown state and must not serve anyone else; and a connection that
    // gave no answer is not asked again.
    if (mayHaveWritten(error)) broken = error as Error;
    else {
      await client.query('rollback').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EMFILE', // no descriptor is left for a connection
  'ENFILE',
  'ENETDOWN',
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '28000', // invalid_authorization_specification: only a new connection gets it
  '28P01', // invalid_password: the same
  '3D000', // invalid_catalog_name: the same, of a database that is gone
  '55P03', // lock_not_available
  '57014', // query_canceled: the statement timeout
  '58030', // io_error
]);
/** connection_exception; insufficient_resources, a full disk too; operator_intervention such as a shutdown. */
const UNAVAILABLE_CLASSES = ['08', '53', '57P'];

/** Texts of errors that `pg` throws without a code. */
const unavailableMessage =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|timeout expired|Client was closed)/;

/** Whether the fault is the database's and not the request's, so that the same request may succeed in a moment. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) {
    if (UNAVAILABLE_CODES.has(code) || UNAVAILABLE_CLASSES.some((start) => code.startsWith(start)))
      return true;
    if (code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED) return true;
    if (isConnectionAtFault(error as ServerError)) return true;
  }
  return error instanceof Error && unavailableMessage.test(error.message);
}

const LOCK_FAILURES = new Set([SERIALIZATION_FAILURE, DEADLOCK_DETECTED, '55P03']);

/** Whether the database answers no request at all, in contrast to one row that is locked. */
export function isDatabaseDown(error: unknown): boolean {
  return isDatabaseUnavailable(error) && !LOCK_FAILURES.has(codeOf(error) ?? '');
}

/** Codes of errors before a statement was sent, or instead of its commit; so are those of class 53. */
const UNWRITTEN_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  READ_ONLY_CODE,
  '57P03', // cannot_connect_now
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '28000',
  '28P01',
  '3D000',
]);
const UNCONNECTED_MESSAGE = /^(timeout exceeded when trying to connect|timeout expired)/;

/**
 * Whether a write that failed so may have been committed all the same. A cancelled or ended session counts: PostgreSQL
 * may have heard of that just after the commit.
 */
export function mayHaveWritten(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  const isUnwritten = UNWRITTEN_CODES.has(code) || code.startsWith('53');
  const isUnconnected = error instanceof Error && UNCONNECTED_MESSAGE.test(error.message);
  return isDatabaseDown(error) && !isUnwritten && !isUnconnected;
}
