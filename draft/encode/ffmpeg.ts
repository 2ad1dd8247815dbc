// H.264 and AAC through an ffmpeg program that the operator configured: raw frames and samples go in over pipes.
// The program gets no network, no user file and no word of the prompt except as the value of the comment.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import {
  chooseBitRate,
  type Encoder,
  type EncoderKind,
  KEY_FRAME_INTERVAL_SECONDS,
  type Sound,
  type VideoSpec,
  videoDurationSeconds,
} from './encoder.ts';

/** @throws when the program does not run or has no H.264 encoder. */
export async function loadFfmpeg(path: string): Promise<EncoderKind> {
  const { stdout } = await promisify(execFile)(path, ['-hide_banner', '-encoders'], { timeout: 5_000 });
  if (!stdout.includes('libx264')) throw new Error('the ffmpeg program has no libx264');
  return { name: 'ffmpeg', carriesSound: true, open: async (spec) => new FfmpegEncoder(path, spec) };
}

/** All arguments of ffmpeg; the sound comes over descriptor 3. */
export function listFfmpegArguments(spec: VideoSpec): string[] {
  const { width, height, frameRate, sound } = spec;
  const bitRate = chooseBitRate(spec);
  const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', `${frameRate}`];
  const soundInput = sound
    ? ['-f', 'f32le', '-ar', `${sound.sampleRate}`, '-ac', `${sound.channels.length}`, '-i', 'pipe:3']
    : [];
  const soundOutput = sound
    ? ['-c:a', 'aac', '-b:a', '128k', '-t', `${videoDurationSeconds(spec)}`]
    : ['-an'];
  const bt709 = [
    '-colorspace',
    'bt709',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
    '-color_range',
    'tv',
  ];
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
    ...[...input, '-i', 'pipe:0', ...soundInput],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
    ...['-b:v', `${bitRate}`, '-maxrate', `${bitRate * 2}`, '-bufsize', `${bitRate * 2}`],
    ...['-g', `${frameRate * KEY_FRAME_INTERVAL_SECONDS}`, '-bf', '0', ...bt709, ...soundOutput],
    ...['-movflags', '+faststart', '-metadata', `comment=${spec.comment}`, '-f', 'mp4', spec.path],
  ];
}

class FfmpegEncoder implements Encoder {
  readonly name = 'ffmpeg';
  #program: ChildProcess;
  #input: Writable;
  #complaint = '';
  #ended: Promise<number | null>;
  #added = 0;
  #frames: number;

  constructor(path: string, spec: VideoSpec) {
    this.#frames = spec.frames;
    this.#program = spawn(path, listFfmpegArguments(spec), {
      stdio: ['pipe', 'ignore', 'pipe', spec.sound ? 'pipe' : 'ignore'],
      env: {},
    });
    this.#input = this.#program.stdio[0] as Writable;
    // A program that ends early breaks the pipes; its exit code and words say more than the pipe's own error.
    this.#input.on('error', () => this.#input.destroy());
    this.#program.stderr?.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text).slice(-2_000);
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#program.once('close', resolve);
      this.#program.once('error', reject);
    });
    if (spec.sound) feedSound(this.#program.stdio[3] as Writable, spec.sound);
  }

  async add(frame: Uint8Array): Promise<void> {
    // A copy, because the pipe may hold the bytes after the caller has them back.
    if (!this.#input.write(Uint8Array.from(frame))) {
      await Promise.race([once(this.#input, 'drain'), this.#ended]);
    }
    this.#added += 1;
  }

  async finish(): Promise<void> {
    if (!this.#input.destroyed) this.#input.end();
    const code = await this.#ended;
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${this.#complaint.trim()}`);
    if (this.#added !== this.#frames)
      throw new Error(`ffmpeg was given ${this.#added} of ${this.#frames} frames`);
  }
}

function feedSound(pipe: Writable, sound: Sound): void {
  const samples = sound.channels[0]?.length ?? 0;
  const mixed = new Float32Array(samples * sound.channels.length);
  sound.channels.forEach((channel, offset) => {
    for (let index = 0; index < samples; index += 1)
      mixed[index * sound.channels.length + offset] = channel[index];
  });
  pipe.on('error', () => pipe.destroy());
  pipe.end(new Uint8Array(mixed.buffer));
}
