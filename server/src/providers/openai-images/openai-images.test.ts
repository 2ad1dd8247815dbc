// The adapter, and the emulator beside it: two readings of the same documents.
import { describe, expect, it, test } from 'vitest';
import type { EmulatorOptions } from '../../../../emulators/core/emulator.ts';
import { call, openEmulator } from '../../../../emulators/core/testing.ts';
import { openAdapter } from '../../../../emulators/core/testing-adapter.ts';
import { openaiImagesApi } from '../../../../emulators/openai-images/openai-images.ts';
import { type Model, readShippedModels } from '../../catalog/models.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { describeConformance } from '../conformance.ts';
import { sizeOf } from './map.ts';
import { openaiImages } from './openai-images.ts';

describeConformance({
  provider: openaiImages,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'sk-proj-secret-0123456789' },
  reference: { id: 'none' },
  answersAtOnce: true,
  essentials: {
    state: [],
    decides: ['data', 'data[].b64_json', 'data[].id', 'error.code', 'error.type', 'error.message'],
  },
});

const MODELS = readShippedModels().filter(({ offers }) =>
  offers.some(({ provider }) => provider === openaiImages.id),
);
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB', 'base64');

async function openBench(options: EmulatorOptions = {}) {
  const emulator = await openEmulator(openaiImagesApi, options);
  const adapter = openAdapter(openaiImages, emulator);
  adapter.context.readImage = async () => ({ bytes: PICTURE, contentType: 'image/png' });
  return { ...adapter, emulator };
}

/** Every value of the fields that shape a picture, each third one as an edit. */
function* inputsOf({ input_schema: { properties } }: Model): Generator<JsonObject> {
  const valuesOf = (name: string) => [properties[name]?.enum ?? []].flat();
  const shapes = valuesOf('aspect_ratio').flatMap((aspect_ratio): JsonObject[] => [
    { aspect_ratio },
    ...valuesOf('resolution').map((resolution) => ({ aspect_ratio, resolution })),
  ]);
  const others = ['quality', 'background', 'output_format', 'moderation'].flatMap((name) =>
    valuesOf(name).map((value): JsonObject => ({ [name]: value })),
  );
  for (const [at, wish] of [...shapes, ...others].entries()) {
    const prompt = 'a kettle';
    yield at % 3 === 0
      ? { ...wish, prompt, img_urls: ['https://pictures.example/1.png'] }
      : { ...wish, prompt };
  }
}

describe('the emulator', () => {
  it.each(MODELS.map((model) => [model.model, model] as const))(
    'makes %s in every shape, size and quality, from words and from pictures',
    async (name, model) => {
      const { start, emulator } = await openBench();
      const inputs = [...inputsOf(model)];
      for (const input of inputs) {
        expect(await start(name, input), JSON.stringify(input)).toMatchObject({ type: 'made' });
      }
      expect(emulator.accepted()).toHaveLength(inputs.length);
    },
  );

  it.each<[string, Json, string]>([
    ['without a prompt', { model: 'gpt-image-2' }, 'missing_required_parameter'],
    ['for another model', { model: 'gpt-image-9', prompt: 'x' }, 'model_not_found'],
    ['with an unknown field', { model: 'gpt-image-2', prompt: 'x', steps: 9 }, 'unknown_parameter'],
    [
      'of a size that is too large',
      { model: 'gpt-image-2', prompt: 'x', size: '3840x2176' },
      'invalid_value',
    ],
    [
      'of a side that is no multiple of 16',
      { model: 'gpt-image-2', prompt: 'x', size: '1000x1000' },
      'invalid_value',
    ],
    ['of eleven pictures', { model: 'gpt-image-2', prompt: 'x', n: 11 }, 'invalid_value'],
    ['on nothing', { model: 'gpt-image-2', prompt: 'x', background: 'transparent' }, 'invalid_value'],
    ['of 1.5 in any size', { model: 'gpt-image-1.5', prompt: 'x', size: '1280x720' }, 'invalid_value'],
  ])('refuses a call %s', async (_what, json, code) => {
    const emulator = await openEmulator(openaiImagesApi);
    const answer = await call(emulator, 'POST', '/images/generations', { json });
    expect(answer.json).toMatchObject({ error: { code, message: expect.any(String) } });
    expect(emulator.accepted()).toEqual([]);
  });

  it('refuses an edit of what is no picture, and one with nothing to edit', async () => {
    const { emulator, start, context } = await openBench();
    context.readImage = async () => ({ bytes: Buffer.from('<html>'), contentType: 'image/png' });
    const outcome = await start('openai/gpt-image-2', {
      prompt: 'red',
      img_urls: ['https://pictures.example/1.png'],
    });
    expect(outcome).toMatchObject({
      failure: { reason: 'invalid_input', code: 'unsupported_file_mimetype' },
    });
    expect(emulator.accepted()).toEqual([]);
  });

  it('words a failure as moderation does, and a crowd as a rate', async () => {
    const { emulator, start } = await openBench();
    emulator.addFault({ on: 'start', kind: 'fail', json: { code: 'safety' } });
    expect(await start('openai/gpt-image-2', { prompt: 'x' })).toMatchObject({
      failure: { reason: 'content_refused', code: 'moderation_blocked' },
    });
    emulator.set({ startsPerMinute: 0 });
    expect(await start('openai/gpt-image-2', { prompt: 'x' })).toMatchObject({
      failure: { reason: 'rate_limited', retryAfterSeconds: 7 },
    });
  });
});

it('sends all pictures of an edit, and no more than one large picture holds', async () => {
  const { start, context, emulator } = await openBench();
  const img_urls = Array.from({ length: 16 }, (_, at) => `https://pictures.example/${at}.png`);
  const order = { prompt: 'together', img_urls };
  expect(await start('openai/gpt-image-2', order)).toMatchObject({
    success: { usage: { input_tokens: 20 + 16 * 300 } },
  });
  let read = 0;
  const large = Buffer.alloc(8 * 1024 * 1024);
  context.readImage = async () => {
    read += 1;
    return { bytes: large, contentType: 'image/png' };
  };
  expect(await start('openai/gpt-image-2', order)).toMatchObject({
    type: 'rejected',
    failure: { reason: 'invalid_input', message: expect.stringContaining('Together') },
  });
  expect(read).toBe(3);
  expect(emulator.accepted()).toHaveLength(1);
});

test.each([
  ['1K', '1:1', '1024x1024'],
  ['1K', '3:2', '1536x1024'],
  ['1K', '16:9', '1360x768'],
  ['2K', '1:1', '2048x2048'],
  ['4K', '1:1', '2880x2880'],
  ['4K', '16:9', '3840x2160'],
  ['4K', '3:1', '3840x1280'],
  ['4K', '9:21', '1648x3840'],
  ['2K', 'auto', 'auto'],
])('a picture of %s in %s has %s pixels', (resolution, ratio, size) => {
  expect(sizeOf(resolution, ratio)).toBe(size);
});
