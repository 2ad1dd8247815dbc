import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGuardedFetch } from '../../server/src/lib/guarded-fetch.ts';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { HOUR_MS, steadyClock, systemClock } from '../../server/src/lib/time.ts';
import type { CallContext, Reference, StartRequest } from '../../server/src/providers/contract.ts';
import { googleVeo } from '../../server/src/providers/google-veo/google-veo.ts';
import {
  createProviderHttp,
  createProviderSockets,
  download,
  type ProviderSockets,
} from '../../server/src/providers/http.ts';
import type { RunningEmulator } from '../core/emulator.ts';
import { get, openEmulator } from '../core/testing.ts';
import { googleVeoApi } from './google-veo.ts';

const MODEL = 'veo-3.1-generate-preview';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const image = (bytes = PNG, mimeType = 'image/png') => ({
  bytesBase64Encoded: bytes.toString('base64'),
  mimeType,
});
const order = (instance: JsonObject = {}, parameters: JsonObject = {}): JsonObject => ({
  instances: [{ prompt: 'a boat', ...instance }],
  parameters,
});

function ask({ fields }: RunningEmulator, path: string, json?: Json, headers: Record<string, string> = {}) {
  return get(`${fields.base_url}${path}`, {
    method: json === undefined ? 'GET' : 'POST',
    headers: { 'x-goog-api-key': fields.api_key, ...headers },
    body: json === undefined ? undefined : JSON.stringify(json),
    redirect: 'manual',
  });
}

function create(emulator: RunningEmulator, json: Json = order(), model = MODEL) {
  return ask(emulator, `/models/${model}:predictLongRunning`, json);
}

interface Arrival {
  host: string;
  withKey: boolean;
  headers: string[];
}

/** What has arrived at the redirected addresses. */
async function arrivalsAt({ url }: RunningEmulator): Promise<Arrival[]> {
  return JSON.parse((await get(`${url}/_arrivals`)).text) as Arrival[];
}

interface Adapter {
  context: CallContext;
  sockets: ProviderSockets;
}

/** The adapter, pointed at the emulator. Every public name leads to this machine. */
function openAdapter(emulator: RunningEmulator, fields = emulator.fields): Adapter {
  const own = createProviderSockets(systemClock);
  const strict = createGuardedFetch({
    allowLoopback: false,
    urlCharactersMax: 16_384,
    resolve: async () => ['127.0.0.1'],
    classify: () => 'public',
  });
  onTestFinished(async () => {
    await Promise.all([own.close(), strict.close()]);
  });
  const credential = { id: randomUUID(), fields };
  const context: CallContext = {
    credential,
    http: createProviderHttp(own, credential, googleVeo.facts.credential),
    clock: systemClock,
    steady: steadyClock,
    readImage: async () => ({ bytes: PNG, contentType: 'image/png' }),
  };
  return { context, sockets: { ...own, strict } };
}

const REQUEST: StartRequest = {
  taskId: '018f0000-0000-7000-8000-000000000001',
  epoch: 1,
  token: 'rl-1-1',
  model: 'google/veo3-1-t2v',
  input: { prompt: 'a boat', duration: 4, resolution: '720p', aspect_ratio: '16:9' },
  params: { model: MODEL },
  testMode: false,
  intentAtMs: 0,
};

async function startOne({ context }: Adapter, request = REQUEST): Promise<Reference> {
  const outcome = await googleVeo.start(request, context);
  if (outcome.type !== 'accepted') throw new Error(JSON.stringify(outcome));
  return outcome.reference;
}

/** Starts, waits, and returns the address of the video. */
async function finishOne(emulator: RunningEmulator, adapter: Adapter): Promise<string> {
  const reference = await startOne(adapter);
  emulator.advance(2_000);
  const outcome = await googleVeo.poll(reference, adapter.context);
  if (outcome.type !== 'succeeded') throw new Error(JSON.stringify(outcome));
  const [output] = outcome.success.outputs;
  return 'url' in output ? output.url : '';
}

/** Fetches a video as the engine does; returns its first bytes. */
async function fetchVideo({ context, sockets }: Adapter, url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'veo-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const saveTo = join(folder, 'video.mp4');
  await download(sockets, {
    url,
    headers: googleVeo.downloadHeaders?.(context) ?? {},
    credential: context.credential,
    hosts: googleVeo.facts.resultHosts,
    saveTo,
    maxBytes: 10_000_000,
    timeoutMs: 10_000,
  });
  return (await readFile(saveTo)).toString('latin1', 4, 8);
}

describe('a request', () => {
  it.each([
    ['no key', {}, '', { code: 403, status: 'PERMISSION_DENIED' }],
    ['another key', { 'x-goog-api-key': 'other' }, '', { code: 400, status: 'INVALID_ARGUMENT' }],
    ['another key in the address', {}, '?key=other', { code: 400, status: 'INVALID_ARGUMENT' }],
  ])('with %s is refused', async (_name, headers, query, error) => {
    const emulator = await openEmulator(googleVeoApi);
    const url = `${emulator.fields.base_url}/models/${MODEL}:predictLongRunning${query}`;
    const answer = await get(url, { method: 'POST', headers, body: JSON.stringify(order()) });
    expect([answer.status, answer.json.error]).toEqual([error.code, expect.objectContaining(error)]);
    expect(emulator.accepted()).toEqual([]);
  });
});

describe('a create', () => {
  it.each([
    [order()],
    [{ instances: [{ prompt: 'x' }] }],
    [
      order(
        {},
        { aspectRatio: '9:16', resolution: '720p', durationSeconds: 4, negativePrompt: 'dogs', seed: 0 },
      ),
    ],
    [order({}, { durationSeconds: '6', personGeneration: 'allow_all' })],
    [order({}, { resolution: '4k', durationSeconds: 8 })],
    [order({ image: image(), lastFrame: image(Buffer.from('ffd8ffe0', 'hex'), 'image/jpeg') })],
    [{ instances: [{ image: image() }], parameters: { personGeneration: 'allow_adult' } }],
    [order({ referenceImages: [{ image: image(), referenceType: 'asset' }] })],
  ])('of %j is accepted', async (json) => {
    const emulator = await openEmulator(googleVeoApi);
    const { status, json: answer } = await create(emulator, json as Json);
    expect([status, answer]).toEqual([
      200,
      { name: expect.stringMatching(new RegExp(`^models/${MODEL}/operations/[0-9a-z]{12}$`)) },
    ]);
    expect(emulator.accepted()).toMatchObject([{ model: MODEL, credential: '-key' }]);
  });

  it.each([
    [{ prompt: 'x' }, 'Unknown name "prompt"'],
    [{ parameters: {} }, "'instances'"],
    [{ instances: [] }, "'instances'"],
    [{ instances: [{}], parameters: {} }, 'prompt'],
    [
      order({ image: { inlineData: { mimeType: 'image/png', data: 'AA==' } } }),
      "`inlineData` isn't supported",
    ],
    [order({ image: image(Buffer.from('text')) }), 'Unable to process input image'],
    [order({ image: image(PNG, 'image/jpeg') }), 'Unable to process input image'],
    [order({ image: image(PNG, 'image/gif') }), 'mimeType'],
    [order({ lastFrame: image() }), 'lastFrame'],
    [order({}, { generateAudio: false }), "`generateAudio` isn't supported"],
    [order({}, { numberOfVideos: 1 }), "`numberOfVideos` isn't supported"],
    [order({}, { durationSeconds: 5 }), 'durationSeconds'],
    [order({}, { resolution: '1080p', durationSeconds: 6 }), 'must be 8'],
    [order({}, { resolution: '480p' }), 'resolution'],
    [order({}, { aspectRatio: '1:1' }), 'aspectRatio'],
    [order({}, { seed: -1 }), 'seed'],
    [order({ image: image() }, { personGeneration: 'allow_all' }), 'personGeneration'],
  ])('of %j is refused: %s', async (json, words) => {
    const emulator = await openEmulator(googleVeoApi);
    const { status, json: answer } = await create(emulator, json as Json);
    expect([status, answer.error]).toEqual([
      400,
      { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining(words) },
    ]);
    expect(emulator.accepted()).toEqual([]);
  });

  it.each([
    ['a model without access for the key', 'veo-3.1-fast-generate-preview:predictLongRunning', [MODEL]],
    ['a closed model', `${MODEL}:predictLongRunning`, []],
    ['another method', `${MODEL}:generateContent`, [MODEL]],
  ])('with %s is not found', async (_name, call, models) => {
    const emulator = await openEmulator(googleVeoApi, { settings: { models } });
    const { status, json } = await ask(emulator, `/models/${call}`, order());
    expect([status, json.error]).toEqual([404, expect.objectContaining({ status: 'NOT_FOUND' })]);
  });
});

describe('an operation', () => {
  it('has only a name until it is done', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const { name } = (await create(emulator)).json;
    emulator.advance(1_000);
    expect((await ask(emulator, `/${name}`)).json).toEqual({ name });
    emulator.advance(1_000);
    const { done, response } = (await ask(emulator, `/${name}`)).json;
    expect(done).toBe(true);
    expect(JSON.stringify(response)).toMatch(
      /"uri":"[^"]+\/v1beta\/files\/[0-9a-z]{12}:download\?alt=media"/,
    );
  });

  it('is gone after two days, and is not found under another model', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const name = String((await create(emulator)).json.name);
    const elsewhere = name.replace(MODEL, 'veo-3.1-fast-generate-preview');
    expect((await ask(emulator, `/${elsewhere}`)).status).toBe(404);
    emulator.advance(48 * HOUR_MS);
    expect((await ask(emulator, `/${name}`)).status).toBe(404);
  });
});

describe('a download', () => {
  it('needs the key at its address, is redirected, and needs no key there', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const url = await finishOne(emulator, openAdapter(emulator));
    expect((await get(url, { redirect: 'manual' })).status).toBe(403);
    const headers = { 'x-goog-api-key': emulator.fields.api_key };
    const answer = await get(url, { headers, redirect: 'manual' });
    expect(answer.status).toBe(302);
    const location = answer.headers.get('location') ?? '';
    expect((await get(location)).headers.get('content-type')).toBe('video/mp4');
    emulator.advance(48 * HOUR_MS);
    expect((await get(url, { headers, redirect: 'manual' })).status).toBe(403);
    expect((await get(location)).status).toBe(403);
  });

  it('records a key that arrives behind the redirect, wherever it is', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const { api_key: key } = emulator.fields;
    const address = `${emulator.url}/download/v1beta/files/a:download`;
    await get(address);
    await get(`${address}?key=${key}`);
    await get(address, { headers: { authorization: `Bearer ${key}` } });
    expect((await arrivalsAt(emulator)).map(({ withKey }) => withKey)).toEqual([false, true, true]);
  });
});

describe('the adapter', () => {
  it('starts once, follows an operation to its end, and fetches the video', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const adapter = openAdapter(emulator);
    const reference = await startOne(adapter);
    expect(await googleVeo.poll(reference, adapter.context)).toEqual({ type: 'running' });
    emulator.advance(2_000);
    const end = await googleVeo.poll(reference, adapter.context);
    expect(end).toMatchObject({ type: 'succeeded', success: { modelVersion: MODEL } });
    expect(JSON.stringify(end)).not.toContain(emulator.fields.api_key);
    const { outputs } = (end as { success: { outputs: { url: string }[] } }).success;
    expect(await fetchVideo(adapter, outputs[0].url)).toBe('ftyp');
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('sends a first and a last frame', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const img_urls = ['https://pictures.example/1.png', 'https://pictures.example/2.png'];
    const input = {
      prompt: 'a boat',
      img_urls,
      duration: 8,
      resolution: '1080p',
      aspect_ratio: '9:16',
      seed: 0,
    };
    await startOne(openAdapter(emulator), { ...REQUEST, input });
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('never lets the key follow a redirect to another host', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const { port } = new URL(emulator.url);
    emulator.set({ downloadOrigin: `http://video-downloads.googleusercontent.com:${port}` });
    const adapter = openAdapter(emulator);
    const url = await finishOne(emulator, adapter);
    expect(await fetchVideo(adapter, url)).toBe('ftyp');
    const arrivals = await arrivalsAt(emulator);
    expect(arrivals).toMatchObject([
      { host: `video-downloads.googleusercontent.com:${port}`, withKey: false },
    ]);
    expect(arrivals[0].headers).not.toContain('x-goog-api-key');
  });

  it('fetches nothing from a host that is not Google’s', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const { port } = new URL(emulator.url);
    emulator.set({ downloadOrigin: `http://googleusercontent.com.example:${port}` });
    const adapter = openAdapter(emulator);
    const url = await finishOne(emulator, adapter);
    await expect(fetchVideo(adapter, url)).rejects.toMatchObject({
      name: 'CallFailed',
      reason: 'unreadable',
    });
    expect(await arrivalsAt(emulator)).toEqual([]);
  });

  it.each([
    [{ raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['No people.'] }, 'content_refused', 'No people.'],
    [{ code: 13, message: 'Internal.' }, 'failed', 'Internal.'],
    [{ code: 3, message: 'Unable to process the image.' }, 'invalid_input', 'Unable to process the image.'],
  ])('reads the end %j as %s', async (json, reason, message) => {
    const emulator = await openEmulator(googleVeoApi);
    const adapter = openAdapter(emulator);
    emulator.addFault({ on: 'start', kind: 'fail', json: json as Json });
    const reference = await startOne(adapter);
    emulator.advance(2_000);
    expect(await googleVeo.poll(reference, adapter.context)).toMatchObject({
      type: 'failed',
      failure: { reason, message },
    });
  });

  it.each([
    ['a wrong field', {}, { duration: 5 }, { reason: 'invalid_input' }],
    ['a closed model', { models: [] }, {}, { reason: 'bad_credentials' }],
    ['a used-up minute', { startsPerMinute: 0 }, {}, { reason: 'rate_limited', retryAfterSeconds: 30 }],
  ])('reads the refusal for %s', async (_name, settings, input, failure) => {
    const emulator = await openEmulator(googleVeoApi, { settings });
    const request = { ...REQUEST, input: { ...REQUEST.input, ...input } };
    expect(await googleVeo.start(request, openAdapter(emulator).context)).toMatchObject({
      type: 'rejected',
      failure,
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it('calls a wrong key bad credentials, and never repeats it', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const { context } = openAdapter(emulator, { ...emulator.fields, api_key: 'another-key-0123' });
    const outcomes = [await googleVeo.start(REQUEST, context), await googleVeo.probe(context)];
    expect(outcomes).toMatchObject([
      { type: 'rejected', failure: { reason: 'bad_credentials' } },
      { type: 'fails', failure: { reason: 'bad_credentials' } },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('another-key');
  });

  it('leaves open a create whose answer is lost, which was accepted once', async () => {
    const emulator = await openEmulator(googleVeoApi);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    expect(await googleVeo.start(REQUEST, openAdapter(emulator).context)).toMatchObject({ type: 'unknown' });
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('calls an operation lost if the service has forgotten it', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const adapter = openAdapter(emulator);
    const reference = await startOne(adapter);
    emulator.advance(48 * HOUR_MS);
    expect(await googleVeo.poll(reference, adapter.context)).toMatchObject({
      type: 'failed',
      failure: { reason: 'lost' },
    });
  });

  it('names the models that make videos in its test, and fails it if there are none', async () => {
    const emulator = await openEmulator(googleVeoApi, { settings: { models: [MODEL] } });
    const { context } = openAdapter(emulator);
    expect(await googleVeo.probe(context)).toEqual({ type: 'works', detail: `the key can use ${MODEL}` });
    emulator.set({ models: [] });
    expect(await googleVeo.probe(context)).toMatchObject({ type: 'fails', failure: { code: 'no_model' } });
  });
});
