// Null means the same as a missing field: checked for every field of every model that is shipped.
import { describe, expect, it } from 'vitest';
import { crunForm } from '../doors/crun/create-body.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { readShape } from './check.ts';
import { type Model, readShippedModels } from './models.ts';
import { ModelNames } from './names.ts';

const models = readShippedModels();
const checkable = new ModelNames(models);

/** A value that the schema of a field accepts. */
function sample(schema: JsonObject): Json {
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.type === 'array') {
    return Array<Json>(Number(schema.minItems ?? 1)).fill(sample(schema.items as JsonObject));
  }
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  return schema.format === 'http-url' ? 'https://example.com/a.png' : 'x';
}

/** An input with every field that the model has. */
function fill({ input_schema: { properties } }: Model): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, sample(schema)]));
}

function shapeOf({ model }: Model, input: Json) {
  return readShape(checkable, { model, input }, { form: crunForm, strict: true });
}

describe.each(models.map((model) => [model.model, model] as const))('D9: %s', (_name, model) => {
  const { properties, required } = model.input_schema;
  const full = fill(model);

  it.each(Object.keys(properties))('takes null for input.%s as if it were left out', (name) => {
    const { [name]: _, ...without } = full;
    const left = shapeOf(model, without);
    const nulled = shapeOf(model, { ...full, [name]: null });
    expect(nulled).toEqual(left);
    expect(nulled.input).not.toHaveProperty(name);
    if (required.includes(name)) expect(nulled.errors).toContain(`input.${name}: is required`);
    // One sentence for a field, however many rules it breaks.
    const fields = nulled.errors.map((error) => error.split(':')[0]);
    expect(new Set(fields).size).toBe(fields.length);
  });

  it('names each field once, whatever is wrong with it', () => {
    for (const wrong of [
      [null],
      ['\n', 7],
      {},
      'no such value',
      -1e9,
      1.5,
      true,
      'x'.repeat(9_000),
    ] as Json[]) {
      const input = Object.fromEntries(Object.keys(properties).map((name) => [name, wrong]));
      const fields = shapeOf(model, input).errors.map((error) => error.slice(0, error.indexOf(':')));
      expect([wrong, fields.toSorted()]).toEqual([wrong, [...new Set(fields)].toSorted()]);
    }
  });
});

it('D9: a null inside a list is a fault of its own, in one sentence', () => {
  const lists = models.flatMap((model) =>
    Object.entries(model.input_schema.properties)
      .filter(([, schema]) => schema.type === 'array')
      .map(([name, { items }]) => ({ model, name, type: (items as JsonObject).type })),
  );
  expect(lists.length).toBeGreaterThan(5);
  for (const { model, name, type } of lists) {
    const { errors } = shapeOf(model, { ...fill(model), [name]: [null] });
    expect(errors.filter((error) => error.startsWith(`input.${name}[`))).toEqual([
      `input.${name}[0]: must be of type ${type}`,
    ]);
  }
});
