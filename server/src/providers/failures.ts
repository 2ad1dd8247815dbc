// What each reason of a failure means to the engine, as a table. Credentials, the choice of an offer,
// verdicts, looks and logs read it, so a new reason does not compile until each of them is decided. Code that
// asks for one particular reason compares it directly; every set of reasons is a column here. The file lies
// below all of its readers.
import type { ErrorName } from '../errors.ts';
import type { FailureReason } from './contract.ts';

/** How a failure cools an account; the times are in credentials/cooling.ts. */
export type Cooling = 'refused' | 'limited' | 'silent';

/**
 * What is done about an attempt at a provider that was refused or has failed:
 *   end           the client's fault: the task ends
 *   wait          the provider is full: asked again after a pause, as often as it takes, and not counted
 *   retry         no sensible answer came: asked again after a pause, a few times, after the other offers
 *   next_account  a fault of the account: the next account or offer takes the task
 *   next_offer    the provider's final word: the next offer takes the task
 *   doubt         an accepted job may exist: the task ends; one that was not accepted goes to the next offer
 */
type Course =
  | {
      course: 'end' | 'next_offer';
      /** The error of a draft, and of every task that ends at once. */
      error: ErrorName;
    }
  | {
      course: 'wait' | 'retry' | 'next_account' | 'doubt';
      /** A draft is made again. */
      error: null;
    };

export type FailureMeaning = Course & {
  /** Null: the reason is about the task and not the account. */
  cools: Cooling | null;
  /**
   * Whether the provider's words may be logged: `of_calls` only those of calls, since words of a run may
   * repeat what a client wrote.
   */
  logged: 'always' | 'of_calls' | 'never';
  /**
   * Whether the provider's words are about the input or the run and meant for the client, unless only the
   * operator can act on them.
   */
  isForClient: boolean;
  /** What a client reads in their place. */
  words: string;
};

const NOBODY = 'No provider account can take this task now; nothing was charged';

const FAILURES: Record<FailureReason, FailureMeaning> = {
  invalid_input: {
    course: 'end',
    error: 'input_unusable',
    cools: null,
    logged: 'never',
    isForClient: true,
    words: 'The provider refused the input',
  },
  content_refused: {
    course: 'end',
    error: 'content_refused',
    cools: null,
    logged: 'never',
    isForClient: true,
    words: 'Refused by content moderation',
  },
  template_gone: {
    course: 'end',
    error: 'input_unusable',
    cools: null,
    logged: 'never',
    isForClient: true,
    words: 'The provider no longer has this template',
  },
  rate_limited: {
    course: 'wait',
    error: null,
    cools: 'limited',
    logged: 'of_calls',
    isForClient: false,
    words: NOBODY,
  },
  quota_exhausted: {
    course: 'next_account',
    error: null,
    cools: 'refused',
    logged: 'always',
    isForClient: false,
    words: NOBODY,
  },
  bad_credentials: {
    course: 'next_account',
    error: null,
    cools: 'refused',
    logged: 'always',
    isForClient: false,
    words: NOBODY,
  },
  unavailable: {
    course: 'retry',
    error: null,
    cools: 'silent',
    logged: 'of_calls',
    isForClient: false,
    words: NOBODY,
  },
  timed_out: {
    course: 'next_offer',
    error: 'task_expired',
    cools: 'silent',
    logged: 'of_calls',
    isForClient: true,
    words: 'The provider did not finish the task in time',
  },
  cancelled: {
    course: 'next_offer',
    error: 'task_cancelled',
    cools: null,
    logged: 'never',
    isForClient: true,
    words: 'The task was cancelled at the provider',
  },
  lost: {
    course: 'doubt',
    error: null,
    cools: null,
    logged: 'always',
    isForClient: false,
    words:
      'The provider accepted this task but no longer knows it, so it may or may not have been made; nothing was charged',
  },
  unreadable: {
    course: 'doubt',
    error: null,
    cools: 'silent',
    logged: 'always',
    isForClient: false,
    words:
      "The provider's answers about this task cannot be read, so it may or may not have been made; nothing was charged",
  },
  failed: {
    course: 'next_offer',
    error: 'generation_failed',
    cools: null,
    logged: 'never',
    isForClient: true,
    words: 'The provider failed to make it',
  },
};

/**
 * What a reason means. A reason that only a newer node knows, read from the database, counts as a final word.
 */
export function meaningOf(reason: FailureReason): FailureMeaning {
  return FAILURES[reason] ?? FAILURES.failed;
}

/** Whether the account is at fault: no other input would help, but another account may. */
export function isOfAccount(reason: FailureReason): boolean {
  return meaningOf(reason).course === 'next_account';
}

/** Whether another try of the same task at the same offer would change nothing. */
export function isFinal(reason: FailureReason): boolean {
  switch (meaningOf(reason).course) {
    case 'end':
    case 'next_offer':
    case 'doubt':
      return true;
    case 'wait':
    case 'retry':
    case 'next_account':
      return false;
  }
}
