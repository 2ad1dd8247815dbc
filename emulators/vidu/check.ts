// Judges the body of a create as Vidu does: missing fields, unwanted fields and wrong values are each refused
// with their own reason. https://platform.vidu.com/docs/error-code.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldFault, type FieldRule, type FieldRules } from '../core/fields.ts';
import {
  creditsOf,
  type Endpoint,
  TEMPLATE_SECONDS,
  VIDU_MODELS,
  VIDU_TEMPLATES,
  type ViduModel,
  type ViduTemplate,
} from './models.ts';

/** A refusal in Vidu's words. */
export interface ViduError {
  status: number;
  reason: string;
  message: string;
}

/** What a task will make, once everything is settled. */
export interface ViduOrder {
  type: Endpoint | 'template' | 'lip-sync';
  modelName: string;
  template?: string;
  prompt: string;
  images: string[];
  style: string;
  duration: number;
  resolution: string;
  ratio: string;
  movement: string;
  seed: number;
  bgm: boolean;
  audio: boolean;
  offPeak: boolean;
  watermark: boolean;
  isRecommended: boolean;
  payload: string;
  callbackUrl?: string;
  credits: number;
}

/** Where the documents contradict each other; settings of the emulator. */
export interface Contradictions {
  /** Whether `audio` may be combined with plain pictures at Q1. */
  q1TakesAudio: boolean;
  /** Whether the field of the first version is still accepted. */
  takesModeration: boolean;
}

const PAYLOAD_MAX = 1_048_576;
const AREAS = 'auto denmark uk africa china mexico switzerland russia italy korea thailand india japan';
const BEASTS = 'auto bear tiger elk snake lion wolf';
const PICTURE = /^data:image\/(png|jpeg|jpg|webp);base64,./;
const AUDIO_TYPES = ['all', 'speech_only', 'sound_effect_only'];

const isAddress = (value: Json) =>
  /^https?:\/\//.test(String(value)) && URL.canParse(String(value)) ? undefined : 'is not an http(s) address';
const isPicture = (value: Json) => (PICTURE.test(String(value)) ? undefined : isAddress(value));

const EVERYWHERE: FieldRules = {
  payload: { type: 'string', lengthMax: PAYLOAD_MAX },
  callback_url: { type: 'string', check: isAddress },
  watermark: { type: 'boolean' },
  wm_position: { type: 'integer', min: 1, max: 4 },
  wm_url: { type: 'string', check: isAddress },
  meta_data: { type: 'string' },
  seed: { type: 'integer', min: 0, max: 2 ** 31 - 1 },
};

/** Only for models, in addition to those that a model names. */
const OF_MODELS: FieldRules = {
  ...EVERYWHERE,
  model: { type: 'string', required: true },
  movement_amplitude: { type: 'string', values: ['auto', 'small', 'medium', 'large'] },
  off_peak: { type: 'boolean' },
};

const OWN_RULES: FieldRules = {
  bgm: { type: 'boolean' },
  audio: { type: 'boolean' },
  audio_type: { type: 'string', values: AUDIO_TYPES },
  voice_id: { type: 'string' },
  style: { type: 'string', values: ['general', 'anime'] },
  moderation: { type: 'boolean' },
};

function picturesOf(min: number, max: number): FieldRule {
  const items: FieldRule = { type: 'string', check: isPicture };
  return { type: 'array', required: true, lengthMin: min, lengthMax: max, items };
}

const SUBJECTS: FieldRule = {
  type: 'array',
  required: true,
  lengthMin: 1,
  lengthMax: 7,
  items: {
    type: 'object',
    fields: {
      name: { type: 'string', required: true, lengthMin: 1 },
      images: picturesOf(1, 3),
      voice_id: { type: 'string' },
      server_id: { type: 'string' },
    },
  },
};

function secondsRule({ seconds }: ViduModel): FieldRule {
  return 'only' in seconds
    ? { type: 'integer', values: seconds.only }
    : { type: 'integer', min: seconds.from, max: seconds.to };
}

/** The names of the fields of `OWN_RULES` that a model has in this form. */
function ownFields(endpoint: Endpoint, body: JsonObject, model: ViduModel, doubt: Contradictions): string[] {
  const isReference = endpoint === 'reference2video';
  const hasSubjects = isReference && body.subjects !== undefined;
  const isQ1 = isReference && body.model === 'viduq1' && doubt.q1TakesAudio;
  return [
    ...model.fields,
    ...(hasSubjects || isQ1 ? ['audio', 'audio_type'] : []),
    ...(doubt.takesModeration ? ['moderation'] : []),
  ];
}

function rulesOf(endpoint: Endpoint, body: JsonObject, model: ViduModel, doubt: Contradictions): FieldRules {
  const own = ownFields(endpoint, body, model, doubt).map((name) => [name, OWN_RULES[name]]);
  const needsPrompt = endpoint === 'text2video' || endpoint === 'reference2video';
  const imagesMin = endpoint === 'reference2video' ? 1 : model.imagesMax;
  const pictures: FieldRules =
    endpoint === 'reference2video' && body.subjects !== undefined
      ? { subjects: SUBJECTS, auto_subjects: { type: 'boolean' } }
      : { images: picturesOf(imagesMin, model.imagesMax) };
  return {
    ...OF_MODELS,
    ...Object.fromEntries(own),
    prompt: { type: 'string', required: needsPrompt, lengthMax: model.promptMax },
    duration: secondsRule(model),
    resolution: { type: 'string', values: model.resolutions },
    ...(model.ratios.length > 0 ? { aspect_ratio: { type: 'string', values: model.ratios } as const } : {}),
    ...(model.imagesMax > 0 ? pictures : {}),
    ...(endpoint === 'img2video' || endpoint === 'start-end2video' ? { is_rec: { type: 'boolean' } } : {}),
  };
}

function templateRules({ imagesMax, ratios, own, takesPrompt }: ViduTemplate): FieldRules {
  return {
    ...EVERYWHERE,
    template: { type: 'string', required: true },
    images: picturesOf(1, imagesMax),
    aspect_ratio: { type: 'string', values: ratios },
    bgm: { type: 'boolean' },
    ...(takesPrompt ? { prompt: { type: 'string', lengthMax: 2_000 } as const } : {}),
    ...(own === 'area' ? { area: { type: 'string', values: AREAS.split(' ') } as const } : {}),
    ...(own === 'beast' ? { beast: { type: 'string', values: BEASTS.split(' ') } as const } : {}),
  };
}

function bad(reason: string, message: string): ViduError {
  return { status: 400, reason, message };
}

export const invalidField = (field: string) => bad('FieldInvalid', `invalid field: ${field}`);
const lackingField = (field: string) => bad('FieldLacking', `field is missing or empty: ${field}`);

function refusal(fault: FieldFault, body: JsonObject): ViduError {
  const { field, problem } = fault;
  if (problem === 'missing') return lackingField(field);
  if (problem === 'unknown') return bad('FieldUnwanted', `unwanted field: ${field}`);
  const isCount = problem === 'value' && Array.isArray(body[field]);
  return isCount
    ? bad('FieldItemCountOutOfRange', `field item count out of range: ${field}`)
    : invalidField(field);
}

/** Empty texts and lists count as missing if the field is required. */
function findFault(body: JsonObject, rules: FieldRules): ViduError | undefined {
  const empty = Object.entries(rules).find(
    ([name, { required }]) =>
      required && (body[name] === '' || (Array.isArray(body[name]) && body[name].length === 0)),
  );
  if (empty) return lackingField(empty[0]);
  const [fault] = checkFields(body, rules);
  return fault && refusal(fault, body);
}

function picturesIn({ images, subjects }: JsonObject): string[] {
  if (!Array.isArray(subjects)) return (images ?? []) as string[];
  return subjects.flatMap((subject) => (isObject(subject) ? (subject.images as string[]) : []));
}

/** Half the price for a wait of up to two days: Q3 only with sound, the others only without. */
function isOffPeakWrong(order: ViduOrder, model: ViduModel): boolean {
  return order.offPeak && (!model.offPeak || order.audio !== model.audioDefault);
}

function settle(body: JsonObject, type: ViduOrder['type'], model: ViduModel | undefined): ViduOrder {
  const ratio = model && model.ratios.length === 0 ? '' : '16:9';
  return {
    type,
    modelName: String(body.model ?? ''),
    ...(body.template === undefined ? {} : { template: String(body.template) }),
    prompt: String(body.prompt ?? ''),
    images: picturesIn(body),
    style: String(body.style ?? 'general'),
    duration: Number(body.duration ?? model?.secondsDefault ?? TEMPLATE_SECONDS),
    resolution: String(body.resolution ?? model?.resolutionDefault ?? '720p'),
    ratio: String(body.aspect_ratio ?? ratio),
    movement: String(body.movement_amplitude ?? 'auto'),
    seed: Number(body.seed ?? 0),
    bgm: body.bgm === true,
    audio: body.audio === undefined ? (model?.audioDefault ?? false) : body.audio === true,
    offPeak: body.off_peak === true,
    watermark: body.watermark === true,
    isRecommended: body.is_rec === true,
    payload: String(body.payload ?? ''),
    callbackUrl: body.callback_url as string | undefined,
    credits: 0,
  };
}

/** What a request to a model orders, or the first thing that is wrong with it. */
export function readOrder(
  endpoint: Endpoint,
  json: Json | undefined,
  doubt: Contradictions,
): ViduOrder | ViduError {
  if (!isObject(json)) return bad('BadRequest', 'bad request');
  const models = VIDU_MODELS[endpoint];
  if (json.model === undefined || json.model === '') return lackingField('model');
  const name = String(json.model);
  if (!Object.hasOwn(models, name)) return bad('ModelUnavailable', `model ${name} is not supported`);
  const model = models[name];
  const fault = findFault(json, rulesOf(endpoint, json, model, doubt));
  if (fault) return fault;
  const order = settle(json, endpoint, model);
  if (order.images.length > model.imagesMax) {
    return bad('FieldItemCountOutOfRange', 'field item count out of range: subjects');
  }
  if (isOffPeakWrong(order, model)) return invalidField('off_peak');
  const credits = creditsOf({ ...order, model });
  return credits === undefined ? invalidField('resolution') : { ...order, credits };
}

/**
 * A clip whose mouth follows a sound, or words that are spoken: https://platform.vidu.com/docs/lip-sync, read 2026-12-01 in
 * public clients. `seed` is not in their lists.
 */
const LIP_SYNC: FieldRules = {
  payload: EVERYWHERE.payload,
  callback_url: EVERYWHERE.callback_url,
  video_url: { type: 'string', required: true, check: isAddress },
  audio_url: { type: 'string', check: isAddress },
  text: { type: 'string', lengthMin: 4, lengthMax: 2_000 },
  speed: { type: 'number', min: 0.5, max: 1.5 },
  volume: { type: 'integer', min: 0, max: 10 },
  character_id: { type: 'string' },
  language: { type: 'string' },
};
/** What a clip costs is not documented where it could be read; an example. */
const LIP_SYNC_CREDITS = 20;

export function readLipSyncOrder(json: Json | undefined): ViduOrder | ViduError {
  if (!isObject(json)) return bad('BadRequest', 'bad request');
  const fault = findFault(json, LIP_SYNC);
  if (fault) return fault;
  if (json.audio_url === undefined && json.text === undefined) return lackingField('audio_url');
  return { ...settle(json, 'lip-sync', undefined), credits: LIP_SYNC_CREDITS };
}

/** The same for a template. */
export function readTemplateOrder(json: Json | undefined): ViduOrder | ViduError {
  if (!isObject(json)) return bad('BadRequest', 'bad request');
  const name = String(json.template ?? '');
  if (name === '') return lackingField('template');
  if (!Object.hasOwn(VIDU_TEMPLATES, name)) return invalidField('template');
  const fault = findFault(json, templateRules(VIDU_TEMPLATES[name]));
  if (fault) return fault;
  const order = settle(json, 'template', undefined);
  return { ...order, credits: creditsOf({ ...order, model: undefined }) ?? 0 };
}
