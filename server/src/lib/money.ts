// Money is a whole number of micro-credits in a bigint. Credits are fractional on the wire (166.5), so only this file
// converts them from and to decimal text; no sum uses a float.
import { floorTimes } from './decimal.ts';

/** A ledger of its own: that of live keys, or that of test keys. Also the mode of a key. */
export type Book = 'live' | 'test';

export const BOOKS: readonly Book[] = ['live', 'test'];

/** Millionths of a credit. */
export type Micros = bigint;

export const MICROS_PER_CREDIT = 1_000_000n;

/** The largest amount that any single operation may name: a thousand million credits. */
export const MICROS_MAX = 10n ** 15n;

const AMOUNT_DIGITS = 15;
const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/;

/**
 * Reads credits from a JSON number or decimal text.
 * @returns undefined when it is not a plain decimal with at most six places, or beyond {@link MICROS_MAX}.
 */
export function parseCredits(credits: number | string): Micros | undefined {
  const match = DECIMAL.exec(String(credits));
  if (!match) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const micros = BigInt(whole) * MICROS_PER_CREDIT + BigInt(fraction.padEnd(6, '0'));
  if (micros > MICROS_MAX) return undefined;
  return sign ? -micros : micros;
}

/** The whole micro-credits in a number of credits, rounded down. Takes any finite number. */
export function floorCredits(credits: number): Micros {
  return floorTimes(credits, MICROS_PER_CREDIT);
}

/**
 * `price` for each unit times `amount`, rounded up. Digits of the amount beyond the fifteenth are float noise and are
 * dropped.
 */
export function multiplyCredits(price: Micros, amount: number): Micros {
  return -floorTimes(Number(amount.toPrecision(AMOUNT_DIGITS)), -price);
}

/** The shortest exact decimal, valid as a JSON number: 166500000n is `166.5`. */
export function formatCredits(micros: Micros): string {
  const sign = micros < 0n ? '-' : '';
  const size = micros < 0n ? -micros : micros;
  const fraction = size % MICROS_PER_CREDIT;
  const whole = `${sign}${size / MICROS_PER_CREDIT}`;
  if (fraction === 0n) return whole;
  return `${whole}.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;
}

/** Credits as a JavaScript number, for answers only: exact to six places below two thousand million. */
export function toCredits(micros: Micros): number {
  return Number(formatCredits(micros));
}
