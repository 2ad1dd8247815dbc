// Further endpoints of fal as data: what each takes, makes and bills, in endpoints.json. A word of an input ends with "*"
// if the input is required. What is billed is computed from the input, as fal does from the result.
import { readFileSync } from 'node:fs';
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import type { FieldRule, FieldRules } from '../core/fields.ts';
import { type FileShape, shapeOfSide } from '../core/video.ts';

export interface FalModel {
  input: FieldRules;
  makes: 'video' | 'picture' | 'pictures' | 'sound';
  /** What its price is for, as the platform API reports. */
  unit: string;
  /** US dollars per unit. */
  unitPrice: number;
  shape(input: JsonObject): FileShape;
  /** How many files there are. */
  count(input: JsonObject): number;
  /** What a run is billed, in units. */
  bill(input: JsonObject): number;
}

type Word =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'url'
  | 'urls'
  | 'strings'
  | 'size'
  | 'size or auto'
  | string[]
  | { from: number; to: number };

interface Endpoint {
  makes: FalModel['makes'];
  unit: 'second' | 'image' | 'megapixel' | 'cent' | '1000 characters' | 'generation';
  usd: number;
  input: Record<string, Word>;
}

/** https://fal.ai/docs: the names of sizes that every model of pictures takes. */
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  square_hd: [1024, 1024],
  square: [512, 512],
  portrait_4_3: [768, 1024],
  portrait_16_9: [576, 1024],
  landscape_4_3: [1024, 768],
  landscape_16_9: [1024, 576],
};

const isFile = (value: Json) =>
  /^(https?:\/\/|data:)/.test(String(value)) ? undefined : 'Input should be a valid URL or data URI';

/** A name of a size, or its sides. */
function judgeSize(names: readonly string[]): (value: Json) => string | undefined {
  return (value) => {
    if (!isObject(value)) return names.includes(String(value)) ? undefined : 'is no size';
    const sides = [value.width, value.height];
    const isGood = sides.every(
      (side) => Number.isInteger(side) && Number(side) >= 64 && Number(side) <= 4096,
    );
    return isGood && Object.keys(value).length === 2 ? undefined : 'needs a width and a height';
  };
}

function ruleOf(word: Word): FieldRule {
  if (Array.isArray(word)) return { type: 'string', values: word };
  if (typeof word === 'object') return { type: 'integer', min: word.from, max: word.to };
  switch (word) {
    case 'url':
      return { type: 'string', check: isFile };
    case 'urls':
      return { type: 'array', lengthMin: 1, items: { type: 'string', check: isFile } };
    case 'strings':
      return { type: 'array', items: { type: 'string' } };
    case 'size':
      return { type: 'any', check: judgeSize(Object.keys(SIZES)) };
    case 'size or auto':
      return { type: 'any', check: judgeSize([...Object.keys(SIZES), 'auto']) };
    default:
      return { type: word as 'string' | 'boolean' | 'integer' | 'number' };
  }
}

function rulesOf(input: Endpoint['input']): FieldRules {
  return Object.fromEntries(
    Object.entries(input).map(([name, word]) => {
      const rule = ruleOf(word);
      return name.endsWith('*') ? [name.slice(0, -1), { ...rule, required: true }] : [name, rule];
    }),
  );
}

/** How long a result is that follows a given clip, which is not fetched. */
const CLIP_SECONDS = 5;
const SIDES: Readonly<Record<string, string>> = { '2k': '1440p', '4k': '2160p' };

function shapeVideo({
  resolution = '720p',
  target_resolution,
  aspect_ratio = '16:9',
  duration,
}: JsonObject): FileShape {
  const side = String(target_resolution ?? resolution);
  const ratio = aspect_ratio === 'auto' ? '16:9' : String(aspect_ratio);
  const seconds = Number.parseInt(String(duration ?? ''), 10) || CLIP_SECONDS;
  return { ...shapeOfSide(SIDES[side] ?? side, ratio), seconds };
}

function shapePicture({
  image_size: size,
  aspect_ratio: ratio = '1:1',
  resolution = '1K',
}: JsonObject): FileShape {
  if (isObject(size)) return { kind: 'png', width: Number(size.width), height: Number(size.height) };
  const named = typeof size === 'string' ? SIZES[size] : undefined;
  if (named) return { kind: 'png', width: named[0], height: named[1] };
  const long = 1024 * Number.parseInt(String(resolution), 10);
  const [across, down] = (ratio === 'auto' ? '1:1' : String(ratio)).split(':').map(Number);
  const scale = long / Math.max(across, down);
  return { kind: 'png', width: Math.round(across * scale), height: Math.round(down * scale) };
}

/** Characters of a language with blanks that are spoken in a second. */
const CHARACTERS_A_SECOND = 14;
const SONG_SECONDS = 30;

/** Endpoints name the length of a sound in five ways; speech has the length of its text. */
function shapeSound({
  text,
  duration_seconds,
  seconds_total,
  music_length_ms,
  output_format,
}: JsonObject): FileShape {
  const asked = Number(duration_seconds ?? seconds_total ?? Number(music_length_ms ?? 0) / 1000);
  const spoken = duration_seconds === undefined ? [...String(text ?? '')].length / CHARACTERS_A_SECOND : 0;
  const seconds = asked || spoken || SONG_SECONDS;
  return { kind: output_format === 'wav' ? 'wav' : 'mp3', width: 0, height: 0, seconds };
}

function countOf({ num_images, max_images }: JsonObject): number {
  return Number(num_images ?? max_images ?? 1);
}

/** How many seconds a file is longer than requested. */
const SECONDS_MORE = 0.008;
const PIXELS_A_MEGAPIXEL = 1_000_000;
/** What Grok bills in cents: a second by resolution, or a picture. */
const CENTS: Readonly<Record<string, number>> = { '480p': 8, '720p': 14 };
const CENTS_OF_PICTURE = 4;

/** In the unit of the endpoint's price. */
function billOf(
  { makes, unit }: Endpoint,
  input: JsonObject,
  { width, height, seconds = 0 }: FileShape,
): number {
  switch (unit) {
    case 'second':
      return seconds + SECONDS_MORE;
    case 'image':
      return countOf(input);
    case 'megapixel':
      return Math.ceil((width * height) / PIXELS_A_MEGAPIXEL) * countOf(input);
    case '1000 characters':
      return [...String(input.text ?? '')].length / 1000;
    case 'generation':
      return 1;
    case 'cent':
      return makes === 'video'
        ? seconds * (CENTS[String(input.resolution ?? '720p')] ?? 0)
        : CENTS_OF_PICTURE * countOf(input);
  }
}

function toModel(endpoint: Endpoint): FalModel {
  const { makes, unit, usd, input } = endpoint;
  const shape = makes === 'sound' ? shapeSound : makes === 'video' ? shapeVideo : shapePicture;
  return {
    input: rulesOf(input),
    makes,
    unit,
    unitPrice: usd,
    shape,
    count: countOf,
    bill: (given) => billOf(endpoint, given, shape(given)),
  };
}

/** The endpoints of endpoints.json by their ids. */
export function readEndpoints(): Record<string, FalModel> {
  const text = readFileSync(new URL('./endpoints.json', import.meta.url), 'utf8');
  const { endpoints } = JSON.parse(text) as { endpoints: Record<string, Endpoint> };
  return Object.fromEntries(Object.entries(endpoints).map(([id, endpoint]) => [id, toModel(endpoint)]));
}
