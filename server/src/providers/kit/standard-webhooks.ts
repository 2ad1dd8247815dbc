// Standard Webhooks: proves that a post came from the account whose secret signed it, by an HMAC over id, time and body.
// https://github.com/standard-webhooks/standard-webhooks, specification. Pure: the caller gives the time.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SECOND_MS } from '../../lib/time.ts';
import type { HintRequest } from '../contract.ts';

/** Before or after, as in the libraries of the scheme. */
const TOLERANCE_SECONDS = 300;
/** More signatures than a change of the secret ever needs. */
const SIGNATURES_MAX = 10;

/**
 * Why a post is not from the account of this secret, as the end of a sentence; undefined when it is.
 * @param options.secret as the provider shows it, `whsec_` and base64.
 */
export function findForgery(
  { headers, body }: HintRequest,
  { secret, nowMs }: { secret: string; nowMs: number },
): string | undefined {
  const sent: Readonly<Record<string, string | undefined>> = headers;
  const [id, time] = [sent['webhook-id'], sent['webhook-timestamp']];
  const signatures = sent['webhook-signature'];
  if (id === undefined || time === undefined || signatures === undefined) return 'it is not signed';
  if (!/^\d{1,12}$/.test(time)) return 'its time cannot be read';
  if (Math.abs(nowMs / SECOND_MS - Number(time)) > TOLERANCE_SECONDS)
    return "its time is too far from this server's";
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
  const isSigned = signatures.split(' ', SIGNATURES_MAX).some((signature) => isSame(signature, wanted));
  return isSigned ? undefined : 'it was not signed by this account';
}

/** @param signature with its version, `v1,` and base64. */
function isSame(signature: string, wanted: Buffer): boolean {
  if (!signature.startsWith('v1,')) return false;
  const given = Buffer.from(signature.slice('v1,'.length), 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
