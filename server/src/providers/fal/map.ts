// fal's words and ours, both ways. Pure: no clock, no network. Which input goes where is data of the offer.
import type { JsonObject } from '../../lib/json.ts';
import { readAs } from '../answers.ts';
import type { ApiAnswer, Failure, FailureReason, Output, PollOutcome, StartRequest } from '../contract.ts';
import { mapFields } from '../field-map.ts';
import {
  errorSchema,
  type FalError,
  type FalParams,
  type FalReference,
  type FalResult,
  type FalStatus,
  resultSchema,
} from './wire.ts';

/**
 * Our addition to the address of a callback: what fal posts names the request and not the endpoint, and without that a
 * request cannot be asked about.
 */
export const ENDPOINT_PARAMETER = 'fal_endpoint';

/** Owners whose apps have one part more, as in fal's own clients. */
const NAMESPACES = new Set(['workflows', 'comfy']);

/** The part of an endpoint id under which its requests are found: owner and app, without the path below. */
export function appOf(endpoint: string): string {
  const parts = endpoint.split('/');
  return parts.slice(0, NAMESPACES.has(parts[0]) ? 3 : 2).join('/');
}

/** What a start sends, or why this offer cannot do it. */
export function toWire(
  { input, callbackUrl }: StartRequest,
  params: FalParams,
): { body: JsonObject; query: Record<string, string> } | { unable: string } {
  const mapped = mapFields(params, input);
  if ('unable' in mapped) return mapped;
  const query: Record<string, string> = {};
  if (callbackUrl !== undefined) query.fal_webhook = nameEndpoint(callbackUrl, params.endpoint);
  return { body: mapped.fields, query };
}

function nameEndpoint(callbackUrl: string, endpoint: string): string {
  const url = new URL(callbackUrl);
  url.searchParams.set(ENDPOINT_PARAMETER, endpoint);
  return url.href;
}

/** What a status means; undefined for the end of a run, which only the result tells. */
export function fromStatus({ status }: FalStatus): PollOutcome | undefined {
  switch (status) {
    case 'IN_QUEUE':
      return { type: 'queued' };
    case 'IN_PROGRESS':
      return { type: 'running' };
    case 'COMPLETED':
      return undefined;
    default:
      return unreadable('its state is a word that is not in the documents');
  }
}

/** What the answer for a completed request means; undefined when it is none of fal's. */
export function fromWire(
  answer: ApiAnswer,
  { status, reference }: { status: FalStatus; reference: FalReference },
): PollOutcome | undefined {
  const failure = toRunFailure(answer, reference.names);
  if (failure) return { type: 'failed', failure };
  const refusal = toFailure(answer, reference.names);
  if (refusal) return isGone(answer) ? lost() : { type: 'unanswered', failure: refusal };
  const isGood = answer.status === 200;
  const result = isGood ? readAs(resultSchema, answer.json) : undefined;
  if (result) return fromResult(result, reference.endpoint);
  const type = status.error_type ?? undefined;
  if (type === undefined || isGood) return undefined;
  // The status has told the end already, and its result cannot be read.
  return {
    type: 'failed',
    failure: {
      reason: reasonOf(type) ?? 'failed',
      code: type,
      message: status.error ?? 'The run has failed',
    },
  };
}

function fromResult(result: FalResult, endpoint: string): PollOutcome {
  const outputs = outputsOf(result);
  if (outputs.length === 0) return unreadable('it is completed without a file');
  const { seed } = result;
  return {
    type: 'succeeded',
    success: {
      outputs,
      usage: typeof seed === 'number' ? { seed } : {},
      modelVersion: endpoint,
    },
  };
}

function outputsOf({ video, videos, image, images }: FalResult): Output[] {
  const files = (
    kind: Output['kind'],
    list: readonly ({ url: string; content_type?: string | null } | null | undefined)[],
  ) =>
    list.flatMap((file) =>
      file ? [{ kind, contentType: file.content_type ?? DEFAULT_TYPES[kind], url: file.url }] : [],
    );
  return [...files('video', [video, ...(videos ?? [])]), ...files('image', [image, ...(images ?? [])])];
}

const DEFAULT_TYPES = { video: 'video/mp4', image: 'image/png' } as const;

function unreadable(what: string): PollOutcome {
  const message = `The provider's answer about the task cannot be read: ${what}`;
  return { type: 'unanswered', failure: { reason: 'unreadable', message } };
}

function lost(): PollOutcome {
  const message = 'The provider has no record of this attempt any more';
  return { type: 'failed', failure: { reason: 'lost', message } };
}

/** What an answer to a status check means that is no status. */
export function fromRefusal(answer: ApiAnswer): PollOutcome | undefined {
  const failure = toFailure(answer);
  if (!failure) return undefined;
  return isGone(answer) ? lost() : { type: 'unanswered', failure };
}

function isGone({ status }: ApiAnswer): boolean {
  return status === 404 || status === 410;
}

/** Types of both kinds of errors, first fit. What is not here is a fault of the input in a list, else of the run. */
const TYPES: readonly [RegExp, FailureReason][] = [
  [/content_policy|moderation|nsfw/, 'content_refused'],
  [/^(request|startup|generation)_timeout$/, 'timed_out'],
  [/^client_cancelled$/, 'cancelled'],
  [/^(runner_server_error|internal_error|internal_server_error|client_disconnected)$/, 'failed'],
  [/^(downstream_service_error|no_media_generated)$/, 'failed'],
  [/^(runner_|downstream_service_unavailable$)/, 'unavailable'],
];

function reasonOf(type: string): FailureReason | undefined {
  return TYPES.find(([pattern]) => pattern.test(type))?.[1];
}

function typeOf({ detail, error_type: type }: FalError): string | undefined {
  if (type) return type;
  return (Array.isArray(detail) ? detail[0].type : undefined) ?? undefined;
}

const FAULTS_MAX = 8;

/** The words, each with the field that it speaks of under our name. */
function wordsOf({ detail }: FalError, names: Record<string, string> = {}): string {
  if (!Array.isArray(detail)) return detail.replace(/\s+/g, ' ').trim();
  const faults = detail.slice(0, FAULTS_MAX).map(({ loc, msg, type }) => {
    const parts = (loc ?? []).map(String);
    const [field, ...rest] = parts[0] === 'body' ? parts.slice(1) : parts;
    const words = msg ?? type ?? 'is not right';
    if (field === undefined) return words;
    const own = Object.hasOwn(names, field) ? names[field] : field;
    return `${[own, ...rest].join('.')}: ${words}`;
  });
  return faults.join('; ');
}

/** Headers that only the answer of a run has; https://fal.ai/docs/documentation/model-apis/errors. */
const RUN_HEADERS = ['x-fal-error-type', 'x-fal-retryable', 'x-fal-needs-retry'];

/**
 * The error of a run: the result of a completed request is answered with the status and the body of its run. A passing
 * fault of the platform looks alike, so that a 5xx counts only with a mark of a run on it.
 */
function toRunFailure(answer: ApiAnswer, names?: Record<string, string>): Failure | undefined {
  const { status, headers, json } = answer;
  const error = status >= 400 ? readAs(errorSchema, json) : undefined;
  if (!error) return undefined;
  const isList = Array.isArray(error.detail);
  const isMarked =
    isList || Boolean(error.error_type) || RUN_HEADERS.some((name) => headers[name] !== undefined);
  if (!isMarked && (!INPUT_STATUS.has(status) || isPending(error))) return undefined;
  const type = typeOf(error) ?? headers['x-fal-error-type'];
  const known = type === undefined ? undefined : reasonOf(type);
  const reason = known ?? (INPUT_STATUS.has(status) ? 'invalid_input' : 'failed');
  return { reason, code: type ?? `http_${status}`, message: wordsOf(error, names) };
}

/** What a result says that is asked for too early; a status may be ahead of it. */
function isPending({ detail }: FalError): boolean {
  return typeof detail === 'string' && /still in progress/i.test(detail);
}

/** Statuses of faults of an input. */
const INPUT_STATUS = new Set([400, 413, 415, 422]);

const OPERATOR_MESSAGE = 'The provider account cannot be used for this model now';

/**
 * The refusal in an answer. A 5xx is none, whatever it says: it does not prove that nothing was started; neither are
 * 408, 409, 425 and 499. What the operator has to mend (a key, a locked account, an app that is not there) carries no
 * words of the provider.
 */
export function toFailure(answer: ApiAnswer, names?: Record<string, string>): Failure | undefined {
  const { status, json, retryAfterSeconds } = answer;
  const error = readAs(errorSchema, json);
  if (!error) return undefined;
  const type = typeOf(error);
  const code = type ?? `http_${status}`;
  if (status === 402 || (status === 403 && isBalance(error))) {
    return { reason: 'quota_exhausted', code, message: OPERATOR_MESSAGE };
  }
  if (status === 401 || status === 403) return { reason: 'bad_credentials', code, message: OPERATOR_MESSAGE };
  // One offer is wrong; the account, and what else it runs, is not.
  if (status === 404) return { reason: 'failed', code, message: OPERATOR_MESSAGE };
  if (status === 429) {
    return {
      reason: 'rate_limited',
      code,
      message: 'The provider is asked too often now',
      retryAfterSeconds,
    };
  }
  if (!INPUT_STATUS.has(status)) return undefined;
  const reason = (type === undefined ? undefined : reasonOf(type)) ?? 'invalid_input';
  return { reason, code, message: wordsOf(error, names) };
}

/** "User is locked. Reason: Exhausted balance": https://github.com/fal-ai/fal, words in its issues. */
function isBalance({ detail }: FalError): boolean {
  return typeof detail === 'string' && /balance|top.?up|credit/i.test(detail);
}
