// A whole server in this process, API and worker, on a real PostgreSQL, with emulators of providers on
// loopback and a receiver of callbacks: what a live key sees, from create to callback.

import { mkdtemp } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import type { EmulatorOptions, RunningEmulator } from '../../emulators/core/emulator.ts';
import { startEmulator } from '../../emulators/core/server.ts';
import { EMULATED_APIS } from '../../emulators/emulators.ts';
import { startApp } from '../../server/src/app.ts';
import { readConfig } from '../../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../../server/src/core.ts';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { newId } from '../../server/src/lib/ids.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { createLog, type Log } from '../../server/src/lib/log.ts';
import { parseCredits } from '../../server/src/lib/money.ts';
import type { Task } from './api.ts';
import { startReceiver } from './receiver.ts';

export const JOBS = '/api/v1/client/job';
/** It ends what hangs; how long a task takes is no matter here. */
const END_WITHIN_MS = 120_000;

export interface Answer {
  status: number;
  body: { code: number; message: string; error?: string; errors?: string[]; data?: JsonObject };
}

export interface ReceivedCallback {
  headers: IncomingHttpHeaders;
  task: Task;
  atMs: number;
}

export interface Upstreams {
  core: Core;
  url: string;
  accountId: string;
  key: string;
  emulators: ReadonlyMap<string, RunningEmulator>;
  /** Callbacks as received, for tasks made with `callbackUrl`. */
  callbacks: ReceivedCallback[];
  callbackUrl: string;
  create(model: string, input: JsonObject, more?: JsonObject): Promise<Answer>;
  /** Creates a task and returns its id. @throws when it was refused. */
  begin(model: string, input: JsonObject): Promise<string>;
  read(taskId: string): Promise<Task>;
  /** Resolves with the task once it has ended. */
  end(taskId: string, withinMs?: number): Promise<Task>;
  cancel(taskId: string): Promise<Answer>;
  /** The names of what happened to a task, in order. */
  eventsOf(taskId: string): Promise<string[]>;
  balance(): Promise<{ posted: bigint; held: bigint }>;
}

export interface UpstreamsOptions {
  /** Ids of the emulators to start, each with its options; a credential is added for each. */
  emulators: Record<string, EmulatorOptions>;
  environment?: Record<string, string>;
  credits?: string;
  /** The default is silent. */
  log?: Log;
}

async function startEmulators(options: UpstreamsOptions['emulators']): Promise<Map<string, RunningEmulator>> {
  const running = new Map<string, RunningEmulator>();
  for (const [id, own] of Object.entries(options)) {
    const api = EMULATED_APIS.find((known) => known.id === id);
    if (!api) throw new Error(`there is no emulator ${id}`);
    running.set(id, await startEmulator(api, { settings: { queueMs: 20, runMs: 50 }, ...own }));
  }
  return running;
}

/** Starts everything for the calling test file, and proves the ledger when the file ends. */
export async function startUpstreams(options: UpstreamsOptions): Promise<Upstreams> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(inject('testServer').folder, 'upstreams-'));
  const log = options.log ?? createLog(process.env.UPSTREAMS_LOG === undefined ? 'silent' : 'debug');
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'silent',
    // Suites that count files and processes have none that are not about them.
    REELAY_POSTERS: 'false',
    REELAY_CREATES_PER_10S: '1000000',
    REELAY_CALLBACKS_PER_10S: '1000000',
    REELAY_READS_PER_10S: '1000000',
    REELAY_LIVE_LOOPBACK_CALLBACKS: 'true',
    ...options.environment,
  });
  await migrateDatabase(database.url, log);
  const core = await createCore(config, database.url, log);
  const emulators = await startEmulators(options.emulators);
  for (const [provider, { fields }] of emulators) {
    await core.credentials.add({ provider, name: 'emulator', fields: { ...fields } });
  }
  const callbacks: ReceivedCallback[] = [];
  const receiver = await startReceiver({
    onReceipt: ({ headers, body }) =>
      callbacks.push({ headers, task: JSON.parse(body) as Task, atMs: performance.now() }),
  });
  const app = await startApp(core, { api: true, work: true }, Promise.resolve(undefined));
  afterAll(async () => {
    await app.stop();
    const violations = await core.credits.audit();
    await core.close();
    for (const emulator of emulators.values()) await emulator.close();
    await receiver.close();
    expect(violations).toEqual([]);
  });
  const { id: accountId } = await core.accounts.create(`account ${newId()}`);
  const { key } = await core.accounts.createKey({ account: accountId, mode: 'live', name: 'live' });
  const amount = parseCredits(options.credits ?? '100000') ?? 0n;
  await core.credits.grant({ accountId, book: 'live', amount, reason: 'for the test' });
  return joinParts(core, {
    url: app.address ?? '',
    accountId,
    key,
    emulators,
    callbacks,
    callbackUrl: receiver.url,
  });
}

type Parts = Pick<Upstreams, 'url' | 'accountId' | 'key' | 'emulators' | 'callbacks' | 'callbackUrl'>;

function joinParts(core: Core, parts: Parts): Upstreams {
  const call = async (path: string, method: string, body?: JsonObject): Promise<Answer> => {
    const response = await fetch(`${parts.url}${path}`, {
      method,
      headers: { 'x-api-key': parts.key, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const read = async (taskId: string) => {
    const { body } = await call(`${JOBS}/TaskInfo?task_id=${taskId}`, 'GET');
    return body.data as unknown as Task;
  };
  const create: Upstreams['create'] = (model, input, more = {}) =>
    call(`${JOBS}/CreateTask`, 'POST', { model, input, ...more });
  return {
    ...parts,
    core,
    create,
    read,
    async begin(model, input) {
      const answer = await create(model, input, { callback_url: parts.callbackUrl });
      if (answer.status !== 200) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
      return String(answer.body.data?.task_id);
    },
    async end(taskId, withinMs = END_WITHIN_MS) {
      const until = performance.now() + withinMs;
      for (;;) {
        const task = await read(taskId);
        if (task.status === 'success' || task.status === 'failed') return task;
        if (performance.now() > until)
          throw new Error(`${taskId} is still ${task.status} after ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    cancel: (taskId) => call(`${JOBS}/CancelTask`, 'POST', { task_id: taskId }),
    async eventsOf(taskId) {
      return (await core.tasks.events(taskId, 0n)).map(({ name }) => name);
    },
    balance: () => core.credits.balance(parts.accountId, 'live'),
  };
}
