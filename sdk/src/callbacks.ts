// Whether a callback comes from the server (Standard Webhooks): over the raw bytes, in constant time, with Web Crypto.
import { SignatureError } from './errors.ts';
import type { Task } from './wire.generated.ts';

type HeaderBag = Headers | Record<string, string | string[] | undefined>;

export interface VerifyOptions {
  /** How old it may be, and how far ahead its clock; five minutes by default. */
  toleranceSeconds?: number;
}

const TOLERANCE_SECONDS = 300;
const SECRET_PREFIX = 'whsec_';

function readHeader(headers: HeaderBag, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  if (!text) throw new SignatureError(`The header ${name} is missing`);
  return text;
}

/** Undefined for what is no base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    // A signature in another form is a wrong one.
    return undefined;
  }
}

async function importSecret(secret: string) {
  const bytes = secret.startsWith(SECRET_PREFIX) ? fromBase64(secret.slice(SECRET_PREFIX.length)) : undefined;
  if (bytes === undefined || bytes.length === 0)
    throw new SignatureError('The secret has another form than the one of account/callback-secret');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/**
 * The task that a callback carries. The body has to be as it came: what was parsed and written again has other bytes.
 * While a secret is rotated, either one is good. @throws SignatureError
 */
async function verify(
  body: string | Uint8Array<ArrayBuffer> | ArrayBuffer,
  headers: HeaderBag,
  secret: string,
  { toleranceSeconds = TOLERANCE_SECONDS }: VerifyOptions = {},
): Promise<Task> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ArrayBuffer;
  if (!isRaw) throw new SignatureError('The body was parsed already: give the raw bytes of the request');
  const [id, sentAt] = [readHeader(headers, 'webhook-id'), readHeader(headers, 'webhook-timestamp')];
  const signatures = readHeader(headers, 'webhook-signature').split(' ');
  const age = Math.abs(Date.now() / 1000 - Number(sentAt));
  if (!(age <= toleranceSeconds)) throw new SignatureError('The callback is too old, or a clock is wrong');
  const key = await importSecret(secret);
  const raw = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
  const head = new TextEncoder().encode(`${id}.${sentAt}.`);
  const signed = new Uint8Array(head.length + raw.length);
  signed.set(head);
  signed.set(raw, head.length);
  for (const signature of signatures) {
    const bytes = signature.startsWith('v1,') ? fromBase64(signature.slice(3)) : undefined;
    if (bytes !== undefined && (await crypto.subtle.verify('HMAC', key, bytes, signed)))
      return JSON.parse(new TextDecoder().decode(raw)) as Task;
  }
  throw new SignatureError('No signature of the callback is of this secret');
}

export const callbacks = { verify };
