// What becomes of a task whose attempt was refused or has failed, by the meaning of the reason (providers/failures.ts)
// and what is known of the task. Pure.
import type { ErrorName } from '../errors.ts';
import type { Failure, FailureReason, StartRequest } from '../providers/contract.ts';
import { meaningOf } from '../providers/failures.ts';
import { describeForOperator } from '../providers/http.ts';
import type { TriedOffer } from '../tasks/attempts.store.ts';

export type Verdict =
  /** The task ends; its hold is void. */
  | { type: 'end'; error: ErrorName; message: string }
  /** A further attempt is allowed after a pause: nothing was made, or making it again is free. */
  | { type: 'again'; delayMs: number };

export const ATTEMPTS_MAX = 5;
/** Includes those that died with a process: a task that brings down whatever runs it must come to an end, too. */
export const ATTEMPTS_ALL_MAX = 50;
const PAUSE_FIRST_MS = 500;
const PAUSE_MAX_MS = 60_000;

/** How many attempts count against a task: not those that met a full provider, or a process of Reelay that died. */
export function countTries(tried: readonly Pick<TriedOffer, 'state' | 'reason'>[]): number {
  const isCounted = ({ state, reason }: Pick<TriedOffer, 'state' | 'reason'>) =>
    state !== 'abandoned' && (reason === null || meaningOf(reason).course !== 'wait');
  return tried.filter(isCounted).length;
}

/** Pauses double from half a second to a minute. */
export function pauseBeforeAttempt(attempts: number): number {
  return Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.max(0, attempts - 1));
}

/** @param attempts how many attempts the task has had, this one included. */
export function judge(failure: Failure, attempts: number): Verdict {
  const { error } = meaningOf(failure.reason);
  if (error !== null) return { type: 'end', error, message: failure.message };
  if (attempts >= ATTEMPTS_MAX) {
    return {
      type: 'end',
      error: 'generation_failed',
      message: `Given up after ${attempts} attempts: ${failure.message}`,
    };
  }
  const askedMs = (failure.retryAfterSeconds ?? 0) * 1000;
  // No provider has refused a lost attempt: its process died, so the next one does not have to wait.
  const pauseMs = failure.reason === 'lost' ? PAUSE_FIRST_MS : pauseBeforeAttempt(attempts);
  return { type: 'again', delayMs: Math.max(askedMs, pauseMs) };
}

/** What a log line says of a failure: the words for operators, and never words that may repeat what a client wrote. */
export function describeForLog(
  failure: Failure,
  of: 'call' | 'run' = 'call',
): { reason: FailureReason; code?: string; detail?: string } {
  const { reason, code, operatorDetail } = failure;
  const { logged } = meaningOf(reason);
  const isLogged = logged === 'always' || (logged === 'of_calls' && of === 'call');
  const detail = isLogged ? describeForOperator(failure) : operatorDetail;
  return { reason, code, ...(detail === undefined ? {} : { detail }) };
}

/** What is known of a task when an attempt of it at a provider has failed. */
export interface RemoteHistory {
  /** Its attempts that count (`countTries`). */
  attempts: number;
  /** Whether an offer is left that can take it now. */
  canGoOn: boolean;
  /** The provider had taken it before it failed, so it may have been made even if the provider does not say so. */
  wasTaken: boolean;
  /** The provider says, or has said, that it made it. */
  isMade: boolean;
  /** What its model makes. */
  makes: Making;
}

/** What a model makes; undefined is a video, as for a provider. */
export type Making = StartRequest['makes'];

const MADE_WORDS = { video: 'video', image: 'picture', audio: 'sound' } as const satisfies Record<
  NonNullable<Making>,
  string
>;

/** The message for a task whose provider says that it made it. @param why a whole sentence for the client. */
export function describeUnfetched(makes: Making, why?: string): string {
  const made = MADE_WORDS[makes ?? 'video'];
  const sentence = `The provider made this ${made}, but its file could not be fetched; nothing was charged`;
  return why === undefined ? sentence : `${sentence}. ${why}`;
}

const NO_ACCOUNT = 'No provider account can take this task now; nothing was charged';
const NOT_TAKEN = 'The provider did not take this task; nothing was charged';

/**
 * The same for an attempt at a provider. A fault of the client ends the task at once. A final word of the provider
 * passes the task on to the next offer, if there is one. After an operator's trouble (key, balance) another account is
 * tried, or the task ends with `provider_unavailable`, and never with the client's `insufficient_credits`. A full
 * provider is waited for. What was made, or may have been, is not given to another.
 */
export function judgeRemote(failure: Failure, history: RemoteHistory): Verdict {
  const { attempts, canGoOn, wasTaken, isMade, makes } = history;
  const meaning = meaningOf(failure.reason);
  const message = wordsForClient(failure);
  if (isMade) {
    // The client learns why a file cannot be kept, but not what a provider says later against its own first word.
    return {
      type: 'end',
      error: 'generation_failed',
      message: describeUnfetched(makes, failure.isMade ? message : undefined),
    };
  }
  const askedMs = (failure.retryAfterSeconds ?? 0) * 1000;
  const pauseMs = Math.max(askedMs, pauseBeforeAttempt(attempts));
  switch (meaning.course) {
    case 'end':
      return { type: 'end', error: meaning.error, message };
    case 'wait':
      return { type: 'again', delayMs: pauseMs };
    case 'next_account':
      return canGoOn && attempts < ATTEMPTS_MAX
        ? { type: 'again', delayMs: 0 }
        : { type: 'end', error: 'provider_unavailable', message: NO_ACCOUNT };
    case 'retry':
      return attempts < ATTEMPTS_MAX
        ? { type: 'again', delayMs: pauseMs }
        : { type: 'end', error: 'provider_unavailable', message: NO_ACCOUNT };
    case 'doubt':
      if (wasTaken) return { type: 'end', error: 'outcome_unknown', message };
      return goOnOrEnd(NOT_TAKEN, history);
    case 'next_offer':
      return goOnOrEnd(message, history);
  }
}

function goOnOrEnd(message: string, { attempts, canGoOn }: RemoteHistory): Verdict {
  return canGoOn && attempts < ATTEMPTS_MAX
    ? { type: 'again', delayMs: 0 }
    : { type: 'end', error: 'generation_failed', message };
}

/**
 * Words of a provider that concern the operator's account there, or Reelay's settings: keys, money, addresses. A client
 * can do nothing about them and must not read them.
 */
const OPERATORS_MATTERS: readonly RegExp[] = [
  /(?:api|access|secret)[ _-]?(?:key|token)s?\b/i,
  /\b(?:bearer|authorization|credentials?|unauthori[sz]ed|authenticat\w*)\b/i,
  /\bbase[ _-]?(?:url|address)/i,
  /\b(?:billing|invoices?|arrears|overdue|recharge|top[ -]?up|subscription|payment|quotas?)\b/i,
  /\b(?:account|insufficient|low|not enough|your)\b[^.]{0,40}\b(?:balance|credits?|funds)\b/i,
  /\b(?:balance|credits?|funds)\b[^.]{0,30}\b(?:insufficient|not enough|exhausted|used up|too low)/i,
  /\bprovider account\b/i,
  // Names of settings.
  /\b[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:KEY|URL|TOKEN|SECRET|REGION)\b|\bREELAY_[A-Z_]+/,
];

/** What a client reads of a failure: what it can act on, without anything that concerns the operator alone. */
export function wordsForClient({ reason, message, isMade }: Failure): string {
  const { isForClient, words } = meaningOf(reason);
  const isOwn = isMade || isForClient;
  const isFit = isOwn && !OPERATORS_MATTERS.some((matter) => matter.test(message));
  return isFit ? message : words;
}

/** What an operator reads of it, in one line. */
export function wordsForOperator(failure: Failure): string {
  const words = describeForOperator(failure);
  return failure.code === undefined ? words : `${failure.code}: ${words}`;
}
