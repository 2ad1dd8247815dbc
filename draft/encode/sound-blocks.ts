// Decodes a sound that somebody else made, block by block: no more than one of them is in memory.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AudioData } from '@napi-rs/webcodecs';
import type { EncodedPacket, InputAudioTrack } from 'mediabunny';
import type { Sound } from './encoder.ts';

/** Calls for each decoded block with its time and its samples. @throws Error for what cannot be decoded. */
export async function eachBlock(
  track: InputAudioTrack,
  packets: AsyncIterable<EncodedPacket>,
  use: (atSeconds: number, block: Sound) => void,
): Promise<void> {
  const webcodecs = await import('@napi-rs/webcodecs');
  const config = await track.getDecoderConfig();
  if (!config) throw new Error('the sound has no readable coding');
  const failures: Error[] = [];
  const decoder = new webcodecs.AudioDecoder({
    output: (data) => {
      const channels = readChannels(data);
      if (channels) use(data.timestamp / 1e6, { channels, sampleRate: data.sampleRate });
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

/** The decoder gives the samples as they were coded, so that each form is read by hand. Two channels at most. */
function readChannels(data: AudioData): Float32Array[] | undefined {
  const { format, numberOfFrames, numberOfChannels } = data;
  const isPlanar = format?.endsWith('-planar') === true;
  const channels: Float32Array[] = [];
  for (let channel = 0; channel < Math.min(2, numberOfChannels); channel += 1) {
    const plane = { planeIndex: isPlanar ? channel : 0 };
    const bytes = new Uint8Array(data.allocationSize(plane));
    data.copyTo(bytes, plane);
    const read = readerOf(format, new DataView(bytes.buffer));
    if (!read) return undefined;
    const [step, first] = isPlanar ? [1, 0] : [numberOfChannels, channel];
    channels.push(Float32Array.from({ length: numberOfFrames }, (_, at) => read(first + at * step)));
  }
  return channels;
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
