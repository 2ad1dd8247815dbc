// Which release this is, and the name under which it calls others.

/** The release, as in package.json. */
export const VERSION = '0.1.0';

/** What every request that leaves says of its sender (RFC 9110, section 10.1.5); some hosts answer 403 without it. */
export const USER_AGENT = `Reelay/${VERSION}`;
