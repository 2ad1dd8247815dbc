// The suite that every provider passes, against a real HTTP server. The test of each provider's folder runs
// it and adds what is special. Only for tests.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model, Offer } from '../catalog/models.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { SECOND_MS, steadyClock, systemClock } from '../lib/time.ts';
import { describeFacts, modelsOf } from './conformance-facts.ts';
import { describeLeniency, type Essentials, type PerformFixture } from './conformance-lenient.ts';
import {
  answerFixture,
  answerHalf,
  answerHuge,
  answerWith,
  type ReplayServer,
  readFixtures,
  startReplay,
} from './conformance-replay.ts';
import { inputsThatDiffer, isFirstOfRule, smallestInput } from './conformance-samples.ts';
import type { ApiAnswer, CallContext, Provider, Reference, StartRequest } from './contract.ts';
import { createProviderHttp, createProviderSockets, type ProviderSockets } from './http.ts';
import { type Fixture, REPLAYED_START } from './recording/fixture-form.ts';

export interface ConformanceCase {
  provider: Provider;
  /** The folder `fixtures/` beside the test. */
  fixtures: URL;
  /** Values of the secret fields; addresses are those of the replay server. */
  secrets: Record<string, string>;
  /** Values for other fields, where they differ from the fallbacks. */
  fields?: Record<string, string>;
  /** A reference as `start` returns it. */
  reference: Reference;
  /** Inputs of models that are not sent, with the reason. */
  notSent?: Record<string, string>;
  /** The item of the catalogue, for providers of templates. */
  template?: JsonObject;
  /** The fields of answers that decide; all others may be missing or odd. */
  essentials: Essentials;
  /** The answer to a start is always the result: there is no job to ask about. */
  answersAtOnce?: true;
  /** Calls that a start may make before it submits, by path, with the answers that let it continue. */
  beforeSubmit?: Record<string, Json>;
}

const TIMEOUT_MS = 2 * SECOND_MS;
const HUGE_BYTES = 50 * 1024 * 1024;
const HTML = '<html><body>Bad gateway</body></html>';
const PICTURE = Buffer.from('iVBORw0KGgo=', 'base64');

/** The replay server and a context for calls to it. */
class Bench {
  readonly replay: ReplayServer;
  readonly sockets: ProviderSockets;
  readonly context: CallContext;
  readonly #case: ConformanceCase;

  constructor(replay: ReplayServer, conformance: ConformanceCase) {
    this.replay = replay;
    this.#case = conformance;
    this.sockets = createProviderSockets(systemClock, TIMEOUT_MS);
    this.context = this.#contextFor(replay.base);
  }

  /** A context whose every address is `base`. */
  #contextFor(base: string): CallContext {
    const { provider, secrets, fields: chosen = {} } = this.#case;
    const fields = Object.fromEntries(
      provider.facts.credential.map(({ name, fallback = '' }) => {
        const isAddress = /^https?:/.test(fallback) || name.endsWith('_url');
        return [name, secrets[name] ?? chosen[name] ?? (isAddress ? base : fallback)];
      }),
    );
    const credential = { id: randomUUID(), fields };
    const http = createProviderHttp(this.sockets, credential, provider.facts.credential);
    return {
      credential,
      // A start whose answer is the result may take minutes; what silence means is seen sooner.
      http: { ...http, call: (call) => http.call({ ...call, timeoutMs: undefined }) },
      clock: systemClock,
      steady: steadyClock,
      keepBytes: async (bytes) => `kept/${Buffer.from(bytes).toString('hex')}`,
      // Each address has its own bytes, so that a missing picture is seen.
      readImage: async (url) => ({
        bytes: Buffer.concat([PICTURE, Buffer.from(url)]),
        contentType: 'image/png',
      }),
    };
  }

  /** An address where nothing listens. */
  nowhere(): CallContext {
    return this.#contextFor('http://127.0.0.1:1');
  }

  /** Fills the placeholders of a fixture. */
  fill<Value>(value: Value): Value {
    const secret = Object.values(this.#case.secrets)[0] ?? '';
    const text = JSON.stringify(value);
    return JSON.parse(
      text.replaceAll('{{base}}', this.replay.base).replaceAll('{{secret}}', secret),
    ) as Value;
  }
}

/** The offers of a model at the provider. */
function offersOf({ provider: { id } }: ConformanceCase, { offers }: Model): Offer[] {
  return offers.filter(({ provider }) => provider === id);
}

function requestFor(
  conformance: ConformanceCase,
  model: Model,
  input: JsonObject,
  [offer] = offersOf(conformance, model),
): StartRequest {
  return {
    ...REPLAYED_START,
    model: model.model,
    input,
    params: offer?.params ?? {},
    template: conformance.template,
  };
}

async function perform(
  bench: Pick<Bench, 'context' | 'fill'>,
  conformance: ConformanceCase,
  fixture: Fixture,
) {
  const { provider, reference: sample } = conformance;
  const { context } = bench;
  const reference = bench.fill(fixture.reference ?? sample);
  const request = (): StartRequest => {
    const model = modelsOf(provider).find((known) => known.model === fixture.model);
    if (!model) throw new Error(`the fixture names no model with an offer of ${provider.id}`);
    const made = requestFor(conformance, model, fixture.input ?? smallestInput(model));
    return { ...made, callbackUrl: fixture.callbackUrl, template: fixture.template ?? made.template };
  };
  switch (fixture.operation) {
    case 'start':
      return provider.start(request(), context);
    case 'find':
      return provider.find?.(request(), context);
    case 'poll':
      return provider.poll(reference, context);
    case 'pollMany':
      return provider.pollMany?.(fixture.references ?? [reference], context);
    case 'cancel':
      return provider.cancel?.(reference, context);
    case 'probe':
      return provider.probe(context);
    case 'callback': {
      const { method = 'POST', path = '/', query = '', headers = {}, body = '' } = fixture.callback ?? {};
      const text = bench.fill(typeof body === 'string' ? body : JSON.stringify(body));
      const sent = { ...bench.fill({ method, path, query, headers }), body: Buffer.from(text) };
      return provider.parseHint?.(sent, context);
    }
  }
}

/** The answer to any call beyond those of the fixture. */
const NOTHING_MORE: ApiAnswer = { status: 599, headers: {}, json: undefined };

/** Performs fixtures with answers from memory. */
function performDry(conformance: ConformanceCase, bench: () => Bench): PerformFixture {
  return (fixture, answers) => {
    const { context } = bench();
    const waiting = answers.map((answer, at) => ({ answer, request: fixture.exchanges[at].request }));
    const call: CallContext['http']['call'] = async ({ method, path }) => {
      const asked = decodeURIComponent(new URL(path, bench().replay.base).pathname);
      const at = waiting.findIndex(({ request }) => request.method === method && request.path === asked);
      return at === -1 ? NOTHING_MORE : waiting.splice(at, 1)[0].answer;
    };
    const http = { ...context.http, call };
    // The fixtures were filled in before they were changed.
    const fill = <Value>(value: Value) => value;
    return perform({ context: { ...context, http }, fill }, conformance, fixture);
  };
}

/** Runs the whole suite for one provider; call it inside its test file. */
export function describeConformance(conformance: ConformanceCase): void {
  const { provider } = conformance;
  describe(`the provider ${provider.id}`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await startReplay(), conformance);
    });
    afterAll(async () => {
      await bench.sockets.close();
      await bench.replay.close();
    });
    describeFacts(provider);
    describeInputs(conformance, () => bench);
    describeFixtures(conformance, () => bench);
    describeLeniency(conformance.essentials, {
      fixtures: () => bench.fill(readFixtures(conformance.fixtures)),
      perform: performDry(conformance, () => bench),
    });
    describeTroubles(conformance, () => bench);
  });
}

/** Replays one folder of fixtures, such as one that was just recorded. */
export function describeFixturesAlone(conformance: ConformanceCase): void {
  describe(`fixtures of ${conformance.provider.id}`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await startReplay(), conformance);
    });
    afterAll(async () => {
      await bench.sockets.close();
      await bench.replay.close();
    });
    replayFixtures(conformance, () => bench);
  });
}

function describeInputs(conformance: ConformanceCase, bench: () => Bench): void {
  const { provider, notSent = {}, beforeSubmit = {} } = conformance;
  const cases = modelsOf(provider)
    .flatMap((model) =>
      Object.keys(model.input_schema.properties)
        .filter((name) => notSent[name] === undefined)
        .flatMap((name) => offersOf(conformance, model).map((offer) => ({ model, name, offer }))),
    )
    .flatMap(({ model, name, offer }) => {
      const inputs = inputsThatDiffer(model, name, offer);
      // Where one of them is for another offer of the model, it reaches the wire there.
      const isFor = (input: JsonObject) => provider.findMisfit?.(offer.params ?? {}, input) === undefined;
      return inputs?.every(isFor) ? [{ model, name, offer, inputs }] : [];
    })
    .filter(isFirstOfRule());

  async function wireOf(model: Model, input: JsonObject, offer?: Offer): Promise<string> {
    const { replay, context } = bench();
    replay.received.length = 0;
    replay.answer = (response, request) => {
      const answer = beforeSubmit[request.path];
      (answer === undefined ? answerWith(500, HTML) : answerWith(200, answer))(response, request);
    };
    await provider.start(requestFor(conformance, model, input, offer && [offer]), context);
    return JSON.stringify(replay.received.map(({ path, query, body, files }) => [path, query, body, files]));
  }

  it('sends every input that its models declare, the number 0 included', async () => {
    const lost: string[] = [];
    for (const { model, name, offer, inputs } of cases) {
      const [one, other] = [await wireOf(model, inputs[0], offer), await wireOf(model, inputs[1], offer)];
      const { [name]: given, ...without } = inputs[0];
      const isLostZero = given === 0 && (await wireOf(model, without, offer)) === one;
      if (one === other || isLostZero) lost.push(`${model.model} ${name}`);
    }
    expect(lost).toEqual([]);
  });

  it('submits once, whatever the answer', async () => {
    for (const model of modelsOf(provider)) {
      await wireOf(model, smallestInput(model));
      const writes = bench().replay.received.filter(
        ({ method, path }) => method !== 'GET' && beforeSubmit[path] === undefined,
      );
      expect(writes.length, model.model).toBeLessThanOrEqual(1);
    }
  });
}

function describeFixtures(conformance: ConformanceCase, bench: () => Bench): void {
  const fixtures = readFixtures(conformance.fixtures);

  it('has fixtures of a start, of each end, and of refusals', () => {
    const { answersAtOnce } = conformance;
    const operations = new Set(fixtures.map(([, { operation }]) => operation));
    for (const operation of answersAtOnce ? ['start', 'probe'] : ['start', 'poll', 'probe'])
      expect(operations).toContain(operation);
    const outcomes = JSON.stringify(fixtures.map(([, { outcome }]) => outcome));
    const ends = answersAtOnce ? ['made', 'rejected'] : ['accepted', 'rejected', 'succeeded', 'failed'];
    for (const type of ends) expect(outcomes).toContain(`"${type}"`);
  });
  replayFixtures(conformance, bench);
}

function replayFixtures(conformance: ConformanceCase, bench: () => Bench): void {
  it.each(readFixtures(conformance.fixtures))('behaves as in %s', async (_name, fixture) => {
    const { replay } = bench();
    replay.received.length = 0;
    replay.answer = answerFixture(fixture.exchanges, (value) => bench().fill(value));
    const outcome = await perform(bench(), conformance, fixture);
    expect(outcome).toMatchObject(bench().fill(fixture.outcome) as object);
    expect(replay.received.length).toBe(fixture.exchanges.length);
    for (const [at, { request }] of fixture.exchanges.entries()) {
      const wanted = bench().fill(request);
      const got = replay.received[at];
      expect({ method: got.method, path: got.path }).toEqual({ method: wanted.method, path: wanted.path });
      if (wanted.query) expect(got.query).toEqual(wanted.query);
      if (wanted.headers) expect(got.headers).toMatchObject(wanted.headers);
      if (wanted.body !== undefined) expect(got.body).toEqual(wanted.body);
    }
    expectNoSecret(conformance, outcome);
  });
}

function expectNoSecret({ secrets }: ConformanceCase, value: unknown): void {
  const text = JSON.stringify(value) ?? '';
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
}

function describeTroubles(conformance: ConformanceCase, bench: () => Bench): void {
  const { provider, reference, answersAtOnce } = conformance;
  const unanswered = answersAtOnce ? 'failed' : 'unanswered';
  const [model] = modelsOf(provider);
  const start = (context = bench().context) =>
    provider.start(requestFor(conformance, model, smallestInput(model)), context);
  const poll = (context = bench().context) => provider.poll(reference, context);

  it.each([400, 401, 402, 403, 404, 422, 429])(
    'takes a %i that is not of the API for a refusal',
    async (status) => {
      for (const body of [HTML, '', { what: 'another form' }]) {
        bench().replay.answer = answerWith(status, body);
        const outcome = await start();
        expect(outcome.type).toBe('rejected');
        expect(await poll()).toMatchObject({ type: unanswered });
        if (status === 429) expect(outcome).toMatchObject({ failure: { reason: 'rate_limited' } });
      }
    },
  );

  it.each([500, 502, 503, 504])('leaves open what a %i that is not of the API means', async (status) => {
    bench().replay.answer = answerWith(status, HTML);
    expect(await start()).toMatchObject({ type: 'unknown' });
    expect(await poll()).toMatchObject({ type: unanswered });
  });

  it.each([
    ['HTML under a good status', answerWith(200, HTML)],
    ['an empty answer', answerWith(200, '')],
    ['JSON of another form', answerWith(200, { unlike: ['anything'] })],
    ['half an answer', answerHalf],
    ['50 MB of JSON', answerHuge(HUGE_BYTES)],
    ['a cut connection', (response: { destroy(): void }) => response.destroy()],
    ['silence', () => undefined],
  ])('leaves open what %s means', async (_name, answer) => {
    bench().replay.answer = answer;
    // In parallel, since each of them waits out the silence.
    const [begun, seen] = await Promise.all([start(), poll()]);
    expect([begun.type, seen.type]).toEqual(['unknown', unanswered]);
  });

  it('knows that nothing was sent when nothing listens', async () => {
    const outcome = await start(bench().nowhere());
    expect(outcome).toMatchObject({ type: 'rejected', failure: { reason: 'unavailable' } });
    expect(await poll(bench().nowhere())).toMatchObject({ type: unanswered });
  });

  it('reads a stored reference after a round trip, and says when it cannot', async () => {
    expect(JSON.parse(JSON.stringify(reference))).toEqual(reference);
    const brokenOnes: Reference[] = [{}, { id: 7 }, { nothing: null }];
    for (const broken of brokenOnes) {
      expect(await provider.poll(broken, bench().context)).toMatchObject({
        type: 'failed',
        failure: { reason: 'unreadable' },
      });
    }
  });

  it('never throws from another call and never shows a secret, whatever the server does', async () => {
    const { context, replay, fill } = bench();
    const echo = fill.call(bench(), { error: '{{secret}}', message: '{{secret}}' }) as JsonObject;
    for (const answer of [answerWith(200, HTML), answerWith(401, echo), answerWith(500, HTML), answerHalf]) {
      replay.answer = answer;
      const request = requestFor(conformance, model, smallestInput(model));
      const outcomes = [
        await start(),
        await poll(),
        await provider.pollMany?.([reference, reference], context),
        await provider.cancel?.(reference, context),
        await provider.find?.(request, context),
        await provider.probe(context),
      ];
      expectNoSecret(conformance, outcomes);
      expect(outcomes[5]).toMatchObject({ type: 'fails' });
      if (outcomes[4]) expect(outcomes[4]).not.toMatchObject({ type: 'none' });
      if (outcomes[3]) expect(outcomes[3]).toMatchObject({ type: 'refused' });
    }
  });
}
