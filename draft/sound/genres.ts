// What kind of music the words of a prompt ask for: genre, key, tempo. English words alone are known here; the mood of
// other languages comes from the plan of the prompt.
import type { UnderstoodWord } from '../job.ts';
import type { Mood } from '../plan/plan.ts';
import type { SCALES } from './harmony.ts';
import { pickOne, type Random } from './signal.ts';

/** Sixteen places of a bar, `x` for a strike and `o` for a soft one. */
export interface DrumBars {
  kick: string;
  snare: string;
  hat: string;
}

export interface Genre {
  beatsPerMinute: number;
  beatsInBar: 3 | 4;
  mode: 'major' | 'minor';
  /** Chords as steps of the scale, a bar each; the verse, then the chorus. */
  progressions: readonly (readonly number[])[];
  chordTones: 3 | 4;
  /** Strikes of a bar; undefined for music without drums. */
  drums?: DrumBars;
  bass: 'roots' | 'eighths' | 'walking' | 'offbeats' | 'none';
  /** What plays the chords, and what the melody. */
  chords: 'pad' | 'plucks' | 'piano';
  lead: 'pluck' | 'bell' | 'piano' | 'wave';
  /** How fast the partials of pads and waves fall off. */
  fall: number;
  /** How late every second sixteenth is, as a part of it. */
  swing: number;
  /** How many of eight places of a bar the melody fills. */
  busy: number;
  room: { gain: number; seconds: number };
}

const FOUR_CHORDS = [
  [0, 4, 5, 3],
  [5, 3, 0, 4],
  [0, 5, 3, 4],
];
const DARK_CHORDS = [
  [0, 5, 2, 6],
  [0, 3, 5, 4],
  [0, 6, 5, 4],
];

const POP: Genre = {
  beatsPerMinute: 112,
  beatsInBar: 4,
  mode: 'major',
  progressions: FOUR_CHORDS,
  chordTones: 3,
  drums: { kick: 'x.......x.x.....', snare: '....x.......x...', hat: 'x.o.x.o.x.o.x.oo' },
  bass: 'eighths',
  chords: 'plucks',
  lead: 'bell',
  fall: 1.7,
  swing: 0,
  busy: 5,
  room: { gain: 0.13, seconds: 1.4 },
};

const AMBIENT: Genre = {
  ...POP,
  beatsPerMinute: 66,
  progressions: [
    [0, 3, 0, 4],
    [3, 0, 5, 4],
  ],
  chordTones: 4,
  drums: undefined,
  bass: 'roots',
  chords: 'pad',
  lead: 'bell',
  fall: 2.1,
  busy: 2,
  room: { gain: 0.3, seconds: 4 },
};

/** By a word for each; the first that a prompt has counts. */
const GENRES: readonly { name: string; words: RegExp; genre: Genre }[] = [
  {
    name: 'lo-fi',
    words: /lo-?fi|chill ?hop|study beats/,
    genre: {
      ...POP,
      beatsPerMinute: 78,
      mode: 'minor',
      progressions: [
        [3, 6, 0, 5],
        [0, 3, 5, 4],
      ],
      chordTones: 4,
      drums: { kick: 'x......x..x.....', snare: '....x.......x...', hat: 'o.x.o.x.o.x.o.x.' },
      bass: 'roots',
      chords: 'piano',
      lead: 'piano',
      fall: 2.2,
      swing: 0.28,
      busy: 3,
    },
  },
  {
    name: 'electronic',
    words: /techno|house|edm|dance|electro|trance|club|dubstep|drum and bass|dnb|rave/,
    genre: {
      ...POP,
      beatsPerMinute: 126,
      mode: 'minor',
      progressions: DARK_CHORDS,
      drums: { kick: 'x...x...x...x...', snare: '....x.......x...', hat: '..x...x...x...xo' },
      bass: 'offbeats',
      chords: 'pad',
      lead: 'wave',
      fall: 1.2,
      busy: 6,
    },
  },
  {
    name: 'synthwave',
    words: /synth ?wave|retro ?wave|80s|eighties|outrun|synth/,
    genre: {
      ...POP,
      beatsPerMinute: 98,
      mode: 'minor',
      progressions: DARK_CHORDS,
      drums: { kick: 'x...x...x...x...', snare: '....x.......x...', hat: 'x.x.x.x.x.x.x.x.' },
      bass: 'eighths',
      chords: 'pad',
      lead: 'wave',
      fall: 1.25,
      busy: 4,
      room: { gain: 0.2, seconds: 2.2 },
    },
  },
  {
    name: 'hip hop',
    words: /hip ?-?hop|trap|\brap\b|drill|boom bap/,
    genre: {
      ...POP,
      beatsPerMinute: 86,
      mode: 'minor',
      progressions: [
        [0, 0, 5, 4],
        [0, 5, 0, 6],
      ],
      drums: { kick: 'x..x......x..x..', snare: '....x.......x...', hat: 'xoxoxxxoxoxoxxoo' },
      bass: 'roots',
      chords: 'piano',
      lead: 'bell',
      swing: 0.12,
      busy: 3,
    },
  },
  {
    name: 'rock',
    words: /rock|metal|punk|grunge|guitar solo/,
    genre: {
      ...POP,
      beatsPerMinute: 132,
      mode: 'minor',
      progressions: DARK_CHORDS,
      drums: { kick: 'x..x..x.x..x....', snare: '....x.......x...', hat: 'x.x.x.x.x.x.x.x.' },
      chords: 'plucks',
      lead: 'wave',
      fall: 1.05,
      busy: 5,
    },
  },
  {
    name: 'jazz',
    words: /jazz|swing|blues|bossa|soul|funk|disco/,
    genre: {
      ...POP,
      beatsPerMinute: 118,
      progressions: [
        [1, 4, 0, 5],
        [0, 5, 1, 4],
      ],
      chordTones: 4,
      drums: { kick: 'o.......o.......', snare: '....o.....o.o...', hat: 'x...x.o.x...x.o.' },
      bass: 'walking',
      chords: 'piano',
      lead: 'piano',
      swing: 0.34,
      busy: 5,
    },
  },
  {
    name: 'cinematic',
    words: /cinematic|epic|trailer|orchestr|film score|soundtrack|heroic|battle/,
    genre: {
      ...POP,
      beatsPerMinute: 88,
      mode: 'minor',
      progressions: DARK_CHORDS,
      drums: { kick: 'x.....x.x.......', snare: '............o.o.', hat: '................' },
      bass: 'roots',
      chords: 'pad',
      lead: 'pluck',
      fall: 1.15,
      busy: 4,
      room: { gain: 0.24, seconds: 3 },
    },
  },
  {
    name: 'waltz',
    words: /waltz|3\/4|ballroom|carousel/,
    genre: {
      ...POP,
      beatsPerMinute: 138,
      beatsInBar: 3,
      drums: undefined,
      bass: 'roots',
      chords: 'plucks',
      lead: 'piano',
      busy: 4,
      room: { gain: 0.18, seconds: 2 },
    },
  },
  {
    name: 'ambient',
    words: /ambient|drone|meditat|spa|sleep|relax|atmospher|soundscape/,
    genre: AMBIENT,
  },
  {
    name: 'piano',
    words: /piano|classical|nocturne|sonata|ballad|lullaby/,
    genre: {
      ...AMBIENT,
      beatsPerMinute: 76,
      progressions: FOUR_CHORDS,
      chords: 'piano',
      lead: 'piano',
      busy: 5,
      room: { gain: 0.2, seconds: 2.4 },
    },
  },
  {
    name: 'folk',
    words: /folk|acoustic|country|guitar|campfire|ukulele|celtic|indie/,
    genre: {
      ...POP,
      beatsPerMinute: 104,
      drums: { kick: 'x.......x.......', snare: '................', hat: 'o.x.o.x.o.x.o.x.' },
      bass: 'roots',
      lead: 'pluck',
      busy: 5,
    },
  },
  {
    name: 'chiptune',
    words: /chip ?tune|8 ?-?bit|video ?game|arcade/,
    genre: { ...POP, beatsPerMinute: 140, chords: 'plucks', lead: 'wave', fall: 1, busy: 7 },
  },
  { name: 'pop', words: /\bpop\b|upbeat|jingle|happy|summer|party/, genre: POP },
];

/** Where no genre is named. */
const OF_MOODS: Readonly<Record<Mood, string>> = {
  calm: 'ambient',
  dreamy: 'ambient',
  mysterious: 'ambient',
  dark: 'cinematic',
  epic: 'cinematic',
  tense: 'cinematic',
  romantic: 'piano',
  happy: 'pop',
};
const MINOR_MOODS: readonly Mood[] = ['dark', 'tense', 'epic', 'mysterious'];

const NOTES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'] as const;
const FLATS: Readonly<Record<string, string>> = { Db: 'C#', Eb: 'D#', Gb: 'F#', Ab: 'G#', Bb: 'A#' };
const KEY = /\b(?:in|key of)\s+([a-g])\s*(#|b|sharp|flat)?[\s-]*(major|minor|maj|min)\b/i;
const TEMPO = /\b(\d{2,3})\s*bpm\b/i;
const BPM_MIN = 50;
const BPM_MAX = 190;

/** What is going to be played. */
export interface MusicAsk {
  genre: Genre;
  scale: keyof typeof SCALES;
  /** 0 is C. */
  tonic: number;
  /** `A minor`. */
  key: string;
  beatsPerMinute: number;
  understood: UnderstoodWord[];
}

function readKey(prompt: string): { note: number; mode: 'major' | 'minor'; word: string } | undefined {
  const [word, letter, sign = '', mode] = KEY.exec(prompt) ?? [];
  if (word === undefined || letter === undefined || mode === undefined) return undefined;
  const isSharp = /^(#|sharp)$/i.test(sign);
  const isFlat = /^(b|flat)$/i.test(sign);
  const name = `${letter.toUpperCase()}${isSharp ? '#' : isFlat ? 'b' : ''}`;
  const note = NOTES.indexOf((FLATS[name] ?? name) as (typeof NOTES)[number]);
  return note < 0 ? undefined : { note, mode: /^min/i.test(mode) ? 'minor' : 'major', word: word.trim() };
}

function findMode(words: string, mood: Mood, usual: 'major' | 'minor'): 'major' | 'minor' {
  if (/sad|melanchol|dark|gloom|lonely|tragic|nostalg|haunt|sinister|minor/.test(words)) return 'minor';
  if (/happy|joy|cheer|bright|uplift|sunny|playful|major/.test(words)) return 'major';
  return MINOR_MOODS.includes(mood) ? 'minor' : usual;
}

/** What the words ask for; the seed decides what they leave open. */
export function readMusic(prompt: string, mood: Mood, random: Random): MusicAsk {
  const words = prompt.toLowerCase();
  const named = GENRES.find((one) => one.words.test(words));
  const { genre } = named ?? GENRES.find(({ name }) => name === OF_MOODS[mood])!;
  const key = readKey(prompt);
  const mode = key?.mode ?? findMode(words, mood, genre.mode);
  const tempo = TEMPO.exec(words);
  const pace = /\bslow/.test(words) ? 0.85 : /\b(fast|quick|energetic|driving)/.test(words) ? 1.15 : 1;
  const usual = genre.beatsPerMinute * pace * (0.97 + random() * 0.06);
  const tonic = key?.note ?? Math.floor(random() * 12);
  const scales = mode === 'minor' ? (['minor', 'dorian'] as const) : (['major', 'lydian'] as const);
  const understood: UnderstoodWord[] = [];
  if (named) understood.push({ word: named.words.exec(words)?.[0] ?? named.name, as: 'genre' });
  if (key) understood.push({ word: key.word, as: 'key' });
  if (tempo) understood.push({ word: tempo[0], as: 'tempo' });
  return {
    genre,
    scale: key || genre.drums ? mode : pickOne(random, scales),
    tonic,
    key: `${NOTES[tonic]} ${mode}`,
    beatsPerMinute: tempo ? Math.min(BPM_MAX, Math.max(BPM_MIN, Number(tempo[1]))) : usual,
    understood,
  };
}
