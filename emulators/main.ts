// `npm run emulators`: runs the emulators of the providers on this machine and prints how to run the server
// against them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { awaitStopRequest } from '../server/src/lib/stop-request.ts';
import type { EmulatedApi } from './core/api.ts';
import type { RunningEmulator } from './core/emulator.ts';
import { startEmulator } from './core/server.ts';
import type { Settings } from './core/settings.ts';
import { EMULATED_APIS } from './emulators.ts';

const HELP = `Usage: npm run emulators -- [options]

Stand-ins for the APIs of the providers, on loopback. They accept what the real ones accept, refuse what those refuse,
and finish a job with a small real video after about two seconds.

Options:
  --only <ids>       only these, comma separated: ${EMULATED_APIS.map(({ id }) => id).join(', ')}
  --port-base <n>    port of the first; each provider has its own place after it; 0 takes free ones (default 9100)
  --log <folder>     append every accepted job to <folder>/<id>.jsonl
  --queue-ms <n>     how long a job waits (default 300)
  --run-ms <n>       how long a job runs (default 1500)
  --json             print one line of JSON once ready
  --help             show this

While they run, each answers below its address: GET /_control/accepted, jobs, requests, callbacks, faults, clock,
settings; POST /_control/faults, clock, settings; DELETE /_control/faults.
`;

const PORT_MAX = 65_535;
/** Room for as many providers as there will ever be. */
const PLACES = 50;

/** A mistake that the user can fix: one line, exit code 1. */
class UsageError extends Error {}

interface Order {
  only: readonly EmulatedApi[];
  portBase: number;
  logFolder: string | undefined;
  settings: Partial<Settings>;
  json: boolean;
}

function readArguments(args: string[]): Order | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const queueMs = readNumber('--queue-ms', values['queue-ms']);
  const runMs = readNumber('--run-ms', values['run-ms']);
  const portBase = readNumber('--port-base', values['port-base']) ?? 9100;
  if (portBase + PLACES > PORT_MAX) throw new UsageError('--port-base is too high for a port');
  return {
    only: values.only === undefined ? EMULATED_APIS : values.only.split(',').map(findApi),
    portBase,
    logFolder: values.log,
    settings: { ...(queueMs === undefined ? {} : { queueMs }), ...(runMs === undefined ? {} : { runMs }) },
    json: values.json === true,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        'port-base': { type: 'string' },
        log: { type: 'string' },
        'queue-ms': { type: 'string' },
        'run-ms': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    // Node words it well; what follows the first sentence is about other ways to write arguments.
    throw new UsageError(`${(error as Error).message.split('. ')[0]} (--help lists the options)`);
  }
}

function readNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option} is a whole number, not "${text}"`);
  return Number(text);
}

function findApi(id: string): EmulatedApi {
  const api = EMULATED_APIS.find((one) => one.id === id.trim());
  if (!api) {
    throw new UsageError(
      `There is no emulator "${id}"; there are ${EMULATED_APIS.map((one) => one.id).join(', ')}`,
    );
  }
  return api;
}

async function startAll({ only, portBase, logFolder, settings }: Order): Promise<RunningEmulator[]> {
  if (logFolder !== undefined) await mkdir(logFolder, { recursive: true });
  const running: RunningEmulator[] = [];
  for (const api of only) {
    const port = portBase === 0 ? 0 : portBase + EMULATED_APIS.indexOf(api);
    const logFile = logFolder === undefined ? undefined : join(logFolder, `${api.id}.jsonl`);
    running.push(await startEmulator(api, { port, logFile, settings }).catch(explainStart(api, port)));
  }
  return running;
}

function explainStart({ id }: EmulatedApi, port: number): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code === 'EADDRINUSE') {
      throw new UsageError(`The port ${port} of ${id} is taken; choose others with --port-base`);
    }
    throw error;
  };
}

/** The lines for a shell, ready to paste. */
function environmentOf(api: EmulatedApi, { fields }: RunningEmulator): string[] {
  return api.fields.map(({ name, environment }) => `export ${environment}='${fields[name]}'`);
}

function describe(running: readonly RunningEmulator[]): string {
  const rows = running.map(({ id, url }) => {
    const api = findApi(id);
    return [api.id, api.title, url, api.fields.map(({ environment }) => environment).join(' ')];
  });
  const table = [['id', 'provider', 'address', 'set'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const environment = running.flatMap((emulator) => environmentOf(findApi(emulator.id), emulator));
  return [
    ...lines,
    '',
    'To run the server against them, in another terminal:',
    '',
    ...environment,
    // Without it, callbacks of live keys to a receiver on this machine are refused.
    "export REELAY_LIVE_LOOPBACK_CALLBACKS='true'",
    'npm start',
    '',
    'Ctrl-C stops them.',
    '',
  ].join('\n');
}

async function run(args: string[]): Promise<void> {
  const order = readArguments(args);
  if (order === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const stopAsked = awaitStopRequest({ withParent: true });
  const running = await startAll(order);
  void stopAsked
    .then(() => Promise.all(running.map((emulator) => emulator.close())))
    .then(() => process.exit());
  const ids = running.map(({ id, url, fields }) => [id, { url, fields }]);
  process.stdout.write(
    order.json ? `${JSON.stringify(Object.fromEntries(ids))}\n` : `${describe(running)}\n`,
  );
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`emulators: ${error.message}\n`);
  process.exit(1);
}
