// What a job takes from the user's clips and sounds before a frame is drawn: its length, its sound track, the way that
// something moves, frames as pictures. Where this machine cannot decode, the job becomes one without them, and says so.
import type { Sound } from '../encode/encoder.ts';
import { FRAME_RATE, type RenderJob, type UnderstoodWord } from '../job.ts';
import type { Photo } from '../photo/photo.ts';
import { type ClipPicture, canDecode, chooseFrameRate, eachFrame, loopFrames, openClip } from './clip.ts';
import { followMouth, type MouthTrack } from './follow-mouth.ts';
import { followLoudness, readClipSound, readSound } from './read-sound.ts';
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
  /** Where the mouth of the clip's person is; absent where none is seen. */
  mouths?: MouthTrack;
  /** Of the draft, where it is not that of all drafts. */
  frameRate?: number;
}

/** A job made ready: its length is known, and what its frames are drawn from. */
export interface Prepared {
  job: RenderJob;
  material: Material;
  /** The frames of the clip that are drawn over, one by one. */
  frames?: AsyncIterable<ClipPicture>;
  /** The sides of the clip that the job is about. */
  shape?: { width: number; height: number };
  sound?: Sound;
  /** Frames of clips, to be used as pictures are. */
  pictures: Photo[];
  /** The words of the prompt that said how the clip is changed, where that is what the draft shows. */
  understood?: UnderstoodWord[];
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

/** A picture that talks, for as long as its sound is. */
async function prepareTalkJob(job: RenderJob, path: string, notes: string[]): Promise<Prepared> {
  const { sound, seconds } = await readSound(path, CLIP_SECONDS_MAX, 'Sound 1');
  const durationSeconds = cutLength(seconds, 'sound', notes);
  const loudness = followLoudness(sound, Math.round(durationSeconds * FRAME_RATE), FRAME_RATE);
  notes.push(
    'A mouth that is found opens by how loud the sound is, and forms no words; else bars show the sound.',
  );
  const use = 'talks as loud as the sound is';
  return {
    job: { ...job, durationSeconds, clipSize: undefined },
    material: { loudness },
    sound,
    pictures: [],
    use,
  };
}

/** A clip whose person talks, for as long as the sound is; a shorter clip begins again. */
async function prepareTalkingClipJob(
  job: RenderJob,
  paths: { clip: string; sound: string },
  notes: string[],
) {
  const clip = await openClip(paths.clip, 'Video 1');
  const { sound, seconds } = await readSound(paths.sound, CLIP_SECONDS_MAX, 'Sound 1');
  const frameRate = chooseFrameRate(clip);
  const durationSeconds = cutLength(seconds, 'sound', notes);
  const frames = countFrames(durationSeconds, frameRate);
  const mouths = await followMouth(clip, Math.min(clip.seconds, durationSeconds));
  notes.push(
    mouths
      ? 'The mouth opens by how loud the sound is; it does not form the words.'
      : 'No mouth was seen in the clip, so bars show how loud the sound is.',
  );
  return {
    job: { ...job, durationSeconds },
    material: { loudness: followLoudness(sound, frames, frameRate), mouths, frameRate },
    frames: loopFrames(clip, { frames, frameRate, name: 'Video 1' }),
    shape: clip,
    sound,
    pictures: [],
    use: mouths ? 'the person of the clip talks as loud as the sound is' : 'the sound is shown over the clip',
  } satisfies Prepared;
}

/** Each frame of a clip with a change. */
async function prepareClipJob(job: RenderJob, path: string, notes: string[]): Promise<Prepared> {
  const clip = await openClip(path, 'Video 1');
  const frameRate = chooseFrameRate(clip);
  const durationSeconds = cutLength(Math.min(clip.seconds, job.durationSeconds), 'clip', notes);
  const frames = countFrames(durationSeconds, frameRate);
  const sound = job.keepSound === true ? await readClipSound(path, durationSeconds) : undefined;
  const isEnlarged = job.clipSize === 'enlarged';
  const { chooseChange } = await import('./change.ts');
  const change = chooseChange(job.prompt, job.images.length > 0);
  if (!isEnlarged) notes.push(...change.notes);
  return {
    job: { ...job, durationSeconds },
    understood: isEnlarged ? [] : change.understood,
    material: { frameRate },
    frames: loopFrames(clip, { frames, frameRate, name: 'Video 1' }),
    shape: clip,
    sound,
    pictures: [],
    use: isEnlarged ? 'the clip is enlarged and sharpened' : 'the clip is changed',
  };
}

/** How many frames a draft of a length has. */
export function countFrames(durationSeconds: number, frameRate: number): number {
  return Math.max(1, Math.round(durationSeconds * frameRate));
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
  if (job.kind === 'talk' && job.sound !== undefined && job.images.length > 0)
    return prepareTalkJob(job, job.sound, notes);
  if (job.kind === 'talk' && job.sound !== undefined && clip !== undefined)
    return prepareTalkingClipJob(job, { clip, sound: job.sound }, notes);
  if (job.kind === 'clip' && clip !== undefined) return prepareClipJob(job, clip, notes);
  return prepareScene(doWithout(job));
}
