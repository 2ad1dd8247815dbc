// One render from job to files, inside the render process. Decides what is read and written when; draws nothing
// and knows nothing of processes.
import { join } from 'node:path';
import { countFrames, type Prepared, prepareMaterial } from './clip/material.ts';
import { chooseEncoder, type EncoderChoice } from './encode/choose-encoder.ts';
import type { EncoderKind, Sound } from './encode/encoder.ts';
import { convertToRgb } from './encode/i420.ts';
import { decodeLastFrame, writePng } from './encode/last-frame.ts';
import { drawFrames } from './frame-pool.ts';
import type { FrameWork } from './frames.ts';
import { FRAME_RATE, type RenderJob, type RenderResult } from './job.ts';
import type { Photo } from './photo/photo.ts';
import type { Plan } from './plan/plan.ts';
import { planPrompt } from './plan/plan-prompt.ts';
import { castPeople } from './reference/cast.ts';
import { chooseNearestRatio, pixelSize } from './sizes.ts';

export interface RenderSettings extends EncoderChoice {
  /** Drawing threads. */
  workers: number;
}

/** Largest picture that is decoded whole. */
export const MAX_PHOTO_PIXELS = 64_000_000;
/** Largest that is decoded row by row: above the largest sensor of a phone, 16,320 x 12,240. */
export const MAX_ROWWISE_PIXELS = 256_000_000;
const PHOTO_TIMEOUT_MS = 15_000;
/** Longer side of a video in the shape of a clip, which may be any. */
const CLIP_SIDE_MAX = 3840;

/**
 * Draws, encodes and writes one job. `onProgress` is called after each frame.
 * @throws PhotoError for pictures that cannot be used; anything else is our own fault.
 */
export async function renderVideo(
  asked: RenderJob,
  settings: RenderSettings,
  onProgress: (framesDone: number, framesTotal: number) => void,
): Promise<RenderResult> {
  checkSize(asked);
  const notes: string[] = [];
  const kind = await chooseEncoder(settings);
  const prepared = await prepareMaterial(asked, notes);
  const photos = [...(await readPhotos(asked)), ...prepared.pictures];
  const plan = castPeople(planPrompt(asked.prompt), photos);
  const job = fitToClip(fitToPicture(prepared.job, photos), prepared.shape);
  const { material } = prepared;
  if ((job.kind === 'motion' || job.kind === 'talk') && photos[0] && !photos[0].mask)
    notes.push('No person was found in the picture that could be cut out; it moves as a whole.');
  const frameRate = material.frameRate ?? FRAME_RATE;
  const frames = countFrames(job.durationSeconds, frameRate);
  const sound = await prepareSound({ job, plan, kind, notes, own: prepared.sound });
  const videoPath = join(job.outDir, 'video.mp4');
  const encoder = await kind.open({
    path: videoPath,
    width: job.width,
    height: job.height,
    frameRate,
    frames,
    comment: writeComment(job, plan),
    sound,
  });
  let done = 0;
  let lastDrawn: Uint8Array | undefined;
  const shotPlans = job.shots?.map(({ prompt }) => castPeople(planPrompt(prompt), photos));
  const work: FrameWork = { job, plan, shotPlans, photos, material };
  const order = { work, frames, workers: settings.workers, pictures: prepared.frames };
  for await (const frame of drawFrames(order)) {
    await encoder.add(frame);
    done += 1;
    if (done === frames) lastDrawn = Uint8Array.from(frame);
    onProgress(done, frames);
  }
  await encoder.finish();
  const result = describe({ job, plan, prepared, frames, encoder: kind.name, videoPath, notes });
  if (job.lastFrame && lastDrawn) {
    result.lastFramePath = join(job.outDir, 'last-frame.png');
    const video = { path: videoPath, width: job.width, height: job.height };
    const decoded = await decodeLastFrame(video, settings.ffmpegPath);
    if (!decoded)
      notes.push('No decoder is installed here; the last frame is the drawn one, not the decoded one.');
    await writePng(convertToRgb(decoded ?? lastDrawn, job.width, job.height), job, result.lastFramePath);
  }
  return result;
}

interface Made {
  job: RenderJob;
  plan: Plan;
  prepared: Prepared;
  frames: number;
  encoder: string;
  videoPath: string;
  notes: string[];
}

function describe({ job, plan, prepared, frames, encoder, videoPath, notes }: Made): RenderResult {
  const result: RenderResult = {
    videoPath,
    width: job.width,
    height: job.height,
    frames,
    seed: job.seed,
    encoder,
    understood: prepared.understood ?? plan.understood,
    ignored: plan.ignored,
    notes,
  };
  if (prepared.use !== undefined) result.material = prepared.use;
  if (job.kind === 'effect') result.effect = job.effect;
  else if (job.kind === 'text' || job.kind === 'reference') result.scene = plan.scene;
  return result;
}

/** Encoders differ in what they do with less than this or with odd sides, so that none is asked. */
const SHORTEST_SIDE = 18;

/** @throws for a size that not every encoder can make; no size that a request can ask for is one. */
function checkSize({ width, height }: RenderJob): void {
  if (Math.min(width, height) >= SHORTEST_SIDE && width % 2 === 0 && height % 2 === 0) return;
  throw new Error(
    `A draft has even sides of at least ${SHORTEST_SIDE} pixels; this job asks for ${width} x ${height}.`,
  );
}

/** The pictures of a job, decoded; none for a job without. */
export async function readPhotos(job: RenderJob): Promise<Photo[]> {
  if (job.images.length === 0) return [];
  const { loadPhotos } = await import('./photo/load.ts');
  return loadPhotos(job.images, {
    maxPixels: MAX_PHOTO_PIXELS,
    maxRowwisePixels: MAX_ROWWISE_PIXELS,
    maxSide: Math.max(longestSideOf(job), 960),
    timeoutMs: PHOTO_TIMEOUT_MS,
  });
}

/** The longest side that a job can come to have. */
function longestSideOf({ width, height, fit }: RenderJob): number {
  const sizes = (fit?.aspectRatios ?? []).map((aspectRatio) =>
    pixelSize({ family: 'standard', resolution: fit?.resolution ?? '', aspectRatio }),
  );
  return Math.max(width, height, ...sizes.flatMap((size) => [size.width, size.height]));
}

/** The job at the size that suits its first picture, where it asks for that. */
export function fitToPicture(job: RenderJob, [first]: readonly Photo[]): RenderJob {
  const { fit } = job;
  if (!fit || !first) return job;
  const aspectRatio = chooseNearestRatio(fit.aspectRatios, first);
  return { ...job, ...pixelSize({ family: 'standard', resolution: fit.resolution, aspectRatio }) };
}

/** The job at the shape of its clip, where it asks for that; a clip smaller than the job is enlarged only if it says so. */
export function fitToClip(job: RenderJob, clip: { width: number; height: number } | undefined): RenderJob {
  if (!clip || job.clipSize === undefined) return job;
  const wanted = Math.min(job.width, job.height) / Math.min(clip.width, clip.height);
  const bounded = Math.min(wanted, CLIP_SIDE_MAX / Math.max(clip.width, clip.height));
  const scale = job.clipSize === 'enlarged' ? bounded : Math.min(1, bounded);
  const toSide = (pixels: number): number => Math.max(SHORTEST_SIDE, Math.round((pixels * scale) / 2) * 2);
  return { ...job, width: toSide(clip.width), height: toSide(clip.height) };
}

interface SoundRequest {
  job: RenderJob;
  plan: Plan;
  kind: EncoderKind;
  notes: string[];
  /** The user's own sound, which is taken before one that is composed. */
  own: Sound | undefined;
}

async function prepareSound({ job, plan, kind, notes, own }: SoundRequest): Promise<Sound | undefined> {
  if (job.audio === 'none' && !own) return undefined;
  if (!kind.carriesSound) {
    notes.push(`The ${kind.name} encoder makes silent videos; the sound was left out.`);
    return undefined;
  }
  if (own || job.audio === 'none') return own;
  const { composeSound } = await import('./sound/sound.ts');
  const sound = composeSound({
    plan,
    seed: job.seed,
    durationSeconds: job.durationSeconds,
    audio: job.audio,
  });
  notes.push(...sound.notes);
  return sound;
}

/** What the file says of itself: that it is a draft, and how to make the same frames again. */
function writeComment(job: RenderJob, plan: Plan): string {
  const understood = plan.understood.map(({ word, as }) => `${word}=${as}`).join(', ');
  return JSON.stringify({ renderer: 'Reelay draft (procedural)', seed: job.seed, understood });
}
