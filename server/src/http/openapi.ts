// The OpenAPI document, made from the routes: their schemas, who may call them, and the errors that they declare.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { ERRORS, type ErrorName } from '../errors.ts';

const EVERY_ROUTE: readonly ErrorName[] = ['internal', 'database_unavailable'];
const KEY_ROUTE: readonly ErrorName[] = ['unauthorized', 'key_disabled', 'rate_limited'];
/** Without a token in the settings, there are no such routes. */
const OPERATOR_ROUTE: readonly ErrorName[] = ['unauthorized', 'not_found', 'rate_limited'];

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
      type: 'object',
      required: ['code', 'message', 'error', 'request_id'],
      properties: {
        code: { type: 'integer', enum: [status] },
        message: { type: 'string' },
        error: { type: 'string', enum: group },
        errors: { type: 'array', items: { type: 'string' } },
        request_id: { type: 'string' },
        data: { type: 'null' },
      },
    },
  ]);
  return Object.fromEntries(responses);
}

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
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          operatorToken: { type: 'http', scheme: 'bearer', description: 'REELAY_OPERATOR_TOKEN' },
        },
      },
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
