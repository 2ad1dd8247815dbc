// What the measurements with live keys need: a PostgreSQL, accounts with credits, emulators of providers and
// servers, each in its own process. The database is read directly, so that reading costs the server nothing.
import type { Pool } from 'pg';
import type { Delivery } from '../emulators/core/callbacks.ts';
import type { Settings } from '../emulators/core/settings.ts';
import { readConfig } from '../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../server/src/core.ts';
import { startEmbeddedPostgres } from '../server/src/db/embedded.ts';
import { silentLog } from '../server/src/db/log.ts';
import { createLog } from '../server/src/lib/log.ts';
import { parseCredits } from '../server/src/lib/money.ts';
import { cpuSeconds, parentOf } from '../test/stage/figures.ts';
import { MAIN, NODE_FLAGS, type Program, type Server, startProgram, startServer, stop } from './processes.ts';

export const CREATE_PATH = '/api/v1/client/job/CreateTask';
const CREDITS = '900000000';
/**
 * Left alone, the garbage collector keeps garbage by the size of the machine; a worker needs only a part of
 * that.
 */
const WORKER_FLAGS = ['--max-old-space-size=512'];

export interface StageOptions {
  dataDir: string;
  /** By the id of the emulator. */
  emulators: Record<string, { settings: Partial<Settings>; openTasksMax?: number }>;
  accounts: number;
}

export interface Client {
  accountId: string;
  key: string;
  /** The secret that signs its callbacks. */
  secret: string;
}

/** An emulator as another process sees it, through its control address. */
export interface Emulator {
  /** How many requests of each kind it has received. */
  countRequests(): Promise<Record<string, number>>;
  listCallbacks(): Promise<Delivery[]>;
  change(settings: Partial<Settings>): Promise<void>;
}

export interface Stage {
  clients: readonly Client[];
  emulators: ReadonlyMap<string, Emulator>;
  /** The process that all emulators share. */
  emulatorPid: number;
  postgresPid: number;
  pool: Pool;
  /** What a server of this stage is started with. */
  environment: Record<string, string>;
  startServer(role: 'api' | 'serve'): Promise<Server>;
  /** A worker without an API, like `reelay work`; its providers post to the address of `api`. */
  startWorker(api: Server): Promise<Program>;
  /** Ends everything that was started, last first. */
  close(): Promise<void>;
}

const EMULATORS = new URL('../emulators/main.ts', import.meta.url).pathname;

type EmulatorLine = Record<string, { url: string; fields: Record<string, string> }>;

/** Starts everything except the servers. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const postgres = await startEmbeddedPostgres({ dataDir: options.dataDir, log: silentLog });
  const environment = {
    DATA_DIR: options.dataDir,
    DATABASE_URL: postgres.url,
    PORT: '0',
    LOG_LEVEL: 'error',
    REELAY_LIVE_LOOPBACK_CALLBACKS: 'true',
    REELAY_CREATES_PER_10S: '1000000',
    REELAY_CALLBACKS_PER_10S: '1000000',
    REELAY_READS_PER_10S: '1000000',
  };
  const log = createLog('error');
  await migrateDatabase(postgres.url, log);
  const core = await createCore(readConfig(environment), postgres.url, log);
  const ids = Object.keys(options.emulators);
  const program = await startProgram(
    [...NODE_FLAGS, EMULATORS, '--only', ids.join(','), '--port-base', '0', '--json'],
    {},
  );
  const line = program.line as EmulatorLine;
  for (const id of ids) await addEmulator(core, id, line[id], options.emulators[id]);
  const clients: Client[] = [];
  for (let at = 0; at < options.accounts; at++) clients.push(await addClient(core, `bench-${at}`));
  const { rows } = await core.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const running: Program[] = [program];
  const keep = <Started extends Program>(started: Started): Started => {
    running.unshift(started);
    return started;
  };
  return {
    clients,
    emulators: new Map(ids.map((id) => [id, controlOf(line[id].url)])),
    emulatorPid: Number(program.child.pid),
    postgresPid: parentOf(rows[0].pid) ?? 0,
    pool: core.pool,
    environment,
    startServer: async (role) => keep(await startServer([...NODE_FLAGS, MAIN, role, '--json'], environment)),
    async startWorker(api) {
      const own = { ...environment, PUBLIC_URL: String(api.line.address) };
      return keep(await startProgram([...WORKER_FLAGS, MAIN, 'work', '--json'], own));
    },
    async close() {
      for (const each of running) await stop(each);
      await core.close();
      await postgres.stop();
    },
  };
}

async function addEmulator(
  core: Core,
  id: string,
  { url, fields }: EmulatorLine[string],
  { settings, openTasksMax }: StageOptions['emulators'][string],
): Promise<void> {
  await controlOf(url).change(settings);
  const credential = await core.credentials.add({ provider: id, name: 'emulator', fields });
  if (openTasksMax !== undefined) await core.credentials.change(credential.id, { openTasksMax });
}

async function addClient(core: Core, name: string): Promise<Client> {
  const { id: accountId } = await core.accounts.create(name);
  const { key } = await core.accounts.createKey({ account: accountId, mode: 'live', name: 'bench' });
  const amount = parseCredits(CREDITS) ?? 0n;
  await core.credits.grant({ accountId, book: 'live', amount, reason: 'for the bench' });
  return { accountId, key, secret: await core.callbacks.readSecret({ accountId, testMode: false }) };
}

function controlOf(url: string): Emulator {
  const read = async <Answer>(name: string) =>
    (await (await fetch(`${url}/_control/${name}`)).json()) as Answer;
  return {
    countRequests: () => read('requests'),
    listCallbacks: () => read('callbacks'),
    async change(settings) {
      const body = JSON.stringify(settings);
      const answer = await fetch(`${url}/_control/settings`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`an emulator refused its settings: ${await answer.text()}`);
    },
  };
}

/** CPU seconds that each part of a stage has used so far. */
export function readCpu(stage: Stage, server: Program): Record<string, number> {
  return {
    server: cpuSeconds(Number(server.child.pid)),
    postgresql: cpuSeconds(stage.postgresPid, true),
    emulators: cpuSeconds(stage.emulatorPid),
    bench: cpuSeconds(process.pid),
  };
}

/** How much of one core each part used between two readings, and what that is for each of `count` tasks. */
export function describeCpu(
  before: Record<string, number>,
  after: Record<string, number>,
  { seconds, count }: { seconds: number; count: number },
): string {
  const parts = Object.keys(after).map((name) => {
    const used = after[name] - before[name];
    const each = (used * 1000) / Math.max(1, count);
    return `${name} ${((used / seconds) * 100).toFixed(0)} % (${each.toFixed(2)} ms)`;
  });
  return `  of one core, and for each task: ${parts.join(', ')}`;
}
