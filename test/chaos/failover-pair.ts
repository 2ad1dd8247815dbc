// Two PostgreSQL of Debian behind haproxy: a primary, and a standby that every commit waits for. The promotion is what
// Patroni would do; how it elects is not part of this.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort, signal } from '../stage/processes.ts';
import { waitFor } from '../stage/wait.ts';

const run = promisify(execFile);
const PACKAGES = ['postgresql', 'haproxy'];
const VERSIONS = '/usr/lib/postgresql';
const READY_WITHIN_MS = 120_000;
/** Debian's user of PostgreSQL, which refuses to run as root. */
const USER = 'postgres';

/** The folder of PostgreSQL's programs; installs what is missing. @returns undefined when it cannot be had. */
export async function findPrograms(): Promise<string | undefined> {
  const find = async (): Promise<string | undefined> => {
    const versions = await readdir(VERSIONS).catch(() => []);
    const newest = versions.toSorted((a, b) => Number(b) - Number(a)).at(0);
    const hasProxy = await run('haproxy', ['-v']).then(
      () => true,
      () => false,
    );
    return newest !== undefined && hasProxy ? path.join(VERSIONS, newest, 'bin') : undefined;
  };
  const found = await find();
  if (found !== undefined) return found;
  const words = ['install', '--yes', '--no-install-recommends', ...PACKAGES];
  await run('apt-get', words).catch(() => undefined);
  return find();
}

interface Machine {
  name: string;
  port: number;
  folder: string;
  /** Answers the proxy whether this one is the primary. */
  health: Server;
  isPrimary: boolean;
}

/** How long each part of a failover took, in milliseconds. */
export interface Promotion {
  /** From the kill until the standby takes writes. */
  promotedMs: number;
  /** On the clock of `performance.now()`. */
  promotedAt: number;
}

export class Pair {
  readonly folder: string;
  readonly #programs: string;
  #machines: [Machine, Machine];
  #proxy: ChildProcess | undefined;
  #proxyPort = 0;

  private constructor(folder: string, programs: string, machines: [Machine, Machine]) {
    this.folder = folder;
    this.#programs = programs;
    this.#machines = machines;
  }

  /** Where the primary is, through the proxy. */
  get url(): string {
    return `postgres://${USER}@127.0.0.1:${this.#proxyPort}/reelay`;
  }

  static async open(programs: string): Promise<Pair> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-failover-')));
    await chmod(folder, 0o777);
    const pair = new Pair(folder, programs, [await makeMachine(folder, 'a'), await makeMachine(folder, 'b')]);
    const [first] = pair.#machines;
    await pair.#asUser('initdb', [
      '-D',
      first.folder,
      '--auth=trust',
      '-U',
      USER,
      '-E',
      'UTF8',
      '--locale=C',
    ]);
    await pair.#start(first);
    await pair.#query(first, 'create database reelay', 'postgres');
    first.isPrimary = true;
    await pair.#startProxy();
    await pair.rejoin();
    return pair;
  }

  /** Kills the primary with all its processes, as a power cut would, and promotes the standby. */
  async failOver(): Promise<Promotion> {
    const killedAt = performance.now();
    const [primary, standby] = this.#machines;
    primary.isPrimary = false;
    await killAll(primary.folder);
    await this.#asUser('pg_ctl', ['promote', '-D', standby.folder, '-w', '-t', '60']);
    // There is nobody left to wait for.
    await this.#setSynchronous(standby, '');
    standby.isPrimary = true;
    this.#machines = [standby, primary];
    const promotedAt = performance.now();
    return { promotedMs: promotedAt - killedAt, promotedAt };
  }

  /** Makes the other machine a fresh copy of the primary that every commit waits for. */
  async rejoin(): Promise<void> {
    const [primary, other] = this.#machines;
    await rm(other.folder, { recursive: true, force: true });
    const from = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', USER];
    const words = [...from, '-D', other.folder, '-R', '-X', 'stream', '--checkpoint=fast'];
    await this.#asUser('pg_basebackup', words);
    await this.#start(other);
    await this.#setSynchronous(primary, '*');
    await waitFor('a synchronous standby', READY_WITHIN_MS, async () => {
      const rows = await this.#query(primary, 'select sync_state from pg_stat_replication');
      return rows.some(({ sync_state: state }) => state === 'sync');
    });
  }

  async close(): Promise<void> {
    this.#proxy?.kill('SIGKILL');
    for (const { folder, health } of this.#machines) {
      health.close();
      await killAll(folder);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  async #start({ folder, port }: Machine): Promise<void> {
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c wal_keep_size=256MB -c max_connections=100`;
    const words = ['start', '-D', folder, '-w', '-t', '60', '-l', `${folder}.log`, '-o', options];
    await this.#asUser('pg_ctl', words);
  }

  async #setSynchronous(machine: Machine, names: string): Promise<void> {
    await this.#query(machine, `alter system set synchronous_standby_names = '${names}'`);
    await this.#query(machine, 'select pg_reload_conf()');
  }

  async #query({ port }: Machine, sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ host: '127.0.0.1', port, user: USER, database });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async #asUser(program: string, words: string[]): Promise<void> {
    const command = ['-u', USER, '--', path.join(this.#programs, program), ...words];
    await new Promise<void>((resolve, reject) => {
      // The server that pg_ctl leaves behind would keep a pipe open.
      const child = spawn('runuser', command, { cwd: this.folder, stdio: 'ignore' });
      child.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`)),
      );
      child.once('error', reject);
    });
  }

  async #startProxy(): Promise<void> {
    this.#proxyPort = await findFreePort();
    const servers = this.#machines.map(({ name, port, health }) => {
      const { port: healthPort } = health.address() as { port: number };
      return `  server ${name} 127.0.0.1:${port} check port ${healthPort} inter 200ms fall 1 rise 1 on-marked-down shutdown-sessions`;
    });
    const lines = [
      'global',
      '  maxconn 500',
      'defaults',
      '  mode tcp',
      '  timeout connect 2s',
      '  timeout client 1h',
      '  timeout server 1h',
      'listen primary',
      `  bind 127.0.0.1:${this.#proxyPort}`,
      '  option httpchk GET /primary',
      ...servers,
    ];
    const file = path.join(this.folder, 'haproxy.cfg');
    await writeFile(file, `${lines.join('\n')}\n`);
    this.#proxy = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
  }
}

async function makeMachine(folder: string, name: string): Promise<Machine> {
  const machine: Omit<Machine, 'health'> = {
    name,
    port: await findFreePort(),
    folder: path.join(folder, name),
    isPrimary: false,
  };
  const health = createServer((_request, answer) => answer.writeHead(machine.isPrimary ? 200 : 503).end());
  await new Promise<void>((resolve) => health.listen(0, '127.0.0.1', resolve));
  return Object.assign(machine, { health });
}

/** Kills each process whose working directory is the folder, until there is none. */
async function killAll(folder: string): Promise<void> {
  for (;;) {
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
    const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
    const found = pids.filter((_pid, at) => places[at] === folder);
    if (found.length === 0) return;
    for (const pid of found) signal(pid, 'SIGKILL');
  }
}
