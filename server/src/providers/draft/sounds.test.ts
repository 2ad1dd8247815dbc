import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/json.ts';
import { estimateWork } from './map.ts';
import { toSoundJob } from './sounds.ts';

function jobOf(input: JsonObject, operations: string[] = ['text-to-music']) {
  return toSoundJob({ input, seed: 7, count: 1, outDir: '/nowhere' }, operations);
}

describe('toSoundJob', () => {
  it('reads a text with the voice and the manner that are asked for', () => {
    const input = {
      text: 'Hello',
      voice: 'Vivian',
      prompt: 'cheerful',
      speed: 1.2,
      pitch: -2,
      format: 'wav',
    };
    expect(jobOf(input, ['tts'])).toMatchObject({
      kind: 'speech',
      text: 'Hello',
      voice: 'Vivian',
      prompt: 'cheerful',
      speed: 1.2,
      pitch: -2,
      format: 'wav',
    });
  });

  it('sings lyrics unless the music is to have no voice, and leaves words of a scenario out', () => {
    const input = { prompt: 'sad ballad', lyrics: 'Far away', tags: 'piano', vocal_gender: 'f' };
    expect(jobOf(input)).toMatchObject({ kind: 'music', text: 'Far away', durationSeconds: 30 });
    expect(jobOf(input).prompt).toBe('sad ballad, piano, f');
    expect(jobOf({ ...input, instrumental: true })).toMatchObject({ text: '' });
    expect(jobOf({ prompt: 'calm', duration: 12 })).toMatchObject({ text: '', durationSeconds: 12 });
  });

  it('makes the sounds of a place for a model of sound effects', () => {
    expect(jobOf({ prompt: 'rain' }, ['sound-effects'])).toMatchObject({
      kind: 'effects',
      text: '',
      durationSeconds: 5,
    });
  });
});

it.each([
  [['tts', 'voice-cloning'], {}, { use: 'voice' }],
  [['music-cover', 'music-generate'], {}, { use: 'cover' }],
  [['music-extend', 'music-generate'], { continue_at: 12 }, { use: 'extend', fromSeconds: 12 }],
])(
  'the sound of the user is, for a model that does %j, of the use that it has there',
  (operations, input, given) => {
    const request = { input, seed: 7, count: 1, sound: '/sound', outDir: '/nowhere' };
    expect(toSoundJob(request, operations).given).toMatchObject({ path: '/sound', ...given });
  },
);

it('a song is short work, and speech as long as its text', () => {
  expect(estimateWork({ prompt: 'a song' }, 'audio')).toBeLessThan(1);
  expect(estimateWork({ text: 'a'.repeat(5_000) }, 'audio')).toBeGreaterThan(1);
});
