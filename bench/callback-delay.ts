// From the moment at which a provider has finished, as its callback reports, to the callback that a client
// gets: files fetched and stored, task settled. At a modest rate, on a system that does nothing else.
import { type Bench, type BenchOptions, printFigures, printLine, quantile, sleep, waitFor } from './bench.ts';
import { HOST } from './processes.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { CREATE_PATH, openStage, type Stage } from './stage.ts';

const PER_SECOND = 20;
const WITHIN_MS = 60_000;
const P50_MS_MAX = 20;
const P99_MS_MAX = 200;
/** How long jobs run, in turn: most are looked at before they end, some just before. */
const RUNS_MS = [800, 2_400, 4_600, 6_500, 3_100];
/** The first tasks meet cold code and empty pools, which an operator meets only once. */
const WARM_UP = 40;

async function createPaced(
  stage: Stage,
  receiver: Receiver,
  { port, count }: { port: number; count: number },
) {
  const [client] = stage.clients;
  const body = JSON.stringify({
    model: 'bytedance/seedance1-0-pro-t2v',
    callback_url: receiver.urlFor(client),
    input: { prompt: 'A lantern on a quay', resolution: '480p', duration: 5 },
  });
  const headers = { 'content-type': 'application/json', 'x-api-key': client.key };
  const startedMs = performance.now();
  for (let at = 0; at < count; at++) {
    await sleep(startedMs + (at * 1000) / PER_SECOND - performance.now());
    if (at % PER_SECOND === 0) {
      await stage.emulators.get('ark')?.change({ runMs: RUNS_MS[(at / PER_SECOND) % RUNS_MS.length] });
    }
    const answer = await fetch(`http://${HOST}:${port}${CREATE_PATH}`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`a create was answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}

/** When the provider had finished each task. The address that it posts to begins with the id of the task. */
async function readFinished(stage: Stage): Promise<Map<string, number>> {
  const deliveries = (await stage.emulators.get('ark')?.listCallbacks()) ?? [];
  const finished = deliveries.filter(({ state }) => state === 'succeeded');
  return new Map(
    finished.map(({ url, changedAt }) => {
      const hex = url.split('/').at(-1)?.slice(0, 32) ?? '';
      return [hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), changedAt];
    }),
  );
}

async function measure(stage: Stage, { quick }: BenchOptions): Promise<void> {
  const count = PER_SECOND * (quick ? 8 : 30) + WARM_UP;
  const arrivals = new Map<string, number>();
  const receiver = await openReceiver(stage.clients, (taskId, atMs) => arrivals.set(taskId, atMs));
  try {
    const { port } = await stage.startServer('serve');
    await createPaced(stage, receiver, { port, count });
    await waitFor(
      async () => receiver.succeeded,
      (succeeded) => succeeded === count,
      { withinMs: WITHIN_MS, what: 'every task is called back' },
    );
    const finished = await readFinished(stage);
    const delaysMs = [...arrivals]
      .slice(WARM_UP)
      .map(([id, atMs]) => atMs - (finished.get(id) ?? Number.NaN));
    if (delaysMs.some(Number.isNaN)) throw new Error('a task ended without a callback of its provider');
    printLine(`  ${delaysMs.length} tasks, ${PER_SECOND} a second`);
    printFigures([
      { name: 'p50', value: quantile(delaysMs, 0.5), unit: 'ms', digits: 1, atMost: P50_MS_MAX },
      { name: 'p99', value: quantile(delaysMs, 0.99), unit: 'ms', digits: 1, atMost: P99_MS_MAX },
      { name: 'longest', value: Math.max(...delaysMs), unit: 'ms', digits: 1 },
    ]);
  } finally {
    await receiver.close();
  }
}

export const callbackDelayBench: Bench = {
  name: 'callback-delay',
  about: 'from a finished job at a provider to the callback of its client',
  async run(options) {
    const stage = await openStage({
      dataDir: options.dataDir,
      accounts: 1,
      emulators: { ark: { settings: { queueMs: 200 } } },
    });
    try {
      await measure(stage, options);
    } finally {
      await stage.close();
    }
  },
};
