// The accounts at providers, for the dashboard of an operator: what there is, and the test button. No answer holds a secret.
import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../../credentials/credentials.ts';
import type { CredentialView } from '../../credentials/state.ts';
import { AppError } from '../../errors.ts';
import { readQuery } from '../../http/read.ts';
import { send } from './answer.ts';
import { presentCredential, presentTest } from './credentials.presenter.ts';
import { listCredentialsSchema, testCredentialSchema } from './credentials.schemas.ts';
import { presentPartOf } from './present.ts';

const PATH = '/credentials';

export interface CredentialParts {
  credentials: Credentials;
}

/** Who may call is decided by the shell, which holds the token. */
export function registerCredentialRoutes(app: FastifyInstance, { credentials }: CredentialParts): void {
  app.get(
    PATH,
    {
      schema: listCredentialsSchema,
      config: { access: 'operator', rate: 'none', errors: ['validation_failed'] },
    },
    async (request, reply) =>
      send(
        reply,
        presentPartOf(
          await credentials.list(),
          readQuery(request, listCredentialsSchema.querystring),
          presentCredential,
        ),
      ),
  );
  app.post<{ Params: { id: string } }>(
    `${PATH}/:id/test`,
    {
      schema: testCredentialSchema,
      config: { access: 'operator', rate: 'none', errors: ['not_found'] },
    },
    async ({ params: { id } }, reply) => {
      const found = await find(credentials, id);
      const beganMs = performance.now();
      const outcome = await credentials.test(found.id);
      const latencyMs = Math.round(performance.now() - beganMs);
      return send(reply, presentTest(outcome, latencyMs, await find(credentials, id)));
    },
  );
}

async function find(credentials: Credentials, id: string): Promise<CredentialView> {
  const found = await credentials.read(id);
  if (found) return found;
  throw new AppError('not_found', { message: `There is no credential ${id.slice(0, 100)}` });
}
