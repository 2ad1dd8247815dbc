// Files over HTTP: signed links out, signed uploads in. Every file is a client's upload or a provider's output,
// so it must never be answered in a form that a browser would run or guess a type for.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { type Clock, SECOND_MS } from '../lib/time.ts';
import { resolveRange } from './byte-range.ts';
import type { Files } from './files.ts';
import { LINK_PATH_PREFIX, type LinkQuery } from './links.ts';
import type { LinkedFile } from './reading.ts';
import type { ByteRange } from './storage.ts';
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
  const range = isRangeCurrent(request, file) ? resolveRange(request.headers.range, file.sizeBytes) : 'whole';
  if (isNotModified(request, file)) {
    describeFile(reply, file, clock());
    return reply.code(304).send();
  }
  if (range === 'unsatisfiable') {
    reply.header('cache-control', 'no-store');
    return reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).send();
  }
  const part = range === 'whole' ? undefined : range;
  const body = request.method === 'HEAD' ? undefined : await openBody(file, part);
  describeFile(reply, file, clock());
  reply.type(file.contentType);
  reply.header('content-length', part === undefined ? file.sizeBytes : part.end - part.start + 1);
  if (part !== undefined) {
    reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${file.sizeBytes}`);
  }
  return reply.send(body);
}

async function openBody(file: LinkedFile, part: ByteRange | undefined): Promise<Readable> {
  const opened = await file.read(part);
  if (opened === null) throw new AppError('link_invalid');
  return opened.stream;
}

function describeFile(reply: FastifyReply, file: LinkedFile, nowMs: number): void {
  const linkSeconds = Math.floor((file.linkExpiresAtMs - nowMs) / SECOND_MS);
  const cacheSeconds = Math.max(0, Math.min(linkSeconds, CACHE_SECONDS_MAX));
  reply.header('accept-ranges', 'bytes');
  reply.header('etag', file.etag);
  reply.header('last-modified', file.modifiedAt.toUTCString());
  reply.header('cache-control', `private, max-age=${cacheSeconds}, immutable`);
  // The name is part of a key, whose pattern has no quote, backslash or line break.
  reply.header('content-disposition', `inline; filename="${file.name}"`);
  reply.header('x-content-type-options', 'nosniff');
  // Enough for the page that a browser makes around a bare video or picture, and for nothing else.
  reply.header(
    'content-security-policy',
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
  );
}

function isNotModified(request: FileRequest, file: LinkedFile): boolean {
  const tags = request.headers['if-none-match'];
  if (tags === undefined) return false;
  const known = tags.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(file.etag);
}

/** If-Range (RFC 9110, 13.1.5): a part is only of use to a client that holds the rest of the same bytes. */
function isRangeCurrent(request: FileRequest, file: LinkedFile): boolean {
  const condition = request.headers['if-range'];
  if (condition === undefined) return true;
  return condition === file.etag || condition === file.modifiedAt.toUTCString();
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
