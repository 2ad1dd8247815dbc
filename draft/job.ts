// Describes one draft render: the message to the render process, and its answer. Both are plain JSON, so that they can
// cross a process border. Nothing here touches a file or a clock.

/** Frames per second of every draft video; the rate of the hosted models that it stands for. */
export const FRAME_RATE = 24;

/** The types of pictures that a job may bring: those that the decoder reads. */
export const PICTURE_TYPES: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
];

/** A size that follows the first picture, which only the render process may look into. */
export interface PictureFit {
  /** `720p` and so on. */
  resolution: string;
  /** Those to choose from, at least one, such as `9:16`; the first of two that are equally near wins. */
  aspectRatios: string[];
}

/**
 * What is drawn: a scene of the prompt, an effect on pictures, pictures in a scene; or, with the user's own clip or sound,
 * a person who moves as the clip does, one who talks as the sound does, and the clip itself with a change.
 */
export type RenderKind = 'text' | 'effect' | 'reference' | 'motion' | 'talk' | 'clip';

/** A part of a video, with a prompt of its own. */
export interface Shot {
  prompt: string;
  durationSeconds: number;
}

/** A render to do. Sizes are in pixels and even; `durationSeconds` times {@link FRAME_RATE} is the frame count. */
export interface RenderJob {
  kind: RenderKind;
  width: number;
  height: number;
  /** Where it is given and there is a picture, the size comes from it, and `width` and `height` do not count. */
  fit?: PictureFit;
  durationSeconds: number;
  /** Same seed, same job, same pictures: same frames. Unsigned 32 bit. */
  seed: number;
  /** Empty for effects. */
  prompt: string;
  /** For `text` and `reference`: the parts of the video, with a cut between them; `prompt` has the words of all of them. */
  shots?: Shot[];
  /** The camera stands still; the world goes on moving. */
  cameraFixed: boolean;
  movement: 'auto' | 'small' | 'medium' | 'large';
  /** Id of the effect, for `kind: 'effect'`. */
  effect?: string;
  /** Files holding the user's pictures, in order, as they came: untrusted, only sharp may decode them. */
  images: string[];
  /**
   * Files holding the user's clips, in order, as they came: untrusted. `motion`, `talk` and `clip` use the first and take
   * its length; the others show a frame of each as a picture.
   */
  clips?: string[];
  /** The file of the user's sound: untrusted. It is the sound track, whatever `audio` says; `talk` takes its length. */
  sound?: string;
  /** For `motion`: the person stands in the place of the clip's, and not before its own picture's background. */
  inClip?: boolean;
  /** The size follows the first clip in place of `width` and `height`: no larger than it is, or enlarged to them. */
  clipSize?: 'kept' | 'enlarged';
  /** For `motion` and `clip`: the sound of the clip is the sound track. */
  keepSound?: boolean;
  /** `none` gives a file without a sound track. */
  audio: 'none' | 'all' | 'speech_only' | 'sound_effect_only';
  /** Also write the last frame as a PNG, pixel-equal to the decoded last frame of the video. */
  lastFrame: boolean;
  /** Draws the small draft mark into a corner. */
  mark: boolean;
  /** An existing empty folder; the render writes `video.mp4` and `last-frame.png` here and nothing elsewhere. */
  outDir: string;
}

/** A word of the prompt that changed the picture, and what it was taken for (`neon` as `palette`, say). */
export interface UnderstoodWord {
  word: string;
  as: string;
}

export interface RenderResult {
  videoPath: string;
  lastFramePath?: string;
  /** The size that was rendered, in pixels. */
  width: number;
  height: number;
  frames: number;
  seed: number;
  /** Which encoder made the file: `webcodecs`, `ffmpeg` or `minih264`. */
  encoder: string;
  /** How the clip or the sound was used, if one was: such as `moves as the person of the clip`. */
  material?: string;
  scene?: string;
  effect?: string;
  understood: UnderstoodWord[];
  ignored: string[];
  /** Sentences for the user about what was left out or replaced (speech is not offered, and so on). */
  notes: string[];
}

/** The file forms in which a still can be asked for. */
export type StillFormat = 'png' | 'jpeg' | 'webp';

/** What a tool does to each picture of the user: cuts out what is in front of its background, or enlarges it. */
export type StillTool = { kind: 'cut-out' } | { kind: 'upscale'; factor: number };

/** Pictures to draw: of a prompt, or changes of the user's own pictures. Sizes are in pixels and even. */
export interface StillJob {
  width: number;
  height: number;
  /** The size follows the first picture, with as many pixels as `width` times `height`, where there is one. */
  followsPicture: boolean;
  format: StillFormat;
  /** How many, each with a seed of its own: `seed`, `seed + 1` and so on. */
  count: number;
  /** Unsigned 32 bit. */
  seed: number;
  prompt: string;
  /** Files holding the user's pictures, in order, as they came: untrusted, only sharp may decode them. */
  images: string[];
  /** Works on the pictures instead of drawing; size, count and prompt do not count then. */
  tool?: StillTool;
  /** Draws the small draft mark into a corner; what a tool makes has none, since it is the real thing. */
  mark: boolean;
  /** An existing empty folder; the pictures are written here and nowhere else. */
  outDir: string;
}

/** What was done to a user's picture: the scene of the prompt put behind it, a change of the whole, or the work of a tool. */
export type StillEdit = 'scene' | 'relight' | 'restyle' | 'recolour' | StillTool['kind'];

export interface StillResult {
  picturePaths: string[];
  /** The size of each, in pixels. */
  width: number;
  height: number;
  seed: number;
  scene?: string;
  edit?: StillEdit;
  understood: UnderstoodWord[];
  ignored: string[];
  /** Sentences for the user about what was left out or replaced. */
  notes: string[];
}

/** The file forms in which a sound can be asked for. */
export type SoundFormat = 'mp3' | 'wav';

/** What is to be heard: a text that is spoken, music, or the sounds of a place or thing. */
export type SoundKind = 'speech' | 'music' | 'effects';

/**
 * What a sound of the user is for: the voice that speaks has its pitch, music goes on where it ends, or music has its
 * length, its beat and its swells.
 */
export type GivenUse = 'voice' | 'extend' | 'cover';

/** Sounds to make from words. */
export interface SoundJob {
  kind: SoundKind;
  /** What is spoken, or for music what is sung; empty for music without a voice, and for effects. */
  text: string;
  /** What the sound is like: the prompt of music and effects, the style of a speaker. */
  prompt: string;
  /** Name of a voice, if one was chosen; an equal name gives an equal voice. */
  voice: string;
  /** The file of the user's sound, untrusted, and what it is for; `extend` may begin at a moment before its end. */
  given?: { path: string; use: GivenUse; fromSeconds?: number };
  /** Seconds of music or effects; speech takes as long as its text. */
  durationSeconds: number;
  /** 1 is natural; speech alone. */
  speed: number;
  /** Half-tones that a voice is moved by. */
  pitch: number;
  format: SoundFormat;
  /** How many, each with a seed of its own: `seed`, `seed + 1` and so on. */
  count: number;
  /** Unsigned 32 bit. */
  seed: number;
  /** An existing empty folder; the sounds are written here and nowhere else. */
  outDir: string;
}

export interface SoundResult {
  soundPaths: string[];
  format: SoundFormat;
  /** Of the first. */
  durationSeconds: number;
  sampleRate: number;
  channels: number;
  seed: number;
  encoder: string;
  /** How music came out; nothing for speech and effects. */
  music?: { key: string; beatsPerMinute: number };
  understood: UnderstoodWord[];
  ignored: string[];
  /** Sentences for the user about what was left out or replaced. */
  notes: string[];
}

/** Why a render ended without a result. With `input` the user can fix it; `internal` is a fault of Reelay. */
export interface RenderFailure {
  reason: 'input' | 'moderation' | 'cancelled' | 'timed_out' | 'crashed' | 'internal';
  message: string;
}

export type RenderMessage =
  | { type: 'progress'; framesDone: number; framesTotal: number }
  | { type: 'done'; result: RenderResult | StillResult | SoundResult }
  | { type: 'failed'; failure: RenderFailure };
