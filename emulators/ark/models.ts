// What each Seedance model takes, as data. Read 2026-11-21 from https://www.volcengine.com/docs/82379/1520757
// (create) and https://www.volcengine.com/docs/82379/1330310 (models). Where the documents contradict each
// other the emulator accepts what either allows.

/** What the pictures of a request are for. */
export type Mode = 'text' | 'first' | 'first_last' | 'reference' | 'draft';

export interface ArkModel {
  /** At Volcengine in China, then at BytePlus. */
  ids: readonly string[];
  /** The table of picture sizes that it follows. */
  sizes: 'first' | 'later';
  modes: readonly Mode[];
  /** The maximum of pictures in the mode `reference`. */
  referencesMax: number;
  /** Takes videos and sounds as references. */
  takesMedia: boolean;
  resolutions: readonly string[];
  resolutionDefault: string;
  /** Resolutions that the mode `reference` excludes. */
  notForReference: readonly string[];
  /** Modes in which the ratio may be `adaptive`. */
  adaptiveModes: readonly Mode[];
  seconds: { min: number; max: number; canChoose: boolean };
  /** Top-level fields in addition to those that every model has. */
  fields: readonly string[];
  tiers: readonly string[];
  /** Whether flags inside the prompt are read. */
  readsFlags: boolean;
}

const SECONDS_1_0 = { min: 2, max: 12, canChoose: false };
const COMMON_1_0 = {
  sizes: 'first',
  referencesMax: 0,
  takesMedia: false,
  notForReference: [],
  adaptiveModes: ['first', 'first_last'],
  seconds: SECONDS_1_0,
  fields: ['frames', 'seed', 'camera_fixed'],
  tiers: ['default', 'flex'],
  readsFlags: true,
} as const;
const COMMON_2_0 = {
  sizes: 'later',
  modes: ['text', 'first', 'first_last', 'reference'],
  referencesMax: 9,
  takesMedia: true,
  resolutionDefault: '720p',
  notForReference: [],
  adaptiveModes: ['text', 'first', 'first_last', 'reference'],
  seconds: { min: 4, max: 15, canChoose: true },
  // Whether 2.0 takes a seed is not settled; the emulator allows it.
  fields: ['seed', 'generate_audio', 'tools'],
  tiers: ['default'],
  readsFlags: false,
} as const;

export const ARK_MODELS: readonly ArkModel[] = [
  {
    ...COMMON_1_0,
    ids: ['doubao-seedance-1-0-pro-250528', 'seedance-1-0-pro-250528'],
    modes: ['text', 'first', 'first_last'],
    resolutions: ['480p', '720p', '1080p'],
    resolutionDefault: '1080p',
  },
  {
    ...COMMON_1_0,
    ids: ['doubao-seedance-1-0-pro-fast-251015', 'seedance-1-0-pro-fast-251015'],
    modes: ['text', 'first'],
    resolutions: ['480p', '720p', '1080p'],
    resolutionDefault: '1080p',
  },
  {
    ...COMMON_1_0,
    ids: ['doubao-seedance-1-0-lite-t2v-250428', 'seedance-1-0-lite-t2v-250428'],
    modes: ['text'],
    resolutions: ['480p', '720p', '1080p'],
    resolutionDefault: '720p',
  },
  {
    ...COMMON_1_0,
    ids: ['doubao-seedance-1-0-lite-i2v-250428', 'seedance-1-0-lite-i2v-250428'],
    modes: ['first', 'first_last', 'reference'],
    referencesMax: 4,
    resolutions: ['480p', '720p', '1080p'],
    resolutionDefault: '720p',
    notForReference: ['1080p'],
  },
  {
    ids: ['doubao-seedance-1-5-pro-251215', 'seedance-1-5-pro-251215'],
    sizes: 'later',
    modes: ['text', 'first', 'first_last', 'draft'],
    referencesMax: 0,
    takesMedia: false,
    resolutions: ['480p', '720p', '1080p'],
    resolutionDefault: '720p',
    notForReference: [],
    adaptiveModes: ['text', 'first', 'first_last', 'draft'],
    seconds: { min: 4, max: 12, canChoose: true },
    fields: ['seed', 'camera_fixed', 'generate_audio', 'draft'],
    tiers: ['default', 'flex'],
    readsFlags: false,
  },
  {
    ...COMMON_2_0,
    ids: ['doubao-seedance-2-0-260128', 'dreamina-seedance-2-0-260128'],
    resolutions: ['480p', '720p', '1080p', '4k'],
  },
  {
    ...COMMON_2_0,
    ids: ['doubao-seedance-2-0-fast-260128', 'dreamina-seedance-2-0-fast-260128'],
    resolutions: ['480p', '720p'],
  },
  {
    ...COMMON_2_0,
    ids: ['doubao-seedance-2-0-mini-260615', 'dreamina-seedance-2-0-mini-260615'],
    resolutions: ['480p', '720p'],
  },
];

export const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'] as const;

type Ratio = (typeof RATIOS)[number];

/**
 * Width and height by resolution, in the order of `RATIOS` as far as it is wide; tall ones are the same,
 * turned.
 */
const WIDE: Record<ArkModel['sizes'], Record<string, Partial<Record<Ratio, readonly [number, number]>>>> = {
  first: {
    '480p': { '16:9': [864, 480], '4:3': [736, 544], '1:1': [640, 640], '21:9': [960, 416] },
    '720p': { '16:9': [1248, 704], '4:3': [1120, 832], '1:1': [960, 960], '21:9': [1504, 640] },
    '1080p': { '16:9': [1920, 1088], '4:3': [1664, 1248], '1:1': [1440, 1440], '21:9': [2176, 928] },
  },
  later: {
    '480p': { '16:9': [864, 496], '4:3': [752, 560], '1:1': [640, 640], '21:9': [992, 432] },
    '720p': { '16:9': [1280, 720], '4:3': [1112, 834], '1:1': [960, 960], '21:9': [1470, 630] },
    '1080p': { '16:9': [1920, 1080], '4:3': [1664, 1248], '1:1': [1440, 1440], '21:9': [2206, 946] },
    '4k': { '16:9': [3840, 2160], '4:3': [3326, 2494], '1:1': [2880, 2880], '21:9': [4398, 1886] },
  },
};

const TURNED: Partial<Record<Ratio, Ratio>> = { '3:4': '4:3', '9:16': '16:9' };

/** The pixels of a video. @throws for an unknown resolution, which the check of a request excludes. */
export function pixelsOf(
  sizes: ArkModel['sizes'],
  resolution: string,
  ratio: string,
): { width: number; height: number } {
  const turned = TURNED[ratio as Ratio];
  const size = WIDE[sizes][resolution]?.[turned ?? (ratio as Ratio)];
  if (!size) throw new Error(`no size for ${resolution} ${ratio}`);
  const [long, short] = size;
  return turned ? { width: short, height: long } : { width: long, height: short };
}

/** Frames per second of every model. */
export const FRAME_RATE = 24;

/**
 * Tokens of a video (https://www.volcengine.com/docs/82379/1544106): pixels times frames, divided by 1024.
 */
export function tokensOf({ width, height }: { width: number; height: number }, frames: number): number {
  return Math.round((width * height * frames) / 1024);
}
