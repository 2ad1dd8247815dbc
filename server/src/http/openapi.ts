// The OpenAPI document, made from the routes: their schemas, who may call them, and the errors that they declare.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { ERRORS, type ErrorName } from '../errors.ts';
import { nameSchemas, refer } from './named-schemas.ts';

const EVERY_ROUTE: readonly ErrorName[] = ['internal', 'database_unavailable'];
const KEY_ROUTE: readonly ErrorName[] = ['unauthorized', 'key_disabled', 'rate_limited'];
/** Without a token in the settings, there are no such routes. */
const OPERATOR_ROUTE: readonly ErrorName[] = ['unauthorized', 'not_found', 'rate_limited'];

/** What every refusal has; a 422 has `errors` in place of `data`. */
const ERROR = {
  title: 'Error',
  type: 'object',
  required: ['code', 'message', 'error', 'request_id'],
  properties: {
    code: { type: 'integer', description: 'The HTTP status.' },
    message: { type: 'string' },
    error: { type: 'string', description: 'Name of the error, as in docs/errors.md.' },
    errors: { type: 'array', items: { type: 'string' }, description: 'A sentence for each fault.' },
    request_id: { type: 'string' },
    data: { type: 'null' },
  },
};

/** The error answers of a route, grouped by status. */
function errorResponses(names: readonly ErrorName[]): Record<string, object> {
  const byStatus = new Map<number, ErrorName[]>();
  for (const name of new Set(names)) {
    const { status } = ERRORS[name];
    byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  }
  const responses = [...byStatus].map(([status, group]) => [
    String(status),
    {
      description: group.map((name) => `\`${name}\`: ${ERRORS[name].message}`).join('; '),
      allOf: [
        ERROR,
        {
          type: 'object',
          properties: {
            code: { type: 'integer', enum: [status] },
            error: { type: 'string', enum: group },
          },
        },
      ],
    },
  ]);
  return Object.fromEntries(responses);
}

/** What is posted to the `callback_url` of a create. */
function callback(operationId: string, summary: string): object {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  });
  return {
    post: {
      operationId,
      tags: ['Callbacks'],
      summary,
      description: 'Signed as Standard Webhooks has it, and sent at least once; see docs/callbacks.md.',
      parameters: [
        header('webhook-id', 'The same for every try of one callback.'),
        header('webhook-timestamp', 'Unix seconds.'),
        header('webhook-signature', '`v1,` and base64; several with a space between.'),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: refer('Task') } } },
      responses: { '2XX': { description: 'Received.' }, '410': { description: 'No more of this, please.' } },
    },
  };
}

const WEBHOOKS = {
  taskEnded: callback('taskEnded', 'A task has ended'),
  taskResultLate: callback('taskResultLate', 'The result of a task that failed has come after all'),
};

const TAGS = {
  Tasks: 'Creating, reading and ending tasks.',
  Catalogue: 'Models and templates.',
  Account: 'Credits and their use.',
  Files: 'Uploads.',
  Callbacks: 'What was posted, and its secret.',
  Operators: 'Accounts at providers; with the token of the operator.',
};

/** Must be registered before the routes that it describes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Reelay',
        version,
        description:
          'One self-hosted API in front of every generative-video model. Every answer is `{code, message, data}`, and `code` equals the HTTP status.',
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          operatorToken: { type: 'http', scheme: 'bearer', description: 'REELAY_OPERATOR_TOKEN' },
        },
      },
    },
    transformObject: (described) => {
      const document = 'openapiObject' in described ? described.openapiObject : {};
      return { ...nameSchemas(document), webhooks: WEBHOOKS } as object;
    },
    transform: ({ schema, url, route }) => {
      const { access, errors = [] } = route.config ?? {};
      if (access !== 'key' && access !== 'operator') return { schema: { ...schema, hide: true }, url };
      const common = access === 'key' ? KEY_ROUTE : OPERATOR_ROUTE;
      const responses = errorResponses([...errors, ...common, ...EVERY_ROUTE]);
      const own = (schema?.response ?? {}) as Record<string, object>;
      return { schema: { ...schema, response: { ...own, ...responses } }, url };
    },
  });
}
