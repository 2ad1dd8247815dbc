// How this door refuses: in the form and with the statuses of OpenAI's API, which decide the classes of errors in the
// clients that OpenAI publishes, and with the header by which those clients know whether to send a request again (facts of
// openai-node 7.59.0 and openai-python 3.3.1).
import type { FastifyReply } from 'fastify';
import type { AppError, ErrorName } from '../../errors.ts';
import { type ErrorDialect, JSON_TYPE } from '../../http/answer.ts';
import { SECOND_MS } from '../../lib/time.ts';

/** Answers 200 with a value. */
export function send(reply: FastifyReply, value: object): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(JSON.stringify(value));
}

/** A status, a type and a code. */
type Words = readonly [status: number, type: string, code: string];

const REQUEST = 'invalid_request_error';
const SERVER = 'server_error';
const QUOTA = 'insufficient_quota';

/** How a task fails is a refusal where a call waits for its end. */
const FAILED: Words = [500, SERVER, 'generation_failed'];

const WORDS = {
  unauthorized: [401, REQUEST, 'invalid_api_key'],
  sign_in_failed: [401, REQUEST, 'invalid_api_key'],
  second_factor_needed: [401, REQUEST, 'invalid_api_key'],
  insufficient_credits: [402, QUOTA, QUOTA],
  key_daily_limit_reached: [402, QUOTA, 'key_daily_limit_reached'],
  key_total_limit_reached: [402, QUOTA, 'key_total_limit_reached'],
  key_disabled: [403, REQUEST, 'key_disabled'],
  key_expired: [403, REQUEST, 'key_expired'],
  address_not_allowed: [403, REQUEST, 'address_not_allowed'],
  model_not_allowed: [403, REQUEST, 'model_not_allowed'],
  not_permitted: [403, REQUEST, 'not_permitted'],
  sign_in_again: [403, REQUEST, 'not_permitted'],
  not_found: [404, REQUEST, 'not_found'],
  task_not_found: [404, REQUEST, 'not_found'],
  model_not_found: [404, REQUEST, 'model_not_found'],
  link_invalid: [404, REQUEST, 'not_found'],
  setup_closed: [404, REQUEST, 'not_found'],
  validation_failed: [400, REQUEST, 'invalid_value'],
  body_unreadable: [400, REQUEST, 'invalid_body'],
  price_above_limit: [400, REQUEST, 'price_above_limit'],
  idempotency_conflict: [409, REQUEST, 'idempotency_conflict'],
  conflict: [409, REQUEST, 'conflict'],
  not_cancellable: [409, REQUEST, 'conflict'],
  rate_limited: [429, 'rate_limit_error', 'rate_limit_exceeded'],
  uploads_full: [429, 'rate_limit_error', 'uploads_full'],
  maintenance: [503, SERVER, 'maintenance'],
  database_unavailable: [503, SERVER, 'database_unavailable'],
  storage_full: [503, SERVER, 'storage_full'],
  provider_unavailable: [503, SERVER, 'provider_unavailable'],
  internal: [500, SERVER, 'server_error'],
  generation_failed: FAILED,
  input_unusable: [400, REQUEST, 'invalid_input'],
  content_refused: [400, 'image_generation_user_error', 'moderation_blocked'],
  outcome_unknown: FAILED,
  task_cancelled: FAILED,
  task_expired: FAILED,
  model_disabled: [503, SERVER, 'model_disabled'],
} as const satisfies Record<ErrorName, Words>;

const STATUSES = Object.fromEntries(
  Object.entries(WORDS).map(([name, [status]]) => [name, status]),
) as Record<ErrorName, number>;

/** Fields of Reelay's inputs by the names that this door has for them. */
const FIELDS: Record<string, string> = {
  duration: 'seconds',
  resolution: 'size',
  aspect_ratio: 'size',
  img_urls: 'input_reference',
  num_outputs: 'n',
};

/** A sentence about a field as this door names it. */
function rename(sentence: string): string {
  return sentence.replace(/^input\.(\w+)/, (_, field: string) => FIELDS[field] ?? field);
}

/** The field that a sentence is about; null for the whole body and for headers. */
function paramOf(sentence: string): string | null {
  const field = /^([a-z]\w*)(?:[.[][\w.[\]]*)?:/.exec(sentence)?.[1];
  return field === undefined || field === 'body' ? null : field;
}

function codeOf(sentence: string): string {
  if (/: is required\b/.test(sentence)) return 'missing_required_parameter';
  return /: must be (?:of type|a file|an object)\b/.test(sentence) ? 'invalid_type' : 'invalid_value';
}

function renderFaults(faults: readonly string[]): object {
  const sentences = faults.map(rename);
  const [first] = sentences;
  return {
    message: sentences.join('; '),
    type: REQUEST,
    param: paramOf(first),
    code: codeOf(first),
  };
}

const ERROR = {
  title: 'OpenAIError',
  type: 'object',
  required: ['message', 'type', 'param', 'code'],
  properties: {
    message: { type: 'string' },
    type: { type: 'string' },
    param: { type: ['string', 'null'], description: 'The field at fault, where there is one.' },
    code: { type: ['string', 'null'] },
  },
};

/** Refusals after which the same request may be sent again: nothing was written, or the repeat finds what was. */
const REPEATABLE: readonly ErrorName[] = ['rate_limited', 'database_unavailable'];

export const openaiErrors: ErrorDialect = {
  statusOf: STATUSES,
  render({ errorName, message, details }) {
    const [, type, code] = WORDS[errorName];
    const { errors } = details;
    const faults = errorName === 'validation_failed' && errors?.length ? errors : undefined;
    const param = errorName === 'model_not_found' ? 'model' : null;
    return JSON.stringify({ error: faults ? renderFaults(faults) : { message, type, param, code } });
  },
  headersOf({ errorName, details }: AppError, method) {
    const { retryAfterSeconds, limit } = details;
    const waitMs = limit?.resetMs ?? (retryAfterSeconds ?? 0) * SECOND_MS;
    const headers: Record<string, string> = {};
    if (errorName === 'rate_limited' && waitMs > 0) headers['retry-after-ms'] = String(Math.ceil(waitMs));
    if (method !== 'GET' && !REPEATABLE.includes(errorName)) headers['x-should-retry'] = 'false';
    return headers;
  },
  describe: (status, names) => ({
    type: 'object',
    description: `code: ${[...new Set(names.map((name) => WORDS[name][2]))].join(', ')} (${status})`,
    required: ['error'],
    properties: { error: ERROR },
  }),
};
