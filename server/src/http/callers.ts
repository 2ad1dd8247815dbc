// Who sent a request: a key, a person in an account, or an operator. A cookie counts only for a page of this server: what
// changes something must prove that it comes from one, and no page of another origin reads what a cookie opens.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import type { KeyRecord } from '../accounts/keys.ts';
import { ROLES, type Role } from '../accounts/roles.ts';
import { AppError } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { People, Session } from '../people/people.ts';

/** Who calls a route with access `account`: a key, or the playground's key of an account with the person that uses it. */
export interface Caller extends KeyRecord {
  /** Who is signed in; none behind a key. */
  session?: Session;
}

/** What finding a caller needs. */
export interface CallerSource {
  accounts: Accounts;
  people: People;
}

/** The key from `x-api-key`, or from `Authorization: Bearer` as other clients send it. */
export function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  return bearerOf(request);
}

/** What `Authorization: Bearer` carries. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * Who calls for an account. A request with a key ignores cookies. At once for what was looked up within the last second.
 * @throws AppError `unauthorized`, `key_disabled`, `key_expired`, `address_not_allowed`, `not_permitted`.
 */
export function findCaller(source: CallerSource, request: FastifyRequest): Caller | Promise<Caller> {
  const key = keyOf(request);
  if (key === undefined && request.headers.cookie !== undefined) return findMember(source, request);
  return source.accounts.authenticate(key, request.ip);
}

async function findMember({ accounts, people }: CallerSource, request: FastifyRequest): Promise<Caller> {
  const session = await people.find(request.headers.cookie);
  if (!session) throw new AppError('unauthorized');
  requireOwnPage(request);
  const accountId = choiceOf(request, 'account');
  const membership = session.accounts.find(({ account_id: id }) => id === accountId);
  if (!membership || !isUuid(membership.account_id)) {
    throw new AppError('not_permitted', {
      message: 'x-reelay-account must name an account that you belong to',
    });
  }
  const mode = choiceOf(request, 'mode');
  if (mode !== 'test' && mode !== 'live') {
    throw new AppError('not_permitted', { message: 'x-reelay-mode must be test or live' });
  }
  const key = await accounts.playgroundKey(membership.account_id, mode);
  return { ...key, role: membership.role, session };
}

/** Account or book of a session: from its header, or in the query of what a browser fetches without headers. */
function choiceOf({ headers, query, method }: FastifyRequest, name: 'account' | 'mode'): string | undefined {
  const header = headers[`x-reelay-${name}`];
  if (typeof header === 'string') return header;
  const value = (query as Record<string, unknown> | undefined)?.[name];
  return method === 'GET' && typeof value === 'string' ? value : undefined;
}

/** Who is signed in, without an account. @throws AppError `unauthorized`, `not_permitted`. */
export async function findSession({ people }: CallerSource, request: FastifyRequest): Promise<Session> {
  const session = await people.find(request.headers.cookie);
  if (!session) throw new AppError('unauthorized', { message: 'You are not signed in' });
  requireOwnPage(request);
  return session;
}

/**
 * The operator who is signed in, if the request has a session.
 * @throws AppError `not_permitted` for other people, `sign_in_again` when the password was given too long ago,
 * `second_factor_needed` for a person without one where operators need it.
 */
export async function findOperator(
  source: CallerSource,
  request: FastifyRequest,
): Promise<Session | undefined> {
  const session = await source.people.find(request.headers.cookie);
  if (!session) return undefined;
  requireOwnPage(request);
  if (!session.person.is_operator) {
    throw new AppError('not_permitted', { message: 'Only an operator may do this' });
  }
  if (!source.people.hasJustSignedIn(session)) throw new AppError('sign_in_again');
  if (source.people.lacksSecondFactor(session)) {
    const message = 'Operators of this server need a second factor; add yours on the page Account';
    throw new AppError('second_factor_needed', { message });
  }
  return session;
}

const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses what a page of another origin would change. Browsers say where a request comes from: in `Sec-Fetch-Site`, and
 * where they send none (plain http beyond this machine), in `Origin`.
 * @throws AppError `not_permitted`.
 */
export function requireOwnPage(request: FastifyRequest): void {
  if (READING.includes(request.method) || isOwnPage(request, false)) return;
  throw new AppError('not_permitted', { message: 'The request comes from a page of another site' });
}

/** The same for a request that carries no cookie yet: a program that sends neither header is let in. */
export function refuseForeignPage(request: FastifyRequest): void {
  if (isOwnPage(request, true)) return;
  throw new AppError('not_permitted', { message: 'The request comes from a page of another site' });
}

function isOwnPage({ headers, host }: FastifyRequest, isUnsaidAllowed: boolean): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  if (origin === undefined) return isUnsaidAllowed;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Whether a role covers what a route needs. */
export function covers(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The headers of an answer that a cookie opens: nobody else may keep, frame or read it. */
export function guardAnswer({ raw }: FastifyReply, { cookies }: Pick<Session, 'cookies'>): void {
  // Set below the framework, so that event streams, which write their own head, have them too.
  raw.removeHeader('access-control-allow-origin');
  raw.removeHeader('access-control-expose-headers');
  raw.setHeader('cache-control', 'no-store');
  raw.setHeader('cross-origin-resource-policy', 'same-origin');
  raw.setHeader('referrer-policy', 'no-referrer');
  raw.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  if (cookies.length > 0) raw.setHeader('set-cookie', [...cookies]);
}
