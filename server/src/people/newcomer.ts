// What somebody says that joins or signs in: what may be wrong with it, and how addresses and the tokens of links are kept.
import { createHash, randomBytes } from 'node:crypto';
import { isGuessable } from '../lib/guessable.ts';

/** What somebody says that joins. */
export interface NewcomerFields {
  email: string;
  name: string;
  password: string;
}

/** Of one @, with a domain of two parts or more; the library takes no other. */
const ADDRESS_FORM = /^(?!\.|.*\.\.)[a-z0-9_'+.-]*[a-z0-9_+-]@(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$/;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** An email address as it is kept: capitals and small letters are the same there. */
export function toAddress(email: string): string {
  return email.trim().toLowerCase();
}

export function addressFaults(email: string): string[] {
  return ADDRESS_FORM.test(toAddress(email)) ? [] : ['email: must be an email address'];
}

export function nameFaults(name: string): string[] {
  const isVisible = name.trim() !== '' && !CONTROL_CHARACTER.test(name);
  return isVisible ? [] : ['name: must have visible characters'];
}

export function passwordFaults(password: string): string[] {
  const fault = 'password: must have eight different characters and not repeat itself';
  return isGuessable(password) ? [fault] : [];
}

/** What stands after the # of a link that lets somebody in. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token that lets somebody in: the token has 256 random bits, so one round is enough. */
export function digestToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
