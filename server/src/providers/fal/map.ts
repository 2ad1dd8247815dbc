// Maps between fal's words and Reelay's. Pure: no clock, no network. Which input goes where is data of the
// offer.
import { isObject, type JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, FailureReason, Output, PollOutcome, StartRequest } from '../contract.ts';
import { mapFields } from '../field-map.ts';
import { refusedWith } from '../kit/failures.ts';
import {
  factsOf,
  fromState,
  lost,
  madeWithoutFile,
  type StateWords,
  stateOf,
  succeeded,
  usedOf,
} from '../kit/states.ts';
import { readAmount, readEach, readWire, unreadOf } from '../kit/wire.ts';
import {
  errorSchema,
  type FalError,
  type FalFault,
  type FalParams,
  type FalReference,
  type FalResult,
  type FalStatus,
  faultSchema,
  resultSchema,
} from './wire.ts';

/**
 * What Reelay adds to a callback address: fal's post names the request and not the endpoint, and a request
 * cannot be looked up without its endpoint.
 */
export const ENDPOINT_PARAMETER = 'fal_endpoint';

/** Owners whose apps have one more part, as in fal's own clients. */
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

const STATES: StateWords = { in_queue: 'queued', in_progress: 'running', completed: 'succeeded' };

/** What a status means; undefined for the end of a run, which only the result shows. */
export function fromStatus(status: FalStatus): PollOutcome | undefined {
  const word = status.status;
  if (stateOf(word, STATES) === 'succeeded') return undefined;
  const failed = (): Failure => toEndFailure(status) ?? { reason: 'failed', message: RUN_FAILED };
  return fromState({ word, words: STATES, succeeded: madeWithoutFile, failed });
}

const RUN_FAILED = 'The run failed';

/** Why a run failed, if its status says so. */
function toEndFailure({ error, error_type: type }: FalStatus): Failure | undefined {
  if (type === undefined && error === undefined) return undefined;
  const reason = (type === undefined ? undefined : reasonOf(type)) ?? 'failed';
  return { reason, code: type ?? 'error', message: error ?? RUN_FAILED };
}

/** What the answer for a completed request means; undefined for an answer that is not fal's. */
export function fromWire(
  answer: ApiAnswer,
  { status, reference }: { status: FalStatus; reference: FalReference },
): PollOutcome | undefined {
  const failure = toRunFailure(answer, reference.names);
  if (failure) return { type: 'failed', failure };
  const refusal = toFailure(answer, reference.names);
  if (refusal) return isGone(answer) ? lost(GONE) : { type: 'unanswered', failure: refusal };
  const result = answer.status === 200 ? readWire(resultSchema, answer.json) : undefined;
  if (result) return fromResult(result, answer, reference.endpoint);
  // The status has already shown the end, and the result cannot be read.
  const ended = answer.status === 200 ? undefined : toEndFailure(status);
  return ended && { type: 'failed', failure: ended };
}

/** What the run cost, in the unit of its endpoint's price: a second, a video, a million tokens. */
const UNITS = 'x-fal-billable-units';

function fromResult(result: FalResult, { headers }: ApiAnswer, endpoint: string): PollOutcome {
  const header = headers[UNITS];
  const units = header === undefined ? undefined : readAmount(header);
  const unread = [
    ...(unreadOf(result).unread ?? []),
    ...(header !== undefined && units === undefined ? [UNITS] : []),
  ];
  return succeeded({
    outputs: outputsOf(result),
    usage: factsOf({ seed: result.seed, duration: result.audio?.duration, units }),
    modelVersion: endpoint,
    ...usedOf('units', units),
    ...(unread.length > 0 && { unread }),
  });
}

function outputsOf({ video, videos = [], image, images = [], audio }: FalResult): Output[] {
  const files = (kind: Output['kind'], list: readonly FalResult['video'][]) =>
    list.flatMap((file) =>
      file ? [{ kind, contentType: file.content_type ?? DEFAULT_TYPES[kind], url: file.url }] : [],
    );
  return [
    ...files('video', [video, ...videos]),
    ...files('audio', [audio]),
    ...files('image', [image, ...images]),
  ];
}

const DEFAULT_TYPES = { video: 'video/mp4', image: 'image/png', audio: 'audio/mpeg' } as const;

const GONE = 'The provider no longer has a record of this attempt';

/** What an answer to a status check means if it is not a status. */
export function fromRefusal(answer: ApiAnswer): PollOutcome | undefined {
  const failure = toFailure(answer);
  if (!failure) return undefined;
  return isGone(answer) ? lost(GONE) : { type: 'unanswered', failure };
}

function isGone({ status }: ApiAnswer): boolean {
  return status === 404 || status === 410;
}

/**
 * Types of both kinds of errors; the first match counts. An unlisted type is a fault of the input in a list,
 * else of the run.
 */
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

/** The faults in an error: those of the list, or the one object. */
function faultsIn({ detail }: FalError): FalFault[] {
  if (Array.isArray(detail)) return readEach(faultSchema, detail);
  return isObject(detail) ? readEach(faultSchema, [detail]) : [];
}

/** The error in an answer; undefined for an answer that is not fal's. */
function errorIn({ json }: ApiAnswer): FalError | undefined {
  const error = readWire(errorSchema, json);
  const isSaid = error && ((error.detail !== undefined && error.detail !== null) || error.error_type);
  return isSaid ? error : undefined;
}

function typeOf(error: FalError): string | undefined {
  return error.error_type || faultsIn(error)[0]?.type;
}

const FAULTS_MAX = 8;

/** The words, each with the field that it is about, under Reelay's name. */
function wordsOf(error: FalError, names: Record<string, string> = {}): string {
  if (typeof error.detail === 'string') return error.detail.replace(/\s+/g, ' ').trim();
  const faults = faultsIn(error).slice(0, FAULTS_MAX);
  const sentences = faults.map(({ loc = [], msg, message, type }) => {
    const parts = loc.map(String);
    const [field, ...rest] = parts[0] === 'body' ? parts.slice(1) : parts;
    const words = msg ?? message ?? type ?? 'is not valid';
    if (field === undefined) return words;
    const own = Object.hasOwn(names, field) ? names[field] : field;
    return `${[own, ...rest].join('.')}: ${words}`;
  });
  return sentences.join('; ') || RUN_FAILED;
}

/** Headers that only the answer of a run has; https://fal.ai/docs/documentation/model-apis/errors. */
const RUN_HEADERS = ['x-fal-error-type', 'x-fal-retryable', 'x-fal-needs-retry'];

/**
 * The error of a run: a completed request is answered with the status and the body of its run. A passing
 * fault of the platform looks the same, so a 5xx counts only if it is marked as coming from a run.
 */
function toRunFailure(answer: ApiAnswer, names?: Record<string, string>): Failure | undefined {
  const { status, headers } = answer;
  const error = status >= 400 ? errorIn(answer) : undefined;
  if (!error) return undefined;
  // The platform answers with a sentence.
  const isOfModel = typeof error.detail === 'object' && error.detail !== null;
  const isMarked =
    isOfModel || Boolean(error.error_type) || RUN_HEADERS.some((name) => headers[name] !== undefined);
  if (!isMarked && (!INPUT_STATUS.has(status) || isPending(error))) return undefined;
  const type = typeOf(error) ?? headers['x-fal-error-type'];
  const known = type === undefined ? undefined : reasonOf(type);
  const reason = known ?? (INPUT_STATUS.has(status) ? 'invalid_input' : 'failed');
  return { reason, code: type ?? `http_${status}`, message: wordsOf(error, names) };
}

/** What a result says when it is asked for too early; a status may be ahead of it. */
function isPending({ detail }: FalError): boolean {
  return typeof detail === 'string' && /still in progress/i.test(detail);
}

/** Statuses for faults of an input. */
const INPUT_STATUS = new Set([400, 413, 415, 422]);

/**
 * The refusal in an answer. A 5xx is never a refusal, whatever it says: it does not prove that nothing was
 * started; the same holds for 408, 409, 425 and 499. What the operator has to fix (a key, a locked account, a
 * missing app) carries no words of the provider.
 */
export function toFailure(answer: ApiAnswer, names?: Record<string, string>): Failure | undefined {
  const { status, retryAfterSeconds } = answer;
  const error = errorIn(answer);
  if (!error) return undefined;
  const type = typeOf(error);
  const code = type ?? `http_${status}`;
  const words = wordsOf(error, names);
  if (status === 402 || (status === 403 && isBalance(error))) {
    return refusedWith({ reason: 'quota_exhausted', code, words });
  }
  if (status === 401 || status === 403) return refusedWith({ reason: 'bad_credentials', code, words });
  // Only this offer is wrong, not the account or what else it runs.
  if (status === 404) return refusedWith({ reason: 'failed', code, words }, true);
  if (status === 429) {
    const message = 'The provider is receiving too many requests now';
    return { reason: 'rate_limited', code, message, operatorDetail: words, retryAfterSeconds };
  }
  if (!INPUT_STATUS.has(status)) return undefined;
  const reason = (type === undefined ? undefined : reasonOf(type)) ?? 'invalid_input';
  return { reason, code, message: words };
}

/** "User is locked. Reason: Exhausted balance": https://github.com/fal-ai/fal, words in its issues. */
function isBalance({ detail }: FalError): boolean {
  return typeof detail === 'string' && /balance|top.?up|credit/i.test(detail);
}
