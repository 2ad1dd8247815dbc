// Maps between Runway's words and Reelay's. Pure: no clock, no network. Only inputs named in these tables are
// sent.
import type { Json, JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, FailureReason, PollOutcome, StartRequest } from '../contract.ts';
import { refusedWith } from '../kit/failures.ts';
import { factsOf, fromState, type StateWords, succeeded, usedOf } from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import {
  type DrawnParams,
  errorSchema,
  type RunwayError,
  type RunwayParams,
  type RunwayTask,
} from './wire.ts';

/** Fields that only change their name. */
const FIELDS: Readonly<Record<string, string>> = {
  prompt: 'promptText',
  negative_prompt: 'negativePrompt',
  duration: 'duration',
  seed: 'seed',
  audio: 'audio',
};

const POSITIONS = ['first', 'last'];

function toImages(urls: Json | undefined): JsonObject[] | undefined {
  if (!Array.isArray(urls) || urls.length === 0) return undefined;
  return urls.map((uri, at) => ({ uri, position: POSITIONS[at] }));
}

/** The entry of that name, or the first entry if no name was given. */
function lookUp<Value>(table: Readonly<Record<string, Value>>, name: Json | undefined): Value | undefined {
  const [first] = Object.keys(table);
  const wanted = name === undefined ? first : String(name);
  return wanted !== undefined && Object.hasOwn(table, wanted) ? table[wanted] : undefined;
}

/** Size in pixels; undefined when the offer lacks the size that was asked for. */
export function toRatio({ ratios }: DrawnParams, input: JsonObject): string | undefined {
  return lookUp(lookUp(ratios, input.resolution) ?? {}, input.aspect_ratio);
}

/** The body of an edit of a clip; a picture of the input guides it from its beginning. */
function toEdit({
  prompt,
  seed,
  video_url: clip,
  img_urls: pictures,
  aspect_ratio: ratio,
}: JsonObject): JsonObject {
  const [uri] = Array.isArray(pictures) ? pictures : [];
  return {
    videoUri: clip,
    ...(prompt === undefined ? {} : { promptText: prompt }),
    ...(seed === undefined ? {} : { seed }),
    ...(uri === undefined ? {} : { keyframes: [{ seconds: 0, uri }] }),
    ...(ratio === undefined ? {} : { targetAspectRatio: ratio }),
  };
}

/** The body of a create; undefined when the offer lacks the size that was asked for. */
export function toWire({ input }: StartRequest, params: RunwayParams): JsonObject | undefined {
  if (params.endpoint === 'video_to_video') return { model: params.model, ...toEdit(input) };
  const ratio = toRatio(params, input);
  return ratio === undefined ? undefined : toDrawn(input, params.model, ratio);
}

function toDrawn(input: JsonObject, model: string, ratio: string): JsonObject {
  const body: JsonObject = { model, ratio };
  for (const [name, wireName] of Object.entries(FIELDS)) {
    if (input[name] !== undefined) body[wireName] = input[name];
  }
  const images = toImages(input.img_urls);
  if (images !== undefined) body.promptImage = images;
  return body;
}

const STATES: StateWords = {
  pending: 'queued',
  throttled: 'queued',
  running: 'running',
  succeeded: 'succeeded',
};

/** What a task object means. @param model that was requested; the task does not name it. */
export function fromWire(task: RunwayTask, model = 'runway'): PollOutcome {
  const { output = [], cost } = task;
  return fromState({
    word: task.status,
    words: STATES,
    progress: { value: task.progress, max: 1 },
    succeeded: () =>
      succeeded({
        outputs: output.map((url) => ({ kind: 'video', contentType: 'video/mp4', url })),
        usage: factsOf({ credits: cost?.credits }),
        modelVersion: model,
        ...usedOf('credits', cost?.credits),
        ...unreadOf(task),
      }),
    failed: () => toTaskFailure(task),
  });
}

/**
 * Patterns of `failureCode` (https://docs.dev.runwayml.com/errors/task-failures/); the first match counts.
 */
const CODES: readonly [RegExp, FailureReason][] = [
  [/(^|\.)SAFETY(\.|$)/, 'content_refused'],
  [/^ASSET\.INVALID(\.|$)/, 'invalid_input'],
  [/^INPUT(\.|$)|\.INPUT_VALIDATION(\.|$)/, 'invalid_input'],
  [/^THIRD_PARTY\.UNAVAILABLE(\.|$)/, 'unavailable'],
];

/** Why an accepted task has failed; an unknown code means that the generation failed. */
function toTaskFailure({ failure, failureCode }: RunwayTask): Failure {
  const code = failureCode ?? 'FAILED';
  const reason = CODES.find(([pattern]) => pattern.test(code))?.[1] ?? 'failed';
  return { reason, code, message: failure ?? 'The generation failed' };
}

/** Texts of a 400 that are about the account: its money, or a retired version of the API. */
const ACCOUNT_TEXTS: readonly [RegExp, FailureReason][] = [
  [/not have enough credits|insufficient credits/i, 'quota_exhausted'],
  [/runway-version|api version/i, 'bad_credentials'],
];

const STATUS_REASONS: Readonly<Record<number, FailureReason>> = {
  400: 'invalid_input',
  401: 'bad_credentials',
  402: 'quota_exhausted',
  403: 'bad_credentials',
  404: 'lost',
  405: 'unreadable',
  413: 'invalid_input',
  422: 'invalid_input',
  429: 'rate_limited',
};

function reasonOf(status: number, { error }: RunwayError): FailureReason | undefined {
  const reason = STATUS_REASONS[status];
  if (reason === 'rate_limited' && /\bdaily\b/i.test(error)) return 'quota_exhausted';
  if (reason !== 'invalid_input') return reason;
  return ACCOUNT_TEXTS.find(([pattern]) => pattern.test(error))?.[1] ?? reason;
}

/** The text of an error with the fields that it is about. */
function wordsOf({ error, issues }: RunwayError): string {
  const places = (issues ?? []).map(({ path, message }) => {
    const field = (path ?? []).join('.');
    return field === '' ? (message ?? '') : `${field}: ${message ?? 'is not valid'}`;
  });
  const known = places.filter((place) => place !== '');
  return known.length === 0 ? error : `${error}: ${known.join('; ')}`;
}

/**
 * The refusal in an answer. A 5xx is never a refusal, whatever it says: it does not prove that nothing was
 * started. What the operator has to fix carries no words of the provider.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer): Failure | undefined {
  const error = readWire(errorSchema, json);
  const reason = error && reasonOf(status, error);
  if (!error || reason === undefined) return undefined;
  return refusedWith({ reason, code: `http_${status}`, words: wordsOf(error), retryAfterSeconds });
}

/**
 * The refusal of a create, which names no task: "not found" is about something that the input or the offer
 * names.
 */
export function toStartFailure(answer: ApiAnswer): Failure | undefined {
  const failure = toFailure(answer);
  return failure?.reason === 'lost' ? { ...failure, reason: 'invalid_input' } : failure;
}
