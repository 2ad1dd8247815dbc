// The first frame of a video that somebody else made, as a picture. Only the head of the file and its first packet are
// read.
import sharp from 'sharp';

const PIXELS_MAX = 50_000_000;
const RGBA = { format: 'RGBA' } as const;

/** @returns the frame as an uncompressed picture. @throws Error for a file that has none, or one that is too large. */
export async function decodeFirstFrame(path: string): Promise<Buffer> {
  const [webcodecs, mediabunny] = await Promise.all([import('@napi-rs/webcodecs'), import('mediabunny')]);
  const input = new mediabunny.Input({
    formats: mediabunny.ALL_FORMATS,
    source: new mediabunny.FilePathSource(path),
  });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw new Error('the video has no readable track');
  const { codedWidth = 0, codedHeight = 0 } = config;
  if (codedWidth * codedHeight > PIXELS_MAX) throw new Error('the video is too large');
  const packet = await new mediabunny.EncodedPacketSink(track).getFirstPacket();
  if (!packet) throw new Error('the video has no packet');
  type Frame = InstanceType<typeof webcodecs.VideoFrame>;
  const frames: Frame[] = [];
  const failures: Error[] = [];
  const decoder = new webcodecs.VideoDecoder({
    output: (frame) => frames.push(frame),
    error: (error) => failures.push(error),
  });
  decoder.configure({ ...config, colorSpace: undefined } as Parameters<typeof decoder.configure>[0]);
  const { type, microsecondTimestamp: timestamp, data } = packet;
  decoder.decode(new webcodecs.EncodedVideoChunk({ type, timestamp, data }));
  await decoder.flush();
  decoder.close();
  const [frame] = frames;
  if (!frame) throw failures[0] ?? new Error('the decoder gave no frame');
  const { codedWidth: width, codedHeight: height } = frame;
  if (width * height > PIXELS_MAX) throw new Error('the video is too large');
  const pixels = new Uint8Array(frame.allocationSize(RGBA));
  await frame.copyTo(pixels, RGBA);
  return await sharp(pixels, { raw: { width, height, channels: 4 } })
    .rotate(track.rotation)
    .removeAlpha()
    .png({ compressionLevel: 0 })
    .toBuffer();
}
