// What the SDK throws. Every error says which request it was, whether the same call may succeed later, and whether it has
// cost credits, so that a caller can decide without reading texts.
import type { Task } from './wire.generated.ts';

/** What all errors of the SDK say. */
export interface ErrorFacts {
  /** The server's id of the request, for its logs; not there when no answer came. */
  requestId?: string;
  /** Whether the same call may succeed later without a change. */
  retryable?: boolean;
  /** Whether credits were spent; undefined while nobody can say. */
  charged?: boolean;
  cause?: unknown;
}

export class ReelayError extends Error {
  readonly requestId: string | undefined;
  readonly retryable: boolean;
  readonly charged: boolean | undefined;

  constructor(message: string, { requestId, retryable = false, charged, cause }: ErrorFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.requestId = requestId;
    this.retryable = retryable;
    this.charged = charged;
  }
}

/** What a refusal says, whichever form its door has. */
export interface Refusal {
  status: number;
  /** The stable name of the error, as docs/errors.md lists them; empty when something between refused. */
  code: string;
  message: string;
  /** A sentence for each wrong field. */
  faults: string[];
  requestId?: string;
  /** Seconds after which a repeat can help. */
  retryAfterSeconds?: number;
}

/** The names whose requests may succeed later; `errors.ts` of the server says the same. */
export const RETRYABLE_CODES: readonly string[] = [
  'key_daily_limit_reached',
  'rate_limited',
  'uploads_full',
  'maintenance',
  'database_unavailable',
  'storage_full',
  'provider_unavailable',
  'internal',
];

/** The server refused the call: nothing was made and nothing was charged. */
export class ApiError extends ReelayError {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly string[];
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, code, message, faults, requestId, retryAfterSeconds }: Refusal) {
    const retryable = code === '' ? status === 429 || status >= 500 : RETRYABLE_CODES.includes(code);
    // After a fault of the server or of something between, a create may still have been written.
    const charged = status >= 500 && code !== 'model_disabled' ? undefined : false;
    super(faults.length === 0 ? message : `${message}: ${faults.join(' ')}`, {
      requestId,
      retryable,
      charged,
    });
    this.status = status;
    this.code = code;
    this.faults = faults;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The input, a field or the whole request is wrong; `faults` has a sentence for each. */
export class InvalidRequestError extends ApiError {}
/** The key is missing or unknown. */
export class AuthenticationError extends ApiError {}
/** The key may not do this. */
export class PermissionError extends ApiError {}
export class NotFoundError extends ApiError {}
/** The balance, the budget of the key or `max_credits` is too small. */
export class InsufficientCreditsError extends ApiError {}
export class RateLimitError extends ApiError {}
/** The server or a provider cannot take it now. */
export class UnavailableError extends ApiError {}

/** No whole answer came, after all repeats. A create may have been written: the same idempotency key finds it. */
export class ConnectionError extends ReelayError {
  constructor(message: string, cause?: unknown) {
    super(message, { retryable: true, cause });
  }
}

/** A wait has taken longer than its limit. The task goes on, and can be waited for again. */
export class WaitTimeoutError extends ReelayError {
  readonly taskId: string;
  /** As it was seen last. */
  readonly task: Task | undefined;

  constructor(taskId: string, task: Task | undefined) {
    super(`The task ${taskId} has not ended yet; it goes on`, { retryable: true });
    this.taskId = taskId;
    this.task = task;
  }
}

/** A task has ended without a result. `code` is the name of the reason, such as `content_refused`. */
export class TaskFailedError extends ReelayError {
  readonly task: Task;
  readonly code: string;

  constructor(task: Task) {
    super(task.result?.message ?? `The task ${task.task_id} has failed`, { charged: task.credits > 0 });
    this.task = task;
    this.code = task.result?.error ?? 'generation_failed';
  }
}

/** A file that came is not the file that the server has. */
export class DownloadError extends ReelayError {}

/** A callback that nobody with the secret has signed, or that is too old. */
export class SignatureError extends ReelayError {}

const BY_CODE: Record<string, new (refusal: Refusal) => ApiError> = {
  price_above_limit: InsufficientCreditsError,
  insufficient_credits: InsufficientCreditsError,
  key_daily_limit_reached: InsufficientCreditsError,
  key_total_limit_reached: InsufficientCreditsError,
};

const BY_STATUS: Record<number, new (refusal: Refusal) => ApiError> = {
  401: AuthenticationError,
  402: InsufficientCreditsError,
  403: PermissionError,
  404: NotFoundError,
  429: RateLimitError,
};

/** The class of a refusal, by its name and then by its status. */
export function createApiError(refusal: Refusal): ApiError {
  const { code, status } = refusal;
  const isDown = status === 455 || status >= 500;
  const Class = BY_CODE[code] ?? BY_STATUS[status] ?? (isDown ? UnavailableError : InvalidRequestError);
  return new Class(refusal);
}
