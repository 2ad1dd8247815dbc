// The embedded PostgreSQL after each way in which a machine can leave it. Every start is a real one.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { pause } from '../lib/time.ts';
import { attachEmbeddedPostgres, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { findPostmaster } from './embedded-process.ts';
import { commandAs, type SystemUser, spell } from './embedded-user.ts';
import { silentLog } from './log.ts';
import { runStatement } from './testing.ts';

const execute = promisify(execFile);
const folder = await mkdtemp(path.join(inject('testServer').folder, 'embedded-'));
await chmod(folder, 0o755);
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];
/** A database that every test may start, crash and stop: one for each test would take most of the time. */
const shared = path.join(folder, 'shared');
/** It ends what hangs: a start on a busy machine takes its time. */
const COME_TRUE_WITHIN_MS = 90_000;
let count = 0;

function newDataDir(): string {
  count += 1;
  return path.join(folder, `data-${count}`);
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: silentLog, durable: false });
  running.push(server);
  return server;
}

function clusterOf(dataDir: string): string {
  return path.join(dataDir, 'postgres', 'cluster');
}

async function postmasterOf(dataDir: string): Promise<number> {
  const found = await findPostmaster(clusterOf(dataDir));
  if (found === undefined) throw new Error('No postmaster runs in this folder');
  return found.pid;
}

async function waitUntil(what: () => Promise<boolean> | boolean): Promise<void> {
  const until = performance.now() + COME_TRUE_WITHIN_MS;
  while (!(await what())) {
    if (performance.now() > until) throw new Error('The condition did not come true');
    await pause(10);
  }
}

async function keepNote(url: string, note: string): Promise<void> {
  await runStatement(url, 'create table if not exists notes (note text)');
  await runStatement(url, 'insert into notes values ($1)', [note]);
}

async function readNotes(url: string): Promise<string[]> {
  const { rows } = await runStatement(url, 'select note from notes');
  return rows.map((row: { note: string }) => row.note);
}

/** Another process that starts the embedded server, prints one line of JSON, and waits to be killed. */
async function startElsewhere(
  dataDir: string,
  user?: SystemUser,
): Promise<{ child: ChildProcess; url: string }> {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded.ts'))};
    const quiet = { info() {}, warn() {}, error() {} };
    try {
      const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: quiet, durable: false });
      console.log(JSON.stringify({ url }));
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(JSON.stringify({ problem: error.message }));
    }`;
  // The user may need access to the checkout, just as PostgreSQL does.
  const command = await commandAs(user, [import.meta.dirname, process.execPath]);
  const [file, words] = spell(command, process.execPath, ['--input-type=module', '-e', script]);
  const child = spawn(file, words, { ...command.identity, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  await waitUntil(() => output.includes('\n') || child.exitCode !== null || child.signalCode !== null);
  const answer = JSON.parse(output) as { url?: string; problem?: string };
  if (answer.url === undefined) throw new Error(answer.problem);
  return { child, url: answer.url };
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await waitUntil(() => child.exitCode !== null || child.signalCode !== null);
}

beforeAll(async () => {
  await (await start(shared)).stop();
  running.length = 0;
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  for (const server of running.splice(0)) await server.stop();
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('a start', () => {
  it('makes a cluster on the first start and finds its data on the second', async () => {
    const dataDir = newDataDir();
    const first = await start(dataDir);
    await keepNote(first.url, 'kept');
    await first.stop();
    const second = await start(dataDir);
    expect([first.recovered, second.recovered]).toEqual(['fresh', 'clean']);
    expect(await readNotes(second.url)).toEqual(['kept']);
  });

  it('removes the rest of a first start that was killed in the middle', async () => {
    const dataDir = newDataDir();
    const half = path.join(dataDir, 'postgres.new-0123456789ab');
    await mkdir(path.join(half, 'cluster', 'base'), { recursive: true });
    await writeFile(path.join(half, 'cluster', 'PG_VERSION'), '18\n');
    expect((await start(dataDir)).recovered).toBe('fresh');
    expect((await readdir(dataDir)).sort()).toEqual(['postgres']);
  });

  it('works again after the first start is killed in the middle', async () => {
    const half = async (dataDir: string) => {
      const entries = await readdir(dataDir).catch(() => []);
      const draft = entries.find((entry) => entry.startsWith('postgres.new-'));
      return draft === undefined ? undefined : path.join(dataDir, draft);
    };
    const moments = [
      async (dataDir: string) => (await half(dataDir)) !== undefined,
      async (dataDir: string) => existsSync(path.join((await half(dataDir)) ?? '', 'cluster', 'base', '1')),
      async (dataDir: string) => existsSync(path.join(dataDir, 'postgres')),
    ];
    for (const moment of moments) {
      const dataDir = newDataDir();
      const starting = startElsewhere(dataDir).catch((error: Error) => error);
      await waitUntil(() => moment(dataDir));
      for (const child of children.splice(0)) await end(child);
      await starting;
      const server = await start(dataDir);
      await keepNote(server.url, 'kept');
      expect(await readNotes(server.url)).toEqual(['kept']);
      await server.stop();
    }
  });

  it('refuses data of another major version in one line', async () => {
    const file = path.join(clusterOf(shared), 'PG_VERSION');
    await writeFile(file, '17\n');
    await expect(start(shared)).rejects.toThrow(
      /was made by PostgreSQL 17, and this release brings 18: .*DATABASE_URL/,
    );
    await writeFile(file, '18\n');
    expect((await start(shared)).recovered).toBe('clean');
  });
});

describe('a data folder that cannot be used is refused in one line', () => {
  it('when it is a file', async () => {
    const dataDir = newDataDir();
    await writeFile(dataDir, '');
    await expect(start(dataDir)).rejects.toThrow(
      `DATA_DIR ${dataDir} cannot be used (EEXIST): it must be a folder`,
    );
  });

  it('when the files of the database are gone', async () => {
    const dataDir = newDataDir();
    await mkdir(path.join(dataDir, 'postgres', 'cluster'), { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(
      /^The database cannot be opened \(ENOENT of .*PG_VERSION\): .*put its files back/,
    );
  });

  it('when the password is gone', async () => {
    const file = path.join(shared, 'postgres', 'password');
    await rename(file, `${file}.away`);
    await expect(start(shared)).rejects.toThrow(
      /^The database cannot be opened \(ENOENT of .*password\): .* put the file back\.$/,
    );
    await rename(`${file}.away`, file);
    expect(await findPostmaster(clusterOf(shared))).toBeUndefined();
  });
});

describe('after a crash', () => {
  it('adopts the PostgreSQL of a server that was killed, on the same address', async () => {
    const dataDir = shared;
    const { child, url } = await startElsewhere(dataDir);
    await keepNote(url, 'kept by the adopted');
    await end(child);
    const server = await start(dataDir);
    expect(server.recovered).toBe('attached');
    expect(server.url).toBe(url);
    expect(await readNotes(server.url)).toContain('kept by the adopted');
    await server.stop();
    expect(await findPostmaster(clusterOf(dataDir))).toBeUndefined();
  });

  it('starts over a killed postmaster and its remaining backends, and loses no commit', async () => {
    const dataDir = shared;
    const { child, url } = await startElsewhere(dataDir);
    await keepNote(url, 'kept over the crash');
    const busy = new pg.Client({ connectionString: url });
    busy.on('error', () => undefined);
    await busy.connect();
    const endless = busy
      .query('select count(*) from generate_series(1, 1e12)')
      .catch((error: Error) => error);
    await end(child);
    process.kill(await postmasterOf(dataDir), 'SIGKILL');
    const server = await start(dataDir);
    expect(server.recovered).toBe('crashed');
    expect(await readNotes(server.url)).toContain('kept over the crash');
    expect(await endless).toBeInstanceOf(Error);
  });

  it('starts over a lock file whose process is gone', async () => {
    const dataDir = shared;
    await writeFile(
      path.join(clusterOf(dataDir), 'postmaster.pid'),
      `4194303\n${clusterOf(dataDir)}\n0\n5432\n`,
    );
    expect((await start(dataDir)).recovered).toBe('clean');
  });

  it('starts over a lock file whose process id now belongs to another program, and leaves that program alone', async () => {
    const dataDir = shared;
    const program = spawn('sleep', ['60'], { stdio: 'ignore' });
    children.push(program);
    await writeFile(
      path.join(clusterOf(dataDir), 'postmaster.pid'),
      `${program.pid}\n${clusterOf(dataDir)}\n0\n5432\n`,
    );
    const server = await start(dataDir);
    await server.stop();
    expect([program.exitCode, program.signalCode]).toEqual([null, null]);
  });

  it('starts over a lock file without a readable line', async () => {
    const dataDir = shared;
    await writeFile(path.join(clusterOf(dataDir), 'postmaster.pid'), '');
    expect((await start(dataDir)).recovered).toBe('clean');
  });

  it('brings PostgreSQL back on the same address when it dies under a running server', async () => {
    const dataDir = shared;
    const server = await start(dataDir);
    await keepNote(server.url, 'kept in the restart');
    const pid = await postmasterOf(dataDir);
    process.kill(pid, 'SIGKILL');
    await waitUntil(async () => {
      const found = await findPostmaster(clusterOf(dataDir));
      return found !== undefined && found.pid !== pid && found.status === 'ready';
    });
    expect(await readNotes(server.url)).toContain('kept in the restart');
  });
});

describe('a second process', () => {
  it('is refused on the same data folder, with the process that holds it', async () => {
    const dataDir = shared;
    await start(dataDir);
    await expect(startElsewhere(dataDir)).rejects.toThrow(
      `Another Reelay (process ${process.pid}) already uses ${dataDir}: stop it, or set DATA_DIR to another folder.`,
    );
  });

  it('may attach as a command while the server runs, and gets an error when it does not', async () => {
    expect(await attachEmbeddedPostgres({ dataDir: newDataDir() })).toBeNull();
    const dataDir = shared;
    const server = await start(dataDir);
    expect(await attachEmbeddedPostgres({ dataDir })).toBe(server.url);
    await server.stop();
    expect(await attachEmbeddedPostgres({ dataDir })).toBeNull();
  });

  it('starts nothing twice when many start at once', async () => {
    const dataDir = shared;
    const results = await Promise.allSettled([start(dataDir), start(dataDir), start(dataDir)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});

describe('a running server', async () => {
  const dataDir = newDataDir();
  let server: EmbeddedPostgres;
  const lines: string[] = [];
  const write = (_fields: object, line?: string) => void lines.push(line ?? '');
  beforeAll(async () => {
    server = await startEmbeddedPostgres({ dataDir, log: { info: write, warn: write, error: write } });
  });
  afterAll(() => server.stop());

  it('B3: is not taken for dead while it cannot be examined', async () => {
    const lockFile = path.join(clusterOf(dataDir), 'postmaster.pid');
    const pid = await postmasterOf(dataDir);
    await rename(lockFile, `${lockFile}.aside`);
    await mkdir(lockFile);
    try {
      await expect(findPostmaster(clusterOf(dataDir))).rejects.toMatchObject({ code: 'EISDIR' });
      await waitUntil(() => lines.length > 0);
    } finally {
      await rmdir(lockFile);
      await rename(`${lockFile}.aside`, lockFile);
    }
    expect(new Set(lines)).toEqual(new Set(['postgres.check_failed']));
    expect(await postmasterOf(dataDir)).toBe(pid);
  });

  it('B3: is not taken for dead by a process that has no descriptor left', async () => {
    const script = `
      import { openSync } from 'node:fs';
      import { findPostmaster } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded-process.ts'))};
      try { for (;;) openSync('/dev/null'); } catch {}
      const found = await findPostmaster(${JSON.stringify(clusterOf(dataDir))}).catch((error) => error.code);
      process.stdout.write(String(found));`;
    const words = ['-c', 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"', process.execPath, script];
    expect((await execute('sh', words)).stdout).toBe('EMFILE');
  });

  it('has a password in a file that only its owner reads, and refuses a wrong one', async () => {
    const { mode } = await stat(path.join(dataDir, 'postgres', 'password'));
    expect(mode & 0o777).toBe(0o600);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(runStatement(wrong.href, 'select')).rejects.toMatchObject({ code: '28P01' });
  });

  it('writes commits through to the disk', async () => {
    const { rows } = await runStatement(
      server.url,
      `select string_agg(setting, ' ' order by name) as settings from pg_settings
       where name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
    );
    expect(rows).toEqual([{ settings: 'on on on' }]);
  });

  it('compares text by code point and stores UTF-8, whatever the locale of the machine', async () => {
    const { rows } = await runStatement(
      server.url,
      `select current_setting('server_encoding') as encoding, 'Z' < 'a' as ordered, upper('é') as upper`,
    );
    expect(rows).toEqual([{ encoding: 'UTF8', ordered: true, upper: 'É' }]);
  });

  it('never writes the statement or the values of a failed write into its log', async () => {
    await keepNote(server.url, 'first');
    await runStatement(server.url, 'create unique index on notes (note)');
    await expect(keepNote(server.url, 'first')).rejects.toMatchObject({ code: '23505' });
    await expect(
      runStatement(server.url, 'insert into notes values ($1, 1)', ['a secret']),
    ).rejects.toThrow();
    const log = await readFile(path.join(dataDir, 'postgres', 'log', 'postgres.log'), 'utf8');
    expect(log).toContain('duplicate key value');
    expect(log).not.toMatch(/a secret|first|insert into/i);
  });

  it('gets no signals of the terminal: it has a session of its own', async () => {
    const pid = await postmasterOf(dataDir);
    const { stdout } = await execute('ps', ['-o', 'sid=,pgid=', '-p', String(pid)]);
    expect(stdout.trim().split(/\s+/).map(Number)).toEqual([pid, pid]);
  });

  it('never runs as root, and has at most the one capability that a closed checkout needs', async () => {
    const status = await readFile(`/proc/${await postmasterOf(dataDir)}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\t0\t/m);
    expect(status).toMatch(/^CapEff:\t0{15}[024]$/m);
  });
});

// Only root can become another user; without root there is nothing to show here.
const describeAsRoot = process.getuid?.() === 0 ? describe : () => undefined;

describeAsRoot('started by root', () => {
  it('works in a folder that no other user may enter, with the one capability that this needs', async () => {
    const closed = path.join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const dataDir = path.join(closed, 'data');
    const server = await start(dataDir);
    await keepNote(server.url, 'kept');
    expect(await readNotes(server.url)).toEqual(['kept']);
    const status = await readFile(`/proc/${await postmasterOf(dataDir)}/status`, 'utf8');
    expect(status).toMatch(/^CapEff:\t0{15}[24]$/m);
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
  });

  it('works the same for an ordinary user, whose data root can start later and another user cannot', async () => {
    const dataDir = newDataDir();
    await mkdir(dataDir);
    await execute('chown', ['65534:65534', dataDir]);
    const nobody = { uid: 65534, gid: 65534 };
    const { child, url } = await startElsewhere(dataDir, nobody);
    await keepNote(url, 'kept');
    await end(child);
    const other = { uid: 54321, gid: 54321 };
    await expect(startElsewhere(dataDir, other)).rejects.toThrow(
      /belongs to user 65534 and we are user 54321/,
    );
    const server = await start(dataDir);
    expect(server.recovered).toBe('attached');
    expect(await readNotes(server.url)).toEqual(['kept']);
    await server.stop();
    const again = await start(dataDir);
    expect(await readNotes(again.url)).toEqual(['kept']);
    expect((await stat(clusterOf(dataDir))).uid).toBe(65534);
    expect(existsSync(path.join(clusterOf(dataDir), 'postmaster.pid'))).toBe(true);
  });
});
