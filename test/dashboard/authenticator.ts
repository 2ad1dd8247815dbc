// What an authenticator app does with the key that a person types into it.
import { codeOfStep, STEP_SECONDS } from '../../server/src/people/totp.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of now. @param key in base 32, in groups or not. */
export function codeOf(key: string): string {
  const letters = [...key.replaceAll(' ', '')];
  const bits = letters.map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const secret = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  return codeOfStep(secret, Math.floor(Date.now() / 1000 / STEP_SECONDS));
}
