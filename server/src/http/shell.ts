// The HTTP server around the doors: limits, who is calling, rates, errors, one log line a request. A route says in its
// `config` who may call it and how it is counted; one that says nothing is refused at start.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AnswerLost } from '../db/lost-answers.ts';
import { isDatabaseUnavailable } from '../db/pool.ts';
import { AppError, OperatorError } from '../errors.ts';
import { randomBase62 } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { pause, SECOND_MS } from '../lib/time.ts';
import { type ErrorDialect, JSON_TYPE, notFound } from './answer.ts';
import { acceptJsonBodies, BODY_BYTES_MAX } from './body.ts';
import { addClientVersion } from './client-version.ts';
import { type BoundOptions, boundConnections } from './connections.ts';
import { addCors } from './cors.ts';
import { addGate, type GateOptions } from './gate.ts';
import {
  addLinger,
  closeUnlessRead,
  forgetExchange,
  isAnswering,
  LINGER,
  type LingerLimits,
} from './linger.ts';
import { rateFields } from './rate.ts';

const HEADERS_TIMEOUT_MS = 5 * SECOND_MS;
/** Uploads are the longest requests; the JSON bodies have a shorter limit of their own. */
const REQUEST_TIMEOUT_MS = 300 * SECOND_MS;
/** Longer than the longest `Prefer: wait`, and than the pause between two signs of life of an event stream. */
const SILENCE_TIMEOUT_MS = 75 * SECOND_MS;
/** Longer than the idle time of common balancers, which must be the ones that close: 60 s, or 75 s. */
const KEEP_ALIVE_SECONDS = 80;
const HEADER_BYTES_MAX = 8 * 1024;
const HEADERS_MAX = 100;
/** Requests that arrive in this time after the signal are answered with the word to close the connection. */
const DRAIN_MS = 300;
/** Longer requests than this, such as a download, are cut; their clients can go on from where they were. */
const LAST_REQUESTS_MS = 8 * SECOND_MS;
const QUIET_MS = 30;
const QUIET_WITHIN_MS = SECOND_MS;
/** What is committed is never denied, even if it cannot be found out whether it is. */
const ANSWER_LOST =
  'Storage did not answer: what you asked for may have been done; look before you ask again';

export interface ShellOptions extends GateOptions {
  log: Log;
  /** How what belongs to no door is refused: unknown addresses, links, what is not HTTP. */
  errors: ErrorDialect;
  trustProxy: string[];
  onAnswer: (request: FastifyRequest, reply: FastifyReply) => void;
  /** Undefined: as many as come. */
  connections?: BoundOptions;
  /** Origins whose pages may call what the SDK calls; `*` is every one. */
  corsOrigins?: readonly string[];
  /** Undefined is {@link KEEP_ALIVE_SECONDS}. */
  keepAliveSeconds?: number;
  /** How long an answered connection is read on; tests have less patience. */
  linger?: LingerLimits;
}

/** Makes the server without routes; the caller adds the doors and listens. */
export function createShell(options: ShellOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    genReqId: createRequestIds(),
    trustProxy: options.trustProxy.length > 0 ? options.trustProxy : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    keepAliveTimeout: (options.keepAliveSeconds ?? KEEP_ALIVE_SECONDS) * SECOND_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: 300 },
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: SECOND_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, options.errors),
    // Addresses that the router itself gives up: a broken escape, a parameter beyond its length.
    frameworkErrors: (_error, request, reply) => {
      closeUnlessRead(request, reply);
      sendError(notFound(request), request, reply, options);
    },
  });
  app.server.maxHeadersCount = HEADERS_MAX;
  // Queries and bodies are read by their schemas (read.ts), with a sentence for each fault; the framework checks nothing.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const onKnown = options.connections && boundConnections(app, options.connections);
  addLinger(app, options.linger ?? LINGER);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  addClientVersion(app);
  if (options.corsOrigins) addCors(app, options.corsOrigins);
  acceptJsonBodies(app);
  addGate(app, { ...options, onKnown });
  refuseIn(app, options);
  app.addHook('onResponse', (request, reply, done) => {
    options.onAnswer(request, reply);
    logAnswer(options.log, request, reply);
    done();
  });
  return app;
}

/** Ids for the log and for error answers: unlike in another process, and in order. */
function createRequestIds(): () => string {
  const prefix = randomBase62(8);
  let count = 0;
  return () => `${prefix}-${(count++).toString(36)}`;
}

/** What refusing takes: the words, and where faults are reported. */
export interface Refusing {
  errors: ErrorDialect;
  log: Log;
}

/** Answers the errors of a scope in its dialect, those of addresses that are not there included. */
export function refuseIn(scope: FastifyInstance, refusing: Refusing): void {
  scope.setErrorHandler((error, request, reply) =>
    sendError(toAppError(error, request), request, reply, refusing),
  );
  scope.setNotFoundHandler({}, (request, reply) => sendError(notFound(request), request, reply, refusing));
}

/**
 * What every error comes to. Only an AppError speaks to the client; the rest is an outage or `internal`, with the
 * request id.
 */
function toAppError(error: unknown, { method }: FastifyRequest): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof OperatorError) return toRefusal(error);
  if (isDatabaseUnavailable(error)) {
    const message = error instanceof AnswerLost && method !== 'GET' ? ANSWER_LOST : undefined;
    return new AppError('database_unavailable', { message, retryAfterSeconds: 2, cause: error });
  }
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new AppError('body_unreadable', {
      message: 'The body must be sent with Content-Type: application/json',
    });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError('body_unreadable', { message: (error as Error).message, cause: error });
  }
  return new AppError('internal', { cause: error });
}

/** A 422 has its sentences, one a line, among its faults. */
function toRefusal(error: OperatorError): AppError {
  const { errorName, message } = error;
  const words = errorName === 'validation_failed' ? { errors: message.split('\n') } : { message };
  return new AppError(errorName, { ...words, cause: error });
}

function sendError(
  error: AppError,
  request: FastifyRequest,
  reply: FastifyReply,
  { errors, log }: Refusing,
): FastifyReply {
  const { retryAfterSeconds, limit } = error.details;
  if (error.errorName === 'internal')
    log.error({ requestId: request.id, err: error.cause }, 'request.failed');
  if (error.errorName === 'database_unavailable') {
    log.warn({ requestId: request.id, err: error.cause }, 'database.unavailable');
  }
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (limit) reply.headers(rateFields(limit));
  if (errors.headersOf) reply.headers(errors.headersOf(error, request.method));
  // A body that was not read to its end cannot be followed by another request.
  if (error.errorName === 'body_unreadable') reply.header('connection', 'close');
  return reply
    .code(errors.statusOf[error.errorName])
    .header('content-type', JSON_TYPE)
    .send(errors.render(error, request.id));
}

/** One line for each request that was refused or failed; the good ones only at debug, since there are thousands. */
function logAnswer(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  const status = reply.statusCode;
  const level = status === 500 ? 'error' : status >= 400 ? 'info' : 'debug';
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? null,
      status,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      keyId: request.key?.keyId,
      accountId: request.key?.accountId,
    },
    'request.answered',
  );
}

/** Requests that are not HTTP, too large in their headers or too slow never reach a route. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, errors: ErrorDialect): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // Its answer is under way or written: what comes after it is not heard, and a second answer would spoil the first.
  if (!socket.writable) return;
  if (isAnswering(socket)) return void socket.destroy();
  const reasons: Record<string, [string, string]> = {
    HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request headers are too large'],
    ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time'],
  };
  const [status, message] = reasons[error.code ?? ''] ?? [
    '400 Bad Request',
    'This is not a valid HTTP request',
  ];
  const body = errors.render(new AppError('body_unreadable', { message }), undefined);
  socket.write(
    `HTTP/1.1 ${status}\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  forgetExchange(socket);
  socket.destroySoon();
}

/**
 * Prepares the end of a server; call it before it listens.
 * @returns what takes no new connection any more and resolves when the last request is answered, or its time is over.
 * `release` is called once nobody new can connect, so that requests which wait for something are answered.
 */
export function prepareDrain(app: FastifyInstance): (release: () => void) => Promise<void> {
  let draining = false;
  let holding: Promise<void> | undefined;
  app.addHook('onRequest', (_request, _reply, done) => {
    if (holding) void holding.then(() => done());
    else done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) reply.header('connection', 'close');
    done(null, payload);
  });
  return async (release) => {
    draining = true;
    await pause(DRAIN_MS);
    // The system resets who has connected and was not yet accepted when the listener closes. So the answers are held
    // back for a moment: a client that waits for one does not connect again.
    const held = Promise.withResolvers<void>();
    holding = held.promise;
    await awaitQuiet(app.server);
    const ended = stopListening(app.server);
    held.resolve();
    release();
    await ended;
  };
}

/** Resolves when no client has connected for a moment. */
async function awaitQuiet(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => accepted++;
  server.on('connection', count);
  const untilMs = performance.now() + QUIET_WITHIN_MS;
  for (let before = -1; accepted !== before && performance.now() < untilMs; ) {
    before = accepted;
    await pause(QUIET_MS);
  }
  server.off('connection', count);
}

/** Takes no new connection; resolves when the last request under way is answered or its time is over. */
async function stopListening(server: Server): Promise<void> {
  const ended = new Promise((resolve) => server.close(resolve));
  const outOfTime = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS);
  await ended;
  clearTimeout(outOfTime);
}
