// What a task of either version will make, and what both versions share.
import type { Json } from '../../server/src/lib/json.ts';
import type { JobState } from '../core/job.ts';

/** The words of the second version; the first has its own. There is no word for a task that was given up. */
export const MINIMAX_STATES: Readonly<Record<JobState, string>> = {
  queued: 'queued',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'failed',
};

export interface MinimaxOrder {
  api: 'v1' | 'v2';
  model: string;
  /** All of its text, for the content rules. */
  prompt: string;
  resolution: string;
  seconds: number;
  ratio: string;
  images: number;
  callbackUrl?: string;
}

/** The data of a task. */
export interface MinimaxTask {
  order: MinimaxOrder;
  /** The id of its video's file; first version. */
  fileId: string;
}

/** Why a text is not a callback address; undefined when it is one. */
export function isWebAddress(value: Json): string | undefined {
  const text = String(value);
  return /^https?:\/\//.test(text) && URL.canParse(text) ? undefined : 'is not an http(s) address';
}

/** @param types that may be inline, such as `image`. */
export function isMediaAddress(type: 'image' | 'video' | 'audio', takesFiles: boolean) {
  const inline = new RegExp(`^data:${type}/[a-z0-9]+;base64,[A-Za-z0-9+/]+={0,2}$`);
  return (value: Json): string | undefined => {
    const text = String(value);
    const isFile = takesFiles && /^mm_file:\/\/.+/.test(text);
    const isGood = isFile || inline.test(text) || isWebAddress(text) === undefined;
    return isGood ? undefined : 'is no address that can be read';
  };
}

const SIDES: Readonly<Record<string, number>> = {
  '480P': 480,
  '512P': 512,
  '720P': 720,
  '768P': 768,
  '1080P': 1080,
  '2K': 1440,
};

/** Approximate pixels of a video: the exact ones are not documented. */
export function sizeOf({ resolution, ratio }: MinimaxOrder): { width: number; height: number } {
  const short = SIDES[resolution];
  const [wide, high] = ratio.split(':').map(Number);
  const long = 2 * Math.round((short * Math.max(wide, high)) / Math.min(wide, high) / 2);
  return wide >= high ? { width: long, height: short } : { width: short, height: long };
}
