// A proxy that breaks connections: before, within or after what it passes on, in either direction. The same seed gives the
// same decisions, in the order in which the pieces arrive.
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface CuttingProxy {
  /** Where clients connect. */
  url: string;
  /** Connections that were broken so far, by place. */
  readonly cuts: Record<string, number>;
  /** Breaks every connection that is open now. */
  cutAll(): void;
  close(): Promise<void>;
}

export interface CuttingOptions {
  /** Where the connections go on. */
  target: string;
  /** The share of the pieces at which a connection breaks. */
  share: number;
  seed: number;
}

type Direction = 'request' | 'answer';
const MOMENTS = ['before', 'within', 'after'] as const;

/** Numbers from 0 to 1 (xorshift32, George Marsaglia, "Xorshift RNGs", 2003). */
export function createRandom(seed: number): () => number {
  let state = (seed || 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}

export async function startCuttingProxy({ target, share, seed }: CuttingOptions): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const random = createRandom(seed);
  const cuts: Record<string, number> = {};
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const both = [client, upstream];
    const drop = () => {
      for (const socket of both) socket.destroy();
    };
    const pass = (from: Socket, to: Socket, direction: Direction) => {
      from.on('data', (piece: Buffer) => {
        if (random() >= share) return void to.write(piece);
        const moment = MOMENTS[Math.floor(random() * MOMENTS.length)];
        const place = `${moment} the ${direction}`;
        cuts[place] = (cuts[place] ?? 0) + 1;
        if (moment === 'before') drop();
        else if (moment === 'after') to.write(piece, drop);
        else to.write(piece.subarray(0, Math.floor(random() * piece.length)), drop);
      });
    };
    pass(client, upstream, 'request');
    pass(upstream, client, 'answer');
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', drop);
      socket.on('close', () => {
        sockets.delete(socket);
        drop();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cuts,
    cutAll,
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
