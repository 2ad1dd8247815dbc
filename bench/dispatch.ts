// Many accounts that wait for few slots: how long a round of the dispatcher takes, and whether the slots are
// shared.
import type { Pool } from 'pg';
import { type Bench, type BenchOptions, printFigures, printLine, quantile, sleep } from './bench.ts';
import { postRequest, runLoad } from './load.ts';
import { HOST, startProgram, stop } from './processes.ts';
import { CREATE_PATH, describeCpu, openStage, readCpu, type Stage } from './stage.ts';

const TASKS_EACH = 20;
const PLACES = 50;
const RUN_MS = 20;
const CLIENTS = 64;

/**
 * Started tasks of the account with the most and of the account with the fewest, among those that have tasks.
 */
async function readShares(pool: Pool): Promise<{ most: number; fewest: number; started: number }> {
  const { rows } = await pool.query(
    `with share as (
       select a.id, count(t.task_id)::integer as started
       from accounts a left join attempts t on t.account_id = a.id
       where a.name like 'bench-%' group by a.id
     )
     select max(started) as most, min(started) as fewest, sum(started)::integer as started from share`,
  );
  return rows[0];
}

async function createAll(stage: Stage, port: number): Promise<void> {
  const body = JSON.stringify({
    model: 'bytedance/seedance1-0-pro-t2v',
    input: { prompt: 'A lantern on a quay', resolution: '480p', duration: 2 },
  });
  const requests = stage.clients.map(({ key }) => postRequest(CREATE_PATH, body, { 'x-api-key': key }));
  let sent = 0;
  // All of one account, then all of the next: the order that fairness has to overcome.
  const nextRequest = () =>
    sent < requests.length * TASKS_EACH ? requests[Math.floor(sent++ / TASKS_EACH)] : undefined;
  const { failures } = await runLoad({ host: HOST, port, clients: CLIENTS, seconds: 600, nextRequest });
  if (failures > 0) throw new Error(`${failures} creates were refused`);
}

async function measure(stage: Stage, { quick }: BenchOptions): Promise<void> {
  const seconds = quick ? 10 : 60;
  const api = await stage.startServer('api');
  await createAll(stage, api.port);
  const worker = await startProgram([new URL('./timed-worker.ts', import.meta.url).pathname], {
    ...stage.environment,
    PUBLIC_URL: String(api.line.address),
  });
  const all = stage.clients.length * TASKS_EACH;
  const [cpu, beganMs] = [readCpu(stage, worker), performance.now()];
  let widest = 0;
  let started = 0;
  // Once all tasks of some account have started, the others can only catch up.
  for (let most = 0; performance.now() < beganMs + seconds * 1000 && most < TASKS_EACH; ) {
    await sleep(500);
    const shares = await readShares(stage.pool);
    most = shares.most;
    started = shares.started;
    if (started < all) widest = Math.max(widest, shares.most - shares.fewest);
  }
  const elapsedSeconds = (performance.now() - beganMs) / 1000;
  const cpuAfter = readCpu(stage, worker);
  const { roundsMs } = JSON.parse(await stop(worker)) as { roundsMs: number[] };
  printLine(`  ${stage.clients.length} accounts with ${TASKS_EACH} tasks each, ${PLACES} slots`);
  printFigures([
    { name: 'started', value: started / elapsedSeconds, unit: 'a second' },
    {
      name: `round of the dispatcher, p99 of ${roundsMs.length} (p50 ${quantile(roundsMs, 0.5).toFixed(1)})`,
      value: quantile(roundsMs, 0.99),
      unit: 'ms',
      digits: 1,
    },
    { name: 'widest gap between two accounts', value: widest, unit: 'tasks', atMost: 2 },
  ]);
  printLine(describeCpu(cpu, cpuAfter, { seconds: elapsedSeconds, count: started }));
}

export const dispatchBench: Bench = {
  name: 'dispatch',
  about: '1,000 accounts that wait for 50 slots at a provider',
  async run(options) {
    const stage = await openStage({
      dataDir: options.dataDir,
      accounts: options.quick ? 200 : 1_000,
      emulators: { ark: { settings: { queueMs: 0, runMs: RUN_MS }, openTasksMax: PLACES } },
    });
    try {
      await measure(stage, options);
    } finally {
      await stage.close();
    }
  },
};
