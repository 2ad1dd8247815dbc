// What an answer of a provider means: a table that all adapters share. An adapter says how the good and
// bad answers of its API read; any other answer (a balancer's page, half an answer, no answer) is judged
// here.
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Json } from '../lib/json.ts';
import { removeFiles } from './carried.ts';
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
  Success,
  UnreadFields,
} from './contract.ts';
import { CallFailed, failureOfCall } from './http.ts';
import { readWire } from './kit/wire.ts';
import { cleanFailure } from './outcomes.ts';

/** What is wrong with a value: a sentence for each fault, which names its place. */
export function faultsOf(schema: TSchema, value: Json | undefined): string[] {
  return [...Value.Errors(schema, value)].map(
    ({ instancePath, message }) => `${instancePath === '' ? 'params' : instancePath.slice(1)}: ${message}`,
  );
}

/** A stored reference that this version of the adapter does not write. */
export const REFERENCE_UNREADABLE: PollOutcome = {
  type: 'failed',
  failure: { reason: 'unreadable', message: 'The record of this attempt can no longer be read' },
};

/** The job that a start made. */
export interface Accepted {
  reference: Reference;
  used?: Amount;
  unread?: UnreadFields;
}

/** How an adapter reads the answers to a start. */
export interface StartRules {
  /** The job, or the result, in an answer with a good status; undefined when it names none. */
  accepted(json: Json): Accepted | { success: Success } | undefined;
  /** The refusal in the provider's own words; undefined when this is no answer of its API. */
  failure(answer: ApiAnswer): Failure | undefined;
}

/** 408 and 499 are about the connection and not the request; 409 and 425 may answer a repeated sending. */
const UNCLEAR_STATUS = new Set([408, 409, 425, 499]);

/** Whether the status of an answer is from 200 to 299. */
export function isGood({ status }: ApiAnswer): boolean {
  return status >= 200 && status < 300;
}

/**
 * What an answer with a good status says; undefined for a bad status, or when a field that decides cannot be
 * read.
 */
export function readGood<Schema extends TSchema>(
  schema: Schema,
  answer: ApiAnswer,
): Static<Schema> | undefined {
  return isGood(answer) ? readWire(schema, answer.json) : undefined;
}

/** A plain sentence for an answer that is not of the provider's API. */
export function describeForeignAnswer({ status, json }: ApiAnswer): string {
  return `The provider answered ${status} with ${json === undefined ? 'something that is not JSON' : 'JSON of an unknown form'}`;
}

/** For the operator: an answer of another API often means that the base address is wrong. */
export const ADDRESS_DOUBT = 'is its base address right?';

/** The failure that an answer means by its status alone. */
export function failureOfStatus(answer: ApiAnswer): Failure {
  const { status, retryAfterSeconds } = answer;
  const message = describeForeignAnswer(answer);
  const code = `http_${status}`;
  if (status === 401 || status === 403) return { reason: 'bad_credentials', message, code };
  if (status === 402) return { reason: 'quota_exhausted', message, code };
  if (status === 429) return { reason: 'rate_limited', message, code, retryAfterSeconds };
  if (status >= 500) return { reason: 'unavailable', message, code, retryAfterSeconds };
  return { reason: 'unreadable', message, operatorDetail: ADDRESS_DOUBT, code };
}

/**
 * Sends a start once and says what came of it. Only what was provably refused is `rejected`; what may have
 * been accepted is `unknown` (reliability rules: timeouts, resets, good answers that do not parse, 5xx
 * without the provider's word).
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
  const outcome = judgeStart(context, answer, rules);
  if (answer.files) await removeUnnamed(answer.files, outcome);
  return outcome;
}

/** A file within an answer that is no part of the result. */
async function removeUnnamed(files: readonly string[], outcome: StartOutcome): Promise<void> {
  const outputs = outcome.type === 'made' ? outcome.success.outputs : [];
  const named = outputs.flatMap((output) => ('path' in output ? [output.path] : []));
  await removeFiles(files.filter((path) => !named.includes(path)));
}

/** What the whole answer to a start means. */
function judgeStart(context: CallContext, answer: ApiAnswer, rules: StartRules): StartOutcome {
  const failure = rules.failure(answer);
  if (failure) return { type: 'rejected', failure: cleanFailure(failure, context.http) };
  if (isGood(answer)) {
    const accepted = answer.json === undefined ? undefined : rules.accepted(answer.json);
    if (!accepted) return { type: 'unknown', detail: `${describeForeignAnswer(answer)}; ${ADDRESS_DOUBT}` };
    return 'success' in accepted
      ? { type: 'made', success: accepted.success }
      : { type: 'accepted', ...accepted };
  }
  const isRefused = answer.status >= 300 && answer.status < 500 && !UNCLEAR_STATUS.has(answer.status);
  return isRefused
    ? { type: 'rejected', failure: failureOfStatus(answer) }
    : { type: 'unknown', detail: describeForeignAnswer(answer) };
}

/**
 * Asks once. `read` gives the outcome of an answer of the provider's API, good or bad, and undefined for any
 * other answer. Such an answer says nothing about the job, and neither does silence: both are `unanswered`.
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

/** What a refused question means: "no such job" ends the job; any other refusal says nothing about it. */
export function withoutTask(failure: Failure | undefined): PollOutcome | undefined {
  return failure && { type: failure.reason === 'lost' ? 'failed' : 'unanswered', failure };
}

/** Performs a call; a missing answer becomes a failure like any other. */
export async function askFor(context: CallContext, call: ApiCall): Promise<ApiAnswer | { failure: Failure }> {
  try {
    return await context.http.call(call);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    return { failure: failureOfCall(error) };
  }
}

/** The test call of a credential: it succeeds when `works` finds what it looks for. */
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

/** A picture of the input is not available. The message is for the client. */
export class InputUnreadable extends Error {
  override readonly name = 'InputUnreadable';
}

/**
 * Reads a picture of the input for providers that want its bytes, or says why that is impossible. Nothing was
 * sent yet, so the attempt may be refused.
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
