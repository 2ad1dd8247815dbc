// Values for the inputs of a model, made from its JSON Schema: two different ones for each field, so that the
// suite can see whether the field reaches the wire. Only for tests.
import type { Model, Offer } from '../catalog/models.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';

function sampleText({ format, minLength = 1 }: JsonObject, at: number): string {
  if (format === 'http-url') return `https://pictures.example/${at}.png`;
  return `sample ${at}`.padEnd(Number(minLength), '.');
}

function sampleNumber(schema: JsonObject, at: number): number {
  const step = schema.type === 'integer' ? 1 : 0.25;
  const low = typeof schema.minimum === 'number' ? Math.max(0, schema.minimum) : 0;
  return low + at * step;
}

/** The value number `at` (0 or 1) that fits a schema. */
function sampleOf(schema: JsonObject, at: number): Json {
  if (Array.isArray(schema.enum)) return schema.enum[Math.min(at, schema.enum.length - 1)];
  switch (schema.type) {
    case 'boolean':
      return at === 0;
    case 'integer':
    case 'number':
      return sampleNumber(schema, at);
    case 'array': {
      const count = Math.max(1, Number(schema.minItems ?? 1));
      const item = (schema.items ?? {}) as JsonObject;
      return Array.from({ length: count }, (_, place) => sampleOf(item, at * count + place));
    }
    case 'object': {
      const properties = (schema.properties ?? {}) as { [name: string]: JsonObject };
      return Object.fromEntries(Object.entries(properties).map(([name, own]) => [name, sampleOf(own, at)]));
    }
    default:
      return sampleText(schema, at);
  }
}

/** The smallest input that a model takes. */
export function smallestInput({ input_schema: { required, properties } }: Model): JsonObject {
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name], 0)]));
}

/** The smallest input that an offer is for, with what the schema requires if its condition is not met. */
export function smallestInputFor(model: Model, { params = {} }: Offer): JsonObject {
  const { properties, else: otherwise } = model.input_schema;
  const more = isObject(otherwise) && Array.isArray(otherwise.required) ? otherwise.required.map(String) : [];
  const when = isObject(params.when) ? params.when : {};
  const input = smallestInput(model);
  for (const name of more) input[name] = sampleOf(properties[name], 0);
  for (const [name, wanted] of Object.entries(when)) {
    if (Array.isArray(wanted)) input[name] = wanted[0];
    else if (wanted === 'given') input[name] = sampleOf(properties[name], 0);
  }
  return input;
}

/** The values that the schema gives to fields that a client leaves out. */
function defaultsOf({ input_schema: { properties } }: Model): JsonObject {
  const given = Object.entries(properties).filter(([, own]) => own.default !== undefined);
  return Object.fromEntries(given.map(([name, own]) => [name, own.default]));
}

/**
 * Two whole inputs that differ in one field; undefined when the schema of the field has a single value.
 * @param offer for which both are, if it is for some inputs only.
 */
export function inputsThatDiffer(
  model: Model,
  name: string,
  offer?: Offer,
): [JsonObject, JsonObject] | undefined {
  const schema = model.input_schema.properties[name];
  const [one, other] = [sampleOf(schema, 0), sampleOf(schema, 1)];
  if (JSON.stringify(one) === JSON.stringify(other)) return undefined;
  const least = offer === undefined ? smallestInput(model) : smallestInputFor(model, offer);
  const base = { ...defaultsOf(model), ...least };
  return [
    { ...base, [name]: one },
    { ...base, [name]: other },
  ];
}

interface FieldCase {
  name: string;
  offer: Offer;
  inputs: [JsonObject, JsonObject];
}

/** Many offers of a map have the same rule for a field; the way of the same values through it is seen once. */
export function isFirstOfRule(): (field: FieldCase) => boolean {
  const seen = new Set<string>();
  return ({ name, offer: { params = {} }, inputs }) => {
    if (!isObject(params.fields)) return true;
    const key = JSON.stringify([name, params.fields[name], ...inputs.map((input) => input[name])]);
    return seen.size !== seen.add(key).size;
  };
}
