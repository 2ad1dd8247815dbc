import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import { DAY_MS, HOUR_MS, steadyClock, systemClock } from '../../server/src/lib/time.ts';
import type { CallContext, Reference, StartRequest } from '../../server/src/providers/contract.ts';
import {
  createProviderHttp,
  createProviderSockets,
  download,
  type ProviderSockets,
} from '../../server/src/providers/http.ts';
import { runway } from '../../server/src/providers/runway/runway.ts';
import type { RunningEmulator } from '../core/emulator.ts';
import { call, get, openEmulator } from '../core/testing.ts';
import { runwayApi } from './runway.ts';

const VERSION = { 'x-runway-version': '2024-11-06' };
const TEXT: JsonObject = { model: 'gen4.5', promptText: 'a boat', ratio: '1280:720', duration: 5 };
const PICTURE = 'https://pictures.example/1.png';
const IMAGE: JsonObject = { model: 'gen4_turbo', promptImage: PICTURE, ratio: '960:960' };

function ask(emulator: RunningEmulator, method: string, path: string, json?: Json) {
  return call(emulator, method, path, { json, headers: VERSION });
}

async function createId(emulator: RunningEmulator, json: Json = TEXT): Promise<string> {
  const { status, json: answer, text } = await ask(emulator, 'POST', '/v1/text_to_video', json);
  if (status !== 200) throw new Error(text);
  return String(answer.id);
}

/** The adapter, pointed at the emulator. */
function openAdapter(
  emulator: RunningEmulator,
  fields = emulator.fields,
): CallContext & { sockets: ProviderSockets } {
  const sockets = createProviderSockets(systemClock);
  onTestFinished(() => sockets.close());
  const credential = { id: randomUUID(), fields };
  return {
    sockets,
    credential,
    http: createProviderHttp(sockets, credential, runway.facts.credential),
    clock: systemClock,
    steady: steadyClock,
    readImage: () => Promise.reject(new Error('no picture is read here')),
  };
}

function requestWith(input: JsonObject, params: JsonObject): StartRequest {
  return {
    taskId: '018f0000-0000-7000-8000-000000000001',
    epoch: 1,
    token: 'rl-1-1',
    model: 'runway/model',
    input,
    params,
    testMode: false,
    intentAtMs: 0,
  };
}

const RATIOS = { '720p': { '16:9': '1280:720', '1:1': '960:960' } };
const ORDER = requestWith(
  { prompt: 'a boat', duration: 5, resolution: '720p', aspect_ratio: '16:9', seed: 0 },
  { endpoint: 'text_to_video', model: 'gen4.5', ratios: RATIOS },
);

async function startOne(context: CallContext, request = ORDER): Promise<Reference> {
  const outcome = await runway.start(request, context);
  if (outcome.type !== 'accepted') throw new Error(JSON.stringify(outcome));
  return outcome.reference;
}

describe('a request', () => {
  it.each([
    ['no key', { ...VERSION }, 401],
    ['another key', { ...VERSION, authorization: 'Bearer other' }, 401],
    ['no version', { authorization: 'Bearer runway-emulator-key' }, 400],
    [
      'another version',
      { authorization: 'Bearer runway-emulator-key', 'x-runway-version': '2024-09-13' },
      400,
    ],
  ])('with %s is refused', async (_name, headers, status) => {
    const emulator = await openEmulator(runwayApi);
    const url = `${emulator.url}/v1/text_to_video`;
    const answer = await get(url, { method: 'POST', headers, body: JSON.stringify(TEXT) });
    expect([answer.status, answer.json]).toEqual([status, { error: expect.any(String) }]);
    expect(emulator.accepted()).toEqual([]);
  });
});

describe('a create', () => {
  it.each([
    ['text_to_video', TEXT, 60],
    ['image_to_video', IMAGE, 50],
    ['image_to_video', { ...IMAGE, model: 'gen4.5', promptText: 'x', duration: 2, ratio: '1584:672' }, 24],
    ['text_to_video', { model: 'veo3.1_fast', promptText: 'x', ratio: '1920:1080', duration: 4 }, 60],
    [
      'text_to_video',
      { model: 'veo3.1_fast', promptText: 'x', ratio: '1920:1080', duration: 4, audio: false },
      40,
    ],
    [
      'image_to_video',
      {
        model: 'veo3.1',
        promptImage: [
          { uri: PICTURE, position: 'first' },
          { uri: PICTURE, position: 'last' },
        ],
        ratio: '1280:720',
      },
      320,
    ],
    ['image_to_video', { ...IMAGE, promptImage: 'data:image/png;base64,iVBORw0KGgo=' }, 50],
  ])('of %s %j is accepted for %i credits', async (endpoint, json, credits) => {
    const emulator = await openEmulator(runwayApi);
    const answer = await ask(emulator, 'POST', `/v1/${endpoint}`, json as Json);
    expect(answer.json).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), estimatedCost: { credits } });
    expect(emulator.accepted()).toMatchObject([{ jobId: answer.json.id, model: (json as JsonObject).model }]);
  });

  it.each([
    ['text_to_video', { ...TEXT, model: 'gen4_turbo' }, 'model'],
    ['text_to_video', { ...TEXT, promptText: '' }, 'promptText'],
    ['text_to_video', { ...TEXT, promptText: '🚣'.repeat(501) }, 'promptText'],
    ['text_to_video', { ...TEXT, ratio: '960:960' }, 'ratio'],
    ['text_to_video', { ...TEXT, duration: 11 }, 'duration'],
    ['text_to_video', { ...TEXT, duration: '5' }, 'duration'],
    ['text_to_video', { model: 'gen4.5', promptText: 'x', ratio: '1280:720' }, 'duration'],
    ['text_to_video', { ...TEXT, seed: 2 ** 32 }, 'seed'],
    ['text_to_video', { ...TEXT, audio: true }, 'audio'],
    ['text_to_video', { ...TEXT, promptImage: PICTURE }, 'promptImage'],
    ['image_to_video', { model: 'gen4_turbo', ratio: '960:960' }, 'promptImage'],
    ['image_to_video', { ...IMAGE, promptImage: 'http://pictures.example/1.png' }, 'promptImage'],
    ['image_to_video', { ...IMAGE, promptImage: 'https://11.22.33.44/1.png' }, 'promptImage'],
    ['image_to_video', { ...IMAGE, promptImage: 'data:image/gif;base64,R0lGOA==' }, 'promptImage'],
    ['image_to_video', { ...IMAGE, promptImage: [{ uri: PICTURE, position: 'last' }] }, 'promptImage'],
    ['image_to_video', { ...IMAGE, promptImage: [PICTURE] }, 'promptImage'],
  ])('of %s %j is refused for %s', async (endpoint, json, field) => {
    const emulator = await openEmulator(runwayApi);
    const answer = await ask(emulator, 'POST', `/v1/${endpoint}`, json as Json);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: 'Validation of body failed', docUrl: expect.any(String) });
    const issues = answer.json.issues as { path: string[]; message: string }[];
    expect(issues[0]).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(issues.map(({ path }) => path[0])).toContain(field);
    expect(emulator.accepted()).toEqual([]);
  });

  it('is refused above the limit of the last 24 hours', async () => {
    const emulator = await openEmulator(runwayApi, { settings: { dailyGenerations: 1 } });
    await createId(emulator);
    expect((await ask(emulator, 'POST', '/v1/text_to_video', TEXT)).status).toBe(429);
    emulator.advance(DAY_MS);
    expect((await ask(emulator, 'POST', '/v1/text_to_video', TEXT)).status).toBe(200);
  });
});

describe('a task', () => {
  it('waits, runs, and ends with a video and its final cost', async () => {
    const emulator = await openEmulator(runwayApi, { settings: { refundPerSecond: 2 } });
    const id = await createId(emulator);
    const show = async () => (await ask(emulator, 'GET', `/v1/tasks/${id}`)).json;
    expect(await show()).toMatchObject({ status: 'PENDING', estimatedCost: { credits: 60 } });
    emulator.advance(300 + 750);
    expect(await show()).toMatchObject({ status: 'RUNNING', progress: 0.5, estimatedCost: { credits: 60 } });
    emulator.advance(750);
    const task = await show();
    expect(task).toMatchObject({ id, status: 'SUCCEEDED', cost: { credits: 50 } });
    const [url] = task.output as string[];
    expect((await get(url)).headers.get('content-type')).toBe('video/mp4');
    emulator.advance(DAY_MS);
    expect((await get(url)).status).toBe(403);
  });

  it('is throttled while other tasks of the account run', async () => {
    const emulator = await openEmulator(runwayApi, { settings: { concurrency: 1 } });
    await createId(emulator);
    const id = await createId(emulator);
    emulator.advance(1_000);
    expect((await ask(emulator, 'GET', `/v1/tasks/${id}`)).json).toMatchObject({ status: 'THROTTLED' });
  });

  it('is gone after two days', async () => {
    const emulator = await openEmulator(runwayApi);
    const id = await createId(emulator);
    emulator.advance(48 * HOUR_MS);
    expect((await ask(emulator, 'GET', `/v1/tasks/${id}`)).status).toBe(404);
  });

  it('is cancelled by DELETE while it is open, and destroyed once it has ended', async () => {
    const emulator = await openEmulator(runwayApi);
    const [open, ended] = [await createId(emulator), await createId(emulator)];
    expect((await ask(emulator, 'DELETE', `/v1/tasks/${open}`)).status).toBe(204);
    expect((await ask(emulator, 'GET', `/v1/tasks/${open}`)).json).toMatchObject({
      status: 'CANCELLED',
      cost: { credits: 0 },
    });
    emulator.advance(2_000);
    expect((await ask(emulator, 'DELETE', `/v1/tasks/${ended}`)).status).toBe(204);
    expect((await ask(emulator, 'GET', `/v1/tasks/${ended}`)).status).toBe(404);
    expect((await ask(emulator, 'DELETE', `/v1/tasks/${ended}`)).status).toBe(404);
  });
});

describe('the organization', () => {
  it('has fewer credits by what its tasks have cost', async () => {
    const emulator = await openEmulator(runwayApi, { settings: { credits: 130 } });
    const [kept, cancelled] = [await createId(emulator), await createId(emulator)];
    expect((await ask(emulator, 'POST', '/v1/text_to_video', TEXT)).json).toEqual({
      error: 'You do not have enough credits to run this task.',
    });
    await ask(emulator, 'DELETE', `/v1/tasks/${cancelled}`);
    emulator.advance(2_000);
    await ask(emulator, 'DELETE', `/v1/tasks/${kept}`);
    const { json } = await ask(emulator, 'GET', '/v1/organization');
    expect(json).toMatchObject({
      creditBalance: 70,
      usage: { models: { 'gen4.5': { dailyGenerations: 2 } } },
    });
    expect((await ask(emulator, 'POST', '/v1/text_to_video', TEXT)).status).toBe(200);
  });
});

describe('the adapter', () => {
  it('starts once, follows a task to its end, and fetches the video', async () => {
    const emulator = await openEmulator(runwayApi, { settings: { refundPerSecond: 2 } });
    const context = openAdapter(emulator);
    const outcome = await runway.start(ORDER, context);
    expect(outcome).toMatchObject({ type: 'accepted', used: { unit: 'credits', amount: 60 } });
    const reference = (outcome as { reference: Reference }).reference;
    expect(await runway.poll(reference, context)).toEqual({ type: 'queued' });
    emulator.advance(300 + 750);
    expect(await runway.poll(reference, context)).toEqual({ type: 'running', progress: 0.5 });
    emulator.advance(750);
    const end = await runway.poll(reference, context);
    expect(end).toMatchObject({
      type: 'succeeded',
      success: { modelVersion: 'gen4.5', used: { unit: 'credits', amount: 50 } },
    });
    const { outputs } = (end as { success: { outputs: { url: string }[] } }).success;
    const folder = await mkdtemp(join(tmpdir(), 'runway-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const saveTo = join(folder, 'video.mp4');
    await download(context.sockets, {
      url: outputs[0].url,
      headers: {},
      credential: context.credential,
      hosts: runway.facts.resultHosts,
      saveTo,
      maxBytes: 10_000_000,
      timeoutMs: 10_000,
    });
    expect((await readFile(saveTo)).toString('latin1', 4, 8)).toBe('ftyp');
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('starts from a picture', async () => {
    const emulator = await openEmulator(runwayApi);
    const params = { endpoint: 'image_to_video', model: 'gen4_turbo', ratios: RATIOS };
    const input = { img_urls: [PICTURE], duration: 5, resolution: '720p', aspect_ratio: '1:1' };
    await startOne(openAdapter(emulator), requestWith(input, params));
    expect(emulator.accepted()).toMatchObject([{ model: 'gen4_turbo' }]);
  });

  it('cancels waiting and running tasks, and leaves ended ones alone', async () => {
    const emulator = await openEmulator(runwayApi);
    const context = openAdapter(emulator);
    const reference = await startOne(context);
    expect(await runway.cancel?.(reference, context)).toEqual({ type: 'stopped' });
    expect(await runway.cancel?.(reference, context)).toEqual({ type: 'stopped' });
    expect(await runway.poll(reference, context)).toMatchObject({ failure: { reason: 'cancelled' } });
    const running = await startOne(context);
    emulator.advance(1_000);
    expect(await runway.cancel?.(running, context)).toEqual({ type: 'stopped' });
    const ended = await startOne(context);
    emulator.advance(2_000);
    expect(await runway.cancel?.(ended, context)).toMatchObject({ type: 'refused' });
    expect(await runway.poll(ended, context)).toMatchObject({ type: 'succeeded' });
  });

  it.each([
    ['SAFETY.OUTPUT.VIDEO', 'content_refused'],
    ['ASSET.INVALID', 'invalid_input'],
    ['INTERNAL', 'failed'],
  ])('reads the failure code %s as %s', async (failureCode, reason) => {
    const emulator = await openEmulator(runwayApi);
    const context = openAdapter(emulator);
    emulator.addFault({ on: 'start', kind: 'fail', json: { failure: 'No.', failureCode } });
    const reference = await startOne(context);
    emulator.advance(2_000);
    expect(await runway.poll(reference, context)).toMatchObject({
      type: 'failed',
      failure: { reason, message: 'No.' },
    });
  });

  it.each([
    ['a wrong field', {}, { prompt: '' }, 'invalid_input'],
    ['no credits', { credits: 0 }, {}, 'quota_exhausted'],
    ['a used-up day', { dailyGenerations: 0 }, {}, 'quota_exhausted'],
    ['a used-up minute', { startsPerMinute: 0 }, {}, 'rate_limited'],
  ])('reads the refusal for %s', async (_name, settings, input, reason) => {
    const emulator = await openEmulator(runwayApi, { settings });
    const request = { ...ORDER, input: { ...ORDER.input, ...input } };
    expect(await runway.start(request, openAdapter(emulator))).toMatchObject({
      type: 'rejected',
      failure: { reason },
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it.each([
    ['api_key', 'another-key'],
    ['version', '2020-01-01'],
  ])('calls a wrong %s bad credentials', async (name, value) => {
    const emulator = await openEmulator(runwayApi);
    const context = openAdapter(emulator, { ...emulator.fields, [name]: value });
    const failure = { reason: 'bad_credentials' };
    expect(await runway.start(ORDER, context)).toMatchObject({ type: 'rejected', failure });
    expect(await runway.probe(context)).toMatchObject({ type: 'fails', failure });
  });

  it('leaves open a create whose answer is lost, which was accepted once', async () => {
    const emulator = await openEmulator(runwayApi);
    const context = openAdapter(emulator);
    emulator.addFault({ on: 'start', kind: 'close_after' });
    expect(await runway.start(ORDER, context)).toMatchObject({ type: 'unknown' });
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('says how many credits are left', async () => {
    const emulator = await openEmulator(runwayApi, { settings: { credits: 500 } });
    const context = openAdapter(emulator);
    await startOne(context);
    expect(await runway.probe(context)).toMatchObject({
      type: 'works',
      balance: { unit: 'credits', amount: 440 },
    });
  });
});
