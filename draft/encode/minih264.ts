// The permissive fallback: minih264 as WebAssembly, no native code, Baseline profile, no sound. It writes its own
// MP4; mediabunny, where it is installed, moves the index to the front and adds the comment.
import { writeFile } from 'node:fs/promises';
import type { H264MP4Encoder } from 'h264-mp4-encoder';
import {
  chooseBitRate,
  type Encoder,
  type EncoderKind,
  KEY_FRAME_INTERVAL_SECONDS,
  type VideoSpec,
} from './encoder.ts';

import { remux } from './remux.ts';

/** @throws when the package is missing. */
export async function loadMinih264(): Promise<EncoderKind> {
  const { createH264MP4Encoder } = await import('h264-mp4-encoder').then(
    (module) => (module as unknown as { default?: typeof module }).default ?? module,
  );
  return {
    name: 'minih264',
    carriesSound: false,
    open: async (spec) => new Minih264Encoder(await createH264MP4Encoder(), spec),
  };
}

class Minih264Encoder implements Encoder {
  readonly name = 'minih264';
  #encoder: H264MP4Encoder;
  #spec: VideoSpec;
  #added = 0;

  constructor(encoder: H264MP4Encoder, spec: VideoSpec) {
    this.#encoder = encoder;
    this.#spec = spec;
    encoder.width = spec.width;
    encoder.height = spec.height;
    encoder.frameRate = spec.frameRate;
    encoder.kbps = Math.round(chooseBitRate(spec) / 1000);
    encoder.speed = 8;
    encoder.groupOfPictures = spec.frameRate * KEY_FRAME_INTERVAL_SECONDS;
    encoder.initialize();
  }

  async add(frame: Uint8Array): Promise<void> {
    this.#encoder.addFrameYuv(frame);
    this.#added += 1;
  }

  async finish(): Promise<void> {
    if (this.#added !== this.#spec.frames) {
      throw new Error(`the encoder was given ${this.#added} of ${this.#spec.frames} frames`);
    }
    this.#encoder.finalize();
    const file = this.#encoder.FS.readFile(this.#encoder.outputFilename);
    this.#encoder.delete();
    const mediabunny = await import('mediabunny').catch(() => undefined);
    if (mediabunny) await remux(mediabunny, file, this.#spec);
    else await writeFile(this.#spec.path, file);
  }
}
