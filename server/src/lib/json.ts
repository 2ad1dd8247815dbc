// JSON from outside. What JSON.parse lets pass silently is refused here: a name given twice (the last one would win,
// and a signature or a price could be computed from the other), prototype names, nesting without end, numbers that
// become infinite, and text that no database and no UTF-8 encoder can hold.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** Why a text is not acceptable JSON; the message is fit for the client. */
export class JsonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonError';
  }
}

const DEPTH_MAX = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Whether the value is an object with names, not an array and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts the names in a value, and refuses what no request of ours has. */
function countNames(value: Json, depth: number): number {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new JsonError('A number in the body is too large');
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > DEPTH_MAX) throw new JsonError(`The body is nested more than ${DEPTH_MAX} levels deep`);
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countNames(item, depth + 1);
    return count;
  }
  for (const name in value) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') {
      throw new JsonError(`The name "${name}" is not allowed in the body`);
    }
    count += 1 + countNames(value[name], depth + 1);
  }
  return count;
}

/** Whether a text can be stored: PostgreSQL has no U+0000, and half of a surrogate pair has no UTF-8 form. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function hasOnlyStorableText(value: Json): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasOnlyStorableText);
  return Object.entries(value).every(([name, item]) => isStorable(name) && hasOnlyStorableText(item));
}

/** The text with what cannot be stored replaced by U+FFFD; for words that come from providers and receivers. */
export function toStorable(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** JSON text of a value of ours that may carry foreign words, fit for a database. */
export function stringifyStorable(value: unknown): string {
  return JSON.stringify(value, (_name, item) => (typeof item === 'string' ? toStorable(item) : item));
}

/** Counts the names written in a text that is known to be JSON: strings that a colon follows. */
function countWrittenNames(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    at++;
    while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
    at++;
    while (text.charCodeAt(at) <= 0x20) at++;
    if (text.charCodeAt(at) === COLON) count++;
  }
  return count;
}

/**
 * Parses JSON from a client.
 * @throws JsonError when it is not JSON, has a name twice in one object, a prototype name, too deep a nesting, an
 * infinite number, or text that cannot be stored.
 */
export function parseClientJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the fault; only the reason before it is passed on.
    const reason = error instanceof SyntaxError ? error.message.split(/,? (?:\.\.\.)?"/)[0] : 'not JSON';
    throw new JsonError(`The body is not valid JSON: ${reason}`);
  }
  if (countNames(value, 0) !== countWrittenNames(text)) {
    throw new JsonError('The body has the same name twice in one object');
  }
  // Only an escape can spell such text, so that most bodies need no second look.
  if (text.includes('\\u') && !hasOnlyStorableText(value)) {
    throw new JsonError('The body has text with U+0000 or with half of a surrogate pair');
  }
  return value;
}

/**
 * JSON of a service that we called or that called us, as it is: we read the few fields that we know of it and store none
 * of it as it came. Undefined when it is no JSON.
 */
export function readForeignJson(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Json;
  } catch {
    // What it means that it is none is for the caller to say.
    return undefined;
  }
}

/** Parses JSON that we wrote ourselves (a row, a data file); a fault is a bug and throws as one. */
export function parseOwnJson<Value = Json>(text: string): Value {
  return JSON.parse(text) as Value;
}
