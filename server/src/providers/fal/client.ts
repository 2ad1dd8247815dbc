// The calls to fal's queue. No mapping here; map.ts says what the answers mean. The key goes only to the
// origin of the base address and, for the test of a credential, to the platform address that the operator
// gave.
import { ask, askFor, probeWith, REFERENCE_UNREADABLE, readGood, submit } from '../answers.ts';
import { parseBody } from '../callback-body.ts';
import type {
  ApiAnswer,
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
import { namesOf } from '../field-map.ts';
import { PARAMS_UNFIT, unfitOffer } from '../kit/failures.ts';
import { readAs, readWire, unreadOf } from '../kit/wire.ts';
import { ownAddress } from '../own-address.ts';
import { appOf, ENDPOINT_PARAMETER, fromRefusal, fromStatus, fromWire, toFailure, toWire } from './map.ts';
import { isTimely, KeySets, readSigned } from './signature.ts';
import {
  callbackSchema,
  cancelledSchema,
  type FalReference,
  type FalStatus,
  paramsSchema,
  platformErrorSchema,
  pricingSchema,
  referenceSchema,
  statusSchema,
  submittedSchema,
} from './wire.ts';

/** Public and the same for all accounts, so all accounts share them. */
const keySets = new KeySets();

/** The endpoint whose price the test call asks for; any would do. */
const PROBED_ENDPOINT = 'fal-ai/wan/v2.2-a14b/text-to-video';

export async function start(request: StartRequest, context: CallContext): Promise<StartOutcome> {
  const params = readAs(paramsSchema, request.params);
  if (!params) return { type: 'rejected', failure: unfitOffer(PARAMS_UNFIT, 'failed') };
  const wire = toWire(request, params);
  if ('unable' in wire) return unable(wire.unable);
  const names = namesOf(params);
  return submit(
    context,
    {
      method: 'POST',
      path: `/${params.endpoint}`,
      headers: authorize(context),
      query: wire.query,
      json: wire.body,
    },
    {
      failure: (answer) => toFailure(answer, names),
      accepted(answer) {
        const submitted = readWire(submittedSchema, answer);
        if (!submitted) return undefined;
        const { base_url: base } = context.credential.fields;
        const addresses = {
          status_url: ownAddress(submitted.status_url, base),
          response_url: ownAddress(submitted.response_url, base),
          cancel_url: ownAddress(submitted.cancel_url, base),
        };
        const own = Object.entries(addresses).filter(
          (pair): pair is [string, string] => pair[1] !== undefined,
        );
        const { request_id } = submitted;
        const reference = { request_id, endpoint: params.endpoint, ...Object.fromEntries(own), names };
        return { reference, ...unreadOf(submitted) };
      },
    },
  );
}

/** The final answer of this offer for this task; another offer may be able to. */
function unable(message: string): StartOutcome {
  return { type: 'rejected', failure: { reason: 'failed', message } };
}

/**
 * The address that the start returned, if the key may go there; otherwise the one that follows from the ids.
 */
function addressOf(
  reference: FalReference,
  context: CallContext,
  name: 'status_url' | 'response_url' | 'cancel_url',
): string {
  const named = ownAddress(reference[name], context.credential.fields.base_url);
  const ends = { status_url: '/status', response_url: '', cancel_url: '/cancel' };
  return named ?? `/${appOf(reference.endpoint)}/requests/${reference.request_id}${ends[name]}`;
}

/** The status; once it is completed, also the result, since a failed run counts as completed too. */
export async function poll(reference: Reference, context: CallContext): Promise<PollOutcome> {
  const job = readAs(referenceSchema, reference);
  if (!job) return REFERENCE_UNREADABLE;
  const seen: { completed?: FalStatus } = {};
  const state = await ask(
    context,
    { method: 'GET', path: addressOf(job, context, 'status_url'), headers: authorize(context) },
    (answer) => {
      const status = readGood(statusSchema, answer);
      if (!status) return fromRefusal(answer);
      const outcome = fromStatus(status);
      if (!outcome) seen.completed = status;
      return outcome ?? { type: 'running' };
    },
  );
  const { completed } = seen;
  if (!completed) return state;
  return ask(
    context,
    { method: 'GET', path: addressOf(job, context, 'response_url'), headers: authorize(context) },
    (answer) => fromWire(answer, { status: completed, reference: job }),
  );
}

/**
 * A waiting request is removed from the queue. A running one gets a signal that its app may follow, so it is
 * looked at after.
 */
export async function cancel(reference: Reference, context: CallContext): Promise<CancelOutcome> {
  const job = readAs(referenceSchema, reference);
  if (!job) return { type: 'refused', detail: 'the record of this attempt cannot be read' };
  const answer = await askFor(context, {
    method: 'PUT',
    path: addressOf(job, context, 'cancel_url'),
    headers: authorize(context),
  });
  if ('failure' in answer) return { type: 'refused', detail: answer.failure.message };
  const word = readWire(cancelledSchema, answer.json)?.status.trim().toUpperCase();
  if (word === 'OK' && (answer.status === 200 || answer.status === 202)) return { type: 'stopped' };
  if (word !== 'CANCELLATION_REQUESTED' && word !== 'ALREADY_COMPLETED') {
    return { type: 'refused', detail: `the provider answered the cancel with ${answer.status}` };
  }
  const state = await poll(reference, context);
  const isStopped = state.type === 'failed' && state.failure.reason === 'cancelled';
  return isStopped
    ? { type: 'stopped' }
    : { type: 'refused', detail: `it was asked to stop and is ${state.type}` };
}

/**
 * The request id is in the signed body; the endpoint is in the query that the start added to the callback
 * address.
 */
export async function parseHint(request: HintRequest, context: CallContext): Promise<HintOutcome> {
  const signed = readSigned(request);
  if (!signed) return { type: 'refused', detail: 'it is not signed by fal' };
  if (!isTimely(signed, context.clock()))
    return { type: 'refused', detail: 'its time is too far in the past or the future' };
  if (!(await keySets.verifies(signed, context))) {
    return { type: 'refused', detail: 'its signature matches no key that could be fetched' };
  }
  const requestId = readWire(callbackSchema, parseBody(request))?.request_id;
  const endpoint = new URLSearchParams(request.query).get(ENDPOINT_PARAMETER);
  const reference = readAs(referenceSchema, { request_id: requestId ?? null, endpoint });
  return { type: 'hint', ...(reference ? { reference } : {}) };
}

/** Prices are shown only to valid keys and cost nothing to ask for; the remaining balance is not shown. */
export async function probe(context: CallContext): Promise<ProbeOutcome> {
  return probeWith(
    context,
    {
      method: 'GET',
      path: '/models/pricing',
      base: context.credential.fields.platform_url,
      headers: authorize(context),
      query: { endpoint_id: PROBED_ENDPOINT },
    },
    {
      failure: toPlatformFailure,
      works(answer) {
        const found = readGood(pricingSchema, answer);
        return found && { detail: 'the key is valid: it can read prices, but no balance' };
      },
    },
  );
}

function toPlatformFailure(answer: ApiAnswer): Failure | undefined {
  const type = readWire(platformErrorSchema, answer.json)?.error.type;
  if (type === undefined) return toFailure(answer);
  if (answer.status !== 401 && answer.status !== 403) return undefined;
  return { reason: 'bad_credentials', code: type, message: 'The provider does not accept this key' };
}

function authorize({ credential }: CallContext): Record<string, string> {
  return { authorization: `Key ${credential.fields.api_key}` };
}
