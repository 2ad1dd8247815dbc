// The server and its peer, a bare Fastify echo, in one run and in turns, so that a noisy machine is noisy for
// both. Prints ratios.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Bench, type BenchOptions, keepFigures, printLine, quantile } from './bench.ts';
import { getRequest, type LoadResult, postRequest, runLoad } from './load.ts';
import { HOST, MAIN, NODE_FLAGS, type Server, startServer, stop } from './processes.ts';

const CREATE_PATH = '/api/v1/client/job/CreateTask';
/** The most that one grant can give; a create of the body below holds 195.84. */
const CREDITS = '900000000';

const BODY = JSON.stringify({
  model: 'bytedance/seedance1-0-pro-t2v',
  callback_url: 'https://client.example/api/callback',
  input: {
    prompt: 'Night falls over a harbour town; lanterns sway, and the wet quay mirrors every window.',
    resolution: '1080p',
    aspect_ratio: '16:9',
    duration: 8,
    camera_fixed: false,
    return_last_frame: false,
  },
});

/** The least of the echo's rate, by clients: one client waits for a commit each time and has no bound. */
const CREATE_RATIOS: Record<number, number> = { 32: 0.35, 256: 0.58 };
const INFO_RATIO = 0.75;

interface Contest {
  name: string;
  clients: number;
  /** The least ratio to the echo. */
  atLeast?: number;
  ours: () => string;
  theirs: () => string;
}

interface Result {
  name: string;
  clients: number;
  ratio: number;
  oursPerSecond: number;
  echoPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

interface Rivals {
  server: Server;
  echo: Server;
  turns: number;
  turnSeconds: number;
}

function median(values: number[]): number {
  return quantile(values, 0.5);
}

/** Turns of echo and server, one after the other; the figure is the median of the ratios of the pairs. */
async function compete(contest: Contest, { server, echo, turns, turnSeconds }: Rivals): Promise<Result> {
  const pairs: { ours: LoadResult; theirs: LoadResult }[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const options = { host: HOST, clients: contest.clients, seconds: turnSeconds };
    const theirs = await runLoad({ ...options, port: echo.port, nextRequest: contest.theirs });
    const ours = await runLoad({ ...options, port: server.port, nextRequest: contest.ours });
    if (ours.failures > 0 || theirs.failures > 0)
      throw new Error(`${contest.name}: ${ours.failures} requests failed`);
    pairs.push({ ours, theirs });
  }
  return {
    name: contest.name,
    clients: contest.clients,
    ratio: median(pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)),
    oursPerSecond: median(pairs.map(({ ours }) => ours.perSecond)),
    echoPerSecond: median(pairs.map(({ theirs }) => theirs.perSecond)),
    p50Ms: median(pairs.map(({ ours }) => ours.p50Ms)),
    p99Ms: median(pairs.map(({ ours }) => ours.p99Ms)),
  };
}

const run = promisify(execFile);

async function reelay(dataDir: string, args: string[]): Promise<Record<string, string>> {
  const { stdout } = await run(process.execPath, [MAIN, ...args, '--json'], {
    env: { ...process.env, DATA_DIR: dataDir },
  });
  return JSON.parse(stdout);
}

/** Accounts, each with a filled test book and a key without a practical limit. */
async function openAccounts(dataDir: string, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let at = 0; at < count; at++) {
    const account = `bench-${at}`;
    await reelay(dataDir, ['accounts', 'create', account]);
    await reelay(dataDir, ['credits', 'grant', CREDITS, '--account', account, '--book', 'test']);
    const limits = ['--creates', '9000000', '--reads', '9000000'];
    const { key } = await reelay(dataDir, [
      'keys',
      'create',
      '--mode',
      'test',
      '--account',
      account,
      ...limits,
    ]);
    keys.push(key);
  }
  return keys;
}

function show({ name, clients, ratio, oursPerSecond, echoPerSecond, p50Ms, p99Ms }: Result): string {
  return [
    name.padEnd(28),
    String(clients).padStart(4),
    ratio.toFixed(3).padStart(8),
    oursPerSecond.toFixed(0).padStart(10),
    echoPerSecond.toFixed(0).padStart(10),
    p50Ms.toFixed(2).padStart(9),
    p99Ms.toFixed(2).padStart(9),
  ].join(' ');
}

function listContests(keys: readonly string[], info: string): Contest[] {
  const requests = keys.map((key) => postRequest(CREATE_PATH, BODY, { 'x-api-key': key }));
  const echoed = postRequest('/echo', BODY, {});
  let turn = 0;
  const oneAccount = () => requests[0];
  const manyAccounts = () => requests[turn++ % requests.length];
  const theirs = () => echoed;
  return [
    ...[1, 32, 256].map((clients) => ({
      name: 'durable create',
      clients,
      atLeast: CREATE_RATIOS[clients],
      ours: oneAccount,
      theirs,
    })),
    { name: `durable create, ${keys.length} accounts`, clients: 256, ours: manyAccounts, theirs },
    ...[1, 32, 256].map((clients) => ({
      name: 'TaskInfo',
      clients,
      atLeast: INFO_RATIO,
      ours: () => info,
      theirs,
    })),
  ];
}

async function createOne(port: number, key: string): Promise<string> {
  const created = await fetch(`http://${HOST}:${port}${CREATE_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: BODY,
  });
  const { data } = (await created.json()) as { data: { task_id: string } };
  return data.task_id;
}

async function measure({ quick, dataDir }: BenchOptions): Promise<void> {
  const environment = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' };
  const first = await startServer([...NODE_FLAGS, MAIN, 'api', '--json'], environment);
  const keys = await openAccounts(dataDir, quick ? 4 : 8);
  await stop(first);
  const echo = await startServer([...NODE_FLAGS, new URL('./echo.ts', import.meta.url).pathname], {});
  const server = await startServer([...NODE_FLAGS, MAIN, 'api', '--json'], environment);
  const taskId = await createOne(server.port, keys[0]);
  const info = getRequest(`/api/v1/client/job/TaskInfo?task_id=${taskId}`, { 'x-api-key': keys[0] });
  const rivals = { server, echo, turns: quick ? 2 : 3, turnSeconds: quick ? 1.5 : 4 };
  printLine('what                      clients    ratio     ours/s     echo/s    p50 ms    p99 ms');
  for (const contest of listContests(keys, info)) {
    const result = await compete(contest, rivals);
    printLine(show(result));
    const name = `${contest.name}, ${contest.clients} clients`;
    keepFigures([{ name, value: result.ratio, unit: 'of the echo', digits: 3, atLeast: contest.atLeast }]);
  }
  printLine(`second start to ready: ${server.readyMs.toFixed(0)} ms`);
  await stop(server);
  await stop(echo);
}

export const raceBench: Bench = {
  name: 'race',
  about: 'creates and reads beside a bare echo server of the same body',
  run: measure,
};
