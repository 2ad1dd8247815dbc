// How the doors without an envelope answer: a success is the thing itself; a refusal is `error` with its name, in the
// statuses of HTTP. No door that was released with another envelope may use it.
import type { FastifyReply } from 'fastify';
import type { ErrorName } from '../errors.ts';
import { type ErrorDialect, JSON_TYPE } from '../http/answer.ts';

/** The status of each error. How a task failed is no refusal, so those names stand with `internal`. */
const STATUSES = {
  unauthorized: 401,
  sign_in_failed: 401,
  second_factor_needed: 401,
  insufficient_credits: 409,
  key_daily_limit_reached: 409,
  key_total_limit_reached: 409,
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
  setup_closed: 410,
  validation_failed: 422,
  body_unreadable: 400,
  price_above_limit: 409,
  idempotency_conflict: 409,
  conflict: 409,
  not_cancellable: 409,
  rate_limited: 429,
  uploads_full: 409,
  maintenance: 503,
  database_unavailable: 503,
  storage_full: 503,
  provider_unavailable: 503,
  internal: 500,
  generation_failed: 500,
  input_unusable: 500,
  content_refused: 500,
  outcome_unknown: 500,
  task_cancelled: 500,
  task_expired: 500,
  model_disabled: 409,
} as const satisfies Record<ErrorName, number>;

/** Answers 200 with a value. */
export function send(reply: FastifyReply, value: object): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(JSON.stringify(value));
}

/**
 * The refusals of a door. @param title the name of their schema in the OpenAPI document, unlike that of any other.
 * @param own statuses in which the door differs.
 */
export function createPlainErrors(title: string, own: Partial<Record<ErrorName, number>> = {}): ErrorDialect {
  const schema = {
    title,
    type: 'object',
    required: ['name', 'message', 'request_id'],
    properties: {
      name: { type: 'string', description: 'As in docs/errors.md.' },
      message: { type: 'string' },
      faults: { type: 'array', items: { type: 'string' }, description: 'A sentence for each fault.' },
      request_id: { type: 'string' },
    },
  };
  return {
    statusOf: { ...STATUSES, ...own },
    render({ errorName, message, details }, requestId) {
      const error = { name: errorName, message, faults: details.errors, request_id: requestId };
      return JSON.stringify({ error });
    },
    describe: (_status, names) => ({
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          allOf: [schema, { type: 'object', properties: { name: { type: 'string', enum: names } } }],
        },
      },
    }),
  };
}
