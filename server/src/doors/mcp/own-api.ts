// The API of this server without a socket, for the tools: their calls pass the same gate, rates and limits as those of every
// other client, and no tool can do what its key could not.
import type { FastifyInstance } from 'fastify';
import { isObject } from '../../lib/json.ts';

const METHODS = ['GET', 'POST'] as const;

/** A fetch that stays in this process. @param address from which the calls come, as the gate shall see it */
export function fetchWithin(app: FastifyInstance, address: string): typeof fetch {
  return async (input, init = {}) => {
    const { pathname, search } = new URL(String(input));
    const method = METHODS.find((known) => known === (init.method ?? 'GET'));
    if (method === undefined) throw new TypeError(`The tools do not use ${init.method}`);
    init.signal?.throwIfAborted();
    const answer = await app.inject({
      method,
      url: pathname + search,
      headers: isObject(init.headers) ? { ...(init.headers as Record<string, string>) } : {},
      payload: typeof init.body === 'string' ? init.body : undefined,
      remoteAddress: address,
    });
    const type = answer.headers['content-type'];
    const retryAfter = answer.headers['retry-after'];
    const headers = new Headers(typeof type === 'string' ? { 'content-type': type } : {});
    if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
    return new Response(new Uint8Array(answer.rawPayload), { status: answer.statusCode, headers });
  };
}
