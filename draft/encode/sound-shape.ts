// How loud a sound that somebody else made is from moment to moment. The file is decoded packet by packet, and no more
// than one of them is in memory.
import type { AudioData } from '@napi-rs/webcodecs';
import type { EncodedPacket, InputAudioTrack } from 'mediabunny';

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
  await eachBlock(track, new mediabunny.EncodedPacketSink(track).packets(), (atSeconds, samples, rate) => {
    for (let index = 0; index < samples.length; index += 1) {
      const part = Math.floor(((atSeconds + index / rate) / seconds) * parts);
      const level = Math.abs(samples[index]!);
      if (part >= 0 && part < parts && level > peaks[part]!) peaks[part] = Math.min(1, level);
    }
  });
  return { seconds, peaks };
}

/** Calls with the first channel of each block. */
async function eachBlock(
  track: InputAudioTrack,
  packets: AsyncIterable<EncodedPacket>,
  use: (atSeconds: number, samples: Float32Array, sampleRate: number) => void,
): Promise<void> {
  const webcodecs = await import('@napi-rs/webcodecs');
  const config = await track.getDecoderConfig();
  if (!config) throw new Error('the sound has no readable coding');
  const failures: Error[] = [];
  const decoder = new webcodecs.AudioDecoder({
    output: (data) => {
      const samples = readFirstChannel(data);
      if (samples) use(data.timestamp / 1e6, samples, data.sampleRate);
      else failures.push(new Error(`no reader for samples of the form ${data.format}`));
      data.close();
    },
    error: (error) => failures.push(error),
  });
  decoder.configure(config as Parameters<typeof decoder.configure>[0]);
  for await (const { type, microsecondTimestamp: timestamp, data } of packets) {
    while (decoder.decodeQueueSize > QUEUE_LIMIT && failures.length === 0) await nextTurn();
    if (failures.length > 0) break;
    decoder.decode(new webcodecs.EncodedAudioChunk({ type, timestamp, data }));
  }
  if (failures[0]) throw failures[0];
  await decoder.flush();
  decoder.close();
  if (failures[0]) throw failures[0];
}

/** The decoder gives the samples as they were coded, so that each form is read by hand. */
function readFirstChannel(data: AudioData): Float32Array | undefined {
  const { format, numberOfFrames, numberOfChannels } = data;
  const bytes = new Uint8Array(data.allocationSize({ planeIndex: 0 }));
  data.copyTo(bytes, { planeIndex: 0 });
  const step = format?.endsWith('-planar') ? 1 : numberOfChannels;
  const read = readerOf(format, new DataView(bytes.buffer));
  return read && Float32Array.from({ length: numberOfFrames }, (_, at) => read(at * step));
}

function readerOf(format: string | null, view: DataView): ((at: number) => number) | undefined {
  switch (format?.replace('-planar', '')) {
    case 'f32':
      return (at) => view.getFloat32(at * 4, true);
    case 's16':
      return (at) => view.getInt16(at * 2, true) / 0x8000;
    case 's32':
      return (at) => view.getInt32(at * 4, true) / 0x80000000;
    case 'u8':
      return (at) => view.getUint8(at) / 0x80 - 1;
    default:
      return undefined;
  }
}

/** More packets than this inside the native queue would only hold memory. */
const QUEUE_LIMIT = 16;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
