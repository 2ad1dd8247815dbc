// The names of models: aliases are the same model at the same price, and a name that is nearly right is recognised.
import { describe, expect, it } from 'vitest';
import { crunForm } from '../doors/crun/create-body.ts';
import type { JsonObject } from '../lib/json.ts';
import { readShape } from './check.ts';
import { readShippedModels } from './models.ts';
import { ModelNames } from './names.ts';
import { priceOf, withDefaults } from './prices.ts';

const models = readShippedModels();
const names = new ModelNames(models);
const PICTURE = 'https://example.com/a.png';

function shapeOf(model: string, input: JsonObject) {
  return readShape(names, { model, input }, { form: crunForm, strict: true });
}

describe('the names of the shipped models', () => {
  const aliases = models.flatMap((model) => (model.aliases ?? []).map((alias) => ({ model, alias })));

  it('belong to one model each, or say by which input they are shared', () => {
    expect(new Set(models.map(({ model }) => model)).size).toBe(models.length);
    for (const [name, sharers] of Map.groupBy(aliases, ({ alias }) => alias.name)) {
      expect(names.get(name), name).toBeUndefined();
      if (sharers.length === 1) continue;
      const fields = sharers.map(({ alias }) => alias.with ?? alias.without);
      expect(new Set(fields).size, name).toBe(1);
      expect(sharers.filter(({ alias }) => alias.with !== undefined)).toHaveLength(1);
    }
  });

  it('have fields, values and defaults that their models take', () => {
    for (const { model, alias } of aliases) {
      const { properties } = model.input_schema;
      for (const { field, values } of Object.values(alias.fields ?? {}))
        expect(properties[field].enum, alias.name).toEqual(expect.arrayContaining(Object.values(values)));
      for (const field of Object.keys(alias.defaults ?? {})) expect(properties).toHaveProperty(field);
      for (const field of Object.keys(alias.ignores ?? {})) expect(properties).not.toHaveProperty(field);
    }
  });
});

describe('an alias', () => {
  it('that several models share means the one that takes the input', () => {
    expect(shapeOf('kling/v3', { prompt: 'x' }).model?.model).toBe('kling/v3-t2v');
    expect(shapeOf('kling/v3', { prompt: 'x', img_urls: [] }).model?.model).toBe('kling/v3-t2v');
    expect(shapeOf('kling/v3', { prompt: 'x', img_urls: [PICTURE] }).model?.model).toBe('kling/v3-i2v');
    expect(shapeOf('minimax/hailuo-2-3', { img_urls: [PICTURE] }).model?.model).toBe('minimax/hailuo2-3-i2v');
  });

  it('has its own fields and defaults, and keeps what the client sent beside what the model takes', () => {
    const input = { prompt: 'x', mode: 'std', multi_shots: false };
    expect(shapeOf('kling/v3', input)).toEqual({
      model: names.get('kling/v3-t2v'),
      input: { prompt: 'x', multi_shots: false, resolution: '720p', audio: true },
      sent: { model: 'kling/v3', input },
      errors: [],
      unknown: [],
    });
    expect(shapeOf('kling/v3', { prompt: 'x' }).input).toMatchObject({ resolution: '1080p', audio: true });
    expect(shapeOf('kling/v3', { prompt: 'x', audio: false }).input).toMatchObject({ audio: false });
  });

  it('refuses what its fields cannot be, under the names that the client sent', () => {
    expect(shapeOf('kling/v3', { prompt: 'x', mode: 'turbo' }).errors).toEqual([
      'input.mode: must be one of std, pro',
    ]);
    expect(shapeOf('kling/v3', { prompt: 'x', mode: 'pro', resolution: '720p' }).errors).toEqual([
      'input.mode: asks for another resolution than input.resolution; leave one of them out',
    ]);
  });
});

describe('a video of several shots', () => {
  const shots = [
    { prompt: 'a road', duration: 3 },
    { prompt: 'a lake', duration: 4 },
  ];
  const customized = { img_urls: [PICTURE], multi_shots: true, shot_type: 'customize', multi_prompt: shots };

  it.each(['kling/v3', 'kling/v3-i2v'])('of %s is as long as its shots together', (name) => {
    const { model, input, errors } = shapeOf(name, customized);
    expect(errors).toEqual([]);
    expect(input.duration).toBe(7);
    const filled = withDefaults(input, model?.input_schema.properties ?? {});
    const price = model && priceOf(model.price, { ...filled, resolution: '1080p' }, () => undefined);
    expect(price?.micros).toBe(7n * 33_600_000n);
    expect(shapeOf(name, { ...customized, duration: 7 }).errors).toEqual([]);
  });

  it('may be divided by the model itself, with a picture or without one', () => {
    const input = { prompt: 'x', multi_shots: true, shot_type: 'intelligence', duration: 9 };
    expect(shapeOf('kling/v3', input)).toMatchObject({ input: { duration: 9 }, errors: [] });
    expect(shapeOf('kling/v3', { ...input, img_urls: [PICTURE] }).errors).toEqual([]);
  });

  it.each([
    [
      { duration: 8 },
      'input.duration: the lengths in input.multi_prompt add up to 7; give that, or leave it out',
    ],
    [
      { prompt: 'x' },
      'input.prompt: says nothing beside multi_prompt, whose shots have prompts of their own; leave it out',
    ],
    [{ multi_shots: false, prompt: 'x' }, 'input.shot_type: needs multi_shots true'],
    [{ shot_type: 'intelligence' }, 'input.prompt: is required'],
    [{ shot_type: undefined, prompt: 'x' }, 'input.shot_type: is required'],
    [{ multi_prompt: undefined }, 'input.multi_prompt: is required'],
    [{ multi_prompt: [{ prompt: 'x', duration: 16 }] }, 'input.multi_prompt[0].duration: must be <= 15'],
    [
      { img_urls: [PICTURE, PICTURE] },
      'input.img_urls: a video of several shots begins with one picture and takes no last one',
    ],
  ])('is refused with %j', (change, sentence) => {
    expect(shapeOf('kling/v3', { ...customized, ...change } as JsonObject).errors).toContain(sentence);
  });
});

describe('the words of an enum', () => {
  it('are taken in capitals and small letters alike', () => {
    expect(shapeOf('minimax/h3-t2v', { prompt: 'x', resolution: '768P' })).toMatchObject({
      input: { prompt: 'x', resolution: '768p' },
      sent: { model: 'minimax/h3-t2v', input: { prompt: 'x', resolution: '768P' } },
      errors: [],
    });
    expect(shapeOf('minimax/h3-t2v', { prompt: 'x', resolution: '768p' }).sent).toBeUndefined();
    expect(shapeOf('minimax/h3-t2v', { prompt: 'x', resolution: '769P' }).errors).toHaveLength(1);
  });
});

describe('a name that no model has', () => {
  it.each([
    ['kling/v3t2v', 'kling/v3-t2v'],
    ['Kling/V3', 'kling/v3'],
    ['seedance1-0-pro-t2v', 'bytedance/seedance1-0-pro-t2v'],
    ['bytedance/seedance-1.0-pro-text-to-video', 'bytedance/seedance1-0-pro-t2v'],
    ['bytedance/seedence1-0-pro-t2v', 'bytedance/seedance1-0-pro-t2v'],
    ['vidu/q1_r2v', 'vidu/q1-r2v'],
  ])('is answered with the one that was meant: %s', (sent, meant) => {
    expect(shapeOf(sent, { prompt: 'x' }).errors).toEqual([
      `model: there is no model "${sent}"; GET /api/v1/client/job/Models lists them; did you mean ${meant}?`,
    ]);
  });

  it.each(['none', 'x', 'somebody/else-9000', 'a'.repeat(5_000)])(
    'is answered without one where none is near: %s',
    (sent) => {
      expect(names.findNear(sent)).toBeUndefined();
    },
  );
});
