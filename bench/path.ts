// `node bench/path.ts`: the path of a create through the server, on a server that does nothing else. It prints the
// files of `server/src` in which a function runs, in the order of their first calls, from the request to the answer and
// to the callback, for a live task at an emulator, a draft, and one that is refused before it would be rendered. Code that
// runs as a module is loaded does not count. It takes some minutes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../server/src/config.ts';
import { createCore } from '../server/src/core.ts';
import { createLog } from '../server/src/lib/log.ts';
import { parseCredits } from '../server/src/lib/money.ts';
import { printLine, sleep, waitFor } from './bench.ts';
import { type CallChain, findFreePort, Inspector, type RanFunction } from './inspector.ts';
import { HOST, MAIN, NODE_FLAGS, startServer, stop } from './processes.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { type Client, CREATE_PATH, openStage, type Stage } from './stage.ts';

const SOURCES = '/server/src/';
/** Longer than accounts, keys and switches are remembered, so that each create reads what it needs. */
const REST_MS = 1_500;
/** A file counts that takes part in each of so many creates: what the server does now and then falls out. */
const CREATES = 3;
/** A draft is rendered at a low priority, and the inspector slows everything down. */
const WITHIN_MS = 180_000;

interface Sample {
  name: string;
  client: Client;
  model: string;
  prompt: string;
}

interface Path {
  /** In the order of their first calls. */
  files: string[];
  deepest: CallChain;
}

async function addTestClient(stage: Stage): Promise<Client> {
  const core = await createCore(
    readConfig(stage.environment),
    stage.environment.DATABASE_URL,
    createLog('error'),
  );
  const { id: accountId } = await core.accounts.create('path');
  const { key } = await core.accounts.createKey({ account: accountId, mode: 'test', name: 'path' });
  const amount = parseCredits('1000') ?? 0n;
  await core.credits.grant({ accountId, book: 'test', amount, reason: 'for the bench' });
  const secret = await core.callbacks.readSecret({ accountId, testMode: true });
  await core.close();
  return { accountId, key, secret };
}

async function create(port: number, { client, model, prompt }: Sample, receiver: Receiver): Promise<void> {
  const response = await fetch(`http://${HOST}:${port}${CREATE_PATH}`, {
    method: 'POST',
    headers: { 'x-api-key': client.key, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      callback_url: receiver.urlFor(client),
      input: { prompt, resolution: '480p', duration: 2 },
    }),
  });
  if (response.status !== 200) throw new Error(`a create was refused: ${await response.text()}`);
  await response.arrayBuffer();
}

function fileOf({ url }: { url: string }): string {
  return url.slice(url.indexOf(SOURCES) + SOURCES.length);
}

async function findPath(inspector: Inspector, send: () => Promise<void>): Promise<Path> {
  await send();
  const runs: RanFunction[][] = [];
  for (let at = 0; at < CREATES; at++) {
    await sleep(REST_MS);
    await inspector.takeRan(SOURCES);
    await send();
    runs.push(await inspector.takeRan(SOURCES));
  }
  const ranIn = runs.map((ran) => new Set(ran.map(fileOf)));
  const files = new Set([...ranIn[0]].filter((file) => ranIn.every((ran) => ran.has(file))));
  const last = runs[runs.length - 1].filter((ran) => files.has(fileOf(ran)));
  await sleep(REST_MS);
  const chains = await inspector.watchFirstCalls(last, send);
  const own = chains
    .map((chain) => chain.filter(({ url }) => url.includes(SOURCES)))
    .filter((chain) => chain.length > 0);
  const ordered = new Set(own.map(([called]) => fileOf(called)).filter((file) => files.has(file)));
  return {
    files: [...new Set([...ordered, ...files])],
    deepest: own.reduce((deepest, chain) => (chain.length > deepest.length ? chain : deepest)),
  };
}

function printPath(title: string, { files, deepest }: Path): void {
  printLine(`${title}: ${files.length} files, the deepest chain has ${deepest.length} calls`);
  for (const [at, file] of files.entries()) printLine(`  ${String(at + 1).padStart(2)} ${file}`);
  printLine(
    `  deepest: ${deepest
      .toReversed()
      .map((call) => `${fileOf(call)} ${call.name}`)
      .join(' > ')}`,
  );
}

/** Runs one create after the other on a server of its own, which is looked into. */
async function measure(
  stage: Stage,
  {
    role,
    title,
    samples,
    receiver,
    until,
  }: {
    role: 'api' | 'serve';
    title: string;
    samples: readonly Sample[];
    receiver: Receiver;
    until: () => Promise<void>;
  },
): Promise<void> {
  const inspectorPort = await findFreePort();
  const flags = [`--inspect=${HOST}:${inspectorPort}`, '--inspect-publish-uid=http'];
  const server = await startServer([...NODE_FLAGS, ...flags, MAIN, role, '--json'], stage.environment);
  const inspector = await Inspector.open(inspectorPort);
  try {
    for (const sample of samples) {
      const path = await findPath(inspector, async () => {
        await create(server.port, sample, receiver);
        await until();
      });
      printPath(`${title}, ${sample.name}`, path);
    }
  } finally {
    inspector.close();
    await stop(server);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'reelay-path-'));
const stage = await openStage({
  dataDir: folder,
  accounts: 1,
  emulators: { ark: { settings: { queueMs: 0, runMs: 200 } } },
});
try {
  const test = await addTestClient(stage);
  const prompt = 'A lantern on a quay';
  const draft = { client: test, model: 'reelay/draft-t2v' };
  const samples: Sample[] = [
    { name: 'a live task', client: stage.clients[0], model: 'bytedance/seedance1-0-pro-t2v', prompt },
    { name: 'a draft', ...draft, prompt },
    { name: 'a draft that is refused', ...draft, prompt: `${prompt} reelay:moderation` },
  ];
  const receiver = await openReceiver([...stage.clients, test], () => undefined);
  const countCalled = async () => receiver.succeeded + receiver.wrong;
  let called = 0;
  const isCalledBack = async () => {
    called = await waitFor(countCalled, (count) => count > called, {
      withinMs: WITHIN_MS,
      everyMs: 20,
      what: 'a callback',
    });
  };
  await measure(stage, { role: 'serve', title: 'to the callback', samples, receiver, until: isCalledBack });
  const atOnce = () => Promise.resolve();
  await measure(stage, { role: 'api', title: 'to the answer', samples, receiver, until: atOnce });
  await receiver.close();
} finally {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
}
