// Real server processes: started, killed and found from the outside. Each runs in its own folder, so that
// whatever it left behind is found by its working directory. Nothing else ever gets a signal.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type AnswerWatch, watchAnswers } from './answer-faults.ts';

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const COMMAND_TIMEOUT_MS = 240_000;
const LOG_CHARACTERS_MAX = 20_000;

/** What a server prints under `--json` once it answers. */
export interface Announcement {
  address?: string;
  testKey?: string;
  /** While nobody owns the instance. */
  setupLink?: string;
  dataDir: string;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  pid: number;
  child: ChildProcess;
  /** Undefined when it ended before it was ready. */
  ready: Promise<Announcement | undefined>;
  exited: Promise<Exit>;
  /** The end of its log. */
  log(): string;
}

export type Environment = Record<string, string>;

/** Below the ports that systems give to outgoing connections: one of those could take a port before its server does. */
const PORTS = { from: 20_000, below: 32_000 };

/** A port of loopback that nothing listens on. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** A folder in which servers run, and the processes whose working directory it is. */
export class Site {
  readonly folder: string;
  readonly environment: Environment;
  readonly #started: ServerProcess[] = [];
  readonly #answers: AnswerWatch;

  private constructor(folder: string, environment: Environment) {
    this.folder = folder;
    this.environment = environment;
    this.#answers = watchAnswers(folder);
  }

  static async open(environment: Environment = {}): Promise<Site> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'reelay-stage-')));
    // PostgreSQL may run as another user, who needs access.
    await chmod(folder, 0o755);
    const dataDir = path.join(folder, 'data');
    await mkdir(dataDir);
    return new Site(folder, {
      PATH: process.env.PATH ?? '',
      DATA_DIR: dataDir,
      PORT: String(await findFreePort()),
      LOG_LEVEL: 'warn',
      // Suites that count files and processes have none that are not about them.
      REELAY_POSTERS: 'false',
      // A compiled copy of the code, of the whole run where there is one (testing-setup.ts): forty starts cost no more
      // than they must.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(folder, 'compiled'),
      REELAY_CREATES_PER_10S: '1000000',
      REELAY_CALLBACKS_PER_10S: '1000000',
      REELAY_READS_PER_10S: '1000000',
      ...environment,
    });
  }

  /** Starts `reelay <command> --json`; its answers are checked. */
  start(extra: Environment = {}, command = 'serve'): ServerProcess {
    const child = spawn(process.execPath, [...this.#answers.words, MAIN, command, '--json'], {
      cwd: this.folder,
      env: { ...this.environment, ...this.#answers.environment, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stderr?.on('data', (text: Buffer) => {
      log = (log + text).slice(-LOG_CHARACTERS_MAX);
    });
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const announced = new Promise<Announcement>((resolve) => {
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk;
        const line = text
          .split('\n')
          .find((candidate) => candidate.startsWith('{"address"') || candidate.startsWith('{"dataDir"'));
        if (line !== undefined && text.includes('\n')) resolve(JSON.parse(line) as Announcement);
      });
    });
    const ready = Promise.race([announced, exited.then(() => undefined)]);
    const started = { pid: child.pid ?? 0, child, ready, exited, log: () => log };
    this.#started.push(started);
    return started;
  }

  /** Runs another command on the same data, and returns what it printed as JSON. */
  async run(...words: string[]): Promise<unknown> {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words, '--json'], {
      cwd: this.folder,
      env: this.environment,
      timeout: COMMAND_TIMEOUT_MS,
    });
    return JSON.parse(stdout);
  }

  /** Every process in the folder: servers, renders, PostgreSQL. */
  async processes(): Promise<{ pid: number; command: string }[]> {
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
    const found = await Promise.all(pids.map((pid) => this.#look(pid)));
    return found.filter((one) => one !== undefined);
  }

  async #look(pid: number): Promise<{ pid: number; command: string } | undefined> {
    const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (place !== this.folder && !place.startsWith(`${this.folder}/`)) return undefined;
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // A process that has ended and was not yet collected has no command line.
    return words === '' ? undefined : { pid, command: words.replaceAll('\0', ' ').trim() };
  }

  async renders(): Promise<number[]> {
    const all = await this.processes();
    return all.filter(({ command }) => command.includes('render-process')).map(({ pid }) => pid);
  }

  /** Kills PostgreSQL like a power cut: the postmaster and every child at once. */
  async killDatabase(): Promise<number> {
    const all = await this.processes();
    const database = all.filter(
      ({ command }) => command.includes('postgres') && !command.includes('main.ts'),
    );
    for (const { pid } of database) signal(pid, 'SIGKILL');
    return database.length;
  }

  /** Ends what is left and removes the folder. @throws when an answer was not as it is described. */
  async close(): Promise<void> {
    for (const { child, exited } of this.#started) {
      child.kill('SIGKILL');
      await exited;
    }
    for (const { pid } of await this.processes()) signal(pid, 'SIGKILL');
    await this.#answers.expectNone().finally(() => this.#remove());
  }

  async #remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Signals a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
