// The suite for a provider that works in this process: the same promises, without a wire to check. Only for
// tests.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../catalog/models.ts';
import type { JsonObject } from '../lib/json.ts';
import { describeFacts, modelsOf } from './conformance-facts.ts';
import { inputsThatDiffer, smallestInput } from './conformance-samples.ts';
import type { LocalProvider, PollOutcome, Reference, StartRequest } from './contract.ts';

export interface LocalConformanceCase {
  provider: LocalProvider;
  /** What a request becomes inside, to see whether an input has an effect. */
  jobOf: (input: JsonObject) => unknown;
  /** The cheapest request that ends with a result. */
  input: JsonObject;
  /** Inputs that have an effect only together with others, with the reason. */
  notSent?: Record<string, string>;
  /** What a result must be. */
  checkResult: (outcome: PollOutcome) => Promise<void>;
}

const END_MS = 60_000;

/** Runs the suite; call it inside the test file of the provider. */
export function describeLocalConformance(conformance: LocalConformanceCase): void {
  const { provider, jobOf, notSent = {} } = conformance;
  const [model] = modelsOf(provider);
  describe(`the provider ${provider.id}`, () => {
    describeFacts(provider);

    it('gives every input that its models declare an effect, the number 0 included', () => {
      const lost = modelsOf(provider).flatMap((one) =>
        Object.keys(one.input_schema.properties)
          .filter((name) => notSent[name] === undefined && !hasEffect(one, name, jobOf))
          .map((name) => `${one.model} ${name}`),
      );
      expect(lost).toEqual([]);
    });

    it('rejects a reference that is not its own, and does not throw', async () => {
      for (const broken of [{}, { job: 7 }, { job: 'gone' }] as Reference[]) {
        expect(await provider.poll(broken)).toMatchObject({ type: 'failed' });
      }
    });

    it('finds nothing where nothing was started, and finds what was started by its name', async () => {
      const request = requestFor(model, smallestInput(model), 7);
      expect(await provider.find(request)).toEqual({ type: 'none' });
      const outcome = await provider.start(request);
      if (outcome.type !== 'accepted') throw new Error(`it was ${outcome.type}`);
      expect(await provider.find(request)).toEqual({ type: 'found', reference: outcome.reference });
      expect(await provider.cancel(outcome.reference)).toEqual({ type: 'stopped' });
      expect(await provider.poll(outcome.reference)).toMatchObject({ failure: { reason: 'cancelled' } });
      await provider.forget(outcome.reference);
      expect(await provider.find(request)).toEqual({ type: 'none' });
    });

    describeResult(conformance, model);

    it('proves that it works', async () => {
      expect(await provider.probe({} as never)).toMatchObject({ type: 'works' });
    });
  });
}

function describeResult({ provider, input, checkResult }: LocalConformanceCase, model: Model): void {
  describe('a result', () => {
    let reference: Reference;

    beforeAll(async () => {
      const outcome = await provider.start(requestFor(model, { ...input, seed: 0 }, 1));
      if (outcome.type !== 'accepted') throw new Error(`it was ${outcome.type}`);
      reference = JSON.parse(JSON.stringify(outcome.reference));
      await provider.changed(reference);
    }, END_MS);

    afterAll(() => provider.forget(reference));

    it('is reported at every look, and is the file it claims to be', async () => {
      const outcome = await provider.poll(reference);
      expect(outcome).toMatchObject({ type: 'succeeded', success: { usage: { seed: 0 } } });
      expect(await provider.poll(reference)).toEqual(outcome);
      await checkResult(outcome);
    });
  });
}

function hasEffect(model: Model, name: string, jobOf: LocalConformanceCase['jobOf']): boolean {
  const inputs = inputsThatDiffer(model, name);
  return inputs === undefined || JSON.stringify(jobOf(inputs[0])) !== JSON.stringify(jobOf(inputs[1]));
}

function requestFor(model: Model, input: JsonObject, epoch: number): StartRequest {
  const taskId = '018f0000-0000-7000-8000-000000000001';
  const params = {};
  const token = `rl-018f-${epoch}`;
  return { taskId, epoch, token, model: model.model, input, params, testMode: false, intentAtMs: 0 };
}
