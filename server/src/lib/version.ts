// Which release this is, and how its requests name themselves.

/** The release, as in package.json. */
export const VERSION = '0.1.0';

/** The User-Agent of every request that leaves (RFC 9110, section 10.1.5); some hosts answer 403 without one. */
export const USER_AGENT = `Reelay/${VERSION}`;
