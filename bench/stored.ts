// What a long history costs: the same calls at two servers that differ only in how many ended tasks their databases have,
// 10,000 and many, by turns. Each call is of the account that has 40 percent of the tasks.
import { join } from 'node:path';
import type { Pool } from 'pg';
import { readConfig } from '../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../server/src/core.ts';
import { startEmbeddedPostgres } from '../server/src/db/embedded.ts';
import { silentLog } from '../server/src/db/log.ts';
import { createPool } from '../server/src/db/pool.ts';
import { createLog } from '../server/src/lib/log.ts';
import { DAY_MS } from '../server/src/lib/time.ts';
import { type BenchOptions, type Figure, isWithin, printFigures, printLine, quantile } from './bench.ts';
import { fillHistory } from './fill.ts';
import { HOST, MAIN, NODE_FLAGS, type Server, startServer, stop } from './processes.ts';
import { CREATE_PATH } from './stage.ts';

const FEW = 10_000;
const ACCOUNTS = 200;
const KEYS = 3;
const GRANT = 900_000_000_000_000n;
const TURNS = 25;
const JOB = '/api/v1/client/job';
const ACCOUNT = '/api/v1/client/account';
/** Of the median with few tasks; what is left is the noise of a busy machine. */
const RATIO_MAX = 1.5;
const LIST_MS_MAX = 20;
const AUDIT_MS_MAX = 100;
const CREATE_BODY = { model: 'reelay/draft-t2v', input: { prompt: 'a lantern on a quay' } };

interface Side {
  server: Server;
  core: Core;
  liveKey: string;
  testKey: string;
  /** Ids deep in the history of the account. */
  taskId: string;
  transferId: string;
}

/** A call by its path; one without a path is a create. */
interface Case {
  name: string;
  path?: (side: Side) => string;
  bound: Pick<Figure, 'atMost'> & { of: 'ratio' | 'time' };
}

const secondsAgo = (days: number) => Math.floor((Date.now() - days * DAY_MS) / 1_000);
const byId = { of: 'ratio', atMost: RATIO_MAX } as const;
const asList = { of: 'time', atMost: LIST_MS_MAX } as const;

const CASES: readonly Case[] = [
  { name: 'create, one client', bound: byId },
  { name: 'TaskInfo', path: ({ taskId }) => `${JOB}/TaskInfo?task_id=${taskId}`, bound: byId },
  { name: 'tasks, first page', path: () => `${JOB}/Tasks`, bound: asList },
  { name: 'tasks, deep', path: ({ taskId }) => `${JOB}/Tasks?cursor=${taskId}`, bound: asList },
  { name: 'tasks, pending (none)', path: () => `${JOB}/Tasks?status=pending`, bound: asList },
  { name: 'tasks, failed', path: () => `${JOB}/Tasks?status=failed`, bound: asList },
  { name: 'tasks, a model never used', path: () => `${JOB}/Tasks?model=vidu%2Fq1-r2v`, bound: asList },
  {
    name: 'tasks, one day 50 days ago',
    path: () => `${JOB}/Tasks?from=${secondsAgo(50)}&to=${secondsAgo(49)}`,
    bound: asList,
  },
  {
    name: 'usage by day',
    path: () => `${ACCOUNT}/usage?from=${secondsAgo(30) - (secondsAgo(30) % 86_400)}`,
    bound: asList,
  },
  { name: 'statement, first page', path: () => `${ACCOUNT}/statement`, bound: asList },
  {
    name: 'statement, deep',
    path: ({ transferId }) => `${ACCOUNT}/statement?cursor=${transferId}`,
    bound: asList,
  },
  { name: 'callbacks', path: () => `${ACCOUNT}/callbacks`, bound: asList },
];

/** @returns whether every figure is within its bound. */
export async function runStored({ dataDir, quick }: BenchOptions, tasks: number): Promise<boolean> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const sides: Side[] = [];
  try {
    for (const [name, count] of [
      ['few', FEW],
      ['many', tasks],
    ] as const) {
      sides.push(await openSide({ url: postgres.url, dataDir: join(dataDir, name) }, name, count));
    }
    const figures = await measureAll(sides, quick ? 5 : TURNS);
    printFigures(figures);
    return figures.every(isWithin);
  } finally {
    for (const { server, core } of sides) {
      await stop(server);
      await core.close();
    }
    await postgres.stop();
  }
}

async function openSide(place: { url: string; dataDir: string }, name: string, tasks: number): Promise<Side> {
  const log = createLog('error');
  const url = place.url.replace(/\/reelay$/, `/${name}`);
  const admin = createPool(place.url, { max: 1, applicationName: 'bench', log: silentLog });
  await admin.query(`create database ${name}`);
  await admin.end();
  await migrateDatabase(url, log);
  const environment = {
    DATA_DIR: place.dataDir,
    DATABASE_URL: url,
    PORT: '0',
    LOG_LEVEL: 'error',
    REELAY_READS_PER_10S: '1000000',
  };
  const core = await createCore(readConfig(environment), url, log);
  const fields = { api_key: 'none', base_url: `http://${HOST}:9` };
  const { id: credentialId } = await core.credentials.add({ provider: 'ark', name: 'history', fields });
  const accountIds: string[] = [];
  const keys: string[] = [];
  for (let at = 0; at < ACCOUNTS; at++) {
    const { id } = await core.accounts.create(`account-${at}`);
    accountIds.push(id);
    for (let key = 0; key < KEYS; key++)
      keys.push((await core.accounts.createKey({ account: id, mode: 'live', name: `key-${key}` })).key);
    await core.credits.grant({ accountId: id, book: 'live', amount: GRANT, reason: 'for the bench' });
  }
  const [account] = accountIds;
  const { key: testKey } = await core.accounts.createKey({ account, mode: 'test', name: 'creates' });
  const startedMs = performance.now();
  await fillHistory(core.pool, { tasks, accountIds, credentialId });
  printLine(`  ${tasks} tasks were written in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`);
  await core.credits.auditRecent();
  const server = await startServer([...NODE_FLAGS, MAIN, 'api', '--json'], environment);
  const [taskId, transferId] = [
    await readDeepId(core.pool, 'tasks', account),
    await readDeepId(core.pool, 'transfers', account),
  ];
  return { server, core, liveKey: keys[0], testKey, taskId, transferId };
}

/** The id behind nine tenths of the rows of an account, from the newest. */
async function readDeepId(pool: Pool, table: 'tasks' | 'transfers', accountId: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from ${table} where account_id = $1 order by id
     offset (select count(*) / 10 from ${table} where account_id = $1) limit 1`,
    [accountId],
  );
  return rows[0].id;
}

async function measureAll(sides: readonly Side[], turns: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, path, bound } of CASES) {
    const times = sides.map((): number[] => []);
    for (let turn = 0; turn < turns; turn++) {
      for (const [at, side] of sides.entries()) times[at].push(await timeCall(side, path?.(side)));
    }
    figures.push(...compare(name, times, bound));
  }
  const audits = sides.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [at, { core }] of sides.entries()) {
      const startedMs = performance.now();
      await core.credits.auditRecent();
      audits[at].push(performance.now() - startedMs);
    }
  }
  figures.push(...compare('audit of each minute', audits, { of: 'time', atMost: AUDIT_MS_MAX }));
  return figures;
}

function compare(name: string, [few, many]: number[][], { of, atMost }: Case['bound']): Figure[] {
  const [before, after] = [quantile(few, 0.5), quantile(many, 0.5)];
  return [
    {
      name: `${name}: median with many`,
      value: after,
      unit: 'ms',
      digits: 1,
      ...(of === 'time' && { atMost }),
    },
    {
      name: '  of that with few',
      value: after / before,
      unit: 'times',
      digits: 2,
      ...(of === 'ratio' && { atMost }),
    },
  ];
}

async function timeCall({ server, liveKey, testKey }: Side, path: string | undefined): Promise<number> {
  const startedMs = performance.now();
  const address = `http://${HOST}:${server.port}${path ?? CREATE_PATH}`;
  const answer = await fetch(address, {
    method: path === undefined ? 'POST' : 'GET',
    headers: { 'x-api-key': path === undefined ? testKey : liveKey, 'content-type': 'application/json' },
    ...(path === undefined && { body: JSON.stringify(CREATE_BODY) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address} was answered ${answer.status}: ${text.slice(0, 200)}`);
  return performance.now() - startedMs;
}
