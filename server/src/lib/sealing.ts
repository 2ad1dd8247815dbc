// Secrets at rest: AES-256-GCM under a key that is derived from the server's secret and never stored. Each is bound to
// its owner, so that a row that is copied to another one does not open.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveBytes } from './derive-key.ts';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

export class SecretBox {
  readonly #key: Buffer;

  /**
   * @param serverSecret At least 16 bytes of key material; what was sealed with another one cannot be opened.
   * @param purpose What is sealed. Boxes of different purposes do not open each other's secrets.
   */
  constructor(serverSecret: string | Uint8Array, purpose: string) {
    this.#key = deriveBytes(serverSecret, purpose);
  }

  seal(secret: Uint8Array, owner: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error when it was sealed for another owner or purpose, with another key, or has been changed. */
  open(sealed: Uint8Array, owner: string): Buffer {
    if (sealed[0] !== version) throw new Error('A sealed secret has an unknown form');
    const nonce = sealed.subarray(1, 1 + nonceBytes);
    const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
    const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes + tagBytes)), decipher.final()]);
  }
}
