// What every provider is to the engine. Types only. The engine commits an intent before `start`, follows the
// attempt with the stored reference and the credential that made it, and never starts again what may have
// been accepted. A provider answers with outcomes; it throws only for Reelay's own faults.
import type { Json, JsonObject } from '../lib/json.ts';
import type { Clock, SteadyClock } from '../lib/time.ts';

/** One attempt at a task, as a provider sees it. It was validated against the model's schema before. */
export interface StartRequest {
  taskId: string;
  /** Counts the attempts of the task; together with the task id it names this attempt. */
  epoch: number;
  /** Reelay's name of the attempt, for providers that keep one: letters, digits and "-", at most 64. */
  token: string;
  /** Public name of the model. */
  model: string;
  /** What the model makes; a video where it is not said. */
  makes?: 'video' | 'image' | 'audio';
  /** With the defaults of the model's schema filled in. */
  input: JsonObject;
  /**
   * What the offer says about the model at this provider: its id there, its endpoint. Checked by
   * `checkParams`.
   */
  params: JsonObject;
  /** The catalogue's item for `input.template_id` or `input.template`, if there is one. */
  template?: JsonObject;
  /** Names of the inputs that hold addresses; undefined if the model's schema is not known. */
  addressFields?: readonly string[];
  /** True for test keys: sample addresses stand for bundled pictures, scenarios are obeyed. */
  testMode: boolean;
  /** Where the provider may post updates on this attempt; undefined when it cannot reach Reelay. */
  callbackUrl?: string;
  /** When the intent was committed, for providers that can only be searched by time. Milliseconds since 1970. */
  intentAtMs: number;
}

/** Why an attempt failed, in a closed set; failures.ts says what each means to the engine. */
export type FailureReason =
  | 'invalid_input'
  | 'content_refused'
  /** The provider no longer has the template; the catalogue takes it out of its list. */
  | 'template_gone'
  | 'rate_limited'
  /** The operator's balance or quota there is used up. Never the client's. */
  | 'quota_exhausted'
  | 'bad_credentials'
  | 'unavailable'
  | 'timed_out'
  | 'cancelled'
  | 'lost'
  /** An answer that does not match the provider's API: HTML, half a JSON, an unknown status word. */
  | 'unreadable'
  | 'failed';

export interface Failure {
  reason: FailureReason;
  /** For the user: what was wrong, where, and what to do. Never an address or key of the operator. */
  message: string;
  /** The provider's own code, for the operator's log. */
  code?: string;
  /**
   * For operators alone: what they can do about it, or what the provider said about their account. No
   * secrets.
   */
  operatorDetail?: string;
  /** The provider says that it is made; only a readable file is missing. Nothing else is started. */
  isMade?: true;
  retryAfterSeconds?: number;
}

/** The provider's own name for the job; small JSON, stored unchanged and parsed at every use. */
export type Reference = JsonObject;

/**
 * What was used or paid, in the provider's own unit: `tokens`, `credits`, `usd`, `seconds`, `points`,
 * `units`.
 */
export interface Amount {
  unit: string;
  /** Not negative. */
  amount: number;
}

/**
 * Names of incidental fields of an answer that could not be read and were left out. Short names from Reelay's
 * schemas, never values.
 */
export type UnreadFields = readonly string[];

export type StartOutcome =
  | { type: 'accepted'; reference: Reference; used?: Amount; unread?: UnreadFields }
  /** The answer was the result itself: there is no job to ask about. */
  | { type: 'made'; success: Success }
  | { type: 'rejected'; failure: Failure }
  /** It was sent and no answer came, so it may be running. It is never sent again blindly. */
  | { type: 'unknown'; detail: string };

/**
 * A file that a provider made: on Reelay's disk, or at an address of the provider that `download` fetches.
 */
export type Output = {
  kind: 'video' | 'image' | 'audio';
  contentType: string;
} & ({ path: string } | { url: string });

export interface Success {
  outputs: Output[];
  /** Free facts for the client: renderer, seed, tokens. */
  usage: JsonObject;
  modelVersion: string;
  /** What the job used, if the provider says so; the price of the offer turns it into the charge. */
  used?: Amount;
  unread?: UnreadFields;
}

export type PollOutcome =
  | { type: 'queued' }
  /** @property progress from 0 to 1. */
  | { type: 'running'; progress?: number }
  | { type: 'succeeded'; success: Success }
  /** The provider's final word: it will not make the video. */
  | { type: 'failed'; failure: Failure }
  /**
   * The question was not answered, or the answer cannot be read (`unreadable`: an unknown word for the state,
   * a success without a file). Nothing is known about the attempt, and it is asked about again.
   */
  | { type: 'unanswered'; failure: Failure };

export type CancelOutcome =
  /** The job was stopped, now or before. */
  | { type: 'stopped' }
  /** The job is too far along to be stopped, or the provider cannot stop jobs: it continues. */
  | { type: 'refused'; detail: string };

export type FindOutcome =
  | { type: 'found'; reference: Reference }
  /** A definite "there is none", which may still be too early: see `Recovery`. */
  | { type: 'none' }
  /** No answer, or more than one that fits: no conclusion is allowed. */
  | { type: 'unclear'; detail: string };

/** What can be done about an attempt whose answer was lost, or whose process died. */
export type Recovery =
  /** The work lives in this process and ends with it; starting again does no harm. */
  | { kind: 'restart' }
  /** `find` looks it up by Reelay's token; a "none" counts once it has held for this long. */
  | { kind: 'find'; visibleAfterSeconds: number }
  /** Only a callback that names the attempt can show it. */
  | { kind: 'callback' }
  /** Nothing: the attempt stays unknown until its time is over, at the operator's cost. */
  | { kind: 'none' };

/** One value of a credential. `environment` is the variable that sets it without a command. */
export interface CredentialField {
  name: string;
  environment: string;
  about: string;
  isSecret: boolean;
  /** A field without a fallback must be given. */
  fallback?: string;
  /** A secret that not every account has, or that only one way of calling needs; its fallback is empty. */
  isOptional?: true;
  /**
   * The way to sign on that the field belongs to, if there are several. An account needs all fields of one
   * way; if it has several, the way whose field comes first in the facts is used. The fallback is empty.
   */
  way?: string;
}

/** One account at a provider, opened for a call. */
export interface Credential {
  id: string;
  /** By the names of `ProviderFacts.credential`, with fallbacks filled in. */
  fields: Readonly<Record<string, string>>;
}

/** One part of a multipart body (RFC 7578): text, or a file. */
export type FormPart = { name: string } & (
  | { text: string }
  | { bytes: Uint8Array; fileName: string; contentType: string }
);

export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /**
   * Appended to the base address; an absolute address must share its origin with an address of the
   * credential.
   */
  path: string;
  /** The default is the field `base_url` of the credential. */
  base?: string;
  query?: Readonly<Record<string, string | readonly string[]>>;
  headers?: Readonly<Record<string, string>>;
  /** At most one of the three. */
  json?: Json;
  form?: readonly FormPart[];
  /** Sent unchanged, for bodies that were signed. */
  body?: { text: string; contentType: string };
  /** Default 30,000. */
  timeoutMs?: number;
  /** The limit of the answer. Default 1 MiB; lists set more (http.ts). */
  maxBytes?: number;
  /**
   * Names of members of the answer whose text is a file in base64. It goes to the disk as it comes, and its path takes
   * the place of the text (carried.ts); the limit of such an answer is another (http.ts).
   */
  files?: readonly string[];
}

/** An answer with any status; 3xx are not followed. */
export interface ApiAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Undefined when the body is not JSON. */
  json: Json | undefined;
  /** From `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3). */
  retryAfterSeconds?: number;
  /** Paths of the files that the answer carried; what no outcome names is removed (answers.ts). */
  files?: readonly string[];
}

/** The way out to one provider account. What it throws never shows a secret of the credential. */
export interface ProviderHttp {
  /**
   * @throws CallFailed (http.ts) when there is no whole answer; it says whether the request may have been
   * sent.
   */
  call(call: ApiCall): Promise<ApiAnswer>;
  /** Text with every secret of the credential replaced. */
  redact(text: string): string;
}

/** What a call of a provider needs besides its arguments. */
export interface CallContext {
  credential: Credential;
  /** The only way out; knows the base address and the secrets of the credential. */
  http: ProviderHttp;
  /** For what other systems read, such as signatures. */
  clock: Clock;
  /** For what is kept in memory. */
  steady: SteadyClock;
  /** Reads a picture of the input for providers that want its bytes. @throws InputUnreadable (answers.ts). */
  readImage(url: string): Promise<{ bytes: Uint8Array; contentType: string }>;
  /**
   * Writes a file that an answer carries to Reelay's disk and returns its path, for an output to name.
   * Whatever stores or refuses the output removes the file; what a dead process left is swept
   * (files/staging.ts). Present during looks of the engine.
   */
  keepBytes?(bytes: Uint8Array): Promise<string>;
}

/** What a provider posted to Reelay: a hint, not a callback, which is what Reelay posts to receivers. */
export interface HintRequest {
  method: string;
  /** As the provider called it. */
  path: string;
  query: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export type HintOutcome =
  /** Not from the provider, or too old. */
  | { type: 'refused'; detail: string }
  /** A handshake: answer it with this body and do nothing else. */
  | { type: 'challenge'; body: JsonObject }
  /**
   * A reason to look now. `reference` names the job, so that an attempt whose answer was lost can be adopted.
   * `isOpen`: it says that the job is still running, so a look would learn nothing.
   */
  | { type: 'hint'; reference?: Reference; isOpen?: true };

/** What the test button found. `detail` is one sentence for the operator, without secrets. */
export type ProbeOutcome =
  | { type: 'works'; detail: string; balance?: Amount }
  | { type: 'fails'; failure: Failure };

/** How the pictures of an input reach a provider. */
export interface PictureRules {
  /**
   * `bytes`: the adapter reads each picture and sends its bytes. `data`: the provider fetches an address, or
   * takes a `data:` URL (RFC 2397) in its place. `address`: the provider only fetches addresses.
   */
  as: 'bytes' | 'data' | 'address';
  /** The content types that its documents list. */
  types: readonly string[];
  /** The limit of one picture in a `data:` URL, before encoding. */
  dataBytesMax?: number;
}

/** Facts of a provider as data; docs/providers.md is made from them. */
export interface ProviderFacts {
  title: string;
  /** The provider's own documentation, and the day on which it was last read (YYYY-MM-DD). */
  docs: string;
  checked: string;
  credential: readonly CredentialField[];
  recovery: Recovery;
  cancel: 'any time' | 'while queued' | 'no';
  hints: 'signed' | 'unsigned' | 'no';
  /** How long the address of a result works. */
  resultHours: number;
  /** How long the provider answers questions about a job. */
  recordHours: number;
  /** The shortest time between two questions about one job. */
  pollSecondsMin: number;
  /** The number of jobs that one call of `pollMany` may ask about. */
  pollBatchMax: number;
  pictures: PictureRules;
  /** Host suffixes at which results may lie, `*` for any public host; the base address is always allowed. */
  resultHosts: readonly string[];
}

/** What the draft renderer and every adapter have in common. */
export interface Provider {
  readonly id: string;
  readonly facts: ProviderFacts;
  /** What is wrong with the params of an offer, a sentence each; checked for all models at start. */
  checkParams(params: JsonObject): string[];
  /**
   * What an offer with these params cannot do with an input, as a sentence that names the field; undefined
   * when it can do all of it. Such an offer is skipped rather than used with something left out.
   */
  findMisfit?(params: JsonObject, input: JsonObject): string | undefined;
  /** Submits once. Never sends again, whatever the answer. */
  start(request: StartRequest, context: CallContext): Promise<StartOutcome>;
  /**
   * Asking changes nothing and may be repeated. A reference that does not parse is `failed` with
   * `unreadable`.
   */
  poll(reference: Reference, context: CallContext): Promise<PollOutcome>;
  /** One call for many jobs: an outcome for each, in order. Present if `pollBatchMax` is above one. */
  pollMany?(references: readonly Reference[], context: CallContext): Promise<PollOutcome[]>;
  cancel?(reference: Reference, context: CallContext): Promise<CancelOutcome>;
  /**
   * Present if the recovery is `find`; at other providers it may find the job but never proves that there is
   * none.
   */
  find?(request: StartRequest, context: CallContext): Promise<FindOutcome>;
  /** Verifies first. The result is only a hint: a poll confirms it. Present if `hints` is not `no`. */
  parseHint?(request: HintRequest, context: CallContext): Promise<HintOutcome>;
  /** Headers that a download of an output needs; sent to the base address of the credential only. */
  downloadHeaders?(context: CallContext): Record<string, string>;
  /** The cheapest real call that proves the credential. */
  probe(context: CallContext): Promise<ProbeOutcome>;
}

/** Slots of a provider in this process. */
export interface LocalSlots {
  /** For attempts of any length. */
  any: number;
  /** For short attempts, in addition. */
  short: number;
}

/**
 * A provider that works inside this process; its jobs end with the process. It needs no credential and no
 * network.
 */
export interface LocalProvider extends Provider {
  start(request: StartRequest): Promise<StartOutcome>;
  poll(reference: Reference): Promise<PollOutcome>;
  cancel(reference: Reference): Promise<CancelOutcome>;
  find(request: StartRequest): Promise<FindOutcome>;
  /** How many more attempts it can take in this process right now. */
  freeSlots(): LocalSlots;
  /** How much work an input is, with its defaults filled in; 1 or less is short. */
  workOf(input: JsonObject, makes?: StartRequest['makes']): number;
  /** Frees what `start` left in this process: called once the result is stored or given up. */
  forget(reference: Reference): Promise<void>;
  /** Resolves when there is a reason to poll before the interval is over. */
  changed(reference: Reference): Promise<void>;
}
