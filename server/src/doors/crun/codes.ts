// The codes of the Crun API: each error has one, equal to the HTTP status, from the closed list of its contract.
import type { ErrorName } from '../../errors.ts';

type CrunCode = 401 | 402 | 403 | 404 | 422 | 429 | 455 | 500 | 501 | 505;

/** The code of each error. Those of 501 are result codes of tasks, and never the status of an answer. */
export const CODES = {
  unauthorized: 401,
  sign_in_failed: 401,
  insufficient_credits: 402,
  key_daily_limit_reached: 402,
  key_total_limit_reached: 402,
  key_disabled: 403,
  key_expired: 403,
  address_not_allowed: 403,
  model_not_allowed: 403,
  not_permitted: 403,
  sign_in_again: 403,
  not_found: 404,
  task_not_found: 404,
  model_not_found: 404,
  link_invalid: 404,
  setup_closed: 404,
  validation_failed: 422,
  body_unreadable: 422,
  price_above_limit: 422,
  idempotency_conflict: 422,
  conflict: 422,
  not_cancellable: 422,
  rate_limited: 429,
  uploads_full: 429,
  maintenance: 455,
  database_unavailable: 455,
  storage_full: 455,
  provider_unavailable: 455,
  internal: 500,
  generation_failed: 501,
  input_unusable: 501,
  content_refused: 501,
  outcome_unknown: 501,
  task_cancelled: 501,
  task_expired: 501,
  model_disabled: 505,
} as const satisfies Record<ErrorName, CrunCode>;
