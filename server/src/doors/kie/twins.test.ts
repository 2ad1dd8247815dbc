// The names of kie.ai: each leads to a model that is there, with fields and words that it has.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createTestApi } from '../../http/testing.ts';
import type { JsonObject } from '../../lib/json.ts';
import { readKieBody } from './create-body.ts';
import { TWINS, type Twin } from './twins.ts';

const { catalog } = (await createTestApi()).core;

/** The fields of all models that stand behind a name. */
function propertiesOf({ models }: Twin): Record<string, { enum?: unknown[] }> {
  const names = Object.values(models).flatMap((model) => catalog.modelsNamed(model));
  const found = catalog.models.filter(({ model }) => names.includes(model));
  return Object.assign({}, ...found.map(({ input_schema }) => input_schema.properties));
}

it.each(Object.entries(TWINS))(
  '%s stands for a model with the fields and words that are named',
  (_name, twin) => {
    const { models, fields = {}, words = {}, usual = {} } = twin;
    for (const model of Object.values(models))
      expect([model, catalog.modelsNamed(model)]).not.toEqual([model, []]);
    const properties = propertiesOf(twin);
    const named = [...Object.values(fields), ...Object.keys(words), ...Object.keys(usual)];
    expect(named.filter((field) => properties[field] === undefined)).toEqual([]);
    const asked = [
      ...Object.entries(usual),
      ...Object.entries(words).flatMap(([field, known]) => Object.values(known).map((word) => [field, word])),
    ] as [string, string][];
    // The shapes are those of kie.ai for all of its models; a model that lacks one refuses it by name.
    const judged = asked.filter(([field]) => field !== 'aspect_ratio');
    expect(judged.filter(([field, word]) => !(properties[field].enum ?? [word]).includes(word))).toEqual([]);
  },
);

it.each<[string, JsonObject, string, JsonObject]>([
  [
    'kling-2.6/text-to-video',
    { sound: true, duration: '5' },
    'kling/v2-6',
    { mode: 'pro', audio: true, duration: 5 },
  ],
  ['kling-3.0/video', { image_urls: ['a'], sound: false }, 'kling/v3', { audio: false, img_urls: ['a'] }],
  ['bytedance/seedance-2', { prompt: 'x' }, 'bytedance/seedance2-0-t2v', { prompt: 'x' }],
  [
    'bytedance/seedance-2',
    { first_frame_url: 'a', last_frame_url: 'b' },
    'bytedance/seedance2-0-i2v',
    { img_urls: ['a', 'b'] },
  ],
  [
    'bytedance/seedance-2',
    { reference_image_urls: ['a'], generate_audio: true },
    'bytedance/seedance2-0-r2v',
    { reference_images: ['a'], audio: true },
  ],
  [
    'bytedance/seedream-v4-edit',
    { image_urls: ['a'], image_size: 'portrait_4_3', max_images: 2 },
    'bytedance/seedream-4',
    { aspect_ratio: '3:4', num_outputs: 2, img_urls: ['a'] },
  ],
  ['seedream/4.5-text-to-image', { quality: 'high' }, 'bytedance/seedream-4-5', { resolution: '4K' }],
  [
    'kling/ai-avatar-pro',
    { image_url: 'a', audio_url: 'b' },
    'kling/avatar',
    { mode: 'pro', image_url: 'a', audio_url: 'b' },
  ],
  [
    'hailuo/02-image-to-video-pro',
    { image_url: 'a', end_image_url: 'b' },
    'minimax/hailuo02-i2v',
    { resolution: '1080p', img_urls: ['a', 'b'] },
  ],
  ['toString', { prompt: 'x' }, 'toString', { prompt: 'x' }],
])('reads %s with %j', (name, input, model, expected) => {
  const { value, sent } = readKieBody(catalog, { model: name, input });
  expect(value).toEqual({ model, input: expected });
  expect(sent).toEqual(name in TWINS && name !== 'toString' ? { model: name, input } : undefined);
});

it('are listed in docs/doors.md', () => {
  const page = readFileSync(new URL('../../../../docs/doors.md', import.meta.url), 'utf8');
  expect(Object.keys(TWINS).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
