// Packs the packets of a finished MP4 again: index at the front, exact times, the comment, the colour tags. For
// encoders that write a file of their own making. The pictures are not touched.
import type { VideoSpec } from './encoder.ts';

type MediaBunny = typeof import('mediabunny');

/** Writes the video track of `mp4` to the path of the spec. @throws when a frame is missing. */
export async function remux(mediabunny: MediaBunny, mp4: Uint8Array, spec: VideoSpec): Promise<void> {
  const input = new mediabunny.Input({ formats: [mediabunny.MP4], source: new mediabunny.BufferSource(mp4) });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw new Error('the encoder wrote no readable video');
  const output = new mediabunny.Output({
    format: new mediabunny.Mp4OutputFormat({ fastStart: 'in-memory' }),
    target: new mediabunny.FilePathTarget(spec.path),
  });
  output.setMetadataTags({ comment: spec.comment });
  const source = new mediabunny.EncodedVideoPacketSource('avc');
  output.addVideoTrack(source, { frameRate: spec.frameRate });
  await output.start();
  const colorSpace = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;
  let written = 0;
  // Such files often call every packet a key packet; the bytes know better.
  const options = { verifyKeyPackets: true };
  const sink = new mediabunny.EncodedPacketSink(track);
  for await (const packet of sink.packets(undefined, undefined, options)) {
    const time = written / spec.frameRate;
    const exact = new mediabunny.EncodedPacket(packet.data, packet.type, time, 1 / spec.frameRate);
    await source.add(exact, { decoderConfig: { ...config, colorSpace } });
    written += 1;
  }
  if (written !== spec.frames) throw new Error(`the encoder gave ${written} of ${spec.frames} frames`);
  await output.finalize();
}
