// Calls from pages of other origins (Fetch standard, section 3.3). Off unless origins are set: a key in a page is a key
// that each of its visitors can read. Only the client API is opened; file links are open to every page by themselves.
import type { FastifyInstance, FastifyRequest } from 'fastify';

const METHODS = 'GET, HEAD, POST';
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, last-event-id, prefer, x-api-key';
const ANSWER_HEADERS = 'idempotent-replayed, preference-applied, ratelimit, ratelimit-policy, retry-after';
const PREFLIGHT_CACHE_SECONDS = 600;

export interface CorsOptions {
  /** Origins whose pages may call; `*` is every one. */
  origins: readonly string[];
  /** Of the door that they may call. */
  prefix: string;
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/**
 * Lets pages of these origins (or of all, by `*`) call the client API and read its answers, refusals too. Cookies are
 * never looked at.
 */
export function addCors(app: FastifyInstance, { origins, prefix }: CorsOptions): void {
  if (origins.length === 0) return;
  const isOpen = origins.includes('*');
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.url.startsWith(`${prefix}/`)) return done();
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
