// What each Vidu model takes at each endpoint, and what it costs, as data. Read 2026-11-21 from
// https://platform.vidu.com/docs/text-to-video, image-to-video, start-end-to-video, reference-to-video and
// pricing. Where the documents contradict each other the emulator accepts what either allows.

export type Endpoint = 'text2video' | 'img2video' | 'start-end2video' | 'reference2video';

/** Credits per second, or for the first second and each further one, by resolution. */
export type Tariff = Readonly<Record<string, readonly [first: number, further: number]>>;

export interface ViduModel {
  /** Seconds: the two ends of a range, or single values. */
  seconds: { from: number; to: number } | { only: readonly number[] };
  secondsDefault: number;
  resolutions: readonly string[];
  resolutionDefault: string;
  /** Empty at endpoints where the picture decides. */
  ratios: readonly string[];
  imagesMax: number;
  /** Fields in addition to those that every model of the endpoint has. */
  fields: readonly string[];
  promptMax: number;
  /** What `audio` is when it is not sent. */
  audioDefault: boolean;
  /** For whole tasks of a length (`1080p/5`), otherwise by seconds. */
  flat?: Readonly<Record<string, number>>;
  tariff?: Tariff;
  /** Additional credits for sound. */
  audioCredits: number;
  offPeak: boolean;
}

const RATIOS_3 = ['16:9', '9:16', '1:1'] as const;
const RATIOS_5 = [...RATIOS_3, '4:3', '3:4'] as const;
const ALL = ['540p', '720p', '1080p'] as const;
const UPPER = ['720p', '1080p'] as const;

const COMMON = { ratios: [] as string[], imagesMax: 0, audioDefault: false, audioCredits: 0, offPeak: true };

const Q1 = {
  ...COMMON,
  seconds: { only: [5] },
  secondsDefault: 5,
  resolutions: ['1080p'],
  resolutionDefault: '1080p',
  fields: ['bgm'],
  promptMax: 2_000,
  flat: { '1080p/5': 80 },
} as const;

const Q2 = {
  ...COMMON,
  seconds: { from: 1, to: 10 },
  secondsDefault: 5,
  resolutions: ALL,
  resolutionDefault: '720p',
  fields: ['bgm'],
  promptMax: 2_000,
  audioCredits: 15,
} as const;

const Q3 = {
  ...COMMON,
  seconds: { from: 1, to: 16 },
  secondsDefault: 5,
  resolutions: ALL,
  resolutionDefault: '720p',
  fields: ['audio'],
  promptMax: 5_000,
  audioDefault: true,
} as const;

const V2 = {
  ...COMMON,
  seconds: { only: [4, 8] },
  secondsDefault: 4,
  resolutions: ['360p', '720p', '1080p'],
  resolutionDefault: '360p',
  fields: ['bgm'],
  promptMax: 2_000,
  flat: { '360p/4': 20, '720p/4': 40, '1080p/4': 100, '720p/8': 100 },
} as const;

function linear(low: number, middle: number, high: number): Tariff {
  return { '540p': [low, low], '720p': [middle, middle], '1080p': [high, high] };
}

/** Two rows are a few credits off for their first two seconds, which have their own prices there. */
const Q2_TEXT: Tariff = { '540p': [10, 2], '720p': [15, 5], '1080p': [20, 10] };
const Q2_PRO: Tariff = { '540p': [5, 5], '720p': [15, 10], '1080p': [55, 15] };
const Q2_FAST: Tariff = { '720p': [8, 2], '1080p': [16, 4] };
const Q2_TURBO: Tariff = { '540p': [6, 2], '720p': [8, 10], '1080p': [35, 10] };
const Q2_REFERENCE: Tariff = { '540p': [25, 5], '720p': [25, 5], '1080p': [75, 10] };
const Q3_PRO = linear(9, 20, 24);
const Q3_TURBO = linear(7, 11, 13);

const FIRST = { imagesMax: 1 } as const;
const BOTH = { imagesMax: 2, seconds: { from: 1, to: 8 } } as const;
const IMAGE_SOUND = ['audio', 'audio_type', 'voice_id'] as const;
const REFERENCE = { imagesMax: 7, ratios: [...RATIOS_5, 'auto'] } as const;

/** By endpoint, by the id of the model. */
export const VIDU_MODELS: Readonly<Record<Endpoint, Readonly<Record<string, ViduModel>>>> = {
  text2video: {
    viduq1: { ...Q1, ratios: RATIOS_3, fields: ['bgm', 'style'] },
    viduq2: { ...Q2, ratios: RATIOS_5, fields: ['bgm', 'style'], tariff: Q2_TEXT },
    'viduq3-pro': { ...Q3, ratios: RATIOS_5, fields: ['audio', 'style'], tariff: Q3_PRO },
    'viduq3-turbo': { ...Q3, ratios: RATIOS_5, fields: ['audio', 'style'], tariff: Q3_TURBO },
  },
  img2video: {
    'vidu2.0': { ...V2, ...FIRST },
    viduq1: { ...Q1, ...FIRST, fields: ['bgm', ...IMAGE_SOUND] },
    'viduq1-classic': { ...Q1, ...FIRST, fields: ['bgm', ...IMAGE_SOUND] },
    'viduq2-pro': { ...Q2, ...FIRST, fields: ['bgm', ...IMAGE_SOUND], tariff: Q2_PRO },
    'viduq2-pro-fast': {
      ...Q2,
      ...FIRST,
      resolutions: UPPER,
      fields: ['bgm', ...IMAGE_SOUND],
      tariff: Q2_FAST,
    },
    'viduq2-turbo': { ...Q2, ...FIRST, fields: ['bgm', ...IMAGE_SOUND], tariff: Q2_TURBO },
    'viduq3-pro': { ...Q3, ...FIRST, fields: IMAGE_SOUND, tariff: Q3_PRO },
    'viduq3-pro-fast': {
      ...Q3,
      ...FIRST,
      resolutions: UPPER,
      fields: IMAGE_SOUND,
      tariff: { '720p': [20, 20], '1080p': [25, 25] },
    },
    'viduq3-turbo': { ...Q3, ...FIRST, fields: IMAGE_SOUND, tariff: Q3_TURBO },
  },
  'start-end2video': {
    'vidu2.0': { ...V2, imagesMax: 2 },
    viduq1: { ...Q1, imagesMax: 2 },
    'viduq1-classic': { ...Q1, imagesMax: 2 },
    'viduq2-pro': { ...Q2, ...BOTH, tariff: Q2_PRO },
    'viduq2-pro-fast': { ...Q2, ...BOTH, resolutions: UPPER, tariff: Q2_FAST },
    'viduq2-turbo': { ...Q2, ...BOTH, tariff: Q2_TURBO },
    'viduq3-pro': { ...Q3, imagesMax: 2, tariff: Q3_PRO },
    'viduq3-turbo': { ...Q3, imagesMax: 2, tariff: Q3_TURBO },
  },
  reference2video: {
    'vidu2.0': {
      ...V2,
      seconds: { only: [4] },
      resolutions: ['360p', '720p'],
      ratios: RATIOS_3,
      imagesMax: 3,
    },
    viduq1: { ...Q1, ratios: RATIOS_3, imagesMax: 7 },
    viduq2: { ...Q2, ...REFERENCE, tariff: Q2_REFERENCE },
    'viduq2-pro': { ...Q2, ...REFERENCE, tariff: Q2_REFERENCE },
    viduq3: { ...Q3, ...REFERENCE, seconds: { from: 3, to: 16 }, tariff: linear(7, 12, 15) },
    'viduq3-turbo': { ...Q3, ...REFERENCE, seconds: { from: 3, to: 16 }, tariff: linear(4, 10, 13) },
    'viduq3-mix': {
      ...Q3,
      ...REFERENCE,
      resolutions: UPPER,
      tariff: { '720p': [24, 24], '1080p': [29, 29] },
      offPeak: false,
    },
  },
};

/** A few of Vidu's templates, with what each allows. The names are documented; the rest is an example. */
export interface ViduTemplate {
  imagesMax: number;
  ratios: readonly string[];
  /** `area` or `beast`, if it has that field. */
  own?: 'area' | 'beast';
  takesPrompt: boolean;
}

export const VIDU_TEMPLATES: Readonly<Record<string, ViduTemplate>> = {
  hugging: { imagesMax: 2, ratios: RATIOS_3, takesPrompt: true },
  exotic_princess: { imagesMax: 1, ratios: RATIOS_3, own: 'area', takesPrompt: true },
  beast_companion: { imagesMax: 1, ratios: ['9:16'], own: 'beast', takesPrompt: true },
  flying: { imagesMax: 1, ratios: RATIOS_3, takesPrompt: true },
  sakura_season: { imagesMax: 1, ratios: RATIOS_3, takesPrompt: true },
  frost_carpet: { imagesMax: 1, ratios: RATIOS_3, takesPrompt: true },
  golden_epoch: { imagesMax: 1, ratios: RATIOS_3, takesPrompt: true },
  slice_therapy: { imagesMax: 1, ratios: RATIOS_3, takesPrompt: true },
  subject_3: { imagesMax: 1, ratios: ['16:9'], takesPrompt: false },
};

export const TEMPLATE_SECONDS = 4;
const TEMPLATE_CREDITS = 40;
const RECOMMENDATION_CREDITS = 10;

/** What the price of a task depends on. */
export interface Priced {
  model: ViduModel | undefined;
  resolution: string;
  duration: number;
  audio: boolean;
  offPeak: boolean;
  isRecommended: boolean;
}

/** Credits of a task; undefined when the model does not offer this length and resolution. */
export function creditsOf({ model, resolution, duration, ...more }: Priced): number | undefined {
  if (!model) return TEMPLATE_CREDITS;
  const row = model.tariff?.[resolution];
  const base = row ? row[0] + row[1] * (duration - 1) : model.flat?.[`${resolution}/${duration}`];
  if (base === undefined) return undefined;
  const extra = (more.audio ? model.audioCredits : 0) + (more.isRecommended ? RECOMMENDATION_CREDITS : 0);
  return more.offPeak ? Math.ceil((base + extra) / 2) : base + extra;
}

/** Width and height of wide and square videos, by resolution; tall ones are the same, turned. */
const SIZES: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  '360p': { '16:9': [640, 352], '4:3': [544, 400], '1:1': [480, 480] },
  '540p': { '16:9': [960, 528], '4:3': [816, 608], '1:1': [720, 720] },
  '720p': { '16:9': [1280, 720], '4:3': [1104, 816], '1:1': [960, 960] },
  '1080p': { '16:9': [1920, 1080], '4:3': [1674, 1238], '1:1': [1440, 1440] },
};

/** The pixels of a video; one that would follow its pictures is wide, since they are not looked at. */
export function pixelsOf(resolution: string, ratio: string): { width: number; height: number } {
  const isTall = ratio === '9:16' || ratio === '3:4';
  const wide = isTall ? [...ratio.split(':')].reverse().join(':') : ratio;
  const sizes = SIZES[resolution] ?? SIZES['720p'];
  const [long, short] = sizes[wide] ?? sizes['16:9'];
  return isTall ? { width: short, height: long } : { width: long, height: short };
}
