// What OpenAI's image calls accept (https://developers.openai.com/api/reference/resources/images, read 2026-11-30): each
// field of the gpt-image family, as JSON or as a form.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { type ApiRequest, readForm } from '../core/exchange.ts';
import { checkFields, type FieldRules } from '../core/fields.ts';
import type { PictureFormat } from '../core/pictures.ts';

/** A call that was accepted. */
export interface PictureOrder {
  model: string;
  width: number;
  height: number;
  count: number;
  quality: string;
  format: PictureFormat;
  background: string;
  edited: number;
}

/** A refusal before it is put into its envelope. */
export interface Refusal {
  status: number;
  message: string;
  param: string | null;
  code: string | null;
  type?: string;
}

/** Whether a model makes any size, and a transparent background. */
interface Family {
  anySize: boolean;
  transparent: boolean;
}

export const MODELS: Readonly<Record<string, Family>> = {
  'gpt-image-2': { anySize: true, transparent: false },
  'gpt-image-2-2026-04-21': { anySize: true, transparent: false },
  'gpt-image-1.5': { anySize: false, transparent: true },
};

const COMMON_SIZES = ['auto', '1024x1024', '1536x1024', '1024x1536'];
const IMAGES_MAX = 16;
const IMAGE_BYTES_MAX = 50 * 1024 * 1024;
const PIXELS_MAX = 3840 * 2160;

const RULES: FieldRules = {
  model: { type: 'string' },
  prompt: { type: 'string', required: true, lengthMin: 1, lengthMax: 32_000 },
  n: { type: 'integer', min: 1, max: 10 },
  size: { type: 'string' },
  quality: { type: 'string', values: ['auto', 'low', 'medium', 'high'] },
  background: { type: 'string', values: ['auto', 'opaque', 'transparent'] },
  output_format: { type: 'string', values: ['png', 'jpeg', 'webp'] },
  output_compression: { type: 'integer', min: 0, max: 100 },
  moderation: { type: 'string', values: ['auto', 'low'] },
  user: { type: 'string' },
};
/** Fields of a form that are numbers. */
const NUMBERS = ['n', 'output_compression'];

function invalid(param: string, message: string, code: string | null = 'invalid_value'): Refusal {
  return { status: 400, message, param, code };
}

/** Pixels of a size; undefined for one that the model does not make. */
function readSize(size: string, { anySize }: Family): [number, number] | undefined {
  if (size === 'auto') return [1024, 1024];
  if (!/^\d{2,4}x\d{2,4}$/.test(size)) return undefined;
  const [width, height] = size.split('x').map(Number);
  if (!anySize) return COMMON_SIZES.includes(size) ? [width, height] : undefined;
  const isFitting =
    width % 16 === 0 &&
    height % 16 === 0 &&
    Math.max(width, height) <= 3840 &&
    width * height <= PIXELS_MAX &&
    Math.max(width, height) <= 3 * Math.min(width, height);
  return isFitting ? [width, height] : undefined;
}

/** What is wrong with the fields, by themselves and for the model. */
function findFault(fields: JsonObject, model: string, family: Family): Refusal | undefined {
  const [fault] = checkFields(fields, RULES);
  if (fault?.problem === 'missing') {
    return invalid(
      fault.field,
      `Missing required parameter: '${fault.field}'.`,
      'missing_required_parameter',
    );
  }
  if (fault?.problem === 'unknown')
    return invalid(fault.field, `Unknown parameter: '${fault.field}'.`, 'unknown_parameter');
  if (fault) return invalid(fault.field, `Invalid value: '${fault.field}' ${fault.message}.`);
  if (fields.background !== 'transparent') return undefined;
  if (!family.transparent)
    return invalid('background', `Transparent background is not supported for ${model}.`);
  return fields.output_format === 'jpeg'
    ? invalid('background', 'Transparent background is not supported for JPEG.')
    : undefined;
}

function settle(fields: JsonObject, edited: number): PictureOrder | Refusal {
  const model = String(fields.model ?? 'gpt-image-2');
  const family = Object.hasOwn(MODELS, model) ? MODELS[model] : undefined;
  if (!family) {
    const message = `The model '${model}' does not exist.`;
    return { status: 404, message, param: 'model', code: 'model_not_found' };
  }
  const fault = findFault(fields, model, family);
  if (fault) return fault;
  const size = readSize(String(fields.size ?? 'auto'), family);
  if (!size) return invalid('size', `Invalid value: '${String(fields.size)}'. It is no size of ${model}.`);
  const [width, height] = size;
  return {
    model,
    width,
    height,
    count: Number(fields.n ?? 1),
    quality: fields.quality === undefined || fields.quality === 'auto' ? 'medium' : String(fields.quality),
    format: String(fields.output_format ?? 'png') as PictureFormat,
    background: fields.background === 'transparent' ? 'transparent' : 'opaque',
    edited,
  };
}

/** A call for pictures from words. */
export function readGeneration({ json }: ApiRequest): PictureOrder | Refusal {
  if (!isObject(json)) return invalid('', 'We could not parse the JSON body of your request.', null);
  return settle(json, 0);
}

function isPicture(bytes: Uint8Array): boolean {
  return /^(\x89PNG|\xff\xd8\xff|RIFF....WEBP)/s.test(Buffer.from(bytes.subarray(0, 12)).toString('latin1'));
}

/** What is wrong with a file of a form. */
async function findFileFault(name: string, file: File): Promise<Refusal | undefined> {
  if (name !== 'image' && name !== 'image[]')
    return invalid(name, `Unknown parameter: '${name}'.`, 'unknown_parameter');
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length > IMAGE_BYTES_MAX) return invalid(name, 'The image is larger than 50 MB.');
  return isPicture(bytes)
    ? undefined
    : invalid(name, `Invalid file '${file.name}': unsupported mimetype.`, 'unsupported_file_mimetype');
}

/** A call for a change of pictures: a form with one `image`, or with several `image[]`. */
export async function readEdit(request: ApiRequest): Promise<PictureOrder | Refusal> {
  const form = await readForm(request).catch(() => undefined);
  if (!form) return invalid('', 'Invalid multipart form.', null);
  const fields: Record<string, Json> = {};
  const files: [string, File][] = [];
  for (const [name, value] of form.entries()) {
    if (typeof value !== 'string') files.push([name, value]);
    else fields[name] = NUMBERS.includes(name) ? Number(value) : value;
  }
  for (const [name, file] of files) {
    const fault = await findFileFault(name, file);
    if (fault) return fault;
  }
  if (files.length === 0)
    return invalid('image', "Missing required parameter: 'image'.", 'missing_required_parameter');
  if (files.length > IMAGES_MAX) return invalid('image', `Too many images: at most ${IMAGES_MAX}.`);
  return settle(fields, files.length);
}
