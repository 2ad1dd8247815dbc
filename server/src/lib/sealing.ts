// Secrets at rest: AES-256-GCM under a key that is derived from the server's secret and never stored. Each is bound to
// its owner, so that a row that is copied to another one does not open.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveBytes } from './derive-key.ts';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

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
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error when it was sealed for another owner or purpose, with another key, or has been changed. */
  open(sealed: Uint8Array, owner: string): Buffer {
    if (sealed[0] !== VERSION) throw new Error('A sealed secret has an unknown form');
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  }
}
