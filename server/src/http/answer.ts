// The envelope of every answer: code, message, data. The HTTP status always equals the code.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, ERRORS, type ErrorName } from '../errors.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Wraps JSON text that is already rendered. */
export function wrapData(dataJson: string): string {
  return `{"code":200,"message":"success","data":${dataJson}}`;
}

/** Answers 200 with a value that is turned to JSON. */
export function sendData(reply: FastifyReply, data: unknown): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(wrapData(JSON.stringify(data)));
}

/** Answers 200 with JSON text. */
export function sendJson(reply: FastifyReply, dataJson: string): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(wrapData(dataJson));
}

export interface ErrorBody {
  code: number;
  message: string;
  /** Our stable name of the error; docs/errors.md explains each. */
  error: ErrorName;
  errors?: string[];
  request_id: string;
  data?: null;
}

/** What a client reads of an error. A 422 carries `errors` and no `data`, the others `data: null`. */
export function errorBody(error: AppError, requestId: string): ErrorBody {
  const { status } = ERRORS[error.errorName];
  const body: ErrorBody = {
    code: status,
    message: error.message,
    error: error.errorName,
    request_id: requestId,
  };
  if (status === 422) body.errors = error.details.errors ?? [error.message];
  else body.data = null;
  return body;
}

/** The answer to an address that there is not, or not for who asks. */
export function notFound(request: FastifyRequest): AppError {
  const path = request.url.split('?')[0].slice(0, 200);
  return new AppError('not_found', {
    message: `There is no ${request.method} ${path}; /docs lists the endpoints`,
  });
}
