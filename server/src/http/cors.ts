// Calls from pages of other origins (Fetch standard, section 3.3). Off unless origins are set: a key in a page is a key
// that each of its visitors can read. Only what the SDK calls is opened; file links are open to every page by themselves.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CLIENT_HEADER, UPDATE_HEADER } from './client-version.ts';

const METHODS = 'GET, HEAD, POST';
const REQUEST_HEADERS = `authorization, content-type, idempotency-key, last-event-id, prefer, x-api-key, ${CLIENT_HEADER}`;
const ANSWER_HEADERS = `idempotent-replayed, preference-applied, ratelimit, ratelimit-policy, retry-after, ${UPDATE_HEADER}`;
const PREFLIGHT_CACHE_SECONDS = 600;

/** Beginnings of what the SDK calls. What a cookie opens has no headers for other origins (callers.ts). */
const OPENED = ['/api/v1/client/', '/api/v1/account/caller', '/api/v1/account/tasks/'];

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/**
 * Lets pages of these origins (or of all, by `*`) call what the SDK calls and read the answers, refusals too. Cookies are
 * never looked at.
 */
export function addCors(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const isOpen = origins.includes('*');
  app.addHook('onRequest', (request, reply, done) => {
    if (!OPENED.some((path) => request.url.startsWith(path))) return done();
    // Set below the framework, so that event streams, which write their own head, have them too.
    const { raw } = reply;
    if (!isOpen) raw.setHeader('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !(isOpen || origins.includes(origin))) return done();
    raw.setHeader('access-control-allow-origin', isOpen ? '*' : origin);
    if (!isPreflight(request)) {
      raw.setHeader('access-control-expose-headers', ANSWER_HEADERS);
      return done();
    }
    reply.code(204).headers({
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': REQUEST_HEADERS,
      'access-control-max-age': String(PREFLIGHT_CACHE_SECONDS),
    });
    void reply.send();
  });
}
