// What every provider is to the engine. Types only. The engine commits an intent before `start`, follows with the
// stored reference, and never starts twice what may have been accepted.
import type { JsonObject } from '../lib/json.ts';

/** One attempt at a task, as a provider sees it. Everything was validated against the model's schema before. */
export interface StartRequest {
  taskId: string;
  /** Counts the attempts of the task; with the task id it names this one. */
  epoch: number;
  /** Public name of the model. */
  model: string;
  input: JsonObject;
  /** True for test keys: sample addresses stand for bundled pictures, scenarios are obeyed. */
  testMode: boolean;
}

/** Why an attempt failed, in the closed set that decides what happens next. */
export type FailureReason =
  | 'invalid_input'
  | 'content_refused'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'bad_credentials'
  | 'unavailable'
  | 'timed_out'
  | 'cancelled'
  | 'lost'
  | 'failed';

export interface Failure {
  reason: FailureReason;
  /** For the user: what was wrong, where, and what to do. No address or key of an operator. */
  message: string;
  retryAfterSeconds?: number;
}

/** The provider's own name of what it is doing; small JSON, stored as it is and parsed at every use. */
export type Reference = JsonObject;

export type StartOutcome =
  | { type: 'accepted'; reference: Reference }
  | { type: 'rejected'; failure: Failure }
  /** It was sent and no answer came: it may be running. Never sent again blindly. */
  | { type: 'unknown'; detail: string };

/** A file that a provider made, lying on our disk or at an address of the provider. */
export interface Output {
  kind: 'video' | 'image';
  contentType: string;
  path: string;
}

export interface Success {
  outputs: Output[];
  /** Free facts for the client: renderer, seed, tokens. */
  usage: JsonObject;
  modelVersion: string;
}

export type PollOutcome =
  | { type: 'running'; progress?: number }
  | { type: 'succeeded'; success: Success }
  | { type: 'failed'; failure: Failure };

/** What may be done about an attempt whose answer was lost, or whose process died. */
export type Recovery =
  /** Starting again costs nothing and harms nobody. */
  | 'restart'
  /** `find` looks the attempt up by our own token. */
  | 'find'
  /** Nothing: an operator has to look. */
  | 'none';

export interface Provider {
  id: string;
  recovery: Recovery;
  /** How many more attempts it can take in this process right now. */
  freeSlots(): number;
  /** Undefined when it can work; else the sentence that says why not. */
  unavailableReason(): string | undefined;
  start(request: StartRequest): Promise<StartOutcome>;
  poll(reference: Reference): Promise<PollOutcome>;
  /** Asks it to stop; the next poll tells what became of it. */
  cancel?(reference: Reference): Promise<void>;
  /** Looks for an attempt whose answer was lost. Undefined is a definite "there is none". */
  find?(request: StartRequest): Promise<Reference | undefined>;
  /** Frees what `start` left in this process: called once the result is stored or given up. */
  forget?(reference: Reference): Promise<void>;
  /** Resolves when there is reason to poll before the interval is over. */
  changed?(reference: Reference): Promise<void>;
}
