// What each Kling model takes and how many units it costs, as data. Read 2026-11-21 from
// https://kling.ai/document-api/guides/capability-map/video and
// https://kling.ai/document-api/pricing/base/video. Older models are left out and answered like unknown ones,
// except for the one that makes videos from several pictures; masks and camera control are left out too.
// Endpoints of a model, and the fields of the two newer ones: github.com/vercel/ai, packages/klingai, read
// 2026-11-30.

export type Mode = 'std' | 'pro';
export type Endpoint = 'text2video' | 'image2video' | 'multi-image2video' | 'motion-control' | 'effects';

export interface KlingModel {
  name: string;
  endpoints: readonly Endpoint[];
  /** Whether it takes storyboards, elements and voices. */
  takesShots: boolean;
  /** In seconds, as the texts that the API expects. */
  durations: readonly string[];
  /** Modes that can make sound. */
  soundModes: readonly Mode[];
  /** Modes that take a last frame. */
  tailModes: readonly Mode[];
  /** Whether a last frame and sound can be combined. */
  tailWithSound: boolean;
  /** Units per second: silent, and with sound. */
  units: Readonly<Record<Mode, readonly [number, number]>>;
}

const FIVE_OR_TEN = ['5', '10'];
const BOTH: readonly Endpoint[] = ['text2video', 'image2video'];

export const KLING_MODELS: readonly KlingModel[] = [
  {
    name: 'kling-v1-6',
    endpoints: ['multi-image2video'],
    takesShots: false,
    durations: FIVE_OR_TEN,
    soundModes: [],
    tailModes: [],
    tailWithSound: false,
    units: { std: [0.4, 0.4], pro: [0.7, 0.7] },
  },
  {
    name: 'kling-v2-5-turbo',
    endpoints: BOTH,
    takesShots: false,
    durations: FIVE_OR_TEN,
    soundModes: [],
    tailModes: ['pro'],
    tailWithSound: false,
    units: { std: [0.3, 0.3], pro: [0.5, 0.5] },
  },
  {
    name: 'kling-v2-6',
    endpoints: [...BOTH, 'motion-control'],
    takesShots: false,
    durations: FIVE_OR_TEN,
    soundModes: ['pro'],
    tailModes: ['pro'],
    tailWithSound: false,
    units: { std: [0.3, 0.3], pro: [0.5, 1] },
  },
  {
    name: 'kling-v3',
    endpoints: [...BOTH, 'motion-control'],
    takesShots: true,
    durations: Array.from({ length: 13 }, (_, index) => String(index + 3)),
    soundModes: ['std', 'pro'],
    tailModes: ['std', 'pro'],
    tailWithSound: true,
    units: { std: [0.6, 0.9], pro: [0.8, 1.2] },
  },
];

/** Some of the 219 effects, which belong to no model. Names: kling.ai/document-api, "Video Effects", read 2026-12-01. */
export const EFFECTS_OF_ONE = [
  'bullet_time_360',
  'zoom_out',
  'firework_2026',
  'lantern_glow',
  'phantom_jewel',
];
export const EFFECTS_OF_TWO = ['hug_pro', 'heart_gesture_pro', 'studio_look', 'kiss_pro', 'fight_pro'];

/** What makes the effects. A task is US$0.28 in public price lists, two units. */
export const EFFECTS_MODEL: KlingModel = {
  name: 'effects',
  endpoints: ['effects'],
  takesShots: false,
  durations: ['5'],
  soundModes: [],
  tailModes: [],
  tailWithSound: false,
  units: { std: [0.4, 0.4], pro: [0.4, 0.4] },
};

/** The model of a request without `model_name`. */
export const MODEL_DEFAULT = 'kling-v1';

const LONG_SIDES: Readonly<Record<Mode, number>> = { std: 1280, pro: 1920 };

/** Pixels of a video. */
export function sizeOf(mode: Mode, ratio: string): { width: number; height: number } {
  const long = LONG_SIDES[mode];
  const short = (long * 9) / 16;
  if (ratio === '1:1') return { width: short, height: short };
  return ratio === '9:16' ? { width: short, height: long } : { width: long, height: short };
}
