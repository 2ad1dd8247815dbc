// The calls to Replicate. No mapping here; map.ts says what the answers mean. The token goes only to the
// origin of the base address. `Prefer: wait` is never sent: a start must not hang on a run.
import { ask, askFor, probeWith, REFERENCE_UNREADABLE, readGood, submit } from '../answers.ts';
import { parseBody } from '../callback-body.ts';
import type {
  CallContext,
  CancelOutcome,
  HintOutcome,
  HintRequest,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  StartRequest,
} from '../contract.ts';
import { namesOf } from '../field-map.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { findForgery } from '../kit/standard-webhooks.ts';
import { lost } from '../kit/states.ts';
import { readAs, readWire, unreadOf } from '../kit/wire.ts';
import { ownAddress } from '../own-address.ts';
import { fromWire, toFailure, toWire } from './map.ts';
import {
  accountSchema,
  type Named,
  namedSchema,
  paramsSchema,
  predictionSchema,
  type ReplicateReference,
  referenceSchema,
} from './wire.ts';

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT, 'failed') };
  const wire = toWire(request, params);
  if ('unable' in wire) return unable(wire.unable);
  const names = namesOf(params);
  return submit(
    context,
    { method: 'POST', path: wire.path, headers: authorize(context), json: wire.body },
    {
      failure: (answer) => toFailure(answer, names),
      accepted(answer) {
        const made = readWire(namedSchema, answer);
        return made && { reference: referTo(made, context), ...unreadOf(made) };
      },
    },
  );
}

/** The final answer of this offer for this task; another offer may be able to. */
function unable(message: string): StartOutcome {
  return { type: 'rejected', failure: { reason: 'failed', message } };
}

/** Keeps the addresses to which the token may go. */
function referTo({ id, urls }: Named, { credential }: CallContext): ReplicateReference {
  const { base_url: base } = credential.fields;
  const [get, cancel] = [ownAddress(urls?.get, base), ownAddress(urls?.cancel, base)];
  return { id, ...(get === undefined ? {} : { get }), ...(cancel === undefined ? {} : { cancel }) };
}

/**
 * The address that the start returned, if the token may go there; otherwise the one that follows from the id.
 */
function addressOf(reference: ReplicateReference, context: CallContext, name: 'get' | 'cancel'): string {
  const named = ownAddress(reference[name], context.credential.fields.base_url);
  return named ?? `/predictions/${reference.id}${name === 'cancel' ? '/cancel' : ''}`;
}

export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const job = readAs(referenceSchema, reference);
  if (!job) return REFERENCE_UNREADABLE;
  return ask(
    context,
    { method: 'GET', path: addressOf(job, context, 'get'), headers: authorize(context) },
    (answer) => {
      const prediction = readGood(predictionSchema, answer);
      if (prediction) return fromWire(prediction);
      const failure = toFailure(answer);
      if (!failure) return undefined;
      if (answer.status !== 404) return { type: 'unanswered', failure };
      return lost('The provider no longer has a record of this attempt');
    },
  );
}

/**
 * The answer may still show the earlier state, so a prediction that seems to go on is looked at once more.
 */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const job = readAs(referenceSchema, reference);
  if (!job) return { type: 'refused', detail: 'the record of this attempt cannot be read' };
  const answer = await askFor(context, {
    method: 'POST',
    path: addressOf(job, context, 'cancel'),
    headers: authorize(context),
  });
  if ('failure' in answer) return { type: 'refused', detail: answer.failure.message };
  const prediction = readGood(predictionSchema, answer);
  if (!prediction)
    return { type: 'refused', detail: `the provider answered the cancel with ${answer.status}` };
  const shown = fromWire(prediction);
  const isOpen = shown.type === 'queued' || shown.type === 'running';
  const state = isOpen ? await poll(reference, context) : shown;
  // A prediction that did not start in time is stopped, too.
  const isStopped = state.type === 'failed' && ['cancelled', 'timed_out'].includes(state.failure.reason);
  return isStopped
    ? { type: 'stopped' }
    : { type: 'refused', detail: `it was asked to stop and is ${state.type}` };
}

/**
 * Verified if the operator gave the secret. Without it a post is no more than a reason to look: the callback
 * address names the attempt and carries Reelay's own code, and only a poll with the token says what became of
 * the attempt.
 */
export async function parseHint(request: HintRequest, context: CallContext): Promise<HintOutcome> {
  const secret = context.credential.fields.webhook_secret ?? '';
  const forgery = secret === '' ? undefined : findForgery(request, { secret, nowMs: context.clock() });
  if (forgery !== undefined) return { type: 'refused', detail: forgery };
  const named = readWire(namedSchema, parseBody(request));
  return { type: 'hint', ...(named ? { reference: referTo(named, context) } : {}) };
}

export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    { method: 'GET', path: '/account', headers: authorize(context) },
    {
      failure: toFailure,
      works(answer) {
        const account = readGood(accountSchema, answer);
        return (
          account && { detail: `the token belongs to the ${account.type ?? 'account'} ${account.username}` }
        );
      },
    },
  );
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { authorization: `Bearer ${credential.fields.api_key}` };
}
