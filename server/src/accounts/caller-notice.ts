// The notice that a caller has changed: it was disabled, has another secret, another role, or fewer sessions. It makes all nodes
// look again at once; without it they do within a second, since no look-up of a caller is reused for longer.

/** The PostgreSQL channel. */
export const CALLER_CHANNEL = 'caller_changed';

/** What has changed: a key, all keys of an account, or the sessions of a person. */
export interface ChangedCaller {
  noun: 'key' | 'account' | 'person';
  id: string;
}

/** The payload of a notice. */
export function writeCallerNotice({ noun, id }: ChangedCaller): string {
  return `${noun} ${id}`;
}

/** @returns undefined for what a later version may say. */
export function readCallerNotice(payload: string): ChangedCaller | undefined {
  const [, noun, id] = /^(key|account|person) (\S+)$/.exec(payload) ?? [];
  return noun === undefined ? undefined : { noun: noun as ChangedCaller['noun'], id };
}
