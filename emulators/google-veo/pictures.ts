// The pictures of the Gemini API (https://ai.google.dev/gemini-api/docs/image-generation, read 2026-11-30): one call whose
// answer carries them. Every picture is a small PNG of the asked proportions. A failure of the job is an end without a
// picture because of the filters.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import type { Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import { checkFields, type FieldRules } from '../core/fields.ts';
import type { Jobs } from '../core/job.ts';
import { drawBase64 } from '../core/pictures.ts';
import type { Refusal } from './errors.ts';

export const PICTURES_METHOD = 'generateContent';

const USUAL_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const ALL_RATIOS = [...USUAL_RATIOS, '1:4', '4:1', '1:8', '8:1'];

interface PictureModel {
  ratios: readonly string[];
  /** The first is the usual one. */
  sizes: readonly string[];
  picturesMax: number;
}

const MODELS: Readonly<Record<string, PictureModel>> = {
  'gemini-nano-banana-2.1': { ratios: ALL_RATIOS, sizes: ['1K', '2K', '4K'], picturesMax: 14 },
  'gemini-3.1-flash-lite-image': { ratios: ALL_RATIOS, sizes: ['1K'], picturesMax: 14 },
  'gemini-3-pro-image': { ratios: USUAL_RATIOS, sizes: ['1K', '2K', '4K'], picturesMax: 14 },
};
export const PICTURE_MODELS: readonly string[] = Object.keys(MODELS);

/** What a picture of each size is billed as. */
const TOKENS: Readonly<Record<string, number>> = { '1K': 1120, '2K': 1680, '4K': 2520 };
const SIDES: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '4K': 4096 };

const isPicture = (value: Json) => {
  const head = Buffer.from(String(value).slice(0, 32), 'base64').toString('hex');
  return /^(89504e470d0a1a0a|ffd8ff|52494646)/.test(head) ? undefined : 'is no picture';
};

const PART: FieldRules = {
  text: { type: 'string' },
  inlineData: {
    type: 'object',
    fields: {
      mimeType: { type: 'string', required: true, values: ['image/png', 'image/jpeg', 'image/webp'] },
      data: { type: 'string', required: true, check: isPicture },
    },
  },
};

function rulesOf({ ratios, sizes }: PictureModel): FieldRules {
  return {
    contents: {
      type: 'array',
      required: true,
      lengthMin: 1,
      items: {
        type: 'object',
        fields: {
          role: { type: 'string', values: ['user', 'model'] },
          parts: { type: 'array', required: true, lengthMin: 1, items: { type: 'object', fields: PART } },
        },
      },
    },
    generationConfig: {
      type: 'object',
      fields: {
        responseModalities: { type: 'array', items: { type: 'string', values: ['TEXT', 'IMAGE'] } },
        imageConfig: {
          type: 'object',
          fields: {
            aspectRatio: { type: 'string', values: ratios },
            imageSize: { type: 'string', values: sizes },
          },
        },
        seed: { type: 'integer', min: -(2 ** 31), max: 2 ** 31 - 1 },
      },
    },
    tools: {
      type: 'array',
      items: { type: 'object', fields: { googleSearch: { type: 'object', fields: {} } } },
    },
  };
}

interface PictureOrder {
  ratio: string;
  size: string;
  pictures: number;
}

/** Reads a call, or says what is wrong with it. */
function readPictureOrder(json: Json | undefined, model: PictureModel): PictureOrder | { message: string } {
  if (!isObject(json)) return { message: 'Invalid JSON payload received.' };
  const [fault] = checkFields(json, rulesOf(model));
  if (fault?.problem === 'unknown')
    return { message: `Invalid JSON payload received. Unknown name "${fault.field}": Cannot find field.` };
  if (fault) return { message: `Invalid value at '${fault.field}': it ${fault.message}.` };
  const parts = (json.contents as JsonObject[]).flatMap(({ parts }) => parts as JsonObject[]);
  const pictures = parts.filter(({ inlineData }) => inlineData !== undefined).length;
  if (pictures > model.picturesMax) return { message: 'Unable to process input image. Too many images.' };
  const { imageConfig = {} } = (json.generationConfig ?? {}) as JsonObject;
  const { aspectRatio = '1:1', imageSize = model.sizes[0] } = imageConfig as JsonObject;
  return { ratio: String(aspectRatio), size: String(imageSize), pictures };
}

/** Answers a call for pictures. */
export async function createPictures<Data>(
  request: ApiRequest,
  model: string,
  { tools, jobs, refuse }: { tools: Tools; jobs: Jobs<Data>; refuse: (refusal: Refusal) => Reply },
): Promise<Reply> {
  const order = readPictureOrder(request.json, MODELS[model]);
  if ('message' in order) return refuse({ status: 400, kind: 'argument', message: order.message });
  const id = jobs.unusedId(() => tools.random.letters(12));
  jobs.add(request, { id, data: undefined as Data, model });
  // There is no record to ask for.
  jobs.remove(id);
  const usageMetadata = {
    promptTokenCount: 20 + 560 * order.pictures,
    candidatesTokenCount: TOKENS[order.size],
    totalTokenCount: 20 + 560 * order.pictures + TOKENS[order.size],
  };
  const about = { usageMetadata, modelVersion: model, responseId: id };
  if (request.faults.job?.kind === 'fail') {
    const finishMessage = 'Unable to show the generated image. It may violate our policies.';
    return replyJson({ candidates: [{ finishReason: 'IMAGE_SAFETY', finishMessage, index: 0 }], ...about });
  }
  const [across, down] = order.ratio.split(':').map(Number);
  const scale = SIDES[order.size] / Math.sqrt(across * down);
  const size = { width: Math.round(across * scale), height: Math.round(down * scale) };
  const data = await drawBase64(size, Number(tools.settings.pictureBytes));
  const parts = [{ inlineData: { mimeType: 'image/png', data }, thoughtSignature: 'RXhhbXBsZQ==' }];
  return replyJson({
    candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }],
    ...about,
  });
}
