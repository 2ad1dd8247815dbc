// Judges the body of a create as Kling does: unknown names and wrong values are 1201, an unknown model is
// 1203.
// https://kling.ai/document-api/apiReference/model/textToVideo and .../imageToVideo, read 2026-11-21.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldRule, type FieldRules } from '../core/fields.ts';
import {
  EFFECTS_MODEL,
  EFFECTS_OF_ONE,
  EFFECTS_OF_TWO,
  type Endpoint,
  KLING_MODELS,
  type KlingModel,
  MODEL_DEFAULT,
  type Mode,
} from './models.ts';

/** What a task will make. */
export interface KlingOrder {
  endpoint: Endpoint;
  model: KlingModel;
  mode: Mode;
  seconds: number;
  ratio: string;
  hasSound: boolean;
  callbackUrl?: string;
  externalId?: string;
  hasWatermark: boolean;
}

export interface KlingError {
  status: number;
  code: number;
  message: string;
}

const PROMPT_MAX = 2500;
const isAddressOrEmpty = (value: Json) =>
  value === '' || isAddress(String(value)) ? undefined : 'is not an http(s) address';

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** An address, or base64 without a prefix. */
const isPicture = (value: Json) => {
  const text = String(value);
  const isBase64 = text.length > 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  return isAddress(text) || isBase64 ? undefined : 'is not an address, and not in a valid base64 format';
};

const isVideoAddress = (value: Json) => (isAddress(String(value)) ? undefined : 'is not an http(s) address');

const GENERAL: FieldRules = {
  model_name: { type: 'string' },
  mode: { type: 'string', values: ['std', 'pro'] },
  callback_url: { type: 'string', check: isAddressOrEmpty },
  external_task_id: { type: 'string', lengthMax: 200 },
  watermark_info: { type: 'object', fields: { enabled: { type: 'boolean', required: true } } },
};

const SHOTS_MAX = 6;
const SHOT_PROMPT_MAX = 512;
const IMAGES_MAX = 4;
const ELEMENTS: FieldRules = {
  element_list: {
    type: 'array',
    lengthMin: 1,
    items: { type: 'object', fields: { element_id: { type: 'integer', required: true } } },
  },
};

/** For models that take storyboards. */
const SHOTS: FieldRules = {
  multi_shot: { type: 'boolean' },
  shot_type: { type: 'string', values: ['customize', 'intelligence'] },
  multi_prompt: {
    type: 'array',
    lengthMin: 1,
    lengthMax: SHOTS_MAX,
    items: {
      type: 'object',
      fields: {
        index: { type: 'integer', required: true, min: 1, max: SHOTS_MAX },
        prompt: { type: 'string', required: true, lengthMin: 1, lengthMax: SHOT_PROMPT_MAX },
        duration: { type: 'string', required: true },
      },
    },
  },
  voice_list: {
    type: 'array',
    lengthMin: 1,
    lengthMax: 2,
    items: { type: 'object', fields: { voice_id: { type: 'string', required: true } } },
  },
};

const COMMON: FieldRules = {
  ...GENERAL,
  negative_prompt: { type: 'string', lengthMax: PROMPT_MAX },
  // Said to be unsupported by 2.x models, but not said to be refused.
  cfg_scale: { type: 'number', min: 0, max: 1 },
  sound: { type: 'string', values: ['on', 'off'] },
  duration: { type: 'string' },
};

const RATIO: FieldRule = { type: 'string', values: ['16:9', '9:16', '1:1'] };

const RULES: Readonly<Record<Endpoint, FieldRules>> = {
  text2video: {
    ...COMMON,
    prompt: { type: 'string', lengthMin: 1, lengthMax: PROMPT_MAX },
    aspect_ratio: RATIO,
  },
  image2video: {
    ...COMMON,
    prompt: { type: 'string', lengthMax: PROMPT_MAX },
    image: { type: 'string', check: isPicture },
    image_tail: { type: 'string', check: isPicture },
  },
  'multi-image2video': {
    ...GENERAL,
    prompt: { type: 'string', required: true, lengthMin: 1, lengthMax: PROMPT_MAX },
    negative_prompt: { type: 'string', lengthMax: PROMPT_MAX },
    image_list: {
      type: 'array',
      required: true,
      lengthMin: 1,
      lengthMax: IMAGES_MAX,
      items: { type: 'object', fields: { image: { type: 'string', required: true, check: isPicture } } },
    },
    duration: { type: 'string' },
    aspect_ratio: RATIO,
    // Not in the table of the page, but sent by the AI SDK when it is asked for.
    cfg_scale: { type: 'number', min: 0, max: 1 },
  },
  'motion-control': {
    ...GENERAL,
    ...ELEMENTS,
    mode: { type: 'string', required: true, values: ['std', 'pro'] },
    prompt: { type: 'string', lengthMax: PROMPT_MAX },
    image_url: { type: 'string', required: true, check: isPicture },
    video_url: { type: 'string', required: true, check: isVideoAddress },
    keep_original_sound: { type: 'string', values: ['yes', 'no'] },
    character_orientation: { type: 'string', required: true, values: ['image', 'video'] },
  },
  effects: {
    callback_url: GENERAL.callback_url,
    external_task_id: GENERAL.external_task_id,
    effect_scene: { type: 'string', required: true, values: [...EFFECTS_OF_ONE, ...EFFECTS_OF_TWO] },
    input: {
      type: 'object',
      required: true,
      fields: {
        image: { type: 'string', check: isPicture },
        images: { type: 'array', lengthMin: 2, lengthMax: 2, items: { type: 'string', check: isPicture } },
        // Older copies of the page have these; the newest says nothing of them.
        model_name: { type: 'string' },
        mode: { type: 'string', values: ['std', 'pro'] },
        duration: { type: 'string' },
      },
    },
  },
};

/** The rules of the endpoint, and what a newer model takes in addition. */
function rulesOf(endpoint: Endpoint, { takesShots }: KlingModel): FieldRules {
  if (!takesShots) return RULES[endpoint];
  if (endpoint === 'text2video') return { ...RULES[endpoint], ...SHOTS };
  return endpoint === 'image2video' ? { ...RULES[endpoint], ...SHOTS, ...ELEMENTS } : RULES[endpoint];
}

function invalid(message: string): KlingError {
  return { status: 400, code: 1201, message };
}

/** What the request orders, or the first thing that is wrong with it. */
export function readOrder(json: Json | undefined, endpoint: Endpoint): KlingOrder | KlingError {
  if (!isObject(json)) return { status: 400, code: 1200, message: 'Request body is invalid' };
  const name = json.model_name ?? MODEL_DEFAULT;
  const found = KLING_MODELS.find((one) => one.name === name && one.endpoints.includes(endpoint));
  const model = endpoint === 'effects' ? EFFECTS_MODEL : found;
  const [fault] = checkFields(json, model ? rulesOf(endpoint, model) : RULES[endpoint]);
  if (fault) return invalid(`${fault.field} ${fault.message}`);
  if (!model) return { status: 404, code: 1203, message: `model ${name} is not found` };
  const order = settle(json, { endpoint, model });
  const problem = judge(json, order);
  return problem === undefined ? order : invalid(problem);
}

function settle(json: JsonObject, chosen: Pick<KlingOrder, 'endpoint' | 'model'>): KlingOrder {
  const { callback_url: callbackUrl, external_task_id: externalId, watermark_info: watermark } = json;
  return {
    ...chosen,
    mode: json.mode === 'pro' ? 'pro' : 'std',
    seconds: Number(json.duration ?? '5'),
    // Pictures are not looked at: a video that would follow them is wide.
    ratio: String(json.aspect_ratio ?? '16:9'),
    hasSound: json.sound === 'on',
    ...(callbackUrl ? { callbackUrl: String(callbackUrl) } : {}),
    ...(externalId ? { externalId: String(externalId) } : {}),
    hasWatermark: isObject(watermark) && watermark.enabled === true,
  };
}

/** An effect for two takes exactly that, and one for a single picture no more. */
function judgeEffect({ effect_scene: scene, input }: JsonObject): string | undefined {
  const wanted = EFFECTS_OF_TWO.includes(String(scene)) ? 'images' : 'image';
  return isObject(input) && input[wanted] !== undefined ? undefined : `input.${wanted} can not be null`;
}

/** What the model cannot do, or not in this mode. */
function judge(json: JsonObject, { endpoint, model, mode, hasSound }: KlingOrder): string | undefined {
  if (endpoint === 'effects') return judgeEffect(json);
  if (!model.durations.includes(String(json.duration ?? '5'))) {
    return `duration value '${json.duration}' is invalid`;
  }
  if (hasSound && !model.soundModes.includes(mode)) return `sound is not supported by ${model.name} ${mode}`;
  const problem = judgeShots(json, endpoint);
  if (problem !== undefined || endpoint !== 'image2video') return problem;
  if (json.image === undefined) return 'image can not be null';
  if (json.image_tail === undefined) return undefined;
  if (!model.tailModes.includes(mode)) return `image_tail is not supported by ${model.name} ${mode}`;
  return hasSound && !model.tailWithSound ? 'image_tail and sound can not be used together' : undefined;
}

/** A storyboard replaces the prompt, and its shots fill the video. */
function judgeShots(json: JsonObject, endpoint: Endpoint): string | undefined {
  const { multi_shot: isStoryboard, shot_type: type, multi_prompt: shots, prompt } = json;
  if (isStoryboard !== true) {
    if (type !== undefined || shots !== undefined) return 'shot_type and multi_prompt need multi_shot';
    return endpoint === 'text2video' && prompt === undefined ? 'prompt is missing' : undefined;
  }
  if (type === undefined) return 'shot_type can not be null with multi_shot';
  if (type === 'intelligence') return prompt === undefined ? 'prompt is missing' : undefined;
  if (!Array.isArray(shots)) return 'multi_prompt can not be null with a customized storyboard';
  const seconds = shots.reduce<number>((sum, shot) => sum + Number((shot as JsonObject).duration), 0);
  return seconds === Number(json.duration ?? '5')
    ? undefined
    : 'the durations of multi_prompt do not add up to duration';
}
