// Whether a client is of a release that is too old for this server. The packages of the repository carry the version of the
// server; one of an earlier line gets the version to update to with each answer, and warns its user. It is served all the same.
import type { FastifyInstance } from 'fastify';
import { VERSION } from '../lib/version.ts';

/** What a client of this repository sends, such as `sdk/0.1.0`. */
export const CLIENT_HEADER = 'x-reelay-client';
/** What it gets when it is too old: the version of the server. */
export const UPDATE_HEADER = 'x-reelay-update';

const CLIENT = /^[a-z-]{1,20}\/(\d{1,6})\.(\d{1,6})\.\d{1,6}/;

/** What may break a client when it changes: the major version, and before 1.0 the minor one (Semantic Versioning 2.0, item 4). */
function lineOf([major, minor]: readonly string[]): number[] {
  return [Number(major), major === '0' ? Number(minor) : 0];
}

/** Whether a client is of a line before that of the server. What names no version is not. */
export function isTooOld(client: string, version: string = VERSION): boolean {
  const sent = CLIENT.exec(client);
  if (sent === null) return false;
  const [major, minor] = lineOf(sent.slice(1));
  const [ownMajor, ownMinor] = lineOf(version.split('.'));
  return major < ownMajor || (major === ownMajor && minor < ownMinor);
}

export function addClientVersion(app: FastifyInstance): void {
  app.addHook('onRequest', ({ headers }, { raw }, done) => {
    const client = headers[CLIENT_HEADER];
    // Set below the framework, so that event streams, which write their own head, have it too.
    if (typeof client === 'string' && isTooOld(client)) raw.setHeader(UPDATE_HEADER, VERSION);
    done();
  });
}
