// The endpoints of fal that are emulated, each with the input of its page
// (https://fal.ai/models/<endpoint>/llms.txt, read 2026-11-21). Pictures are not fetched.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import type { FieldRules } from '../core/fields.ts';
import { type FileShape, shapeOfSide } from '../core/video.ts';
import { type FalModel, readEndpoints } from './endpoints.ts';

const isFile = (value: Json) =>
  /^(https?:\/\/|data:)/.test(String(value)) ? undefined : 'Input should be a valid URL or data URI';

const RATIOS = ['16:9', '9:16', '1:1'];

const WAN: FieldRules = {
  prompt: { type: 'string', required: true, lengthMin: 1 },
  negative_prompt: { type: 'string' },
  num_frames: { type: 'integer', min: 17, max: 161 },
  frames_per_second: { type: 'integer', min: 4, max: 60 },
  seed: { type: 'integer' },
  resolution: { type: 'string', values: ['480p', '580p', '720p'] },
  num_inference_steps: { type: 'integer', min: 2, max: 40 },
  enable_safety_checker: { type: 'boolean' },
  enable_output_safety_checker: { type: 'boolean' },
  enable_prompt_expansion: { type: 'boolean' },
  acceleration: { type: 'string', values: ['none', 'regular'] },
  guidance_scale: { type: 'number', min: 1, max: 10 },
  guidance_scale_2: { type: 'number', min: 1, max: 10 },
  shift: { type: 'number', min: 1, max: 10 },
  interpolator_model: { type: 'string', values: ['none', 'film', 'rife'] },
  num_interpolated_frames: { type: 'integer', min: 0, max: 4 },
  adjust_fps_for_interpolation: { type: 'boolean' },
  video_quality: { type: 'string', values: ['low', 'medium', 'high', 'maximum'] },
  video_write_mode: { type: 'string', values: ['fast', 'balanced', 'small'] },
};

const SEEDANCE: FieldRules = {
  prompt: { type: 'string', required: true, lengthMin: 1 },
  aspect_ratio: { type: 'string', values: ['21:9', '16:9', '4:3', '1:1', '3:4', '9:16'] },
  resolution: { type: 'string', values: ['480p', '720p', '1080p'] },
  duration: { type: 'string', values: ['2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'] },
  camera_fixed: { type: 'boolean' },
  seed: { type: 'integer' },
  enable_safety_checker: { type: 'boolean' },
  num_frames: { type: 'integer', min: 29, max: 289 },
};

/** How many seconds a file is longer than requested: recorded answers have a few milliseconds more. */
const UNITS_MORE = 0.008;

/** A video that is billed by its length. */
function bySecond(input: FieldRules, unitPrice: number, shape: (input: JsonObject) => FileShape): FalModel {
  const bill = (given: JsonObject) => (shape(given).seconds ?? 0) + UNITS_MORE;
  return { input, makes: 'video', unit: 'second', unitPrice, shape, count: () => 1, bill };
}

export const FAL_MODELS: Readonly<Record<string, FalModel>> = {
  ...readEndpoints(),
  'fal-ai/wan/v2.2-a14b/text-to-video': bySecond(
    { ...WAN, aspect_ratio: { type: 'string', values: RATIOS } },
    0.08,
    shapeWan,
  ),
  'fal-ai/wan/v2.2-a14b/image-to-video': bySecond(
    {
      ...WAN,
      image_url: { type: 'string', required: true, check: isFile },
      end_image_url: { type: 'string', check: isFile },
      aspect_ratio: { type: 'string', values: ['auto', ...RATIOS] },
    },
    0.08,
    shapeWan,
  ),
  'fal-ai/bytedance/seedance/v1/pro/text-to-video': bySecond(
    SEEDANCE,
    0.124,
    ({ resolution = '1080p', aspect_ratio = '16:9', duration = '5' }) => ({
      ...sizeOf(String(resolution), String(aspect_ratio)),
      seconds: Number(duration),
    }),
  ),
};

function shapeWan({
  resolution = '720p',
  aspect_ratio = '16:9',
  num_frames = 81,
  frames_per_second = 16,
}: JsonObject): FileShape {
  const size = sizeOf(String(resolution), String(aspect_ratio));
  return { ...size, seconds: Math.floor(Number(num_frames) / Number(frames_per_second)) };
}

/** Pictures are not looked at: a video that would follow them is wide. */
function sizeOf(resolution: string, ratio: string): Omit<FileShape, 'seconds'> {
  return shapeOfSide(resolution, ratio === 'auto' ? '16:9' : ratio);
}
