import { Type } from 'typebox';
import { expect, test } from 'vitest';
import type { JsonObject } from '../lib/json.ts';
import { faultsOf } from './answers.ts';
import { type FieldMap, faultsOfFieldMap, fieldMapMembers, mapFields, namesOf } from './field-map.ts';

const MAP: FieldMap = {
  fields: {
    prompt: 'prompt',
    duration: { to: 'num_frames', values: { 5: 81, 6: 97 } },
    img_urls: [
      { to: 'image', item: 0 },
      { to: 'last_image', item: 1 },
    ],
    seed: { to: 'seed', omit: [-1] },
    aspect_ratio: { to: 'ratio', as: 'text' },
    camera_fixed: 'camera_fixed',
    return_last_frame: { only: [false] },
  },
  constants: { fps: 16 },
};

test.each([
  ['renames, and adds the constants', { prompt: 'a cat' }, { prompt: 'a cat', fps: 16 }],
  ['turns a value into the provider’s', { duration: 6 }, { num_frames: 97, fps: 16 }],
  ['sends the number 0', { seed: 0 }, { seed: 0, fps: 16 }],
  ['sends false', { camera_fixed: false }, { camera_fixed: false, fps: 16 }],
  ['sends an empty text', { prompt: '' }, { prompt: '', fps: 16 }],
  ['leaves out a value that means "none"', { seed: -1 }, { fps: 16 }],
  ['writes a number as text', { aspect_ratio: 2 }, { ratio: '2', fps: 16 }],
  [
    'spreads the items of a list over fields',
    { img_urls: ['a', 'b'] },
    { image: 'a', last_image: 'b', fps: 16 },
  ],
  ['sends no missing item', { img_urls: ['a'] }, { image: 'a', fps: 16 }],
  ['sends nothing that the map does not name', { moderation: 'off', toString: 'x' }, { fps: 16 }],
  ['accepts the one value that needs no field', { return_last_frame: false }, { fps: 16 }],
])('%s', (_title, input, fields) => {
  expect(mapFields(MAP, input)).toEqual({ fields });
});

test.each([
  [{ duration: 7 }, 'duration'],
  [{ return_last_frame: true }, 'return_last_frame'],
  [{ img_urls: ['a', 'b', 'c'] }, 'img_urls'],
])('says what it cannot do with %j instead of leaving it out', (input, name) => {
  expect(mapFields(MAP, input)).toEqual({ unable: expect.stringContaining(`"${name}"`), field: name });
});

test('finds Reelay’s names by the provider’s', () => {
  expect(namesOf(MAP)).toEqual({
    num_frames: 'duration',
    image: 'img_urls',
    last_image: 'img_urls',
    ratio: 'aspect_ratio',
  });
});

const PICTURE_MAP: FieldMap = {
  when: { img_urls: 'absent', mode: ['pro'] },
  fields: {
    aspect_ratio: {
      to: 'image_size',
      by: ['resolution'],
      values: { '1:1 1K': { width: 1024, height: 1024 }, '1:1 2K': { width: 2048, height: 2048 } },
    },
  },
};

test('makes one value of several inputs', () => {
  const input = { aspect_ratio: '1:1', resolution: '2K', mode: 'pro' };
  expect(mapFields(PICTURE_MAP, input)).toEqual({ fields: { image_size: { width: 2048, height: 2048 } } });
  expect(mapFields(PICTURE_MAP, { ...input, resolution: '4K' })).toMatchObject({ field: 'aspect_ratio' });
});

test.each([
  [{ mode: 'pro', img_urls: ['a'] }, 'img_urls'],
  [{ mode: 'std' }, 'mode'],
  [{}, 'mode'],
])('leaves %j to another offer, and names the input that decides', (input, field) => {
  expect(mapFields(PICTURE_MAP, input)).toEqual({ unable: expect.stringContaining(`"${field}"`), field });
  const mirrored: FieldMap = { ...PICTURE_MAP, when: { img_urls: 'given' } };
  expect('unable' in mapFields(mirrored, input)).toBe(!('img_urls' in input));
});

test('counts an empty list and nothing at all as absent', () => {
  for (const pictures of [[], null]) {
    expect(mapFields(PICTURE_MAP, { mode: 'pro', img_urls: pictures })).toEqual({ fields: {} });
  }
});

test('finds further inputs that decide nothing', () => {
  const idle: FieldMap = { fields: { aspect_ratio: { to: 'ratio', by: ['resolution'] } } };
  expect(faultsOfFieldMap(idle)).toEqual(['params: "ratio" has "by" without "values"']);
});

test('finds two things that would go under one name', () => {
  expect(faultsOfFieldMap(MAP)).toEqual([]);
  const twice: FieldMap = { fields: { prompt: 'text', style: 'text' }, constants: { fps: 1 } };
  expect(faultsOfFieldMap(twice)).toEqual(['params: "text" would be sent twice']);
  expect(faultsOfFieldMap({ fields: { fps: 'fps' }, constants: { fps: 1 } })).toHaveLength(1);
});

test.each<JsonObject>([
  { fields: {} },
  { fields: { prompt: { to: 'prompt', scale: 2 } } },
  { fields: { prompt: { to: '' } } },
  { fields: { prompt: [] } },
  { fields: { seed: { only: [] } } },
  { fields: { prompt: 'prompt' }, constants: { list: [1] } },
  { fields: { prompt: 'prompt' }, when: { img_urls: 'there' } },
  { fields: { prompt: 'prompt' }, when: {} },
])('refuses %j as params', (params) => {
  expect(faultsOf(Type.Object(fieldMapMembers), params)).not.toEqual([]);
  expect(faultsOf(Type.Object(fieldMapMembers), MAP as never)).toEqual([]);
});
