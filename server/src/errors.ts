// The errors by name: stable names, one page section each in docs/errors.md. A name is never reused for another
// meaning. Which code or status a name has is said by each door (doors/).

interface ErrorEntry {
  /** Whether the same request may succeed later without a change. */
  retryable: boolean;
  /** What a client reads when the thrower says nothing better. */
  message: string;
}

export const ERRORS = {
  unauthorized: { retryable: false, message: 'API key missing' },
  sign_in_failed: { retryable: false, message: 'Email or password is wrong' },
  second_factor_needed: { retryable: false, message: 'The code of your second factor is needed too' },
  insufficient_credits: { retryable: false, message: 'Insufficient Credits' },
  key_daily_limit_reached: { retryable: true, message: 'Credits of this key for the day are used' },
  key_total_limit_reached: { retryable: false, message: 'Credits of this key are used' },
  key_disabled: { retryable: false, message: 'API key disabled' },
  key_expired: { retryable: false, message: 'API key expired' },
  address_not_allowed: { retryable: false, message: 'This key may not be used from here' },
  model_not_allowed: { retryable: false, message: 'This key may not use this model' },
  not_permitted: { retryable: false, message: 'Your role does not allow this' },
  sign_in_again: { retryable: false, message: 'Sign in again to go on' },
  not_found: { retryable: false, message: 'Not found' },
  task_not_found: { retryable: false, message: 'Task not found' },
  model_not_found: { retryable: false, message: 'Model not found' },
  link_invalid: { retryable: false, message: 'This link is not valid or has expired' },
  setup_closed: { retryable: false, message: 'This instance has an owner already' },
  validation_failed: { retryable: false, message: 'Missing Params or Type Error' },
  body_unreadable: { retryable: false, message: 'The request body cannot be read' },
  price_above_limit: { retryable: false, message: 'The price is above the limit of the request' },
  idempotency_conflict: {
    retryable: false,
    message: 'This Idempotency-Key was used with another request',
  },
  conflict: { retryable: false, message: 'The current state does not allow this' },
  not_cancellable: { retryable: false, message: 'The task has already ended' },
  rate_limited: { retryable: true, message: 'Too many requests' },
  uploads_full: { retryable: true, message: 'This account has too many uploads' },
  maintenance: { retryable: true, message: 'Service under maintenance, try again later' },
  database_unavailable: { retryable: true, message: 'Storage is not reachable, try again' },
  storage_full: { retryable: true, message: 'There is no room for files now, try again later' },
  provider_unavailable: { retryable: true, message: 'No provider can take this now' },
  internal: { retryable: true, message: 'Unexpected error' },
  generation_failed: { retryable: false, message: 'Generation failed' },
  input_unusable: { retryable: false, message: 'An input file cannot be used' },
  content_refused: { retryable: false, message: 'Refused by content moderation' },
  outcome_unknown: {
    retryable: false,
    message: 'The provider did not say whether it took the task',
  },
  task_cancelled: { retryable: false, message: 'Cancelled by the client' },
  task_expired: { retryable: false, message: 'Not finished within its time limit' },
  model_disabled: { retryable: false, message: 'This model is disabled' },
} as const satisfies Record<string, ErrorEntry>;

/** Name of an entry of the table. */
export type ErrorName = keyof typeof ERRORS;

/** Where a caller stands in a rate limit. */
export interface RateLimit {
  policy: 'create' | 'read';
  /** Calls that fit into a window. */
  max: number;
  /** Ten where it is not said. */
  windowSeconds?: number;
  /** Calls that still fit now. */
  left: number;
  /** Milliseconds until one more fits. */
  resetMs: number;
}

export interface ErrorDetails {
  /** What the client reads: what was wrong, where, and what to do. */
  message?: string;
  /** One sentence for each wrong field of a 422. */
  errors?: string[];
  /** Seconds until a retry can help; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** The limit that refused the call, for the rate-limit fields of the answer. */
  limit?: RateLimit;
  /** For the log only; never leaves the server. */
  cause?: unknown;
}

/** An expected refusal or failure with its name. Its message is public; its `cause` is not. */
export class AppError extends Error {
  readonly errorName: ErrorName;
  readonly details: ErrorDetails;

  constructor(errorName: ErrorName, details: ErrorDetails = {}) {
    super(details.message ?? ERRORS[errorName].message, { cause: details.cause });
    this.name = 'AppError';
    this.errorName = errorName;
    this.details = details;
  }
}

/** Sentences that an answer spells out. */
const FAULTS_SHOWN_MAX = 50;

/** The refusal of a request, with a sentence for each fault; of very many the first ones and how many more there are. */
export function refuseFaults(faults: readonly string[]): AppError {
  const more = faults.length - FAULTS_SHOWN_MAX;
  const errors = more > 0 ? [...faults.slice(0, FAULTS_SHOWN_MAX), `${more} more faults`] : [...faults];
  return new AppError('validation_failed', { errors });
}

/**
 * A fault that an operator can fix (a bad setting, a taken port, a database of another version): one clear line and
 * exit code 1, without a stack. It says what is wrong and what to do, and never carries a password. Where it answers a
 * request it is a refusal under its `errorName`.
 */
export class OperatorError extends Error {
  readonly errorName: 'validation_failed' | 'not_found' | 'conflict';

  constructor(message: string, options: { cause?: unknown; errorName?: OperatorError['errorName'] } = {}) {
    super(message, { cause: options.cause });
    this.name = 'OperatorError';
    this.errorName = options.errorName ?? 'validation_failed';
  }
}

/** Says that a state is impossible; throws what becomes a 500 with the request id when it is not. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
