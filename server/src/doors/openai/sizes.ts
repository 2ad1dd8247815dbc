// Sizes as OpenAI writes them (`1280x720`), and the resolutions and ratios of the models. A resolution names its short side;
// some providers make a few pixels more or less of it.
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';

/** Names of resolutions that are not a number of pixels. */
type Sides = Readonly<Record<string, number>>;
const SHORT_SIDES: Sides = { '1k': 1024, '2k': 1440, '3k': 1620, '4k': 2160 };
/** The same for images, whose resolutions count the pixels of a square. */
const IMAGE_SIDES: Sides = { '1k': 1024, '2k': 2048, '3k': 3072, '4k': 4096 };

/** A size, and what a model is asked for to make it. */
export interface SizeChoice {
  size: string;
  input: { resolution?: string; aspect_ratio?: string };
}

function wordsOf(properties: JsonObject, field: string): string[] {
  const property = properties[field];
  if (!isObject(property) || !Array.isArray(property.enum)) return [];
  return property.enum.filter((word): word is string => typeof word === 'string');
}

function shortSideOf(resolution: string, sides: Sides): number | undefined {
  const name = resolution.toLowerCase();
  const digits = /^(\d{3,4})p$/.exec(name)?.[1];
  return digits === undefined ? sides[name] : Number(digits);
}

function toEven(length: number): number {
  return 2 * Math.round(length / 2);
}

/** `WxH`, or undefined for words that name no size, such as `auto`. */
export function sizeOf(resolution: string, aspectRatio: string, sides = SHORT_SIDES): string | undefined {
  const short = shortSideOf(resolution, sides);
  const [, across, down] = /^(\d{1,2}):(\d{1,2})$/.exec(aspectRatio) ?? [];
  const [width, height] = [Number(across), Number(down)];
  if (short === undefined || !(width > 0 && height > 0)) return undefined;
  const long = toEven((short * Math.max(width, height)) / Math.min(width, height));
  return width >= height ? `${long}x${short}` : `${short}x${long}`;
}

/** Every size that a model can be asked for; none where it has no resolutions. */
export function sizesOf(properties: JsonObject): SizeChoice[] {
  const resolutions = wordsOf(properties, 'resolution');
  const ratios = wordsOf(properties, 'aspect_ratio');
  return resolutions.flatMap((resolution) => {
    // The shape of a video without ratios is that of its picture.
    if (ratios.length === 0) return ['16:9', '9:16'].flatMap((ratio) => choice(resolution, ratio, false));
    return ratios.flatMap((ratio) => choice(resolution, ratio, true));
  });
}

/** Every size that a model of images can be asked for. One without resolutions is asked for a ratio alone. */
export function imageSizesOf(properties: JsonObject): SizeChoice[] {
  const resolutions = wordsOf(properties, 'resolution');
  const ratios = wordsOf(properties, 'aspect_ratio');
  const asked: (string | undefined)[] = resolutions.length > 0 ? resolutions : [undefined];
  return asked.flatMap((resolution) =>
    ratios.flatMap((ratio) => {
      const size = sizeOf(resolution ?? '1k', ratio, IMAGE_SIDES);
      if (size === undefined) return [];
      return [{ size, input: { ...(resolution === undefined ? {} : { resolution }), aspect_ratio: ratio } }];
    }),
  );
}

function choice(resolution: string, ratio: string, isAsked: boolean): SizeChoice[] {
  const size = sizeOf(resolution, ratio);
  if (size === undefined) return [];
  return [{ size, input: isAsked ? { resolution, aspect_ratio: ratio } : { resolution } }];
}

/** The size of an input with the defaults of its model. */
export function sizeOfInput(filled: JsonObject): string {
  const text = (value: Json | undefined, usual: string) => (typeof value === 'string' ? value : usual);
  const resolution = text(filled.resolution, '720p');
  const ratio = text(filled.aspect_ratio, '16:9');
  return sizeOf(resolution, ratio) ?? sizeOf(resolution, '16:9') ?? '1280x720';
}
