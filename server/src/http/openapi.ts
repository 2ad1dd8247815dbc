// The OpenAPI documents, made from the routes: their schemas, who may call them, and the errors that they declare. There is one
// of everything, and one for each dialect.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { AppError, ERRORS, type ErrorName } from '../errors.ts';
import { type ErrorDialect, JSON_TYPE } from './answer.ts';
import { type RoutePolicy, roleOf } from './gate.ts';
import { nameSchemas } from './named-schemas.ts';
import { cutDocument } from './openapi-documents.ts';
import { addExamples, type Examples } from './openapi-examples.ts';

const EVERY_ROUTE: readonly ErrorName[] = ['internal', 'database_unavailable'];
type Access = NonNullable<RoutePolicy['access']>;

/** What the document says of a route by who may call it. Its errors come before the handler. */
const ACCESS: Record<
  Exclude<Access, 'link'>,
  { security: Record<string, string[]>[]; errors: readonly ErrorName[] }
> = {
  account: {
    security: [{ apiKey: [] }, { session: [] }],
    errors: [
      'unauthorized',
      'key_disabled',
      'key_expired',
      'address_not_allowed',
      'not_permitted',
      'rate_limited',
    ],
  },
  person: { security: [{ session: [] }], errors: ['unauthorized', 'not_permitted', 'rate_limited'] },
  operator: {
    security: [{ operatorToken: [] }, { session: [] }],
    // Without a token in the settings and without a session, there are no such routes.
    errors: [
      'unauthorized',
      'not_permitted',
      'sign_in_again',
      'second_factor_needed',
      'not_found',
      'rate_limited',
    ],
  },
  public: { security: [], errors: ['rate_limited'] },
};

/** The error answers of a route, grouped by status. */
function errorResponses(
  { statusOf, messages, describe }: ErrorDialect,
  names: readonly ErrorName[],
): Record<string, object> {
  const byStatus = new Map<number, ErrorName[]>();
  for (const name of new Set(names)) {
    const status = statusOf[name];
    byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  }
  const responses = [...byStatus].map(([status, group]) => [
    String(status),
    {
      description: group.map((name) => `\`${name}\`: ${messages?.[name] ?? ERRORS[name].message}`).join('; '),
      ...describe(status, group),
    },
  ]);
  return Object.fromEntries(responses);
}

/** What a dialect says of itself in the document. */
export interface ApiPart {
  /** Addresses of its routes begin with it. */
  prefix: string;
  /** The name of its own document, which parts of one dialect share; undefined where no route is described. */
  document?: string;
  errors: ErrorDialect;
  /** Of its routes, with what each is about. */
  tags: Record<string, string>;
  /** What is posted to clients, by operation. */
  webhooks: Record<string, object>;
  examples?: Examples;
}

function joinWebhooks(parts: readonly ApiPart[]): Record<string, object> {
  return Object.assign({}, ...parts.map((part) => part.webhooks));
}

const SERVED = { schema: { hide: true }, config: { access: 'public', rate: 'address', errors: [] } } as const;

/** Serves the whole description, and that of each dialect by its name. Each is written once it is asked for. */
function serveDocuments(app: FastifyInstance, parts: readonly ApiPart[]): void {
  const written = new Map<string, string>();
  const write = (name: string, make: () => object) => {
    const text = written.get(name) ?? JSON.stringify(make());
    written.set(name, text);
    return text;
  };
  app.get('/openapi.json', SERVED, (_request, reply) =>
    reply.header('content-type', JSON_TYPE).send(write('', () => app.swagger())),
  );
  const one = { ...SERVED, config: { ...SERVED.config, errors: ['not_found'] } } as const;
  app.get<{ Params: { name: string } }>('/openapi/:name', one, ({ params: { name } }, reply) => {
    const own = parts.filter(({ document }) => document !== undefined && `${document}.json` === name);
    if (own.length === 0) throw new AppError('not_found');
    const part = {
      title: `Reelay, ${name.replace('.json', '')}`,
      prefixes: own.map(({ prefix }) => prefix),
      webhooks: joinWebhooks(own),
    };
    const text = write(name, () => cutDocument(app.swagger(), part));
    return reply.header('content-type', JSON_TYPE).send(text);
  });
}

/** Must be registered before the routes that it describes. */
export async function describeApi(
  app: FastifyInstance,
  version: string,
  parts: readonly ApiPart[],
): Promise<void> {
  const tags = parts.flatMap((part) => Object.entries(part.tags));
  const webhooks = joinWebhooks(parts);
  const examples: Examples = Object.assign({}, ...parts.map((part) => part.examples));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Reelay',
        version,
        description:
          'One self-hosted API in front of every generative-video model. Every answer to a client is `{code, message, data}`, and `code` equals the HTTP status; operators get the thing itself, or `{error}`.',
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      externalDocs: { url: '/docs/guides', description: 'Guides' },
      tags: tags.map(([name, description]) => ({ name, description })),
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'reelay.session',
            description:
              'A person that has signed in; `__Host-reelay.session` behind https. Routes of an account take `x-reelay-account` and `x-reelay-mode` with it.',
          },
          operatorToken: { type: 'http', scheme: 'bearer', description: 'REELAY_OPERATOR_TOKEN' },
        },
      },
    },
    transformObject: (described) => {
      const document = 'openapiObject' in described ? described.openapiObject : {};
      return { ...addExamples(nameSchemas(document), examples), webhooks } as object;
    },
    transform: ({ schema, url, route }) => {
      const { access, errors = [] } = route.config ?? {};
      const part = parts.find(({ prefix }) => url === prefix || url.startsWith(`${prefix}/`));
      if (!part || access === undefined || access === 'link')
        return { schema: { ...schema, hide: true }, url };
      const { security, errors: common } = ACCESS[access];
      const responses = errorResponses(part.errors, [...errors, ...common, ...EVERY_ROUTE]);
      const own = (schema?.response ?? {}) as Record<string, object>;
      const { needsOfPeople } = route.config ?? {};
      const ofPeople = needsOfPeople && { 'x-role-of-people': needsOfPeople };
      const role = access === 'account' ? { 'x-role': roleOf(route), ...ofPeople } : {};
      return { schema: { ...schema, ...role, security, response: { ...own, ...responses } }, url };
    },
  });
  serveDocuments(app, parts);
}
