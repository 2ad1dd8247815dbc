// Tools for the user's own pictures: the background goes, or the picture grows. Both do what a live model does, with means
// that are here: the segmentation of people, the even background of goods, and a good resampler.
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { StillJob, StillResult, StillTool } from '../job.ts';
import type { Photo } from '../photo/photo.ts';
import { findForeground } from './plain-background.ts';

/** The longest side of an enlarged picture; a larger one takes a processor too long. */
const UPSCALED_SIDE_MAX = 4096;
/** The longest side at which pictures are worked on. */
export const TOOL_SIDE_MAX = 2048;

interface Made {
  picture: Sharp;
  width: number;
  height: number;
  note?: string;
}

function rawOf({ width, height, rgba }: Photo): Sharp {
  return sharp(rgba, { raw: { width, height, channels: 4 } });
}

const WHOLE_NOTE =
  'No person and no even background was found, so the picture is given back whole; a live key removes its background.';

function cutOut(photo: Photo): Made {
  const { width, height } = photo;
  const mask = photo.mask ?? findForeground(photo);
  const rgba = Uint8ClampedArray.from(photo.rgba);
  for (let at = 0; mask && at < mask.length; at += 1) rgba[at * 4 + 3] = mask[at];
  const picture = rawOf({ ...photo, rgba });
  return mask ? { picture, width, height } : { picture, width, height, note: WHOLE_NOTE };
}

/** Enlarges by Lanczos, and gives edges back the steepness that any resampling takes. */
function upscale(photo: Photo, factor: number): Made {
  const most = Math.max(1, UPSCALED_SIDE_MAX / Math.max(photo.width, photo.height));
  const scale = Math.min(factor, most);
  const [width, height] = [Math.round(photo.width * scale), Math.round(photo.height * scale)];
  const picture = rawOf(photo)
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .sharpen({ sigma: 0.5 + scale * 0.2, m1: 0.4, m2: 1.6 });
  const note = `A draft is enlarged up to ${UPSCALED_SIDE_MAX} pixels a side: by ${scale.toFixed(2)} here.`;
  return scale < factor ? { picture, width, height, note } : { picture, width, height };
}

const work: Record<StillTool['kind'], (photo: Photo, tool: StillTool) => Made> = {
  'cut-out': (photo) => cutOut(photo),
  upscale: (photo, tool) => upscale(photo, tool.kind === 'upscale' ? tool.factor : 2),
};

/** Writes what the tool makes of each picture, as PNG unless WebP is asked for: both keep what is clear. */
export async function runTool(
  job: StillJob & { tool: StillTool },
  photos: readonly Photo[],
  onProgress: (done: number, total: number) => void,
): Promise<StillResult> {
  const picturePaths: string[] = [];
  const notes = new Set<string>();
  let size = { width: job.width, height: job.height };
  for (const [at, photo] of photos.entries()) {
    const { picture, width, height, note } = work[job.tool.kind](photo, job.tool);
    const path = join(job.outDir, `picture-${at + 1}.${job.format === 'webp' ? 'webp' : 'png'}`);
    await (job.format === 'webp' ? picture.webp({ quality: 92 }) : picture.png()).toFile(path);
    picturePaths.push(path);
    if (note !== undefined) notes.add(note);
    if (at === 0) size = { width, height };
    onProgress(at + 1, photos.length);
  }
  return {
    picturePaths,
    ...size,
    seed: job.seed,
    edit: job.tool.kind,
    understood: [],
    ignored: [],
    notes: [...notes],
  };
}
