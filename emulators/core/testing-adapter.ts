// Runs the adapter of a provider against its emulator: two readings of the same documents that check each
// other. Only for tests.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { withDefaults } from '../../server/src/catalog/prices.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { asSteady, SECOND_MS } from '../../server/src/lib/time.ts';
import type {
  CallContext,
  HintOutcome,
  HintRequest,
  PollOutcome,
  Provider,
  Reference,
  StartOutcome,
  StartRequest,
} from '../../server/src/providers/contract.ts';
import { createProviderHttp, createProviderSockets, download } from '../../server/src/providers/http.ts';
import type { RunningEmulator } from './emulator.ts';

const TIMEOUT_MS = 2 * SECOND_MS;
/** A result is drawn when it is first requested, which takes time on a busy machine. */
const DOWNLOAD_MS = 15 * SECOND_MS;
const FILE_BYTES_MAX = 10_000_000;

/** An adapter that talks to an emulator, on the emulator's clock. */
export interface TestedAdapter {
  context: CallContext;
  /** With the defaults of the model and the params of its offer; each has its own token. */
  request(model: string, input: JsonObject, more?: Partial<StartRequest>): StartRequest;
  start(model: string, input: JsonObject, more?: Partial<StartRequest>): Promise<StartOutcome>;
  /** A start that is accepted. @throws with the outcome when it is not. */
  begin(model: string, input: JsonObject, more?: Partial<StartRequest>): Promise<Reference>;
  poll(reference: Reference): Promise<PollOutcome>;
  /**
   * The bytes of the first output, fetched as the engine does. @throws CallFailed; also when the attempt has
   * not succeeded.
   */
  fetch(outcome: PollOutcome): Promise<Buffer>;
}

/** Closed at the end of the test. @param fields of the credential that differ from the emulator's own. */
export function openAdapter(
  provider: Provider,
  emulator: RunningEmulator,
  fields: Readonly<Record<string, string>> = {},
): TestedAdapter {
  const clock = () => emulator.clock.now();
  const sockets = createProviderSockets(clock, TIMEOUT_MS);
  onTestFinished(() => sockets.close());
  const fallbacks = provider.facts.credential.map(({ name, fallback = '' }) => [name, fallback]);
  const credential = {
    id: 'test',
    fields: { ...Object.fromEntries(fallbacks), ...emulator.fields, ...fields },
  };
  const context: CallContext = {
    credential,
    http: createProviderHttp(sockets, credential, provider.facts.credential),
    clock,
    steady: asSteady(clock),
    readImage: () => Promise.reject(new Error('no picture is read in this test')),
  };
  let count = 0;
  const request: TestedAdapter['request'] = (model, input, more) => {
    count += 1;
    return { ...requestFor(provider, { model, input, count }), intentAtMs: clock(), ...more };
  };
  const start: TestedAdapter['start'] = (...order) => provider.start(request(...order), context);
  return {
    context,
    request,
    start,
    async begin(...order) {
      const outcome = await start(...order);
      if (outcome.type !== 'accepted') throw new Error(JSON.stringify(outcome));
      return outcome.reference;
    },
    poll: (reference) => provider.poll(reference, context),
    fetch: (outcome) =>
      inFolder(async (folder) => {
        const saveTo = join(folder, 'result');
        const headers = provider.downloadHeaders?.(context) ?? {};
        const { resultHosts: hosts } = provider.facts;
        const limits = { maxBytes: FILE_BYTES_MAX, timeoutMs: DOWNLOAD_MS };
        await download(sockets, { url: firstUrl(outcome), headers, credential, hosts, saveTo, ...limits });
        return readFile(saveTo);
      }),
  };
}

function requestFor(
  provider: Provider,
  { model: name, input, count }: { model: string; input: JsonObject; count: number },
): Omit<StartRequest, 'intentAtMs'> {
  const model = readShippedModels().find((known) => known.model === name);
  const offer = model?.offers.find((known) => known.provider === provider.id);
  if (!model || !offer) throw new Error(`${name} has no offer of ${provider.id}`);
  const hex = String(count).padStart(12, '0');
  return {
    taskId: `018f0000-0000-7000-8000-${hex}`,
    epoch: 1,
    token: `rl-018f000000007000800${hex.padStart(13, '0')}-1`,
    model: name,
    input: withDefaults(input, model.input_schema.properties),
    params: offer.params ?? {},
    testMode: false,
  };
}

function firstUrl(outcome: PollOutcome): string {
  const output = outcome.type === 'succeeded' ? outcome.success.outputs[0] : undefined;
  if (!output || !('url' in output)) throw new Error(`there is no address in ${JSON.stringify(outcome)}`);
  return output.url;
}

async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-emulator-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether the bytes begin like an MP4. */
export function isMp4(bytes: Buffer): boolean {
  return bytes.subarray(4, 8).toString('latin1') === 'ftyp';
}

export interface Hook {
  /** For `callbackUrl`. */
  url: string;
  /** What the adapter made of each post, in order. */
  outcomes: HintOutcome[];
}

/** The route of a server that receives callbacks: 401 for a refused one. Closed at the end of the test. */
export async function openHook(provider: Provider, { context }: TestedAdapter): Promise<Hook> {
  const hook: Hook = { url: '', outcomes: [] };
  const server = createServer({ keepAliveTimeout: 0 }, async (message, response) => {
    const outcome = await provider.parseHint?.(await readPost(message), context);
    if (!outcome) throw new Error(`${provider.id} takes no callbacks`);
    hook.outcomes.push(outcome);
    response.writeHead(outcome.type === 'refused' ? 401 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(outcome.type === 'challenge' ? outcome.body : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/abc`;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return hook;
}

async function readPost(message: IncomingMessage): Promise<HintRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  const { pathname: path, search } = new URL(message.url ?? '/', 'http://hook');
  return {
    method: message.method ?? '',
    path,
    query: search.slice(1),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}
