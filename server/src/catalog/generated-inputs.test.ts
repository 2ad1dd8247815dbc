// Inputs that nobody wrote down, for every model: right ones have a price and pass the adapters, and of wrong ones the field
// is named.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../lib/json.ts';
import { providers } from '../providers/registry.ts';
import { type Model, readShippedModels } from './models.ts';
import { priceOf, withDefaults } from './prices.ts';
import { startOffline } from './testing-adapters.ts';
import { compileInputCheck } from './validate.ts';

const RUNS = 12;
const SEED = 10;

/** A template of every catalogue costs this. */
const templatePrice = () => 5;

/** Values that a field takes, by its schema; conditions between fields are not looked at. */
function rightValue(field: JsonObject): fc.Arbitrary<Json> {
  const { type, enum: listed, minimum = 0, maximum = 10_000, minItems = 0, maxItems = 3, format } = field;
  if (Array.isArray(listed)) return fc.constantFrom(...listed);
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: Number(minimum), max: Number(maximum) });
    case 'number':
      return fc.double({ min: Number(minimum), max: Number(maximum), noNaN: true });
    case 'array':
      return fc.array(rightValue(field.items as JsonObject), {
        minLength: Number(minItems),
        maxLength: Number(maxItems),
      });
    case 'object': {
      const inner = Object.entries(field.properties as { [name: string]: JsonObject });
      const values = Object.fromEntries(inner.map(([name, own]) => [name, rightValue(own)]));
      return fc.record(values, { requiredKeys: (field.required ?? []) as string[] });
    }
    default: {
      if (format === 'http-url') return fc.nat(1_000).map((at) => `https://pictures.example/${at}.png`);
      const longest = Math.min(40, Number(field.maxLength ?? 40));
      return fc.string({ minLength: Number(field.minLength ?? 0), maxLength: longest });
    }
  }
}

function rightInput({ input_schema: { properties, required } }: Model): fc.Arbitrary<JsonObject> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, rightValue(field)]),
  );
  return fc.record(fields, { requiredKeys: required });
}

/** A value that a field cannot have; undefined when it takes everything. */
function wrongValue(field: JsonObject): fc.Arbitrary<Json> {
  const { type, enum: listed, maximum, minimum, maxItems, minItems, maxLength } = field;
  const wrong: Json[] = [{ no: 'such value' }];
  if (type !== 'string') wrong.push('7', 'true');
  if (type !== 'boolean') wrong.push(true);
  if (type !== 'integer' && type !== 'number') wrong.push(7);
  if (type === 'integer') wrong.push(7.5);
  if (typeof maximum === 'number') wrong.push(maximum + 1);
  if (typeof minimum === 'number') wrong.push(minimum - 1);
  if (Array.isArray(listed)) wrong.push('no such word');
  if (typeof maxLength === 'number') wrong.push('x'.repeat(maxLength + 1));
  if (typeof maxItems === 'number') wrong.push(Array(maxItems + 1).fill('https://pictures.example/1.png'));
  if (Number(minItems) > 0) wrong.push([]);
  if (type === 'array') wrong.push(['ftp://pictures.example/1.png'], [7]);
  return fc.constantFrom(...wrong);
}

describe.each(readShippedModels().map((model) => [model.model, model] as const))('%s', (_name, model) => {
  const checkInput = compileInputCheck(model);
  const { properties } = model.input_schema;

  it('prices every right input, and its adapters would ask for it', async () => {
    let rightInputs = 0;
    await fc.assert(
      fc.asyncProperty(rightInput(model), async (input) => {
        if (checkInput(input).errors.length > 0) return;
        rightInputs += 1;
        const filled = withDefaults(input, properties);
        expect(priceOf(model.price, filled, templatePrice).micros).toBeGreaterThanOrEqual(0n);
        for (const offer of model.offers.filter(({ provider }) => provider !== 'draft')) {
          const isMisfit =
            providers.get(offer.provider)?.findMisfit?.(offer.params ?? {}, filled) !== undefined;
          const { outcome } = await startOffline(model, offer, input);
          const isRefused = outcome.type === 'rejected' && outcome.failure.reason === 'invalid_input';
          expect(isRefused && !isMisfit, JSON.stringify({ input, outcome })).toBe(false);
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(rightInputs).toBeGreaterThan(0);
  });

  it('names the field that is wrong, and each required one that is missing', () => {
    const names = Object.keys(properties);
    const wrong = fc
      .tuple(rightInput(model), fc.constantFrom(...names))
      .chain(([input, name]) => wrongValue(properties[name]).map((value) => ({ input, name, value })));
    fc.assert(
      fc.property(wrong, ({ input, name, value }) => {
        const { errors } = checkInput({ ...input, [name]: value });
        expect(errors.filter((error) => error.startsWith(`input.${name}`))).not.toEqual([]);
      }),
      { numRuns: RUNS * 3, seed: SEED },
    );
    const { errors } = checkInput({});
    for (const name of model.input_schema.required) expect(errors).toContain(`input.${name}: is required`);
  });
});
