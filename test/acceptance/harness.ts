// What the acceptance suite uses to talk to a server. It knows the public API, the SDK and the `reelay` command, and
// nothing of the server's code: an answer that a test is about is read as it comes, everything else is left to the SDK. With
// REELAY_URL, REELAY_KEY and REELAY_OTHER_KEY (test keys of two accounts) it runs against any server that can call back to
// this machine; without them each file starts its own server, with an embedded database and real renders.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Dispatcher, request as httpRequest } from 'undici';
import { afterAll, expect } from 'vitest';
import { Reelay } from '../../sdk/src/sdk.ts';
import { watchAnswers } from '../stage/answer-faults.ts';
import type { Task } from '../stage/api.ts';
import { type Receiver, startReceiver } from '../stage/receiver.ts';

export const JOBS = '/api/v1/client/job';
export const ACCOUNT = '/api/v1/client/account';

const READY_MS = 240_000;
const STOP_MS = 30_000;
/** Within this time a task has ended and its callback has come. */
export const END_MS = 500_000;

/** The cheapest real video. */
export const SMALL_BODY = {
  model: 'reelay/draft-t2v',
  input: { prompt: 'a lake at dawn', resolution: '480p', duration: 1, seed: 1 },
};

type Fields = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  /** The body as JSON; empty when it is not JSON. */
  body: Fields;
  data: Fields;
}

export interface Call {
  method?: Dispatcher.HttpMethod;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One key on one server. */
export class Client {
  readonly url: string;
  readonly key: string | undefined;
  /** What a program has in its hands; without a key it can do nothing. */
  readonly sdk: Reelay;

  constructor(url: string, key: string | undefined) {
    this.url = url;
    this.key = key;
    this.sdk = new Reelay({ baseUrl: url, apiKey: key ?? 'none' });
  }

  /** @param path of the API, or a whole address. */
  async call(path: string, { method = 'GET', body, headers = {} }: Call = {}): Promise<Answer> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await httpRequest(new URL(path, this.url), {
      method,
      headers: {
        ...(this.key === undefined ? {} : { 'x-api-key': this.key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined || isRaw ? body : JSON.stringify(body),
    });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    const parsed = isJson && bytes.length > 0 ? (JSON.parse(bytes.toString()) as Fields) : {};
    return {
      status: response.statusCode,
      headers: response.headers,
      bytes,
      text: bytes.toString(),
      body: parsed,
      data: (parsed.data ?? {}) as Fields,
    };
  }

  /** Sends a create, and again if the server says that it was too early. */
  async create(body: unknown = SMALL_BODY, headers: Record<string, string> = {}): Promise<Answer> {
    for (;;) {
      const answer = await this.call(`${JOBS}/CreateTask`, { method: 'POST', body, headers });
      if (answer.status !== 429) return answer;
      await pause(Number(answer.headers['retry-after']) * 1000);
    }
  }

  async createId(body: unknown = SMALL_BODY, headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.create(body, headers);
    expect(answer.body).toMatchObject({ code: 200 });
    return String(answer.data.task_id);
  }

  async read(taskId: string): Promise<Task> {
    const answer = await this.call(`${JOBS}/TaskInfo?task_id=${taskId}`);
    expect(answer.status).toBe(200);
    return answer.data as unknown as Task;
  }

  cancel(taskId: string): Promise<Answer> {
    return this.call(`${JOBS}/CancelTask`, { method: 'POST', body: { task_id: taskId } });
  }

  /** Follows the task until it has ended, and reads it as the wire has it; throws when that takes too long. */
  async waitFor(taskId: string): Promise<Task> {
    await this.sdk.tasks.wait(taskId, { timeoutMs: END_MS });
    return this.read(taskId);
  }

  balance(): Promise<{ balance: number; held: number }> {
    return this.sdk.balance();
  }
}

/** Two accounts of one server. */
export interface Target {
  client: Client;
  other: Client;
}

export interface OwnServer extends Target {
  url: string;
  /** Runs the `reelay` command beside the server, with --json, and returns what it printed. */
  run(...args: string[]): Promise<Fields>;
  /** A new key of the account. */
  openClient(options: { account?: string; mode?: 'test' | 'live'; limits?: string[] }): Promise<Client>;
}

/** The server of the environment, or one started for the calling test file. */
export async function findTarget(): Promise<Target> {
  const { REELAY_URL: url, REELAY_KEY: key, REELAY_OTHER_KEY: otherKey } = process.env;
  if (url === undefined) return startServer({ REELAY_CREATES_PER_10S: '1000' });
  if (key === undefined || otherKey === undefined)
    throw new Error('With REELAY_URL, REELAY_KEY and REELAY_OTHER_KEY must hold test keys of two accounts');
  return { client: new Client(url, key), other: new Client(url, otherKey) };
}

const root = join(import.meta.dirname, '..', '..');
const COMMAND = [process.execPath, join(root, 'server', 'bin', 'reelay.js')] as const;

/**
 * Starts a server with an empty data folder; when the file ends, the server is stopped and the folder
 * removed.
 */
export async function startServer(settings: Record<string, string> = {}): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-acceptance-'));
  // The embedded database may run as another user, who needs access.
  await chmod(folder, 0o755);
  const environment = {
    ...process.env,
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATA_DIR: join(folder, 'data'),
    REELAY_READS_PER_10S: '100000',
    ...settings,
  };
  const { DATABASE_URL: _given, ...env } = environment as Record<string, string | undefined>;
  const answers = watchAnswers(folder);
  const server = spawn(COMMAND[0], [...answers.words, COMMAND[1], 'serve', '--json'], {
    env: { ...env, ...answers.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const dismissGuard = guardAgainstInterruption(Number(server.pid), folder);
  const exited = once(server, 'exit');
  afterAll(async () => {
    server.kill('SIGTERM');
    const result = await Promise.race([exited, pause(STOP_MS, 'late' as const, { ref: false })]);
    if (result === 'late') server.kill('SIGKILL');
    await answers.expectNone().finally(async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      dismissGuard();
    });
    if (result === 'late') throw new Error('The server did not stop when it was asked to');
  }, STOP_MS + 10_000);
  const { address, testKey } = await readReady(server.stdout, exited);
  const run = async (...args: string[]): Promise<Fields> => {
    // After "--" everything is an argument.
    const at = args.includes('--') ? args.indexOf('--') : args.length;
    const { stdout } = await promisify(execFile)(
      COMMAND[0],
      [COMMAND[1], ...args.toSpliced(at, 0, '--json')],
      { env },
    );
    return JSON.parse(stdout) as Fields;
  };
  const openClient: OwnServer['openClient'] = async ({ account = 'default', mode = 'test', limits = [] }) => {
    const { key } = await run('keys', 'create', '--mode', mode, '--account', account, ...limits);
    return new Client(address, String(key));
  };
  await run('accounts', 'create', 'other');
  return {
    url: address,
    client: new Client(address, testKey),
    other: await openClient({ account: 'other' }),
    run,
    openClient,
  };
}

/**
 * Waits in its own session until this end of the pipe closes, for whatever reason; then it ends the server.
 */
function guardAgainstInterruption(processId: number, folder: string): () => void {
  const script = 'cat >/dev/null; kill -TERM "$0" 2>/dev/null && sleep 10; rm -rf "$1"';
  const guard = spawn('sh', ['-c', script, String(processId), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return () => guard.stdin.end();
}

/** The line that the server prints once it answers. */
async function readReady(
  output: NodeJS.ReadableStream,
  exited: Promise<unknown[]>,
): Promise<{ address: string; testKey: string }> {
  const lines = createInterface({ input: output });
  const ready = (async () => {
    for await (const line of lines) if (line.includes('"testKey"')) return line;
    return undefined;
  })();
  const line = await Promise.race([ready, exited, pause(READY_MS, undefined, { ref: false })]);
  if (typeof line !== 'string') throw new Error('The server did not get ready');
  output.resume();
  return JSON.parse(line) as { address: string; testKey: string };
}

/**
 * A receiver of callbacks for the calling test; it answers 200 unless statuses are given for the first calls.
 */
export async function openReceiver(statuses: number[] = []): Promise<Receiver> {
  const left = [...statuses];
  const receiver = await startReceiver({ statusFor: () => left.shift() ?? 200 });
  afterAll(() => receiver.close());
  return receiver;
}
