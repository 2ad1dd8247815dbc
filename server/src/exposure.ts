// Who can reach a server, and whether what people send can be read on the way, from its settings.
import type { Config } from './config.ts';
import { hostOf } from './lib/addresses.ts';

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'];

/**
 * Whether only programs on this machine reach the server. One that listens on loopback behind a proxy does not count:
 * its test keys may belong to other people, who must not reach the services of this machine.
 */
export function isForThisMachine({ host, publicUrl, trustProxy }: Config): boolean {
  const isPublished = publicUrl !== undefined && !LOOPBACK_HOSTS.includes(hostOf(new URL(publicUrl)));
  return LOOPBACK_HOSTS.includes(host) && trustProxy.length === 0 && !isPublished;
}

/** Whether passwords and the cookies of sessions cannot be read on the way: they go by https, or do not leave this machine. */
export function isSafeForPeople(config: Config): boolean {
  return config.publicUrl?.startsWith('https:') || isForThisMachine(config);
}
