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
  [
    'kie, for uploads',
    '/api/file-',
    ({ success, code, msg, message, data }) =>
      success === false && typeof code === 'number' && msg === message && data === null,
  ],
];
/** Whose routes take forms too. */
const WITH_FORMS = ['/v1/', '/api/file-'];

/** A value as a form: members and items with brackets, now and then as files. */
async function toForm(value: object): Promise<{ body: Uint8Array; headers: Record<string, string> }> {
  const form = new FormData();
  const put = (name: string, given: unknown) => {
    if (typeof given === 'string' && given.length % 3 === 0) form.append(name, new Blob([given]), 'a.png');
    else form.append(name, typeof given === 'string' ? given : (JSON.stringify(given) ?? ''));
  };
  for (const [name, given] of Object.entries(value)) {
    if (Array.isArray(given)) for (const item of given) put(`${name}[]`, item);
    else if (isObject(given)) for (const [inner, one] of Object.entries(given)) put(`${name}[${inner}]`, one);
    else put(name, given);
  }
  const made = new Response(form);
  const type = String(made.headers.get('content-type'));
  return { body: new Uint8Array(await made.arrayBuffer()), headers: { 'content-type': type } };
}

describe.each(DOORS)('random bodies at the door of %s', (_name, prefix, isRefusal) => {
  it.each(operationsBelow(prefix))(
    'are refused in its form or make a task: $path',
    async ({ path, schema }) => {
      await fc.assert(
        fc.asyncProperty(valuesOf(schema), fc.boolean(), async (value, isForm) => {
          const sent =
            isForm && WITH_FORMS.includes(prefix)
              ? await toForm(value as object)
              : { body: JSON.stringify(value as Json) };
          const { status, body } = await api.call({
            method: 'POST',
            path: path.replaceAll(/\{\w+\}/g, 'video_1'),
            key,
            ...sent,
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

describe('random messages at the door for agents', () => {
  const MODERN = '2026-07-28';
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {
      extensions: { 'io.modelcontextprotocol/tasks': {} },
      elicitation: { form: {} },
    },
  };

  const isPlain = (given: unknown): given is string => typeof given === 'string' && /^[\w./-]+$/.test(given);

  /** Sends a message, in the older form or in the newer one. @returns what it was answered with, if it was answered. */
  async function send(message: JsonObject, isModern: boolean) {
    const params = isObject(message.params) ? message.params : {};
    const name = params.name ?? params.taskId;
    const headers: Record<string, string> = { accept: 'application/json, text/event-stream' };
    if (isModern) {
      headers['mcp-protocol-version'] = MODERN;
      if (isPlain(message.method)) headers['mcp-method'] = message.method;
      if (isPlain(name)) headers['mcp-name'] = name;
    }
    const whole = isModern ? { ...message, params: { ...params, _meta: meta } } : message;
    const { status, text } = await api.call({ method: 'POST', path: '/mcp', key, headers, body: whole });
    const line = text.split('\n').findLast((one) => /^(data: )?\{/.test(one)) ?? 'null';
    return { status, answer: JSON.parse(line.replace(/^data: /, '')) as JsonObject | null };
  }

  function judge({ status, answer }: Awaited<ReturnType<typeof send>>): void {
    expect([200, 202, 400, 404, 406]).toContain(status);
    if (answer === null) return;
    expect(answer.jsonrpc).toBe('2.0');
    const { error } = answer;
    // The code of a fault of the server itself.
    if (isObject(error)) expect([error, error.code]).not.toEqual([error, -32_603]);
    else expect(isObject(answer.result)).toBe(true);
  }

  const ask = (method: string, params: JsonObject) => ({ jsonrpc: '2.0', id: 1, method, params });

  it('are refused as the protocol has it or answered by a tool, and hold nothing', async () => {
    const { answer } = await send(ask('tools/list', {}), true);
    const { tools } = (answer as JsonObject).result as { tools: { name: string; inputSchema: JsonObject }[] };
    expect(tools.length).toBeGreaterThan(8);
    for (const { name, inputSchema } of tools) {
      const property = fc.asyncProperty(valuesOf(inputSchema), fc.boolean(), async (given, isModern) => {
        const values: JsonObject = { ...(given as JsonObject) };
        // No wait of a random length.
        if ('wait_s' in values) values.wait_s = typeof values.wait_s === 'number' ? 0 : values.wait_s;
        judge(await send(ask('tools/call', { name, arguments: values }), isModern));
      });
      await fc.assert(property, { numRuns: 20 });
    }
    expect(await api.core.credits.balance(accountId, 'test')).toMatchObject({ posted: 0n, held: 0n });
  });

  it('are refused as the protocol has it, whatever the method and its parameters are', async () => {
    const methods = ['tasks/get', 'tasks/update', 'tasks/cancel', 'tools/call', 'tools/list', 'none', ''];
    const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: anything });
    const named = fc.record({ taskId: mostly(words), name: anything, arguments: anything });
    const message = fc.record({
      jsonrpc: fc.constant('2.0'),
      id: mostly(fc.constant(1)),
      method: mostly(fc.constantFrom(...methods)),
      params: mostly(named),
    });
    const property = fc.asyncProperty(message, fc.boolean(), async (given, isModern) =>
      judge(await send(given as JsonObject, isModern)),
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
