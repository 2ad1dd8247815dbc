// What the shell needs of a dialect of the API to refuse a request in its words.
import type { FastifyRequest } from 'fastify';
import { AppError, type ErrorName } from '../errors.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** How a dialect says that something is refused or has failed. */
export interface ErrorDialect {
  /** HTTP status of each error. */
  statusOf: Readonly<Record<ErrorName, number>>;
  /** What an error says by itself, where the words of the table are not those of the dialect. */
  messages?: Partial<Record<ErrorName, string>>;
  /** The body, as JSON text. @param requestId undefined for what was no request yet. */
  render(error: AppError, requestId: string | undefined): string;
  /** Headers that the answer has besides. @param method of the request. */
  headersOf?(error: AppError, method: string): Record<string, string>;
  /** JSON Schema of the body, for the errors that share a status. */
  describe(status: number, names: readonly ErrorName[]): object;
}

/** The answer to an address that does not exist, or not for this caller. */
export function notFound(request: FastifyRequest): AppError {
  const path = request.url.split('?')[0].slice(0, 200);
  return new AppError('not_found', {
    message: `There is no ${request.method} ${path}; /docs lists the endpoints`,
  });
}
