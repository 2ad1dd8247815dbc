import { expect, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { describeConformance } from '../conformance.ts';
import type { StartRequest } from '../contract.ts';
import { fromWire, toFailure, toRatio, toWire } from './map.ts';
import { runway } from './runway.ts';

const ID = '17f20503-6c24-4c16-946b-35dbbce2af2f';

describeConformance({
  provider: runway,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'key_secret0123456789abcdef' },
  reference: { id: ID, model: 'gen4.5' },
  essentials: {
    state: ['status'],
    decides: ['id', 'error', 'failureCode', 'creditBalance'],
    file: ['output[]'],
  },
});

const params = {
  endpoint: 'image_to_video' as const,
  model: 'veo3.1_fast',
  ratios: {
    '720p': { '16:9': '1280:720', '9:16': '720:1280' },
    '1080p': { '9:16': '1080:1920' },
  },
};

test.each([
  [{ resolution: '720p', aspect_ratio: '9:16' }, '720:1280'],
  [{ resolution: '1080p', aspect_ratio: '9:16' }, '1080:1920'],
  [{ resolution: '1080p' }, '1080:1920'],
  [{ aspect_ratio: '9:16' }, '720:1280'],
  [{}, '1280:720'],
  [{ resolution: '1080p', aspect_ratio: '16:9' }, undefined],
  [{ resolution: '4k', aspect_ratio: '16:9' }, undefined],
  [{ resolution: '720p', aspect_ratio: 'constructor' }, undefined],
])('%j is the ratio %s', (input: JsonObject, ratio) => {
  expect(toRatio(params, input)).toBe(ratio);
});

test('two pictures are the first and last frame, and false and 0 are sent', () => {
  const request: StartRequest = {
    taskId: '018f0000-0000-7000-8000-000000000001',
    epoch: 1,
    token: 'rl-1-1',
    model: 'a/model',
    input: {
      prompt: 'a cat',
      negative_prompt: 'dogs',
      img_urls: ['https://a.example/1.png', 'https://a.example/2.png'],
      audio: false,
      seed: 0,
      cfg_scale: 1,
    },
    params: {},
    testMode: false,
    intentAtMs: 0,
  };
  expect(toWire(request, params)).toEqual({
    model: 'veo3.1_fast',
    ratio: '1280:720',
    promptText: 'a cat',
    negativePrompt: 'dogs',
    audio: false,
    seed: 0,
    promptImage: [
      { uri: 'https://a.example/1.png', position: 'first' },
      { uri: 'https://a.example/2.png', position: 'last' },
    ],
  });
});

test.each([
  ['SAFETY.INPUT.IMAGE', 'content_refused'],
  ['SAFETY.OUTPUT.VIDEO', 'content_refused'],
  ['SAFETY', 'content_refused'],
  ['INPUT_PREPROCESSING.SAFETY.TEXT', 'content_refused'],
  ['INPUT_PREPROCESSING.INTERNAL', 'failed'],
  ['INPUT.TOO_LONG', 'invalid_input'],
  ['ASSET.INVALID', 'invalid_input'],
  ['THIRD_PARTY.INPUT_VALIDATION', 'invalid_input'],
  ['THIRD_PARTY.UNAVAILABLE', 'unavailable'],
  ['INTERNAL', 'failed'],
  ['INTERNAL.BAD_OUTPUT.CODE01', 'failed'],
  ['UNSAFETY.OF.TOMORROW', 'failed'],
  [undefined, 'failed'],
])('the failure code %s is %s', (failureCode, reason) => {
  const task = { id: ID, status: 'FAILED', failure: 'the words', failureCode };
  expect(fromWire(task)).toMatchObject({ type: 'failed', failure: { reason, message: 'the words' } });
});

test.each([
  [0, { type: 'running', progress: 0 }],
  [1, { type: 'running', progress: 1 }],
  [37, { type: 'running' }],
  [undefined, { type: 'running' }],
])('the progress %s is reported only if it is between 0 and 1', (progress, outcome) => {
  expect(fromWire({ status: 'RUNNING', progress })).toEqual(outcome);
});

test.each([500, 502, 503, 504, 409])(
  'an error of the service with the status %i refuses nothing',
  (status) => {
    expect(toFailure({ status, headers: {}, json: { error: 'We are shedding load' } })).toBeUndefined();
  },
);

test('params name an endpoint, a model and pixels', () => {
  expect(
    runway.checkParams({ endpoint: 'text_to_image', model: '', ratios: { '720p': { '16:9': 'wide' } } }),
  ).toEqual([
    expect.stringContaining('endpoint'),
    expect.stringContaining('endpoint'),
    expect.stringContaining('endpoint'),
    expect.stringContaining('model'),
    expect.stringContaining('ratios'),
  ]);
});
