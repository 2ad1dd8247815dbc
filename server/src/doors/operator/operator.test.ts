// What holds for every route of the operator door, walked by the description that the server gives of itself.
import { describe, expect, it } from 'vitest';
import { createTestApi } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createOperatorApi } from './testing.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

interface Operation {
  summary: string;
  tags: string[];
  requestBody?: {
    content: Record<string, undefined | { schema: { additionalProperties?: boolean; type?: string } }>;
  };
}

const api = await createOperatorApi();
const closed = await createTestApi();
const { body: document } = await api.call({ path: '/openapi.json' });
const paths = document.paths as unknown as Record<string, Record<string, Operation>>;
const routes = Object.entries(paths)
  .filter(([path]) => path.startsWith('/api/v1/operator/'))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as Method,
      path,
      /** With a name in the place of each parameter. */
      address: path.replaceAll(/\{\w+\}/g, newId()),
      operation,
    })),
  );

it('has a route for each noun that the commands know', () => {
  const nouns = new Set(routes.map(({ path }) => path.split('/')[4]));
  expect([...nouns]).toEqual(
    expect.arrayContaining(['accounts', 'keys', 'losses', 'tasks', 'callbacks', 'models', 'credentials']),
  );
});

describe.each(routes)('$method $path', ({ method, address, path, operation }) => {
  // A wrong body, so that a route which lets the call in would say so.
  const body: JsonObject = { 'no such name': 1 };

  it('is 401 without the token, with a wrong one, and with an API key', async () => {
    const { key } = await api.openAccount();
    const answers = await Promise.all([
      api.call({ method, path: address, body }),
      api.call({ method, path: address, body, headers: { authorization: `Bearer ${key}` } }),
      api.call({ method, path: address, body, key }),
    ]);
    // An address that was refused too often is held off, which reveals as little.
    for (const { status, body: refused } of answers) {
      expect([401, 429]).toContain(status);
      expect(['unauthorized', 'rate_limited']).toContain((refused.error as JsonObject).name);
    }
  });

  it('is 404 where no token is set, whatever is sent', async () => {
    const answer = await closed.call({ method, path: address, body, headers: { authorization: 'Bearer x' } });
    expect([answer.status, (answer.body.error as JsonObject).name]).toEqual([404, 'not_found']);
  });

  it('refuses a body with a name that it does not know, if it takes a body of names', () => {
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (schema?.type === 'object') expect([path, schema.additionalProperties]).toEqual([path, false]);
    expect(operation.tags.every((tag) => tag.startsWith('Operator: '))).toBe(true);
  });
});
