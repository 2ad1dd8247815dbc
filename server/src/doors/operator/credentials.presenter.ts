// An account at a provider as operators read it, without its secrets: at the route, and from commands with --json.
import type { CredentialView } from '../../credentials/state.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import type { CredentialField, ProbeOutcome, Provider } from '../../providers/contract.ts';
import { describeForOperator } from '../../providers/http.ts';
import type { Presented } from '../plain-schemas.ts';
import type { credential, provider, testResult } from './credentials.schemas.ts';
import { presentTime } from './present.ts';

export function presentCredential(view: CredentialView): Presented<typeof credential> {
  return {
    id: view.id,
    provider: view.provider,
    name: view.name,
    source: view.source,
    state: view.state,
    proof: proofOf(view),
    fault: view.fault,
    key_hint: view.hint,
    host: view.host,
    fields: { ...view.fields },
    enabled: view.enabled,
    weight: view.weight,
    requests_per_minute: view.requestsPerMinute,
    open_tasks_max: view.openTasksMax,
    cooling_until: presentTime(view.coolingUntil),
    cool_reason: view.coolReason,
    troubles: view.troubles,
    last_ok_at: presentTime(view.lastOkAt),
    last_trouble_at: presentTime(view.lastTroubleAt),
    balance: view.balance && { ...view.balance },
    balance_at: presentTime(view.balanceAt),
    created_at: toUnixSeconds(view.createdAt),
    retired_at: presentTime(view.retiredAt),
  };
}

/** What a test found. @param view the account as it is after the test. */
export function presentTest(
  outcome: ProbeOutcome,
  latencyMs: number,
  view: CredentialView,
): Presented<typeof testResult> {
  const works = outcome.type === 'works';
  return {
    works,
    detail: works ? outcome.detail : describeForOperator(outcome.failure),
    reason: works ? null : outcome.failure.reason,
    latency_ms: latencyMs,
    balance: (works ? outcome.balance : undefined) ?? null,
    credential: presentCredential(view),
  };
}

/** A provider with the fields that an account there is made of. */
export function presentProvider({ id, facts }: Provider): Presented<typeof provider> {
  return { id, title: facts.title, docs: facts.docs, fields: facts.credential.map(presentField) };
}

function presentField({ name, environment, about, isSecret, fallback, way }: CredentialField) {
  return {
    name,
    about,
    is_secret: isSecret,
    is_required: fallback === undefined,
    fallback: fallback || null,
    way: way ?? null,
    environment,
  };
}

function proofOf({ lastOkAt, lastTroubleAt }: CredentialView): Presented<typeof credential>['proof'] {
  if (lastOkAt === null && lastTroubleAt === null) return 'untested';
  return (lastTroubleAt?.getTime() ?? 0) > (lastOkAt?.getTime() ?? 0) ? 'failed' : 'works';
}
