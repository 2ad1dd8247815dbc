// The envelope of every answer of the Crun API: code, message, data. The HTTP status always equals the code.
import type { FastifyReply } from 'fastify';
import type { ErrorName } from '../../errors.ts';
import { type ErrorDialect, JSON_TYPE } from '../../http/answer.ts';
import { CODES } from './codes.ts';

/** Answers 200 with a value that is turned to JSON. */
export function sendData(reply: FastifyReply, data: unknown): FastifyReply {
  return sendJson(reply, JSON.stringify(data));
}

/** Answers 200 with JSON text. */
export function sendJson(reply: FastifyReply, dataJson: string): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(`{"code":200,"message":"success","data":${dataJson}}`);
}

/** The member `warnings` with its comma, or nothing. */
export function renderWarnings(warnings: readonly string[]): string {
  return warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : '';
}

interface ErrorBody {
  code: number;
  message: string;
  /** The stable name of the error; docs/errors.md explains each. */
  error: ErrorName;
  errors?: string[];
  request_id: string | undefined;
  data?: null;
}

/** What every refusal has; a 422 has `errors` in place of `data`. */
const ERROR = {
  title: 'Error',
  type: 'object',
  required: ['code', 'message', 'error', 'request_id'],
  properties: {
    code: { type: 'integer', description: 'The HTTP status.' },
    message: { type: 'string' },
    error: { type: 'string', description: 'Name of the error, as in docs/errors.md.' },
    errors: { type: 'array', items: { type: 'string' }, description: 'A sentence for each fault.' },
    request_id: { type: 'string' },
    data: { type: 'null' },
  },
};

/** Errors of the Crun API. A 422 carries `errors` and no `data`, the others `data: null`. */
export const crunErrors: ErrorDialect = {
  statusOf: CODES,
  messages: { price_above_limit: 'The price is above max_credits' },
  render({ errorName, message, details }, requestId) {
    const code = CODES[errorName];
    const body: ErrorBody = { code, message, error: errorName, request_id: requestId };
    if (code === 422) body.errors = details.errors ?? [message];
    else body.data = null;
    return JSON.stringify(body);
  },
  describe: (status, names) => ({
    allOf: [
      ERROR,
      {
        type: 'object',
        properties: {
          code: { type: 'integer', enum: [status] },
          error: { type: 'string', enum: names },
        },
      },
    ],
  }),
};
