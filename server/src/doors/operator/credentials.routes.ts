// The accounts at providers: what there is, adding, changing, the test button and retirement. Secrets go in here and never
// come out: no answer and no sentence of a refusal holds the value of a field.
import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../../credentials/credentials.ts';
import type { CredentialView } from '../../credentials/state.ts';
import { AppError, refuseFaults } from '../../errors.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { send } from '../plain.ts';
import { presentPartOf } from '../plain-page.ts';
import { forOperator } from './answer.ts';
import { presentCredential, presentProvider, presentTest } from './credentials.presenter.ts';
import {
  addCredentialSchema,
  changeCredentialSchema,
  credentialSchema,
  endCoolingSchema,
  listCredentialsSchema,
  listProvidersSchema,
  retireCredentialSchema,
  testCredentialSchema,
} from './credentials.schemas.ts';

export interface CredentialParts {
  credentials: Credentials;
}

interface OneCredential {
  Params: { id: string };
}

export function registerCredentialRoutes(app: FastifyInstance, { credentials }: CredentialParts): void {
  app.get('/providers', { schema: listProvidersSchema, config: forOperator() }, (_, reply) =>
    send(reply, { items: credentials.providers.map(presentProvider), next: null }),
  );
  app.get(
    '/credentials',
    { schema: listCredentialsSchema, config: forOperator('validation_failed') },
    async (request, reply) => {
      const page = readQuery(request, listCredentialsSchema.querystring);
      return send(reply, presentPartOf(await credentials.list(), page, presentCredential));
    },
  );
  app.post(
    '/credentials',
    {
      schema: addCredentialSchema,
      config: forOperator('validation_failed', 'not_found', 'conflict', 'body_unreadable'),
    },
    async (request, reply) => {
      const added = await credentials.add(readBody(request, addCredentialSchema.body));
      return send(reply, presentCredential(added));
    },
  );
  app.get<OneCredential>(
    '/credentials/:id',
    { schema: credentialSchema, config: forOperator('not_found') },
    async ({ params: { id } }, reply) => send(reply, presentCredential(await find(credentials, id))),
  );
  app.patch<OneCredential>(
    '/credentials/:id',
    {
      schema: changeCredentialSchema,
      config: forOperator('validation_failed', 'not_found', 'conflict', 'body_unreadable'),
    },
    async (request, reply) => {
      const { id } = await find(credentials, request.params.id);
      const given = readBody(request, changeCredentialSchema.body);
      if (Object.keys(given).length === 0) throw refuseFaults(['body: names nothing to change']);
      const { requests_per_minute: requestsPerMinute, open_tasks_max: openTasksMax, ...others } = given;
      const change = { requestsPerMinute, openTasksMax, ...others };
      return send(reply, presentCredential(await credentials.change(id, change)));
    },
  );
  app.post<OneCredential>(
    '/credentials/:id/test',
    { schema: testCredentialSchema, config: forOperator('not_found') },
    async ({ params }, reply) => {
      const { id } = await find(credentials, params.id);
      const beganMs = performance.now();
      const outcome = await credentials.test(id);
      const latencyMs = Math.round(performance.now() - beganMs);
      return send(reply, presentTest(outcome, latencyMs, await find(credentials, id)));
    },
  );
  app.post<OneCredential>(
    '/credentials/:id/end-cooling',
    { schema: endCoolingSchema, config: forOperator('not_found') },
    async ({ params }, reply) => {
      const { id } = await find(credentials, params.id);
      return send(reply, presentCredential(await credentials.endCooling(id)));
    },
  );
  app.delete<OneCredential>(
    '/credentials/:id',
    { schema: retireCredentialSchema, config: forOperator('not_found', 'conflict') },
    async ({ params }, reply) => {
      const { id } = await find(credentials, params.id);
      const { deleted } = await credentials.remove(id);
      return send(reply, { id, retired: true, deleted });
    },
  );
}

async function find(credentials: Credentials, id: string): Promise<CredentialView> {
  const found = await credentials.read(id);
  if (found) return found;
  throw new AppError('not_found', { message: `There is no credential ${id.slice(0, 100)}` });
}
