// The served description and the server agree: every operation is called in good and bad ways, and each answer is
// held to its schema by test/check-answers.ts, as in every test. The operations of operators are tested in doors/operator/.
import { validate } from '@scalar/openapi-parser';
import { describe, expect, it } from 'vitest';
import { CODES } from '../doors/crun/codes.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { nameSchemas } from './named-schemas.ts';
import { type Call, createTestApi, GOOD_BODY } from './testing.ts';

const api = await createTestApi();
const caller = await api.openAccount();
const JOBS = '/api/v1/client/job';
const ACCOUNT = '/api/v1/client/account';

interface Operation {
  operationId: string;
  method: string;
  path: string;
  responses: Record<string, { content?: Record<string, { schema: JsonObject }> }>;
}

const { body: document } = await api.call({ path: '/openapi.json' });

function listOperations(): Operation[] {
  const paths = document.paths as Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
  const ofClients = Object.entries(paths).filter(([path]) => path.startsWith('/api/v1/client/'));
  return ofClients.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  );
}

const operations = new Map(listOperations().map((operation) => [operation.operationId, operation]));
async function makeHistory(): Promise<{ taskId: string; callbackId: string }> {
  const { data } = await api.create(caller, { ...GOOD_BODY, callback_url: 'https://receiver.example.com/' });
  const taskId = String(data.task_id);
  await api.endTask(taskId);
  const callbacks = await api.call({ path: `${ACCOUNT}/callbacks`, key: caller.key });
  const [callback] = callbacks.data.callbacks as { callback_id: string }[];
  return { taskId, callbackId: callback.callback_id };
}

const { taskId, callbackId } = await makeHistory();
const post = (path: string, body: JsonObject): Call => ({ method: 'POST', path, body });
const ASSET = { name: 'x', asset_type: 'Image', asset_url: 'https://pictures.example/a.png' };
const uploadAsset = () => api.call({ ...post(`${JOBS}/asset-upload`, ASSET), key: caller.key });
const [assetId, endedId] = (await Promise.all([uploadAsset(), uploadAsset()])).map(
  ({ data }) => data.AssetId,
);

/** A valid call of every operation. */
const GOOD: Record<string, Call> = {
  createTask: post(`${JOBS}/CreateTask`, { ...GOOD_BODY, extra: 1 }),
  estimateCredits: post(`${JOBS}/estimate-credits`, GOOD_BODY),
  estimateTask: post(`${JOBS}/EstimateTask`, GOOD_BODY),
  taskInfo: { path: `${JOBS}/TaskInfo?task_id=${taskId}` },
  listTasks: { path: `${JOBS}/Tasks` },
  cancelTask: post(`${JOBS}/CancelTask`, {}),
  taskEvents: { path: `${JOBS}/TaskEvents?task_id=${taskId}` },
  accountEvents: { path: `${JOBS}/Events?seconds=1` },
  balance: { path: `${ACCOUNT}/balance` },
  usage: { path: `${ACCOUNT}/usage` },
  statement: { path: `${ACCOUNT}/statement` },
  listModels: { path: `${JOBS}/Models` },
  getModel: { path: `${JOBS}/Models/vidu/q1-r2v` },
  getModelWithoutVendor: { path: `${JOBS}/Models/none` },
  bytedanceTemplates: { path: `${JOBS}/bytedance-templates` },
  viduTemplates: { path: `${JOBS}/vidu-templates` },
  klingTemplates: { path: `${JOBS}/kling-templates` },
  listGalleryTemplates: { path: `${JOBS}/Templates` },
  uploadUrl: { path: '/api/v1/client/files/upload-url?content_type=image/png&ext=.png' },
  uploadAsset: post(`${JOBS}/asset-upload`, ASSET),
  assetInfo: { path: `${JOBS}/asset-info?asset_id=${assetId}` },
  listAssets: { path: `${JOBS}/asset-list` },
  deleteAsset: post(`${JOBS}/asset-delete`, { asset_id: String(endedId) }),
  listCallbacks: { path: `${ACCOUNT}/callbacks` },
  listDeliveries: { path: `${ACCOUNT}/callback-deliveries?callback_id=${callbackId}` },
  replayCallback: post(`${ACCOUNT}/callback-replay`, { callback_id: callbackId }),
  callbackSecret: { path: `${ACCOUNT}/callback-secret` },
  rotateCallbackSecret: { method: 'POST', path: `${ACCOUNT}/callback-secret/rotate` },
};

it('describes every operation that is called here, and no other', () => {
  expect([...operations.keys()].toSorted()).toEqual(Object.keys(GOOD).toSorted());
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

describe.each(Object.entries(GOOD))('%s', (operationId, call) => {
  it('answers as described, with a key and without', async () => {
    const body =
      operationId === 'cancelTask' ? { task_id: String((await api.create(caller)).data.task_id) } : call.body;
    const answer = await api.call({ ...call, key: caller.key, body });
    expect(answer.status).toBe(operationId === 'getModelWithoutVendor' ? 404 : 200);
    expect((await api.call(call)).status).toBe(401);
  });

  it('answers as described when it is called wrongly', async () => {
    const address = call.path.split('?')[0];
    const wrong: Call[] =
      call.method === 'POST'
        ? ['', '[]', '{', '{"task_id":"x","callback_id":"x"}', '{"model":7,"input":7}'].map((body) => ({
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
        const schema = content?.['application/json'].schema;
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
