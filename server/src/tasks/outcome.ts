// What the engine does about each way that a provider can refuse or fail. Pure, and the only place that decides it.
import type { ErrorName } from '../errors.ts';
import type { Failure, FailureReason } from '../providers/contract.ts';

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

/** What a log line says of a failure. All other words may repeat what a client wrote, and stay out of it. */
export function describeForLog(
  { reason, code, message }: Failure,
  of: 'call' | 'run' = 'call',
): { reason: FailureReason; code?: string; detail?: string } {
  const isToldHere = (of === 'call' ? OF_CALL : OF_ACCOUNT).includes(reason);
  return { reason, code, ...(isToldHere ? { detail: message } : {}) };
}

/** What is known of a task when an attempt of it at a provider has failed. */
export interface RemoteHistory {
  /** Its attempts that count: those that did not simply meet a full or a dead process. */
  attempts: number;
  /** Whether an offer is left that can take it now. */
  canGoOn: boolean;
}

/**
 * The same for an attempt at a provider. The client's faults end the task at once; a provider's final word passes it on
 * to the next offer, where there is one; an operator's trouble (key, balance) is another account's chance or a 455, and
 * never the client's 402; a full provider is waited for.
 */
export function judgeRemote(failure: Failure, { attempts, canGoOn }: RemoteHistory): Verdict {
  const { reason, message } = failure;
  const askedMs = (failure.retryAfterSeconds ?? 0) * 1000;
  const nobody = 'No provider account can take this task now; nothing was charged';
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
        : { type: 'end', error: 'provider_unavailable', message: nobody };
    case 'unavailable':
      return attempts < ATTEMPTS_MAX
        ? { type: 'again', delayMs: Math.max(askedMs, pauseBeforeAttempt(attempts)) }
        : { type: 'end', error: 'provider_unavailable', message: `${nobody}: ${message}` };
    case 'timed_out':
    case 'cancelled':
    case 'lost':
    case 'unreadable':
    case 'failed':
      return canGoOn && attempts < ATTEMPTS_MAX
        ? { type: 'again', delayMs: 0 }
        : { type: 'end', error: 'generation_failed', message };
  }
}
