// What a name means that a model does not take. known-fields.json has the names that clients of this API and of the
// vendors know for videos: a weighty one changes what is made or paid, so that it is refused and never left out in
// silence; a hint has no weight and only becomes a warning, like every unknown name.
import { readFileSync } from 'node:fs';
import { type Json, type JsonObject, parseOwnJson } from '../lib/json.ts';
import { findNearName, foldName } from '../lib/near-name.ts';
import { scenarioOf } from '../providers/draft/scenarios.ts';
import { type Model, readShippedModels } from './models.ts';

interface KnownFields {
  hints: string[];
  /** By one name of each meaning. `also`: its other names. `none`: values that ask for nothing. `advice`: what to do. */
  weighty: Record<string, { also?: string[]; none?: Json[]; advice?: string }>;
}

/** One meaning under all of its names. */
interface Meaning {
  name: string;
  none: readonly Json[];
  advice?: string;
  /** A word of sounds alone, such as `title` or `format`: beside a video or picture it asks for nothing. */
  isOfSounds?: true;
}

interface Lexicon {
  /** By folded names. */
  meanings: ReadonlyMap<string, Meaning>;
  /** A model that takes a name, by folded names. */
  takers: ReadonlyMap<string, string>;
}

let lexicon: Lexicon | undefined;

function readLexicon(): Lexicon {
  if (lexicon) return lexicon;
  const text = readFileSync(new URL('./known-fields.json', import.meta.url), 'utf8');
  const listed = parseOwnJson<KnownFields>(text);
  const hints = new Set(listed.hints.map(foldName));
  const meanings = new Map<string, Meaning>();
  for (const [name, { also = [], none = [], advice }] of Object.entries(listed.weighty)) {
    for (const one of [name, ...also]) meanings.set(foldName(one), { name, none, advice });
  }
  const takers = new Map<string, string>();
  const isSound = ({ modality }: Model) => modality === 'audio';
  const models = readShippedModels().toSorted((one, other) => Number(isSound(one)) - Number(isSound(other)));
  for (const known of models) {
    const { model, input_schema: schema } = known;
    for (const name of Object.keys(schema.properties)) {
      const folded = foldName(name);
      if (!takers.has(folded)) takers.set(folded, model);
      // A field of one model is known to the clients of all.
      if (meanings.has(folded) || hints.has(folded)) continue;
      meanings.set(folded, { name, none: [], ...(isSound(known) && { isOfSounds: true }) });
    }
  }
  lexicon = { meanings, takers };
  return lexicon;
}

/** Whether the value asks for nothing, or for what the model does anyway. */
function asksForNothing({ name, none }: Meaning, value: Json, model: Model): boolean {
  if (value === null || value === '' || none.some((one) => one === value)) return true;
  if (typeof value === 'object') return Object.keys(value).length === 0;
  if (name === 'audio') {
    const isAsked = value === true || value === 'on';
    return (isAsked || value === false || value === 'off') && isAsked === model.supports_native_audio;
  }
  return name === 'template_id' && scenarioOf({ template_id: value }) !== undefined;
}

/** The name under which the model takes the same meaning. */
function ownNameOf(meaning: Meaning, model: Model): string | undefined {
  const { meanings } = readLexicon();
  const own = Object.keys(model.input_schema.properties);
  return own.find((name) => meanings.get(foldName(name))?.name === meaning.name);
}

/** Longer lists are not looked through for it. */
const SAME_ITEMS_MAX = 20;

/** Whether the input says the same under the model's own name, too. */
function isSaidAnyway(own: Json | undefined, value: Json): boolean {
  if (!Array.isArray(own)) return own === value;
  const given = Array.isArray(value) ? value : [value];
  return (
    own.length === given.length && own.length <= SAME_ITEMS_MAX && own.every((item, at) => item === given[at])
  );
}

/** What is against a name of an input that its model does not take, as the end of a sentence; undefined for a warning. */
export function faultOfUnknown(name: string, input: JsonObject, model: Model): string | undefined {
  const { meanings, takers } = readLexicon();
  const meaning = meanings.get(foldName(name));
  if (!meaning || asksForNothing(meaning, input[name], model)) return undefined;
  if (meaning.isOfSounds && model.modality !== 'audio') return undefined;
  const own = ownNameOf(meaning, model);
  if (own !== undefined) {
    return isSaidAnyway(input[own], input[name])
      ? undefined
      : `is not known here; this model takes it as ${own}`;
  }
  const taker = takers.get(foldName(name)) ?? takers.get(foldName(meaning.name));
  const instead = taker === undefined ? '' : `, or use a model that takes it, such as ${taker}`;
  const advice = meaning.advice ?? `leave it out${instead}`;
  return `cannot be done by this model, and would change what is made; ${advice}`;
}

/** The same for a name beside `input`. */
export function faultOfMisplaced(
  name: string,
  body: JsonObject,
  model: Model | undefined,
): string | undefined {
  const meaning = readLexicon().meanings.get(foldName(name));
  if (!meaning || !model || asksForNothing(meaning, body[name], model)) return undefined;
  if (meaning.isOfSounds && model.modality !== 'audio') return undefined;
  const own = ownNameOf(meaning, model);
  return `belongs in input${own === undefined ? '' : `, as input.${own}`}`;
}

/** The sentence about a name that is not known and has no weight, with the name that was meant, if one is near. */
export function describeUnknown(
  path: string,
  says: string,
  { model, fields }: { model: Model | undefined; fields: readonly string[] },
): string {
  const own = path.startsWith('input.') ? Object.keys(model?.input_schema.properties ?? {}) : fields;
  const near = findNearName(path.replace('input.', ''), own);
  return `${path}: ${says}${near === undefined ? '' : `; did you mean ${near}?`}`;
}
