// Standard Webhooks signatures (https://www.standardwebhooks.com, specification 1.0.0, read 2026-08): id, time and the
// exact bytes of the body are signed together, so that none of the three can be exchanged.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** Random key material for a new secret. */
export function generateSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** The form in which the receiver's library takes the secret. */
export function formatSecret(secret: Buffer): string {
  return SECRET_PREFIX + secret.toString('base64');
}

export interface SignedMessage {
  /** The same for every try of the same message, so that receivers can recognise duplicates. */
  id: string;
  sentAtMs: number;
  body: string;
}

/**
 * The headers that carry the signature, one for each secret: during a rotation a receiver may know either.
 * @throws RangeError without a secret: a signature that anybody could make is worse than none.
 */
export function signMessage(message: SignedMessage, secrets: readonly Buffer[]): Record<string, string> {
  if (secrets.length === 0 || secrets.some((secret) => secret.length < 24)) {
    throw new RangeError('A callback needs a secret of at least 24 bytes');
  }
  const seconds = Math.floor(message.sentAtMs / 1_000);
  const signatures = secrets.map((secret) =>
    signContent(secret, `${message.id}.${seconds}.`, Buffer.from(message.body)),
  );
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}

function signContent(secret: Buffer, start: string, body: Uint8Array): string {
  return `v1,${createHmac('sha256', secret).update(start).update(body).digest('base64')}`;
}

/** Whether one of the secrets has signed these very bytes. The age of the signature is not looked at. */
export function isSignedBy(
  { headers, body }: { headers: Record<string, string>; body: Uint8Array },
  secrets: readonly Buffer[],
): boolean {
  const start = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
  const wanted = secrets.map((secret) => Buffer.from(signContent(secret, start, body)));
  const given = (headers['webhook-signature'] ?? '').split(' ', 20).map((text) => Buffer.from(text));
  return given.some((one) => wanted.some((own) => own.length === one.length && timingSafeEqual(own, one)));
}
