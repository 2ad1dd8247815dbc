// What one account notices of another: a loud one does what once delayed everybody, a quiet one does its
// small thing. Both are measured in one run, in pairs, alone and beside the loud one, with the limits of a
// new server.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../server/src/core.ts';
import { startEmbeddedPostgres } from '../server/src/db/embedded.ts';
import { silentLog } from '../server/src/db/log.ts';
import { createLog } from '../server/src/lib/log.ts';
import type { Book } from '../server/src/lib/money.ts';
import { cpuSeconds } from '../test/stage/figures.ts';
import {
  type Bench,
  type BenchOptions,
  type Figure,
  printFigures,
  printLine,
  quantile,
  sleep,
} from './bench.ts';
import { HOST, MAIN, NODE_FLAGS, type Server, startProgram, startServer, stop } from './processes.ts';

const CREATE_PATH = '/api/v1/client/job/CreateTask';
const LOUD = new URL('./loud.ts', import.meta.url).pathname;
const RATIO_MAX = 3;
const PAIRS = 3;
const CALLS_PER_SECOND = 20;
/** The quiet account is a good client with its own rates, so that many samples fit into a short time. */
const QUIET_CREATES_PER_10S = 1_000;

/** The part that the loud process is given. */
export interface LoudPart {
  does: 'invalid bodies' | 'large bodies' | 'uploads' | 'drips' | 'replays' | 'streams';
  port: number;
  key: string;
  ids: readonly string[];
}

interface Caller {
  accountId: string;
  key: string;
}

interface Stage {
  core: Core;
  server: Server;
  loud: Caller;
  quiet: Caller;
  quick: boolean;
  /** A host that is called back; `received` counts by path. */
  receiver: { url: string; received: Map<string, number>; onCall: (path: string, body: string) => void };
}

interface Row {
  id: string;
  about: string;
  /** Makes the noise; resolves with a function that ends it and says what came of it. */
  begin(stage: Stage): Promise<() => Promise<string>>;
  /** The small thing, for a while or a few times: how long each took in milliseconds. */
  measure(stage: Stage): Promise<number[]>;
}

async function call(
  stage: Stage,
  caller: Caller,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://${HOST}:${stage.server.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': caller.key, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status === 429) {
    // On a fast machine, the row before may have used up the rate.
    await sleep(1_000);
    return call(stage, caller, path, body);
  }
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { data: Record<string, unknown> }).data;
}

async function create(stage: Stage, caller: Caller, input: object, more: object = {}): Promise<string> {
  const data = await call(stage, caller, CREATE_PATH, { model: 'reelay/draft-t2v', input, ...more });
  return String(data.task_id);
}

/** Does a thing at a steady rate, each counted from when it was due. */
async function paced(stage: Stage, act: (at: number) => Promise<unknown>): Promise<number[]> {
  const count = CALLS_PER_SECOND * (stage.quick ? 2 : 6);
  const startedMs = performance.now();
  const timesMs: number[] = [];
  const underWay: Promise<void>[] = [];
  for (let at = 0; at < count; at++) {
    const dueMs = startedMs + (at * 1_000) / CALLS_PER_SECOND;
    await sleep(dueMs - performance.now());
    underWay.push(act(at).then(() => void timesMs.push(performance.now() - dueMs)));
  }
  await Promise.all(underWay);
  return timesMs;
}

const readBalance = (stage: Stage) =>
  paced(stage, () => call(stage, stage.quiet, '/api/v1/client/account/balance'));

/** The noise of a process of its own. */
function noise(
  does: LoudPart['does'],
  prepare: (stage: Stage) => Promise<readonly string[]> = async () => [],
) {
  return async (stage: Stage) => {
    const part: LoudPart = { does, port: stage.server.port, key: stage.loud.key, ids: await prepare(stage) };
    const pid = Number(stage.server.child.pid);
    const [startedMs, usedSeconds] = [performance.now(), cpuSeconds(pid)];
    const program = await startProgram([LOUD, JSON.stringify(part)], {});
    await sleep(1_000);
    return async () => {
      const share = (cpuSeconds(pid) - usedSeconds) / ((performance.now() - startedMs) / 1_000);
      return `${await stop(program)}, server at ${(share * 100).toFixed(0)} % of a core`;
    };
  };
}

async function uploadSmall(stage: Stage): Promise<void> {
  const path = '/api/v1/client/files/upload-url?content_type=image/png&ext=.png';
  const { presigned_url: link } = await call(stage, stage.quiet, path);
  const body = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100_000)]);
  const answer = await fetch(String(link), { method: 'PUT', headers: { 'content-type': 'image/png' }, body });
  if (answer.status !== 200)
    throw new Error(`an upload was answered ${answer.status}: ${await answer.text()}`);
}

/** From a create to its callback. */
async function awaitCallbacks(stage: Stage): Promise<number[]> {
  const { receiver } = stage;
  const ended = new Map<string, () => void>();
  const early = new Set<string>();
  receiver.onCall = (path, body) => {
    const id = String((JSON.parse(body) as { task_id: unknown }).task_id);
    if (path !== '/quiet') return;
    const end = ended.get(id);
    if (end) end();
    else early.add(id);
  };
  return paced(stage, async () => {
    const input = { prompt: 'reelay:moderation' };
    const id = await create(stage, stage.quiet, input, { callback_url: `${receiver.url}/quiet` });
    if (!early.has(id)) await new Promise<void>((resolve) => ended.set(id, resolve));
  });
}

async function ended(stage: Stage, caller: Caller, id: string): Promise<void> {
  for (;;) {
    const { status } = await call(stage, caller, `/api/v1/client/job/TaskInfo?task_id=${id}`);
    if (status === 'success' || status === 'failed') return;
    await sleep(50);
  }
}

async function renderShort(stage: Stage): Promise<number[]> {
  const timesMs: number[] = [];
  for (let times = 0; times < (stage.quick ? 1 : 3); times++) {
    const beganMs = performance.now();
    const input = { prompt: 'a lake at sunset', resolution: '480p', duration: 2, seed: times };
    await ended(stage, stage.quiet, await create(stage, stage.quiet, input));
    timesMs.push(performance.now() - beganMs);
  }
  return timesMs;
}

/** A scenario that needs no renderer. */
async function failAtOnce(stage: Stage): Promise<number[]> {
  const timesMs: number[] = [];
  for (let times = 0; times < (stage.quick ? 3 : 12); times++) {
    const beganMs = performance.now();
    await ended(stage, stage.quiet, await create(stage, stage.quiet, { prompt: 'reelay:moderation' }));
    timesMs.push(performance.now() - beganMs);
  }
  return timesMs;
}

async function beginDrafts(stage: Stage): Promise<() => Promise<string>> {
  const input = { prompt: 'a city at night', resolution: '1080p', duration: 12 };
  const ids = await Promise.all(Array.from({ length: 20 }, () => create(stage, stage.loud, input)));
  await sleep(2_000);
  return async () => {
    const open = await countOpen(stage);
    const path = '/api/v1/client/job/CancelTask';
    // A task that has ended meanwhile refuses.
    await Promise.allSettled(ids.map((task_id) => call(stage, stage.loud, path, { task_id })));
    while ((await countOpen(stage)) > 0) await sleep(100);
    await sleep(10_000);
    return `${open} of 20 long drafts still open`;
  };
}

async function countOpen({ core, loud }: Stage): Promise<number> {
  const { rows } = await core.pool.query<{ open: number }>(
    'select count(*)::integer as open from tasks where account_id = $1 and due_at is not null',
    [loud.accountId],
  );
  return rows[0].open;
}

async function prepareCallbacks(stage: Stage): Promise<string[]> {
  const { core, loud, receiver } = stage;
  for (let at = 0; at < 15; at++) {
    const input = { prompt: 'reelay:moderation', note: 'x'.repeat(8_000) };
    await create(stage, loud, input, { callback_url: `${receiver.url}/loud` });
  }
  await sleep(1_000);
  const owner = { accountId: loud.accountId, testMode: true };
  return (await core.callbacks.list({ owner, limit: 100 })).map(({ id }) => id);
}

/** Twelve thousand waiting tasks, one of them as large as allowed. */
async function prepareWaiting(stage: Stage): Promise<string[]> {
  const { core, loud } = stage;
  const id = await create(stage, loud, { prompt: 'reelay:stuck' });
  const { rows } = await core.pool.query<{ waiting: number }>(
    'select count(*)::integer as waiting from tasks where account_id = $1',
    [loud.accountId],
  );
  if (rows[0].waiting < 12_000) {
    await core.pool.query(
      `insert into tasks (id, account_id, key_id, book, model, input, price, deadline_at, due_at)
       select gen_random_uuid(), account_id, key_id, book, model, input, 0, now() + interval '1 day', now() + interval '1 day'
       from tasks, generate_series(1, 12000) where id = $1`,
      [id],
    );
  }
  await core.pool.query(
    `update tasks set input = json_build_object('prompt', 'reelay:stuck ' || repeat('y', 240000)) where id = $1`,
    [id],
  );
  return [id];
}

const ROWS: readonly Row[] = [
  {
    id: 'B1',
    about: 'invalid bodies of 20,000 names; a balance',
    begin: noise('invalid bodies'),
    measure: readBalance,
  },
  {
    id: 'B2',
    about: 'uploads of 8 MB without end; a small upload',
    begin: noise('uploads'),
    measure: (stage) => paced(stage, () => uploadSmall(stage)),
  },
  {
    id: 'B3',
    about: '500 answered requests that continue to send; a balance',
    begin: noise('drips'),
    measure: readBalance,
  },
  {
    id: 'B4',
    about: 'bodies of 5 MB; a create',
    begin: noise('large bodies'),
    measure: (stage) => paced(stage, () => create(stage, stage.quiet, { prompt: 'reelay:moderation' })),
  },
  {
    id: 'B5',
    about: 'replays in a loop; from a create to its callback',
    begin: noise('replays', prepareCallbacks),
    measure: awaitCallbacks,
  },
  { id: 'B6', about: '20 drafts of 12 s in 1080p; a draft of 2 s', begin: beginDrafts, measure: renderShort },
  { id: 'B6', about: 'the same; a scenario that fails at once', begin: beginDrafts, measure: failAtOnce },
  {
    id: 'B7',
    about: '200 streams on a task of 240 KB, 12,000 tasks wait; a task',
    begin: noise('streams', prepareWaiting),
    measure: readBalance,
  },
];

async function measureRow(stage: Stage, { id, about, begin, measure }: Row): Promise<void> {
  const alone: number[] = [];
  const beside: number[] = [];
  const ends: string[] = [];
  for (let pair = 0; pair < (stage.quick ? 1 : PAIRS); pair++) {
    alone.push(...(await measure(stage)));
    const end = await begin(stage);
    try {
      beside.push(...(await measure(stage)));
    } finally {
      ends.push(await end());
      await sleep(1_000);
    }
  }
  printLine(`${id}: ${about}`);
  printLine(`  the loud one: ${ends.at(-1)}`);
  const ratio = quantile(beside, 0.99) / quantile(alone, 0.99);
  const figures: Figure[] = (['alone', 'beside'] as const).flatMap((name) =>
    [0.5, 0.99].map((share) => ({
      name: `${name} p${share * 100}`,
      value: quantile(name === 'alone' ? alone : beside, share),
      unit: 'ms',
      digits: 1,
    })),
  );
  printFigures([
    ...figures,
    { name: 'p99 beside, by alone', value: ratio, unit: '', digits: 1, atMost: RATIO_MAX },
  ]);
}

async function openCaller(core: Core, name: string, createsPer10s?: number): Promise<Caller> {
  const { id: accountId } = await core.accounts.create(name);
  const mode: Book = 'test';
  const { key } = await core.accounts.createKey({
    account: accountId,
    mode,
    name,
    createsMax: createsPer10s,
  });
  await core.credits.grant({ accountId, book: mode, amount: 10_000_000_000_000n as never, reason: 'bench' });
  return { accountId, key };
}

type Receiver = Stage['receiver'] & { close: () => void };

async function openReceiver(): Promise<Receiver> {
  const received = new Map<string, number>();
  const receiver: Receiver = { url: '', received, onCall: () => undefined, close: () => undefined };
  const server = createServer((request, response) => {
    const path = String(request.url);
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.end('ok');
      received.set(path, (received.get(path) ?? 0) + 1);
      receiver.onCall(path, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  receiver.url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  receiver.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return receiver;
}

async function measure({ dataDir, quick }: BenchOptions): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const environment = {
    DATA_DIR: dataDir,
    DATABASE_URL: postgres.url,
    PORT: '0',
    LOG_LEVEL: 'fatal',
    // A limit that is reached in seconds.
    REELAY_UPLOADS_MIB_MAX: '200',
  };
  const log = createLog('fatal');
  await migrateDatabase(postgres.url, log);
  const core = await createCore(readConfig(environment), postgres.url, log);
  await core.catalog.seed();
  const [loud, quiet] = [
    await openCaller(core, 'loud'),
    await openCaller(core, 'quiet', QUIET_CREATES_PER_10S),
  ];
  const receiver = await openReceiver();
  const server = await startServer([...NODE_FLAGS, MAIN, 'serve', '--json'], environment);
  const stage: Stage = { core, server, loud, quiet, quick, receiver };
  try {
    await readBalance(stage);
    for (const row of ROWS) await measureRow(stage, row);
    printLine(`  the host of the loud account received ${receiver.received.get('/loud') ?? 0} posts`);
  } finally {
    receiver.close();
    await stop(server);
    await core.close();
    await postgres.stop();
  }
}

export const neighboursBench: Bench = {
  name: 'neighbours',
  about: 'what a quiet account notices of a loud one, row by row',
  run: measure,
};
