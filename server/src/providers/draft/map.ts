// From the input of any model to a render job. Pure: no file, no clock. The input was validated against the
// schema of its model, so a field of another type is simply absent here.
import {
  FRAME_RATE,
  type PictureFit,
  type RenderJob,
  type RenderKind,
  type Shot,
  type StillFormat,
  type StillJob,
  type StillTool,
} from '../../../../draft/job.ts';
import { pictureSize, pixelSize } from '../../../../draft/sizes.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { withoutMarker } from './scenarios.ts';
import { estimateSoundWork } from './sounds.ts';

/** What a template of the catalogue asks the renderer for. */
export interface TemplateEffect {
  effect: string;
  durationSeconds: number;
  /** At least one; the first unless something says better. */
  aspectRatios: string[];
}

export interface RenderRequest {
  input: JsonObject;
  seed: number;
  images: string[];
  /** Files of the user's clips, and of the sound. */
  clips?: string[];
  sound?: string;
  effect: TemplateEffect | undefined;
  outDir: string;
  mark: boolean;
}

/** Frames times pixels of the longest draft that counts as short: five seconds of 720p. */
const SHORT_WORK = 5 * FRAME_RATE * 1280 * 720;

/**
 * How much work a draft is, as a fraction of the longest that counts as short. A guess: the size may follow a
 * picture, and the length a template.
 */
export function estimateWork(input: JsonObject, makes: 'video' | 'image' | 'audio' = 'video'): number {
  // A picture is drawn in a second or two, whatever its size.
  if (makes === 'image') return countPictures(input) / SHORT_PICTURES;
  if (makes === 'audio') return estimateSoundWork(input);
  const { width, height } = pixelSize({
    family: 'standard',
    resolution: textOf(input, 'resolution') ?? DEFAULT_RESOLUTION,
    aspectRatio: textOf(input, 'aspect_ratio') ?? '16:9',
  });
  const { clips, sound } = materialOf(input);
  const hasMaterial = clips.length > 0 || sound !== undefined;
  const seconds = secondsAsked(input) ?? (hasMaterial ? CLIP_SECONDS : DEFAULT_SECONDS);
  return (seconds * FRAME_RATE * width * height) / SHORT_WORK;
}

/** As many pictures as count as short. */
const SHORT_PICTURES = 4;

const DEFAULT_RESOLUTION = '720p';
const DEFAULT_SECONDS = 5;
/** A guess at the length of a clip that nobody has opened yet. */
const CLIP_SECONDS = 10;
/** More than the renderer draws of a clip. */
const CLIP_SECONDS_MAX = 60;
const MOVEMENTS = ['auto', 'small', 'medium', 'large'] as const;
const AUDIO_TYPES = ['all', 'speech_only', 'sound_effect_only'] as const;

function textOf(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

/** Undefined for 0 too, which asks for the length of a clip. */
function secondsAsked({ duration }: JsonObject): number | undefined {
  return typeof duration === 'number' && duration > 0 ? duration : undefined;
}

function audioOf(input: JsonObject): RenderJob['audio'] {
  if (input.audio !== true) return 'none';
  return AUDIO_TYPES.find((type) => type === input.audio_type) ?? 'all';
}

/** Names under which models take clips and sounds, in the order in which they are used. */
export const CLIP_INPUTS: readonly string[] = ['video_url', 'video_urls', 'reference_videos'];
export const SOUND_INPUTS: readonly string[] = ['audio_url', 'reference_audios'];
/** A draft shows so many clips. */
const CLIPS_MAX = 3;

/** The addresses that stand in fields of an input. */
export function listAddresses(input: JsonObject, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = input[name];
    return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
  });
}

/** The clips and the sound of an input that a draft of a video uses. */
export function materialOf(input: JsonObject): { clips: string[]; sound: string | undefined } {
  const [sound] = input.audio === false ? [] : listAddresses(input, SOUND_INPUTS);
  return { clips: listAddresses(input, CLIP_INPUTS).slice(0, CLIPS_MAX), sound };
}

type Asked = Pick<RenderRequest, 'effect' | 'images' | 'clips' | 'sound'>;

/** What is drawn for a model of these operations, with what its input brings. */
function renderKindOf(
  { effect, images, clips = [], sound }: Asked,
  operations: readonly string[],
): RenderKind {
  const does = (...names: string[]): boolean => names.some((name) => operations.includes(name));
  if (effect) return 'effect';
  if (clips.length > 0 && images.length > 0 && does('motion-control')) return 'motion';
  if (sound !== undefined && does('lip-sync', 'talking-avatar')) return 'talk';
  if (clips.length > 0 && does('video-edit', 'video-enhance', 'video-to-video')) return 'clip';
  return images.length > 0 || clips.length > 0 ? 'reference' : 'text';
}

const PICTURE_RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16'];

/** The shapes to choose from by the picture: those of a template, or any for a person who moves or talks. */
function shapesOf(
  kind: RenderKind,
  ratio: string | undefined,
  effect?: TemplateEffect,
): string[] | undefined {
  if (ratio !== undefined) return [ratio];
  return kind === 'motion' || kind === 'talk' ? PICTURE_RATIOS : effect?.aspectRatios;
}

/** As many as any model takes. */
const SHOTS_MAX = 6;

function readShots({ multi_prompt: listed }: JsonObject): Shot[] {
  const items = Array.isArray(listed) ? listed.filter(isObject).slice(0, SHOTS_MAX) : [];
  return items.map(({ prompt, duration }) => ({
    prompt: withoutMarker(String(prompt ?? '')),
    durationSeconds: Number(duration),
  }));
}

/** The parts of a video with cuts: those that the input lists, or the sentences of its prompt, of equal length. */
function shotsOf(input: JsonObject, seconds: number): Shot[] {
  const listed = readShots(input);
  if (listed.length > 0 || input.multi_shots !== true) return listed;
  const sentences = (textOf(input, 'prompt') ?? '').split(/(?<=[.!?;。！？；\n])\s*/u);
  const said = sentences.map((one) => withoutMarker(one).trim()).filter((one) => /\p{L}/u.test(one));
  const count = Math.min(said.length, SHOTS_MAX, Math.floor(seconds));
  return count < 2
    ? []
    : said.slice(0, count).map((prompt) => ({ prompt, durationSeconds: seconds / count }));
}

function wordsOf(input: JsonObject, kind: RenderKind, seconds: number): Pick<RenderJob, 'prompt' | 'shots'> {
  const shots = kind === 'text' || kind === 'reference' ? shotsOf(input, seconds) : [];
  const prompt = textOf(input, 'prompt') ?? shots.map((shot) => shot.prompt).join('. ');
  return { prompt: withoutMarker(prompt), ...(shots.length > 0 ? { shots } : {}) };
}

/**
 * The job for the request: an effect for templates, else a scene; an effect takes the shape of its picture.
 */
export function toRenderJob(request: RenderRequest, operations: readonly string[] = []): RenderJob {
  const { input, effect, clips, sound } = request;
  const kind = renderKindOf(request, operations);
  const resolution = textOf(input, 'resolution') ?? DEFAULT_RESOLUTION;
  const ratio = textOf(input, 'aspect_ratio');
  // A template that offers the choice has the ratio that was chosen; one that does not follows its picture.
  const aspectRatios = shapesOf(kind, ratio, effect);
  const isFitted = effect !== undefined || kind === 'motion' || kind === 'talk';
  const fit: PictureFit | undefined = isFitted && aspectRatios ? { resolution, aspectRatios } : undefined;
  const size = pixelSize({
    family: kind === 'text' ? 'seedance' : 'standard',
    resolution,
    aspectRatio: aspectRatios?.[0] ?? '16:9',
  });
  // A clip that is changed keeps its length, which the renderer finds out and bounds.
  const usual = kind === 'clip' ? CLIP_SECONDS_MAX : DEFAULT_SECONDS;
  const seconds = effect?.durationSeconds ?? secondsAsked(input) ?? usual;
  return {
    kind,
    ...size,
    fit,
    durationSeconds: Math.round(seconds * FRAME_RATE) / FRAME_RATE,
    seed: request.seed,
    ...wordsOf(input, kind, seconds),
    cameraFixed: input.camera_fixed === true,
    movement: MOVEMENTS.find((movement) => movement === input.movement_amplitude) ?? 'auto',
    effect: effect?.effect,
    images: request.images,
    clips,
    sound,
    inClip: operations.includes('animate-replace'),
    keepSound: input.keep_original_sound !== false,
    clipSize: ratio === undefined ? (operations.includes('video-enhance') ? 'enlarged' : 'kept') : undefined,
    audio: audioOf(input),
    lastFrame: input.return_last_frame === true,
    mark: request.mark,
    outDir: request.outDir,
  };
}

/** Names under which models take the number of pictures. */
const COUNTS = ['num_outputs', 'num_images', 'n'] as const;
/** More than any model of the catalogue makes in a task. */
const PICTURES_MAX = 16;

function countPictures(input: JsonObject): number {
  const count = COUNTS.map((name) => input[name]).find((value) => typeof value === 'number') ?? 1;
  return Math.min(PICTURES_MAX, Math.max(1, Math.trunc(Number(count))));
}

const FORMATS: Readonly<Record<string, StillFormat>> = {
  png: 'png',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  webp: 'webp',
};
const FOLLOWING: readonly (string | undefined)[] = [undefined, 'auto', 'match_input_image'];

/** The tool that a model of these operations is, if it is one that works on pictures. */
function toolOf(operations: readonly string[], input: JsonObject): StillTool | undefined {
  if (operations.includes('background-remove')) return { kind: 'cut-out' };
  if (!operations.includes('image-upscale')) return undefined;
  const factor = Number(input.scale_factor ?? input.upscale_factor ?? 2);
  return { kind: 'upscale', factor: Number.isFinite(factor) ? Math.min(8, Math.max(1, factor)) : 2 };
}

/**
 * The job for a request of pictures: those of a scene, or changes of the user's own.
 * @param operations what the catalogue says that the model does.
 */
export function toStillJob(
  request: Omit<RenderRequest, 'effect'>,
  operations: readonly string[] = [],
): StillJob {
  const { input } = request;
  const tool = toolOf(operations, input);
  const ratio = textOf(input, 'aspect_ratio') ?? textOf(input, 'image_size');
  return {
    ...pictureSize(textOf(input, 'resolution') ?? '1K', ratio ?? '1:1'),
    followsPicture: FOLLOWING.includes(ratio),
    format: FORMATS[textOf(input, 'output_format') ?? 'png'] ?? 'png',
    count: countPictures(input),
    seed: request.seed,
    prompt: withoutMarker(textOf(input, 'prompt') ?? ''),
    images: request.images,
    ...(tool ? { tool } : {}),
    mark: request.mark,
    outDir: request.outDir,
  };
}

/** A sentence about each clip and sound that plays no part in a draft, for the notes of its result. */
export function describeUnused(input: JsonObject, makes: 'video' | 'image' | 'audio' = 'video'): string[] {
  const [clips, sounds] = [listAddresses(input, CLIP_INPUTS), listAddresses(input, SOUND_INPUTS)];
  if (makes === 'image') {
    return [...CLIP_INPUTS, ...SOUND_INPUTS]
      .filter((name) => listAddresses(input, [name]).length > 0)
      .map((name) => `${name} plays no part in a draft; a live key uses it`);
  }
  const notes: string[] = [];
  if (clips.length > CLIPS_MAX)
    notes.push(`A draft uses the first ${CLIPS_MAX} videos; a live key uses all of them`);
  if (sounds.length > 0 && input.audio === false)
    notes.push('The sound plays no part in the draft, because audio is false');
  else if (sounds.length > 1) notes.push('A draft uses the first sound; a live key uses all of them');
  return notes;
}
