// Decimal numbers as they are written, compared and multiplied without using floats. A double stands for the decimal
// that JavaScript prints for it: the shortest one that reads back as the same double.

/** A number as whole digits times a power of ten: 79.90 is 799 and -1. Zero is 0 and 0. */
export interface Decimal {
  digits: bigint;
  power: number;
}

/** Longer ones are not amounts, and would take long to compute. */
const CHARACTERS_MAX = 400;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/;

/** Reads a number as JSON or JavaScript writes it. Undefined for text that is no number or is very long. */
export function readDecimal(text: string): Decimal | undefined {
  const match = text.length > CHARACTERS_MAX ? null : NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const written = whole + fraction;
  let end = written.length;
  while (end > 0 && written[end - 1] === '0') end--;
  const digits = BigInt(written.slice(0, end));
  if (digits === 0n) return { digits, power: 0 };
  const power = Number(exponent) - fraction.length + written.length - end;
  return { digits: sign === '-' ? -digits : digits, power };
}

/** Whether a double is exactly the number that was written. */
export function isExact(value: number, written: string): boolean {
  const meant = readDecimal(written);
  const kept = readDecimal(String(value));
  return (
    meant !== undefined && kept !== undefined && meant.digits === kept.digits && meant.power === kept.power
  );
}

/** `number` times `factor`, rounded down to a whole one. @throws RangeError for a number that is not finite. */
export function floorTimes(number: number, factor: bigint): bigint {
  const decimal = readDecimal(String(number));
  if (!decimal) throw new RangeError(`${number} is not a finite number`);
  const product = decimal.digits * factor;
  if (decimal.power >= 0) return product * 10n ** BigInt(decimal.power);
  const divisor = 10n ** BigInt(-decimal.power);
  const floor = product / divisor;
  return product < 0n && product % divisor !== 0n ? floor - 1n : floor;
}
