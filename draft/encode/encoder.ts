// What every video encoder has in common, so that the pipeline does not know which package or program made
// the file. An encoder writes the file it was given and nothing else; it never sees the job or the prompt.

/** Which encoder made a file; also what the health report shows. */
export type EncoderName = 'webcodecs' | 'ffmpeg' | 'minih264';

/** Sound as planar samples from -1 to 1, one array a channel, all of one length. */
export interface Sound {
  channels: Float32Array[];
  sampleRate: number;
}

/** What the file is to be. The sound may be longer than the picture; what stands over is cut. */
export interface VideoSpec {
  path: string;
  width: number;
  height: number;
  frameRate: number;
  frames: number;
  /** Written into the file's comment tag. */
  comment: string;
  sound?: Sound;
}

/**
 * Takes the frames in order and writes one fast-start MP4. `finish` rejects unless every frame of the spec came
 * out: a native encoder can lose frames without any error.
 */
export interface Encoder {
  readonly name: EncoderName;
  /** The encoder has done with the buffer when the promise resolves; the caller may then write into it again. */
  add(frame: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** A way to make encoders that works on this machine. */
export interface EncoderKind {
  readonly name: EncoderName;
  /** False for encoders that make a silent file whatever sound they are given. */
  readonly carriesSound: boolean;
  open(spec: VideoSpec): Promise<Encoder>;
}

/** Bits a second for a size: 0.16 bit a pixel and frame, enough for rain and grain at H.264 High. */
export function chooseBitRate(spec: Pick<VideoSpec, 'width' | 'height' | 'frameRate'>): number {
  return Math.round(spec.width * spec.height * spec.frameRate * 0.16);
}

/** Seconds between two key frames. */
export const KEY_FRAME_INTERVAL_SECONDS = 2;

/** The duration of one frame sequence, in seconds. */
export function videoDurationSeconds(spec: Pick<VideoSpec, 'frames' | 'frameRate'>): number {
  return spec.frames / spec.frameRate;
}
