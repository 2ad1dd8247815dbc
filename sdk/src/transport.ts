// How a call reaches the server: the key, a time limit, and repeats that are safe. A call that would do something twice is
// never repeated here; a create carries an idempotency key, so it may be.
import { ApiError, ConnectionError, createApiError, ReelayError } from './errors.ts';
import { CLIENT_HEADERS, warnOfUpdate } from './version.ts';

export interface ClientOptions {
  /** By default REELAY_API_KEY of the environment. */
  apiKey?: string;
  /** By default REELAY_BASE_URL of the environment, or http://127.0.0.1:8787. */
  baseUrl?: string;
  /** By default the one of the platform. */
  fetch?: typeof fetch;
  /** Repeats after the first try of a call; 3 by default. */
  maxRetries?: number;
  /** Of one try of a call; a minute by default. Streams and files have no limit but their silence. */
  timeoutMs?: number;
  /** A key in a page can be read by everybody who opens it: only for pages that you alone see. */
  allowBrowser?: boolean;
  /**
   * Called once in a process, when the server is so far ahead of this client that some calls may not work. By default
   * `console.warn`; REELAY_WARNINGS=off in the environment silences that.
   */
  onWarning?: (message: string) => void;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface Call extends CallOptions {
  method?: 'GET' | 'POST';
  /** Below the base address, with a slash. */
  path: string;
  query?: object;
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether a repeat can do no harm; true by default. */
  isRepeatable?: boolean;
}

interface Environment {
  process?: { env?: Record<string, string | undefined> };
  document?: unknown;
}

const BASE_URL = 'http://127.0.0.1:8787';
const TIMEOUT_MS = 60_000;
const RETRIES = 3;
const BACKOFF_MS = 400;
/** A longer pause is the caller's to decide. */
const RETRY_AFTER_MAX_SECONDS = 60;

/** Resolves after a time, or rejects with the reason of the signal. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Grows with each try and is spread, so that many clients do not come back at once. */
export function backoffMs(tries: number): number {
  return Math.min(BACKOFF_MS * 2 ** tries, 8_000) * (0.75 + Math.random() / 2);
}

interface RefusalBody {
  message?: string;
  errors?: string[];
  request_id?: string;
  /** A name at the Crun door, an object at the plain ones. */
  error?: string | { name?: string; message?: string; faults?: string[]; request_id?: string } | null;
}

/** What a refusal says, as the Crun door or one of the plain doors writes it, or none of them. */
async function readRefusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as RefusalBody | null;
  const error = body?.error ?? undefined;
  const plain = typeof error === 'object' ? error : undefined;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return createApiError({
    status: response.status,
    code: plain?.name ?? (typeof error === 'string' ? error : ''),
    message: plain?.message ?? body?.message ?? `The server answered ${response.status}`,
    faults: plain?.faults ?? body?.errors ?? [],
    requestId: plain?.request_id ?? body?.request_id ?? response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: Number.isNaN(retryAfter) ? undefined : retryAfter,
  });
}

export class Transport {
  readonly baseUrl: string;
  readonly maxRetries: number;
  readonly #apiKey: string | undefined;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #warn: (message: string) => void;

  constructor(options: ClientOptions) {
    const place = globalThis as Environment;
    if (place.document !== undefined && options.allowBrowser !== true)
      throw new ReelayError(
        'A key in a page can be read by everybody who opens it: call Reelay from your server, or say allowBrowser',
      );
    this.#apiKey = options.apiKey ?? place.process?.env?.REELAY_API_KEY;
    const base = options.baseUrl ?? place.process?.env?.REELAY_BASE_URL ?? BASE_URL;
    if (!URL.canParse(base)) throw new ReelayError(`The base address ${base} is not an address`);
    this.baseUrl = base.replace(/\/+$/, '');
    this.maxRetries = options.maxRetries ?? RETRIES;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const isSilent = place.process?.env?.REELAY_WARNINGS === 'off';
    this.#warn = options.onWarning ?? ((message) => void (isSilent || console.warn(message)));
    // A platform's fetch wants its own `this`.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** The body of an answer as JSON. @throws ApiError, ConnectionError, or the reason of the signal. */
  call<Body>(call: Call): Promise<Body> {
    return this.repeat(call, async (signal) => {
      const response = await this.#send(call, signal);
      return (await response.json()) as Body;
    });
  }

  /** `data` of an answer of the Crun door. */
  async ask<Data>(call: Call): Promise<Data> {
    return (await this.call<{ data: Data }>({ ...call, path: `/api/v1/client${call.path}` })).data;
  }

  /** Opens a stream: one try, and no limit of time but the signal's. */
  async open(call: Call): Promise<Response> {
    try {
      return await this.#send(call, call.signal);
    } catch (error) {
      throw this.#translate(error, call.signal);
    }
  }

  /** Fetches a link of a file, which is its own permission: the key is not sent. One try. */
  async fetchLink(url: string, init: RequestInit): Promise<Response> {
    try {
      const response = await this.#fetch(url, init);
      if (response.ok || response.status === 416) return response;
      throw await readRefusal(response);
    } catch (error) {
      throw this.#translate(error, init.signal ?? undefined);
    }
  }

  /** Does something again while that can help; each try has its limit of time. */
  async repeat<Result>(
    { signal, isRepeatable = true }: Pick<Call, 'signal' | 'isRepeatable'>,
    attempt: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    for (let tries = 0; ; tries++) {
      const limit = AbortSignal.timeout(this.#timeoutMs);
      try {
        return await attempt(signal ? AbortSignal.any([signal, limit]) : limit);
      } catch (error) {
        const fault = this.#translate(error, signal);
        const waitMs = isRepeatable && tries < this.maxRetries ? findPause(fault, tries) : undefined;
        if (waitMs === undefined) throw fault;
        await pause(waitMs, signal);
      }
    }
  }

  async #send({ method = 'GET', path, query, body, headers }: Call, signal?: AbortSignal): Promise<Response> {
    const url = new URL(this.baseUrl + path);
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const response = await this.#fetch(url.href, {
      method,
      signal,
      headers: {
        ...(this.#apiKey === undefined ? {} : { 'x-api-key': this.#apiKey }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...CLIENT_HEADERS,
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      // A key goes to the server that was named and nowhere else.
      redirect: 'error',
    });
    warnOfUpdate(response.headers, this.baseUrl, this.#warn);
    if (!response.ok) throw await readRefusal(response);
    return response;
  }

  #translate(error: unknown, signal: AbortSignal | undefined): unknown {
    if (error instanceof ReelayError || signal?.aborted) return error;
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : '';
    return new ConnectionError(`${this.baseUrl} gave no whole answer: ${reason}`, error);
  }
}

/** The pause before the next try; undefined when another try cannot help. */
function findPause(fault: unknown, tries: number): number | undefined {
  if (fault instanceof ConnectionError) return backoffMs(tries);
  if (!(fault instanceof ApiError) || !fault.retryable) return undefined;
  const { retryAfterSeconds: seconds } = fault;
  if (seconds === undefined) return fault.code === 'key_daily_limit_reached' ? undefined : backoffMs(tries);
  return seconds > RETRY_AFTER_MAX_SECONDS ? undefined : seconds * 1000 + backoffMs(0);
}
