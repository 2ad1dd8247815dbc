// The Seedream models: one POST whose answer is the pictures (https://www.volcengine.com/docs/82379/1541523, tutorial
// /1824121, read 2026-11-30). Maps words only; client.ts makes the call.
import type { JsonObject } from '../../lib/json.ts';
import type { Output, StartRequest, Success } from '../contract.ts';
import { factsOf } from '../kit/states.ts';
import { unreadOf } from '../kit/wire.ts';
import { neutralisePrompt } from './map.ts';
import type { ArkPictures } from './wire.ts';

/** The recommended sizes of the tutorial, by resolution and ratio. */
const SIZES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '1K': {
    '1:1': '1024x1024',
    '4:3': '1152x864',
    '3:4': '864x1152',
    '16:9': '1280x720',
    '9:16': '720x1280',
    '3:2': '1248x832',
    '2:3': '832x1248',
    '21:9': '1512x648',
  },
  '2K': {
    '1:1': '2048x2048',
    '4:3': '2304x1728',
    '3:4': '1728x2304',
    '16:9': '2560x1440',
    '9:16': '1440x2560',
    '3:2': '2496x1664',
    '2:3': '1664x2496',
    '21:9': '3024x1296',
  },
  '3K': {
    '1:1': '3072x3072',
    '4:3': '3456x2592',
    '3:4': '2592x3456',
    '16:9': '4096x2304',
    '9:16': '2304x4096',
    '3:2': '3744x2496',
    '2:3': '2496x3744',
    '21:9': '4704x2016',
  },
  '4K': {
    '1:1': '4096x4096',
    '4:3': '4704x3520',
    '3:4': '3520x4704',
    '16:9': '5504x3040',
    '9:16': '3040x5504',
    '3:2': '4992x3328',
    '2:3': '3328x4992',
    '21:9': '6240x2656',
  },
};

/** Pictures of a request and of its answer together. */
const PICTURES_MAX = 15;

function referencesOf({ img_urls: urls }: JsonObject): string[] {
  return Array.isArray(urls) ? urls.map(String) : [];
}

function countOf({ num_outputs: count }: JsonObject): number {
  return typeof count === 'number' ? count : 1;
}

/** What Seedream cannot do with an input, as a sentence that names the field. */
export function misfitOfPictures(input: JsonObject): string | undefined {
  const references = referencesOf(input).length;
  return references + countOf(input) > PICTURES_MAX
    ? `input.num_outputs: together with ${references} pictures in img_urls there can be at most ${PICTURES_MAX}`
    : undefined;
}

/** The body of a call for pictures. @param modelId of the cloud that is called. */
export function toPictureWire({ input }: StartRequest, modelId: string): JsonObject {
  const references = referencesOf(input);
  const count = countOf(input);
  const resolution = String(input.resolution ?? '1K');
  return {
    model: modelId,
    prompt: neutralisePrompt(String(input.prompt ?? '')),
    ...(references.length === 0 ? {} : { image: references.length === 1 ? references[0] : references }),
    // Without a ratio the service chooses one that suits the prompt and the pictures.
    size: SIZES[resolution]?.[String(input.aspect_ratio)] ?? resolution,
    // A set may have fewer pictures than this, never more.
    ...(count === 1
      ? { sequential_image_generation: 'disabled' }
      : {
          sequential_image_generation: 'auto',
          sequential_image_generation_options: { max_images: count },
        }),
    ...(input.output_format === undefined ? {} : { output_format: input.output_format }),
    response_format: 'url',
    watermark: false,
  };
}

function sizeOf(text: string | undefined): { width: number; height: number } | undefined {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text ?? '') ?? [];
  return width === undefined ? undefined : { width: Number(width), height: Number(height) };
}

/** The pictures of an answer; undefined when it has none. */
export function fromPictureWire(answer: ArkPictures): Success | undefined {
  const made = answer.data.filter(({ url }) => url !== undefined);
  if (made.length === 0) return undefined;
  const outputs = made.map(
    ({ url }): Output => ({ kind: 'image', contentType: 'image/jpeg', url: url ?? '' }),
  );
  return {
    outputs,
    usage: factsOf({
      ...sizeOf(made[0].size),
      pictures: made.length,
      output_tokens: answer.usage?.output_tokens,
    }),
    modelVersion: answer.model ?? 'seedream',
    // Pictures that failed are not billed.
    used: { unit: 'pictures', amount: answer.usage?.generated_images ?? made.length },
    ...unreadOf(answer),
  };
}

/** The error of the first picture that was not made, where none was. */
export function errorOfPictures({ data }: ArkPictures): { code: string; message: string } | undefined {
  const error = data.find((one) => one.error !== undefined)?.error;
  return error && { code: error.code ?? 'failed', message: error.message ?? 'No picture was made' };
}
