// Sound as a WAV file, which needs no encoder.
import type { Sound } from './encoder.ts';

const WAV_HEAD_BYTES = 44;

/** 16 bit PCM: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html. */
export function toWav({ channels, sampleRate }: Sound): Buffer {
  const samples = channels[0]?.length ?? 0;
  const frameBytes = channels.length * 2;
  const wav = Buffer.alloc(WAV_HEAD_BYTES + samples * frameBytes);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(channels.length, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * frameBytes, 28);
  wav.writeUInt16LE(frameBytes, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples * frameBytes, 40);
  channels.forEach((channel, offset) => {
    for (let index = 0; index < samples; index += 1) {
      const level = Math.max(-1, Math.min(1, channel[index]!));
      wav.writeInt16LE(Math.round(level * 0x7fff), WAV_HEAD_BYTES + index * frameBytes + offset * 2);
    }
  });
  return wav;
}
