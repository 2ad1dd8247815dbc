import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../lib/json.ts';
import { describeInput, exampleInputOf, inputMediaOf } from './describe-input.ts';
import { knownWordsOf, WIDGETS } from './field-words.ts';
import { type Model, readShippedModels } from './models.ts';
import { compileInputCheck } from './validate.ts';

const models = readShippedModels();

function modelOf(name: string): Model {
  const found = models.find(({ model }) => model === name);
  if (!found) throw new Error(`there is no model ${name}`);
  return found;
}

/** The fields of all models, each with the words that say which it is. */
const fields = models.flatMap((model) =>
  Object.entries(describeInput(model).properties).map(([name, field]) => {
    const words = isObject(field['x-enum-words']) ? field['x-enum-words'] : {};
    return { about: `${model.model} ${name}`, model, name, field, words };
  }),
);

describe('the words of a field', () => {
  it('exist for every field of every model that ships: a title, an explanation, a place and a control', () => {
    for (const { about, model, name, field } of fields) {
      expect(knownWordsOf(name, model.operations).title, about).toMatch(/^[A-Z]/);
      expect(field.title, about).toMatch(/^[A-Z][\w ]+$/);
      expect(WIDGETS, about).toContain(field['x-widget']);
      expect(field['x-order'], about).toBeLessThan(900);
      const isFree = field.type === 'string' && !Array.isArray(field.enum);
      if (isFree) expect(field.description, about).toMatch(/\.$/);
    }
  });

  it('exist for every value of every enum, without the signs of a program', () => {
    for (const { about, field, words } of fields) {
      const values: JsonObject[string][] = Array.isArray(field.enum) ? field.enum : [];
      expect(Object.keys(words).sort(), about).toEqual(values.map(String).sort());
    }
    const written = fields.flatMap(({ about, words }) =>
      Object.values(words).map((word) => ({ about, word })),
    );
    for (const { about, word } of written) {
      expect(word, about).toMatch(/^[A-Z0-9][\w: ]*$/);
      expect(word, about).not.toContain('_');
    }
  });

  it('name the frames of a picture list that has an order, and its kind where it has none', () => {
    const pictures = (name: string) => describeInput(modelOf(name)).properties.img_urls;
    expect(pictures('bytedance/seedance1-0-pro-i2v')).toMatchObject({
      title: 'First frame and last frame',
      'x-slots': ['First frame', 'Last frame'],
    });
    expect(pictures('vidu/q1-i2v')).toMatchObject({ title: 'First frame', 'x-slots': ['First frame'] });
    expect(pictures('vidu/q1-r2v').title).toBe('Reference pictures');
    expect(pictures('minimax/s2v01-r2v').title).toBe('Face');
  });

  it('leave what the schema demands as it is', () => {
    for (const model of models) {
      const { properties, ...rest } = model.input_schema;
      const { properties: described, ...describedRest } = describeInput(model);
      expect(describedRest).toEqual(rest);
      for (const [name, field] of Object.entries(properties)) expect(described[name]).toMatchObject(field);
      expect(Object.keys(described).sort()).toEqual(Object.keys(properties).sort());
    }
  });

  it('put the prompt first, then what the price depends on, then the rest', () => {
    expect(Object.keys(describeInput(modelOf('vidu/q1-r2v')).properties)).toEqual([
      'prompt',
      'img_urls',
      'resolution',
      'duration',
      'aspect_ratio',
      'audio',
      'audio_type',
      'movement_amplitude',
      'seed',
      'moderation',
    ]);
  });

  it('are made from its name and type for a field that nobody has words for', () => {
    const model = { ...modelOf('reelay/draft-t2v') };
    model.input_schema = {
      type: 'object',
      required: [],
      properties: {
        film_grain: { type: 'integer', minimum: 0 },
        masks: { type: 'array', items: { type: 'string', format: 'http-url' } },
        mood: { type: 'string', enum: ['very_calm', 'wild'] },
      },
    };
    model.words = { film_grain: { title: 'Grain', unit: '%', order: 950 } };
    const { film_grain: grain, masks, mood } = describeInput(model).properties;
    expect(grain).toMatchObject({ title: 'Grain', 'x-unit': '%', 'x-widget': 'number', 'x-order': 950 });
    expect(masks).toMatchObject({ title: 'Masks', 'x-widget': 'pictures', 'x-order': 900 });
    expect(mood).toMatchObject({
      'x-widget': 'choice',
      'x-enum-words': { very_calm: 'Very calm', wild: 'Wild' },
    });
  });
});

describe('the example of a model', () => {
  it('is an input that the model takes as it is', () => {
    for (const model of models) {
      const found = compileInputCheck(model)(exampleInputOf(model));
      expect({ model: model.model, ...found }).toEqual({ model: model.model, errors: [], unknown: [] });
    }
  });
});

describe('the files of a model', () => {
  it('are those of its fields', () => {
    expect(inputMediaOf(modelOf('vidu/q1-t2v'))).toEqual([]);
    expect(inputMediaOf(modelOf('vidu/template'))).toEqual(['image']);
    expect(inputMediaOf(modelOf('bytedance/seedance2-0-r2v'))).toEqual(['image', 'video', 'audio']);
  });
});
