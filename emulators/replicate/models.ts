// The models of Replicate that are emulated, each with the input schema of its page
// (https://replicate.com/<model>/api/schema, read 2026-11-21; Qwen and Pruna as public clients call them, read 2026-11-30).
// Pictures are not fetched.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import type { FieldRules } from '../core/fields.ts';
import { type FileShape, shapeOfSide } from '../core/video.ts';

export interface ReplicateModel {
  input: FieldRules;
  /** Its `latest_version`, for creates by version. */
  version: string;
  shape(input: JsonObject): FileShape;
}

const isAddress = (value: Json) =>
  /^(https?:\/\/|data:)/.test(String(value)) ? undefined : "Does not match format 'uri'";

const WAN: FieldRules = {
  prompt: { type: 'string', required: true },
  num_frames: { type: 'integer', min: 81, max: 121 },
  resolution: { type: 'string', values: ['480p', '720p'] },
  frames_per_second: { type: 'integer', min: 5, max: 30 },
  interpolate_output: { type: 'boolean' },
  go_fast: { type: 'boolean' },
  sample_shift: { type: 'number', min: 1, max: 20 },
  seed: { type: 'integer' },
  disable_safety_checker: { type: 'boolean' },
};

const SEEDANCE: FieldRules = {
  prompt: { type: 'string', required: true },
  image: { type: 'string', check: isAddress },
  last_frame_image: { type: 'string', check: isAddress },
  duration: { type: 'integer', min: 2, max: 12 },
  resolution: { type: 'string', values: ['480p', '720p', '1080p'] },
  aspect_ratio: { type: 'string', values: ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', '9:21'] },
  fps: { type: 'integer', values: [24] },
  camera_fixed: { type: 'boolean' },
  seed: { type: 'integer', min: 0 },
};

export const REPLICATE_MODELS: Readonly<Record<string, ReplicateModel>> = {
  'wan-video/wan-2.2-t2v-fast': {
    input: {
      ...WAN,
      aspect_ratio: { type: 'string', values: ['16:9', '9:16'] },
      optimize_prompt: { type: 'boolean' },
    },
    version: 'a7'.repeat(32),
    shape: shapeWan,
  },
  'wan-video/wan-2.2-i2v-fast': {
    input: {
      ...WAN,
      image: { type: 'string', required: true, check: isAddress },
      last_image: { type: 'string', check: isAddress },
    },
    version: 'b8'.repeat(32),
    shape: shapeWan,
  },
  'alibaba/qwen-image-3-pro': {
    input: {
      prompt: { type: 'string', required: true },
      image: { type: 'string', check: isAddress },
      negative_prompt: { type: 'string' },
      aspect_ratio: {
        type: 'string',
        values: ['1:1', '3:2', '2:3', '4:3', '3:4', '16:9', '9:16', '21:9'],
      },
      seed: { type: 'integer' },
    },
    version: 'd1'.repeat(32),
    shape: ({ aspect_ratio = '16:9' }) => ({ ...shapeOfSide('1024p', String(aspect_ratio)), kind: 'png' }),
  },
  'prunaai/p-video-avatar': {
    input: {
      image: { type: 'string', required: true, check: isAddress },
      audio: { type: 'string', check: isAddress },
      resolution: { type: 'string', values: ['720p', '1080p'] },
      seed: { type: 'integer' },
    },
    version: 'e2'.repeat(32),
    shape: ({ resolution = '720p' }) => ({ ...shapeOfSide(String(resolution), '16:9'), seconds: 5 }),
  },
  'bytedance/seedance-1-pro': {
    input: SEEDANCE,
    version: 'c9'.repeat(32),
    shape: ({ resolution = '1080p', aspect_ratio = '16:9', duration = 5 }) => ({
      ...shapeOfSide(String(resolution), String(aspect_ratio)),
      seconds: Number(duration),
    }),
  },
};

function shapeWan({
  resolution = '480p',
  aspect_ratio = '16:9',
  num_frames = 81,
  frames_per_second = 16,
}: JsonObject): FileShape {
  const size = shapeOfSide(String(resolution), String(aspect_ratio));
  return { ...size, seconds: Math.floor(Number(num_frames) / Number(frames_per_second)) };
}
