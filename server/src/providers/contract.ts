// What every provider is to the engine. Types only. The engine commits an intent before `start`, follows with the
// stored reference and the credential that made it, and never starts twice what may have been accepted. A provider
// answers with outcomes; it throws for faults of ours alone.
import type { Json, JsonObject } from '../lib/json.ts';
import type { Clock, SteadyClock } from '../lib/time.ts';

/** One attempt at a task, as a provider sees it. Everything was validated against the model's schema before. */
export interface StartRequest {
  taskId: string;
  /** Counts the attempts of the task; with the task id it names this one. */
  epoch: number;
  /** Our own name of the attempt, for providers that keep one: letters, digits and "-", at most 64. */
  token: string;
  /** Public name of the model. */
  model: string;
  /** With the defaults of the model's schema filled in. */
  input: JsonObject;
  /** What the offer says of the model at this provider: its id there, its endpoint. Checked by `checkParams`. */
  params: JsonObject;
  /** The catalogue's item of `input.template_id` or `input.template`, where there is one. */
  template?: JsonObject;
  /** Names of the inputs that hold addresses; none where the model's schema is not known. */
  addressFields?: readonly string[];
  /** True for test keys: sample addresses stand for bundled pictures, scenarios are obeyed. */
  testMode: boolean;
  /** Where the provider may post news of this attempt; undefined when it could not reach us. */
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
  /** An answer that is not what its API says: HTML, half a JSON, an unknown status word. */
  | 'unreadable'
  | 'failed';

export interface Failure {
  reason: FailureReason;
  /** For the user: what was wrong, where, and what to do. No address or key of an operator. */
  message: string;
  /** The provider's own code, for the operator's log. */
  code?: string;
  /** For operators alone: what they can do about it, or what the provider said of their account. No secrets. */
  operatorDetail?: string;
  /** The provider says that it made it: what is missing is a file that can be read. Nothing else is started. */
  isMade?: true;
  retryAfterSeconds?: number;
}

/** The provider's own name of what it is doing; small JSON, stored as it is and parsed at every use. */
export type Reference = JsonObject;

/** What was used or paid, in the provider's own unit: `tokens`, `credits`, `usd`, `seconds`, `points`, `units`. */
export interface Amount {
  unit: string;
  /** Not negative. */
  amount: number;
}

/**
 * Names of incidental fields that an answer had and that could not be read: they were left out. Short names of our
 * schemas, never values.
 */
export type UnreadFields = readonly string[];

export type StartOutcome =
  | { type: 'accepted'; reference: Reference; used?: Amount; unread?: UnreadFields }
  | { type: 'rejected'; failure: Failure }
  /** It was sent and no answer came: it may be running. Never sent again blindly. */
  | { type: 'unknown'; detail: string };

/** A file that a provider made: on our disk, or at an address of the provider that `download` fetches. */
export type Output = {
  kind: 'video' | 'image';
  contentType: string;
} & ({ path: string } | { url: string });

export interface Success {
  outputs: Output[];
  /** Free facts for the client: renderer, seed, tokens. */
  usage: JsonObject;
  modelVersion: string;
  /** What it used, if the provider says so; becomes the charge by the price of the offer. */
  used?: Amount;
  unread?: UnreadFields;
}

export type PollOutcome =
  | { type: 'queued' }
  /** @property progress from 0 to 1. */
  | { type: 'running'; progress?: number }
  | { type: 'succeeded'; success: Success }
  /** The provider's final word: it will not make it. */
  | { type: 'failed'; failure: Failure }
  /**
   * The question was not answered, or not so that it could be read (`unreadable`: an unknown word for the state, a
   * success without a file); nothing is known of the attempt, and it is asked again.
   */
  | { type: 'unanswered'; failure: Failure };

export type CancelOutcome =
  /** It was stopped, or had been before. */
  | { type: 'stopped' }
  /** It is past the point where it could be, or the provider cannot: it goes on. */
  | { type: 'refused'; detail: string };

export type FindOutcome =
  | { type: 'found'; reference: Reference }
  /** A definite "there is none", that may still be too early: see `Recovery`. */
  | { type: 'none' }
  /** No answer, or more than one that fits: nothing may be concluded. */
  | { type: 'unclear'; detail: string };

/** What may be done about an attempt whose answer was lost, or whose process died. */
export type Recovery =
  /** The work lives in our process: with it, it is gone, and starting again harms nobody. */
  | { kind: 'restart' }
  /** `find` looks it up by our token; a "none" counts once it has held for so long. */
  | { kind: 'find'; visibleAfterSeconds: number }
  /** Only a callback that names our attempt can tell. */
  | { kind: 'callback' }
  /** Nothing: it stays unknown until its time is over, at the operator's cost. */
  | { kind: 'none' };

/** One value of a credential. `environment` is the variable that sets it without a command. */
export interface CredentialField {
  name: string;
  environment: string;
  about: string;
  isSecret: boolean;
  /** Fields without one must be given. */
  fallback?: string;
  /** A secret that not every account has, or that only one way of calling needs; its fallback is empty. */
  isOptional?: true;
  /**
   * The way to sign on that it belongs to, where there are several: an account needs all fields of one way, and the way
   * whose field comes first in the facts is taken. Its fallback is empty.
   */
  way?: string;
}

/** One account at a provider, opened for a call. */
export interface Credential {
  id: string;
  /** By the names of `ProviderFacts.credential`, fallbacks filled in. */
  fields: Readonly<Record<string, string>>;
}

/** One part of a multipart body (RFC 7578): text, or a file. */
export type FormPart = { name: string } & (
  | { text: string }
  | { bytes: Uint8Array; fileName: string; contentType: string }
);

export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Appended to the base address; an absolute address must have the origin of an address of the credential. */
  path: string;
  /** Default is the field `base_url` of the credential. */
  base?: string;
  query?: Readonly<Record<string, string | readonly string[]>>;
  headers?: Readonly<Record<string, string>>;
  /** One of the three, or none. */
  json?: Json;
  form?: readonly FormPart[];
  /** Sent as it is, for bodies that were signed. */
  body?: { text: string; contentType: string };
  /** Default 30,000. */
  timeoutMs?: number;
  /** Of the answer. Default 1 MiB; lists say more (http.ts). */
  maxBytes?: number;
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
}

/** The way out to one provider account. Secrets of the credential never show in what it throws. */
export interface ProviderHttp {
  /** @throws CallFailed (http.ts) when there is no whole answer; it says whether the request may have been sent. */
  call(call: ApiCall): Promise<ApiAnswer>;
  /** Text with every secret of the credential replaced. */
  redact(text: string): string;
}

/** What a call of a provider needs besides its arguments. */
export interface CallContext {
  credential: Credential;
  /** The only way out; knows the base address and the secrets of the credential. */
  http: ProviderHttp;
  /** For what others understand, such as signatures. */
  clock: Clock;
  /** For what is kept in memory. */
  steady: SteadyClock;
  /** Reads a picture of the input for providers that want its bytes. @throws InputUnreadable (answers.ts). */
  readImage(url: string): Promise<{ bytes: Uint8Array; contentType: string }>;
  /**
   * Writes a file that an answer carries to our disk and gives its path, for an output to name. Who stores or refuses the
   * output removes it; what a dead process left is swept (files/staging.ts). There for looks of the engine.
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
  /** A handshake: answer it with this body, and do nothing else. */
  | { type: 'challenge'; body: JsonObject }
  /**
   * A reason to look now. `reference` names the job, so that an attempt whose answer was lost can be adopted. `isOpen`: it
   * says that the job is still at work, so that a look would learn nothing.
   */
  | { type: 'hint'; reference?: Reference; isOpen?: true };

/** What the test button found. `detail` is one sentence for the operator, without secrets. */
export type ProbeOutcome =
  | { type: 'works'; detail: string; balance?: Amount }
  | { type: 'fails'; failure: Failure };

/** How the pictures of an input reach a provider. */
export interface PictureRules {
  /**
   * `bytes`: the adapter reads each and sends what it holds. `data`: the provider fetches an address, and takes a `data:`
   * URL (RFC 2397) in its place. `address`: it fetches, and takes nothing else.
   */
  as: 'bytes' | 'data' | 'address';
  /** Content types that it documents. */
  types: readonly string[];
  /** Of one picture in a `data:` URL, before it is encoded. */
  dataBytesMax?: number;
}

/** Facts of a provider as data; docs/providers.md is made from them. */
export interface ProviderFacts {
  title: string;
  /** Its own documentation, and the day when this was read last (YYYY-MM-DD). */
  docs: string;
  checked: string;
  credential: readonly CredentialField[];
  recovery: Recovery;
  cancel: 'any time' | 'while queued' | 'no';
  hints: 'signed' | 'unsigned' | 'no';
  /** How long an address of a result is good. */
  resultHours: number;
  /** How long it answers questions about a job. */
  recordHours: number;
  /** It must not be asked about one job more often. */
  pollSecondsMin: number;
  /** Jobs that one call of `pollMany` may ask about. */
  pollBatchMax: number;
  pictures: PictureRules;
  /** Host suffixes that results may lie at, `*` for any public host; the base address always may. */
  resultHosts: readonly string[];
}

/** What the draft renderer and every adapter have in common. */
export interface Provider {
  readonly id: string;
  readonly facts: ProviderFacts;
  /** What is wrong with the params of an offer, a sentence each; run over all models at start. */
  checkParams(params: JsonObject): string[];
  /**
   * What an offer with these params cannot do of an input, as a sentence that names the field. Undefined when nothing:
   * an offer is passed over, and never used while it leaves something out.
   */
  findMisfit?(params: JsonObject, input: JsonObject): string | undefined;
  /** Submits once. Never sends a second time, whatever comes back. */
  start(request: StartRequest, context: CallContext): Promise<StartOutcome>;
  /** Asking changes nothing and may be repeated. A reference that does not parse is `failed` with `unreadable`. */
  poll(reference: Reference, context: CallContext): Promise<PollOutcome>;
  /** One call for many, an outcome each, in order; there if `pollBatchMax` is above one. */
  pollMany?(references: readonly Reference[], context: CallContext): Promise<PollOutcome[]>;
  cancel?(reference: Reference, context: CallContext): Promise<CancelOutcome>;
  /** There if the recovery is `find`; elsewhere it may find and never proves that there is none. */
  find?(request: StartRequest, context: CallContext): Promise<FindOutcome>;
  /** Verifies first. What it says is a hint: a poll confirms it. There if `hints` is not `no`. */
  parseHint?(request: HintRequest, context: CallContext): Promise<HintOutcome>;
  /** Headers that a download of an output needs; sent to the base address of the credential only. */
  downloadHeaders?(context: CallContext): Record<string, string>;
  /** The cheapest real call that proves the credential. */
  probe(context: CallContext): Promise<ProbeOutcome>;
}

/** Places of a provider in this process. */
export interface LocalSlots {
  /** For attempts of any length. */
  any: number;
  /** For short ones beside them. */
  short: number;
}

/** A provider that works inside this process; its jobs end with it. It needs no credential and no way out. */
export interface LocalProvider extends Provider {
  start(request: StartRequest): Promise<StartOutcome>;
  poll(reference: Reference): Promise<PollOutcome>;
  cancel(reference: Reference): Promise<CancelOutcome>;
  find(request: StartRequest): Promise<FindOutcome>;
  /** How many more attempts it can take in this process right now. */
  freeSlots(): LocalSlots;
  /** How much work an input is, its defaults filled in; 1 or less is short. */
  workOf(input: JsonObject): number;
  /** Frees what `start` left in this process: called once the result is stored or given up. */
  forget(reference: Reference): Promise<void>;
  /** Resolves when there is reason to poll before the interval is over. */
  changed(reference: Reference): Promise<void>;
}
