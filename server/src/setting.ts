// A setting as data, and what is wrong with a value of it. Nothing here knows a setting or reads the environment.
import { isGuessable } from './lib/guessable.ts';

type Kind = 'text' | 'secret' | 'integer' | 'number' | 'boolean' | 'choice' | 'url' | 'origins';

/** One setting as data: the docs table and `.env.example` are made from these. */
export interface Setting {
  kind: Kind;
  /** Undefined means: not set, the feature behind it is off or finds its own value. */
  fallback?: string;
  choices?: readonly string[];
  min?: number;
  max?: number;
  about: string;
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
