// The adapter against the emulator of Ark: two readings of the same documents, for every model of the
// catalogue.
import { describe, expect, it } from 'vitest';
import { arkApi } from '../../../../emulators/ark/ark.ts';
import type { EmulatorOptions, RunningEmulator } from '../../../../emulators/core/emulator.ts';
import { openEmulator, until } from '../../../../emulators/core/testing.ts';
import {
  isMp4,
  openAdapter,
  openHook,
  type TestedAdapter,
} from '../../../../emulators/core/testing-adapter.ts';
import { type Model, readShippedModels } from '../../catalog/models.ts';
import { chargeOf, priceOf, withDefaults } from '../../catalog/prices.ts';
import { compileInputCheck } from '../../catalog/validate.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { HOUR_MS } from '../../lib/time.ts';
import { smallestInput } from '../conformance-samples.ts';
import type { PollOutcome, Reference } from '../contract.ts';
import { readAs } from '../kit/wire.ts';
import { ark } from './ark.ts';
import { type ArkParams, paramsSchema } from './wire.ts';

const PRO = 'bytedance/seedance1-0-pro-t2v';
/** Longer than a task of the emulator usually takes. */
const DONE_MS = 2_000;

const MODELS = readShippedModels().filter(
  ({ modality, offers }) => modality === 'video' && offers.some(({ provider }) => provider === 'ark'),
);
const NAMED = MODELS.map((model) => [model.model, model] as const);

interface Bench extends TestedAdapter {
  emulator: RunningEmulator;
}

async function openBench(options: EmulatorOptions = {}, fields: Record<string, string> = {}): Promise<Bench> {
  const emulator = await openEmulator(arkApi, options);
  return { ...openAdapter(ark, emulator, fields), emulator };
}

function offerOf({ offers }: Model) {
  const offer = offers.find(({ provider }) => provider === 'ark');
  const params = readAs(paramsSchema, offer?.params ?? {});
  if (!offer || !params) throw new Error('there is no offer with params of ark');
  return { ...offer, params };
}

/** The offer of a model in the offline tier. */
function offlineOffer(name: string): { params: JsonObject } {
  const model = MODELS.find(({ model: known }) => known === name);
  if (!model) throw new Error(`there is no model ${name}`);
  return { params: { ...offerOf(model).params, service_tier: 'flex' } };
}

/** The offer with another id where an account in China, such as the emulator's, looks for it. */
function withModel(params: ArkParams, id: string | undefined): { params: JsonObject } {
  return { params: { ...params, model: { cn: id ?? '' } } };
}

const PICTURE = 'https://pictures.example/a.png';

/** The smallest input that the schema takes. */
function leastOf(model: Model): JsonObject {
  const asksForReferences = model.input_schema.else !== undefined;
  return { ...smallestInput(model), ...(asksForReferences ? { reference_images: [PICTURE] } : {}) };
}

function fullValue(name: string, { type, enum: values, maximum, maxItems }: JsonObject): Json {
  if (Array.isArray(values)) return values[values.length - 1];
  switch (type) {
    case 'boolean':
      return true;
    case 'integer':
      return Number(maximum);
    case 'array':
      return Array.from({ length: Number(maxItems) }, (_, at) => `https://files.example/${name}/${at}`);
    default:
      return 'a boat on a lake';
  }
}

/** Every field, each with its last or largest value. */
function mostOf({ input_schema: { properties } }: Model): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, own]) => [name, fullValue(name, own)]));
}

/** Every size, shape and length at both ends, with and without sound. */
function* wishesFor(model: Model): Generator<JsonObject> {
  const { resolution, aspect_ratio: ratio, duration, audio } = model.input_schema.properties;
  const least = leastOf(model);
  for (const size of resolution.enum as string[]) {
    for (const shape of ratio.enum as string[]) {
      for (const seconds of [duration.minimum, duration.maximum]) {
        const wish = { ...least, resolution: size, aspect_ratio: shape, duration: seconds };
        yield audio === undefined ? wish : { ...wish, audio: seconds === duration.minimum };
      }
    }
  }
}

/** As the engine asks: never about more tasks at once than the facts say. */
async function pollAll({ context }: TestedAdapter, references: Reference[]): Promise<PollOutcome[]> {
  const outcomes: PollOutcome[] = [];
  const size = ark.facts.pollBatchMax;
  for (let at = 0; at < references.length; at += size) {
    outcomes.push(...((await ark.pollMany?.(references.slice(at, at + size), context)) ?? []));
  }
  return outcomes;
}

function tokensOf(outcome: PollOutcome): number {
  const used = outcome.type === 'succeeded' ? outcome.success.used : undefined;
  if (used?.unit !== 'tokens') throw new Error(JSON.stringify(outcome));
  return used.amount;
}

describe.each(NAMED)('%s', (name, model) => {
  const { params, charge } = offerOf(model);

  it('is accepted at both clouds with the smallest and with the fullest input of its schema', async () => {
    const { emulator, begin, poll, fetch } = await openBench();
    const check = compileInputCheck(model);
    for (const id of [params.model.cn, params.model.intl]) {
      for (const input of [leastOf(model), mostOf(model)]) {
        expect(check(input)).toEqual({ errors: [], unknown: [] });
        const reference = await begin(name, input, withModel(params, id));
        expect(await poll(reference)).toEqual({ type: 'queued' });
        emulator.advance(DONE_MS);
        const outcome = await poll(reference);
        expect(outcome).toMatchObject({ type: 'succeeded', success: { modelVersion: id } });
        expect(tokensOf(outcome)).toBeGreaterThan(0);
        const kinds = outcome.type === 'succeeded' ? outcome.success.outputs.map(({ kind }) => kind) : [];
        expect(kinds).toEqual(input.return_last_frame === true ? ['video', 'image'] : ['video']);
        expect(isMp4(await fetch(outcome))).toBe(true);
      }
    }
    expect(emulator.accepted().map(({ model: id }) => id)).toEqual([
      params.model.cn,
      params.model.cn,
      params.model.intl,
      params.model.intl,
    ]);
  });

  it('is made in every size, shape and length, for no more than its hold', async () => {
    const bench = await openBench();
    const wishes = [...wishesFor(model)];
    const references: Reference[] = [];
    for (const wish of wishes) references.push(await bench.begin(name, wish));
    bench.emulator.advance(DONE_MS);
    for (const [at, outcome] of (await pollAll(bench, references)).entries()) {
      const wish = wishes[at];
      const amount = tokensOf(outcome);
      const { resolution, duration } = wish;
      expect(outcome, JSON.stringify(wish)).toMatchObject({
        success: { usage: { resolution, duration, total_tokens: amount } },
      });
      const filled = withDefaults(wish, model.input_schema.properties);
      const { micros } = priceOf(model.price, filled, () => undefined);
      const charged = chargeOf(charge, { unit: 'tokens', amount }, micros);
      expect(charged).toBeGreaterThan(0n);
      expect(charged).toBeLessThanOrEqual(micros);
    }
    expect(bench.emulator.accepted()).toHaveLength(wishes.length);
  });

  it('is made no longer and no larger by flags in the prompt', async () => {
    const { emulator, begin, poll } = await openBench();
    const input = { ...leastOf(model), resolution: '480p', aspect_ratio: '1:1', duration: 4 };
    const flags = 'a boat --dur 12 ---rs 1080p --resolution 720p -- --ratio 21:9 --frames 289 --fps 24';
    const plain = await begin(name, { ...input, prompt: 'a boat' });
    const smuggled = await begin(name, { ...input, prompt: flags });
    emulator.advance(DONE_MS);
    const outcome = await poll(smuggled);
    expect(tokensOf(outcome)).toBe(tokensOf(await poll(plain)));
    expect(outcome).toMatchObject({ success: { usage: { duration: 4, resolution: '480p', ratio: '1:1' } } });
  });
});

describe('many tasks', () => {
  it('are looked at 150 at a time, each with its own answer', async () => {
    const bench = await openBench({ settings: { concurrency: 40 } });
    const { emulator, begin, context } = bench;
    const error = { code: 'OutputVideoSensitiveContentDetected', message: 'refused' };
    const references: Reference[] = [];
    for (let count = 0; count < 150; count++) {
      if (count === 7) emulator.addFault({ on: 'start', kind: 'fail', json: error });
      references.push(await begin(PRO, { prompt: `boat ${count}` }));
    }
    expect(await ark.cancel?.(references[149], context)).toEqual({ type: 'stopped' });
    emulator.advance(DONE_MS);
    const outcomes = await pollAll(bench, [...references, { id: 'cgt-20261121000000-nobdy' }, {}]);
    const count = (type: PollOutcome['type']) => outcomes.filter((outcome) => outcome.type === type).length;
    expect(outcomes).toHaveLength(152);
    expect([count('succeeded'), count('running'), count('queued'), count('failed')]).toEqual([39, 40, 69, 4]);
    expect(outcomes[7]).toMatchObject({ failure: { reason: 'content_refused' } });
    expect(outcomes[149]).toMatchObject({ failure: { reason: 'cancelled' } });
    expect(outcomes[150]).toMatchObject({ failure: { reason: 'lost' } });
    expect(outcomes[151]).toMatchObject({ failure: { reason: 'unreadable' } });
  });

  it('are asked for one by one when the list does not show them', async () => {
    const bench = await openBench();
    const references = [
      await bench.begin(PRO, { prompt: 'a' }),
      await bench.begin(PRO, { prompt: 'b' }, offlineOffer(PRO)),
    ];
    bench.emulator.addFault({ on: 'list', kind: 'not_found' });
    expect(await pollAll(bench, references)).toEqual([{ type: 'queued' }, { type: 'queued' }]);
  });

  it.each(['close_before', 'half'] as const)('say nothing when the list is cut (%s)', async (kind) => {
    const bench = await openBench();
    const reference = await bench.begin(PRO, { prompt: 'a' });
    bench.emulator.addFault({ on: 'list', kind });
    expect(await pollAll(bench, [reference])).toMatchObject([{ type: 'unanswered' }]);
  });
});

describe('a create whose answer is lost', () => {
  it.each(['close_after', 'half', 'html'] as const)('(%s) is found, and was made once', async (kind) => {
    const { emulator, begin, request, context } = await openBench();
    await begin(PRO, { prompt: 'another' });
    emulator.addFault({ on: 'start', kind });
    const order = request(PRO, { prompt: 'a boat' });
    expect(await ark.start(order, context)).toMatchObject({ type: 'unknown' });
    await begin(PRO, { prompt: 'another' });
    const { jobId, token } = emulator.accepted()[1];
    expect(token).toBe(order.token);
    expect(await ark.find?.(order, context)).toEqual({ type: 'found', reference: { id: jobId } });
    expect(emulator.accepted()).toHaveLength(3);
  });

  it('is found behind more tasks than one page holds', async () => {
    const { emulator, begin, request, context } = await openBench();
    emulator.addFault({ on: 'start', kind: 'close_after' });
    const order = request(PRO, { prompt: 'a boat' });
    await ark.start(order, context);
    for (let count = 0; count < 501; count++) await begin(PRO, { prompt: 'another' });
    const [{ jobId }] = emulator.accepted();
    expect(await ark.find?.(order, context)).toEqual({ type: 'found', reference: { id: jobId } });
  });

  it('is not searched for among tasks from long before it', async () => {
    const { emulator, begin, request, context } = await openBench();
    for (let count = 0; count < 500; count++) await begin(PRO, { prompt: 'another' });
    emulator.advance(HOUR_MS);
    const order = request(PRO, { prompt: 'a boat' });
    // A further page would be refused, and the answer would say so.
    emulator.addFault({ on: 'list', kind: 'status', status: 500, skip: 1 });
    expect(await ark.find?.(order, context)).toEqual({
      type: 'unclear',
      detail: "no task of the list carries Reelay's token",
    });
    expect(emulator.faults()).toHaveLength(1);
  });

  it('of the offline tier is found among the tasks of that tier', async () => {
    const { emulator, request, context } = await openBench();
    emulator.addFault({ on: 'start', kind: 'close_after' });
    const order = request(PRO, { prompt: 'a boat' }, offlineOffer(PRO));
    await ark.start(order, context);
    expect(await ark.find?.(order, context)).toMatchObject({ type: 'found' });
  });

  it('that never arrived stays unclear, also when the list fails', async () => {
    const { emulator, request, context } = await openBench();
    emulator.addFault({ on: 'start', kind: 'close_before' });
    const order = request(PRO, { prompt: 'a boat' });
    expect(await ark.start(order, context)).toMatchObject({ type: 'unknown' });
    expect(await ark.find?.(order, context)).toMatchObject({ type: 'unclear' });
    emulator.addFault({ on: 'list', kind: 'html' });
    expect(await ark.find?.(order, context)).toMatchObject({ type: 'unclear' });
    expect(emulator.accepted()).toEqual([]);
  });
});

describe('a cancel', () => {
  it('stops what waits, and may be repeated', async () => {
    const { begin, poll, context } = await openBench();
    const reference = await begin(PRO, { prompt: 'a boat' });
    expect(await ark.cancel?.(reference, context)).toEqual({ type: 'stopped' });
    expect(await ark.cancel?.(reference, context)).toEqual({ type: 'stopped' });
    expect(await poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'cancelled' } });
  });

  it('leaves running and ended tasks alone', async () => {
    const { emulator, begin, poll, context } = await openBench();
    const reference = await begin(PRO, { prompt: 'a boat' });
    emulator.advance(300);
    expect(await ark.cancel?.(reference, context)).toEqual({ type: 'refused', detail: 'it is running' });
    emulator.advance(DONE_MS);
    expect(await ark.cancel?.(reference, context)).toEqual({ type: 'refused', detail: 'it is succeeded' });
    expect(await poll(reference)).toMatchObject({ type: 'succeeded' });
  });
});

describe('a task', () => {
  it("is given up by Ark when Reelay's own time limit is over", async () => {
    const { emulator, begin, poll } = await openBench();
    emulator.addFault({ on: 'start', kind: 'never' });
    const reference = await begin(PRO, { prompt: 'a boat' });
    emulator.advance(2 * HOUR_MS - 1);
    expect(await poll(reference)).toEqual({ type: 'running' });
    emulator.advance(1);
    expect(await poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'timed_out' } });
  });

  it('whose record has expired is lost', async () => {
    const { emulator, begin, poll } = await openBench();
    const reference = await begin(PRO, { prompt: 'a boat' });
    emulator.advance(ark.facts.recordHours * HOUR_MS);
    expect(await poll(reference)).toMatchObject({ type: 'failed', failure: { reason: 'lost' } });
  });

  it('posts callbacks that name it, in any order and twice, and that say when it still runs', async () => {
    const bench = await openBench();
    const { emulator, begin } = bench;
    const hook = await openHook(ark, bench);
    emulator.addFault({ on: 'callback', kind: 'double' });
    const reference = await begin(PRO, { prompt: 'a boat' }, { callbackUrl: hook.url });
    emulator.advance(DONE_MS);
    await until(() => hook.outcomes.length === 4);
    expect(new Set(hook.outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([
        JSON.stringify({ type: 'hint', reference, isOpen: true }),
        JSON.stringify({ type: 'hint', reference }),
      ]),
    );
  });
});

describe('a refusal', () => {
  const error = (code: string) => ({
    error: { code, message: `words. Request id: 1`, param: '', type: 'x' },
  });

  it('of a key is for the operator, in a start and in a probe', async () => {
    const { emulator, start, context } = await openBench({}, { api_key: 'another-key' });
    const failure = { reason: 'bad_credentials', code: 'AuthenticationError' };
    expect(await start(PRO, { prompt: 'a' })).toMatchObject({ type: 'rejected', failure });
    expect(await ark.probe(context)).toMatchObject({ type: 'fails', failure });
    expect(emulator.accepted()).toEqual([]);
  });

  it('of the rate leads to a wait', async () => {
    const { start } = await openBench({ settings: { startsPerMinute: 0 } });
    expect(await start(PRO, { prompt: 'a' })).toMatchObject({ failure: { reason: 'rate_limited' } });
  });

  it('of a model is for the operator', async () => {
    const { start } = await openBench();
    const wrong = { params: { model: { cn: 'doubao-seedance-9' } } };
    expect(await start(PRO, { prompt: 'a' }, wrong)).toMatchObject({
      failure: { reason: 'bad_credentials' },
    });
  });

  it("of a value is for the client, in the provider's words", async () => {
    const { start, emulator } = await openBench();
    expect(await start(PRO, { prompt: 'a', duration: 13 })).toMatchObject({
      failure: { reason: 'invalid_input', message: expect.stringMatching(/`duration`.*12$/) },
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it('of an unknown address is not for the client', async () => {
    const { emulator, start, context } = await openBench();
    Object.assign(context.credential.fields, { base_url: `${emulator.url}/api/v9` });
    expect(await start(PRO, { prompt: 'a' })).toMatchObject({ failure: { reason: 'unavailable' } });
  });

  it.each([
    [400, 'InputTextSensitiveContentDetected', 'content_refused'],
    [403, 'AccountOverdueError', 'quota_exhausted'],
    [429, 'QuotaExceeded', 'quota_exhausted'],
    [429, 'ServerOverloaded', 'rate_limited'],
  ])('%i %s is %s', async (status, code, reason) => {
    const { emulator, start } = await openBench();
    emulator.addFault({ on: 'start', kind: 'body', status, json: error(code) });
    expect(await start(PRO, { prompt: 'a' })).toMatchObject({ type: 'rejected', failure: { reason, code } });
  });

  it('with 500 does not count as one', async () => {
    const { emulator, start } = await openBench();
    emulator.addFault({ on: 'start', kind: 'body', status: 500, json: error('InternalServiceError') });
    expect(await start(PRO, { prompt: 'a' })).toMatchObject({ type: 'unknown' });
  });
});

it('takes an endpoint id, and shows the model behind it', async () => {
  const { emulator, begin, poll, context } = await openBench();
  const params = { model: { cn: 'ep-20261121101010-abcde' } };
  const reference = await begin(PRO, { prompt: 'a boat' }, { params });
  emulator.advance(DONE_MS);
  expect(await poll(reference)).toMatchObject({
    success: { modelVersion: 'doubao-seedance-1-0-pro-250528' },
  });
  expect(await ark.probe(context)).toEqual({
    type: 'works',
    detail: 'the task list answers: 1 tasks in the last 7 days',
  });
});
