// Which release this is, and how a client learns that its server is ahead of it.

/** The release, as in package.json. */
export const VERSION = '0.1.0';

/** Says to the server which client asks. A page cannot set `user-agent`. */
export const CLIENT_HEADERS: Readonly<Record<string, string>> = { 'x-reelay-client': `sdk/${VERSION}` };

/** In answers to clients that are too old: the version of the server. */
const UPDATE_HEADER = 'x-reelay-update';

let isWarned = false;

/** Warns once in a process that the server is ahead of this client. It never throws, whatever `warn` does. */
export function warnOfUpdate(headers: Headers, baseUrl: string, warn: (message: string) => void): void {
  const version = headers.get(UPDATE_HEADER);
  if (version === null || isWarned) return;
  isWarned = true;
  const text = `Reelay at ${baseUrl} is ${version}, and this client is ${VERSION}: update it to ${version}`;
  // In a turn of its own, so that what the warning throws cannot become the fault of a call.
  void Promise.resolve(text)
    .then(warn)
    .catch(() => undefined);
}
