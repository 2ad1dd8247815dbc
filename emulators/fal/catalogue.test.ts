// Every offer of the catalogue at fal against the emulator: the endpoint exists, takes what the offer sends, and what it
// bills fits what the model costs.
import { expect, it } from 'vitest';
import { type Model, type Offer, readShippedModels } from '../../server/src/catalog/models.ts';
import { chargeOf, filesAsked, priceOf, withDefaults } from '../../server/src/catalog/prices.ts';
import { compileInputCheck } from '../../server/src/catalog/validate.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { smallestInputFor } from '../../server/src/providers/conformance-samples.ts';
import type { Success } from '../../server/src/providers/contract.ts';
import { fal } from '../../server/src/providers/fal/fal.ts';
import { openEmulator } from '../core/testing.ts';
import { openAdapter, type TestedAdapter } from '../core/testing-adapter.ts';
import { falApi } from './fal.ts';

const RUN_MS = 2_000;
/** Fields of which a length or a number is asked for, to see that it counts. */
const MORE: JsonObject = { num_outputs: 3 };

interface Case {
  model: Model;
  offer: Offer;
  input: JsonObject;
}

const cases: Case[] = readShippedModels().flatMap((model) => {
  const { properties } = model.input_schema;
  const more = Object.fromEntries(Object.entries(MORE).filter(([name]) => Object.hasOwn(properties, name)));
  return model.offers
    .filter(({ provider }) => provider === fal.id)
    .map((offer) => ({ model, offer, input: { ...smallestInputFor(model, offer), ...more } }));
});

async function make(
  { model, offer, input }: Case,
  { adapter, advance }: { adapter: TestedAdapter; advance: (ms: number) => void },
): Promise<Success> {
  const params = offer.params ?? {};
  const reference = await adapter.begin(model.model, input, { params });
  advance(RUN_MS);
  const outcome = await adapter.poll(reference);
  if (outcome.type !== 'succeeded') throw new Error(`${params.endpoint}: ${JSON.stringify(outcome)}`);
  return outcome.success;
}

it('every offer is taken by its endpoint, makes as many files as were asked for, and is never charged above its price', async () => {
  const emulator = await openEmulator(falApi);
  const adapter = openAdapter(fal, emulator);
  const advance = (ms: number) => void emulator.advance(ms);
  expect(cases.length).toBeGreaterThan(80);
  for (const { model, offer, input } of cases) {
    const { properties } = model.input_schema;
    const filled = withDefaults(input, properties);
    const about = `${model.model} at ${offer.params?.endpoint}`;
    expect(compileInputCheck(model)(input).errors, about).toEqual([]);
    const { outputs, used } = await make({ model, offer, input }, { adapter, advance });
    expect(outputs, about).toHaveLength(filesAsked(model.price, filled) ?? 1);
    expect(new Set(outputs.map((output) => JSON.stringify(output))).size, about).toBe(outputs.length);
    expect(new Set(outputs.map(({ kind }) => kind)), about).toEqual(new Set([model.modality]));
    const { micros } = priceOf(model.price, filled, () => undefined);
    const charged = chargeOf(offer.charge, used, micros);
    expect(used?.unit, about).toBe('units');
    expect(charged, about).toBeLessThanOrEqual(micros);
    // What an input says of its length or number is what is billed, so the estimate is the charge.
    if (offer.charge && (filled.duration || filled.num_outputs)) expect(charged, about).toBe(micros);
  }
});

it('a result that follows a clip is charged for the length that it has, of a hold for the longest', async () => {
  const emulator = await openEmulator(falApi);
  const adapter = openAdapter(fal, emulator);
  const followers = cases.filter(
    ({ model, offer, input }) =>
      model.price.kind === 'per_second' &&
      offer.charge !== undefined &&
      input.duration === undefined &&
      model.input_schema.properties.duration === undefined,
  );
  expect(followers.length).toBeGreaterThan(4);
  for (const follower of followers) {
    const { model, offer, input } = follower;
    const advance = (ms: number) => void emulator.advance(ms);
    const { used } = await make(follower, { adapter, advance });
    const { micros } = priceOf(
      model.price,
      withDefaults(input, model.input_schema.properties),
      () => undefined,
    );
    const charged = chargeOf(offer.charge, used, micros);
    expect(charged, model.model).toBeLessThan(micros);
    expect(charged, model.model).toBeGreaterThan(0n);
  }
});
