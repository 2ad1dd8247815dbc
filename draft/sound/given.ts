// What a sound of the user says to the sounds of a draft: the pitch of its voice, its beat, how it swells and falls.
import type { Sound } from '../encode/encoder.ts';
import { addStereo, createStereo, SAMPLE_RATE, type Stereo } from './signal.ts';

/** Pitches of voices, in hertz. */
const HERTZ_MIN = 70;
const HERTZ_MAX = 400;
/** Voices have no more above their melody than this rate carries, and the search is so much faster. */
const PITCH_STEP = 6;
const PITCH_RATE = SAMPLE_RATE / PITCH_STEP;
const WINDOW_SECONDS = 0.05;
const WINDOWS_MAX = 160;
/** A window whose sound repeats less than this is noise, or silence. */
const LIKENESS_MIN = 0.6;

function toMono({ channels: [left = new Float32Array(0), right = left] }: Sound, step: number): Float32Array {
  const mono = new Float32Array(Math.floor(left.length / step));
  for (let at = 0; at < mono.length; at += 1) {
    let sum = 0;
    for (let sample = at * step; sample < (at + 1) * step; sample += 1) sum += left[sample]! + right[sample]!;
    mono[at] = sum / (2 * step);
  }
  return mono;
}

/** How alike a window and the one a little later are, from -1 to 1. */
function likenessAt(
  samples: Float32Array,
  from: number,
  { lag, length }: { lag: number; length: number },
): number {
  let [product, own, other] = [0, 1e-9, 1e-9];
  for (let at = from; at < from + length; at += 1) {
    product += samples[at]! * samples[at + lag]!;
    own += samples[at]! ** 2;
    other += samples[at + lag]! ** 2;
  }
  return product / Math.sqrt(own * other);
}

/** The middle pitch of a voice in hertz; undefined where none is heard. */
export function readPitch(sound: Sound): number | undefined {
  const samples = toMono(sound, PITCH_STEP);
  const length = Math.round(WINDOW_SECONDS * PITCH_RATE);
  const lagMax = Math.floor(PITCH_RATE / HERTZ_MIN);
  const lagMin = Math.ceil(PITCH_RATE / HERTZ_MAX);
  const step = Math.max(length, Math.floor((samples.length - length - lagMax) / WINDOWS_MAX));
  const pitches: number[] = [];
  for (let from = 0; from + length + lagMax < samples.length; from += step) {
    const likenesses = Array.from({ length: lagMax - lagMin + 1 }, (_, at) =>
      likenessAt(samples, from, { lag: lagMin + at, length }),
    );
    const best = Math.max(...likenesses);
    if (best < LIKENESS_MIN) continue;
    // The first that is nearly as good: twice a period is as alike as one.
    pitches.push(PITCH_RATE / (lagMin + likenesses.findIndex((likeness) => likeness > best * 0.92)));
  }
  return pitches.sort((a, b) => a - b)[pitches.length >> 1];
}

const ENVELOPE_RATE = 50;

/** How loud a sound is, fifty times a second. */
function readEnvelope({ channels: [left = new Float32Array(0)] }: Sound): Float32Array {
  const step = SAMPLE_RATE / ENVELOPE_RATE;
  const levels = new Float32Array(Math.floor(left.length / step));
  for (let at = 0; at < levels.length; at += 1) {
    let sum = 0;
    for (let sample = at * step; sample < (at + 1) * step; sample += 1) sum += left[sample]! ** 2;
    levels[at] = Math.sqrt(sum / step);
  }
  return levels;
}

const BPM_MIN = 66;
const BPM_MAX = 168;
/** The rises of a sound with a beat are so alike one beat later. */
const BEAT_MIN = 0.18;

/** The beats a minute of a piece; undefined where none is heard. */
export function readTempo(sound: Sound): number | undefined {
  const levels = readEnvelope(sound);
  const rises = levels.map((level, at) => Math.max(0, level - (levels[at - 1] ?? level)));
  const mean = rises.reduce((sum, rise) => sum + rise, 0) / Math.max(1, rises.length);
  const centred = rises.map((rise) => rise - mean);
  let best = { likeness: BEAT_MIN, lag: 0 };
  const lagMax = Math.floor((ENVELOPE_RATE * 60) / BPM_MIN);
  const length = centred.length - lagMax * 2;
  if (length < lagMax) return undefined;
  for (let lag = Math.ceil((ENVELOPE_RATE * 60) / BPM_MAX); lag <= lagMax; lag += 1) {
    const likeness =
      (likenessAt(centred, 0, { lag, length }) + likenessAt(centred, 0, { lag: lag * 2, length })) / 2;
    if (likeness > best.likeness) best = { likeness, lag };
  }
  return best.lag === 0 ? undefined : (ENVELOPE_RATE * 60) / best.lag;
}

const SWELL_SECONDS = 0.6;
/** What stays of the music where the sound of the user is silent. */
const QUIET = 0.3;

/** Lets music swell and fall as a sound of the user does. */
export function followSwells(music: Stereo, given: Sound): void {
  const levels = readEnvelope(given);
  const keep = Math.exp(-1 / (SWELL_SECONDS * ENVELOPE_RATE));
  let held = levels[0] ?? 0;
  const smooth = levels.map((level) => {
    held = level + (held - level) * keep;
    return held;
  });
  const full = Math.max(1e-6, ...smooth);
  const step = SAMPLE_RATE / ENVELOPE_RATE;
  for (let at = 0; at < music.left.length; at += 1) {
    const place = Math.min(smooth.length - 1, at / step);
    const gain = QUIET + (1 - QUIET) * ((smooth[Math.floor(place)] ?? 0) / full);
    music.left[at]! *= gain;
    music.right[at]! *= gain;
  }
}

const CROSS_SECONDS = 1.5;

/** A sound of the user up to a moment, and then music that fades in over its end. Both come at their own level. */
export function continueWith(given: Sound, music: Stereo, fromSeconds: number): Stereo {
  const [left = new Float32Array(0), right = left] = given.channels;
  const from = Math.min(left.length, Math.round(fromSeconds * SAMPLE_RATE));
  const cross = Math.min(from, music.left.length, Math.round(CROSS_SECONDS * SAMPLE_RATE));
  const whole = createStereo(from + music.left.length - cross);
  whole.left.set(left.subarray(0, from));
  whole.right.set(right.subarray(0, from));
  const added = createStereo(whole.left.length);
  added.left.set(music.left, from - cross);
  added.right.set(music.right, from - cross);
  for (let at = 0; at < cross; at += 1) {
    const angle = (at / cross) * (Math.PI / 2);
    const place = from - cross + at;
    whole.left[place]! *= Math.cos(angle);
    whole.right[place]! *= Math.cos(angle);
    added.left[place]! *= Math.sin(angle);
    added.right[place]! *= Math.sin(angle);
  }
  addStereo(whole, added, 1);
  return whole;
}
