// What an emulated API is to the core: the words and rules of one provider. The core does the rest: sockets, clock,
// jobs, faults, files, callbacks, the log. Types, and the few functions that every emulator writes its answers with.
import type { Json } from '../../server/src/lib/json.ts';
import type { CallbackRules, PostResult } from './callbacks.ts';
import type { EmulatorClock } from './clock.ts';
import type { Action, TakenFaults } from './faults.ts';
import type { FileShape, ResultFiles } from './files.ts';
import type { JobState, Jobs } from './jobs.ts';
import type { RandomIds } from './random.ts';

/** A request as a route sees it: read as a whole. */
export interface ApiRequest {
  method: string;
  /** Without the query; as it came, not decoded. */
  path: string;
  /** With the question mark, or empty. */
  search: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** The body, if it is JSON. */
  json: Json | undefined;
  /** What the placeholders of the route's path stand for, decoded. */
  params: Readonly<Record<string, string>>;
  /** The key that `authorize` found. */
  key: string;
  /** Used by the core: what goes wrong with this request. */
  faults: TakenFaults;
  /** Whether the client has gone away, so that nobody waits for the answer any more. */
  isGone(): boolean;
}

/** One of `json`, `text`, `file`, `bytes`, `events`, or none of them: an empty body. */
export interface Reply {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  json?: Json;
  text?: string;
  /** Of `text`; default text/plain. Of `bytes`; default application/octet-stream. */
  contentType?: string;
  /** A result, for APIs that serve results themselves. */
  file?: FileShape;
  bytes?: Uint8Array;
  /** Server-sent events, each with this JSON; sent as they come. It has to end when the client is gone. */
  events?: AsyncIterable<Json>;
}

export interface Route {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** With the base path. `{name}` is a part of one segment, `{name*}` may span segments. */
  path: string;
  /** Tells apart what shares method and path, such as an action in the query. */
  when?: (request: ApiRequest) => boolean;
  on: Action;
  answer: (request: ApiRequest) => Reply | Promise<Reply>;
}

/** How the provider words what the core finds out by itself. */
export interface ApiWords {
  /** No such route. */
  noRoute(request: ApiRequest): Reply;
  /** More starts in a minute than the setting `startsPerMinute` allows. */
  tooMany(request: ApiRequest): Reply;
  /** For providers that refuse a start while `concurrency` jobs are open. Without it, they wait in `queued`. */
  busy?(request: ApiRequest): Reply;
}

/** An API that is being served. */
export interface ServedApi {
  /** The key that came with the request, or the refusal. Runs before every route. */
  authorize(request: ApiRequest): string | Reply;
  words: ApiWords;
  routes: readonly Route[];
  /** What is told over a WebSocket at this address, or undefined where there is none. It ends when the client is gone. */
  openSocket?(request: ApiRequest): AsyncIterable<Json> | undefined;
  callbacks?: CallbackRules;
}

/** One value of a credential, and the environment variable of the server that it belongs in. */
export interface ApiField {
  /** As in the facts of the provider's adapter; one of them is `base_url`. */
  name: string;
  environment: string;
  /** `{url}` stands for the address of the emulator, without a slash at the end. */
  value: string;
}

/** What everybody can change while an emulator runs. */
export interface Settings {
  /** How long a job waits. Default 300 ms. */
  queueMs: number;
  /** How long a job runs. Default 1500 ms. */
  runMs: number;
  /** Jobs that run at once; null is any number. */
  concurrency: number | null;
  /** Accepted and refused starts in any 60 s; null is any number. */
  startsPerMinute: number | null;
  /** Settings of one API, with the defaults that it declares. */
  [own: string]: Json;
}

/** What a served API works with. */
export interface Tools {
  /** The address of the emulator, without a slash at the end. */
  url: string;
  /** The values of `EmulatedApi.fields` that are right; compare what comes with a request with these. */
  fields: Readonly<Record<string, string>>;
  clock: EmulatorClock;
  random: RandomIds;
  settings: Readonly<Settings>;
  files: ResultFiles;
  /** The one store of this emulator, with the type of its `data`. */
  jobs<Data>(): Jobs<Data>;
  /** Posts JSON to a loopback address, for handshakes; callbacks about jobs are posted by the core. */
  post(url: string, json: Json, timeoutMs: number): Promise<PostResult>;
}

/** What a provider folder exports: a constant without state. */
export interface EmulatedApi {
  /** As the provider's adapter is called. */
  id: string;
  title: string;
  fields: readonly ApiField[];
  /** The provider's word for each state; by them the fault `state` is understood too. */
  states: Readonly<Record<JobState, string>>;
  /** How long an address of a result is good. */
  resultHours: number;
  /** How long a job can be asked about. */
  recordHours: number;
  /** Largest body that is read; more is cut off with 413. Default 64 MiB. */
  bodyBytesMax?: number;
  /** Settings of this API alone, with their defaults; a change must be of the same type. */
  settings?: Readonly<Record<string, Json>>;
  /** Called once for each start. All state lives in what it makes. */
  serve(tools: Tools): ServedApi;
}

export function replyJson(json: Json, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, json, headers };
}

/** The parts of a multipart body. @throws when it is none; that is an answer of 500 unless the route catches it. */
export async function readForm({ body, headers }: ApiRequest): Promise<FormData> {
  const type = headers['content-type'] ?? '';
  return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
}
