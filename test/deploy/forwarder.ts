// The proxy of the layout, as small as one can be: each call goes to the next node that takes a connection.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Forwarder {
  url: string;
  close(): Promise<void>;
}

/** A connection to a node. @throws when none takes one. */
async function connectToOne(ports: readonly number[], first: number): Promise<Socket> {
  let reason: unknown = new Error('There is no node');
  for (const at of ports.keys()) {
    const socket = connect(ports[(first + at) % ports.length], '127.0.0.1');
    try {
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return socket;
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

/** Begins to listen on loopback. @param ports of the nodes. */
export async function startForwarder(ports: readonly number[]): Promise<Forwarder> {
  let calls = 0;
  const forward = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    calls += 1;
    const socket = await connectToOne(ports, calls);
    const { method, url: path, headers } = incoming;
    const from = { ...headers, 'x-forwarded-for': '203.0.113.7', connection: 'close' };
    const outgoing = request({ createConnection: () => socket, method, path, headers: from }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    outgoing.once('error', () => answer.destroy());
    incoming.pipe(outgoing);
  };
  const server = createServer((incoming, answer) => {
    forward(incoming, answer).catch(() => answer.writeHead(502).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
