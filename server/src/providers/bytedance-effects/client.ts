// The calls to the service, by either form. No mapping here; map.ts says what the answers mean.
import type { JsonObject } from '../../lib/json.ts';
import { ask, askFor, probeWith, REFERENCE_UNREADABLE, submit } from '../answers.ts';
import { parseBody } from '../callback-body.ts';
import type {
  ApiCall,
  CallContext,
  CancelOutcome,
  Failure,
  HintOutcome,
  HintRequest,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { unfitOffer } from '../kit/failures.ts';
import { readAs } from '../kit/wire.ts';
import { type Account, readAccount } from './account.ts';
import { type Form, fromWire, readReport, serverIdOf, taskIdOf, toFailure, toWire } from './map.ts';
import { signedCall } from './signed-call.ts';
import { TicketStore } from './ticket.ts';
import { paramsSchema, referenceSchema } from './wire.ts';

const SUBMIT = { a: 'SubmitAiTemplateTaskAsync', b: '/openapi/ai_effect/submit' };
const QUERY = { a: 'QueryAiTemplateTaskResult', b: '/openapi/ai_effect/query' };
const CANCEL = '/openapi/ai_effect/cancel';
const CANCELLED = [0, 1602];
/** A task that does not exist: the answer that says so proves the credential, and costs nothing. */
const NO_TASK = '0';
const NO_SUCH_TASK = [1600, 1400];
const REFUSED_KEY = '1300';

const tickets = new TicketStore();

/** A way to one account: calls go through it with the account's proof. */
interface Way {
  account: Account;
  /** Treats the ticket as one more secret. */
  context: CallContext;
  headers: Record<string, string>;
  /** A refused ticket is forgotten; if it was an old one, the keys are not at fault. */
  judge(failure: Failure): Failure;
}

const KEEP = (failure: Failure): Failure => failure;

const UNFIT: Failure = {
  reason: 'bad_credentials',
  message: 'The provider account cannot be used for this model now',
  code: 'account_unfit',
};

async function openWay(
  context: CallContext,
  form = context.credential.fields.form,
): Promise<Way | { failure: Failure }> {
  const account = readAccount(context.credential, form);
  if (typeof account === 'string') return { failure: { ...UNFIT, operatorDetail: account } };
  if (account.form === 'a') return { account, context, headers: {}, judge: KEEP };
  const { proof } = account;
  if ('apiKey' in proof) {
    return { account, context, headers: { authorization: `Bearer ${proof.apiKey}` }, judge: KEEP };
  }
  const found = await tickets.get(proof.tickets, context);
  if ('failure' in found) return found;
  const { ticket, isFresh } = found;
  const redact = (text: string) => context.http.redact(text).replaceAll(ticket, '[secret]');
  return {
    account,
    context: { ...context, http: { call: (call) => context.http.call(call), redact } },
    headers: { 'x-muse-token': ticket },
    judge(failure) {
      if (failure.code !== REFUSED_KEY) return failure;
      tickets.forget(proof.tickets, context, ticket);
      return isFresh ? failure : { ...failure, reason: 'unavailable' };
    },
  };
}

function callOf(
  { account, context, headers }: Way,
  names: { a: string; b: string },
  json: JsonObject,
): ApiCall {
  if (account.form === 'a') {
    const text = JSON.stringify(json);
    return signedCall(account.signer, { action: names.a, text }, context.clock());
  }
  const path = `${names.b}${names.b === CANCEL ? '' : account.pathEnd}`;
  return { method: 'POST', base: account.url, path, headers, json };
}

function bodyOf(request: StartRequest, { form }: Account): JsonObject | undefined {
  if (form === 'b') return toWire(request, { form, params: readAs(paramsSchema, request.params) ?? {} });
  const serverId = serverIdOf(request);
  return serverId === undefined ? undefined : toWire(request, { form, serverId });
}

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const way = await openWay(context);
  if ('failure' in way) return { type: 'rejected', failure: way.failure };
  const { form } = way.account;
  const body = bodyOf(request, way.account);
  if (!body) {
    const why = 'the catalogue has no ServiceId for this template, which this account needs';
    return { type: 'rejected', failure: unfitOffer(why) };
  }
  return submit(way.context, callOf(way, SUBMIT, body), {
    failure(answer) {
      const failure = toFailure(answer, form);
      return failure && way.judge(failure);
    },
    accepted(json) {
      const id = taskIdOf(form, json);
      if (id === undefined) return undefined;
      return { reference: { form, task_id: id, submitted_at_ms: context.clock() } };
    },
  });
}

function questionOf(form: Form, id: string): JsonObject {
  return form === 'a' ? { TaskId: id } : { task_id: id };
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const known = readAs(referenceSchema, reference);
  if (!known) return REFERENCE_UNREADABLE;
  const { form, task_id: id, submitted_at_ms: submittedAtMs } = known;
  const way = await openWay(context, form);
  if ('failure' in way) return { type: 'unanswered', failure: way.failure };
  return ask(way.context, callOf(way, QUERY, questionOf(form, id)), (answer) => {
    const report = answer.status < 500 ? readReport(form, answer.json) : undefined;
    if (!report) return undefined;
    const outcome = fromWire(report, form, context.clock() - submittedAtMs);
    return 'failure' in outcome ? { ...outcome, failure: way.judge(outcome.failure) } : outcome;
  });
}

/** Form A has no cancel. */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const known = readAs(referenceSchema, reference);
  if (known?.form !== 'b') return { type: 'refused', detail: 'this API of the provider has no cancel' };
  const way = await openWay(context, 'b');
  if ('failure' in way) return { type: 'refused', detail: way.failure.message };
  const call = callOf(way, { a: '', b: CANCEL }, { task_id: known.task_id });
  const answer = await askFor(way.context, call);
  if ('failure' in answer) return { type: 'refused', detail: answer.failure.message };
  const report = answer.status === 200 ? readReport('b', answer.json) : undefined;
  if (report && CANCELLED.includes(report.code)) return { type: 'stopped' };
  return { type: 'refused', detail: `the provider did not cancel it (${report?.code ?? answer.status})` };
}

/**
 * Unsigned: the address alone says which attempt it is for; it names the attempt and carries Reelay's own
 * code.
 */
export async function parseHint(request: HintRequest, context: CallContext): Promise<HintOutcome> {
  const id = taskIdOf('b', parseBody(request));
  if (id === undefined) return { type: 'hint' };
  return {
    type: 'hint',
    reference: { form: 'b', task_id: id, submitted_at_ms: context.clock() },
  };
}

/**
 * Asks for a task that does not exist. This also reports to the operator what is wrong with the fields
 * themselves.
 */
export async function probe(context: CallContext): Promise<ProbeOutcome> {
  const account = readAccount(context.credential);
  if (typeof account === 'string') return { type: 'fails', failure: { ...UNFIT, message: account } };
  const way = await openWay(context);
  if ('failure' in way) return { type: 'fails', failure: way.failure };
  const { form } = way.account;
  return probeWith(way.context, callOf(way, QUERY, questionOf(form, NO_TASK)), {
    works(answer) {
      const report = answer.status < 500 ? readReport(form, answer.json) : undefined;
      if (!report || !NO_SUCH_TASK.includes(report.code)) return undefined;
      return { detail: `form ${form}: the task query answers` };
    },
    failure(answer) {
      const failure = toFailure(answer, form);
      return failure && way.judge(failure);
    },
  });
}
