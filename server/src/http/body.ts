// Reads JSON bodies: bounded in size, time, nesting and encoding, with the raw text kept for the idempotency digest.
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { checkBounds, type Json, type JsonBounds, JsonError, parseClientJson } from '../lib/json.ts';
import { SECOND_MS } from '../lib/time.ts';
import { notFound } from './answer.ts';

/** How much the body of a route may hold. */
export interface BodyBounds extends JsonBounds {
  bytesMax: number;
}

export const BODY_BYTES_MAX = 256 * 1024;
const BODY_TIMEOUT_MS = 10 * SECOND_MS;
/** Far more than the input of any model. */
const BOUNDS: BodyBounds = { bytesMax: BODY_BYTES_MAX, namesMax: 1_000, valuesMax: 10_000 };

/** A parsed body with the text that it came from. */
export interface ClientBody {
  value: Json;
  raw: string;
  /** Of a form, by the names of their fields. */
  files?: ReadonlyMap<string, FormFile>;
}

/** A file in a form. What its sender says of its type is not kept: the bytes decide. */
export interface FormFile {
  bytes: Buffer;
  /** As it was sent; it need not be one. */
  name: string;
}

/** How a body is collected. */
export interface Collecting {
  bytesMax: number;
  timeoutMs: number;
  /** Is called with each part before it is kept. @throws AppError where there is no room for it. */
  onBytes?: (bytes: number) => void;
}

function unreadable(message: string): AppError {
  return new AppError('body_unreadable', { message });
}

function tooLarge(bytesMax: number): string {
  return `The body is larger than ${bytesMax} bytes`;
}

function collect(
  payload: FastifyRequest['raw'],
  { bytesMax, timeoutMs, onBytes }: Collecting,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let ended = false;
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      payload.off('data', take);
      settle();
    };
    const fail = (fault: string) => end(() => reject(unreadable(fault)));
    const late = `The body did not arrive within ${timeoutMs / SECOND_MS} seconds`;
    const timer = setTimeout(fail, timeoutMs, late);
    const take = (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > bytesMax) return fail(tooLarge(bytesMax));
      try {
        onBytes?.(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        end(() => reject(error));
      }
    };
    payload.on('data', take);
    payload.on('end', () => end(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))));
    // A close follows every end; it says something only where there was none. An error is followed by one, too.
    payload.on('close', () => fail('The connection ended before the body did'));
    payload.on('error', () => undefined);
  });
}

/** The bytes of a body. @throws AppError `body_unreadable`, also for one that is packed. */
export function collectBody(
  request: FastifyRequest,
  payload: FastifyRequest['raw'],
  collecting: Collecting,
): Promise<Buffer> {
  const { bytesMax } = collecting;
  if (Number(request.headers['content-length']) > bytesMax) throw unreadable(tooLarge(bytesMax));
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw unreadable('Content-Encoding is not supported; send the body as it is');
  }
  return collect(payload, collecting);
}

/** The bounds of the bodies of a route. */
export function boundsOf({ routeOptions }: FastifyRequest): BodyBounds {
  return routeOptions.config.body ?? BOUNDS;
}

async function parseBody(request: FastifyRequest, payload: FastifyRequest['raw']): Promise<ClientBody> {
  const bounds = boundsOf(request);
  const timeoutMs = BODY_TIMEOUT_MS;
  return parseJsonBody(await collectBody(request, payload, { bytesMax: bounds.bytesMax, timeoutMs }), bounds);
}

/** Reads the bytes of a body as JSON. @throws AppError `body_unreadable`. */
export function parseJsonBody(bytes: Buffer, bounds: JsonBounds): ClientBody {
  if (!isUtf8(bytes)) throw unreadable('The body is not valid UTF-8');
  // A byte order mark is no part of the text (RFC 8259, section 8.1).
  const raw = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (raw === '') throw unreadable('The body is empty; send a JSON object');
  try {
    checkBounds(bytes, bounds);
    return { value: parseClientJson(raw), raw };
  } catch (error) {
    if (error instanceof JsonError) throw new AppError('body_unreadable', { message: error.message });
    throw error;
  }
}

/** The type of a body that is JSON. */
export const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Whether a route has a body. */
export function wantsBody({ schema }: FastifyRequest['routeOptions']): boolean {
  return schema?.body !== undefined;
}

/** Whether the body of the request has a reader. */
function readsBody({ routeOptions }: FastifyRequest): boolean {
  return wantsBody(routeOptions) || routeOptions.config.access === 'link';
}

function parseIfWanted(
  request: FastifyRequest,
  payload: FastifyRequest['raw'],
  done: (error: Error | null, body?: ClientBody) => void,
): void {
  const isJson = JSON_TYPE.test(request.headers['content-type'] ?? '');
  if (!wantsBody(request.routeOptions)) done(null, undefined);
  else if (!isJson) done(unreadable('The body must be sent with Content-Type: application/json'));
  else parseBody(request, payload).then((body) => done(null, body), done);
}

/**
 * Makes `application/json` the one type of body that is taken; others are refused with the reason. Bodies are read only
 * where the schema of a route has one, after its address is known: elsewhere what comes is dropped, whatever it is.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // By its own name the framework finds it without taking the type apart, at each request.
  app.addContentTypeParser('application/json', parseIfWanted);
  app.addContentTypeParser('*', parseIfWanted);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) return done(notFound(request));
    // The framework judges the type before any parser sees it. Routes behind links have parsers of their own.
    if (request.raw.headers['content-type'] !== undefined && !readsBody(request))
      delete request.raw.headers['content-type'];
    done();
  });
}

/** The body of a route that needs one. */
export function bodyOf(request: Pick<FastifyRequest, 'body'>): ClientBody {
  const body = request.body as ClientBody | undefined;
  if (body === undefined || body === null) {
    throw unreadable('The body is missing; send JSON with Content-Type: application/json');
  }
  return body;
}
