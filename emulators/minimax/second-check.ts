// Judges the body of a create of the second version
// (https://platform.minimax.io/docs/api-reference/video-generation-v2-create, read 2026-11-21). Unknown
// fields are refused; the page says so only of `extra`.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldRule, type FieldRules } from '../core/fields.ts';
import { invalid, type MinimaxError } from './errors.ts';
import { isMediaAddress, isWebAddress, type MinimaxOrder } from './order.ts';

interface SecondModel {
  resolutions: readonly string[];
  secondsMin: number;
  takesExtra: boolean;
}

const MODELS: Readonly<Record<string, SecondModel>> = {
  'MiniMax-H3': { resolutions: ['768P', '2K'], secondsMin: 4, takesExtra: false },
  'MiniMax-H3-Max': { resolutions: ['480P', '768P'], secondsMin: 5, takesExtra: true },
};
const RATIOS = ['21:9', '16:9', '4:3', '1:1', '3:4', '9:16'];
const FRAME_ROLES = ['first_frame', 'last_frame'];

const RULES: FieldRules = {
  model: { type: 'string', required: true, values: Object.keys(MODELS) },
  content: { type: 'array', required: true, lengthMin: 1 },
  resolution: { type: 'string', required: true },
  duration: { type: 'integer', required: true, max: 15 },
  ratio: { type: 'string', values: ['adaptive', ...RATIOS] },
  callback_url: { type: 'string', check: isWebAddress },
  aigc_watermark: { type: 'boolean' },
  extra: {
    type: 'object',
    fields: { prompt_expansion_mode: { type: 'string', values: ['disabled', 'balanced', 'quality'] } },
  },
};

function media(name: 'image' | 'video' | 'audio', roles: FieldRule): FieldRules {
  const url: FieldRule = { type: 'string', required: true, check: isMediaAddress(name, true) };
  return {
    type: { type: 'string' },
    [`${name}_url`]: { type: 'object', required: true, fields: { url } },
    role: roles,
  };
}

const ITEMS: Readonly<Record<string, FieldRules>> = {
  text: { type: { type: 'string' }, text: { type: 'string', required: true, lengthMin: 1, lengthMax: 7000 } },
  image_url: media('image', { type: 'string', values: [...FRAME_ROLES, 'reference_image'] }),
  video_url: media('video', { type: 'string', required: true, values: ['reference_video'] }),
  audio_url: media('audio', { type: 'string', required: true, values: ['reference_audio'] }),
};

/** How many items of a role are allowed. */
const ROLES_MAX: Readonly<Record<string, number>> = {
  first_frame: 1,
  last_frame: 1,
  reference_image: 9,
  reference_video: 3,
  reference_audio: 3,
};
const MEDIA_MAX = 12;

/** What the request orders, or the first thing that is wrong with it. */
export function readSecond(json: Json | undefined): MinimaxOrder | MinimaxError {
  if (!isObject(json)) return invalid('the body is not a JSON object');
  const [fault] = checkFields(json, RULES);
  if (fault) return invalid(`${fault.field} ${fault.message}`);
  const items = json.content as Json[];
  const problem = findItemProblem(items) ?? findProblem(json, items as JsonObject[]);
  if (problem !== undefined) return invalid(problem);
  const objects = items as JsonObject[];
  const { ratio = 'adaptive', callback_url: callbackUrl } = json;
  const followsPicture = ratio === 'adaptive' || hasFrames(objects);
  return {
    api: 'v2',
    model: String(json.model),
    prompt: textsOf(objects).join(' '),
    resolution: String(json.resolution),
    seconds: Number(json.duration),
    // Pictures are not looked at: a video that would follow them is wide.
    ratio: followsPicture ? '16:9' : String(ratio),
    images: objects.filter(({ type }) => type === 'image_url').length,
    ...(callbackUrl === undefined ? {} : { callbackUrl: String(callbackUrl) }),
  };
}

function textsOf(items: readonly JsonObject[]): string[] {
  return items.filter(({ type }) => type === 'text').map(({ text }) => String(text));
}

function roleOf({ type, role }: JsonObject): string | undefined {
  return type === 'image_url' ? String(role ?? 'first_frame') : (role as string | undefined);
}

function hasFrames(items: readonly JsonObject[]): boolean {
  return items.some((item) => FRAME_ROLES.includes(roleOf(item) ?? ''));
}

function findItemProblem(items: readonly Json[]): string | undefined {
  for (const [at, item] of items.entries()) {
    if (!isObject(item)) return `content.${at} is not an object`;
    const rules = typeof item.type === 'string' && Object.hasOwn(ITEMS, item.type) && ITEMS[item.type];
    if (!rules) return `content.${at}.type is not valid`;
    const [fault] = checkFields(item, rules, `content.${at}.`);
    if (fault) return `${fault.field} ${fault.message}`;
  }
  return undefined;
}

function findProblem(json: JsonObject, items: readonly JsonObject[]): string | undefined {
  const model = MODELS[String(json.model)];
  if (textsOf(items).length !== 1) {
    return 'content must include a non-empty text item (prompt is required)';
  }
  if (!model.resolutions.includes(String(json.resolution)))
    return `resolution ${json.resolution} is not valid`;
  if (Number(json.duration) < model.secondsMin) return `duration ${json.duration} is not valid`;
  if (json.extra !== undefined && !model.takesExtra) return 'extra is not supported by this model';
  return findRoleProblem(json, items);
}

function findRoleProblem({ ratio }: JsonObject, items: readonly JsonObject[]): string | undefined {
  const roles = items.map(roleOf).filter((role) => role !== undefined);
  for (const [role, max] of Object.entries(ROLES_MAX)) {
    if (roles.filter((one) => one === role).length > max) return `there is more than ${max} ${role}`;
  }
  if (roles.length > MEDIA_MAX) return `there are more than ${MEDIA_MAX} media items`;
  if (roles.length === 0 && (ratio ?? 'adaptive') === 'adaptive')
    return 'ratio is required, and not adaptive, without pictures';
  const isMixed = hasFrames(items) && roles.some((role) => !FRAME_ROLES.includes(role));
  return isMixed ? 'frames and references can not be used together' : undefined;
}
