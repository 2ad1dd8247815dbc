// Moments of a video that somebody else made, on one sheet: its frames at even distances, from the left to the right and then
// down. All of it is decoded once, and of its frames only those of the sheet are kept, each as small as it is shown.
import type { VideoFrame } from '@napi-rs/webcodecs';
import type { InputVideoTrack } from 'mediabunny';
import sharp from 'sharp';

const COLUMNS = 5;
const ROWS = 4;
/** Of a moment on the sheet, in pixels. */
const WIDTH = 256;
const PIXELS_MAX = 50_000_000;
const SECONDS_MAX = 600;
/** Packets that a decoder may have before it; each may be a whole frame in memory. */
const AHEAD_MAX = 8;
const RGBA = { format: 'RGBA' } as const;

/** @returns the sheet as an uncompressed picture. @throws Error for a file that has no readable frame, or is too large. */
export async function drawMoments(path: string): Promise<Buffer> {
  const mediabunny = await import('mediabunny');
  const source = new mediabunny.FilePathSource(path);
  const input = new mediabunny.Input({ formats: mediabunny.ALL_FORMATS, source });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('the video has no readable track');
  const seconds = await track.computeDuration();
  if (!(seconds > 0 && seconds <= SECONDS_MAX)) throw new Error('the video is too long');
  const cells = await readCells(track, seconds, new mediabunny.EncodedPacketSink(track).packets());
  const { width, height } = await sharp(cells[0]).metadata();
  const background = '#000000';
  const sheet = { width: COLUMNS * width, height: ROWS * height, channels: 3, background } as const;
  const placed = cells.map((cell, at) => {
    return { input: cell, left: (at % COLUMNS) * width, top: Math.floor(at / COLUMNS) * height };
  });
  return await sharp({ create: sheet }).composite(placed).png({ compressionLevel: 0 }).toBuffer();
}

interface Packet {
  type: 'key' | 'delta';
  microsecondTimestamp: number;
  data: Uint8Array;
}

/** The frame of each moment, in their order; a video of few frames has fewer. */
async function readCells(
  track: InputVideoTrack,
  seconds: number,
  packets: AsyncIterable<Packet>,
): Promise<Buffer[]> {
  const webcodecs = await import('@napi-rs/webcodecs');
  const config = await track.getDecoderConfig();
  const { codedWidth = 0, codedHeight = 0 } = config ?? {};
  if (!config || codedWidth * codedHeight > PIXELS_MAX) throw new Error('the video is too large');
  const moments = COLUMNS * ROWS;
  const cells: Promise<Buffer>[] = [];
  const failures: Error[] = [];
  const decoder = new webcodecs.VideoDecoder({
    output: (frame) => {
      const isDue = frame.timestamp / 1e6 >= (cells.length * seconds) / moments;
      if (isDue && cells.length < moments) cells.push(toCell(frame, track.rotation));
      else frame.close();
    },
    error: (error) => failures.push(error),
  });
  decoder.configure({ ...config, colorSpace: undefined } as Parameters<typeof decoder.configure>[0]);
  for await (const { type, microsecondTimestamp: timestamp, data } of packets) {
    if (cells.length === moments || failures.length > 0) break;
    decoder.decode(new webcodecs.EncodedVideoChunk({ type, timestamp, data }));
    // Also the frames that are being made small are few then.
    if (decoder.decodeQueueSize > AHEAD_MAX) await new Promise((resolve) => setTimeout(resolve, 2));
    await cells.at(-1);
  }
  if (failures.length === 0) await decoder.flush();
  decoder.close();
  if (cells.length === 0) throw failures[0] ?? new Error('the decoder gave no frame');
  return await Promise.all(cells);
}

async function toCell(frame: VideoFrame, rotation: number): Promise<Buffer> {
  const { codedWidth: width, codedHeight: height } = frame;
  const pixels = new Uint8Array(frame.allocationSize(RGBA));
  await frame.copyTo(pixels, RGBA);
  frame.close();
  const upright = await sharp(pixels, { raw: { width, height, channels: 4 } })
    .rotate(rotation)
    .removeAlpha()
    .png({ compressionLevel: 0 })
    .toBuffer();
  return await sharp(upright).resize(WIDTH).png({ compressionLevel: 0 }).toBuffer();
}
