// The words of `reelay run MODEL key=value …` as the input of a model. The model's schema says what a value is; `key=@file` is
// a file, and `key:=…` is JSON as it stands.
import { readFile } from 'node:fs/promises';
import type { Reelay } from '../../../sdk/src/sdk.ts';
import { isObject, type Json, JsonError, parseClientJson } from '../lib/json.ts';
import { ClientFault } from './faults.ts';

type Property = Record<string, unknown>;

const WORD = /^([\w.-]+)(:?=)(.*)$/s;

function refuse(word: string, reason: string): ClientFault {
  return new ClientFault('refused', `${word}: ${reason}`);
}

function toJson(word: string, text: string): Json {
  try {
    return parseClientJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw refuse(word, error.message);
    throw error;
  }
}

/** A value of a simple type; what is no number stays a text, and the server says what is wrong with it. */
function toValue(text: string, type: unknown): Json {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  const isNumber = (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text);
  return isNumber ? Number(text) : text;
}

/** A file becomes an upload where the field takes addresses, and its text elsewhere. */
async function readFileValue(reelay: Reelay, word: string, path: string, item: Property): Promise<string> {
  try {
    const takesAddress = typeof item.format === 'string' && item.format.endsWith('url');
    return takesAddress ? await reelay.files.upload({ path }) : (await readFile(path, 'utf8')).trimEnd();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw refuse(word, `${path} cannot be read (${code})`);
  }
}

function propertyOf(properties: Property, name: string): Property {
  const property = properties[name];
  return isObject(property) ? property : {};
}

/** The value that `key=value` or `key=@file` adds. */
function readWord(reelay: Reelay, word: string, text: string, item: Property): Promise<Json> | Json {
  return text.startsWith('@') ? readFileValue(reelay, word, text.slice(1), item) : toValue(text, item.type);
}

/** The input of a model. @throws ClientFault for a word that is none */
export async function readInputs(
  reelay: Reelay,
  words: readonly string[],
  schema: { properties?: unknown },
): Promise<Record<string, unknown>> {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const input: Record<string, Json> = {};
  for (const word of words) {
    const [, name, sign, text] = WORD.exec(word) ?? [];
    if (name === undefined) throw refuse(word, 'it must be key=value, key=@file or key:=json');
    const property = propertyOf(properties, name);
    const before = input[name];
    if (sign === ':=') input[name] = toJson(word, text);
    else if (property.type !== 'array') input[name] = await readWord(reelay, word, text, property);
    else {
      const value = await readWord(reelay, word, text, propertyOf(property, 'items'));
      input[name] = [...(Array.isArray(before) ? before : []), value];
    }
  }
  return input;
}
