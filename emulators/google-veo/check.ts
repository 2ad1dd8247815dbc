// What Veo takes: https://ai.google.dev/gemini-api/docs/veo, the table of parameters, read 2026-11-21; an
// unknown field is worded as by the service. Nothing is fetched: pictures come as bytes.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldFault, type FieldRules } from '../core/fields.ts';

const LITE = 'veo-3.1-lite-generate-preview';

export const VEO_MODELS = ['veo-3.1-generate-preview', 'veo-3.1-fast-generate-preview', LITE];

/** A correct create. */
export interface VeoOrder {
  resolution: '720p' | '1080p' | '4k';
  aspectRatio: '16:9' | '9:16';
  seconds: number;
}

export interface Complaint {
  message: string;
}

const REFERENCES_MAX = 3;
const SEED_MAX = 2 ** 32 - 1;

const PICTURE: FieldRules = {
  bytesBase64Encoded: { type: 'string', required: true, lengthMin: 1 },
  mimeType: { type: 'string', required: true, values: ['image/png', 'image/jpeg', 'image/webp'] },
};

const BODY: FieldRules = {
  instances: {
    type: 'array',
    required: true,
    lengthMin: 1,
    lengthMax: 1,
    items: {
      type: 'object',
      fields: {
        prompt: { type: 'string', lengthMin: 1 },
        image: { type: 'object', fields: PICTURE },
        lastFrame: { type: 'object', fields: PICTURE },
        referenceImages: {
          type: 'array',
          lengthMin: 1,
          lengthMax: REFERENCES_MAX,
          items: {
            type: 'object',
            fields: {
              image: { type: 'object', required: true, fields: PICTURE },
              referenceType: { type: 'string', required: true, values: ['asset'] },
            },
          },
        },
      },
    },
  },
  parameters: {
    type: 'object',
    fields: {
      aspectRatio: { type: 'string', values: ['16:9', '9:16'] },
      resolution: { type: 'string', values: ['720p', '1080p', '4k'] },
      durationSeconds: { type: 'integer', values: [4, 6, 8] },
      negativePrompt: { type: 'string' },
      personGeneration: { type: 'string', values: ['allow_all', 'allow_adult'] },
      seed: { type: 'integer', min: 0, max: SEED_MAX },
      // The number of videos; the service's clients send it, and Veo 3.1 makes one.
      sampleCount: { type: 'integer', min: 1, max: 1 },
    },
  },
};

function explainFault({ field, problem, message }: FieldFault): string {
  const name = field.split('.').at(-1) ?? field;
  if (problem !== 'unknown') return `Invalid value at '${field}': it ${message}.`;
  return field.includes('.')
    ? `\`${name}\` isn't supported by this model. Please remove it or refer to the Gemini API documentation for supported usage.`
    : `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`;
}

/** The documents write the seconds as text, the SDK as a number; both are accepted. */
function readSeconds(parameters: JsonObject): JsonObject {
  const { durationSeconds: seconds } = parameters;
  return typeof seconds === 'string' && /^\d$/.test(seconds)
    ? { ...parameters, durationSeconds: Number(seconds) }
    : parameters;
}

/** First bytes, in hex. */
const MAGIC: Readonly<Record<string, RegExp>> = {
  'image/png': /^89504e470d0a1a0a/,
  'image/jpeg': /^ffd8ff/,
  'image/webp': /^52494646.{8}57454250/,
};

/** Whether the bytes are of the named type. */
function isPicture({ bytesBase64Encoded, mimeType }: JsonObject): boolean {
  const text = String(bytesBase64Encoded);
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text && MAGIC[String(mimeType)].test(bytes.toString('hex', 0, 16));
}

function picturesOf(instance: JsonObject): JsonObject[] {
  const references = (instance.referenceImages ?? []) as JsonObject[];
  const all = [instance.image, instance.lastFrame, ...references.map(({ image }) => image)];
  return all.filter(isObject);
}

/** The rules between fields; undefined when all hold. */
function judge(
  instance: JsonObject,
  order: VeoOrder,
  parameters: JsonObject,
  model: string,
): string | undefined {
  const pictures = picturesOf(instance);
  const isLarge = order.resolution !== '720p';
  if (instance.prompt === undefined && instance.image === undefined) return 'The prompt is missing.';
  if (instance.lastFrame !== undefined && instance.image === undefined) return '`lastFrame` needs `image`.';
  if (order.resolution === '4k' && model === LITE) return '`resolution` 4k is not available for this model.';
  if ((isLarge || instance.referenceImages !== undefined) && order.seconds !== 8) {
    return '`durationSeconds` must be 8 for 1080p, 4k and reference images.';
  }
  if (pictures.length > 0 && parameters.personGeneration === 'allow_all') {
    return 'allow_all for personGeneration is currently not supported with images.';
  }
  return pictures.every(isPicture) ? undefined : 'Unable to process input image.';
}

/** Reads a create, or says what is wrong with it. */
export function readOrder(json: Json | undefined, model: string): VeoOrder | Complaint {
  if (!isObject(json)) return { message: 'Invalid JSON payload received.' };
  const parameters = isObject(json.parameters) ? readSeconds(json.parameters) : {};
  const body = isObject(json.parameters) ? { ...json, parameters } : json;
  const [fault] = checkFields(body, BODY);
  if (fault) return { message: explainFault(fault) };
  const [instance] = json.instances as JsonObject[];
  const { resolution = '720p', aspectRatio = '16:9', durationSeconds = 8 } = parameters;
  const order = { resolution, aspectRatio, seconds: durationSeconds } as VeoOrder;
  const message = judge(instance, order, parameters, model);
  return message === undefined ? order : { message };
}
