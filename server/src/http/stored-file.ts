// Sends a stored file, whole or a range of it (RFC 9110, section 14), to a caller that the route lets have it.
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { resolveRange } from '../files/byte-range.ts';
import type { LinkedFile } from '../files/reading.ts';
import type { ByteRange } from '../files/storage.ts';

/** Answers with the file, its type and its validators. @param headers of a good answer, besides those. */
export async function sendStored(
  request: FastifyRequest,
  reply: FastifyReply,
  file: LinkedFile,
  headers: Record<string, string>,
): Promise<FastifyReply> {
  const range = isRangeCurrent(request, file) ? resolveRange(request.headers.range, file.sizeBytes) : 'whole';
  const describe = () => {
    reply.header('accept-ranges', 'bytes');
    reply.header('etag', file.etag);
    reply.header('last-modified', file.modifiedAt.toUTCString());
    reply.headers(headers);
  };
  if (isNotModified(request, file)) {
    describe();
    return reply.code(304).send();
  }
  if (range === 'unsatisfiable') {
    reply.header('cache-control', 'no-store');
    return reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).send();
  }
  const part = range === 'whole' ? undefined : range;
  const body = request.method === 'HEAD' ? undefined : await openBody(file, part);
  describe();
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

function isNotModified(request: FastifyRequest, file: LinkedFile): boolean {
  const tags = request.headers['if-none-match'];
  if (tags === undefined) return false;
  const known = tags.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(file.etag);
}

/** If-Range (RFC 9110, 13.1.5): a part is only of use to a client that holds the rest of the same bytes. */
function isRangeCurrent(request: FastifyRequest, file: LinkedFile): boolean {
  const condition = request.headers['if-range'];
  if (condition === undefined) return true;
  return condition === file.etag || condition === file.modifiedAt.toUTCString();
}
