// A server in its own process with accounts at emulated providers, which run in this process, so that its
// memory can be watched from outside. At the end its log contains no secret, it has stopped properly, and has
// left nothing behind.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { CATALOGUE_FILE } from '../../emulators/bytedance-effects/templates.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { startEmulator } from '../../emulators/core/server.ts';
import { EMULATED_APIS } from '../../emulators/emulators.ts';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import type { Task } from '../stage/api.ts';
import { residentMib } from '../stage/figures.ts';
import { type Environment, type ServerProcess, Site } from '../stage/processes.ts';
import { JOBS } from '../stage/upstreams.ts';
import { waitFor } from '../stage/wait.ts';
import { expectClean, type Line } from './stage.ts';
import { listTargets, type Target } from './targets.ts';

const OPERATOR_TOKEN = 'the-operator-token-of-the-hostile-tests';
const END_WITHIN_MS = 180_000;
const OPERATOR = '/api/v1/operator';
const CREDENTIALS = `${OPERATOR}/credentials`;

/**
 * The settings of a worker whose memory counts: left alone, V8 keeps garbage by the memory of the machine.
 * With glibc, freed buffers are returned at once, so that one test's are not counted in the next.
 */
const MEMORY_ENVIRONMENT = { NODE_OPTIONS: '--max-old-space-size=512', MALLOC_MMAP_THRESHOLD_: '32768' };

export interface Probed {
  provider: string;
  works: boolean;
  detail: string;
}

export interface Child {
  emulators: readonly RunningEmulator[];
  /** Makes a task at every provider at once, this many times; returns their ids. */
  beginEverywhere(times: number): Promise<string[]>;
  /** Makes a task. Returns its id. */
  begin(order: Pick<Target, 'model' | 'input'>): Promise<string>;
  /** Makes the next look at every open job due now. */
  hurry(): Promise<void>;
  /** Hurries; resolves with the tasks once they have ended. */
  end(taskIds: readonly string[]): Promise<Task[]>;
  /** Tests all accounts at once, as an operator does. */
  probeAll(): Promise<Probed[]>;
  /** Memory that the process holds now, in MiB. */
  residentMib(): number;
  /** Log lines of an event. */
  lines(msg: string): Line[];
  stagingFiles(): Promise<string[]>;
}

/** Emulators of the providers, and their accounts as the environment of a server. */
async function startEmulators(targets: readonly Target[]) {
  const emulators: RunningEmulator[] = [];
  const environment: Environment = {};
  afterAll(async () => {
    for (const emulator of emulators) await emulator.close();
  });
  for (const api of EMULATED_APIS) {
    const fields = targets.find(({ id }) => id === api.id)?.secrets;
    if (!fields) continue;
    const emulator = await startEmulator(api, { fields, settings: { queueMs: 20, runMs: 50 } });
    emulators.push(emulator);
    for (const field of api.fields) environment[field.environment] = emulator.fields[field.name];
  }
  return { emulators, environment };
}

/** Starts all of it for the calling test file; resolves once the server answers. */
export async function startChild(): Promise<Child> {
  const targets = listTargets().filter(({ isChosenOnly }) => !isChosenOnly);
  const database = await createTestDatabase();
  const { emulators, environment } = await startEmulators(targets);
  const site = await Site.open({
    DATABASE_URL: database.url,
    LOG_LEVEL: 'debug',
    REELAY_OPERATOR_TOKEN: OPERATOR_TOKEN,
    REELAY_UNKNOWN_MINUTES_MAX: '0.05',
    ...environment,
  });
  afterAll(() => site.close());
  const server = site.start(MEMORY_ENVIRONMENT);
  let printed = '';
  for (const stream of [server.child.stdout, server.child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
  }
  const stagingFiles = () => readdir(join(site.environment.DATA_DIR, 'staging'));
  afterAll(async () => {
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expectClean(printed.split('\n'), targets);
    expect(await stagingFiles()).toEqual([]);
  });
  const call = await openAccount(site, server);
  const hurry = async () => {
    // Rows that the server holds just now are skipped: waiting for two rows in another order than the server
    // would be a deadlock.
    await database.pool.query(
      `with resting as (
         select task_id, epoch from attempts where ended_at is null and look_at > now() for update skip locked)
       update attempts a set look_at = now() from resting r where a.task_id = r.task_id and a.epoch = r.epoch`,
    );
  };
  return {
    ...joinCalls(call, targets, hurry),
    hurry,
    emulators,
    residentMib: () => residentMib(server.pid),
    lines: (msg) => {
      // The last line may still be incomplete.
      const whole = printed.split('\n').slice(0, -1);
      const lines = whole.filter((text) => text.includes(`"msg":"${msg}"`));
      return lines.map((text) => JSON.parse(text) as Line);
    },
    stagingFiles,
  };
}

type Call = (path: string, method: string, body?: JsonObject) => Promise<JsonObject>;

/** Waits until the server is ready. Returns ways to call it, with a live key and as its operator. */
async function openAccount(site: Site, server: ServerProcess): Promise<Call> {
  const announced = await server.ready;
  if (!announced) throw new Error(`the server ended before it was ready: ${server.log()}`);
  const { key } = (await site.run('keys', 'create', '--mode', 'live')) as { key: string };
  await site.run('credits', 'grant', '100000');
  await site.run('templates', 'import', fileURLToPath(CATALOGUE_FILE));
  return async (path, method, body) => {
    const response = await fetch(`${announced.address}${path}`, {
      method,
      headers: {
        'x-api-key': key,
        authorization: `Bearer ${OPERATOR_TOKEN}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method} ${path}: ${text}`);
    const answer = JSON.parse(text) as JsonObject;
    return path.startsWith(OPERATOR) ? answer : (answer.data as JsonObject);
  };
}

function joinCalls(
  call: Call,
  targets: readonly Target[],
  hurry: Child['hurry'],
): Pick<Child, 'begin' | 'beginEverywhere' | 'end' | 'probeAll'> {
  const begin: Child['begin'] = async ({ model, input }) =>
    String((await call(`${JOBS}/CreateTask`, 'POST', { model, input })).task_id);
  const end = (taskId: string) =>
    waitFor(`the end of ${taskId}`, END_WITHIN_MS, async () => {
      await hurry();
      const task = (await call(`${JOBS}/TaskInfo?task_id=${taskId}`, 'GET')) as unknown as Task;
      return (task.status === 'success' || task.status === 'failed') && task;
    });
  return {
    begin,
    beginEverywhere: (times) => Promise.all(Array.from({ length: times }, () => targets.map(begin)).flat()),
    async end(taskIds) {
      const tasks: Task[] = [];
      // One after the other, so that the server is busy with its providers and not with this client.
      for (const taskId of taskIds) tasks.push(await end(taskId));
      return tasks;
    },
    async probeAll() {
      const { items } = await call(CREDENTIALS, 'GET');
      return Promise.all(
        (items as JsonObject[]).map(async ({ id, provider }) => {
          const { works, detail } = await call(`${CREDENTIALS}/${id}/test`, 'POST');
          return { provider, works, detail } as unknown as Probed;
        }),
      );
    },
  };
}
