// Single events over the ambience: the rush of a moving camera, and what the subjects of a prompt are heard to do.
import type { Plan, SubjectKind } from '../plan/plan.ts';
import { addPassing } from './ambience.ts';
import {
  createLowPass,
  createNoise,
  createStereo,
  panGains,
  type Random,
  SAMPLE_RATE,
  type Stereo,
} from './signal.ts';
import { addDrum, addShaker } from './voices.ts';

type Effect = (bus: Stereo, random: Random) => void;

function secondsOf(bus: Stereo): number {
  return bus.left.length / SAMPLE_RATE;
}

function addTraffic(bus: Stereo, random: Random): void {
  addPassing(bus, random, {
    atSeconds: secondsOf(bus) * (0.15 + random() * 0.3),
    lengthSeconds: 2.4,
    gain: 1.6,
  });
}

/** Wheels on rail joints: two quick beats, again and again. */
function addRails(bus: Stereo, random: Random): void {
  addPassing(bus, random, { atSeconds: 0, lengthSeconds: secondsOf(bus), gain: 0.9 });
  for (let time = 0.3; time < secondsOf(bus); time += 0.62) {
    for (const offset of [0, 0.13]) {
      addDrum(
        bus,
        { startSeconds: time + offset, lengthSeconds: 0.16, hertz: 88, gain: 0.34, pan: 0.1 },
        random,
      );
    }
  }
}

/** An engine's roar that grows and goes: rockets, and the breath of dragons. */
function addRoar(bus: Stereo, random: Random): void {
  const noise = createNoise(random);
  const low = createLowPass(190);
  const gains = panGains(0);
  const length = bus.left.length;
  for (let index = 0; index < length; index += 1) {
    const part = index / length;
    const level = Math.sin(Math.PI * Math.sqrt(part)) ** 2 * (0.85 + 0.15 * Math.sin(index / 1_700));
    const value = low(noise()) * level * 4;
    bus.left[index]! += value * gains[0];
    bus.right[index]! += value * gains[1];
  }
}

/** A call that bends slowly up and down, with an octave above it. */
function addWhaleCall(bus: Stereo, random: Random): void {
  const from = Math.floor(secondsOf(bus) * 0.15 * SAMPLE_RATE);
  const length = Math.min(bus.left.length - from, Math.floor((2.2 + random()) * SAMPLE_RATE));
  const hertz = 150 + random() * 60;
  const gains = panGains(random() - 0.5);
  let phase = 0;
  for (let age = 0; age < length; age += 1) {
    const part = age / length;
    const bend = 1 + 0.55 * Math.sin(Math.PI * part) + 0.03 * Math.sin(age / 1_300);
    phase += (hertz * bend * Math.PI * 2) / SAMPLE_RATE;
    const value = (Math.sin(phase) + 0.3 * Math.sin(phase * 2)) * Math.sin(Math.PI * part) ** 1.5 * 0.3;
    bus.left[from + age]! += value * gains[0];
    bus.right[from + age]! += value * gains[1];
  }
}

/** A gallop: three beats and a rest. */
function addHooves(bus: Stereo, random: Random): void {
  for (let time = 0.2; time < secondsOf(bus); time += 0.56) {
    for (const [offset, hertz] of [
      [0, 128],
      [0.11, 142],
      [0.22, 112],
    ] as const) {
      addDrum(bus, { startSeconds: time + offset, lengthSeconds: 0.09, hertz, gain: 0.3, pan: 0.2 }, random);
    }
  }
}

function addFootsteps(bus: Stereo, random: Random): void {
  for (let time = 0.35; time < secondsOf(bus); time += 0.58) {
    const pan = random() * 0.3 - 0.15;
    addShaker(bus, { startSeconds: time, lengthSeconds: 0.07, hertz: 900, gain: 0.4, pan }, random);
    addDrum(bus, { startSeconds: time, lengthSeconds: 0.07, hertz: 80, gain: 0.16, pan }, random);
  }
}

/** Wings or fins: soft beats of air. */
function addFlutter(bus: Stereo, random: Random): void {
  for (let time = 0.3; time < secondsOf(bus); time += 0.34 + random() * 0.08) {
    addShaker(
      bus,
      { startSeconds: time, lengthSeconds: 0.14, hertz: 620, gain: 0.3, pan: Math.sin(time) * 0.5 },
      random,
    );
  }
}

const SUBJECT_EFFECTS: Partial<Record<SubjectKind, Effect>> = {
  car: addTraffic,
  train: addRails,
  rocket: addRoar,
  dragon: addRoar,
  whale: addWhaleCall,
  horse: addHooves,
  person: addFootsteps,
  crowd: addFootsteps,
  bird: addFlutter,
  butterfly: addFlutter,
};

/** Vacuum and water carry neither steps nor wheels. */
function isHeardIn(plan: Plan, kind: SubjectKind): boolean {
  if (plan.scene === 'space') return kind === 'rocket';
  if (plan.scene === 'underwater') return kind === 'whale';
  return true;
}

/** Effects for the plan's camera and its first two subjects that make a sound, at no particular level. */
export function playEffects(plan: Plan, random: Random, length: number): Stereo {
  const bus = createStereo(length);
  if (plan.camera !== 'still' && plan.scene !== 'space' && plan.scene !== 'underwater') {
    addPassing(bus, random, { atSeconds: 0, lengthSeconds: Math.min(2.2, secondsOf(bus)), gain: 0.5 });
  }
  const heard = plan.subjects.filter(
    ({ kind }) => isHeardIn(plan, kind) && SUBJECT_EFFECTS[kind] !== undefined,
  );
  const effects = new Set(heard.slice(0, 2).map(({ kind }) => SUBJECT_EFFECTS[kind]!));
  for (const effect of effects) effect(bus, random);
  return bus;
}
