import fc from 'fast-check';
import { expect, it } from 'vitest';
import { floorCredits, formatCredits, MICROS_MAX, parseCredits, toCredits } from './money.ts';

const micros = fc.bigInt({ min: -MICROS_MAX, max: MICROS_MAX });

it('reads back every amount that it writes', () => {
  fc.assert(fc.property(micros, (amount) => parseCredits(formatCredits(amount)) === amount));
});

it('writes a JSON number, as short as possible, whose value is the amount', () => {
  fc.assert(
    fc.property(micros, (amount) => {
      const text = formatCredits(amount);
      expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d{0,5}[1-9])?$/);
      expect(BigInt(Math.round(Number(text) * 1e6))).toBe(amount);
    }),
  );
});

it('gives numbers that JSON shows without a rounding error', () => {
  fc.assert(
    fc.property(
      micros,
      (amount) => JSON.stringify(toCredits(amount)) === formatCredits(amount) || amount > -10n,
    ),
  );
  expect(JSON.stringify([166_500_000n, 9_720_000n, 51_480_000n, 0n].map(toCredits))).toBe(
    '[166.5,9.72,51.48,0]',
  );
});

it.each([
  [166.5, 166_500_000n],
  ['0.000001', 1n],
  ['-0.5', -500_000n],
  [0, 0n],
  ['007', 7_000_000n],
  ['1000000000', MICROS_MAX],
])('reads %j', (credits, amount) => {
  expect(parseCredits(credits)).toBe(amount);
});

it.each([
  '',
  ' 1',
  '1.',
  '.5',
  '1e3',
  '+1',
  '0x10',
  '1,5',
  '1.0000001',
  '1000000000.000001',
  'NaN',
  '١',
  '--1',
])('refuses %j', (text) => {
  expect(parseCredits(text)).toBeUndefined();
});

it('refuses numbers that are not plain decimals', () => {
  for (const number of [Number.NaN, Infinity, 1e21, 1e-7, 0.1 + 0.2])
    expect(parseCredits(number)).toBeUndefined();
});

it.each([
  [79.9999999, 79_999_999n],
  [7.99999999e1, 79_999_999n],
  [80, 80_000_000n],
  [1e-7, 0n],
  [-1e-7, -1n],
  [1e21, 10n ** 27n],
])('A5: %d credits hold so many whole micro-credits', (credits, amount) => {
  expect(floorCredits(credits)).toBe(amount);
});

it('never gives two amounts the same text', () => {
  fc.assert(
    fc.property(
      micros,
      micros,
      (one, other) => (one === other) === (formatCredits(one) === formatCredits(other)),
    ),
  );
});
