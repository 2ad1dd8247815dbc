// Files over HTTP: signed links out, signed uploads in. Every file is a client's upload or a provider's output,
// so it must never be answered in a form that a browser would run or guess a type for.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendStored } from '../http/stored-file.ts';
import { type Clock, SECOND_MS } from '../lib/time.ts';
import type { Files } from './files.ts';
import { LINK_PATH_PREFIX, type LinkQuery } from './links.ts';
import type { LinkedFile } from './reading.ts';
import type { Thumbnails } from './thumbnails.ts';

interface FileRoute {
  Params: { '*': string };
  Querystring: LinkQuery;
}

export interface FileParts {
  files: Files;
  thumbnails: Pick<Thumbnails, 'prepare'>;
  clock: Clock;
}

type FileRequest = FastifyRequest<FileRoute>;

const PATH = `${LINK_PATH_PREFIX}*`;
const CACHE_SECONDS_MAX = 3_600;

/** Adds `/files/*` to the server. Errors are thrown as `AppError` for the server's own renderer. */
export async function registerFileRoutes(app: FastifyInstance, parts: FileParts): Promise<void> {
  const { files } = parts;
  // A scope of its own, because bodies of any type are taken here, and as a stream.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    scope.addHook('onRequest', async (_request, reply) => {
      allowAnyOrigin(reply);
    });
    scope.route<FileRoute>({
      method: ['GET', 'HEAD'],
      url: PATH,
      handler: (request, reply) => sendFile(request, reply, parts),
    });
    scope.route<FileRoute>({
      method: 'PUT',
      url: PATH,
      bodyLimit: files.uploadBytesMax,
      handler: (request, reply) => takeUpload(request, reply, files),
    });
    scope.options(PATH, (_request, reply) => {
      reply.header('access-control-allow-methods', 'GET, HEAD, PUT');
      reply.header('access-control-allow-headers', 'content-type, range');
      reply.header('access-control-max-age', '600');
      return reply.code(204).send();
    });
  });
}

/** The link is the permission, and no cookie is looked at: any page may play, draw or upload with it. */
function allowAnyOrigin(reply: FastifyReply): void {
  reply.header('access-control-allow-origin', '*');
  reply.header('access-control-expose-headers', 'accept-ranges, content-length, content-range, etag');
  reply.header('cross-origin-resource-policy', 'cross-origin');
}

async function sendFile(
  request: FileRequest,
  reply: FastifyReply,
  { files, thumbnails, clock }: FileParts,
): Promise<FastifyReply> {
  await thumbnails.prepare(request.params['*'], request.query);
  const file = await files.openLink(request.params['*'], request.query);
  return sendStored(request, reply, file, headersOf(file, clock()));
}

function headersOf(file: LinkedFile, nowMs: number): Record<string, string> {
  const linkSeconds = Math.floor((file.linkExpiresAtMs - nowMs) / SECOND_MS);
  const cacheSeconds = Math.max(0, Math.min(linkSeconds, CACHE_SECONDS_MAX));
  return {
    'cache-control': `private, max-age=${cacheSeconds}, immutable`,
    // The name is part of a key, whose pattern has no quote, backslash or line break.
    'content-disposition': `inline; filename="${file.name}"`,
    'x-content-type-options': 'nosniff',
    // Enough for the page that a browser makes around a bare video or picture, and for nothing else.
    'content-security-policy':
      "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
  };
}

async function takeUpload(request: FileRequest, reply: FastifyReply, files: Files): Promise<FastifyReply> {
  await files.receiveUpload({
    key: request.params['*'],
    query: request.query,
    contentType: request.headers['content-type'],
    contentLength: request.headers['content-length'],
    body: (request.body as Readable | undefined) ?? request.raw,
  });
  return reply.code(200).send();
}
