// Pictures from job to files, inside the render process: a scene of the prompt at one moment, or a change of the user's
// own picture. Large ones are drawn at a size that a processor draws in seconds, and then enlarged by a good resampler.
import { join } from 'node:path';
import sharp from 'sharp';
import { drawPixels, fitPhoto } from '../effects/picture.ts';
import type { FinishOptions } from '../finish.ts';
import { preparePixelFinish } from '../finish.ts';
import { prepareDrawing } from '../frames.ts';
import type { RenderJob, StillJob, StillResult } from '../job.ts';
import type { Photo } from '../photo/photo.ts';
import type { Plan } from '../plan/plan.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { hashNumbers } from '../random.ts';
import { castPeople } from '../reference/cast.ts';
import { MAX_PHOTO_PIXELS, MAX_ROWWISE_PIXELS } from '../render-video.ts';
import { type ChosenEdit, chooseEdit } from './choose-edit.ts';
import { developPicture } from './develop.ts';
import { retouch } from './retouch.ts';

/** What is drawn at most; 16:9 of 2K has this many. A larger picture is enlarged from it. */
const DRAWN_PIXELS_MAX = 2560 * 1440;
const PHOTO_TIMEOUT_MS = 15_000;
/** The scenes are made for some seconds; this is the moment of theirs that a still shows, with all in place. */
const SHOWN_SECONDS = 2.2;
const SCENE_SECONDS = 5;
const ENDINGS = { png: 'png', jpeg: 'jpg', webp: 'webp' } as const;

interface Size {
  width: number;
  height: number;
}

/** Sides are even, since the vignette has a value for 2 x 2 pixels. */
function toEven(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}

/** The size of the result: that of the job, or its number of pixels in the shape of the first picture. */
function sizeOf({ width, height, followsPicture }: StillJob, [first]: readonly Photo[]): Size {
  if (!followsPicture || first === undefined) return { width, height };
  const scale = Math.sqrt((width * height) / (first.width * first.height));
  return { width: toEven(first.width * scale), height: toEven(first.height * scale) };
}

function drawnSizeOf({ width, height }: Size): Size {
  const scale = Math.min(1, Math.sqrt(DRAWN_PIXELS_MAX / (width * height)));
  return { width: toEven(width * scale), height: toEven(height * scale) };
}

async function readPhotos({ images }: StillJob, { width, height }: Size): Promise<Photo[]> {
  if (images.length === 0) return [];
  const { loadPhotos } = await import('../photo/load.ts');
  return loadPhotos(images, {
    maxPixels: MAX_PHOTO_PIXELS,
    maxRowwisePixels: MAX_ROWWISE_PIXELS,
    maxSide: Math.max(width, height, 960),
    timeoutMs: PHOTO_TIMEOUT_MS,
  });
}

interface Work {
  job: StillJob;
  size: Size;
  plan: Plan;
  photos: Photo[];
  chosen: ChosenEdit | undefined;
}

/** A moment of the scene, with the people of the photos in it if there are any. */
async function drawScene({ job, size, plan, photos }: Work, seed: number): Promise<Uint8ClampedArray> {
  const frame: RenderJob = {
    ...job,
    ...size,
    kind: photos.length > 0 ? 'reference' : 'text',
    durationSeconds: SCENE_SECONDS,
    seed,
    cameraFixed: false,
    movement: 'auto',
    audio: 'none',
    lastFrame: false,
  };
  const { canvas, finish, draw } = await prepareDrawing({ job: frame, plan, photos });
  draw(SHOWN_SECONDS);
  return developPicture({ ...size, rgba: canvas.data() }, finish, hashNumbers(seed, 0));
}

/** The user's picture with the change that the prompt asks for. */
async function drawEdit({ job, size, plan, photos, chosen }: Work, seed: number): Promise<Uint8ClampedArray> {
  if (chosen === undefined || chosen.edit.kind === 'scene') {
    return drawScene({ job, size, plan, photos, chosen }, seed);
  }
  const picture = fitPhoto(photos[0]!, size);
  const canvas = drawPixels(retouch(picture, chosen.edit, seed), size);
  const { prepareCanvasFinish } = await import('../finish.ts');
  const { createCanvas } = await import('@napi-rs/canvas');
  const neutral: Plan = { ...plan, grade: 'neutral', timeOfDay: 'day' };
  const options: FinishOptions = { ...size, seed, plan: neutral, strength: 'light', mark: job.mark };
  prepareCanvasFinish(options, createCanvas)(canvas, canvas.getContext('2d'));
  return developPicture({ ...size, rgba: canvas.data() }, preparePixelFinish(options), hashNumbers(seed, 0));
}

async function writePicture(
  rgb: Uint8ClampedArray,
  drawn: Size,
  { size, format, path }: { size: Size; format: StillJob['format']; path: string },
): Promise<void> {
  const raw = { ...drawn, channels: 3 as const };
  const picture = sharp(rgb, { raw }).resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' });
  const encoded = {
    png: () => picture.png({ compressionLevel: 6 }),
    jpeg: () => picture.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
    webp: () => picture.webp({ quality: 92 }),
  };
  await encoded[format]().toFile(path);
}

/**
 * Draws and writes the pictures of a job. `onProgress` is called after each.
 * @throws PhotoError for pictures that cannot be used; anything else is a fault of this program.
 */
export async function renderStills(
  job: StillJob,
  onProgress: (done: number, total: number) => void,
): Promise<StillResult> {
  const { tool } = job;
  if (tool !== undefined) {
    const { runTool, TOOL_SIDE_MAX } = await import('./tools.ts');
    const ofTool = await readPhotos(job, { width: TOOL_SIDE_MAX, height: TOOL_SIDE_MAX });
    return runTool({ ...job, tool }, ofTool, onProgress);
  }
  const photos = await readPhotos(job, drawnSizeOf(job));
  const plan = castPeople(planPrompt(job.prompt), photos);
  const size = sizeOf(job, photos);
  const drawn = drawnSizeOf(size);
  const chosen = photos.length > 0 ? chooseEdit(job.prompt, plan) : undefined;
  const work: Work = { job, size: drawn, plan, photos, chosen };
  const picturePaths: string[] = [];
  for (let at = 0; at < job.count; at += 1) {
    const seed = (job.seed + at) >>> 0;
    const rgb = chosen ? await drawEdit(work, seed) : await drawScene(work, seed);
    const path = join(job.outDir, `picture-${at + 1}.${ENDINGS[job.format]}`);
    await writePicture(rgb, drawn, { size, format: job.format, path });
    picturePaths.push(path);
    onProgress(at + 1, job.count);
  }
  const isScene = chosen === undefined || chosen.edit.kind === 'scene';
  return {
    picturePaths,
    ...size,
    seed: job.seed,
    ...(isScene ? { scene: plan.scene } : {}),
    ...(chosen ? { edit: chosen.edit.kind } : {}),
    understood: isScene ? plan.understood : chosen.understood,
    ignored: plan.ignored,
    notes: chosen?.note === undefined ? [] : [chosen.note],
  };
}
