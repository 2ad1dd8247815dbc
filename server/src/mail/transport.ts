// The way to the mail server: what an address such as smtps://user:password@mail.example.com says. A password never
// travels in clear text beyond this machine, unless the address says `tls=off`.
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import { hostOf } from '../lib/addresses.ts';
import { SECOND_MS } from '../lib/time.ts';

const PORTS: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 };
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1'];
const CONNECT_MS = 10 * SECOND_MS;
const SILENCE_MS = 20 * SECOND_MS;
const CONNECTIONS_MAX = 2;

/** What the library is given. @param address one that the settings took. */
export function readSmtpUrl(address: string): SMTPPool.Options {
  const url = new URL(address);
  const host = hostOf(url);
  const isTls = url.protocol === 'smtps:';
  const isPlain = !isTls && (LOOPBACK_HOSTS.includes(host) || url.searchParams.get('tls') === 'off');
  return {
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    host,
    port: url.port === '' ? PORTS[url.protocol] : Number(url.port),
    secure: isTls,
    ignoreTLS: isPlain,
    requireTLS: !isTls && !isPlain,
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // A mail is made of our own words: nothing in it names a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
