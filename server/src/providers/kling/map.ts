// Maps between Kling's words and Reelay's. Pure: no clock, no network. Only inputs named here are sent.
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, FailureReason, PollOutcome, StartRequest } from '../contract.ts';
import { refusedWith } from '../kit/failures.ts';
import { factsOf, fromState, type StateWords, succeeded, usedOf } from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import { type Endpoint, envelopeSchema, type KlingParams, type KlingTask, type VideoParams } from './wire.ts';

/** Fields that keep their name and value. */
const FIELDS = ['prompt', 'negative_prompt'] as const;

/** https://kling.ai/document-api/guides/capability-map/video: the mode decides the resolution. */
const MODES: Readonly<Record<string, string>> = { '720p': 'std', '1080p': 'pro' };

/**
 * Kling's default. Newer models are said not to know the field, so it is sent only if it says something else.
 */
const CFG_SCALE_DEFAULT = 0.5;

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Kling takes the bytes of a picture without the head of a `data:` URL. */
function toImage(url: string): string {
  return url.replace(/^data:[^,]*;base64,/, '');
}

/** Where a request goes: to the offer's endpoint, else by whether there are pictures. */
export function endpointOf({ endpoint }: KlingParams, { img_urls: pictures }: JsonObject): Endpoint {
  return endpoint ?? (listOf(pictures).length > 0 ? 'image2video' : 'text2video');
}

/** Models name either the resolution or, as the original's do, the mode itself. */
function modeOf({ resolution, mode }: JsonObject, params: VideoParams): string | undefined {
  if (typeof mode === 'string') return mode;
  return resolution === undefined ? params.mode : (MODES[String(resolution)] ?? String(resolution));
}

/** Fields that only one of the two endpoints takes: at the other, pictures set the ratio. */
function ofEndpoint(input: JsonObject, endpoint: Endpoint): JsonObject {
  if (endpoint === 'text2video') {
    return input.aspect_ratio === undefined ? {} : { aspect_ratio: input.aspect_ratio };
  }
  const [first, last] = listOf(input.img_urls).map(toImage);
  return {
    ...(first === undefined ? {} : { image: first }),
    ...(last === undefined ? {} : { image_tail: last }),
  };
}

/** An effect takes its pictures by their number: one as `image`, two as `images`, the left one first. */
function effectOf({ template_id: scene, img_urls: addresses }: JsonObject): JsonObject {
  const pictures = listOf(addresses).map(toImage);
  const [first] = pictures;
  return {
    effect_scene: String(scene),
    input: pictures.length > 1 ? { images: pictures } : { image: first },
  };
}

/** A video of several shots: the model divides it by the prompt, or each shot has a prompt and a length. */
function shotsOf({ multi_shots: isDivided, shot_type: type, multi_prompt: shots }: JsonObject): JsonObject {
  const listed = Array.isArray(shots) ? shots.filter(isObject) : undefined;
  return {
    ...(isDivided === true ? { multi_shot: true } : {}),
    ...(type === undefined ? {} : { shot_type: type }),
    ...(listed && {
      multi_prompt: listed.map(({ prompt, duration }, at) => ({
        index: at + 1,
        prompt,
        duration: String(duration),
      })),
    }),
  };
}

/** The body of a create. */
export function toWire(
  { input, callbackUrl, token }: StartRequest,
  params: KlingParams,
  endpoint: Endpoint,
): JsonObject {
  const body = params.endpoint === 'effects' ? effectOf(input) : videoOf(input, params, endpoint);
  if (callbackUrl !== undefined) body.callback_url = callbackUrl;
  body.external_task_id = token;
  return body;
}

function videoOf(input: JsonObject, params: VideoParams, endpoint: Endpoint): JsonObject {
  const body: JsonObject = { model_name: params.model_name };
  for (const name of FIELDS) {
    if (input[name] !== undefined) body[name] = input[name];
  }
  Object.assign(body, shotsOf(input), ofEndpoint(input, endpoint));
  const mode = modeOf(input, params);
  if (mode !== undefined) body.mode = mode;
  // Kling wants a text, Reelay has a number.
  if (input.duration !== undefined) body.duration = String(input.duration);
  if (input.cfg_scale !== undefined && input.cfg_scale !== CFG_SCALE_DEFAULT)
    body.cfg_scale = input.cfg_scale;
  if (input.audio !== undefined) body.sound = input.audio === true ? 'on' : 'off';
  return body;
}

function fromSucceeded(task: KlingTask): PollOutcome {
  const videos = task.task_result?.videos ?? [];
  const units = task.final_unit_deduction;
  return succeeded({
    outputs: videos.map(({ url }) => ({ kind: 'video', contentType: 'video/mp4', url })),
    usage: factsOf({ units, duration: videos[0]?.duration }),
    modelVersion: 'kling',
    ...usedOf('units', units),
    ...unreadOf(task),
  });
}

/** A failed task has no code, only words; these words mean the content rules. */
const CONTENT_WORDS = /risk control|sensitive|content security|policy|moderation|violat|风控|敏感|违规/i;

const STATES: StateWords = { submitted: 'queued', processing: 'running', succeed: 'succeeded' };

/** What a task object means. */
export function fromWire(task: KlingTask): PollOutcome {
  return fromState({
    word: task.task_status,
    words: STATES,
    succeeded: () => fromSucceeded(task),
    failed() {
      const message = cleanWords(task.task_status_msg) ?? 'The generation failed';
      return { reason: CONTENT_WORDS.test(message) ? 'content_refused' : 'failed', message };
    },
  });
}

/**
 * https://kling.ai/document-api/apiReference/commonInfo, all codes below 5000. It lists 1202 (no such method)
 * and 1203 (no such resource, "such as the model") among the parameters, but only the operator can fix them.
 */
const CODES: Readonly<Record<number, FailureReason>> = {
  1000: 'bad_credentials',
  1001: 'bad_credentials',
  1002: 'bad_credentials',
  1003: 'bad_credentials',
  1004: 'bad_credentials',
  1100: 'bad_credentials',
  1101: 'quota_exhausted',
  1102: 'quota_exhausted',
  1103: 'bad_credentials',
  1200: 'invalid_input',
  1201: 'invalid_input',
  1202: 'bad_credentials',
  1203: 'bad_credentials',
  1300: 'content_refused',
  1301: 'content_refused',
  1302: 'rate_limited',
  1303: 'rate_limited',
  1304: 'bad_credentials',
};

/** The failure of a create whose `external_task_id` Kling already knows; the task is looked up. */
export const TOKEN_TAKEN = 'token_taken';

/** The provider's words without tokens and support numbers; undefined when nothing is left. */
function cleanWords(message: string | undefined): string | undefined {
  const words = (message ?? '').replace(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]').trim();
  return words === '' ? undefined : words;
}

/**
 * The refusal in an answer, whatever its status: some come with 200. A server fault (5xx, codes from 5000) is
 * never a refusal: it does not prove that nothing was started. What the operator has to fix carries no words
 * of the provider.
 * @param isTemplateListed whether the request names a template of Reelay's catalogue.
 */
export function toFailure(
  { status, json, retryAfterSeconds }: ApiAnswer,
  isTemplateListed = false,
): Failure | undefined {
  const envelope = readWire(envelopeSchema, json);
  const reason = envelope && CODES[envelope.code];
  if (!envelope || !reason || status >= 500) return undefined;
  const code = String(envelope.code);
  const words = cleanWords(envelope.message) ?? code;
  if (reason === 'invalid_input' && words.includes('external_task_id')) {
    return {
      reason,
      code: TOKEN_TAKEN,
      message: 'The provider already knows the token of this attempt',
    };
  }
  // The words name the field of an effect that is not there any more.
  const isGone = isTemplateListed && reason === 'invalid_input' && words.includes('effect_scene');
  return refusedWith({ reason: isGone ? 'template_gone' : reason, code, words, retryAfterSeconds });
}

/** The words beside 1200 and 1201, which can be about any field. */
const NO_TASK =
  /\btask\b.*\bnot (found|exist)|\btask\b.*\b(does not|doesn't) exist|invalid task|no such task/i;

/** Whether the answer to a question about a task says that there is no such task. */
export function saysNoSuchTask({ status, json }: ApiAnswer): boolean {
  const envelope = readWire(envelopeSchema, json);
  if (!envelope || status >= 500) return false;
  const isOfParameters = envelope.code === 1200 || envelope.code === 1201;
  return envelope.code === 1203 || (isOfParameters && NO_TASK.test(envelope.message ?? ''));
}
