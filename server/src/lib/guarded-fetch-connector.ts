// Opens the sockets of the guarded fetch. A name is resolved here, once; every answer is classified, and the
// connection goes to one of the very addresses that were checked. It must never hand a name to the system to
// connect to: the name could resolve to something else the second time.
import { lookup, Resolver } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import {
  classifyAddress,
  explainScope,
  isLocalhostName,
  isScopeAllowed,
  type UrlPolicy,
} from './addresses.ts';
import { FetchFailed, FetchRefused, failBeforeSending } from './guarded-fetch-errors.ts';

/** Gives every address of a host name. Throws when there is none. */
export type ResolveHost = (host: string) => Promise<string[]>;

export interface ConnectorSettings {
  policy: UrlPolicy;
  resolve: ResolveHost;
  /** For the name, the TCP handshakes and the TLS handshake together. */
  connectTimeoutMs: number;
  /** Certificates to trust besides those of the system, in PEM. */
  certificateAuthority?: string;
}

const ADDRESSES_TRIED_MAX = 4;

/** Builds undici's connect function. Its errors are `FetchRefused` or `FetchFailed`. */
export function createGuardedConnector(settings: ConnectorSettings): buildConnector.connector {
  return (target, callback) => {
    openSocket(target, settings).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}

async function openSocket(target: buildConnector.Options, settings: ConnectorSettings): Promise<Socket> {
  const deadline = AbortSignal.timeout(settings.connectTimeoutMs);
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await findAllowedAddresses(host, settings, deadline);
  let failure: unknown = new Error('no address was tried');
  for (const address of addresses.slice(0, ADDRESSES_TRIED_MAX)) {
    if (deadline.aborted) break;
    try {
      return await dial({ address, host, target, settings, deadline });
    } catch (error) {
      // The next address of the same host may well answer; the last failure is the one reported.
      failure = error;
    }
  }
  throw failure instanceof FetchFailed ? failure : failBeforeSending('connect', failure);
}

async function findAllowedAddresses(
  host: string,
  settings: ConnectorSettings,
  deadline: AbortSignal,
): Promise<string[]> {
  const addresses = isIP(host) === 0 ? await resolveWithin(host, settings, deadline) : [host];
  const classify = settings.policy.classify ?? classifyAddress;
  for (const address of addresses) {
    const scope = classify(address);
    // One private answer is enough to refuse the name: a genuine public host has no private address.
    if (!isScopeAllowed(scope, settings.policy)) throw new FetchRefused(explainScope(scope));
  }
  return addresses;
}

async function resolveWithin(
  host: string,
  settings: ConnectorSettings,
  deadline: AbortSignal,
): Promise<string[]> {
  try {
    const addresses = await Promise.race([settings.resolve(host), rejectOnAbort(deadline)]);
    if (addresses.length === 0) throw new Error('the name has no address');
    return addresses;
  } catch (error) {
    throw failBeforeSending('dns', error);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

interface Dial {
  address: string;
  host: string;
  target: buildConnector.Options;
  settings: ConnectorSettings;
  deadline: AbortSignal;
}

function dial({ address, host, target, settings, deadline }: Dial): Promise<Socket> {
  const isSecure = target.protocol === 'https:';
  const port = Number(target.port || (isSecure ? 443 : 80));
  return new Promise((resolve, reject) => {
    const socket = isSecure
      ? connectTls({
          host: address,
          port,
          // A server name may not be an IP literal (RFC 6066); the certificate is then checked against `host`.
          servername: isIP(host) === 0 ? host : '',
          ALPNProtocols: ['http/1.1'],
          ca: settings.certificateAuthority,
        })
      : connectTcp({ host: address, port });
    let isConnected = false;
    const give = () => socket.destroy(new Error('the connection took too long'));
    deadline.addEventListener('abort', give, { once: true });
    socket.setNoDelay(true);
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.once('error', (error) => {
      deadline.removeEventListener('abort', give);
      reject(failBeforeSending(isSecure && isConnected ? 'tls' : 'connect', error));
    });
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      deadline.removeEventListener('abort', give);
      resolve(socket);
    });
  });
}

/**
 * Asks the name servers for IPv4 and IPv6 at once: those of the system, or those given (`address:port`). Names are
 * looked up as they stand, without search domains and hosts file, and off the thread pool, so that a slow name
 * server cannot hold up file access.
 */
export function createNameServerResolver(servers?: string[]): ResolveHost {
  return async (host) => {
    if (isLocalhostName(host)) return ['127.0.0.1', '::1'];
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = [ipv4, ipv6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    // A host often has one family only; its absence is an error of that query alone.
    if (addresses.length === 0 && ipv4.status === 'rejected') throw ipv4.reason;
    return addresses;
  };
}

/**
 * Resolves as every program on the machine does, with hosts file and search domains: for addresses that the operator
 * chose.
 */
export async function resolveAsSystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
