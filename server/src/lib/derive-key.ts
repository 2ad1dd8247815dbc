// The keys that follow from the secret of the server, in two steps: one for each part of the server, which core.ts hands
// out, and from that one for each use. Nothing about the secret or the other keys follows from any of them. Neither step
// may change: what was signed or sealed with the keys, and the digests of the API keys, would be void.
import { createHmac, hkdfSync } from 'node:crypto';

const SECRET_LENGTH_MIN = 16;
const KEY_BYTES = 32;

/** The key of a part, as 64 hexadecimal digits: HMAC-SHA-256. */
export function deriveKey(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('hex');
}

/**
 * The 32 bytes of one use of a part's key: HKDF-SHA-256 (RFC 5869) without a salt.
 * @param secret at least 16 characters, or bytes, of key material. @throws RangeError when it is shorter.
 */
export function deriveBytes(secret: string | Uint8Array, purpose: string): Buffer {
  if (secret.length < SECRET_LENGTH_MIN) {
    throw new RangeError(`The secret for ${purpose} needs at least ${SECRET_LENGTH_MIN} characters`);
  }
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES));
}
