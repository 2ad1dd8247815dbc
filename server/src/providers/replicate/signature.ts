// Proves that a callback came from Replicate: the scheme of Standard Webhooks, an HMAC with the secret of the account.
// https://replicate.com/docs/topics/webhooks/verify-webhook, read 2026-11-21.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SECOND_MS } from '../../lib/time.ts';
import type { HintRequest } from '../contract.ts';

/** Before or after, as in the libraries of the scheme. */
const TOLERANCE_SECONDS = 300;
/** More signatures than a change of the secret ever needs. */
const SIGNATURES_MAX = 10;

/**
 * Why a post is not from the account of this secret, as the end of a sentence; undefined when it is.
 * @param secret as the account page shows it, `whsec_` and base64.
 */
export function findForgery(
  { headers, body }: HintRequest,
  { secret, nowMs }: { secret: string; nowMs: number },
): string | undefined {
  const {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures,
  } = headers as Record<string, string | undefined>;
  if (id === undefined || timestamp === undefined || signatures === undefined) return 'it is not signed';
  if (!/^\d{1,12}$/.test(timestamp)) return 'its time cannot be read';
  if (Math.abs(nowMs / SECOND_MS - Number(timestamp)) > TOLERANCE_SECONDS)
    return 'its time is too far in the past or the future';
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const isSigned = signatures
    .split(' ', SIGNATURES_MAX)
    .some((signature) => isEqual(signature.replace(/^v1,/, ''), wanted));
  return isSigned ? undefined : 'it was not signed by this account';
}

function isEqual(signature: string, wanted: Buffer): boolean {
  const given = Buffer.from(signature, 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
