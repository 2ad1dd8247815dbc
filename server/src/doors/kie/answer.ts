// The envelope of kie.ai: code, msg and data. Newer clients of it read `message`, so each answer has both words.
import type { FastifyReply } from 'fastify';
import { ERRORS, type ErrorName } from '../../errors.ts';
import { type ErrorDialect, JSON_TYPE } from '../../http/answer.ts';

/** The codes that kie.ai publishes, and 403; each is the status of its answer. */
type KieCode = 401 | 402 | 403 | 404 | 422 | 429 | 455 | 500 | 501 | 505;

/** Errors that are not in the lists below are refusals of what was sent. */
const NAMES: Record<Exclude<KieCode, 422>, readonly ErrorName[]> = {
  401: ['unauthorized', 'sign_in_failed', 'second_factor_needed'],
  402: ['insufficient_credits', 'key_daily_limit_reached', 'key_total_limit_reached'],
  403: [
    'key_disabled',
    'key_expired',
    'address_not_allowed',
    'model_not_allowed',
    'not_permitted',
    'sign_in_again',
  ],
  404: ['not_found', 'task_not_found', 'model_not_found', 'link_invalid', 'setup_closed'],
  429: ['rate_limited', 'uploads_full'],
  455: ['maintenance', 'database_unavailable', 'storage_full', 'provider_unavailable'],
  500: ['internal'],
  501: [
    'generation_failed',
    'input_unusable',
    'content_refused',
    'outcome_unknown',
    'task_cancelled',
    'task_expired',
  ],
  505: ['model_disabled'],
};

const BY_NAME = new Map<ErrorName, KieCode>(
  Object.entries(NAMES).flatMap(([code, names]) =>
    names.map((name): [ErrorName, KieCode] => [name, Number(code) as KieCode]),
  ),
);

export function codeOf(name: ErrorName): KieCode {
  return BY_NAME.get(name) ?? 422;
}

/** Every error with its code. */
const CODES = Object.fromEntries(
  Object.keys(ERRORS).map((name) => [name, codeOf(name as ErrorName)]),
) as Record<ErrorName, KieCode>;

/** The envelope as JSON text. @param dataJson as JSON text too. */
export function renderEnvelope(code: number, message: string, dataJson: string): string {
  const words = JSON.stringify(message);
  return `{"code":${code},"msg":${words},"message":${words},"data":${dataJson}}`;
}

/** Answers 200 with data. */
export function sendData(reply: FastifyReply, data: unknown): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(renderEnvelope(200, 'success', JSON.stringify(data)));
}

export const kieErrors: ErrorDialect = {
  statusOf: CODES,
  render({ errorName, message, details }) {
    const words = details.errors?.join('; ') ?? message;
    return JSON.stringify({
      code: codeOf(errorName),
      msg: words,
      message: words,
      data: null,
      error: errorName,
    });
  },
  describe: (status, names) => ({
    type: 'object',
    required: ['code', 'msg', 'message', 'data', 'error'],
    properties: {
      code: { type: 'integer', enum: [status] },
      msg: { type: 'string' },
      message: { type: 'string' },
      data: { type: 'null' },
      error: { type: 'string', enum: names, description: 'As in docs/errors.md; kie.ai has no such field.' },
    },
  }),
};
