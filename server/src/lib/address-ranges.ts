// Ranges of addresses in CIDR notation, and whether an address is in one. It takes only spellings that have one reading.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A range of IPv4 or IPv6 addresses. */
export type AddressRange = [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

const RANGE = /^([^/]+)(?:\/(\d{1,3}))?$/;
const BITS = { 4: 32, 6: 128 } as const;

/**
 * Reads `203.0.113.0/24`, `2001:db8::/32`, or a single address.
 * @returns the range, or a sentence that says what is wrong.
 */
export function parseAddressRange(text: string): AddressRange | string {
  const [, address = '', prefix] = RANGE.exec(text) ?? [];
  const family = address.includes('%') ? 0 : isIP(address);
  if (family !== 4 && family !== 6) return 'must be an address or a range such as 203.0.113.0/24';
  const bits = prefix === undefined ? BITS[family] : Number(prefix);
  if (bits > BITS[family]) return `has a prefix above ${BITS[family]}`;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()) return 'must be written as IPv4';
  const kind = parsed instanceof ipaddr.IPv6 ? ipaddr.IPv6 : ipaddr.IPv4;
  const network = kind.networkAddressFromCIDR(`${address}/${bits}`);
  if (network.toString() !== parsed.toString())
    return `has bits after its prefix; the range is ${network}/${bits}`;
  return [parsed, bits];
}

/** Whether an address is in one of the ranges. One that is IPv4 inside IPv6 counts as IPv4; text that is none is in no range. */
export function isInRanges(address: string, ranges: readonly AddressRange[]): boolean {
  const plain = address.split('%')[0];
  if (isIP(plain) === 0) return false;
  const parsed = ipaddr.process(plain);
  return ranges.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
}
