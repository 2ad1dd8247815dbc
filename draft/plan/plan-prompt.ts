// From the words of a prompt to a plan: votes for the place, the first word that speaks for everything else, and
// sensible company for what the prompt leaves open. Same prompt, same plan; no prompt is an error.

import { chooseScene, isSkyless } from './choose-scene.ts';
import {
  isStopWord,
  type Meaning,
  mayFollowNoun,
  type Reading,
  readWords,
  type WordClass,
} from './dictionary.ts';
import { isPlural, listWords } from './fold.ts';
import type {
  CameraMove,
  Framing,
  Mood,
  Plan,
  SceneId,
  Setting,
  Subject,
  SubjectKind,
  TimeOfDay,
  Weather,
} from './plan.ts';
import { reportWords } from './report-words.ts';

/** Longer prompts are read up to here; the rest can hardly change a plan that has its place by then. */
const MAX_PROMPT_CHARACTERS = 4_000;
const MAX_SUBJECTS = 4;

interface SceneDefaults {
  timeOfDay: TimeOfDay;
  weather: Weather;
  mood: Mood;
  grade: Plan['grade'];
  camera: CameraMove;
}

const SCENE_DEFAULTS: Record<SceneId, SceneDefaults> = {
  'night-city': { timeOfDay: 'night', weather: 'rain', mood: 'mysterious', grade: 'neon', camera: 'dolly' },
  skyline: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'pan' },
  sea: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  lake: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'pan' },
  forest: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  desert: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'pan' },
  snow: { timeOfDay: 'day', weather: 'snow', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  space: { timeOfDay: 'night', weather: 'clear', mood: 'epic', grade: 'vivid', camera: 'dolly' },
  underwater: { timeOfDay: 'day', weather: 'clear', mood: 'mysterious', grade: 'vivid', camera: 'dolly' },
  theatre: { timeOfDay: 'night', weather: 'clear', mood: 'romantic', grade: 'golden', camera: 'dolly' },
  meadow: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  road: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  interior: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  tabletop: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  portrait: { timeOfDay: 'sunset', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  rooftops: { timeOfDay: 'sunset', weather: 'clear', mood: 'calm', grade: 'golden', camera: 'pan' },
  garden: { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'dolly' },
  'aerial-city': { timeOfDay: 'day', weather: 'clear', mood: 'calm', grade: 'neutral', camera: 'aerial' },
  abstract: { timeOfDay: 'night', weather: 'clear', mood: 'dreamy', grade: 'vivid', camera: 'orbit' },
};

/** The light a mood asks for where the prompt names no time. */
const MOOD_TIMES: Partial<Record<Mood, TimeOfDay>> = {
  dark: 'night',
  mysterious: 'dusk',
  romantic: 'sunset',
  epic: 'sunset',
  tense: 'dusk',
  dreamy: 'dawn',
};

const MOOD_GRADES: Partial<Record<Mood, Plan['grade']>> = {
  happy: 'vivid',
  dreamy: 'pastel',
  romantic: 'golden',
};

/** Reads a prompt. Never throws; a prompt without any known word gives the abstract scene. */
export function planPrompt(prompt: string): Plan {
  const readings = dropNegated(readWords(listWords(prompt.slice(0, MAX_PROMPT_CHARACTERS))));
  const first = (wordClass: WordClass): string | undefined => findFirst(readings, wordClass);
  const mood = first('mood') as Mood | undefined;
  const explicitTime = first('time') as TimeOfDay | undefined;
  const subjects = listSubjects(readings);
  const isAerial = first('camera') === 'aerial';
  const scene = chooseScene(readings, { time: explicitTime, subjects, isAerial });
  const defaults = SCENE_DEFAULTS[scene];
  const weather = (first('weather') as Weather | undefined) ?? defaults.weather;
  const timeOfDay = chooseTime({ scene, explicitTime, mood });
  const plan: Plan = {
    scene,
    timeOfDay,
    weather,
    season: (first('season') as Plan['season'] | undefined) ?? (weather === 'snow' ? 'winter' : 'summer'),
    mood: mood ?? (weather === 'storm' ? 'tense' : defaults.mood),
    colors: listFreeColors(readings, subjects),
    grade: (first('grade') as Plan['grade'] | undefined) ?? chooseGrade({ scene, timeOfDay, mood }),
    camera: (first('camera') as CameraMove | undefined) ?? defaults.camera,
    speed: Number(first('speed') ?? 1),
    subjects,
    framing: chooseFraming(readings, subjects),
    settings: listValues(readings, 'setting') as Setting[],
    understood: [],
    ignored: [],
  };
  return { ...plan, ...reportWords(readings, plan) };
}

/** A negation and the next words that mean something say nothing: nobody draws an absence. */
function dropNegated(readings: readonly Reading[]): Reading[] {
  let skipping = false;
  return readings.map((reading) => {
    const isNegation = reading.meanings.some((meaning) => meaning.class === 'negation');
    if (isNegation) {
      skipping = true;
      return { ...reading, meanings: [] };
    }
    if (!skipping || isStopWord(reading.text)) return reading;
    if (reading.meanings.length > 0) skipping = false;
    return { ...reading, meanings: [] };
  });
}

function findFirst(readings: readonly Reading[], wordClass: WordClass): string | undefined {
  for (const { meanings } of readings) {
    const meaning = meanings.find((candidate) => candidate.class === wordClass);
    if (meaning) return meaning.value;
  }
  return undefined;
}

interface TimeChoice {
  scene: SceneId;
  explicitTime: TimeOfDay | undefined;
  mood: Mood | undefined;
}

function chooseTime({ scene, explicitTime, mood }: TimeChoice): TimeOfDay {
  if (scene === 'night-city') return explicitTime === 'dusk' ? 'dusk' : 'night';
  if (explicitTime) return explicitTime;
  const byMood = mood && MOOD_TIMES[mood];
  const hasSky = !isSkyless(scene);
  return hasSky && byMood ? byMood : SCENE_DEFAULTS[scene].timeOfDay;
}

function chooseGrade({
  scene,
  timeOfDay,
  mood,
}: Pick<Plan, 'scene' | 'timeOfDay'> & { mood?: Mood }): Plan['grade'] {
  if (scene === 'night-city') return 'neon';
  const byMood = mood && MOOD_GRADES[mood];
  if (byMood) return byMood;
  return timeOfDay === 'sunset' ? 'golden' : SCENE_DEFAULTS[scene].grade;
}

/** All meanings of a class, each once, in order. */
function listValues(readings: readonly Reading[], wordClass: WordClass): string[] {
  const found = readings.flatMap(({ meanings }) => meanings.filter((meaning) => meaning.class === wordClass));
  return [...new Set(found.map(({ value }) => value))];
}

/** The colours that belong to no subject: those of the place. */
function listFreeColors(readings: readonly Reading[], subjects: readonly Subject[]): string[] {
  return listValues(readings, 'color').filter((value) => subjects.every(({ color }) => color !== value));
}

/** More than these are a group, which needs room. */
const CLOSE_COUNT_MAX = 2;

/** A prompt about one thing lets it fill the frame; one that names a place as well shows both. */
function chooseFraming(readings: readonly Reading[], [first]: readonly Subject[]): Framing {
  const named = findFirst(readings, 'framing') as Framing | undefined;
  if (named) return named;
  if (first === undefined || first.count > CLOSE_COUNT_MAX) return 'wide';
  if (findFirst(readings, 'place') === undefined) return 'close';
  const leading = readings.find(({ meanings }) =>
    meanings.some((meaning) => meaning.class === 'subject' || meaning.class === 'place'),
  );
  return leading?.meanings.some((meaning) => meaning.class === 'subject') ? 'medium' : 'wide';
}

/** Subjects in order; a count word holds for the next subject, and a plural without one means a few. */
function listSubjects(readings: readonly Reading[]): Subject[] {
  const found = new Map<SubjectKind, Subject>();
  let asked: number | undefined;
  for (const [index, { text, meanings }] of readings.entries()) {
    asked = readCount(text, meanings) ?? asked;
    const kinds = meanings.filter((meaning) => meaning.class === 'subject');
    for (const { value } of kinds) {
      const kind = value as SubjectKind;
      const before = found.get(kind);
      const count = Math.min(9, Math.max(before?.count ?? 0, asked ?? (isPlural(text) ? 3 : 1)));
      const color = before?.color ?? readColorBeside(readings, index);
      found.set(kind, { kind, count, ...(color && { color }) });
    }
    if (kinds.length > 0) asked = undefined;
  }
  return joinDancers(found).slice(0, MAX_SUBJECTS);
}

/** `A girl who dances` is one figure, and not a girl beside a dancer. */
function joinDancers(found: Map<SubjectKind, Subject>): Subject[] {
  const dancer = found.get('dancer');
  const person = found.get('person');
  if (dancer && person) {
    found.delete('person');
    found.set('dancer', { ...person, ...dancer, count: Math.max(dancer.count, person.count) });
  }
  return [...found.values()];
}

function colorOf(reading: Reading | undefined): string | undefined {
  return reading?.meanings.find((meaning) => meaning.class === 'color')?.value;
}

/** The colour of the thing at `index`: right before it, with at most one word between, or right after it. */
function readColorBeside(readings: readonly Reading[], index: number): string | undefined {
  const between = readings[index - 1];
  const isFree = between?.meanings.every(
    ({ class: wordClass }) => wordClass !== 'subject' && wordClass !== 'place',
  );
  const own = colorOf(readings[index]);
  const next = readings[index + 1];
  return (
    own ??
    colorOf(between) ??
    (isFree ? colorOf(readings[index - 2]) : undefined) ??
    (next && mayFollowNoun(next.text) ? colorOf(next) : undefined)
  );
}

function readCount(text: string, meanings: readonly Meaning[]): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Math.min(9, Math.max(1, Number(text)));
  const meaning = meanings.find((candidate) => candidate.class === 'count');
  return meaning && Number(meaning.value);
}
