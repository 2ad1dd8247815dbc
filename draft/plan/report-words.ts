// Says which words of a prompt are to be seen in the picture and which are not. Claims nothing that is not drawn.
import { hidesWeather, isSkyless } from './choose-scene.ts';
import { isStopWord, type Meaning, type Reading } from './dictionary.ts';
import type { Plan, SceneId, Setting } from './plan.ts';
import { ACTORS } from './words.ts';

const MAX_LISTED_WORDS = 60;

/** One city as two scenes: words for the one are served by the other. */
const CITY: ReadonlySet<string> = new Set(['night-city', 'skyline', 'aerial-city']);

/** Places that look different from season to season. */
const SEASONAL: readonly SceneId[] = ['forest', 'lake', 'snow', 'meadow', 'road', 'garden', 'rooftops'];

const PERSON: readonly SceneId[] = ['portrait'];
const ROOM: readonly SceneId[] = ['interior'];
const FLOWERS: readonly SceneId[] = ['meadow', 'garden'];

/** Where each setting is seen. */
const SETTING_SCENES: Record<Setting, readonly SceneId[]> = {
  kitchen: ['interior', 'tabletop'],
  bedroom: ROOM,
  office: ROOM,
  library: ROOM,
  fireplace: ROOM,
  studio: ['tabletop'],
  woman: PERSON,
  man: PERSON,
  child: PERSON,
  elder: PERSON,
  lavender: FLOWERS,
  sunflower: FLOWERS,
  poppy: FLOWERS,
  tulip: FLOWERS,
  rose: FLOWERS,
};

/** A word was understood when something that it asked for is in the plan, and ignored when nothing is. */
export function reportWords(readings: readonly Reading[], plan: Plan): Pick<Plan, 'understood' | 'ignored'> {
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
      return plan.timeOfDay === value && hasDaylight(plan.scene);
    case 'weather':
      return plan.weather === value && !hidesWeather(plan.scene);
    case 'season':
      return plan.season === value && (SEASONAL.includes(plan.scene) || value === 'summer');
    case 'color':
      return plan.colors.includes(value) || plan.subjects.some(({ color }) => color === value);
    case 'subject':
      return plan.subjects.some(({ kind }) => kind === value) || isDancing(value, plan);
    case 'action':
      return plan.subjects.some(({ kind }) => ACTORS[value]?.includes(kind));
    case 'speed':
      return plan.speed === Number(value);
    case 'count':
      return plan.subjects.some(({ count }) => count === Number(value));
    case 'setting':
      return SETTING_SCENES[value as Setting].includes(plan.scene);
    case 'negation':
      return false;
    default:
      return plan[wordClass] === value;
  }
}

/** Somebody who dances is the dancer. */
function isDancing(value: string, plan: Plan): boolean {
  return value === 'person' && plan.subjects.some(({ kind }) => kind === 'dancer');
}

/** Night is the light of a stage and of space; another hour is not seen there. */
function hasDaylight(scene: SceneId): boolean {
  return !isSkyless(scene) || scene === 'underwater';
}

function describeMeaning({ class: wordClass, value }: Meaning, plan: Plan): string {
  if (wordClass === 'place') return `scene: ${plan.scene}`;
  if (wordClass === 'hint') return `a hint at the scene: ${plan.scene}`;
  if (wordClass === 'subject' && isDancing(value, plan)) return 'subject: dancer';
  return `${wordClass}: ${value}`;
}
