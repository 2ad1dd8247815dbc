// The Seedream models against the emulator of Ark: what their schemas allow is accepted and made, for at least its cost.
import { describe, expect, it } from 'vitest';
import { arkApi } from '../../../../emulators/ark/ark.ts';
import { openEmulator } from '../../../../emulators/core/testing.ts';
import { openAdapter } from '../../../../emulators/core/testing-adapter.ts';
import { readShippedModels } from '../../catalog/models.ts';
import { priceOf, withDefaults } from '../../catalog/prices.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { ark } from './ark.ts';

const MODELS = readShippedModels().filter(
  ({ modality, offers }) => modality === 'image' && offers.some(({ provider }) => provider === 'ark'),
);
/** Micro-credits in a US dollar, at US$0.005 a credit. */
const MICROS_PER_USD = 200_000_000;
const PICTURES_MAX = 15;

async function open() {
  return openAdapter(ark, await openEmulator(arkApi));
}

function valuesOf(schema: JsonObject | undefined): Json[] {
  return Array.isArray(schema?.enum) ? schema.enum : [null];
}

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `https://pictures.example/${at}.png`);
}

describe.each(MODELS.map((model) => [model.model, model] as const))('%s', (_name, model) => {
  const { properties } = model.input_schema;
  const { model: name } = model;
  const [{ params = {}, cost }] = model.offers;
  const inputs = valuesOf(properties.resolution).flatMap((resolution) =>
    valuesOf(properties.aspect_ratio).flatMap((ratio) =>
      valuesOf(properties.output_format).map((format) => {
        const chosen = { prompt: 'a kettle', resolution, aspect_ratio: ratio, num_outputs: 2 };
        return withDefaults(format === null ? chosen : { ...chosen, output_format: format }, properties);
      }),
    ),
  );

  it('is made in every size, shape and form of its schema, each picture for at least its cost', async () => {
    const adapter = await open();
    for (const input of inputs) {
      const outcome = await adapter.start(name, input);
      expect(outcome, JSON.stringify(input)).toMatchObject({
        type: 'made',
        success: { used: { unit: 'pictures', amount: 2 }, usage: { pictures: 2 } },
      });
      const [, across, down] = /(\d+):(\d+)/.exec(String(input.aspect_ratio)) ?? [];
      const { width, height } = outcome.type === 'made' ? outcome.success.usage : {};
      expect(Number(width) / Number(height)).toBeCloseTo(Number(across) / Number(down), 1);
      const { micros } = priceOf(model.price, input, () => undefined);
      expect(Number(micros)).toBeGreaterThanOrEqual(Math.round(2 * (cost?.usd ?? Infinity) * MICROS_PER_USD));
    }
  });

  it('takes as many pictures as its schema allows, and refuses more in all than the service takes', async () => {
    const adapter = await open();
    const given = Number(properties.img_urls.maxItems);
    const asked = Number(properties.num_outputs.maximum);
    const inputFor = (count: number) =>
      withDefaults({ prompt: 'a kettle', img_urls: addresses(given), num_outputs: count }, properties);
    const outcome = await adapter.start(name, inputFor(PICTURES_MAX - given));
    expect(outcome).toMatchObject({ type: 'made' });
    expect(ark.findMisfit?.(params, inputFor(PICTURES_MAX - given))).toBeUndefined();
    expect(ark.findMisfit?.(params, inputFor(asked))).toContain('input.num_outputs');
  });

  it('is never looked for after a lost answer', async () => {
    const { context, request } = await open();
    expect(await ark.find?.(request(name, { prompt: 'a kettle' }), context)).toMatchObject({
      type: 'unclear',
    });
  });
});
