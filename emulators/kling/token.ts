// Judges how a request signs on: with the unchanged API key or, for an older pair, with a JWT that is signed
// with HS256 (RFC 7515, RFC 7519). In the words of Kling's codes 1000 to 1004
// (https://kling.ai/document-api/apiReference/commonInfo).
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isObject, type JsonObject } from '../../server/src/lib/json.ts';
import { SECOND_MS } from '../../server/src/lib/time.ts';

export interface TokenFault {
  code: number;
  message: string;
}

const INVALID: TokenFault = { code: 1002, message: 'Authorization is invalid' };

export interface TokenRules {
  /** The single key, which works as well as the pair. */
  apiKey: string;
  accessKey: string;
  secretKey: string;
  nowMs: number;
}

/** What is wrong with the header of a request; undefined when it is good. */
export function judgeToken(header: string | undefined, rules: TokenRules): TokenFault | undefined {
  if (header === undefined || header.trim() === '') return { code: 1001, message: 'Authorization is empty' };
  if (header === `Bearer ${rules.apiKey}`) return undefined;
  const parts = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(header);
  if (!parts) return INVALID;
  const [, head, claims, signature] = parts;
  const { alg, typ } = readPart(head);
  if (alg !== 'HS256' || typ !== 'JWT') return INVALID;
  const wanted = createHmac('sha256', rules.secretKey).update(`${head}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return INVALID;
  return judgeClaims(readPart(claims), rules);
}

function judgeClaims(
  { iss, exp, nbf }: JsonObject,
  { accessKey, nowMs }: TokenRules,
): TokenFault | undefined {
  if (iss !== accessKey || !Number.isInteger(exp) || !Number.isInteger(nbf)) return INVALID;
  const nowSeconds = nowMs / SECOND_MS;
  if (Number(nbf) > nowSeconds) return { code: 1003, message: 'Authorization is not yet valid' };
  return Number(exp) <= nowSeconds ? { code: 1004, message: 'Authorization has expired' } : undefined;
}

function readPart(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? (value as JsonObject) : {};
  } catch {
    // Not JSON: a token without any claim.
    return {};
  }
}
