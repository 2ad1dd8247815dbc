// The served description and the server agree: every operation is called in good and bad ways, and each answer is
// held to its schema by test/check-answers.ts, as in every test. The operations of operators are tested in doors/operator/.
import { writeFile } from 'node:fs/promises';
import { validate } from '@scalar/openapi-parser';
import { afterAll, describe, expect, it } from 'vitest';
import { CODES } from '../doors/crun/codes.ts';
import { crunExamples, EXAMPLE_IDS } from '../doors/crun/examples.ts';
import { isObject, type Json, type JsonObject, parseOwnJson } from '../lib/json.ts';
import { nameSchemas } from './named-schemas.ts';
import { type Answer, type Call, createTestApi } from './testing.ts';

const api = await createTestApi();
const caller = await api.openAccount();
const ANSWERS = new URL('../doors/crun/answers.generated.json', import.meta.url);
const JOBS = '/api/v1/client/job';
const ACCOUNT = '/api/v1/client/account';

interface Content {
  'application/json'?: { schema: JsonObject; example?: JsonObject };
}

interface Operation {
  operationId: string;
  method: string;
  path: string;
  parameters?: { name: string; in: string; example?: string | number }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

const { body: document } = await api.call({ path: '/openapi.json' });

function listOperations(): Operation[] {
  const paths = document.paths as unknown as Record<
    string,
    Record<string, Omit<Operation, 'method' | 'path'>>
  >;
  const ofClients = Object.entries(paths).filter(([path]) => path.startsWith('/api/v1/client/'));
  return ofClients.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  );
}

const operations = new Map(listOperations().map((operation) => [operation.operationId, operation]));
async function makeHistory(): Promise<{ taskId: string; callbackId: string }> {
  const callbackUrl = 'https://example.com/hooks/reelay';
  const { data } = await api.create(caller, { ...crunExamples.createTask.body, callback_url: callbackUrl });
  const taskId = String(data.task_id);
  await api.core.settler.succeed(await api.readTask(taskId), {
    provider: 'draft',
    modelVersion: 'draft-2',
    usage: { width: 1280, height: 720, frames: 120 },
    outputs: [
      {
        key: `results/${taskId}/video.mp4`,
        kind: 'video',
        contentType: 'video/mp4',
        sizeBytes: 2_318_204,
        sha256: 'ab'.repeat(32),
      },
    ],
  });
  const callbacks = await api.call({ path: `${ACCOUNT}/callbacks`, key: caller.key });
  const [callback] = callbacks.data.callbacks as { callback_id: string }[];
  return { taskId, callbackId: callback.callback_id };
}

const { taskId, callbackId } = await makeHistory();
const ASSET = { name: 'x', asset_type: 'Image', asset_url: 'https://pictures.example/a.png' };
const uploadAsset = async () =>
  String(
    (await api.call({ method: 'POST', path: `${JOBS}/asset-upload`, body: ASSET, key: caller.key })).data
      .AssetId,
  );
const [assetId, endedId] = [await uploadAsset(), await uploadAsset()];

/** What there is in place of what an example names. */
function fill(operationId: string, text: string): string {
  return text
    .replaceAll(EXAMPLE_IDS.task, taskId)
    .replaceAll(EXAMPLE_IDS.callback, callbackId)
    .replaceAll(EXAMPLE_IDS.asset, operationId === 'deleteAsset' ? endedId : assetId)
    .replace('seconds=30', 'seconds=1');
}

/** The request that the description shows for an operation. */
function callOf({ operationId, method, path, parameters = [], requestBody }: Operation): Call {
  const given = parameters.filter(({ example }) => example !== undefined);
  const valuesIn = (place: string) =>
    given
      .filter((one) => one.in === place)
      .map(({ name, example }): [string, string] => [name, String(example)]);
  const address = valuesIn('path').reduce((text, [name, value]) => text.replace(`{${name}}`, value), path);
  const query = new URLSearchParams(valuesIn('query')).toString();
  const body = requestBody?.content['application/json']?.example;
  return {
    method: method.toUpperCase() as Call['method'],
    path: fill(operationId, query === '' ? address : `${address}?${query}`),
    ...(body && { body: parseOwnJson(fill(operationId, JSON.stringify(body))) }),
  };
}

/** A valid call of every operation. */
const GOOD = Object.fromEntries(
  [...operations.values()].map((operation) => [operation.operationId, callOf(operation)]),
);

it('has an example for every operation, and none for what is not there', () => {
  expect([...operations.keys()].toSorted()).toEqual(Object.keys(crunExamples).toSorted());
  for (const { operationId, requestBody, responses } of operations.values()) {
    const contents = [requestBody, operationId === 'getModelWithoutVendor' ? undefined : responses['200']];
    const shown = contents.map((one) => one?.content?.['application/json']);
    expect([operationId, shown.filter((one) => one && !one.example)]).toEqual([operationId, []]);
  }
});

it('is cut into a document for each dialect, whole in itself', async () => {
  const paths: string[] = [];
  for (const name of ['account', 'crun', 'kie', 'openai', 'operator']) {
    const { body, text } = await api.call({ path: `/openapi/${name}.json` });
    const { schemas } = body.components as { schemas: JsonObject };
    const used = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, used]) => used);
    expect([name, [...new Set(used)].toSorted()]).toEqual([name, Object.keys(schemas).toSorted()]);
    expect((await validate(text)).errors).toEqual([]);
    expect(Object.keys(body.webhooks as object).length > 0).toBe(['account', 'crun'].includes(name));
    paths.push(...Object.keys(body.paths as object));
  }
  expect(paths.toSorted()).toEqual(Object.keys(document.paths as object).toSorted());
  expect((await api.call({ path: '/openapi/none.json' })).status).toBe(404);
});

it('is of the version that /health says', async () => {
  const { body } = await api.call({ path: '/health' });
  expect(body).toEqual({ status: 'ok', version: (document.info as JsonObject).version });
});

it('requires a key everywhere, and has every error that any route can answer', () => {
  for (const { operationId, responses } of operations.values()) {
    expect([operationId, Object.keys(responses)]).toEqual([
      operationId,
      expect.arrayContaining(['401', '403', '429', '455', '500']),
    ]);
    for (const status of Object.keys(responses)) {
      const known = Object.values(CODES).map(String);
      expect(['200', ...known]).toContain(status);
    }
  }
});

/** The answer to each example. */
const sent = new Map<string, Answer>();

describe.each(Object.entries(GOOD))('%s', (operationId, call) => {
  it('answers as described, with a key and without', async () => {
    const body =
      operationId === 'cancelTask' ? { task_id: String((await api.create(caller)).data.task_id) } : call.body;
    const answer = await api.call({ ...call, key: caller.key, body });
    sent.set(operationId, answer);
    expect(answer.status).toBe(operationId === 'getModelWithoutVendor' ? 404 : 200);
    expect((await api.call(call)).status).toBe(401);
  });

  it('answers as described when it is called wrongly', async () => {
    const address = call.path.split('?')[0];
    const wrong: Call[] =
      call.method === 'POST'
        ? [
            JSON.stringify({ ...(call.body as object), extra: 1 }),
            '',
            '[]',
            '{',
            '{"task_id":"x","callback_id":"x"}',
            '{"model":7,"input":7}',
          ].map((body) => ({
            ...call,
            body,
          }))
        : [
            { ...call, path: address },
            { ...call, path: `${address}?what=1` },
            { ...call, path: `${address}?task_id=x&callback_id=x&limit=x&cursor=x` },
          ];
    // A good call of the stream of an account does not end.
    if (operationId === 'accountEvents') wrong.splice(0, 3, { ...call, path: `${address}?seconds=x` });
    // Some of these are good calls of the operations that take nothing.
    for (const bad of wrong) expect((await api.call({ ...bad, key: caller.key })).status).toBeLessThan(500);
  });
});

it('shows for the create of each other dialect a request that makes a task', async () => {
  const paths = document.paths as unknown as Record<string, Record<string, Operation>>;
  const creates = ['/v1/videos', '/api/v1/jobs/createTask'].map((path) => ({ ...paths[path].post, path }));
  for (const { path, requestBody } of creates) {
    const body = requestBody?.content['application/json']?.example;
    expect(body).toMatchObject({ model: expect.any(String) });
    const answer = await api.call({ method: 'POST', path, body, key: caller.key });
    expect([path, answer.status, /"(id|taskId)":"/.test(answer.text)]).toEqual([path, 200, true]);
  }
});

afterAll(async () => {
  if (process.env.UPDATE !== '1') return;
  const answers = [...sent].filter(
    ([, { status, headers }]) => status === 200 && /json/.test(headers['content-type']),
  );
  const shown = answers.map(([name, { body, data }]) => [
    name,
    parseOwnJson(show(JSON.stringify(shorten(body)), data.task_id)),
  ]);
  await writeFile(ANSWERS, `${JSON.stringify(Object.fromEntries(shown), undefined, 2)}\n`);
});

/** Of a list one item is enough to see its form. */
function shorten(value: Json): Json {
  if (Array.isArray(value)) return (isObject(value[0]) ? value.slice(0, 1) : value).map(shorten);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shorten(member)]));
}

/** An answer as a reader of examples shall see it: with the ids of the examples, and no secret of any server. */
function show(text: string, madeId: Json | undefined): string {
  return text
    .replaceAll(taskId, EXAMPLE_IDS.task)
    .replaceAll(String(madeId), EXAMPLE_IDS.task)
    .replaceAll(callbackId, EXAMPLE_IDS.callback)
    .replaceAll(new RegExp(`${assetId}|${endedId}`, 'g'), EXAMPLE_IDS.asset)
    .replaceAll(/whsec_[\w+/=]+/g, 'whsec_…')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://reelay.example.com');
}

/** What read.ts checks, and words that ask for nothing. */
const CHECKED = new Set([
  ...['type', 'format', 'enum', 'const', 'anyOf', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems'],
  ...['maxItems', 'items', 'properties', 'required', 'patternProperties', 'additionalProperties', 'default'],
  ...['title', 'description', 'examples'],
]);

/** Keywords of a schema, with those of the schemas in it. */
function listKeywords(schema: JsonObject): string[] {
  const { properties = {}, patternProperties = {}, items, anyOf = [] } = schema;
  const inner = [...Object.values(properties as object), ...Object.values(patternProperties as object)];
  const all = [...inner, ...(anyOf as JsonObject[]), ...(isObject(items) ? [items] : [])];
  return [...Object.keys(schema), ...all.flatMap(listKeywords)];
}

it('asks of a request only what is checked', () => {
  const paths = Object.values(document.paths as Record<string, Record<string, JsonObject>>);
  const asked = paths.flatMap(Object.values).flatMap(({ parameters = [], requestBody }) => {
    const inQuery = (parameters as { in: string; schema: JsonObject }[]).filter((one) => one.in === 'query');
    const bodies = isObject(requestBody) ? Object.values(requestBody.content as JsonObject) : [];
    return [...inQuery, ...(bodies as { schema: JsonObject }[])].map(({ schema }) => schema);
  });
  expect(asked.length).toBeGreaterThan(20);
  const { schemas } = document.components as { schemas: Record<string, JsonObject> };
  // A create is checked by the catalogue, with the schema of its model.
  const named = asked.flatMap(
    ({ $ref: reference }) =>
      String(reference ?? '')
        .split('/')
        .at(-1) || [],
  );
  const ofOthers = named.filter((name) => !['CreateRequest', 'EstimateRequest'].includes(name));
  const all = [...asked.filter((schema) => !schema.$ref), ...ofOthers.map((name) => schemas[name])];
  expect(all.flatMap(listKeywords).filter((keyword) => !CHECKED.has(keyword))).toEqual([]);
});

it('is OpenAPI 3.1 with a summary for everything and no broken reference', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const text = JSON.stringify(document);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    const { schemas } = document.components as { schemas: JsonObject };
    expect(isObject(schemas[name])).toBe(true);
  }
  for (const operation of operations.values())
    expect(operation).toMatchObject({ summary: expect.stringMatching(/\w/) });
});

describe('E9: the description makes a pleasant client', () => {
  const { schemas } = document.components as { schemas: Record<string, JsonObject> };
  const text = JSON.stringify(document);

  it('names the types that clients handle, and refers to them wherever they are', () => {
    const wanted = [
      'Callback',
      'CreateRequest',
      'Delivery',
      'Error',
      'Model',
      'Task',
      'TaskResult',
      'Template',
    ];
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(wanted));
    const used = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
    );
    expect([...used].toSorted()).toEqual(Object.keys(schemas).toSorted());
    for (const [name, schema] of Object.entries(schemas)) {
      expect([name, schema.type]).toEqual([name, 'object']);
      // Written once: a copy would be another type for every generator.
      expect([name, text.split(`"title":"${name}"`).length]).toEqual([name, 2]);
    }
  });

  it('gives every refusal the same form, with the codes and names of its route', () => {
    for (const { operationId, responses } of operations.values()) {
      for (const [status, { content }] of Object.entries(responses)) {
        if (status === '200') continue;
        const schema = content?.['application/json']?.schema;
        const allOf = schema?.allOf as JsonObject[];
        expect([operationId, allOf[0]]).toEqual([operationId, { $ref: '#/components/schemas/Error' }]);
        expect(allOf[1]).toMatchObject({ properties: { code: { enum: [Number(status)] } } });
      }
    }
  });

  it('has the callback bodies, equal to the task as it is read', () => {
    const webhooks = document.webhooks as Record<string, { post: JsonObject }>;
    expect(Object.keys(webhooks)).toEqual(['taskEnded', 'taskResultLate', 'balanceLow']);
    for (const [name, { post }] of Object.entries(webhooks)) {
      const schema = name.startsWith('task') ? { $ref: '#/components/schemas/Task' } : { type: 'object' };
      expect(post.requestBody).toMatchObject({ content: { 'application/json': { schema } } });
      const headers = (post.parameters as { name: string }[]).map(({ name }) => name);
      expect(headers).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature']);
    }
  });

  it('has a license, tags that are described, and an id of its own for each operation', () => {
    expect(document.info).toMatchObject({ license: { identifier: 'Apache-2.0' } });
    const tags = (document.tags as { name: string }[]).map(({ name }) => name);
    const ids: string[] = [];
    const paths = Object.values(document.paths as Record<string, Record<string, JsonObject>>);
    const hooks = Object.values(document.webhooks as Record<string, Record<string, JsonObject>>);
    for (const operation of [...paths, ...hooks].flatMap((methods) => Object.values(methods))) {
      ids.push(String(operation.operationId));
      expect(tags).toEqual(expect.arrayContaining(operation.tags as string[]));
      for (const { description } of Object.values(operation.responses as Record<string, JsonObject>)) {
        expect(description).toMatch(/\w/);
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain('undefined');
  });

  it('does not start with two schemas of one name', () => {
    const twice = { one: { title: 'Task', type: 'object' }, other: { title: 'Task', type: 'string' } };
    expect(() => nameSchemas({ paths: twice })).toThrow('two schemas of the API are named Task');
  });
});
