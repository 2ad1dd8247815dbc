// Refusals before a message is read, in the form of JSON-RPC: who calls, how often, and what the body is.
import { ERRORS, type ErrorName } from '../../errors.ts';
import type { ErrorDialect } from '../../http/answer.ts';

/** Codes that JSON-RPC leaves to servers begin here. */
const SERVER_ERROR = -32_000;

const STATUSES: Readonly<Partial<Record<ErrorName, number>>> = {
  unauthorized: 401,
  key_disabled: 403,
  key_expired: 403,
  address_not_allowed: 403,
  not_permitted: 403,
  not_found: 404,
  rate_limited: 429,
  database_unavailable: 503,
  internal: 500,
};

const CODES = Object.fromEntries(
  Object.keys(ERRORS).map((name) => [name, STATUSES[name as ErrorName] ?? 400]),
) as Record<ErrorName, number>;

export const mcpErrors: ErrorDialect = {
  statusOf: CODES,
  render({ errorName, message }, requestId) {
    const error = { code: SERVER_ERROR, message, data: { name: errorName, request_id: requestId } };
    return JSON.stringify({ jsonrpc: '2.0', id: null, error });
  },
  // RFC 9110, section 11.6.1. There is no authorization server: the token is a key of the account.
  headersOf({ errorName }): Record<string, string> {
    return errorName === 'unauthorized' ? { 'www-authenticate': 'Bearer realm="Reelay"' } : {};
  },
  describe: (_status, names) => ({
    type: 'object',
    required: ['jsonrpc', 'id', 'error'],
    properties: {
      jsonrpc: { type: 'string', enum: ['2.0'] },
      id: { type: 'null' },
      error: {
        type: 'object',
        required: ['code', 'message', 'data'],
        properties: {
          code: { type: 'integer' },
          message: { type: 'string' },
          data: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string', enum: names }, request_id: { type: 'string' } },
          },
        },
      },
    },
  }),
};
