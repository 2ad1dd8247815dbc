// Decides which addresses the server may connect to, and which URLs are well enough formed to try.
// It does no input or output: the guarded fetch resolves names and asks again about every answer.
// It must never call an address public because nothing speaks against it; only known public ranges are.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** `public`: the open internet. `loopback`: this machine. `internal`: everything else, malformed text included. */
export type AddressScope = 'public' | 'loopback' | 'internal';

export type ClassifyAddress = (address: string) => AddressScope;

export interface UrlPolicy {
  /** Whether this machine itself may be called, for receivers on a developer's own computer. */
  allowLoopback: boolean;
  /** Stands in for `classifyAddress` where a test needs one loopback address to count as public. */
  classify?: ClassifyAddress;
  /** The operator chose the address: any network, port and bare host name will do. Never for an address of a user. */
  trusted?: boolean;
  /** Default 2048. */
  charactersMax?: number;
}

export type UrlCheck = { ok: true; url: URL } | { ok: false; reason: string };

export const URL_CHARACTERS_MAX = 2048;

export const INTERNAL_ADDRESS_REASON = 'it leads to a private or reserved network';
export const LOOPBACK_ADDRESS_REASON = 'it leads to this machine';

/** IPv6 addresses that are routed on the internet are in this block; the registry has assigned none outside it. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by its range, but answered inside a cloud: the platform address that every guest can reach. */
const PLATFORM_ADDRESSES = new Set(['168.63.129.16']);

/**
 * Says where an IP address leads. Accepts only the canonical text forms of `node:net`, so octal, short and
 * zone-scoped spellings are `internal`. IPv4-mapped IPv6 counts as the IPv4 address inside it; tunnels and
 * translators (6to4, Teredo, NAT64, ISATAP) are `internal`, because they can carry an inner private address.
 */
export function classifyAddress(address: string): AddressScope {
  if (address.includes('%') || isIP(address) === 0) return 'internal';
  const parsed = ipaddr.process(isIP(address) === 6 ? writeInHex(address) : address);
  const range = parsed.range();
  if (range === 'loopback') return 'loopback';
  if (range !== 'unicast' || PLATFORM_ADDRESSES.has(parsed.toString())) return 'internal';
  if (parsed instanceof ipaddr.IPv6 && !isGlobalIpv6(parsed)) return 'internal';
  return 'public';
}

/** The library reads `::1.2.3.4` as the mapped `::ffff:1.2.3.4`, which is another address; hex has one reading. */
function writeInHex(ipv6: string): string {
  return hostOf(new URL(`http://[${ipv6}]/`));
}

function isGlobalIpv6(address: ipaddr.IPv6): boolean {
  const isIsatap = (address.parts[4]! & 0xfdff) === 0 && address.parts[5] === 0x5efe;
  return address.match(GLOBAL_IPV6) && !isIsatap;
}

/** Says whether the policy lets a connection go to an address of this scope. */
export function isScopeAllowed(scope: AddressScope, policy: UrlPolicy): boolean {
  return scope === 'public' || policy.trusted === true || (scope === 'loopback' && policy.allowLoopback);
}

/** The words for a user whose address was refused for its scope. */
export function explainScope(scope: AddressScope): string {
  return scope === 'loopback' ? LOOPBACK_ADDRESS_REASON : INTERNAL_ADDRESS_REASON;
}

/**
 * Checks the form of a URL and, where its host is an IP literal or a local name, where it leads.
 * A name that passes is not yet safe: each of its resolved addresses must be classified at connect time.
 * The URL that comes back is normalised (no fragment, no trailing dot) and is the one to connect with.
 */
export function checkUrl(text: string, policy: UrlPolicy): UrlCheck {
  const malformed = findTextFault(text, policy.charactersMax ?? URL_CHARACTERS_MAX);
  if (malformed !== null) return { ok: false, reason: malformed };
  if (!URL.canParse(text)) return { ok: false, reason: 'it is not a valid address' };
  const url = new URL(text);
  url.hash = '';
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  const fault = findUrlFault(url, policy) ?? findHostFault(url, policy);
  return fault === null ? { ok: true, url } : { ok: false, reason: fault };
}

function findTextFault(text: string, charactersMax: number): string | null {
  if (text.length > charactersMax) return `it is longer than ${charactersMax} characters`;
  // A URL parser drops tabs and line breaks and turns backslashes round, so that two readers
  // of the same text may see two different hosts.
  if (/[\p{Cc}\s\\]/u.test(text)) return 'it has a space, a control character or a backslash in it';
  if (!/^https?:\/\/[^/?#]/i.test(text)) return 'it must begin with http:// or https:// and a host';
  return null;
}

function findUrlFault(url: URL, policy: UrlPolicy): string | null {
  if (url.username !== '' || url.password !== '') return 'it carries a user name or password';
  if (url.port !== '' && !policy.trusted && !isPortAllowed(Number(url.port))) {
    return 'its port is not allowed (80, 443 and 1024 to 65535 are)';
  }
  return null;
}

/** Low ports belong to mail, files, shells and other services that a forged request could talk to. */
function isPortAllowed(port: number): boolean {
  return port === 80 || port === 443 || port >= 1024;
}

function findHostFault(url: URL, policy: UrlPolicy): string | null {
  if (policy.trusted) return null;
  const host = hostOf(url);
  if (isIP(host) !== 0) {
    const scope = (policy.classify ?? classifyAddress)(host);
    return isScopeAllowed(scope, policy) ? null : explainScope(scope);
  }
  if (isLocalhostName(host)) return policy.allowLoopback ? null : LOOPBACK_ADDRESS_REASON;
  if (host.split('.').some((label) => label === '')) return 'its host name has an empty part';
  if (!host.includes('.')) return 'its host name has no domain';
  return null;
}

/** The host of a URL as a socket wants it: an IPv6 literal without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** A host that a server listens on, as it stands in an address for this machine. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  // IPv6 stands in brackets.
  return host.includes(':') ? `[${host}]` : host;
}

/** RFC 6761, section 6.3: these names mean loopback, whatever a name server answers. */
export function isLocalhostName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Top-level names of networks without a registry (RFC 6762, RFC 8375, and ICANN's list of names in private use). */
const PRIVATE_NAMES = /\.(local|internal|lan|home\.arpa|localdomain|intranet|corp|home|private)$/;

/**
 * Where an address leads by its text alone. A name does not show what it resolves to; text that is no address is
 * `public`.
 */
export function scopeOfUrl(address: string): AddressScope {
  const host = URL.canParse(address) ? hostOf(new URL(address)).replace(/\.$/, '') : '';
  if (isLocalhostName(host)) return 'loopback';
  if (isIP(host) !== 0) return classifyAddress(host);
  const isBare = host !== '' && !host.includes('.');
  return isBare || PRIVATE_NAMES.test(host) ? 'internal' : 'public';
}

/** Whether a server could reach an address: over the internet, or because both are in the same network. */
export function canReach(serverUrl: string, address: string): boolean {
  return scopeOfUrl(address) === 'public' || scopeOfUrl(address) === scopeOfUrl(serverUrl);
}
