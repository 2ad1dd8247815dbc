// Maps between Veo's words and Reelay's. Pure: no clock, no network. Only inputs named in these tables are
// sent.
import type { JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, FailureReason, Output, PollOutcome, StartRequest } from '../contract.ts';
import { refusedWith } from '../kit/failures.ts';
import { succeeded } from '../kit/states.ts';
import { readEach, readWire, unreadOf } from '../kit/wire.ts';
import {
  detailSchema,
  errorSchema,
  type GoogleError,
  sampleSchema,
  type VeoOperation,
  type VeoParams,
  type VeoSample,
} from './wire.ts';

/**
 * Fields of `parameters` that only change their name. The number of videos is never sent: it is one, and the
 * field is refused.
 */
const FIELDS: Readonly<Record<string, string>> = {
  aspect_ratio: 'aspectRatio',
  resolution: 'resolution',
  duration: 'durationSeconds',
  negative_prompt: 'negativePrompt',
  seed: 'seed',
};

/** A picture of the input that was read. */
export interface Picture {
  bytes: Uint8Array;
  contentType: string;
}

function toImage({ bytes, contentType }: Picture): JsonObject {
  return { bytesBase64Encoded: Buffer.from(bytes).toString('base64'), mimeType: contentType };
}

/** The body of a create. @param pictures the frames, or what the video is to show. */
export function toWire(
  { input }: StartRequest,
  { params, pictures }: { params: VeoParams; pictures: readonly Picture[] },
): JsonObject {
  const instance: JsonObject = {};
  if (input.prompt !== undefined) instance.prompt = input.prompt;
  if (params.pictures === 'references') {
    instance.referenceImages = pictures.map((one) => ({ image: toImage(one), referenceType: 'asset' }));
  } else {
    const [first, last] = pictures;
    if (first !== undefined) instance.image = toImage(first);
    if (last !== undefined) instance.lastFrame = toImage(last);
  }
  const parameters: JsonObject = {};
  for (const [name, wireName] of Object.entries(FIELDS)) {
    if (input[name] !== undefined) parameters[wireName] = input[name];
  }
  if (params.person_generation !== undefined) parameters.personGeneration = params.person_generation;
  return { instances: [instance], parameters };
}

/**
 * Results are fetched with the key in a header; a key in an address would reach everybody who sees the
 * address.
 */
function withoutKey(uri: string): string {
  if (!URL.canParse(uri)) return uri;
  const url = new URL(uri);
  if (!url.searchParams.has('key')) return uri;
  url.searchParams.delete('key');
  return url.href;
}

/** Everything that was made, readable or not. */
function madeIn({ response }: VeoOperation): readonly unknown[] {
  return response?.generateVideoResponse?.generatedSamples ?? [];
}

/** More are never requested. */
const SAMPLES_MAX = 4;

function samplesOf(operation: VeoOperation): VeoSample[] {
  return readEach(sampleSchema, madeIn(operation).slice(0, SAMPLES_MAX));
}

/** A video inside an answer: base64, and its content type. */
export interface CarriedVideo {
  base64: string;
  contentType: string;
}

const USUAL_TYPE = 'video/mp4';

/** The videos in the answer itself. */
export function carriedIn(operation: VeoOperation): CarriedVideo[] {
  return samplesOf(operation).flatMap(({ video }) =>
    'uri' in video ? [] : [{ base64: video.encodedVideo, contentType: video.encoding ?? USUAL_TYPE }],
  );
}

function linkedIn(operation: VeoOperation): Output[] {
  return samplesOf(operation).flatMap(({ video }) =>
    'uri' in video ? [{ kind: 'video', contentType: USUAL_TYPE, url: withoutKey(video.uri) } as const] : [],
  );
}

/** Whether an object is an operation at all: a running one may have nothing but its name. */
export function isOperation({ name, done, error }: VeoOperation): boolean {
  return name !== undefined || typeof done === 'boolean' || error !== undefined;
}

/** `models/<id>/operations/<name>`. */
function modelOf({ name = '' }: VeoOperation): string {
  return /^models\/([^/]+)\//.exec(name)?.[1] ?? 'veo';
}

/**
 * What an operation means. An operation that ends without a video was held back by the safety filter, whether
 * it says so or not.
 * @param carried the videos of `carriedIn`, once they are on the disk.
 */
export function fromWire(operation: VeoOperation, carried: readonly Output[] = []): PollOutcome {
  if (operation.error) return { type: 'failed', failure: toOperationFailure(operation.error) };
  if (operation.done !== true) return { type: 'running' };
  const made = madeIn(operation);
  if (made.length === 0) return { type: 'failed', failure: toFiltered(operation) };
  return succeeded({
    outputs: [...linkedIn(operation), ...carried],
    usage: {},
    modelVersion: modelOf(operation),
    ...unreadOf(operation),
  });
}

function toFiltered({ response }: VeoOperation): Failure {
  const reasons = response?.generateVideoResponse?.raiMediaFilteredReasons ?? [];
  return {
    reason: 'content_refused',
    code: 'rai_filtered',
    message:
      reasons.length > 0
        ? reasons.join(' ')
        : 'It made no video and gave no reason, which is how the safety filter ends a task',
  };
}

/** Codes of google.rpc.Code (https://grpc.io/docs/guides/status-codes/) in a finished operation. */
const OPERATION_REASONS: Readonly<Record<number, FailureReason>> = {
  1: 'cancelled',
  3: 'invalid_input',
  4: 'timed_out',
  7: 'bad_credentials',
  8: 'rate_limited',
  9: 'bad_credentials',
  14: 'unavailable',
  16: 'bad_credentials',
};

/** The safety filter uses the same code as a wrong field; only its words show the difference. */
const REFUSED_WORDS = /responsible ai|safety|sensitive words|usage guidelines|violat|support codes?/i;

function judgeInput(message: string): FailureReason {
  return REFUSED_WORDS.test(message) ? 'content_refused' : 'invalid_input';
}

/** Why an accepted operation has failed; an unknown code means that the generation failed. */
function toOperationFailure({ code, message }: NonNullable<VeoOperation['error']>): Failure {
  const words = message ?? 'The generation failed';
  const known = OPERATION_REASONS[code ?? 2] ?? 'failed';
  const reason = known === 'invalid_input' ? judgeInput(words) : known;
  return refusedWith({ reason, code: `rpc_${code ?? 'none'}`, words });
}

/** Statuses that the service answers before it does anything; others say nothing about the request. */
const REFUSAL_STATUS = new Set([400, 401, 402, 403, 404, 405, 412, 413, 415, 422, 429]);

const REASONS: Readonly<Record<string, FailureReason>> = {
  UNAUTHENTICATED: 'bad_credentials',
  PERMISSION_DENIED: 'bad_credentials',
  /** No billing, or a region without the service. */
  FAILED_PRECONDITION: 'bad_credentials',
  NOT_FOUND: 'lost',
  RESOURCE_EXHAUSTED: 'rate_limited',
};

interface Details {
  isKey: boolean;
  isDaily: boolean;
  retryAfterSeconds: number | undefined;
}

/**
 * What the details add: an invalid key is reported as a wrong argument, and a daily quota as a rate limit.
 */
function readDetails(details: GoogleError['details']): Details {
  const known = readEach(detailSchema, details ?? []);
  const delays = known.flatMap(
    ({ retryDelay }) => /^(\d{1,6})(?:\.\d+)?s$/.exec(retryDelay ?? '')?.[1] ?? [],
  );
  return {
    isKey: known.some(({ reason }) => reason?.startsWith('API_KEY_')),
    isDaily: known.some(({ violations }) => violations?.some(({ quotaId }) => quotaId?.includes('PerDay'))),
    retryAfterSeconds: delays.length > 0 ? Number(delays[0]) : undefined,
  };
}

function reasonOf(error: GoogleError, details: Details): FailureReason {
  if (details.isKey) return 'bad_credentials';
  if (error.status === 'RESOURCE_EXHAUSTED' && details.isDaily) return 'quota_exhausted';
  return REASONS[error.status] ?? judgeInput(error.message ?? '');
}

/**
 * The refusal in an answer. A 5xx is never a refusal, whatever it says: it does not prove that nothing was
 * started. What the operator has to fix (a key, a model without access, money) carries no words of the
 * provider.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer): Failure | undefined {
  const error = readWire(errorSchema, json)?.error;
  if (!error || !REFUSAL_STATUS.has(status)) return undefined;
  const details = readDetails(error.details);
  const reason = reasonOf(error, details);
  return refusedWith({
    reason,
    code: error.status,
    words: error.message ?? error.status,
    retryAfterSeconds: retryAfterSeconds ?? details.retryAfterSeconds,
  });
}

/** The refusal of a create, which names no job: "not found" is about the model, and is for the operator. */
export function toStartFailure(answer: ApiAnswer): Failure | undefined {
  const failure = toFailure(answer);
  if (failure?.reason !== 'lost') return failure;
  return refusedWith({ reason: 'bad_credentials', code: failure.code ?? 'lost', words: failure.message });
}
