// Starts an emulator: one HTTP server on loopback for one emulated API. It reads a request, takes its faults,
// lets the API act, and writes the answer; everything specific to the provider lies in the API.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Json } from '../../server/src/lib/json.ts';
import { MINUTE_MS } from '../../server/src/lib/time.ts';
import { type AcceptedJob, AcceptedLog } from './accepted-log.ts';
import { answer, spoilBefore } from './answers.ts';
import type { EmulatedApi, ServedApi } from './api.ts';
import { CallbackSender, type Delivery, postText } from './callbacks.ts';
import { EmulatorClock } from './clock.ts';
import { CONTROL_PATH, control } from './control.ts';
import type { EmulatorOptions, RunningEmulator } from './emulator.ts';
import type { ApiRequest, Reply } from './exchange.ts';
import { type Action, type Fault, FaultQueue } from './faults.ts';
import { FILES_PATH, ResultFiles } from './files.ts';
import type { JobState, Jobs } from './job.ts';
import { JobStore } from './jobs.ts';
import { RandomIds } from './random.ts';
import { createRouter, type FoundRoute, type Router } from './routing.ts';
import { changeSettings, defaultSettings, type Settings } from './settings.ts';
import { sendOverSocket } from './web-socket.ts';

const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 64 * 1024 * 1024;
/** Longer than clients keep theirs, so that the server is never the first to close an idle connection. */
const KEEP_ALIVE_MS = 120_000;

/** Starts to serve; resolves once it answers. @throws when the port is taken or the log cannot be opened. */
export async function startEmulator(
  api: EmulatedApi,
  options: EmulatorOptions = {},
): Promise<RunningEmulator> {
  const log = new AcceptedLog(options.logFile);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    log.close();
    throw error;
  }
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  const emulator = new Emulator({ api, options, log, server, url });
  server.on('request', (message, response) => emulator.receive(message, response));
  server.on('upgrade', (message, socket) => emulator.upgrade(message, socket));
  return emulator;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface EmulatorParts {
  api: EmulatedApi;
  options: EmulatorOptions;
  log: AcceptedLog;
  server: Server;
  url: string;
}

class Emulator implements RunningEmulator {
  readonly id: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly clock = new EmulatorClock();
  readonly settings: Settings;
  readonly #parts: EmulatorParts;
  readonly #faults = new FaultQueue();
  readonly #store: JobStore;
  readonly #callbacks: CallbackSender;
  readonly #files: ResultFiles;
  readonly #served: ServedApi;
  readonly #router: Router;
  readonly #requests: Record<Action, number> = {
    start: 0,
    poll: 0,
    list: 0,
    cancel: 0,
    download: 0,
    other: 0,
  };
  /** Times of the starts of the last minute. */
  #starts: number[] = [];
  readonly #sockets = new Set<Duplex>();
  #bug: unknown;

  constructor(parts: EmulatorParts) {
    const { api, options, log, url } = parts;
    this.#parts = parts;
    this.id = api.id;
    this.url = url;
    this.fields = fillFields(parts);
    this.settings = defaultSettings(api);
    changeSettings(api, this.settings, options.settings ?? {});
    if (options.manualClock) this.clock.setManual(true);
    const { clock, settings, fields } = this;
    const faults = this.#faults;
    this.#callbacks = new CallbackSender({ clock, faults, succeeded: api.states.succeeded });
    this.#store = new JobStore({ api, clock, settings, log, onChange: (job) => this.#callbacks.report(job) });
    const random = new RandomIds(options.seed);
    const secret = randomBytes(16).toString('hex');
    this.#files = new ResultFiles({ clock, url, resultHours: api.resultHours, secret });
    this.#served = api.serve({
      url,
      fields,
      clock,
      random,
      settings,
      files: this.#files,
      jobs: <Data>() => this.#store as unknown as Jobs<Data>,
      post: (address, json, timeoutMs) => postText(address, { body: JSON.stringify(json), timeoutMs }),
    });
    this.#callbacks.use(this.#served.callbacks);
    this.#router = createRouter(this.#served.routes);
  }

  accepted(): readonly AcceptedJob[] {
    return this.#parts.log.entries();
  }

  jobCounts(): Record<JobState, number> {
    return this.#store.counts();
  }

  requestCounts(): Record<Action, number> {
    return { ...this.#requests };
  }

  deliveries(): readonly Delivery[] {
    return this.#callbacks.deliveries();
  }

  addFault(fault: Fault): void {
    this.#faults.add(fault);
  }

  faults(): Fault[] {
    return this.#faults.list();
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  advance(milliseconds: number): void {
    this.clock.advance(milliseconds);
  }

  set(changes: Partial<Settings>): void {
    changeSettings(this.#parts.api, this.settings, changes);
    this.#store.reconsider();
  }

  async close(): Promise<void> {
    const { server, log } = this.#parts;
    this.clock.close();
    this.#callbacks.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      // Those are no longer HTTP connections.
      for (const socket of this.#sockets) socket.destroy();
    });
    log.close();
    if (this.#bug !== undefined) throw this.#bug;
  }

  /** One exchange. An exception in a route is answered with 500 and thrown again by `close`. */
  receive(message: IncomingMessage, response: ServerResponse): void {
    this.#exchange(message, response).catch((error: unknown) => {
      this.#bug ??= error;
      const text = `The emulator is at fault: ${error instanceof Error ? error.stack : String(error)}`;
      if (response.headersSent) response.socket?.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(text);
    });
  }

  /** A client that asks for a WebSocket; a bad key, or an address without one, ends the connection. */
  upgrade(message: IncomingMessage, socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const request = readRequest(message, Buffer.alloc(0), () => socket.destroyed || socket.writableEnded);
    this.#requests.other += 1;
    const isLetIn = typeof this.#served.authorize(request) === 'string';
    const events = isLetIn ? this.#served.openSocket?.(request) : undefined;
    if (!events) return void socket.end(`HTTP/1.1 ${isLetIn ? '404 Not Found' : '401 Unauthorized'}\r\n\r\n`);
    sendOverSocket(socket, request.headers['sec-websocket-key'] ?? '', events).catch((error: unknown) => {
      this.#bug ??= error;
      socket.destroy();
    });
  }

  async #exchange(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(message, this.#parts.api.bodyBytesMax ?? BODY_BYTES_MAX);
    if (body === 'lost') return;
    if (body === 'too_large')
      return answer(response, { status: 413, text: 'Request Entity Too Large' }, undefined);
    const request = readRequest(message, body, () => response.destroyed);
    if (request.path.startsWith(CONTROL_PATH)) return answer(response, control(this, request), undefined);
    const found = this.#findRoute(request);
    const action = found?.route.on ?? 'other';
    this.#requests[action] += 1;
    request.faults = this.#faults.take(action, () => [`${request.path}${request.search}`, body.toString()]);
    if (spoilBefore(response, request.faults.wire)) return;
    const reply = found ? await this.#act(found, request) : this.#served.words.noRoute(request);
    await answer(response, reply, request.faults.wire);
  }

  #findRoute(request: ApiRequest): FoundRoute | undefined {
    const isFile =
      (request.method === 'GET' || request.method === 'HEAD') && request.path.startsWith(FILES_PATH);
    if (!isFile) return this.#router(request);
    const route = { method: 'GET', path: FILES_PATH, on: 'download', answer: openFile(this.#files) } as const;
    return { route, params: {} };
  }

  async #act({ route, params }: FoundRoute, request: ApiRequest): Promise<Reply> {
    if (route.path === FILES_PATH) return route.answer(request);
    const key = this.#served.authorize(request);
    if (typeof key !== 'string') return key;
    request.key = key;
    request.params = params;
    return this.#refuseStart(route.on, request) ?? (await route.answer(request));
  }

  /** The quotas; both follow the current settings. */
  #refuseStart(on: Action, request: ApiRequest): Reply | undefined {
    if (on !== 'start') return undefined;
    const { words } = this.#served;
    const { startsPerMinute, concurrency } = this.settings;
    if (startsPerMinute !== null) {
      const nowMs = this.clock.now();
      this.#starts = this.#starts.filter((at) => at > nowMs - MINUTE_MS);
      if (this.#starts.length >= startsPerMinute) return words.tooMany(request);
      this.#starts.push(nowMs);
    }
    const isFull = concurrency !== null && words.busy && this.#store.openCount() >= concurrency;
    return isFull ? words.busy?.(request) : undefined;
  }
}

function openFile(files: ResultFiles): (request: ApiRequest) => Reply {
  return (request) => files.open(request);
}

function fillFields({ api, options, url }: EmulatorParts): Record<string, string> {
  const own = api.fields.map(({ name, value }) => [name, value.replaceAll('{url}', url)]);
  return { ...Object.fromEntries(own), ...options.fields };
}

async function readBody(message: IncomingMessage, bytesMax: number): Promise<Buffer | 'too_large' | 'lost'> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
    }
  } catch {
    // The client left: nothing was asked.
    return 'lost';
  }
  return size > bytesMax ? 'too_large' : Buffer.concat(chunks);
}

function readRequest(message: IncomingMessage, body: Buffer, isGone: () => boolean): ApiRequest {
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const search = mark === -1 ? '' : target.slice(mark);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    search,
    query: new URLSearchParams(search),
    headers,
    body,
    json: body.length === 0 ? undefined : readJson(body),
    params: {},
    key: '',
    faults: {},
    isGone,
  };
}

function readJson(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    // A body that is not JSON is for the route to judge.
    return undefined;
  }
}
