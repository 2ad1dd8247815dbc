import { describe, expect, it } from 'vitest';
import { type AddressRange, isInRanges, parseAddressRange } from './address-ranges.ts';

function rangesOf(...texts: string[]): AddressRange[] {
  return texts.map((text) => {
    const range = parseAddressRange(text);
    if (typeof range === 'string') throw new Error(`${text} ${range}`);
    return range;
  });
}

describe('a range', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.255', '203.0.114.0'],
    ['203.0.113.7', '203.0.113.7', '203.0.113.8'],
    ['0.0.0.0/0', '198.51.100.1', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::'],
    ['::1', '::1', '127.0.0.1'],
    ['203.0.113.0/24', '::ffff:203.0.113.9', '::ffff:203.0.114.9'],
    ['fe80::/10', 'fe80::1%eth0', 'fec0::1'],
  ])('%s has %s and not %s', (range, inside, outside) => {
    expect(isInRanges(inside, rangesOf(range))).toBe(true);
    expect(isInRanges(outside, rangesOf(range))).toBe(false);
  });

  it.each([
    ['203.0.113.9/24', 'has bits after its prefix; the range is 203.0.113.0/24'],
    ['2001:db8::1/32', 'has bits after its prefix; the range is 2001:db8::/32'],
    ['203.0.113.0/33', 'has a prefix above 32'],
    ['::/129', 'has a prefix above 128'],
    ['::ffff:203.0.113.0/120', 'must be written as IPv4'],
    ...[
      '',
      '/8',
      '10.0.0.0/',
      '10.0.0.0/-1',
      '010.0.0.1',
      '10.1',
      '0x0a.0.0.1',
      'fe80::1%eth0',
      'example.com',
    ].map((text) => [text, 'must be an address or a range such as 203.0.113.0/24']),
  ])('is not %j', (text, fault) => {
    expect(parseAddressRange(text)).toBe(fault);
  });

  it('holds nothing that is no address', () => {
    for (const text of ['', 'localhost', '10.0.0.256'])
      expect(isInRanges(text, rangesOf('0.0.0.0/0', '::/0'))).toBe(false);
  });
});
