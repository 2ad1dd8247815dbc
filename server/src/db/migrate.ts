// Brings the database to the form that this code expects: numbered SQL files, forward only, each in a transaction
// unless its first line says otherwise.
// A released file never changes; what was applied is kept with its SHA-256 and compared at every start. It must never
// run on a database that is newer than the code.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { OperatorError } from '../errors.ts';
import { pause, steadyClock } from '../lib/time.ts';
import type { DatabaseLog } from './log.ts';

export interface Migration {
  version: number;
  /** The file's name, such as `0001_accounts.sql`. */
  name: string;
  sql: string;
  sha256: string;
}

export interface MigrateOptions {
  log: DatabaseLog;
  /** Where the files are; `server/migrations` when not given. */
  folder?: string;
}

/** An arbitrary fixed number. Processes that start at the same time wait for each other on this lock. */
const ADVISORY_LOCK_KEY = 7_235_514_901;
const LOCK_TIMEOUT_MS = 300_000;
const TURN_PAUSE_MS = 100;
const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const FILE_PATTERN = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** Reads the numbered files in order; throws when a name or a number does not fit. */
export async function readMigrations(folder: string = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (name) => {
      const version = Number(FILE_PATTERN.exec(name)?.[1]);
      if (!(version > 0)) throw new OperatorError(`The migration ${name} must be called 0001_words.sql.`);
      const sql = await readFile(path.join(folder, name), 'utf8');
      return { version, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
  for (const [index, migration] of migrations.entries()) {
    if (migrations[index - 1]?.version === migration.version) {
      throw new OperatorError(`Two migrations have the number of ${migration.name}.`);
    }
  }
  return migrations;
}

interface AppliedMigration {
  version: number;
  name: string;
  sha256: string;
}

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  await client.query(`
    create table if not exists schema_migrations (
      version integer primary key,
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`);
  await client.query(
    `comment on table schema_migrations is 'Which numbered migration was applied, and the digest of its text'`,
  );
  const { rows } = await client.query<AppliedMigration>(
    'select version, name, sha256 from schema_migrations order by version',
  );
  return rows;
}

/** Why this code must not run on that database, or undefined. */
function findConflict(migrations: Migration[], applied: AppliedMigration[]): string | undefined {
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  const newest = migrations.at(-1)?.version ?? 0;
  for (const row of applied) {
    const migration = known.get(row.version);
    if (migration === undefined && row.version > newest) {
      return `The database is newer than this release of Reelay (it has ${row.name}): start the newer release.`;
    }
    if (migration === undefined) return `The database has the migration ${row.name}, which is missing here.`;
    if (migration.name !== row.name) {
      return `The database was made before the first release of Reelay (by ${row.name}, which is ${migration.name} now) and cannot be brought up to date: set DATABASE_URL to an empty database, or, where it is not set, move the folder "postgres" out of DATA_DIR.`;
    }
    if (migration.sha256 !== row.sha256) {
      return `The migration ${migration.name} was changed after it was applied: restore its text and add a new migration.`;
    }
  }
  const last = applied.at(-1)?.version ?? 0;
  const done = new Set(applied.map((row) => row.version));
  const late = migrations.find(({ version }) => version < last && !done.has(version));
  if (late === undefined) return undefined;
  return `The migration ${late.name} comes before others that were applied: give it the next free number.`;
}

/** A file that begins so has statements that no transaction may hold, such as `create index concurrently`. */
const OUTSIDE = /^-- Outside a transaction\b/;
/** What waits for a lock lets nobody pass behind it: a create waits no longer than this. */
const LOCK_WAIT_MS = 500;
const LOCK_PAUSE_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const isOutside = OUTSIDE.test(migration.sql);
  try {
    if (isOutside) await applyOutside(client, migration);
    else await untilLocked(client, () => applyWhole(client, migration));
  } catch (error) {
    const { message, position } = error as { message: string; position?: string };
    const line = position === undefined ? '' : ` in line ${lineOf(migration.sql, Number(position))}`;
    const kept = isOutside
      ? 'what came before it in the file stays, and it begins again'
      : 'nothing of it was kept';
    throw new OperatorError(`The migration ${migration.name} failed${line}, ${kept}: ${message}`);
  }
}

async function applyWhole(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await record(client, migration);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Each statement by itself. A file that ended in between is run again from its begin, so each of them says `if`. */
async function applyOutside(client: pg.Client, migration: Migration): Promise<void> {
  for (const statement of migration.sql.split(/;\s*(?:\n|$)/)) {
    if (statement.replaceAll(/--.*/g, '').trim() === '') continue;
    await dropUnfinished(client, statement);
    await untilLocked(client, () => client.query(statement));
  }
  await record(client, migration);
}

/** An index whose build was cut off is there, is of no use, and would be taken for the finished one. */
async function dropUnfinished(client: pg.Client, statement: string): Promise<void> {
  const name = /\bindex\s+concurrently\s+if\s+not\s+exists\s+([a-z0-9_]+)/i.exec(statement)?.[1];
  if (name === undefined) return;
  const { rows } = await client.query(
    'select from pg_index where indexrelid = to_regclass($1) and not indisvalid',
    [name],
  );
  if (rows.length > 0) await client.query(`drop index concurrently ${name}`);
}

async function record(client: pg.Client, { version, name, sha256 }: Migration): Promise<void> {
  await client.query('insert into schema_migrations (version, name, sha256) values ($1, $2, $3)', [
    version,
    name,
    sha256,
  ]);
}

/** Does the work with short waits for locks, as often as it takes to get them. */
async function untilLocked(client: pg.Client, work: () => Promise<unknown>): Promise<void> {
  const untilMs = steadyClock() + LOCK_TIMEOUT_MS;
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || steadyClock() > untilMs) throw error;
      await pause(LOCK_PAUSE_MS);
    }
  }
}

/**
 * Waits for its turn among the processes that migrate. It asks again and again: a statement that waited would have a
 * snapshot, and `create index concurrently` of the process whose turn it is would wait for that.
 */
async function takeTurn(client: pg.Client): Promise<void> {
  const untilMs = steadyClock() + LOCK_TIMEOUT_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      ADVISORY_LOCK_KEY,
    ]);
    if (rows[0].taken) return;
    if (steadyClock() > untilMs)
      throw new OperatorError(
        'Another process has been migrating the database for five minutes: start again later.',
      );
    await pause(TURN_PAUSE_MS);
  }
}

function lineOf(sql: string, position: number): number {
  return sql.slice(0, position).split('\n').length;
}

/**
 * Applies what is missing, in order, and resolves with the names. Any number of processes may call it at once.
 * Throws an OperatorError when a migration fails, or when the database and the files do not belong together.
 */
export async function migrate(url: string, options: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(options.folder);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'reelay migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', (error) => options.log.warn({ err: error }, 'connection.lost'));
  await client.connect();
  try {
    await client.query('set client_min_messages = warning');
    await takeTurn(client);
    const applied = await readApplied(client);
    const conflict = findConflict(migrations, applied);
    if (conflict !== undefined) throw new OperatorError(conflict);
    const done = new Set(applied.map((row) => row.version));
    const missing = migrations.filter(({ version }) => !done.has(version));
    for (const migration of missing) {
      await apply(client, migration);
      options.log.info({ migration: migration.name }, 'migration.applied');
    }
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
