// What the engine does about each way that a provider can refuse or fail. Pure, and the only place that decides it.
import type { ErrorName } from '../errors.ts';
import type { Failure, FailureReason } from '../providers/contract.ts';
import { describeForOperator } from '../providers/http.ts';

export type Verdict =
  /** The task ends; its hold is void. */
  | { type: 'end'; error: ErrorName; message: string }
  /** A further attempt is allowed after a pause: nothing was made, or making it again is free. */
  | { type: 'again'; delayMs: number };

const ENDS: Partial<Record<FailureReason, ErrorName>> = {
  invalid_input: 'input_unusable',
  template_gone: 'input_unusable',
  content_refused: 'content_refused',
  timed_out: 'task_expired',
  cancelled: 'task_cancelled',
  failed: 'generation_failed',
};

export const ATTEMPTS_MAX = 5;
/** With those that died with a process: a task that brings down what runs it must come to an end, too. */
export const ATTEMPTS_ALL_MAX = 50;
const PAUSE_FIRST_MS = 500;
const PAUSE_MAX_MS = 60_000;

/** Pauses double from half a second to a minute. */
export function pauseBeforeAttempt(attempts: number): number {
  return Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.max(0, attempts - 1));
}

/** @param attempts how many attempts the task has had, this one included. */
export function judge(failure: Failure, attempts: number): Verdict {
  const error = ENDS[failure.reason];
  if (error) return { type: 'end', error, message: failure.message };
  if (attempts >= ATTEMPTS_MAX) {
    return {
      type: 'end',
      error: 'generation_failed',
      message: `Given up after ${attempts} attempts: ${failure.message}`,
    };
  }
  const askedMs = (failure.retryAfterSeconds ?? 0) * 1000;
  // Nobody has refused a lost attempt: its process died, and the next one has no reason to hesitate.
  const pauseMs = failure.reason === 'lost' ? PAUSE_FIRST_MS : pauseBeforeAttempt(attempts);
  return { type: 'again', delayMs: Math.max(askedMs, pauseMs) };
}

/** Reasons whose words are about the account, or are our own. */
const OF_ACCOUNT: readonly FailureReason[] = ['quota_exhausted', 'bad_credentials', 'lost', 'unreadable'];
/** Of a call, those that are about the call, too. */
const OF_CALL: readonly FailureReason[] = [...OF_ACCOUNT, 'rate_limited', 'unavailable', 'timed_out'];

/** What a log line says of a failure. Words that may repeat what a client wrote stay out of it; those for operators do not. */
export function describeForLog(
  failure: Failure,
  of: 'call' | 'run' = 'call',
): { reason: FailureReason; code?: string; detail?: string } {
  const { reason, code, operatorDetail } = failure;
  const isToldHere = (of === 'call' ? OF_CALL : OF_ACCOUNT).includes(reason);
  const detail = isToldHere ? describeForOperator(failure) : operatorDetail;
  return { reason, code, ...(detail === undefined ? {} : { detail }) };
}

/** What is known of a task when an attempt of it at a provider has failed. */
export interface RemoteHistory {
  /** Its attempts that count: those that did not simply meet a full or a dead process. */
  attempts: number;
  /** Whether an offer is left that can take it now. */
  canGoOn: boolean;
  /** The provider had taken it before it failed: what it does not say, it may have done. */
  wasTaken: boolean;
  /** The provider says, or has said, that it made it. */
  isMade: boolean;
}

/** The end of a task whose provider says that it made it. @param why a whole sentence for the client. */
export function describeUnfetched(why?: string): string {
  const sentence = 'The provider made this video, but its file could not be fetched; nothing was charged';
  return why === undefined ? sentence : `${sentence}. ${why}`;
}

const NOBODY = 'No provider account can take this task now; nothing was charged';
const NOT_TAKEN = 'The provider did not take this task; nothing was charged';

/**
 * The same for an attempt at a provider. The client's faults end the task at once; a provider's final word passes it on
 * to the next offer, where there is one; an operator's trouble (key, balance) is another account's chance or a 455, and
 * never the client's 402; a full provider is waited for. What was made, or may have been, is never given to another.
 */
export function judgeRemote(failure: Failure, history: RemoteHistory): Verdict {
  const { attempts, canGoOn, wasTaken, isMade } = history;
  const { reason } = failure;
  const message = wordsForClient(failure);
  if (isMade) {
    // Of a file that cannot be kept, the reason is the client's to know; a later word against the first one is not.
    return {
      type: 'end',
      error: 'generation_failed',
      message: describeUnfetched(failure.isMade ? message : undefined),
    };
  }
  const askedMs = (failure.retryAfterSeconds ?? 0) * 1000;
  switch (reason) {
    case 'invalid_input':
    case 'template_gone':
    case 'content_refused':
      return { type: 'end', error: ENDS[reason] as ErrorName, message };
    case 'rate_limited':
      return { type: 'again', delayMs: Math.max(askedMs, pauseBeforeAttempt(attempts)) };
    case 'bad_credentials':
    case 'quota_exhausted':
      return canGoOn && attempts < ATTEMPTS_MAX
        ? { type: 'again', delayMs: 0 }
        : { type: 'end', error: 'provider_unavailable', message: NOBODY };
    case 'unavailable':
      return attempts < ATTEMPTS_MAX
        ? { type: 'again', delayMs: Math.max(askedMs, pauseBeforeAttempt(attempts)) }
        : { type: 'end', error: 'provider_unavailable', message: NOBODY };
    case 'lost':
    case 'unreadable':
      if (wasTaken) return { type: 'end', error: 'outcome_unknown', message };
      return goOnOrEnd(NOT_TAKEN, history);
    case 'timed_out':
    case 'cancelled':
    case 'failed':
      return goOnOrEnd(message, history);
  }
}

function goOnOrEnd(message: string, { attempts, canGoOn }: RemoteHistory): Verdict {
  return canGoOn && attempts < ATTEMPTS_MAX
    ? { type: 'again', delayMs: 0 }
    : { type: 'end', error: 'generation_failed', message };
}

/**
 * Words of a provider that are about the operator's account there, or our settings: keys, money, addresses. A client can
 * do nothing about them and must not read them.
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

/** What a client reads where the words of the provider are not for clients. */
const PLAIN_WORDS: Record<FailureReason, string> = {
  invalid_input: 'The provider refused the input',
  content_refused: 'Refused by content moderation',
  template_gone: 'The provider no longer has this template',
  rate_limited: NOBODY,
  quota_exhausted: NOBODY,
  bad_credentials: NOBODY,
  unavailable: NOBODY,
  timed_out: 'The provider did not finish it in time',
  cancelled: 'It was cancelled at the provider',
  lost: 'The provider took this task and no longer knows it, so nobody can say whether it was made; nothing was charged',
  unreadable:
    'The answers of the provider about this task cannot be read, so nobody can say whether it was made; nothing was charged',
  failed: 'The provider failed to make it',
};

/** The provider's own words count where they are about the input or the run. */
const OWN_WORDS: ReadonlySet<FailureReason> = new Set([
  'invalid_input',
  'content_refused',
  'template_gone',
  'timed_out',
  'cancelled',
  'failed',
]);

/** What a client reads of a failure: what it can act on, and nothing of the operator's matters. */
export function wordsForClient({ reason, message, isMade }: Failure): string {
  const isOwn = isMade || OWN_WORDS.has(reason);
  const isFit = isOwn && !OPERATORS_MATTERS.some((matter) => matter.test(message));
  return isFit ? message : PLAIN_WORDS[reason];
}

/** What an operator reads of it, in one line. */
export function wordsForOperator(failure: Failure): string {
  const words = describeForOperator(failure);
  return failure.code === undefined ? words : `${failure.code}: ${words}`;
}
