// From the words of a prompt to the place that is drawn: places and hints vote, and where none is named, what else the
// prompt says leads to a place that can show it. Abstract light is for prompts of which no word is known.
import type { Reading, WordClass } from './dictionary.ts';
import type { SceneId, Subject, SubjectKind, TimeOfDay, Weather } from './plan.ts';

const PLACE_WEIGHTS: Partial<Record<WordClass, number>> = { place: 3, hint: 1 };
/** From here on a place was named, and not only hinted at. */
const NAMED = 3;

const SKYLESS: readonly SceneId[] = ['space', 'abstract', 'underwater', 'theatre'];

/** Places whose light and weather are not those of the day. */
export function isSkyless(scene: SceneId): boolean {
  return SKYLESS.includes(scene);
}

const INDOORS: readonly SceneId[] = ['interior', 'tabletop', 'portrait', 'theatre'];

/** Places in which no weather is seen. */
export function hidesWeather(scene: SceneId): boolean {
  return isSkyless(scene) || scene === 'tabletop' || scene === 'portrait';
}

/** Where each weather is seen best. */
const PLACES_OF_WEATHER: Record<Weather, SceneId> = {
  clear: 'lake',
  cloudy: 'lake',
  rain: 'night-city',
  storm: 'sea',
  snow: 'snow',
  fog: 'forest',
  wind: 'lake',
};
const PLACES_OF_TIME: Record<TimeOfDay, SceneId> = {
  dawn: 'lake',
  day: 'lake',
  sunset: 'sea',
  dusk: 'lake',
  night: 'lake',
};
const PLACES_OF_SEASON: Record<string, SceneId> = {
  spring: 'forest',
  summer: 'sea',
  autumn: 'forest',
  winter: 'snow',
};
const PLACES_OF_SUBJECT: Partial<Record<SubjectKind, SceneId>> = {
  person: 'portrait',
  couple: 'sea',
  crowd: 'night-city',
  robot: 'portrait',
  bird: 'lake',
  house: 'meadow',
  balloon: 'lake',
  ship: 'sea',
  car: 'road',
  cat: 'interior',
  dog: 'meadow',
  horse: 'meadow',
  butterfly: 'garden',
  astronaut: 'space',
  wolf: 'forest',
  deer: 'forest',
  dancer: 'theatre',
  fish: 'underwater',
  whale: 'underwater',
  jellyfish: 'underwater',
};

/** Whose head and shoulders the portrait can draw. */
const SITTERS: readonly SubjectKind[] = ['person', 'robot', 'astronaut', 'couple'];

/** Who is drawn in the street by night; others need the open skyline. */
const STREET_PEOPLE: readonly SubjectKind[] = [
  'person',
  'couple',
  'crowd',
  'dancer',
  'robot',
  'astronaut',
  'car',
];

interface Circumstances {
  time: TimeOfDay | undefined;
  subjects: readonly Subject[];
  /** The camera looks down from the air. */
  isAerial?: boolean;
}

/** The place for these words; the earlier of two that are named alike. */
export function chooseScene(
  readings: readonly Reading[],
  { time, subjects, isAerial }: Circumstances,
): SceneId {
  const votes = countVotes(readings);
  const firstOf = (wordClass: WordClass): string | undefined =>
    readings.flatMap(({ meanings }) => meanings).find((meaning) => meaning.class === wordClass)?.value;
  const weather = firstOf('weather') as Weather | undefined;
  const [winner, most] = findMost(votes);
  if (winner === undefined) {
    const chosen =
      (weather && PLACES_OF_WEATHER[weather]) ??
      (time && PLACES_OF_TIME[time]) ??
      PLACES_OF_SEASON[firstOf('season') ?? ''] ??
      (subjects[0] && PLACES_OF_SUBJECT[subjects[0].kind]) ??
      'abstract';
    return moveWithinCity(chosen, { votes, time, subjects, isAerial });
  }
  const fitting = seatSitter(winner, subjects);
  const outdoors = moveOutdoors(fitting, { isNamed: most >= NAMED, weather });
  return moveWithinCity(outdoors, { votes, time, subjects, isAerial });
}

/** The portrait of a horse is a horse where horses are. */
function seatSitter(scene: SceneId, [first]: readonly Subject[]): SceneId {
  if (scene !== 'portrait' || first === undefined || SITTERS.includes(first.kind)) return scene;
  return PLACES_OF_SUBJECT[first.kind] ?? 'meadow';
}

function countVotes(readings: readonly Reading[]): Map<SceneId, number> {
  const votes = new Map<SceneId, number>();
  for (const { class: wordClass, value } of readings.flatMap(({ meanings }) => meanings)) {
    const weight = PLACE_WEIGHTS[wordClass];
    if (weight) votes.set(value as SceneId, (votes.get(value as SceneId) ?? 0) + weight);
  }
  return votes;
}

/** A Map keeps the order in which places were first spoken of, so that the first of equals wins. */
function findMost(votes: ReadonlyMap<SceneId, number>): [SceneId | undefined, number] {
  let winner: SceneId | undefined;
  let most = 0;
  for (const [scene, count] of votes) {
    if (count <= most) continue;
    winner = scene;
    most = count;
  }
  return [winner, most];
}

/** Snow falls on snowy land, and weather that was asked for is not hidden under a roof that was not. */
function moveOutdoors(
  scene: SceneId,
  { isNamed, weather }: { isNamed: boolean; weather: Weather | undefined },
): SceneId {
  if (weather === undefined || weather === 'clear') return scene;
  if (scene === 'lake' && weather === 'snow') return 'snow';
  const isSheltered = isSkyless(scene) || INDOORS.includes(scene);
  return isSheltered && !isNamed && scene !== 'underwater' ? PLACES_OF_WEATHER[weather] : scene;
}

interface CityVote extends Circumstances {
  votes: ReadonlyMap<SceneId, number>;
}

/**
 * The street is drawn only at night, with the people that it can show; a city at night is the street unless the prompt
 * says skyline.
 */
function moveWithinCity(scene: SceneId, { votes, time, subjects, isAerial }: CityVote): SceneId {
  if (isAerial && (scene === 'skyline' || scene === 'night-city')) return 'aerial-city';
  const isLight = time === 'day' || time === 'dawn' || time === 'sunset';
  const fitsStreet = !isLight && subjects.every(({ kind }) => STREET_PEOPLE.includes(kind));
  if (scene === 'night-city') return fitsStreet ? scene : 'skyline';
  const saysSkyline = (votes.get('skyline') ?? 0) >= NAMED;
  return scene === 'skyline' && !saysSkyline && fitsStreet ? 'night-city' : scene;
}
