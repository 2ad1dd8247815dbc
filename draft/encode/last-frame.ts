// The last frame of a written video: decoded from the file itself, so that it is what a player shows, not what was
// drawn.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { i420SizeBytes } from './i420.ts';

export interface FrameSize {
  width: number;
  height: number;
}

/** A written video and the size of its frames. */
export interface VideoFile extends FrameSize {
  path: string;
}

/**
 * The last frame as I420, decoded by the WebCodecs package, else by ffmpeg; undefined where neither is installed.
 * @throws when the file does not decode.
 */
export async function decodeLastFrame(
  video: VideoFile,
  ffmpegPath?: string,
): Promise<Uint8Array | undefined> {
  const packages = await Promise.all([import('@napi-rs/webcodecs'), import('mediabunny')]).catch(
    () => undefined,
  );
  if (packages) return decodeWithWebcodecs(video, ...packages);
  return ffmpegPath ? decodeWithFfmpeg(video, ffmpegPath) : undefined;
}

/** Writes plain RGB bytes as a PNG. */
export async function writePng(rgb: Uint8Array, { width, height }: FrameSize, path: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toFile(path);
}

/** Decodes from the last key frame on and keeps the frame with the highest time. */
async function decodeWithWebcodecs(
  video: VideoFile,
  webcodecs: typeof import('@napi-rs/webcodecs'),
  mediabunny: typeof import('mediabunny'),
): Promise<Uint8Array> {
  const input = new mediabunny.Input({
    formats: [mediabunny.MP4],
    source: new mediabunny.FilePathSource(video.path),
  });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw new Error('the video has no readable track');
  const sink = new mediabunny.EncodedPacketSink(track);
  const key = await sink.getKeyPacket(Number.POSITIVE_INFINITY, { verifyKeyPackets: true });
  if (!key) throw new Error('the video has no key frame');
  type DecodedFrame = InstanceType<typeof webcodecs.VideoFrame>;
  let last: DecodedFrame | undefined;
  const failures: Error[] = [];
  const decoder = new webcodecs.VideoDecoder({
    output: (frame) => {
      last?.close();
      last = frame;
    },
    error: (error) => failures.push(error),
  });
  decoder.configure({ ...config, colorSpace: undefined } as Parameters<typeof decoder.configure>[0]);
  for await (const packet of sink.packets(key)) {
    decoder.decode(
      new webcodecs.EncodedVideoChunk({
        type: packet.type,
        timestamp: packet.microsecondTimestamp,
        data: packet.data,
      }),
    );
  }
  await decoder.flush();
  decoder.close();
  if (failures[0]) throw failures[0];
  if (!last) throw new Error('the decoder gave no frame');
  const { width, height } = video;
  if (last.format !== 'I420') throw new Error(`the decoder gave ${last.format} frames`);
  const pixels = new Uint8Array(i420SizeBytes(width, height));
  await last.copyTo(pixels, { rect: { x: 0, y: 0, width, height } });
  last.close();
  return pixels;
}

async function decodeWithFfmpeg(
  video: FrameSize & { path: string },
  ffmpegPath: string,
): Promise<Uint8Array> {
  const sizeBytes = i420SizeBytes(video.width, video.height);
  const { stdout } = await promisify(execFile)(
    ffmpegPath,
    [
      '-v',
      'error',
      '-nostdin',
      '-sseof',
      '-0.5',
      '-i',
      video.path,
      '-f',
      'rawvideo',
      '-pix_fmt',
      'yuv420p',
      '-',
    ],
    { encoding: 'buffer', maxBuffer: sizeBytes * 24, env: {} },
  );
  if (stdout.length < sizeBytes) throw new Error('ffmpeg decoded no frame');
  return stdout.subarray(stdout.length - sizeBytes);
}
