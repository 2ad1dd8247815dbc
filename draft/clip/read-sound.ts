// The sound of a user's file, as samples of one rate: to be heard in a draft, and to move what is drawn by how loud it is.
import type { InputAudioTrack } from 'mediabunny';
import type { Sound } from '../encode/encoder.ts';
import { eachBlock } from '../encode/sound-blocks.ts';
import { SAMPLE_RATE } from '../sound/signal.ts';
import { ClipError } from './clip.ts';

async function openTrack(path: string): Promise<InputAudioTrack | null> {
  const mediabunny = await import('mediabunny');
  const input = new mediabunny.Input({
    formats: mediabunny.ALL_FORMATS,
    source: new mediabunny.FilePathSource(path),
  });
  return await input.getPrimaryAudioTrack().catch(() => null);
}

/** Adds a block to the samples, brought to their rate by straight lines between its own. */
function addBlock(into: Float32Array[], fromSample: number, { channels, sampleRate }: Sound): void {
  const step = sampleRate / SAMPLE_RATE;
  for (const [index, target] of into.entries()) {
    const source = channels[Math.min(index, channels.length - 1)];
    if (!source || source.length === 0) continue;
    const count = Math.min(target.length - fromSample, Math.ceil(source.length / step));
    for (let at = Math.max(0, -fromSample); at < count; at += 1) {
      const place = at * step;
      const before = Math.min(source.length - 1, Math.floor(place));
      const after = Math.min(source.length - 1, before + 1);
      target[fromSample + at] = source[before]! + (source[after]! - source[before]!) * (place - before);
    }
  }
}

async function decode(track: InputAudioTrack, samples: number, fromSeconds: number): Promise<Sound> {
  const mediabunny = await import('mediabunny');
  const channels = [new Float32Array(samples), new Float32Array(samples)];
  async function* wanted() {
    for await (const packet of new mediabunny.EncodedPacketSink(track).packets()) {
      if ((packet.timestamp - fromSeconds) * SAMPLE_RATE > samples) return;
      yield packet;
    }
  }
  await eachBlock(track, wanted(), (atSeconds, block) => {
    const from = Math.round((atSeconds - fromSeconds) * SAMPLE_RATE);
    if (from < samples) addBlock(channels, from, block);
  });
  return { channels, sampleRate: SAMPLE_RATE };
}

/** A sound and how long the whole of its file is, measured from its packets and not believed of its head. */
export interface ReadSound {
  sound: Sound;
  seconds: number;
}

/**
 * The beginning of a user's sound, in stereo.
 * @param name how messages call it, such as `Sound 1`.
 * @throws ClipError for a file that holds no sound that can be decoded.
 */
export async function readSound(path: string, secondsMax: number, name: string): Promise<ReadSound> {
  const track = await openTrack(path);
  if (!track) throw new ClipError(`${name} is not a sound that can be read here. Send an MP3 or WAV file.`);
  try {
    const start = Math.max(0, await track.getFirstTimestamp());
    const seconds = (await track.computeDuration()) - start;
    if (!(seconds > 0)) throw new Error('it has no length');
    const samples = Math.max(1, Math.round(Math.min(seconds, secondsMax) * SAMPLE_RATE));
    return { sound: await decode(track, samples, start), seconds };
  } catch (cause) {
    throw new ClipError(`${name} cannot be decoded here. Send it as an MP3 or WAV file.`, { cause });
  }
}

/** The sound that a clip brings; undefined where it has none, or none that can be decoded. */
export async function readClipSound(path: string, secondsMax: number): Promise<Sound | undefined> {
  if (!(await openTrack(path))) return undefined;
  const read = await readSound(path, secondsMax, 'The sound of the clip').catch(() => undefined);
  return read?.sound;
}

const RISE_SECONDS = 0.02;
const FALL_SECONDS = 0.09;

/** How loud each frame of a video is, 0 to 1 of the loudest; it rises at once and falls softly, as a mouth moves. */
export function followLoudness(
  { channels, sampleRate }: Sound,
  frames: number,
  frameRate: number,
): Float32Array {
  const [left = new Float32Array(0), right = left] = channels;
  const levels = new Float32Array(frames);
  const window = sampleRate / frameRate;
  for (let frame = 0; frame < frames; frame += 1) {
    let sum = 0;
    const end = Math.min(left.length, Math.round((frame + 1) * window));
    const begin = Math.round(frame * window);
    for (let at = begin; at < end; at += 1) sum += left[at]! ** 2 + right[at]! ** 2;
    levels[frame] = Math.sqrt(sum / Math.max(1, (end - begin) * 2));
  }
  // The loudest tenth is full: one crack must not keep the mouth shut for the rest.
  const full = levels.toSorted()[Math.floor(frames * 0.92)] ?? 0;
  let held = 0;
  return levels.map((level) => {
    const wanted = full < 1e-4 ? 0 : Math.min(1, level / full) ** 0.8;
    const seconds = wanted > held ? RISE_SECONDS : FALL_SECONDS;
    held += (wanted - held) * (1 - Math.exp(-1 / (frameRate * seconds)));
    return held;
  });
}
