// Addresses that a provider names in its answers. They decide where the key goes, so only those at the host
// that the operator gave are followed; everything else is built from ids.

/**
 * The address, if it has the origin of the base address; undefined for any other, and for text that is no
 * address.
 */
export function ownAddress(address: unknown, base: string): string | undefined {
  if (typeof address !== 'string' || !URL.canParse(address) || !URL.canParse(base)) return undefined;
  const { origin, username, password } = new URL(address);
  const isOwn = origin !== 'null' && origin === new URL(base).origin && username === '' && password === '';
  return isOwn ? address : undefined;
}
