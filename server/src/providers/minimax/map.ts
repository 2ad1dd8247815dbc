// MiniMax's words and ours, both ways. Pure: no clock, no network. An input name that is not in here reaches no wire.
import type { Json, JsonObject } from '../../lib/json.ts';
import { readAs } from '../answers.ts';
import type { ApiAnswer, Failure, FailureReason, PollOutcome, StartRequest } from '../contract.ts';
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

/** Ours are small: 768p, 2k. */
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

/** The second version: a list of what is given, each with its role. */
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

/** A task of either version, in the words of the second. */
interface AnyTask {
  status: string;
  url?: string;
  error?: { code?: string | null; message?: string | null };
  usage: JsonObject;
  seconds?: number;
  model?: string;
}

const FIRST_STATES: Readonly<Record<string, string>> = {
  Preparing: 'queued',
  Queueing: 'queued',
  Processing: 'running',
  Success: 'succeeded',
  Fail: 'failed',
};

/** The file of a task of the first version that has succeeded; its address is a further question. */
export function fileOf({ status, file_id: fileId }: MinimaxQuery): string | undefined {
  return status === 'Success' && fileId !== undefined && fileId !== null && fileId !== ''
    ? String(fileId)
    : undefined;
}

/** @param answer to a query of the first version. @param url of the file, once it is known. */
export function fromQuery(query: MinimaxQuery, answer: ApiAnswer, url?: string): PollOutcome {
  const trouble = troubleIn(answer);
  return fromWire({
    status: FIRST_STATES[query.status] ?? query.status,
    url,
    error: trouble && { code: String(trouble.code ?? ''), message: trouble.words },
    usage: knownOf({ width: query.video_width, height: query.video_height }),
  });
}

/** A task of the second version. */
export function fromVideoTask(task: MinimaxVideoTask): PollOutcome {
  const { content, error, usage, resolution, duration, ratio, model } = task;
  return fromWire({
    status: task.status,
    url: content?.url ?? undefined,
    error: error ?? undefined,
    usage: knownOf({
      total_seconds: usage?.total_seconds,
      total_tokens: usage?.total_tokens,
      resolution,
      duration,
      ratio,
    }),
    seconds: usage?.total_seconds ?? undefined,
    model: model ?? undefined,
  });
}

function knownOf(facts: Record<string, Json | undefined>): JsonObject {
  const isKnown = ([, value]: [string, Json | undefined]) =>
    value !== undefined && value !== null && value !== '';
  return Object.fromEntries(Object.entries(facts).filter(isKnown)) as JsonObject;
}

/** What a task means. */
function fromWire(task: AnyTask): PollOutcome {
  switch (task.status) {
    case 'queued':
      return { type: 'queued' };
    case 'running':
      return { type: 'running' };
    case 'succeeded':
      if (!task.url) return unreadable('it has succeeded without a video');
      return {
        type: 'succeeded',
        success: {
          outputs: [{ kind: 'video', contentType: 'video/mp4', url: task.url }],
          usage: task.usage,
          modelVersion: task.model ?? 'minimax-hailuo',
          ...(task.seconds === undefined ? {} : { used: { unit: 'seconds', amount: task.seconds } }),
        },
      };
    case 'failed':
      return { type: 'failed', failure: toTaskFailure(task.error) };
    case 'cancelled':
      return { type: 'failed', failure: { reason: 'cancelled', message: 'Cancelled at the provider' } };
    default:
      return unreadable('its state is a word that is not in the documents');
  }
}

function unreadable(what: string): PollOutcome {
  const message = `The provider's answer about the task cannot be read: ${what}`;
  return { type: 'unanswered', failure: { reason: 'unreadable', message } };
}

/**
 * https://platform.minimax.io/docs/api-reference/errorcode. 1000, 1001, 1013, 1024 and 1033 are missing on purpose:
 * "unknown" and "internal" do not say whether a task was made.
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

/** Of the second version, for errors whose words end without a code that is known. */
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

/** The provider's own error in an answer of either version. */
function troubleIn({ json }: ApiAnswer): Trouble | undefined {
  const base = readAs(baseRespSchema, json)?.base_resp;
  if (base && base.status_code !== 0) return { code: base.status_code, words: base.status_msg ?? '' };
  const error = readAs(errorSchema, json)?.error;
  if (!error) return undefined;
  const code = CODE_AT_END.exec(error.message)?.[1];
  return {
    code: code === undefined ? undefined : Number(code),
    type: error.type ?? undefined,
    words: error.message.replace(CODE_AT_END, ''),
  };
}

/** Codes from here on are about the request or the account; one that is not listed is a refusal all the same. */
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
 * The refusal in an answer: with the status 200 in the first version, with its own in the second. A 5xx is none,
 * whatever it says. What the operator has to mend carries no words of the provider.
 */
export function toFailure(answer: ApiAnswer): Failure | undefined {
  const trouble = answer.status < 500 ? troubleIn(answer) : undefined;
  const reason = trouble && reasonOf(trouble);
  if (!trouble || !reason) return undefined;
  const code = String(trouble.code ?? trouble.type ?? answer.status);
  return {
    reason,
    code,
    message: OF_OPERATOR.has(reason)
      ? 'The provider account cannot be used for this model now'
      : trouble.words || `The provider refused with the code ${code}`,
    retryAfterSeconds: answer.retryAfterSeconds,
  };
}

/** Why a task that was accepted has failed; a code that is not known says that the generation did. */
function toTaskFailure(error: AnyTask['error']): Failure {
  const code = error?.code ?? '';
  const reason = CODES[Number(code)] ?? 'failed';
  return {
    reason,
    ...(code === '' ? {} : { code }),
    message: OF_OPERATOR.has(reason)
      ? 'The provider account could not be used for this task'
      : error?.message || 'The generation failed',
  };
}

/** Words of answers about an id that is not known, or not any more. */
const NO_TASK =
  /invalid task_?id|task_?id\b.*\b(invalid|not (found|exist))|\btask (does )?not (found|exist)|no such task/i;
const NO_FILE =
  /invalid file_?id|file_?id\b.*\b(invalid|not (found|exist))|\bfile (expired|(does )?not (found|exist))/i;

/** Whether the answer says that what was asked for is not there. */
export function saysMissing(answer: ApiAnswer, what: 'task' | 'file'): boolean {
  const words = answer.status < 500 ? troubleIn(answer)?.words : undefined;
  return words !== undefined && (what === 'task' ? NO_TASK : NO_FILE).test(words);
}
