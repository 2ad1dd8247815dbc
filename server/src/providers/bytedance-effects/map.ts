// Maps between the service's words and Reelay's, for both forms. Pure: no clock, no network. Only inputs
// named in `toWire` are sent.
import { isObject, type Json, type JsonObject, readForeignJson } from '../../lib/json.ts';
import { MINUTE_MS } from '../../lib/time.ts';
import type { ApiAnswer, Failure, PollOutcome, StartRequest, UnreadFields } from '../contract.ts';
import { factsOf, madeWithoutFile, running, succeeded, unreadable, usedOf } from '../kit/states.ts';
import { readAs, readWire, unreadOf } from '../kit/wire.ts';
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
/** The provider could not reach the callback address; it says nothing about the job. */
const CALLBACK_FAILED = 3000;
const PROGRESS_MAX = 100;
/** The vendor's samples keep asking about a task that is not found for as long as they run. */
const GRACE_MS = 2 * MINUTE_MS;
const MODEL_VERSION = 'effect-template';
const DEPTH_MAX = 5;

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The service number that makes the template, for form A; undefined when the catalogue does not have it. */
export function serverIdOf({ template }: StartRequest): number | undefined {
  const serviceId = readAs(templateSchema, template)?.ServiceId;
  return serviceId === undefined ? undefined : Number(serviceId);
}

/** The body of a submit; in form A most of it is JSON inside a text. */
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

/** What an answer says, in either form. */
export interface Report {
  code: number;
  words?: string;
  /** The answer is about the job and not just about the call. */
  isNamed: boolean;
  /** From 0 to 100. */
  progress?: number;
  /** Where the address of the result is. */
  payload?: Json;
  /** Points that were used. */
  points?: number;
  unread?: UnreadFields;
}

function readOpenApi(json: Json | undefined): Report | undefined {
  const metadata = readWire(openApiSchema, json)?.ResponseMetadata;
  if (!metadata) return undefined;
  const { Error: error, Code: code = DONE } = metadata;
  if (error) {
    if (error.CodeN === undefined) return undefined;
    return { code: error.CodeN, words: error.Message, isNamed: false };
  }
  if (code !== DONE) return { code, words: metadata.Message, isNamed: false };
  const task = readWire(openApiTaskSchema, json);
  if (!task) return undefined;
  const { Code, Message: words, Progress: progress, ResultExtra: extra } = task.Result;
  const payload = parseExtra(extra as Json | undefined);
  return { code: Code, words, isNamed: true, progress, payload, ...unreadOf(task) };
}

/** Documented as text with JSON in it; an object or a bare address is accepted too. */
function parseExtra(extra: Json | undefined): Json | undefined {
  if (typeof extra !== 'string') return extra;
  // What is not JSON may be the address itself.
  return readForeignJson(Buffer.from(extra)) ?? extra;
}

function readKickart(json: Json | undefined): Report | undefined {
  const answer = readWire(kickartSchema, json);
  if (!answer) return undefined;
  const task = readWire(kickartTaskSchema, answer.data as Json | undefined);
  return {
    code: answer.code,
    words: answer.message,
    isNamed: task?.task_id !== undefined,
    progress: task?.progress,
    payload: task?.payload as Json | undefined,
    points: task?.usage,
    ...(task && unreadOf(task)),
  };
}

/** Undefined for what is not an answer of the service. */
export function readReport(form: Form, json: Json | undefined): Report | undefined {
  return form === 'a' ? readOpenApi(json) : readKickart(json);
}

/** The id of the task that an answer names. */
export function taskIdOf(form: Form, json: Json | undefined): string | undefined {
  return form === 'a'
    ? readWire(openApiCreatedSchema, json)?.Result.TaskId
    : readWire(kickartCreatedSchema, json)?.data.task_id;
}

function isAddress(value: Json | undefined): value is string {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
}

function listAddresses(value: Json | undefined, depth = 0): string[] {
  if (isAddress(value)) return [value];
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return [];
  return Object.values(value).flatMap((item) => listAddresses(item, depth + 1));
}

/** `result_url`, or the first address of a video, or the first address: its name is not proven for form A. */
export function resultAddressOf(payload: Json | undefined): string | undefined {
  if (isObject(payload) && isAddress(payload.result_url)) return payload.result_url;
  const addresses = listAddresses(payload);
  return addresses.find((address) => /\.(?:mp4|mov|webm)$/i.test(new URL(address).pathname)) ?? addresses[0];
}

/** In form A it says whether a good code is the end. */
const PROGRESS = 'Result.Progress';

/** Form A is done at 100 %, form B once there is an address. */
function fromDone({ progress, payload, points, unread }: Report, form: Form): PollOutcome {
  const url = resultAddressOf(payload);
  const isComplete = progress !== undefined && progress >= PROGRESS_MAX;
  if (form === 'a' && unread?.includes(PROGRESS)) return unreadable('its progress cannot be read');
  const goesOn = progress !== undefined && !isComplete;
  if (goesOn && (form === 'a' || url === undefined)) return running(progress, PROGRESS_MAX);
  if (url === undefined) return madeWithoutFile();
  const produceId = isObject(payload) ? payload.produce_id : undefined;
  return succeeded({
    outputs: [{ kind: 'video', contentType: 'video/mp4', url }],
    usage: factsOf({ produce_id: typeof produceId === 'string' ? produceId : undefined, points }),
    modelVersion: MODEL_VERSION,
    ...usedOf('points', points),
    ...(unread && { unread }),
  });
}

/** What the answer to a query means. @param ageMs since the task was accepted. */
export function fromWire(report: Report, form: Form, ageMs: number): PollOutcome {
  const { code, words, isNamed, progress } = report;
  if (code === DONE || code === CALLBACK_FAILED) return fromDone(report, form);
  if (code === RUNNING) return running(progress, PROGRESS_MAX);
  if (code === NOT_FOUND && ageMs < GRACE_MS) return { type: 'queued' };
  const rule = ruleOf(code);
  const failure = describeCode(code, rule, words);
  const ends = rule?.endsJob ?? 'if named';
  if (ends === 'always' || (ends === 'if named' && isNamed)) return { type: 'failed', failure };
  return rule
    ? { type: 'unanswered', failure }
    : unreadable('its code is not in the documentation', String(code));
}

/**
 * The refusal of a submit: a number that proves that nothing was started. A 5xx is never a refusal, whatever
 * it says. Neither is a number for trouble inside the service, nor any answer that names a task, since that
 * task may be running.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer, form: Form): Failure | undefined {
  if (status >= 500 || taskIdOf(form, json) !== undefined) return undefined;
  const report = readReport(form, json);
  const rule = report && ruleOf(report.code);
  if (!report || !rule?.refusesSubmit) return undefined;
  return { ...describeCode(report.code, rule, report.words), retryAfterSeconds };
}
