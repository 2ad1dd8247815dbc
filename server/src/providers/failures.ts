// What each reason of a failure means to the engine: the one table. Credentials, the choice of an offer, verdicts, looks
// and logs read it, so that a new reason does not compile before each of them is decided. A place that asks whether this
// very thing happened compares the reason; a set of reasons is a column here. It lies below all of its readers.
import type { ErrorName } from '../errors.ts';
import type { FailureReason } from './contract.ts';

/** How an account cools by a failure; the times are in credentials/cooling.ts. */
export type Cooling = 'refused' | 'limited' | 'silent';

/**
 * What is done about an attempt at a provider that was refused or has failed:
 *   end           the client's fault: the task ends
 *   wait          the provider is full: asked again after a pause, as often as it takes, and not counted
 *   retry         nobody answered sensibly: asked again after a pause, a few times, after the other offers
 *   next_account  the account's trouble: the next account or offer has its turn
 *   next_offer    the provider's final word: the next offer has its turn
 *   doubt         what the provider had taken it may have made: the task ends; what it had not goes to the next offer
 */
type Course =
  | {
      course: 'end' | 'next_offer';
      /** What a draft ends with, and every task that ends at once. */
      error: ErrorName;
    }
  | {
      course: 'wait' | 'retry' | 'next_account' | 'doubt';
      /** A draft is made again. */
      error: null;
    };

export type FailureMeaning = Course & {
  /** Null: it says something of the task, and nothing of the account. */
  cools: Cooling | null;
  /** Whether its words may stand in the log: of calls alone, where those of a run may repeat what a client wrote. */
  logged: 'always' | 'of_calls' | 'never';
  /** The provider's own words are about the input or the run, and for the client, unless they are the operator's matter. */
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
    words: 'The provider did not finish it in time',
  },
  cancelled: {
    course: 'next_offer',
    error: 'task_cancelled',
    cools: null,
    logged: 'never',
    isForClient: true,
    words: 'It was cancelled at the provider',
  },
  lost: {
    course: 'doubt',
    error: null,
    cools: null,
    logged: 'always',
    isForClient: false,
    words:
      'The provider took this task and no longer knows it, so nobody can say whether it was made; nothing was charged',
  },
  unreadable: {
    course: 'doubt',
    error: null,
    cools: 'silent',
    logged: 'always',
    isForClient: false,
    words:
      'The answers of the provider about this task cannot be read, so nobody can say whether it was made; nothing was charged',
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

/** What a reason means. One that only a newer node knows, and has written to the database, is a final word. */
export function meaningOf(reason: FailureReason): FailureMeaning {
  return FAILURES[reason] ?? FAILURES.failed;
}

/** Whether it is the trouble of an account: no other input would help, and another account may. */
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
