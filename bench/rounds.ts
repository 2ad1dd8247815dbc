// A round of the dispatcher while very much waits and very much is open, and the figures for the metrics page then. The
// rows are written straight into the database: nobody works on them, so that every round finds the same.
import type { Pool } from 'pg';
import { readConfig } from '../server/src/config.ts';
import { createCore, migrateDatabase } from '../server/src/core.ts';
import { startEmbeddedPostgres } from '../server/src/db/embedded.ts';
import { silentLog } from '../server/src/db/log.ts';
import { Dispatcher } from '../server/src/dispatch/dispatcher.ts';
import { readInstallation } from '../server/src/http/metrics.ts';
import { newId } from '../server/src/lib/ids.ts';
import { createLog } from '../server/src/lib/log.ts';
import { cpuMilliseconds } from '../test/stage/figures.ts';
import { type Bench, type BenchOptions, type Figure, printFigures, quantile } from './bench.ts';

const ACCOUNTS = 1_000;
const ROUND_MS_MAX = 30;
const FIGURES_MS_MAX = 50;
const MODELS = ['bytedance/seedance1-0-pro-t2v', 'runway/gen4-5-t2v'];

/** Tasks of all accounts in turn; those that are open have an attempt that its provider has accepted. */
async function fill(pool: Pool, each: number): Promise<void> {
  const text = `with made as (
      insert into tasks (id, account_id, key_id, book, model, input, state, epoch, due_at, deadline_at, price)
      select gen_random_uuid(), md5('account' || n % ${ACCOUNTS})::uuid, md5('key' || n % ${ACCOUNTS})::uuid, 'live',
        ($2::text[])[1 + n % 2], '{"prompt":"A lantern on a quay","duration":5}',
        case when $3 then 'running' else 'pending' end, case when $3 then 1 else 0 end,
        now() + case when $3 then interval '1 day' else interval '-1 minute' end, now() + interval '2 days', 1
      from generate_series(1, $1::integer) n returning id, account_id, key_id, model
    )
    insert into attempts (task_id, epoch, provider, state, reference, credential_id, offer, account_id, key_id, model, look_at,
      looked_at)
    select id, 1, 'ark', 'accepted', '{"id":"cgt-20261130-0123456789"}', md5('credential' || model)::uuid, 'ark', account_id,
      key_id, model, now() + interval '1 day', now()
    from made where $3`;
  for (const isOpen of [false, true]) await pool.query(text, [each, MODELS, isOpen]);
  await pool.query('vacuum analyze tasks, attempts');
}

/** Calls by turns, in CPU milliseconds of PostgreSQL and of this process: what else runs on the machine does not count. */
async function measureCalls(
  { name, turns, atMost }: { name: string; turns: number; atMost: number },
  pool: Pool,
  run: () => Promise<unknown>,
): Promise<Figure> {
  await run();
  const { rows } = await pool.query<{ pid: number }>(
    'select pid from pg_stat_activity where backend_type = $1',
    ['client backend'],
  );
  const readCpuMs = () =>
    [process.pid, ...rows.map(({ pid }) => pid)].reduce((sum, pid) => sum + cpuMilliseconds(pid), 0);
  const timesMs: number[] = [];
  const cpuMs: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const [startedMs, cpuBefore] = [performance.now(), readCpuMs()];
    await run();
    timesMs.push(performance.now() - startedMs);
    cpuMs.push(readCpuMs() - cpuBefore);
  }
  const others = `p95 ${quantile(cpuMs, 0.95).toFixed(0)}; elapsed ${quantile(timesMs, 0.5).toFixed(0)}`;
  return { name: `${name} (${others})`, value: quantile(cpuMs, 0.5), unit: 'ms of CPU', digits: 1, atMost };
}

async function measure({ dataDir, quick }: BenchOptions): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const log = createLog('error');
  await migrateDatabase(postgres.url, log);
  const environment = { DATA_DIR: dataDir, DATABASE_URL: postgres.url, LOG_LEVEL: 'error' };
  const core = await createCore(readConfig(environment), postgres.url, log);
  try {
    const each = quick ? 2_000 : 20_000;
    await fill(core.pool, each);
    const { pool, market } = core;
    const dispatcher = new Dispatcher({ pool, market, workOf: () => 1 });
    // There is room for 256 starts, and no account at a provider that may take one.
    const room = {
      local: { any: 0, short: 0, rendering: new Set<string>(), waiting: new Map() },
      remote: 256,
    };
    const round = { nodeId: newId(), room, starting: new Map() };
    const rounds = { name: 'a round', turns: quick ? 20 : 100, atMost: ROUND_MS_MAX };
    const figures = { name: 'the figures of /metrics', turns: quick ? 5 : 20, atMost: FIGURES_MS_MAX };
    printFigures([
      await measureCalls(rounds, pool, () => dispatcher.round(round)),
      await measureCalls(figures, pool, () => readInstallation(pool)),
    ]);
  } finally {
    await core.close();
    await postgres.stop();
  }
}

export const roundsBench: Bench = {
  name: 'rounds',
  about: 'a round of the dispatcher while 20,000 tasks wait and 20,000 are open',
  run: measure,
};
