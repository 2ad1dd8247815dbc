// Schemas of the models and of maintenance.
import { Type } from 'typebox';
import { timeField } from '../../http/fields.ts';
import { body, orNull, page, record } from '../plain-schemas.ts';
import { namedPageQuery, time } from './schemas.ts';

const tags = ['Operator: models'];

const cap = orNull(
  Type.Integer({
    minimum: 1,
    maximum: 9_999_999,
    description: 'Tasks that may be at providers at once; further ones wait. Null: any number.',
  }),
);

const price = Type.Union(
  [
    record('FlatPrice', { kind: Type.Literal('flat'), version: Type.String(), credits: Type.Number() }),
    record('PricePerSecond', {
      kind: Type.Literal('per_second'),
      version: Type.String(),
      by: Type.Optional(
        Type.Array(Type.String(), {
          description: 'The fields whose values are the keys; else the resolution.',
        }),
      ),
      seconds: Type.Optional(
        Type.Integer({ description: 'The most that a result can have whose length follows a given clip.' }),
      ),
      credits: Type.Record(Type.String(), Type.Number(), { description: 'Of a second.' }),
    }),
    record('PricePerPicture', {
      kind: Type.Literal('per_picture'),
      version: Type.String(),
      by: Type.Optional(Type.Array(Type.String(), { description: 'The fields whose values are the keys.' })),
      count: Type.Optional(Type.String({ description: 'The field with the number that is asked for.' })),
      credits: Type.Record(Type.String(), Type.Number(), { description: 'Of a picture that came.' }),
    }),
    record('PricePerSong', {
      kind: Type.Literal('per_song'),
      version: Type.String(),
      by: Type.Optional(Type.Array(Type.String(), { description: 'The fields whose values are the keys.' })),
      count: Type.Optional(Type.String({ description: 'The field with the number that is asked for.' })),
      songs: Type.Optional(Type.Integer({ description: 'Songs of a task that asks for no number.' })),
      credits: Type.Record(Type.String(), Type.Number(), { description: 'Of a song that came.' }),
    }),
    record('PricePerThousandCharacters', {
      kind: Type.Literal('per_thousand_characters'),
      version: Type.String(),
      of: Type.String({ description: 'The field with the text.' }),
      han: Type.Optional(Type.Integer({ description: 'How often a Chinese character counts; else once.' })),
      by: Type.Optional(Type.Array(Type.String(), { description: 'The fields whose values are the keys.' })),
      credits: Type.Record(Type.String(), Type.Number(), {
        description: 'Of a thousand characters; a part of it costs its part.',
      }),
    }),
    record('PriceOfTemplate', {
      kind: Type.Literal('template'),
      version: Type.String(),
      credits: Type.Optional(Type.Number({ description: 'Where the template has no price.' })),
    }),
  ],
  { description: 'In credits. Tasks keep the version of the price that they were held at.' },
);

export const offer = record(
  'Offer',
  {
    id: Type.String({ description: 'Its name among the offers of the model.' }),
    provider: Type.String(),
    enabled: Type.Boolean({ description: 'False: it takes no new task.' }),
    accounts: orNull(Type.Array(Type.String(), { description: 'Names of the accounts that can make it.' })),
    order: Type.Integer({ description: 'Lower ones are tried first.' }),
    weight: Type.Integer({ description: 'Its share beside others of the same order.' }),
    params: Type.Object(
      {},
      { additionalProperties: true, description: 'The model as its provider knows it.' },
    ),
    charge: orNull(
      record('ChargeRule', {
        unit: Type.String({ description: 'Which the provider reports.' }),
        credits: Type.Number({ description: 'Of each unit; never more than the price in all.' }),
      }),
    ),
    cost: orNull(
      record('Cost', {
        unit: Type.String(),
        usd: Type.Number({ description: 'US dollars that the provider takes for a unit.' }),
        source: Type.String({ description: 'The page that says so.' }),
        date: Type.String({ description: 'The day on which it said so.' }),
      }),
    ),
    usual_seconds: orNull(Type.Number()),
  },
  'A model at a provider.',
);

export const model = record(
  'ModelStatus',
  {
    model: Type.String(),
    modality: Type.String(),
    operations: Type.Array(Type.String()),
    family: Type.String(),
    enabled: Type.Boolean(),
    maintenance: Type.Boolean({ description: 'Of this model; see also the one of everything.' }),
    open_tasks_max: cap,
    price,
    price_since: orNull(
      Type.Integer({ description: 'Since when an operator’s price holds; null: the shipped one does.' }),
    ),
    next_prices: Type.Array(record('NextPrice', { starts_at: time, price }), {
      description: 'What it will cost, the earliest first.',
    }),
    shipped_price: price,
    offers: Type.Array(offer),
  },
  'A model with its switches, its price and its offers.',
);

export const listModelsSchema = {
  tags,
  operationId: 'listModelStatuses',
  summary: 'Models with their switches, prices and offers',
  querystring: Type.Object({
    ...namedPageQuery,
    q: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Only models with this in their name, or in the name of a provider that offers them.',
      }),
    ),
  }),
  response: { 200: page(model) },
};

/** What an operator can change about a model. */
export const modelChange = body({
  enabled: Type.Optional(Type.Boolean({ description: 'False: creates are refused.' })),
  maintenance: Type.Optional(Type.Boolean({ description: 'True: creates are refused for now.' })),
  open_tasks_max: Type.Optional(cap),
  flat_price: Type.Optional(
    orNull(
      Type.Number({
        minimum: 0,
        maximum: 1_000_000_000,
        description: 'Credits of every task, with at most six decimals. Null: the shipped price again.',
      }),
    ),
  ),
  price_per_second: Type.Optional(
    Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1_000_000_000 }), {
      description:
        'Credits of a second, for each resolution that the shipped price names; instead of a flat price.',
    }),
  ),
  price_per_picture: Type.Optional(
    Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1_000_000_000 }), {
      description:
        'Credits of a picture that came, for each key that the shipped price names; instead of a flat price.',
    }),
  ),
  price_per_song: Type.Optional(
    Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1_000_000_000 }), {
      description: 'The same of a song that came.',
    }),
  ),
  price_per_thousand_characters: Type.Optional(
    Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1_000_000_000 }), {
      description: 'The same of a thousand characters.',
    }),
  ),
  price_from: Type.Optional(
    timeField('From when on the price of this body holds; now, if not given. Earlier quotes keep theirs.'),
  ),
  withdraw_price_from: Type.Optional(timeField('The beginning of a price to come that shall not begin.')),
  offers: Type.Optional(
    Type.Array(
      body({
        id: Type.String({ maxLength: 100 }),
        order: Type.Optional(Type.Integer({ minimum: 0, maximum: 999 })),
        weight: Type.Optional(Type.Integer({ minimum: 1, maximum: 999 })),
        enabled: Type.Optional(Type.Boolean()),
      }),
      { maxItems: 50, description: 'Offers that change, by id.' },
    ),
  ),
});

/** The slash of a name is not escaped, so a name has one part or two. */
export const MODEL_PATHS = [':vendor/:name', ':name'] as const;

function describeModelRoute(path: (typeof MODEL_PATHS)[number], verb: string) {
  const name = { name: Type.String() };
  const isShort = path === ':name';
  return {
    tags,
    operationId: isShort ? `${verb}WithoutVendor` : verb,
    params: isShort ? Type.Object(name) : Type.Object({ vendor: Type.String(), ...name }),
    response: { 200: model },
  };
}

export function modelSchema(path: (typeof MODEL_PATHS)[number]) {
  return { ...describeModelRoute(path, 'getModelStatus'), summary: 'One model' };
}

export function changeModelSchema(path: (typeof MODEL_PATHS)[number]) {
  return {
    ...describeModelRoute(path, 'changeModel'),
    summary: 'Change the switches or the price of a model',
    description:
      'What the body does not name stays as it is. Every node has seen the change within a second.',
    body: modelChange,
  };
}

export const maintenance = record('Maintenance', {
  maintenance: Type.Boolean({ description: 'True: creates and estimates are refused, for all models.' }),
  text: orNull(Type.String({ description: 'What clients read meanwhile; null: the usual sentence.' })),
});

export const maintenanceSchema = {
  tags,
  operationId: 'getMaintenance',
  summary: 'Whether everything is under maintenance',
  response: { 200: maintenance },
};

export const setMaintenanceSchema = {
  tags,
  operationId: 'setMaintenance',
  summary: 'Begin or end the maintenance of everything',
  body: body({
    maintenance: Type.Boolean(),
    text: Type.Optional(
      Type.String({ minLength: 1, maxLength: 300, description: 'What clients read while it is on.' }),
    ),
  }),
  response: { 200: maintenance },
};
