// The end of a connection whose client still sends. A socket that is closed with bytes unread is reset, and the reset
// takes the answer away from a client that has not read it yet; one kept open lives as long as its client dribbles. So an
// answer that comes before the end of its request goes out at once, says that the connection closes, and what still
// comes is read and dropped: until the client has had its say, and never beyond a time and a number of bytes.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SECOND_MS } from '../lib/time.ts';

export interface LingerLimits {
  /** Longest time from the answer to the end of the connection. */
  wholeMs: number;
  /** A client that sends nothing for so long has nothing more to say. */
  silentMs: number;
  /** Bytes that are read and dropped: more than what clients send by mistake, such as a picture as text. */
  bytesMax: number;
}

export const LINGER: LingerLimits = {
  wholeMs: 8 * SECOND_MS,
  silentMs: 2 * SECOND_MS,
  bytesMax: 64 * 1024 * 1024,
};

/** How often a lingering connection is looked at. */
const LOOKS = 8;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The last request of each connection. */
const exchanges = new WeakMap<Socket, Exchange>();
/** Connections that end: what still comes on them is no request any more. */
const deaf = new WeakSet<Socket>();
/** Requests whose client waits for a word before it sends the body. */
const awaited = new WeakSet<IncomingMessage>();

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Whether a part of the request is still to come. */
function isUnfinished(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request);
}

/** Whether an answer of this connection is on its way: nothing may be written into it. */
export function isAnswering(socket: Socket): boolean {
  const response = exchanges.get(socket)?.response;
  return response?.headersSent === true && !response.writableFinished;
}

/** No request of this connection is answered any more. */
export function stopHearing(socket: Socket): void {
  deaf.add(socket);
}

/** To be called for what is no request, so that its connection lingers whatever came before. */
export function forgetExchange(socket: Socket): void {
  exchanges.delete(socket);
}

/** Makes connections of the server linger. Call it before the first request. */
export function addLinger(app: FastifyInstance, limits: LingerLimits): void {
  watch(app.server, limits);
  app.server.on('checkContinue', (request, response) => {
    exchanges.set(request.socket, { request, response });
    awaited.add(request);
    app.routing(request, response);
  });
  app.addHook('onRequest', (request, reply, done) => {
    // The connection was said to close: what was sent after the request is not heard.
    if (deaf.has(request.raw.socket)) reply.hijack();
    else done();
  });
  app.addHook('preParsing', (request, reply, _payload, done) => {
    // A client that asks before sending is not asked for a body that is refused by its size alone.
    if (awaited.has(request.raw)) {
      const isRefused = Number(request.headers['content-length']) > request.routeOptions.bodyLimit;
      if (!isRefused) reply.raw.writeContinue();
    }
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (!isUnfinished(request.raw)) return done();
    // A short body arrives with its headers, and is read to its end in the same turn.
    setImmediate(() => {
      closeUnlessRead(request, reply);
      done();
    });
  });
}

/** Has the connection closed after this answer if a part of the request is still to come. */
export function closeUnlessRead(request: FastifyRequest, reply: FastifyReply): void {
  if (isUnfinished(request.raw)) reply.header('connection', 'close');
}

function watch(server: Server, limits: LingerLimits): void {
  server.prependListener('request', (request, response) => {
    exchanges.set(request.socket, { request, response });
  });
  server.on('connection', (socket: Socket) => {
    const close = socket.destroySoon.bind(socket);
    // Node calls this for the last answer of a connection, once it is written: there is no other place to step in.
    socket.destroySoon = () => {
      const request = exchanges.get(socket)?.request;
      if (request?.complete || socket.destroyed) close();
      else if (!deaf.has(socket)) linger({ socket, request, close }, limits);
    };
  });
}

interface Leaving {
  socket: Socket;
  request: IncomingMessage | undefined;
  /** Ends the connection once the answer is written. */
  close: () => void;
}

function linger({ socket, request, close }: Leaving, limits: LingerLimits): void {
  stopHearing(socket);
  // Some clients break off what they send when our side ends, and lose the answer over it. Its length says where it
  // ends, but for the oldest clients; and what is no request is sent by no client.
  if (request === undefined || request.httpVersion === '1.0') socket.end();
  drop(request);
  const bytesBefore = socket.bytesRead;
  const beganMs = performance.now();
  let seen = { bytes: bytesBefore, atMs: beganMs };
  const look = setInterval(() => {
    const nowMs = performance.now();
    if (socket.bytesRead !== seen.bytes) seen = { bytes: socket.bytesRead, atMs: nowMs };
    const isOver =
      nowMs - beganMs >= limits.wholeMs ||
      nowMs - seen.atMs >= limits.silentMs ||
      seen.bytes - bytesBefore > limits.bytesMax;
    if (isOver) socket.destroy();
  }, limits.silentMs / LOOKS);
  look.unref();
  socket.once('close', () => clearInterval(look));
  // Nothing is left that could reset the connection: the client has ended it, or its whole request was read.
  socket.once('end', close);
  request?.once('end', close);
}

/** Lets the rest of a body run into the void, also where a reader had begun. */
function drop(request: IncomingMessage | undefined): void {
  if (request === undefined) return;
  request.unpipe();
  request.removeAllListeners('data');
  request.resume();
}
