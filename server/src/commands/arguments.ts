// Reads arguments of commands; what is wrong is one line that names the argument.
import { InvalidArgumentError } from 'commander';
import { ROLES, type Role } from '../accounts/roles.ts';
import { CATALOGUE_NAMES, type CatalogueName } from '../catalog/catalogues.ts';
import { isUuid } from '../lib/ids.ts';
import type { Book } from '../lib/money.ts';
import { type Micros, parseCredits } from '../lib/money.ts';
import { isMoment } from '../lib/time.ts';

export function readMode(text: string): Book {
  if (text === 'live' || text === 'test') return text;
  throw new InvalidArgumentError('It must be live or test.');
}

export function readId(text: string): string {
  if (isUuid(text)) return text;
  throw new InvalidArgumentError('It must be an id as a list gives it.');
}

export function readHandEnd(text: string): 'failed' | 'cancelled' | 'succeeded' {
  if (text === 'failed' || text === 'cancelled' || text === 'succeeded') return text;
  throw new InvalidArgumentError('It must be failed, cancelled or succeeded.');
}

export function readCount(text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999999.');
}

/** An amount of US dollars. */
export function readUsd(text: string): number {
  if (/^\d{1,6}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be an amount of US dollars such as 0.005.');
}

/** A place in an order, from 0. */
export function readOrder(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 999.');
}

/** The parser of arguments turns null into an empty text, so that the word stays one. */
export function readCap(text: string): number | 'none' {
  return text === 'none' ? text : readCount(text);
}

export function readRole(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role !== undefined) return role;
  throw new InvalidArgumentError(`It must be one of ${ROLES.join(', ')}.`);
}

/** Credits of a budget, or none. */
export function readBudget(text: string): Micros | 'none' {
  const micros = text === 'none' ? text : readCredits(text);
  if (micros === 'none' || micros >= 0n) return micros;
  throw new InvalidArgumentError('A budget is not below zero.');
}

/** Words with commas between, or none. */
export function readWords(text: string): string[] | 'none' {
  return text === 'none' ? text : text.split(',').map((word) => word.trim());
}

/** A time, or none. */
export function readEnd(text: string): Date | 'none' {
  if (text === 'none') return text;
  if (isMoment(text)) return new Date(text);
  throw new InvalidArgumentError('It must be a time such as 2027-01-31T00:00:00Z, or none.');
}

/** `name=value`, added to those before. */
export function readPair(text: string, before: [string, string][] = []): [string, string][] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

/** A word, added to those before. */
export function readWord(text: string, before: string[] = []): string[] {
  return [...before, text];
}

export function readCredits(text: string): Micros {
  const micros = parseCredits(text);
  if (micros !== undefined) return micros;
  throw new InvalidArgumentError(
    'It must be an amount of credits such as 100 or 166.5, with at most six decimals.',
  );
}

/** The names as a sentence has them: `bytedance, vidu or kling`. */
export const CATALOGUE_WORDS = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(CATALOGUE_NAMES);

export function readCatalogue(text: string): CatalogueName {
  const name = CATALOGUE_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError(`It must be ${CATALOGUE_WORDS}.`);
}

/** Credits of a price, or null for "reset". */
export function readPrice(text: string): Micros | null {
  const micros = text === 'reset' ? null : readCredits(text);
  if (micros === null || micros >= 0n) return micros;
  throw new InvalidArgumentError('A price is not below zero.');
}

/** A moment in ISO 8601 with its zone, since a clock of a machine may be in any. */
export function readTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('It must be a time with its zone, such as 2027-01-31T00:00:00Z.');
}
