// `npm run bench`: our server and its peer, a bare Fastify echo, in one run and by turns, so that a noisy machine is
// noisy for both. Prints ratios. `--quick` takes shorter turns; `--json` prints the figures for a script.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getRequest, type LoadResult, postRequest, runLoad, runPaced } from './load.ts';

const quick = process.argv.includes('--quick');
const TURN_SECONDS = quick ? 1.5 : 4;
const TURNS = quick ? 2 : 3;
const HOST = '127.0.0.1';
const MAIN = new URL('../server/src/main.ts', import.meta.url).pathname;
/** As `npm start` runs it: short-lived objects of a request die before they are copied. */
const NODE_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
const CREATE_PATH = '/api/v1/client/job/CreateTask';
/** As many as one grant can give; a create of the body below holds 195.84. */
const CREDITS = '900000000';
const ACCOUNTS = 8;
/** Within the read rate of a new key. */
const READS_PER_SECOND = 35;

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

interface Peer {
  child: ChildProcess;
  port: number;
}

interface Started extends Peer {
  readyMs: number;
}

/** Starts a program that prints one line of JSON once it answers. */
async function start(
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<Started & { line: Record<string, unknown> }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)));
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  const readyMs = performance.now() - startedMs;
  const parsed = JSON.parse(line.split('\n')[0]);
  const port = parsed.port ?? Number(new URL(parsed.address).port);
  return { child, port, readyMs, line: parsed };
}

async function stop({ child }: Peer): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

interface Contest {
  name: string;
  clients: number;
  ours: () => string;
  theirs: () => string;
}

interface Figure {
  name: string;
  clients: number;
  ratio: number;
  oursPerSecond: number;
  echoPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Turns of echo and ours, one after the other; the figure is the median of the ratios of the pairs. */
async function compete(contest: Contest, server: Peer, echo: Peer): Promise<Figure> {
  const pairs: { ours: LoadResult; theirs: LoadResult }[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const options = { host: HOST, clients: contest.clients, seconds: TURN_SECONDS };
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

/** Accounts with a filled test book and a key without a practical limit each. */
async function openAccounts(dataDir: string, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let at = 0; at < count; at++) {
    const account = `bench-${at}`;
    await reelay(dataDir, ['accounts', 'create', account]);
    await reelay(dataDir, ['credits', 'grant', CREDITS, '--account', account, '--book', 'test']);
    const limits = ['--creates-per-10s', '9000000', '--reads-per-10s', '9000000'];
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

function show({ name, clients, ratio, oursPerSecond, echoPerSecond, p50Ms, p99Ms }: Figure): string {
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

/** What a reader of tasks feels while drafts of full size are rendered beside, one at a time. */
async function measureWhileRendering(dataDir: string): Promise<void> {
  const environment = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' };
  const server = await start([...NODE_FLAGS, MAIN, 'serve', '--json'], environment);
  const key = String(server.line.testKey);
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  const input = { prompt: 'A lake in the mountains at sunset', resolution: '1080p', duration: 8 };
  const body = JSON.stringify({ model: 'reelay/draft-t2v', input });
  const address = `http://${HOST}:${server.port}`;
  const startedMs = performance.now();
  const created = await fetch(`${address}${CREATE_PATH}`, { method: 'POST', headers, body });
  const { data } = (await created.json()) as { data: { task_id: string } };
  const url = `${address}/api/v1/client/job/TaskInfo?task_id=${data.task_id}`;
  const timesMs = await runPaced({ url, headers, perSecond: READS_PER_SECOND, seconds: 5 });
  const at = (share: number) => (timesMs[Math.floor(timesMs.length * share)] ?? Number.NaN).toFixed(1);
  process.stdout.write(
    `TaskInfo while a draft renders: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms at ${READS_PER_SECOND} a second\n`,
  );
  for (;;) {
    const answer = (await (await fetch(url, { headers })).json()) as { data: { status: string } };
    if (answer.data.status === 'success') break;
    if (answer.data.status === 'failed') throw new Error('the draft failed');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.stdout.write(`a draft of 8 s in 1080p: ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  await stop(server);
}

async function measure(dataDir: string): Promise<void> {
  const environment = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' };
  const first = await start([...NODE_FLAGS, MAIN, 'api', '--json'], environment);
  const accounts = await openAccounts(dataDir, quick ? 4 : ACCOUNTS);
  await stop(first);
  const echo = await start([...NODE_FLAGS, new URL('./echo.ts', import.meta.url).pathname], {});
  const server = await start([...NODE_FLAGS, MAIN, 'api', '--json'], environment);
  const requests = accounts.map((key) => postRequest(CREATE_PATH, BODY, { 'x-api-key': key }));
  let turn = 0;
  const oneAccount = () => requests[0];
  const manyAccounts = () => requests[turn++ % requests.length];
  const echoed = postRequest('/echo', BODY, {});
  const created = await fetch(`http://${HOST}:${server.port}${CREATE_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': accounts[0] },
    body: BODY,
  });
  const { data } = (await created.json()) as { data: { task_id: string } };
  const info = getRequest(`/api/v1/client/job/TaskInfo?task_id=${data.task_id}`, {
    'x-api-key': accounts[0],
  });
  process.stdout.write(
    'what                      clients    ratio     ours/s     echo/s    p50 ms    p99 ms\n',
  );
  const contests: Contest[] = [
    ...[1, 32, 256].map((clients) => ({
      name: 'durable create',
      clients,
      ours: oneAccount,
      theirs: () => echoed,
    })),
    {
      name: `durable create, ${accounts.length} accounts`,
      clients: 256,
      ours: manyAccounts,
      theirs: () => echoed,
    },
    ...[1, 32, 256].map((clients) => ({ name: 'TaskInfo', clients, ours: () => info, theirs: () => echoed })),
  ];
  for (const contest of contests) process.stdout.write(`${show(await compete(contest, server, echo))}\n`);
  process.stdout.write(`second start to ready: ${server.readyMs.toFixed(0)} ms\n`);
  await stop(server);
  await stop(echo);
}

const dataDir = await mkdtemp(join(tmpdir(), 'reelay-bench-'));
try {
  await measure(join(dataDir, 'race'));
  await measureWhileRendering(join(dataDir, 'render'));
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
