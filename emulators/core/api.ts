// What an emulated API provides to the core: the words and rules of one provider. The core does the rest:
// sockets, clock, jobs, faults, files, callbacks, the log. Types only; they use the types of the parts, and
// no part uses them.
import type { Json } from '../../server/src/lib/json.ts';
import type { CallbackRules, PostResult } from './callbacks.ts';
import type { EmulatorClock } from './clock.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import type { ResultFiles } from './files.ts';
import type { JobState, Jobs } from './job.ts';
import type { RandomIds } from './random.ts';
import type { Settings } from './settings.ts';

/** How the provider words what the core finds out. */
export interface ApiWords {
  /** No such route. */
  noRoute(request: ApiRequest): Reply;
  /** More starts in a minute than the setting `startsPerMinute` allows. */
  tooMany(request: ApiRequest): Reply;
  /**
   * For providers that refuse a start while `concurrency` jobs are open. Without it, jobs wait in `queued`.
   */
  busy?(request: ApiRequest): Reply;
}

/** An API that is being served. */
export interface ServedApi {
  /** The key of the request, or the refusal. Runs before every route. */
  authorize(request: ApiRequest): string | Reply;
  words: ApiWords;
  routes: readonly Route[];
  /**
   * The events of a WebSocket at this address, or undefined if there is none. They end when the client has
   * left.
   */
  openSocket?(request: ApiRequest): AsyncIterable<Json> | undefined;
  callbacks?: CallbackRules;
}

/** One value of a credential, and the environment variable of the server that it goes into. */
export interface ApiField {
  /** As in the facts of the provider's adapter; one of them is `base_url`. */
  name: string;
  environment: string;
  /** `{url}` stands for the address of the emulator, without a trailing slash. */
  value: string;
}

/** What a served API works with. */
export interface Tools {
  /** The address of the emulator, without a trailing slash. */
  url: string;
  /** The right values of `EmulatedApi.fields`, to compare requests with. */
  fields: Readonly<Record<string, string>>;
  clock: EmulatorClock;
  random: RandomIds;
  settings: Readonly<Settings>;
  files: ResultFiles;
  /** The one store of this emulator, with the type of its `data`. */
  jobs<Data>(): Jobs<Data>;
  /** Posts JSON to a loopback address, for handshakes; the core posts callbacks about jobs. */
  post(url: string, json: Json, timeoutMs: number): Promise<PostResult>;
}

/** What a provider folder exports: a constant without state. */
export interface EmulatedApi {
  /** The id of the provider's adapter. */
  id: string;
  title: string;
  fields: readonly ApiField[];
  /** The provider's word for each state; the fault `state` is understood by them too. */
  states: Readonly<Record<JobState, string>>;
  /** How long the address of a result works. */
  resultHours: number;
  /** How long a job can be asked about. */
  recordHours: number;
  /** The largest body that is read; a larger one is cut off with 413. Default 64 MiB. */
  bodyBytesMax?: number;
  /** Settings of this API alone, with their defaults; a change must have the same type. */
  settings?: Readonly<Record<string, Json>>;
  /** Called once for each start. All state lives in what it returns. */
  serve(tools: Tools): ServedApi;
}
