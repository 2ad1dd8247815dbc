// One worker that follows very many open tasks on both cores of a small machine: half at a provider that
// reports a hundred in one call, half at one that is asked about each. They stay open while the ages of their
// last looks are read from the database.
import type { Pool } from 'pg';
import { residentMib } from '../test/stage/figures.ts';
import {
  type Bench,
  type BenchOptions,
  type Figure,
  printFigures,
  printLine,
  sleep,
  waitFor,
} from './bench.ts';
import { postRequest, runLoad } from './load.ts';
import { HOST } from './processes.ts';
import { CREATE_PATH, describeCpu, openStage, readCpu, type Stage } from './stage.ts';

const FOR_EVER_MS = 500_000_000;
const SAMPLE_EVERY_MS = 2_000;
const CLIENTS = 64;
const OPEN_WITHIN_MS = 600_000;
/** The first looks come early; only tasks after them are followed at the usual pace. */
const SETTLING_MS = 15_000;
const RSS_MIB_MAX = 350;
const INTERVALS_MAX = 2;

/** How many parts of an interval the ages are sorted into. */
const PARTS = 50;

const MODELS = {
  ark: {
    model: 'bytedance/seedance1-0-pro-t2v',
    input: { prompt: 'A lantern on a quay', resolution: '480p', duration: 5 },
  },
  runway: { model: 'runway/gen4-5-t2v', input: { prompt: 'A lantern on a quay', duration: 5 } },
};

/** How many tasks were seen at each age, in parts of their interval and in tenths of a second. */
interface Ages {
  relative: Map<number, number>;
  tenths: Map<number, number>;
}

/** Ages of the last looks at open tasks, by provider. The interval is the one that the look itself set. */
async function sampleAges(pool: Pool, ages: Map<string, Ages>): Promise<void> {
  const { rows } = await pool.query<{ provider: string; kind: keyof Ages; at: number; tasks: number }>(
    `with open as materialized (
       select provider, extract(epoch from clock_timestamp() - looked_at) as age,
         extract(epoch from look_at - looked_at) as interval
       from attempts where state = 'accepted' and look_at > looked_at
     )
     select provider, 'relative' as kind, floor(age / interval * ${PARTS})::integer as at, count(*)::integer as tasks
     from open group by 1, 3
     union all
     select provider, 'tenths', floor(age * 10)::integer, count(*)::integer from open group by 1, 3`,
  );
  for (const { provider, kind, at, tasks } of rows) {
    const own = ages.get(provider) ?? { relative: new Map(), tenths: new Map() };
    ages.set(provider, own);
    own[kind].set(at, (own[kind].get(at) ?? 0) + tasks);
  }
}

function quantileOf(counts: ReadonlyMap<number, number>, share: number): number {
  const sorted = [...counts].sort(([one], [other]) => one - other);
  let left = sorted.reduce((sum, [, count]) => sum + count, 0) * share;
  for (const [at, count] of sorted) {
    left -= count;
    if (left < 0) return at + 1;
  }
  return Number.NaN;
}

async function createTasks(stage: Stage, port: number, each: number): Promise<void> {
  const bodies = Object.values(MODELS).map((body) =>
    postRequest(CREATE_PATH, JSON.stringify(body), { 'x-api-key': stage.clients[0].key }),
  );
  let sent = 0;
  const nextRequest = () => (sent < each * bodies.length ? bodies[sent++ % bodies.length] : undefined);
  const { failures } = await runLoad({ host: HOST, port, clients: CLIENTS, seconds: 600, nextRequest });
  if (failures > 0) throw new Error(`${failures} creates were refused`);
}

async function countOpen(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ open: number }>(
    `select count(*)::integer as open from attempts where state = 'accepted' and ended_at is null`,
  );
  return rows[0].open;
}

async function countCalls(stage: Stage): Promise<Record<string, number>> {
  const ark = await stage.emulators.get('ark')?.countRequests();
  const runway = await stage.emulators.get('runway')?.countRequests();
  return { list: ark?.list ?? 0, single: (ark?.poll ?? 0) + (runway?.poll ?? 0) };
}

async function measure(stage: Stage, { quick }: BenchOptions): Promise<void> {
  const each = quick ? 1_000 : 10_000;
  const seconds = quick ? 20 : 150;
  const api = await stage.startServer('api');
  const worker = await stage.startWorker(api);
  const startedMs = performance.now();
  await createTasks(stage, api.port, each);
  await waitFor(
    () => countOpen(stage.pool),
    (open) => open === 2 * each,
    { withinMs: OPEN_WITHIN_MS, what: 'all tasks are at their providers' },
  );
  printLine(`  ${2 * each} tasks are open after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  await sleep(SETTLING_MS);
  const ages = new Map<string, Ages>();
  let rssMib = 0;
  const [calls, cpu, beganMs] = [await countCalls(stage), readCpu(stage, worker), performance.now()];
  for (let at = 0; at < (seconds * 1000) / SAMPLE_EVERY_MS; at++) {
    await sleep(beganMs + at * SAMPLE_EVERY_MS - performance.now());
    await sampleAges(stage.pool, ages);
    rssMib = Math.max(rssMib, residentMib(Number(worker.child.pid)));
  }
  const [callsAfter, cpuAfter] = [await countCalls(stage), readCpu(stage, worker)];
  const minutes = (performance.now() - beganMs) / 60_000;
  if ((await countOpen(stage.pool)) !== 2 * each) throw new Error('some tasks have ended');
  printFigures([
    ...[...ages].flatMap(([provider, own]) => describeAges(provider, own)),
    { name: 'memory of the worker', value: rssMib, unit: 'MiB', atMost: RSS_MIB_MAX },
    { name: 'list calls', value: (callsAfter.list - calls.list) / minutes, unit: 'a minute' },
    { name: 'single polls', value: (callsAfter.single - calls.single) / minutes, unit: 'a minute' },
  ]);
  printLine(describeCpu(cpu, cpuAfter, { seconds: minutes * 60, count: 2 * each }));
}

function describeAges(provider: string, { relative, tenths }: Ages): Figure[] {
  return [
    {
      name: `${provider}: age of the last look, p99`,
      value: quantileOf(relative, 0.99) / PARTS,
      unit: 'intervals',
      digits: 2,
      atMost: INTERVALS_MAX,
    },
    {
      name: `${provider}: the same in seconds (p50 ${(quantileOf(tenths, 0.5) / 10).toFixed(1)})`,
      value: quantileOf(tenths, 0.99) / 10,
      unit: 's',
      digits: 1,
    },
  ];
}

export const openTasksBench: Bench = {
  name: 'open-tasks',
  about: '20,000 open tasks at two providers, followed by one worker',
  async run(options) {
    const stage = await openStage({
      dataDir: options.dataDir,
      accounts: 1,
      emulators: {
        ark: { settings: { queueMs: 0, runMs: FOR_EVER_MS } },
        runway: { settings: { queueMs: 0, runMs: FOR_EVER_MS, credits: 1_000_000_000 } },
      },
    });
    try {
      await measure(stage, options);
    } finally {
      await stage.close();
    }
  },
};
