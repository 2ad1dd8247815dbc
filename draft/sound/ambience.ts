// The sound of a place: which layers a scene, its weather and its time of day have, and how each layer is made.
import type { Plan, SceneId, Weather } from '../plan/plan.ts';
import {
  createBandPass,
  createHighPass,
  createLowPass,
  createNoise,
  createStereo,
  panGains,
  type Random,
  SAMPLE_RATE,
  type Stereo,
} from './signal.ts';

type Layer = (bus: Stereo, random: Random, gain: number) => void;

export type LayerId =
  | 'rain'
  | 'thunder'
  | 'wind'
  | 'waves'
  | 'ripples'
  | 'cityHum'
  | 'birds'
  | 'crickets'
  | 'underwater'
  | 'spaceDrone'
  | 'snowHush'
  | 'shimmer';

/** Filters are moved once in this many samples: a slow drift needs no more, and the tangent is costly. */
const CONTROL_SAMPLES = 96;

function addToBoth(bus: Stereo, index: number, value: number, pan: [number, number]): void {
  bus.left[index]! += value * pan[0];
  bus.right[index]! += value * pan[1];
}

/** Steady hiss with soft single drops close by. */
function addRain(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  const sides = [bus.left, bus.right];
  for (const side of sides) {
    const bright = createHighPass(1_100);
    const soft = createLowPass(7_000);
    const body = createLowPass(420);
    for (let index = 0; index < side.length; index += 1) {
      const white = noise();
      side[index]! += gain * (0.3 * soft(bright(white)) + 0.55 * body(white));
    }
  }
  const drops = Math.round((bus.left.length / SAMPLE_RATE) * 38);
  for (let drop = 0; drop < drops; drop += 1) {
    const from = Math.floor(random() * bus.left.length);
    addBlip(bus, { from, hertz: 1_400 + random() * 3_800, rise: -0.25, seconds: 0.02 + random() * 0.025 }, [
      gain * (0.05 + 0.16 * random() ** 2),
      random() * 1.8 - 0.9,
    ]);
  }
}

interface Blip {
  from: number;
  hertz: number;
  /** How far the pitch moves over the blip, as a part of itself. */
  rise: number;
  seconds: number;
}

/** A short sine with a soft start and a falling end: a drop, a bubble, a piece of a bird's song. */
function addBlip(bus: Stereo, { from, hertz, rise, seconds }: Blip, [gain, pan]: [number, number]): void {
  const length = Math.round(seconds * SAMPLE_RATE);
  const gains = panGains(pan);
  let phase = 0;
  for (let age = 0; age < length && from + age < bus.left.length; age += 1) {
    const part = age / length;
    phase += (hertz * (1 + rise * part) * Math.PI * 2) / SAMPLE_RATE;
    addToBoth(bus, from + age, Math.sin(phase) * Math.sin(Math.PI * part ** 0.5) ** 2 * gain, gains);
  }
}

function addThunder(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  const length = bus.left.length;
  const claps = Math.max(1, Math.round(length / SAMPLE_RATE / 5));
  for (let clap = 0; clap < claps; clap += 1) {
    const from = Math.floor(((clap + 0.1 + random() * 0.5) / claps) * length);
    const deep = createLowPass(90);
    const mid = createLowPass(300);
    const pan = panGains(random() * 1.2 - 0.6);
    const rollHertz = 3 + random() * 3;
    for (let index = from; index < length; index += 1) {
      const time = (index - from) / SAMPLE_RATE;
      const white = noise();
      const envelope = Math.min(1, time / 0.06) * Math.exp(-time * 0.95);
      const roll = 0.65 + 0.35 * Math.sin(time * rollHertz * 2 + Math.sin(time * rollHertz));
      const crack = mid(white) * Math.exp(-time * 5) * 1.4;
      addToBoth(bus, index, (deep(white) * 4.2 * roll + crack) * envelope * gain, pan);
    }
  }
}

/** Noise through two whistles that wander, one a side: gusts come and go at their own pace. */
function addWind(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  for (const side of [bus.left, bus.right]) {
    const band = createBandPass(400, 2.2);
    const body = createLowPass(160);
    const start = random() * 20;
    let level = 0.5;
    for (let index = 0; index < side.length; index += 1) {
      if (index % CONTROL_SAMPLES === 0) {
        const time = index / SAMPLE_RATE + start;
        const gust = 0.5 + 0.3 * Math.sin(time * 0.9) + 0.2 * Math.sin(time * 2.3 + 1.3);
        band.tune(230 + 480 * gust);
        level = 0.3 + 0.9 * gust * gust;
      }
      const white = noise();
      side[index]! += gain * level * (band.process(white) * 1.5 + body(white) * 0.8);
    }
  }
}

/** Surf: a wave swells in for some two seconds, breaks with a hiss and runs out; left and right a little apart. */
function addWaves(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  const period = 5.2 + random() * 1.6;
  const start = random() * 0.3;
  for (const [side, samples] of [bus.left, bus.right].entries()) {
    const deep = createLowPass(320);
    const hiss = createHighPass(900);
    const soft = createLowPass(5_500);
    for (let index = 0; index < samples.length; index += 1) {
      const part = (index / SAMPLE_RATE / period + start + side * 0.06) % 1;
      const swell = part < 0.42 ? (part / 0.42) ** 2 : Math.exp(-(part - 0.42) * 5) * (1 - part) * 1.72;
      const white = noise();
      const far = 0.16;
      samples[index]! +=
        gain * (deep(white) * (far + swell) * 1.3 + soft(hiss(white)) * (0.03 + swell * swell) * 0.5);
    }
  }
}

/** A still shore: small laps of water. */
function addRipples(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  for (const side of [bus.left, bus.right]) {
    const band = createBandPass(520, 1.1);
    const start = random() * 9;
    let level = 0;
    for (let index = 0; index < side.length; index += 1) {
      if (index % CONTROL_SAMPLES === 0) {
        const time = index / SAMPLE_RATE + start;
        const lap = Math.max(0, Math.sin(time * 3.1) * 0.6 + Math.sin(time * 4.7 + 1) * 0.4);
        level = 0.12 + lap * lap;
        band.tune(420 + 380 * lap);
      }
      side[index]! += gain * level * band.process(noise());
    }
  }
}

/** Far traffic: a low roar, and single cars that pass from one side to the other. */
function addCityHum(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  for (const side of [bus.left, bus.right]) {
    const low = createLowPass(140);
    const high = createLowPass(900);
    for (let index = 0; index < side.length; index += 1) {
      const white = noise();
      side[index]! += gain * (low(white) * 2.2 + high(white) * 0.16);
    }
  }
  const seconds = bus.left.length / SAMPLE_RATE;
  for (let car = 0; car < Math.ceil(seconds / 3.5); car += 1) {
    addPassing(bus, random, { atSeconds: (car + random()) * 3.5, lengthSeconds: 2.6, gain: gain * 0.8 });
  }
}

/** Something that comes from one side, passes and goes: tyres on a road, or a rush of air when short. */
export function addPassing(
  bus: Stereo,
  random: Random,
  { atSeconds, lengthSeconds, gain }: { atSeconds: number; lengthSeconds: number; gain: number },
): void {
  const noise = createNoise(random);
  const band = createBandPass(500, 0.8);
  const from = Math.floor(atSeconds * SAMPLE_RATE);
  const length = Math.floor(lengthSeconds * SAMPLE_RATE);
  const direction = random() < 0.5 ? -1 : 1;
  let gains = panGains(0);
  for (let age = 0; age < length && from + age < bus.left.length; age += 1) {
    const part = age / length;
    const near = Math.sin(Math.PI * part) ** 2;
    if (age % CONTROL_SAMPLES === 0) {
      band.tune(320 + 900 * near);
      gains = panGains(direction * (part * 1.7 - 0.85));
    }
    addToBoth(bus, from + age, band.process(noise()) * near * gain, gains);
  }
}

/** Short songs of two to six syllables, each bird with its own pitch and place. */
function addBirds(bus: Stereo, random: Random, gain: number): void {
  const seconds = bus.left.length / SAMPLE_RATE;
  const songs = Math.max(2, Math.round(seconds * 0.9));
  for (let song = 0; song < songs; song += 1) {
    const hertz = 2_300 + random() * 2_600;
    const pan = random() * 1.7 - 0.85;
    const near = 0.25 + 0.75 * random() ** 2;
    const syllables = 2 + Math.floor(random() * 5);
    const gap = 0.09 + random() * 0.1;
    const rise = random() * 0.5 - 0.25;
    const begin = random() * seconds;
    for (let syllable = 0; syllable < syllables; syllable += 1) {
      const from = Math.floor((begin + syllable * gap) * SAMPLE_RATE);
      const pitch = hertz * (1 + (syllable % 2) * rise * 0.4);
      addBlip(bus, { from, hertz: pitch, rise, seconds: gap * 0.75 }, [gain * near * 0.4, pan]);
    }
  }
}

/** Chirps of three or four pulses, again and again, from three insects out of step. */
function addCrickets(bus: Stereo, random: Random, gain: number): void {
  for (let insect = 0; insect < 3; insect += 1) {
    const hertz = 3_900 + random() * 900;
    const pan = [-0.7, 0.6, 0.05][insect]!;
    const every = 0.55 + random() * 0.35;
    const near = [0.35, 0.28, 0.18][insect]!;
    for (let time = random() * every; time < bus.left.length / SAMPLE_RATE; time += every) {
      for (let pulse = 0; pulse < 4; pulse += 1) {
        const from = Math.floor((time + pulse * 0.042) * SAMPLE_RATE);
        addBlip(bus, { from, hertz, rise: 0.015, seconds: 0.032 }, [gain * near, pan]);
      }
    }
  }
}

/** Deep muffled pressure and bubbles that rise in small strings. */
function addUnderwater(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  for (const side of [bus.left, bus.right]) {
    const first = createLowPass(170);
    const second = createLowPass(240);
    const start = random() * 8;
    for (let index = 0; index < side.length; index += 1) {
      const swell = 0.75 + 0.25 * Math.sin((index / SAMPLE_RATE) * 1.3 + start);
      side[index]! += gain * swell * second(first(noise())) * 5;
    }
  }
  const seconds = bus.left.length / SAMPLE_RATE;
  for (let string = 0; string < Math.ceil(seconds * 0.9); string += 1) {
    const begin = random() * seconds;
    const pan = random() * 1.4 - 0.7;
    for (let bubble = 0; bubble < 3 + random() * 6; bubble += 1) {
      const from = Math.floor((begin + bubble * (0.05 + random() * 0.07)) * SAMPLE_RATE);
      const hertz = 260 + random() * 520;
      addBlip(bus, { from, hertz, rise: 0.7, seconds: 0.05 + random() * 0.05 }, [
        gain * 0.34 * random(),
        pan,
      ]);
    }
  }
}

/** Sines that beat against each other far below a thin hiss. */
function addSpaceDrone(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  const root = 41 + random() * 14;
  const partials = [1, 1.5, 2.003, 2.99, 4.01, 6.02];
  for (const [side, samples] of [bus.left, bus.right].entries()) {
    const air = createLowPass(2_200);
    for (const [number, ratio] of partials.entries()) {
      const step = (root * ratio * (1 + side * 0.0022) * Math.PI * 2) / SAMPLE_RATE;
      const drift = 0.11 + random() * 0.3;
      const start = random() * 6;
      const strength = (gain * 0.3) / (1 + number * 0.55);
      for (let index = 0; index < samples.length; index += 1) {
        const swell = 0.6 + 0.4 * Math.sin((index / SAMPLE_RATE) * drift * 6 + start);
        samples[index]! += strength * swell * Math.sin(step * index + start);
      }
    }
    for (let index = 0; index < samples.length; index += 1) samples[index]! += gain * 0.05 * air(noise());
  }
}

/** Snow swallows sound: hardly more than a dull breath of air. */
function addSnowHush(bus: Stereo, random: Random, gain: number): void {
  const noise = createNoise(random);
  for (const side of [bus.left, bus.right]) {
    const low = createLowPass(480);
    const lower = createLowPass(1_300);
    for (let index = 0; index < side.length; index += 1) side[index]! += gain * lower(low(noise())) * 1.6;
  }
}

/** Glassy high tones that fade in and out, for places that are nowhere. */
function addShimmer(bus: Stereo, random: Random, gain: number): void {
  const seconds = bus.left.length / SAMPLE_RATE;
  const root = 420 + random() * 120;
  for (let tone = 0; tone < Math.ceil(seconds * 1.6); tone += 1) {
    const hertz = root * [1, 1.5, 2, 2.25, 3, 4][Math.floor(random() * 6)]!;
    const from = Math.floor(random() * seconds * SAMPLE_RATE);
    addBlip(bus, { from, hertz, rise: 0.002, seconds: 1.2 + random() * 1.4 }, [
      gain * 0.1,
      random() * 1.6 - 0.8,
    ]);
  }
  addSnowHush(bus, random, gain * 0.3);
}

const LAYERS: Record<LayerId, Layer> = {
  rain: addRain,
  thunder: addThunder,
  wind: addWind,
  waves: addWaves,
  ripples: addRipples,
  cityHum: addCityHum,
  birds: addBirds,
  crickets: addCrickets,
  underwater: addUnderwater,
  spaceDrone: addSpaceDrone,
  snowHush: addSnowHush,
  shimmer: addShimmer,
};

const SCENE_LAYERS: Record<SceneId, Partial<Record<LayerId, number>>> = {
  'night-city': { cityHum: 0.8 },
  skyline: { cityHum: 0.6, wind: 0.25 },
  sea: { waves: 1 },
  lake: { ripples: 0.7, wind: 0.15 },
  forest: { wind: 0.3 },
  desert: { wind: 0.6 },
  snow: { snowHush: 0.8, wind: 0.25 },
  space: { spaceDrone: 0.9 },
  underwater: { underwater: 1 },
  theatre: { shimmer: 0.5 },
  meadow: { wind: 0.25 },
  road: { wind: 0.4 },
  interior: { shimmer: 0.15 },
  tabletop: { shimmer: 0.2 },
  portrait: { shimmer: 0.3 },
  rooftops: { cityHum: 0.35, wind: 0.2 },
  garden: { ripples: 0.3, wind: 0.15 },
  'aerial-city': { cityHum: 0.5, wind: 0.5 },
  abstract: { shimmer: 0.9 },
};

const NATURE: readonly SceneId[] = ['lake', 'forest', 'desert', 'meadow', 'road', 'garden', 'rooftops'];

const SHELTERED: readonly SceneId[] = ['space', 'underwater', 'theatre', 'interior', 'tabletop', 'portrait'];

/** Weather is not heard in vacuum, below the surface or under a roof. */
function hasWeather(scene: SceneId): boolean {
  return !SHELTERED.includes(scene);
}

const WEATHER_LAYERS: Partial<Record<Weather, Partial<Record<LayerId, number>>>> = {
  rain: { rain: 0.8 },
  storm: { rain: 0.9, wind: 0.7, thunder: 0.9 },
  snow: { snowHush: 0.8 },
  wind: { wind: 0.9 },
  fog: { snowHush: 0.4 },
};

/** Birds by day and crickets after it, where and when they sing. */
function chooseAnimals(plan: Plan): Partial<Record<LayerId, number>> {
  const isWet = plan.weather === 'rain' || plan.weather === 'storm' || plan.weather === 'snow';
  if (!NATURE.includes(plan.scene) || isWet || plan.season === 'winter') return {};
  if (plan.timeOfDay === 'night' || plan.timeOfDay === 'dusk') return { crickets: 0.6 };
  return plan.scene === 'desert' ? {} : { birds: 0.7 };
}

/** Which layers a plan sounds of, with the gain of each (about 0 to 1). */
export function chooseLayers(plan: Plan): Partial<Record<LayerId, number>> {
  const place = SCENE_LAYERS[plan.scene];
  if (!hasWeather(plan.scene)) return place;
  return { ...place, ...WEATHER_LAYERS[plan.weather], ...chooseAnimals(plan) };
}

/** The sound of the plan's place, `length` samples long, at no particular level. */
export function playAmbience(plan: Plan, random: Random, length: number): Stereo {
  const bus = createStereo(length);
  for (const [id, gain] of Object.entries(chooseLayers(plan)) as [LayerId, number][]) {
    LAYERS[id](bus, random, gain);
  }
  return bus;
}
