// The whole API on a real database and a real socket, with the parts behind it at hand. There is no worker: a test ends
// tasks itself. Only for tests.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Pool as DatabasePool } from 'pg';
import { type Dispatcher, Pool } from 'undici';
import { afterAll, inject } from 'vitest';
import type { KeyRow } from '../accounts/accounts.ts';
import type { KeyLimitsChange } from '../accounts/key-limits.ts';
import type { Role } from '../accounts/roles.ts';
import { createApi } from '../app.ts';
import { readConfig } from '../config.ts';
import { type Core, createCore, migrateDatabase } from '../core.ts';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { newId, oldestIdAt } from '../lib/ids.ts';
import { isObject, type Json, type JsonObject, parseOwnJson } from '../lib/json.ts';
import { createLog } from '../lib/log.ts';
import type { Book } from '../lib/money.ts';
import { type Micros, parseCredits } from '../lib/money.ts';
import type { TaskRow } from '../tasks/task.ts';
import { readTasksById } from '../tasks/tasks.store.ts';
import type { LingerLimits } from './linger.ts';
import { createMetrics } from './metrics.ts';

export const CREATE_PATH = '/api/v1/client/job/CreateTask';

/** A body that every test key may send; it is free until a price is set. */
export const GOOD_BODY = { model: 'reelay/draft-t2v', input: { prompt: 'a city at night' } };

const CONNECTIONS_MAX = 64;

export interface Caller {
  accountId: string;
  key: string;
  row: KeyRow;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The body as JSON; an empty object if it is not JSON. */
  body: JsonObject;
  /** `data` of the envelope; an empty object if it has none. */
  data: JsonObject;
}

export interface Call {
  method?: Dispatcher.HttpMethod;
  path: string;
  key?: string;
  /** An object is sent as JSON; text and bytes are sent unchanged, as `application/json` unless the headers differ. */
  body?: Json | Uint8Array;
  headers?: Record<string, string | string[]>;
}

export interface TestApi {
  app: FastifyInstance;
  /** The address at which it listens. */
  url: string;
  core: Core;
  call(call: Call): Promise<Answer>;
  create(caller: Caller, body?: Call['body'], headers?: Call['headers']): Promise<Answer>;
  /** Makes an account with this many credits in the book of the key's mode. */
  openAccount(options?: AccountOptions): Promise<Caller>;
  /** Makes a further key of an account. */
  openKey(accountId: string, options?: AccountOptions): Promise<Caller>;
  /** Makes an open task one that was created at that time. @returns its id, which says so too. */
  backdate(taskId: string, created: Date): Promise<string>;
  /** Ends a task as a worker would. */
  endTask(taskId: string, how?: 'succeeded' | 'failed' | 'expired'): Promise<void>;
  readTask(taskId: string): Promise<TaskRow>;
}

export interface AccountOptions {
  mode?: Book;
  credits?: string;
  createsPer10s?: number;
  readsPer10s?: number;
  strict?: boolean;
  role?: Role;
  limits?: KeyLimitsChange;
}

/** Credits as written in a test. */
export function micros(credits: string): Micros {
  const amount = parseCredits(credits);
  if (amount === undefined) throw new Error(`${credits} is not an amount`);
  return amount;
}

/** The sentences of a 422. */
export function errorsOf(answer: Answer): string[] {
  return Array.isArray(answer.body.errors) ? answer.body.errors.map(String) : [];
}

/** Starts the API for the calling test file, and checks its ledger when the file ends. */
export async function createTestApi(
  environment: Record<string, string> = {},
  linger?: LingerLimits,
  given: Partial<Pick<Core, 'fetchImages'>> = {},
): Promise<TestApi> {
  const database = await createTestDatabase();
  // Inside the folder of the run, which is removed however the run ends.
  const dataDir = await mkdtemp(join(inject('testServer').folder, 'http-'));
  const log = createLog('silent');
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'silent',
    REELAY_CREATES_PER_10S: '1000000',
    REELAY_READS_PER_10S: '1000000',
    ...environment,
  });
  await migrateDatabase(database.url, log);
  const core = { ...(await createCore(config, database.url, log)), ...given };
  await core.catalog.seed();
  const metrics = createMetrics({ ...core, running: () => 0 });
  const app = await createApi(core, metrics, undefined, linger);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  core.publicUrl.value = config.publicUrl ?? url;
  const connections = new Pool(url, { connections: CONNECTIONS_MAX });
  afterAll(async () => {
    const violations = await core.credits.audit();
    await connections.destroy();
    await app.close();
    await core.close();
    if (violations.length > 0) throw new Error(`The ledger is broken: ${JSON.stringify(violations)}`);
  });
  return joinApi({ app, url, connections }, core);
}

type Server = Pick<TestApi, 'app' | 'url'> & { connections: Pool };

function joinApi({ app, url, connections }: Server, core: Core): TestApi {
  const call: TestApi['call'] = (request) => send(connections, request);
  const openKey: TestApi['openKey'] = async (accountId, options = {}) => {
    const { key, row } = await core.accounts.createKey({
      account: accountId,
      mode: options.mode ?? 'test',
      name: 'for a test',
      role: options.role,
      strict: options.strict,
      createsMax: options.createsPer10s,
      readsPer10s: options.readsPer10s ?? null,
      ...options.limits,
    });
    return { accountId, key, row };
  };
  return {
    app,
    url,
    core,
    call,
    create: (caller, body = GOOD_BODY, headers = {}) =>
      call({ method: 'POST', path: CREATE_PATH, key: caller.key, body, headers }),
    openKey,
    async openAccount(options = {}) {
      const { id } = await core.accounts.create(`account ${newId()}`);
      const amount = micros(options.credits ?? '1000');
      if (amount > 0n)
        await core.credits.grant({
          accountId: id,
          book: options.mode ?? 'test',
          amount,
          reason: 'for a test',
        });
      return openKey(id, options);
    },
    backdate: (taskId, created) => backdate(core.pool, taskId, created),
    async endTask(taskId, how = 'succeeded') {
      const task = await readTask(core, taskId);
      const facts = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [] };
      const ended =
        how === 'succeeded'
          ? await core.settler.succeed(task, facts)
          : await core.settler.fail(task, {
              state: how,
              error: how === 'expired' ? 'task_expired' : 'generation_failed',
              message: 'ended by a test',
            });
      if (!ended) throw new Error(`The task ${taskId} had ended before`);
    },
    readTask: (taskId) => readTask(core, taskId),
  };
}

async function backdate(pool: DatabasePool, taskId: string, created: Date): Promise<string> {
  const id = oldestIdAt(created.getTime()).slice(0, 23) + taskId.slice(23);
  await withTransaction(pool, async (client) => {
    await client.query('update task_events set task_id = $2 where task_id = $1', [taskId, id]);
    await client.query(
      `with moved as (update tasks set id = $2, created_at = $3 where id = $1 returning key_id, price)
       update create_limits l set spent_today = spent_today - moved.price from moved where l.key_id = moved.key_id`,
      [taskId, id, created],
    );
  });
  return id;
}

async function readTask(core: Core, taskId: string): Promise<TaskRow> {
  const [row] = await readTasksById(core.pool, [taskId]);
  if (!row) throw new Error(`There is no task ${taskId}`);
  return row;
}

async function send(connections: Pool, { method = 'GET', path, key, body, headers }: Call): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await connections.request({
    method,
    path,
    headers: {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined || isRaw ? body : JSON.stringify(body),
  });
  const text = await response.body.text();
  const isJson = String(response.headers['content-type']).startsWith('application/json') && text !== '';
  const parsed: Json = isJson ? parseOwnJson(text) : {};
  const answer = isObject(parsed) ? parsed : {};
  const fields = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: response.statusCode,
    headers: Object.fromEntries(fields),
    text,
    body: answer,
    data: isObject(answer.data) ? answer.data : {},
  };
}
