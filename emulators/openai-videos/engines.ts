// What differs between the engines behind the dialect: the bodies they take, how they word a refusal, how
// they report a failed video, and what their DELETE does. Read 2026-11-21 from vLLM-Omni
// (entrypoints/openai/api_server.py and protocol/videos.py), SGLang
// (multimodal_gen/runtime/entrypoints/openai/video_api.py) and the reference of OpenAI.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { type Reply, replyJson } from '../core/exchange.ts';
import { type CreateBody, isPicture } from './form.ts';

/** A create that was accepted. */
export interface VideoOrder {
  model: string;
  prompt: string;
  width: number;
  height: number;
  /** Of the video. */
  seconds: number;
  /** What the answers repeat. */
  shown: { seconds: string; size: string | null };
  hasPicture: boolean;
  /** The video that it is a remix of. */
  remixedFrom?: string;
}

/** A refusal before the engine has worded it. */
export interface Refusal {
  status: number;
  message: string;
  /** The field that it is about. */
  field?: string;
  code?: string;
}

export interface Engine {
  read(body: CreateBody, servedModel: string): VideoOrder | Refusal;
  refuse(refusal: Refusal): Reply;
  badKey: Reply;
  noRoute: Reply;
  /** The status of an answer about a failed video, by its error. */
  failedStatus(error: Json | undefined): number;
  /** Whether DELETE accepts a video that is still open. */
  deletesOpen: boolean;
  /** Whether it makes videos from videos: remixes, edits, extensions. */
  derives: boolean;
  deleted(id: string, video: JsonObject): JsonObject;
}

const FPS = 24;

function asInteger(value: Json | undefined): number | undefined | 'wrong' {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
  return Number.isInteger(number) ? (number as number) : 'wrong';
}

function asNumber(value: Json | undefined): number | undefined | 'wrong' {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 'wrong';
}

interface Range {
  min?: number;
  max?: number;
  isInteger: boolean;
}

/** https://github.com/vllm-project/vllm-omni/blob/main/vllm_omni/entrypoints/openai/protocol/videos.py */
const VLLM_NUMBERS: Readonly<Record<string, Range>> = {
  width: { min: 1, isInteger: true },
  height: { min: 1, isInteger: true },
  num_frames: { min: 1, isInteger: true },
  fps: { min: 1, isInteger: true },
  num_inference_steps: { min: 1, max: 200, isInteger: true },
  guidance_scale: { min: 0, max: 20, isInteger: false },
  guidance_scale_2: { min: 0, max: 20, isInteger: false },
  true_cfg_scale: { min: 0, max: 20, isInteger: false },
  boundary_ratio: { min: 0, max: 1, isInteger: false },
  flow_shift: { isInteger: false },
  seed: { isInteger: true },
};

const SGLANG_NUMBERS: Readonly<Record<string, Range>> = {
  seconds: { isInteger: true },
  width: { isInteger: true },
  height: { isInteger: true },
  num_frames: { isInteger: true },
  fps: { isInteger: true },
  seed: { isInteger: true },
  num_inference_steps: { isInteger: true },
  guidance_scale: { isInteger: false },
};

type Numbers = Record<string, number | undefined>;

function readNumbers(fields: JsonObject, rules: Readonly<Record<string, Range>>): Numbers | Refusal {
  const numbers: Numbers = {};
  for (const [field, { min, max, isInteger }] of Object.entries(rules)) {
    const number = isInteger ? asInteger(fields[field]) : asNumber(fields[field]);
    const kind = isInteger ? 'integer' : 'number';
    if (number === 'wrong') return { status: 422, field, message: `Input should be a valid ${kind}` };
    if (number !== undefined && min !== undefined && number < min) {
      return { status: 422, field, message: `Input should be greater than or equal to ${min}` };
    }
    if (number !== undefined && max !== undefined && number > max) {
      return { status: 422, field, message: `Input should be less than or equal to ${max}` };
    }
    numbers[field] = number;
  }
  return numbers;
}

function isRefusal(value: object): value is Refusal {
  return 'status' in value && 'message' in value;
}

function readSize(size: Json | undefined): [number, number] | undefined {
  const match = /^(\d+)x(\d+)$/.exec(String(size));
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** `seconds` of answers repeats the request, or is 4, whatever the frames say. */
function orderOf(
  fields: JsonObject,
  numbers: Numbers,
  more: { model: string; hasPicture: boolean; width: number; height: number },
): VideoOrder {
  const fps = numbers.fps ?? FPS;
  const asked = Number(fields.seconds ?? 4);
  const seconds = numbers.num_frames === undefined ? asked : numbers.num_frames / fps;
  const size = fields.size === undefined ? null : String(fields.size);
  const shown = { seconds: String(fields.seconds ?? 4), size };
  return { ...more, prompt: String(fields.prompt), seconds, shown };
}

function readVllmPicture({ fields, file }: CreateBody): { hasPicture: boolean } | Refusal {
  const { image_reference: reference } = fields;
  if (file && reference !== undefined) {
    return { status: 400, message: 'Provide either input_reference or image_reference, not both.' };
  }
  if (file)
    return isPicture(file) ? { hasPicture: true } : { status: 400, message: 'Invalid input reference.' };
  if (reference === undefined) return { hasPicture: false };
  const read = readJson(String(reference));
  return isObject(read) && typeof read.image_url === 'string' && Object.keys(read).length === 1
    ? { hasPicture: true }
    : { status: 400, message: 'Invalid input reference.' };
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The engine says the same about a body that is not JSON and about JSON of another form.
    return undefined;
  }
}

function readVllm(body: CreateBody, servedModel: string): VideoOrder | Refusal {
  const { fields, encoding } = body;
  if (encoding !== 'multipart' || !fields.prompt)
    return { status: 422, field: 'prompt', message: 'Field required' };
  if (fields.seconds !== undefined && !/^[1-9]\d*$/.test(String(fields.seconds))) {
    return { status: 422, field: 'seconds', message: "String should match pattern '^[1-9]\\d*$'" };
  }
  if (fields.size !== undefined && !readSize(fields.size)) {
    return { status: 422, field: 'size', message: "String should match pattern '^\\d+x\\d+$'" };
  }
  const numbers = readNumbers(fields, VLLM_NUMBERS);
  if (isRefusal(numbers)) return numbers;
  const { model = servedModel } = fields;
  if (servedModel !== '' && model !== servedModel) {
    return {
      status: 400,
      message: `Model mismatch: request specifies '${model}' but server is running '${servedModel}'.`,
    };
  }
  const picture = readVllmPicture(body);
  if (isRefusal(picture)) return picture;
  const [width, height] = readSize(fields.size) ?? [numbers.width ?? 832, numbers.height ?? 480];
  return orderOf(fields, numbers, { ...picture, model: String(model), width, height });
}

function readSglang(body: CreateBody, servedModel: string): VideoOrder | Refusal {
  const { fields, encoding, file } = body;
  if (!fields.prompt) return { status: 400, message: 'prompt is required' };
  if (encoding === 'multipart' && !file && fields.reference_url === undefined) {
    return { status: 400, message: 'input_reference or reference_url is required' };
  }
  const numbers = readNumbers(fields, SGLANG_NUMBERS);
  if (isRefusal(numbers))
    return { status: 400, message: `Invalid request body: ${numbers.field}: ${numbers.message}` };
  const size = readSize(fields.size ?? '720x1280');
  if (!size) return { status: 400, message: 'Invalid size format. Expected WIDTHxHEIGHT.' };
  const [width, height] = [numbers.width ?? size[0], numbers.height ?? size[1]];
  const hasPicture = file !== undefined || fields.reference_url !== undefined;
  const order = orderOf(fields, numbers, {
    model: String(fields.model ?? servedModel),
    hasPicture,
    width,
    height,
  });
  return { ...order, shown: { seconds: String(Math.round(order.seconds)), size: `${width}x${height}` } };
}

const OPENAI_FIELDS = ['model', 'prompt', 'seconds', 'size', 'input_reference'];
const OPENAI_SECONDS = ['4', '8', '12'];
const OPENAI_SIZES = ['720x1280', '1280x720', '1024x1792', '1792x1024'];

function readOpenai(body: CreateBody, servedModel: string): VideoOrder | Refusal {
  const { fields, file } = body;
  const unknown = Object.keys(fields).find((name) => !OPENAI_FIELDS.includes(name));
  if (unknown !== undefined) {
    const message = `Unknown parameter: '${unknown}'.`;
    return { status: 400, field: unknown, code: 'unknown_parameter', message };
  }
  const { model = 'sora-2', prompt, seconds = '4', size = '720x1280', input_reference: reference } = fields;
  if (typeof prompt !== 'string' || prompt === '') {
    return {
      status: 400,
      field: 'prompt',
      code: 'missing_required_parameter',
      message: "Missing required parameter: 'prompt'.",
    };
  }
  if (servedModel !== '' && model !== servedModel) {
    const message = `The model '${model}' does not exist or you do not have access to it.`;
    return { status: 404, field: 'model', code: 'model_not_found', message };
  }
  for (const [field, value, values] of [
    ['seconds', seconds, OPENAI_SECONDS],
    ['size', size, OPENAI_SIZES],
  ] as const) {
    if (typeof value === 'string' && values.includes(value)) continue;
    const message = `Invalid value: '${value}'. Supported values are: ${values.join(', ')}.`;
    return { status: 400, field, code: 'invalid_value', message };
  }
  const isObjectReference = isObject(reference) && typeof reference.image_url === 'string';
  if ((reference !== undefined && !isObjectReference) || (file && !isPicture(file))) {
    const message = "Invalid 'input_reference'.";
    return { status: 400, field: 'input_reference', code: 'invalid_value', message };
  }
  const [width, height] = readSize(size) as [number, number];
  const hasPicture = file !== undefined || reference !== undefined;
  const order = orderOf({ prompt, seconds, size }, {}, { model: String(model), hasPicture, width, height });
  return order;
}

/**
 * vLLM puts every refusal into the envelope of OpenAI, with the status as code; a malformed body is 400
 * there.
 */
function refuseVllm({ status, message, field }: Refusal): Reply {
  const isOfField = status === 422;
  const words = isOfField ? `1 validation error: ${field}: ${message}` : message;
  const type = status === 404 ? 'Not Found' : status === 409 ? 'Conflict' : 'Bad Request';
  const shown = isOfField ? 400 : status;
  return replyJson({ error: { message: words, type, param: field ?? null, code: shown } }, shown);
}

/** Plain FastAPI: a sentence, or the faults of the fields. */
function refuseSglang({ status, message, field }: Refusal): Reply {
  const detail =
    status === 422 ? [{ type: 'value_error', loc: ['query', field ?? ''], msg: message }] : message;
  return replyJson({ detail }, status);
}

function refuseOpenai({ status, message, field, code }: Refusal): Reply {
  const error = { message, type: 'invalid_request_error', param: field ?? null, code: code ?? null };
  return replyJson({ error }, status);
}

function statusOfError(error: Json | undefined): number {
  const code = isObject(error) ? Number(error.code) : Number.NaN;
  return code >= 400 && code < 600 ? code : 500;
}

export const ENGINES: Readonly<Record<string, Engine>> = {
  'vllm-omni': {
    read: readVllm,
    refuse: refuseVllm,
    badKey: replyJson({ error: 'Unauthorized' }, 401),
    noRoute: replyJson({ error: { message: 'Not Found', type: 'Not Found', param: null, code: 404 } }, 404),
    failedStatus: statusOfError,
    deletesOpen: true,
    derives: false,
    deleted: (id) => ({ id, deleted: true, object: 'video.deleted' }),
  },
  sglang: {
    read: readSglang,
    refuse: refuseSglang,
    badKey: replyJson({ error: 'Unauthorized' }, 401),
    noRoute: replyJson({ detail: 'Not Found' }, 404),
    failedStatus: () => 200,
    deletesOpen: true,
    derives: false,
    deleted: (_id, video) => ({ ...video, status: 'deleted' }),
  },
  openai: {
    read: readOpenai,
    refuse: refuseOpenai,
    badKey: refuseOpenai({ status: 401, message: 'Incorrect API key provided.', code: 'invalid_api_key' }),
    noRoute: refuseOpenai({ status: 404, message: 'Invalid URL' }),
    failedStatus: () => 200,
    deletesOpen: false,
    derives: true,
    deleted: (id) => ({ id, deleted: true, object: 'video.deleted' }),
  },
};
