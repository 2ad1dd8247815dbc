// The addresses of inboxes. The code in the address is the permission; bodies are kept as bytes, since signatures cover
// bytes. What is posted is answered with nothing of the server, and is shown to members of the account as text.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { INBOX_PATH, type Inboxes } from '../callbacks/inboxes.ts';
import { JSON_TYPE } from './answer.ts';

const BODY_BYTES_MAX = 1024 * 1024;

interface InboxRoute {
  Params: { token: string };
  Body: Buffer | undefined;
}

export function registerInboxRoutes(app: FastifyInstance, inboxes: Inboxes): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.route<InboxRoute>({
    method: ['POST', 'PUT', 'PATCH'],
    url: `${INBOX_PATH}/:token`,
    bodyLimit: BODY_BYTES_MAX,
    // Checked before the body is read, so that a guessed address costs no memory.
    onRequest: async ({ params }: FastifyRequest<InboxRoute>) => {
      inboxes.verify(params.token);
    },
    handler: async (request: FastifyRequest<InboxRoute>, reply) => {
      const [, query = ''] = request.url.split('?', 2);
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      await inboxes.receive(request.params.token, {
        method: request.method,
        query,
        headers: Object.fromEntries(headers),
        body: request.body ?? Buffer.alloc(0),
      });
      return reply.header('content-type', JSON_TYPE).send('{}');
    },
  });
}
