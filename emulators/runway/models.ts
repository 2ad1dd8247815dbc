// The models of Runway's endpoints and what they take: the types of npm @runwayml/sdk 4.20.1; their cost in
// credits: https://docs.dev.runwayml.com/guides/pricing/. Read 2026-11-21. Only the models that Reelay uses.
import type { FieldRule, FieldRules } from '../core/fields.ts';

export type Endpoint = 'text_to_video' | 'image_to_video' | 'video_to_video';

export interface RunwayModel {
  endpoints: Partial<Record<Endpoint, FieldRules>>;
  /** Positions of pictures, in their order; the first is required. */
  positions: readonly string[];
  secondsDefault: number;
  creditsPerSecond(hasAudio: boolean): number;
}

const PROMPT_UNITS_MAX = 1000;
const SEED_MAX = 2 ** 32 - 1;

const prompt = (required: boolean): FieldRule => ({
  type: 'string',
  required,
  lengthMin: 1,
  // UTF-16 code units, not characters.
  check: (text) =>
    String(text).length > PROMPT_UNITS_MAX ? `has more than ${PROMPT_UNITS_MAX} code units` : undefined,
});

const common: FieldRules = {
  model: { type: 'string', required: true },
  seed: { type: 'integer', min: 0, max: SEED_MAX },
};

const moderation: FieldRules = {
  contentModeration: {
    type: 'object',
    fields: { publicFigureThreshold: { type: 'string', values: ['auto', 'low'] } },
  },
};

const images: FieldRules = { promptImage: { type: 'array', required: true, lengthMin: 1 } };
const ratio = (...values: string[]): FieldRules => ({ ratio: { type: 'string', required: true, values } });

const WIDE = ['1280:720', '720:1280'];
const ALL = [...WIDE, '1104:832', '960:960', '832:1104', '1584:672'];
const seconds: FieldRule = { type: 'integer', min: 2, max: 10 };

const gen45: FieldRules = {
  ...common,
  ...moderation,
  promptText: prompt(true),
  duration: { ...seconds, required: true },
};

const veo: FieldRules = {
  ...common,
  ...ratio(...WIDE, '1080:1920', '1920:1080'),
  audio: { type: 'boolean' },
  duration: { type: 'integer', values: [4, 6, 8] },
  negativePrompt: { type: 'string' },
};

function veoModel(silent: number, withAudio: number): RunwayModel {
  return {
    endpoints: {
      text_to_video: { ...veo, promptText: prompt(true) },
      image_to_video: { ...veo, ...images, promptText: prompt(false) },
    },
    positions: ['first', 'last'],
    secondsDefault: 8,
    creditsPerSecond: (hasAudio) => (hasAudio ? withAudio : silent),
  };
}

/** Addresses of the clip and of the keyframes are judged apart. */
const aleph: FieldRules = {
  ...common,
  ...moderation,
  videoUri: { type: 'string', required: true },
  promptText: prompt(false),
  keyframes: {
    type: 'array',
    lengthMax: 5,
    items: {
      type: 'object',
      fields: {
        seconds: { type: 'number', min: 0 },
        at: { type: 'number', min: 0, max: 1 },
        uri: { type: 'string', required: true },
        range: {
          type: 'object',
          fields: {
            start_seconds: { type: 'integer', required: true },
            end_seconds: { type: 'integer', required: true },
          },
        },
      },
    },
  },
  outputFormat: { type: 'string', values: ['mp4', 'prores', 'png_sequence', 'sdr_rec709_10bit'] },
  ratio: { type: 'string' },
  targetAspectRatio: { type: 'string', values: ['16:9', '4:3', '3:2', '1:1', '2:3', '3:4', '9:16', '21:9'] },
};

export const RUNWAY_MODELS: Readonly<Record<string, RunwayModel>> = {
  // Clips are not looked at: each counts as five seconds. The price a second is an example.
  aleph2: {
    endpoints: { video_to_video: aleph },
    positions: [],
    secondsDefault: 5,
    creditsPerSecond: () => 15,
  },
  'gen4.5': {
    endpoints: {
      text_to_video: { ...gen45, ...ratio(...WIDE) },
      image_to_video: { ...gen45, ...ratio(...ALL), ...images },
    },
    positions: ['first'],
    secondsDefault: 5,
    creditsPerSecond: () => 12,
  },
  gen4_turbo: {
    endpoints: {
      image_to_video: {
        ...common,
        ...moderation,
        ...images,
        ...ratio(...ALL),
        promptText: prompt(false),
        duration: seconds,
      },
    },
    positions: ['first'],
    secondsDefault: 10,
    creditsPerSecond: () => 5,
  },
  'veo3.1': veoModel(20, 40),
  'veo3.1_fast': veoModel(10, 15),
};
