import { describe, expect, it } from 'vitest';
import type { Mood, Plan, Weather } from '../plan/plan.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { sceneIds } from '../scenes/scenes.ts';
import { chooseLayers } from './ambience.ts';
import { composeSound, type Sound, type SoundRequest } from './sound.ts';

const PLAN: Plan = planPrompt('lake');
const MOODS: Mood[] = ['calm', 'epic', 'dark', 'happy', 'mysterious', 'romantic', 'tense', 'dreamy'];
const AUDIO: SoundRequest['audio'][] = ['all', 'speech_only', 'sound_effect_only'];
const WEATHERS: Weather[] = ['clear', 'cloudy', 'rain', 'storm', 'snow', 'fog', 'wind'];

function measure({ channels }: Sound): { mean: number; peak: number; isSound: boolean } {
  let sum = 0;
  let peak = 0;
  for (const samples of channels) {
    for (const value of samples) {
      sum += value * value;
      peak = Math.max(peak, Math.abs(value));
    }
  }
  const mean = 10 * Math.log10(sum / (channels[0].length * 2));
  return { mean, peak: 20 * Math.log10(peak), isSound: Number.isFinite(sum) };
}

function compose(plan: Partial<Plan>, request: Partial<SoundRequest> = {}): Sound {
  return composeSound({
    plan: { ...PLAN, ...plan },
    seed: 7,
    durationSeconds: 1.5,
    audio: 'all',
    ...request,
  });
}

describe('composeSound', () => {
  it.each(MOODS.flatMap((mood) => AUDIO.map((audio) => ({ mood, audio }))))(
    'keeps $mood with $audio at its level, under -1 dBFS and free of broken samples',
    ({ mood, audio }) => {
      const { mean, peak, isSound } = measure(compose({ mood }, { audio }));
      const wanted = { all: -20, sound_effect_only: -22, speech_only: -34 }[audio];
      expect(isSound).toBe(true);
      expect(Math.abs(mean - wanted)).toBeLessThan(1.5);
      expect(peak).toBeLessThanOrEqual(-1);
    },
  );

  it.each(sceneIds)('gives %s a sound in every weather', (scene) => {
    for (const weather of WEATHERS) {
      const { mean, peak } = measure(
        compose({ scene, weather }, { audio: 'sound_effect_only', durationSeconds: 0.6 }),
      );
      expect(mean).toBeGreaterThan(-24);
      expect(peak).toBeLessThanOrEqual(-1);
    }
  });

  it('is as long as the video to the sample', () => {
    for (const durationSeconds of [2, 5, 7.5, 12]) {
      const sound = compose({}, { durationSeconds, audio: 'speech_only' });
      expect(sound.channels.map((samples) => samples.length)).toEqual(
        Array(2).fill(durationSeconds * 48_000),
      );
    }
  });

  it('sounds the same for the same seed and another way for another', () => {
    const [first, again, other] = [7, 7, 8].map((seed) => compose({}, { seed }).channels[0]);
    expect(Buffer.compare(Buffer.from(first!.buffer), Buffer.from(again!.buffer))).toBe(0);
    expect(Buffer.compare(Buffer.from(first!.buffer), Buffer.from(other!.buffer))).not.toBe(0);
  });

  it('begins and ends in silence and never jumps from sample to sample', () => {
    for (const mood of MOODS) {
      for (const samples of compose({ mood, weather: 'storm' }).channels) {
        expect(Math.abs(samples[0]!)).toBeLessThan(1e-3);
        expect(Math.abs(samples.at(-1)!)).toBeLessThan(1e-3);
        let jump = 0;
        for (let index = 1; index < samples.length; index += 1) {
          jump = Math.max(jump, Math.abs(samples[index]! - samples[index - 1]!));
        }
        expect(jump).toBeLessThan(0.6);
      }
    }
  });

  it('is stereo', () => {
    const [left, right] = compose({}).channels;
    expect(left.some((value, index) => Math.abs(value - right[index]!) > 0.01)).toBe(true);
  });

  it('says that speech is not offered, and says nothing otherwise', () => {
    expect(compose({}, { audio: 'speech_only' }).notes).toEqual([expect.stringContaining('no voices')]);
    expect(compose({}, { audio: 'all' }).notes).toEqual([]);
    expect(compose({}, { audio: 'sound_effect_only' }).notes).toEqual([]);
  });

  it('leaves music out of effects and ambience: the mood changes nothing there', () => {
    const [calm, epic] = (['calm', 'epic'] as const).map((mood) =>
      compose({ mood }, { audio: 'sound_effect_only' }),
    );
    expect(Buffer.compare(Buffer.from(calm!.channels[0].buffer), Buffer.from(epic!.channels[0].buffer))).toBe(
      0,
    );
  });

  it('lets the subjects of the prompt be heard', () => {
    const [none, whale] = [[], [{ kind: 'whale', count: 1 } as const]].map(
      (subjects) => compose({ scene: 'underwater', subjects }, { audio: 'sound_effect_only' }).channels[0],
    );
    expect(Buffer.compare(Buffer.from(none!.buffer), Buffer.from(whale!.buffer))).not.toBe(0);
  });
});

describe('chooseLayers', () => {
  it('lets it rain on land and neither in space nor under water', () => {
    expect(chooseLayers({ ...PLAN, weather: 'storm' })).toHaveProperty('thunder');
    expect(chooseLayers({ ...PLAN, scene: 'space', weather: 'storm' })).not.toHaveProperty('rain');
    expect(chooseLayers({ ...PLAN, scene: 'underwater', weather: 'rain' })).not.toHaveProperty('rain');
  });

  it('has birds by day, crickets at night, and neither in rain or winter', () => {
    expect(chooseLayers({ ...PLAN, scene: 'forest' })).toHaveProperty('birds');
    expect(chooseLayers({ ...PLAN, scene: 'forest', timeOfDay: 'night' })).toHaveProperty('crickets');
    for (const quiet of [{ weather: 'rain' as const }, { season: 'winter' as const }]) {
      const layers = chooseLayers({ ...PLAN, scene: 'forest', ...quiet });
      expect(Object.keys(layers)).not.toContain('birds');
      expect(Object.keys(layers)).not.toContain('crickets');
    }
  });
});
