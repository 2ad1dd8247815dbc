// Standard Webhooks signatures (https://www.standardwebhooks.com, specification 1.0.0, read 2026-08): id, time and the
// exact bytes of the body are signed together, so that none of the three can be exchanged.
import { createHmac, randomBytes } from 'node:crypto';

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
  const content = `${message.id}.${seconds}.${message.body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
  );
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
