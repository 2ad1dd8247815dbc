// Writes and plays a piece of music: a motif that returns and changes, over chords, bass and drums, in parts that begin
// thin, grow and end on the tonic. The words choose genre, key and tempo (genres.ts), the seed the notes. A voice may sing
// the melody with the syllables of a text.
import { readSyllables } from '../voice/phones.ts';
import { type Sung, sound, VOICE_RATE } from '../voice/speak.ts';
import type { Voice } from '../voice/voices.ts';
import type { DrumBars, Genre, MusicAsk } from './genres.ts';
import { hertzOf, nearCenter, SCALES } from './harmony.ts';
import { addRoom, createStereo, pickOne, type Random, SAMPLE_RATE, type Stereo } from './signal.ts';
import {
  addBass,
  addBell,
  addDrum,
  addPad,
  addPluck,
  addShaker,
  createWaveTable,
  type Note,
} from './voices.ts';

const TABLE_PARTIALS = 18;
const CHORD_CENTER = 57;
const LEAD_CENTER = 69;
const BASS_CENTER = 38;

export interface SongRequest {
  ask: MusicAsk;
  random: Random;
  durationSeconds: number;
  /** What is sung, and who sings; without either the melody is played. */
  lyrics?: { text: string; voice: Voice; seed: number };
}

/** A bar of the piece. */
interface Bar {
  startSeconds: number;
  /** Step of the scale on which its chord stands. */
  degree: number;
  /** 0 to 1: how much of the band plays. */
  energy: number;
  isLast: boolean;
  /** The end of a part, before which the drums do something else. */
  isTurn: boolean;
}

interface Piece extends Pick<SongRequest, 'ask' | 'random' | 'durationSeconds'> {
  bars: Bar[];
  barSeconds: number;
  /** Of sixteen in a bar of four beats. */
  stepSeconds: number;
  steps: number;
  /** MIDI note of a step of the scale, counted from the tonic in its lowest place. */
  pitchAt: (step: number) => number;
}

const PART_BARS = 4;
/** A bar with less energy has chords alone. */
const THIN = 0.4;
/** Energy of the parts, one after the other and again: a verse, a fuller one, the chorus, a breath. */
const ENERGIES = [0.55, 0.75, 1, 0.6];

/** Bars come out even with the length asked for, so that the tempo moves by a few hundredths. */
function writeBars({ ask, random, durationSeconds }: SongRequest): Piece {
  const { genre, beatsPerMinute, scale, tonic } = ask;
  const count = Math.max(1, Math.round((durationSeconds * beatsPerMinute) / 60 / genre.beatsInBar));
  const barSeconds = durationSeconds / count;
  const verse = pickOne(random, genre.progressions);
  const chorus = pickOne(random, genre.progressions);
  const steps = SCALES[scale];
  const bars = Array.from({ length: count }, (_, at): Bar => {
    const part = Math.floor(at / PART_BARS);
    const isLast = at === count - 1 && count > 1;
    const chords = part % ENERGIES.length === 2 ? chorus : verse;
    const isOpening = at === 0 && count > PART_BARS * 2;
    return {
      startSeconds: at * barSeconds,
      degree: isLast ? 0 : chords[at % chords.length]!,
      energy: isOpening ? 0.3 : isLast ? 0.35 : ENERGIES[part % ENERGIES.length]!,
      isLast,
      isTurn: at % PART_BARS === PART_BARS - 1,
    };
  });
  const stepsInBar = genre.beatsInBar * 4;
  return {
    ask,
    random,
    durationSeconds,
    bars,
    barSeconds,
    steps: stepsInBar,
    stepSeconds: barSeconds / stepsInBar,
    pitchAt: (step) => tonic + steps[((step % 7) + 7) % 7]! + 12 * Math.floor(step / 7),
  };
}

function chordOf({ pitchAt, ask }: Piece, degree: number): number[] {
  return Array.from({ length: ask.genre.chordTones }, (_, tone) =>
    nearCenter(pitchAt(degree + tone * 2), CHORD_CENTER),
  ).sort((one, other) => one - other);
}

/** When a step of a bar sounds: every second sixteenth is late where the music swings. */
function timeOf({ stepSeconds, ask }: Piece, bar: Bar, step: number): number {
  const late = step % 2 === 1 ? ask.genre.swing * stepSeconds : 0;
  return bar.startSeconds + step * stepSeconds + late;
}

function playChords(bus: Stereo, piece: Piece): void {
  const { genre } = piece.ask;
  const tables = {
    dull: createWaveTable(TABLE_PARTIALS, genre.fall + 0.8),
    bright: createWaveTable(TABLE_PARTIALS, genre.fall),
  };
  for (const bar of piece.bars) {
    const chord = chordOf(piece, bar.degree);
    const hasPads = genre.chords === 'pad' || bar.isLast;
    if (hasPads) {
      for (const [voice, midi] of chord.entries()) {
        const pan = (voice / (chord.length - 1)) * 1.1 - 0.55;
        const lengthSeconds = piece.barSeconds + Math.min(0.6, piece.barSeconds * 0.3);
        const startSeconds = Math.max(0, bar.startSeconds - 0.08);
        const gain = 0.1 + 0.08 * bar.energy;
        addPad(bus, { startSeconds, lengthSeconds, hertz: hertzOf(midi), gain, pan }, tables);
      }
    } else strumBar(bus, piece, { bar, chord });
  }
}

/** Broken chords in eighths, thicker where the part is fuller. */
function strumBar(bus: Stereo, piece: Piece, { bar, chord }: { bar: Bar; chord: number[] }): void {
  const gap = bar.energy > 0.5 ? 2 : 4;
  for (let step = 0; step < piece.steps; step += gap) {
    const turn = step / 2;
    const tones = step === 0 ? chord : [chord[turn % chord.length]!];
    for (const [place, midi] of tones.entries()) {
      playString(bus, piece, {
        // A hand does not strike all strings at once.
        startSeconds: timeOf(piece, bar, step) + place * 0.014,
        lengthSeconds: 1.2,
        hertz: hertzOf(midi),
        gain: (step === 0 ? 0.2 : 0.16) * (0.7 + 0.3 * bar.energy),
        pan: Math.sin(turn * 1.7 + place) * 0.5,
      });
    }
  }
}

function playString(bus: Stereo, { ask, random }: Piece, note: Note): void {
  if (ask.genre.chords === 'piano') addBell(bus, note, 1);
  else addPluck(bus, { ...note, gain: note.gain * 1.6 }, random);
}

/** Steps of a bar on which the bass plays, with the step of the scale above the root. */
function bassLine(style: Genre['bass'], steps: number): [step: number, above: number][] {
  const every = (gap: number, from = 0) =>
    Array.from({ length: Math.ceil((steps - from) / gap) }, (_, at): [number, number] => [
      from + at * gap,
      0,
    ]);
  switch (style) {
    case 'none':
      return [];
    case 'roots':
      return every(8);
    case 'eighths':
      return every(2);
    case 'offbeats':
      return every(4, 2);
    case 'walking':
      return every(4).map(([step], at) => [step, [0, 2, 4, 6][at % 4]!]);
  }
}

function playBass(bus: Stereo, piece: Piece): void {
  const line = bassLine(piece.ask.genre.bass, piece.steps);
  for (const bar of piece.bars) {
    if (bar.energy < THIN && !bar.isLast) continue;
    const notes: [number, number][] = bar.isLast ? [[0, 0]] : line;
    for (const [at, [step, above]] of notes.entries()) {
      const next = notes[at + 1]?.[0] ?? piece.steps;
      addBass(bus, {
        startSeconds: timeOf(piece, bar, step),
        lengthSeconds: (next - step) * piece.stepSeconds * 0.94,
        hertz: hertzOf(nearCenter(piece.pitchAt(bar.degree + above), BASS_CENTER)),
        gain: 0.2,
        pan: 0,
      });
    }
  }
}

/** How hard a mark of a drum bar is. */
function hardnessOf(mark: string | undefined): number {
  return mark === 'x' ? 1 : mark === 'o' ? 0.5 : 0;
}

/** How hard each drum is struck at a step of a bar. */
function strikesOf(drums: DrumBars, bar: Bar, { step, steps }: { step: number; steps: number }) {
  // Before a new part the snare runs.
  const isFill = bar.isTurn && step >= steps - 4 && bar.energy > 0.7;
  return {
    kick: hardnessOf(drums.kick[step]),
    snare: isFill ? 0.4 + 0.15 * (step % 4) : hardnessOf(drums.snare[step]),
    hat: bar.energy > 0.5 ? hardnessOf(drums.hat[step]) : 0,
  };
}

function playDrums(bus: Stereo, piece: Piece): void {
  const { drums } = piece.ask.genre;
  if (!drums) return;
  for (const bar of piece.bars.filter(({ energy }) => energy >= THIN)) {
    for (let step = 0; step < piece.steps; step += 1) {
      strike(bus, piece, {
        at: timeOf(piece, bar, step),
        ...strikesOf(drums, bar, { step, steps: piece.steps }),
      });
    }
  }
}

function strike(
  bus: Stereo,
  { random }: Piece,
  { at, kick, snare, hat }: { at: number; kick: number; snare: number; hat: number },
): void {
  const note = { startSeconds: at, pan: 0 };
  if (kick > 0) addDrum(bus, { ...note, lengthSeconds: 0.28, hertz: 50, gain: 0.5 * kick }, random);
  if (snare > 0) {
    addShaker(bus, { ...note, lengthSeconds: 0.16, hertz: 1_900, gain: 0.5 * snare }, random);
    addDrum(bus, { ...note, lengthSeconds: 0.11, hertz: 185, gain: 0.16 * snare }, random);
  }
  if (hat > 0)
    addShaker(bus, { ...note, lengthSeconds: 0.045, hertz: 8_200, gain: 0.2 * hat, pan: 0.3 }, random);
}

/** A note of the melody: a step of its bar, and a step of the scale above the chord's root. */
interface Tone {
  step: number;
  length: number;
  above: number;
}

/** Two bars that a listener can remember: mostly steps, some leaps to a tone of the chord, and a rest at the end. */
function writeMotif({ random, ask, steps }: Piece): Tone[][] {
  const places = Array.from({ length: steps / 2 }, (_, at) => at * 2);
  let above = pickOne(random, [0, 2, 4]);
  return [0, 1].map((barAt) => {
    const chosen = places.filter((place) => place === 0 || random() < ask.genre.busy / (steps / 2));
    const kept = barAt === 1 ? chosen.filter((place) => place < steps - 4) : chosen;
    return kept.map((step, at) => {
      const next = kept[at + 1] ?? steps;
      // On a beat a tone of the chord, between beats a neighbour.
      above = step % 4 === 0 ? pickOne(random, [0, 2, 4, 2]) : above + pickOne(random, [-1, 1, 1, -1, 2]);
      above = Math.max(-2, Math.min(7, above));
      return { step, length: next - step, above };
    });
  });
}

interface MelodyNote {
  startSeconds: number;
  lengthSeconds: number;
  midi: number;
  gain: number;
}

function writeMelody(piece: Piece): MelodyNote[] {
  const motif = writeMotif(piece);
  const answer = writeMotif(piece);
  return piece.bars.flatMap((bar, at) => {
    if (bar.energy < THIN && !bar.isLast) return [];
    const inPart = at % PART_BARS;
    // The motif twice, its answer, and the motif to close: the oldest form of a song.
    const tones: Tone[] = bar.isLast
      ? [{ step: 0, length: piece.steps, above: 0 }]
      : (inPart === 2 ? answer : motif)[at % 2]!;
    return tones.map(({ step, length, above }) => ({
      startSeconds: timeOf(piece, bar, step),
      lengthSeconds: length * piece.stepSeconds,
      midi: nearCenter(piece.pitchAt(bar.degree), LEAD_CENTER) + riseOf(piece, bar.degree, above),
      gain: (step % 4 === 0 ? 1 : 0.8) * (0.75 + 0.25 * bar.energy),
    }));
  });
}

function riseOf({ pitchAt }: Piece, degree: number, above: number): number {
  return pitchAt(degree + above) - pitchAt(degree);
}

function playMelody(bus: Stereo, piece: Piece, melody: readonly MelodyNote[]): void {
  const { lead, fall } = piece.ask.genre;
  const wave = createWaveTable(TABLE_PARTIALS, fall);
  const tables = { dull: createWaveTable(TABLE_PARTIALS, fall + 0.5), bright: wave };
  for (const [at, { startSeconds, lengthSeconds, midi, gain }] of melody.entries()) {
    const note: Note = {
      startSeconds,
      lengthSeconds: Math.max(0.25, lengthSeconds),
      hertz: hertzOf(midi),
      gain,
      pan: Math.sin(at * 0.9) * 0.25,
    };
    switch (lead) {
      case 'bell':
        addBell(bus, { ...note, lengthSeconds: note.lengthSeconds + 1.2, gain: gain * 0.2 }, 3.5);
        break;
      case 'piano':
        addBell(bus, { ...note, lengthSeconds: note.lengthSeconds + 0.9, gain: gain * 0.3 }, 1);
        break;
      case 'pluck':
        addPluck(bus, { ...note, lengthSeconds: note.lengthSeconds + 0.4, gain: gain * 0.6 }, piece.random);
        break;
      case 'wave':
        addPad(bus, { ...note, lengthSeconds: note.lengthSeconds + 0.12, gain: gain * 0.2 }, tables);
    }
  }
}

/** Consonants of a sung syllable take no more of its note than this. */
const CONSONANTS_PART = 0.4;
const REST: Sung = {
  phone: { kind: 'pause', formants: [0, 0, 0], isVoiced: false, seconds: 0, stress: 1 },
  seconds: 0,
  hertz: 0,
};

/** The syllables of a text on the notes of a melody, from the beginning again when they are over. */
function putOnNotes(melody: readonly MelodyNote[], text: string, voice: Voice): Sung[] {
  const syllables = readSyllables(text);
  const sung: Sung[] = [];
  let atSeconds = 0;
  for (const [at, { startSeconds, lengthSeconds, midi }] of melody.entries()) {
    const gap = startSeconds - atSeconds;
    if (gap > 0) sung.push({ ...REST, seconds: gap, hertz: hertzOf(midi) });
    const syllable = syllables[at % syllables.length]!;
    // In the octave of the voice.
    const hertz = hertzOf(nearCenter(midi, 69 + 12 * Math.log2((voice.hertz * 1.35) / 440)));
    const vowels = syllable.filter(({ kind }) => kind === 'vowel').length;
    const spoken = syllable.reduce((sum, { kind, seconds }) => (kind === 'vowel' ? sum : sum + seconds), 0);
    const consonants = Math.min(spoken, lengthSeconds * CONSONANTS_PART);
    for (const phone of syllable) {
      const seconds =
        phone.kind === 'vowel'
          ? (lengthSeconds - consonants) / Math.max(1, vowels)
          : (phone.seconds / Math.max(spoken, 1e-6)) * consonants;
      sung.push({ phone, seconds, hertz });
    }
    atSeconds = startSeconds + lengthSeconds;
  }
  return sung;
}

/** Adds samples of the voice's rate, which is half of that of music, in the middle. */
function addVoice(bus: Stereo, samples: Float32Array, gain: number): void {
  const step = VOICE_RATE / SAMPLE_RATE;
  const end = Math.min(bus.left.length, Math.floor((samples.length - 1) / step));
  for (let at = 0; at < end; at += 1) {
    const place = at * step;
    const index = place | 0;
    const value = gain * (samples[index]! + (samples[index + 1]! - samples[index]!) * (place - index));
    bus.left[at]! += value;
    bus.right[at]! += value;
  }
}

/** A piece of music, `durationSeconds` long, at no particular level; and the tempo that it came to. */
export function playSong(request: SongRequest): { music: Stereo; beatsPerMinute: number } {
  const { ask, durationSeconds, lyrics } = request;
  const length = Math.max(1, Math.round(durationSeconds * SAMPLE_RATE));
  const piece = writeBars(request);
  const wet = createStereo(length);
  playChords(wet, piece);
  const melody = writeMelody(piece);
  if (lyrics && readSyllables(lyrics.text).length > 0) {
    const sung = putOnNotes(melody, lyrics.text, lyrics.voice);
    addVoice(wet, sound(sung, lyrics.voice, lyrics.seed), 1.1);
  } else playMelody(wet, piece, melody);
  const music = createStereo(length);
  music.left.set(wet.left);
  music.right.set(wet.right);
  addRoom(music, wet, ask.genre.room);
  playBass(music, piece);
  playDrums(music, piece);
  return { music, beatsPerMinute: (60 * ask.genre.beatsInBar) / piece.barSeconds };
}
