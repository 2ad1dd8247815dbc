// Checks an input against the schema of its model and says everything that is wrong in one go, a sentence each.
// Nothing is coerced, removed or filled in: what was priced is what was sent.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { BoundedMap } from '../lib/bounded-map.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { findSlips } from '../lib/near-name.ts';
import { faultOfUnknown } from './known-fields.ts';
import type { Model } from './models.ts';

const URL_CHARACTERS_MAX = 2048;
/** A host at once after the slashes, and no user information, not even an empty one. */
const AUTHORITY = /^https?:\/\/[^/?#@]+(?:[/?#]|$)/i;

/** Addresses that were judged lately: a client names the same one in each create, and the parser takes longest of all. */
const judgedUrls = new BoundedMap<string, boolean>(1_000);

/** Whether the text is an absolute http or https address that a client can mean: a host, no user information. */
export function isHttpUrl(text: string): boolean {
  if (text.length > URL_CHARACTERS_MAX) return false;
  const judged = judgedUrls.get(text);
  if (judged !== undefined) return judged;
  // Blanks, control characters and backslashes are repaired by the parser; a careful client never sends them.
  const isValid = AUTHORITY.test(text) && URL.canParse(text) && !/[\s\\\p{Cc}]/u.test(text);
  judgedUrls.set(text, isValid);
  return isValid;
}

const URL_SENTENCE = `must be an http or https address without user information, at most ${URL_CHARACTERS_MAX} characters`;

/** Checks `input` of one model: the sentences of everything wrong, and the names that the model does not know. */
export type InputCheck = (input: Json) => { errors: string[]; unknown: string[] };

/** Where a fault is, as clients write it. */
function pathOf({ instancePath }: ErrorObject, root: string): string {
  return `${root}${instancePath.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.')}`.replace(/^\./, '');
}

/** @param format what is said of a wrong format. */
export function describeFault(error: ErrorObject, root: string, format?: string): string {
  const path = pathOf(error, root);
  const at = path === '' ? '' : `${path}: `;
  const within = (name: string) => (path === '' ? name : `${path}.${name}`);
  // The rule of a condition says in its own words why the value does not fit the rest of the input.
  const ownWords = /\/(then|else)\//.test(error.schemaPath) ? error.parentSchema?.description : undefined;
  if (typeof ownWords === 'string') return `${at}${ownWords}`;
  switch (error.keyword) {
    case 'required':
      return `${within(error.params.missingProperty)}: is required`;
    case 'additionalProperties':
      return `${within(error.params.additionalProperty)}: is not known`;
    case 'enum':
      return `${at}must be one of ${error.params.allowedValues.join(', ')}`;
    case 'type':
      return `${at}must be of type ${error.params.type}`;
    case 'format':
      return `${at}${format ?? URL_SENTENCE}`;
    case 'minLength':
      return `${at}must not be empty`;
    case 'maxLength':
      return `${at}must have at most ${error.params.limit} characters`;
    case 'minItems':
      return `${at}must have at least ${error.params.limit} items`;
    case 'maxItems':
      return `${at}must have at most ${error.params.limit} items`;
    default:
      return `${at}${error.message}`;
  }
}

/** Names that an answer spells out, and how much of each. */
const NAMES_SHOWN_MAX = 50;
const NAME_CHARACTERS_MAX = 100;

/** What is said of the names of an object that are not known: what cannot be left out in silence, and the rest. */
interface UnknownNames {
  errors: string[];
  unknown: string[];
}

/** Sorts the names of an object that are not known. @param faultOf what is against a name, as the end of a sentence. */
export function sortUnknown(
  value: JsonObject,
  prefix: string,
  { known, faultOf }: { known: readonly string[]; faultOf: (name: string) => string | undefined },
): UnknownNames {
  const errors: string[] = [];
  const unknown: string[] = [];
  let more = 0;
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const fault = errors.length < NAMES_SHOWN_MAX ? faultOf(name) : undefined;
    const shown = `${prefix}${name.slice(0, NAME_CHARACTERS_MAX)}`;
    if (fault !== undefined) errors.push(`${shown}: ${fault}`);
    else if (unknown.length < NAMES_SHOWN_MAX) unknown.push(shown);
    else more += 1;
  }
  return { errors, unknown: more === 0 ? unknown : [...unknown, `${prefix}* (${more} more names)`] };
}

/** What the fields that a model does not know may have together: they are kept with the task, and of no use to it. */
const UNKNOWN_BYTES_MAX = 8 * 1024;

function findWeight(input: JsonObject, known: readonly string[]): string[] {
  const unknown = Object.entries(input).filter(([name]) => !known.includes(name));
  if (unknown.length === 0) return [];
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(unknown)));
  if (bytes <= UNKNOWN_BYTES_MAX) return [];
  return [`input: its unknown fields have ${bytes} bytes of JSON, and at most ${UNKNOWN_BYTES_MAX} are kept`];
}

/** The fields of a model that are lists, with the most items of each. */
function listsOf({ input_schema: { properties } }: Model): [name: string, itemsMax: number][] {
  return Object.entries(properties).flatMap(([name, { maxItems }]) =>
    typeof maxItems === 'number' ? [[name, maxItems]] : [],
  );
}

/** Lists that are too long cut to one item too many: that is fault enough, and each item would be one more. */
function shortenLists(input: Json, lists: ReturnType<typeof listsOf>): Json {
  if (!isObject(input)) return input;
  let short = input;
  for (const [name, itemsMax] of lists) {
    const list = input[name];
    if (Array.isArray(list) && list.length > itemsMax)
      short = { ...short, [name]: list.slice(0, itemsMax + 1) };
  }
  return short;
}

/** One for all models, since each has to compile the schema of schemas first. */
const ajv = new Ajv({
  allErrors: true,
  // With the rule that a fault is of.
  verbose: true,
  strict: true,
  // A condition names fields that are declared outside of it.
  strictRequired: false,
  coerceTypes: false,
  removeAdditional: false,
  // Schemas of two models may have the same $id.
  addUsedSchema: false,
});
ajv.addFormat('http-url', isHttpUrl);

/**
 * The lower, the more useful a sentence is: no value can help with a wrong type, and a condition is narrower than the
 * rule.
 */
function rankOf({ keyword, schemaPath }: ErrorObject): number {
  if (keyword === 'type') return 0;
  if (keyword === 'format') return 1;
  return /\/(then|else)\//.test(schemaPath) ? 2 : 3;
}

/** A sentence for each field that is at fault, in the order in which they were found. */
function describeFields(faults: readonly ErrorObject[]): string[] {
  const byField = new Map<string, { rank: number; sentence: string }>();
  for (const fault of faults) {
    const sentence = describeFault(fault, 'input');
    const field = sentence.slice(0, sentence.indexOf(':'));
    const rank = rankOf(fault);
    const said = byField.get(field);
    if (!said) byField.set(field, { rank, sentence });
    else if (rank < said.rank) Object.assign(said, { rank, sentence });
  }
  return [...byField.values()].map(({ sentence }) => sentence);
}

/** Names inside of fields that may be slips of required ones that are missing there; those of the input itself are `unknown`. */
function findInnerSlips(faults: readonly ErrorObject[]): string[] {
  return faults.flatMap((fault) => {
    const { keyword, instancePath, data, parentSchema, params } = fault;
    if (keyword !== 'required' || instancePath === '' || !isObject(data)) return [];
    const known = Object.keys(parentSchema?.properties ?? {});
    const unknown = Object.keys(data).filter((name) => !known.includes(name));
    return findSlips(unknown, [params.missingProperty], `${pathOf(fault, 'input')}.`);
  });
}

/** Compiles the check of a model's input. @throws when its schema is none. */
export function compileInputCheck(model: Model): InputCheck {
  const validate: ValidateFunction = ajv.compile(model.input_schema);
  const known = Object.keys(model.input_schema.properties);
  const lists = listsOf(model);
  return (input) => {
    const isValid = validate(shortenLists(input, lists));
    // Of a condition that fails, the rule behind it is the fault; the condition itself would be said a second time.
    const faults = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
    const errors = isValid ? [] : [...describeFields(faults), ...findInnerSlips(faults)];
    if (!isObject(input)) return { errors, unknown: [] };
    const faultOf = (name: string) => faultOfUnknown(name, input, model);
    const rest = sortUnknown(input, 'input.', { known, faultOf });
    if (rest.errors.length === 0 && rest.unknown.length === 0) return { errors, unknown: [] };
    return { errors: [...errors, ...rest.errors, ...findWeight(input, known)], unknown: rest.unknown };
  };
}
