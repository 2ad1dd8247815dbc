// The form of a model in a file of models, as a JSON Schema. A name that is not known is a fault: a misspelled limit or
// weight would have no effect without a notice.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Json, JsonObject } from '../lib/json.ts';
import { parseCredits } from '../lib/money.ts';
import { DAY_MS, SECOND_MS } from '../lib/time.ts';
import { WIDGETS } from './field-words.ts';
import { PRICE_UNITS, type PriceRule } from './prices.ts';
import { describeFault } from './validate.ts';

const TEXT = { type: 'string', minLength: 1, maxLength: 2000 };
const FLAG = { type: 'boolean' };
const CREDITS = { type: 'number', format: 'credits' };

const CHARGE = {
  type: 'object',
  additionalProperties: false,
  required: ['unit', 'credits'],
  properties: { unit: TEXT, credits: CREDITS },
};

const COST = {
  type: 'object',
  additionalProperties: false,
  required: ['unit', 'usd', 'source', 'date'],
  properties: {
    unit: TEXT,
    usd: { type: 'number', minimum: 0, maximum: 1_000_000 },
    source: TEXT,
    date: TEXT,
  },
};

const OFFER = {
  type: 'object',
  additionalProperties: false,
  required: ['provider'],
  properties: {
    provider: TEXT,
    accounts: { type: 'array', minItems: 1, items: TEXT },
    order: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    weight: { type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 },
    params: { type: 'object' },
    charge: CHARGE,
    cost: COST,
    usual_seconds: { type: 'number', exclusiveMinimum: 0, maximum: DAY_MS / SECOND_MS },
  },
};

function priceOfKind(
  kind: string,
  credits: object,
  { required = ['credits'], more = {} }: { required?: string[]; more?: object } = {},
): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['version', ...required],
    properties: { kind: { const: kind }, version: TEXT, credits, ...more },
  };
}

const AMOUNTS = { type: 'object', minProperties: 1, additionalProperties: CREDITS };
const FIELDS = { type: 'array', minItems: 1, maxItems: 3, items: TEXT };
const FILES = { type: 'integer', minimum: 1, maximum: 16 };
const SECONDS = { type: 'integer', minimum: 1, maximum: 3_600 };

const PRICE = {
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: [
    priceOfKind('flat', CREDITS),
    priceOfKind('per_second', AMOUNTS, { more: { by: FIELDS, seconds: SECONDS } }),
    priceOfKind('per_picture', AMOUNTS, { more: { by: FIELDS, count: TEXT } }),
    priceOfKind('per_song', AMOUNTS, { more: { by: FIELDS, count: TEXT, songs: FILES } }),
    priceOfKind('per_thousand_characters', AMOUNTS, {
      required: ['credits', 'of'],
      more: { by: FIELDS, of: TEXT, han: { type: 'integer', minimum: 1, maximum: 4 } },
    }),
    priceOfKind('template', CREDITS, { required: [] }),
  ],
};

const WORDS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 80 },
    description: TEXT,
    unit: { type: 'string', minLength: 1, maxLength: 16 },
    order: { type: 'integer', minimum: 0, maximum: 1_000 },
    widget: { type: 'string', enum: [...WIDGETS] },
    words: { type: 'object', additionalProperties: TEXT },
    slots: { type: 'array', maxItems: 20, items: TEXT },
    example: {},
  },
};

const ALIAS = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', format: 'model-name' },
    with: TEXT,
    without: TEXT,
    fields: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['field', 'values'],
        properties: { field: TEXT, values: { type: 'object', minProperties: 1 } },
      },
    },
    defaults: { type: 'object' },
    ignores: { type: 'object', additionalProperties: { type: 'array', minItems: 1, items: {} } },
  },
};

const MODEL = {
  type: 'object',
  additionalProperties: false,
  required: ['model', 'operations', 'price', 'input_schema', 'offers'],
  properties: {
    model: { type: 'string', format: 'model-name' },
    aliases: { type: 'array', maxItems: 20, items: ALIAS },
    title: { type: 'string', minLength: 1, maxLength: 80 },
    words: { type: 'object', additionalProperties: WORDS },
    model_type: { type: 'string', enum: ['video', 'tools', 'image', 'audio'] },
    modality: { type: 'string', enum: ['video', 'image', 'audio'] },
    operations: { type: 'array', minItems: 1, items: TEXT },
    quality_tier: TEXT,
    speed_tier: TEXT,
    supports_reference: FLAG,
    supports_native_audio: FLAG,
    family: TEXT,
    description: TEXT,
    input_schema: {
      type: 'object',
      required: ['type', 'properties', 'required'],
      properties: {
        type: { type: 'string', enum: ['object'] },
        properties: { type: 'object', additionalProperties: { type: 'object' } },
        required: { type: 'array', items: TEXT },
      },
    },
    adds_up: { type: 'object', minProperties: 1, additionalProperties: TEXT },
    price: PRICE,
    deadline_minutes: { type: 'number', minimum: 0.05, maximum: 100_000 },
    offers: { type: 'array', items: OFFER },
  },
};

const FORMATS: Readonly<Record<string, string>> = {
  'model-name': 'must be a name such as vendor/model-t2v, in lower case',
  credits: 'must be an amount of credits from 0, with at most six decimals',
};

let compiled: ValidateFunction | undefined;

/** Compiled at the first use: most starts have no file of models, and this was a twentieth of their time. */
function validator(): ValidateFunction {
  if (compiled !== undefined) return compiled;
  const ajv = new Ajv({ allErrors: true, discriminator: true });
  ajv.addFormat('model-name', /^[a-z0-9][a-z0-9.-]*(?:\/[a-z0-9][a-z0-9.-]*)?$/);
  ajv.addFormat('credits', {
    type: 'number',
    validate: (credits: number) => (parseCredits(credits) ?? -1n) >= 0n,
  });
  compiled = ajv.compile(MODEL);
  return compiled;
}

function describe(error: ErrorObject): string {
  if (error.keyword === 'discriminator')
    return `price.kind: must be one of flat, ${Object.keys(PRICE_UNITS).join(', ')}, template`;
  const sentence = error.keyword === 'format' ? FORMATS[error.params.format] : undefined;
  return describeFault(error, '', sentence);
}

type Fields = Record<string, JsonObject>;

/** What clients may ask for and a price says nothing of. */
function findUnpriced(model: JsonObject): string[] {
  const { price, input_schema: schema } = model as unknown as {
    price: PriceRule;
    input_schema: { properties: Fields };
  };
  switch (price.kind) {
    case 'per_second':
      return findUnpricedSeconds(price, schema.properties);
    case 'per_picture':
    case 'per_song':
      return findUnpricedFiles(price, schema.properties);
    case 'per_thousand_characters':
      return findUnpricedTexts(price, schema.properties);
    default:
      return [];
  }
}

function findUnpricedSeconds(
  { by, seconds, credits }: Extract<PriceRule, { kind: 'per_second' }>,
  fields: Fields,
): string[] {
  if (seconds === undefined && !fields.duration)
    return ['price: per_second needs a "duration" in input_schema, or "seconds"'];
  if (by !== undefined) return findUnpricedKeys({ by, credits }, fields);
  if (fields.resolution === undefined) return findUnpricedKeys({ by: [], credits, only: 'second' }, fields);
  if (!Array.isArray(fields.resolution.enum))
    return ['price: per_second needs a "resolution" with an enum in input_schema, or "by"'];
  const unpriced = fields.resolution.enum.filter((one) => credits[String(one)] === undefined);
  return unpriced.map((one) => `price.credits: there is no price for ${one}`);
}

function findUnpricedFiles(
  { kind, by = [], count, credits }: Extract<PriceRule, { kind: 'per_picture' | 'per_song' }>,
  fields: Fields,
): string[] {
  const faults: string[] = [];
  if (count !== undefined && fields[count]?.type !== 'integer')
    faults.push(`price.count: input_schema has no integer "${count}"`);
  return [...faults, ...findUnpricedKeys({ by, credits, only: PRICE_UNITS[kind].only }, fields)];
}

function findUnpricedTexts(
  { kind, by = [], of, credits }: Extract<PriceRule, { kind: 'per_thousand_characters' }>,
  fields: Fields,
): string[] {
  const faults: string[] = [];
  if (fields[of]?.type !== 'string') faults.push(`price.of: input_schema has no text "${of}"`);
  return [...faults, ...findUnpricedKeys({ by, credits, only: PRICE_UNITS[kind].only }, fields)];
}

/** Every combination of the values of the fields has a price. @param only the one key of a price by no field. */
function findUnpricedKeys(
  { by, credits, only = '' }: { by: string[]; credits: Record<string, number>; only?: string },
  properties: Fields,
): string[] {
  let keys = by.length === 0 ? [only] : [''];
  for (const name of by) {
    const { enum: values, default: usual } = properties[name] ?? {};
    if (!Array.isArray(values) || usual === undefined) {
      return [`price.by: "${name}" needs an enum and a default in input_schema`];
    }
    keys = keys.flatMap((key) => values.map((value) => (key === '' ? String(value) : `${key} ${value}`)));
  }
  const unpriced = keys.filter((key) => credits[key] === undefined);
  return unpriced.map((key) => `price.credits: there is no price for ${key}`);
}

/** What is wrong with the form of a model, a sentence each, with the place. */
export function findModelFaults(model: Json): string[] {
  const validate = validator();
  if (validate(model)) return findUnpriced(model as JsonObject);
  return (validate.errors ?? []).map(describe);
}
