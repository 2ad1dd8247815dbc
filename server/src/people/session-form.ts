// A session before it is written, and its cookie. Both have the form of better-auth, which reads them: a token of letters and
// digits, and in the cookie its HMAC-SHA-256 under the secret of the sessions (better-call 1, signCookieValue). They are made
// here so that a session is written in the transaction of what it follows from.
import { createHmac } from 'node:crypto';
import { newId, randomBase62 } from '../lib/ids.ts';
import { DAY_MS, SECOND_MS } from '../lib/time.ts';

/** Where a request came from, as the session keeps it. */
export interface Origin {
  address: string;
  userAgent: string | undefined;
}

/** A session that is not written yet. */
export interface NewSession {
  id: string;
  token: string;
  from: Origin;
  /** The value of `Set-Cookie`. */
  cookie: string;
}

export const SESSION_SECONDS = (7 * DAY_MS) / SECOND_MS;
const TOKEN_CHARACTERS = 32;

/** Browsers keep `__Host-` cookies for one origin, and only behind https. */
export function sessionCookieName(publicUrl: string): string {
  return `${publicUrl.startsWith('https:') ? '__Host-reelay' : 'reelay'}.session`;
}

/** @param options the secret of the sessions, and where people reach the server. */
export function makeSession(from: Origin, options: { secret: string; publicUrl: string }): NewSession {
  const token = randomBase62(TOKEN_CHARACTERS);
  const signature = createHmac('sha256', options.secret).update(token).digest('base64');
  const value = encodeURIComponent(`${token}.${signature}`);
  return { id: newId(), token, from, cookie: cookieOf(value, SESSION_SECONDS, options.publicUrl) };
}

/** The value of `Set-Cookie` that removes the cookie of a session. */
export function goneCookie(publicUrl: string): string {
  return cookieOf('', 0, publicUrl);
}

function cookieOf(value: string, seconds: number, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${sessionCookieName(publicUrl)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly${secure}; SameSite=Lax`;
}

const COOKIE_CHARACTERS_MAX = 300;

/** The pair of this name in a `Cookie` header, as it was sent. */
export function cookieIn(header: string, name: string): string | undefined {
  const pair = header.split(/; */).find((text) => text.startsWith(`${name}=`));
  return pair !== undefined && pair.length <= COOKIE_CHARACTERS_MAX ? pair : undefined;
}
