import fc from 'fast-check';
import { expect, it } from 'vitest';
import { floorTimes, isExact, readDecimal } from './decimal.ts';

it.each([
  ['79.90', { digits: 799n, power: -1 }],
  ['1200', { digits: 12n, power: 2 }],
  ['-0.000', { digits: 0n, power: 0 }],
  ['7.99999999e1', { digits: 799999999n, power: -7 }],
  ['-1E+3', { digits: -1n, power: 3 }],
])('reads %s', (text, decimal) => {
  expect(readDecimal(text)).toEqual(decimal);
});

it.each(['', '.5', '5.', '0x10', 'Infinity', 'NaN', '1e', '1'.repeat(401)])('refuses %j', (text) => {
  expect(readDecimal(text)).toBeUndefined();
});

it.each([
  '0',
  '1.0',
  '-0',
  '1e2',
  '0.1',
  '0.30000000000000004',
  '1e21',
  '5e-324',
  '9007199254740992',
  '1e308',
])('A7: %s is held by a double as it is', (text) => {
  expect(isExact(Number(text), text)).toBe(true);
});

it.each([
  '12345678901234567890',
  '9007199254740993',
  '0.1000000000000000055511151231257827',
  '1e-400',
  '1e400',
])('A7: %s is not', (text) => {
  expect(isExact(Number(text), text)).toBe(false);
});

it('A7: every double is held as it is shown', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      isExact(value, JSON.stringify(value)),
    ),
  );
});

it('rounds products down without a float between', () => {
  expect([floorTimes(79.9999999, 1_000_000n), floorTimes(-0.5, 1n), floorTimes(1e21, 10n)]).toEqual([
    79_999_999n,
    -1n,
    10n ** 22n,
  ]);
  fc.assert(
    fc.property(fc.integer(), fc.bigInt({ min: 0n, max: 10n ** 12n }), (whole, factor) => {
      expect(floorTimes(whole, factor)).toBe(BigInt(whole) * factor);
    }),
  );
});
