// A receiver of callbacks with a log of its own on disk: a callback counts as received once it is written there, and
// is answered only then. It knows nothing of the server that sends.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One line of the log. */
export interface Receipt {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** What the sender was told. */
  status: number;
}

export interface Receiver {
  url: string;
  /** The log, read back from the disk. */
  receipts(): Receipt[];
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1. A callback to a path that begins with `/shy` is refused the first time that its id is seen.
 */
export async function startReceiver(logFile: string): Promise<Receiver> {
  const log = openSync(logFile, 'a');
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => request.destroy());
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const path = request.url ?? '';
      const status = path.startsWith('/shy') && !seen.has(id) ? 500 : 200;
      seen.add(id);
      const receipt: Receipt = {
        path,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        status,
      };
      writeSync(log, `${JSON.stringify(receipt)}\n`);
      fdatasyncSync(log);
      response.writeHead(status).end('seen');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receipts: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Receipt),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      closeSync(log);
    },
  };
}
