// kill -9 of the real server, at every place between two durable steps and at random moments, with and
// without its PostgreSQL; each time it is started again and nothing is done by hand. Judged from the outside.
// CHAOS_SEED repeats the moments of a run.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBalance } from '../stage/api.ts';
import { call } from '../stage/http.ts';
import { type Environment, type ServerProcess, Site, signal } from '../stage/processes.ts';
import { type Receiver, refuseShyOnce, startReceiver } from '../stage/receiver.ts';
import { rest, waitFor } from '../stage/wait.ts';
import { check, type Evidence, PROMISES } from './checker.ts';
import { Client, type Kind, type Order } from './client.ts';
import { gather, setPrice } from './evidence.ts';

const PRICE = 2.5;
const KILLS_MIN = 40;
/** Shown faults of one kind; one bad moment can cause thousands. */
const SHOWN_MAX = 10;
const RANDOM_KILLS = 9;
const REACHED_WITHIN_MS = 90_000;
const ENDED_WITHIN_MS = 120_000;
/** A lease lasts 20 s: a process that waits for it takes longer than this. */
const TAKEN_OVER_WITHIN_MS = 18_000;

interface Route {
  title: string;
  /**
   * Ordered at the start of each round that names an order; later rounds meet what earlier ones left
   * unfinished.
   */
  rounds: { place: string; orders?: Kind[]; shy?: boolean; environment?: Environment }[];
}

/** On a route all tasks go the same way, so each reaches the place. No task is killed five times. */
const ROUTES: Route[] = [
  {
    title: 'of a task that fails',
    rounds: [
      { place: 'before-create', orders: ['moderation'] },
      { place: 'after-create' },
      { place: 'after-claim', orders: ['moderation'] },
      { place: 'after-intent' },
      { place: 'after-start' },
      { place: 'after-accepted', orders: ['moderation'] },
      { place: 'after-poll', orders: ['moderation'] },
      { place: 'in-settle', orders: ['moderation'] },
      { place: 'after-settle', orders: ['moderation'] },
      { place: 'after-callback', orders: ['moderation'], shy: true },
    ],
  },
  {
    title: 'of a task that succeeds',
    rounds: [
      { place: 'after-claim', orders: ['plain'] },
      { place: 'after-intent' },
      { place: 'after-start' },
      { place: 'after-accepted' },
      { place: 'after-poll', orders: ['plain'] },
      { place: 'after-storing' },
      { place: 'after-store' },
      { place: 'in-settle', orders: ['plain'] },
      { place: 'after-settle', orders: ['plain'] },
      { place: 'after-callback', orders: ['duplicate'] },
    ],
  },
  {
    title: 'of a task whose start was not answered',
    rounds: [
      { place: 'after-start', orders: ['lost_answer'] },
      { place: 'after-poll', orders: ['lost_answer'] },
    ],
  },
  {
    title: 'of a task that is cancelled while it runs',
    rounds: [
      { place: 'after-cancel-request', orders: ['cancel_running'] },
      { place: 'in-settle', orders: ['cancel_running'] },
      { place: 'after-settle', orders: ['cancel_running'] },
    ],
  },
  {
    title: 'of a task that is cancelled while it waits',
    rounds: [
      { place: 'after-cancel-request', orders: ['cancel_waiting'] },
      { place: 'in-settle', orders: ['cancel_waiting'] },
      { place: 'after-settle', orders: ['cancel_waiting'] },
    ],
  },
  {
    title: 'of a task that expires',
    rounds: [{ place: 'in-settle', orders: ['stuck'], environment: { REELAY_TASK_MINUTES_MAX: '0.05' } }],
  },
];

const seed = Number(process.env.CHAOS_SEED ?? Math.floor(performance.timeOrigin % 1e9));
let randomState = seed;

/** A number from 0 up to 1, the next of the seed (mulberry32). */
function random(): number {
  randomState = (randomState + 0x6d2b79f5) | 0;
  let mixed = Math.imul(randomState ^ (randomState >>> 15), 1 | randomState);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

let site: Site;
let receiver: Receiver;
let client: Client;
let door: { url: string; key: string };
let opening: number;
let evidence: Evidence;
const kills: number[] = [];
let server: ServerProcess | undefined;

async function startReady(environment: Environment = {}): Promise<ServerProcess> {
  const started = site.start(environment);
  const ready = await started.ready;
  if (ready === undefined) throw new Error(`The server did not start: ${started.log()}`);
  return started;
}

/** Ends the server by SIGKILL, and counts it. */
async function kill(running: ServerProcess): Promise<void> {
  signal(running.pid, 'SIGKILL');
  const { signal: endedBy } = await running.exited;
  expect(endedBy, running.log()).toBe('SIGKILL');
  kills.push(Math.round(performance.now()));
}

/** Runs a server that kills itself at the place, and waits for that. */
async function dieAt(place: string, environment: Environment): Promise<void> {
  const running = site.start({ ...environment, REELAY_FAILPOINT: place });
  const end = await Promise.race([running.exited, rest(REACHED_WITHIN_MS)]);
  if (end === undefined) {
    signal(running.pid, 'SIGKILL');
    throw new Error(`${place} was not reached: ${running.log()}`);
  }
  expect(end, `${place}: ${running.log()}`).toEqual({ code: null, signal: 'SIGKILL' });
  kills.push(Math.round(performance.now()));
}

function endOf(orders: Order[], withinMs: number): Promise<boolean> {
  return waitFor(`the end of ${orders.map(({ key }) => key).join(', ')}`, withinMs, () =>
    orders.every((order) => client.hasEnded(order)),
  );
}

/** Resolves once the server works on what the last one left: how long a render takes does not show that. */
function takenOver(orders: Order[]): Promise<boolean> {
  return waitFor('the takeover', TAKEN_OVER_WITHIN_MS, async () => {
    return orders.every((order) => client.hasEnded(order)) || (await site.renders()).length > 0;
  });
}

beforeAll(async () => {
  site = await Site.open({ REELAY_RENDER_JOBS: '3', REELAY_RENDER_THREADS: '2' });
  receiver = await startReceiver({
    logFile: path.join(site.folder, 'receipts.log'),
    statusFor: refuseShyOnce(),
  });
  server = await startReady();
  const { address, testKey } = (await server.ready) ?? {};
  door = { url: String(address), key: String(testKey) };
  await setPrice(site, door, PRICE);
  opening = (await readBalance(door)).balance;
  client = new Client({
    ...door,
    callbackUrl: receiver.url,
    historyFile: path.join(site.folder, 'history.log'),
  });
  await kill(server);
});

afterAll(async () => {
  await client?.stop();
  await receiver?.close();
  await site?.close();
});

describe(`a server that is killed again and again (seed ${seed})`, () => {
  for (const { title, rounds } of ROUTES) {
    it(`dies at every place ${title}`, async () => {
      const ordered: Order[] = [];
      for (const { place, orders = [], shy, environment = {} } of rounds) {
        ordered.push(...orders.map((kind) => client.order(kind, { shy })));
        await dieAt(place, environment);
      }
      const running = await startReady();
      try {
        await takenOver(ordered);
        await endOf(ordered, ENDED_WITHIN_MS);
      } finally {
        await kill(running);
      }
    });
  }

  it('dies at random moments, while it starts and while it works', async () => {
    const kinds: Kind[] = ['moderation', 'fail', 'cancel_running', 'lost_answer', 'cancel_waiting'];
    for (let round = 0; round < RANDOM_KILLS; round++) {
      client.order(kinds[round % kinds.length], { shy: round === 3 });
      const running = site.start();
      if (round % 2 === 0) await running.ready;
      await rest(random() * (round % 2 === 0 ? 400 : 1_000));
      if (round % 3 === 2) await site.killDatabase();
      await kill(running);
    }
    expect(kills.length).toBeGreaterThanOrEqual(KILLS_MIN);
  });

  it('renders again what was killed with its process', async () => {
    server = await startReady();
    await waitFor('calm', ENDED_WITHIN_MS, () => client.isSatisfied);
    client.order('unavailable');
    const order = client.order('plain');
    const [render] = await waitFor('a render', REACHED_WITHIN_MS, async () => {
      const found = await site.renders();
      return found.length > 0 && found;
    });
    signal(render, 'SIGKILL');
    await endOf([order], ENDED_WITHIN_MS);
  });

  it('leaves no render behind when it is killed', async () => {
    client.order('plain');
    await waitFor('a render', REACHED_WITHIN_MS, async () => (await site.renders()).length > 0);
    await kill(server as ServerProcess);
    await waitFor('the end of the render', 10_000, async () => (await site.renders()).length === 0);
    server = await startReady();
  });

  it('ends every task and reports to every receiver in the end', async () => {
    try {
      await waitFor('calm', ENDED_WITHIN_MS, () => client.isSatisfied);
      await client.repeatAll();
      await waitFor('all callbacks', ENDED_WITHIN_MS, () => {
        const accepted = receiver.receipts().flatMap(({ path: to, status }) => (status === 200 ? [to] : []));
        return new Set(accepted).size === client.orders.length;
      });
    } finally {
      // Also for a run that does not settle: what is missing is then named.
      evidence = await gather(door, { client, receiver }, { opening, price: PRICE, kills });
    }
  });

  for (const promise of Object.keys(PROMISES)) {
    it(`keeps its word: ${promise}`, () => {
      const broken = check(evidence).filter((violation) => violation.promise === promise);
      expect(broken.slice(0, SHOWN_MAX)).toEqual([]);
    });
  }

  it('serves every result that it promised', async () => {
    for (const text of evidence.finals.values()) {
      const { result } = JSON.parse(String(text)) as { result: { media_urls: string[] } };
      for (const url of result.media_urls) {
        const reply = await call({ url });
        expect([reply.status, reply.text.slice(4, 8)]).toEqual([200, 'ftyp']);
      }
    }
  });

  it('has a ledger without a fault', async () => {
    expect(await site.run('credits', 'audit')).toEqual({ violations: [] });
  });

  it('leaves no process behind once it is stopped', async () => {
    const last = server as ServerProcess;
    signal(last.pid, 'SIGTERM');
    expect(await last.exited).toEqual({ code: 0, signal: null });
    expect(await site.processes()).toEqual([]);
  });
});
