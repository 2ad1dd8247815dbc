// The word lists turned round: from a term to all that it means. Built once, read often.
import { isUnspaced, listForms } from './fold.ts';
import {
  ACTIONS,
  CAMERAS,
  COLORS,
  COUNTS,
  FRAMINGS,
  GRADES,
  MOODS,
  NEGATIONS,
  PLACE_HINTS,
  PLACES,
  SEASONS,
  SETTINGS,
  SPEEDS,
  STOP_WORDS,
  SUBJECTS,
  TIMES,
  WEATHERS,
} from './words.ts';
import * as abroad from './words-german-french.ts';

/** What kind of choice a word makes. */
export type WordClass =
  | 'place'
  | 'hint'
  | 'time'
  | 'weather'
  | 'season'
  | 'mood'
  | 'color'
  | 'grade'
  | 'camera'
  | 'speed'
  | 'subject'
  | 'count'
  | 'framing'
  | 'setting'
  | 'action'
  | 'negation';

export interface Meaning {
  class: WordClass;
  value: string;
}

/** One stretch of the prompt with its meanings; none for a word that is not known. */
export interface Reading {
  text: string;
  meanings: readonly Meaning[];
}

const LONGEST_PHRASE_WORDS = 3;

const meaningsByTerm = new Map<string, Meaning[]>();
const stopWords = new Set(splitList(`${STOP_WORDS}, ${abroad.STOP_WORDS}`));

const LISTS: [WordClass, Partial<Record<string, string>>][] = [
  ['place', PLACES],
  ['hint', PLACE_HINTS],
  ['time', TIMES],
  ['weather', WEATHERS],
  ['season', SEASONS],
  ['mood', MOODS],
  ['color', COLORS],
  ['grade', GRADES],
  ['camera', CAMERAS],
  ['speed', SPEEDS],
  ['subject', SUBJECTS],
  ['count', COUNTS],
  ['action', ACTIONS],
  ['framing', FRAMINGS],
  ['setting', SETTINGS],
  ['negation', { no: NEGATIONS }],
  ['place', abroad.PLACES],
  ['hint', abroad.PLACE_HINTS],
  ['time', abroad.TIMES],
  ['weather', abroad.WEATHERS],
  ['season', abroad.SEASONS],
  ['mood', abroad.MOODS],
  ['color', abroad.COLORS],
  ['grade', abroad.GRADES],
  ['camera', abroad.CAMERAS],
  ['speed', abroad.SPEEDS],
  ['subject', abroad.SUBJECTS],
  ['count', abroad.COUNTS],
  ['action', abroad.ACTIONS],
  ['framing', abroad.FRAMINGS],
  ['setting', abroad.SETTINGS],
  ['negation', { no: abroad.NEGATIONS }],
];
for (const [wordClass, list] of LISTS) {
  for (const [value, terms] of Object.entries(list)) {
    for (const term of splitList(terms ?? '')) addMeaning(term, { class: wordClass, value });
  }
}
const unspacedTerms = [...meaningsByTerm.keys()].filter(isUnspaced).sort((a, b) => b.length - a.length);

function splitList(list: string): string[] {
  return list
    .split(',')
    .map((term) => term.trim().replaceAll('-', ' '))
    .filter((term) => term !== '');
}

function addMeaning(term: string, meaning: Meaning): void {
  const meanings = meaningsByTerm.get(term) ?? [];
  const known = meanings.some(
    ({ class: other, value }) => other === meaning.class && value === meaning.value,
  );
  if (!known) meanings.push(meaning);
  meaningsByTerm.set(term, meanings);
}

const colorsAbroad = new Set(Object.values(abroad.COLORS).flatMap(splitList));

/** Whether a colour is said in a language that puts it after its noun: `une voiture rouge`. */
export function mayFollowNoun(color: string): boolean {
  return colorsAbroad.has(color);
}

/** How many terms have a meaning. */
export function countTerms(): number {
  return meaningsByTerm.size;
}

export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

/** Reads words in order, the longest phrase first; a phrase takes its words away from shorter ones. */
export function readWords(words: readonly string[]): Reading[] {
  const readings: Reading[] = [];
  let index = 0;
  while (index < words.length) {
    const word = words[index];
    if (isUnspaced(word)) {
      readings.push(...readUnspaced(word));
      index += 1;
      continue;
    }
    const length = Math.min(LONGEST_PHRASE_WORDS, words.length - index);
    const reading = readLongestPhrase(words.slice(index, index + length));
    readings.push(reading);
    index += reading.text.split(' ').length;
  }
  return readings;
}

function readLongestPhrase(words: readonly string[]): Reading {
  for (let length = words.length; length > 1; length -= 1) {
    const before = words.slice(0, length - 1).join(' ');
    const last = words[length - 1];
    const meanings = listForms(last)
      .map((form) => meaningsByTerm.get(`${before} ${form}`))
      .find((found) => found !== undefined);
    if (meanings) return { text: words.slice(0, length).join(' '), meanings };
  }
  const text = words[0];
  const found = listForms(text)
    .map((form) => meaningsByTerm.get(form))
    .find((meanings) => meanings !== undefined);
  return { text, meanings: found ?? [] };
}

/** Cuts a run of characters into the longest known terms and what is left between them. */
function readUnspaced(run: string): Reading[] {
  const readings: Reading[] = [];
  let rest = '';
  let index = 0;
  while (index < run.length) {
    const term = unspacedTerms.find((candidate) => run.startsWith(candidate, index));
    if (!term) {
      rest += run[index];
      index += 1;
      continue;
    }
    readings.push(...readRest(rest));
    rest = '';
    readings.push({ text: term, meanings: meaningsByTerm.get(term) ?? [] });
    index += term.length;
  }
  readings.push(...readRest(rest));
  return readings;
}

/** What no term covers, without the particles that hold a sentence together. */
function readRest(rest: string): Reading[] {
  const text = Array.from(rest, (character) => (stopWords.has(character) ? ' ' : character)).join('');
  return text.split(' ').flatMap((part) => (part === '' ? [] : [{ text: part, meanings: [] }]));
}
