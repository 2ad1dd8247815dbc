// How an input is spelled: under another name of a model its fields may be called differently, and a word of an enum may be
// written in other letters, such as `1080P`. What is checked, priced and stored is the spelling of the model itself.
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import type { Alias, Model } from './models.ts';

/** Writes an input as its model spells it. It is the same object when there is nothing to change. */
export type Speller = (input: JsonObject) => { input: JsonObject; errors: string[] };

type Words = ReadonlyMap<string, string>;

/** The words of each field that is an enum of texts, by the same words in small letters. */
function readWords({ input_schema: { properties } }: Model): [field: string, words: Words][] {
  return Object.entries(properties).flatMap(([field, { enum: listed }]) => {
    const words = Array.isArray(listed) ? listed.filter((word) => typeof word === 'string') : [];
    return words.length === 0
      ? []
      : [[field, new Map(words.map((word) => [word.toLowerCase(), word]))] as [string, Words]];
  });
}

/** Longer lists are not added up; every schema refuses them. */
const ADDED_ITEMS_MAX = 100;

/** Longer texts are no words of any enum. */
const WORD_CHARACTERS_MAX = 64;

/** The word of the model behind a value in other letters; undefined when there is none, or it is that word already. */
function findWord(words: Words, value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || value.length > WORD_CHARACTERS_MAX) return undefined;
  const word = words.get(value.toLowerCase());
  return word === value ? undefined : word;
}

function spellWords(input: JsonObject, fields: ReturnType<typeof readWords>): JsonObject {
  let spelled = input;
  for (const [field, words] of fields) {
    const word = findWord(words, input[field]);
    if (word !== undefined) spelled = { ...spelled, [field]: word };
  }
  return spelled;
}

/** Puts the fields that only the other name has in terms of the model. */
function spellFields(
  input: JsonObject,
  { fields = {}, ignores = {} }: Alias,
): { input: JsonObject; errors: string[] } {
  const spelled = { ...input };
  const errors: string[] = [];
  for (const [name, { field, values }] of Object.entries(fields)) {
    const given = spelled[name];
    if (given === undefined) continue;
    delete spelled[name];
    const word = Object.keys(values).find((one) => one === String(given).toLowerCase());
    if (word === undefined) errors.push(`input.${name}: must be one of ${Object.keys(values).join(', ')}`);
    else if (spelled[field] === undefined) spelled[field] = values[word];
    else if (String(spelled[field]).toLowerCase() !== String(values[word]))
      errors.push(`input.${name}: asks for another ${field} than input.${field}; leave one of them out`);
  }
  for (const [name, values] of Object.entries(ignores)) {
    if (values.some((value) => value === spelled[name])) delete spelled[name];
  }
  return { input: spelled, errors };
}

/** The seconds of all items of a list; undefined for what is no such list, which the schema refuses. */
function addUp(items: Json | undefined): number | undefined {
  if (!Array.isArray(items) || items.length > ADDED_ITEMS_MAX) return undefined;
  let sum = 0;
  for (const item of items) {
    const seconds = isObject(item) ? item.duration : undefined;
    if (typeof seconds !== 'number' || seconds <= 0) return undefined;
    sum += seconds;
  }
  return sum > 0 ? sum : undefined;
}

/** Fills in the lengths that follow from lists, and names those that an input gives otherwise. */
function spellSums(
  input: JsonObject,
  { adds_up: sums = {} }: Model,
): { input: JsonObject; errors: string[] } {
  let spelled = input;
  const errors: string[] = [];
  for (const [field, list] of Object.entries(sums)) {
    const sum = addUp(input[list]);
    if (sum === undefined) continue;
    if (input[field] === undefined) spelled = { ...spelled, [field]: sum };
    else if (input[field] !== sum)
      errors.push(
        `input.${field}: the lengths in input.${list} add up to ${sum}; give that, or leave it out`,
      );
  }
  return { input: spelled, errors };
}

/** @param alias the name under which inputs are sent, unless it is that of the model. */
export function compileSpeller(model: Model, alias?: Alias): Speller {
  const words = readWords(model);
  if (alias === undefined) return (input) => spellSums(spellWords(input, words), model);
  return (sent) => {
    const { input, errors } = spellFields(sent, alias);
    const spelled = spellSums(spellWords({ ...alias.defaults, ...input }, words), model);
    return { input: spelled.input, errors: [...errors, ...spelled.errors] };
  };
}
