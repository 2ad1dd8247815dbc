// A mail server on a real socket that keeps what it is sent. Only for tests.
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach } from 'vitest';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** By name in lower case; folded lines are joined. */
  headers: Record<string, string>;
  text: string;
  html: string;
}

export interface Mailbox {
  /** For `REELAY_SMTP_URL`. */
  url: string;
  received: ReceivedMail[];
  close(): Promise<void>;
}

/** Senders keep their connections for a while. */
const CLOSE_MS = 50;

const endings: (() => Promise<void>)[] = [];

/** Closes the mailboxes of a test after it. */
export function closeMailboxesAfterEachTest(): void {
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
  });
}

function decodeQuoted(body: string): string {
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

function decodePart(part: string): string {
  const at = part.indexOf('\r\n\r\n');
  const encoding = /content-transfer-encoding: (\S+)/i.exec(part.slice(0, at))?.[1].toLowerCase();
  const body = part.slice(at + 4).replace(/\r\n$/, '');
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  return (encoding === 'quoted-printable' ? decodeQuoted(body) : body).replaceAll('\r\n', '\n');
}

function parseMail(raw: string): Pick<ReceivedMail, 'headers' | 'text' | 'html'> {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const fields = head.split('\r\n').map((line) => /^([^:]+): ?(.*)$/.exec(line) ?? ['', '', '']);
  const headers = Object.fromEntries(fields.map(([, name, value]) => [name.toLowerCase(), value]));
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const [, text = '', html = ''] = raw.split(`--${boundary}`);
  return {
    headers,
    text: decodePart(text.replace(/^\r\n/, '')),
    html: decodePart(html.replace(/^\r\n/, '')),
  };
}

/** Listens on 127.0.0.1. The options are those of the library, such as a refusal of a receiver. */
export async function startMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: CLOSE_MS,
    onData(stream, { envelope }, done) {
      buffer(stream).then((bytes) => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ from, to, ...parseMail(bytes.toString()) });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  endings.push(close);
  return { url: `smtp://127.0.0.1:${port}`, received, close };
}
