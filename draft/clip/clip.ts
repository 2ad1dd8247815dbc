// Reads the videos that users send: what each is, and its frames one after the other. Runs only inside a render process,
// and never holds more than a few decoded frames, however long the file is.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { VideoFrame } from '@napi-rs/webcodecs';
import type { InputVideoTrack } from 'mediabunny';

/** A clip or a sound that cannot be used. The message is for the user: which file, what was wrong, what to do. */
export class ClipError extends Error {
  readonly reason = 'input' as const;
  override readonly name = 'ClipError';
}

/** One frame as it was coded: it may have to be turned to stand upright. */
export interface ClipPicture {
  width: number;
  height: number;
  /** Degrees, clockwise. */
  rotation: number;
  /** Opaque sRGB, four bytes a pixel. */
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Whether this machine has a decoder for clips and sounds. */
export async function canDecode(): Promise<boolean> {
  return await Promise.all([import('@napi-rs/webcodecs'), import('mediabunny')]).then(
    () => true,
    () => false,
  );
}

/** What is known of a clip before its frames are read. Sides are those of the upright picture. */
export interface Clip {
  path: string;
  width: number;
  height: number;
  seconds: number;
  frameRate: number;
}

/** 4096 x 2304: the largest that phones and models make. */
const PIXELS_MAX = 9_437_184;
/** More than this inside the native queue, or decoded and not yet taken, would only hold memory. */
const QUEUE_LIMIT = 6;
/** So many packets say what the frame rate is. */
const RATE_PACKETS = 120;
/** Frames between two collections: buffers outside of the script heap are freed by them alone. */
const FRAMES_A_COLLECTION = 4;

async function openTrack(path: string, name: string): Promise<InputVideoTrack> {
  const mediabunny = await import('mediabunny');
  const input = new mediabunny.Input({
    formats: mediabunny.ALL_FORMATS,
    source: new mediabunny.FilePathSource(path),
  });
  const track = await input.getPrimaryVideoTrack().catch(() => null);
  if (!track) throw new ClipError(`${name} is not a video that can be read here. Send an MP4 or WebM file.`);
  return track;
}

/**
 * Reads the head of a clip.
 * @param name how messages call it, such as `Video 1`.
 * @throws ClipError for a file that is no video, has no length, or is too large.
 */
export async function openClip(path: string, name: string): Promise<Clip> {
  const track = await openTrack(path, name);
  const [width, height] = await Promise.all([track.getDisplayWidth(), track.getDisplayHeight()]);
  if (width * height > PIXELS_MAX) {
    throw new ClipError(
      `${name} is too large (${width} x ${height} pixels). Scale it to 4096 x 2304 at most.`,
    );
  }
  const seconds = (await track.computeDuration()) - Math.max(0, await track.getFirstTimestamp());
  if (!(seconds > 0)) throw new ClipError(`${name} has no length. Export it again and send the new file.`);
  const { averagePacketRate } = await track.computePacketStats(RATE_PACKETS);
  return { path, width, height, seconds, frameRate: averagePacketRate };
}

/** The frames in the order of their times, each once; those that are not closed by the caller stay in memory. */
async function* decode(track: InputVideoTrack): AsyncGenerator<VideoFrame, void, void> {
  const [webcodecs, mediabunny] = await Promise.all([import('@napi-rs/webcodecs'), import('mediabunny')]);
  const config = await track.getDecoderConfig();
  if (!config) throw new Error('its coding is not known');
  const ready: VideoFrame[] = [];
  const failures: Error[] = [];
  const decoder = new webcodecs.VideoDecoder({
    output: (frame) => ready.push(frame),
    error: (error) => failures.push(error),
  });
  try {
    decoder.configure({ ...config, colorSpace: undefined } as Parameters<typeof decoder.configure>[0]);
    for await (const packet of new mediabunny.EncodedPacketSink(track).packets()) {
      if (failures.length > 0) break;
      const { type, microsecondTimestamp: timestamp, data } = packet;
      decoder.decode(new webcodecs.EncodedVideoChunk({ type, timestamp, data }));
      while (decoder.decodeQueueSize > QUEUE_LIMIT && ready.length === 0 && failures.length === 0) {
        await nextTurn();
      }
      while (ready.length > 0) yield ready.shift()!;
    }
    if (failures.length === 0) await decoder.flush();
    while (ready.length > 0) yield ready.shift()!;
    if (failures[0]) throw failures[0];
  } finally {
    for (const frame of ready) frame.close();
    if (decoder.state !== 'closed') decoder.close();
  }
}

const RGBA = { format: 'RGBA' } as const;

async function copyPixels(frame: VideoFrame, rotation: number): Promise<ClipPicture> {
  const { width, height } = frame.visibleRect;
  const bytes = new Uint8Array(frame.allocationSize(RGBA));
  await frame.copyTo(bytes, RGBA);
  return { width, height, rotation, rgba: new Uint8ClampedArray(bytes.buffer, 0, width * height * 4) };
}

export interface FrameRequest {
  /** Where in the clip each is to be found, rising. Past the end, the last frame stands. */
  atSeconds: readonly number[];
  /** How messages call the clip. */
  name: string;
}

/**
 * The frames that are seen at some moments of a clip. What follows a damaged place is not read: its last good frame
 * stands.
 * @throws ClipError when not one frame can be decoded.
 */
export async function* readFrames(
  clip: Clip,
  { atSeconds, name }: FrameRequest,
): AsyncGenerator<ClipPicture, void, void> {
  const track = await openTrack(clip.path, name);
  const { rotation } = track;
  let given = 0;
  let start: number | undefined;
  let last: HeldFrame | undefined;
  try {
    try {
      for await (const frame of decode(track)) {
        start ??= frame.timestamp;
        const seconds = (frame.timestamp - start) / 1e6;
        // What was seen before this frame came is the one before it.
        while (last && given < atSeconds.length && atSeconds[given]! < seconds - 1e-4) {
          given += 1;
          yield await last.copy();
        }
        last?.frame.close();
        last = holdFrame(frame, rotation);
        if (given === atSeconds.length) return;
      }
    } catch (cause) {
      if (last === undefined) throw refuseCoding(name, cause);
    }
    if (last === undefined) throw refuseCoding(name);
    for (; given < atSeconds.length; given += 1) yield await last.copy();
  } finally {
    last?.frame.close();
  }
}

function refuseCoding(name: string, cause?: unknown): ClipError {
  return new ClipError(`${name} cannot be decoded here. Send an H.264 video as an MP4 file.`, { cause });
}

interface HeldFrame {
  frame: VideoFrame;
  /** Its pixels; whichever function takes them may keep them or hand them to another thread. */
  copy(): Promise<ClipPicture>;
}

/** Only a frame that is asked for is converted: all the others cost nothing but their decoding. */
function holdFrame(frame: VideoFrame, rotation: number): HeldFrame {
  return { frame, copy: () => copyPixels(frame, rotation) };
}

/** Frames at an even rate from the start of a clip, which begins again at its end. */
export async function* loopFrames(
  clip: Clip,
  { frames, frameRate, name }: { frames: number; frameRate: number; name: string },
): AsyncGenerator<ClipPicture, void, void> {
  const framesAPass = Math.max(1, Math.round(clip.seconds * frameRate));
  for (let given = 0; given < frames; given += framesAPass) {
    const count = Math.min(framesAPass, frames - given);
    // A hair later than its own time: times in files are rounded.
    const atSeconds = Array.from({ length: count }, (_, at) => (at + 0.02) / frameRate);
    yield* readFrames(clip, { atSeconds, name });
  }
}

/** The usual rates up to that of drafts of clips; a faster clip is shown at half of its rate. */
const RATES = [10, 12, 15, 20, 24, 25, 30];

/** The frame rate of a draft that draws over a clip. */
export function chooseFrameRate({ frameRate }: Clip): number {
  const wanted = frameRate > 32 ? frameRate / 2 : frameRate;
  return RATES.reduce((best, rate) => (Math.abs(rate - wanted) < Math.abs(best - wanted) ? rate : best));
}

/** Calls for each frame with its place, and frees its memory on the way. */
export async function eachFrame(
  clip: Clip,
  request: FrameRequest,
  use: (picture: ClipPicture, at: number) => void,
): Promise<void> {
  let at = 0;
  for await (const picture of readFrames(clip, request)) {
    use(picture, at);
    at += 1;
    await nextTurn();
    if (at % FRAMES_A_COLLECTION === 0) globalThis.gc?.({ type: 'minor', execution: 'sync' });
  }
}
