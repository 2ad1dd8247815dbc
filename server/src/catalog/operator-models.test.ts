import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { providers } from '../providers/registry.ts';
import { findModelFaults } from './model-schema.ts';
import { readShippedModels } from './models.ts';
import { checkModelFile, readOperatorModels, takenNames } from './operator-models.ts';
import { compileInputCheck } from './validate.ts';

const folder = mkdtempSync(join(tmpdir(), 'reelay-models-'));

function write(text: string): string {
  const file = join(folder, 'models.json');
  writeFileSync(file, text);
  return file;
}

const read = (body: unknown) => readOperatorModels(write(JSON.stringify(body)), providers);

const OFFER = { provider: 'openai-videos', params: { model: 'a/b' } };
const GOOD = {
  model: 'studio/quick-t2v',
  operations: ['text-to-video'],
  input_schema: {
    type: 'object',
    required: ['prompt'],
    properties: {
      prompt: { type: 'string' },
      resolution: { type: 'string', enum: ['480p', '720p'], default: '480p' },
      duration: { type: 'integer', minimum: 1, maximum: 5, default: 5 },
    },
  },
  price: { kind: 'per_second', version: '1', credits: { '480p': 1, '720p': 2.5 } },
  offers: [OFFER],
};

it('the models that ship have the form that is required of others', () => {
  const faults = readShippedModels().flatMap((model) => findModelFaults(JSON.parse(JSON.stringify(model))));
  expect(faults).toEqual([]);
});

it('the schemas of the models that ship can be compiled', () => {
  for (const model of readShippedModels()) expect(() => compileInputCheck(model), model.model).not.toThrow();
});

it('schemas of two models may have the same name', () => {
  const input_schema = { ...GOOD.input_schema, $id: 'https://studio.example/video' };
  const models = ['studio/one-t2v', 'studio/two-t2v'].map((model) => ({ ...GOOD, model, input_schema }));
  expect(read({ models })).toHaveLength(2);
});

it('the example of the document is accepted', () => {
  const text = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
  const models = readOperatorModels(write(example), providers);
  expect(models.map(({ model }) => model)).toEqual(['studio/quick-t2v', 'studio/fine-t2v']);
});

it('a short description of a model is accepted, and its name describes it', () => {
  expect(read({ models: [GOOD] })).toMatchObject([
    { ...GOOD, description: GOOD.model, model_type: 'video', supports_reference: false },
  ]);
});

it.each<[string, object]>([
  ['deadline_minutes', { deadline_minutes: 1e21 }],
  ['deadline_minutes', { deadline_minutes: 1e-9 }],
  ['offers[0].usual_seconds', { offers: [{ ...OFFER, usual_seconds: 1e21 }] }],
  ['offers[0].weight', { offers: [{ ...OFFER, weight: 1e308 }] }],
  ['offers[0].order', { offers: [{ ...OFFER, order: 1e21 }] }],
])('C4: a number that no time or count can be is refused by its name: %s', (name, change) => {
  expect(() => read({ models: [{ ...GOOD, ...change }] })).toThrow(`studio/quick-t2v: ${name}: must be`);
});

it.each<[string, object, string]>([
  ['a name with capitals', { model: 'Studio/quick' }, 'Studio/quick: model: must be a name such as'],
  ['a misspelled field', { ofers: [] }, 'studio/quick-t2v: ofers: is not known'],
  ['no operations', { operations: [] }, 'operations: must have at least 1 items'],
  ['no price', { price: undefined }, 'price: is required'],
  ['an unknown kind of price', { price: { kind: 'free', version: '1' } }, 'price.kind: must be one of flat'],
  ['a flat price without credits', { price: { kind: 'flat', version: '1' } }, 'price.credits: is required'],
  [
    'a price below zero',
    { price: { kind: 'flat', version: '1', credits: -1 } },
    'price.credits: must be an amount of credits from 0',
  ],
  [
    'a price of parts of a micro-credit',
    { price: { kind: 'flat', version: '1', credits: 0.0000001 } },
    'price.credits: must be an amount of credits from 0',
  ],
  [
    'a resolution without a price',
    { price: { kind: 'per_second', version: '1', credits: { '480p': 1 } } },
    'price.credits: there is no price for 720p',
  ],
  [
    'a price by the second of what has no length',
    { input_schema: { type: 'object', required: [], properties: {} } },
    'price: per_second needs',
  ],
  [
    'a schema that is none',
    {
      input_schema: {
        ...GOOD.input_schema,
        properties: { ...GOOD.input_schema.properties, a: { type: 'no' } },
      },
    },
    'input_schema: ',
  ],
  ['an unknown provider', { offers: [{ provider: 'nobody' }] }, 'offers[0].provider: must be one of ark'],
  ['a misspelled weight', { offers: [{ ...OFFER, weigth: 2 }] }, 'offers[0].weigth: is not known'],
  ['a weight of nothing', { offers: [{ ...OFFER, weight: 0 }] }, 'offers[0].weight: must be > 0'],
  [
    'an order in words',
    { offers: [{ ...OFFER, order: 'first' }] },
    'offers[0].order: must be of type integer',
  ],
  ['no account', { offers: [{ ...OFFER, accounts: [] }] }, 'offers[0].accounts: must have at least 1'],
  [
    'a charge without a unit',
    { offers: [{ ...OFFER, charge: { credits: 1 } }] },
    'offers[0].charge.unit: is required',
  ],
  [
    'what the provider does not know',
    { offers: [{ ...OFFER, params: { modle: 'a' } }] },
    'offers[0].params: ',
  ],
  ['a name that is taken', { model: 'vidu/q1-r2v' }, 'vidu/q1-r2v: its name is taken'],
  ['the alias of another model as a name', { model: 'kling/v3' }, 'kling/v3: its name is taken'],
  ['an alias that is taken', { aliases: [{ name: 'kling/v3' }] }, 'aliases: the name kling/v3 is taken'],
  [
    'an alias twice without a choice',
    { aliases: [{ name: 'studio/a' }, { name: 'studio/a' }] },
    'aliases: studio/a is shared, so each model of that name needs "with" or "without"',
  ],
  [
    'an alias of a field that is not there',
    { aliases: [{ name: 'studio/a', fields: { mode: { field: 'speed', values: { std: 1 } } } }] },
    'aliases: studio/a: there is no field speed in input_schema',
  ],
])('refuses %s, and says where', (_what, change, sentence) => {
  expect(() => read({ models: [{ ...GOOD, ...change }] })).toThrow(sentence);
});

it.each<[string, string, string]>([
  ['no JSON', '{"models": [', 'cannot be read'],
  ['no list', '{"models": {}}', 'must hold {"models": [...]}'],
  ['a model that is none', '{"models": [7]}', 'model 1: must be of type object'],
])('refuses %s', (_what, text, sentence) => {
  expect(() => readOperatorModels(write(text), providers)).toThrow(sentence);
});

it('names every fault of a file at once, and its path', () => {
  const broken = {
    ...GOOD,
    model: 'X',
    price: { kind: 'flat', version: '1' },
    offers: [{ provider: 'nobody' }],
  };
  expect(() => read({ models: [GOOD, GOOD, broken] })).toThrow(
    /models\.json: studio\/quick-t2v: its name is taken; choose another; X: model: must be a name.*; X: price.credits: is required/,
  );
});

describe('models check', () => {
  const check = (text: string, taken = takenNames()) => {
    const path = write(text);
    return checkModelFile(path, providers, taken).faults.map(({ line, fault }) => `${line}: ${fault}`);
  };
  const price = '"price": { "kind": "template", "version": "1", "credits": 5 }';
  const model = (name: string, more: string) =>
    `{ "model": "${name}", "operations": ["text-to-video"],\n${more},\n"offers": [] }`;
  const schema = (properties: string) =>
    `"input_schema": { "type": "object", "required": [],\n"properties": { ${properties} } }`;

  it('shows each fault on the line where it stands', () => {
    const offers = model('studio/a', `${price},\n${schema('"template_id": { "type": "string" }')}`).replace(
      '"offers": []',
      '"offers": [\n{ "provider": "nobody" }]',
    );
    expect(check(`{ "models": [\n${offers}\n] }`)).toEqual([
      expect.stringMatching(/^7: offers\[0\]\.provider: must be one of /),
    ]);
  });

  it('finds a price by templates without a field that names one, and a field that names none', () => {
    const first = model('studio/a', `${price},\n${schema('')}`);
    const second = model('studio/b', `${price},\n${schema('"template": { "type": "string" }')}`);
    expect(check(`{ "models": [\n${first},\n${second}\n] }`)).toEqual([
      expect.stringMatching(/^3: price\.kind: template needs a "template_id"/),
      expect.stringMatching(/^10: input_schema\.properties\.template: names templates of vidu only/),
    ]);
  });

  it('finds a name that another file has', () => {
    const taken = takenNames();
    const text = `{ "models": [\n${model('studio/a', `${price},\n${schema('"template_id": { "type": "string" }')}`)}\n] }`;
    expect(check(text, taken)).toEqual([]);
    expect(check(text, taken)).toEqual(['2: its name is taken; choose another']);
  });
});
