// Maps between Vidu's words and Reelay's. Pure: no clock, no network. Only inputs named in the tables of an
// endpoint are sent there, so that no input turns on what was not priced.
import type { Json, JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, Output, PollOutcome, StartRequest } from '../contract.ts';
import { unfitOffer } from '../kit/failures.ts';
import { factsOf, fromState, type StateWords, succeeded, usedOf } from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import { meaningOf } from './errors.ts';
import { type Endpoint, errorSchema, templateSchema, type ViduParams, type ViduTask } from './wire.ts';

const COMMON = ['prompt', 'seed', 'bgm'] as const;
const MADE = ['duration', 'resolution', 'movement_amplitude'] as const;
const TEMPLATE = [...COMMON, 'template', 'images', 'aspect_ratio', 'area', 'beast'] as const;

/** Inputs that keep their name, by endpoint. https://platform.vidu.com/docs/text-to-video and its siblings. */
const FIELDS: Readonly<Record<Endpoint, readonly string[]>> = {
  text2video: [...COMMON, ...MADE, 'style', 'aspect_ratio'],
  img2video: [...COMMON, ...MADE],
  'start-end2video': [...COMMON, ...MADE],
  reference2video: [...COMMON, ...MADE, 'aspect_ratio'],
  template: TEMPLATE,
  template2video: TEMPLATE,
  // https://platform.vidu.com/docs/lip-sync, read 2026-12-01 in public clients.
  'lip-sync': ['video_url', 'audio_url'],
};

/** Where `img_urls` become `images`. */
const TAKES_PICTURES: ReadonlySet<Endpoint> = new Set(['img2video', 'start-end2video', 'reference2video']);
/** Where the kind of sound can be chosen. */
const TAKES_AUDIO_TYPE: ReadonlySet<Endpoint> = new Set(['img2video', 'reference2video']);

/** What the operator chose where the documents contradict each other; values of the credential. */
export interface Choices {
  /** `on` sends the input of that name. */
  moderation: string;
  /** `subjects` sends pictures as subjects if sound is asked for; otherwise they stay a plain list. */
  audioForm: string;
}

/** `audio` and its kind; the kind is read only if there is to be sound. */
function toAudio(input: JsonObject, { audio, endpoint }: ViduParams): JsonObject {
  if (audio === undefined || input.audio === undefined) return {};
  if (input.audio !== true) return audio === 'always' ? { audio: false } : {};
  const hasType = TAKES_AUDIO_TYPE.has(endpoint) && input.audio_type !== undefined;
  return hasType ? { audio: true, audio_type: input.audio_type } : { audio: true };
}

function toPictures(urls: Json, asSubjects: boolean): JsonObject {
  if (!asSubjects || !Array.isArray(urls)) return { images: urls };
  return { subjects: urls.map((url, at) => ({ name: String(at + 1), images: [url] })) };
}

/** The ratios that a template of the catalogue lists; empty when it lists none. */
function ratiosOf(template: JsonObject | undefined): string[] {
  return readWire(templateSchema, template)?.aspect_ratio?.filter((ratio) => ratio !== '') ?? [];
}

/** What the catalogue already knows to be wrong, so that it need not be sent: a sentence for the user. */
export function findTemplateFault({ input, template }: StartRequest): string | undefined {
  const ratios = ratiosOf(template);
  if (input.aspect_ratio !== undefined && ratios.length > 0 && !ratios.includes(String(input.aspect_ratio))) {
    return `input.aspect_ratio: must be one of ${ratios.join(', ')} for this template`;
  }
  const makes = readWire(templateSchema, template)?.output_type ?? 'video';
  return /image/i.test(makes) ? 'input.template: this template makes a picture, not a video' : undefined;
}

/** The body of a create. */
export function toWire(
  { input, template, callbackUrl, token }: StartRequest,
  params: ViduParams,
  { moderation, audioForm }: Choices,
): JsonObject {
  const { model, endpoint } = params;
  const body: JsonObject = model === undefined ? {} : { model };
  for (const name of FIELDS[endpoint]) {
    if (input[name] !== undefined) body[name] = input[name];
  }
  const audio = toAudio(input, params);
  Object.assign(body, audio);
  if (TAKES_PICTURES.has(endpoint) && input.img_urls !== undefined) {
    const asSubjects = audioForm === 'subjects' && endpoint === 'reference2video' && audio.audio === true;
    Object.assign(body, toPictures(input.img_urls, asSubjects));
  }
  const [ownRatio] = ratiosOf(template);
  if (input.aspect_ratio === undefined && ownRatio !== undefined && input.template !== undefined) {
    body.aspect_ratio = ownRatio;
  }
  if (moderation === 'on' && input.moderation !== undefined) body.moderation = input.moderation === 'enabled';
  if (params.off_peak !== undefined) body.off_peak = params.off_peak;
  body.payload = token;
  if (callbackUrl !== undefined) body.callback_url = callbackUrl;
  return body;
}

function outputsOf({ creations = [] }: ViduTask): Output[] {
  return creations.map(({ url }) => ({ kind: 'video', contentType: 'video/mp4', url }));
}

/** The English pages spell "queueing" in two ways. */
const STATES: StateWords = {
  created: 'queued',
  queueing: 'queued',
  queuing: 'queued',
  processing: 'running',
  success: 'succeeded',
};

/** What the answer about a task means. @param model as the create named it; the answer does not. */
export function fromWire(task: ViduTask, model = 'vidu'): PollOutcome {
  const { credits, bgm, off_peak } = task;
  return fromState({
    word: task.state,
    words: STATES,
    succeeded: () =>
      succeeded({
        outputs: outputsOf(task),
        usage: factsOf({ credits, bgm, off_peak }),
        modelVersion: model,
        ...usedOf('credits', credits),
        ...unreadOf(task),
      }),
    failed: () => toTaskFailure(task.err_code ?? ''),
  });
}

/** Why an accepted task has failed; an unknown name means that the generation failed. */
function toTaskFailure(code: string): Failure {
  const { reason, sentence } = meaningOf(code) ?? { reason: 'failed', sentence: 'The generation failed' };
  return { reason, message: sentence, ...(code === '' ? {} : { code }) };
}

/** 408, 409 and 499 are about a connection or a duplicate; they do not prove that nothing was made. */
const UNCLEAR_STATUS: ReadonlySet<number> = new Set([408, 409, 499]);
const REASON_BY_STATUS: Readonly<Record<number, Failure['reason']>> = {
  401: 'bad_credentials',
  403: 'bad_credentials',
  404: 'lost',
  429: 'rate_limited',
};
/** Only these show the words of the service: the operator handles the others. */
const IS_OF_USER: ReadonlySet<Failure['reason']> = new Set(['invalid_input', 'content_refused']);

/**
 * The refusal in an answer. A 5xx is never a refusal, whatever it says: it does not prove that nothing was
 * started. Lack of credits comes as a 400 and is for the operator, so it carries no words of the service.
 */
export function toFailure({ status, json, retryAfterSeconds }: ApiAnswer): Failure | undefined {
  const error = readWire(errorSchema, json);
  const code = error?.reason || error?.err_code;
  if (!error || !code || status < 400 || status >= 500 || UNCLEAR_STATUS.has(status)) return undefined;
  const meaning = meaningOf(code);
  const reason = meaning?.reason ?? REASON_BY_STATUS[status] ?? 'invalid_input';
  const sentence = meaning?.sentence ?? 'The provider refused the request';
  if (IS_OF_USER.has(reason)) return { reason, code, message: error.message || sentence, retryAfterSeconds };
  return { reason, code, message: sentence, operatorDetail: error.message, retryAfterSeconds };
}

/**
 * The refusal of a create. No task can be lost yet: an unknown path means a wrong base address.
 * @param isListed whether the template of the request is in Reelay's catalogue.
 */
export function toStartFailure(answer: ApiAnswer, isListed: boolean): Failure | undefined {
  const failure = toFailure(answer);
  if (failure?.reason === 'lost') {
    const operatorDetail = 'The provider does not know this call; is its base address right?';
    return { ...failure, ...unfitOffer(operatorDetail) };
  }
  const namesTemplate = failure?.code === 'FieldInvalid' && /\bfield: \W*template\b/i.test(failure.message);
  return failure && isListed && namesTemplate ? { ...failure, reason: 'template_gone' } : failure;
}
