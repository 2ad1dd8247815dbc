// Maps between MiniMax's words and Reelay's. Pure: no clock, no network. Only inputs named here are sent.
import type { Json, JsonObject } from '../../lib/json.ts';
import type {
  ApiAnswer,
  Failure,
  FailureReason,
  PollOutcome,
  StartRequest,
  UnreadFields,
} from '../contract.ts';
import { refusedWith } from '../kit/failures.ts';
import {
  factsOf,
  fromState,
  madeWithoutFile,
  type StateWords,
  stateOf,
  succeeded,
  usedOf,
} from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import {
  baseRespSchema,
  errorSchema,
  type MinimaxParams,
  type MinimaxQuery,
  type MinimaxVideoTask,
} from './wire.ts';

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Reelay writes them in lower case: 768p, 2k. */
function toResolution(resolution: Json): string {
  return String(resolution).toUpperCase();
}

/** The body of a create. */
export function toWire(request: StartRequest, params: MinimaxParams): JsonObject {
  const body = params.api === 'v1' ? toFields(request.input, params) : toContent(request.input);
  const { resolution, duration } = request.input;
  return {
    model: params.model,
    ...body,
    ...(resolution === undefined ? {} : { resolution: toResolution(resolution) }),
    ...(duration === undefined ? {} : { duration }),
    ...(request.callbackUrl === undefined ? {} : { callback_url: request.callbackUrl }),
  };
}

/** The first version: flat. */
function toFields(input: JsonObject, { images }: MinimaxParams): JsonObject {
  const fields: JsonObject = {};
  for (const name of ['prompt', 'prompt_optimizer']) {
    if (input[name] !== undefined) fields[name] = input[name];
  }
  const [first, last] = listOf(input.img_urls);
  if (first === undefined) return fields;
  if (images === 'subject') return { ...fields, subject_reference: [{ type: 'character', image: [first] }] };
  return {
    ...fields,
    first_frame_image: first,
    ...(last === undefined ? {} : { last_frame_image: last }),
  };
}

/** The second version: a list of the inputs, each with its role. */
function toContent(input: JsonObject): JsonObject {
  const roles = ['first_frame', 'last_frame'];
  const item = (type: string, url: string, role: string) => ({ type, [type]: { url }, role });
  const content: JsonObject[] = [
    ...(input.prompt === undefined ? [] : [{ type: 'text', text: input.prompt }]),
    ...listOf(input.img_urls).map((url, at) => item('image_url', url, roles[at])),
    ...listOf(input.reference_images).map((url) => item('image_url', url, 'reference_image')),
    ...listOf(input.reference_audios).map((url) => item('audio_url', url, 'reference_audio')),
  ];
  const { aspect_ratio: ratio } = input;
  return { content, ...(ratio === undefined ? {} : { ratio: ratio === 'auto' ? 'adaptive' : ratio }) };
}

/** A task of either version. */
interface AnyTask {
  status: string;
  url?: string;
  error?: { code?: number | string; message?: string };
  usage: JsonObject;
  seconds?: number;
  model?: string;
  unread?: UnreadFields;
}

/** For both versions; no word means two different things. */
const STATES: StateWords = {
  preparing: 'queued',
  queueing: 'queued',
  processing: 'running',
  success: 'succeeded',
  fail: 'failed',
  queued: 'queued',
  running: 'running',
  succeeded: 'succeeded',
};

/** The file of a succeeded task of the first version; its address takes another call. */
export function fileOf({ status, file_id: fileId }: MinimaxQuery): string | undefined {
  return stateOf(status, STATES) === 'succeeded' ? fileId : undefined;
}

/** @param answer to a query of the first version. @param url of the file, once it is known. */
export function fromQuery(query: MinimaxQuery, answer: ApiAnswer, url?: string): PollOutcome {
  const trouble = troubleIn(answer);
  return fromWire({
    status: query.status,
    url,
    error: trouble && { code: trouble.code, message: trouble.words },
    usage: factsOf({ width: query.video_width, height: query.video_height }),
    ...unreadOf(query),
  });
}

/** A task of the second version. */
export function fromVideoTask(task: MinimaxVideoTask, unread = unreadOf(task)): PollOutcome {
  const { content, error, usage, resolution, duration, ratio, model } = task;
  return fromWire({
    status: task.status,
    url: content?.url,
    error,
    usage: factsOf({
      total_seconds: usage?.total_seconds,
      total_tokens: usage?.total_tokens,
      resolution,
      duration,
      ratio,
    }),
    seconds: usage?.total_seconds,
    model,
    ...unread,
  });
}

/** What a task means. */
function fromWire({ status, url, error, usage, seconds, model, unread }: AnyTask): PollOutcome {
  return fromState({
    word: status,
    words: STATES,
    succeeded: () =>
      url
        ? succeeded({
            outputs: [{ kind: 'video', contentType: 'video/mp4', url }],
            usage,
            modelVersion: model ?? 'minimax-hailuo',
            ...usedOf('seconds', seconds),
            ...(unread && { unread }),
          })
        : madeWithoutFile(),
    failed: () => toTaskFailure(error),
  });
}

/**
 * https://platform.minimax.io/docs/api-reference/errorcode. 1000, 1001, 1013, 1024 and 1033 are missing on
 * purpose: "unknown" and "internal" do not say whether a task was made.
 */
const CODES: Readonly<Record<number, FailureReason>> = {
  1002: 'rate_limited',
  1004: 'bad_credentials',
  1008: 'quota_exhausted',
  1026: 'content_refused',
  1027: 'content_refused',
  1039: 'rate_limited',
  1041: 'rate_limited',
  1042: 'invalid_input',
  2013: 'invalid_input',
  2045: 'rate_limited',
  2049: 'bad_credentials',
  2056: 'quota_exhausted',
};

/** Of the second version, for errors whose words do not end with a known code. */
const TYPES: Readonly<Record<string, FailureReason>> = {
  bad_request_error: 'invalid_input',
  authorized_error: 'bad_credentials',
  insufficient_balance_error: 'quota_exhausted',
  unprocessable_entity_error: 'content_refused',
  rate_limit_error: 'rate_limited',
};

interface Trouble {
  code?: number;
  type?: string;
  /** Without the code. */
  words: string;
}

const CODE_AT_END = /\s*\((\d{4,5})\)\s*$/;

/** The provider's own error, in an answer of either version. */
function troubleIn({ json }: ApiAnswer): Trouble | undefined {
  const base = readWire(baseRespSchema, json)?.base_resp;
  if (base && base.status_code !== 0) return { code: base.status_code, words: base.status_msg ?? '' };
  const error = readWire(errorSchema, json)?.error;
  if (!error) return undefined;
  const { type, message = '' } = error;
  const inWords = CODE_AT_END.exec(message)?.[1];
  const code = error.code ?? (inWords === undefined ? undefined : Number(inWords));
  return code === undefined && type === undefined && message === ''
    ? undefined
    : { code, type, words: message.replace(CODE_AT_END, '') };
}

/** Codes from this one up are about the request or the account; an unlisted one is still a refusal. */
const REFUSALS_FROM = 2000;

function reasonOf({ code, type }: Trouble): FailureReason | undefined {
  const listed = CODES[code ?? 0] ?? TYPES[type ?? ''];
  return listed ?? (code !== undefined && code >= REFUSALS_FROM ? 'unavailable' : undefined);
}

const OF_OPERATOR: ReadonlySet<FailureReason> = new Set([
  'bad_credentials',
  'quota_exhausted',
  'unavailable',
]);

/**
 * The refusal in an answer: with the status 200 in the first version, with its own in the second. A 5xx is
 * never a refusal, whatever it says. What the operator has to fix carries no words of the provider.
 */
export function toFailure(answer: ApiAnswer): Failure | undefined {
  const trouble = answer.status < 500 ? troubleIn(answer) : undefined;
  const reason = trouble && reasonOf(trouble);
  if (!trouble || !reason) return undefined;
  const code = String(trouble.code ?? trouble.type ?? answer.status);
  const words = trouble.words || `The provider refused with the code ${code}`;
  const { retryAfterSeconds } = answer;
  return refusedWith({ reason, code, words, retryAfterSeconds }, OF_OPERATOR.has(reason));
}

/** Why an accepted task has failed; an unknown code means that the generation failed. */
function toTaskFailure({ code = '', message }: NonNullable<AnyTask['error']> = {}): Failure {
  const reason = CODES[Number(code)] ?? 'failed';
  const failure = refusedWith(
    { reason, code: String(code), words: message || 'The generation failed' },
    OF_OPERATOR.has(reason),
  );
  return code === '' ? { ...failure, code: undefined } : failure;
}

/** Words of answers about an id that is not known, or no longer known. */
const NO_TASK =
  /invalid task_?id|task_?id\b.*\b(invalid|not (found|exist))|\btask (does )?not (found|exist)|no such task/i;
const NO_FILE =
  /invalid file_?id|file_?id\b.*\b(invalid|not (found|exist))|\bfile (expired|(does )?not (found|exist))/i;

/** Whether the answer says that the task or file does not exist. */
export function saysMissing(answer: ApiAnswer, what: 'task' | 'file'): boolean {
  const words = answer.status < 500 ? troubleIn(answer)?.words : undefined;
  return words !== undefined && (what === 'task' ? NO_TASK : NO_FILE).test(words);
}
