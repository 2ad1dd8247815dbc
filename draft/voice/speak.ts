// Gives phones a voice: a tone with the pulse of vocal cords and a noise, both through the resonances of a mouth that
// moves from one sound to the next. A pure function of what it is given; about a fiftieth of the playing time.
import { createRandom, type Random } from '../random.ts';
import { type Phone, readPhrases } from './phones.ts';
import type { Voice } from './voices.ts';

/** Of all that is spoken: enough for every hiss, at half the cost of music. */
export const VOICE_RATE = 24_000;

/** A phone with its place in the melody. */
export interface Sung {
  phone: Phone;
  seconds: number;
  hertz: number;
}

/** The mouth moves on once in so many samples. */
const STEP = 48;
/** How fast it moves, and how fast tone and noise swell, as the part of the way that is left after a step. */
const MOUTH_LEFT = 0.86;
const LEVEL_LEFT = 0.7;
const BANDS = [70, 95, 140] as const;
/** In turn of opposite sign, so that no two leave a hole between them. */
const BAND_GAINS = [1, -0.62, 0.34] as const;
/** Resonance that all sounds share; a voice without it sounds like a telephone. */
const FOURTH = { hertz: 3_500, band: 220, gain: 0.16 };
const TONE: Readonly<Record<Phone['kind'], number>> = {
  vowel: 1,
  glide: 0.62,
  hum: 0.42,
  hiss: 0.22,
  stop: 0.12,
  pause: 0,
};
const NOISE: Readonly<Record<Phone['kind'], number>> = {
  vowel: 0,
  glide: 0,
  hum: 0,
  hiss: 0.08,
  stop: 0.13,
  pause: 0,
};
/** The part of a stop that is silent before it opens. */
const CLOSED = 0.6;

/** A resonance with two poles, tuned while it sounds. */
class Resonance {
  #first = 0;
  #second = 0;
  #gain = 0;
  #back = 0;
  #backTwo = 0;

  tune(hertz: number, band: number): void {
    const radius = Math.exp((-Math.PI * band) / VOICE_RATE);
    const angle = (2 * Math.PI * Math.min(hertz, VOICE_RATE * 0.46)) / VOICE_RATE;
    this.#back = 2 * radius * Math.cos(angle);
    this.#backTwo = -radius * radius;
    // Of one peak height wherever it lies.
    this.#gain = (1 - radius) * Math.sqrt(1 - 2 * radius * Math.cos(2 * angle) + radius * radius);
  }

  process(input: number): number {
    const output = this.#gain * input + this.#back * this.#first + this.#backTwo * this.#second;
    this.#second = this.#first;
    this.#first = output;
    return output;
  }
}

/** The flow of air through vocal cords over one period: it opens slowly, and closes fast, which makes the sound. */
function flowAt(phase: number): number {
  if (phase < 0.42) return 0.5 - 0.5 * Math.cos((Math.PI * phase) / 0.42);
  return phase < 0.6 ? Math.cos((Math.PI * (phase - 0.42)) / 0.36) : 0;
}

/** How long all of it takes, in samples. */
function lengthOf(sung: readonly Sung[]): number {
  return Math.max(1, Math.round(sung.reduce((sum, { seconds }) => sum + seconds, 0) * VOICE_RATE));
}

/** Where the mouth and the levels are, and where they go. */
interface Mouth {
  formants: [number, number, number];
  hertz: number;
  tone: number;
  noise: number;
  noiseHertz: number;
}

function targetOf({ phone, hertz }: Sung, part: number, { size }: Voice): Mouth {
  const { kind, formants, isVoiced } = phone;
  const isMouthShape = kind === 'vowel' || kind === 'hum' || kind === 'glide';
  const isClosed = kind === 'stop' && part < CLOSED;
  return {
    formants: isMouthShape ? [formants[0] * size, formants[1] * size, formants[2] * size] : [NaN, NaN, NaN],
    hertz,
    tone: isVoiced && !(isClosed && part > 0.5) ? TONE[kind] : 0,
    noise: isClosed ? 0 : NOISE[kind],
    noiseHertz: isMouthShape || kind === 'pause' ? NaN : formants[0] * Math.sqrt(size),
  };
}

function glide(from: number, to: number, left: number): number {
  return Number.isNaN(to) ? from : to + (from - to) * left;
}

/** States: the resonances ring on from sample to sample, and the mouth is on its way to the next sound. */
class Throat {
  readonly #voice: Voice;
  readonly #random: Random;
  readonly #mouth: Mouth;
  readonly #resonances = BANDS.map(() => new Resonance());
  readonly #fourth = new Resonance();
  readonly #hiss = new Resonance();
  #phase = 0;
  #phaseStep: number;
  #flow = 0;
  #white = 0;

  constructor(voice: Voice, hertz: number, random: Random) {
    this.#voice = voice;
    this.#random = random;
    this.#mouth = {
      formants: [500 * voice.size, 1_400 * voice.size, 2_450 * voice.size],
      hertz,
      tone: 0,
      noise: 0,
      noiseHertz: 3_000,
    };
    this.#phaseStep = hertz / VOICE_RATE;
    this.#fourth.tune(FOURTH.hertz * voice.size, FOURTH.band);
  }

  /** Goes on towards a sound, of which `part` is over. */
  move(one: Sung, part: number, atSeconds: number): void {
    const mouth = this.#mouth;
    moveMouth(mouth, targetOf(one, part, this.#voice));
    for (const [number, resonance] of this.#resonances.entries()) {
      resonance.tune(mouth.formants[number]!, BANDS[number]!);
    }
    this.#hiss.tune(mouth.noiseHertz, mouth.noiseHertz * 0.35);
    // A voice is never quite steady: half a hundredth, five times a second.
    const drift = 1 + 0.006 * Math.sin(atSeconds * 31) + 0.004 * (this.#random() - 0.5);
    this.#phaseStep = (mouth.hertz * drift) / VOICE_RATE;
  }

  /** The next sample. */
  next(): number {
    const mouth = this.#mouth;
    this.#phase += this.#phaseStep;
    if (this.#phase >= 1) this.#phase -= 1;
    const flow = flowAt(this.#phase);
    const white = this.#random() * 2 - 1;
    const cords = ((flow - this.#flow) * 6 + white * this.#voice.breath * flow) * mouth.tone;
    // Without its low end, which no hiss has.
    const hiss = this.#hiss.process((white - this.#white) * mouth.noise);
    this.#flow = flow;
    this.#white = white;
    let value = this.#fourth.process(cords) * FOURTH.gain;
    for (const [number, resonance] of this.#resonances.entries()) {
      value += resonance.process(cords) * BAND_GAINS[number]!;
    }
    return value + hiss;
  }
}

/** Sounds the phones one after the other, at a mean level of -20 dBFS, never above -3. */
export function sound(sung: readonly Sung[], voice: Voice, seed: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(lengthOf(sung));
  const first = sung.find(({ phone }) => phone.kind === 'vowel')?.hertz ?? voice.hertz;
  const throat = new Throat(voice, first, createRandom(seed));
  let at = 0;
  let endSeconds = 0;
  for (const one of sung) {
    const begin = endSeconds * VOICE_RATE;
    endSeconds += one.seconds;
    const end = Math.min(samples.length, Math.round(endSeconds * VOICE_RATE));
    for (; at < end; at += 1) {
      if (at % STEP === 0) throat.move(one, (at - begin) / Math.max(1, end - begin), at / VOICE_RATE);
      samples[at] = throat.next();
    }
  }
  return level(samples);
}

function moveMouth(mouth: Mouth, target: Mouth): void {
  for (const place of [0, 1, 2] as const) {
    mouth.formants[place] = glide(mouth.formants[place], target.formants[place], MOUTH_LEFT);
  }
  mouth.hertz = glide(mouth.hertz, target.hertz, MOUTH_LEFT);
  mouth.tone = glide(mouth.tone, target.tone, LEVEL_LEFT);
  mouth.noise = glide(mouth.noise, target.noise, LEVEL_LEFT * 0.7);
  // A noise begins where it is to be; moved, it would whistle.
  mouth.noiseHertz = glide(mouth.noiseHertz, target.noiseHertz, mouth.noise < 0.02 ? 0 : 0.6);
}

const MEAN = 0.1;
const PEAK = 0.7;
const EDGE_SECONDS = 0.012;

/** Brings what is not silent to one mean level, bends what is too loud, and lets both ends be silent. */
function level(samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  let sum = 0;
  let heard = 0;
  for (const value of samples) {
    if (Math.abs(value) < 1e-4) continue;
    sum += value * value;
    heard += 1;
  }
  const gain = heard > 0 ? MEAN / Math.sqrt(sum / heard) : 0;
  const edge = Math.round(EDGE_SECONDS * VOICE_RATE);
  for (let at = 0; at < samples.length; at += 1) {
    const ends = Math.min(1, at / edge, (samples.length - 1 - at) / edge);
    samples[at] = PEAK * Math.tanh((samples[at]! * gain) / PEAK) * ends;
  }
  return samples;
}

const OPENING_SECONDS = 0.12;
const PAUSE: Phone = { kind: 'pause', formants: [0, 0, 0], isVoiced: false, seconds: 0, stress: 1 };

/** The melody of a sentence falls a little; a question rises at its end. */
function melodyAt(part: number, ending: 'falls' | 'rises' | 'holds', liveliness: number): number {
  const fall = 0.09 - 0.2 * part;
  const rise = ending === 'rises' && part > 0.72 ? (part - 0.72) * 1.5 : 0;
  const close = ending === 'falls' && part > 0.85 ? (part - 0.85) * -0.6 : 0;
  return 1 + (fall + rise + close) * liveliness;
}

interface SpeechRequest {
  text: string;
  voice: Voice;
  /** 1 is natural. */
  speed: number;
  seed: number;
  secondsMax: number;
}

/** What a voice reads out of a text, in time and pitch. */
function readOut({ text, voice, speed }: Omit<SpeechRequest, 'seed' | 'secondsMax'>): Sung[] {
  const pace = 1 / Math.max(0.25, voice.speed * speed);
  const sung: Sung[] = [{ phone: PAUSE, seconds: OPENING_SECONDS, hertz: voice.hertz }];
  for (const { phones, ending, pauseSeconds } of readPhrases(text)) {
    for (const [at, phone] of phones.entries()) {
      const melody = melodyAt(at / phones.length, ending, voice.liveliness);
      const accent = 1 + (phone.stress - 1) * 0.7 * voice.liveliness;
      sung.push({ phone, seconds: phone.seconds * pace, hertz: voice.hertz * melody * accent });
    }
    sung.push({ phone: PAUSE, seconds: pauseSeconds * pace, hertz: voice.hertz });
  }
  return sung;
}

/** Reads a text out. @returns the samples, and whether the text was longer than it may be. */
export function speak(request: SpeechRequest): { samples: Float32Array<ArrayBuffer>; isCut: boolean } {
  const all = readOut(request);
  let seconds = 0;
  const sung = all.filter((one) => {
    seconds += one.seconds;
    return seconds <= request.secondsMax;
  });
  return { samples: sound(sung, request.voice, request.seed), isCut: sung.length < all.length };
}
