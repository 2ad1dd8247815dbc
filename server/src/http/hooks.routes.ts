// The addresses to which providers post their hints. The code in the address is the permission; bodies are kept as
// bytes, since signatures cover bytes.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HOOKS_PATH, type Hooks } from '../work/hooks.ts';
import { JSON_TYPE } from './answer.ts';

const BODY_BYTES_MAX = 2 * 1024 * 1024;

interface HookRoute {
  Params: { provider: string; token: string };
  Body: Buffer | undefined;
}

/** @param options.pathPrefix the path of the public address, which providers have signed. */
export function registerHookRoutes(
  app: FastifyInstance,
  { hooks, pathPrefix }: { hooks: Hooks; pathPrefix: () => string },
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.route<HookRoute>({
    method: 'POST',
    url: `${HOOKS_PATH}/:provider/:token`,
    bodyLimit: BODY_BYTES_MAX,
    // Checked before the body is read, so that a guessed address costs no memory.
    onRequest: async ({ params }: FastifyRequest<HookRoute>) => {
      hooks.verify(params.provider, params.token);
    },
    handler: async (request: FastifyRequest<HookRoute>, reply) => {
      const { provider, token } = request.params;
      const [path, query = ''] = request.url.split('?', 2);
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      const answer = await hooks.receive(provider, token, {
        method: request.method,
        path: `${pathPrefix()}${path}`,
        query,
        headers: Object.fromEntries(headers),
        body: request.body ?? new Uint8Array(),
      });
      return reply.header('content-type', JSON_TYPE).send(JSON.stringify(answer));
    },
  });
}
