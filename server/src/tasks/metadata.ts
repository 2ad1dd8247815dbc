// Texts of the client's own that a task carries: its project, its customer, its number in another system. Nothing here
// reads a meaning into them.
import { refuseFaults } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';

/** What a create may carry; characters are counted as Unicode has them. */
export const METADATA = { namesMax: 16, nameCharactersMax: 40, textCharactersMax: 500 };

/** PostgreSQL stores neither a null character nor half a surrogate pair, and other control characters show as nothing. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function faultOfPair(name: string, text: Json): string | undefined {
  const { nameCharactersMax, textCharactersMax } = METADATA;
  const path = `metadata.${[...name].slice(0, nameCharactersMax).join('')}`;
  if (name === '') return 'metadata: a name must not be empty';
  if ([...name].length > nameCharactersMax)
    return `${path}: a name must have at most ${nameCharactersMax} characters`;
  if (typeof text !== 'string') return `${path}: must be of type string`;
  if ([...text].length > textCharactersMax)
    return `${path}: must have at most ${textCharactersMax} characters`;
  return isPlain(name) && isPlain(text) ? undefined : `${path}: must have no control characters`;
}

/** What is against the metadata of a create: a sentence for each fault. It need not be given. */
export function findMetadataFaults(metadata: Json | undefined): string[] {
  if (metadata === undefined || metadata === null) return [];
  if (!isObject(metadata)) return ['metadata: must be of type object'];
  const pairs = Object.entries(metadata);
  if (pairs.length > METADATA.namesMax) return [`metadata: must have at most ${METADATA.namesMax} names`];
  return pairs.flatMap(([name, text]) => faultOfPair(name, text) ?? []);
}

/** The metadata as it is stored; null when there is nothing in it. */
export function writeMetadata(metadata: Json | undefined): string | null {
  return isObject(metadata) && Object.keys(metadata).length > 0 ? JSON.stringify(metadata) : null;
}

const PREFIX = 'metadata.';

/**
 * What a query asks of the metadata of tasks: each `metadata.NAME=text` in it. Undefined when it asks for nothing.
 * @throws AppError `validation_failed` for what no task can have.
 */
export function readMetadataFilter(query: unknown): JsonObject | undefined {
  if (!isObject(query as Json)) return undefined;
  const pairs = Object.entries(query as JsonObject)
    .filter(([name, text]) => name.startsWith(PREFIX) && text !== '')
    .map(([name, text]) => [name.slice(PREFIX.length), text]);
  if (pairs.length === 0) return undefined;
  const wanted: JsonObject = Object.fromEntries(pairs);
  const faults = findMetadataFaults(wanted);
  if (faults.length > 0) throw refuseFaults(faults);
  return wanted;
}
