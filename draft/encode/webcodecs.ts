// H.264 and AAC through the WebCodecs package, put into an MP4 by mediabunny. The first choice: no program to
// install, exact timestamps, sound. Packages are loaded on use, so that a machine without them still starts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EncodedVideoPacketSource, Output } from 'mediabunny';
import {
  chooseBitRate,
  type Encoder,
  type EncoderKind,
  KEY_FRAME_INTERVAL_SECONDS,
  type Sound,
  type VideoSpec,
  videoDurationSeconds,
} from './encoder.ts';

type WebCodecs = typeof import('@napi-rs/webcodecs');
type MediaBunny = typeof import('mediabunny');

/** One packet of AAC holds this many samples a channel. */
const AAC_PACKET_SAMPLES = 1024;
/** More frames than this inside the native queue would only hold memory. */
const QUEUE_LIMIT = 8;

/** @throws when a package is missing or does not load on this platform. */
export async function loadWebcodecs(): Promise<EncoderKind> {
  const [webcodecs, mediabunny] = await Promise.all([import('@napi-rs/webcodecs'), import('mediabunny')]);
  return {
    name: 'webcodecs',
    carriesSound: true,
    open: (spec) => WebcodecsEncoder.open(webcodecs, mediabunny, spec),
  };
}

/** The lowest H.264 High level that allows the size; decoders refuse sizes above the level in the file. */
export function chooseH264Codec(width: number, height: number): string {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  if (macroblocks <= 1620) return 'avc1.64001e';
  if (macroblocks <= 3600) return 'avc1.64001f';
  if (macroblocks <= 8192) return 'avc1.640028';
  return 'avc1.640033';
}

class WebcodecsEncoder implements Encoder {
  readonly name = 'webcodecs';
  #webcodecs: WebCodecs;
  #mediabunny: MediaBunny;
  #spec: VideoSpec;
  #output: Output;
  #track: EncodedVideoPacketSource;
  #video: InstanceType<WebCodecs['VideoEncoder']>;
  #added = 0;
  #written = 0;
  #failure: Error | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(webcodecs: WebCodecs, mediabunny: MediaBunny, spec: VideoSpec) {
    this.#webcodecs = webcodecs;
    this.#mediabunny = mediabunny;
    this.#spec = spec;
    this.#output = new mediabunny.Output({
      format: new mediabunny.Mp4OutputFormat({ fastStart: 'in-memory' }),
      target: new mediabunny.FilePathTarget(spec.path),
    });
    this.#output.setMetadataTags({ comment: spec.comment });
    this.#track = new mediabunny.EncodedVideoPacketSource('avc');
    this.#output.addVideoTrack(this.#track, { frameRate: spec.frameRate });
    this.#video = new webcodecs.VideoEncoder({
      output: (chunk, metadata) => this.#take(chunk, metadata),
      error: (error) => this.#fail(error),
    });
    this.#video.configure({
      codec: chooseH264Codec(spec.width, spec.height),
      width: spec.width,
      height: spec.height,
      framerate: spec.frameRate,
      bitrate: chooseBitRate(spec),
      latencyMode: 'quality',
      hardwareAcceleration: 'prefer-software',
      avc: { format: 'avc' },
    });
  }

  static async open(webcodecs: WebCodecs, mediabunny: MediaBunny, spec: VideoSpec): Promise<Encoder> {
    const encoder = new WebcodecsEncoder(webcodecs, mediabunny, spec);
    const sound = spec.sound && (await encodeAac(webcodecs, spec.sound));
    const track = sound && new mediabunny.EncodedAudioPacketSource('aac');
    if (track) encoder.#output.addAudioTrack(track);
    await encoder.#output.start();
    if (sound && track)
      await writeAac({ mediabunny, track, sound, durationSeconds: videoDurationSeconds(spec) });
    return encoder;
  }

  async add(pixels: Uint8Array): Promise<void> {
    const { width, height, frameRate } = this.#spec;
    while (this.#video.encodeQueueSize >= QUEUE_LIMIT && !this.#failure) await nextTurn();
    if (this.#failure) throw this.#failure;
    const frame = new this.#webcodecs.VideoFrame(pixels, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: Math.round((this.#added * 1e6) / frameRate),
      duration: Math.round(1e6 / frameRate),
      colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
    });
    this.#video.encode(frame, { keyFrame: this.#added % (frameRate * KEY_FRAME_INTERVAL_SECONDS) === 0 });
    frame.close();
    this.#added += 1;
  }

  async finish(): Promise<void> {
    await this.#video.flush();
    await this.#writing;
    if (this.#failure) throw this.#failure;
    if (this.#written !== this.#spec.frames) {
      throw new Error(`the encoder gave ${this.#written} of ${this.#spec.frames} frames`);
    }
    this.#video.close();
    await this.#output.finalize();
  }

  #take(chunk: EncodedChunk, metadata: unknown): void {
    const { frameRate } = this.#spec;
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    // The codec has no frames out of order, so the count is the exact time; microseconds would drift from 1/24.
    const packet = new this.#mediabunny.EncodedPacket(
      data,
      chunk.type,
      this.#written / frameRate,
      1 / frameRate,
    );
    this.#written += 1;
    const meta = metadata as Parameters<EncodedVideoPacketSource['add']>[1];
    this.#writing = this.#writing
      .then(() => this.#track.add(packet, meta))
      .catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }
}

interface EncodedChunk {
  readonly type: 'key' | 'delta';
  readonly byteLength: number;
  copyTo(destination: Uint8Array): void;
}

interface AacPacket {
  data: Uint8Array;
  metadata: unknown;
}

interface Aac {
  packets: AacPacket[];
  sampleRate: number;
}

async function encodeAac(webcodecs: WebCodecs, sound: Sound): Promise<Aac> {
  const packets: AacPacket[] = [];
  const failures: Error[] = [];
  const encoder = new webcodecs.AudioEncoder({
    output: (chunk, metadata) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      packets.push({ data, metadata });
    },
    error: (error) => failures.push(error),
  });
  const { channels, sampleRate } = sound;
  encoder.configure({
    codec: 'mp4a.40.2',
    sampleRate,
    numberOfChannels: channels.length,
    bitrate: 128_000,
    aac: { format: 'aac' },
  });
  const samples = channels[0]?.length ?? 0;
  // One packet more than the sound: the coder's own delay would otherwise leave the track shorter than the video.
  for (let start = 0; start < samples + AAC_PACKET_SAMPLES; start += AAC_PACKET_SAMPLES) {
    const planes = new Float32Array(AAC_PACKET_SAMPLES * channels.length);
    channels.forEach((channel, index) => {
      planes.set(channel.subarray(start, start + AAC_PACKET_SAMPLES), index * AAC_PACKET_SAMPLES);
    });
    const data = new webcodecs.AudioData({
      format: 'f32-planar',
      sampleRate,
      numberOfFrames: AAC_PACKET_SAMPLES,
      numberOfChannels: channels.length,
      timestamp: Math.round((start * 1e6) / sampleRate),
      data: planes,
    });
    encoder.encode(data);
    data.close();
  }
  await encoder.flush();
  encoder.close();
  if (failures[0]) throw failures[0];
  return { packets, sampleRate };
}

interface AacTrack {
  mediabunny: MediaBunny;
  track: { add(packet: never, meta?: never): Promise<void> };
  sound: Aac;
  durationSeconds: number;
}

/** The last packet is cut short, so that sound and picture end at the same instant. */
async function writeAac({ mediabunny, track, sound, durationSeconds }: AacTrack): Promise<void> {
  const packetSeconds = AAC_PACKET_SAMPLES / sound.sampleRate;
  for (const [index, { data, metadata }] of sound.packets.entries()) {
    const timestamp = index * packetSeconds;
    const left = durationSeconds - timestamp;
    if (left < 1e-6) return;
    const packet = new mediabunny.EncodedPacket(data, 'key', timestamp, Math.min(packetSeconds, left));
    await track.add(packet as never, metadata as never);
  }
}
