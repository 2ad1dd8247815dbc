// JSON from outside. This file refuses what JSON.parse accepts silently: a name given twice (the last one would win,
// and a signature or a price could be computed from the other), prototype names, nesting without end, numbers that
// become infinite or another number, and text that no database and no UTF-8 encoder can hold.
import { isExact } from './decimal.ts';

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

/** Whether an object in the value has a member that is null; most have none, and need no copy. */
function hasNullMember(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasNullMember);
  for (const name in value) if (value[name] === null || hasNullMember(value[name])) return true;
  return false;
}

/**
 * The value without the members of its objects that are null: typed clients write null for what they leave out. An item
 * of a list that is null stays, since what follows it would move.
 */
export function withoutNulls<Value extends Json>(value: Value): Value {
  if (!hasNullMember(value)) return value;
  if (Array.isArray(value)) return value.map(withoutNulls) as Value;
  const members = Object.entries(value as JsonObject).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)])) as Value;
}

/** Counts the names in a value, and refuses what no request to Reelay needs. */
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

/** JSON text that can be stored, of a value that may contain words from outside. */
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

/** Only such a text can have a number that a double does not hold: fifteen digits always fit. */
const MAY_BE_INEXACT = /[\d.]{16}|\d[eE]/;
const SHOWN_CHARACTERS_MAX = 60;

/** What `JSON.parse` says about a value: of a number, how it was written. */
type Reviver = (name: string, value: Json, context: { source?: string }) => Json;

function parseWith(text: string, revive: Reviver): Json {
  return JSON.parse(
    text,
    MAY_BE_INEXACT.test(text) ? (revive as (name: string, value: Json) => Json) : undefined,
  );
}

function isAnother(value: Json, source: string | undefined): source is string {
  return typeof value === 'number' && source !== undefined && !isExact(value, source);
}

function refuseInexact(name: string, value: Json, { source }: { source?: string }): Json {
  // An infinite number has a message of its own.
  if (!isAnother(value, source) || !Number.isFinite(value)) return value;
  const shown = source.slice(0, SHOWN_CHARACTERS_MAX);
  throw new JsonError(
    `The number ${shown} (at "${name.slice(0, SHOWN_CHARACTERS_MAX)}") cannot be kept as it is written: it would become ` +
      `${value}. Send that one, or yours as text in quotes`,
  );
}

/**
 * Parses JSON from a client. Each number is the one that was written.
 * @throws JsonError when it is not JSON, has a name twice in one object, a prototype name, too deep a nesting, an
 * infinite number, one that a double does not hold, or text that cannot be stored.
 */
export function parseClientJson(text: string): Json {
  let value: Json;
  try {
    value = parseWith(text, refuseInexact);
  } catch (error) {
    if (error instanceof JsonError) throw error;
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

/** A text of less cannot become large, however it is nested. */
const UNCHECKED_BYTES_MAX = 64 * 1024;
const FOREIGN_DEPTH_MAX = 64;
const FOREIGN_VALUES_MAX = 500_000;

/** What the bytes of JSON outside of texts do: go a level down or up, or begin a further value. */
const STEPS = new Int8Array(256);
for (const byte of Buffer.from('[{')) STEPS[byte] = 1;
for (const byte of Buffer.from(']}')) STEPS[byte] = -1;
const COMMA = 0x2c;

/** The place behind the end of the text that begins before `at`. */
function skipText(bytes: Buffer, at: number): number {
  for (let end = bytes.indexOf(QUOTE, at); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let before = end - 1;
    while (before >= at && bytes[before] === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end + 1;
  }
  return bytes.length;
}

/** How much a body may hold. Checks that look at each value cost by the number of values, not by bytes. */
export interface JsonBounds {
  namesMax: number;
  valuesMax: number;
}

/**
 * Looks for more names or values than a body may hold, before the costly parsing.
 * @throws JsonError at the first one too many.
 */
export function checkBounds(bytes: Buffer, { namesMax, valuesMax }: JsonBounds): void {
  let names = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++];
    if (byte === QUOTE) at = skipText(bytes, at);
    else if (byte === COLON) names++;
    else if (byte === COMMA) values++;
    if (names > namesMax) throw new JsonError(`The body has more than ${namesMax} names`);
    if (values > valuesMax) throw new JsonError(`The body has more than ${valuesMax} values`);
  }
}

/** Whether a value would take many times the memory of its text: millions of empty lists, or deeply nested ones. */
function isBoundless(bytes: Buffer): boolean {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++];
    if (byte === QUOTE) {
      at = skipText(bytes, at);
      continue;
    }
    if (byte === COMMA || STEPS[byte] === 1) values++;
    depth += STEPS[byte];
    if (depth > FOREIGN_DEPTH_MAX || values > FOREIGN_VALUES_MAX) return true;
  }
  return false;
}

/** An id that is rounded would name another job, so ids of many digits are read as text. */
function keepIds(name: string, value: Json, { source }: { source?: string }): Json {
  return isAnother(value, source) && /id$/i.test(name) && /^\d+$/.test(source) ? source : value;
}

/**
 * JSON of a service that Reelay called or that called Reelay. Only a few known fields of it are read, and nothing is
 * stored as it came. A number whose name ends in "id" is read as text where a double does not hold it. Undefined when
 * it is not JSON, or not like anything that a service would send.
 */
export function readForeignJson(bytes: Uint8Array): Json | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length > UNCHECKED_BYTES_MAX && isBoundless(buffer)) return undefined;
  try {
    return parseWith(buffer.toString('utf8'), keepIds);
  } catch {
    // The caller decides what it means that the text is not JSON.
    return undefined;
  }
}

/** Parses JSON that we wrote ourselves (a row, a data file); a fault is a bug and throws as one. */
export function parseOwnJson<Value = Json>(text: string): Value {
  return JSON.parse(text) as Value;
}
