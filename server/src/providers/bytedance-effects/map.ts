// The service's words and ours, both ways and for both forms. Pure: no clock, no network. An input name that is not in
// `toWire` reaches no wire.
import { isObject, type Json, JsonError, type JsonObject, parseClientJson } from '../../lib/json.ts';
import { MINUTE_MS } from '../../lib/time.ts';
import { readAs } from '../answers.ts';
import type { ApiAnswer, Failure, PollOutcome, StartRequest } from '../contract.ts';
import { describeCode, ruleOf } from './codes.ts';
import {
  type EffectsParams,
  type EffectsReference,
  kickartCreatedSchema,
  kickartSchema,
  kickartTaskSchema,
  openApiCreatedSchema,
  openApiSchema,
  openApiTaskSchema,
  templateSchema,
} from './wire.ts';

export type Form = EffectsReference['form'];

const DONE = 0;
const RUNNING = 1000;
const NOT_FOUND = 1600;
/** The provider could not reach our callback address; it says nothing of the job. */
const CALLBACK_FAILED = 3000;
const PROGRESS_MAX = 100;
/** Samples of the vendor go on asking about a task that is not found, as long as they ask at all. */
const GRACE_MS = 2 * MINUTE_MS;
const MODEL_VERSION = 'effect-template';
const DEPTH_MAX = 5;

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The number of the service that makes the template, for form A; undefined when the catalogue does not have it. */
export function serverIdOf({ template }: StartRequest): number | undefined {
  const serviceId = readAs(templateSchema, template)?.ServiceId;
  return serviceId === undefined ? undefined : Number(serviceId);
}

/** The body of a submit; form A has most of it as JSON inside a text. */
export function toWire(
  request: StartRequest,
  how: { form: 'a'; serverId: number } | { form: 'b'; params: EffectsParams },
): JsonObject {
  const { template_id: templateId, img_urls: pictures, resolution } = request.input;
  if (how.form === 'a') {
    const payload: JsonObject = { ResourceList: listOf(pictures), TemplateId: String(templateId) };
    if (resolution !== undefined) payload.Resolution = resolution;
    return { ServerId: how.serverId, PayloadJson: JSON.stringify(payload) };
  }
  const payload: JsonObject = { resource_list: listOf(pictures) };
  const isSent = resolution !== undefined && how.params.kickart_resolution !== 'omit';
  if (isSent) payload.resolution = resolution;
  const body: JsonObject = { template_id: String(templateId), payload, watermark: false };
  if (request.callbackUrl !== undefined) body.callback_url = request.callbackUrl;
  return body;
}

/** What an answer says, whichever form it has. */
export interface Told {
  code: number;
  words?: string;
  /** It is about the job and not just about the call. */
  isNamed: boolean;
  /** From 0 to 100. */
  progress?: number;
  /** Where the result's address is. */
  payload?: Json;
  /** Points that were used. */
  points?: number;
}

function readOpenApi(json: Json | undefined): Told | undefined {
  const metadata = readAs(openApiSchema, json)?.ResponseMetadata;
  if (!metadata) return undefined;
  if (metadata.Error) {
    const { CodeN: code, Message: words } = metadata.Error;
    return typeof code === 'number' ? { code, words: words ?? undefined, isNamed: false } : undefined;
  }
  if (typeof metadata.Code === 'number' && metadata.Code !== DONE) {
    return { code: metadata.Code, words: metadata.Message ?? undefined, isNamed: false };
  }
  const result = readAs(openApiTaskSchema, json)?.Result;
  if (!result) return undefined;
  return {
    code: result.Code,
    words: result.Message ?? undefined,
    isNamed: true,
    progress: result.Progress ?? undefined,
    payload: parseExtra(result.ResultExtra as Json | undefined),
  };
}

/** Text with JSON in it, by the documents; an object, or a bare address, is taken as well. */
function parseExtra(extra: Json | undefined): Json | undefined {
  if (typeof extra !== 'string') return extra;
  try {
    return parseClientJson(extra);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    // Not JSON: the text itself may be the address.
    return extra;
  }
}

function readKickart(json: Json | undefined): Told | undefined {
  const answer = readAs(kickartSchema, json);
  if (!answer) return undefined;
  const task = readAs(kickartTaskSchema, answer.data as Json | undefined);
  return {
    code: answer.code,
    words: answer.message ?? undefined,
    isNamed: task?.task_id !== undefined && task.task_id !== null,
    progress: task?.progress ?? undefined,
    payload: task?.payload as Json | undefined,
    points: task?.usage ?? undefined,
  };
}

/** Undefined for what is no answer of the service. */
export function readTold(form: Form, json: Json | undefined): Told | undefined {
  return form === 'a' ? readOpenApi(json) : readKickart(json);
}

/** The id of the task that an answer names. */
export function taskIdOf(form: Form, json: Json | undefined): string | undefined {
  const id =
    form === 'a'
      ? readAs(openApiCreatedSchema, json)?.Result.TaskId
      : readAs(kickartCreatedSchema, json)?.data.task_id;
  return id === undefined ? undefined : String(id);
}

function isAddress(value: Json | undefined): value is string {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
}

function listAddresses(value: Json | undefined, depth = 0): string[] {
  if (isAddress(value)) return [value];
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return [];
  return Object.values(value).flatMap((item) => listAddresses(item, depth + 1));
}

/** `result_url`; else, since its name is not proven for form A, the first address of a video, or of anything. */
export function resultAddressOf(payload: Json | undefined): string | undefined {
  if (isObject(payload) && isAddress(payload.result_url)) return payload.result_url;
  const addresses = listAddresses(payload);
  return addresses.find((address) => /\.(?:mp4|mov|webm)$/i.test(new URL(address).pathname)) ?? addresses[0];
}

function unreadable(what: string): PollOutcome {
  const message = `The provider's answer about the task cannot be read: ${what}`;
  return { type: 'unanswered', failure: { reason: 'unreadable', message } };
}

function running(progress: number | undefined): PollOutcome {
  const isKnown = progress !== undefined && progress >= 0 && progress <= PROGRESS_MAX;
  return isKnown ? { type: 'running', progress: progress / PROGRESS_MAX } : { type: 'running' };
}

/** Form A is done at 100 %, form B once there is an address. */
function fromDone({ progress, payload, points }: Told, form: Form): PollOutcome {
  const url = resultAddressOf(payload);
  const isComplete = progress !== undefined && progress >= PROGRESS_MAX;
  if (form === 'a' ? !isComplete : url === undefined && progress !== undefined && !isComplete) {
    return running(progress);
  }
  if (url === undefined) return unreadable('it has succeeded without a video');
  const produceId = isObject(payload) ? payload.produce_id : undefined;
  return {
    type: 'succeeded',
    success: {
      outputs: [{ kind: 'video', contentType: 'video/mp4', url }],
      usage: {
        ...(typeof produceId === 'string' ? { produce_id: produceId } : {}),
        ...(points === undefined ? {} : { points }),
      },
      modelVersion: MODEL_VERSION,
      ...(points === undefined ? {} : { used: { unit: 'points', amount: points } }),
    },
  };
}

/** What the answer to a query means. @param ageMs since the task was accepted. */
export function fromWire(told: Told, form: Form, ageMs: number): PollOutcome {
  const { code, words, isNamed, progress } = told;
  if (code === DONE || code === CALLBACK_FAILED) return fromDone(told, form);
  if (code === RUNNING) return running(progress);
  if (code === NOT_FOUND && ageMs < GRACE_MS) return { type: 'queued' };
  const rule = ruleOf(code);
  const failure = describeCode(code, rule, words);
  const ends = rule?.endsJob ?? 'if named';
  if (ends === 'always' || (ends === 'if named' && isNamed)) return { type: 'failed', failure };
  return { type: 'unanswered', failure: rule ? failure : { ...failure, reason: 'unreadable' } };
}

/**
 * The refusal of a submit: a number that proves that nothing was started. A 5xx is none, whatever it says, and neither
 * is a number that tells of trouble inside the service, nor any answer that names a task: that may be running.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer, form: Form): Failure | undefined {
  if (status >= 500 || taskIdOf(form, json) !== undefined) return undefined;
  const told = readTold(form, json);
  const rule = told && ruleOf(told.code);
  if (!told || !rule?.refusesSubmit) return undefined;
  return { ...describeCode(told.code, rule, told.words), retryAfterSeconds };
}
