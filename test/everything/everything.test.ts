// One run of everything: every offer of the catalogue at its provider's emulator, through two APIs, with two
// workers, one of which is killed with -9 on the way and not replaced. Only what is visible from outside is
// judged: the API, the receiver of callbacks, the emulators' own logs, the ledger, everything that was
// printed.

import { readFile } from 'node:fs/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOfSample } from '../../draft/samples/samples.ts';
import type { AcceptedJob } from '../../emulators/core/accepted-log.ts';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { findFileTypeByHead } from '../../server/src/lib/file-types.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { providers } from '../../server/src/providers/registry.ts';
import type { StatementRow, Task } from '../stage/api.ts';
import { ask, type Door, readBalance, readPages } from '../stage/api.ts';
import { call, dataOf } from '../stage/http.ts';
import { type Exit, signal } from '../stage/processes.ts';
import { followEvents } from '../stage/stream.ts';
import { readVideo } from '../stage/video.ts';
import { waitFor } from '../stage/wait.ts';
import { listOrders, type Order } from './orders.ts';
import { GRANTED, holdStarts, openStage, readAccepted, type Stage, secretsOf } from './stage.ts';

const ENDED_WITHIN_MS = 120_000;
const CALLED_WITHIN_MS = 20_000;
const PICTURE = fileOfSample('person');
const PICTURE_MODELS = new Set(
  readShippedModels().flatMap(({ model, modality }) => (modality === 'image' ? [model] : [])),
);
const SOUND_MODELS = new Set(
  readShippedModels().flatMap(({ model, modality }) => (modality === 'audio' ? [model] : [])),
);
/** The providers whose answers carry pictures. */
const CARRIERS: ReadonlySet<string> = new Set(['google-veo', 'openai-images']);
/**
 * The providers that answer the first starts so late that the worker dies during them: one that can be
 * searched, one that calls back, and one that reveals nothing.
 */
const HELD = ['kling', 'ark', 'runway'];
/** Less than the 30 s for which a worker waits for the answer to a start. */
const HOLD = { times: 2, ms: 20_000 };
const ENVIRONMENT = {
  LOG_LEVEL: 'debug',
  REELAY_SECRET: 'of a run of everything against emulators',
  REELAY_LIVE_LOOPBACK_CALLBACKS: 'true',
  // So that the start about which nothing can be learnt is given up within the run.
  REELAY_UNKNOWN_MINUTES_MAX: '0.2',
};

/** A task from its order to its end. */
interface Made extends Order {
  id: string;
  /** The task object at the end, character for character. */
  text: string;
  task: Task;
}

/** What the kill interrupted. */
interface Kill {
  exit: Exit;
  accepted: number;
  open: number;
  /** Tasks that the worker was starting: their providers may or may not have them. */
  cut: string[];
}

const database = await createTestDatabase();
const closers: (() => void | Promise<void>)[] = [];
let stage: Stage;
let kill: Kill;
let made: Made[];
let jobs: AcceptedJob[];

async function post(door: Door, path: string, body: JsonObject): Promise<JsonObject> {
  const url = `${door.url}/api/v1/client/${path}`;
  const reply = await call({ method: 'POST', url, key: door.key, body: JSON.stringify(body) });
  if (reply.status !== 200) throw new Error(`${JSON.stringify(body)}: ${reply.text}`);
  return reply.json.data as JsonObject;
}

/** Uploads a picture and returns the address that tasks use for it. */
async function upload([door]: readonly Door[]): Promise<string> {
  const { data } = (await ask(door, 'files/upload-url?content_type=image/jpeg&ext=.jpg')).json;
  const { presigned_url: address, file_url: picture } = data as Record<string, string>;
  const headers = { 'content-type': 'image/jpeg' };
  const answer = await fetch(address, { method: 'PUT', headers, body: await readFile(PICTURE) });
  if (answer.status !== 200) throw new Error(await answer.text());
  return picture;
}

async function createAll(orders: readonly Order[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, { model, input }] of orders.entries()) {
    const door = stage.doors[at % stage.doors.length];
    const body = { model, input, callback_url: `${stage.receiver.url}/open` };
    ids.push(String((await post(door, 'job/CreateTask', body)).task_id));
  }
  return ids;
}

async function countOpen(): Promise<number> {
  const { rows } = await database.pool.query(
    'select count(*)::integer as open from tasks where due_at is not null',
  );
  return rows[0].open;
}

/** The worker that waits for half of the held starts, or more; undefined while none does. */
async function findStarter(): Promise<number | undefined> {
  const { rows } = await database.pool.query<{ pid: number }>(
    `select n.process_id as pid
     from attempts a join tasks t on t.id = a.task_id join nodes n on n.id = t.node_id
     where a.state = 'intent' and a.provider = any($1) group by 1 having count(*) >= $2 order by count(*) desc`,
    [HELD, (HELD.length * HOLD.times) / 2],
  );
  return rows.at(0)?.pid;
}

/** A third of the tasks is at providers, so that the kill comes in the middle however slow the machine is. */
function awaitThird(total: number): Promise<boolean> {
  return waitFor(
    'a third of the tasks at providers',
    ENDED_WITHIN_MS,
    () => readAccepted(stage.emulators).length * 3 >= total,
  );
}

/** Kills the worker that waits for the most starts. */
async function killWorker(): Promise<Kill> {
  const starter = await waitFor('a good moment to kill', ENDED_WITHIN_MS, findStarter);
  const killed = stage.workers.find(({ pid }) => pid === starter);
  const survivor = stage.workers.find((worker) => worker !== killed);
  if (!killed || !survivor) throw new Error('the starts belong to no worker');
  const accepted = readAccepted(stage.emulators).length;
  const open = await countOpen();
  signal(killed.pid, 'SIGKILL');
  const exit = await killed.exited;
  // What it had sent to the database before its death is done there in any case.
  await waitFor('the end of its connections', ENDED_WITHIN_MS, async () => {
    const text = 'select from pg_stat_activity where application_name = $1';
    return (await database.pool.query(text, [killed.name])).rowCount === 0;
  });
  return { exit, accepted, open, cut: await findCut(survivor.pid) };
}

/** Tasks whose start has no process left to receive its answer; the survivor may already follow them. */
async function findCut(survivorPid: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select t.id from attempts a join tasks t on t.id = a.task_id left join nodes n on n.id = t.node_id
     where a.state in ('intent', 'unknown') and not (a.epoch = t.epoch and n.process_id is not distinct from $1)`,
    [survivorPid],
  );
  return rows.map(({ id }) => id);
}

async function readEnd(order: Order, id: string, door: Door): Promise<Made> {
  const text = dataOf((await ask(door, `job/TaskInfo?task_id=${id}`)).text);
  return { ...order, id, text, task: JSON.parse(text) as Task };
}

function isCut({ id }: Made): boolean {
  return kill.cut.includes(id);
}

/** The task that a job names in the text that Reelay gave to its provider. */
function nameOf({ token }: AcceptedJob): string | undefined {
  const text = token?.replaceAll('-', '');
  return made.find(({ id }) => text?.includes(id.replaceAll('-', '')))?.id;
}

/** Whether the answer to the start carried the pictures themselves: nothing that is kept names its job. */
function isCarried({ provider, model }: Made): boolean {
  return CARRIERS.has(provider) && PICTURE_MODELS.has(model);
}

function successes(): Made[] {
  return made.filter(({ task }) => task.status === 'success');
}

/**
 * Prints the outcome of the tasks by provider, if EVERYTHING_TABLE is set. Seconds are those of an attempt.
 */
async function printTable(): Promise<void> {
  const { rows } = await database.pool.query<{ task_id: string; seconds: number }>(
    'select task_id, extract(epoch from ended_at - created_at)::float as seconds from attempts where ended_at is not null',
  );
  const seconds = new Map(rows.map((row) => [row.task_id, row.seconds]));
  const lines = [...Map.groupBy(made, ({ provider }) => provider)].sort().map(([provider, own]) => {
    const times = own.flatMap(({ id }) => seconds.get(id) ?? []).sort((one, other) => one - other);
    const accepted = jobs.filter((job) => job.provider === provider).length;
    const good = own.filter(({ task }) => task.status === 'success').length;
    const credits = own.reduce((sum, { task }) => sum + task.credits, 0);
    const cells = [
      own.length,
      good,
      own.filter(isCut).length,
      accepted,
      times[times.length >> 1]?.toFixed(1),
    ];
    return `${[provider.padEnd(18), ...cells.map((cell) => String(cell).padStart(8))].join('')}  ${credits.toFixed(2)}`;
  });
  const head = `${'provider'.padEnd(18)}   tasks success     cut    jobs seconds  credits`;
  process.stdout.write(`${[head, ...lines].join('\n')}\n`);
}

beforeAll(async () => {
  stage = await openStage(database.url, ENVIRONMENT, closers);
  const { emulators, doors, receiver } = stage;
  const all = listOrders(new Set(Object.keys(emulators.announced)), await upload(doors));
  const [free, held] = [false, true].map((isHeld) =>
    all.filter(({ provider }) => HELD.includes(provider) === isHeld),
  );
  const orders = [...free, ...held];
  const ids = await createAll(free);
  await awaitThird(orders.length);
  for (const provider of HELD) await holdStarts(emulators, provider, HOLD);
  ids.push(...(await createAll(held)));
  kill = await killWorker();
  await waitFor('the end of all tasks', ENDED_WITHIN_MS, async () => (await countOpen()) === 0);
  await waitFor('a callback of each', CALLED_WITHIN_MS, () => {
    const bodies = receiver.receipts().map(({ body }) => body);
    return ids.every((id) => bodies.some((body) => body.includes(id)));
  });
  made = await Promise.all(ids.map((id, at) => readEnd(orders[at], id, doors[(at + 1) % doors.length])));
  jobs = readAccepted(emulators);
  if (process.env.EVERYTHING_TABLE !== undefined) await printTable();
});

afterAll(async () => {
  for (const close of closers) await close();
});

describe('a run of everything, with two APIs and a worker that is killed on the way,', () => {
  it('has a task of every provider, and meets the kill in the middle of starts', () => {
    expect([...new Set(made.map(({ provider }) => provider))].sort()).toEqual([...providers.keys()].sort());
    expect(kill.exit).toEqual({ code: null, signal: 'SIGKILL' });
    expect(kill.accepted).toBeGreaterThanOrEqual(made.length / 3);
    expect(kill.open).toBeGreaterThan(0);
    expect(kill.cut.length).toBeGreaterThanOrEqual((HELD.length * HOLD.times) / 2);
  });

  it('ends each task in success at its provider, or as unknown and free if nothing can be learnt', () => {
    const others = made.filter(({ task }) => task.status !== 'success');
    expect(others.filter((one) => !isCut(one)).map(({ model, text }) => `${model}: ${text}`)).toEqual([]);
    for (const { task } of others) {
      expect(task).toMatchObject({ status: 'failed', credits: 0, result: { error: 'outcome_unknown' } });
    }
    expect(successes().map(({ task }) => task.provider)).toEqual(successes().map(({ provider }) => provider));
  });

  it('finds each start again during which the worker died, if the provider keeps the token', () => {
    const found = made.filter((one) => isCut(one) && jobs.some((job) => nameOf(job) === one.id));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ task }) => task.status !== 'success').map(({ model }) => model)).toEqual([]);
  });

  it('gives each task to a provider once', async () => {
    const { rows } = await database.pool.query<{ task_id: string; provider: string; reference: string }>(
      'select task_id, provider, reference::text from attempts where reference is not null',
    );
    const ownerOf = (job: AcceptedJob) =>
      nameOf(job) ??
      rows.find((row) => row.provider === job.provider && row.reference.includes(job.jobId))?.task_id;
    const owners = Map.groupBy(jobs, ownerOf);
    const countOf = ({ id }: Made) => owners.get(id)?.length ?? 0;
    const wrong = made.filter((one) =>
      one.task.status === 'success' && !isCarried(one) ? countOf(one) !== 1 : countOf(one) > 1,
    );
    expect(wrong.map((one) => `${one.model}: ${countOf(one)} jobs`)).toEqual([]);
    // A job without an owner comes from a start about which nothing can be learnt: each such task has at most
    // one.
    const strays = (owners.get(undefined) ?? []).map(({ provider }) => provider);
    for (const provider of providers.keys()) {
      const lost = made.filter((one) => one.provider === provider && isCut(one) && countOf(one) === 0);
      const carried = successes().filter((one) => one.provider === provider && isCarried(one));
      const beyond = strays.filter((id) => id === provider).length - carried.length;
      expect(beyond, provider).toBeGreaterThanOrEqual(0);
      expect(beyond, provider).toBeLessThanOrEqual(lost.length);
    }
  });

  it('makes videos that play, pictures and sounds', async () => {
    for (const [at, { model, task }] of successes().entries()) {
      const [address] = task.result?.media_urls ?? [];
      const { pathname, search } = new URL(address);
      // Each API serves what any worker has stored.
      const answer = await fetch(stage.doors[at % stage.doors.length].url + pathname + search);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const shown = [answer.status, answer.headers.get('content-type')];
      if (PICTURE_MODELS.has(model)) {
        expect(shown, model).toEqual([200, 'image/png']);
        expect(bytes.toString('latin1', 1, 4), model).toBe('PNG');
        continue;
      }
      if (SOUND_MODELS.has(model)) {
        expect(shown, model).toEqual([200, findFileTypeByHead(bytes)?.contentType]);
        expect(shown[1], model).toMatch(/^audio\//);
        continue;
      }
      expect(shown, model).toEqual([200, 'video/mp4']);
      expect(bytes.toString('latin1', 4, 8), model).toBe('ftyp');
      expect((await readVideo(bytes)).frames, model).toBeGreaterThan(0);
    }
  });

  it('calls back about each task with a valid signature and the body of the task', async () => {
    const { secret } = (await ask(stage.doors[0], 'account/callback-secret')).json.data as { secret: string };
    const webhook = new Webhook(secret);
    const posted = new Map<string, string>();
    for (const { body, headers } of stage.receiver.receipts()) {
      const { task_id: id } = webhook.verify(body, headers as Record<string, string>) as Task;
      posted.set(id, body);
    }
    expect(made.filter(({ id, text }) => posted.get(id) !== text).map(({ model }) => model)).toEqual([]);
    expect(posted.size).toBe(made.length);
  });

  it('charges each success once and nothing else', async () => {
    const [door] = stage.doors;
    const rows = await readPages<StatementRow>(door, 'account/statement', 'rows');
    const captures = rows.filter(({ kind }) => kind === 'capture');
    const charged = new Map(captures.map(({ task_id: id, credits }) => [id, -credits]));
    expect(captures.length).toBe(charged.size);
    expect(charged).toEqual(new Map(successes().map(({ id, task }) => [id, task.credits])));
    const spent = successes().reduce((sum, { task }) => sum + task.credits, 0);
    const { balance, held } = await readBalance(door);
    expect(held).toBe(0);
    expect(balance).toBeCloseTo(GRANTED - spent, 6);
    expect(spent).toBeGreaterThan(0);
    expect(await stage.site.run('credits', 'audit')).toEqual({ violations: [] });
  });

  it('leaves nothing to do', () => {
    const lines = stage.printed().split('\n');
    expect(lines.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
  });

  it('shows a key nowhere', async () => {
    const streams = made.map(({ id }, at) => followEvents(stage.doors[at % stage.doors.length], id));
    expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(made.map(() => 'whole'));
    const metrics = await Promise.all(
      stage.doors.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    const { rows } = await database.pool.query('select detail, reference, reason from attempts');
    const places: Record<string, string> = {
      'what the servers print': stage.printed(),
      tasks: made.map(({ text }) => text).join('\n'),
      events: streams.map(({ text }) => text()).join('\n'),
      callbacks: JSON.stringify(stage.receiver.receipts()),
      metrics: metrics.join('\n'),
      attempts: JSON.stringify(rows),
    };
    const keys = [...secretsOf(stage.emulators), stage.doors[0].key];
    expect(keys.length).toBeGreaterThan(providers.size);
    const secrets = keys.flatMap((key) => [
      key,
      encodeURIComponent(key),
      Buffer.from(key).toString('base64'),
    ]);
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(0);
      expect(
        secrets.filter((secret) => text.includes(secret)),
        place,
      ).toEqual([]);
    }
  });
});
