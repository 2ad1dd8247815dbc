import { describe, expect, it } from 'vitest';
import { isUuid, newId, randomBase62, toBase62 } from './ids.ts';
import { systemClock } from './time.ts';

describe('an id', () => {
  it('is a UUID of version 7 and of the right variant', () => {
    for (let count = 0; count < 500; count++) {
      expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('begins with the milliseconds at which it was made', () => {
    const beforeMs = systemClock();
    const ms = Number.parseInt(newId().replace('-', '').slice(0, 12), 16);
    expect(ms).toBeGreaterThanOrEqual(beforeMs);
    expect(ms).toBeLessThanOrEqual(systemClock());
  });

  it('is never given twice, even across the blocks of random bytes', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(ids.length);
  });
});

it.each([
  ['01a1fec6-e8c1-7578-9524-1ce0fc3f4bc6', true],
  ['01A1FEC6-E8C1-7578-9524-1CE0FC3F4BC6', true],
  ['01a1fec6e8c1757895241ce0fc3f4bc6', false],
  ['01a1fec6-e8c1-7578-9524-1ce0fc3f4bc', false],
  ['01a1fec6-e8c1-7578-9524-1ce0fc3f4bc6 ', false],
  ['01a1fec6-e8c1-7578-9524-1ce0fc3f4bcg', false],
  ['{1a1fec6-e8c1-7578-9524-1ce0fc3f4bc}', false],
  ['task_12345678', false],
  ['', false],
])('isUuid(%j) is %s', (text, expected) => {
  expect(isUuid(text)).toBe(expected);
});

describe('base 62', () => {
  it('draws every letter and digit about equally often', () => {
    const counts = new Map<string, number>();
    for (const letter of randomBase62(62_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // A thousand each on average; eight standard deviations to either side.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(260);
  });

  it.each([0, 1, 6, 22])('gives %d characters when asked for so many', (length) => {
    expect(randomBase62(length)).toMatch(new RegExp(`^[0-9A-Za-z]{${length}}$`));
  });

  it('writes numbers at a fixed width, in order', () => {
    expect([0, 61, 62, 2 ** 32 - 1].map((value) => toBase62(value, 6))).toEqual([
      '000000',
      '00000z',
      '000010',
      '4gfFC3',
    ]);
  });
});
