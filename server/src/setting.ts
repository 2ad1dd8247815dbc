// A setting as data, what is wrong with a text for it, and the value of one that is right. Nothing here knows a setting or
// reads the environment.
import { resolve } from 'node:path';
import { isGuessable } from './lib/guessable.ts';

/** What each kind is read as. */
interface Values {
  text: string;
  secret: string;
  /** Without a slash at its end. */
  url: string;
  /** Resolved from the folder that the process was started in. */
  path: string;
  integer: number;
  number: number;
  boolean: boolean;
  choice: string;
  list: string[];
  origins: string[];
}

type Kind = keyof Values;

/** One setting as data: the docs table and `.env.example` are made from these. */
export interface Setting {
  kind: Kind;
  /** Undefined means: not set, the feature behind it is off or finds its own value. */
  fallback?: string;
  choices?: readonly string[];
  min?: number;
  max?: number;
  /** What a number is multiplied by; `min` and `max` are before that. */
  scale?: number;
  about: string;
}

type With<Name extends keyof Setting> = Required<Pick<Setting, Name>>;

/** The value of a setting as its entry says it: a list always has one, the others where they have a fallback. */
export type SettingValue<S extends Setting> =
  | (S extends With<'choices'> ? S['choices'][number] : Values[S['kind']])
  | (S extends With<'fallback'> | { kind: 'list' | 'origins' } ? never : undefined);

/** The value of a setting whose text has no fault; an empty text counts as none. */
export function readSetting(setting: Setting, given: string | undefined): Values[Kind] | undefined {
  const text = given || setting.fallback;
  if (setting.kind === 'list' || setting.kind === 'origins') return parseList(text);
  if (text === undefined) return undefined;
  switch (setting.kind) {
    case 'integer':
    case 'number':
      return Number(text) * (setting.scale ?? 1);
    case 'boolean':
      return text === 'true';
    case 'path':
      return resolve(text);
    case 'url':
      return text.replace(/\/+$/, '');
    case 'text':
    case 'secret':
    case 'choice':
      return text;
  }
}

/** Paths are appended to it. */
const ADDRESS = /^https?:\/\/[^/?#\s]+[^?#\s]*$/;

/** What a value must be, as the end of the sentence "NAME must …"; undefined when it is. */
export function faultOf(setting: Setting, text: string): string | undefined {
  switch (setting.kind) {
    case 'integer':
    case 'number':
      return numberFault(setting, text);
    case 'boolean':
      return text === 'true' || text === 'false' ? undefined : 'be true or false';
    case 'choice':
      return setting.choices?.includes(text) ? undefined : `be one of ${setting.choices?.join(', ')}`;
    case 'url':
      return ADDRESS.test(text) && URL.canParse(text)
        ? undefined
        : 'be an http:// or https:// address without query, fragment or blanks';
    case 'origins':
      return parseList(text).every(isOrigin)
        ? undefined
        : 'be origins such as https://app.example.com, in lower case, without a path, comma separated; or *';
    case 'text':
    case 'path':
    case 'list':
    case 'secret':
      return undefined;
  }
}

/** The members of a list that commas part. */
export function parseList(text = ''): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter(Boolean);
}

/** As browsers send it, or the word for all of them. A wildcard inside would match nothing. */
function isOrigin(text: string): boolean {
  if (text === '*') return true;
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function numberFault({ kind, min, max }: Setting, text: string): string | undefined {
  const value = Number(text);
  const inRange = text.trim() !== '' && value >= Number(min) && value <= Number(max);
  if (inRange && (kind === 'number' || Number.isInteger(value))) return undefined;
  return `be a ${kind === 'integer' ? 'whole ' : ''}number from ${min} to ${max}`;
}

const SECRET_CHARACTERS_MIN = 32;

/** The same for a secret that others could try to guess. */
export function faultOfLongSecret(text: string): string | undefined {
  if (text.length < SECRET_CHARACTERS_MIN) return `have ${SECRET_CHARACTERS_MIN} characters or more`;
  return isGuessable(text) ? 'not repeat itself; take what "openssl rand -hex 32" prints' : undefined;
}
