// The threshold of a notice in a body.
import { refuseFaults } from '../errors.ts';
import { type Micros, parseCredits } from '../lib/money.ts';

/** @throws AppError `validation_failed` unless it is an amount above zero, null, or left out. */
export function readThreshold(credits: number | null | undefined): Micros | null | undefined {
  if (credits === null || credits === undefined) return credits;
  const amount = parseCredits(credits);
  if (amount !== undefined && amount > 0n) return amount;
  throw refuseFaults([
    'threshold: must be an amount above zero, such as 100 or 166.5, with at most six decimals',
  ]);
}
