// The sound track of a draft video: music and ambience made from the plan, at a level that suits a phone and a desk.
// A pure function of its input: the same job sounds the same on every machine. It never speaks; voices are not offered.
import type { RenderJob } from '../job.ts';
import type { Plan } from '../plan/plan.ts';
import { playAmbience } from './ambience.ts';
import { playEffects } from './effects.ts';
import { playMusic } from './music.ts';
import {
  addStereo,
  createStereo,
  decibels,
  measureLoudest,
  measureRms,
  randomFrom,
  SAMPLE_RATE,
  type Stereo,
} from './signal.ts';

export interface SoundRequest {
  plan: Plan;
  seed: number;
  durationSeconds: number;
  audio: Exclude<RenderJob['audio'], 'none'>;
}

export interface Sound {
  sampleRate: typeof SAMPLE_RATE;
  /** Left and right, each `durationSeconds` times `sampleRate` long, within -1 dBFS. */
  channels: [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  /** Sentences for the user about what was left out. */
  notes: string[];
}

/** Mean levels in dBFS (root mean square over the whole track). Without speech to lie under, -20 is common for film. */
const MEAN_DECIBELS = { all: -20, sound_effect_only: -22, speech_only: -34 } as const;
const PEAK = decibels(-1.2);
const AMBIENCE_BELOW_MUSIC = decibels(-9);
/** Of their loudest moment: effects are short, a mean would blow them up. */
const EFFECTS_BELOW_MUSIC = decibels(-8);
const EFFECTS_AGAINST_AMBIENCE = decibels(-4);

/** Brings a bus to a mean level of 1, or leaves it silent. */
function levelOut(bus: Stereo): number {
  const mean = measureRms(bus);
  return mean < 1e-9 ? 0 : 1 / mean;
}

function mixBuses({ plan, seed, durationSeconds, audio }: SoundRequest, length: number): Stereo {
  const mix = createStereo(length);
  // Own numbers for each bus: leaving the music out must not change the rain.
  const ambience = playAmbience(plan, randomFrom(seed ^ 0x5bd1e995), length);
  const hasMusic = audio === 'all';
  addStereo(mix, ambience, levelOut(ambience) * (hasMusic ? AMBIENCE_BELOW_MUSIC : 1));
  if (audio === 'speech_only') return mix;
  const effects = playEffects(plan, randomFrom(seed ^ 0x2c1b3c6d), length);
  const loudest = measureLoudest(effects);
  if (loudest > 0)
    addStereo(mix, effects, (hasMusic ? EFFECTS_BELOW_MUSIC : EFFECTS_AGAINST_AMBIENCE) / loudest);
  if (!hasMusic) return mix;
  const music = playMusic(plan.mood, randomFrom(seed ^ 0x297a2d39), { length, durationSeconds });
  addStereo(mix, music, levelOut(music));
  return mix;
}

/** Takes out what lies below hearing, which would only eat level. */
function removeRumble(samples: Float32Array): void {
  const keep = Math.exp((-2 * Math.PI * 24) / SAMPLE_RATE);
  let previousInput = 0;
  let output = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const input = samples[index]!;
    output = keep * (output + input - previousInput);
    previousInput = input;
    samples[index] = output;
  }
}

function fade(
  samples: Float32Array,
  { inSeconds, outSeconds }: { inSeconds: number; outSeconds: number },
): void {
  const fadeIn = Math.min(samples.length, Math.round(inSeconds * SAMPLE_RATE));
  const fadeOut = Math.min(samples.length, Math.round(outSeconds * SAMPLE_RATE));
  for (let index = 0; index < fadeIn; index += 1) {
    samples[index]! *= 0.5 - 0.5 * Math.cos((Math.PI * index) / fadeIn);
  }
  for (let index = 0; index < fadeOut; index += 1) {
    samples[samples.length - 1 - index]! *= 0.5 - 0.5 * Math.cos((Math.PI * index) / fadeOut);
  }
}

const BLOCK_SAMPLES = 64;

/**
 * Turns loud moments down before they come, so that no sample passes `PEAK`. Gains sit on the borders of short blocks;
 * a border never lies above what the blocks on both sides allow, and a straight line between two borders therefore neither.
 */
function limit({ left, right }: Stereo): void {
  const blocks = Math.ceil(left.length / BLOCK_SAMPLES);
  const borders = new Float32Array(blocks + 1).fill(1);
  for (let block = 0; block < blocks; block += 1) {
    let peak = 0;
    const end = Math.min(left.length, (block + 1) * BLOCK_SAMPLES);
    for (let index = block * BLOCK_SAMPLES; index < end; index += 1) {
      peak = Math.max(peak, Math.abs(left[index]!), Math.abs(right[index]!));
    }
    const allowed = peak > PEAK ? PEAK / peak : 1;
    borders[block] = Math.min(borders[block]!, allowed);
    borders[block + 1] = Math.min(borders[block + 1]!, allowed);
  }
  // Down within some 6 ms, up again within some 150 ms: slower steps are heard less.
  for (let border = blocks - 1; border >= 0; border -= 1) {
    borders[border] = Math.min(borders[border]!, borders[border + 1]! * 1.09);
  }
  for (let border = 1; border <= blocks; border += 1) {
    borders[border] = Math.min(borders[border]!, borders[border - 1]! * 1.004);
  }
  for (let index = 0; index < left.length; index += 1) {
    const block = Math.floor(index / BLOCK_SAMPLES);
    const part = (index - block * BLOCK_SAMPLES) / BLOCK_SAMPLES;
    const gain = borders[block]! + (borders[block + 1]! - borders[block]!) * part;
    left[index]! *= gain;
    right[index]! *= gain;
  }
}

function notesFor(audio: SoundRequest['audio']): string[] {
  if (audio !== 'speech_only') return [];
  return ['The draft renderer has no voices: in place of speech the track carries quiet ambience.'];
}

/**
 * Composes the track of a video. Takes about a hundredth of its playing time. `audio` chooses the parts: `all` is music,
 * ambience and effects; `sound_effect_only` leaves the music out; `speech_only` gives quiet ambience and says why.
 */
export function composeSound(request: SoundRequest): Sound {
  const length = Math.max(1, Math.round(request.durationSeconds * SAMPLE_RATE));
  const mix = mixBuses(request, length);
  const outSeconds = Math.min(0.9, request.durationSeconds / 4);
  const channels = finishMix(mix, {
    meanDecibels: MEAN_DECIBELS[request.audio],
    inSeconds: Math.min(0.25, outSeconds),
    outSeconds,
  });
  return { sampleRate: SAMPLE_RATE, channels, notes: notesFor(request.audio) };
}

/** Brings a mix to a mean level with soft ends, and keeps it below -1 dBFS. The mix becomes the channels. */
export function finishMix(
  mix: Stereo,
  { meanDecibels, ...ends }: { meanDecibels: number; inSeconds: number; outSeconds: number },
): Sound['channels'] {
  for (const samples of [mix.left, mix.right]) {
    removeRumble(samples);
    fade(samples, ends);
  }
  const gain = decibels(meanDecibels) * levelOut(mix);
  for (const samples of [mix.left, mix.right]) {
    for (let index = 0; index < samples.length; index += 1) samples[index]! *= gain;
  }
  limit(mix);
  return [mix.left as Float32Array<ArrayBuffer>, mix.right as Float32Array<ArrayBuffer>];
}
