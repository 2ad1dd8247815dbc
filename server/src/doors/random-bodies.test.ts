// Bodies made from what each dialect says of itself, right and wrong: whatever comes, the answer has the form of its door, is
// never a 500, and holds nothing unless a task is made.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestApi } from '../http/testing.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';

const api = await createTestApi();
const { key, accountId } = await api.openAccount({ credits: '0' });
const { body: description } = await api.call({ path: '/openapi.json' });
const { schemas } = description.components as { schemas: Record<string, JsonObject> };

interface Operation {
  path: string;
  schema: JsonObject;
}

function operationsBelow(prefix: string): Operation[] {
  const paths = Object.entries(description.paths as Record<string, Record<string, JsonObject>>);
  return paths
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, { post }]) => {
      const content = (post?.requestBody as JsonObject | undefined)?.content as JsonObject | undefined;
      const { schema } = (content?.['application/json'] ?? {}) as { schema?: JsonObject };
      return schema === undefined ? [] : [{ path, schema: resolveSchema(schema) }];
    });
}

function resolveSchema(schema: JsonObject): JsonObject {
  const { $ref: reference } = schema;
  return typeof reference === 'string' ? schemas[String(reference.split('/').at(-1))] : schema;
}

const words = fc.constantFrom(
  ...[
    'reelay/draft-t2v',
    'vidu/q1-t2v',
    'reelay/draft-r2v',
    'bytedance/seedream-4',
    '1280x720',
    '5',
    'a boat',
    'https://e.example/a.png',
  ],
  ...['data:image/png;base64,AAAA', 'data:,', '__proto__', '', 'null', '-1', '9'.repeat(40)],
);
const anything: fc.Arbitrary<unknown> = fc.oneof(
  words,
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(words, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('image_url', 'file_id', 'prompt', 'duration', 'image_urls'), words),
);

/** Values of a schema, and now and then others. */
function valuesOf(given: JsonObject): fc.Arbitrary<unknown> {
  const schema = resolveSchema(given);
  const { properties } = schema;
  if (!isObject(properties)) return anything;
  const fields = Object.entries(properties).map(([name, rule]): [string, fc.Arbitrary<unknown>] => [
    name,
    fc.oneof({ weight: 3, arbitrary: valuesOf(rule as JsonObject) }, { weight: 1, arbitrary: anything }),
  ]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

const DOORS: [string, string, (body: JsonObject) => boolean][] = [
  [
    'OpenAI',
    '/v1/',
    ({ error }) => isObject(error) && ['message', 'type', 'param', 'code'].every((name) => name in error),
  ],
  [
    'kie',
    '/api/v1/jobs/',
    ({ code, msg, message, data }) => typeof code === 'number' && msg === message && data === null,
  ],
  [
    'kie, beside its jobs',
    '/api/v1/common/',
    ({ code, msg }) => typeof code === 'number' && typeof msg === 'string',
  ],
];

describe.each(DOORS)('random bodies at the door of %s', (_name, prefix, isRefusal) => {
  it.each(operationsBelow(prefix))(
    'are refused in its form or make a task: $path',
    async ({ path, schema }) => {
      await fc.assert(
        fc.asyncProperty(valuesOf(schema), async (value) => {
          const { status, body } = await api.call({
            method: 'POST',
            path: path.replaceAll(/\{\w+\}/g, 'video_1'),
            key,
            body: JSON.stringify(value as Json),
          });
          expect([200, 400, 402, 404, 422]).toContain(status);
          if (status !== 200) expect([body, isRefusal(body)]).toEqual([body, true]);
        }),
        { numRuns: 120 },
      );
      expect(await api.core.credits.balance(accountId, 'test')).toMatchObject({ posted: 0n, held: 0n });
    },
  );
});
