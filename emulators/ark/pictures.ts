// The image generation of Ark: Seedream 4.0, 4.5 and 5.0 Lite, whose answer has the pictures
// (https://www.volcengine.com/docs/82379/1541523 and the tutorial /1824121, read 2026-11-30). The pictures of a
// request are not fetched, and a set always has as many pictures as it may have.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import { checkFields, type FieldRules, withoutNulls } from '../core/fields.ts';
import type { Jobs } from '../core/job.ts';
import type { ArkError } from './check.ts';

interface PictureModel {
  /** At Volcengine in China, then at BytePlus. */
  ids: readonly string[];
  tiers: readonly string[];
  /** Least number of pixels of a size in pixels; the most is 4096 x 4096. */
  pixelsMin: number;
  referencesMax: number;
  takesFormat: boolean;
}

const MODELS: readonly PictureModel[] = [
  {
    ids: ['doubao-seedream-4-0-250828', 'seedream-4-0-250828'],
    tiers: ['1K', '2K', '4K'],
    pixelsMin: 1280 * 720,
    referencesMax: 14,
    takesFormat: false,
  },
  {
    ids: ['doubao-seedream-4-5-251128', 'seedream-4-5-251128'],
    tiers: ['2K', '4K'],
    pixelsMin: 2560 * 1440,
    referencesMax: 14,
    takesFormat: false,
  },
  {
    ids: ['doubao-seedream-5-0-260128', 'seedream-5-0-260128', 'doubao-seedream-5-0-lite-260128'],
    tiers: ['2K', '3K'],
    pixelsMin: 2560 * 1440,
    referencesMax: 14,
    takesFormat: true,
  },
];

const PIXELS_MAX = 4096 * 4096;
const RATIO_MAX = 16;
const PICTURES_MAX = 15;

const isPicture = (value: Json) =>
  /^https?:\/\/|^data:image\/[a-z0-9+.-]+;base64,/.test(String(value))
    ? undefined
    : 'is neither an address nor a data URL of a picture';

const RULES: FieldRules = {
  model: { type: 'string', required: true, lengthMin: 1 },
  prompt: { type: 'string', required: true, lengthMin: 1 },
  size: { type: 'string' },
  sequential_image_generation: { type: 'string', values: ['auto', 'disabled'] },
  sequential_image_generation_options: {
    type: 'object',
    fields: { max_images: { type: 'integer', min: 1, max: PICTURES_MAX } },
  },
  stream: { type: 'boolean' },
  response_format: { type: 'string', values: ['url', 'b64_json'] },
  watermark: { type: 'boolean' },
};
const LIST: FieldRules = { image: { type: 'array', items: { type: 'string', check: isPicture } } };
const ONE: FieldRules = { image: { type: 'string', check: isPicture } };
const FORMAT: FieldRules = { output_format: { type: 'string', values: ['png', 'jpeg'] } };

function invalid(param: string, message: string): ArkError {
  return {
    status: 400,
    code: `InvalidParameter`,
    message: `The parameter \`${param}\` specified in the request is not valid: ${message}.`,
    param,
  };
}

interface PictureOrder {
  modelName: string;
  width: number;
  height: number;
  count: number;
}

/** Pixels of a size word: of a tier the square, of `WxH` those, if the model can make them. */
function readSize(size: string, model: PictureModel): { width: number; height: number } | undefined {
  if (model.tiers.includes(size)) {
    const side = Number.parseInt(size, 10) * 1024;
    return { width: side, height: side };
  }
  const [, width, height] = (/^(\d+)x(\d+)$/.exec(size) ?? []).map(Number);
  const isFitting =
    width * height >= model.pixelsMin &&
    width * height <= PIXELS_MAX &&
    Math.max(width, height) / Math.min(width, height) <= RATIO_MAX;
  return isFitting ? { width, height } : undefined;
}

function readOrder(body: Json | undefined): PictureOrder | ArkError {
  const json = body === undefined ? undefined : withoutNulls(body);
  if (!isObject(json)) return invalid('body', 'it is not a JSON object');
  const model = MODELS.find(({ ids }) => ids.includes(String(json.model)));
  if (typeof json.model === 'string' && !model) {
    const message = `The model or endpoint ${json.model} does not exist or you do not have access to it.`;
    return { status: 404, code: 'InvalidEndpointOrModel.NotFound', message, param: '' };
  }
  const rules = {
    ...RULES,
    ...(Array.isArray(json.image) ? LIST : ONE),
    ...(model?.takesFormat ? FORMAT : {}),
  };
  const [fault] = checkFields(json, rules);
  if (fault?.problem === 'missing') {
    const message = `The request failed because it is missing the parameter \`${fault.field}\`.`;
    return { status: 400, code: `MissingParameter.${fault.field}`, message, param: fault.field };
  }
  if (fault) return invalid(fault.field, fault.message);
  return settle(json, model as PictureModel);
}

function settle(json: JsonObject, model: PictureModel): PictureOrder | ArkError {
  const size = readSize(String(json.size ?? '2K'), model);
  if (!size)
    return invalid('size', `it must be one of ${model.tiers.join(', ')}, or a size within its limits`);
  const images = Array.isArray(json.image) ? json.image.length : json.image === undefined ? 0 : 1;
  if (images > model.referencesMax) return invalid('image', `at most ${model.referencesMax} pictures`);
  const options = json.sequential_image_generation_options;
  const asked = isObject(options) ? Number(options.max_images ?? PICTURES_MAX) : PICTURES_MAX;
  const count = json.sequential_image_generation === 'auto' ? asked : 1;
  if (images + count > PICTURES_MAX) {
    const message = `the pictures given and made are more than ${PICTURES_MAX}`;
    return invalid('sequential_image_generation_options.max_images', message);
  }
  return { ...size, modelName: String(json.model), count };
}

/** Answers a call for pictures. A fault that lets the job fail is the error of each picture, as Ark reports it. */
export function createPictures(
  request: ApiRequest,
  { tools, jobs, refuse }: { tools: Tools; jobs: Jobs<unknown>; refuse: (error: ArkError) => Reply },
): Reply {
  const order = readOrder(request.json);
  if ('status' in order) return refuse(order);
  const { modelName, width, height, count } = order;
  const id = jobs.unusedId(() => `img-${tools.random.letters(12)}`);
  const job = jobs.add(request, { id, data: undefined, model: modelName });
  // A job has its error once it has run; here the answer is the end.
  const fault = request.faults.job;
  const error = fault?.kind === 'fail' ? fault.json : undefined;
  // There is no record to ask for.
  jobs.remove(id);
  const places = Array.from({ length: count }, (_, at) => at);
  const data = places.map((at): Json => {
    if (error !== undefined) return { error };
    const url = tools.files.url(job, { kind: 'png', width, height, name: String(at) });
    return { url, size: `${width}x${height}` };
  });
  const made = error === undefined ? count : 0;
  const tokens = made * Math.round((width * height) / 256);
  return replyJson({
    model: modelName,
    created: Math.floor(tools.clock.now() / SECOND_MS),
    data,
    usage: { generated_images: made, output_tokens: tokens, total_tokens: tokens },
  });
}
