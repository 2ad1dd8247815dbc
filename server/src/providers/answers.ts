// What an answer of a provider means, in the one table that all adapters share. An adapter says how its own good and
// bad answers read; everything that is not of its API (a balancer's page, half an answer, no answer) is judged here.
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Json } from '../lib/json.ts';
import type {
  Amount,
  ApiAnswer,
  ApiCall,
  CallContext,
  Failure,
  PollOutcome,
  ProbeOutcome,
  Reference,
  StartOutcome,
  UnreadFields,
} from './contract.ts';
import { CallFailed, failureOfCall } from './http.ts';
import { readWire } from './kit/wire.ts';
import { cleanFailure } from './outcomes.ts';

/** What is wrong with a value, a sentence for each fault that names its place. */
export function faultsOf(schema: TSchema, value: Json | undefined): string[] {
  return [...Value.Errors(schema, value)].map(
    ({ instancePath, message }) => `${instancePath === '' ? 'params' : instancePath.slice(1)}: ${message}`,
  );
}

/** A stored reference that is not what this version of the adapter writes. */
export const REFERENCE_UNREADABLE: PollOutcome = {
  type: 'failed',
  failure: { reason: 'unreadable', message: 'The record of this attempt cannot be read any more' },
};

/** The job that a start made. */
export interface Accepted {
  reference: Reference;
  used?: Amount;
  unread?: UnreadFields;
}

/** How an adapter reads the answers to a start. */
export interface StartRules {
  /** The job in an answer with a good status; undefined when there is none to be seen. */
  accepted(json: Json): Accepted | undefined;
  /** The refusal in the provider's own words; undefined when this is no answer of its API. */
  failure(answer: ApiAnswer): Failure | undefined;
}

/** 408 and 499 tell of a connection and not of the request; 409 and 425 may come after a first sending. */
const UNCLEAR_STATUS = new Set([408, 409, 425, 499]);

function isGood({ status }: ApiAnswer): boolean {
  return status >= 200 && status < 300;
}

/** What an answer with a good status says; undefined when it is none, or what decides cannot be read. */
export function readGood<Schema extends TSchema>(
  schema: Schema,
  answer: ApiAnswer,
): Static<Schema> | undefined {
  return isGood(answer) ? readWire(schema, answer.json) : undefined;
}

/** A plain word for an answer that is not of the provider's API. */
export function describeStranger({ status, json }: ApiAnswer): string {
  return `The provider answered ${status} with ${json === undefined ? 'something that is not JSON' : 'JSON of an unknown form'}`;
}

/** For the operator: an answer of another API than the provider's often comes from another address than its own. */
export const ADDRESS_DOUBT = 'is its base address right?';

/** The failure that an answer means by its status alone. */
export function failureOfStatus(answer: ApiAnswer): Failure {
  const { status, retryAfterSeconds } = answer;
  const message = describeStranger(answer);
  const code = `http_${status}`;
  if (status === 401 || status === 403) return { reason: 'bad_credentials', message, code };
  if (status === 402) return { reason: 'quota_exhausted', message, code };
  if (status === 429) return { reason: 'rate_limited', message, code, retryAfterSeconds };
  if (status >= 500) return { reason: 'unavailable', message, code, retryAfterSeconds };
  return { reason: 'unreadable', message, operatorDetail: ADDRESS_DOUBT, code };
}

/**
 * Sends a start once and says what came of it. Only what provably was refused is `rejected`; what may have been taken
 * is `unknown` (reliability rules: timeouts, resets, good answers that do not parse, 5xx without the provider's word).
 */
export async function submit(context: CallContext, call: ApiCall, rules: StartRules): Promise<StartOutcome> {
  let answer: ApiAnswer;
  try {
    answer = await context.http.call(call);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    if (error.maybeSent) return { type: 'unknown', detail: error.message };
    return { type: 'rejected', failure: { ...failureOfCall(error), reason: 'unavailable' } };
  }
  const failure = rules.failure(answer);
  if (failure) return { type: 'rejected', failure: cleanFailure(failure, context.http) };
  if (isGood(answer)) {
    const accepted = answer.json === undefined ? undefined : rules.accepted(answer.json);
    return accepted
      ? { type: 'accepted', ...accepted }
      : { type: 'unknown', detail: `${describeStranger(answer)}; ${ADDRESS_DOUBT}` };
  }
  const isRefused = answer.status >= 300 && answer.status < 500 && !UNCLEAR_STATUS.has(answer.status);
  return isRefused
    ? { type: 'rejected', failure: failureOfStatus(answer) }
    : { type: 'unknown', detail: describeStranger(answer) };
}

/**
 * Asks once. `read` gives the outcome in an answer of the provider's API, good or bad, or undefined when it is none of
 * its API; such an answer, and none at all, tell nothing of the job and are `unanswered`.
 */
export async function ask(
  context: CallContext,
  call: ApiCall,
  read: (answer: ApiAnswer) => PollOutcome | undefined,
): Promise<PollOutcome> {
  const answer = await askFor(context, call);
  if ('failure' in answer) return { type: 'unanswered', failure: answer.failure };
  const outcome = read(answer);
  if (!outcome) return { type: 'unanswered', failure: failureOfStatus(answer) };
  return outcome.type === 'failed' || outcome.type === 'unanswered'
    ? { ...outcome, failure: cleanFailure(outcome.failure, context.http) }
    : outcome;
}

/** What a refusal of a question means: that there is no such job is its end, and anything else tells nothing of it. */
export function withoutTask(failure: Failure | undefined): PollOutcome | undefined {
  return failure && { type: failure.reason === 'lost' ? 'failed' : 'unanswered', failure };
}

/** Performs a call whose lack of an answer is a failure like any other. */
export async function askFor(context: CallContext, call: ApiCall): Promise<ApiAnswer | { failure: Failure }> {
  try {
    return await context.http.call(call);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    return { failure: failureOfCall(error) };
  }
}

/** The test call of a credential: good when `works` finds what it looks for. */
export async function probeWith(
  context: CallContext,
  call: ApiCall,
  rules: {
    works(answer: ApiAnswer): { detail: string; balance?: Amount } | undefined;
    failure(answer: ApiAnswer): Failure | undefined;
  },
): Promise<ProbeOutcome> {
  const answer = await askFor(context, call);
  if ('failure' in answer) return { type: 'fails', failure: answer.failure };
  const found = rules.works(answer);
  if (found) return { type: 'works', ...found };
  const failure = rules.failure(answer) ?? failureOfStatus(answer);
  return { type: 'fails', failure: cleanFailure(failure, context.http) };
}

/** A picture of the input cannot be had. The message is for the client. */
export class InputUnreadable extends Error {
  override readonly name = 'InputUnreadable';
}

/**
 * A picture of the input for providers that want its bytes, or why there is none. Nothing was sent yet, so that the
 * attempt may be refused.
 */
export async function readPicture(
  context: CallContext,
  url: string,
): Promise<{ bytes: Uint8Array; contentType: string } | { failure: Failure }> {
  try {
    return await context.readImage(url);
  } catch (error) {
    if (!(error instanceof InputUnreadable)) throw error;
    return { failure: { reason: 'invalid_input', message: error.message } };
  }
}
