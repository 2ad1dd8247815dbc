// Which release this is, and how it learns that its server is ahead of it.

/** The release, as in package.json. */
export const VERSION = '0.1.0';

/** Says to the server which client asks. */
export const CLIENT_HEADERS = { 'x-reelay-client': `ai-sdk/${VERSION}` };

/** In answers to clients that are too old: the version of the server. */
export const UPDATE_HEADER = 'x-reelay-update';
