// The files behind result addresses: real, playable and small. A file is drawn when it is first requested and
// kept by its shape, so that an emulator starts at once and a bench downloads without drawing.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { loadMinih264 } from '../../draft/encode/minih264.ts';
import { toWav } from '../../draft/encode/wav.ts';

/**
 * What a result is. The file is drawn small: it keeps the proportions and the seconds of the requested size.
 */
export interface FileShape {
  kind: 'mp4' | 'png' | 'mp3' | 'wav';
  /** 0 for sounds. */
  width: number;
  height: number;
  /** Of a video or sound. */
  seconds?: number;
}

/** The long side of the drawing, in pixels. */
const SIDE_MAX = 96;
/** The smallest side that every encoder takes. */
const SIDE_MIN = 18;
/** Few frames, but the requested seconds. */
const FRAMES_PER_SECOND = 2;
const SECONDS_MAX = 60;
const SOUND_SECONDS_MAX = 600;
const FILES_MAX = 200;

const files = new Map<string, Promise<Buffer>>();

const CONTENT_TYPES = { mp4: 'video/mp4', png: 'image/png', mp3: 'audio/mpeg', wav: 'audio/wav' } as const;

export function contentTypeOf({ kind }: FileShape): string {
  return CONTENT_TYPES[kind];
}

/** Every kind of file, by the ending of its address. */
export const FILE_KINDS = Object.keys(CONTENT_TYPES) as FileShape['kind'][];

/** A video whose short side is the number of a resolution such as `720p`. @param ratio such as `16:9`. */
export function shapeOfSide(resolution: string, ratio: string): Omit<FileShape, 'seconds'> {
  const [across, down] = ratio.split(':').map(Number);
  const scale = Number.parseInt(resolution, 10) / Math.min(across, down);
  return { kind: 'mp4', width: Math.round(across * scale), height: Math.round(down * scale) };
}

/** The bytes of a result. */
export function drawFile(shape: FileShape): Promise<Buffer> {
  if (shape.kind === 'mp3' || shape.kind === 'wav') return Promise.resolve(writeSilence(shape));
  const size = fitSize(shape);
  const frames = Math.max(1, Math.round(Math.min(SECONDS_MAX, shape.seconds ?? 0) * FRAMES_PER_SECOND));
  const key = `${shape.kind} ${size.width}x${size.height} ${frames}`;
  const known = files.get(key);
  if (known) return known;
  const drawn = shape.kind === 'mp4' ? drawVideo(size, frames) : Promise.resolve(drawPng(size));
  // The next request for a failed drawing tries it again.
  drawn.catch(() => files.delete(key));
  if (files.size >= FILES_MAX) files.delete([...files.keys()][0]);
  files.set(key, drawn);
  return drawn;
}

interface Size {
  width: number;
  height: number;
}

/** The proportions of the shape, small and even. */
function fitSize({ width, height }: Size): Size {
  const scale = SIDE_MAX / Math.max(width, height, 1);
  const shrink = (side: number) => Math.max(SIDE_MIN, 2 * Math.round((side * scale) / 2));
  return { width: shrink(width), height: shrink(height) };
}

async function drawVideo(size: Size, frames: number): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'emulators-'));
  try {
    const path = join(folder, 'video.mp4');
    const kind = await loadMinih264();
    const encoder = await kind.open({
      ...size,
      path,
      frames,
      frameRate: FRAMES_PER_SECOND,
      comment: 'made by an emulator',
    });
    for (let frame = 0; frame < frames; frame += 1) await encoder.add(drawFrame(size, frame / frames));
    await encoder.finish();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** I420: a gradient of light with a bar that crosses it as the time goes from 0 to 1. */
function drawFrame({ width, height }: Size, time: number): Uint8Array {
  const pixels = new Uint8Array((width * height * 3) / 2).fill(128);
  const bar = Math.floor(time * width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isBar = Math.abs(x - bar) < 4;
      pixels[y * width + x] = isBar ? 220 : 32 + Math.floor((128 * (x + y)) / (width + height));
    }
  }
  pixels.fill(Math.floor(96 + 64 * time), width * height, (width * height * 5) / 4);
  return pixels;
}

function drawPng({ width, height }: Size): Buffer {
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1)
      rows[y * (width + 1) + 1 + x] = Math.floor((255 * (x + y)) / (width + height));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits of grey.
  header[8] = 8;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** A frame of MPEG-1 layer III at 128 kbit/s and 44.1 kHz holds 1152 samples in 417 bytes; one of zeros is silent. */
const MP3_FRAME = { head: 'fffb9064', bytes: 417, seconds: 1152 / 44_100 };
const WAV_RATE = 8_000;

/** A sound in which nothing is heard, as long as it is to be. */
function writeSilence({ kind, seconds = 1 }: FileShape): Buffer {
  const length = Math.min(SOUND_SECONDS_MAX, Math.max(MP3_FRAME.seconds, seconds));
  if (kind === 'mp3') {
    const frame = Buffer.alloc(MP3_FRAME.bytes);
    frame.write(MP3_FRAME.head, 'hex');
    return Buffer.concat(Array(Math.ceil(length / MP3_FRAME.seconds)).fill(frame));
  }
  return toWav({ channels: [new Float32Array(Math.round(length * WAV_RATE))], sampleRate: WAV_RATE });
}
