// One try: sends the signed body and says what came of it. It must never follow a redirect, decompress or keep more
// than the first 1 KiB of an answer, and what it says about a failure is fit for the owner of the callback.

import { AppError } from '../errors.ts';
import { checkUrl } from '../lib/addresses.ts';
import type { GuardedFetch, GuardedResponse } from '../lib/guarded-fetch.ts';
import { FetchFailed, FetchRefused } from '../lib/guarded-fetch-errors.ts';
import { readRetryAfterMs } from '../lib/retry-after.ts';
import { type Clock, SECOND_MS } from '../lib/time.ts';
import { USER_AGENT } from '../lib/version.ts';

export const RESPONSE_HEAD_BYTES = 1_024;
const TIMEOUT_MS = 15 * SECOND_MS;
const LOCATION_CHARACTERS_MAX = 200;

export interface Outcome {
  /** `refused`: no later try can do better. */
  kind: 'delivered' | 'gone' | 'refused' | 'failed';
  httpStatus?: number;
  /** Why it was no success, as a sentence. */
  error?: string;
  responseHead?: string;
  /** The receiver asked to be left alone this long. */
  retryAfterMs?: number;
}

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  allowLoopback: boolean;
  fetch: GuardedFetch;
  /** Where a callback to an inbox of this server goes, without a call. */
  inboxes?: InboxWay;
  signal: AbortSignal;
  clock: Clock;
}

/** What takes callbacks to addresses of this server itself. */
export interface InboxWay {
  /** The token of an address that is an inbox; undefined for every other address. */
  tokenOf(address: string): string | undefined;
  /** @throws AppError `link_invalid` for an inbox that is not there. */
  receive(
    token: string,
    posted: { method: string; query: string; headers: Record<string, string>; body: Buffer },
  ): Promise<void>;
}

/** The headers of a try. */
export function headersOf(signed: Record<string, string>): Record<string, string> {
  return { ...signed, 'content-type': 'application/json' };
}

/**
 * Posts a callback once.
 * @throws FetchFailed of kind `cancelled` when the signal aborts: then it is not known what the receiver saw.
 */
export async function postCallback(post: Post): Promise<Outcome> {
  const token = post.inboxes?.tokenOf(post.url);
  if (token !== undefined) return await putIntoInbox(post, token);
  // An address that is itself wrong or private stays so. A name that leads to a private address today may not tomorrow,
  // so what the fetch refuses after this check is tried again.
  const check = checkUrl(post.url, { allowLoopback: post.allowLoopback });
  if (!check.ok) return { kind: 'refused', error: `The address was refused: ${check.reason}.` };
  try {
    const response = await post.fetch(post.url, {
      method: 'POST',
      headers: headersOf(post.headers),
      body: post.body,
      timeoutMs: TIMEOUT_MS,
      maxBytes: RESPONSE_HEAD_BYTES,
      truncate: true,
      signal: post.signal,
    });
    return judge(response, post.clock());
  } catch (error) {
    const isExpected = error instanceof FetchRefused || error instanceof FetchFailed;
    if (!isExpected || (error instanceof FetchFailed && error.kind === 'cancelled')) throw error;
    return { kind: 'failed', error: error.message };
  }
}

async function putIntoInbox({ inboxes, url, headers, body }: Post, token: string): Promise<Outcome> {
  try {
    await inboxes?.receive(token, {
      method: 'POST',
      query: URL.parse(url)?.search.slice(1) ?? '',
      headers: { 'user-agent': USER_AGENT, ...headersOf(headers) },
      body: Buffer.from(body),
    });
    return { kind: 'delivered', httpStatus: 200, responseHead: '' };
  } catch (error) {
    if (!(error instanceof AppError) || error.errorName !== 'link_invalid') throw error;
    return { kind: 'refused', error: 'The inbox is not there any more.' };
  }
}

function judge(response: GuardedResponse, nowMs: number): Outcome {
  const { status } = response;
  const seen = { httpStatus: status, responseHead: toLoggedText(response.body) };
  if (status >= 200 && status < 300) return { ...seen, kind: 'delivered' };
  if (status === 410) {
    return { ...seen, kind: 'gone', error: 'The receiver answered 410: it wants no more of this.' };
  }
  if (status >= 300 && status < 400) {
    const target = toLoggedText(Buffer.from(response.headers.location ?? '')).slice(
      0,
      LOCATION_CHARACTERS_MAX,
    );
    const where = target === '' ? '' : ` to ${target}`;
    return { ...seen, kind: 'failed', error: `It answered ${status}${where}; redirects are not followed.` };
  }
  const mayWait = status === 429 || status === 503;
  const retryAfterMs = mayWait ? readRetryAfterMs(response.headers['retry-after'], nowMs) : undefined;
  return {
    ...seen,
    kind: 'failed',
    error: `It answered ${status}.`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/**
 * The bytes of an answer as text that is safe to store and to show: the character that the cut went through is left
 * out, bytes that are not UTF-8 and control characters other than line breaks and tabs become U+FFFD.
 */
export function toLoggedText(bytes: Uint8Array): string {
  const head = bytes.subarray(0, RESPONSE_HEAD_BYTES);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head, { stream: true });
  return text.replace(/[\p{Cc}\p{Cs}]/gu, (character) =>
    '\n\r\t'.includes(character) ? character : '\uFFFD',
  );
}
