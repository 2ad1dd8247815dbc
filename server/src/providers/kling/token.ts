// The token that each call to Kling carries: a JWT (RFC 7519) signed with HS256 (RFC 7518, section 3.2). Each
// call gets a new one, so that none is ever close to expiry; it is never stored or logged.
import { createHmac } from 'node:crypto';
import { SECOND_MS } from '../../lib/time.ts';

/** https://kling.ai/document-api/apiReference/commonInfo: valid for 30 minutes, from 5 s ago. */
const LIFE_SECONDS = 1800;
const SKEW_SECONDS = 5;

export interface KeyPair {
  accessKey: string;
  secretKey: string;
}

function encodePart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @param nowMs milliseconds since 1970. */
export function signToken({ accessKey, secretKey }: KeyPair, nowMs: number): string {
  const nowSeconds = Math.floor(nowMs / SECOND_MS);
  const head = encodePart({ alg: 'HS256', typ: 'JWT' });
  const claims = encodePart({
    iss: accessKey,
    exp: nowSeconds + LIFE_SECONDS,
    nbf: nowSeconds - SKEW_SECONDS,
  });
  const signature = createHmac('sha256', secretKey).update(`${head}.${claims}`).digest('base64url');
  return `${head}.${claims}.${signature}`;
}
