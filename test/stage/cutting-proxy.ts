// A proxy on loopback between a client and a server, which breaks off answers when it is asked to.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  /** Without a trailing slash. */
  url: string;
  /** Breaks off each of the next answers once this many of its bytes are through; 0 is no answer at all. */
  cutNext(count: number, afterBytes: number): void;
  /** Connections that were broken off so far. */
  cuts(): number;
  close(): void;
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let left = 0;
  let limit = 0;
  let made = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let sent = 0;
    let isCut = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      sent = 0;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      // An answer may come in several parts, and counts once.
      if (isCut) return;
      if (left === 0) {
        client.write(chunk);
        return;
      }
      const rest = limit - sent;
      sent += chunk.length;
      if (sent <= limit) {
        client.write(chunk);
        return;
      }
      isCut = true;
      left--;
      made++;
      if (rest > 0) client.end(chunk.subarray(0, rest));
      else client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutNext(count, afterBytes) {
      left = count;
      limit = afterBytes;
    },
    cuts: () => made,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
