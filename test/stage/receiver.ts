// A receiver of callbacks on loopback. It knows nothing about the server that sends. With a log on disk, a
// callback counts as received once it is written there, and is answered only then.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Post {
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** As received, for what is signed. */
  body: string;
}

export interface Receipt extends Post {
  /** The status of the answer; 0 is no answer at all. */
  status: number;
}

export interface Receiver {
  /** Without a trailing slash. */
  url: string;
  /** Everything that came, oldest first; read back from the disk if there is a log. */
  receipts(): Receipt[];
  close(): Promise<void>;
}

export interface ReceiverOptions {
  logFile?: string;
  /** Called once for each post. The default is always 200. */
  statusFor?: (post: Post) => number;
  onReceipt?: (receipt: Receipt) => void;
}

/** A rule for answers: a post below `/shy` is refused the first time that its id is seen. */
export function refuseShyOnce(): (post: Post) => number {
  const seen = new Set<string>();
  return ({ path, headers }) => {
    const id = String(headers['webhook-id']);
    const isRefused = path.startsWith('/shy') && !seen.has(id);
    seen.add(id);
    return isRefused ? 500 : 200;
  };
}

/** Where receipts are kept. */
interface Book {
  add(receipt: Receipt): void;
  list(): Receipt[];
  close(): void;
}

function openBook(logFile: string | undefined): Book {
  if (logFile === undefined) {
    const kept: Receipt[] = [];
    return { add: (receipt) => void kept.push(receipt), list: () => kept, close: () => undefined };
  }
  const log = openSync(logFile, 'a');
  return {
    add: (receipt) => {
      writeSync(log, `${JSON.stringify(receipt)}\n`);
      fdatasyncSync(log);
    },
    list: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Receipt),
    close: () => closeSync(log),
  };
}

/** Listens on 127.0.0.1 until it is closed. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { logFile, statusFor = () => 200, onReceipt } = options;
  const book = openBook(logFile);
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => request.destroy());
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const post = { path, headers, body: Buffer.concat(chunks).toString() };
      const receipt = { ...post, status: statusFor(post) };
      book.add(receipt);
      onReceipt?.(receipt);
      if (receipt.status !== 0) response.writeHead(receipt.status).end('seen');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receipts: () => book.list(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      book.close();
    },
  };
}
