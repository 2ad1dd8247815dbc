// Models of kie.ai by its names: what each is here, and which of its fields and words are called otherwise. Names and fields
// are those of docs.kie.ai/market as alfman99/kie-ai-mcp has captured them (October 2026); the rest of the catalogue is known
// by its own names.
import type { JsonObject } from '../../lib/json.ts';

/** The model behind a name, by what the input has. */
interface Models {
  /** From words, or whatever the input has where it stands alone. */
  plain: string;
  /** With a first or a last picture. */
  picture?: string;
  /** With pictures, clips or sounds to go by. */
  reference?: string;
}

export interface Twin {
  models: Models;
  /** The model's field by that of kie.ai. */
  fields?: Readonly<Record<string, string>>;
  /** The model's word by that of kie.ai, by field of the model. */
  words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What is asked of the model where the input does not say it. */
  usual?: JsonObject;
}

const plain = (model: string, rest: Omit<Twin, 'models'> = {}): Twin => ({
  models: { plain: model },
  ...rest,
});

const SIZES = {
  square: '1:1',
  square_hd: '1:1',
  portrait_4_3: '3:4',
  portrait_3_2: '2:3',
  portrait_16_9: '9:16',
  landscape_4_3: '4:3',
  landscape_3_2: '3:2',
  landscape_16_9: '16:9',
  landscape_21_9: '21:9',
};
const sized = { fields: { image_size: 'aspect_ratio' }, words: { aspect_ratio: SIZES } };
const seedream4 = plain('bytedance/seedream-4', {
  fields: { ...sized.fields, image_resolution: 'resolution', max_images: 'num_outputs' },
  words: sized.words,
});
const seedream45 = plain('bytedance/seedream-4-5', {
  fields: { quality: 'resolution' },
  words: { resolution: { basic: '2K', high: '4K' } },
});
const AUDIO = { generate_audio: 'audio' };
const REFERENCES = {
  ...AUDIO,
  reference_image_urls: 'reference_images',
  reference_video_urls: 'reference_videos',
  reference_audio_urls: 'reference_audios',
};

function seedance(name: string): Twin {
  const of = (kind: string) => `bytedance/seedance${name}-${kind}`;
  return { models: { plain: of('t2v'), picture: of('i2v'), reference: of('r2v') }, fields: REFERENCES };
}

const kling26 = plain('kling/v2-6', { fields: { sound: 'audio' }, usual: { mode: 'pro' } });
const motion = { words: { mode: { '720p': 'std', '1080p': 'pro' } } };
const standard = { usual: { resolution: '768p' } };
const pro = { usual: { resolution: '1080p' } };
const references = { fields: { reference_image: 'img_urls' } };

export const TWINS: Readonly<Record<string, Twin>> = {
  'bytedance/v1-pro-text-to-video': plain('bytedance/seedance1-0-pro-t2v'),
  'bytedance/v1-pro-image-to-video': plain('bytedance/seedance1-0-pro-i2v'),
  'bytedance/v1-pro-fast-image-to-video': plain('bytedance/seedance1-0-pro-fast-i2v'),
  'bytedance/v1-lite-text-to-video': plain('bytedance/seedance1-0-lite-t2v'),
  'bytedance/v1-lite-image-to-video': plain('bytedance/seedance1-0-lite-i2v'),
  'bytedance/seedance-1.5-pro': {
    models: { plain: 'bytedance/seedance1-5-pro-t2v', picture: 'bytedance/seedance1-5-pro-i2v' },
    fields: { ...AUDIO, fixed_lens: 'camera_fixed' },
  },
  'bytedance/seedance-2': seedance('2-0'),
  'bytedance/seedance-2-fast': seedance('2-0-fast'),
  'bytedance/seedance-2-mini': seedance('2-0-mini'),
  'bytedance/seedance-2-5': seedance('2-5'),
  'bytedance/seedream-v4-text-to-image': seedream4,
  'bytedance/seedream-v4-edit': seedream4,
  'seedream/4.5-text-to-image': seedream45,
  'seedream/4.5-edit': seedream45,
  'flux-2/pro-text-to-image': plain('flux-2-pro'),
  'flux-2/pro-image-to-image': plain('flux-2-pro'),
  'flux-2/flex-text-to-image': plain('flux-2-flex'),
  'flux-2/flex-image-to-image': plain('flux-2-flex'),
  'google/imagen4': plain('google/image-4'),
  'google/nano-banana': plain('google/nano-banana', sized),
  'google/nano-banana-edit': plain('google/nano-banana', sized),
  'nano-banana-2': plain('google/nano-banana-2'),
  'nano-banana-pro': plain('google/nano-banana-pro'),
  'gpt-image/1.5-text-to-image': plain('openai/gpt-image-1-5'),
  'gpt-image/1.5-image-to-image': plain('openai/gpt-image-1-5'),
  'gpt-image-2-text-to-image': plain('openai/gpt-image-2'),
  'gpt-image-2-image-to-image': plain('openai/gpt-image-2'),
  'grok-imagine/text-to-image': plain('grok-imagine/t2i'),
  'grok-imagine/image-to-image': plain('grok-imagine/i2i'),
  'grok-imagine/text-to-video': plain('grok-imagine/t2v'),
  'grok-imagine/image-to-video': plain('grok-imagine/i2v'),
  'hailuo/02-text-to-video-standard': plain('minimax/hailuo02-t2v', standard),
  'hailuo/02-text-to-video-pro': plain('minimax/hailuo02-t2v', pro),
  'hailuo/02-image-to-video-standard': plain('minimax/hailuo02-i2v', standard),
  'hailuo/02-image-to-video-pro': plain('minimax/hailuo02-i2v', pro),
  'hailuo/2-3-image-to-video-standard': plain('minimax/hailuo2-3-i2v', standard),
  'hailuo/2-3-image-to-video-pro': plain('minimax/hailuo2-3-i2v', pro),
  'happyhorse/text-to-video': plain('happyhorse-1-0-t2v'),
  'happyhorse/image-to-video': plain('happyhorse-1-0-i2v'),
  'happyhorse/reference-to-video': plain('happyhorse-1-0-r2v', references),
  'happyhorse/video-edit': plain('happyhorse-1-0-video-edit', references),
  'happyhorse-1-1/text-to-video': plain('happyhorse-1-1-t2v'),
  'happyhorse-1-1/image-to-video': plain('happyhorse-1-1-i2v'),
  'happyhorse-1-1/reference-to-video': plain('happyhorse-1-1-r2v', references),
  'kling-2.6/text-to-video': kling26,
  'kling-2.6/image-to-video': kling26,
  'kling-2.6/motion-control': plain('kling/v2-6-motion-control', motion),
  'kling-3.0/motion-control': plain('kling/v3-motion-control', motion),
  'kling-3.0/video': plain('kling/v3', { fields: { sound: 'audio' } }),
  'kling/ai-avatar-standard': plain('kling/avatar', { usual: { mode: 'std' } }),
  'kling/ai-avatar-pro': plain('kling/avatar', { usual: { mode: 'pro' } }),
  'kling/v2-1-master-text-to-video': plain('kling/v2-1-master'),
  'kling/v2-1-master-image-to-video': plain('kling/v2-1-master'),
  'kling/v2-5-turbo-text-to-video-pro': plain('kling/v2-5-turbo-pro'),
  'kling/v2-5-turbo-image-to-video-pro': plain('kling/v2-5-turbo-pro'),
  'kling/v3-turbo-text-to-video': plain('kling/v3-turbo'),
  'kling/v3-turbo-image-to-video': plain('kling/v3-turbo'),
  'qwen/text-to-image': plain('qwen-image', sized),
  'qwen/image-edit': plain('qwen-image-edit'),
  'wan/2-6-text-to-video': plain('wan/2-6-t2v'),
  'wan/2-6-image-to-video': plain('wan/2-6-i2v'),
  'wan/2-6-video-to-video': plain('wan/2-6-r2v'),
  'wan/2-7-text-to-video': plain('wan/2-7-t2v'),
  'wan/2-7-image-to-video': plain('wan/2-7-i2v'),
};

const OF_REFERENCE = ['reference_images', 'reference_videos', 'reference_audios'];

/** The name of the model that an input asks for, whose fields are already those of the model. */
export function chooseTwin({ models }: Twin, input: JsonObject, hasPicture: boolean): string {
  const hasReference = OF_REFERENCE.some((field) => Array.isArray(input[field]) && input[field].length > 0);
  if (hasReference && models.reference !== undefined) return models.reference;
  return hasPicture && models.picture !== undefined ? models.picture : models.plain;
}

/** An input in the fields and words of the model. */
export function renameFields({ fields = {}, words = {}, usual = {} }: Twin, input: JsonObject): JsonObject {
  const renamed: JsonObject = { ...usual };
  for (const [field, given] of Object.entries(input)) {
    const name = Object.hasOwn(fields, field) ? fields[field] : field;
    const known = typeof given === 'string' && Object.hasOwn(words, name) ? words[name] : {};
    renamed[name] = typeof given === 'string' && Object.hasOwn(known, given) ? known[given] : given;
  }
  return renamed;
}
