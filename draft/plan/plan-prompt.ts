// From the words of a prompt to a plan: votes for the place, the first word that speaks for everything else, and
// sensible company for what the prompt leaves open. Same prompt, same plan; no prompt is an error.

import { chooseScene, isSkyless } from './choose-scene.ts';
import { isStopWord, type Meaning, type Reading, readWords, type WordClass } from './dictionary.ts';
import { isPlural, listWords } from './fold.ts';
import type { CameraMove, Mood, Plan, SceneId, Subject, SubjectKind, TimeOfDay, Weather } from './plan.ts';
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
  const scene = chooseScene(readings, { time: explicitTime, subjects });
  const defaults = SCENE_DEFAULTS[scene];
  const weather = (first('weather') as Weather | undefined) ?? defaults.weather;
  const timeOfDay = chooseTime({ scene, explicitTime, mood });
  const plan: Plan = {
    scene,
    timeOfDay,
    weather,
    season: (first('season') as Plan['season'] | undefined) ?? (weather === 'snow' ? 'winter' : 'summer'),
    mood: mood ?? (weather === 'storm' ? 'tense' : defaults.mood),
    colors: listColors(readings),
    grade: (first('grade') as Plan['grade'] | undefined) ?? chooseGrade({ scene, timeOfDay, mood }),
    camera: (first('camera') as CameraMove | undefined) ?? defaults.camera,
    speed: Number(first('speed') ?? 1),
    subjects,
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

function listColors(readings: readonly Reading[]): string[] {
  const colors = readings.flatMap(({ meanings }) => meanings.filter((meaning) => meaning.class === 'color'));
  return [...new Set(colors.map(({ value }) => value))];
}

/** Subjects in order; a count word holds for the next subject, and a plural without one means a few. */
function listSubjects(readings: readonly Reading[]): Subject[] {
  const counts = new Map<SubjectKind, number>();
  let asked: number | undefined;
  for (const { text, meanings } of readings) {
    asked = readCount(text, meanings) ?? asked;
    for (const { class: wordClass, value } of meanings) {
      if (wordClass !== 'subject') continue;
      const kind = value as SubjectKind;
      const count = asked ?? (isPlural(text) ? 3 : 1);
      counts.set(kind, Math.min(9, Math.max(counts.get(kind) ?? 0, count)));
      asked = undefined;
    }
  }
  // `A girl who dances` is one figure, and not a girl beside a dancer.
  const dancers = counts.get('dancer');
  const people = counts.get('person');
  if (dancers !== undefined && people !== undefined) {
    counts.delete('person');
    counts.set('dancer', Math.max(dancers, people));
  }
  return Array.from(counts, ([kind, count]) => ({ kind, count })).slice(0, MAX_SUBJECTS);
}

function readCount(text: string, meanings: readonly Meaning[]): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Math.min(9, Math.max(1, Number(text)));
  const meaning = meanings.find((candidate) => candidate.class === 'count');
  return meaning && Number(meaning.value);
}
