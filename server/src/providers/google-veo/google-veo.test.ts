import { describe, expect, it, test } from 'vitest';
import { openEmulator } from '../../../../emulators/core/testing.ts';
import { openAdapter } from '../../../../emulators/core/testing-adapter.ts';
import { googleVeoApi } from '../../../../emulators/google-veo/google-veo.ts';
import { type Model, readShippedModels } from '../../catalog/models.ts';
import type { JsonObject } from '../../lib/json.ts';
import { InputUnreadable } from '../answers.ts';
import { describeConformance } from '../conformance.ts';
import type { ApiCall, CallContext, StartRequest } from '../contract.ts';
import { CallFailed } from '../http.ts';
import { googleVeo } from './google-veo.ts';
import { fromWire, toFailure, toWire } from './map.ts';

const NAME = 'models/veo-3.1-fast-generate-preview/operations/k3v9x2m7q1';

describeConformance({
  provider: googleVeo,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'AIzaSy-secret-0123456789' },
  reference: { name: NAME },
  essentials: {
    state: [],
    ends: ['done'],
    decides: [
      'name',
      'error.status',
      'error.code',
      'error.message',
      'error.details[].reason',
      'error.details[].violations[].quotaId',
      'candidates',
      'candidates[].content.parts[].inlineData.data',
      'candidates[].content.parts[].thought',
      'candidates[].finishReason',
      'promptFeedback.blockReason',
      'models[].name',
      'models[].supportedGenerationMethods[]',
    ],
    file: [
      'response.generateVideoResponse.generatedSamples[].video.uri',
      'response.generateVideoResponse.generatedSamples[].video.encodedVideo',
    ],
  },
});

/** A context in which every call is a fault of the test. */
const NO_WAY_OUT = {
  http: {
    redact: (text: string) => text,
    call: () => {
      throw new Error('a call was made');
    },
  },
} as unknown as CallContext;

function requestWith(input: JsonObject): StartRequest {
  return {
    taskId: '018f0000-0000-7000-8000-000000000001',
    epoch: 1,
    token: 'rl-1-1',
    model: 'google/veo3-1-i2v',
    input,
    params: {},
    testMode: false,
    intentAtMs: 0,
  };
}

const picture = (text: string) => ({ bytes: Buffer.from(text), contentType: 'image/jpeg' });

test('pictures that a video is to show are references', () => {
  const params = { model: 'veo-3.1-lite-generate-preview', pictures: 'references' as const };
  const pictures = [picture('one'), picture('two')];
  expect(toWire(requestWith({ prompt: 'a cat' }), { params, pictures })).toMatchObject({
    instances: [
      {
        prompt: 'a cat',
        referenceImages: [
          { image: { bytesBase64Encoded: 'b25l', mimeType: 'image/jpeg' }, referenceType: 'asset' },
          { image: { bytesBase64Encoded: 'dHdv' }, referenceType: 'asset' },
        ],
      },
    ],
  });
});

const MODELS = readShippedModels().filter(({ offers }) =>
  offers.some(({ provider }) => provider === googleVeo.id),
);
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB', 'base64');

/** Every shape in every size; with the most pictures where they are required, and once where they are not. */
function* inputsOf({ input_schema: { properties, required } }: Model): Generator<JsonObject> {
  const valuesOf = (name: string) => [properties[name]?.enum ?? []].flat();
  const most = Number(properties.img_urls?.maxItems ?? 0);
  const img_urls = Array.from({ length: most }, (_, at) => `https://pictures.example/${at}.png`);
  const words: JsonObject = { prompt: 'a kettle', duration: 8 };
  const least: JsonObject = required.includes('img_urls') ? { ...words, img_urls } : words;
  for (const aspect_ratio of valuesOf('aspect_ratio')) {
    yield { ...least, aspect_ratio };
    for (const resolution of valuesOf('resolution')) yield { ...least, aspect_ratio, resolution };
  }
  if (most > 0) yield { ...words, img_urls };
}

it.each(MODELS.map((model) => [model.model, model] as const))(
  'the emulator makes %s in every shape and size, from words and from pictures',
  async (name, model) => {
    const emulator = await openEmulator(googleVeoApi);
    const { start, context } = openAdapter(googleVeo, emulator);
    context.readImage = async () => ({ bytes: PICTURE, contentType: 'image/png' });
    const type = model.modality === 'image' ? 'made' : 'accepted';
    for (const input of inputsOf(model)) {
      expect(await start(name, input), JSON.stringify(input)).toMatchObject({ type });
    }
  },
);

describe('a picture', () => {
  it('that the filters keep back is refused in their words', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const { start } = openAdapter(googleVeo, emulator);
    emulator.addFault({ on: 'start', kind: 'fail', json: { code: 'safety' } });
    expect(await start('google/nano-banana', { prompt: 'x' })).toMatchObject({
      type: 'rejected',
      failure: {
        reason: 'content_refused',
        code: 'IMAGE_SAFETY',
        message: expect.stringContaining('policies'),
      },
    });
  });

  it('in a shape that the model does not have is refused by the emulator', async () => {
    const emulator = await openEmulator(googleVeoApi);
    const { start } = openAdapter(googleVeo, emulator);
    expect(await start('google/nano-banana-pro', { prompt: 'x', aspect_ratio: '1:8' })).toMatchObject({
      failure: { reason: 'invalid_input', message: expect.stringContaining('aspectRatio') },
    });
    expect(emulator.accepted()).toEqual([]);
  });
});

test('the first picture is the first frame and the second the last, each as bytes', () => {
  const params = { model: 'veo-3.1-generate-preview', person_generation: 'allow_adult' as const };
  const pictures = [picture('one'), picture('two')];
  expect(toWire(requestWith({ prompt: 'a cat', seed: 0, audio: true }), { params, pictures })).toEqual({
    instances: [
      {
        prompt: 'a cat',
        image: { bytesBase64Encoded: 'b25l', mimeType: 'image/jpeg' },
        lastFrame: { bytesBase64Encoded: 'dHdv', mimeType: 'image/jpeg' },
      },
    ],
    parameters: { seed: 0, personGeneration: 'allow_adult' },
  });
});

test.each([
  [1, 'stopped by the service', 'cancelled', 'stopped by the service'],
  [3, 'Unable to process the image.', 'invalid_input', 'Unable to process the image.'],
  [3, 'The prompt contains sensitive words.', 'content_refused', 'The prompt contains sensitive words.'],
  [4, 'Deadline exceeded', 'timed_out', 'Deadline exceeded'],
  [7, 'project 123 is closed', 'bad_credentials', 'The provider account cannot be used for this model now'],
  [8, 'No capacity left', 'rate_limited', 'No capacity left'],
  [13, 'Internal', 'failed', 'Internal'],
  [14, 'Try again', 'unavailable', 'Try again'],
  [99, 'an unknown code', 'failed', 'an unknown code'],
])('an operation that ends with the code %i and %j is %s', (code, message, reason, words) => {
  expect(fromWire({ name: NAME, done: true, error: { code, message } })).toMatchObject({
    type: 'failed',
    failure: { reason, message: words },
  });
});

test('every sample of a finished operation is an output', () => {
  const uris = ['https://files.example/1:download?alt=media', 'https://files.example/2:download?alt=media'];
  const generatedSamples = uris.map((uri) => ({ video: { uri } }));
  const outcome = fromWire({
    name: NAME,
    done: true,
    response: { generateVideoResponse: { generatedSamples } },
  });
  expect(outcome).toMatchObject({ success: { outputs: uris.map((url) => ({ url })) } });
});

test.each([
  'https://generativelanguage.googleapis.com/v1beta/models/veo/operations/1',
  '//elsewhere.example/operations/1',
  'models/../operations/1',
  'models/veo-3.1/operations/../../files/1',
  'models/veo-3.1/operations/1?alt=media',
  'models/veo-3.1/operations/1#a',
  'models/veo-3.1/operations/',
  'projects/p/operations/1',
])('%j is not a name of an operation and is never requested', async (name) => {
  expect(await googleVeo.poll({ name }, NO_WAY_OUT)).toMatchObject({
    type: 'failed',
    failure: { reason: 'unreadable' },
  });
});

test.each([408, 409, 499, 500, 503])(
  'an error of the service with the status %i refuses nothing',
  (status) => {
    const json = { error: { code: status, message: 'The operation was aborted.', status: 'ABORTED' } };
    expect(toFailure({ status, headers: {}, json })).toBeUndefined();
  },
);

test('the wait comes from Retry-After first, then from the details', () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '30s' }];
  const json = { error: { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED', details } };
  expect(toFailure({ status: 429, headers: {}, json, retryAfterSeconds: 5 })).toMatchObject({
    reason: 'rate_limited',
    retryAfterSeconds: 5,
  });
});

test('a picture that cannot be read refuses the attempt before anything is sent', async () => {
  const context = {
    ...NO_WAY_OUT,
    readImage: () => Promise.reject(new InputUnreadable('the picture is not there')),
  };
  const request = {
    ...requestWith({ img_urls: ['https://a.example/1.png'] }),
    params: { model: 'veo-3.1-generate-preview' },
  };
  expect(await googleVeo.start(request, context)).toEqual({
    type: 'rejected',
    failure: { reason: 'invalid_input', message: 'the picture is not there' },
  });
});

test('E8: a large answer that carries a video is fetched again, and goes to the disk', async () => {
  const video = Buffer.alloc(3 * 1024 * 1024, 7);
  const asked: (number | undefined)[] = [];
  const sample = { video: { encodedVideo: video.toString('base64'), encoding: 'video/mp4' } };
  const json = {
    name: NAME,
    done: true,
    response: { generateVideoResponse: { generatedSamples: [sample] } },
  };
  let kept: Uint8Array | undefined;
  const context = {
    ...NO_WAY_OUT,
    credential: { id: '1', fields: { api_key: 'k' } },
    http: {
      redact: (text: string) => text,
      async call({ maxBytes }: ApiCall) {
        asked.push(maxBytes);
        if (maxBytes === undefined) {
          throw new CallFailed('unreadable', 'The answer is larger than allowed', { maybeSent: true });
        }
        return { status: 200, headers: {}, json };
      },
    },
    async keepBytes(bytes: Uint8Array) {
      kept = bytes;
      return 'kept';
    },
  };
  expect(await googleVeo.poll({ name: NAME }, context)).toMatchObject({
    type: 'succeeded',
    success: { outputs: [{ kind: 'video', contentType: 'video/mp4', path: 'kept' }] },
  });
  expect(asked).toEqual([undefined, 32 * 1024 * 1024]);
  expect(Buffer.from(kept ?? []).equals(video)).toBe(true);
});
