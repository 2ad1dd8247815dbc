// The content items of a create: what they are, what they form together, and what a model accepts of them.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { checkFields, type FieldFault, type FieldRules } from '../core/fields.ts';
import type { ArkModel, Mode } from './models.ts';

export interface Content {
  mode: Mode;
  text: string | undefined;
  images: number;
  videos: number;
  sounds: number;
  /** The draft that is to be made in full. */
  draftTask: string | undefined;
  hasAssets: boolean;
}

export interface ContentProblem {
  field: string;
  message: string;
  /** The default is a wrong value. */
  problem?: FieldFault['problem'];
}

const MEDIA_MAX = 3;
const DATA_IMAGE = /^data:image\/(jpeg|jpg|png|webp|bmp|tiff|gif|heic|heif);base64,[A-Za-z0-9+/]+={0,2}$/;
const DATA_SOUND = /^data:audio\/(wav|mp3|mpeg);base64,[A-Za-z0-9+/]+={0,2}$/;

function isUrl(pattern: RegExp | undefined): (value: Json) => string | undefined {
  return (value) => {
    const url = String(value);
    const isWeb = /^https?:\/\//.test(url) && URL.canParse(url);
    return isWeb || /^asset:\/\/.+/.test(url) || pattern?.test(url)
      ? undefined
      : 'is no address that can be read';
  };
}

function mediaRules(name: string, roles: readonly string[], pattern?: RegExp): FieldRules {
  return {
    type: { type: 'string', required: true },
    [name]: {
      type: 'object',
      required: true,
      fields: { url: { type: 'string', required: true, check: isUrl(pattern) } },
    },
    role: { type: 'string', values: roles, required: name !== 'image_url' },
  };
}

const ITEM_RULES: Record<string, FieldRules> = {
  text: { type: { type: 'string' }, text: { type: 'string', required: true, lengthMin: 1 } },
  image_url: mediaRules('image_url', ['first_frame', 'last_frame', 'reference_image'], DATA_IMAGE),
  video_url: mediaRules('video_url', ['reference_video']),
  audio_url: mediaRules('audio_url', ['reference_audio'], DATA_SOUND),
  draft_task: {
    type: { type: 'string' },
    draft_task: { type: 'object', required: true, fields: { id: { type: 'string', required: true } } },
  },
};

/** Reads the items one by one, then as a whole; the first problem is reported. */
export function readContent(items: readonly Json[]): Content | ContentProblem {
  for (const [index, item] of items.entries()) {
    const problem = checkItem(item, `content.${index}`);
    if (problem) return problem;
  }
  const objects = items as JsonObject[];
  const ofType = (type: string) => objects.filter((item) => item.type === type);
  if (ofType('text').length > 1) return { field: 'content', message: 'there is more than one text' };
  const mode = findMode(objects);
  if (typeof mode !== 'string') return mode;
  const [text] = ofType('text');
  const [draft] = ofType('draft_task');
  return {
    mode,
    text: text?.text as string | undefined,
    images: ofType('image_url').length,
    videos: ofType('video_url').length,
    sounds: ofType('audio_url').length,
    draftTask: (draft?.draft_task as JsonObject | undefined)?.id as string | undefined,
    hasAssets: JSON.stringify(objects).includes('"asset://'),
  };
}

function checkItem(item: Json, field: string): ContentProblem | undefined {
  if (!isObject(item)) return { field, message: 'is not an object' };
  const rules =
    typeof item.type === 'string' && Object.hasOwn(ITEM_RULES, item.type) && ITEM_RULES[item.type];
  if (!rules) return { field: `${field}.type`, message: 'is no known type' };
  return checkFields(item, rules, `${field}.`)[0];
}

/** The use of the pictures; the three uses exclude each other. */
function findMode(items: readonly JsonObject[]): Mode | ContentProblem {
  const images = items.filter(({ type }) => type === 'image_url');
  const roles = images.map(({ role }) => role);
  const count = (role: string) => roles.filter((one) => one === role).length;
  const refers =
    count('reference_image') > 0 || items.some(({ type }) => type === 'video_url' || type === 'audio_url');
  if (items.some(({ type }) => type === 'draft_task')) {
    const isAlone = items.length === 1;
    return isAlone ? 'draft' : { field: 'content', message: 'a draft task stands alone' };
  }
  if (refers) {
    const isPure = count('reference_image') === images.length;
    return isPure ? 'reference' : { field: 'content', message: 'frames and references exclude each other' };
  }
  if (images.length === 0) return 'text';
  if (images.length === 1) {
    const isFirst = roles[0] === undefined || roles[0] === 'first_frame';
    return isFirst ? 'first' : { field: 'content', message: 'a last frame needs a first frame' };
  }
  const isPair = images.length === 2 && count('first_frame') === 1 && count('last_frame') === 1;
  return isPair
    ? 'first_last'
    : { field: 'content', message: 'two images are a first_frame and a last_frame' };
}

/** What in the content the model does not accept. */
export function checkContent(content: Content, model: ArkModel): ContentProblem | undefined {
  const { mode, text, images, videos, sounds } = content;
  const refuse = (message: string) => ({ field: 'content', message });
  if (!model.modes.includes(mode))
    return refuse(`this model does not make videos from this content (${mode})`);
  if (mode === 'text' && text === undefined) return refuse('there is no text');
  if ((videos > 0 || sounds > 0 || content.hasAssets) && !model.takesMedia)
    return refuse('this model takes images only');
  if (mode === 'reference' && images > model.referencesMax) {
    return refuse(`there are more than ${model.referencesMax} reference images`);
  }
  if (videos > MEDIA_MAX || sounds > MEDIA_MAX)
    return refuse(`there are more than ${MEDIA_MAX} clips of a kind`);
  if (sounds > 0 && images === 0 && videos === 0)
    return refuse('a sound needs an image or a video beside it');
  return undefined;
}
