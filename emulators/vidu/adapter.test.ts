// The adapter against the emulator: two readings of the same documents.
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Model, readShippedModels } from '../../server/src/catalog/models.ts';
import { chargeOf, priceOf, withDefaults } from '../../server/src/catalog/prices.ts';
import { compileInputCheck } from '../../server/src/catalog/validate.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { asSteady, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../server/src/lib/time.ts';
import type { CallContext, HintRequest, StartRequest } from '../../server/src/providers/contract.ts';
import { createProviderHttp, createProviderSockets, download } from '../../server/src/providers/http.ts';
import { vidu } from '../../server/src/providers/vidu/vidu.ts';
import type { EmulatorOptions, RunningEmulator } from '../core/emulator.ts';
import { openEmulator, openReceiver, type ReceivedPost, until } from '../core/testing.ts';
import { viduApi } from './vidu.ts';

const PICTURES = ['https://pictures.example/a.png', 'https://pictures.example/b.png'];
const MODELS = readShippedModels().filter(({ offers }) => offers.some(({ provider }) => provider === 'vidu'));

function modelOf(name: string): Model {
  const model = MODELS.find((known) => known.model === name);
  if (!model) throw new Error(`there is no ${name}`);
  return model;
}

const CLIP = 'https://clips.example/a.mp4';

/** A request as the engine makes it: with the defaults of the schema. */
function requestFor(emulator: RunningEmulator, name: string, input: JsonObject = {}): StartRequest {
  const model = modelOf(name);
  const { properties } = model.input_schema;
  const pictures = properties.img_urls ?? properties.images;
  const least: JsonObject = {
    ...(properties.prompt ? { prompt: 'a boat' } : {}),
    ...(pictures ? { [properties.img_urls ? 'img_urls' : 'images']: picturesFor(pictures) } : {}),
    ...(properties.template ? { template: 'hugging' } : {}),
    ...(properties.video_url ? { video_url: CLIP, audio_url: CLIP } : {}),
  };
  return {
    taskId: randomUUID(),
    epoch: 1,
    token: `rl-${randomUUID()}-1`,
    model: name,
    input: withDefaults({ ...least, ...input }, properties),
    params: model.offers[0].params ?? {},
    testMode: false,
    intentAtMs: emulator.clock.now(),
  };
}

function picturesFor({ maxItems }: JsonObject): string[] {
  return PICTURES.slice(0, Number(maxItems));
}

interface Bench {
  emulator: RunningEmulator;
  context: CallContext;
  start(name: string, input?: JsonObject): Promise<JsonObject>;
  outcome(name: string, input?: JsonObject): ReturnType<typeof vidu.start>;
  fetchTo(url: string, path: string): Promise<{ sizeBytes: number }>;
}

async function openBench(options: EmulatorOptions = {}, fields: Record<string, string> = {}): Promise<Bench> {
  const emulator = await openEmulator(viduApi, options);
  const clock = () => emulator.clock.now();
  const sockets = createProviderSockets(clock, 2 * SECOND_MS);
  onTestFinished(() => sockets.close());
  const fallbacks = vidu.facts.credential.map(({ name, fallback = '' }) => [name, fallback]);
  const credential = {
    id: randomUUID(),
    fields: { ...Object.fromEntries(fallbacks), ...emulator.fields, ...fields },
  };
  const context: CallContext = {
    credential,
    clock,
    steady: asSteady(clock),
    http: createProviderHttp(sockets, credential, vidu.facts.credential),
    readImage: () => Promise.reject(new Error('no picture is read')),
  };
  const outcome: Bench['outcome'] = (name, input) => vidu.start(requestFor(emulator, name, input), context);
  return {
    emulator,
    context,
    outcome,
    async start(name, input) {
      const accepted = await outcome(name, input);
      if (accepted.type !== 'accepted') throw new Error(JSON.stringify(accepted));
      return accepted.reference;
    },
    fetchTo: (url, path) =>
      download(sockets, {
        url,
        credential,
        headers: {},
        hosts: vidu.facts.resultHosts,
        saveTo: path,
        maxBytes: 10_000_000,
        timeoutMs: 10 * SECOND_MS,
      }),
  };
}

describe('a task of the adapter', () => {
  it('is started, followed to its end, and fetched as an MP4', async () => {
    const { emulator, context, start, fetchTo } = await openBench();
    const reference = await start('vidu/q1-r2v');
    const seen = [];
    for (const ms of [0, 200, 100, 1_500]) {
      emulator.advance(ms);
      seen.push(await vidu.poll(reference, context));
    }
    expect(seen.map(({ type }) => type)).toEqual(['queued', 'queued', 'running', 'succeeded']);
    const [, , , end] = seen;
    if (end.type !== 'succeeded') throw new Error('it has not succeeded');
    expect(end.success).toMatchObject({ modelVersion: 'viduq1', used: { unit: 'credits', amount: 80 } });
    const folder = await mkdtemp(join(tmpdir(), 'reelay-vidu-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [output] = end.success.outputs;
    if (!('url' in output)) throw new Error('it has no address');
    await fetchTo(output.url, join(folder, 'a.mp4'));
    expect((await readFile(join(folder, 'a.mp4'))).subarray(4, 8).toString()).toBe('ftyp');
    emulator.advance(25 * HOUR_MS);
    await expect(fetchTo(output.url, join(folder, 'b.mp4'))).rejects.toThrow('403');
    expect(emulator.accepted()).toHaveLength(1);
  });

  it('is looked at many at a time, and an unknown one is lost', async () => {
    const { emulator, context, start } = await openBench();
    emulator.addFault({ on: 'start', kind: 'fail', json: 'CreationPolicyViolation' });
    const ended = await start('vidu/q1-t2v');
    const good = await start('vidu/q1-t2v');
    emulator.advance(2_000);
    const fresh = await start('vidu/q1-t2v');
    expect(await vidu.pollMany?.([fresh, good, ended, { id: '1' }], context)).toMatchObject([
      { type: 'queued' },
      { type: 'succeeded', success: { used: { amount: 80 } } },
      { type: 'failed', failure: { reason: 'content_refused' } },
      { type: 'failed', failure: { reason: 'lost' } },
    ]);
  });

  it.each(['queueing', 'queuing'])('waits under the word %s', async (queueWord) => {
    const { emulator, context, start } = await openBench({ settings: { queueWord } });
    const reference = await start('vidu/q1-t2v');
    emulator.advance(200);
    expect(await vidu.poll(reference, context)).toEqual({ type: 'queued' });
    expect(await vidu.pollMany?.([reference], context)).toEqual([{ type: 'queued' }]);
  });

  it('is stopped while it waits, even repeatedly, but not when it runs', async () => {
    const { emulator, context, start } = await openBench();
    const first = await start('vidu/q1-t2v');
    expect(await vidu.cancel?.(first, context)).toEqual({ type: 'stopped' });
    expect(await vidu.cancel?.(first, context)).toEqual({ type: 'stopped' });
    expect(await vidu.poll(first, context)).toMatchObject({ failure: { reason: 'cancelled' } });
    const second = await start('vidu/q1-t2v');
    emulator.advance(300);
    expect(await vidu.cancel?.(second, context)).toEqual({ type: 'refused', detail: 'it is running' });
  });
});

/** Every length, size and sound that the schema of a model allows, at both ends. */
function* asks({ input_schema: { properties } }: Model): Generator<JsonObject> {
  const { duration, resolution, audio } = properties;
  const lengths = duration && ((duration.enum ?? [duration.minimum, 5, duration.maximum]) as number[]);
  for (const seconds of lengths ?? [undefined]) {
    for (const size of (resolution?.enum as string[] | undefined) ?? [undefined]) {
      for (const sound of audio ? [true, false] : [undefined]) {
        const asked = { duration: seconds, resolution: size, audio: sound };
        yield JSON.parse(JSON.stringify(asked)) as JsonObject;
      }
    }
  }
}

describe('every shipped model', () => {
  const names = MODELS.map(({ model }) => model);
  it.each(names)(
    '%s is accepted in every length and size that it takes, for no more than its hold',
    async (name) => {
      const { context, emulator } = await openBench();
      const { price, offers } = modelOf(name);
      const checkInput = compileInputCheck(modelOf(name));
      const requests = [...asks(modelOf(name))].map((wish) => ({
        wish,
        request: requestFor(emulator, name, wish),
      }));
      const allowed = requests.filter(({ request }) => checkInput(request.input).errors.length === 0);
      expect(allowed.length).toBeGreaterThan(0);
      for (const { wish, request } of allowed) {
        const outcome = await vidu.start(request, context);
        const used = outcome.type === 'accepted' ? outcome.used : undefined;
        if (!used) throw new Error(JSON.stringify(outcome));
        const { micros } = priceOf(price, request.input, () => undefined);
        expect(used.amount * 1e6, JSON.stringify(wish)).toBeLessThanOrEqual(Number(micros));
        expect(Number(chargeOf(offers[0].charge, used, micros))).toBe(used.amount * 1e6);
      }
      expect(emulator.accepted()).toHaveLength(allowed.length);
    },
  );

  it('accepts every choice that its schema lists', async () => {
    const { context, emulator } = await openBench();
    for (const { model, input_schema: schema } of MODELS.filter(({ model }) => model !== 'vidu/template')) {
      for (const [name, { enum: values = [] }] of Object.entries(schema.properties)) {
        for (const value of values as string[]) {
          const outcome = await vidu.start(requestFor(emulator, model, { [name]: value }), context);
          expect(outcome, `${model} ${name} ${value}`).toMatchObject({ type: 'accepted' });
        }
      }
    }
  });

  it('accepts the fields of the templates that have them', async () => {
    const { outcome, emulator, context } = await openBench();
    const images = PICTURES.slice(0, 1);
    const accepted = { type: 'accepted' };
    expect(await outcome('vidu/template', { template: 'exotic_princess', images, area: 'uk' })).toMatchObject(
      accepted,
    );
    const request = requestFor(emulator, 'vidu/template', {
      template: 'beast_companion',
      images,
      beast: 'elk',
    });
    const template = { template: 'beast_companion', aspect_ratio: ['9:16'] };
    expect(await vidu.start({ ...request, template }, context)).toMatchObject(accepted);
    expect(await outcome('vidu/template', { template: 'hugging', images, area: 'uk' })).toMatchObject({
      failure: { reason: 'invalid_input', message: 'unwanted field: area' },
    });
  });
});

describe('a create whose answer is lost', () => {
  it.each([
    ['by its payload in the list', {}],
    ['by the task itself if the list has no payload', { listShowsPayload: false }],
    ['if pages have the other name', { pageName: 'paper' }],
  ])('is found %s, and was made once', async (_how, settings) => {
    const { emulator, context, start } = await openBench({ settings });
    for (let count = 0; count < 11; count += 1) await start('vidu/q1-t2v');
    emulator.addFault({ on: 'start', kind: 'close_after' });
    const request = requestFor(emulator, 'vidu/q1-t2v');
    expect(await vidu.start(request, context)).toMatchObject({ type: 'unknown' });
    emulator.advance(10 * MINUTE_MS);
    const { jobId, token } = emulator.accepted()[11];
    expect(token).toBe(request.token);
    const reference = { id: jobId, model: 'viduq1' };
    expect(await vidu.find?.(request, context)).toEqual({ type: 'found', reference });
    expect(emulator.accepted()).toHaveLength(12);
  });

  it('that never arrived is not there, on a busy account or an idle one', async () => {
    const { emulator, context, start } = await openBench();
    emulator.addFault({ on: 'start', kind: 'close_before' });
    const request = requestFor(emulator, 'vidu/q1-t2v');
    expect(await vidu.start(request, context)).toMatchObject({ type: 'unknown' });
    expect(await vidu.find?.(request, context)).toEqual({ type: 'none' });
    for (let count = 0; count < 101; count += 1) await start('vidu/q1-t2v');
    expect(await vidu.find?.(request, context)).toEqual({ type: 'none' });
    expect(emulator.accepted()).toHaveLength(101);
  });

  it.each(['close_before', 'html', 'half'] as const)(
    'is left open when the list is cut (%s)',
    async (kind) => {
      const { emulator, context } = await openBench();
      emulator.addFault({ on: 'list', kind });
      expect(await vidu.find?.(requestFor(emulator, 'vidu/q1-t2v'), context)).toMatchObject({
        type: 'unclear',
      });
    },
  );
});

describe('a callback', () => {
  function receivedFrom({ headers, path, text }: ReceivedPost): HintRequest {
    const [pathname, query = ''] = path.split('?');
    const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    return {
      method: 'POST',
      path: pathname,
      query,
      headers: Object.fromEntries(flat),
      body: Buffer.from(text),
    };
  }

  it.each(['', '?t=1&u=%20x'])(
    'to an address with the query "%s" is verified, and names the task',
    async (query) => {
      const { emulator, context } = await openBench();
      const receiver = await openReceiver();
      const request = { ...requestFor(emulator, 'vidu/q1-t2v'), callbackUrl: `${receiver.url}${query}` };
      await vidu.start(request, context);
      emulator.advance(300);
      await until(() => receiver.posts.length === 1);
      const [{ jobId }] = emulator.accepted();
      const sent = receivedFrom(receiver.posts[0]);
      expect(await vidu.parseHint?.(sent, context)).toEqual({ type: 'hint', reference: { id: jobId } });
      expect(await vidu.parseHint?.({ ...sent, path: '/other' }, context)).toMatchObject({
        type: 'refused',
      });
      emulator.advance(5 * MINUTE_MS + SECOND_MS);
      expect(await vidu.parseHint?.(sent, context)).toMatchObject({ type: 'refused' });
    },
  );

  it('that is forged is refused, and a doubled one is accepted twice', async () => {
    const { emulator, context } = await openBench();
    const receiver = await openReceiver();
    emulator.addFault({ on: 'callback', kind: 'forge' });
    emulator.addFault({ on: 'callback', kind: 'double' });
    await vidu.start({ ...requestFor(emulator, 'vidu/q1-t2v'), callbackUrl: receiver.url }, context);
    emulator.advance(1_800);
    await until(() => receiver.posts.length === 3);
    const outcomes = [];
    for (const post of receiver.posts) outcomes.push(await vidu.parseHint?.(receivedFrom(post), context));
    expect(outcomes.map((outcome) => outcome?.type)).toEqual(['refused', 'hint', 'hint']);
  });
});

describe('a refusal', () => {
  interface Refused {
    emulator?: EmulatorOptions;
    fields?: Record<string, string>;
    input?: JsonObject;
    failure: JsonObject;
  }
  it.each<[string, Refused]>([
    ['of a key', { fields: { api_key: 'vda_other_key' }, failure: { reason: 'bad_credentials' } }],
    [
      'for lack of credits',
      { emulator: { settings: { credits: 79 } }, failure: { reason: 'quota_exhausted' } },
    ],
    ['of the rate', { emulator: { settings: { startsPerMinute: 0 } }, failure: { reason: 'rate_limited' } }],
    [
      'of sound',
      {
        emulator: { settings: { q1TakesAudio: false } },
        input: { audio: true },
        failure: { reason: 'invalid_input', message: 'unwanted field: audio' },
      },
    ],
    [
      'of moderation',
      {
        fields: { moderation: 'on' },
        failure: { reason: 'invalid_input', message: 'unwanted field: moderation' },
      },
    ],
    ['of a prompt', { input: { prompt: 'a'.repeat(2_001) }, failure: { reason: 'invalid_input' } }],
  ])('%s is recognized, and nothing was made', async (_what, { failure, ...refused }) => {
    const { emulator, outcome } = await openBench(refused.emulator, refused.fields);
    expect(await outcome('vidu/q1-r2v', refused.input)).toMatchObject({ type: 'rejected', failure });
    expect(emulator.accepted()).toEqual([]);
  });

  it('of an unknown address is not a lost task', async () => {
    const { context, emulator } = await openBench();
    Object.assign(context.credential.fields, { base_url: `${emulator.url}/nothing` });
    const outcome = await vidu.start(requestFor(emulator, 'vidu/q1-t2v'), context);
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'unavailable' } });
  });

  it('of a field does not occur if the operator has chosen the other form', async () => {
    const settings = { q1TakesAudio: false, takesModeration: true };
    const { outcome } = await openBench({ settings }, { audio_form: 'subjects', moderation: 'on' });
    expect(await outcome('vidu/q1-r2v', { audio: true, moderation: 'disabled' })).toMatchObject({
      type: 'accepted',
    });
  });

  it('of a template that the catalogue lists means that it is gone', async () => {
    const { emulator, context } = await openBench();
    const request = requestFor(emulator, 'vidu/template', { template: 'no_longer' });
    expect(await vidu.start({ ...request, template: { template: 'no_longer' } }, context)).toMatchObject({
      failure: { reason: 'template_gone' },
    });
  });

  it('while it was made is the reason of the failure', async () => {
    const { emulator, context, start } = await openBench();
    emulator.addFault({ on: 'start', kind: 'fail', json: 'ImageDownloadFailure' });
    const reference = await start('vidu/q1-i2v');
    emulator.advance(2_000);
    expect(await vidu.poll(reference, context)).toMatchObject({ failure: { reason: 'invalid_input' } });
  });
});

it('shows the balance of the account, or that a key is bad', async () => {
  const { context, start } = await openBench({ settings: { credits: 100 } });
  await start('vidu/q1-t2v');
  expect(await vidu.probe(context)).toEqual({
    type: 'works',
    detail: 'the account has 20 credits and runs 5 tasks at once',
    balance: { unit: 'credits', amount: 20 },
  });
  const other = await openBench({}, { api_key: 'vda_other_key' });
  expect(await vidu.probe(other.context)).toMatchObject({ failure: { reason: 'bad_credentials' } });
});
