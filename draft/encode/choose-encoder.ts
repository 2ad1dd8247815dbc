// Picks the encoder of this machine: the best that loads. Loading is the test, since a package can be installed
// and still not run on a platform.
import type { EncoderKind, EncoderName } from './encoder.ts';
import { loadFfmpeg } from './ffmpeg.ts';
import { loadMinih264 } from './minih264.ts';
import { loadWebcodecs } from './webcodecs.ts';

export interface EncoderChoice {
  /** Absolute path of an ffmpeg program; without it that encoder is not tried. */
  ffmpegPath?: string;
  /** Use this encoder and try no other; for tests and tools. */
  only?: EncoderName;
}

/** @throws with the reason of every encoder that was tried, when none works. */
export async function chooseEncoder(choice: EncoderChoice = {}): Promise<EncoderKind> {
  const { ffmpegPath } = choice;
  const loaders: [EncoderName, () => Promise<EncoderKind>][] = [['webcodecs', loadWebcodecs]];
  if (ffmpegPath) loaders.push(['ffmpeg', () => loadFfmpeg(ffmpegPath)]);
  loaders.push(['minih264', loadMinih264]);
  const reasons: string[] = [];
  for (const [name, load] of loaders) {
    if (choice.only && choice.only !== name) continue;
    try {
      return await load();
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  throw new Error(
    `no video encoder works here (${reasons.join('; ') || `${choice.only} is not configured`})`,
  );
}
