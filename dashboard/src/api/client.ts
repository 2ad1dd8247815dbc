// Calls to the server. Every call says for which account and book it is; a refusal is one class of error, whatever door
// refused.
import { onlineManager } from '@tanstack/react-query';
import { currentSession } from './session.ts';

const JSON_TYPE = 'application/json';

/** A call that was refused or did not arrive. */
export class ApiError extends Error {
  /** The HTTP status; 0 when the server was not reached. */
  readonly status: number;
  /** As in docs/errors.md, where the door says it; else an empty text. */
  readonly errorName: string;
  /** A sentence for each fault of the input. */
  readonly faults: readonly string[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, facts: Partial<Omit<ApiError, 'name' | 'message'>> = {}) {
    super(message);
    this.status = facts.status ?? 0;
    this.errorName = facts.errorName ?? '';
    this.faults = facts.faults ?? [];
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

/** For what cannot send headers (streams, downloads): the address with the account and the book in it. */
export function addressInSession(path: string, query: Query = {}): string {
  const { account, mode } = currentSession();
  return addressOf(path, { ...query, account, mode });
}

async function send(method: Method, path: string, { query, body, signal }: CallOptions): Promise<Response> {
  const { account, mode } = currentSession();
  const headers: Record<string, string> = { accept: JSON_TYPE, 'x-reelay-mode': mode };
  if (account) headers['x-reelay-account'] = account;
  if (body !== undefined) headers['content-type'] = JSON_TYPE;
  try {
    const response = await fetch(addressOf(path, query), {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    onlineManager.setOnline(true);
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    onlineManager.setOnline(false);
    throw new ApiError('The server cannot be reached. Nothing was changed as far as this page knows.');
  }
}

interface Refusal {
  error?: { name?: string; message?: string; faults?: string[]; request_id?: string };
  message?: string;
  data?: { errors?: string[]; request_id?: string } | null;
  request_id?: string;
}

function toError(response: Response, { error, message, data, request_id }: Refusal): ApiError {
  const retryAfter = Number(response.headers.get('retry-after'));
  return new ApiError(error?.message ?? message ?? `The server answered ${response.status}`, {
    status: response.status,
    errorName: error?.name ?? '',
    faults: error?.faults ?? data?.errors ?? [],
    requestId: error?.request_id ?? data?.request_id ?? request_id,
    retryAfterSeconds: retryAfter > 0 ? retryAfter : undefined,
  });
}

async function call<Answer>(method: Method, path: string, options: CallOptions): Promise<Answer> {
  const response = await send(method, path, options);
  const text = await response.text();
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch {
    // A proxy answered in place of the server: its page says nothing to a person.
    value = undefined;
  }
  if (!response.ok) throw toError(response, (value ?? {}) as Refusal);
  return value as Answer;
}

function door(prefix: string) {
  return {
    get: <Answer>(path: string, options: CallOptions = {}) =>
      call<Answer>('GET', `${prefix}${path}`, options),
    post: <Answer>(path: string, options: CallOptions = {}) =>
      call<Answer>('POST', `${prefix}${path}`, options),
    put: <Answer>(path: string, options: CallOptions = {}) =>
      call<Answer>('PUT', `${prefix}${path}`, options),
    patch: <Answer>(path: string, options: CallOptions = {}) =>
      call<Answer>('PATCH', `${prefix}${path}`, options),
    delete: <Answer>(path: string, options: CallOptions = {}) =>
      call<Answer>('DELETE', `${prefix}${path}`, options),
  };
}

/** `/api/v1/account`: what members do. */
export const accountApi = door('/api/v1/account');
/** `/api/v1/operator`: what operators do. */
export const operatorApi = door('/api/v1/operator');

interface Envelope<Data> {
  data: Data;
}

/** `/api/v1/client`: the public API for keys, out of its envelope. */
export const clientApi = {
  get: async <Data>(path: string, options: CallOptions = {}) =>
    (await call<Envelope<Data>>('GET', `/api/v1/client${path}`, options)).data,
  post: async <Data>(path: string, options: CallOptions = {}) =>
    (await call<Envelope<Data>>('POST', `/api/v1/client${path}`, options)).data,
};

/** An error of any kind as an ApiError, to show it. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(error instanceof Error ? error.message : String(error));
}
