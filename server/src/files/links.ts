// Links that are their own permission: method, key, expiry and content type under an HMAC. Nothing about a link
// is stored. A link must never open more than the one file and the one direction that it was made for.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveBytes } from '../lib/derive-key.ts';
import { SECOND_MS } from '../lib/time.ts';
import { isStorageKey } from './storage.ts';

/** What a link allows. Reading covers HEAD; writing is bound to one content type. */
export type LinkScope = { method: 'GET'; key: string } | { method: 'PUT'; key: string; contentType: string };

/** The query of a link as it came in; nothing about it is trusted. */
export interface LinkQuery {
  expires?: unknown;
  signature?: unknown;
  content_type?: unknown;
}

export interface LinkSigner {
  /** The path and query of a link, beginning with `/files/`, that is valid until `expiresAtMs`. */
  sign(scope: LinkScope, expiresAtMs: number): string;
  /** The end of a genuine link that has not expired at `nowMs`; null for any other. */
  verify(method: 'GET' | 'PUT', key: string, query: LinkQuery, nowMs: number): VerifiedLink | null;
}

export interface VerifiedLink {
  expiresAtMs: number;
}

export const LINK_PATH_PREFIX = '/files/';

const CONTENT_TYPE_PATTERN = /^[a-z]+\/[a-z0-9.+-]+$/;

/** Makes the one signer of a deployment. All nodes share the secret, so each opens the links of the others. */
export function createLinkSigner(secret: string): LinkSigner {
  // A key of its own, so that no signature made elsewhere with the same secret can pass for a link.
  const key = deriveBytes(secret, 'reelay file links');
  const mac = (scope: LinkScope, expires: number): Buffer => {
    const contentType = scope.method === 'PUT' ? scope.contentType : '';
    // No part can hold a line break (see the patterns), so two scopes never make the same text.
    const text = [scope.method, scope.key, expires, contentType].join('\n');
    return createHmac('sha256', key).update(text).digest();
  };
  return {
    sign: (scope, expiresAtMs) => {
      const expires = Math.floor(expiresAtMs / SECOND_MS);
      const query = new URLSearchParams({ expires: String(expires) });
      if (scope.method === 'PUT') query.set('content_type', scope.contentType);
      query.set('signature', mac(scope, expires).toString('base64url'));
      return `${LINK_PATH_PREFIX}${scope.key}?${query}`;
    },
    verify: (method, fileKey, query, nowMs) => {
      const scope = readScope(method, fileKey, query);
      const expires = readExpiry(query.expires);
      if (scope === null || expires === null) return null;
      const isGenuine = isSameMac(mac(scope, expires), query.signature);
      const expiresAtMs = expires * SECOND_MS;
      return isGenuine && expiresAtMs > nowMs ? { expiresAtMs } : null;
    },
  };
}

function readScope(method: 'GET' | 'PUT', key: string, query: LinkQuery): LinkScope | null {
  if (!isStorageKey(key)) return null;
  if (method === 'GET') return query.content_type === undefined ? { method, key } : null;
  const contentType = query.content_type;
  const isContentType = typeof contentType === 'string' && CONTENT_TYPE_PATTERN.test(contentType);
  return isContentType ? { method, key, contentType } : null;
}

function readExpiry(text: unknown): number | null {
  return typeof text === 'string' && /^[1-9]\d{0,10}$/.test(text) ? Number(text) : null;
}

function isSameMac(expected: Buffer, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  // Compared as text: base64 has several spellings of the same bytes, and only the one that Reelay writes is genuine.
  const expectedText = Buffer.from(expected.toString('base64url'));
  const givenText = Buffer.from(given);
  return expectedText.length === givenText.length && timingSafeEqual(expectedText, givenText);
}
