// The accounts at providers, for the dashboard of an operator: what there is, and the test button. No answer holds a secret.
import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../../credentials/credentials.ts';
import type { CredentialView } from '../../credentials/state.ts';
import { AppError } from '../../errors.ts';
import { isUuid } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import { describeForOperator } from '../../providers/http.ts';
import { send } from './answer.ts';
import { listCredentialsSchema, testCredentialSchema } from './schemas.ts';

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
      config: { access: 'operator', rate: 'none', errors: [] },
    },
    async (_request, reply) => {
      const views = await credentials.list();
      return send(reply, { credentials: views.map(describe) });
    },
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
      const works = outcome.type === 'works';
      return send(reply, {
        works,
        detail: works ? outcome.detail : describeForOperator(outcome.failure),
        reason: works ? null : outcome.failure.reason,
        latency_ms: latencyMs,
        balance: (works ? outcome.balance : undefined) ?? null,
        credential: describe(await find(credentials, id)),
      });
    },
  );
}

async function find(credentials: Credentials, id: string): Promise<CredentialView> {
  const found = isUuid(id)
    ? (await credentials.list()).find((view) => view.id === id.toLowerCase())
    : undefined;
  if (found) return found;
  throw new AppError('not_found', { message: `There is no credential ${id.slice(0, 100)}` });
}

function seconds(date: Date | null): number | null {
  return date && toUnixSeconds(date);
}

function describe(view: CredentialView): JsonObject {
  return {
    id: view.id,
    provider: view.provider,
    name: view.name,
    source: view.source,
    state: view.state,
    fault: view.fault,
    key_hint: view.hint,
    host: view.host,
    fields: { ...view.fields },
    enabled: view.enabled,
    weight: view.weight,
    requests_per_minute: view.requestsPerMinute,
    open_tasks_max: view.openTasksMax,
    cooling_until: seconds(view.coolingUntil),
    cool_reason: view.coolReason,
    troubles: view.troubles,
    last_ok_at: seconds(view.lastOkAt),
    last_trouble_at: seconds(view.lastTroubleAt),
    balance: view.balance && { ...view.balance },
    balance_at: seconds(view.balanceAt),
    created_at: toUnixSeconds(view.createdAt),
    retired_at: seconds(view.retiredAt),
  };
}
