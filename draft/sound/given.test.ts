import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSound } from '../clip/read-sound.ts';
import type { Sound } from '../encode/encoder.ts';
import type { SoundJob } from '../job.ts';
import { SAMPLE_SOUND } from '../samples/samples.ts';
import { readPitch, readTempo } from './given.ts';
import { renderSounds } from './render-sounds.ts';
import { createNoise, randomFrom, SAMPLE_RATE } from './signal.ts';

const folder = await mkdtemp(join(tmpdir(), 'reelay-given-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

function soundOf(seconds: number, at: (seconds: number) => number): Sound {
  const samples = Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, index) => at(index / SAMPLE_RATE));
  return { channels: [samples, samples], sampleRate: SAMPLE_RATE };
}

async function make(changes: Partial<SoundJob>) {
  const outDir = await mkdtemp(join(folder, 'job-'));
  const plain = { kind: 'music' as const, text: '', prompt: '', voice: '', durationSeconds: 2, speed: 1 };
  const job: SoundJob = { ...plain, pitch: 0, format: 'wav', count: 1, seed: 7, outDir, ...changes };
  return await renderSounds(job, {}, () => undefined);
}

const { path } = { path: SAMPLE_SOUND.file };
const { seconds } = await readSound(path, 30, 'Sound 1');

describe('a sound of the user', () => {
  it.each([98, 140, 230])('has the pitch of a voice of %i hertz', (hertz) => {
    const voice = soundOf(1, (time) => {
      const phase = time * hertz * Math.PI * 2;
      return Math.sin(phase) * 0.4 + Math.sin(phase * 2) * 0.3 + Math.sin(phase * 3) * 0.2;
    });
    expect(Math.abs(readPitch(voice)! / hertz - 1)).toBeLessThan(0.04);
  });

  it('has no pitch where it is noise or silence', () => {
    const noise = createNoise(randomFrom(1));
    expect(readPitch(soundOf(0.5, noise))).toBeUndefined();
    expect(readPitch(soundOf(0.5, () => 0))).toBeUndefined();
  });

  it.each([80, 120])('has the beat of a drum of %i beats a minute', (beats) => {
    const noise = createNoise(randomFrom(1));
    const drum = soundOf(
      8,
      (time) => noise() * Math.exp(-((time * beats) / 60 - Math.floor((time * beats) / 60)) * 9),
    );
    expect(Math.abs(readTempo(drum)! / beats - 1)).toBeLessThan(0.04);
  });

  it('gives its pitch to the voice that speaks', async () => {
    const { notes } = await make({ kind: 'speech', text: 'Hello there.', given: { path, use: 'voice' } });
    expect(notes.join()).toMatch(/The voice has the pitch of yours, \d+ Hz/);
  });

  it('goes on as music, from its end or from a moment', async () => {
    const { sound } = await readSound(path, 30, 'Sound 1');
    const whole = await make({ given: { path, use: 'extend' } });
    expect(whole.durationSeconds).toBeCloseTo(seconds + 2 - 1.5, 1);
    const cut = await make({ given: { path, use: 'extend', fromSeconds: 2 } });
    expect(cut.durationSeconds).toBeCloseTo(2.5, 1);
    // It begins with the sound itself: what is loud in one is loud in the other.
    const made = await readSound(cut.soundPaths[0]!, 30, 'Sound 1');
    const [one, other] = [sound.channels[0]!, made.sound.channels[0]!];
    let [product, own, its] = [0, 0, 0];
    for (let at = 2_000; at < SAMPLE_RATE * 0.45; at += 1) {
      product += one[at]! * other[at]!;
      own += one[at]! ** 2;
      its += other[at]! ** 2;
    }
    expect(product / Math.sqrt(own * its)).toBeGreaterThan(0.8);
  });

  it('gives its length to a cover', async () => {
    const { durationSeconds, notes } = await make({ given: { path, use: 'cover' } });
    expect(durationSeconds).toBeCloseTo(seconds, 2);
    expect(notes.join()).toContain('the length and the swells of your sound');
  });
});
