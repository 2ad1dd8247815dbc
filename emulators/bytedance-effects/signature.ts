// Verifies signed calls as the OpenAPI does (https://www.volcengine.com/docs/6369/67269, read 2026-11-21): it
// follows the list of headers that the caller names, in the caller's order.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { MINUTE_MS } from '../../server/src/lib/time.ts';
import type { ApiRequest } from '../core/exchange.ts';

const SKEW_MS = 15 * MINUTE_MS;
/**
 * The documents sign the host too; Volcengine's own client for Node signs only these two, and is accepted.
 */
const NEEDED = ['x-date', 'x-content-sha256'];
const AUTHORIZATION =
  /^HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

export interface GatewayError {
  status: number;
  code: string;
  /** Left out if no document gives the number. */
  codeN?: number;
  message: string;
}

const BAD_KEY: GatewayError = {
  status: 401,
  code: 'InvalidAccessKey',
  codeN: 100009,
  message: 'The access key in the request does not exist.',
};
const BAD_SIGNATURE: GatewayError = {
  status: 401,
  code: 'SignatureDoesNotMatch',
  codeN: 100010,
  message: 'The signature of the request is not the one that was computed.',
};
const BAD_TIME: GatewayError = {
  status: 401,
  code: 'InvalidTimestamp',
  codeN: 100006,
  message: 'The signature of the request is expired or from the future.',
};

export interface Expected {
  accessKey: string;
  secretKey: string;
  sessionToken: string;
  service: string;
  regions: readonly string[];
  nowMs: number;
}

/** Undefined when the signature fits the caller. */
export function findSignatureFault(request: ApiRequest, expected: Expected): GatewayError | undefined {
  const { headers } = request;
  const parts = AUTHORIZATION.exec(headers.authorization ?? '');
  if (!parts) return BAD_SIGNATURE;
  const [, accessKey, day, region, service, list, signature] = parts;
  if (accessKey !== expected.accessKey) return BAD_KEY;
  const date = headers['x-date'] ?? '';
  const atMs = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (!DATE.test(date) || !(Math.abs(atMs - expected.nowMs) <= SKEW_MS)) return BAD_TIME;
  const names = list.split(';');
  const token = headers['x-security-token'] ?? '';
  const isWhole =
    NEEDED.every((name) => names.includes(name)) && (token === '' || names.includes('x-security-token'));
  const isHere =
    day === date.slice(0, 8) && service === expected.service && expected.regions.includes(region);
  if (!isWhole || !isHere || token !== expected.sessionToken) return BAD_SIGNATURE;
  const scope = `${day}/${region}/${service}/request`;
  const text = ['HMAC-SHA256', date, scope, hash(canonical(request, names))].join('\n');
  const own = createHmac('sha256', keyOf(expected.secretKey, scope)).update(text).digest();
  return timingSafeEqual(own, Buffer.from(signature, 'hex')) ? undefined : BAD_SIGNATURE;
}

function hash(value: string | Buffer): string {
  return createHash('sha256').update(value).digest('hex');
}

function keyOf(secretKey: string, scope: string): Buffer {
  let key = Buffer.from(secretKey);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return key;
}

function canonical({ method, path, query, headers, body }: ApiRequest, names: string[]): string {
  const escape3986 = (text: string) =>
    [...Buffer.from(text)]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[A-Za-z0-9\-_.~]/.test(character)
          ? character
          : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      })
      .join('');
  const pairs = [...query].sort(([one], [other]) => (one < other ? -1 : 1));
  const search = pairs.map(([name, value]) => `${escape3986(name)}=${escape3986(value)}`).join('&');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim()}`);
  return [method, path, search, ...lines, '', names.join(';'), hash(body)].join('\n');
}
