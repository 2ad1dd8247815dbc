// Reads a create of Runway, or says what is wrong with it in the form of Runway's validation. Pictures are
// not fetched; the rules for their addresses are in https://docs.dev.runwayml.com/assets/inputs/, read
// 2026-11-21.
import { isIP } from 'node:net';
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldFault } from '../core/fields.ts';
import { type Endpoint, RUNWAY_MODELS, type RunwayModel } from './models.ts';

export interface RunwayOrder {
  model: string;
  width: number;
  height: number;
  seconds: number;
  /** The most that it may cost. */
  credits: number;
}

/** One fault, as Runway lists it. */
export interface Issue extends JsonObject {
  code: string;
  path: (string | number)[];
  message: string;
}

const URL_CHARACTERS_MAX = 2048;
const DATA_CHARACTERS_MAX = 5 * 1024 * 1024;

const CODES: Record<FieldFault['problem'], string> = {
  missing: 'invalid_type',
  unknown: 'unrecognized_keys',
  type: 'invalid_type',
  value: 'invalid_value',
};

function toIssue({ field, problem, message }: FieldFault): Issue {
  const path = field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return { code: CODES[problem], path, message: `Invalid input: it ${message}` };
}

const DATA_OF = {
  image: /^data:image\/(png|jpeg|jpg|webp);base64,[A-Za-z0-9+/]+=*$/,
  video: /^data:video\/[a-z0-9-]+;base64,[A-Za-z0-9+/]+=*$/,
};

/** What is wrong with the address of a picture or a clip. */
function judgeAddress(uri: Json | undefined, of: keyof typeof DATA_OF = 'image'): string | undefined {
  if (typeof uri !== 'string' || uri === '') return 'Invalid URL';
  if (uri.startsWith('runway://')) return undefined;
  if (uri.startsWith('data:')) {
    if (uri.length >= DATA_CHARACTERS_MAX) return 'The data URI is too large.';
    return DATA_OF[of].test(uri) ? undefined : 'Invalid data URI.';
  }
  if (!URL.canParse(uri) || uri.length > URL_CHARACTERS_MAX) return 'Invalid URL';
  const { protocol, hostname } = new URL(uri);
  if (protocol !== 'https:') return 'Only HTTPS URLs are allowed.';
  const isDomain = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && hostname.includes('.');
  return isDomain ? undefined : 'URLs must be hosted on a domain.';
}

/** Pictures are an address, or a list of addresses with their places in the video. */
function judgeImages(promptImage: Json | undefined, { positions }: RunwayModel): Issue[] {
  if (typeof promptImage === 'string') return judgeItem(promptImage, ['promptImage']);
  if (!Array.isArray(promptImage)) return [];
  const places = promptImage.map((item) => (isObject(item) ? String(item.position) : ''));
  const isGood =
    places.includes('first') &&
    new Set(places).size === places.length &&
    places.every((place) => positions.includes(place));
  if (!isGood) {
    const message = `Invalid input: the positions are ${positions.join(' and ')}, each once at most`;
    return [{ code: 'invalid_value', path: ['promptImage'], message }];
  }
  return promptImage.flatMap((item, at) => judgeItem((item as JsonObject).uri, ['promptImage', at, 'uri']));
}

function judgeItem(uri: Json | undefined, path: Issue['path']): Issue[] {
  const message = judgeAddress(uri);
  return message === undefined ? [] : [{ code: 'custom', path, message }];
}

/** The clip of an edit, and the pictures that guide it. */
function judgeEdit({ videoUri, keyframes }: JsonObject): Issue[] {
  const message = judgeAddress(videoUri, 'video');
  const frames = Array.isArray(keyframes) ? keyframes : [];
  return [
    ...(message === undefined ? [] : [{ code: 'custom', path: ['videoUri'], message }]),
    ...frames.flatMap((frame, at) =>
      judgeItem(isObject(frame) ? frame.uri : undefined, ['keyframes', at, 'uri']),
    ),
  ];
}

/** A single address stands for the first frame. */
function asList(json: JsonObject): JsonObject {
  const { promptImage: uri } = json;
  return typeof uri === 'string' ? { ...json, promptImage: [{ uri, position: 'first' }] } : json;
}

/** The order, or everything that is wrong with it. */
export function readOrder(json: Json | undefined, endpoint: Endpoint): RunwayOrder | Issue[] {
  const name = isObject(json) ? String(json.model) : '';
  const model = Object.hasOwn(RUNWAY_MODELS, name) ? RUNWAY_MODELS[name] : undefined;
  const rules = model?.endpoints[endpoint];
  if (!isObject(json) || !model || !rules) {
    const message = 'Invalid input: no matching discriminator';
    return [{ code: 'invalid_union', path: ['model'], message }];
  }
  const issues = checkFields(asList(json), rules).map(toIssue);
  issues.push(...(rules.promptImage ? judgeImages(json.promptImage, model) : []));
  issues.push(...(rules.videoUri ? judgeEdit(json) : []));
  if (issues.length > 0) return issues;
  const [width, height] = String(rules.videoUri ? '1280:720' : json.ratio)
    .split(':')
    .map(Number);
  const seconds = Number(json.duration ?? model.secondsDefault);
  const credits = seconds * model.creditsPerSecond(json.audio !== false);
  return { model: name, width, height, seconds, credits };
}
