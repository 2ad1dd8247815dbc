// The way out to addresses that users give: pictures, results, callback receivers. Every hop is checked in
// form, resolved, classified and connected by checked address; time, size and header size are bounded.
// It must never follow a redirect unchecked, unpack without a bound, or carry a caller's headers to another origin.
import { Agent } from 'undici';
import { type ClassifyAddress, checkUrl, type UrlPolicy } from './addresses.ts';
import {
  createGuardedConnector,
  createNameServerResolver,
  type ResolveHost,
  resolveAsSystem,
} from './guarded-fetch-connector.ts';
import { FetchFailed, FetchRefused } from './guarded-fetch-errors.ts';
import { type Answer, performExchange } from './guarded-fetch-exchange.ts';
import { USER_AGENT } from './version.ts';

export interface GuardedFetchSettings {
  /** Whether this machine itself may be called. */
  allowLoopback: boolean;
  /** Open connections to one origin; further requests wait for one. Default 64. */
  connectionsMax?: number;
  /** For name, connection and handshake together. Default 10,000. */
  connectTimeoutMs?: number;
  /** Replaces the name servers. */
  resolve?: ResolveHost;
  /** Replaces the address table; for tests, where one loopback address has to count as public. */
  classify?: ClassifyAddress;
  /** For addresses that the operator chose: any network, port and bare host name, resolved as the system does. */
  trusted?: boolean;
  /** Longest address. Default 2048; addresses of providers that carry a signature are longer. */
  urlCharactersMax?: number;
  /** Certificates to trust besides those of the system, in PEM. */
  certificateAuthority?: string;
}

export interface GuardedRequest {
  /** Default GET. */
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For everything from the name to the last byte, redirects included. */
  timeoutMs: number;
  /** Of the answer's body, unpacked. */
  maxBytes: number;
  signal?: AbortSignal;
  /** Default 0: an answer of 3xx is returned as it is. Only GET and HEAD are ever redirected. */
  maxRedirects?: number;
  /**
   * Keeps the first `maxBytes` bytes and drops the rest, where only the status and a sample for a log matter.
   * A body that is compressed, too long or never ends is then no failure.
   */
  truncate?: boolean;
  /** Where to write the body of a 2xx answer; the file must not exist yet and is removed on failure. */
  saveTo?: string;
  /** For callers that limit memory: a body of more than 256 KiB is not read further until this has resolved. */
  beforeLarge?: () => Promise<void>;
}

export interface GuardedResponse extends Answer {
  /** The address that answered, after redirects. */
  url: string;
}

export interface GuardedFetch {
  /**
   * Performs one request. Any status is an answer; a body that is not 2xx is cut at 64 KiB and never saved.
   * Rejects with `FetchRefused` when the policy says no, and with `FetchFailed` when there is no whole answer.
   */
  (url: string, request: GuardedRequest): Promise<GuardedResponse>;
  /** Drops the idle connections and refuses new requests; resolves when those under way have ended. */
  close(): Promise<void>;
}

const HEADER_BYTES_MAX = 16 * 1024;
/** Shorter than the five seconds after which common servers hang up, so that a reused connection is alive. */
const KEEP_ALIVE_MS = 2_000;
/** What may follow a redirect to another origin. Everything else could be a credential. */
const PORTABLE_HEADERS = new Set(['accept', 'accept-language', 'range']);
/** Set only here; a caller that could set them could split requests or ask for compression. */
const OWN_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/** Makes a guarded fetch with its own connections. Instances with different policies never share a socket. */
export function createGuardedFetch(settings: GuardedFetchSettings): GuardedFetch {
  const policy: UrlPolicy = {
    allowLoopback: settings.allowLoopback,
    trusted: settings.trusted,
    charactersMax: settings.urlCharactersMax,
    ...(settings.classify === undefined ? {} : { classify: settings.classify }),
  };
  const agent = new Agent({
    connect: createGuardedConnector({
      policy,
      resolve: settings.resolve ?? (settings.trusted ? resolveAsSystem : createNameServerResolver()),
      connectTimeoutMs: settings.connectTimeoutMs ?? 10_000,
      ...(settings.certificateAuthority === undefined
        ? {}
        : { certificateAuthority: settings.certificateAuthority }),
    }),
    allowH2: false,
    connections: settings.connectionsMax ?? 64,
    pipelining: 1,
    maxHeaderSize: HEADER_BYTES_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // The deadline of each request applies; these limits would only cut off a slow file that is still within it.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const fetchGuarded = async (url: string, request: GuardedRequest): Promise<GuardedResponse> => {
    const deadline = startDeadline(request);
    try {
      return await followHops({ agent, policy, request, signal: deadline.signal }, url);
    } finally {
      deadline.stop();
    }
  };
  return Object.assign(fetchGuarded, { close: () => agent.close() });
}

interface Journey {
  agent: Agent;
  policy: UrlPolicy;
  request: GuardedRequest;
  signal: AbortSignal;
}

async function followHops(journey: Journey, start: string): Promise<GuardedResponse> {
  const { request, policy } = journey;
  const hopsMax = isRedirectable(request) ? (request.maxRedirects ?? 0) : 0;
  let url = checkOrRefuse(start, policy);
  let headers = cleanHeaders(request.headers ?? {});
  for (let hop = 0; ; hop += 1) {
    const answer = await performHop(journey, url, headers);
    const location = hopsMax > 0 ? redirectTarget(answer) : null;
    if (location === null) return { ...answer, url: url.href };
    if (hop >= hopsMax) throw tooManyRedirects(hopsMax);
    const next = checkRedirect(location, url, policy);
    if (next.origin !== url.origin) headers = keepPortable(headers);
    url = next;
  }
}

function performHop(journey: Journey, url: URL, headers: Record<string, string>): Promise<Answer> {
  const { request, agent, signal } = journey;
  return performExchange(agent, {
    url,
    method: request.method ?? 'GET',
    headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': USER_AGENT },
    body: request.body,
    maxBytes: request.maxBytes,
    truncate: request.truncate ?? false,
    saveTo: request.saveTo,
    beforeLarge: request.beforeLarge,
    signal,
  });
}

function isRedirectable(request: GuardedRequest): boolean {
  return ['GET', 'HEAD'].includes(request.method ?? 'GET');
}

function checkOrRefuse(url: string, policy: UrlPolicy): URL {
  const check = checkUrl(url, policy);
  if (!check.ok) throw new FetchRefused(check.reason);
  return check.url;
}

function redirectTarget(answer: Answer): string | null {
  const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
  return isRedirect ? (answer.headers.location ?? null) : null;
}

function checkRedirect(location: string, from: URL, policy: UrlPolicy): URL {
  if (!URL.canParse(location, from.href)) throw new FetchRefused('it redirects to an invalid address');
  const next = checkOrRefuse(new URL(location, from.href).href, policy);
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new FetchRefused('it redirects from https to http');
  }
  return next;
}

function tooManyRedirects(hopsMax: number): FetchFailed {
  const message = `The address redirects more than ${hopsMax} times.`;
  return new FetchFailed({ kind: 'redirects', message, maybeSent: true });
}

function cleanHeaders(headers: Record<string, string>): Record<string, string> {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(named.filter(([name]) => !OWN_HEADERS.has(name)));
}

function keepPortable(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PORTABLE_HEADERS.has(name)));
}

/** Joins the time limit and the caller's own signal into one that carries the error to report. */
function startDeadline(request: GuardedRequest): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const expire = () => {
    const message = `No complete answer came within ${request.timeoutMs / 1_000} s.`;
    controller.abort(new FetchFailed({ kind: 'timeout', message, maybeSent: true }));
  };
  const cancel = () => {
    const message = 'The request was cancelled.';
    controller.abort(new FetchFailed({ kind: 'cancelled', message, maybeSent: true }));
  };
  const timer = setTimeout(expire, request.timeoutMs);
  if (request.signal?.aborted) cancel();
  request.signal?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    stop: () => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
    },
  };
}
