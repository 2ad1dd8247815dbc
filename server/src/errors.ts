// The one table of codes. A client sees `code` (equal to the HTTP status, the closed list of the wire contract) and
// `error` (our stable name, one page section each in docs/errors.md). A name is never reused for another meaning.

interface ErrorEntry {
  /** HTTP status and `code` of the body; result code of the task for the 501 family. */
  status: 401 | 402 | 403 | 404 | 422 | 429 | 455 | 500 | 501 | 505;
  /** Whether the same request may succeed later without a change. */
  retryable: boolean;
  /** What a client reads when the thrower says nothing better. */
  message: string;
}

export const ERRORS = {
  unauthorized: { status: 401, retryable: false, message: 'API key missing' },
  insufficient_credits: { status: 402, retryable: false, message: 'Insufficient Credits' },
  key_disabled: { status: 403, retryable: false, message: 'API key disabled' },
  not_found: { status: 404, retryable: false, message: 'Not found' },
  task_not_found: { status: 404, retryable: false, message: 'Task not found' },
  model_not_found: { status: 404, retryable: false, message: 'Model not found' },
  link_invalid: { status: 404, retryable: false, message: 'This link is not valid or has expired' },
  validation_failed: { status: 422, retryable: false, message: 'Missing Params or Type Error' },
  body_unreadable: { status: 422, retryable: false, message: 'The request body cannot be read' },
  price_above_limit: { status: 422, retryable: false, message: 'The price is above max_credits' },
  idempotency_conflict: {
    status: 422,
    retryable: false,
    message: 'This Idempotency-Key was used with another request',
  },
  not_cancellable: { status: 422, retryable: false, message: 'The task has already ended' },
  rate_limited: { status: 429, retryable: true, message: 'Too many requests' },
  uploads_full: { status: 429, retryable: true, message: 'This account has too many uploads' },
  maintenance: { status: 455, retryable: true, message: 'Service under maintenance, try again later' },
  database_unavailable: { status: 455, retryable: true, message: 'Storage is not reachable, try again' },
  storage_full: { status: 455, retryable: true, message: 'There is no room for files now, try again later' },
  provider_unavailable: { status: 455, retryable: true, message: 'No provider can take this now' },
  internal: { status: 500, retryable: true, message: 'Unexpected error' },
  generation_failed: { status: 501, retryable: false, message: 'Generation failed' },
  input_unusable: { status: 501, retryable: false, message: 'An input file cannot be used' },
  content_refused: { status: 501, retryable: false, message: 'Refused by content moderation' },
  outcome_unknown: {
    status: 501,
    retryable: false,
    message: 'The provider did not say whether it took the task',
  },
  task_cancelled: { status: 501, retryable: false, message: 'Cancelled by the client' },
  task_expired: { status: 501, retryable: false, message: 'Not finished within its time limit' },
  model_disabled: { status: 505, retryable: false, message: 'This model is disabled' },
} as const satisfies Record<string, ErrorEntry>;

/** Name of an entry of the table. */
export type ErrorName = keyof typeof ERRORS;

/** Where a caller stands in a rate limit. */
export interface RateLimit {
  policy: 'create' | 'read';
  /** Calls that fit into a window. */
  max: number;
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

  get status(): number {
    return ERRORS[this.errorName].status;
  }
}

/**
 * What an operator can mend (a bad setting, a taken port, a database of another version): one clear line and exit code 1,
 * without a stack. It says what is wrong and what to do, and never carries a password.
 */
export class OperatorError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OperatorError';
  }
}

/** Says that a state is impossible; throws what becomes a 500 with the request id when it is not. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
