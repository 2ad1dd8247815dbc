// Writes a sound as a file of its own: MP3 where this machine has an encoder for it, else WAV, which needs none.
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { SoundFormat } from '../job.ts';
import type { EncoderChoice } from './choose-encoder.ts';
import type { Sound } from './encoder.ts';
import { toWav } from './wav.ts';

export interface SoundFileSpec {
  /** Without its ending, which is the format that was written. */
  stem: string;
  sound: Sound;
  format: SoundFormat;
  /** Written into the file's comment tag. */
  comment: string;
}

export interface WrittenSound {
  path: string;
  format: SoundFormat;
  /** What made it: `webcodecs`, `ffmpeg`, or `pcm` for WAV. */
  encoder: string;
}

/** MPEG-1 and MPEG-2 allow up to 48 kHz; one rate serves speech and music. */
const BITS_A_SECOND = { mono: 96_000, stereo: 160_000 };
/** What the encoder takes at once: a packet of MP3 has as many samples. */
const BLOCK_SAMPLES = 1152;
const FFMPEG_MS = 60_000;

/** @throws only when the disk does. */
export async function writeSound(spec: SoundFileSpec, choice: EncoderChoice): Promise<WrittenSound> {
  if (spec.format === 'mp3') {
    const { ffmpegPath, only } = choice;
    if (only === undefined || only === 'webcodecs') {
      const path = await writeWithWebcodecs(spec).catch(() => undefined);
      if (path !== undefined) return { path, format: 'mp3', encoder: 'webcodecs' };
    }
    if (ffmpegPath !== undefined && (only === undefined || only === 'ffmpeg')) {
      const path = await writeWithFfmpeg(spec, ffmpegPath).catch(() => undefined);
      if (path !== undefined) return { path, format: 'mp3', encoder: 'ffmpeg' };
    }
  }
  const path = `${spec.stem}.wav`;
  await writeFile(path, toWav(spec.sound));
  return { path, format: 'wav', encoder: 'pcm' };
}

function bitRateOf({ channels }: Sound): number {
  return channels.length === 1 ? BITS_A_SECOND.mono : BITS_A_SECOND.stereo;
}

async function writeWithWebcodecs({ stem, sound, comment }: SoundFileSpec): Promise<string> {
  const [webcodecs, mediabunny] = await Promise.all([import('@napi-rs/webcodecs'), import('mediabunny')]);
  const path = `${stem}.mp3`;
  const packets = await encodeMp3(webcodecs, sound);
  const output = new mediabunny.Output({
    format: new mediabunny.Mp3OutputFormat(),
    target: new mediabunny.FilePathTarget(path),
  });
  output.setMetadataTags({ comment });
  const track = new mediabunny.EncodedAudioPacketSource('mp3');
  output.addAudioTrack(track);
  await output.start();
  const { sampleRate, channels } = sound;
  const decoderConfig = { codec: 'mp3', sampleRate, numberOfChannels: channels.length };
  for (const [at, data] of packets.entries()) {
    const seconds = BLOCK_SAMPLES / sampleRate;
    await track.add(new mediabunny.EncodedPacket(data, 'key', at * seconds, seconds), { decoderConfig });
  }
  await output.finalize();
  return path;
}

async function encodeMp3(
  webcodecs: typeof import('@napi-rs/webcodecs'),
  { channels, sampleRate }: Sound,
): Promise<Uint8Array[]> {
  const packets: Uint8Array[] = [];
  const failures: Error[] = [];
  const encoder = new webcodecs.AudioEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      packets.push(data);
    },
    error: (error) => failures.push(error),
  });
  const numberOfChannels = channels.length;
  const bitrate = bitRateOf({ channels, sampleRate });
  encoder.configure({ codec: 'mp3', sampleRate, numberOfChannels, bitrate });
  const samples = channels[0]?.length ?? 0;
  for (let start = 0; start < samples; start += BLOCK_SAMPLES) {
    const planes = new Float32Array(BLOCK_SAMPLES * numberOfChannels);
    channels.forEach((channel, index) => {
      planes.set(channel.subarray(start, start + BLOCK_SAMPLES), index * BLOCK_SAMPLES);
    });
    const data = new webcodecs.AudioData({
      format: 'f32-planar',
      sampleRate,
      numberOfFrames: BLOCK_SAMPLES,
      numberOfChannels,
      timestamp: Math.round((start * 1e6) / sampleRate),
      data: planes,
    });
    encoder.encode(data);
    data.close();
  }
  await encoder.flush();
  encoder.close();
  if (failures[0]) throw failures[0];
  return packets;
}

/** The program reads a WAV that is written here, and gets no word of the prompt except as the value of the comment. */
async function writeWithFfmpeg(spec: SoundFileSpec, ffmpegPath: string): Promise<string> {
  const source = `${spec.stem}.source.wav`;
  const path = `${spec.stem}.mp3`;
  await writeFile(source, toWav(spec.sound));
  try {
    const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y'];
    const coding = ['-c:a', 'libmp3lame', '-b:a', String(bitRateOf(spec.sound))];
    const tags = ['-metadata', `comment=${spec.comment}`];
    await promisify(execFile)(ffmpegPath, [...quiet, '-i', source, ...coding, ...tags, path], {
      timeout: FFMPEG_MS,
    });
    return path;
  } finally {
    await rm(source, { force: true });
  }
}
