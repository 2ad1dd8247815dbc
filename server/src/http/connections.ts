// How many connections there may be. Each costs a descriptor, and one that reads or writes a file two: a process that
// runs out of them can no longer reach its database. So their number stays below what the system allows, and one address
// gets a share of it until it has shown a key, a token or a genuine link.
import type { Server } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { JSON_TYPE } from './answer.ts';
import { stopHearing } from './linger.ts';

export interface ConnectionLimits {
  /** Of all clients together. */
  max: number;
  /** Of one address that has shown nothing yet. */
  keylessMax: number;
}

/** Why a connection was closed before anything was read from it. */
export type Refusal = 'all' | 'address';

/** For the database, providers, renders, logs and the listener. */
const RESERVED_DESCRIPTORS = 256;
const DESCRIPTORS_A_CONNECTION = 2;
const CONNECTIONS_MIN = 16;
const RETRY_SECONDS = 5;

/** How many files and sockets this process may have open; undefined where the system sets no bound. */
export function readDescriptorLimit(): number | undefined {
  if (!process.report) return undefined;
  // Names of hosts would be looked up for it.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const soft = Number(report.userLimits?.open_files?.soft);
  return Number.isSafeInteger(soft) && soft > 0 ? soft : undefined;
}

/** The limits as asked for, lowered to what the descriptors allow. */
export function fitConnections(wanted: ConnectionLimits, descriptors: number | undefined): ConnectionLimits {
  if (descriptors === undefined) return wanted;
  const room = Math.floor((descriptors - RESERVED_DESCRIPTORS) / DESCRIPTORS_A_CONNECTION);
  const max = Math.min(wanted.max, Math.max(CONNECTIONS_MIN, room));
  return { max, keylessMax: Math.min(wanted.keylessMax, Math.ceil(max / 2)) };
}

/** One subscriber: an address, or the network of 64 bits that an IPv6 client has for itself. */
export function placeOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head, tail] = plain
    .split('%')[0]
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const zeros = tail === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(':');
}

/** The connections of one server. */
export class Connections {
  readonly #keyless = new Map<string, number>();
  readonly #known = new WeakSet<Socket>();

  /** @param onRefused is called for each connection that finds no place. */
  constructor(server: Server, limits: ConnectionLimits, onRefused: (why: Refusal) => void) {
    server.maxConnections = limits.max;
    server.on('drop', () => onRefused('all'));
    server.prependListener('connection', (socket: Socket) => {
      const place = placeOf(socket.remoteAddress ?? '');
      const count = (this.#keyless.get(place) ?? 0) + 1;
      if (count > limits.keylessMax) {
        onRefused('address');
        return refuse(socket);
      }
      this.#keyless.set(place, count);
      socket.once('close', () => {
        if (!this.#known.has(socket)) this.#leave(place);
      });
    });
  }

  /** Says that a client may be here: its connection no longer counts against its address. */
  recognize(socket: Socket): void {
    if (this.#known.has(socket)) return;
    this.#known.add(socket);
    this.#leave(placeOf(socket.remoteAddress ?? ''));
  }

  #leave(place: string): void {
    const left = (this.#keyless.get(place) ?? 1) - 1;
    if (left > 0) this.#keyless.set(place, left);
    else this.#keyless.delete(place);
  }
}

/** Nobody waits for what it would ask: the answer goes out at once, and the connection ends with it. */
function refuse(socket: Socket): void {
  stopHearing(socket);
  const message = `Too many connections from this address without a key; try again in ${RETRY_SECONDS} s`;
  const body = JSON.stringify({ code: 429, message, error: 'rate_limited', data: null });
  const head = [
    'HTTP/1.1 429 Too Many Requests',
    `content-type: ${JSON_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `retry-after: ${RETRY_SECONDS}`,
    'connection: close',
  ];
  socket.on('error', () => undefined);
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

export interface BoundOptions extends ConnectionLimits {
  /** Whether the addresses of clients are taken from what proxies say. */
  trustsProxy: boolean;
  onRefused: (why: Refusal) => void;
}

/**
 * Bounds the connections of a server. Call it before the first request.
 * @returns what is to be called with the connection of a client that has shown a key or a token.
 */
export function boundConnections(app: FastifyInstance, options: BoundOptions): (socket: Socket) => void {
  const connections = new Connections(app.server, options, options.onRefused);
  if (options.trustsProxy) {
    app.addHook('onRequest', ({ ip, raw: { socket } }, _reply, done) => {
      // The address of the connection is that of a proxy of the operator's.
      if (ip !== socket.remoteAddress) connections.recognize(socket);
      done();
    });
  }
  app.addHook('onSend', (request, reply, _payload, done) => {
    // The routes behind links know no key.
    const isGenuine =
      request.key === undefined && reply.statusCode < 400 && request.routeOptions.config.access === 'link';
    if (isGenuine) connections.recognize(request.raw.socket);
    done();
  });
  return (socket) => connections.recognize(socket);
}
