// How loud a sound that somebody else made is from moment to moment. The file is decoded packet by packet, and no more
// than one of them is in memory.
import { eachBlock } from './sound-blocks.ts';

/** A longer sound is not decoded. */
const SECONDS_MAX = 60 * 60;

export interface SoundShape {
  seconds: number;
  /** The loudest sample of each part of equal length, 0 to 1 of full level. */
  peaks: number[];
}

/** @throws Error for a file without a sound that can be read, or one that is too long. */
export async function readSoundShape(path: string, parts: number): Promise<SoundShape> {
  const mediabunny = await import('mediabunny');
  const input = new mediabunny.Input({
    formats: mediabunny.ALL_FORMATS,
    source: new mediabunny.FilePathSource(path),
  });
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('the file has no readable sound');
  const seconds = await track.computeDuration();
  if (!(seconds > 0)) throw new Error('the sound is empty');
  if (seconds > SECONDS_MAX) throw new Error('the sound is too long');
  const peaks: number[] = Array(parts).fill(0);
  const packets = new mediabunny.EncodedPacketSink(track).packets();
  await eachBlock(track, packets, (atSeconds, { channels: [samples = []], sampleRate: rate }) => {
    for (let index = 0; index < samples.length; index += 1) {
      const part = Math.floor(((atSeconds + index / rate) / seconds) * parts);
      const level = Math.abs(samples[index]!);
      if (part >= 0 && part < parts && level > peaks[part]!) peaks[part] = Math.min(1, level);
    }
  });
  return { seconds, peaks };
}
