// The codes of a second factor: RFC 6238 with HMAC-SHA-1, half minutes and six digits, which every authenticator app knows.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const STEP_SECONDS = 30;
const DIGITS = 6;
/** Clocks of phones are off by seconds, and people type slowly: the step before and the one after count too. */
const WINDOW = [-1, 0, 1] as const;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BITS_A_LETTER = 5;

/** The code of a step, which is the number of half minutes since 1970. */
export function codeOfStep(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE(mac[mac.length - 1] & 0x0f) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The steps about the one of now whose code this is. */
export function stepsOfCode(secret: Uint8Array, code: string, now: number): number[] {
  if (!/^\d{6}$/.test(code)) return [];
  const given = Buffer.from(code);
  return WINDOW.map((offset) => now + offset).filter((step) =>
    timingSafeEqual(given, Buffer.from(codeOfStep(secret, step))),
  );
}

/** Bytes in the letters that apps read (RFC 4648), without padding. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(BITS_A_LETTER, '0'), 2)]).join('');
}

/** The link by which an app takes the secret over. @param issuer where the code is asked for. */
export function otpauthLink(
  secret: Uint8Array,
  { issuer, email }: { issuer: string; email: string },
): string {
  const facts = [
    `secret=${toBase32(secret)}`,
    `issuer=${encodeURIComponent(issuer)}`,
    'algorithm=SHA1',
    `digits=${DIGITS}`,
    `period=${STEP_SECONDS}`,
  ];
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(email)}?${facts.join('&')}`;
}
