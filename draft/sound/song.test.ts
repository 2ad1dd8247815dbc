import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSoundShape } from '../encode/sound-shape.ts';
import type { SoundJob, SoundResult } from '../job.ts';
import { speak, VOICE_RATE } from '../voice/speak.ts';
import { chooseVoice } from '../voice/voices.ts';
import { readMusic } from './genres.ts';
import { renderSounds } from './render-sounds.ts';
import { randomFrom } from './signal.ts';

const folder = await mkdtemp(join(tmpdir(), 'reelay-sound-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
let jobs = 0;

async function make(changes: Partial<SoundJob>): Promise<{ result: SoundResult; bytes: Buffer[] }> {
  const outDir = await mkdtemp(join(folder, `${jobs++}-`));
  const job: SoundJob = {
    kind: 'music',
    text: '',
    prompt: '',
    voice: '',
    durationSeconds: 4,
    speed: 1,
    pitch: 0,
    format: 'wav',
    count: 1,
    seed: 7,
    outDir,
    ...changes,
  };
  const result = await renderSounds(job, {}, () => undefined);
  return { result, bytes: await Promise.all(result.soundPaths.map((path) => readFile(path))) };
}

/** Mean and highest level of a WAV, in decibels below full. */
function levelsOf(wav: Buffer | undefined): { mean: number; peak: number } {
  const samples = new Int16Array(wav!.buffer, wav!.byteOffset + 44, (wav!.length - 44) / 2);
  let sum = 0;
  let peak = 0;
  for (const value of samples) {
    sum += (value / 0x8000) ** 2;
    peak = Math.max(peak, Math.abs(value / 0x8000));
  }
  return { mean: 10 * Math.log10(sum / samples.length), peak: 20 * Math.log10(peak) };
}

describe('speech', () => {
  const text = 'Good evening, and welcome to the show.';

  it('is as long as its text, shorter when it is faster, and sounds like its voice', async () => {
    const [once, twice, fast, other] = await Promise.all([
      make({ kind: 'speech', text, voice: 'Ryan' }),
      make({ kind: 'speech', text: `${text} ${text}`, voice: 'Ryan' }),
      make({ kind: 'speech', text, voice: 'Ryan', speed: 2 }),
      make({ kind: 'speech', text, voice: 'Vivian' }),
    ]);
    const { durationSeconds } = once.result;
    expect(text.length / durationSeconds).toBeGreaterThan(10);
    expect(text.length / durationSeconds).toBeLessThan(20);
    expect(twice.result.durationSeconds).toBeCloseTo(durationSeconds * 2 - 0.12, 1);
    expect(fast.result.durationSeconds).toBeCloseTo(durationSeconds / 2, 0);
    expect(other.bytes[0]!.equals(once.bytes[0]!)).toBe(false);
    expect(levelsOf(once.bytes[0]).mean).toBeGreaterThan(-24);
    expect(levelsOf(once.bytes[0]).peak).toBeLessThan(-1);
    expect(once.result.notes).toEqual([expect.stringContaining('no words')]);
  });

  it.each([
    '大家好，欢迎来到我们的工作室。',
    'Привет, как дела?',
    'こんにちは、元気ですか。',
    'مرحبا بالعالم',
    '3.5 + 42 = 45.5',
    '!!! ... ???',
    '🎉',
  ])('has a voice for %s, or a moment of silence', async (words) => {
    const { result, bytes } = await make({ kind: 'speech', text: words });
    const hasWords = /[\p{L}\p{N}]/u.test(words);
    expect(result.durationSeconds).toBeGreaterThan(hasWords ? 0.5 : 0.05);
    if (hasWords) expect(levelsOf(bytes[0]).mean).toBeGreaterThan(-26);
  });

  it('of a text that is too long is cut', () => {
    const words = { text: 'word '.repeat(40), voice: chooseVoice('', ''), speed: 1, seed: 1 };
    const { samples, isCut } = speak({ ...words, secondsMax: 2 });
    expect(isCut).toBe(true);
    expect(samples.length / VOICE_RATE).toBeLessThanOrEqual(2);
    expect(speak({ ...words, secondsMax: 60 }).isCut).toBe(false);
  });
});

describe('music', () => {
  it('has the length, the key and about the tempo that are asked for', async () => {
    const { result, bytes } = await make({ prompt: 'house in F# minor at 120 bpm', durationSeconds: 8 });
    expect(result.durationSeconds).toBe(8);
    expect(result.music).toEqual({ key: 'F# minor', beatsPerMinute: 120 });
    expect(result.understood.map(({ as }) => as)).toEqual(['genre', 'key', 'tempo']);
    const { mean, peak } = levelsOf(bytes[0]);
    expect(mean).toBeCloseTo(-16, 0);
    expect(peak).toBeLessThan(-1);
  });

  it('is the same for a seed, another for the next, and two songs of one task differ', async () => {
    const ask = { prompt: 'folk', durationSeconds: 3 };
    const [first, again, pair] = await Promise.all([make(ask), make(ask), make({ ...ask, count: 2 })]);
    expect(again.bytes[0]!.equals(first.bytes[0]!)).toBe(true);
    expect(pair.bytes[0]!.equals(first.bytes[0]!)).toBe(true);
    expect(pair.bytes[1]!.equals(pair.bytes[0]!)).toBe(false);
  });

  it('with lyrics is sung, and says that the words are not heard', async () => {
    const ask = { prompt: 'pop', durationSeconds: 3 };
    const [played, sung] = await Promise.all([make(ask), make({ ...ask, text: 'Sing with me tonight' })]);
    expect(sung.bytes[0]!.equals(played.bytes[0]!)).toBe(false);
    expect(sung.result.notes).toEqual([expect.stringContaining('syllables')]);
  });

  it.each([
    ['lo-fi study beats', { drums: true, mode: 'minor' }],
    ['a slow waltz', { drums: false, mode: 'major' }],
    ['happy birthday jingle', { drums: true, mode: 'major' }],
    ['sad piano nocturne', { drums: false, mode: 'minor' }],
  ])('of "%s" is of its genre', (prompt, { drums, mode }) => {
    const ask = readMusic(prompt, 'calm', randomFrom(3));
    expect(ask.genre.drums !== undefined).toBe(drums);
    expect(ask.key).toContain(mode);
  });
});

it('a sound is an MP3 that a decoder reads, with its whole length', async () => {
  const { result } = await make({ kind: 'effects', prompt: 'rain', format: 'mp3', durationSeconds: 2 });
  expect(result.format).toBe('mp3');
  const { seconds, peaks } = await readSoundShape(result.soundPaths[0]!, 8);
  expect(seconds).toBeGreaterThan(1.95);
  expect(seconds).toBeLessThan(2.2);
  expect(Math.min(...peaks.slice(1, 7))).toBeGreaterThan(0);
});
