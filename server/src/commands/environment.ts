// What a command runs in: the settings, a database (its own or the given one), and the core on it.
import { type Config, readConfig } from '../config.ts';
import { type Core, createCore, migrateDatabase } from '../core.ts';
import { checkServer } from '../db/check-server.ts';
import { attachEmbeddedPostgres, type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded.ts';
import { createLog, type Log } from '../lib/log.ts';
import { awaitStopRequest } from '../lib/stop-request.ts';

export interface Database {
  url: string;
  /** The embedded server, when this process started it. */
  embedded?: EmbeddedPostgres;
}

/** The database of the settings: DATABASE_URL, or the embedded one, started when it does not run. */
export async function openDatabase(config: Config, log: Log): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    await checkServer(config.databaseUrl);
    return { url: config.databaseUrl };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  log.info({ found: embedded.recovered }, 'postgres.opened');
  return { url: embedded.url, embedded };
}

/** A command that is broken off must not leave the PostgreSQL behind that it has started. */
function stopWhenAsked(embedded: EmbeddedPostgres, withParent: boolean): void {
  void awaitStopRequest({ withParent }).then(async () => {
    await embedded.stop();
    process.exit(1);
  });
}

/** Runs a command of an operator on the core, whether or not the server is up, and leaves nothing running. */
export function withCore<Result>(work: (core: Core) => Promise<Result>): Promise<Result> {
  return withDatabase(async ({ config, log, url }) => {
    await migrateDatabase(url, log);
    const core = await createCore(config, url, log);
    try {
      return await work(core);
    } finally {
      await core.close();
    }
  });
}

/** What a command has before there is a core. */
export interface Ground {
  config: Config;
  log: Log;
  url: string;
}

/** Runs a command on the database as it is: the one of a running server, or one that is started for it. */
export async function withDatabase<Result>(work: (ground: Ground) => Promise<Result>): Promise<Result> {
  const config = readConfig(process.env);
  const log = createLog('error');
  const isEmbedded = config.databaseUrl === undefined;
  const running = isEmbedded ? await attachEmbeddedPostgres({ dataDir: config.dataDir }) : null;
  const database: Database = running ? { url: running } : await openDatabase(config, log);
  if (database.embedded) stopWhenAsked(database.embedded, config.isStartedByNpm);
  try {
    return await work({ config, log, url: database.url });
  } finally {
    await database.embedded?.stop();
  }
}
