// From the words of a prompt to a plan: votes for the place, the first word that speaks for everything else, and
// sensible company for what the prompt leaves open. Same prompt, same plan; no prompt is an error.
import { isStopWord, type Meaning, type Reading, readWords, type WordClass } from './dictionary.ts';
import { listWords } from './fold.ts';
import type { CameraMove, Mood, Plan, SceneId, Subject, SubjectKind, TimeOfDay, Weather } from './plan.ts';

/** Longer prompts are read up to here; the rest can hardly change a plan that has its place by then. */
const MAX_PROMPT_CHARACTERS = 4_000;
const MAX_SUBJECTS = 4;
const MAX_LISTED_WORDS = 60;

/** One city as two scenes: words for the one are served by the other. */
const CITY: ReadonlySet<string> = new Set(['night-city', 'skyline']);

/** Places whose light is not that of the day. */
const SKYLESS: ReadonlySet<SceneId> = new Set(['space', 'abstract', 'underwater', 'theatre']);

const PLACE_WEIGHTS: Partial<Record<WordClass, number>> = { place: 3, hint: 1 };

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
  const scene = chooseScene(readings, explicitTime);
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
    subjects: listSubjects(readings),
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

function chooseScene(readings: readonly Reading[], time: TimeOfDay | undefined): SceneId {
  const votes = new Map<string, number>();
  for (const { class: wordClass, value } of readings.flatMap(({ meanings }) => meanings)) {
    const weight = PLACE_WEIGHTS[wordClass];
    if (weight) votes.set(value, (votes.get(value) ?? 0) + weight);
  }
  // The earlier of two equals wins, since a Map keeps the order in which places were first spoken of.
  let winner: SceneId = 'abstract';
  let most = 0;
  for (const [scene, count] of votes) {
    if (count <= most) continue;
    winner = scene as SceneId;
    most = count;
  }
  return moveWithinCity({ winner, votes, time });
}

interface CityVote {
  winner: SceneId;
  votes: ReadonlyMap<string, number>;
  time: TimeOfDay | undefined;
}

/** The street is drawn at night only, and a city at night is the street unless it says not. */
function moveWithinCity({ winner, votes, time }: CityVote): SceneId {
  const isLight = time === 'day' || time === 'dawn' || time === 'sunset';
  if (winner === 'night-city' && isLight) return 'skyline';
  const saysSkyline = (votes.get('skyline') ?? 0) >= 3;
  if (winner === 'skyline' && !saysSkyline && !isLight) return 'night-city';
  return winner;
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
  const hasSky = !SKYLESS.has(scene);
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
  return Array.from(counts, ([kind, count]) => ({ kind, count })).slice(0, MAX_SUBJECTS);
}

function readCount(text: string, meanings: readonly Meaning[]): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Math.min(9, Math.max(1, Number(text)));
  const meaning = meanings.find((candidate) => candidate.class === 'count');
  return meaning && Number(meaning.value);
}

function isPlural(text: string): boolean {
  return /[^s]s$/.test(text) || text === 'people';
}

/** A word was understood when something that it asked for is in the plan, and ignored when nothing is. */
function reportWords(readings: readonly Reading[], plan: Plan): Pick<Plan, 'understood' | 'ignored'> {
  const understood = new Map<string, string>();
  const ignored = new Set<string>();
  for (const { text, meanings } of readings) {
    const served = meanings
      .filter((meaning) => isServed(meaning, plan))
      .map((meaning) => describeMeaning(meaning, plan));
    if (served.length > 0) understood.set(text, [...new Set(served)].join(', '));
    else if (!isStopWord(text) && !/^\d+$/.test(text)) ignored.add(text);
  }
  return {
    understood: Array.from(understood, ([word, as]) => ({ word, as })).slice(0, MAX_LISTED_WORDS),
    ignored: [...ignored].slice(0, MAX_LISTED_WORDS),
  };
}

function isServed({ class: wordClass, value }: Meaning, plan: Plan): boolean {
  switch (wordClass) {
    case 'place':
    case 'hint':
      return plan.scene === value || (CITY.has(plan.scene) && CITY.has(value));
    case 'time':
      return plan.timeOfDay === value;
    case 'color':
      return plan.colors.includes(value);
    case 'subject':
      return plan.subjects.some(({ kind }) => kind === value);
    case 'speed':
      return plan.speed === Number(value);
    case 'count':
      return plan.subjects.some(({ count }) => count === Number(value));
    case 'negation':
      return false;
    default:
      return plan[wordClass] === value;
  }
}

function describeMeaning({ class: wordClass, value }: Meaning, { scene }: Plan): string {
  return wordClass === 'place' || wordClass === 'hint' ? `scene: ${scene}` : `${wordClass}: ${value}`;
}
