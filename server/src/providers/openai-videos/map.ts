// Maps between the words of the `/v1/videos` dialect and Reelay's. Pure: no clock, no network. Only inputs
// that these rules or the params of the offer name are sent.
import type { Json, JsonObject } from '../../lib/json.ts';
import { faultsOf, readGood } from '../answers.ts';
import type {
  ApiAnswer,
  ApiCall,
  Failure,
  FailureReason,
  FormPart,
  PollOutcome,
  StartRequest,
} from '../contract.ts';
import { refusedWith, unfitOffer } from '../kit/failures.ts';
import { factsOf, fromState, type StateWords, stateOf, succeeded } from '../kit/states.ts';
import { readAs, readEach, readWire, unreadOf } from '../kit/wire.ts';
import { PICTURE_ENDINGS } from '../pictures.ts';
import {
  deletedSchema,
  detailSchema,
  errorSchema,
  faultSchema,
  paramsSchema,
  type Video,
  type VideosParams,
  videoSchema,
} from './wire.ts';

/** A picture that was read. */
export interface Picture {
  bytes: Uint8Array;
  contentType: string;
}

/** Sides that are multiples of 16, as the open video models want them; this is what they call 1080p. */
const SIZES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '480p': { '16:9': '832x480', '9:16': '480x832', '1:1': '624x624' },
  '720p': { '16:9': '1280x720', '9:16': '720x1280', '1:1': '960x960' },
  '1080p': { '16:9': '1920x1088', '9:16': '1088x1920', '1:1': '1440x1440' },
};

/** Fields that these rules fill themselves. */
const OWN_FIELDS = ['model', 'prompt', 'seconds', 'size', 'width', 'height', 'num_frames', 'fps'];

/** Inputs that these rules send, each in its own way. */
const OWN_INPUTS = ['prompt', 'duration', 'resolution', 'aspect_ratio', 'img_urls'];

/**
 * What is wrong with the params of an offer: their form, names that clash, a picture that JSON cannot hold.
 */
export function faultsOfParams(params: JsonObject): string[] {
  const read = readAs(paramsSchema, params);
  if (!read) return faultsOf(paramsSchema, params);
  const names = [
    ...Object.values(read.fields ?? {}),
    ...Object.keys(read.constants ?? {}),
    imageFieldOf(read),
  ];
  const faults = names.flatMap((name) => faultsOfName(name, names));
  for (const name of Object.keys(read.fields ?? {})) {
    if (OWN_INPUTS.includes(name)) faults.push(`fields/${name}: this input is sent by the adapter itself`);
  }
  if (read.encoding === 'json' && read.image_as === 'file') {
    faults.push('image_as: JSON cannot hold a file; use "object" or "url", or the encoding "multipart"');
  }
  return [...new Set(faults)];
}

function faultsOfName(name: string, names: readonly string[]): string[] {
  const faults: string[] = [];
  if (OWN_FIELDS.includes(name)) faults.push(`"${name}" is filled by the adapter itself`);
  if (names.indexOf(name) !== names.lastIndexOf(name)) faults.push(`"${name}" is filled more than once`);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) faults.push(`"${name}" is not a valid field name`);
  return faults;
}

function imageFieldOf({ image_field: field = 'input_reference' }: VideosParams): string {
  return field;
}

/** How the picture of an offer is sent. */
export function imageFormOf({ encoding, image_as: form }: VideosParams): 'file' | 'object' | 'url' {
  return form ?? (encoding === 'json' ? 'object' : 'file');
}

/**
 * Pixels for a resolution and an aspect ratio; undefined when neither is given, null when the table lacks
 * them.
 */
function sizeOf(
  { resolution, aspect_ratio: ratio }: JsonObject,
  params: VideosParams,
): string | undefined | null {
  if (resolution === undefined && ratio === undefined) return undefined;
  const row: Readonly<Record<string, string>> | undefined = (params.sizes ?? SIZES)[String(resolution)];
  return row?.[String(ratio ?? '16:9')] ?? null;
}

function sizeFields(size: string, form: VideosParams['size_as']): JsonObject {
  if (form !== 'width_height') return { size };
  const [width, height] = size.split('x').map(Number);
  return { width, height };
}

function lengthFields({ duration }: JsonObject, { frames }: VideosParams): JsonObject {
  if (duration === undefined) return {};
  if (!frames) return { seconds: String(duration) };
  return { num_frames: Number(duration) * frames.fps + (frames.plus ?? 0), fps: frames.fps };
}

function furtherFields(input: JsonObject, { fields = {} }: VideosParams): JsonObject {
  const given = Object.entries(fields).filter(([name]) => input[name] !== undefined);
  return Object.fromEntries(given.map(([name, wireName]) => [wireName, input[name]]));
}

function toParts(fields: JsonObject, file: { name: string; picture: Picture } | undefined): FormPart[] {
  const parts: FormPart[] = Object.entries(fields).map(([name, value]) => ({
    name,
    text: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  if (!file) return parts;
  const { bytes, contentType } = file.picture;
  const fileName = `${file.name}.${PICTURE_ENDINGS[contentType] ?? 'bin'}`;
  return [...parts, { name: file.name, bytes, fileName, contentType }];
}

/**
 * The body of a create, or the operator's fault that prevents it.
 * @param picture of `img_urls`, if the offer sends the file itself.
 */
export function toWire(
  { input }: StartRequest,
  { params, picture }: { params: VideosParams; picture?: Picture },
): Pick<ApiCall, 'json' | 'form'> | Failure {
  const size = sizeOf(input, params);
  if (size === null) return unavailable('no_size');
  const address = Array.isArray(input.img_urls) ? input.img_urls[0] : undefined;
  const form = imageFormOf(params);
  const field = imageFieldOf(params);
  const fields: JsonObject = {
    ...(params.model === undefined ? {} : { model: params.model }),
    ...(input.prompt === undefined ? {} : { prompt: input.prompt }),
    ...lengthFields(input, params),
    ...(size === undefined ? {} : sizeFields(size, params.size_as)),
    ...furtherFields(input, params),
    ...params.constants,
  };
  if (address !== undefined && form !== 'file') {
    fields[field] = form === 'object' ? { image_url: address } : address;
  }
  if (params.encoding === 'json') return { json: fields };
  return { form: toParts(fields, picture && { name: field, picture }) };
}

/** The operator's fault: the offer does not fit the engine. Another offer may serve the task. */
function unavailable(code: string, words = code): Failure {
  return { ...unfitOffer(words), code };
}

const STATES: StateWords = { queued: 'queued', in_progress: 'running', completed: 'succeeded' };
const PROGRESS_MAX = 100;

/** @param contentUrl where the bytes of the finished video are. */
export function fromWire(video: Video, contentUrl: string): PollOutcome {
  const { size, seconds, inference_time_s, model } = video;
  return fromState({
    word: video.status,
    words: STATES,
    progress: { value: video.progress, max: PROGRESS_MAX },
    succeeded: () =>
      succeeded({
        outputs: [{ kind: 'video', contentType: 'video/mp4', url: contentUrl }],
        // No `used`: `seconds` repeats the request, or is a default when frames were requested.
        usage: factsOf({ size, seconds, inference_time_s }),
        modelVersion: model ?? 'unknown',
        ...unreadOf(video),
      }),
    failed: () => toJobFailure(video.error),
  });
}

const POLICY = /content_policy|moderation|safety|sensitive/i;
const QUOTA = /insufficient_quota|billing|budget_exceeded/i;
const NO_MODEL =
  /model_not_found|model mismatch|invalid model name|model\b.{0,200}\b(?:does not exist|not found)/i;

/**
 * Why an accepted video has failed. Words of an exception inside the engine name its files and machines, so
 * only those about the input are passed on.
 */
function toJobFailure(error: Video['error']): Failure {
  const { code, message } = error ?? {};
  const name = String(code ?? 'failed');
  const isOfInput = /^(400|413|415|422)$|^invalid/.test(name);
  if (POLICY.test(name))
    return { reason: 'content_refused', code: name, message: cleanWords(message ?? name) };
  if (isOfInput) return { reason: 'invalid_input', code: name, message: cleanWords(message ?? name) };
  return { reason: 'failed', code: name, message: 'The generation failed', operatorDetail: message };
}

function cleanWords(message: string): string {
  return message.replace(/\b[a-z]+:\/\/\S+/gi, '[address]');
}

interface Words {
  message: string;
  code?: string;
}

/** The words of a refusal in either envelope; undefined for an answer that is not of this API. */
function wordsOf(json: Json | undefined): Words | undefined {
  const error = readWire(errorSchema, json)?.error;
  const code = error?.code ?? error?.type;
  const message = error?.message ?? code;
  if (message !== undefined) {
    return { message: String(message), ...(code === undefined ? {} : { code: String(code) }) };
  }
  const detail = readWire(detailSchema, json)?.detail;
  if (detail === undefined) return undefined;
  if (typeof detail === 'string') return { message: detail };
  // The first part of a place says body or query.
  const faults = readEach(faultSchema, detail).map(
    ({ loc = [], msg = 'is not valid' }) => `${loc.slice(1).join('.')}: ${msg}`,
  );
  return { message: faults.join('; ') || 'The request is not valid' };
}

/** Whether an answer says that a video was deleted. */
export function saysDeleted(answer: ApiAnswer): boolean {
  const { deleted, status } = readGood(deletedSchema, answer) ?? {};
  return deleted === true || status?.trim().toLowerCase() === 'deleted';
}

/**
 * vLLM-Omni answers about a failed video with the video itself, under the status of its error: 400, 500 and
 * others.
 */
export function readVideo(answer: ApiAnswer, id: string): Video | undefined {
  const video = readWire(videoSchema, answer.json);
  const isItsFailure = video?.id === id && stateOf(video.status, STATES) === 'failed';
  return answer.status === 200 || isItsFailure ? video : undefined;
}

/**
 * What FastAPI and OpenAI say when no route fits: it is about the base address, not about a video or model.
 */
function isNoRoute({ message }: Words): boolean {
  return /^not found$|^invalid url/i.test(message);
}

/** Whether the answer says that the engine does not know the video (any more). */
export function isGone({ status, json }: ApiAnswer): boolean {
  const words = wordsOf(json);
  return status === 404 && words !== undefined && !isNoRoute(words);
}

function reasonOf(status: number, { code = '', message }: Words): FailureReason | undefined {
  if (QUOTA.test(code)) return 'quota_exhausted';
  if (POLICY.test(code)) return 'content_refused';
  // A model that the engine does not serve is a fault of this offer, and says nothing about the account.
  if (NO_MODEL.test(code) || NO_MODEL.test(message) || status === 404) return 'unavailable';
  if (status === 401 || status === 403) return 'bad_credentials';
  if (status === 402) return 'quota_exhausted';
  if (status === 429) return 'rate_limited';
  return [400, 413, 415, 422].includes(status) ? 'invalid_input' : undefined;
}

/**
 * The refusal of a create in an answer. A 5xx is never a refusal, whatever it says: it does not prove that
 * nothing was started. Only what the user can fix carries the words of the engine.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer): Failure | undefined {
  const words = status >= 400 && status < 500 ? wordsOf(json) : undefined;
  const reason = words && !isNoRoute(words) ? reasonOf(status, words) : undefined;
  if (!words || !reason) return undefined;
  const code = words.code ?? `http_${status}`;
  if (reason === 'unavailable') return unavailable(code, words.message);
  const isOfUser = reason === 'invalid_input' || reason === 'content_refused';
  const said = isOfUser ? cleanWords(words.message) : words.message;
  return refusedWith({ reason, code, words: said, retryAfterSeconds }, !isOfUser);
}
