// Maps between Ark's words and Reelay's. Pure: no clock, no network. Only inputs named in these tables are
// sent.
import type { Json, JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, FailureReason, Output, PollOutcome, StartRequest } from '../contract.ts';
import { type Refusal, refusedWith } from '../kit/failures.ts';
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
import { type ArkError, type ArkParams, type ArkTask, errorSchema } from './wire.ts';

/**
 * Fields that only change their name. `watermark` is also sent, always false: its default there has changed
 * before.
 */
const FIELDS: Readonly<Record<string, string>> = {
  resolution: 'resolution',
  duration: 'duration',
  seed: 'seed',
  camera_fixed: 'camera_fixed',
  return_last_frame: 'return_last_frame',
  audio: 'generate_audio',
};

/**
 * https://www.volcengine.com/docs/82379/1366799: flags of the older text form, which the service reads in a
 * prompt.
 */
const PROMPT_FLAG =
  /-{2,}\s*(?=(?:resolution|rs|ratio|rt|duration|dur|frames|framespersecond|fps|seed|camerafixed|cf|watermark|wm)\b)/gi;

/**
 * Removes the hyphens from every flag in a prompt, so that it cannot change what was priced; the words stay.
 */
export function neutralisePrompt(prompt: string): string {
  let text = prompt;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(PROMPT_FLAG, '');
  }
  return text;
}

/** Reelay's `auto` lets the service follow the picture. */
function toRatio(aspectRatio: Json): Json {
  return aspectRatio === 'auto' ? 'adaptive' : aspectRatio;
}

function listOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function toImages(urls: string[], use: ArkParams['images']): JsonObject[] {
  const roles = use === 'references' ? urls.map(() => 'reference_image') : ['first_frame', 'last_frame'];
  return urls.map((url, at) => ({ type: 'image_url', image_url: { url }, role: roles[at] }));
}

function toContent(input: JsonObject, params: ArkParams): JsonObject[] {
  const text =
    input.prompt === undefined ? [] : [{ type: 'text', text: neutralisePrompt(String(input.prompt)) }];
  return [
    ...text,
    ...toImages(listOf(input.img_urls), params.images),
    ...toImages(listOf(input.reference_images), 'references'),
    ...listOf(input.reference_videos).map((url) => ({
      type: 'video_url',
      video_url: { url },
      role: 'reference_video',
    })),
    ...listOf(input.reference_audios).map((url) => ({
      type: 'audio_url',
      audio_url: { url },
      role: 'reference_audio',
    })),
  ];
}

/** The body of a create. @param options.modelId of the cloud that is called. */
export function toWire(
  { input, callbackUrl, token }: StartRequest,
  options: { params: ArkParams; modelId: string; correlates: boolean },
): JsonObject {
  const { params, modelId, correlates } = options;
  const body: JsonObject = { model: modelId, content: toContent(input, params), watermark: false };
  for (const [name, wireName] of Object.entries(FIELDS)) {
    if (input[name] !== undefined) body[wireName] = input[name];
  }
  if (input.aspect_ratio !== undefined) body.ratio = toRatio(input.aspect_ratio);
  for (const name of ['service_tier', 'execution_expires_after'] as const) {
    if (params[name] !== undefined) body[name] = params[name];
  }
  if (callbackUrl !== undefined) body.callback_url = callbackUrl;
  if (correlates) body.safety_identifier = token;
  return body;
}

function outputsOf({ content }: ArkTask): Output[] {
  const outputs: Output[] = [];
  if (content?.video_url) outputs.push({ kind: 'video', contentType: 'video/mp4', url: content.video_url });
  if (content?.last_frame_url) {
    outputs.push({ kind: 'image', contentType: 'image/png', url: content.last_frame_url });
  }
  return outputs;
}

function usageOf(task: ArkTask): JsonObject {
  return factsOf({
    completion_tokens: task.usage?.completion_tokens,
    total_tokens: task.usage?.total_tokens,
    seed: task.seed,
    resolution: task.resolution,
    ratio: task.ratio,
    duration: task.duration,
    frames: task.frames,
    framespersecond: task.framespersecond,
  });
}

const STATES: StateWords = { queued: 'queued', running: 'running', succeeded: 'succeeded' };

/** Whether a task that a callback names is still running. */
export function isOpen(word: string): boolean {
  return ['queued', 'running'].includes(stateOf(word, STATES) ?? '');
}

/** What a task object means. */
export function fromWire(task: ArkTask): PollOutcome {
  return fromState({
    word: task.status,
    words: STATES,
    succeeded: () => {
      const outputs = outputsOf(task);
      if (outputs[0]?.kind !== 'video') return madeWithoutFile();
      return succeeded({
        outputs,
        usage: usageOf(task),
        modelVersion: task.model ?? 'seedance',
        ...usedOf('tokens', task.usage?.completion_tokens),
        ...unreadOf(task),
      });
    },
    failed() {
      const { code = 'failed', message = 'The generation failed' } = task.error ?? {};
      return toTaskFailure(code, message);
    },
  });
}

/** Patterns of codes (https://docs.byteplus.com/en/docs/ModelArk/1299023); the first match counts. */
const CODES: readonly [RegExp, FailureReason][] = [
  [/SensitiveContent|RiskDetection/, 'content_refused'],
  [/^(AuthenticationError|InvalidApiKey|AccessDenied|OperationDenied\.ServiceNotOpen)/, 'bad_credentials'],
  [
    /^(AccountOverdueError|OperationDenied\.ServiceOverdue|QuotaExceeded|SetLimitExceeded)/,
    'quota_exhausted',
  ],
  [/RateLimit|InflightBatchsize|RequestBurst|ModelLoading|ServerOverloaded/, 'rate_limited'],
  [/^(InvalidEndpoint|ModelNotOpen|InvalidEndpointOrModel)/, 'bad_credentials'],
  [/^ResourceNotFound/, 'lost'],
  [/^(MissingParameter|InvalidParameter|InvalidArgument)/, 'invalid_input'],
];

function reasonOfCode(code: string): FailureReason | undefined {
  return CODES.find(([pattern]) => pattern.test(code))?.[1];
}

/** What an unlisted code means, by its status; with any other 4xx it proves no refusal. */
const STATUSES: Readonly<Record<number, FailureReason>> = {
  400: 'invalid_input',
  401: 'bad_credentials',
  402: 'quota_exhausted',
  403: 'bad_credentials',
  404: 'unavailable',
  413: 'invalid_input',
  422: 'invalid_input',
  429: 'rate_limited',
};

/**
 * What the operator has to fix. The provider's words about it (accounts, endpoints, addresses) are not for
 * users.
 */
const OF_OPERATOR: readonly FailureReason[] = ['bad_credentials', 'quota_exhausted', 'unavailable'];

function failureWith(refusal: Refusal): Failure {
  const isOfOperator = OF_OPERATOR.includes(refusal.reason);
  // Request ids mean nothing to a user.
  const words = isOfOperator ? refusal.words : refusal.words.replace(/\.?\s*Request id:.*$/is, '');
  return refusedWith({ ...refusal, words }, isOfOperator);
}

/**
 * Why an accepted task has failed; an unknown code means that the generation failed. "Not found" is about
 * something that the task needed: the task itself was just answered and is not lost.
 */
export function toTaskFailure(code: string, message: string): Failure {
  const known = reasonOfCode(code) ?? 'failed';
  const reason = known === 'lost' ? 'failed' : known;
  return failureWith({ reason, code, words: message });
}

/** Fields that no client fills. */
const OURS = /^(model|callback_url|safety_identifier|execution_expires_after|service_tier|watermark)$/;

function isOurField({ code, param }: ArkError): boolean {
  const [field] = (param || code.replace(/^\w+\.?/, '')).split('.');
  return OURS.test(field);
}

/**
 * The refusal in an answer. A 5xx is never a refusal, whatever it says: it does not prove that nothing was
 * started.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer): Failure | undefined {
  const error = readWire(errorSchema, json)?.error;
  const ofStatus = STATUSES[status];
  if (!error || ofStatus === undefined) return undefined;
  const said = reasonOfCode(error.code) ?? ofStatus;
  const reason = said === 'invalid_input' && isOurField(error) ? 'unavailable' : said;
  return failureWith({ reason, code: error.code, words: error.message ?? error.code, retryAfterSeconds });
}
