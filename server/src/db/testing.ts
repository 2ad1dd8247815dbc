// A database of its own for each test file: a clone of one migrated template, on a real PostgreSQL that the test run
// starts once (testing-setup.ts). Only for tests.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { pause } from '../lib/time.ts';
import { silentLog } from './log.ts';
import { createPool } from './pool.ts';

/** What the setup of the run gives to each test file; plain data, because it is passed between processes. */
export interface TestServer {
  /** The address of a database from which others can be made and dropped. */
  adminUrl: string;
  templateName: string;
  /** A folder that is removed however the run ends, once every PostgreSQL in it has ended. Any user may enter it. */
  folder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

export interface TestDatabase {
  url: string;
  /** A pool of ten for the test's own use; ended by `drop`. */
  pool: pg.Pool;
  /** Ends the pool and drops the database; throws when another client is still connected. Runs by itself at the end. */
  drop(): Promise<void>;
}

/** A connection that was left open stays for ever; one that was ended is gone once PostgreSQL gets a moment. */
const CLIENTS_GONE_WITHIN_MS = 30_000;

/** The same server and credentials, another database. */
export function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** Runs one statement on a connection of its own. */
export async function runStatement(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}

async function listClients(adminUrl: string, name: string): Promise<string[]> {
  const { rows } = await runStatement(
    adminUrl,
    `select application_name || ': ' || left(query, 100) as client from pg_stat_activity
     where datname = $1 and backend_type = 'client backend'`,
    [name],
  );
  return rows.map((row: { client: string }) => row.client);
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const until = performance.now() + CLIENTS_GONE_WITHIN_MS;
  let clients = await listClients(adminUrl, name);
  while (clients.length > 0 && performance.now() < until) {
    await pause(20);
    clients = await listClients(adminUrl, name);
  }
  await runStatement(adminUrl, `drop database if exists ${name} with (force)`);
  if (clients.length > 0)
    throw new Error(`Connections were left open by this test file: ${clients.join('; ')}`);
}

/**
 * A migrated, otherwise empty database for the calling test file. Call it at the top of the file
 * (`const database = await createTestDatabase()`): it then drops itself after the file's last hook.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, templateName } = inject('testServer');
  const database = await cloneDatabase(adminUrl, templateName);
  afterAll(database.drop);
  return database;
}

/** A database without tables, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const database = await cloneDatabase(inject('testServer').adminUrl, 'template0');
  afterAll(database.drop);
  return database;
}

async function cloneDatabase(adminUrl: string, templateName: string): Promise<TestDatabase> {
  const name = `reelay_test_${randomBytes(6).toString('hex')}`;
  await runStatement(adminUrl, `create database ${name} template ${templateName} strategy file_copy`);
  const url = withDatabase(adminUrl, name);
  const pool = createPool(url, { max: 10, applicationName: 'test', log: silentLog });
  let dropped: Promise<void> | undefined;
  const drop = () => {
    dropped ??= pool.end().then(() => dropDatabase(adminUrl, name));
    return dropped;
  };
  return { url, pool, drop };
}
