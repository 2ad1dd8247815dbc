// Judges the body of a create as Kling does: unknown names and wrong values are 1201, a model that is not there is 1203.
// https://kling.ai/document-api/apiReference/model/textToVideo and .../imageToVideo, read 2026-11-21.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldRules } from '../core/fields.ts';
import { KLING_MODELS, type KlingModel, MODEL_DEFAULT, type Mode } from './models.ts';

export type Endpoint = 'text2video' | 'image2video';

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

/** An address, or base64 without anything before it. */
const isPicture = (value: Json) => {
  const text = String(value);
  const isBase64 = text.length > 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  return isAddress(text) || isBase64 ? undefined : 'is not an address, and not in a valid base64 format';
};

const COMMON: FieldRules = {
  model_name: { type: 'string' },
  negative_prompt: { type: 'string', lengthMax: PROMPT_MAX },
  // Said to be unsupported by 2.x models, and not said to be refused.
  cfg_scale: { type: 'number', min: 0, max: 1 },
  mode: { type: 'string', values: ['std', 'pro'] },
  sound: { type: 'string', values: ['on', 'off'] },
  duration: { type: 'string' },
  callback_url: { type: 'string', check: isAddressOrEmpty },
  external_task_id: { type: 'string', lengthMax: 200 },
  watermark_info: { type: 'object', fields: { enabled: { type: 'boolean', required: true } } },
};

const RULES: Readonly<Record<Endpoint, FieldRules>> = {
  text2video: {
    ...COMMON,
    prompt: { type: 'string', required: true, lengthMin: 1, lengthMax: PROMPT_MAX },
    aspect_ratio: { type: 'string', values: ['16:9', '9:16', '1:1'] },
  },
  image2video: {
    ...COMMON,
    prompt: { type: 'string', lengthMax: PROMPT_MAX },
    image: { type: 'string', check: isPicture },
    image_tail: { type: 'string', check: isPicture },
  },
};

function invalid(message: string): KlingError {
  return { status: 400, code: 1201, message };
}

/** What the request comes to, or the first thing that is wrong with it. */
export function readOrder(json: Json | undefined, endpoint: Endpoint): KlingOrder | KlingError {
  if (!isObject(json)) return { status: 400, code: 1200, message: 'Request body is invalid' };
  const [fault] = checkFields(json, RULES[endpoint]);
  if (fault) return invalid(`${fault.field} ${fault.message}`);
  const name = json.model_name ?? MODEL_DEFAULT;
  const model = KLING_MODELS.find((one) => one.name === name);
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
    // Pictures are not looked at: what would follow them comes out wide.
    ratio: String(json.aspect_ratio ?? '16:9'),
    hasSound: json.sound === 'on',
    ...(callbackUrl ? { callbackUrl: String(callbackUrl) } : {}),
    ...(externalId ? { externalId: String(externalId) } : {}),
    hasWatermark: isObject(watermark) && watermark.enabled === true,
  };
}

/** What the model does not do, or not in this mode. */
function judge(json: JsonObject, { endpoint, model, mode, hasSound }: KlingOrder): string | undefined {
  if (!model.durations.includes(String(json.duration ?? '5'))) {
    return `duration value '${json.duration}' is invalid`;
  }
  if (hasSound && !model.soundModes.includes(mode)) return `sound is not supported by ${model.name} ${mode}`;
  if (endpoint === 'text2video') return undefined;
  if (json.image === undefined) return 'image can not be null';
  if (json.image_tail === undefined) return undefined;
  if (!model.tailModes.includes(mode)) return `image_tail is not supported by ${model.name} ${mode}`;
  return hasSound && !model.tailWithSound ? 'image_tail and sound can not be used together' : undefined;
}
