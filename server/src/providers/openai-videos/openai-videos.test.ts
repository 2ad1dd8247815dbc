import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { describeConformance } from '../conformance.ts';
import type { StartRequest } from '../contract.ts';
import { toWire } from './map.ts';
import { openaiVideos } from './openai-videos.ts';
import type { VideosParams } from './wire.ts';

describeConformance({
  provider: openaiVideos,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'videos-secret-0123456789' },
  reference: { id: 'video_gen_0123456789abcdef0123456789abcdef' },
  essentials: {
    state: ['status'],
    decides: ['id', 'error.code', 'error.message', 'error.type', 'detail', 'deleted', 'data'],
  },
});

function wireOf(input: JsonObject, params: VideosParams) {
  return toWire({ input } as StartRequest, { params });
}

const SIZED = { resolution: '720p', aspect_ratio: '9:16' };
const PICTURE = { img_urls: ['https://pictures.example/a.png'] };

describe('the body of a create', () => {
  test.each<[string, JsonObject, VideosParams, JsonObject]>([
    ['sends the seconds as text', { duration: 8 }, {}, { seconds: '8' }],
    [
      'counts frames if the offer says so',
      { duration: 5 },
      { frames: { fps: 16 } },
      { num_frames: 80, fps: 16 },
    ],
    ['adds to the frames', { duration: 5 }, { frames: { fps: 24, plus: 1 } }, { num_frames: 121, fps: 24 }],
    ['has a size from the default table', SIZED, {}, { size: '720x1280' }],
    ['splits the size', SIZED, { size_as: 'width_height' }, { width: 720, height: 1280 }],
    [
      'has a size from its own table',
      SIZED,
      { sizes: { '720p': { '9:16': '704x1280' } } },
      { size: '704x1280' },
    ],
    ['takes wide pictures without an aspect ratio', { resolution: '480p' }, {}, { size: '832x480' }],
    ['has no size if none is asked for', {}, {}, {}],
    ['names the model of the offer', {}, { model: 'wan' }, { model: 'wan' }],
    [
      'sends 0 and false',
      { seed: 0, audio: false },
      { fields: { seed: 'seed', audio: 'sound' } },
      { seed: 0, sound: false },
    ],
    [
      'leaves out what the offer does not list',
      { seed: 7, steps: 900 },
      { fields: { cfg_scale: 'cfg' } },
      {},
    ],
    ['has the constants', {}, { constants: { flow_shift: 5, hd: false } }, { flow_shift: 5, hd: false }],
    ['has a picture as an object', PICTURE, {}, { input_reference: { image_url: PICTURE.img_urls[0] } }],
    [
      'has a picture as an address in another field',
      PICTURE,
      { image_as: 'url', image_field: 'reference_url' },
      { reference_url: PICTURE.img_urls[0] },
    ],
  ])('%s', (_title, input, params, fields) => {
    expect(wireOf(input, { ...params, encoding: 'json' })).toEqual({ json: fields });
  });

  it('puts the same fields into a form as text', () => {
    const params: VideosParams = {
      fields: { audio: 'sound' },
      image_as: 'object',
      image_field: 'image_reference',
    };
    expect(wireOf({ prompt: 'é', duration: 4, audio: false, ...PICTURE }, params)).toEqual({
      form: [
        { name: 'prompt', text: 'é' },
        { name: 'seconds', text: '4' },
        { name: 'sound', text: 'false' },
        { name: 'image_reference', text: '{"image_url":"https://pictures.example/a.png"}' },
      ],
    });
  });

  it('is not made if the table of the offer lacks a size that the model allows', () => {
    const sizes = { '720p': { '16:9': '1280x720' } };
    expect(wireOf(SIZED, { sizes })).toMatchObject({ reason: 'unavailable', code: 'no_size' });
  });
});

test.each<[string, JsonObject, string]>([
  [
    'a field that the adapter fills',
    { fields: { seed: 'num_frames' } },
    '"num_frames" is filled by the adapter itself',
  ],
  ['two inputs for one field', { fields: { seed: 'x', cfg_scale: 'x' } }, '"x" is filled more than once'],
  [
    'a constant that replaces the picture',
    { constants: { input_reference: 'x' } },
    '"input_reference" is filled more than',
  ],
  ['a constant with an invalid field name', { constants: { 'a"b': 1 } }, '"a"b" is not a valid field name'],
  [
    'a second way for an input',
    { fields: { duration: 'length' } },
    'fields/duration: this input is sent by the adapter',
  ],
  ['a file in JSON', { encoding: 'json', image_as: 'file' }, 'image_as: JSON cannot hold a file'],
  ['a size that is not one', { sizes: { '720p': { '16:9': 'wide' } } }, 'sizes/720p/16:9'],
])('the check of params names %s', (_title, params, sentence) => {
  expect(openaiVideos.checkParams(params).join('\n')).toContain(sentence);
});

test('an engine without a key is sent none', () => {
  const context = { credential: { id: 'x', fields: { api_key: '', base_url: 'http://127.0.0.1:1' } } };
  expect(openaiVideos.downloadHeaders?.(context as never)).toEqual({});
});
