// What a job takes from the user's clips and sounds before a frame is drawn: its length, its sound track, the way that
// something moves, frames as pictures. Where this machine cannot decode, the job becomes one without them, and says so.
import type { Sound } from '../encode/encoder.ts';
import { FRAME_RATE, type RenderJob } from '../job.ts';
import type { Photo } from '../photo/photo.ts';
import { eachFrame, openClip } from './clip.ts';
import { readClipSound, readSound } from './read-sound.ts';
import { followClip, type Track } from './track.ts';
import { toPhoto } from './upright.ts';

/** Longer clips and sounds are cut: a second of video takes a processor about a second to draw. */
export const CLIP_SECONDS_MAX = 30;
/** Where in a clip the frame is that stands for it as a picture. */
const SHOWN_PART = 0.4;
const SHOWN_SIDE = 1280;

/** What the drawing threads need of the user's clip and sound; crosses a thread border as plain data. */
export interface Material {
  track?: Track;
  /** How loud each frame is, 0 to 1. */
  loudness?: Float32Array;
}

/** A job made ready: its length is known, and what its frames are drawn from. */
export interface Prepared {
  job: RenderJob;
  material: Material;
  /** The sides of the clip that the job is about. */
  shape?: { width: number; height: number };
  sound?: Sound;
  /** Frames of clips, to be used as pictures are. */
  pictures: Photo[];
  /** How the clip or the sound was used. */
  use?: string;
}

/** Whether a job has something to decode. */
export function hasMaterial({ clips = [], sound }: RenderJob): boolean {
  return clips.length > 0 || sound !== undefined;
}

/** Whole frames, of at most the length of a draft. */
function cutLength(seconds: number, what: string, notes: string[]): number {
  if (seconds > CLIP_SECONDS_MAX + 0.05) {
    notes.push(
      `A draft uses the first ${CLIP_SECONDS_MAX} seconds of the ${what}; a live key uses all of it.`,
    );
  }
  return Math.max(1, Math.round(Math.min(seconds, CLIP_SECONDS_MAX) * FRAME_RATE)) / FRAME_RATE;
}

const FOLLOWED = {
  person: 'moves as the person of the clip',
  movement: 'moves as what moves in the clip',
  nothing: 'moves by itself',
} as const;

async function prepareMotionJob(job: RenderJob, path: string, notes: string[]): Promise<Prepared> {
  const clip = await openClip(path, 'Video 1');
  const durationSeconds = cutLength(clip.seconds, 'clip', notes);
  const wantsPlate = job.inClip === true;
  const track = await followClip(clip, { seconds: durationSeconds, name: 'Video 1', wantsPlate });
  if (track.follows === 'nothing')
    notes.push('Nothing was seen to move in the clip, so the person of the picture sways by itself.');
  if (wantsPlate && !track.plate)
    notes.push('No person was seen in the clip, so the person stays before the background of the picture.');
  const sound = job.keepSound === true ? await readClipSound(path, durationSeconds) : undefined;
  return {
    job: { ...job, durationSeconds, clipSize: track.plate && job.clipSize },
    material: { track },
    shape: clip,
    sound,
    pictures: [],
    use: FOLLOWED[track.follows],
  };
}

/** A frame of each clip as a picture, for the kinds that show pictures. */
async function readPictures(clips: readonly string[]): Promise<Photo[]> {
  const pictures: Photo[] = [];
  for (const [at, path] of clips.entries()) {
    const name = `Video ${at + 1}`;
    const clip = await openClip(path, name);
    await eachFrame(clip, { atSeconds: [clip.seconds * SHOWN_PART], name }, (picture) => {
      pictures.push(toPhoto(picture, SHOWN_SIDE));
    });
  }
  return pictures;
}

async function prepareScene(job: RenderJob): Promise<Prepared> {
  const { clips = [], sound: path, durationSeconds } = job;
  const pictures = job.kind === 'effect' ? [] : await readPictures(clips);
  const sound = path === undefined ? undefined : (await readSound(path, durationSeconds, 'Sound 1')).sound;
  const kind = job.kind === 'text' && pictures.length > 0 ? 'reference' : job.kind;
  const shown = pictures.length > 0 ? ['a frame of each clip is shown'] : [];
  const heard = sound ? ['the sound is the sound track'] : [];
  const use = [...shown, ...heard].join('; ');
  return { job: { ...job, kind }, material: {}, sound, pictures, ...(use ? { use } : {}) };
}

/** Without what it was to be made of, a job is a scene with the pictures that it has. */
function doWithout(job: RenderJob): RenderJob {
  if (job.kind === 'text' || job.kind === 'effect' || job.kind === 'reference') return job;
  return { ...job, kind: job.images.length > 0 ? 'reference' : 'text' };
}

async function canDecode(): Promise<boolean> {
  return await Promise.all([import('@napi-rs/webcodecs'), import('mediabunny')]).then(
    () => true,
    () => false,
  );
}

/**
 * Reads the clips and the sound of a job.
 * @throws ClipError for a file of the user that cannot be used.
 */
export async function prepareMaterial(job: RenderJob, notes: string[]): Promise<Prepared> {
  if (!hasMaterial(job)) return { job: doWithout(job), material: {}, pictures: [] };
  if (!(await canDecode())) {
    notes.push('No decoder for clips and sounds is installed here; they play no part in this draft.');
    return { job: doWithout(job), material: {}, pictures: [] };
  }
  const [clip] = job.clips ?? [];
  if (job.kind === 'motion' && clip !== undefined) return prepareMotionJob(job, clip, notes);
  return prepareScene(doWithout(job));
}
