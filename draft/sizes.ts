// Resolution and aspect ratio to pixels, as the hosted models do it, so that a draft has the size that the real
// video will have. All sides are even, since H.264 stores one colour sample for 2 x 2 pixels.

export interface PixelSize {
  width: number;
  height: number;
}

/** Which table applies: Seedance's own sizes, or the plain ones (the short side is the number in the name). */
export type SizeFamily = 'seedance' | 'standard';

export interface SizeRequest {
  family: SizeFamily;
  /** `480p`, `720p` and so on. */
  resolution: string;
  /** `16:9` and so on. */
  aspectRatio: string;
}

type SizeTable = Record<string, Record<string, readonly [number, number]>>;

/** The sizes of Seedance 1.0, which are multiples of 16 and so not quite the ratios they are named after. */
const SEEDANCE: SizeTable = {
  '480p': {
    '16:9': [864, 480],
    '4:3': [736, 544],
    '1:1': [640, 640],
    '3:4': [544, 736],
    '9:16': [480, 864],
    '21:9': [960, 416],
  },
  '720p': {
    '16:9': [1248, 704],
    '4:3': [1120, 832],
    '1:1': [960, 960],
    '3:4': [832, 1120],
    '9:16': [704, 1248],
    '21:9': [1504, 640],
  },
  '1080p': {
    '16:9': [1920, 1088],
    '4:3': [1664, 1248],
    '1:1': [1440, 1440],
    '3:4': [1248, 1664],
    '9:16': [1088, 1920],
    '21:9': [2176, 928],
  },
};

const SHORTEST_SIDE = 240;
const LONGEST_SHORT_SIDE = 1080;
const DEFAULT_SHORT_SIDE = 720;
/** Wider or taller than this is not a picture any more. */
const STRONGEST_RATIO = 3;

/**
 * The pixels of a video. Never throws: a resolution or ratio that is not in the table is worked out from its
 * numbers, and 720p and 16:9 stand in for what cannot be read, since the input was checked long before.
 */
export function pixelSize({ family, resolution, aspectRatio }: SizeRequest): PixelSize {
  const known = family === 'seedance' ? SEEDANCE[resolution]?.[aspectRatio] : undefined;
  if (known) return { width: known[0], height: known[1] };
  const shortSide = readShortSide(resolution);
  const ratio = readRatio(aspectRatio);
  return ratio >= 1
    ? { width: toEven(shortSide * ratio), height: toEven(shortSide) }
    : { width: toEven(shortSide), height: toEven(shortSide / ratio) };
}

function readShortSide(resolution: string): number {
  // 2k and 4k name the long side; a draft of them has the largest size that drafts have.
  if (/^\dk$/i.test(resolution)) return LONGEST_SHORT_SIDE;
  const lines = Number(/^(\d{3,4})p$/i.exec(resolution)?.[1] ?? DEFAULT_SHORT_SIDE);
  return Math.min(LONGEST_SHORT_SIDE, Math.max(SHORTEST_SIDE, lines));
}

/** Names of shapes in place of a ratio, as some models take them. */
const SHAPES: Readonly<Record<string, string>> = {
  square: '1:1',
  square_hd: '1:1',
  portrait_4_3: '3:4',
  portrait_16_9: '9:16',
  landscape_4_3: '4:3',
  landscape_16_9: '16:9',
};

/** Banners of 8:1 are asked for as pictures, not as videos. */
const STRONGEST_PICTURE_RATIO = 8;

/**
 * The pixels of a picture: as many as a square with sides of that many times 1,024 pixels (`2K`), in the shape of the
 * ratio. Never throws, as {@link pixelSize}; 1K and a square stand in for what cannot be read.
 */
export function pictureSize(resolution: string, aspectRatio: string): PixelSize {
  const kilo = Number(/^(0\.5|[1-4])K$/i.exec(resolution)?.[1] ?? 1);
  const [, across, down] = /^(\d{1,3}):(\d{1,3})$/.exec(SHAPES[aspectRatio] ?? aspectRatio) ?? [];
  const asked = Number(across) / Number(down);
  const ratio = Number.isFinite(asked) && asked > 0 ? asked : 1;
  const shape = Math.min(STRONGEST_PICTURE_RATIO, Math.max(1 / STRONGEST_PICTURE_RATIO, ratio));
  const side = kilo * 1024;
  const toSixteen = (pixels: number): number => Math.round(pixels / 16) * 16;
  return { width: toSixteen(side * Math.sqrt(shape)), height: toSixteen(side / Math.sqrt(shape)) };
}

function readRatio(aspectRatio: string): number {
  const [, across, down] = /^(\d{1,3}):(\d{1,3})$/.exec(aspectRatio) ?? [];
  const ratio = Number(across) / Number(down);
  if (!Number.isFinite(ratio) || ratio <= 0) return 16 / 9;
  return Math.min(STRONGEST_RATIO, Math.max(1 / STRONGEST_RATIO, ratio));
}

/**
 * The ratio that loses least of a picture of this size, of those on offer; the first of equals. The distance is that of
 * logarithms, so that a picture twice as wide is as far from square as one twice as tall.
 */
export function chooseNearestRatio(aspectRatios: readonly string[], { width, height }: PixelSize): string {
  const distanceOf = (aspectRatio: string): number =>
    Math.abs(Math.log(readRatio(aspectRatio)) - Math.log(width / height));
  return aspectRatios.reduce((nearest, other) =>
    distanceOf(other) < distanceOf(nearest) - 1e-9 ? other : nearest,
  );
}

/** 480p at 16:9 is 853.3 pixels wide, which everyone writes as 854. */
function toEven(pixels: number): number {
  return Math.round(pixels / 2) * 2;
}
