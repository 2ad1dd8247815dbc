// Writes and plays a short piece for a mood. The seed chooses key, progression, pattern and small shifts of tempo;
// the mood chooses everything that a listener would name (major or minor, speed, instruments).
import type { Mood } from '../plan/plan.ts';
import { hertzOf, nearCenter, SCALES } from './harmony.ts';
import { addRoom, createStereo, pickOne, type Random, type Stereo } from './signal.ts';
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

interface Style {
  scales: readonly (keyof typeof SCALES)[];
  /** Chords as steps of the scale, 0 being the tonic. */
  progressions: readonly (readonly number[])[];
  beatsPerMinute: number;
  chordSeconds: number;
  /** Chord tones stacked in thirds: 3 is a plain triad, 4 adds the seventh. */
  chordTones: 3 | 4;
  /** MIDI note round which chords lie; 60 is middle C. */
  center: number;
  /** How fast partials fall off: 1 is bright brass, 2.4 a flute. */
  padFall: number;
  lead: 'pluck' | 'bell' | 'piano' | 'ostinato';
  /** Lead notes on every n-th half-beat. */
  leadEvery: number;
  leadGain: number;
  drums: 'none' | 'war' | 'soft' | 'pulse';
  room: { gain: number; seconds: number };
}

const STYLES: Record<Mood, Style> = {
  calm: {
    scales: ['major', 'lydian'],
    progressions: [
      [0, 4, 5, 3],
      [0, 2, 3, 4],
      [0, 5, 3, 4],
    ],
    beatsPerMinute: 68,
    chordSeconds: 2.4,
    chordTones: 3,
    center: 60,
    padFall: 1.9,
    lead: 'pluck',
    leadEvery: 2,
    leadGain: 0.5,
    drums: 'none',
    room: { gain: 0.2, seconds: 2.4 },
  },
  epic: {
    scales: ['minor', 'dorian'],
    progressions: [
      [0, 5, 2, 6],
      [0, 3, 5, 6],
      [5, 6, 0, 0],
    ],
    beatsPerMinute: 92,
    chordSeconds: 2,
    chordTones: 3,
    center: 57,
    padFall: 1.15,
    lead: 'ostinato',
    leadEvery: 1,
    leadGain: 0.3,
    drums: 'war',
    room: { gain: 0.2, seconds: 2.8 },
  },
  dark: {
    scales: ['phrygian', 'minor'],
    progressions: [
      [0, 1, 0, 6],
      [0, 5, 1, 0],
      [0, 3, 1, 0],
    ],
    beatsPerMinute: 58,
    chordSeconds: 3,
    chordTones: 3,
    center: 50,
    padFall: 1.6,
    lead: 'bell',
    leadEvery: 4,
    leadGain: 0.16,
    drums: 'none',
    room: { gain: 0.26, seconds: 4 },
  },
  happy: {
    scales: ['major'],
    progressions: [
      [0, 4, 5, 3],
      [0, 3, 4, 3],
      [0, 5, 1, 4],
    ],
    beatsPerMinute: 112,
    chordSeconds: 2.1,
    chordTones: 3,
    center: 62,
    padFall: 1.9,
    lead: 'pluck',
    leadEvery: 1,
    leadGain: 0.62,
    drums: 'soft',
    room: { gain: 0.12, seconds: 1.3 },
  },
  mysterious: {
    scales: ['dorian', 'harmonicMinor'],
    progressions: [
      [0, 3, 0, 1],
      [0, 5, 0, 3],
      [0, 1, 3, 0],
    ],
    beatsPerMinute: 64,
    chordSeconds: 2.7,
    chordTones: 4,
    center: 56,
    padFall: 2.1,
    lead: 'bell',
    leadEvery: 3,
    leadGain: 0.2,
    drums: 'none',
    room: { gain: 0.26, seconds: 3.4 },
  },
  romantic: {
    scales: ['major'],
    progressions: [
      [0, 5, 1, 4],
      [3, 4, 2, 5],
      [0, 2, 3, 4],
    ],
    beatsPerMinute: 74,
    chordSeconds: 2.4,
    chordTones: 4,
    center: 60,
    padFall: 2.1,
    lead: 'piano',
    leadEvery: 1,
    leadGain: 0.24,
    drums: 'none',
    room: { gain: 0.2, seconds: 2.2 },
  },
  tense: {
    scales: ['harmonicMinor', 'phrygian'],
    progressions: [
      [0, 0, 5, 4],
      [0, 1, 0, 4],
      [0, 5, 3, 4],
    ],
    beatsPerMinute: 118,
    chordSeconds: 2.1,
    chordTones: 3,
    center: 53,
    padFall: 1.5,
    lead: 'ostinato',
    leadEvery: 1,
    leadGain: 0.34,
    drums: 'pulse',
    room: { gain: 0.14, seconds: 1.8 },
  },
  dreamy: {
    scales: ['lydian', 'major'],
    progressions: [
      [0, 1, 0, 4],
      [3, 0, 4, 5],
      [0, 4, 1, 3],
    ],
    beatsPerMinute: 62,
    chordSeconds: 2.7,
    chordTones: 4,
    center: 62,
    padFall: 2.2,
    lead: 'bell',
    leadEvery: 1,
    leadGain: 0.15,
    drums: 'none',
    room: { gain: 0.3, seconds: 4.2 },
  },
};

const TABLE_PARTIALS = 18;
/** Orders in which a lead runs through the tones of a chord. */
const PATTERNS = [
  [0, 1, 2, 1],
  [0, 2, 1, 2],
  [0, 1, 2, 3, 2, 1],
  [2, 1, 0, 1],
  [0, 2, 3, 1],
];

interface Piece {
  style: Style;
  random: Random;
  durationSeconds: number;
  /** MIDI notes of each chord, low to high, with the root's own note first in `roots`. */
  chords: number[][];
  roots: number[];
  chordSeconds: number;
  halfBeatSeconds: number;
}

/** The chords come out even with the length of the video; with three or more the last one is the tonic, so that it ends. */
function writePiece(style: Style, random: Random, durationSeconds: number): Piece {
  const scale = SCALES[pickOne(random, style.scales)];
  const progression = pickOne(random, style.progressions);
  const tonic = style.center - 6 + Math.floor(random() * 12);
  const count = Math.max(1, Math.round(durationSeconds / style.chordSeconds));
  const degrees = Array.from({ length: count }, (_, at) =>
    count >= 3 && at === count - 1 ? 0 : progression[at % progression.length]!,
  );
  const pitchAt = (step: number) => tonic + scale[step % 7]! + 12 * Math.floor(step / 7);
  const chordSeconds = durationSeconds / count;
  const tempo = style.beatsPerMinute * (0.96 + random() * 0.08);
  const halfBeats = Math.max(2, Math.round((chordSeconds * tempo) / 60) * 2);
  return {
    style,
    random,
    durationSeconds,
    chords: degrees.map((degree) =>
      Array.from({ length: style.chordTones }, (_, tone) =>
        nearCenter(pitchAt(degree + tone * 2), style.center),
      ).sort((one, other) => one - other),
    ),
    roots: degrees.map((degree) => nearCenter(pitchAt(degree), 38)),
    chordSeconds,
    halfBeatSeconds: chordSeconds / halfBeats,
  };
}

function playPads(bus: Stereo, piece: Piece): void {
  const { style, chordSeconds } = piece;
  const tables = {
    dull: createWaveTable(TABLE_PARTIALS, style.padFall + 0.8),
    bright: createWaveTable(TABLE_PARTIALS, style.padFall),
  };
  for (const [at, chord] of piece.chords.entries()) {
    const startSeconds = Math.max(0, at * chordSeconds - 0.15);
    // Chords overlap, so that one melts into the next instead of leaving a hole.
    const lengthSeconds = chordSeconds + 0.7;
    for (const [voice, midi] of chord.entries()) {
      const pan = chord.length === 1 ? 0 : (voice / (chord.length - 1)) * 1.1 - 0.55;
      addPad(bus, { startSeconds, lengthSeconds, hertz: hertzOf(midi), gain: 0.2, pan }, tables);
    }
    addBass(bus, { startSeconds, lengthSeconds, hertz: hertzOf(piece.roots[at]!), gain: 0.11, pan: 0 });
  }
}

function playLeadNote(bus: Stereo, { style, random }: Piece, note: Note): void {
  switch (style.lead) {
    case 'bell':
      addBell(bus, { ...note, lengthSeconds: 2.6 }, 3.5);
      break;
    case 'piano':
      addBell(bus, { ...note, lengthSeconds: 1.8 }, 1);
      break;
    case 'ostinato':
      addPluck(bus, { ...note, lengthSeconds: 0.55 }, random);
      break;
    case 'pluck':
      addPluck(bus, note, random);
  }
}

function playLead(bus: Stereo, piece: Piece): void {
  const { style, random, halfBeatSeconds } = piece;
  const pattern = pickOne(random, PATTERNS);
  const steps = Math.floor(piece.durationSeconds / halfBeatSeconds);
  for (let step = 0; step < steps; step += style.leadEvery) {
    const at = Math.min(
      piece.chords.length - 1,
      Math.floor((step * halfBeatSeconds) / piece.chordSeconds + 1e-6),
    );
    const chord = piece.chords[at]!;
    const turn = Math.floor(step / style.leadEvery);
    const tone = pattern[turn % pattern.length]!;
    const octave = tone >= chord.length ? 24 : 12;
    const accent = step % 4 === 0 ? 1 : 0.72 + random() * 0.12;
    playLeadNote(bus, piece, {
      startSeconds: step * halfBeatSeconds + random() * 0.012,
      lengthSeconds: 1.6,
      hertz: hertzOf(chord[tone % chord.length]! + (style.lead === 'ostinato' ? 0 : octave)),
      gain: style.leadGain * accent,
      pan: Math.sin(turn * 2.4) * 0.55,
    });
  }
}

/** What is struck on one half-beat of a bar of eight. */
interface Strike {
  kind: 'drum' | 'shaker';
  lengthSeconds: number;
  hertz: number;
  gain: number;
  pan: number;
}

const DRUM_BARS: Record<Style['drums'], (inBar: number) => Strike[]> = {
  none: () => [],
  war: (inBar) =>
    inBar % 3 === 0
      ? [{ kind: 'drum', lengthSeconds: 0.9, hertz: 52, gain: 0.55, pan: 0 }]
      : [{ kind: 'drum', lengthSeconds: 0.3, hertz: 96, gain: 0.14, pan: inBar % 2 === 1 ? 0.4 : -0.4 }],
  soft: (inBar) => {
    const shaker: Strike = {
      kind: 'shaker',
      lengthSeconds: 0.09,
      hertz: 6_800,
      gain: inBar % 2 === 1 ? 0.34 : 0.16,
      pan: 0.25,
    };
    return inBar % 4 === 0
      ? [{ kind: 'drum', lengthSeconds: 0.3, hertz: 58, gain: 0.36, pan: 0 }, shaker]
      : [shaker];
  },
  pulse: (inBar) => {
    const tick: Strike = {
      kind: 'shaker',
      lengthSeconds: 0.03,
      hertz: 3_900,
      gain: 0.3,
      pan: inBar % 2 === 1 ? 0.5 : -0.5,
    };
    const beat: Strike = {
      kind: 'drum',
      lengthSeconds: 0.35,
      hertz: 46,
      gain: inBar === 0 ? 0.5 : 0.32,
      pan: 0,
    };
    return inBar <= 1 ? [beat, tick] : [tick];
  },
};

function playDrums(bus: Stereo, piece: Piece): void {
  const steps = Math.floor(piece.durationSeconds / piece.halfBeatSeconds);
  for (let step = 0; step < steps; step += 1) {
    for (const { kind, ...strike } of DRUM_BARS[piece.style.drums](step % 8)) {
      const note = { ...strike, startSeconds: step * piece.halfBeatSeconds };
      if (kind === 'drum') addDrum(bus, note, piece.random);
      else addShaker(bus, note, piece.random);
    }
  }
}

/** A piece of music for the mood, `length` samples long, at no particular level. */
export function playMusic(
  mood: Mood,
  random: Random,
  { length, durationSeconds }: { length: number; durationSeconds: number },
): Stereo {
  const style = STYLES[mood];
  const piece = writePiece(style, random, durationSeconds);
  const wet = createStereo(length);
  playPads(wet, piece);
  playLead(wet, piece);
  const music = createStereo(length);
  music.left.set(wet.left);
  music.right.set(wet.right);
  addRoom(music, wet, style.room);
  playDrums(music, piece);
  return music;
}
