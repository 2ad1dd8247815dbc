// A model as an alias shows it: the original has one entry for a name that stands for several models here, and its fields
// are those that inputs of that name may have.
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Alias, InputSchema, Model } from './models.ts';

interface Sharer {
  model: Model;
  alias: Alias | undefined;
}

const TYPES: Readonly<Record<string, string>> = { boolean: 'boolean', number: 'number', string: 'string' };

/** A field that is taken for the sake of clients that always send it. */
function ignoredField(values: readonly Json[]): JsonObject {
  return { type: TYPES[typeof values[0]], enum: [...values], description: 'Has no effect.' };
}

/** The fields of a model, as inputs under the alias have them. */
function fieldsUnder({ model, alias }: Sharer): { [name: string]: JsonObject } {
  const { fields = {}, defaults = {}, ignores = {} } = alias ?? {};
  const own = Object.entries(model.input_schema.properties).map(([name, property]): [string, JsonObject] => {
    const filled = name in defaults ? { ...property, default: defaults[name] } : property;
    const renamed = Object.entries(fields).find(([, { field }]) => field === name);
    if (renamed === undefined) return [name, filled];
    const [other, { values }] = renamed;
    const usual = Object.keys(values).find((word) => values[word] === filled.default);
    const { description } = property;
    return [
      other,
      {
        type: 'string',
        enum: Object.keys(values),
        ...(usual === undefined ? {} : { default: usual }),
        ...(description === undefined ? {} : { description }),
      },
    ];
  });
  const ignored = Object.entries(ignores).map(([name, values]) => [name, ignoredField(values)] as const);
  return Object.fromEntries([...own, ...ignored]);
}

function schemaUnder(sharers: readonly Sharer[]): InputSchema {
  const [first, ...others] = sharers;
  const { properties: _, required, ...rest } = first.model.input_schema;
  const properties = Object.assign({}, ...sharers.toReversed().map(fieldsUnder));
  const isAlike = others.every(({ model }) => {
    const { properties: _properties, required: _required, ...otherRest } = model.input_schema;
    return isDeepStrictEqual(otherRest, rest);
  });
  const isRenamed = sharers.some(({ alias }) => alias?.fields !== undefined);
  return {
    // A condition of one of several models, or on a field of another name, does not hold for inputs of this name.
    ...(isAlike && !isRenamed ? rest : { type: 'object' }),
    required: required.filter((name) =>
      others.every(({ model }) => model.input_schema.required.includes(name)),
    ),
    properties,
  } as InputSchema;
}

/** The facts of the models that share a name, under that name. */
export function describeUnder(name: string, sharers: readonly Sharer[]): Model {
  const [first] = sharers;
  const models = sharers.map(({ model }) => model);
  if (sharers.length === 1 && first.alias === undefined) return first.model;
  const { aliases: _, ...facts } = first.model;
  return {
    ...facts,
    model: name,
    operations: [...new Set(models.flatMap(({ operations }) => operations))],
    supports_reference: models.some((model) => model.supports_reference),
    supports_native_audio: models.some((model) => model.supports_native_audio),
    input_schema: schemaUnder(sharers),
  };
}
